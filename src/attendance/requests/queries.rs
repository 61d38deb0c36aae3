//! All SQL of requests.

use super::model::{Request, RequestKind, RequestState, Waiting};
use crate::attendance::model::{Attendance, Recorded};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::store::schema::{attendance, attendance_requests, people, roster, sessions, units};
use crate::training::{RosterRow, Session};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// One that is new.
pub struct NewRequest<'a> {
    pub session: SessionId,
    pub person: PersonId,
    pub kind: RequestKind,
    pub asked: Option<&'a Recorded>,
    pub reason: &'a str,
    pub asked_by: PersonId,
    pub asked_at: Moment,
}

/// Adds a request as it is: for the verb that has checked it, and for the demo.
pub fn insert(conn: &mut Conn, new: &NewRequest<'_>) -> Result<RequestId> {
    let value = new.asked.map(serde_json::to_string).transpose();
    let value = value.map_err(|source| anyhow::Error::new(source).context("a request"))?;
    let id = diesel::insert_into(attendance_requests::table)
        .values((
            attendance_requests::session_id.eq(new.session),
            attendance_requests::person_id.eq(new.person),
            attendance_requests::kind.eq(new.kind),
            attendance_requests::asked_value.eq(value),
            attendance_requests::reason.eq(new.reason),
            attendance_requests::asked_by.eq(new.asked_by),
            attendance_requests::asked_at.eq(new.asked_at),
            attendance_requests::state.eq(RequestState::Asked),
        ))
        .returning(attendance_requests::id)
        .get_result(conn)?;
    Ok(id)
}

/// A request, or `NotFound`. For verbs that check the viewer by themselves.
pub(super) fn find(conn: &mut Conn, id: RequestId) -> Result<Request> {
    attendance_requests::table
        .filter(attendance_requests::id.eq(id))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("request"))
}

/// Whether anything asked of this person in a session is undecided.
pub(super) fn is_open(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<bool> {
    let n: i64 = attendance_requests::table
        .filter(attendance_requests::session_id.eq(session))
        .filter(attendance_requests::person_id.eq(person))
        .filter(attendance_requests::state.eq(RequestState::Asked))
        .select(count_star())
        .get_result(conn)?;
    Ok(n > 0)
}

/// What is undecided of a session.
pub fn list_open_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Request>> {
    attendance_requests::table
        .filter(attendance_requests::session_id.eq(session))
        .filter(attendance_requests::state.eq(RequestState::Asked))
        .order(attendance_requests::id)
        .load(conn)
}

/// What is undecided of somebody, by session.
pub fn list_open_of_person(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<(SessionId, RequestKind)>> {
    attendance_requests::table
        .filter(attendance_requests::person_id.eq(person))
        .filter(attendance_requests::state.eq(RequestState::Asked))
        .order(attendance_requests::id)
        .select((attendance_requests::session_id, attendance_requests::kind))
        .load(conn)
}

/// Everything asked in a session, the oldest first.
pub fn list_of_session(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Request>> {
    attendance_requests::table
        .filter(attendance_requests::session_id.eq(session))
        .order((attendance_requests::asked_at, attendance_requests::id))
        .load(conn)
}

/// Decides or withdraws a request that is still as the caller saw it; tells whether it did.
pub(in crate::attendance) fn update_state(
    conn: &mut Conn,
    request: &Request,
    state: RequestState,
    by: PersonId,
    at: Moment,
    answer: &str,
) -> QueryResult<bool> {
    let n = diesel::update(
        attendance_requests::table
            .filter(attendance_requests::id.eq(request.id))
            .filter(attendance_requests::state.eq(request.state))
            .filter(attendance_requests::version.eq(request.version)),
    )
    .set((
        attendance_requests::state.eq(state),
        attendance_requests::decided_by.eq(by),
        attendance_requests::decided_at.eq(at),
        attendance_requests::answer.eq(answer),
        attendance_requests::version.eq(request.version + 1),
    ))
    .execute(conn)?;
    Ok(n == 1)
}

/// Everything asked of somebody in a session, the newest first.
pub fn list_of_person(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<Vec<Request>> {
    attendance_requests::table
        .filter(attendance_requests::session_id.eq(session))
        .filter(attendance_requests::person_id.eq(person))
        .order((attendance_requests::asked_at.desc(), attendance_requests::id.desc()))
        .load(conn)
}

/// The names of people.
pub fn list_names(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<Vec<(PersonId, String)>> {
    people::table.filter(people::id.eq_any(ids)).order(people::id).select((people::id, people::name)).load(conn)
}

/// Everybody's requests, each with what says who may decide it.
macro_rules! of_everybody {
    () => {
        attendance_requests::table
            .inner_join(sessions::table)
            .inner_join(
                roster::table.on(roster::session_id
                    .eq(attendance_requests::session_id)
                    .and(roster::person_id.eq(attendance_requests::person_id))),
            )
            .inner_join(units::table.on(units::id.eq(roster::unit_id)))
            .select((attendance_requests::id, attendance_requests::person_id, sessions::state, units::path))
    };
}

/// Everything undecided, the oldest first, with what says who may decide it.
pub fn list_waiting(conn: &mut Conn) -> QueryResult<Vec<Waiting>> {
    of_everybody!()
        .filter(attendance_requests::state.eq(RequestState::Asked))
        .order((attendance_requests::asked_at, attendance_requests::id))
        .load(conn)
}

/// Everything granted or refused since a moment, the last decided first, with what says who may decide it.
pub fn list_decided(conn: &mut Conn, since: Moment) -> QueryResult<Vec<Waiting>> {
    of_everybody!()
        .filter(attendance_requests::state.eq_any([RequestState::Granted, RequestState::Refused]))
        .filter(attendance_requests::decided_at.ge(since))
        .order((attendance_requests::decided_at.desc(), attendance_requests::id.desc()))
        .load(conn)
}

/// A request with everything that a list says of it.
pub type Whole = (Request, Session, RosterRow, Option<Attendance>);

/// These requests, the oldest first.
pub fn list_whole(conn: &mut Conn, ids: &[RequestId]) -> QueryResult<Vec<Whole>> {
    whole()
        .filter(attendance_requests::id.eq_any(ids))
        .order((attendance_requests::asked_at, attendance_requests::id))
        .select((
            attendance_requests::all_columns,
            sessions::all_columns,
            roster::all_columns,
            attendance::all_columns.nullable(),
        ))
        .load(conn)
}

/// What somebody asked for, or others for them, the newest first.
pub fn list_asked_by(conn: &mut Conn, person: PersonId, limit: i64) -> QueryResult<Vec<Whole>> {
    whole()
        .filter(attendance_requests::asked_by.eq(person).or(attendance_requests::person_id.eq(person)))
        .order((attendance_requests::asked_at.desc(), attendance_requests::id.desc()))
        .limit(limit)
        .select((
            attendance_requests::all_columns,
            sessions::all_columns,
            roster::all_columns,
            attendance::all_columns.nullable(),
        ))
        .load(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn whole() -> _ {
    let of_roster = roster::session_id
        .eq(attendance_requests::session_id)
        .and(roster::person_id.eq(attendance_requests::person_id));
    let of_attendance = attendance::session_id
        .eq(attendance_requests::session_id)
        .and(attendance::person_id.eq(attendance_requests::person_id));
    attendance_requests::table
        .inner_join(sessions::table)
        .inner_join(roster::table.on(of_roster))
        .left_join(attendance::table.on(of_attendance))
}
