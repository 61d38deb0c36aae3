//! The chain's head, copied each day into a file beside the database: who cuts the chain's end off would have to get at
//! that too.

use super::queries::Head;
use crate::error::Result;
use anyhow::Context;
use chrono::NaiveDate;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A head as it was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedHead {
    pub day: NaiveDate,
    pub entry: i64,
    pub hash: String,
}

/// The heads that were copied, the oldest first; none when there is no file yet.
///
/// # Errors
/// `Broken` when the file cannot be read, or is not what this program wrote.
pub fn read(path: &Path) -> Result<Vec<CopiedHead>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => Err(source).with_context(|| format!("{} cannot be read", path.display()))?,
    };
    let lines = text.lines().filter(|line| !line.is_empty());
    let heads = lines.map(|line| parse(line).with_context(|| format!("{} has the line “{line}”", path.display())));
    Ok(heads.collect::<anyhow::Result<_>>()?)
}

fn parse(line: &str) -> anyhow::Result<CopiedHead> {
    let mut words = line.split_whitespace();
    let mut next = || words.next().context("a word is missing");
    let (day, entry, hash) = (next()?.parse()?, next()?.parse()?, next()?.to_owned());
    Ok(CopiedHead { day, entry, hash })
}

/// Adds today's head, unless today's stands there or there is nothing new.
///
/// # Errors
/// `Broken` when the file cannot be read or written.
pub(super) fn copy(path: &Path, head: &Head, today: NaiveDate) -> Result<bool> {
    let last = read(path)?.pop();
    if last.is_some_and(|last| last.day >= today || last.entry >= head.sealed_to) || head.sealed_to == 0 {
        return Ok(false);
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be written", path.display()))?;
    let line = format!("{today} {} {}\n", head.sealed_to, head.hash);
    file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).context("the head of the trail cannot be copied")?;
    Ok(true)
}
