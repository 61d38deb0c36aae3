//! What a backup says of itself, and whether that can be true.

use crate::error::{Error, Message, Result};
use crate::store::rows::Table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The name of the manifest among the parts.
pub(super) const MANIFEST: &str = "manifest.json";
/// The name of the program's key among the parts.
pub(super) const KEY: &str = crate::secret::KEY_FILE;
/// What tells a backup of this program from other archives.
const FORMAT: &str = "xuefa-backup";
/// Goes up when a backup is laid out differently.
const LAYOUT: u32 = 1;

/// What is in a backup. Its words are part of the format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    layout: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When the snapshot was taken, UTC.
    pub taken_at: chrono::NaiveDateTime,
    /// The migrations that its tables have been through.
    pub steps: Vec<String>,
    pub tables: Vec<TablePart>,
    pub files: Vec<Part>,
    /// Digests of files that the rows speak of and that did not lie in the folder, or not as they should.
    pub missing: Vec<String>,
    /// Of the program's key, when it is in the backup.
    pub key: Option<Part>,
    /// Tells whether an installation has the same key, and nothing else about it.
    pub key_mark: String,
}

/// The rows of a table: one JSON array a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TablePart {
    #[serde(flatten)]
    pub table: Table,
    pub next_id: Option<i64>,
    pub n_rows: u64,
    pub size_bytes: u64,
    /// SHA-256 in hexadecimal.
    pub digest: String,
}

/// A file of the backup; its digest is also its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub size_bytes: u64,
    /// SHA-256 in hexadecimal.
    pub digest: String,
}

impl Manifest {
    pub(super) fn new(taken_at: chrono::NaiveDateTime, steps: Vec<String>, key_mark: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            layout: LAYOUT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            steps,
            tables: Vec::new(),
            files: Vec::new(),
            missing: Vec::new(),
            key: None,
            key_mark,
        }
    }

    /// How many rows it holds.
    pub fn n_rows(&self) -> u64 {
        self.tables.iter().map(|part| part.n_rows).sum()
    }

    /// Every part but the manifest itself: its name, size and digest.
    pub(super) fn parts(&self) -> Vec<(String, u64, &str)> {
        let tables =
            self.tables.iter().map(|part| (table_name(&part.table.name), part.size_bytes, part.digest.as_str()));
        let files = self.files.iter().map(|part| (file_name(&part.digest), part.size_bytes, part.digest.as_str()));
        let key = self.key.iter().map(|part| (KEY.to_owned(), part.size_bytes, part.digest.as_str()));
        tables.chain(files).chain(key).collect()
    }

    /// Refuses what no program of this one's kind has written: names are made from it.
    pub(super) fn check(&self) -> Result<()> {
        if self.format != FORMAT {
            return Err(refused("cli-backup-foreign"));
        }
        if self.layout > LAYOUT {
            return Err(Error::refused(self.newer("cli-backup-newer")));
        }
        let is_word = |name: &str| {
            !name.is_empty() && name.chars().all(|of| of.is_ascii_lowercase() || of.is_ascii_digit() || of == '_')
        };
        let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|of| matches!(of, b'0'..=b'9' | b'a'..=b'f'));
        let names_fit = self
            .tables
            .iter()
            .all(|part| is_word(&part.table.name) && part.table.columns.iter().all(|column| is_word(&column.name)));
        let digests_fit = self.parts().iter().all(|(_, _, digest)| is_digest(digest));
        let mut names = BTreeSet::new();
        let each_once = self.parts().into_iter().all(|(name, _, _)| names.insert(name));
        if !names_fit || !digests_fit || !each_once {
            return Err(refused("cli-backup-parts-list"));
        }
        if let Some(step) = crate::store::migrate::find_unknown(&self.steps)? {
            return Err(Error::refused(self.newer("cli-backup-newer-step").with("step", step)));
        }
        Ok(())
    }

    fn newer(&self, id: &'static str) -> Message {
        Message::new(id).with("program", self.program.as_str())
    }
}

/// A sentence about a backup that cannot be used.
pub(super) fn refused(id: &'static str) -> Error {
    Error::refused(Message::new(id))
}

/// As [`refused`], about one of its parts.
pub(super) fn refused_part(id: &'static str, name: &str) -> Error {
    Error::refused(Message::new(id).with("name", name))
}

pub(super) fn table_name(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

pub(super) fn file_name(digest: &str) -> String {
    format!("files/{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest::new(chrono::NaiveDateTime::default(), vec!["0001".to_owned()], String::new())
    }

    fn part(digest: &str) -> Part {
        Part { size_bytes: 1, digest: digest.to_owned() }
    }

    #[test]
    fn a_name_that_leads_elsewhere_or_comes_twice_is_refused() {
        let digest = "0".repeat(64);
        let table = |name: &str| TablePart {
            table: Table { name: name.to_owned(), columns: Vec::new() },
            next_id: None,
            n_rows: 0,
            size_bytes: 0,
            digest: digest.clone(),
        };
        assert!(manifest().check().is_ok());
        assert!(Manifest { tables: vec![table("people")], files: vec![part(&digest)], ..manifest() }.check().is_ok());
        assert!(Manifest { files: vec![part("../../etc/passwd")], ..manifest() }.check().is_err());
        assert!(Manifest { files: vec![part(&digest), part(&digest)], ..manifest() }.check().is_err());
        for name in ["../people", "people\"; drop table people; --", "", "People"] {
            assert!(Manifest { tables: vec![table(name)], ..manifest() }.check().is_err(), "{name}");
        }
    }

    #[test]
    fn what_a_newer_or_another_program_wrote_is_refused() {
        assert!(Manifest { layout: LAYOUT + 1, ..manifest() }.check().is_err());
        assert!(Manifest { steps: vec!["9999".to_owned()], ..manifest() }.check().is_err());
        assert!(Manifest { format: "other".to_owned(), ..manifest() }.check().is_err());
    }
}
