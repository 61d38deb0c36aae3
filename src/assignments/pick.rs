//! The tasks of an assignment that somebody ticked, to extend or to withdraw them.

use super::model::{Assignment, PersonTask};
use super::queries;
use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, TaskId};

/// A task as it stood on the page where it was ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick<Id = TaskId> {
    pub task: Id,
    pub version: i64,
}

impl<Id: std::fmt::Display> std::fmt::Display for Pick<Id> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.task, self.version)
    }
}

impl<Id: std::str::FromStr> std::str::FromStr for Pick<Id> {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let unknown = || Error::NotFound("task");
        let (task, version) = text.split_once('.').ok_or_else(unknown)?;
        Ok(Self { task: task.parse().map_err(|_| unknown())?, version: version.parse().map_err(|_| unknown())? })
    }
}

/// The ticked tasks, each still open, as it was shown, and within what the viewer may decide. Nobody decides about
/// their own (`rules.md` 4).
///
/// # Errors
/// `NotFound` when one is out of reach; `Conflict` when one has changed since; `Refused` when nothing, or one's own, was ticked.
pub fn find_picked(
    conn: &mut Conn,
    viewer: &Viewer,
    id: AssignmentId,
    picks: &[Pick],
) -> Result<(Assignment, Vec<PersonTask>)> {
    // Before anything is looked up: the answer must not tell whether an assignment out of reach exists.
    if picks.is_empty() {
        return Err(Error::refused(Message::new("tasks-problem-nothing-ticked")));
    }
    let assignment = queries::find_assignment(conn, id)?;
    let reach = viewer.reach_of_decisions();
    let ids: Vec<TaskId> = picks.iter().map(|pick| pick.task).collect();
    let found = queries::list_picked(conn, id, &ids)?;
    let units = organization::queries::list_units(conn)?;
    for pick in picks {
        let task = found.iter().find(|row| row.task.task.id == pick.task).ok_or(Error::NotFound("task"))?;
        let is_in_reach = units.iter().any(|unit| unit.id == task.unit_id && reach.covers(&unit.path));
        if !is_in_reach {
            return Err(Error::NotFound("task"));
        }
        if task.task.task.version != pick.version || !task.task.task.state.is_left() {
            return Err(Error::Conflict);
        }
        if task.task.task.person_id == viewer.person {
            return Err(Error::refused(Message::new("tasks-problem-own")));
        }
    }
    Ok((assignment, found))
}

/// The ticks as they are now, without what is no longer open: for whoever is asked again because somebody else was at
/// the same tasks. Whether they are within reach is for [`find_picked`] to say.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn tick_anew(conn: &mut Conn, id: AssignmentId, picks: &[Pick]) -> Result<Vec<Pick>> {
    let ids: Vec<TaskId> = picks.iter().map(|pick| pick.task).collect();
    let tasks = queries::list_picked(conn, id, &ids)?.into_iter().map(|row| row.task.task);
    let open = tasks.filter(|task| task.state.is_left());
    Ok(open.map(|task| Pick { task: task.id, version: task.version }).collect())
}
