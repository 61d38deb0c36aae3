//! 到场开通: the clerk has a person before them, the kiosk shows a QR, the phone that scans it checks its person in
//! and is remembered for their own matters. It works once, for two minutes, and only with a network.

use super::model::{DOOR_LIFE, DoorOpening, Kiosk, Standing, standing};
use super::open::FoundKiosk;
use super::queries;
use super::sync::{Met, arrive};
use crate::access::Viewer;
use crate::accounts;
use crate::attendance::model::{Arrival, admit, arrival};
use crate::attendance::queries::{self as rows, By};
use crate::attendance::{AttendanceState, Method, Recorded};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::secret::{self, Secret};
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{DoorOpeningId, PersonId, SessionId};
use crate::training::{RosterRow, Session};
use chrono::TimeDelta;
use serde_json::json;

/// An opening with whose it is and where it was asked for.
#[derive(Debug, Clone)]
pub struct FoundOpening {
    pub opening: DoorOpening,
    pub kiosk: Kiosk,
    pub session: Session,
    pub row: RosterRow,
}

/// The token that completes the address of an opening. It stands nowhere.
pub fn door_token(secret: &Secret, id: DoorOpeningId, nonce: &str) -> String {
    secret.derive("door", &format!("{id}:{nonce}"))[..32].to_owned()
}

/// Asks for a QR for somebody's phone; an older one of theirs at this kiosk is worthless from now on.
///
/// # Errors
/// `NotFound` when they are not on the roster; `Refused` when check-in is not open, or their account was disabled.
pub fn open_door(
    conn: &mut Conn,
    found: &FoundKiosk,
    person: PersonId,
    address: &str,
    now: Moment,
) -> Result<DoorOpeningId> {
    rows::find_on_roster(conn, found.session.id, person)?;
    check_arrival(conn, &found.session, person, now)?;
    accounts::check_remembering(conn, person)?;
    queries::end_openings(conn, found.kiosk.id, person, now)?;
    let nonce = secret::random_token();
    let id = queries::insert_opening(conn, found.kiosk.id, person, &nonce, now, now + DOOR_LIFE)?;
    let details = json!({ "kiosk": found.kiosk.id, "person": person });
    audit::record(conn, &found.actor(address), now, Action::new("kiosk.door_opened", "door_opening"), id.0, &details)?;
    Ok(id)
}

/// Who is in already need not be in time.
fn check_arrival(conn: &mut Conn, session: &Session, person: PersonId, now: Moment) -> Result<()> {
    match arrival(rows::find(conn, session.id, person)?.as_ref()) {
        Arrival::Repeat | Arrival::Exempt => Ok(()),
        Arrival::New | Arrival::Beats => admit(session, now).map_err(|refusal| Error::refused(refusal.message())),
    }
}

/// An opening by its number, for its kiosk.
///
/// # Errors
/// `NotFound` when there is none.
pub fn find_door(conn: &mut Conn, id: DoorOpeningId) -> Result<FoundOpening> {
    let (opening, kiosk, session, row) = queries::find_opening(conn, id)?.ok_or(Error::NotFound("opening"))?;
    Ok(FoundOpening { opening, kiosk, session, row })
}

/// What opening a phone did.
#[derive(Debug, Clone, Copy)]
pub struct Entered {
    pub session: SessionId,
    /// For how long the phone is remembered; nothing when its owner was signed in on it before.
    pub remembered_days: Option<i64>,
}

/// Checks the person in and remembers their phone, which keeps `token`: once. The address's own token was compared by
/// the caller. Who is signed in on the phone as that person stays so; anybody else's login on it ends.
///
/// # Errors
/// `Refused` when it was used before or is too old, the kiosk has ended, check-in is not open, or the account was
/// disabled.
pub fn use_door(
    conn: &mut Conn,
    id: DoorOpeningId,
    viewer: Option<&Viewer>,
    token: &str,
    address: &str,
    now: Moment,
) -> Result<Entered> {
    let FoundOpening { kiosk, session, row, .. } = find_door(conn, id)?;
    if standing(&kiosk, &session, now) != Standing::Works || !queries::use_opening(conn, id, now)? {
        return Err(Error::refused(Message::new("door-over")));
    }
    check_arrival(conn, &session, row.person_id, now)?;
    let remembered_days = if viewer.is_some_and(|viewer| viewer.person == row.person_id) {
        None
    } else {
        if let Some(other) = viewer {
            accounts::sign_in::sign_out(conn, other, now)?;
        }
        let days = settings::current(conn)?.remembered_days;
        accounts::remember(conn, row.person_id, token, now + TimeDelta::days(days), address, now)?;
        Some(days)
    };
    let new = Recorded {
        venue: Some(kiosk.venue_id),
        arrived_at: Some(now),
        ..Recorded::plain(AttendanceState::Present, Method::Door)
    };
    let by = By { person: Some(row.person_id), at: now };
    let before = rows::find(conn, session.id, row.person_id)?;
    let found = FoundKiosk { standing: Standing::Works, venue: String::new(), kiosk, session };
    if let Met::In(before) = arrive(conn, &found, &row, before, &new, by)? {
        let details = json!({ "kiosk": found.kiosk.id, "opening": id, "state_before": before });
        let actor = crate::access::Actor::person(row.person_id, address);
        let action = Action::new("attendance.checked_in_at_the_door", "session");
        audit::record(conn, &actor, now, action, found.session.id.0, &details)?;
    }
    Ok(Entered { session: found.session.id, remembered_days })
}
