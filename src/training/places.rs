//! Who serves a venue on the day, and which venue people of the roster go to.

use super::model::{SessionState, Venue, Ways, refused_step};
use super::queries;
use crate::access::{Actor, Reach};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};

/// Names somebody as clerk of a venue; naming them again changes nothing.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound` for a venue of another session or a person there is not; `Refused` once the
/// session is settled or cancelled.
pub fn name_clerk(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    venue: VenueId,
    person: PersonId,
    now: Moment,
) -> Result<()> {
    find_place(conn, actor, id, venue)?;
    organization::queries::find_person(conn, &Reach::Group, person, person)?;
    if queries::insert_clerk(conn, id, venue, person)? {
        audit::record(conn, actor, now, Action::new("session.clerk_named", "session"), id.0, &(venue, person))?;
    }
    Ok(())
}

/// Takes a clerk from a venue.
///
/// # Errors
/// As [`name_clerk`].
pub fn remove_clerk(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    venue: VenueId,
    person: PersonId,
    now: Moment,
) -> Result<()> {
    find_place(conn, actor, id, venue)?;
    if queries::delete_clerk(conn, id, venue, person)? {
        audit::record(conn, actor, now, Action::new("session.clerk_removed", "session"), id.0, &(venue, person))?;
    }
    Ok(())
}

/// Sends the people of a unit and all below it, as they stand in the roster, to a venue; gives how many.
///
/// # Errors
/// As [`name_clerk`]; `NotFound` also for a unit there is not.
pub fn assign_unit(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    unit: UnitId,
    venue: VenueId,
    now: Moment,
) -> Result<i64> {
    find_place(conn, actor, id, venue)?;
    let unit = organization::queries::find_unit(conn, &Reach::Group, unit)?;
    let n = queries::update_venue_of_unit(conn, id, &unit.path, venue)?;
    if n > 0 {
        let action = Action::new("session.venue_assigned", "session");
        audit::record(conn, actor, now, action, id.0, &(unit.id, venue, n))?;
    }
    Ok(n)
}

/// Sends one person of the roster to a venue.
///
/// # Errors
/// As [`name_clerk`]; `NotFound` also for a person who is not on the roster.
pub fn assign_person(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    person: PersonId,
    venue: VenueId,
    now: Moment,
) -> Result<()> {
    find_place(conn, actor, id, venue)?;
    let row = queries::find_roster_row(conn, id, person)?.ok_or(Error::NotFound("person"))?;
    if row.venue_id != venue {
        queries::update_venue_of_person(conn, id, person, venue)?;
        let action = Action::new("session.venue_assigned", "session");
        audit::record(conn, actor, now, action, id.0, &(person, venue))?;
    }
    Ok(())
}

/// Chooses how people are recorded at a venue.
///
/// # Errors
/// As [`name_clerk`]; `Refused` also when no way is left.
pub fn choose_ways(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    venue: VenueId,
    ways: Ways,
    now: Moment,
) -> Result<()> {
    let venue = find_place(conn, actor, id, venue)?;
    if ways.is_empty() {
        return Err(Error::Refused(vec![Problem::at("way", Message::new("training-venue-way-missing"))]));
    }
    if venue.ways() != ways {
        queries::update_ways(conn, venue.id, ways)?;
        let action = Action::new("session.ways_chosen", "session");
        audit::record(conn, actor, now, action, id.0, &(venue.id, venue.ways(), ways))?;
    }
    Ok(())
}

/// The venue, if HQ asks, it is the session's own, and the session is not settled yet.
fn find_place(conn: &mut Conn, actor: &Actor, id: SessionId, venue: VenueId) -> Result<Venue> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    let own = queries::list_venues(conn, id)?.into_iter().find(|own| own.id == venue);
    let own = own.ok_or(Error::NotFound("venue"))?;
    match session.state {
        SessionState::Draft | SessionState::Published | SessionState::Closed => Ok(own),
        SessionState::Confirmed | SessionState::Archived | SessionState::Cancelled => Err(refused_step(session.state)),
    }
}

/// Sends people of the roster each to a venue of the session. Permission and the audit entry belong to the verb that
/// calls it.
///
/// # Errors
/// `NotFound` for a venue of another session.
pub fn move_to_venues(conn: &mut Conn, id: SessionId, moves: &[(PersonId, VenueId)]) -> Result<()> {
    if moves.is_empty() {
        return Ok(());
    }
    let venues = queries::list_venues(conn, id)?;
    for (person, venue) in moves {
        if !venues.iter().any(|own| own.id == *venue) {
            return Err(Error::NotFound("venue"));
        }
        queries::update_venue_of_person(conn, id, *person, *venue)?;
    }
    Ok(())
}
