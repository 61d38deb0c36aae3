//! The SQL of a unit's board, and of what somebody's sessions became: read, never written.

use super::model::{Assignment, RELEASED, ShownTask, Task, TaskState, shown};
use crate::access::UnitPath;
use crate::attendance::queries::counts_once;
use crate::attendance::{AttendanceState, Counts, MakeUp};
use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, SessionId, UnitId};
use crate::store::schema::{assignments, attendance, roster, sessions, tasks, units};
use crate::training::{RosterRow, Session, SessionState};
use chrono::NaiveDate;
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

/// One session of somebody, with what became of them there. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct OwnSession {
    pub session: Session,
    pub row: RosterRow,
    pub attendance: Option<crate::attendance::Attendance>,
    /// Of the unit in the row, as the tree is today.
    pub path: UnitPath,
    /// It is in figures of a year; not when it makes up for a session that the person was due at.
    pub counts_once: bool,
}

/// The sessions of somebody that begin within a time, the first first.
pub fn list_sessions_of(conn: &mut Conn, person: PersonId, from: Moment, to: Moment) -> QueryResult<Vec<OwnSession>> {
    roster::table
        .inner_join(sessions::table)
        .inner_join(units::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::person_id.eq(person))
        .filter(sessions::starts_at.ge(from))
        .filter(sessions::starts_at.lt(to))
        .filter(sessions::state.ne_all([SessionState::Draft, SessionState::Cancelled]))
        .order((sessions::starts_at, sessions::id))
        .select((
            sessions::all_columns,
            roster::all_columns,
            attendance::all_columns.nullable(),
            units::path,
            counts_once!(),
        ))
        .load(conn)
}

/// A session of somebody, with where it takes place for them and what is recorded of them.
pub type NextSession = (Session, String, Option<AttendanceState>);

/// The next sessions of somebody that are not over, the soonest first.
pub fn list_next_sessions(conn: &mut Conn, person: PersonId, now: Moment, limit: i64) -> QueryResult<Vec<NextSession>> {
    use crate::store::schema::venues;
    roster::table
        .inner_join(sessions::table)
        .inner_join(venues::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::person_id.eq(person))
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::ends_at.ge(now))
        .order((sessions::starts_at, sessions::id))
        .limit(limit)
        .select((sessions::all_columns, venues::name, attendance::state.nullable()))
        .load(conn)
}

/// What a unit's board counts: a unit of the roster, a session, and how many people had the same recorded there.
#[derive(Debug, Clone)]
pub struct Tally {
    pub unit_id: UnitId,
    pub session_id: SessionId,
    pub starts_at: Moment,
    pub counts: Counts,
}

/// The figures of the confirmed sessions that began since, by session and unit, of a unit and all below it: by the
/// unit in the roster row and today's tree. Of a session and those that make up for it, each person counts once.
pub(super) fn list_tallies(conn: &mut Conn, path: &UnitPath, from: Moment) -> QueryResult<Vec<Tally>> {
    type Line = (UnitId, SessionId, Moment, Option<AttendanceState>, Option<bool>, Option<bool>, Option<MakeUp>, i64);
    let (start, end) = path.range();
    let lines: Vec<Line> = roster::table
        .inner_join(units::table)
        .inner_join(sessions::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .filter(sessions::state.eq_any([SessionState::Confirmed, SessionState::Archived]))
        .filter(sessions::starts_at.ge(from))
        .filter(counts_once!())
        .group_by((
            roster::unit_id,
            sessions::id,
            sessions::starts_at,
            attendance::state,
            attendance::late,
            attendance::left_early,
            attendance::make_up,
        ))
        .select((
            roster::unit_id,
            sessions::id,
            sessions::starts_at,
            attendance::state.nullable(),
            attendance::late.nullable(),
            attendance::left_early.nullable(),
            attendance::make_up.nullable(),
            count_star(),
        ))
        .load(conn)?;
    let tally = |(unit_id, session_id, starts_at, state, late, left_early, make_up, n): Line| {
        let mut counts = Counts::default();
        counts.add(state, late == Some(true), left_early == Some(true), make_up, n);
        Tally { unit_id, session_id, starts_at, counts }
    };
    Ok(lines.into_iter().map(tally).collect())
}

/// The newest sessions that have begun and have somebody of a unit, or below it, on their roster.
pub(super) fn list_sessions_with(
    conn: &mut Conn,
    path: &UnitPath,
    now: Moment,
    limit: i64,
) -> QueryResult<Vec<Session>> {
    let (start, end) = path.range();
    let has_people = exists(
        roster::table
            .inner_join(units::table)
            .filter(roster::session_id.eq(sessions::id))
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::person_id),
    );
    sessions::table
        .filter(sessions::state.ne_all([SessionState::Draft, SessionState::Cancelled]))
        .filter(sessions::starts_at.le(now))
        .filter(has_people)
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(limit)
        .load(conn)
}

/// What people of a unit, and below it, were given for a session, withdrawn tasks left out.
pub(super) fn list_tasks_for(conn: &mut Conn, session: SessionId, path: &UnitPath) -> QueryResult<Vec<Task>> {
    let (start, end) = path.range();
    tasks::table
        .inner_join(
            roster::table
                .on(roster::session_id.nullable().eq(tasks::session_id).and(roster::person_id.eq(tasks::person_id))),
        )
        .inner_join(units::table.on(units::id.eq(roster::unit_id)))
        .filter(tasks::session_id.eq(session))
        .filter(tasks::state.ne(TaskState::Withdrawn))
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .order((roster::position, tasks::id))
        .select(tasks::all_columns)
        .load(conn)
}

/// The newest assignments that were given for a unit or below it.
pub(super) fn list_newest_of(conn: &mut Conn, path: &UnitPath, limit: i64) -> QueryResult<Vec<Assignment>> {
    let (start, end) = path.range();
    assignments::table
        .inner_join(units::table)
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .order((assignments::given_at.desc(), assignments::id.desc()))
        .limit(limit)
        .select(assignments::all_columns)
        .load(conn)
}

/// Those of which somebody is past the day, the newest first; what counts as released is not.
pub(super) fn list_overdue_of(
    conn: &mut Conn,
    path: &UnitPath,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<Assignment>> {
    let (start, end) = path.range();
    let late = tasks::table
        .left_join(attendance::table.on(
            attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
        ))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::due_on.lt(today))
        .filter(attendance::state.is_null().or(attendance::state.ne_all(RELEASED)))
        .select(tasks::assignment_id);
    assignments::table
        .inner_join(units::table)
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .filter(assignments::id.eq_any(late))
        .order((assignments::given_at.desc(), assignments::id.desc()))
        .limit(limit)
        .select(assignments::all_columns)
        .load(conn)
}

/// How many tasks of an assignment are done, open and overdue; those withdrawn or released are in none of them.
#[derive(Debug, Clone)]
pub struct Progress {
    pub assignment: AssignmentId,
    pub n_done: i64,
    pub n_open: i64,
    pub n_overdue: i64,
}

/// How far these assignments have come, by state and day.
pub(super) fn list_progress(conn: &mut Conn, ids: &[AssignmentId], today: NaiveDate) -> QueryResult<Vec<Progress>> {
    let lines: Vec<(AssignmentId, TaskState, NaiveDate, Option<AttendanceState>, i64)> = tasks::table
        .left_join(attendance::table.on(
            attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
        ))
        .filter(tasks::assignment_id.eq_any(ids.to_vec()))
        .group_by((tasks::assignment_id, tasks::state, tasks::due_on, attendance::state))
        .select((tasks::assignment_id, tasks::state, tasks::due_on, attendance::state.nullable(), count_star()))
        .load(conn)?;
    let progress = |(assignment, state, due_on, attendance, n)| {
        let shown = shown(state, due_on, attendance, today);
        let of = |states: &[ShownTask]| if states.contains(&shown) { n } else { 0 };
        Progress {
            assignment,
            n_done: if shown.is_finished() { n } else { 0 },
            // What was submitted is not finished before it is accepted.
            n_open: of(&[ShownTask::Open, ShownTask::Overdue, ShownTask::Returned, ShownTask::Submitted]),
            n_overdue: of(&[ShownTask::Overdue]),
        }
    };
    Ok(lines.into_iter().map(progress).collect())
}

/// Those of these sessions that anything was assigned for.
pub fn list_followed_up(conn: &mut Conn, sessions: &[SessionId]) -> QueryResult<Vec<SessionId>> {
    let found: Vec<Option<SessionId>> = assignments::table
        .filter(assignments::session_id.eq_any(sessions))
        .select(assignments::session_id)
        .distinct()
        .order(assignments::session_id)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
