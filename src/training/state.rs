//! The steps of a session's life that `attendance` takes: closed, confirmed, reopened. They only move the
//! state; permission and the audit entry belong to the verb that takes the step.

use super::model::{Session, SessionState, check_step};
use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;

/// Ends check-in: published → closed.
///
/// # Errors
/// `Refused` when the session is in another state; `Conflict` when somebody else was faster.
pub fn mark_closed(conn: &mut Conn, session: &Session, now: Moment) -> Result<()> {
    check_step(session.state, SessionState::Closed)?;
    queries::update_state(conn, session, &StateChange { closed_at: Some(now), ..StateChange::to(SessionState::Closed) })
}

/// Settles who was not there: closed → confirmed.
///
/// # Errors
/// As [`mark_closed`].
pub fn mark_confirmed(conn: &mut Conn, session: &Session, now: Moment) -> Result<()> {
    check_step(session.state, SessionState::Confirmed)?;
    let change = StateChange {
        closed_at: session.closed_at,
        confirmed_at: Some(now),
        ..StateChange::to(SessionState::Confirmed)
    };
    queries::update_state(conn, session, &change)
}

/// Ends a session's life: confirmed → archived. One that is archived already stays so.
///
/// # Errors
/// As [`mark_closed`].
pub fn archive(conn: &mut Conn, session: &Session) -> Result<()> {
    if session.state == SessionState::Archived {
        return Ok(());
    }
    check_step(session.state, SessionState::Archived)?;
    let change = StateChange {
        closed_at: session.closed_at,
        confirmed_at: session.confirmed_at,
        ..StateChange::to(SessionState::Archived)
    };
    queries::update_state(conn, session, &change)
}

/// Takes the last step back, with a reason: confirmed → closed, closed → published.
///
/// # Errors
/// As [`mark_closed`].
pub fn mark_reopened(conn: &mut Conn, session: &Session, reason: &str) -> Result<()> {
    let back = session.state.reopened().ok_or_else(|| super::model::refused_step(session.state))?;
    let change = StateChange {
        closed_at: session.closed_at.filter(|_| back == SessionState::Closed),
        reason: Some(reason),
        ..StateChange::to(back)
    };
    queries::update_state(conn, session, &change)
}

/// What the columns of a session's state are to hold from now on.
pub(super) struct StateChange<'a> {
    pub(super) state: SessionState,
    pub(super) closed_at: Option<Moment>,
    pub(super) confirmed_at: Option<Moment>,
    pub(super) cancelled_at: Option<Moment>,
    pub(super) reason: Option<&'a str>,
}

impl StateChange<'_> {
    pub(super) fn to(state: SessionState) -> Self {
        Self { state, closed_at: None, confirmed_at: None, cancelled_at: None, reason: None }
    }
}
