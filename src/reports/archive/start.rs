//! Queueing an archive: an act of HQ, once the session is confirmed.

use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::jobs::{self, JobKind};
use crate::store::Conn;
use crate::store::ids::{JobId, SessionId};
use crate::training;

/// Queues the building of a session's archive; one that is under way already is not begun twice.
///
/// # Errors
/// `Forbidden` for all but HQ; `Refused` when the session is not confirmed.
pub fn start(conn: &mut Conn, viewer: &Viewer, id: SessionId, now: Moment) -> Result<JobId> {
    viewer.require_hq()?;
    let session = training::queries::find_session(conn, id)?;
    if !session.is_confirmed() {
        return Err(Error::refused(Message::new("archive-refused-not-confirmed")));
    }
    if let Some(job) = jobs::queries::find_latest(conn, JobKind::SessionArchive, id.0)?
        && !job.is_over()
    {
        return Ok(job.id);
    }
    let job = jobs::start(conn, JobKind::SessionArchive, id.0, Some(viewer.person), now)?;
    audit::record(conn, &viewer.actor(), now, Action::new("archive.asked", "session"), id.0, &())?;
    Ok(job)
}
