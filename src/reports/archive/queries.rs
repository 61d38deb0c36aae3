//! All SQL of session archives.

use super::Archive;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::is_duplicate;
use crate::store::schema::session_archives;
use diesel::dsl::max;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The archives of a session, the newest first.
pub fn list_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Archive>> {
    session_archives::table
        .filter(session_archives::session_id.eq(session))
        .order(session_archives::version.desc())
        .load(conn)
}

/// The digests of all archives.
pub fn list_digests(conn: &mut Conn) -> QueryResult<BTreeSet<String>> {
    Ok(session_archives::table.select(session_archives::digest).load(conn)?.into_iter().collect())
}

/// One of them by its version, or `NotFound`.
pub fn find(conn: &mut Conn, session: SessionId, version: i64) -> Result<Archive> {
    session_archives::table
        .filter(session_archives::session_id.eq(session))
        .filter(session_archives::version.eq(version))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("archive"))
}

/// The version that the next archive of a session has.
pub(super) fn next_version(conn: &mut Conn, session: SessionId) -> QueryResult<i64> {
    let last: Option<i64> = session_archives::table
        .filter(session_archives::session_id.eq(session))
        .select(max(session_archives::version))
        .get_result(conn)?;
    Ok(last.map_or(1, |last| last + 1))
}

/// What is kept of a new archive.
pub(super) struct NewArchive<'a> {
    pub session: SessionId,
    pub version: i64,
    pub digest: &'a str,
    pub size_bytes: i64,
    pub made_at: Moment,
    pub made_by: Option<PersonId>,
}

/// Keeps that an archive was built.
///
/// # Errors
/// `Conflict` when another of the same version was built meanwhile.
pub(super) fn insert(conn: &mut Conn, new: &NewArchive<'_>) -> Result<()> {
    diesel::insert_into(session_archives::table)
        .values((
            session_archives::session_id.eq(new.session),
            session_archives::version.eq(new.version),
            session_archives::digest.eq(new.digest),
            session_archives::size_bytes.eq(new.size_bytes),
            session_archives::made_at.eq(new.made_at),
            session_archives::made_by.eq(new.made_by),
        ))
        .execute(conn)
        .map_err(|error| if is_duplicate(&error) { Error::Conflict } else { error.into() })?;
    Ok(())
}
