//! All SQL of feedback.

use super::model::{Feedback, FeedbackKind};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{FeedbackId, PersonId};
use crate::store::schema::{feedback, people};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// One with the name of who wrote it.
pub type Named = (Feedback, String);

/// What somebody wrote, the newest first.
pub fn list_of(conn: &mut Conn, person: PersonId, limit: i64) -> QueryResult<Vec<Named>> {
    feedback::table
        .inner_join(people::table)
        .filter(feedback::written_by.eq(person))
        .order(feedback::id.desc())
        .limit(limit)
        .select((feedback::all_columns, people::name))
        .load(conn)
}

/// What everybody wrote, for HQ: what waits first, the oldest of it on top; then what is answered, the newest on top.
pub fn list(conn: &mut Conn, answered: Answered, offset: i64, limit: i64) -> QueryResult<Vec<Named>> {
    let rows = feedback::table.inner_join(people::table).select((feedback::all_columns, people::name));
    match answered {
        Answered::No => {
            let waiting = rows.filter(feedback::answered_at.is_null());
            waiting.order(feedback::id).offset(offset).limit(limit).load(conn)
        }
        Answered::Yes => {
            let answered = rows.filter(feedback::answered_at.is_not_null());
            answered.order(feedback::id.desc()).offset(offset).limit(limit).load(conn)
        }
    }
}

/// Which of what everybody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    No,
    Yes,
}

/// How many wait for an answer, and how many have one.
pub fn count(conn: &mut Conn) -> QueryResult<(i64, i64)> {
    let all: i64 = feedback::table.select(count_star()).get_result(conn)?;
    let waiting: i64 = feedback::table.filter(feedback::answered_at.is_null()).select(count_star()).get_result(conn)?;
    Ok((waiting, all - waiting))
}

pub(super) fn find(conn: &mut Conn, id: FeedbackId) -> Result<Feedback> {
    feedback::table.find(id).get_result(conn).optional()?.ok_or(Error::NotFound("feedback"))
}

pub(super) fn insert(
    conn: &mut Conn,
    kind: FeedbackKind,
    text: &str,
    by: PersonId,
    at: Moment,
) -> QueryResult<FeedbackId> {
    diesel::insert_into(feedback::table)
        .values((
            feedback::kind.eq(kind),
            feedback::text.eq(text),
            feedback::written_by.eq(by),
            feedback::written_at.eq(at),
        ))
        .returning(feedback::id)
        .get_result(conn)
}

/// Tells whether nobody was faster.
pub(super) fn update_answer(
    conn: &mut Conn,
    id: FeedbackId,
    version: i64,
    words: &str,
    by: PersonId,
    at: Moment,
) -> QueryResult<bool> {
    let n = diesel::update(feedback::table.filter(feedback::id.eq(id)).filter(feedback::version.eq(version)))
        .set((
            feedback::answer.eq(words),
            feedback::answered_by.eq(by),
            feedback::answered_at.eq(at),
            feedback::version.eq(version + 1),
        ))
        .execute(conn)?;
    Ok(n == 1)
}

pub(super) fn delete_answered(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = feedback::table.filter(feedback::written_at.lt(before)).filter(feedback::answered_at.is_not_null());
    diesel::delete(old).execute(conn)
}
