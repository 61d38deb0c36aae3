//! What becomes of a unit's task: handed in, taken back, decided, given another day, withdrawn.

use crate::assignments::TaskState;
use crate::assignments::calls::model::{UnitTask, UnitTaskState};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::ids::{AssignmentId, PersonId, UnitTaskId};
use crate::store::schema::{assignments, tasks, unit_tasks};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Marks a task as handed in, or passed on, by somebody.
pub(in crate::assignments::calls) fn mark_submitted(
    conn: &mut Conn,
    task: &UnitTask,
    by: PersonId,
    now: Moment,
) -> Result<UnitTask> {
    diesel::update(as_it_stood(task))
        .set((
            unit_tasks::state.eq(UnitTaskState::Submitted),
            unit_tasks::submitted_by.eq(by),
            unit_tasks::submitted_at.eq(now),
            unit_tasks::version.eq(task.version + 1),
        ))
        .returning(unit_tasks::all_columns)
        .get_result(conn)
        .optional()?
        .ok_or(Error::Conflict)
}

/// Opens what was handed in.
pub(in crate::assignments::calls) fn mark_taken_back(conn: &mut Conn, task: &UnitTask) -> Result<UnitTask> {
    diesel::update(as_it_stood(task))
        .set((
            unit_tasks::state.eq(UnitTaskState::Open),
            unit_tasks::submitted_by.eq(None::<PersonId>),
            unit_tasks::submitted_at.eq(None::<Moment>),
            unit_tasks::version.eq(task.version + 1),
        ))
        .returning(unit_tasks::all_columns)
        .get_result(conn)
        .optional()?
        .ok_or(Error::Conflict)
}

/// The row of a task, unless it has changed since.
#[diesel::dsl::auto_type(no_type_alias)]
fn as_it_stood(task: &UnitTask) -> _ {
    let (id, version): (UnitTaskId, i64) = (task.id, task.version);
    unit_tasks::table.filter(unit_tasks::id.eq(id)).filter(unit_tasks::version.eq(version))
}

/// Marks tasks as decided, adding what was said to them.
pub(in crate::assignments::calls) fn mark_decided(
    conn: &mut Conn,
    ids: &[UnitTaskId],
    state: UnitTaskState,
    by: PersonId,
    now: Moment,
    words: &str,
) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(unit_tasks::table.filter(unit_tasks::id.eq_any(chunk.to_vec())))
            .set((
                unit_tasks::state.eq(state),
                unit_tasks::decided_by.eq(by),
                unit_tasks::decided_at.eq(now),
                unit_tasks::comment.eq(unit_tasks::comment.concat(line(words))),
                unit_tasks::version.eq(unit_tasks::version + 1),
            ))
            .execute(conn)?;
    }
    Ok(n)
}

/// Gives tasks another day, adding why.
pub(in crate::assignments::calls) fn update_due(
    conn: &mut Conn,
    ids: &[UnitTaskId],
    due_on: NaiveDate,
    words: &str,
) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(unit_tasks::table.filter(unit_tasks::id.eq_any(chunk.to_vec())))
            .set((
                unit_tasks::due_on.eq(due_on),
                unit_tasks::comment.eq(unit_tasks::comment.concat(line(words))),
                unit_tasks::version.eq(unit_tasks::version + 1),
            ))
            .execute(conn)?;
    }
    Ok(n)
}

/// What was said as one line to be added.
fn line(words: &str) -> String {
    let joined = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.is_empty() { joined } else { format!("{joined}\n") }
}

/// Withdraws what people were given by these tasks and have not done.
pub(in crate::assignments::calls) fn withdraw_people_tasks(conn: &mut Conn, ids: &[UnitTaskId]) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let given: Vec<AssignmentId> = assignments::table
            .filter(assignments::unit_task_id.eq_any(chunk.to_vec()))
            .order(assignments::id)
            .select(assignments::id)
            .load(conn)?;
        n += diesel::update(
            tasks::table.filter(tasks::assignment_id.eq_any(given)).filter(tasks::state.eq(TaskState::Open)),
        )
        .set((tasks::state.eq(TaskState::Withdrawn), tasks::version.eq(tasks::version + 1)))
        .execute(conn)?;
    }
    Ok(n)
}
