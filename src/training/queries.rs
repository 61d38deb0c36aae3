//! All SQL of sessions and their rosters.

use super::model::{RosterRow, Session, SessionState, Venue};
use super::state::StateChange;
use crate::access::{Reach, Viewer};
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{roster, session_clerks, sessions, units, venues};
use diesel::prelude::*;

/// A session, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_session(conn: &mut Conn, id: SessionId) -> Result<Session> {
    sessions::table.find(id.0).first(conn).optional()?.ok_or(Error::NotFound("session"))
}

/// A session that the viewer may see, or `NotFound`: HQ sees all; others those that are no draft and that they,
/// or somebody in a unit they lead, are on the roster of, or that they serve as clerk.
pub fn find_visible(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    let session = find_session(conn, id)?;
    if viewer.is_hq() {
        return Ok(session);
    }
    let visible = session.state != SessionState::Draft
        && (find_roster_row(conn, id, viewer.person)?.is_some()
            || is_clerk(conn, id, viewer.person)?
            || is_in_reach(conn, &viewer.reach(), id)?);
    if visible { Ok(session) } else { Err(Error::NotFound("session")) }
}

/// Whether anybody on the session's roster is within reach, by the unit in the roster row and today's tree.
fn is_in_reach(conn: &mut Conn, reach: &Reach, id: SessionId) -> QueryResult<bool> {
    let paths = match reach {
        Reach::Group => return Ok(true),
        Reach::Own => return Ok(false),
        Reach::Units(paths) => paths,
    };
    for path in paths {
        let (start, end) = path.range();
        let found: Option<i64> = roster::table
            .inner_join(units::table)
            .filter(roster::session_id.eq(id))
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::person_id)
            .first(conn)
            .optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Somebody's row in a roster, if they are on it.
pub fn find_roster_row(conn: &mut Conn, id: SessionId, person: PersonId) -> QueryResult<Option<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).filter(roster::person_id.eq(person)).first(conn).optional()
}

/// Whether somebody serves any venue of a session.
pub fn is_clerk(conn: &mut Conn, id: SessionId, person: PersonId) -> QueryResult<bool> {
    let found: Option<i64> = session_clerks::table
        .filter(session_clerks::session_id.eq(id))
        .filter(session_clerks::person_id.eq(person))
        .select(session_clerks::venue_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The venues of a session in their order.
pub fn list_venues(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<Venue>> {
    venues::table.filter(venues::session_id.eq(id)).order(venues::position).load(conn)
}

/// The roster of a session in the order of its day.
pub fn list_roster(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).order(roster::position).load(conn)
}

/// Moves a session to another state, if it is still as the caller saw it; otherwise `Conflict`.
pub(super) fn update_state(conn: &mut Conn, session: &Session, change: &StateChange<'_>) -> Result<()> {
    let n_changed = diesel::update(
        sessions::table
            .filter(sessions::id.eq(session.id))
            .filter(sessions::state.eq(session.state))
            .filter(sessions::version.eq(session.version)),
    )
    .set((
        sessions::state.eq(change.state),
        sessions::closed_at.eq(change.closed_at),
        sessions::confirmed_at.eq(change.confirmed_at),
        sessions::cancelled_at.eq(change.cancelled_at),
        sessions::state_reason.eq(change.reason),
        sessions::version.eq(session.version + 1),
    ))
    .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}
