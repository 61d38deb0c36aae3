//! A leader, or HQ, gives readings to people of a unit.

use super::calls;
use super::giving::{self, About, Given, PassedOn, Planned, Terms};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitId, UnitTaskId};
use chrono::NaiveDate;
use serde_json::json;

/// Readings for people of a unit.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub unit: UnitId,
    /// The unit's task of a call that is passed on by it.
    pub unit_task: Option<UnitTaskId>,
    pub people: People,
    pub terms: Terms,
}

/// To whom something is given.
#[derive(Debug, Clone, PartialEq)]
pub enum People {
    /// Everybody of the unit and all below it.
    Everybody,
    These(Vec<PersonId>),
}

/// Checks an assignment without writing anything.
///
/// # Errors
/// `NotFound` when the unit, or one of the people, is out of the viewer's reach; `Refused` with a problem at each field,
/// or when one of the people has left the unit.
pub fn plan(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, today: NaiveDate) -> Result<Planned> {
    let unit = organization::queries::find_unit(conn, &viewer.reach_of_decisions(), wanted.unit)?;
    let call = match wanted.unit_task {
        None => None,
        Some(id) => {
            let (task, call, of) = calls::queries::find_unit_task(conn, id)?;
            if of.id != unit.id {
                return Err(Error::NotFound("unit task"));
            }
            Some(PassedOn { task, call })
        }
    };
    let mut people = organization::queries::list_people_below(conn, &unit.path)?;
    if let People::These(ids) = &wanted.people {
        let others: Vec<PersonId> =
            ids.iter().copied().filter(|id| !people.iter().any(|person| person.id == *id)).collect();
        if !others.is_empty() {
            return Err(giving::gone(conn, &unit.path, &others, "person")?);
        }
        people.retain(|person| ids.contains(&person.id));
    }
    giving::planned(conn, &wanted.terms, unit, About { session: None, call }, people, today)
}

/// Gives the readings: one task for each person and reading.
///
/// # Errors
/// As [`plan`].
pub fn assign(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment, today: NaiveDate) -> Result<Given> {
    let planned = plan(conn, viewer, wanted, today)?;
    let given = giving::give(conn, viewer, &planned, now)?;
    let details = json!({
        "unit": planned.unit.id, "unit_task": wanted.unit_task, "kinds": planned.kinds, "readings": planned.readings,
        "due_on": planned.due_on,
        "people": given.n_people, "tasks": given.n_tasks,
    });
    let subject = given.assignment.map(|id| id.0);
    audit::record(conn, &viewer.actor(), now, Action::new("assignments.given", "assignment"), subject, &details)?;
    Ok(given)
}
