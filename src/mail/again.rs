//! Sends a failed mail again.

use super::model::{Outbox, OutboxState};
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::OutboxId;

/// Puts a failed mail back into the queue, to be tried as if it were new; its Message-ID stays.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Refused` when it did not fail.
pub fn send_again(conn: &mut Conn, viewer: &Viewer, id: OutboxId, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let mail = queries::find(conn, id)?;
    if !may_be_sent_again(&mail) || !queries::requeue(conn, id, now)? {
        return Err(Error::refused(Message::new("mail-not-failed")));
    }
    queries::clear_refused(conn, &mail.address)?;
    audit::record(conn, &viewer.actor(), now, Action::new("mail.sent_again", "mail"), id.0, &mail.problem)
}

/// Only what failed: a second copy of what arrived helps nobody.
pub fn may_be_sent_again(mail: &Outbox) -> bool {
    match mail.state {
        OutboxState::Failed => true,
        OutboxState::Waiting | OutboxState::Sent | OutboxState::Dropped => false,
    }
}
