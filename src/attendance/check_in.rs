//! Check-in by the rotating code of a venue, and taking it back for a few minutes.

use super::codes::{self, Codes, Token};
use super::make_up::settle_make_up_session;
use super::model::{self, Arrival, Attendance, AttendanceState, CheckInRefusal, CodeHit, Method, Recorded};
use super::queries::{self, By, NewChange, Place};
use super::totals;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training;
use serde::Serialize;

/// A code as a browser brings it: from the address it opened, with what it kept of the first time.
#[derive(Debug, Clone)]
pub struct Scan {
    pub token: Token,
    /// When this code first arrived from this browser, if it proved that.
    pub granted: Option<Moment>,
    /// The time by which codes live.
    pub at: Moment,
}

/// What a real code leads to, for one person.
#[derive(Debug, Clone)]
pub struct Seen {
    pub place: Place,
    /// When the scan arrived, if it is still worth something.
    pub arrived: Option<Moment>,
}

impl Seen {
    /// Why the person cannot check in; nothing when they can, or have.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&self, now: Moment) -> Result<(), CheckInRefusal> {
        let session = &self.place.session;
        if let Err(refusal @ (CheckInRefusal::Cancelled | CheckInRefusal::Over)) =
            model::admit_scan(session, self.arrived.unwrap_or(now), now)
        {
            return Err(refusal);
        }
        let arrived = self.arrived.ok_or(CheckInRefusal::Replaced)?;
        if self.place.row.is_none() {
            return Err(CheckInRefusal::NotOnRoster);
        }
        model::admit_scan(session, arrived, now)
    }
}

/// Looks at a code for somebody, who may be nobody yet; nothing when it is forged. Changes nothing.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn look(conn: &mut Conn, codes: &Codes, scan: &Scan, person: Option<PersonId>) -> Result<Option<Seen>> {
    // Nobody has the number 0.
    let found = queries::find_place(conn, scan.token.venue, person.unwrap_or(PersonId(0)))?;
    let Some(place) = found.filter(|place| codes.is_real(place.session.id, &scan.token)) else { return Ok(None) };
    let opens_at = place.session.opens_at();
    let arrived = codes::arrival(codes.rotation, scan.token.step, scan.granted, opens_at, scan.at);
    Ok(Some(Seen { place, arrived }))
}

/// What six digits led to.
#[derive(Debug, Clone)]
pub enum Typed {
    /// The venues with this code that were meant; several are asked about.
    Means(Vec<CodeHit>),
    Wrong,
    /// Too many wrong codes: not looked at until then.
    Paused {
        until: Moment,
    },
}

/// Judges six digits when they arrive: on the viewer's own open sessions first, then in general. A wrong code counts
/// against the viewer's login and address. `at` is the time by which codes live.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn judge_typed(
    conn: &mut Conn,
    viewer: &Viewer,
    codes: &Codes,
    digits: &str,
    at: Moment,
    now: Moment,
) -> Result<Typed> {
    let tries = queries::find_tries(conn, viewer.login)?;
    let n_of_address = queries::find_tries_of_address(conn, &viewer.origin, now)?;
    if let Some(until) = tries.pause(n_of_address, now) {
        return Ok(Typed::Paused { until });
    }
    let places = queries::list_places_about(conn, viewer.person, now)?;
    let hit = |(session, venue, on_roster): (training::Session, training::Venue, bool)| {
        let step = codes.step_of_digits(session.id, venue.id, digits, at)?;
        Some(CodeHit { session, venue: venue.id, venue_name: venue.name, on_roster, step })
    };
    let hits = model::resolve(places.into_iter().filter_map(hit).collect(), now);
    if hits.is_empty() {
        queries::count_wrong_code(conn, viewer.login, &viewer.origin, tries, now)?;
        return Ok(Typed::Wrong);
    }
    Ok(Typed::Means(hits))
}

/// Counts a code that was no code against the viewer's login and address.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn count_wrong_code(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<()> {
    let tries = queries::find_tries(conn, viewer.login)?;
    Ok(queries::count_wrong_code(conn, viewer.login, &viewer.origin, tries, now)?)
}

/// A check-in that was asked for and is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckIn {
    pub session: SessionId,
    pub arrival: Arrival,
}

#[derive(Serialize)]
struct Details {
    state_before: Option<AttendanceState>,
}

/// Records that the viewer has come to the venue of this code, once; a repeat changes nothing. `device` is a digest
/// of the browser.
///
/// # Errors
/// `NotFound` when the code is forged; `Refused` with a [`CheckInRefusal`].
pub fn check_in(
    conn: &mut Conn,
    viewer: &Viewer,
    codes: &Codes,
    scan: &Scan,
    device: Option<&str>,
    now: Moment,
) -> Result<CheckIn> {
    let seen = look(conn, codes, scan, Some(viewer.person))?.ok_or(Error::NotFound("code"))?;
    let session = seen.place.session.id;
    let arrived = match model::arrival(seen.place.before.as_ref()) {
        // Somebody who is in already is told so, also when the time is over.
        arrival @ (Arrival::Repeat | Arrival::Exempt) => return Ok(CheckIn { session, arrival }),
        Arrival::New | Arrival::Beats => {
            seen.admit(now).map_err(|refusal| Error::refused(refusal.message()))?;
            seen.arrived.unwrap_or(now)
        }
    };
    let new = Recorded {
        venue: Some(scan.token.venue),
        // Nobody is there before it opens, however early they scanned.
        arrived_at: Some(arrived.max(seen.place.session.opens_at()).min(now)),
        device: device.map(str::to_owned),
        code_until: Some(codes.rotation.ends_at(scan.token.step)),
        ..Recorded::plain(AttendanceState::Present, Method::Code)
    };
    arrive(conn, viewer, session, seen.place.before, &new, now)
}

/// Tries again when another request was faster: each time what that one wrote is seen.
fn arrive(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    mut before: Option<Attendance>,
    new: &Recorded,
    now: Moment,
) -> Result<CheckIn> {
    let by = By { person: Some(viewer.person), at: now };
    for _ in 0..3 {
        let arrival = model::arrival(before.as_ref());
        let recorded = match (&before, arrival) {
            (_, Arrival::Repeat | Arrival::Exempt) => return Ok(CheckIn { session, arrival }),
            (None, _) => queries::insert_once(conn, session, viewer.person, new, by)?,
            (Some(old), _) => queries::replace(conn, old, new, by)?,
        };
        if recorded {
            if let Some(old) = &before {
                keep_change(conn, viewer, old, Some(new), false, by)?;
            }
            // What there was not, is not kept.
            let details = before.as_ref().map(|old| Details { state_before: Some(old.state) });
            audit::record(
                conn,
                &viewer.actor(),
                now,
                Action::new("attendance.checked_in", "session"),
                session.0,
                &details,
            )?;
            return Ok(CheckIn { session, arrival });
        }
        before = queries::find(conn, session, viewer.person)?;
    }
    Err(Error::Conflict)
}

fn keep_change(
    conn: &mut Conn,
    viewer: &Viewer,
    old: &Attendance,
    after: Option<&Recorded>,
    after_confirmation: bool,
    by: By,
) -> Result<()> {
    let before = old.recorded();
    let change = NewChange {
        session: old.session_id,
        person: viewer.person,
        before: Some(&before),
        after,
        reason: "",
        after_confirmation,
    };
    queries::insert_change(conn, &change, by)
}

/// Takes the viewer's own check-in back, within five minutes: what it had beaten stands again, or nothing; once
/// the session is confirmed, absent.
///
/// # Errors
/// `NotFound` when the viewer is not on the roster; `Refused` when there is nothing to take back or it is too late;
/// `Conflict` when somebody else has just changed it.
pub fn undo_check_in(conn: &mut Conn, viewer: &Viewer, session: SessionId, now: Moment) -> Result<()> {
    queries::find_on_roster(conn, session, viewer.person)?;
    // Who confirms it at the same moment counts either before or after.
    queries::take_turns(conn, session)?;
    let present = queries::find(conn, session, viewer.person)?;
    let Some(present) = present.filter(|row| model::may_undo(row, viewer.person, now)) else {
        return Err(Error::refused(Message::new("attendance-undo-too-late")));
    };
    let session = training::queries::find_session(conn, session)?;
    let newest = queries::list_changes(conn, session.id, viewer.person)?.into_iter().next();
    let beaten = newest.filter(|(change, _)| change.after().as_ref() == Some(&present.recorded()));
    let after = beaten.and_then(|(change, _)| change.before()).or_else(|| model::after_voiding(&session));
    let by = By { person: Some(viewer.person), at: now };
    let done = match &after {
        Some(after) => queries::replace(conn, &present, after, by)?,
        None => queries::delete(conn, &present)?,
    };
    if !done {
        return Err(Error::Conflict);
    }
    keep_change(conn, viewer, &present, after.as_ref(), session.is_confirmed(), by)?;
    if session.is_confirmed() {
        settle_make_up_session(conn, &session, Some(&[viewer.person]))?;
        totals::refresh(conn, &session)?;
    }
    let details = Details { state_before: Some(present.state) };
    audit::record(
        conn,
        &viewer.actor(),
        now,
        Action::new("attendance.check_in_undone", "session"),
        session.id.0,
        &details,
    )
}
