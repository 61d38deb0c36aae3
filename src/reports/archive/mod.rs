//! One session, one file (一训一档): everything of a confirmed session in a ZIP file that opens without this program, with
//! a contents page, the SHA-256 of each part, and a signature by which its origin can be told.
//!
//! [`start`] queues the work, [`run`] does it and archives the session, [`verify`] checks a file without a server.

mod contents;
mod pack;
pub mod queries;
mod readings;
mod run;
mod seal;
mod start;
mod trail;
pub mod verify;

pub use run::{Workshop, run};
pub use seal::{Seal, SealKey};
pub use start::start;

use crate::clock::Moment;
use crate::store::ids::{ArchiveId, PersonId, SessionId};
use diesel::prelude::Queryable;

/// The list of the parts with their digests, in the format of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";
/// The signature of that list.
pub const SIGNATURE: &str = "SIGNATURE";
/// The contents page.
pub const INDEX: &str = "index.html";

/// An archive that was built. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Archive {
    pub id: ArchiveId,
    pub session_id: SessionId,
    /// 1 for the first; corrections make a new one.
    pub version: i64,
    pub digest: String,
    pub size_bytes: i64,
    pub made_at: Moment,
    pub made_by: Option<PersonId>,
}

/// A part of an archive.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its path within the archive.
    pub name: String,
    /// What it is, for the contents page.
    pub heading: String,
    pub content: Vec<u8>,
}
