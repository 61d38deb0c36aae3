//! What whoever reads the trail asks of it.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::PersonId;
use diesel::prelude::Queryable;

/// Which entries are wanted; what is empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: Option<Moment>,
    /// Itself excluded.
    pub until: Option<Moment>,
    /// Part of the name or employee number of who did it.
    pub actor: String,
    /// The part of the program, which every action's name begins with.
    pub area: String,
    /// Part of what was done: `checked_in`.
    pub action: String,
    pub subject_kind: String,
    pub subject: Option<i64>,
}

/// An entry as it is read.
#[derive(Debug, Clone, Queryable)]
pub struct Found {
    pub id: i64,
    pub at: Moment,
    pub action: String,
    pub subject_kind: String,
    pub subject: Option<i64>,
    pub origin: String,
    pub request: String,
    pub person: Option<(PersonId, String, String)>,
    /// The values before and after, as JSON.
    pub details: Option<String>,
}

/// How many entries are wanted.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn count(conn: &mut Conn, filter: &Filter) -> Result<i64> {
    Ok(queries::count_found(conn, filter)?)
}

/// A page of the entries that are wanted, the newest first.
///
/// # Errors
/// As [`count`].
pub fn list(conn: &mut Conn, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Found>> {
    Ok(queries::list_found(conn, filter, offset, limit)?)
}
