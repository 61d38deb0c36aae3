//! In one step to exactly those who were not at a session: readings, due on one day.

use super::giving::{self, About, Given, Planned, Terms};
use super::queries;
use crate::access::{Reach, Viewer};
use crate::attendance::{self, Attendance};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::{self, Person, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId};
use crate::training::{self, RosterRow, Session};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeMap;

/// Readings for those who were not there.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub session: SessionId,
    /// Only those of this unit and below, by the unit in the roster row.
    pub unit: Option<UnitId>,
    /// Only these; nothing for all of them.
    pub people: Option<Vec<PersonId>>,
    pub terms: Terms,
}

/// Somebody who was not there and may be given something by the viewer.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub row: RosterRow,
    pub attendance: Attendance,
    pub person: Person,
}

/// A confirmed session with those who were not there and whom the viewer may give something: by the unit in the
/// roster row as far as `unit` narrows it, by the person's present unit as far as the viewer's reach goes (`rules.md` 4).
///
/// # Errors
/// `NotFound` when session or unit is out of reach; `Refused` before the session was confirmed.
pub fn candidates(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    unit: Option<UnitId>,
) -> Result<(Session, Unit, Vec<Candidate>)> {
    let reach = viewer.reach_of_decisions();
    if reach == Reach::Own {
        return Err(Error::NotFound("session"));
    }
    let session = training::queries::find_visible(conn, viewer, session)?;
    let unit = match unit.or_else(|| viewer.led_units().next().filter(|_| !viewer.is_hq())) {
        Some(id) => organization::queries::find_unit(conn, &reach, id)?,
        None => queries::find_root_unit(conn)?,
    };
    if !session.is_confirmed() {
        return Err(Error::refused(Message::new("follow-up-not-confirmed")));
    }
    let not_there = attendance::queries::list_not_there(conn, session.id, &Reach::Units(vec![unit.path.clone()]))?;
    let present: BTreeMap<PersonId, _> = queries::list_people_of(conn, session.id)?
        .into_iter()
        .map(|(person, path)| (person.id, (person, path)))
        .collect();
    let found = not_there.into_iter().filter_map(|(row, attendance)| {
        let (person, path) = present.get(&row.person_id)?;
        reach.covers(path).then(|| Candidate { row, attendance, person: person.clone() })
    });
    Ok((session, unit, found.collect()))
}

/// Checks a follow-up without writing anything. Whoever is ticked and turned out to have been there is left out.
///
/// # Errors
/// As [`candidates`]; `NotFound` when somebody ticked is out of reach; `Refused` with a problem at each field.
pub fn plan(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, today: NaiveDate) -> Result<Planned> {
    let (session, unit, candidates) = candidates(conn, viewer, wanted.session, wanted.unit)?;
    let mut people: Vec<Person> = candidates.into_iter().map(|candidate| candidate.person).collect();
    if let Some(ticked) = &wanted.people {
        let others: Vec<PersonId> =
            ticked.iter().copied().filter(|id| !people.iter().any(|person| person.id == *id)).collect();
        let rows = attendance::queries::list_on_roster(conn, session.id, &others)?;
        let reach = viewer.reach_of_decisions();
        let are_in_reach =
            others.iter().all(|id| rows.iter().any(|(row, path)| row.person_id == *id && reach.covers(path)));
        if !are_in_reach {
            return Err(Error::NotFound("person"));
        }
        // Whoever has come after all needs nothing; whoever was not there and is here no more is said.
        let here = queries::list_people_of(conn, session.id)?;
        let is_here = |id: PersonId| here.iter().any(|(person, path)| person.id == id && reach.covers(path));
        let gone = rows.iter().map(|(row, _)| row).filter(|row| !is_here(row.person_id));
        let names: Vec<&str> = gone.map(|row| row.name.as_str()).collect();
        if !names.is_empty() {
            let message = Message::new("tasks-problem-gone").with("names", names.join("、"));
            return Err(Error::Refused(vec![Problem::at("person", message)]));
        }
        people.retain(|person| ticked.contains(&person.id));
    }
    giving::planned(conn, &wanted.terms, unit, About { session: Some(session), call: None }, people, today)
}

/// Gives those who were not there what they make up with. What somebody was given before for this session is not
/// given again, so that it can be run as often as one likes.
///
/// # Errors
/// As [`plan`].
pub fn follow_up(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment, today: NaiveDate) -> Result<Given> {
    let planned = plan(conn, viewer, wanted, today)?;
    let given = giving::give(conn, viewer, &planned, now)?;
    if given.assignment.is_some() {
        let people: Vec<PersonId> = planned.people.iter().map(|person| person.id).collect();
        let n_due = attendance::make_up_due(conn, wanted.session, &people)?;
        let details = json!({
            "session": wanted.session, "unit": planned.unit.id, "kinds": planned.kinds, "readings": planned.readings,
            "due_on": planned.due_on, "people": given.n_people, "tasks": given.n_tasks, "make_up_due": n_due,
        });
        let subject = given.assignment.map(|id| id.0);
        audit::record(
            conn,
            &viewer.actor(),
            now,
            Action::new("assignments.followed_up", "assignment"),
            subject,
            &details,
        )?;
    }
    Ok(given)
}
