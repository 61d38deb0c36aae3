//! More time for a person's task, with a reason.

use super::giving::{self, NOTE_LENGTH};
use super::pick::{Pick, find_picked};
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{AssignmentId, TaskId};
use chrono::NaiveDate;
use serde_json::json;

/// The day that a task is put off to, and why.
#[derive(Debug, Clone, Default)]
pub struct Extension {
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
    pub reason: String,
}

/// Gives the ticked tasks another due date. The old one and the reason stay in the trail.
///
/// # Errors
/// As [`find_picked`]; `Refused` without a reason or with a long one, or when the new day is not after the one that was set.
pub fn extend(
    conn: &mut Conn,
    viewer: &Viewer,
    id: AssignmentId,
    picks: &[Pick],
    extension: &Extension,
    now: Moment,
    today: NaiveDate,
) -> Result<usize> {
    let (due_on, reason) = (extension.due_on, extension.reason.trim());
    let (_, found) = find_picked(conn, viewer, id, picks)?;
    let mut problems: Vec<Problem> = giving::due_problem(due_on, today).into_iter().collect();
    if problems.is_empty() && found.iter().any(|row| due_on.is_some_and(|due_on| due_on <= row.task.task.due_on)) {
        problems.push(Problem::at("due_on", Message::new("tasks-problem-due-not-later")));
    }
    if reason.is_empty() {
        problems.push(Problem::at("reason", Message::new("tasks-problem-reason-missing")));
    }
    if reason.chars().count() > NOTE_LENGTH {
        problems.push(Problem::at("reason", Message::new("tasks-problem-note-long").with("n", NOTE_LENGTH as i64)));
    }
    let Some(due_on) = due_on.filter(|_| problems.is_empty()) else { return Err(Error::Refused(problems)) };
    let ids: Vec<TaskId> = picks.iter().map(|pick| pick.task).collect();
    let n_extended = queries::update_due(conn, &ids, due_on)?;
    let before: Vec<_> =
        found.iter().map(|row| json!({ "task": row.task.task.id, "due_on": row.task.task.due_on })).collect();
    let details = json!({ "before": before, "due_on": due_on, "reason": reason });
    audit::record(conn, &viewer.actor(), now, Action::new("assignments.extended", "assignment"), id.0, &details)?;
    Ok(n_extended)
}
