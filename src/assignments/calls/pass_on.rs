//! A unit's leader passes a call on: its readings to people, the whole of it to sub-units.

use super::model::{NewUnitTask, UnitTask, UnitTaskKind, UnitTaskState};
use super::own::own_task;
use super::queries;
use crate::access::Viewer;
use crate::assignments::assign::{self, People, Wanted};
use crate::assignments::giving::{self, Given, Terms};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{CallId, UnitId, UnitTaskId};
use chrono::NaiveDate;
use serde_json::json;

/// The call's readings for people of the unit.
#[derive(Debug, Clone)]
pub struct ToPeople {
    pub task: UnitTaskId,
    pub people: People,
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
    pub note: String,
}

/// The readings of a unit's call as an assignment to its people.
///
/// # Errors
/// As [`own_task`]; `Forbidden` for a liaison; `Refused` when it is about no readings, or was withdrawn.
pub fn as_assignment(conn: &mut Conn, viewer: &Viewer, wanted: &ToPeople) -> Result<(UnitTask, Wanted)> {
    let own = own_task(conn, viewer, wanted.task)?;
    if !own.may_hand_in {
        return Err(Error::Forbidden);
    }
    if own.task.kind != UnitTaskKind::Readings {
        return Err(Error::NotFound("unit task"));
    }
    if own.task.state == UnitTaskState::Withdrawn {
        return Err(Error::refused(Message::new("call-problem-withdrawn")));
    }
    let readings = queries::list_readings(conn, own.call.id)?;
    let terms = Terms { kind: None, readings, due_on: wanted.due_on, note: wanted.note.clone() };
    let assignment = Wanted { unit: own.unit.id, unit_task: Some(own.task.id), people: wanted.people.clone(), terms };
    Ok((own.task, assignment))
}

/// Gives the readings of a call to people of the unit, by which the unit has met that part. What somebody was given by
/// this call before, by whichever unit, is not given again.
///
/// # Errors
/// As [`as_assignment`] and [`assign::assign`].
pub fn to_people(conn: &mut Conn, viewer: &Viewer, wanted: &ToPeople, now: Moment, today: NaiveDate) -> Result<Given> {
    let (task, assignment) = as_assignment(conn, viewer, wanted)?;
    let given = assign::assign(conn, viewer, &assignment, now, today)?;
    passed_on(conn, viewer, &task, now)?;
    Ok(given)
}

/// Notes that a unit passed its readings on, once.
fn passed_on(conn: &mut Conn, viewer: &Viewer, task: &UnitTask, now: Moment) -> Result<()> {
    if task.state.is_editable() {
        queries::mark_submitted(conn, task, viewer.person, now)?;
        let details = json!({ "unit": task.unit_id });
        audit::record(conn, &viewer.actor(), now, Action::new("calls.passed_on", "unit_task"), task.id.0, &details)?;
    }
    Ok(())
}

/// A call for sub-units of a unit.
#[derive(Debug, Clone)]
pub struct ToUnits {
    pub unit: UnitId,
    pub call: CallId,
    pub units: Vec<UnitId>,
    pub kinds: Vec<UnitTaskKind>,
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
}

/// Gives direct sub-units the same forms; whom HQ, or the unit, asked before is not asked again. Such tasks are the
/// unit's to accept and in no exchange rate; its own stay its own, but for the readings, which are passed on by this.
///
/// # Errors
/// `NotFound` when the unit is out of reach, was not asked, or one ticked is no sub-unit of it; `Forbidden` for a
/// liaison; `Refused` with a problem at each field.
pub fn to_units(conn: &mut Conn, viewer: &Viewer, wanted: &ToUnits, now: Moment, today: NaiveDate) -> Result<usize> {
    let unit = organization::queries::find_unit(conn, &viewer.reach(), wanted.unit)?;
    if !viewer.reach_of_decisions().covers(&unit.path) {
        return Err(Error::Forbidden);
    }
    let call = queries::find_call(conn, wanted.call)?;
    let mut tasks = queries::list_tasks_of(conn, wanted.call, unit.id)?;
    if tasks.is_empty() {
        return Err(Error::NotFound("call"));
    }
    tasks.retain(|task| task.state != UnitTaskState::Withdrawn && wanted.kinds.contains(&task.kind));
    let below = organization::queries::list_units_below(conn, &unit.path)?;
    let is_child = |id: &UnitId| below.iter().any(|one| one.id == *id && one.parent_id == Some(unit.id));
    if !wanted.units.iter().all(is_child) {
        return Err(Error::NotFound("unit"));
    }
    let mut problems: Vec<Problem> = giving::due_problem(wanted.due_on, today).into_iter().collect();
    if wanted.units.is_empty() {
        problems.push(Problem::at("unit", Message::new("call-problem-no-unit")));
    }
    if tasks.is_empty() {
        problems.push(Problem::at("form", Message::new("call-problem-nothing-asked")));
    }
    let Some(due_on) = wanted.due_on.filter(|_| problems.is_empty()) else { return Err(Error::Refused(problems)) };
    let new = wanted.units.iter().flat_map(|child| {
        tasks.iter().map(|task| NewUnitTask {
            call_id: call.id,
            unit_id: *child,
            parent_id: Some(task.id),
            kind: task.kind,
            due_on,
        })
    });
    let n_tasks = queries::insert_unit_tasks(conn, &new.collect::<Vec<_>>())?;
    for task in tasks.iter().filter(|task| task.kind == UnitTaskKind::Readings) {
        passed_on(conn, viewer, task, now)?;
    }
    let details = json!({
        "call": call.id, "units": wanted.units, "kinds": wanted.kinds, "due_on": due_on, "tasks": n_tasks,
    });
    audit::record(conn, &viewer.actor(), now, Action::new("calls.passed_on_to_units", "unit"), unit.id.0, &details)?;
    Ok(n_tasks)
}
