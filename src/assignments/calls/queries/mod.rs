//! All SQL of calls and the units' tasks.

mod steps;

pub(super) use steps::*;

use super::model::{Call, NewCall, NewUnitTask, UnitTask, UnitTaskKind, UnitTaskState};
use super::progress::PeopleCount;
use crate::access::{Role, UnitPath};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::ids::{AssignmentId, CallId, PersonId, ReadingId, UnitId, UnitTaskId};
use crate::store::schema::{
    accounts, assignments, call_readings, calls, grants, implementation_reports, meetings, people, sessions,
    unit_tasks, units, volume_checks,
};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, BTreeSet};

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

/// Adds a call with its readings, still without units.
pub fn insert_call(conn: &mut Conn, new: &NewCall, readings: &[ReadingId]) -> QueryResult<CallId> {
    let id: CallId = diesel::insert_into(calls::table)
        .values((
            calls::title.eq(&new.title),
            calls::note.eq(&new.note),
            calls::session_id.eq(new.session_id),
            calls::given_by.eq(new.given_by),
            calls::given_at.eq(new.given_at),
            calls::due_on.eq(new.due_on),
            calls::study_minutes.eq(new.study_minutes),
        ))
        .returning(calls::id)
        .get_result(conn)?;
    let rows: Vec<_> = readings
        .iter()
        .enumerate()
        .map(|(place, reading)| {
            (
                call_readings::call_id.eq(id),
                call_readings::reading_id.eq(*reading),
                call_readings::position.eq(place as i64 + 1),
            )
        })
        .collect();
    each!(conn, c => diesel::insert_into(call_readings::table).values(&rows).execute(c))?;
    Ok(id)
}

/// Adds units' tasks, many at once, except what a unit was asked for already; tells how many it added.
pub fn insert_unit_tasks(conn: &mut Conn, new: &[NewUnitTask]) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|task| {
                (
                    unit_tasks::call_id.eq(task.call_id),
                    unit_tasks::unit_id.eq(task.unit_id),
                    unit_tasks::parent_id.eq(task.parent_id),
                    unit_tasks::kind.eq(task.kind),
                    unit_tasks::state.eq(UnitTaskState::Open),
                    unit_tasks::due_on.eq(task.due_on),
                )
            })
            .collect();
        n +=
            each!(conn, c => diesel::insert_into(unit_tasks::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(n)
}

/// The readings of a call, in their order.
pub fn list_readings(conn: &mut Conn, call: CallId) -> QueryResult<Vec<ReadingId>> {
    call_readings::table
        .filter(call_readings::call_id.eq(call))
        .order((call_readings::position, call_readings::reading_id))
        .select(call_readings::reading_id)
        .load(conn)
}

/// The title of the session that a call follows.
pub(super) fn find_session_title(conn: &mut Conn, call: &Call) -> QueryResult<Option<String>> {
    let Some(id) = call.session_id else { return Ok(None) };
    sessions::table.filter(sessions::id.eq(id)).select(sessions::title).first(conn).optional()
}

/// All tasks of a call with their units, in the units' fixed order.
pub fn list_tasks(conn: &mut Conn, call: CallId) -> QueryResult<Vec<(UnitTask, Unit)>> {
    unit_tasks::table
        .inner_join(units::table)
        .filter(unit_tasks::call_id.eq(call))
        .order((units::sort_key, units::id, unit_tasks::id))
        .select((unit_tasks::all_columns, units::all_columns))
        .load(conn)
}

/// What one unit was asked for by a call.
pub fn list_tasks_of(conn: &mut Conn, call: CallId, unit: UnitId) -> QueryResult<Vec<UnitTask>> {
    unit_tasks::table
        .filter(unit_tasks::call_id.eq(call))
        .filter(unit_tasks::unit_id.eq(unit))
        .order(unit_tasks::id)
        .load(conn)
}

/// The tasks of several calls that HQ gave itself, for their figures.
pub fn list_given_by_hq(conn: &mut Conn, ids: &[CallId]) -> QueryResult<Vec<UnitTask>> {
    unit_tasks::table
        .filter(unit_tasks::call_id.eq_any(ids.to_vec()))
        .filter(unit_tasks::parent_id.is_null())
        .order(unit_tasks::id)
        .load(conn)
}

/// How many people were given readings by each of a call's tasks, and how many of them read all of them.
pub(super) fn list_people_counts(conn: &mut Conn, call: CallId) -> QueryResult<Vec<(UnitTaskId, PeopleCount)>> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = BigInt)]
        unit_task_id: UnitTaskId,
        #[diesel(sql_type = BigInt)]
        n: i64,
        #[diesel(sql_type = BigInt)]
        n_finished: i64,
    }
    let lines: Vec<Line> = diesel::sql_query(
        "select unit_task_id, count(*) as n, \
             cast(sum(case when n_left = 0 then 1 else 0 end) as bigint) as n_finished \
         from (select assignments.unit_task_id as unit_task_id, tasks.person_id, \
                 sum(case when tasks.state in ('done', 'accepted') then 0 else 1 end) as n_left \
             from tasks \
             inner join assignments on assignments.id = tasks.assignment_id \
             inner join unit_tasks on unit_tasks.id = assignments.unit_task_id \
             where unit_tasks.call_id = $1 and unit_tasks.state <> 'withdrawn' and tasks.state <> 'withdrawn' \
             group by assignments.unit_task_id, tasks.person_id) as by_person \
         group by unit_task_id order by unit_task_id",
    )
    .bind::<BigInt, _>(call)
    .load(conn)?;
    Ok(lines
        .into_iter()
        .map(|line| (line.unit_task_id, PeopleCount { n: line.n, n_finished: line.n_finished }))
        .collect())
}

/// The assignments by which units' tasks were passed on to people, the newest first.
pub(super) fn list_assignments(conn: &mut Conn, ids: &[UnitTaskId]) -> QueryResult<Vec<AssignmentId>> {
    assignments::table
        .filter(assignments::unit_task_id.eq_any(ids.to_vec()))
        .order(assignments::id.desc())
        .select(assignments::id)
        .load(conn)
}

/// How many units lie directly below one.
pub(super) fn count_children(conn: &mut Conn, unit: UnitId) -> QueryResult<usize> {
    let n: i64 = units::table.filter(units::parent_id.eq(unit)).select(count_star()).get_result(conn)?;
    Ok(usize::try_from(n).unwrap_or(0))
}

pub(super) fn list_names(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<BTreeMap<PersonId, String>> {
    let rows: Vec<(PersonId, String)> = people::table
        .filter(people::id.eq_any(ids.to_vec()))
        .order(people::id)
        .select((people::id, people::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// What a unit was asked for by any call, the newest call first.
pub(super) fn list_of_unit(conn: &mut Conn, unit: UnitId) -> QueryResult<Vec<(UnitTask, Call)>> {
    unit_tasks::table
        .inner_join(calls::table)
        .filter(unit_tasks::unit_id.eq(unit))
        .order((calls::given_at.desc(), calls::id.desc(), unit_tasks::id))
        .select((unit_tasks::all_columns, calls::all_columns))
        .load(conn)
}

/// Calls, the newest first.
pub fn page_of_calls(conn: &mut Conn, limit: i64, offset: i64) -> QueryResult<Vec<Call>> {
    calls::table.order((calls::given_at.desc(), calls::id.desc())).limit(limit).offset(offset).load(conn)
}

pub fn count_calls(conn: &mut Conn) -> QueryResult<i64> {
    calls::table.select(count_star()).get_result(conn)
}

/// Calls of which something is past its day, or waits for HQ: with the units it is about, one row for each task.
pub fn list_needing_hq(conn: &mut Conn, today: NaiveDate) -> QueryResult<Vec<(UnitTask, Call)>> {
    let is_late = unit_tasks::state.eq(UnitTaskState::Open).and(unit_tasks::due_on.lt(today));
    let waits = unit_tasks::state.eq(UnitTaskState::Submitted).and(unit_tasks::kind.ne(UnitTaskKind::Readings));
    unit_tasks::table
        .inner_join(calls::table)
        .filter(unit_tasks::parent_id.is_null())
        .filter(is_late.or(waits))
        .order((calls::given_at, calls::id, unit_tasks::unit_id, unit_tasks::id))
        .select((unit_tasks::all_columns, calls::all_columns))
        .load(conn)
}

/// How many forms each of these units has still to hand in, over all calls; readings, too.
pub(super) fn count_open_by_unit(conn: &mut Conn, ids: &[UnitId]) -> QueryResult<Vec<(UnitId, i64)>> {
    let mut counts = Vec::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let found: Vec<(UnitId, i64)> = unit_tasks::table
            .filter(unit_tasks::unit_id.eq_any(chunk.to_vec()))
            .filter(unit_tasks::state.eq_any(UnitTaskState::OWED))
            .group_by(unit_tasks::unit_id)
            .order(unit_tasks::unit_id)
            .select((unit_tasks::unit_id, count_star()))
            .load(conn)?;
        counts.extend(found);
    }
    Ok(counts)
}

/// Those of the tasks whose form has been begun: a record of a meeting, a report, a check of the volumes.
pub(super) fn list_begun(conn: &mut Conn, ids: &[UnitTaskId]) -> QueryResult<BTreeSet<UnitTaskId>> {
    let nullable: Vec<Option<UnitTaskId>> = ids.iter().copied().map(Some).collect();
    let met: Vec<Option<UnitTaskId>> = meetings::table
        .filter(meetings::unit_task_id.eq_any(nullable))
        .order(meetings::id)
        .select(meetings::unit_task_id)
        .load(conn)?;
    let reported: Vec<UnitTaskId> = implementation_reports::table
        .filter(implementation_reports::unit_task_id.eq_any(ids.to_vec()))
        .order(implementation_reports::unit_task_id)
        .select(implementation_reports::unit_task_id)
        .load(conn)?;
    let checked: Vec<UnitTaskId> = volume_checks::table
        .filter(volume_checks::unit_task_id.eq_any(ids.to_vec()))
        .order(volume_checks::unit_task_id)
        .select(volume_checks::unit_task_id)
        .load(conn)?;
    Ok(met.into_iter().flatten().chain(reported).chain(checked).collect())
}

/// How many people lead any of these units, can sign in and have an address.
pub(super) fn count_leaders_with_address(conn: &mut Conn, ids: &[UnitId]) -> QueryResult<i64> {
    let mut found: BTreeSet<PersonId> = BTreeSet::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let unit_ids: Vec<Option<UnitId>> = chunk.iter().copied().map(Some).collect();
        let people: Vec<PersonId> = grants::table
            .inner_join(accounts::table.inner_join(people::table))
            .filter(grants::role.eq(Role::Leader))
            .filter(grants::starts_at.is_null())
            .filter(grants::unit_id.eq_any(unit_ids))
            .filter(accounts::disabled_at.is_null())
            .filter(people::left_on.is_null())
            .filter(people::email.is_not_null())
            .filter(people::email.ne(""))
            .order(people::id)
            .select(people::id)
            .load(conn)?;
        found.extend(people);
    }
    Ok(found.len() as i64)
}

/// The units that somebody leads who can sign in.
pub(super) fn list_led(conn: &mut Conn) -> QueryResult<Vec<UnitPath>> {
    grants::table
        .inner_join(accounts::table.inner_join(people::table))
        .inner_join(units::table)
        .filter(grants::role.eq(Role::Leader))
        .filter(grants::starts_at.is_null())
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .order(grants::id)
        .select(units::path)
        .load(conn)
}

/// What was asked of units and people since a moment: forms that units fill in, units that were asked for any, tasks of
/// people and the people who have them. What was withdrawn is in none of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    pub n_calls: i64,
    pub n_forms: i64,
    pub n_units: i64,
    pub n_tasks: i64,
    pub n_people: i64,
    /// The most that one person has.
    pub most_tasks: i64,
}

/// What was asked since a moment, until another.
pub fn count_asked(conn: &mut Conn, from: Moment, to: Moment) -> QueryResult<Asked> {
    let n_calls = calls::table.filter(calls::given_at.between(from, to)).select(count_star()).get_result(conn)?;
    let (n_forms, n_units) = unit_tasks::table
        .inner_join(calls::table)
        .filter(calls::given_at.between(from, to))
        .filter(unit_tasks::state.ne(UnitTaskState::Withdrawn))
        .filter(unit_tasks::kind.ne(UnitTaskKind::Readings))
        .select((count_star(), diesel::dsl::count(unit_tasks::unit_id).aggregate_distinct()))
        .get_result(conn)?;
    #[derive(QueryableByName)]
    struct People {
        #[diesel(sql_type = BigInt)]
        n_tasks: i64,
        #[diesel(sql_type = BigInt)]
        n_people: i64,
        #[diesel(sql_type = BigInt)]
        most_tasks: i64,
    }
    let people: People = diesel::sql_query(
        "select cast(coalesce(sum(n), 0) as bigint) as n_tasks, count(*) as n_people, \
             cast(coalesce(max(n), 0) as bigint) as most_tasks \
         from (select tasks.person_id, count(*) as n from tasks \
             inner join assignments on assignments.id = tasks.assignment_id \
             where assignments.given_at between $1 and $2 and tasks.state <> 'withdrawn' \
             group by tasks.person_id) as by_person",
    )
    .bind::<diesel::sql_types::Timestamp, _>(from)
    .bind::<diesel::sql_types::Timestamp, _>(to)
    .get_result(conn)?;
    Ok(Asked {
        n_calls,
        n_forms,
        n_units,
        n_tasks: people.n_tasks,
        n_people: people.n_people,
        most_tasks: people.most_tasks,
    })
}

/// Adds a task as it stands, decided and handed in at other times than now: for the demo.
pub fn insert_as_it_stands(conn: &mut Conn, task: &UnitTask) -> QueryResult<UnitTaskId> {
    diesel::insert_into(unit_tasks::table)
        .values((
            unit_tasks::call_id.eq(task.call_id),
            unit_tasks::unit_id.eq(task.unit_id),
            unit_tasks::parent_id.eq(task.parent_id),
            unit_tasks::kind.eq(task.kind),
            unit_tasks::state.eq(task.state),
            unit_tasks::due_on.eq(task.due_on),
            unit_tasks::submitted_by.eq(task.submitted_by),
            unit_tasks::submitted_at.eq(task.submitted_at),
            unit_tasks::decided_by.eq(task.decided_by),
            unit_tasks::decided_at.eq(task.decided_at),
            unit_tasks::comment.eq(&task.comment),
            unit_tasks::version.eq(task.version),
        ))
        .returning(unit_tasks::id)
        .get_result(conn)
}
