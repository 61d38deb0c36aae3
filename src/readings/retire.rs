//! HQ takes a reading out of use, and back. What was given before stands: tasks, marks and records keep their version.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::ReadingId;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// No new assignments.
    Retired,
    BroughtBack,
}

/// Retires a reading as it was shown in `version`, or brings it back; a repeat changes nothing.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else changed it meanwhile.
pub fn set_use(conn: &mut Conn, viewer: &Viewer, id: ReadingId, version: i64, to: Use, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let row = queries::find(conn, id)?.row;
    let (is_done, retired_at, action) = match to {
        Use::Retired => (!row.is_active(), Some(now), "readings.retired"),
        Use::BroughtBack => (row.is_active(), None, "readings.brought_back"),
    };
    if is_done {
        return Ok(());
    }
    if row.version != version {
        return Err(Error::Conflict);
    }
    queries::mark_retired(conn, id, retired_at, retired_at.map(|_| viewer.person))?;
    audit::record(conn, &viewer.actor(), now, Action::new(action, "reading"), id.0, &())
}
