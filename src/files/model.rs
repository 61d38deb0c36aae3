//! What a file is: its kind by its content, its digest, its name for people.

use crate::clock::Moment;
use crate::error::{Message, Problem};
use crate::store::ids::{FileId, FileUseId, PersonId, ReadingId, SessionId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// No file is larger.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// What nobody uses is kept this long, for whoever took it away by mistake.
pub const KEPT_UNUSED: TimeDelta = TimeDelta::days(1);
/// The longest name, in characters.
const NAME_LENGTH: usize = 100;

crate::choices! {
    /// What may be kept. Each is told by its first bytes.
    pub enum FileKind {
        Pdf = "pdf",
        Jpeg = "jpeg",
        Png = "png",
    }
}

impl FileKind {
    /// What the content is, whatever it is called; nothing when it is none of these.
    pub fn of(content: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| content.starts_with(kind.beginning()))
    }

    fn beginning(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Jpeg => b"\xFF\xD8\xFF",
            Self::Png => b"\x89PNG\r\n\x1A\n",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The ending of its name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// What a file is kept with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The scans of a session's signed sheets.
    SignedSheet(SessionId),
    /// What is downloaded as a reading, in all its versions.
    Reading(ReadingId),
}

impl Subject {
    /// How it stands in the table.
    pub(super) fn key(self) -> (&'static str, i64) {
        match self {
            Self::SignedSheet(session) => ("signed_sheet", session.0),
            Self::Reading(reading) => ("reading", reading.0),
        }
    }

    /// What it is in the audit log: the thing that it belongs to.
    pub(super) fn audited_kind(self) -> &'static str {
        match self {
            Self::SignedSheet(_) => "session",
            Self::Reading(_) => "reading",
        }
    }
}

/// A file as it is kept with something.
#[derive(Debug, Clone, Queryable)]
pub struct FileUse {
    pub id: FileUseId,
    pub file: FileId,
    pub digest: String,
    pub kind: FileKind,
    pub size_bytes: i64,
    pub name: String,
    pub added_by: Option<PersonId>,
    pub by_name: Option<String>,
    pub added_at: Moment,
}

/// Why a content is not taken.
///
/// # Errors
/// The problem, at the field `file`.
pub fn check(content: &[u8]) -> Result<FileKind, Problem> {
    let wrong = |id| Problem::at("file", Message::new(id));
    if content.is_empty() {
        return Err(wrong("file-missing"));
    }
    if content.len() > MOST_BYTES {
        return Err(wrong("file-too-large"));
    }
    FileKind::of(content).ok_or_else(|| wrong("file-of-no-kind"))
}

/// The digest by which a content lies in the folder, in hexadecimal.
pub fn digest(content: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Where a content lies: the digest is hexadecimal, and no name that somebody typed is ever part of a path.
pub(super) fn path(folder: &Path, digest: &str) -> PathBuf {
    folder.join(digest.get(..2).unwrap_or("")).join(digest)
}

/// A name to be shown, with the ending of what the file is: without folders, without what cannot be seen.
pub fn shown_name(typed: &str, kind: FileKind) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or("");
    let is_seen = |character: &char| {
        !character.is_control()
            && !matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = last.chars().filter(is_seen).collect();
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |(stem, _)| stem).trim_matches(['.', ' ']);
    let stem: String = stem.chars().take(NAME_LENGTH).collect();
    format!("{}.{}", if stem.is_empty() { "scan" } else { &stem }, kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say_whatever_it_is_called() {
        assert_eq!(FileKind::of(b"%PDF-1.7\n"), Some(FileKind::Pdf));
        assert_eq!(FileKind::of(b"\xFF\xD8\xFF\xE0"), Some(FileKind::Jpeg));
        assert_eq!(FileKind::of(b"\x89PNG\r\n\x1A\n"), Some(FileKind::Png));
        for other in [&b"<html>"[..], b"MZ", b"%PDF", b" %PDF-1.7", b"PK\x03\x04", b"<svg xmlns", b""] {
            assert_eq!(FileKind::of(other), None, "{other:?}");
        }
    }

    #[test]
    fn an_empty_a_foreign_and_a_too_large_content_are_told_apart() {
        let of = |content: &[u8]| check(content).map_err(|problem| problem.message.id);
        let mut large = b"%PDF-".to_vec();
        large.resize(MOST_BYTES, 0);

        assert_eq!(of(&large), Ok(FileKind::Pdf));
        large.push(0);
        assert_eq!(of(&large), Err("file-too-large"));
        assert_eq!(of(b""), Err("file-missing"));
        assert_eq!(of(b"MZ"), Err("file-of-no-kind"));
    }

    #[test]
    fn a_name_loses_its_folders_and_its_ending_and_is_never_empty() {
        assert_eq!(shown_name("../../etc/passwd", FileKind::Pdf), "passwd.pdf");
        assert_eq!(shown_name("C:\\扫描\\签到表.exe", FileKind::Png), "签到表.png");
        assert_eq!(shown_name("签到\u{202E}表\n.jpeg", FileKind::Jpeg), "签到表.jpg");
        for empty in ["", "..", "/", ".pdf", " . "] {
            assert_eq!(shown_name(empty, FileKind::Pdf), "scan.pdf", "{empty:?}");
        }
    }
}
