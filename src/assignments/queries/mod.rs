//! All SQL of assignments and tasks.

mod giving;

pub use giving::*;

use super::model::{Assignment, AssignmentKind, PersonTask, TaskRow, TaskState};
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::ids::{AssignmentId, PersonId, ReadingId, SessionId, TaskId, UnitId};
use crate::store::schema::{assignments, attendance, people, reading_versions, readings, sessions, tasks, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// Tasks with their reading, and the person's state in the session they make up for: a [`TaskRow`] each.
macro_rules! task_rows {
    () => {
        tasks_with!().select(task_columns!())
    };
}

/// The same with the person: a [`PersonTask`] each.
macro_rules! person_tasks {
    () => {
        tasks_with!(.inner_join(people::table.inner_join(units::table)))
            .select((task_columns!(), people::name, units::id, units::name))
    };
}

/// Tasks with what is shown beside them, and with what else is joined.
macro_rules! tasks_with {
    ($($joined:tt)*) => {
        tasks::table
            .inner_join(readings::table)
            .inner_join(
                reading_versions::table.on(reading_versions::reading_id
                    .eq(tasks::reading_id)
                    .and(reading_versions::number.eq(tasks::reading_version))),
            )
            $($joined)*
            .left_join(sessions::table)
            .left_join(attendance::table.on(
                attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
            ))
    };
}

/// The columns of a [`TaskRow`].
macro_rules! task_columns {
    () => {
        (
            tasks::all_columns,
            reading_versions::title_zh,
            reading_versions::title_en,
            readings::current_version,
            sessions::title.nullable(),
            attendance::state.nullable(),
            attendance::make_up.nullable(),
        )
    };
}

/// What these assignments are called: by the session or the call that they are about, empty when they are about neither.
pub fn list_titles(conn: &mut Conn, ids: &[AssignmentId]) -> QueryResult<Vec<(AssignmentId, String)>> {
    assignments::table
        .filter(assignments::id.eq_any(ids.to_vec()))
        .order(assignments::id)
        .select((assignments::id, assignments::title))
        .load(conn)
}

/// What is read in these assignments: each reading once, in the order of their ids.
pub fn list_readings_of(conn: &mut Conn, ids: &[AssignmentId]) -> QueryResult<Vec<(AssignmentId, ReadingId)>> {
    tasks::table
        .filter(tasks::assignment_id.eq_any(ids.to_vec()))
        .select((tasks::assignment_id, tasks::reading_id))
        .distinct()
        .order((tasks::assignment_id, tasks::reading_id))
        .load(conn)
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

/// Finishes somebody's open tasks of that kind about a reading, of which they took this version.
pub(super) fn finish_tasks(
    conn: &mut Conn,
    kind: AssignmentKind,
    person: PersonId,
    reading: ReadingId,
    number: i64,
    now: Moment,
) -> QueryResult<usize> {
    diesel::update(
        tasks::table
            .filter(tasks::person_id.eq(person))
            .filter(tasks::reading_id.eq(reading))
            .filter(tasks::kind.eq(kind))
            .filter(tasks::state.eq(TaskState::Open)),
    )
    .set((
        tasks::state.eq(TaskState::Done),
        tasks::done_at.eq(now),
        tasks::read_version.eq(number),
        tasks::version.eq(tasks::version + 1),
    ))
    .execute(conn)
}

/// When somebody's task to read a reading was last finished.
pub(super) fn find_last_finish(conn: &mut Conn, person: PersonId, reading: ReadingId) -> QueryResult<Option<Moment>> {
    let last: Option<Option<Moment>> = tasks::table
        .filter(tasks::person_id.eq(person))
        .filter(tasks::kind.eq(AssignmentKind::Reading))
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
            .filter(tasks::kind.eq(AssignmentKind::Reading))
            .filter(tasks::reading_id.eq(reading))
            .filter(tasks::state.eq(TaskState::Done))
            .filter(tasks::done_at.eq(finished_at)),
    )
    .set((
        tasks::state.eq(TaskState::Open),
        tasks::done_at.eq(None::<Moment>),
        tasks::read_version.eq(None::<i64>),
        tasks::version.eq(tasks::version + 1),
    ))
    .execute(conn)
}

/// An assignment, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_assignment(conn: &mut Conn, id: AssignmentId) -> Result<Assignment> {
    assignments::table.filter(assignments::id.eq(id)).get_result(conn).optional()?.ok_or(Error::NotFound("assignment"))
}

/// The unit above all others.
pub fn find_root_unit(conn: &mut Conn) -> Result<Unit> {
    let root: Option<Unit> =
        units::table.filter(units::parent_id.is_null()).order((units::sort_key, units::id)).first(conn).optional()?;
    root.ok_or(Error::NotFound("unit"))
}

/// These tasks of an assignment.
pub(super) fn list_picked(conn: &mut Conn, id: AssignmentId, ids: &[TaskId]) -> QueryResult<Vec<PersonTask>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        found.extend(
            person_tasks!()
                .filter(tasks::assignment_id.eq(id))
                .filter(tasks::id.eq_any(chunk.to_vec()))
                .order((units::sort_key, people::order_number, tasks::id))
                .load::<PersonTask>(conn)?,
        );
    }
    Ok(found)
}

pub(super) fn update_due(conn: &mut Conn, ids: &[TaskId], due_on: NaiveDate) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(tasks::table.filter(tasks::id.eq_any(chunk.to_vec())))
            .set((tasks::due_on.eq(due_on), tasks::version.eq(tasks::version + 1)))
            .execute(conn)?;
    }
    Ok(n)
}

pub(super) fn mark_withdrawn(conn: &mut Conn, ids: &[TaskId]) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(tasks::table.filter(tasks::id.eq_any(chunk.to_vec())))
            .set((tasks::state.eq(TaskState::Withdrawn), tasks::version.eq(tasks::version + 1)))
            .execute(conn)?;
    }
    Ok(n)
}

/// How one task of an assignment stands, for its counts.
pub type Standing = (PersonId, UnitId, TaskState, NaiveDate, Option<AttendanceState>);

/// How the tasks of an assignment stand, with the present units of their people.
pub fn list_standing(conn: &mut Conn, id: AssignmentId) -> QueryResult<Vec<Standing>> {
    tasks::table
        .inner_join(people::table)
        .left_join(attendance::table.on(
            attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
        ))
        .filter(tasks::assignment_id.eq(id))
        .order(tasks::id)
        .select((tasks::person_id, people::unit_id, tasks::state, tasks::due_on, attendance::state.nullable()))
        .load(conn)
}

/// Everything that was given for a session, to whom, in the units' fixed order.
pub fn list_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonTask>> {
    person_tasks!()
        .filter(tasks::session_id.eq(session))
        .order((units::sort_key, people::order_number, people::id, readings::position, tasks::id))
        .load(conn)
}

/// One page of the tasks of an assignment of people who are now in one of these units, in the units' fixed order.
pub fn page_of_tasks(
    conn: &mut Conn,
    id: AssignmentId,
    in_units: &[UnitId],
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<PersonTask>> {
    person_tasks!()
        .filter(tasks::assignment_id.eq(id))
        .filter(people::unit_id.eq_any(in_units.to_vec()))
        .order((units::sort_key, people::order_number, people::id, readings::position, tasks::id))
        .limit(limit)
        .offset(offset)
        .load(conn)
}

/// Somebody's tasks that are not finished, the earliest due first, those counting as released and those that wait for
/// whoever accepts them included.
pub fn list_open(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<TaskRow>> {
    task_rows!()
        .filter(tasks::person_id.eq(person))
        .filter(tasks::state.eq_any([TaskState::Open, TaskState::Returned, TaskState::Submitted]))
        .order((tasks::due_on, tasks::id))
        .load(conn)
}

/// The tasks somebody finished, the last first, and no more than `limit`.
pub fn list_done(conn: &mut Conn, person: PersonId, limit: i64) -> QueryResult<Vec<TaskRow>> {
    task_rows!()
        .filter(tasks::person_id.eq(person))
        .filter(tasks::state.eq_any(TaskState::FINISHED))
        .order((tasks::done_at.desc(), tasks::id.desc()))
        .limit(limit)
        .load(conn)
}

/// How many tasks somebody has finished.
pub fn count_done(conn: &mut Conn, person: PersonId) -> QueryResult<i64> {
    tasks::table
        .filter(tasks::person_id.eq(person))
        .filter(tasks::state.eq_any(TaskState::FINISHED))
        .select(count_star())
        .get_result(conn)
}

/// Somebody's tasks of a year: those that were due within its days when they were given, and those for its sessions.
pub fn list_of_year(
    conn: &mut Conn,
    person: PersonId,
    (from, to): (NaiveDate, NaiveDate),
    sessions: &[SessionId],
) -> QueryResult<Vec<TaskRow>> {
    let due_within = assignments::table.filter(assignments::due_on.between(from, to)).select(assignments::id);
    task_rows!()
        .filter(tasks::person_id.eq(person))
        .filter(tasks::state.ne(TaskState::Withdrawn))
        .filter(tasks::session_id.is_null().or(tasks::session_id.eq_any(sessions.to_vec()).assume_not_null()))
        .filter(tasks::session_id.is_not_null().or(tasks::assignment_id.eq_any(due_within)))
        .order((tasks::due_on, tasks::id))
        .load(conn)
}
