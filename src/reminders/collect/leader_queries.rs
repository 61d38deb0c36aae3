//! All SQL of what leaders and HQ are told: calls to be answered, and how much is overdue.

use super::queries::Span;
use crate::access::{Role, UnitPath};
use crate::assignments::TaskState;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::model::RELEASED;
use crate::clock::Moment;
use crate::reminders::model::Kind;
use crate::store::Conn;
use crate::store::ids::{CallId, PersonId, UnitId};
use crate::store::schema::{accounts, attendance, calls, grants, people, reminders, tasks, unit_tasks, units};
use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;

/// The unit, and the second at which its answer was decided about, as the same text on both engines.
const UNIT_TASK_DECIDED: &str =
    "cast(unit_tasks.unit_id as varchar) || ':' || substr(cast(unit_tasks.decided_at as varchar), 1, 19)";

/// A call that one of a unit's leaders is to be told of. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct CallMatter {
    pub person: PersonId,
    pub call: CallId,
    pub title: String,
    pub unit: UnitId,
    pub unit_name: String,
    pub due_on: NaiveDate,
    pub occurrence: String,
}

/// Which of a call's tasks are meant.
pub(super) enum CallTasks {
    /// Unanswered, and due in this span of days.
    Due(NaiveDate, NaiveDate),
    /// Returned since this moment.
    ReturnedSince(Moment),
}

/// Calls that a leader's unit has to answer. What the ledger calls it begins with the unit.
pub(super) fn list_calls(
    conn: &mut Conn,
    (kind, occurrence): (Kind, &str),
    which: &CallTasks,
    span: Span,
) -> QueryResult<Vec<CallMatter>> {
    // The word goes into the text of the query, so it is one of the program's own.
    let word = occurrence.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let own = match which {
        CallTasks::Due(..) => format!("cast(unit_tasks.unit_id as varchar) || ':{word}'"),
        CallTasks::ReturnedSince(_) => UNIT_TASK_DECIDED.to_owned(),
    };
    let told = reminders::table
        .filter(reminders::person_id.eq(accounts::person_id))
        .filter(reminders::kind.eq(kind))
        .filter(reminders::subject_id.eq(calls::id))
        .filter(reminders::occurrence.eq(sql::<Text>(&own)));
    let query = unit_tasks::table
        .inner_join(calls::table)
        .inner_join(units::table)
        .inner_join(grants::table.on(grants::unit_id.eq(unit_tasks::unit_id.nullable())))
        .inner_join(accounts::table.on(accounts::id.eq(grants::account_id)))
        .inner_join(people::table.on(people::id.eq(accounts::person_id)))
        .filter(grants::role.eq(Role::Leader))
        .filter(grants::starts_at.is_null())
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::person_id.gt(span.after))
        .filter(not(exists(told)))
        // The forms of a call are one matter.
        .distinct()
        .order((accounts::person_id, calls::id, units::id, unit_tasks::due_on))
        .limit(span.limit)
        .select((
            accounts::person_id,
            calls::id,
            calls::title,
            units::id,
            units::name,
            unit_tasks::due_on,
            sql::<Text>(&own),
        ));
    match which {
        CallTasks::Due(from, to) => query
            .filter(unit_tasks::state.eq_any(UnitTaskState::OWED))
            .filter(unit_tasks::due_on.between(*from, *to))
            .load(conn),
        CallTasks::ReturnedSince(since) => query
            .filter(unit_tasks::state.eq(UnitTaskState::Returned))
            .filter(unit_tasks::decided_at.ge(*since))
            .load(conn),
    }
}

/// A unit and one of its leaders. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Lead {
    pub person: PersonId,
    pub unit: UnitId,
    pub unit_name: String,
    pub path: UnitPath,
}

/// Leaders who have not had this week's digest of their unit.
pub(super) fn list_leads(conn: &mut Conn, week: &str, span: Span) -> QueryResult<Vec<Lead>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(accounts::person_id))
        .filter(reminders::kind.eq(Kind::UnitDigest))
        .filter(reminders::subject_id.eq(units::id))
        .filter(reminders::occurrence.eq(week.to_owned()));
    grants::table
        .inner_join(accounts::table.on(accounts::id.eq(grants::account_id)))
        .inner_join(people::table.on(people::id.eq(accounts::person_id)))
        .inner_join(units::table.on(grants::unit_id.eq(units::id.nullable())))
        .filter(grants::role.eq(Role::Leader))
        .filter(grants::starts_at.is_null())
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::person_id.gt(span.after))
        .filter(not(exists(told)))
        .order((accounts::person_id, units::id))
        .limit(span.limit)
        .select((accounts::person_id, units::id, units::name, units::path))
        .load(conn)
}

/// People of HQ who have not had this week's digest.
pub(super) fn list_hq(conn: &mut Conn, week: &str, span: Span) -> QueryResult<Vec<PersonId>> {
    let told = reminders::table
        .filter(reminders::person_id.eq(accounts::person_id))
        .filter(reminders::kind.eq(Kind::HqDigest))
        .filter(reminders::occurrence.eq(week.to_owned()));
    grants::table
        .inner_join(accounts::table.on(accounts::id.eq(grants::account_id)))
        .inner_join(people::table.on(people::id.eq(accounts::person_id)))
        .filter(grants::role.eq(Role::Hq))
        .filter(people::left_on.is_null().or(people::left_on.gt(span.today)))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::person_id.gt(span.after))
        .filter(not(exists(told)))
        .distinct()
        .order(accounts::person_id)
        .limit(span.limit)
        .select(accounts::person_id)
        .load(conn)
}

/// How many answers to calls are overdue on this day: each unit of each call once, however many forms it asks.
pub(super) fn count_overdue_answers(conn: &mut Conn, today: NaiveDate) -> QueryResult<i64> {
    let units: Vec<(CallId, UnitId)> = unit_tasks::table
        .filter(unit_tasks::state.eq_any(UnitTaskState::OWED))
        .filter(unit_tasks::due_on.lt(today))
        .distinct()
        .select((unit_tasks::call_id, unit_tasks::unit_id))
        .load(conn)?;
    Ok(units.len() as i64)
}

/// How many people of each unit have an open task overdue on this day.
pub(super) fn count_overdue(conn: &mut Conn, today: NaiveDate) -> QueryResult<Vec<(UnitPath, i64)>> {
    tasks::table
        .inner_join(people::table.inner_join(units::table))
        .filter(tasks::state.eq_any(TaskState::LEFT))
        .filter(tasks::due_on.lt(today))
        .filter(people::left_on.is_null().or(people::left_on.gt(today)))
        .filter(not(exists(
            attendance::table
                .filter(attendance::session_id.nullable().eq(tasks::session_id))
                .filter(attendance::person_id.eq(tasks::person_id))
                .filter(attendance::state.eq_any(RELEASED)),
        )))
        .group_by(units::path)
        .order(units::path)
        .select((units::path, diesel::dsl::count(people::id).aggregate_distinct()))
        .load(conn)
}

/// The call that was made last, as one of its units sees it, for an example.
pub(super) fn find_newest_call(conn: &mut Conn) -> QueryResult<Option<CallMatter>> {
    type Row = (CallId, String, UnitId, String, NaiveDate);
    let found: Option<Row> = unit_tasks::table
        .inner_join(calls::table)
        .inner_join(units::table)
        .order(unit_tasks::id.desc())
        .select((calls::id, calls::title, units::id, units::name, unit_tasks::due_on))
        .first(conn)
        .optional()?;
    let matter = |(call, title, unit, unit_name, due_on)| CallMatter {
        person: PersonId(0),
        call,
        title,
        unit,
        unit_name,
        due_on,
        occurrence: String::new(),
    };
    Ok(found.map(matter))
}

/// A unit that somebody leads, for an example.
pub(super) fn find_led_unit(conn: &mut Conn) -> QueryResult<Option<Lead>> {
    grants::table
        .inner_join(accounts::table.on(accounts::id.eq(grants::account_id)))
        .inner_join(units::table.on(grants::unit_id.eq(units::id.nullable())))
        .filter(grants::role.eq(Role::Leader))
        .filter(grants::starts_at.is_null())
        .order((units::path, grants::id))
        .select((accounts::person_id, units::id, units::name, units::path))
        .first(conn)
        .optional()
}
