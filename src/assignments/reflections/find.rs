//! A note, as its author and whoever decides about it find it.

use super::model::{Part, part};
use super::queries::{self, Whole};
use crate::access::Viewer;
use crate::assignments::TaskState;
use crate::attendance::queries::list_leaders;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::TaskId;

/// A note with the part that the viewer has in it.
#[derive(Debug, Clone)]
pub struct Found {
    pub whole: Whole,
    pub part: Part,
}

/// The note of a task. What is still being written, its author alone finds.
///
/// # Errors
/// `NotFound` when there is none, or the viewer has no part in it.
pub fn find(conn: &mut Conn, viewer: &Viewer, id: TaskId) -> Result<Found> {
    let whole = queries::find(conn, id)?;
    let (leaders, hq) = (list_leaders(conn)?, queries::list_hq(conn)?);
    let part = part(viewer, &whole.standing(&hq), &leaders).ok_or(Error::NotFound("task"))?;
    let is_handed_in = match whole.task.state {
        TaskState::Submitted | TaskState::Accepted => true,
        TaskState::Open | TaskState::Returned | TaskState::Done | TaskState::Withdrawn => false,
    };
    match part {
        Part::Decider if !is_handed_in => Err(Error::NotFound("task")),
        Part::Author | Part::Decider => Ok(Found { whole, part }),
    }
}
