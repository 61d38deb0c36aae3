//! All SQL of study whose time is over.

use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{MeetingId, TaskId};
use crate::store::schema::{
    file_uses, implementation_reports, implementation_rows, meeting_actions, meeting_gists, meeting_people,
    meeting_readings, meetings, reflections, tasks, unit_tasks,
};
use chrono::NaiveDate;
use diesel::prelude::*;

pub(super) fn delete_tasks(conn: &mut Conn, before: NaiveDate, limit: i64) -> QueryResult<usize> {
    let with_files = file_uses::table.filter(file_uses::subject_kind.eq("task")).select(file_uses::subject_id);
    let old: Vec<TaskId> = tasks::table
        .filter(tasks::due_on.lt(before))
        .filter(tasks::id.ne_all(with_files))
        .order((tasks::due_on, tasks::id))
        .limit(limit)
        .select(tasks::id)
        .load(conn)?;
    diesel::delete(reflections::table.filter(reflections::task_id.eq_any(&old))).execute(conn)?;
    diesel::delete(tasks::table.filter(tasks::id.eq_any(&old))).execute(conn)
}

/// A record that was never submitted has no day on which it was entered: it goes by when it was begun.
pub(super) fn delete_meetings(conn: &mut Conn, before: NaiveDate, moment: Moment, limit: i64) -> QueryResult<usize> {
    let with_files = file_uses::table.filter(file_uses::subject_kind.eq("meeting")).select(file_uses::subject_id);
    let old: Vec<MeetingId> = meetings::table
        .filter(meetings::entered_on.is_null().and(meetings::begun_at.lt(moment)).or(meetings::entered_on.lt(before)))
        .filter(meetings::id.ne_all(with_files))
        .order(meetings::id)
        .limit(limit)
        .select(meetings::id)
        .load(conn)?;
    diesel::delete(meeting_people::table.filter(meeting_people::meeting_id.eq_any(&old))).execute(conn)?;
    diesel::delete(meeting_gists::table.filter(meeting_gists::meeting_id.eq_any(&old))).execute(conn)?;
    diesel::delete(meeting_actions::table.filter(meeting_actions::meeting_id.eq_any(&old))).execute(conn)?;
    diesel::delete(meeting_readings::table.filter(meeting_readings::meeting_id.eq_any(&old))).execute(conn)?;
    diesel::delete(meetings::table.filter(meetings::id.eq_any(&old))).execute(conn)
}

/// Nobody is named in reports that were due before a day.
pub(super) fn blank_reports(conn: &mut Conn, before: NaiveDate) -> QueryResult<()> {
    let old = || unit_tasks::table.filter(unit_tasks::due_on.lt(before)).select(unit_tasks::id);
    let named = implementation_reports::contact.ne("").or(implementation_reports::handed_in.is_not_null());
    diesel::update(
        implementation_reports::table.filter(implementation_reports::unit_task_id.eq_any(old())).filter(named),
    )
    .set((implementation_reports::contact.eq(""), implementation_reports::handed_in.eq(None::<String>)))
    .execute(conn)?;
    let named = implementation_rows::responsible.ne("");
    diesel::update(implementation_rows::table.filter(implementation_rows::unit_task_id.eq_any(old())).filter(named))
        .set(implementation_rows::responsible.eq(""))
        .execute(conn)?;
    Ok(())
}
