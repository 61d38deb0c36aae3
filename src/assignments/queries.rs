//! All SQL of assignments and tasks.

use super::model::{NewAssignment, NewTask, TaskRow, TaskState};
use crate::clock::Moment;
use crate::each;
use crate::store::ids::{AssignmentId, PersonId, ReadingId};
use crate::store::schema::{assignments, attendance, readings, sessions, tasks};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;

/// Tasks with their reading, and the person's state in the session they make up for: a [`TaskRow`] each.
macro_rules! task_rows {
    () => {
        tasks::table
            .inner_join(readings::table)
            .left_join(sessions::table)
            .left_join(attendance::table.on(
                attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
            ))
            .select((tasks::all_columns, readings::slug, sessions::title.nullable(), attendance::state.nullable()))
    };
}

/// Somebody's tasks of one reading, without those withdrawn; what is due first stands first.
pub fn list_tasks_of_reading(conn: &mut Conn, person: PersonId, reading: ReadingId) -> QueryResult<Vec<TaskRow>> {
    task_rows!()
        .filter(tasks::person_id.eq(person))
        .filter(tasks::reading_id.eq(reading))
        .filter(tasks::state.ne(TaskState::Withdrawn))
        .order((tasks::due_on, tasks::id))
        .load(conn)
}

/// Finishes somebody's open tasks of a reading.
pub(super) fn finish_tasks(conn: &mut Conn, person: PersonId, reading: ReadingId, now: Moment) -> QueryResult<usize> {
    diesel::update(
        tasks::table
            .filter(tasks::person_id.eq(person))
            .filter(tasks::reading_id.eq(reading))
            .filter(tasks::state.eq(TaskState::Open)),
    )
    .set((tasks::state.eq(TaskState::Done), tasks::done_at.eq(now), tasks::version.eq(tasks::version + 1)))
    .execute(conn)
}

/// When somebody's task of a reading was last finished.
pub(super) fn find_last_finish(conn: &mut Conn, person: PersonId, reading: ReadingId) -> QueryResult<Option<Moment>> {
    let last: Option<Option<Moment>> = tasks::table
        .filter(tasks::person_id.eq(person))
        .filter(tasks::reading_id.eq(reading))
        .filter(tasks::state.eq(TaskState::Done))
        .order((tasks::done_at.desc(), tasks::id.desc()))
        .select(tasks::done_at)
        .first(conn)
        .optional()?;
    Ok(last.flatten())
}

/// Opens again what somebody finished at that moment.
pub(super) fn reopen_tasks(
    conn: &mut Conn,
    person: PersonId,
    reading: ReadingId,
    finished_at: Moment,
) -> QueryResult<usize> {
    diesel::update(
        tasks::table
            .filter(tasks::person_id.eq(person))
            .filter(tasks::reading_id.eq(reading))
            .filter(tasks::state.eq(TaskState::Done))
            .filter(tasks::done_at.eq(finished_at)),
    )
    .set((tasks::state.eq(TaskState::Open), tasks::done_at.eq(None::<Moment>), tasks::version.eq(tasks::version + 1)))
    .execute(conn)
}

/// Adds an assignment, still without tasks.
pub fn insert_assignment(conn: &mut Conn, new: &NewAssignment) -> QueryResult<AssignmentId> {
    diesel::insert_into(assignments::table)
        .values((
            assignments::kind.eq(new.kind),
            assignments::title.eq(&new.title),
            assignments::note.eq(&new.note),
            assignments::unit_id.eq(new.unit_id),
            assignments::session_id.eq(new.session_id),
            assignments::given_by.eq(new.given_by),
            assignments::given_at.eq(new.given_at),
            assignments::due_on.eq(new.due_on),
        ))
        .returning(assignments::id)
        .get_result(conn)
}

/// Adds tasks, many at once.
pub fn insert_tasks(conn: &mut Conn, new: &[NewTask]) -> QueryResult<()> {
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|task| {
                (
                    tasks::assignment_id.eq(task.assignment_id),
                    tasks::person_id.eq(task.person_id),
                    tasks::reading_id.eq(task.reading_id),
                    tasks::session_id.eq(task.session_id),
                    tasks::matter.eq(&task.matter),
                    tasks::state.eq(task.state),
                    tasks::due_on.eq(task.due_on),
                    tasks::done_at.eq(task.done_at),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(tasks::table).values(&rows).execute(c))?;
    }
    Ok(())
}
