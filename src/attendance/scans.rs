//! The scans of the signed sheet, kept with the session.

use super::model;
use super::queries;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::files::{self, Received, Subject};
use crate::store::Conn;
use crate::store::ids::{FileUseId, SessionId};
use crate::training::{self, Session};

/// The session, if the viewer sees its scans: HQ, and its clerks.
///
/// # Errors
/// `NotFound` for everybody else, and while there is no list to sign.
pub fn find_for_scans(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let is_clerk = !queries::list_served(conn, id, viewer)?.is_empty();
    if model::may_see_scans(session.state, viewer.is_hq(), is_clerk) {
        return Ok(session);
    }
    Err(Error::NotFound("session"))
}

/// Whether the viewer may add and take away scans now.
///
/// # Errors
/// As [`find_for_scans`]; `Refused` once that is over for them.
pub fn require_scans(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<()> {
    let session = find_for_scans(conn, viewer, id)?;
    if model::may_keep_scans(session.state, viewer.is_hq()) {
        return Ok(());
    }
    Err(Error::refused(Message::new("scans-refused-over")))
}

/// Keeps a scan with the session; the same file once.
///
/// # Errors
/// As [`require_scans`].
pub fn add_scan(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    received: &Received,
    name: &str,
    now: Moment,
) -> Result<()> {
    require_scans(conn, viewer, id)?;
    files::keep(conn, &viewer.actor(), Subject::SignedSheet(id), received, name, now)
}

/// Takes a scan away, with the reason.
///
/// # Errors
/// As [`require_scans`]; `NotFound` when the session has no such scan; `Refused` without a reason.
pub fn remove_scan(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    scan: FileUseId,
    reason: &str,
    now: Moment,
) -> Result<()> {
    require_scans(conn, viewer, id)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::Refused(vec![Problem::at("reason", Message::new("attendance-reason-missing"))]));
    }
    files::take_away(conn, &viewer.actor(), Subject::SignedSheet(id), scan, reason, now)
}
