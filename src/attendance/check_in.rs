//! Check-in by the code of a session, and taking it back for a few minutes.

use super::model::{
    self, Arrival, Attendance, AttendanceState, CODE_PAUSE, CheckInRefusal, CodeHit, CodeMeans, Method, Recorded,
};
use super::queries::{self, By, NewChange};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use serde::Serialize;

/// What a typed or opened code leads to, for the one who typed it. Changes nothing.
#[derive(Debug, Clone)]
pub enum Looked {
    /// Too many wrong codes: not looked at until then.
    Paused {
        until: Moment,
    },
    Means(CodeMeans),
}

/// Looks a code up on the viewer's own sessions first, then in general.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn look_up(conn: &mut Conn, viewer: &Viewer, code: &str, now: Moment) -> Result<Looked> {
    if let Some((_, Some(until))) = queries::find_tries(conn, viewer.login)?
        && now < until
    {
        return Ok(Looked::Paused { until });
    }
    let hits = match model::read_code(code) {
        Some(code) => queries::list_with_code(conn, &code, viewer.person)?,
        None => Vec::new(),
    };
    Ok(Looked::Means(model::resolve(hits, now)))
}

/// Counts a wrong code against the viewer's login; after ten it has to wait a minute.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn count_wrong_code(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<()> {
    Ok(queries::count_wrong_code(conn, viewer.login, now, now + CODE_PAUSE)?)
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

/// Records that the viewer has come to the session with this code, once; a repeat changes nothing. `chosen` says
/// which, where two of the viewer's open sessions have the same code.
///
/// # Errors
/// `NotFound` when no session has the code; `Refused` with a [`CheckInRefusal`], during the pause after wrong codes,
/// and when two sessions have the code and none was chosen.
pub fn check_in(
    conn: &mut Conn,
    viewer: &Viewer,
    code: &str,
    chosen: Option<SessionId>,
    now: Moment,
) -> Result<CheckIn> {
    let hit = match look_up(conn, viewer, code, now)? {
        Looked::Paused { until } => {
            return Err(Error::refused(Message::new("attendance-code-paused").with("until", until)));
        }
        Looked::Means(CodeMeans::One(hit)) => *hit,
        Looked::Means(CodeMeans::Several(hits)) => choose(hits, chosen)?,
        Looked::Means(CodeMeans::Foreign(_)) => {
            return Err(Error::refused(CheckInRefusal::NotOnRoster.message()));
        }
        Looked::Means(CodeMeans::Unknown) => return Err(Error::NotFound("code")),
    };
    if chosen.is_some_and(|chosen| chosen != hit.session.id) {
        return Err(Error::NotFound("code"));
    }
    let before = queries::find(conn, hit.session.id, viewer.person)?;
    // Somebody who is in already is told so, also when the time is over.
    match model::arrival(before.as_ref()) {
        Arrival::Repeat | Arrival::Exempt => {}
        Arrival::New | Arrival::Beats => {
            model::admit(&hit.session, now).map_err(|refusal| Error::refused(refusal.message()))?;
        }
    }
    arrive(conn, viewer, hit.session.id, before, now)
}

fn choose(hits: Vec<CodeHit>, chosen: Option<SessionId>) -> Result<CodeHit> {
    hits.into_iter()
        .find(|hit| Some(hit.session.id) == chosen)
        .ok_or_else(|| Error::refused(Message::new("attendance-code-of-several")))
}

/// Tries again when another request was faster: each time what that one wrote is seen.
fn arrive(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    mut before: Option<Attendance>,
    now: Moment,
) -> Result<CheckIn> {
    let (row, _) = queries::find_on_roster(conn, session, viewer.person)?;
    let by = By { person: Some(viewer.person), at: now };
    let new = Recorded {
        venue: Some(row.venue_id),
        arrived_at: Some(now),
        ..Recorded::plain(AttendanceState::Present, Method::Code)
    };
    for _ in 0..3 {
        let arrival = model::arrival(before.as_ref());
        let recorded = match (&before, arrival) {
            (_, Arrival::Repeat | Arrival::Exempt) => return Ok(CheckIn { session, arrival }),
            (None, _) => queries::insert_once(conn, session, viewer.person, &new, by)?,
            (Some(old), _) => queries::replace(conn, old, &new, by)?,
        };
        if recorded {
            if let Some(old) = &before {
                keep_change(conn, viewer, old, Some(&new), false, by)?;
            }
            let details = Details { state_before: before.as_ref().map(|old| old.state) };
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
