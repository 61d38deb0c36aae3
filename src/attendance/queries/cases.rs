//! People on a roster, who decides about each, and who serves a venue.

use crate::access::{Role, UnitPath, Viewer};
use crate::attendance::model::{Case, Leads};
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, SessionId, VenueId};
use crate::store::schema::{accounts, grants, people, roster, session_clerks, sessions, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::{RosterRow, Session, SessionState};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Somebody's roster row, or `NotFound`.
pub fn find_on_roster(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<RosterRow> {
    roster::table
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq(person))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("person"))
}

/// Somebody on a roster and who decides about them, or `NotFound`.
pub fn find_case(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<Case> {
    list_cases(conn, session, &[person])?.pop().ok_or(Error::NotFound("person"))
}

/// Several people on a roster and who decides about each, in the order of the day.
pub fn list_cases(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> QueryResult<Vec<Case>> {
    let mut cases = Vec::with_capacity(people.len());
    for people in people.chunks(ROWS_A_STATEMENT) {
        let leaders: Vec<Leads> = leaders().filter(accounts::person_id.eq_any(people.to_vec())).load(conn)?;
        let rows = list_on_roster(conn, session, people)?;
        cases.extend(rows.into_iter().map(|(row, path)| Case::of(row, path, &leaders)));
    }
    cases.sort_by_key(|case| case.row.position);
    Ok(cases)
}

/// Who leads which units.
pub fn list_leaders(conn: &mut Conn) -> QueryResult<Vec<Leads>> {
    leaders().load(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn leaders() -> _ {
    let leader: Role = Role::Leader;
    grants::table
        .inner_join(accounts::table)
        .inner_join(units::table)
        .filter(grants::role.eq(leader))
        .filter(grants::starts_at.is_null())
        .filter(accounts::disabled_at.is_null())
        .order(grants::id)
        .select((accounts::person_id, units::path))
}

/// The roster rows of several people with the paths of their units.
pub fn list_on_roster(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> QueryResult<Vec<(RosterRow, UnitPath)>> {
    roster::table
        .inner_join(units::table)
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq_any(people.to_vec()))
        .order(roster::position)
        .select((roster::all_columns, units::path))
        .load(conn)
}

/// The venues of a session that the viewer serves as clerk: none on a remembered phone.
pub fn list_served(conn: &mut Conn, session: SessionId, viewer: &Viewer) -> QueryResult<Vec<VenueId>> {
    if !viewer.is_full() {
        return Ok(Vec::new());
    }
    session_clerks::table
        .filter(session_clerks::session_id.eq(session))
        .filter(session_clerks::person_id.eq(viewer.person))
        .order(session_clerks::venue_id)
        .select(session_clerks::venue_id)
        .load(conn)
}

/// The sessions whose roll the viewer calls as a venue's clerk, the first to begin first: those that go on or come, and
/// those being reconciled.
pub fn list_kept_sessions(conn: &mut Conn, viewer: &Viewer) -> QueryResult<Vec<Session>> {
    if !viewer.is_full() {
        return Ok(Vec::new());
    }
    let kept =
        session_clerks::table.filter(session_clerks::person_id.eq(viewer.person)).select(session_clerks::session_id);
    sessions::table
        .filter(sessions::id.eq_any(kept))
        .filter(sessions::state.eq_any([SessionState::Published, SessionState::Closed]))
        .order((sessions::starts_at, sessions::id))
        .load(conn)
}

/// The names of people, for who recorded something.
pub fn list_names(conn: &mut Conn, ids: &BTreeSet<PersonId>) -> QueryResult<Vec<(PersonId, String)>> {
    people::table
        .filter(people::id.eq_any(ids.iter().copied().collect::<Vec<_>>()))
        .order(people::id)
        .select((people::id, people::name))
        .load(conn)
}

/// The name of a person, for who recorded something.
pub fn find_name(conn: &mut Conn, person: PersonId) -> QueryResult<Option<String>> {
    people::table.filter(people::id.eq(person)).select(people::name).get_result(conn).optional()
}

/// The people on a session's roster.
pub(in crate::attendance) fn list_people_on_roster(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    roster::table.filter(roster::session_id.eq(session)).order(roster::position).select(roster::person_id).load(conn)
}
