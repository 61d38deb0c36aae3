//! All SQL of who has read what, and passed its self-test.

use super::queries::current_numbers;
use crate::clock::Moment;
use crate::each;
use crate::store::ids::{PersonId, ReadingId};
use crate::store::schema::{reading_marks, self_test_passes};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::dsl::exists;
use diesel::prelude::*;

/// When somebody marked a reading as read, and which version: the last time, if they did.
pub fn find_mark(conn: &mut Conn, person: PersonId, id: ReadingId) -> QueryResult<Option<(i64, Moment)>> {
    reading_marks::table
        .filter(reading_marks::person_id.eq(person))
        .filter(reading_marks::reading_id.eq(id))
        .order((reading_marks::read_at.desc(), reading_marks::reading_version.desc()))
        .select((reading_marks::reading_version, reading_marks::read_at))
        .first(conn)
        .optional()
}

/// What somebody marked as read, in which versions.
pub fn list_marked(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<(ReadingId, i64)>> {
    reading_marks::table
        .filter(reading_marks::person_id.eq(person))
        .order((reading_marks::reading_id, reading_marks::reading_version))
        .select((reading_marks::reading_id, reading_marks::reading_version))
        .load(conn)
}

/// Marks a version as read, once; the first time stays.
pub fn insert_mark(conn: &mut Conn, person: PersonId, id: ReadingId, number: i64, now: Moment) -> QueryResult<bool> {
    let n_new = each!(conn, c => diesel::insert_into(reading_marks::table)
        .values((
            reading_marks::person_id.eq(person),
            reading_marks::reading_id.eq(id),
            reading_marks::reading_version.eq(number),
            reading_marks::read_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(n_new > 0)
}

pub fn delete_mark(conn: &mut Conn, person: PersonId, id: ReadingId, number: i64) -> QueryResult<()> {
    diesel::delete(reading_marks::table.find((person, id, number))).execute(conn)?;
    Ok(())
}

/// Adds marks of people who read the current version, many at once.
pub fn insert_marks(conn: &mut Conn, marks: &[(PersonId, ReadingId, Moment)]) -> QueryResult<()> {
    let numbers = current_numbers(conn)?;
    let number_of = |id: ReadingId| numbers.iter().find(|(reading, _)| *reading == id).map_or(0, |(_, number)| *number);
    for chunk in marks.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, reading, read_at)| {
                (
                    reading_marks::person_id.eq(*person),
                    reading_marks::reading_id.eq(*reading),
                    reading_marks::reading_version.eq(number_of(*reading)),
                    reading_marks::read_at.eq(*read_at),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(reading_marks::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Whether somebody has passed the self-test on a reading.
pub fn has_passed(conn: &mut Conn, person: PersonId, id: ReadingId) -> QueryResult<bool> {
    diesel::select(exists(self_test_passes::table.find((person, id)))).get_result(conn)
}

/// Notes that somebody has passed; tells whether that is new.
pub fn insert_pass(conn: &mut Conn, person: PersonId, id: ReadingId) -> QueryResult<bool> {
    let row = (self_test_passes::person_id.eq(person), self_test_passes::reading_id.eq(id));
    let n = each!(conn, c => diesel::insert_into(self_test_passes::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(n == 1)
}
