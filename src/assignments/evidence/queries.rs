//! All SQL of evidence.

use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{MeetingId, TaskId, UnitTaskId};
use crate::store::schema::{file_uses, meetings, tasks, unit_tasks};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Holds a task until the write ends.
pub(super) fn hold_task(conn: &mut Conn, id: TaskId) -> QueryResult<()> {
    diesel::update(tasks::table.filter(tasks::id.eq(id))).set(tasks::version.eq(tasks::version)).execute(conn)?;
    Ok(())
}

/// Holds a unit's task until the write ends.
pub(super) fn hold_unit_task(conn: &mut Conn, id: UnitTaskId) -> QueryResult<()> {
    diesel::update(unit_tasks::table.filter(unit_tasks::id.eq(id)))
        .set(unit_tasks::version.eq(unit_tasks::version))
        .execute(conn)?;
    Ok(())
}

/// Meetings with files that were entered before a day; those that never were, by the moment they were begun.
pub(super) fn list_old_meetings(
    conn: &mut Conn,
    before: NaiveDate,
    moment: Moment,
    limit: i64,
) -> QueryResult<Vec<MeetingId>> {
    let with_files = file_uses::table.filter(file_uses::subject_kind.eq("meeting")).select(file_uses::subject_id);
    meetings::table
        .filter(meetings::id.eq_any(with_files))
        .filter(meetings::entered_on.is_null().and(meetings::begun_at.lt(moment)).or(meetings::entered_on.lt(before)))
        .order(meetings::id)
        .limit(limit)
        .select(meetings::id)
        .load(conn)
}

/// Persons' tasks with files that were due before a day.
pub(super) fn list_old_tasks(conn: &mut Conn, before: NaiveDate, limit: i64) -> QueryResult<Vec<TaskId>> {
    let with_files = file_uses::table.filter(file_uses::subject_kind.eq("task")).select(file_uses::subject_id);
    tasks::table
        .filter(tasks::id.eq_any(with_files))
        .filter(tasks::due_on.lt(before))
        .order(tasks::id)
        .limit(limit)
        .select(tasks::id)
        .load(conn)
}

/// Units' tasks with files that were due before a day.
pub(super) fn list_old_unit_tasks(conn: &mut Conn, before: NaiveDate, limit: i64) -> QueryResult<Vec<UnitTaskId>> {
    let with_files = file_uses::table.filter(file_uses::subject_kind.eq("unit_task")).select(file_uses::subject_id);
    unit_tasks::table
        .filter(unit_tasks::id.eq_any(with_files))
        .filter(unit_tasks::due_on.lt(before))
        .order(unit_tasks::id)
        .limit(limit)
        .select(unit_tasks::id)
        .load(conn)
}
