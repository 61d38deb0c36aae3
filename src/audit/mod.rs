//! Who did what and when. Rows are only added, in the transaction of the change they tell of; a moment later each is
//! chained to the one before it (`seal`), so that `verify` finds what was changed, taken away or cut off.

mod chain;
pub mod heads;
mod prune;
mod queries;
mod seal;
pub mod search;
mod verify;

pub use chain::Chain;
pub use prune::{LEAST_KEPT, prune};
pub use seal::{seal, seal_if_free};
pub use verify::{Fault, Verdict, begins_with_key, verify};

use crate::access::Actor;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use chrono::NaiveDate;
use serde::Serialize;
use std::path::Path;

/// What was done, in words that stay the same for as long as the log is kept.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// `attendance.checked_in`: the feature, then what happened.
    pub name: &'static str,
    /// What the entry's id is the id of.
    pub subject_kind: &'static str,
}

impl Action {
    pub const fn new(name: &'static str, subject_kind: &'static str) -> Self {
        Self { name, subject_kind }
    }
}

/// Adds an entry. `details` are the values before and after, kept apart so that they can be erased; `&()` for none.
///
/// # Errors
/// `Broken` when it cannot be written; the change it tells of is then not made either.
pub fn record(
    conn: &mut Conn,
    actor: &Actor,
    now: Moment,
    action: Action,
    subject: impl Into<Option<i64>>,
    details: &impl Serialize,
) -> Result<()> {
    let details =
        serde_json::to_string(details).map_err(|source| anyhow::Error::new(source).context("audit details"))?;
    // Where there is nothing to say besides, nothing is kept beside.
    let details = Some(details.as_str()).filter(|details| *details != "null");
    queries::insert(conn, actor, now, action, subject.into(), details)?;
    Ok(())
}

/// An entry as an extract shows it. Columns as [`list_of`] selects them.
#[derive(Debug, Clone, diesel::prelude::Queryable)]
pub struct Told {
    pub id: i64,
    pub at: Moment,
    /// Who did it; nothing for the program itself.
    pub name: Option<String>,
    pub action: String,
    /// The values before and after, in JSON.
    pub details: Option<String>,
}

/// What was done about one thing, the oldest first.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_of(conn: &mut Conn, subject_kind: &str, subject: i64) -> Result<Vec<Told>> {
    Ok(queries::list_of(conn, subject_kind, subject)?)
}

/// When and from where something was done about one thing since a moment, the newest first, so many at the most.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_times(
    conn: &mut Conn,
    action: Action,
    subject: i64,
    since: Moment,
    limit: i64,
) -> Result<Vec<(Moment, String)>> {
    Ok(queries::list_times(conn, action, subject, since, limit)?)
}

/// The entry that was added last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::prelude::Queryable)]
pub struct Newest {
    pub id: i64,
    pub at: Moment,
}

/// The entry that was added last; nothing when there is none yet.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn find_newest(conn: &mut Conn) -> Result<Option<Newest>> {
    Ok(queries::find_newest(conn)?)
}

/// Whether anything but these actions was done after an entry.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn is_anything_done_since(conn: &mut Conn, entry: i64, but: &[&str]) -> Result<bool> {
    Ok(queries::is_anything_done_since(conn, entry, but)?)
}

/// Copies the chain's head to a file outside the database, once a day; tells whether it did.
///
/// # Errors
/// `Broken` when it cannot be read or written.
pub fn copy_head(conn: &mut Conn, path: &Path, today: NaiveDate) -> Result<bool> {
    heads::copy(path, &queries::find_head(conn)?, today)
}
