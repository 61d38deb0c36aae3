//! All SQL of the questions that HQ writes, retires and approves.

use super::own::Row;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{OwnQuestionId, PersonId, ReadingId};
use crate::store::schema::{own_questions, people, question_approvals, question_retirements};
use diesel::prelude::*;

/// What HQ wrote about one reading, or about any, in the order it was written.
pub fn list(conn: &mut Conn, reading: Option<ReadingId>) -> QueryResult<Vec<Row>> {
    let mut query = own_questions::table.order(own_questions::id).into_boxed();
    if let Some(reading) = reading {
        query = query.filter(own_questions::reading_id.eq(reading));
    }
    query.load(conn)
}

/// One of them, or `NotFound` when it is not about that reading.
pub fn find(conn: &mut Conn, reading: ReadingId, id: OwnQuestionId) -> Result<Row> {
    own_questions::table
        .find(id)
        .filter(own_questions::reading_id.eq(reading))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("question"))
}

macro_rules! words {
    ($row:expr) => {
        (
            own_questions::kind.eq($row.kind),
            own_questions::question_zh.eq(&$row.question_zh),
            own_questions::question_en.eq(&$row.question_en),
            own_questions::choices_zh.eq(&$row.choices_zh),
            own_questions::choices_en.eq(&$row.choices_en),
            own_questions::right_choices.eq(&$row.right_choices),
            own_questions::explanation_zh.eq(&$row.explanation_zh),
            own_questions::explanation_en.eq(&$row.explanation_en),
            own_questions::statute.eq(&$row.statute),
            own_questions::article.eq(&$row.article),
            own_questions::source.eq(&$row.source),
            own_questions::made_by.eq($row.made_by),
            own_questions::made_at.eq($row.made_at),
        )
    };
}

pub(super) fn insert(conn: &mut Conn, row: &Row) -> QueryResult<OwnQuestionId> {
    diesel::insert_into(own_questions::table)
        .values((own_questions::reading_id.eq(row.reading), words!(row)))
        .returning(own_questions::id)
        .get_result(conn)
}

/// Changes what was shown in `row.version`; tells whether nobody was faster.
pub(super) fn update(conn: &mut Conn, row: &Row) -> QueryResult<bool> {
    let shown = own_questions::table.find(row.id).filter(own_questions::version.eq(row.version));
    let n = diesel::update(shown).set((words!(row), own_questions::version.eq(row.version + 1))).execute(conn)?;
    Ok(n == 1)
}

/// What is no longer asked about one reading, or about any.
pub fn list_retired(conn: &mut Conn, reading: Option<ReadingId>) -> QueryResult<Vec<(ReadingId, String)>> {
    let mut query = question_retirements::table
        .select((question_retirements::reading_id, question_retirements::question))
        .into_boxed();
    if let Some(reading) = reading {
        query = query.filter(question_retirements::reading_id.eq(reading));
    }
    query.load(conn)
}

/// Tells whether it was asked until now.
pub(super) fn retire(
    conn: &mut Conn,
    reading: ReadingId,
    question: &str,
    by: PersonId,
    at: Moment,
) -> QueryResult<bool> {
    let row = (
        question_retirements::reading_id.eq(reading),
        question_retirements::question.eq(question),
        question_retirements::retired_by.eq(by),
        question_retirements::retired_at.eq(at),
    );
    let n = each!(conn, c => diesel::insert_into(question_retirements::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(n == 1)
}

/// Tells whether it was retired until now.
pub(super) fn bring_back(conn: &mut Conn, reading: ReadingId, question: &str) -> QueryResult<bool> {
    Ok(diesel::delete(question_retirements::table.find((reading, question))).execute(conn)? == 1)
}

/// Who approved a question as it was then. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct Approval {
    pub reading_id: ReadingId,
    pub question: String,
    pub digest: String,
    pub by: String,
    pub at: Moment,
}

/// All approvals of questions.
pub fn list_approvals(conn: &mut Conn) -> QueryResult<Vec<Approval>> {
    question_approvals::table
        .inner_join(people::table)
        .order((question_approvals::reading_id, question_approvals::question))
        .select((
            question_approvals::reading_id,
            question_approvals::question,
            question_approvals::digest,
            people::name,
            question_approvals::approved_at,
        ))
        .load(conn)
}

pub(in crate::readings) fn put_approval(
    conn: &mut Conn,
    id: ReadingId,
    question: &str,
    digest: &str,
    by: PersonId,
    at: Moment,
) -> QueryResult<()> {
    let (given_by, given_at) = (question_approvals::approved_by.eq(by), question_approvals::approved_at.eq(at));
    let digest = question_approvals::digest.eq(digest);
    each!(conn, c => diesel::insert_into(question_approvals::table)
        .values((
            question_approvals::reading_id.eq(id),
            question_approvals::question.eq(question),
            digest,
            given_by,
            given_at,
        ))
        .on_conflict((question_approvals::reading_id, question_approvals::question))
        .do_update()
        .set((digest, given_by, given_at))
        .execute(c))?;
    Ok(())
}
