//! Settling who was not there: an act of HQ, after which follow-up, mail and the final report may be made.

use super::close::find_for_step;
use super::make_up::settle_make_up_session;
use super::queries::{self, By};
use super::totals;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use serde::Serialize;

#[derive(Serialize)]
struct Confirmed {
    n_absent: usize,
}

/// Settles who was not there: everybody still undecided becomes absent, in one write. Tells how many.
///
/// # Errors
/// `Forbidden` for all but HQ; `Refused` when check-in has not ended; `Conflict` when somebody else has changed the
/// session.
pub fn confirm(conn: &mut Conn, viewer: &Viewer, id: SessionId, version: i64, now: Moment) -> Result<usize> {
    let session = find_for_step(conn, viewer, id, version)?;
    training::mark_confirmed(conn, &session, now)?;
    let n_absent = queries::insert_absent(conn, id, By { person: Some(viewer.person), at: now })?;
    settle_make_up_session(conn, &session, None)?;
    totals::refresh(conn, &session)?;
    let details = Confirmed { n_absent };
    audit::record(conn, &viewer.actor(), now, Action::new("attendance.confirmed", "session"), id.0, &details)?;
    Ok(n_absent)
}
