//! The study record (学法档案) of one person's year: every session and task, the figures, the hours beside what is
//! asked for.

use super::model::{Credit, CreditKind, Hours, Requirement, credits, study_credits};
use super::queries::{self, Whose};
use super::year::Year;
use crate::access::{Reach, Viewer};
use crate::assignments::board_queries::OwnSession;
use crate::assignments::{self, ShownTask, TaskRow};
use crate::attendance::{Counts, MakeUpFigures};
use crate::clock::Clock;
use crate::error::Result;
use crate::organization::{self, Person};
use crate::settings::{self, Settings};
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, SessionId};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// One person's year.
#[derive(Debug, Clone)]
pub struct Record {
    pub organisation: String,
    pub person: Person,
    pub unit_name: String,
    pub year: Year,
    pub sessions: Vec<RecordSession>,
    pub tasks: Vec<RecordTask>,
    /// Of the confirmed sessions, each matter once.
    pub counts: Counts,
    pub make_up: MakeUpFigures,
    pub hours: Hours,
    /// Hours asked for, with their document; nothing when nothing is.
    pub requirement: Option<Requirement>,
    pub settings: Settings,
}

/// One session of the year.
#[derive(Debug, Clone)]
pub struct RecordSession {
    pub own: OwnSession,
    pub credit: Credit,
    /// Read all that was given for it.
    pub has_read: bool,
    /// It is the viewer's own, or of a unit in their reach: a leader sees of a former unit only that it was, and its
    /// hours (`rules.md` 4).
    pub is_within: bool,
}

/// One task of the year.
#[derive(Debug, Clone)]
pub struct RecordTask {
    pub task: TaskRow,
    /// The hours of its assignment, at the first task of it.
    pub credit: Option<Credit>,
}

impl RecordSession {
    /// It is in the year's figures.
    pub fn is_counted(&self) -> bool {
        is_counted(&self.own)
    }
}

/// Whether a session is in a year's figures: confirmed, and each matter once.
fn is_counted(own: &OwnSession) -> bool {
    own.session.is_confirmed() && own.counts_once
}

/// The figures of somebody's sessions, as boards and reports count them.
pub fn counts_of(sessions: &[OwnSession]) -> Counts {
    let mut counts = Counts::default();
    for own in sessions.iter().filter(|own| is_counted(own)) {
        counts.add_person(own.attendance.as_ref());
    }
    counts
}

/// Puts somebody's record together, in a constant number of queries: one's own, of people whom the viewer leads, or
/// anybody's for HQ.
///
/// # Errors
/// `NotFound` when the person is out of reach.
pub fn build(conn: &mut Conn, viewer: &Viewer, person: PersonId, year: Year, clock: &Clock) -> Result<Record> {
    let reach = viewer.reach_of_decisions();
    let person = organization::queries::find_person(conn, &reach, viewer.person, person)?;
    let unit = organization::queries::find_unit(conn, &Reach::Group, person.unit_id)?;
    let settings = settings::current(conn)?;
    let (today, whose) = (clock.today(), Whose::One(person.id));
    let own = assignments::board_queries::list_sessions_of(conn, person.id, year.from, year.to)?;
    let ids: Vec<SessionId> = own.iter().map(|own| own.session.id).collect();
    let tasks = assignments::queries::list_of_year(conn, person.id, (year.first, year.last), &ids)?;
    let held = queries::list_sessions(conn, year.from, year.to)?;
    let sittings = queries::list_sittings(conn, &held, &whose)?.remove(&person.id).unwrap_or_default();
    let brought = credits(&sittings, settings.marked_hours);
    let given = queries::list_given_study(conn, year.first, year.last, &whose, today)?;
    let studied = study_credits(&given.get(&person.id).cloned().unwrap_or_default());
    let requirement = queries::find_requirement(conn, year.number, person.category)?;
    let counts = counts_of(&own);
    let read = read_for(&tasks, today);
    let mut hours = Hours::default();
    let mut make_up = MakeUpFigures::default();
    let mut sessions = Vec::with_capacity(own.len());
    for own in own {
        let nothing = Credit { kind: CreditKind::Nothing, minutes: 0 };
        let session = RecordSession {
            credit: brought.get(&own.session.id).copied().unwrap_or(nothing),
            has_read: read.contains(&own.session.id),
            is_within: viewer.person == person.id || reach.covers(&own.path),
            own,
        };
        hours.add(session.credit);
        if let Some(attendance) = session.own.attendance.as_ref().filter(|_| session.is_counted()) {
            make_up.add(attendance, session.has_read);
        }
        sessions.push(session);
    }
    studied.values().for_each(|credit| hours.add(*credit));
    Ok(Record {
        organisation: settings.organisation.clone(),
        unit_name: unit.name,
        year,
        sessions,
        tasks: with_credits(tasks, &studied),
        counts: Counts { n_self_study: make_up.n_self_study, ..counts },
        make_up,
        hours,
        requirement: requirement.filter(|requirement| requirement.minutes.is_some()),
        settings,
        person,
    })
}

/// The sessions for which everything that was given has been read.
fn read_for(tasks: &[TaskRow], today: NaiveDate) -> BTreeSet<SessionId> {
    let mut read: BTreeMap<SessionId, bool> = BTreeMap::new();
    for task in tasks {
        let Some(session) = task.task.session_id else { continue };
        let is_done = match task.shown(today) {
            ShownTask::Done | ShownTask::Accepted => true,
            ShownTask::Open | ShownTask::Overdue | ShownTask::Returned | ShownTask::Submitted => false,
            ShownTask::Released | ShownTask::Withdrawn => continue,
        };
        *read.entry(session).or_insert(true) &= is_done;
    }
    read.into_iter().filter(|(_, all)| *all).map(|(session, _)| session).collect()
}

fn with_credits(tasks: Vec<TaskRow>, studied: &BTreeMap<AssignmentId, Credit>) -> Vec<RecordTask> {
    let mut said: BTreeSet<AssignmentId> = BTreeSet::new();
    let with = |task: TaskRow| {
        let assignment = task.task.assignment_id;
        let credit = studied.get(&assignment).copied().filter(|_| said.insert(assignment));
        RecordTask { task, credit }
    };
    tasks.into_iter().map(with).collect()
}
