//! A unit's board: who was missing and what became of it, the year's figures by sub-unit and month.
//!
//! Figures go by the unit in the roster row and today's tree (`rules.md` 4), of confirmed sessions only. However many
//! units there are, it takes the same number of queries.

use super::model::{Assignment, Task, TaskState};
use super::{board_queries, queries};
use crate::access::{Reach, Viewer};
use crate::attendance::queries::{Scope, list_roll_of};
use crate::attendance::{self, Attendance, Counts, MakeUp, MakeUpKind, ShownState};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, SessionId, UnitId};
use crate::training::{RosterRow, Session};
use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many sessions there are to choose from: the newest.
const SESSIONS: i64 = 24;
/// How many assignments a board names: the newest, besides those with something overdue.
const GIVEN: i64 = 8;
/// How many it names when all are asked for, and of those with something overdue.
const ALL_GIVEN: i64 = 300;

crate::choices! {
    /// What became of an absence.
    pub enum ShownMakeUp {
        MadeUp = "made_up",
        /// Read, and therefore not made up.
        SelfStudy = "self_study",
        Overdue = "overdue",
        Due = "due",
        NotAssigned = "not_assigned",
    }
}

/// A unit's board.
#[derive(Debug, Clone)]
pub struct Board {
    pub unit: Unit,
    /// It and all below it, in their fixed order.
    pub(super) below: Vec<Unit>,
    /// What there is to choose from, the newest first.
    pub sessions: Vec<Session>,
    pub session: Option<Session>,
    /// Those held after it that HQ has not confirmed yet, the newest first.
    pub waiting: Vec<Session>,
    /// Everybody of the unit in that session, in the order of its day.
    pub people: Vec<BoardRow>,
    /// Their figures.
    pub counts: Counts,
    pub year: i32,
    pub this_year: Counts,
    pub last_year: Counts,
    /// This year's figures of the sub-units in their fixed order, and of the unit's own people; empty when nothing lies below.
    pub parts: Vec<Part>,
    /// Twelve months up to this one.
    pub months: Vec<Month>,
    /// What was given to people of the unit and below, the newest first: the latest, and whatever has something overdue.
    pub given: Vec<Given>,
}

/// An assignment and how far it has come: tasks that stand, those released left out.
#[derive(Debug, Clone)]
pub struct Given {
    pub assignment: Assignment,
    pub n_done: i64,
    pub n_open: i64,
    /// Of those open.
    pub n_overdue: i64,
    /// The unit below to which it was given, when it was not this one.
    pub sub_unit: Option<String>,
}

/// One person in the chosen session.
#[derive(Debug, Clone)]
pub struct BoardRow {
    pub row: RosterRow,
    pub attendance: Option<Attendance>,
    pub state: ShownState,
    /// Of those who were not there.
    pub make_up: Option<MakeUpView>,
    /// The viewer may give them something.
    pub may_be_assigned: bool,
}

/// What became of one absence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MakeUpView {
    pub make_up: ShownMakeUp,
    /// 0 unless overdue.
    pub days_overdue: i64,
    /// The earliest day that is still to be met.
    pub due_on: Option<NaiveDate>,
    pub kind: Option<MakeUpKind>,
}

/// A sub-unit, or the unit's own people.
#[derive(Debug, Clone)]
pub struct Part {
    pub unit: Unit,
    pub counts: Counts,
}

/// One month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    pub first_day: NaiveDate,
    pub counts: Counts,
}

/// Puts a unit's board together. Without a session of choice it is the newest whose absences can be followed up, else
/// the newest that is no longer running.
///
/// # Errors
/// `NotFound` when the unit is out of the viewer's reach, or the session has nobody of it.
pub fn build(
    conn: &mut Conn,
    viewer: &Viewer,
    unit: UnitId,
    session: Option<SessionId>,
    clock: &Clock,
) -> Result<Board> {
    let (now, today) = (clock.now(), clock.today());
    let unit = organization::queries::find_unit(conn, &viewer.reach(), unit)?;
    let below = organization::queries::list_units_below(conn, &unit.path)?;
    let mut sessions = board_queries::list_sessions_with(conn, &unit.path, now, SESSIONS)?;
    let session = match session {
        None => {
            let newest = |is_so: fn(&Session) -> bool| sessions.iter().find(|session| is_so(session));
            newest(Session::is_confirmed)
                .or(newest(|session| session.closed_at.is_some()))
                .or(sessions.first())
                .cloned()
        }
        Some(id) => match sessions.iter().find(|session| session.id == id) {
            Some(found) => Some(found.clone()),
            None => Some(crate::training::queries::find_visible(conn, viewer, id)?),
        },
    };
    if let Some(chosen) = session.as_ref().filter(|chosen| !sessions.iter().any(|known| known.id == chosen.id)) {
        sessions.push(chosen.clone());
    }
    let waits = |one: &&Session| {
        let is_held = one.closed_at.is_some() || one.ends_at < now;
        is_held && !one.is_confirmed() && session.as_ref().is_some_and(|shown| shown.starts_at < one.starts_at)
    };
    let waiting = sessions.iter().filter(waits).cloned().collect();
    let people = match &session {
        None => Vec::new(),
        Some(session) => list_people(conn, viewer, &unit, session, today)?,
    };
    if session.as_ref().is_some_and(|_| people.is_empty()) {
        return Err(Error::NotFound("session"));
    }
    let mut counts = Counts::default();
    for person in &people {
        counts.add_person(person.attendance.as_ref());
    }
    let year = today.year();
    let first = NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or(today);
    let tallies = board_queries::list_tallies(conn, &unit.path, clock.moment(first, NaiveTime::MIN))?;
    let day = |tally: &board_queries::Tally| clock.local(tally.starts_at).date_naive();
    let sum = |wanted: &dyn Fn(&board_queries::Tally) -> bool| {
        let mut counts = Counts::default();
        tallies.iter().filter(|tally| wanted(tally)).for_each(|tally| counts += tally.counts);
        counts
    };
    let is_this_year = |tally: &board_queries::Tally| day(tally).year() == year;
    let parts = parts(&unit, &below).into_iter().map(|(part, units)| Part {
        unit: part,
        counts: sum(&|tally| is_this_year(tally) && units.contains(&tally.unit_id)),
    });
    let months = twelve_months(today)
        .into_iter()
        .map(|first_day| Month { first_day, counts: sum(&|tally| day(tally).with_day(1) == Some(first_day)) });
    let given = list_given(conn, &unit, &below, GIVEN, today)?;
    Ok(Board {
        given,
        parts: parts.filter(|part| part.unit.id != unit.id || part.counts.n_roster > 0).collect(),
        months: months.collect(),
        this_year: sum(&is_this_year),
        last_year: sum(&|tally| day(tally).year() == year - 1),
        unit,
        sessions,
        session,
        waiting,
        people,
        counts,
        year,
        below,
    })
}

/// All that was given to people of a unit and below, the newest first.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_all_given(conn: &mut Conn, unit: &Unit, today: NaiveDate) -> Result<Vec<Given>> {
    let below = organization::queries::list_units_below(conn, &unit.path)?;
    list_given(conn, unit, &below, ALL_GIVEN, today)
}

fn list_given(conn: &mut Conn, unit: &Unit, below: &[Unit], n: i64, today: NaiveDate) -> Result<Vec<Given>> {
    let mut assignments = board_queries::list_newest_of(conn, &unit.path, n)?;
    let newest: BTreeSet<AssignmentId> = assignments.iter().map(|assignment| assignment.id).collect();
    let overdue = board_queries::list_overdue_of(conn, &unit.path, today, ALL_GIVEN)?;
    assignments.extend(overdue.into_iter().filter(|assignment| !newest.contains(&assignment.id)));
    let ids: Vec<AssignmentId> = assignments.iter().map(|assignment| assignment.id).collect();
    let tallies = board_queries::list_progress(conn, &ids, today)?;
    let given = assignments.into_iter().map(|assignment| {
        let of_it = || tallies.iter().filter(|tally| tally.assignment == assignment.id);
        Given {
            n_done: of_it().map(|tally| tally.n_done).sum(),
            n_open: of_it().map(|tally| tally.n_open).sum(),
            n_overdue: of_it().map(|tally| tally.n_overdue).sum(),
            sub_unit: below
                .iter()
                .find(|one| one.id == assignment.unit_id && one.id != unit.id)
                .map(|one| one.name.clone()),
            assignment,
        }
    });
    Ok(given.filter(|given| given.n_done + given.n_open > 0).collect())
}

/// The unit's own people, then each direct sub-unit with all below it; nothing when it has none.
pub(super) fn parts(unit: &Unit, below: &[Unit]) -> Vec<(Unit, Vec<UnitId>)> {
    let children: Vec<&Unit> = below.iter().filter(|one| one.parent_id == Some(unit.id)).collect();
    if children.is_empty() {
        return Vec::new();
    }
    let own = std::iter::once((unit.clone(), vec![unit.id]));
    let of_child = |child: &&Unit| {
        let inside = below.iter().filter(|one| child.path.contains(&one.path)).map(|one| one.id);
        ((*child).clone(), inside.collect())
    };
    own.chain(children.iter().map(of_child)).collect()
}

/// The first days of twelve months, this one last.
fn twelve_months(today: NaiveDate) -> Vec<NaiveDate> {
    let this = today.with_day(1).unwrap_or(today);
    (0..12).rev().filter_map(|back| this.checked_sub_months(Months::new(back))).collect()
}

fn list_people(
    conn: &mut Conn,
    viewer: &Viewer,
    unit: &Unit,
    session: &Session,
    today: NaiveDate,
) -> Result<Vec<BoardRow>> {
    let scope = Scope::from(&Reach::Units(vec![unit.path.clone()]));
    let roll = list_roll_of(conn, session.id, &scope)?;
    let mut tasks: BTreeMap<PersonId, Vec<Task>> = BTreeMap::new();
    for task in board_queries::list_tasks_for(conn, session.id, &unit.path)? {
        tasks.entry(task.person_id).or_default().push(task);
    }
    let reach = viewer.reach_of_decisions();
    let present: BTreeMap<PersonId, _> =
        queries::list_people_of(conn, session.id)?.into_iter().map(|(person, path)| (person.id, path)).collect();
    let row = |(row, attendance): (RosterRow, Option<Attendance>)| {
        let not_there = attendance.as_ref().filter(|attendance| attendance.state.is_not_there());
        let given = tasks.get(&row.person_id).map_or(&[][..], Vec::as_slice);
        let make_up = not_there.map(|attendance| make_up(attendance, given, today));
        let is_in_reach = present.get(&row.person_id).is_some_and(|path| reach.covers(path));
        BoardRow {
            state: attendance::model::shown(session.state, attendance.as_ref()),
            may_be_assigned: session.is_confirmed() && make_up.is_some() && is_in_reach,
            make_up,
            row,
            attendance,
        }
    };
    Ok(roll.into_iter().map(row).collect())
}

/// What became of an absence, from what was recorded and what was given for it (without what was withdrawn).
pub fn make_up(attendance: &Attendance, tasks: &[Task], today: NaiveDate) -> MakeUpView {
    let earliest = tasks.iter().filter(|task| task.state.is_left()).map(|task| task.due_on).min();
    let make_up = match (attendance.make_up, earliest) {
        (MakeUp::Done, _) => ShownMakeUp::MadeUp,
        (MakeUp::None | MakeUp::Due, Some(due_on)) if due_on < today => ShownMakeUp::Overdue,
        (MakeUp::None | MakeUp::Due, Some(_)) => ShownMakeUp::Due,
        // What was handed in waits for whoever accepts it.
        (MakeUp::None | MakeUp::Due, None) if tasks.iter().any(|task| task.state == TaskState::Submitted) => {
            ShownMakeUp::Due
        }
        (MakeUp::None | MakeUp::Due, None) if !tasks.is_empty() => ShownMakeUp::SelfStudy,
        (MakeUp::None | MakeUp::Due, None) => ShownMakeUp::NotAssigned,
    };
    let days_overdue = match make_up {
        ShownMakeUp::Overdue => earliest.map_or(0, |due_on| (today - due_on).num_days()),
        ShownMakeUp::MadeUp | ShownMakeUp::SelfStudy | ShownMakeUp::Due | ShownMakeUp::NotAssigned => 0,
    };
    MakeUpView { make_up, days_overdue, due_on: earliest, kind: attendance.make_up_kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignments::model::AssignmentKind;
    use crate::attendance::{AttendanceState, Method};
    use crate::clock::Moment;
    use crate::store::ids::{ReadingId, TaskId};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn absent(make_up: MakeUp) -> Attendance {
        Attendance {
            session_id: SessionId(1),
            person_id: PersonId(1),
            state: AttendanceState::Absent,
            late: false,
            left_early: false,
            method: Method::Confirmation,
            venue_id: None,
            leave_kind: None,
            stand_in: None,
            make_up,
            make_up_kind: None,
            arrived_at: None,
            recorded_by: None,
            recorded_at: Moment::from_utc(chrono::NaiveDateTime::default()),
            version: 1,
            device: None,
            code_until: None,
        }
    }

    fn task(state: TaskState, due_on: &str) -> Task {
        Task {
            id: TaskId(1),
            assignment_id: AssignmentId(1),
            kind: AssignmentKind::Reading,
            person_id: PersonId(1),
            reading_id: ReadingId(1),
            session_id: Some(SessionId(1)),
            matter: String::new(),
            state,
            due_on: day(due_on),
            done_at: None,
            version: 1,
            reading_version: 1,
            read_version: None,
        }
    }

    #[test]
    fn an_absence_is_made_up_only_when_that_was_recorded_and_not_by_reading() {
        let today = day("2024-07-20");
        let shown = |made, tasks: &[Task]| make_up(&absent(made), tasks, today).make_up;

        assert_eq!(shown(MakeUp::None, &[]), ShownMakeUp::NotAssigned);
        assert_eq!(shown(MakeUp::Due, &[task(TaskState::Done, "2024-07-10")]), ShownMakeUp::SelfStudy);
        assert_eq!(shown(MakeUp::Due, &[task(TaskState::Open, "2024-07-20")]), ShownMakeUp::Due);
        assert_eq!(shown(MakeUp::Due, &[task(TaskState::Submitted, "2024-07-10")]), ShownMakeUp::Due);
        assert_eq!(shown(MakeUp::Due, &[task(TaskState::Returned, "2024-07-10")]), ShownMakeUp::Overdue);
        assert_eq!(shown(MakeUp::Done, &[task(TaskState::Open, "2024-07-10")]), ShownMakeUp::MadeUp);
    }

    #[test]
    fn days_overdue_count_from_the_earliest_task_that_is_open() {
        let tasks = [
            task(TaskState::Done, "2024-07-01"),
            task(TaskState::Open, "2024-07-17"),
            task(TaskState::Open, "2024-07-30"),
        ];

        let view = make_up(&absent(MakeUp::Due), &tasks, day("2024-07-20"));

        assert_eq!((view.make_up, view.days_overdue, view.due_on), (ShownMakeUp::Overdue, 3, Some(day("2024-07-17"))));
    }

    #[test]
    fn twelve_months_end_with_this_one_even_on_the_31st() {
        let months = twelve_months(day("2024-07-31"));

        assert_eq!((months.len(), months[0], months[11]), (12, day("2023-08-01"), day("2024-07-01")));
    }
}
