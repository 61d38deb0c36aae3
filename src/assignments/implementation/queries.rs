//! All SQL of implementation reports and their rows.

use super::model::{ContentRow, Report, Row, RowState};
use crate::access::UnitPath;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::model::{AssignmentKind, ShownTask, TaskState, shown};
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::{ImplementationRowId, PersonId, UnitTaskId};
use crate::store::schema::{
    assignments, attendance, implementation_changes, implementation_reports, implementation_rows, people, tasks,
    unit_tasks, units,
};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

pub fn find_report(conn: &mut Conn, id: UnitTaskId) -> QueryResult<Option<Report>> {
    implementation_reports::table.filter(implementation_reports::unit_task_id.eq(id)).first(conn).optional()
}

/// The rows that stand in a report, in its order.
pub fn list_rows(conn: &mut Conn, id: UnitTaskId) -> QueryResult<Vec<Row>> {
    implementation_rows::table
        .filter(implementation_rows::unit_task_id.eq(id))
        .filter(implementation_rows::removed_at.is_null())
        .order((implementation_rows::position, implementation_rows::id))
        .load(conn)
}

/// Writes a report: a first version anew, any other over the one before it.
pub fn store_report(conn: &mut Conn, report: &Report) -> Result<()> {
    let values = (
        implementation_reports::studied.eq(&report.studied),
        implementation_reports::next_steps.eq(&report.next_steps),
        implementation_reports::contact.eq(&report.contact),
        implementation_reports::handed_in.eq(&report.handed_in),
        implementation_reports::written_by.eq(report.written_by),
        implementation_reports::written_at.eq(report.written_at),
        implementation_reports::version.eq(report.version),
    );
    let n = if report.version == 1 {
        let row = (implementation_reports::unit_task_id.eq(report.unit_task_id), values);
        each!(conn, c => diesel::insert_into(implementation_reports::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?
    } else {
        let stored = implementation_reports::table
            .filter(implementation_reports::unit_task_id.eq(report.unit_task_id))
            .filter(implementation_reports::version.eq(report.version - 1));
        diesel::update(stored).set(values).execute(conn)?
    };
    if n == 0 { Err(Error::Conflict) } else { Ok(()) }
}

pub fn insert_row(
    conn: &mut Conn,
    id: UnitTaskId,
    position: i64,
    row: &ContentRow,
) -> QueryResult<ImplementationRowId> {
    diesel::insert_into(implementation_rows::table)
        .values((
            implementation_rows::unit_task_id.eq(id),
            implementation_rows::position.eq(position),
            implementation_rows::problem.eq(row.problem.trim()),
            implementation_rows::measure.eq(row.measure.trim()),
            implementation_rows::responsible.eq(row.responsible.trim()),
            implementation_rows::due_on.eq(row.due_on),
            implementation_rows::state.eq(row.state),
        ))
        .returning(implementation_rows::id)
        .get_result(conn)
}

pub(super) fn update_row(conn: &mut Conn, known: &Row, position: i64, row: &ContentRow) -> QueryResult<usize> {
    diesel::update(implementation_rows::table.filter(implementation_rows::id.eq(known.id)))
        .set((
            implementation_rows::position.eq(position),
            implementation_rows::problem.eq(row.problem.trim()),
            implementation_rows::measure.eq(row.measure.trim()),
            implementation_rows::responsible.eq(row.responsible.trim()),
            implementation_rows::due_on.eq(row.due_on),
            implementation_rows::state.eq(row.state),
            implementation_rows::version.eq(known.version + 1),
        ))
        .execute(conn)
}

/// Takes rows out of their report: marked with a moment, or for good.
pub(super) fn drop_rows(conn: &mut Conn, ids: &[ImplementationRowId], marked: Option<Moment>) -> QueryResult<usize> {
    let gone = implementation_rows::table.filter(implementation_rows::id.eq_any(ids.to_vec()));
    match marked {
        Some(at) => diesel::update(gone)
            .set((
                implementation_rows::removed_at.eq(at),
                implementation_rows::version.eq(implementation_rows::version + 1),
            ))
            .execute(conn),
        None => diesel::delete(gone).execute(conn),
    }
}

/// Sets how far a row is, unless it has changed since. The report counts as changed, too: its form holds the same row.
pub fn update_standing(conn: &mut Conn, row: &Row, state: RowState, due_on: Option<NaiveDate>) -> Result<()> {
    let stored = implementation_rows::table
        .filter(implementation_rows::id.eq(row.id))
        .filter(implementation_rows::version.eq(row.version));
    let n = diesel::update(stored)
        .set((
            implementation_rows::state.eq(state),
            implementation_rows::due_on.eq(due_on),
            implementation_rows::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if n == 0 {
        return Err(Error::Conflict);
    }
    diesel::update(implementation_reports::table.filter(implementation_reports::unit_task_id.eq(row.unit_task_id)))
        .set(implementation_reports::version.eq(implementation_reports::version + 1))
        .execute(conn)?;
    Ok(())
}

/// Keeps what a row was before and what it is from now on.
pub fn insert_change(
    conn: &mut Conn,
    before: &Row,
    (state, due_on): (RowState, Option<NaiveDate>),
    note: &str,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<usize> {
    diesel::insert_into(implementation_changes::table)
        .values((
            implementation_changes::row_id.eq(before.id),
            implementation_changes::state_before.eq(before.state),
            implementation_changes::state.eq(state),
            implementation_changes::due_before.eq(before.due_on),
            implementation_changes::due_on.eq(due_on),
            implementation_changes::note.eq(note),
            implementation_changes::changed_by.eq(by),
            implementation_changes::changed_at.eq(now),
        ))
        .execute(conn)
}

/// What became of a row, one change. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    pub state_before: RowState,
    pub state: RowState,
    pub due_before: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub note: String,
    pub changed_at: Moment,
    pub name: Option<String>,
}

/// What became of a row, the newest first.
pub fn list_changes(conn: &mut Conn, id: ImplementationRowId) -> QueryResult<Vec<Change>> {
    implementation_changes::table
        .left_join(people::table)
        .filter(implementation_changes::row_id.eq(id))
        .order(implementation_changes::id.desc())
        .select((
            implementation_changes::state_before,
            implementation_changes::state,
            implementation_changes::due_before,
            implementation_changes::due_on,
            implementation_changes::note,
            implementation_changes::changed_at,
            people::name.nullable(),
        ))
        .load(conn)
}

/// Rows that live on: of reports that were handed in and not withdrawn, with their unit.
macro_rules! live_rows {
    () => {
        implementation_rows::table
            .inner_join(implementation_reports::table.inner_join(unit_tasks::table.inner_join(units::table)))
            .filter(implementation_rows::removed_at.is_null())
            .filter(implementation_reports::handed_in.is_not_null())
            .filter(unit_tasks::state.ne(UnitTaskState::Withdrawn))
    };
}

/// A row that lives on, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_live_row(conn: &mut Conn, id: ImplementationRowId) -> Result<(Row, Unit)> {
    live_rows!()
        .filter(implementation_rows::id.eq(id))
        .select((implementation_rows::all_columns, units::all_columns))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("implementation row"))
}

/// Which rows of a unit a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Unfinished,
    /// Unfinished after their day.
    Overdue,
    Done,
}

/// How many rows of a unit and those below it are unfinished, overdue among them, and done.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LiveCounts {
    pub n_unfinished: i64,
    pub n_overdue: i64,
    pub n_done: i64,
}

pub fn count_live(conn: &mut Conn, path: &UnitPath, today: NaiveDate) -> QueryResult<LiveCounts> {
    let (start, end) = path.range();
    let lines: Vec<(RowState, Option<NaiveDate>, i64)> = live_rows!()
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .group_by((implementation_rows::state, implementation_rows::due_on))
        .select((implementation_rows::state, implementation_rows::due_on, count_star()))
        .load(conn)?;
    let mut counts = LiveCounts::default();
    for (state, due_on, n) in lines {
        match state {
            RowState::Done => counts.n_done += n,
            RowState::Open | RowState::InProgress => {
                counts.n_unfinished += n;
                counts.n_overdue += if due_on.is_some_and(|day| day < today) { n } else { 0 };
            }
        }
    }
    Ok(counts)
}

/// Rows of a unit and those below it: by their day, then in the units' fixed order.
pub fn list_live(
    conn: &mut Conn,
    path: &UnitPath,
    which: Which,
    today: NaiveDate,
    (limit, offset): (i64, i64),
) -> QueryResult<Vec<(Row, Unit)>> {
    let (start, end) = path.range();
    let mut query = live_rows!()
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .select((implementation_rows::all_columns, units::all_columns))
        .order((implementation_rows::due_on, units::sort_key, implementation_rows::position, implementation_rows::id))
        .limit(limit)
        .offset(offset)
        .into_boxed();
    let unfinished = [RowState::Open, RowState::InProgress];
    query = match which {
        Which::Unfinished => query.filter(implementation_rows::state.eq_any(unfinished)),
        Which::Overdue => {
            query.filter(implementation_rows::state.eq_any(unfinished)).filter(implementation_rows::due_on.lt(today))
        }
        Which::Done => query.filter(implementation_rows::state.eq(RowState::Done)),
    };
    query.load(conn)
}

/// How many readings people of a unit and below were given within a time, and how many of them are read. Those withdrawn
/// or released are in neither.
pub(super) fn count_readings(conn: &mut Conn, path: &UnitPath, from: Moment, to: Moment) -> QueryResult<(i64, i64)> {
    let (start, end) = path.range();
    let lines: Vec<(TaskState, NaiveDate, Option<AttendanceState>, i64)> = tasks::table
        .inner_join(assignments::table)
        .inner_join(people::table.inner_join(units::table))
        .left_join(attendance::table.on(
            attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
        ))
        .filter(tasks::kind.eq(AssignmentKind::Reading))
        .filter(assignments::given_at.ge(from))
        .filter(assignments::given_at.le(to))
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .group_by((tasks::state, tasks::due_on, attendance::state))
        .select((tasks::state, tasks::due_on, attendance::state.nullable(), count_star()))
        .load(conn)?;
    let (mut n_given, mut n_read) = (0, 0);
    for (state, due_on, attendance, n) in lines {
        match shown(state, due_on, attendance, due_on) {
            ShownTask::Withdrawn | ShownTask::Released => {}
            ShownTask::Done | ShownTask::Accepted => {
                n_given += n;
                n_read += n;
            }
            ShownTask::Open | ShownTask::Overdue | ShownTask::Returned | ShownTask::Submitted => n_given += n,
        }
    }
    Ok((n_given, n_read))
}
