//! Writing to HQ.

use super::model::{FeedbackKind, check};
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::FeedbackId;

/// Keeps what the viewer writes to HQ.
///
/// # Errors
/// `Refused` when nothing is said or far too much.
pub fn write(conn: &mut Conn, viewer: &Viewer, kind: FeedbackKind, text: &str, now: Moment) -> Result<FeedbackId> {
    let text = text.trim();
    if let Some(problem) = check("text", text) {
        return Err(Error::Refused(vec![problem]));
    }
    let id = queries::insert(conn, kind, text, viewer.person, now)?;
    // The words stay where their answer stands, and go with them.
    audit::record(conn, &viewer.actor(), now, Action::new("feedback.written", "feedback"), id.0, &kind)?;
    Ok(id)
}
