//! All SQL of final reports.

use super::{Entry, FinalReport, Number, Reference, from_json, to_json};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::reports::basis::Basis;
use crate::store::ids::{FinalReportId, PersonId, SessionId};
use crate::store::schema::{final_reports, sessions};
use crate::store::{Conn, containing, is_duplicate, lower};
use diesel::dsl::max;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

type EntryColumns = (
    final_reports::id,
    final_reports::year,
    final_reports::serial,
    final_reports::session_id,
    final_reports::made_at,
    final_reports::made_by,
    final_reports::replaces_id,
);

const ENTRY: EntryColumns = (
    final_reports::id,
    final_reports::year,
    final_reports::serial,
    final_reports::session_id,
    final_reports::made_at,
    final_reports::made_by,
    final_reports::replaces_id,
);

/// The final reports of a session, the newest first.
pub fn list_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Entry>> {
    final_reports::table
        .filter(final_reports::session_id.eq(session))
        .order(final_reports::id.desc())
        .select(ENTRY)
        .load(conn)
}

/// The newest final reports of all, each with its session's title.
pub fn list_newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(Entry, String)>> {
    final_reports::table
        .inner_join(sessions::table)
        .order(final_reports::id.desc())
        .limit(limit)
        .select((ENTRY, sessions::title))
        .load(conn)
}

/// A final report by its number.
///
/// # Errors
/// `NotFound` when there is none; `Broken` when what it rests on cannot be read.
pub fn find(conn: &mut Conn, number: Number) -> Result<FinalReport> {
    let found: Option<(Entry, String, String)> = final_reports::table
        .filter(final_reports::year.eq(number.year))
        .filter(final_reports::serial.eq(number.serial))
        .select((ENTRY, final_reports::basis, final_reports::digest))
        .get_result(conn)
        .optional()?;
    let (entry, basis, digest) = found.ok_or(Error::NotFound("final report"))?;
    Ok(FinalReport { entry, basis: from_json(&basis)?, digest })
}

/// What a final report rests on, as it is kept.
pub fn find_json(conn: &mut Conn, id: FinalReportId) -> QueryResult<String> {
    final_reports::table.find(id).select(final_reports::basis).get_result(conn)
}

/// What a final report rests on.
pub(super) fn find_basis(conn: &mut Conn, id: FinalReportId) -> Result<Basis> {
    let json: String = final_reports::table.find(id).select(final_reports::basis).get_result(conn)?;
    from_json(&json)
}

/// The one that a report replaces, and the one that replaces it.
pub fn find_neighbours(conn: &mut Conn, of: &Entry) -> QueryResult<(Option<Reference>, Option<Reference>)> {
    let near: Vec<Entry> = final_reports::table
        .filter(final_reports::replaces_id.eq(of.id).or(final_reports::id.nullable().eq(of.replaces)))
        .order(final_reports::id)
        .select(ENTRY)
        .load(conn)?;
    let refer = |entry: &Entry| Reference { number: entry.number().to_string(), made_at: entry.made_at };
    let before = near.iter().find(|entry| Some(entry.id) == of.replaces).map(refer);
    Ok((before, near.iter().find(|entry| entry.replaces == Some(of.id)).map(refer)))
}

/// What is kept of a new final report.
pub(super) struct NewFinal<'a> {
    pub session: SessionId,
    pub basis: &'a Basis,
    pub year: i64,
    pub made_at: Moment,
    pub made_by: PersonId,
    pub replaces: Option<FinalReportId>,
}

/// Keeps a final report under the next number of its year.
///
/// # Errors
/// `Conflict` when another was made at the same moment.
pub(super) fn insert(conn: &mut Conn, new: &NewFinal<'_>) -> Result<(FinalReportId, Number)> {
    let last: Option<i64> = final_reports::table
        .filter(final_reports::year.eq(new.year))
        .select(max(final_reports::serial))
        .get_result(conn)?;
    let number = Number { year: new.year, serial: last.map_or(1, |last| last + 1) };
    let basis = to_json(new.basis)?;
    let digest = digest(&basis);
    let id = diesel::insert_into(final_reports::table)
        .values((
            final_reports::year.eq(number.year),
            final_reports::serial.eq(number.serial),
            final_reports::session_id.eq(new.session),
            final_reports::basis.eq(basis),
            final_reports::digest.eq(digest),
            final_reports::made_at.eq(new.made_at),
            final_reports::made_by.eq(new.made_by),
            final_reports::replaces_id.eq(new.replaces),
        ))
        .returning(final_reports::id)
        .get_result(conn)
        .map_err(|error| if is_duplicate(&error) { Error::Conflict } else { error.into() })?;
    Ok((id, number))
}

fn digest(basis: &str) -> String {
    Sha256::digest(basis).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The final reports in whose basis a word stands.
pub(super) fn list_saying(conn: &mut Conn, word: &str) -> QueryResult<Vec<FinalReportId>> {
    final_reports::table
        .filter(lower(final_reports::basis).like(containing(word)).escape('\\'))
        .order(final_reports::id)
        .select(final_reports::id)
        .load(conn)
}

/// Keeps what a final report rests on once names were taken out of it.
pub(super) fn store_basis(conn: &mut Conn, id: FinalReportId, basis: &Basis) -> Result<()> {
    let basis = to_json(basis)?;
    diesel::update(final_reports::table.find(id))
        .set((final_reports::digest.eq(digest(&basis)), final_reports::basis.eq(&basis)))
        .execute(conn)?;
    Ok(())
}
