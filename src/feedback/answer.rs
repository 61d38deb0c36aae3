//! Answering what somebody wrote.

use super::model::check;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::FeedbackId;

/// Answers a piece, or answers it anew; the version must be that of what was shown.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` without words, and for one's
/// own: nobody decides their own case (`rules.md` 4).
pub fn answer(conn: &mut Conn, viewer: &Viewer, id: FeedbackId, version: i64, words: &str, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let words = words.trim();
    let asked = queries::find(conn, id)?;
    if asked.written_by == viewer.person {
        return Err(Error::refused(Message::new("feedback-refused-own")));
    }
    if let Some(problem) = check("answer", words) {
        return Err(Error::Refused(vec![problem]));
    }
    if !queries::update_answer(conn, id, version, words, viewer.person, now)? {
        return Err(Error::Conflict);
    }
    audit::record(conn, &viewer.actor(), now, Action::new("feedback.answered", "feedback"), id.0, &())
}
