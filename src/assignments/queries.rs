//! All SQL of assignments and tasks.

use super::model::{Assignment, AssignmentKind, NewAssignment, NewTask, PersonTask, RELEASED, TaskRow, TaskState};
use crate::access::UnitPath;
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::{Person, Unit};
use crate::readings::queries::current_numbers;
use crate::store::ids::{AssignmentId, CallId, PersonId, ReadingId, SessionId, TaskId, UnitId};
use crate::store::schema::{
    assignments, attendance, people, reading_versions, readings, roster, sessions, tasks, unit_tasks, units,
};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::BTreeMap;

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
        )
    };
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

/// Everybody on a session's roster who has not left, as they are now, with the path of their present unit.
pub(super) fn list_people_of(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(Person, UnitPath)>> {
    people::table
        .inner_join(units::table)
        .inner_join(roster::table.on(roster::person_id.eq(people::id)))
        .filter(roster::session_id.eq(session))
        .filter(people::left_on.is_null())
        .order(roster::position)
        .select((people::all_columns, units::path))
        .load(conn)
}

/// What was given for a session, to whom, and how it stands.
pub(super) fn list_given(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .filter(tasks::session_id.eq(session))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// The same of one kind of work.
pub(super) fn list_given_as(
    conn: &mut Conn,
    session: SessionId,
    kind: AssignmentKind,
) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .filter(tasks::session_id.eq(session))
        .filter(tasks::kind.eq(kind))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// What of a kind was given by a call, whichever unit passed it on, to whom, and how it stands.
pub(super) fn list_given_by_call(
    conn: &mut Conn,
    call: CallId,
    kind: AssignmentKind,
) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .inner_join(assignments::table.inner_join(unit_tasks::table))
        .filter(unit_tasks::call_id.eq(call))
        .filter(tasks::kind.eq(kind))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// Those who read everything they were given for a session: self-study, which is not made up by it.
pub fn list_self_study(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    let given = list_given(conn, session)?;
    let with = |is_wanted: fn(TaskState) -> bool| {
        given
            .iter()
            .filter(move |(_, _, state)| is_wanted(*state))
            .map(|(person, _, _)| *person)
            .collect::<std::collections::BTreeSet<PersonId>>()
    };
    let (done, left) = (with(|state| state == TaskState::Done), with(TaskState::is_left));
    Ok(done.difference(&left).copied().collect())
}

/// How many open tasks these people have, without those that count as released.
pub(super) fn count_open(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<Vec<(PersonId, i64)>> {
    let mut counts = Vec::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let found: Vec<(PersonId, i64)> = tasks::table
            .left_join(attendance::table.on(
                attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
            ))
            .filter(tasks::person_id.eq_any(chunk.to_vec()))
            .filter(tasks::state.eq_any(TaskState::LEFT))
            .filter(attendance::state.is_null().or(attendance::state.ne_all(RELEASED)))
            .group_by(tasks::person_id)
            .order(tasks::person_id)
            .select((tasks::person_id, count_star()))
            .load(conn)?;
        counts.extend(found);
    }
    Ok(counts)
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
            assignments::study_minutes.eq(new.study_minutes),
            assignments::unit_task_id.eq(new.unit_task_id),
        ))
        .returning(assignments::id)
        .get_result(conn)
}

/// Adds tasks, many at once, except what another write gave in the meantime; tells how many it added. Each is tied to the
/// version of its reading that is assigned now; what comes in as done was read in that version.
pub fn insert_tasks(conn: &mut Conn, new: &[NewTask]) -> QueryResult<usize> {
    let numbers: BTreeMap<ReadingId, i64> = current_numbers(conn)?.into_iter().collect();
    let mut n = 0;
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|task| {
                let number = version_of(&numbers, task.reading_id)?;
                Ok((
                    tasks::assignment_id.eq(task.assignment_id),
                    tasks::kind.eq(task.kind),
                    tasks::person_id.eq(task.person_id),
                    tasks::reading_id.eq(task.reading_id),
                    tasks::session_id.eq(task.session_id),
                    tasks::matter.eq(&task.matter),
                    tasks::state.eq(task.state),
                    tasks::due_on.eq(task.due_on),
                    tasks::done_at.eq(task.done_at),
                    tasks::reading_version.eq(number),
                    tasks::read_version.eq(task.done_at.map(|_| number)),
                ))
            })
            .collect::<QueryResult<_>>()?;
        n += each!(conn, c => diesel::insert_into(tasks::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(n)
}

/// The version of a reading that is assigned now. A reading without one cannot be given: its task would be in no list.
fn version_of(numbers: &BTreeMap<ReadingId, i64>, reading: ReadingId) -> QueryResult<i64> {
    numbers.get(&reading).copied().ok_or_else(|| {
        diesel::result::Error::QueryBuilderError(format!("reading {reading} has no version that could be given").into())
    })
}

/// Opens what was withdrawn from these people, as part of a new assignment.
pub(super) fn give_again(
    conn: &mut Conn,
    assignment: AssignmentId,
    reading: ReadingId,
    matter: &str,
    due_on: NaiveDate,
    people: &[PersonId],
) -> QueryResult<usize> {
    let numbers: BTreeMap<ReadingId, i64> = current_numbers(conn)?.into_iter().collect();
    let number = version_of(&numbers, reading)?;
    let mut n = 0;
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(
            tasks::table
                .filter(tasks::matter.eq(matter))
                .filter(tasks::person_id.eq_any(chunk.to_vec()))
                .filter(tasks::state.eq(TaskState::Withdrawn)),
        )
        .set((
            tasks::assignment_id.eq(assignment),
            tasks::state.eq(TaskState::Open),
            tasks::due_on.eq(due_on),
            tasks::reading_version.eq(number),
            tasks::version.eq(tasks::version + 1),
        ))
        .execute(conn)?;
    }
    Ok(n)
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
