//! All SQL of what there is to tell people of their sessions, tasks and requests. Each query gives its rows in the order
//! of people, and only those of which the ledger does not know yet.

use crate::assignments::TaskState;
use crate::assignments::model::{AssignmentKind, RELEASED};
use crate::attendance::AttendanceState;
use crate::attendance::requests::RequestState;
use crate::clock::Moment;
use crate::reminders::model::{Kind, Outcome};
use crate::store::Conn;
use crate::store::ids::{PersonId, ReadingId, RequestId, SessionId, TaskId};
use crate::store::schema::{
    attendance, attendance_requests, people, reading_versions, reflections, reminders, roster, sessions, tasks, venues,
};
use crate::training::SessionState;
use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeSet;

/// The next rows of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Only people after this one.
    pub after: PersonId,
    /// Whoever has left by this day is told of nothing.
    pub today: NaiveDate,
    pub limit: i64,
}

/// A session as it stands. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct SessionNow {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub revision: i64,
    pub state: SessionState,
}

impl SessionNow {
    /// What the ledger calls what it is at.
    pub fn occurrence(&self) -> String {
        match self.state {
            SessionState::Cancelled => "cancelled".to_owned(),
            SessionState::Draft
            | SessionState::Published
            | SessionState::Closed
            | SessionState::Confirmed
            | SessionState::Archived => self.revision.to_string(),
        }
    }
}

const SESSION_NOW: (
    sessions::id,
    sessions::title,
    sessions::starts_at,
    sessions::ends_at,
    sessions::revision,
    sessions::state,
) = (sessions::id, sessions::title, sessions::starts_at, sessions::ends_at, sessions::revision, sessions::state);

/// The sessions in one of these states that begin in this span of time.
pub(super) fn list_sessions(
    conn: &mut Conn,
    states: &[SessionState],
    (from, until): (Moment, Moment),
) -> QueryResult<Vec<SessionNow>> {
    sessions::table
        .filter(sessions::state.eq_any(states.to_vec()))
        .filter(sessions::starts_at.gt(from))
        .filter(sessions::starts_at.le(until))
        .order((sessions::starts_at, sessions::id))
        .select(SESSION_NOW)
        .load(conn)
}

/// Somebody on a roster who is to be told of the session. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct OnRoster {
    pub person: PersonId,
    pub place: String,
    pub attendance: Option<AttendanceState>,
}

/// People on a session's roster who are not told of what it is at now.
pub(super) fn list_on_roster(
    conn: &mut Conn,
    session: &SessionNow,
    kind: Kind,
    span: Span,
) -> QueryResult<Vec<OnRoster>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(roster::person_id))
        .filter(reminders::kind.eq(kind))
        .filter(reminders::subject_id.eq(session.id.0))
        .filter(reminders::occurrence.eq(session.occurrence()));
    roster::table
        .inner_join(venues::table.on(venues::id.eq(roster::venue_id)))
        .inner_join(people::table.on(people::id.eq(roster::person_id)))
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::session_id.eq(session.id))
        .filter(roster::person_id.gt(span.after))
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(not(exists(told)))
        .order(roster::person_id)
        .limit(span.limit)
        .select((roster::person_id, venues::name, attendance::state.nullable()))
        .load(conn)
}

/// Who among these people was sent word of a session before.
pub(super) fn list_told_of_session(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> QueryResult<BTreeSet<PersonId>> {
    // Not asked for by outcome: for that SQLite would look through the whole ledger, most of which was queued.
    let rows: Vec<(PersonId, Outcome)> = reminders::table
        .filter(reminders::person_id.eq_any(people.to_vec()))
        .filter(reminders::kind.eq(Kind::SessionNotice))
        .filter(reminders::subject_id.eq(session.0))
        .order(reminders::person_id)
        .select((reminders::person_id, reminders::outcome))
        .load(conn)?;
    Ok(rows.into_iter().filter(|(_, outcome)| *outcome == Outcome::Queued).map(|(person, _)| person).collect())
}

/// A task that its person is to be told of. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct TaskMatter {
    pub person: PersonId,
    pub task: TaskId,
    pub reading: ReadingId,
    pub kind: AssignmentKind,
    /// What was given, in Chinese and English.
    pub title: (String, String),
    pub due_on: NaiveDate,
}

macro_rules! task_matter {
    () => {
        (
            tasks::person_id,
            tasks::id,
            tasks::reading_id,
            tasks::kind,
            (reading_versions::title_zh, reading_versions::title_en),
            tasks::due_on,
        )
    };
}

/// Tasks of one state that are due on one day, not told of for this kind and occurrence.
pub(super) fn list_tasks(
    conn: &mut Conn,
    (kind, occurrence): (Kind, &str),
    (state, due_on): (TaskState, NaiveDate),
    span: Span,
) -> QueryResult<Vec<TaskMatter>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(tasks::person_id))
        .filter(reminders::kind.eq(kind))
        .filter(reminders::subject_id.eq(tasks::id))
        .filter(reminders::occurrence.eq(occurrence.to_owned()));
    tasks::table
        .inner_join(people::table)
        .inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(tasks::reading_id).and(reading_versions::number.eq(tasks::reading_version)),
        ))
        .filter(tasks::state.eq(state))
        .filter(tasks::due_on.eq(due_on))
        .filter(tasks::person_id.gt(span.after))
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(not(exists(told)))
        .filter(not(exists(
            attendance::table
                .filter(attendance::session_id.nullable().eq(tasks::session_id))
                .filter(attendance::person_id.eq(tasks::person_id))
                .filter(attendance::state.eq_any(RELEASED)),
        )))
        .order((tasks::person_id, tasks::id))
        .limit(span.limit)
        .select(task_matter!())
        .load(conn)
}

/// The second at which a note was decided about, as the same text on both engines: each decision is told of once.
const REFLECTION_DECIDED: &str = "substr(cast(reflections.decided_at as varchar), 1, 19)";

/// Notes that were returned since a moment, each with what the ledger calls it.
pub(super) fn list_returned_tasks(
    conn: &mut Conn,
    since: Moment,
    span: Span,
) -> QueryResult<Vec<(TaskMatter, String)>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(tasks::person_id))
        .filter(reminders::kind.eq(Kind::TaskReturned))
        .filter(reminders::subject_id.eq(tasks::id))
        .filter(reminders::occurrence.eq(sql::<Text>(REFLECTION_DECIDED)));
    tasks::table
        .inner_join(people::table)
        .inner_join(reflections::table)
        .inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(tasks::reading_id).and(reading_versions::number.eq(tasks::reading_version)),
        ))
        .filter(tasks::state.eq(TaskState::Returned))
        .filter(reflections::decided_at.ge(since))
        .filter(tasks::person_id.gt(span.after))
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(not(exists(told)))
        .order((tasks::person_id, tasks::id))
        .limit(span.limit)
        .select((task_matter!(), sql::<Text>(REFLECTION_DECIDED)))
        .load(conn)
}

/// A request whose person is to be told what was decided. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct RequestMatter {
    pub person: PersonId,
    pub request: RequestId,
    pub state: RequestState,
    pub session: SessionId,
    pub title: String,
    pub starts_at: Moment,
    /// Another one for each decision.
    pub version: i64,
}

/// Requests that were decided since a moment, and whose last decision the person has not been told.
pub(super) fn list_decided_requests(conn: &mut Conn, since: Moment, span: Span) -> QueryResult<Vec<RequestMatter>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(attendance_requests::person_id))
        .filter(reminders::kind.eq(Kind::RequestDecided))
        .filter(reminders::subject_id.eq(attendance_requests::id))
        .filter(reminders::planned_at.nullable().ge(attendance_requests::decided_at));
    attendance_requests::table
        .inner_join(sessions::table)
        .inner_join(people::table.on(people::id.eq(attendance_requests::person_id)))
        .filter(attendance_requests::decided_at.ge(since))
        .filter(attendance_requests::state.eq_any([RequestState::Granted, RequestState::Refused]))
        .filter(attendance_requests::person_id.gt(span.after))
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(not(exists(told)))
        .order((attendance_requests::person_id, attendance_requests::id))
        .limit(span.limit)
        .select((
            attendance_requests::person_id,
            attendance_requests::id,
            attendance_requests::state,
            sessions::id,
            sessions::title,
            sessions::starts_at,
            attendance_requests::version,
        ))
        .load(conn)
}

/// The newest published session with one of its venues, for an example.
pub(super) fn find_newest_session(conn: &mut Conn) -> QueryResult<Option<(SessionNow, String)>> {
    sessions::table
        .inner_join(venues::table)
        .filter(sessions::state.ne(SessionState::Draft))
        .order((sessions::starts_at.desc(), venues::id))
        .select((SESSION_NOW, venues::name))
        .first(conn)
        .optional()
}

/// The task that was given last, for an example.
pub(super) fn find_newest_task(conn: &mut Conn) -> QueryResult<Option<TaskMatter>> {
    tasks::table
        .inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(tasks::reading_id).and(reading_versions::number.eq(tasks::reading_version)),
        ))
        .order(tasks::id.desc())
        .select(task_matter!())
        .first(conn)
        .optional()
}
