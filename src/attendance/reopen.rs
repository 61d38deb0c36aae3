//! Taking the last step back: an act of HQ, with its reason.

use super::close::find_for_step;
use super::make_up::settle_make_up_session;
use super::totals;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use serde::Serialize;

#[derive(Serialize)]
struct Reopened<'a> {
    reason: &'a str,
}

/// Takes the last step back, with a reason, until the session is archived. Nothing that was recorded changes.
///
/// # Errors
/// `Forbidden` for all but HQ; `Refused` without a reason or from a state that cannot be reopened; `Conflict` when
/// somebody else has changed the session.
pub fn reopen(conn: &mut Conn, viewer: &Viewer, id: SessionId, version: i64, reason: &str, now: Moment) -> Result<()> {
    let session = find_for_step(conn, viewer, id, version)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::Refused(vec![Problem::at("reason", Message::new("attendance-reason-missing"))]));
    }
    training::mark_reopened(conn, &session, reason)?;
    settle_make_up_session(conn, &session, None)?;
    totals::refresh(conn, &session)?;
    let details = Reopened { reason };
    audit::record(conn, &viewer.actor(), now, Action::new("attendance.reopened", "session"), id.0, &details)
}
