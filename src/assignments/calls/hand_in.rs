//! A unit's leader hands in what was asked for, or takes it back to go on writing.

use super::model::{UnitTask, UnitTaskState};
use super::own::own_task;
use super::queries;
use crate::access::Viewer;
use crate::assignments::exchange;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::UnitTaskId;
use serde_json::json;

/// Hands a unit's task in. Its form has been checked and stored by whoever calls this, in the same write.
///
/// # Errors
/// As [`own_task`]; `Forbidden` for a liaison; `Refused` when it was handed in already, or withdrawn.
pub fn hand_in(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId, now: Moment) -> Result<UnitTask> {
    let own = own_task(conn, viewer, id)?;
    if !own.may_hand_in {
        return Err(Error::Forbidden);
    }
    if !own.task.kind.needs_acceptance() {
        return Err(Error::refused(Message::new("call-problem-readings-are-passed-on")));
    }
    if !own.task.state.is_editable() {
        return Err(refusal(own.task.state));
    }
    let task = queries::mark_submitted(conn, &own.task, viewer.person, now)?;
    let details = json!({ "before": own.task.state, "unit": own.unit.id, "kind": own.task.kind });
    audit::record(conn, &viewer.actor(), now, Action::new("calls.handed_in", "unit_task"), id.0, &details)?;
    Ok(task)
}

/// Takes back what was handed in, as long as nobody decided about it.
///
/// # Errors
/// As [`own_task`]; `Forbidden` for a liaison; `Refused` unless it waits for a decision.
pub fn take_back(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId, now: Moment) -> Result<UnitTask> {
    let own = own_task(conn, viewer, id)?;
    if !own.may_hand_in {
        return Err(Error::Forbidden);
    }
    if own.task.state != UnitTaskState::Submitted || !own.task.kind.needs_acceptance() {
        return Err(Error::refused(Message::new("call-problem-not-to-be-taken-back")));
    }
    let task = queries::mark_taken_back(conn, &own.task)?;
    exchange::settle_task(conn, id)?;
    let details = json!({ "unit": own.unit.id, "kind": own.task.kind });
    audit::record(conn, &viewer.actor(), now, Action::new("calls.taken_back", "unit_task"), id.0, &details)?;
    Ok(task)
}

/// Why nothing can be handed in any more.
fn refusal(state: UnitTaskState) -> Error {
    let message = match state {
        UnitTaskState::Withdrawn => "call-problem-withdrawn",
        UnitTaskState::Open | UnitTaskState::Submitted | UnitTaskState::Returned | UnitTaskState::Accepted => {
            "call-problem-handed-in"
        }
    };
    Error::refused(Message::new(message))
}
