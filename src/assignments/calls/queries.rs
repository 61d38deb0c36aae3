//! All SQL of calls and the units' tasks.

use super::model::{Call, UnitTask, UnitTaskState};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::{CallId, PersonId, UnitTaskId};
use crate::store::schema::{calls, unit_tasks, units};
use diesel::prelude::*;

/// A call, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_call(conn: &mut Conn, id: CallId) -> Result<Call> {
    calls::table.filter(calls::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("call"))
}

/// A unit's task with its call and unit, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_unit_task(conn: &mut Conn, id: UnitTaskId) -> Result<(UnitTask, Call, Unit)> {
    unit_tasks::table
        .inner_join(calls::table)
        .inner_join(units::table)
        .filter(unit_tasks::id.eq(id))
        .select((unit_tasks::all_columns, calls::all_columns, units::all_columns))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("unit task"))
}

/// Marks a task as handed in, or passed on, by somebody.
pub(super) fn mark_submitted(conn: &mut Conn, task: &UnitTask, by: PersonId, now: Moment) -> Result<UnitTask> {
    diesel::update(as_it_stood(task))
        .set((
            unit_tasks::state.eq(UnitTaskState::Submitted),
            unit_tasks::submitted_by.eq(by),
            unit_tasks::submitted_at.eq(now),
            unit_tasks::version.eq(task.version + 1),
        ))
        .returning(unit_tasks::all_columns)
        .get_result(conn)
        .optional()?
        .ok_or(Error::Conflict)
}

/// Opens what was handed in.
pub(super) fn mark_taken_back(conn: &mut Conn, task: &UnitTask) -> Result<UnitTask> {
    diesel::update(as_it_stood(task))
        .set((
            unit_tasks::state.eq(UnitTaskState::Open),
            unit_tasks::submitted_by.eq(None::<PersonId>),
            unit_tasks::submitted_at.eq(None::<Moment>),
            unit_tasks::version.eq(task.version + 1),
        ))
        .returning(unit_tasks::all_columns)
        .get_result(conn)
        .optional()?
        .ok_or(Error::Conflict)
}

/// The row of a task, unless it has changed since.
#[diesel::dsl::auto_type(no_type_alias)]
fn as_it_stood(task: &UnitTask) -> _ {
    let (id, version): (UnitTaskId, i64) = (task.id, task.version);
    unit_tasks::table.filter(unit_tasks::id.eq(id)).filter(unit_tasks::version.eq(version))
}
