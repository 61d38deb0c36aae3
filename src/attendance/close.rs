//! Ending check-in: an act of HQ.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training::{self, Session};

/// Ends check-in: everybody undecided is now to be checked.
///
/// # Errors
/// `Forbidden` for all but HQ; `Refused` when it is not published or has not opened yet; `Conflict` when somebody
/// else has changed the session.
pub fn close(conn: &mut Conn, viewer: &Viewer, id: SessionId, version: i64, now: Moment) -> Result<()> {
    let session = find_for_step(conn, viewer, id, version)?;
    if now < session.opens_at() && session.state == training::SessionState::Published {
        return Err(Error::refused(Message::new("attendance-close-early").with("at", session.opens_at())));
    }
    training::mark_closed(conn, &session, now)?;
    audit::record(conn, &viewer.actor(), now, Action::new("attendance.closed", "session"), id.0, &())
}

/// The session of a step of HQ, held until the write ends, if it is still as the form saw it.
pub(super) fn find_for_step(conn: &mut Conn, viewer: &Viewer, id: SessionId, version: i64) -> Result<Session> {
    viewer.require_hq()?;
    queries::take_turns(conn, id)?;
    let session = training::queries::find_session(conn, id)?;
    if session.version == version { Ok(session) } else { Err(Error::Conflict) }
}
