//! The venues of a session, and who serves them.

use crate::access::Viewer;
use crate::each;
use crate::organization::Person;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, VenueId};
use crate::store::schema::{people, session_clerks, venues};
use crate::training::model::{Venue, VenueKind};
use diesel::prelude::*;

/// Whether the viewer serves any venue of a session: never on a remembered phone.
pub fn is_clerk(conn: &mut Conn, id: SessionId, viewer: &Viewer) -> QueryResult<bool> {
    if !viewer.is_full() {
        return Ok(false);
    }
    let found: Option<i64> = session_clerks::table
        .filter(session_clerks::session_id.eq(id))
        .filter(session_clerks::person_id.eq(viewer.person))
        .select(session_clerks::venue_id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the viewer serves a venue of any session, past ones included: never on a remembered phone.
pub fn serves_any_session(conn: &mut Conn, viewer: &Viewer) -> QueryResult<bool> {
    if !viewer.is_full() {
        return Ok(false);
    }
    let found: Option<i64> = session_clerks::table
        .filter(session_clerks::person_id.eq(viewer.person))
        .select(session_clerks::venue_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The venues of a session in their order.
pub fn list_venues(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<Venue>> {
    venues::table.filter(venues::session_id.eq(id)).order(venues::position).load(conn)
}

/// Adds a clerk to a venue; false when they were there already.
pub fn insert_clerk(conn: &mut Conn, id: SessionId, venue: VenueId, person: PersonId) -> QueryResult<bool> {
    let row =
        (session_clerks::session_id.eq(id), session_clerks::venue_id.eq(venue), session_clerks::person_id.eq(person));
    let n =
        each!(conn, c => diesel::insert_into(session_clerks::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(n == 1)
}

/// Takes a clerk from a venue; false when there was none.
pub(in crate::training) fn delete_clerk(
    conn: &mut Conn,
    id: SessionId,
    venue: VenueId,
    person: PersonId,
) -> QueryResult<bool> {
    let row = session_clerks::table
        .filter(session_clerks::session_id.eq(id))
        .filter(session_clerks::venue_id.eq(venue))
        .filter(session_clerks::person_id.eq(person));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// The clerks of a session with the venue that each serves.
pub fn list_clerks(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(VenueId, Person)>> {
    session_clerks::table
        .inner_join(people::table)
        .filter(session_clerks::session_id.eq(id))
        .order((session_clerks::venue_id, people::order_number, people::id))
        .select((session_clerks::venue_id, people::all_columns))
        .load(conn)
}

/// The names of these venues.
pub fn list_venue_names(conn: &mut Conn, ids: &[VenueId]) -> QueryResult<Vec<(VenueId, String)>> {
    venues::table.filter(venues::id.eq_any(ids)).order(venues::id).select((venues::id, venues::name)).load(conn)
}

/// The name of each of these sessions' main venue.
pub fn list_main_venues(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, String)>> {
    venues::table
        .filter(venues::session_id.eq_any(ids))
        .filter(venues::kind.eq(VenueKind::Main))
        .order((venues::session_id, venues::position))
        .select((venues::session_id, venues::name))
        .load(conn)
}
