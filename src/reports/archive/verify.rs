//! Checking an archive or a final report's file without a server: that nothing was changed, is missing or was added, and,
//! with the office's key, whose it is.

use super::pack::read_heading;
use super::seal::SealKey;
use super::{INDEX, SIGNATURE, SUMS};
use crate::error::{Error, Message, Result};
use crate::files::model::digest;
use crate::reports::finals::file::FinalFile;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// No part of an archive is larger: evidence has 20 MiB at the most, papers a few.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What the check of a file has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What it is.
    pub what: Message,
    /// What does not agree, a sentence each; none when all does.
    pub faults: Vec<Message>,
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
/// `Refused` with a sentence when it is neither an archive nor a final report's file.
pub fn verify(content: &[u8], key: Option<&SealKey>) -> Result<Verdict> {
    if content.starts_with(b"PK") {
        return archive(content, key);
    }
    if content.starts_with(b"%PDF") {
        return Err(refused("cli-verify-pdf"));
    }
    let unread = if had_fields(content) { "cli-verify-final-damaged" } else { "cli-verify-neither" };
    let file: FinalFile = serde_json::from_slice(content).map_err(|_| refused(unread))?;
    let mut faults = file.faults();
    if !fits(&file.key, file.signed().as_bytes(), &file.signature) {
        faults.push(Message::new("cli-verify-final-signature"));
    }
    Ok(Verdict { what: file.message(), faults, origin: origin(key, &file.key) })
}

/// Whether a file that cannot be read as one once was a final report's: a byte that was changed leaves most of its fields.
fn had_fields(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content);
    let fields = ["\"number\"", "\"made_at\"", "\"digest\"", "\"basis\"", "\"key\"", "\"signature\""];
    fields.iter().filter(|field| text.contains(*field)).count() > fields.len() / 2
}

fn archive(content: &[u8], key: Option<&SealKey>) -> Result<Verdict> {
    let of = |id, name: &str| Message::new(id).with("name", name);
    let mut zip = ZipArchive::new(Cursor::new(content)).map_err(|_| refused("cli-verify-zip-damaged"))?;
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let (mut sums, mut signature, mut contents, mut faults) = (None, String::new(), String::new(), Vec::new());
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|_| refused("cli-verify-zip-damaged"))?;
        let name = part.name().context("a part has no name")?.into_owned();
        let mut bytes = Vec::new();
        if part.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).is_err() {
            faults.push(of("cli-verify-damaged", &name));
            parts.insert(name, String::new());
            continue;
        }
        match name.as_str() {
            SUMS => sums = Some(bytes),
            SIGNATURE => signature = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {
                if name == INDEX {
                    contents = String::from_utf8_lossy(&bytes).into_owned();
                }
                if parts.insert(name.clone(), digest(&bytes)).is_some() {
                    faults.push(of("cli-verify-twice", &name));
                }
            }
        }
    }
    let of_list = |id| Error::refused(Message::new(id).with("list", SUMS));
    let sums = sums.ok_or_else(|| of_list("cli-verify-no-list"))?;
    let listed = String::from_utf8(sums.clone()).map_err(|_| of_list("cli-verify-list-damaged"))?;
    for line in listed.lines() {
        let Some((known, name)) = line.split_once(" *") else {
            faults.push(of("cli-verify-line", SUMS).with("line", line));
            continue;
        };
        match parts.remove(name) {
            None => faults.push(of("cli-verify-missing", name)),
            Some(found) if found.is_empty() => {}
            Some(found) if found != known => faults.push(of("cli-verify-changed", name)),
            Some(_) => {}
        }
    }
    faults.extend(parts.keys().map(|name| of("cli-verify-added", name).with("list", SUMS)));
    let mut signed = signature.lines();
    let (enclosed, signature) = (signed.next().unwrap_or_default(), signed.next().unwrap_or_default());
    if !fits(enclosed, &sums, signature) {
        faults.push(of("cli-verify-signature", SIGNATURE).with("list", SUMS));
    }
    let n_parts = i64::try_from(listed.lines().count()).unwrap_or(i64::MAX);
    let heading = read_heading(&contents).unwrap_or_default();
    let what = Message::new("cli-verify-archive").with("what", heading).with("n", n_parts);
    Ok(Verdict { what, faults, origin: origin(key, enclosed) })
}

fn refused(id: &'static str) -> Error {
    Error::refused(Message::new(id))
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
