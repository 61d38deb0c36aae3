//! Checking an archive or a final report's file without a server: that nothing was changed, is missing or was added, and,
//! with the office's key, whose it is.

use super::seal::SealKey;
use super::{SIGNATURE, SUMS};
use crate::files::model::digest;
use crate::reports::finals::file::FinalFile;
use anyhow::{Context as _, Result, anyhow};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// No part of an archive is larger: evidence has 20 MiB at the most, papers a few.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What is checked in the place of a paper or a table.
const WHAT_TO_FETCH: &str = "ask the office for the file of its final report, whose name is the report's number with .json \
    (核对文件 on the report's page), or for the session's archive (一训一档, .zip), and check that";

/// What the check of a file has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it is.
    pub what: String,
    /// What does not agree, a sentence each; none when all does.
    pub faults: Vec<String>,
    pub origin: Origin,
}

/// Whose a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Signed with the key that was given.
    Proven,
    /// No key was given: only that it is whole, and signed with the key in it, was checked.
    NotChecked,
    /// It is not signed with the key that was given.
    Foreign,
}

/// Checks a file by what it is.
///
/// # Errors
/// A sentence when it is neither an archive nor a final report's file.
pub fn verify(content: &[u8], key: Option<&SealKey>) -> Result<Verdict> {
    if content.starts_with(b"PK") {
        return archive(content, key);
    }
    if content.starts_with(b"%PDF") {
        return Err(anyhow!("a PDF carries no signature to check; {WHAT_TO_FETCH}"));
    }
    let file: FinalFile = serde_json::from_slice(content).map_err(|_| {
        anyhow!("it is neither a session archive (.zip) nor a final report's file (.json); {WHAT_TO_FETCH}")
    })?;
    let mut faults = file.faults();
    if !fits(&file.key, file.signed().as_bytes(), &file.signature) {
        faults.push("its signature does not fit: number, time, SHA-256, key or signature was changed".to_owned());
    }
    Ok(Verdict { what: file.in_words(), faults, origin: origin(key, &file.key) })
}

fn archive(content: &[u8], key: Option<&SealKey>) -> Result<Verdict> {
    let mut zip = ZipArchive::new(Cursor::new(content)).context("the ZIP file is damaged")?;
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let (mut sums, mut signature, mut faults) = (None, String::new(), Vec::new());
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).context("the ZIP file is damaged")?;
        let name = part.name().context("a part has no name")?.into_owned();
        let mut bytes = Vec::new();
        if part.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).is_err() {
            faults.push(format!("{name}: damaged, it cannot be unpacked"));
            parts.insert(name, String::new());
            continue;
        }
        match name.as_str() {
            SUMS => sums = Some(bytes),
            SIGNATURE => signature = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {
                if parts.insert(name.clone(), digest(&bytes)).is_some() {
                    faults.push(format!("{name}: is there twice"));
                }
            }
        }
    }
    let sums = sums.ok_or_else(|| anyhow!("there is no {SUMS} in it: it is no session archive; {WHAT_TO_FETCH}"))?;
    let listed = String::from_utf8(sums.clone()).with_context(|| format!("{SUMS} is damaged"))?;
    for line in listed.lines() {
        let Some((known, name)) = line.split_once(" *") else {
            faults.push(format!("{SUMS}: the line “{line}” cannot be read"));
            continue;
        };
        match parts.remove(name) {
            None => faults.push(format!("{name}: missing")),
            Some(found) if found.is_empty() => {}
            Some(found) if found != known => faults.push(format!("{name}: changed")),
            Some(_) => {}
        }
    }
    faults.extend(parts.keys().map(|name| format!("{name}: was added, it is not listed in {SUMS}")));
    let mut signed = signature.lines();
    let (enclosed, signature) = (signed.next().unwrap_or_default(), signed.next().unwrap_or_default());
    if !fits(enclosed, &sums, signature) {
        faults.push(format!("{SIGNATURE}: does not fit {SUMS}, one of the two was changed"));
    }
    let n_parts = listed.lines().count();
    Ok(Verdict { what: format!("session archive of {n_parts} parts"), faults, origin: origin(key, enclosed) })
}

/// Whether a signature is that of the key enclosed with it. Whose key that is, is another question.
fn fits(enclosed: &str, text: &[u8], signature: &str) -> bool {
    enclosed.parse::<SealKey>().is_ok_and(|enclosed| enclosed.verifies(text, signature))
}

fn origin(key: Option<&SealKey>, enclosed: &str) -> Origin {
    match key {
        None => Origin::NotChecked,
        Some(key) if enclosed.parse::<SealKey>().is_ok_and(|enclosed| enclosed == *key) => Origin::Proven,
        Some(_) => Origin::Foreign,
    }
}
