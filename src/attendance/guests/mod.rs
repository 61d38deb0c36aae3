//! Guests (列席): who was there and is not on the roster. They ask by their own phone or are added at the desk, are
//! listed apart and are in no figure; one who turns out to be expected is recorded as present like anybody else.

pub mod model;
pub mod queries;

use super::check_in::{Scan, look};
use super::codes::Codes;
use super::model::{Arrival, AttendanceState, CheckInRefusal, Method, Recorded, arrival};
use super::record::{Entry, Source, record};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{GuestId, PersonId, SessionId, VenueId};
use crate::training::{self, Session};
use serde_json::json;

pub use model::{Guest, GuestState, NewGuest};

/// Asks to be listed as a guest of the session whose code was scanned in time, once.
///
/// # Errors
/// `NotFound` when the code is forged; `Refused` when it is too old, check-in is not open, or the viewer is on the
/// roster and can check in.
pub fn ask(conn: &mut Conn, viewer: &Viewer, codes: &Codes, scan: &Scan, now: Moment) -> Result<SessionId> {
    let seen = look(conn, codes, scan, Some(viewer.person))?.ok_or(Error::NotFound("code"))?;
    let session = seen.place.session.id;
    match seen.admit(now) {
        Err(CheckInRefusal::NotOnRoster) => {}
        Err(refusal) => return Err(Error::refused(refusal.message())),
        Ok(()) => return Err(Error::refused(Message::new("attendance-guest-is-expected"))),
    }
    let new = NewGuest { name: viewer.name.clone(), unit_name: viewer.unit_name.clone() };
    if queries::insert_asked_once(conn, session, scan.token.venue, viewer.person, &new, now)? {
        let action = Action::new("guest.asked", "session");
        audit::record(conn, &viewer.actor(), now, action, session.0, &json!({ "person": viewer.person }))?;
    }
    Ok(session)
}

/// The session, if the viewer keeps the guests of this venue of it.
fn find_kept(conn: &mut Conn, viewer: &Viewer, id: SessionId, venue: VenueId) -> Result<Session> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let served = super::queries::list_served(conn, id, viewer)?;
    let is_own_venue = training::queries::list_venues(conn, id)?.iter().any(|own| own.id == venue);
    if is_own_venue && model::may_keep(&session, viewer.is_hq(), &served, venue) {
        return Ok(session);
    }
    Err(if viewer.is_hq() || served.contains(&venue) { Error::Forbidden } else { Error::NotFound("guest") })
}

/// Adds somebody whom the desk sees.
///
/// # Errors
/// `NotFound` but for HQ and the venue's clerk; `Refused` without a name or a unit.
pub fn add(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    venue: VenueId,
    new: &NewGuest,
    now: Moment,
) -> Result<GuestId> {
    find_kept(conn, viewer, session, venue)?;
    let problems = model::check(new);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let id = queries::insert_confirmed(conn, session, venue, new, viewer.person, now)?;
    let details = json!({ "guest": id, "name": new.name, "unit": new.unit_name });
    audit::record(conn, &viewer.actor(), now, Action::new("guest.added", "session"), session.0, &details)?;
    Ok(id)
}

/// A guest that the viewer may decide on, as the form saw it.
fn find_to_decide(conn: &mut Conn, viewer: &Viewer, session: SessionId, id: GuestId, version: i64) -> Result<Guest> {
    let guest = queries::find(conn, session, id)?;
    find_kept(conn, viewer, session, guest.venue_id)?;
    if guest.version != version {
        return Err(Error::Conflict);
    }
    if guest.person_id == Some(viewer.person) {
        return Err(Error::refused(Message::new("attendance-guest-own")));
    }
    Ok(guest)
}

/// Confirms that somebody was a guest, or that they were not.
///
/// # Errors
/// `NotFound` but for HQ and the venue's clerk; `Refused` for oneself; `Conflict` when somebody else was faster.
pub fn decide(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    (id, version): (GuestId, i64),
    state: GuestState,
    now: Moment,
) -> Result<()> {
    let guest = find_to_decide(conn, viewer, session, id, version)?;
    queries::update_state(conn, &guest, state, viewer.person, now)?;
    let details = json!({ "guest": id, "before": guest.state, "after": state });
    audit::record(conn, &viewer.actor(), now, Action::new("guest.decided", "session"), session.0, &details)
}

/// Says who of ours a guest turned out to be, by the employee number. Whoever is on the roster is recorded as present,
/// with this reason; for others it is only said.
///
/// # Errors
/// As [`decide`]; `Refused` when nobody has the number, and as [`record`].
pub fn merge(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    (id, version): (GuestId, i64),
    (employee_number, reason): (&str, &str),
    now: Moment,
) -> Result<PersonId> {
    let guest = find_to_decide(conn, viewer, session, id, version)?;
    let number = employee_number.trim();
    let found = training::queries::list_people_called(conn, &[number.to_owned()])?;
    let found = found.into_iter().find(|person| person.employee_number == number);
    let person =
        found.ok_or_else(|| Error::Refused(vec![Problem::at("number", Message::new("attendance-guest-nobody"))]))?.id;
    if training::queries::find_roster_row(conn, session, person)?.is_some() {
        if reason.trim().is_empty() {
            return Err(Error::Refused(vec![Problem::at("reason", Message::new("attendance-reason-missing"))]));
        }
        let before = super::queries::find(conn, session, person)?;
        match arrival(before.as_ref()) {
            Arrival::New | Arrival::Beats => {
                // Where the guest was, not where the roster had sent them.
                let venue = Some(guest.venue_id);
                let present = Recorded { venue, ..Recorded::plain(AttendanceState::Present, Method::RollCall) };
                let entry = Entry { person, after: Some(present), seen: before.map_or(0, |before| before.stamp()) };
                record(conn, viewer, session, &[entry], Source::OnePerson, reason.trim(), now)?;
            }
            // As with any check-in: what is there stays, with its marks, and exempt stays exempt.
            Arrival::Repeat | Arrival::Exempt => {}
        }
    }
    queries::update_merged(conn, &guest, person)?;
    let details = json!({ "guest": id, "person": person, "reason": reason.trim() });
    audit::record(conn, &viewer.actor(), now, Action::new("guest.merged", "session"), session.0, &details)?;
    Ok(person)
}
