//! HQ says how many hours an assignment counts for once it is done or accepted; by default none.

use super::model::read_hours;
use super::queries;
use crate::access::Viewer;
use crate::assignments;
use crate::assignments::giving::MOST_STUDY_MINUTES;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::AssignmentId;

/// Gives an assignment its hours, when they are still those that were `seen`. What makes up for a session has none of
/// its own: who has made up has the session's.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` for a make-up assignment, or
/// with a problem at the field.
pub fn set_hours(
    conn: &mut Conn,
    viewer: &Viewer,
    id: AssignmentId,
    seen: i64,
    typed: &str,
    now: Moment,
) -> Result<()> {
    viewer.require_hq()?;
    let assignment = assignments::queries::find_assignment(conn, id)?;
    if assignment.session_id.is_some() {
        return Err(Error::refused(Message::new("hours-problem-make-up")));
    }
    let minutes = read_hours(typed).filter(|minutes| (0..=MOST_STUDY_MINUTES).contains(minutes));
    let Some(minutes) = minutes else {
        return Err(Error::Refused(vec![Problem::at("hours", Message::new("hours-problem-hours"))]));
    };
    if !queries::update_study_minutes(conn, id, seen, minutes)? {
        return Err(Error::Conflict);
    }
    let action = Action::new("assignments.hours_set", "assignment");
    audit::record(conn, &viewer.actor(), now, action, Some(id.0), &(assignment.study_minutes, minutes))
}
