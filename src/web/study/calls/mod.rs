//! Calls: HQ's list, form and progress, and the one page on which a unit answers.

pub mod list;
pub mod new;
pub mod people;
pub mod progress;
pub mod sub_units;
pub mod unit;
pub mod withdraw;

use crate::assignments::calls::progress::{Cell, Row};
use crate::assignments::calls::{ShownUnitTask, UnitTask, UnitTaskKind};
use crate::assignments::pick::Pick;
use crate::links;
use crate::store::ids::{CallId, UnitTaskId};
use chrono::NaiveDate;
use serde::Serialize;

/// A row of a table of units × forms.
#[derive(Serialize)]
struct UnitRow {
    name: String,
    href: String,
    cells: Vec<CellView>,
}

/// A cell: how one form stands at one unit.
#[derive(Serialize)]
struct CellView {
    kind: UnitTaskKind,
    /// Nothing where the unit was not asked for it.
    task: Option<TaskView>,
}

#[derive(Serialize)]
struct TaskView {
    state: ShownUnitTask,
    /// 0 unless overdue.
    days_overdue: i64,
    due_on: NaiveDate,
    /// Another day than the call's.
    is_own_day: bool,
    /// A later day than the call's.
    is_extended: bool,
    n_people: i64,
    n_finished: i64,
    n_sub_units: i64,
    n_sub_met: i64,
    /// It waits for the viewer's decision: what a tick sends.
    pick: Option<String>,
}

fn pick(task: &UnitTask) -> String {
    Pick { task: task.id, version: task.version }.to_string()
}

fn unit_row(
    row: &Row,
    kinds: &[UnitTaskKind],
    call: CallId,
    call_due: NaiveDate,
    may_decide: &dyn Fn(&UnitTask) -> bool,
    today: NaiveDate,
) -> UnitRow {
    let cells = kinds.iter().zip(&row.cells).map(|(kind, cell)| CellView {
        kind: *kind,
        task: cell.as_ref().map(|cell| TaskView {
            pick: (cell.shown == ShownUnitTask::Submitted && may_decide(&cell.task)).then(|| pick(&cell.task)),
            ..task_view(cell, call_due, today)
        }),
    });
    UnitRow { name: row.unit.name.clone(), href: links::unit_call(row.unit.id, call), cells: cells.collect() }
}

fn task_view(cell: &Cell, call_due: NaiveDate, today: NaiveDate) -> TaskView {
    TaskView {
        state: cell.shown,
        days_overdue: if cell.shown == ShownUnitTask::Overdue { (today - cell.task.due_on).num_days() } else { 0 },
        due_on: cell.task.due_on,
        is_own_day: cell.task.due_on != call_due,
        is_extended: call_due < cell.task.due_on,
        n_people: cell.people.n,
        n_finished: cell.people.n_finished,
        n_sub_units: cell.n_sub_units,
        n_sub_met: cell.n_sub_met,
        pick: None,
    }
}

/// Where a unit's form is filled in and read; readings have none.
fn form_href(kind: UnitTaskKind, id: UnitTaskId) -> Option<String> {
    let part = match kind {
        UnitTaskKind::Readings => return None,
        UnitTaskKind::ExchangeMeeting => "meeting",
        UnitTaskKind::ImplementationReport => "report",
        UnitTaskKind::VolumeCheck => "volumes",
    };
    Some(links::unit_task_part(id, part))
}
