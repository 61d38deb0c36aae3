//! Takes open tasks back.

use super::pick::{Pick, find_picked};
use super::{make_up, queries};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, TaskId};
use serde_json::json;

/// Withdraws the ticked tasks. Whoever has nothing left to make up a session with is noted as before.
///
/// # Errors
/// As [`find_picked`].
pub fn withdraw(conn: &mut Conn, viewer: &Viewer, id: AssignmentId, picks: &[Pick], now: Moment) -> Result<usize> {
    let (assignment, found) = find_picked(conn, viewer, id, picks)?;
    let ids: Vec<TaskId> = picks.iter().map(|pick| pick.task).collect();
    let n_withdrawn = queries::mark_withdrawn(conn, &ids)?;
    let people: Vec<PersonId> = found.iter().map(|row| row.task.task.person_id).collect();
    let n_not_due = match assignment.session_id {
        Some(session) => make_up::settle_due(conn, session, &people)?,
        None => 0,
    };
    let details = json!({ "tasks": ids, "make_up_not_due": n_not_due });
    audit::record(conn, &viewer.actor(), now, Action::new("assignments.withdrawn", "assignment"), id.0, &details)?;
    Ok(n_withdrawn)
}
