//! On the unit's board: how far a measure is, what is to be said about it, and another day.

use super::model::{Row, RowState, check_change};
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::ImplementationRowId;
use chrono::NaiveDate;
use serde_json::json;

/// What a row is from now on.
#[derive(Debug, Clone)]
pub struct RowChange {
    /// Of the row as it was shown.
    pub version: i64,
    pub state: RowState,
    /// Nothing leaves the day as it is.
    pub due_on: Option<NaiveDate>,
    pub note: String,
}

/// A row of a report that was handed in, with its unit, for those who may see the unit.
///
/// # Errors
/// `NotFound` when there is none, or its unit is out of the viewer's reach.
pub fn find_row(conn: &mut Conn, viewer: &Viewer, id: ImplementationRowId) -> Result<(Row, Unit)> {
    let (row, unit) = queries::find_live_row(conn, id)?;
    if !viewer.reach().covers(&unit.path) {
        return Err(Error::NotFound("implementation row"));
    }
    Ok((row, unit))
}

/// Changes a row. What it was before stays in its history and in the trail.
///
/// # Errors
/// As [`find_row`]; `Forbidden` for a liaison; `Conflict` when somebody else was faster; as [`check_change`].
pub fn change_row(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ImplementationRowId,
    change: &RowChange,
    clock: &Clock,
) -> Result<Row> {
    let now: Moment = clock.now();
    let (row, unit) = find_row(conn, viewer, id)?;
    if !viewer.reach_of_decisions().covers(&unit.path) {
        return Err(Error::Forbidden);
    }
    if row.version != change.version {
        return Err(Error::Conflict);
    }
    let due_on = change.due_on.or(row.due_on);
    check_change(&row, change.state, due_on, &change.note, clock.today())?;
    let note = change.note.trim();
    queries::update_standing(conn, &row, change.state, due_on)?;
    queries::insert_change(conn, &row, (change.state, due_on), note, Some(viewer.person), now)?;
    let details = json!({
        "before": { "state": row.state, "due_on": row.due_on },
        "after": { "state": change.state, "due_on": due_on, "note": note },
    });
    let action = Action::new("implementation.row_changed", "implementation_row");
    audit::record(conn, &viewer.actor(), now, action, id.0, &details)?;
    Ok(Row { state: change.state, due_on, version: row.version + 1, ..row })
}
