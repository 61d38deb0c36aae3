//! What a unit was asked for, as whoever answers for the unit finds it.

use super::model::{Call, UnitTask};
use super::queries;
use crate::access::Viewer;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::UnitTaskId;

/// A unit's task with what its form says around it.
#[derive(Debug, Clone)]
pub struct OwnTask {
    pub task: UnitTask,
    pub call: Call,
    pub unit: Unit,
    /// A liaison prepares what the leader hands in.
    pub may_hand_in: bool,
}

/// A unit's task for its leader or liaison, those above, and HQ.
///
/// # Errors
/// `NotFound` when there is none or its unit is out of the viewer's reach.
pub fn own_task(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId) -> Result<OwnTask> {
    let (task, call, unit) = queries::find_unit_task(conn, id)?;
    if !viewer.reach().covers(&unit.path) {
        return Err(Error::NotFound("unit task"));
    }
    let may_hand_in = viewer.reach_of_decisions().covers(&unit.path);
    Ok(OwnTask { task, call, unit, may_hand_in })
}
