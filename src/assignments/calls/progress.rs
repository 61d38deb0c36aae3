//! How the units answer a call: units in their fixed order × forms, with what lies behind each figure.
//!
//! However many units there are, it takes the same number of queries.

use super::figures::{self, Figures};
use super::model::{Call, ShownUnitTask, UnitTask, UnitTaskKind, UnitTaskState};
use super::queries;
use crate::error::Result;
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::{CallId, UnitTaskId};
use chrono::NaiveDate;
use serde::Serialize;

crate::choices! {
    /// Which units are listed.
    pub enum Show {
        All = "all",
        /// With something to be handed in.
        Unanswered = "unanswered",
        Overdue = "overdue",
        /// With something that waits for a decision.
        ToDecide = "to_decide",
        Returned = "returned",
        Met = "met",
        Withdrawn = "withdrawn",
    }
}

/// A call with all its units.
#[derive(Debug, Clone)]
pub struct Progress {
    pub call: Call,
    pub session_title: Option<String>,
    /// What was asked for, in order: the columns.
    pub kinds: Vec<UnitTaskKind>,
    /// The units that HQ asked.
    pub rows: Vec<Row>,
    pub figures: Figures,
    /// People who were given readings, over all units.
    pub people: PeopleCount,
}

/// One unit.
#[derive(Debug, Clone)]
pub struct Row {
    pub unit: Unit,
    /// One for each of the columns; nothing where the unit was not asked for it.
    pub cells: Vec<Option<Cell>>,
}

/// What became of one form at one unit.
#[derive(Debug, Clone)]
pub struct Cell {
    pub task: UnitTask,
    pub shown: ShownUnitTask,
    /// Sub-units it was passed on to, and how many of them met.
    pub n_sub_units: i64,
    pub n_sub_met: i64,
    /// Of readings.
    pub people: PeopleCount,
}

/// People who were given readings, and how many read them all: the completion rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PeopleCount {
    pub n: i64,
    pub n_finished: i64,
}

impl std::ops::AddAssign for PeopleCount {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.n_finished += other.n_finished;
    }
}

impl Show {
    /// Whether a cell is what was asked to be listed.
    pub fn holds(self, cell: &Cell) -> bool {
        match self {
            Self::All => true,
            Self::Unanswered => cell.task.state.is_editable(),
            Self::Overdue => cell.shown == ShownUnitTask::Overdue,
            Self::ToDecide => cell.shown == ShownUnitTask::Submitted,
            Self::Returned => cell.shown == ShownUnitTask::Returned,
            Self::Met => cell.task.state.is_met(),
            Self::Withdrawn => cell.task.state == UnitTaskState::Withdrawn,
        }
    }
}

impl Row {
    /// Whether the unit is listed: something of it is as wanted, of one form or of any.
    pub fn is_listed(&self, show: Show, kind: Option<UnitTaskKind>) -> bool {
        let of_kind = |cell: &&Cell| kind.is_none_or(|kind| cell.task.kind == kind);
        self.cells.iter().flatten().filter(of_kind).any(|cell| show.holds(cell))
    }
}

/// Puts the progress of a call together. For pages that have checked that the viewer is of HQ.
///
/// # Errors
/// `NotFound` when there is no such call.
pub fn build(conn: &mut Conn, id: CallId, today: NaiveDate) -> Result<Progress> {
    let call = queries::find_call(conn, id)?;
    let session_title = queries::find_session_title(conn, &call)?;
    let tasks = queries::list_tasks(conn, id)?;
    let people = queries::list_people_counts(conn, id)?;
    let figures = figures::count(tasks.iter().map(|(task, _)| task), today);
    let kinds: Vec<UnitTaskKind> =
        UnitTaskKind::ALL.iter().copied().filter(|kind| tasks.iter().any(|(task, _)| task.kind == *kind)).collect();
    let rows = rows(&tasks, &kinds, &people, None, today);
    let mut all_people = PeopleCount::default();
    rows.iter().flat_map(|row| row.cells.iter().flatten()).for_each(|cell| all_people += cell.people);
    Ok(Progress { call, session_title, kinds, rows, figures, people: all_people })
}

/// The units with a task that came from HQ, or from one unit's tasks, with their cells. `tasks` are all of the call, in
/// the units' fixed order.
pub(super) fn rows(
    tasks: &[(UnitTask, Unit)],
    kinds: &[UnitTaskKind],
    people: &[(UnitTaskId, PeopleCount)],
    parents: Option<&[UnitTaskId]>,
    today: NaiveDate,
) -> Vec<Row> {
    let is_wanted = |task: &UnitTask| match (parents, task.parent_id) {
        (None, None) => true,
        (Some(parents), Some(parent)) => parents.contains(&parent),
        (None, Some(_)) | (Some(_), None) => false,
    };
    let mut rows: Vec<Row> = Vec::new();
    for (task, unit) in tasks.iter().filter(|(task, _)| is_wanted(task)) {
        if rows.last().is_none_or(|row| row.unit.id != unit.id) {
            rows.push(Row { unit: unit.clone(), cells: vec![None; kinds.len()] });
        }
        let place = kinds.iter().position(|kind| *kind == task.kind);
        if let Some(free) = place.and_then(|place| rows.last_mut()?.cells.get_mut(place)) {
            *free = Some(cell(task, tasks, people, today));
        }
    }
    rows
}

pub(super) fn cell(
    task: &UnitTask,
    tasks: &[(UnitTask, Unit)],
    people: &[(UnitTaskId, PeopleCount)],
    today: NaiveDate,
) -> Cell {
    let below: Vec<&UnitTask> = tasks
        .iter()
        .map(|(one, _)| one)
        .filter(|one| one.parent_id == Some(task.id) && one.state != UnitTaskState::Withdrawn)
        .collect();
    Cell {
        shown: task.shown(today),
        n_sub_units: below.len() as i64,
        n_sub_met: below.iter().filter(|one| one.state.is_met()).count() as i64,
        people: people_of(task.id, tasks, people),
        task: task.clone(),
    }
}

/// The people who were given readings by a task, and by what was passed on of it.
fn people_of(id: UnitTaskId, tasks: &[(UnitTask, Unit)], people: &[(UnitTaskId, PeopleCount)]) -> PeopleCount {
    let mut count = PeopleCount::default();
    people.iter().filter(|(of, _)| *of == id).for_each(|(_, own)| count += *own);
    for (task, _) in tasks.iter().filter(|(task, _)| task.parent_id == Some(id)) {
        count += people_of(task.id, tasks, people);
    }
    count
}
