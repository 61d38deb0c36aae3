//! All SQL of final reports.

use super::{Entry, FinalReport, Number, Reference, from_json, to_json};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::Category;
use crate::reports::basis::Basis;
use crate::reports::period::Filter;
use crate::store::ids::{FinalReportId, PersonId, SessionId, UnitId};
use crate::store::schema::{final_reports, sessions, units};
use crate::store::{Conn, containing, is_duplicate, lower};
use crate::training::SessionState;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use std::collections::BTreeSet;

diesel::define_sql_function! {
    /// Nothing counts as a value of its own, as in the index.
    #[sql_name = "coalesce"]
    fn coalesce_unit(unit: Nullable<BigInt>, otherwise: BigInt) -> BigInt;
}
diesel::define_sql_function! {
    /// The same of words.
    #[sql_name = "coalesce"]
    fn coalesce_word(word: Nullable<Text>, otherwise: Text) -> Text;
}

type EntryColumns = (
    final_reports::id,
    final_reports::year,
    final_reports::serial,
    final_reports::session_id,
    final_reports::made_at,
    final_reports::made_by,
    final_reports::replaces_id,
    final_reports::first_day,
    final_reports::last_day,
    final_reports::unit_id,
    final_reports::category,
);

const ENTRY: EntryColumns = (
    final_reports::id,
    final_reports::year,
    final_reports::serial,
    final_reports::session_id,
    final_reports::made_at,
    final_reports::made_by,
    final_reports::replaces_id,
    final_reports::first_day,
    final_reports::last_day,
    final_reports::unit_id,
    final_reports::category,
);

/// The final reports of a session, the newest first.
pub fn list_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Entry>> {
    final_reports::table
        .filter(final_reports::session_id.eq(session))
        .order(final_reports::id.desc())
        .select(ENTRY)
        .load(conn)
}

/// The newest final report of each of these sessions that has one.
pub fn list_newest_of(conn: &mut Conn, of: &[SessionId]) -> QueryResult<Vec<Entry>> {
    let mut found: Vec<Entry> = final_reports::table
        .filter(final_reports::session_id.eq_any(of.to_vec()))
        .order(final_reports::id.desc())
        .select(ENTRY)
        .load(conn)?;
    let mut seen = BTreeSet::new();
    found.retain(|entry| seen.insert(entry.session));
    Ok(found)
}

/// The final reports of a period, a unit (or all) and a category (or all), the newest first.
pub fn list_of_period(conn: &mut Conn, filter: &Filter) -> QueryResult<Vec<Entry>> {
    final_reports::table
        .filter(final_reports::first_day.eq(filter.span.first))
        .filter(final_reports::last_day.eq(filter.span.last))
        .filter(coalesce_unit(final_reports::unit_id, UnitId(0)).eq(filter.unit.unwrap_or(UnitId(0))))
        .filter(coalesce_word(final_reports::category, "").eq(filter.category.map_or("", Category::as_str)))
        .order(final_reports::id.desc())
        .select(ENTRY)
        .load(conn)
}

/// The newest final reports of all, each with its session's title or its unit's name.
pub fn list_newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(Entry, Option<String>, Option<String>)>> {
    final_reports::table
        .left_join(sessions::table)
        .left_join(units::table)
        .order(final_reports::id.desc())
        .limit(limit)
        .select((ENTRY, sessions::title.nullable(), units::name.nullable()))
        .load(conn)
}

/// What is said of a final report, of a session or of a period.
///
/// # Errors
/// `NotFound` when there is none of that number.
pub fn find_entry(conn: &mut Conn, number: Number) -> Result<Entry> {
    final_reports::table
        .filter(final_reports::year.eq(number.year))
        .filter(final_reports::serial.eq(number.serial))
        .select(ENTRY)
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("final report"))
}

/// Sessions of a time that were held and are not confirmed yet.
pub fn count_unconfirmed(conn: &mut Conn, from: Moment, to: Moment) -> QueryResult<i64> {
    sessions::table
        .filter(sessions::state.eq_any([SessionState::Published, SessionState::Closed]))
        .filter(sessions::starts_at.ge(from))
        .filter(sessions::starts_at.lt(to))
        .count()
        .get_result(conn)
}

/// A session's final report by its number.
///
/// # Errors
/// `NotFound` when there is none; `Broken` when what it rests on cannot be read.
pub fn find(conn: &mut Conn, number: Number) -> Result<FinalReport> {
    let found: Option<(Entry, String, String)> = final_reports::table
        .filter(final_reports::year.eq(number.year))
        .filter(final_reports::serial.eq(number.serial))
        .filter(final_reports::session_id.is_not_null())
        .select((ENTRY, final_reports::basis, final_reports::digest))
        .get_result(conn)
        .optional()?;
    let (entry, basis, digest) = found.ok_or(Error::NotFound("final report"))?;
    Ok(FinalReport { entry, basis: from_json(&basis)?, digest })
}

/// What a final report rests on, as it is kept, and the digest that was kept with it.
pub fn find_kept(conn: &mut Conn, id: FinalReportId) -> QueryResult<(String, String)> {
    final_reports::table.find(id).select((final_reports::basis, final_reports::digest)).get_result(conn)
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

/// What a final report is of.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Session(SessionId),
    Period(&'a Filter),
}

/// What is kept of a new final report.
pub(super) struct NewFinal<'a> {
    pub subject: Subject<'a>,
    /// JSON.
    pub basis: String,
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
    let (session, filter) = match new.subject {
        Subject::Session(session) => (Some(session), None),
        Subject::Period(filter) => (None, Some(filter)),
    };
    let id = diesel::insert_into(final_reports::table)
        .values((
            final_reports::year.eq(number.year),
            final_reports::serial.eq(number.serial),
            final_reports::session_id.eq(session),
            final_reports::basis.eq(&new.basis),
            final_reports::digest.eq(digest(&new.basis)),
            final_reports::made_at.eq(new.made_at),
            final_reports::made_by.eq(new.made_by),
            final_reports::replaces_id.eq(new.replaces),
            final_reports::first_day.eq(filter.map(|filter| filter.span.first)),
            final_reports::last_day.eq(filter.map(|filter| filter.span.last)),
            final_reports::unit_id.eq(filter.and_then(|filter| filter.unit)),
            final_reports::category.eq(filter.and_then(|filter| filter.category)),
        ))
        .returning(final_reports::id)
        .get_result(conn)
        .map_err(|error| if is_duplicate(&error) { Error::Conflict } else { error.into() })?;
    Ok((id, number))
}

fn digest(basis: &str) -> String {
    crate::files::model::digest(basis.as_bytes())
}

/// The final reports of sessions in whose basis a word stands; those of periods name nobody.
pub(super) fn list_saying(conn: &mut Conn, word: &str) -> QueryResult<Vec<FinalReportId>> {
    final_reports::table
        .filter(final_reports::session_id.is_not_null())
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
