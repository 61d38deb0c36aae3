//! What a file is kept with, its digest, its name for people.

use super::kind::FileKind;
use crate::clock::Moment;
use crate::secret::hex;
use crate::store::ids::{FileId, FileUseId, MeetingId, PersonId, ReadingId, SessionId, TaskId, UnitTaskId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What nobody uses is kept this long, for whoever took it away by mistake.
pub const KEPT_UNUSED: TimeDelta = TimeDelta::days(1);
/// The longest name, in characters.
const NAME_LENGTH: usize = 100;

/// What a file is kept with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The scans of a session's signed sheets.
    SignedSheet(SessionId),
    /// What is downloaded as a reading, in all its versions.
    Reading(ReadingId),
    /// Evidence with the record of a learning exchange meeting.
    Meeting(MeetingId),
    /// Evidence with a person's task.
    Task(TaskId),
    /// Evidence with a unit's task.
    UnitTask(UnitTaskId),
}

impl Subject {
    /// How it stands in the table.
    pub(super) fn key(self) -> (&'static str, i64) {
        match self {
            Self::SignedSheet(session) => ("signed_sheet", session.0),
            Self::Reading(reading) => ("reading", reading.0),
            Self::Meeting(meeting) => ("meeting", meeting.0),
            Self::Task(task) => ("task", task.0),
            Self::UnitTask(task) => ("unit_task", task.0),
        }
    }

    /// What it is in the audit log: the thing that it belongs to.
    pub(super) fn audited_kind(self) -> &'static str {
        match self {
            Self::SignedSheet(_) => "session",
            Self::Reading(_) => "reading",
            Self::Meeting(_) => "meeting",
            Self::Task(_) => "task",
            Self::UnitTask(_) => "unit_task",
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

/// The digest by which a content lies in the folder, in hexadecimal.
pub fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Whether the name of something in the folder is that of a content.
pub(super) fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Where a content lies: the digest is hexadecimal, and no name that somebody typed is ever part of a path.
pub fn path(folder: &Path, digest: &str) -> PathBuf {
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
    fn a_name_loses_its_folders_and_its_ending_and_is_never_empty() {
        assert_eq!(shown_name("../../etc/passwd", FileKind::Pdf), "passwd.pdf");
        assert_eq!(shown_name("C:\\扫描\\签到表.exe", FileKind::Png), "签到表.png");
        assert_eq!(shown_name("签到\u{202E}表\n.jpeg", FileKind::Jpeg), "签到表.jpg");
        assert_eq!(shown_name("签到表\r\nX-Other: 1.pdf", FileKind::Pdf), "签到表X-Other: 1.pdf");
        for empty in ["", "..", "/", ".pdf", " . "] {
            assert_eq!(shown_name(empty, FileKind::Pdf), "scan.pdf", "{empty:?}");
        }
    }
}
