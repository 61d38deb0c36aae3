//! Calling a session off: a draft, or one that is published and not yet closed.

use super::model::{SessionState, check_step};
use super::queries;
use super::state::StateChange;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;

/// Calls a session off, with a reason.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` without a reason or when it is too late; `Conflict` when somebody else was faster.
pub fn cancel(conn: &mut Conn, actor: &Actor, id: SessionId, version: i64, reason: &str, now: Moment) -> Result<()> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    check_step(session.state, SessionState::Cancelled)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::Refused(vec![Problem::at("reason", Message::new("training-reason-missing"))]));
    }
    if session.version != version {
        return Err(Error::Conflict);
    }
    let change =
        StateChange { cancelled_at: Some(now), reason: Some(reason), ..StateChange::to(SessionState::Cancelled) };
    queries::update_state(conn, &session, &change)?;
    audit::record(conn, actor, now, Action::new("session.cancelled", "session"), id.0, &reason)
}
