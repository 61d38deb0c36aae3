//! All SQL of the ledger of reminders, its rules and pauses, and of how what a mail speaks of stands when it is sent.

use super::model::{Kind, NotSentReason, Outcome, Recipient};
use super::plan::{TEMPLATE, URGENT};
use super::rules::Rule;
use crate::access::UnitPath;
use crate::assignments::TaskState;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::model::RELEASED;
use crate::clock::Moment;
use crate::each;
use crate::i18n::Language;
use crate::mail::OutboxState;
use crate::store::ids::{CallId, OutboxId, PersonId, SessionId, TaskId, UnitId};
use crate::store::schema::{
    attendance, outbox, people, refused_addresses, reminder_pauses, reminder_rules, reminders, sessions, tasks,
    unit_tasks, units,
};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::SessionState;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What HQ decided about kinds.
pub(super) fn list_rules(conn: &mut Conn) -> QueryResult<Vec<Rule>> {
    reminder_rules::table.order(reminder_rules::kind).load(conn)
}

pub(super) fn store_rule(conn: &mut Conn, rule: &Rule) -> QueryResult<()> {
    let version = rule.version + 1;
    let values = (
        reminder_rules::is_on.eq(rule.is_on),
        reminder_rules::days.eq(rule.days),
        reminder_rules::at_most.eq(rule.at_most),
        reminder_rules::words_zh.eq(&rule.words_zh),
        reminder_rules::words_en.eq(&rule.words_en),
        reminder_rules::version.eq(version),
        reminder_rules::hours.eq(rule.hours),
    );
    each!(conn, c => diesel::insert_into(reminder_rules::table)
        .values((reminder_rules::kind.eq(rule.kind), values))
        .on_conflict(reminder_rules::kind)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// These people as a mail needs them.
pub(super) fn list_recipients(
    conn: &mut Conn,
    ids: &BTreeSet<PersonId>,
    today: NaiveDate,
) -> QueryResult<BTreeMap<PersonId, Recipient>> {
    type Row = (PersonId, String, Option<String>, Language, Option<String>, Option<NaiveDate>);
    let ids: Vec<PersonId> = ids.iter().copied().collect();
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<Row> = people::table
            .left_join(refused_addresses::table.on(people::email.eq(refused_addresses::address.nullable())))
            .left_join(reminder_pauses::table)
            .filter(people::id.eq_any(chunk.to_vec()))
            .order(people::id)
            .select((
                people::id,
                people::name,
                people::email,
                people::language,
                refused_addresses::address.nullable(),
                reminder_pauses::until_on.nullable(),
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name, email, language, refused, paused_until)| {
            let email = email.filter(|address| !address.trim().is_empty());
            let barred = match (&email, refused) {
                (None, _) => Some(NotSentReason::AddressMissing),
                (Some(_), Some(_)) => Some(NotSentReason::AddressRefused),
                (Some(_), None) => None,
            };
            let is_paused = paused_until.is_some_and(|until| today <= until);
            (id, Recipient { id, name, email, language, barred, is_paused })
        }));
    }
    Ok(found)
}

/// Who of these has had the day's mail, or has one waiting that is still to come.
pub(super) fn list_people_with_mail(
    conn: &mut Conn,
    ids: &[PersonId],
    day_began: Moment,
) -> QueryResult<BTreeSet<PersonId>> {
    let mut with = BTreeSet::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let found: Vec<PersonId> = outbox::table
            .filter(outbox::person_id.eq_any(chunk.to_vec()))
            .filter(outbox::template.eq(TEMPLATE))
            .filter(outbox::matter.not_like(format!("{URGENT}%")))
            .filter(
                outbox::state
                    .eq(OutboxState::Waiting)
                    .or(outbox::queued_at.ge(day_began))
                    .or(outbox::sent_at.ge(day_began).assume_not_null()),
            )
            .order(outbox::id)
            .select(outbox::person_id)
            .load(conn)?;
        with.extend(found);
    }
    Ok(with)
}

/// A row to be added to the ledger.
#[derive(Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
pub(super) struct NewReminder {
    pub person_id: PersonId,
    pub kind: Kind,
    pub subject_id: i64,
    pub occurrence: String,
    pub outcome: Outcome,
    pub reason: Option<NotSentReason>,
    pub outbox_id: Option<OutboxId>,
    pub about_on: NaiveDate,
    pub planned_at: Moment,
}

/// Adds to the ledger what another instance has not added.
pub(super) fn insert_all(conn: &mut Conn, rows: &[NewReminder]) -> QueryResult<usize> {
    let mut n = 0;
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        n += each!(conn, c => diesel::insert_into(reminders::table).values(chunk).on_conflict_do_nothing().execute(c))?;
    }
    Ok(n)
}

/// Those of some tasks that are still to be done.
pub(super) fn list_open_tasks(conn: &mut Conn, ids: &[TaskId], today: NaiveDate) -> QueryResult<Vec<TaskId>> {
    tasks::table
        .inner_join(people::table)
        .filter(tasks::id.eq_any(ids))
        .filter(tasks::state.eq_any(TaskState::LEFT))
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

/// How some sessions stand: revision, state, begin.
pub(super) fn list_sessions_now(
    conn: &mut Conn,
    ids: &[SessionId],
) -> QueryResult<Vec<(SessionId, i64, SessionState, Moment)>> {
    sessions::table
        .filter(sessions::id.eq_any(ids))
        .order(sessions::id)
        .select((sessions::id, sessions::revision, sessions::state, sessions::starts_at))
        .load(conn)
}

/// Those of some calls that still have something unanswered.
pub(super) fn list_unanswered_calls(conn: &mut Conn, ids: &[CallId]) -> QueryResult<Vec<(CallId, UnitId)>> {
    unit_tasks::table
        .filter(unit_tasks::call_id.eq_any(ids))
        .filter(unit_tasks::state.eq_any(UnitTaskState::OWED))
        .order((unit_tasks::call_id, unit_tasks::unit_id))
        .distinct()
        .select((unit_tasks::call_id, unit_tasks::unit_id))
        .load(conn)
}

/// Until when somebody wants no reminders, if that day has not passed.
pub fn find_pause(conn: &mut Conn, person: PersonId, today: NaiveDate) -> QueryResult<Option<NaiveDate>> {
    reminder_pauses::table
        .filter(reminder_pauses::person_id.eq(person))
        .filter(reminder_pauses::until_on.ge(today))
        .select(reminder_pauses::until_on)
        .first(conn)
        .optional()
}

pub(super) fn set_pause(conn: &mut Conn, person: PersonId, until: Option<NaiveDate>) -> QueryResult<()> {
    match until {
        None => {
            diesel::delete(reminder_pauses::table.filter(reminder_pauses::person_id.eq(person))).execute(conn)?;
        }
        Some(until) => {
            each!(conn, c => diesel::insert_into(reminder_pauses::table)
                .values((reminder_pauses::person_id.eq(person), reminder_pauses::until_on.eq(until)))
                .on_conflict(reminder_pauses::person_id)
                .do_update()
                .set(reminder_pauses::until_on.eq(until))
                .execute(c))?;
        }
    }
    Ok(())
}

/// A row of the ledger, with the mail it went into. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct LedgerRow {
    pub kind: Kind,
    pub subject: i64,
    pub about_on: NaiveDate,
    pub outcome: Outcome,
    pub reason: Option<NotSentReason>,
    pub planned_at: Moment,
    pub person: PersonId,
    pub name: String,
    pub outbox: Option<OutboxId>,
    pub mail_state: Option<OutboxState>,
    pub sent_at: Option<Moment>,
    pub problem: Option<String>,
}

/// What the ledger is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct LedgerFilter {
    pub person: Option<PersonId>,
    pub outcome: Option<Outcome>,
    pub kind: Option<Kind>,
}

/// Lists and counts are narrowed to the same.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter): (_, LedgerFilter) = ($query, $filter);
        if let Some(person) = filter.person {
            query = query.filter(reminders::person_id.eq(person));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(reminders::outcome.eq(outcome));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(reminders::kind.eq(kind));
        }
        query
    }};
}

/// One page of the ledger, the newest first.
pub fn list_ledger(conn: &mut Conn, filter: LedgerFilter, offset: i64, limit: i64) -> QueryResult<Vec<LedgerRow>> {
    let rows = reminders::table.inner_join(people::table).left_join(outbox::table).into_boxed();
    narrowed!(rows, filter)
        .order(reminders::id.desc())
        .offset(offset)
        .limit(limit)
        .select((
            reminders::kind,
            reminders::subject_id,
            reminders::about_on,
            reminders::outcome,
            reminders::reason,
            reminders::planned_at,
            people::id,
            people::name,
            reminders::outbox_id,
            outbox::state.nullable(),
            outbox::sent_at.nullable(),
            outbox::problem.nullable(),
        ))
        .load(conn)
}

pub fn count_ledger(conn: &mut Conn, filter: LedgerFilter) -> QueryResult<i64> {
    narrowed!(reminders::table.into_boxed(), filter).count().get_result(conn)
}

/// Somebody whom no mail reaches. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct Unreachable {
    pub person: PersonId,
    pub name: String,
    pub unit_name: String,
    pub post: String,
    pub address: Option<String>,
    /// What the mail server said of the address; nothing when there is none.
    pub problem: Option<String>,
}

/// Everybody without an address, or with one that a mail server refused for good, in the units' fixed order.
pub fn list_unreachable(conn: &mut Conn, today: NaiveDate, offset: i64, limit: i64) -> QueryResult<Vec<Unreachable>> {
    people::table
        .inner_join(units::table)
        .left_join(refused_addresses::table.on(people::email.eq(refused_addresses::address.nullable())))
        .filter(people::left_on.is_null().or(people::left_on.gt(today)))
        .filter(people::email.is_null().or(people::email.eq("")).or(refused_addresses::address.is_not_null()))
        .order((units::sort_key, people::order_number, people::id))
        .offset(offset)
        .limit(limit)
        .select((
            people::id,
            people::name,
            units::name,
            people::post,
            people::email,
            refused_addresses::problem.nullable(),
        ))
        .load(conn)
}

pub fn count_unreachable(conn: &mut Conn, today: NaiveDate) -> QueryResult<i64> {
    people::table
        .left_join(refused_addresses::table.on(people::email.eq(refused_addresses::address.nullable())))
        .filter(people::left_on.is_null().or(people::left_on.gt(today)))
        .filter(people::email.is_null().or(people::email.eq("")).or(refused_addresses::address.is_not_null()))
        .count()
        .get_result(conn)
}

/// How many open tasks these people have, and when the first is due.
pub fn list_open_of(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<BTreeMap<PersonId, (i64, Option<NaiveDate>)>> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<(PersonId, i64, Option<NaiveDate>)> = tasks::table
            .left_join(attendance::table.on(
                attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
            ))
            .filter(tasks::person_id.eq_any(chunk.to_vec()))
            .filter(tasks::state.eq_any(TaskState::LEFT))
            .filter(attendance::state.is_null().or(attendance::state.ne_all(RELEASED)))
            .group_by(tasks::person_id)
            .order(tasks::person_id)
            .select((tasks::person_id, diesel::dsl::count_star(), diesel::dsl::min(tasks::due_on)))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(person, n, first)| (person, (n, first))));
    }
    Ok(found)
}

/// How many people of a unit and below have open tasks, and how many of them overdue ones.
pub fn count_people_open(conn: &mut Conn, path: &UnitPath, today: NaiveDate) -> QueryResult<(i64, i64)> {
    let (from, to) = path.range();
    let rows: Vec<(PersonId, Option<NaiveDate>)> = tasks::table
        .inner_join(people::table.inner_join(units::table))
        .left_join(attendance::table.on(
            attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
        ))
        .filter(units::path.ge(UnitPath(from)))
        .filter(units::path.lt(UnitPath(to)))
        .filter(tasks::state.eq_any(TaskState::LEFT))
        .filter(people::left_on.is_null().or(people::left_on.gt(today)))
        .filter(attendance::state.is_null().or(attendance::state.ne_all(RELEASED)))
        .group_by(tasks::person_id)
        .order(tasks::person_id)
        .select((tasks::person_id, diesel::dsl::min(tasks::due_on)))
        .load(conn)?;
    let n_overdue = rows.iter().filter(|(_, first)| first.is_some_and(|due_on| due_on < today)).count();
    Ok((rows.len() as i64, n_overdue as i64))
}

/// Lines name no mail from before a moment.
pub(super) fn release_mail(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = outbox::table.filter(outbox::queued_at.lt(before)).select(outbox::id.nullable());
    diesel::update(reminders::table.filter(reminders::outbox_id.eq_any(old)))
        .set(reminders::outbox_id.eq(None::<OutboxId>))
        .execute(conn)
}

/// Takes away lines from before a moment.
pub(super) fn delete_planned(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(reminders::table.filter(reminders::planned_at.lt(before))).execute(conn)
}
