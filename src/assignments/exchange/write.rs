//! A record is kept: as a draft, or submitted by the leader.

use super::find::{self, Found};
use super::model::{self, MOST_ROWS, Meeting, MeetingPerson, Record, Step};
use super::queries;
use crate::access::Viewer;
use crate::assignments::{calls, giving, make_up};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::{self, Unit};
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{MeetingId, PersonId, SessionId, UnitId, UnitTaskId};
use crate::training;
use chrono::NaiveDate;
use serde_json::json;

/// What a new record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Unit(UnitId),
    /// It answers this task.
    Task(UnitTaskId),
}

/// Keeps a new record.
///
/// # Errors
/// `NotFound` when unit or task, or somebody listed, is out of reach; `Forbidden` for a liaison who submits; `Conflict`
/// when the task has a record; `Refused` with a problem at each field, or when somebody listed has left the unit.
pub fn begin(
    conn: &mut Conn,
    viewer: &Viewer,
    about: About,
    record: &Record,
    step: Step,
    now: Moment,
    today: NaiveDate,
) -> Result<MeetingId> {
    let (unit, task, called) = match about {
        About::Unit(unit) => (find::find_unit(conn, viewer, unit)?, None, None),
        About::Task(task) => {
            let (own, known) = find::find_of_task(conn, viewer, task)?;
            if known.is_some() {
                return Err(Error::Conflict);
            }
            if !own.task.state.is_editable() {
                return Err(Error::refused(Message::new("meeting-refused-submitted")));
            }
            (own.unit, Some(task), own.call.session_id)
        }
    };
    let may_submit = viewer.reach_of_decisions().covers(&unit.path);
    let listed = checked(conn, viewer, (&unit, None, called), record, step, today)?;
    let meeting = queries::insert(conn, unit.id, task, Some(viewer.person), now).map_err(|error| {
        // Two who begin at once: the other was faster.
        if crate::store::is_duplicate(&error) { Error::Conflict } else { error.into() }
    })?;
    keep(conn, viewer, &meeting, record, listed, step, may_submit, now, today)?;
    Ok(meeting.id)
}

/// Keeps a record that somebody has changed. The version is that of the record as it was shown.
///
/// # Errors
/// As [`begin`]; `Refused` once it was submitted; `Conflict` when it has changed since.
#[expect(clippy::too_many_arguments, reason = "a record, the version that was seen, and what is done with it")]
pub fn change(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    version: i64,
    record: &Record,
    step: Step,
    now: Moment,
    today: NaiveDate,
) -> Result<()> {
    let Found { meeting, unit, may_submit, .. } = find::require_editable(conn, viewer, id)?;
    if meeting.version != version {
        return Err(Error::Conflict);
    }
    let listed = checked(conn, viewer, (&unit, Some(id), meeting.session_id), record, step, today)?;
    keep(conn, viewer, &meeting, record, listed, step, may_submit, now, today)
}

/// Those who are to be listed, each of the unit; the record itself has been checked. Whoever is of a sub-unit is left
/// out when only the unit's own people are wanted. `known` is the session that the unit was called upon after, or that
/// the record has: not every unit that is asked was there.
fn checked(
    conn: &mut Conn,
    viewer: &Viewer,
    (unit, meeting, known): (&Unit, Option<MeetingId>, Option<SessionId>),
    record: &Record,
    step: Step,
    today: NaiveDate,
) -> Result<Vec<MeetingPerson>> {
    let library = readings::queries::list(conn)?;
    if !record.readings.iter().all(|id| library.iter().any(|heading| heading.id == *id)) {
        return Err(Error::NotFound("reading"));
    }
    if let Some(session) = record.session.filter(|session| known != Some(*session)) {
        training::queries::find_visible(conn, viewer, session)?;
    }
    let (people, _) = find::list_people(conn, unit, record.with_below, meeting)?;
    let is_listed = |person: PersonId| people.iter().any(|of| of.person == person);
    let named =
        record.people.iter().map(|(person, _)| *person).chain(record.gists.iter().filter_map(|gist| gist.person));
    let mut others: Vec<PersonId> = named.filter(|person| !is_listed(*person)).collect();
    if !others.is_empty() {
        let below = organization::queries::list_people_below(conn, &unit.path)?;
        others.retain(|id| !below.iter().any(|person| person.id == *id));
    }
    if !others.is_empty() {
        return Err(giving::gone(conn, &unit.path, &others, "presence")?);
    }
    let list = |(person, presence): &(PersonId, model::Presence)| {
        let (place, of) = people.iter().enumerate().find(|(_, of)| of.person == *person)?;
        Some((place, *presence, of))
    };
    let mut listed: Vec<_> = record.people.iter().filter_map(list).collect();
    let people_listed = listed.iter().map(|(_, presence, of)| (of.person, *presence)).collect();
    let mut problems = model::check(&Record { people: people_listed, ..record.clone() }, step, today);
    if record.gists.len().max(record.agreed.len()) > MOST_ROWS {
        problems.push(Problem::at("", Message::new("meeting-problem-too-many-rows").with("n", MOST_ROWS as i64)));
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    listed.sort_by_key(|(place, presence, _)| (*place, *presence));
    listed.dedup_by_key(|(place, ..)| *place);
    let row = |(place, presence, of): (usize, model::Presence, &find::Listed)| MeetingPerson {
        // Set once there is a record.
        meeting_id: MeetingId(0),
        person_id: of.person,
        presence,
        position: place as i64 + 1,
        name: of.name.clone(),
        post: of.post.clone(),
        unit_name: of.unit_name.clone(),
    };
    Ok(listed.into_iter().map(row).collect())
}

#[expect(clippy::too_many_arguments, reason = "what is kept, of what, by whom, when and how")]
fn keep(
    conn: &mut Conn,
    viewer: &Viewer,
    meeting: &Meeting,
    record: &Record,
    mut listed: Vec<MeetingPerson>,
    step: Step,
    may_submit: bool,
    now: Moment,
    today: NaiveDate,
) -> Result<()> {
    listed.iter_mut().for_each(|of| of.meeting_id = meeting.id);
    // Who was listed before counts no longer, should it have been submitted, and whoever is listed now counts anew.
    let before: Vec<PersonId> = queries::list_people(conn, meeting.id)?.into_iter().map(|of| of.person_id).collect();
    queries::update(conn, meeting, record, &listed)?;
    let action = match step {
        Step::Draft => "meetings.drafted",
        Step::Submit => {
            if !may_submit {
                return Err(Error::Forbidden);
            }
            let entered_on = meeting.entered_on.unwrap_or(today);
            queries::mark_submitted(conn, meeting.id, Some(viewer.person), now, entered_on)?;
            hand_in(conn, viewer, meeting, now)?;
            "meetings.submitted"
        }
    };
    let details = json!({
        "unit": meeting.unit_id, "session": record.session, "held_on": record.held_on, "people": listed.len(),
    });
    audit::record(conn, &viewer.actor(), now, Action::new(action, "meeting"), meeting.id.0, &details)?;
    let after = listed.into_iter().map(|of| of.person_id);
    let people: Vec<PersonId> = before.into_iter().chain(after).collect();
    for session in [meeting.session_id, record.session].into_iter().flatten() {
        make_up::settle(conn, session, &people)?;
    }
    Ok(())
}

/// Hands the unit's task in with the record that answers it, unless it was withdrawn: then the record stands by itself.
fn hand_in(conn: &mut Conn, viewer: &Viewer, meeting: &Meeting, now: Moment) -> Result<()> {
    let Some(task) = meeting.unit_task_id else { return Ok(()) };
    let own = calls::own_task(conn, viewer, task)?;
    if own.task.state.is_editable() {
        calls::hand_in(conn, viewer, task, now)?;
    }
    Ok(())
}
