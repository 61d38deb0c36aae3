//! All SQL of the ledger of reminders.

use super::model::{NotSentReason, ReminderOutcome, Stage};
use crate::assignments::TaskState;
use crate::assignments::model::AssignmentKind;
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::each;
use crate::i18n::Language;
use crate::store::ids::{OutboxId, PersonId, TaskId};
use crate::store::schema::{attendance, people, reading_versions, reminders, tasks};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// A task that its person is to be reminded of.
#[derive(Debug, Clone, Queryable)]
pub(super) struct DueTask {
    pub task_id: TaskId,
    pub person_id: PersonId,
    pub due_on: NaiveDate,
    pub kind: AssignmentKind,
    /// What was given, in Chinese and English.
    pub title: (String, String),
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
}

#[derive(Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
pub(super) struct NewReminder {
    pub person_id: PersonId,
    pub task_id: TaskId,
    pub stage: Stage,
    pub due_on: NaiveDate,
    pub outcome: ReminderOutcome,
    pub reason: Option<NotSentReason>,
    pub outbox_id: Option<OutboxId>,
    pub planned_at: Moment,
}

/// A task counts as released while its person is present or exempt in the session it makes up for (`rules.md` 2).
const RELEASED: [AttendanceState; 2] = [AttendanceState::Present, AttendanceState::Exempt];

/// Open tasks due within two days' dates that are not in the ledger, by person and date. People who were queued a
/// mail since `day_began` have had theirs for today.
pub(super) fn list_due(
    conn: &mut Conn,
    from: NaiveDate,
    to: NaiveDate,
    day_began: Moment,
    limit: i64,
) -> QueryResult<Vec<DueTask>> {
    let (told, told_today) = diesel::alias!(reminders as told, reminders as told_today);
    let is_told = told
        .filter(told.field(reminders::person_id).eq(tasks::person_id))
        .filter(told.field(reminders::task_id).eq(tasks::id))
        .filter(told.field(reminders::stage).eq(Stage::DueInThreeDays));
    let had_mail_today = told_today
        .filter(told_today.field(reminders::person_id).eq(tasks::person_id))
        .filter(told_today.field(reminders::outcome).eq(ReminderOutcome::Queued))
        .filter(told_today.field(reminders::planned_at).ge(day_began));
    tasks::table
        .inner_join(people::table)
        .inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(tasks::reading_id).and(reading_versions::number.eq(tasks::reading_version)),
        ))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::due_on.between(from, to))
        .filter(people::left_on.is_null().or(people::left_on.gt(from)))
        .filter(not(exists(is_told)))
        .filter(not(exists(had_mail_today)))
        .filter(not(exists(
            attendance::table
                .filter(attendance::session_id.nullable().eq(tasks::session_id))
                .filter(attendance::person_id.eq(tasks::person_id))
                .filter(attendance::state.eq_any(RELEASED)),
        )))
        .order((tasks::person_id, tasks::due_on, tasks::id))
        .limit(limit)
        .select((
            tasks::id,
            tasks::person_id,
            tasks::due_on,
            tasks::kind,
            (reading_versions::title_zh, reading_versions::title_en),
            people::name,
            people::email,
            people::language,
        ))
        .load(conn)
}

/// Those of some tasks that are still to be done, on this day.
pub(super) fn list_wanted(conn: &mut Conn, ids: &[TaskId], today: NaiveDate) -> QueryResult<Vec<TaskId>> {
    tasks::table
        .inner_join(people::table)
        .filter(tasks::id.eq_any(ids))
        .filter(tasks::state.eq(TaskState::Open))
        .filter(tasks::due_on.ge(today))
        .filter(people::left_on.is_null().or(people::left_on.gt(today)))
        .filter(not(exists(
            attendance::table
                .filter(attendance::session_id.nullable().eq(tasks::session_id))
                .filter(attendance::person_id.eq(tasks::person_id))
                .filter(attendance::state.eq_any(RELEASED)),
        )))
        .order(tasks::id)
        .select(tasks::id)
        .load(conn)
}

/// Adds to the ledger what another instance has not added.
pub(super) fn insert_all(conn: &mut Conn, rows: &[NewReminder]) -> QueryResult<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        each!(conn, c => diesel::insert_into(reminders::table).values(chunk).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// What the ledger says of a task that nobody was told of.
#[derive(Debug, Clone, Queryable)]
pub struct NotSent {
    pub task_id: TaskId,
    pub person_id: PersonId,
    pub name: String,
    /// What was given, in Chinese and English.
    pub title: (String, String),
    pub due_on: NaiveDate,
    pub reason: Option<NotSentReason>,
    pub planned_at: Moment,
}

/// What was planned and not sent, the newest first.
pub fn list_not_sent(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<NotSent>> {
    reminders::table
        .inner_join(people::table)
        .inner_join(tasks::table)
        .inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(tasks::reading_id).and(reading_versions::number.eq(tasks::reading_version)),
        ))
        .filter(reminders::outcome.eq(ReminderOutcome::NotSent))
        .order(reminders::id.desc())
        .offset(offset)
        .limit(limit)
        .select((
            reminders::task_id,
            reminders::person_id,
            people::name,
            (reading_versions::title_zh, reading_versions::title_en),
            reminders::due_on,
            reminders::reason,
            reminders::planned_at,
        ))
        .load(conn)
}

pub fn count_not_sent(conn: &mut Conn) -> QueryResult<i64> {
    reminders::table.filter(reminders::outcome.eq(ReminderOutcome::NotSent)).count().get_result(conn)
}
