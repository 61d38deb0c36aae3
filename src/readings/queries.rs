//! All SQL of readings.

use super::model::ReadingRow;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, ReadingId};
use crate::store::schema::{people, reading_marks, readings};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;

/// All readings in the library's order.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<ReadingRow>> {
    readings::table.order((readings::position, readings::id)).load(conn)
}

/// A reading's row, or `NotFound`.
pub fn find(conn: &mut Conn, id: ReadingId) -> Result<ReadingRow> {
    readings::table.filter(readings::id.eq(id)).get_result(conn).optional()?.ok_or(Error::NotFound("reading"))
}

/// Adds a reading at its place in the library, or moves it there.
pub(super) fn place(conn: &mut Conn, slug: &str, position: i64) -> QueryResult<()> {
    each!(conn, c => diesel::insert_into(readings::table)
        .values((readings::slug.eq(slug), readings::position.eq(position)))
        .on_conflict(readings::slug)
        .do_update()
        .set(readings::position.eq(position))
        .execute(c))?;
    Ok(())
}

pub(super) fn mark_approved(conn: &mut Conn, id: ReadingId, by: PersonId, at: Moment, digest: &str) -> QueryResult<()> {
    diesel::update(readings::table.filter(readings::id.eq(id)))
        .set((readings::approved_by.eq(by), readings::approved_at.eq(at), readings::approved_digest.eq(digest)))
        .execute(conn)?;
    Ok(())
}

/// The name of whoever approved a reading.
pub fn find_approver(conn: &mut Conn, id: ReadingId) -> QueryResult<Option<String>> {
    readings::table
        .inner_join(people::table)
        .filter(readings::id.eq(id))
        .select(people::name)
        .get_result(conn)
        .optional()
}

/// When somebody marked a reading as read, if they did.
pub fn find_mark(conn: &mut Conn, person: PersonId, id: ReadingId) -> QueryResult<Option<Moment>> {
    reading_marks::table
        .filter(reading_marks::person_id.eq(person))
        .filter(reading_marks::reading_id.eq(id))
        .select(reading_marks::read_at)
        .get_result(conn)
        .optional()
}

/// What somebody marked as read.
pub fn list_marked(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<ReadingId>> {
    reading_marks::table
        .filter(reading_marks::person_id.eq(person))
        .order(reading_marks::reading_id)
        .select(reading_marks::reading_id)
        .load(conn)
}

/// Marks a reading as read, once; the first time stays.
pub fn insert_mark(conn: &mut Conn, person: PersonId, id: ReadingId, now: Moment) -> QueryResult<bool> {
    let n_new = each!(conn, c => diesel::insert_into(reading_marks::table)
        .values((
            reading_marks::person_id.eq(person),
            reading_marks::reading_id.eq(id),
            reading_marks::read_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(n_new > 0)
}

pub fn delete_mark(conn: &mut Conn, person: PersonId, id: ReadingId) -> QueryResult<()> {
    diesel::delete(
        reading_marks::table.filter(reading_marks::person_id.eq(person)).filter(reading_marks::reading_id.eq(id)),
    )
    .execute(conn)?;
    Ok(())
}

/// Adds marks of people who read something, many at once.
pub fn insert_marks(conn: &mut Conn, marks: &[(PersonId, ReadingId, Moment)]) -> QueryResult<()> {
    for chunk in marks.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, reading, read_at)| {
                (
                    reading_marks::person_id.eq(*person),
                    reading_marks::reading_id.eq(*reading),
                    reading_marks::read_at.eq(*read_at),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(reading_marks::table).values(&rows).execute(c))?;
    }
    Ok(())
}
