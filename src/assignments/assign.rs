//! A leader, or HQ, gives readings to people of a unit.

use super::giving::{self, Given, Planned, Terms};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitId};
use chrono::NaiveDate;
use serde_json::json;

/// Readings for people of a unit.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub unit: UnitId,
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
/// `NotFound` when the unit, or one of the people, is out of the viewer's reach; `Refused` with a problem at each field.
pub fn plan(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, today: NaiveDate) -> Result<Planned> {
    let unit = organization::queries::find_unit(conn, &viewer.reach_of_decisions(), wanted.unit)?;
    let mut people = organization::queries::list_people_below(conn, &unit.path)?;
    if let People::These(ids) = &wanted.people {
        if !ids.iter().all(|id| people.iter().any(|person| person.id == *id)) {
            return Err(Error::NotFound("person"));
        }
        people.retain(|person| ids.contains(&person.id));
    }
    giving::planned(conn, &wanted.terms, unit, None, people, today)
}

/// Gives the readings: one task for each person and reading.
///
/// # Errors
/// As [`plan`].
pub fn assign(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment, today: NaiveDate) -> Result<Given> {
    let planned = plan(conn, viewer, wanted, today)?;
    let given = giving::give(conn, viewer, &planned, now)?;
    let details = json!({
        "unit": planned.unit.id, "kinds": planned.kinds, "readings": planned.readings, "due_on": planned.due_on,
        "people": given.n_people, "tasks": given.n_tasks,
    });
    let subject = given.assignment.map(|id| id.0);
    audit::record(conn, &viewer.actor(), now, Action::new("assignments.given", "assignment"), subject, &details)?;
    Ok(given)
}
