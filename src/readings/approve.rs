//! HQ stands for a text by name.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::readings::{Approval, find};
use crate::store::Conn;
use crate::store::ids::ReadingId;
use serde_json::json;

/// Approves both texts of a reading as they were shown; a repeat changes nothing.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when another text ships than the one that was shown.
pub fn approve(conn: &mut Conn, viewer: &Viewer, id: ReadingId, digest_shown: &str, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let (row, reading) = find(conn, id)?;
    if reading.digest != digest_shown {
        return Err(Error::Conflict);
    }
    if let Approval::Given { .. } = row.approval(&reading.digest) {
        return Ok(());
    }
    queries::mark_approved(conn, id, viewer.person, now, &reading.digest)?;
    let details = json!({ "slug": row.slug, "before": row.approved_digest, "after": reading.digest });
    audit::record(conn, &viewer.actor(), now, Action::new("readings.approved", "reading"), id.0, &details)
}
