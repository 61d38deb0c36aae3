//! What every kind of assigning has in common: who gets what, what that burdens them with, and the tasks themselves.

use super::calls::{Call, UnitTask};
use super::model::{AssignmentKind, NewAssignment, NewTask, TaskState};
use super::queries;
use crate::access::{UnitPath, Viewer};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::{self, Person, Unit};
use crate::readings;
use crate::readings::queries::Heading;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, ReadingId};
use crate::training::Session;
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// A follow-up is due this long after it was given, unless somebody chooses another day.
pub const DUE_AFTER: TimeDelta = TimeDelta::days(10);
/// Who has this many open tasks or more is named before more is sent (`product.md` 7).
pub const MANY_OPEN_TASKS: i64 = 3;
/// The most that study given by one assignment or call may count for, in minutes: three days of eight hours.
pub const MOST_STUDY_MINUTES: i64 = 24 * 60;
/// The longest note that may go with an assignment, in characters.
pub const NOTE_LENGTH: usize = 500;

/// An assignment as somebody wants it: the part that both ways of giving have.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// What is done with the readings; to read them, unless somebody chose.
    pub kinds: Vec<AssignmentKind>,
    pub readings: Vec<ReadingId>,
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
    pub note: String,
}

/// An assignment that may be given: everything checked, nothing written.
#[derive(Debug, Clone)]
pub struct Planned {
    pub kinds: Vec<AssignmentKind>,
    pub unit: Unit,
    /// The session that it makes up for, when it does.
    pub session: Option<Session>,
    /// What of a call it passes on, when it does.
    pub call: Option<PassedOn>,
    pub people: Vec<Person>,
    pub readings: Vec<ReadingId>,
    /// Those of them that there are questions about.
    pub testable: Vec<ReadingId>,
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
    /// The first of them, one for each kind; nothing when everybody had everything already.
    pub assignment: Option<AssignmentId>,
    pub n_people: i64,
    pub n_tasks: i64,
}

/// Where it comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// The session that it makes up for, when it does.
    pub session: Option<Session>,
    /// What of a call it passes on, when it does.
    pub call: Option<PassedOn>,
}

/// Checks what both ways of giving have in common; the problems stand at the fields `person`, `kind`, `reading`, `due_on`,
/// `note`.
///
/// # Errors
/// `Refused` with a problem at each field.
pub(super) fn planned(
    conn: &mut Conn,
    terms: &Terms,
    unit: Unit,
    about: About,
    people: Vec<Person>,
    today: NaiveDate,
) -> Result<Planned> {
    let known = readings::queries::list(conn)?;
    let problems = check(conn, terms, &known, people.len(), today)?;
    match terms.due_on {
        Some(due_on) if problems.is_empty() => Ok(Planned {
            kinds: terms.kinds(),
            unit,
            session: about.session,
            call: about.call,
            people,
            readings: terms.readings.clone(),
            testable: testable(conn, &known, &terms.readings)?,
            due_on,
            note: terms.note.trim().to_owned(),
        }),
        _ => Err(Error::Refused(problems)),
    }
}

/// Why people who were chosen cannot be: they have left the unit since the page was shown, which is said at the field,
/// so that nothing typed is lost; or they never were within reach.
///
/// # Errors
/// `Broken` when it cannot be read.
pub(super) fn gone(conn: &mut Conn, unit: &UnitPath, ids: &[PersonId], field: &'static str) -> Result<Error> {
    let known = organization::queries::list_ever_below(conn, unit, ids)?;
    if !ids.iter().all(|id| known.iter().any(|person| person.id == *id)) {
        return Ok(Error::NotFound("person"));
    }
    let names = known.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join("、");
    Ok(Error::Refused(vec![Problem::at(field, Message::new("tasks-problem-gone").with("names", names))]))
}

fn testable(conn: &mut Conn, known: &[Heading], wanted: &[ReadingId]) -> Result<Vec<ReadingId>> {
    let asked = readings::questions::all(conn, known.iter().map(|heading| (heading.id, heading.slug.as_str())))?;
    Ok(wanted.iter().copied().filter(|id| asked.contains_key(id)).collect())
}

fn check(conn: &mut Conn, terms: &Terms, known: &[Heading], n_people: usize, today: NaiveDate) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if n_people == 0 {
        problems.push(Problem::at("person", Message::new("tasks-problem-nobody")));
    }
    let allowed = kinds(conn)?;
    if terms.kinds().iter().any(|kind| !allowed.contains(kind)) {
        problems.push(Problem::at("kind", Message::new("tasks-problem-kind-off")));
    }
    if terms.kinds().contains(&AssignmentKind::SelfTest) && testable(conn, known, &terms.readings)?.is_empty() {
        problems.push(Problem::at("kind", Message::new("tasks-problem-no-questions")));
    }
    let may_be_given = |id: &ReadingId| known.iter().any(|heading| heading.id == *id && heading.retired_at.is_none());
    if terms.readings.is_empty() || !terms.readings.iter().all(may_be_given) {
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
        AssignmentKind::Reading | AssignmentKind::SelfTest => true,
        AssignmentKind::Reflection => with_notes,
    };
    Ok(AssignmentKind::ALL.iter().copied().filter(is_given).collect())
}

impl Terms {
    pub fn kinds(&self) -> Vec<AssignmentKind> {
        if self.kinds.is_empty() { vec![AssignmentKind::Reading] } else { self.kinds.clone() }
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
    fn known(&self, conn: &mut Conn, kind: AssignmentKind) -> Result<BTreeMap<(PersonId, ReadingId), TaskState>> {
        let known = match (&self.session, &self.call) {
            (Some(session), _) => queries::list_given_as(conn, session.id, kind)?,
            (None, Some(passed_on)) => queries::list_given_by_call(conn, passed_on.call.id, kind)?,
            (None, None) => return Ok(BTreeMap::new()),
        };
        Ok(known.into_iter().map(|(person, reading, state)| ((person, reading), state)).collect())
    }

    /// What a task is about: the same for a person and a session, or a person and a call, however often it is given.
    fn matter(&self, kind: AssignmentKind, assignment: AssignmentId, reading: ReadingId) -> String {
        let kind = kind.as_str();
        match (&self.session, &self.call) {
            (Some(session), _) => format!("session:{}:{kind}:{reading}", session.id),
            (None, Some(passed_on)) => format!("call:{}:{kind}:{reading}", passed_on.call.id),
            (None, None) => format!("assignment:{assignment}:{kind}:{reading}"),
        }
    }

    fn title(&self) -> String {
        let of_session = self.session.as_ref().map(|session| session.title.clone());
        of_session.or_else(|| self.call.as_ref().map(|passed_on| passed_on.call.title.clone())).unwrap_or_default()
    }

    /// Everybody with every reading that this can be done with.
    fn pairs(&self, kind: AssignmentKind) -> impl Iterator<Item = (PersonId, ReadingId)> + '_ {
        let readings = match kind {
            AssignmentKind::Reading | AssignmentKind::Reflection => &self.readings,
            AssignmentKind::SelfTest => &self.testable,
        };
        self.people.iter().flat_map(|person| readings.iter().map(|reading| (person.id, *reading)))
    }
}

/// What it would put on people, for the page before it is sent.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn burden(conn: &mut Conn, planned: &Planned) -> Result<Burden> {
    let (mut n_all, mut n_known) = (0, 0);
    for kind in &planned.kinds {
        let known = planned.known(conn, *kind)?;
        n_all += planned.pairs(*kind).count() as i64;
        n_known += planned.pairs(*kind).filter(|pair| is_given(&known, *pair)).count() as i64;
    }
    let open = open_of(conn, &planned.people)?;
    let busy = planned.people.iter().filter_map(|person| {
        let n_open = open.get(&person.id).copied().unwrap_or(0);
        (n_open >= MANY_OPEN_TASKS).then(|| (person.name.clone(), n_open))
    });
    Ok(Burden { n_people: planned.people.len() as i64, n_tasks: n_all - n_known, n_known, busy: busy.collect() })
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

/// Writes an assignment of each kind and its tasks: one for each person and reading who does not have it already.
pub(super) fn give(conn: &mut Conn, viewer: &Viewer, planned: &Planned, now: Moment) -> Result<Given> {
    let mut given = Given { assignment: None, n_people: 0, n_tasks: 0 };
    let mut people: BTreeSet<PersonId> = BTreeSet::new();
    for kind in &planned.kinds {
        let known = planned.known(conn, *kind)?;
        let wanted: Vec<(PersonId, ReadingId)> = planned.pairs(*kind).filter(|pair| !is_given(&known, *pair)).collect();
        if wanted.is_empty() {
            continue;
        }
        people.extend(wanted.iter().map(|(person, _)| *person));
        let (assignment, n_tasks) = give_kind(conn, viewer, planned, *kind, &known, &wanted, now)?;
        given.assignment = given.assignment.or(Some(assignment));
        given.n_tasks += n_tasks as i64;
    }
    Ok(Given { n_people: people.len() as i64, ..given })
}

fn give_kind(
    conn: &mut Conn,
    viewer: &Viewer,
    planned: &Planned,
    kind: AssignmentKind,
    known: &BTreeMap<(PersonId, ReadingId), TaskState>,
    wanted: &[(PersonId, ReadingId)],
    now: Moment,
) -> Result<(AssignmentId, usize)> {
    let session = planned.session.as_ref().map(|session| session.id);
    let new = NewAssignment {
        kind,
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
            kind,
            person_id,
            reading_id,
            session_id: session,
            matter: planned.matter(kind, assignment, reading_id),
            state: TaskState::Open,
            due_on: planned.due_on,
            done_at: None,
        })
        .collect();
    let mut n_tasks = queries::insert_tasks(conn, &new)?;
    for reading in &planned.readings {
        let people: Vec<PersonId> = again.iter().filter(|(_, of)| of == reading).map(|(person, _)| *person).collect();
        let matter = planned.matter(kind, assignment, *reading);
        n_tasks += queries::give_again(conn, assignment, *reading, &matter, planned.due_on, &people)?;
    }
    Ok((assignment, n_tasks))
}
