//! Takes open tasks back.

use super::pick::{Pick, find_picked};
use super::queries;
use crate::access::Viewer;
use crate::attendance;
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
    let mut n_not_due = 0;
    if let Some(session) = assignment.session_id {
        let given = queries::list_given(conn, session)?;
        let has_left = |person: PersonId| {
            given.iter().any(|(of, _, state)| *of == person && *state != super::TaskState::Withdrawn)
        };
        let people: Vec<PersonId> =
            found.iter().map(|row| row.task.task.person_id).filter(|person| !has_left(*person)).collect();
        n_not_due = attendance::make_up_not_due(conn, session, &people)?;
    }
    let details = json!({ "tasks": ids, "make_up_not_due": n_not_due });
    audit::record(conn, &viewer.actor(), now, Action::new("assignments.withdrawn", "assignment"), id.0, &details)?;
    Ok(n_withdrawn)
}
