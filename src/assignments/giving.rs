//! What every kind of assigning has in common: who gets what, what that burdens them with, and the tasks themselves.

use super::calls::{Call, UnitTask};
use super::model::{AssignmentKind, NewAssignment, NewTask, TaskState};
use super::queries;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Message, Problem, Result};
use crate::organization::{Person, Unit};
use crate::readings;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, ReadingId};
use crate::training::Session;
use chrono::{NaiveDate, TimeDelta};
use std::collections::BTreeMap;

/// A follow-up is due this long after it was given, unless somebody chooses another day.
pub const DUE_AFTER: TimeDelta = TimeDelta::days(10);
/// Who has this many open tasks or more is named before more is sent (`product.md` 7).
pub const MANY_OPEN_TASKS: i64 = 3;
/// The longest note that may go with an assignment, in characters.
pub const NOTE_LENGTH: usize = 500;

/// An assignment as somebody wants it: the part that both kinds have.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Nothing when it was none; a reading unless somebody chose.
    pub kind: Option<AssignmentKind>,
    pub readings: Vec<ReadingId>,
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
    pub note: String,
}

/// An assignment that may be given: everything checked, nothing written.
#[derive(Debug, Clone)]
pub struct Planned {
    pub kind: AssignmentKind,
    pub unit: Unit,
    /// The session that it makes up for, when it does.
    pub session: Option<Session>,
    /// What of a call it passes on, when it does.
    pub call: Option<PassedOn>,
    pub people: Vec<Person>,
    pub readings: Vec<ReadingId>,
    pub due_on: NaiveDate,
    pub note: String,
}

/// A unit's task, and its call, that an assignment passes on to the unit's people.
#[derive(Debug, Clone)]
pub struct PassedOn {
    pub task: UnitTask,
    pub call: Call,
}

/// What an assignment would put on people.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    pub n_people: i64,
    /// New tasks; what somebody was given before is not given again.
    pub n_tasks: i64,
    pub n_known: i64,
    /// Those who already have [`MANY_OPEN_TASKS`] or more, with how many.
    pub busy: Vec<(String, i64)>,
}

/// What was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// Nothing when everybody had everything already.
    pub assignment: Option<AssignmentId>,
    pub n_people: i64,
    pub n_tasks: i64,
}

/// Checks what both kinds have in common; the problems stand at the fields `person`, `reading`, `due_on`, `note`.
pub(super) fn check(conn: &mut Conn, terms: &Terms, n_people: usize, today: NaiveDate) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if n_people == 0 {
        problems.push(Problem::at("person", Message::new("tasks-problem-nobody")));
    }
    if !kinds(conn)?.contains(&terms.kind()) {
        problems.push(Problem::at("kind", Message::new("tasks-problem-kind-off")));
    }
    let known = readings::list(conn)?;
    if terms.readings.is_empty() || !terms.readings.iter().all(|id| known.iter().any(|(row, _)| row.id == *id)) {
        problems.push(Problem::at("reading", Message::new("tasks-problem-no-reading")));
    }
    problems.extend(due_problem(terms.due_on, today));
    if terms.note.chars().count() > NOTE_LENGTH {
        problems.push(Problem::at("note", Message::new("tasks-problem-note-long").with("n", NOTE_LENGTH as i64)));
    }
    Ok(problems)
}

/// What may be given: a reflection note only while HQ has switched it on.
///
/// # Errors
/// `Broken` when the settings cannot be read.
pub fn kinds(conn: &mut Conn) -> Result<Vec<AssignmentKind>> {
    let with_notes = settings::current(conn)?.reflections;
    let is_given = |kind: &AssignmentKind| match kind {
        AssignmentKind::Reading => true,
        AssignmentKind::Reflection => with_notes,
        AssignmentKind::SelfTest => false,
    };
    Ok(AssignmentKind::ALL.iter().copied().filter(is_given).collect())
}

impl Terms {
    pub fn kind(&self) -> AssignmentKind {
        self.kind.unwrap_or(AssignmentKind::Reading)
    }
}

/// A day from today on, within a year.
pub(super) fn due_problem(due_on: Option<NaiveDate>, today: NaiveDate) -> Option<Problem> {
    let message = match due_on {
        None => "tasks-problem-due-missing",
        Some(due_on) if due_on < today => "tasks-problem-due-past",
        Some(due_on) if due_on > today + TimeDelta::days(366) => "tasks-problem-due-far",
        Some(_) => return None,
    };
    Some(Problem::at("due_on", Message::new(message)))
}

impl Planned {
    /// What of it somebody was given before: with the state it has.
    fn known(&self, conn: &mut Conn) -> Result<BTreeMap<(PersonId, ReadingId), TaskState>> {
        let known = match (&self.session, &self.call) {
            (Some(session), _) => queries::list_given_as(conn, session.id, self.kind)?,
            (None, Some(passed_on)) => queries::list_given_by_call(conn, passed_on.call.id, self.kind)?,
            (None, None) => return Ok(BTreeMap::new()),
        };
        Ok(known.into_iter().map(|(person, reading, state)| ((person, reading), state)).collect())
    }

    /// What a task is about: the same for a person and a session, or a person and a call, however often it is given.
    fn matter(&self, assignment: AssignmentId, reading: ReadingId) -> String {
        let about = match (&self.session, &self.call) {
            (Some(session), _) => format!("session:{}:reading:{reading}", session.id),
            (None, Some(passed_on)) => format!("call:{}:reading:{reading}", passed_on.call.id),
            (None, None) => format!("assignment:{assignment}:reading:{reading}"),
        };
        match self.kind {
            AssignmentKind::Reading => about,
            AssignmentKind::SelfTest | AssignmentKind::Reflection => format!("{about}:{}", self.kind.as_str()),
        }
    }

    fn title(&self) -> String {
        let of_session = self.session.as_ref().map(|session| session.title.clone());
        of_session.or_else(|| self.call.as_ref().map(|passed_on| passed_on.call.title.clone())).unwrap_or_default()
    }

    /// Everybody with every reading.
    fn pairs(&self) -> impl Iterator<Item = (PersonId, ReadingId)> + '_ {
        self.people.iter().flat_map(|person| self.readings.iter().map(|reading| (person.id, *reading)))
    }
}

/// What it would put on people, for the page before it is sent.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn burden(conn: &mut Conn, planned: &Planned) -> Result<Burden> {
    let known = planned.known(conn)?;
    let n_known = planned.pairs().filter(|pair| is_given(&known, *pair)).count() as i64;
    let open = open_of(conn, &planned.people)?;
    let busy = planned.people.iter().filter_map(|person| {
        let n_open = open.get(&person.id).copied().unwrap_or(0);
        (n_open >= MANY_OPEN_TASKS).then(|| (person.name.clone(), n_open))
    });
    Ok(Burden {
        n_people: planned.people.len() as i64,
        n_tasks: planned.pairs().count() as i64 - n_known,
        n_known,
        busy: busy.collect(),
    })
}

/// How many open tasks people have, of those who have any.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn open_of(conn: &mut Conn, people: &[Person]) -> Result<BTreeMap<PersonId, i64>> {
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    Ok(queries::count_open(conn, &ids)?.into_iter().collect())
}

fn is_given(known: &BTreeMap<(PersonId, ReadingId), TaskState>, pair: (PersonId, ReadingId)) -> bool {
    match known.get(&pair) {
        Some(TaskState::Open | TaskState::Submitted | TaskState::Returned | TaskState::Accepted | TaskState::Done) => {
            true
        }
        // What was withdrawn may be given again.
        Some(TaskState::Withdrawn) | None => false,
    }
}

/// Writes the assignment and its tasks: one for each person and reading who does not have it already.
pub(super) fn give(conn: &mut Conn, viewer: &Viewer, planned: &Planned, now: Moment) -> Result<Given> {
    let known = planned.known(conn)?;
    let wanted: Vec<(PersonId, ReadingId)> = planned.pairs().filter(|pair| !is_given(&known, *pair)).collect();
    if wanted.is_empty() {
        return Ok(Given { assignment: None, n_people: 0, n_tasks: 0 });
    }
    let session = planned.session.as_ref().map(|session| session.id);
    let new = NewAssignment {
        kind: planned.kind,
        title: planned.title(),
        note: planned.note.clone(),
        unit_id: planned.unit.id,
        session_id: session,
        given_by: Some(viewer.person),
        given_at: now,
        due_on: planned.due_on,
        study_minutes: planned.call.as_ref().map_or(0, |passed_on| passed_on.call.study_minutes),
        unit_task_id: planned.call.as_ref().map(|passed_on| passed_on.task.id),
    };
    let assignment = queries::insert_assignment(conn, &new)?;
    let (again, new): (Vec<_>, Vec<_>) = wanted.iter().copied().partition(|pair| known.contains_key(pair));
    let new: Vec<NewTask> = new
        .into_iter()
        .map(|(person_id, reading_id)| NewTask {
            assignment_id: assignment,
            kind: planned.kind,
            person_id,
            reading_id,
            session_id: session,
            matter: planned.matter(assignment, reading_id),
            state: TaskState::Open,
            due_on: planned.due_on,
            done_at: None,
        })
        .collect();
    let mut n_tasks = queries::insert_tasks(conn, &new)?;
    for reading in &planned.readings {
        let people: Vec<PersonId> = again.iter().filter(|(_, of)| of == reading).map(|(person, _)| *person).collect();
        n_tasks +=
            queries::give_again(conn, assignment, &planned.matter(assignment, *reading), planned.due_on, &people)?;
    }
    let mut people: Vec<PersonId> = wanted.into_iter().map(|(person, _)| person).collect();
    people.dedup();
    Ok(Given { assignment: Some(assignment), n_people: people.len() as i64, n_tasks: n_tasks as i64 })
}
