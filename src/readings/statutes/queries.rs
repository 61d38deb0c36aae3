//! All SQL of the list of statutes.

use super::{Facts, Statute};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::readings::model::Flag;
use crate::store::Conn;
use crate::store::ids::{PersonId, ReadingId, StatuteId};
use crate::store::schema::{reading_citations, readings, statute_reviews, statutes};
use diesel::prelude::*;

/// All statutes by name.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<Statute>> {
    statutes::table.order((statutes::name, statutes::id)).load(conn)
}

/// Which readings in use cite which statute now.
pub fn list_citing(conn: &mut Conn) -> QueryResult<Vec<(StatuteId, ReadingId)>> {
    reading_citations::table
        .inner_join(
            readings::table.on(readings::id
                .eq(reading_citations::reading_id)
                .and(readings::current_version.eq(reading_citations::reading_version))),
        )
        .filter(readings::retired_at.is_null())
        .order((reading_citations::statute_id, reading_citations::reading_id))
        .select((reading_citations::statute_id, reading_citations::reading_id))
        .distinct()
        .load(conn)
}

/// A statute, or `NotFound`.
pub fn find(conn: &mut Conn, id: StatuteId) -> Result<Statute> {
    statutes::table.find(id).get_result(conn).optional()?.ok_or(Error::NotFound("statute"))
}

pub(super) fn find_called(conn: &mut Conn, name: &str) -> QueryResult<Option<StatuteId>> {
    statutes::table.filter(statutes::name.eq(name)).select(statutes::id).get_result(conn).optional()
}

pub(super) fn insert(conn: &mut Conn, facts: &Facts) -> QueryResult<StatuteId> {
    diesel::insert_into(statutes::table)
        .values((
            statutes::name.eq(&facts.name),
            statutes::in_force.eq(facts.in_force),
            statutes::amended_on.eq(facts.amended_on),
            statutes::note.eq(&facts.note),
        ))
        .returning(statutes::id)
        .get_result(conn)
}

/// Tells whether nobody was faster.
pub(super) fn update(conn: &mut Conn, id: StatuteId, version: i64, facts: &Facts) -> QueryResult<bool> {
    let n = diesel::update(statutes::table.filter(statutes::id.eq(id)).filter(statutes::version.eq(version)))
        .set((
            statutes::name.eq(&facts.name),
            statutes::in_force.eq(facts.in_force),
            statutes::amended_on.eq(facts.amended_on),
            statutes::note.eq(&facts.note),
            statutes::version.eq(statutes::version + 1),
        ))
        .execute(conn)?;
    Ok(n == 1)
}

pub(super) fn insert_review(conn: &mut Conn, flag: &Flag, by: PersonId, now: Moment) -> QueryResult<()> {
    let row = (
        statute_reviews::statute_id.eq(flag.statute),
        statute_reviews::reading_id.eq(flag.reading),
        statute_reviews::amended_on.eq(flag.amended_on),
        statute_reviews::reviewed_by.eq(by),
        statute_reviews::reviewed_at.eq(now),
    );
    each!(conn, c => diesel::insert_into(statute_reviews::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}
