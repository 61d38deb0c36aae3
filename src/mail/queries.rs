//! All SQL of the outbox.

use super::NewMail;
use super::model::{Outbox, OutboxState, OwnProblem};
use super::standing::Stuck;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::store::ids::{OutboxId, PersonId};
use crate::store::schema::{outbox, people, refused_addresses};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;
use std::collections::BTreeMap;

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct Row<'a> {
    message_id: String,
    matter: &'a str,
    person_id: PersonId,
    address: &'a str,
    language: Language,
    template: &'a str,
    arguments: String,
    state: OutboxState,
    next_try_at: Moment,
    queued_at: Moment,
}

fn row(mail: &NewMail, message_id: String, now: Moment) -> Row<'_> {
    Row {
        message_id,
        matter: &mail.matter,
        person_id: mail.person,
        address: &mail.address,
        language: mail.language,
        template: mail.template,
        arguments: mail.arguments.to_string(),
        state: OutboxState::Waiting,
        next_try_at: now,
        queued_at: now,
    }
}

pub(super) fn insert(
    conn: &mut Conn,
    mail: &NewMail,
    message_id: String,
    now: Moment,
) -> QueryResult<Option<OutboxId>> {
    let row = row(mail, message_id, now);
    each!(conn, c => diesel::insert_into(outbox::table)
        .values(&row)
        .on_conflict_do_nothing()
        .returning(outbox::id)
        .get_result(c)
        .optional())
}

/// Inserts what is not there yet, and gives the ids of what it inserted by its matter.
pub(super) fn insert_all(
    conn: &mut Conn,
    mails: &[NewMail],
    mut message_id: impl FnMut() -> String,
    now: Moment,
) -> QueryResult<BTreeMap<String, OutboxId>> {
    let mut ids = BTreeMap::new();
    for chunk in mails.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<Row<'_>> = chunk.iter().map(|mail| row(mail, message_id(), now)).collect();
        each!(conn, c => diesel::insert_into(outbox::table).values(&rows).on_conflict_do_nothing().execute(c))?;
        // By the Message-ID, which nobody else gave: what another instance queued is not among them.
        let own: Vec<&str> = rows.iter().map(|row| row.message_id.as_str()).collect();
        let found: Vec<(String, OutboxId)> =
            outbox::table.filter(outbox::message_id.eq_any(own)).select((outbox::matter, outbox::id)).load(conn)?;
        ids.extend(found);
    }
    Ok(ids)
}

/// Where a mail stands among those that are due.
pub(super) type Due = (Moment, OutboxId);

/// What is due and nobody has, the longest waiting first; only what comes after `after`.
pub(super) fn list_due(conn: &mut Conn, now: Moment, after: Option<Due>, limit: i64) -> QueryResult<Vec<Due>> {
    let mut query = outbox::table
        .filter(outbox::state.eq(OutboxState::Waiting))
        .filter(outbox::next_try_at.le(now))
        .filter(outbox::lease_until.is_null().or(outbox::lease_until.le(now)))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(outbox::next_try_at.ge(at));
        query = query.filter(outbox::next_try_at.gt(at).or(outbox::id.gt(id)));
    }
    query.order((outbox::next_try_at, outbox::id)).limit(limit).select((outbox::next_try_at, outbox::id)).load(conn)
}

/// Takes a mail for oneself, unless another instance has it: one conditional update, which counts the try and gives
/// the claim its number.
pub(super) fn claim(conn: &mut Conn, id: OutboxId, now: Moment, until: Moment) -> QueryResult<Option<Outbox>> {
    diesel::update(
        outbox::table
            .filter(outbox::id.eq(id))
            .filter(outbox::state.eq(OutboxState::Waiting))
            .filter(outbox::next_try_at.le(now))
            .filter(outbox::lease_until.is_null().or(outbox::lease_until.le(now))),
    )
    .set((
        outbox::lease_until.eq(until),
        outbox::lease_number.eq(outbox::lease_number + 1),
        outbox::n_tries.eq(outbox::n_tries + 1),
    ))
    .returning(outbox::all_columns)
    .get_result(conn)
    .optional()
}

pub(super) fn set_arguments(conn: &mut Conn, id: OutboxId, arguments: &str) -> QueryResult<()> {
    diesel::update(outbox::table.filter(outbox::id.eq(id))).set(outbox::arguments.eq(arguments)).execute(conn)?;
    Ok(())
}

/// Gives a claim back, to be made again at a moment; it was no try.
pub(super) fn postpone(conn: &mut Conn, id: OutboxId, lease_number: i64, at: Moment) -> QueryResult<()> {
    diesel::update(outbox::table.filter(outbox::id.eq(id)).filter(outbox::lease_number.eq(lease_number)))
        .set((
            outbox::next_try_at.eq(at),
            outbox::lease_until.eq(None::<Moment>),
            outbox::n_tries.eq(outbox::n_tries - 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// What became of a claimed mail.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    state: OutboxState,
    next_try_at: Option<Moment>,
    problem: Option<String>,
    /// Nothing will ever arrive at the address.
    is_of_address: bool,
}

impl Outcome {
    pub(super) fn sent() -> Self {
        Self { state: OutboxState::Sent, next_try_at: None, problem: None, is_of_address: false }
    }

    pub(super) fn failed(problem: String) -> Self {
        Self { state: OutboxState::Failed, problem: Some(problem), ..Self::sent() }
    }

    pub(super) fn refused(problem: String) -> Self {
        Self { is_of_address: true, ..Self::failed(problem) }
    }

    pub(super) fn later(at: Moment, problem: String) -> Self {
        Self { state: OutboxState::Waiting, next_try_at: Some(at), problem: Some(problem), ..Self::sent() }
    }

    pub(super) fn dropped(reason: OwnProblem) -> Self {
        Self { state: OutboxState::Dropped, problem: Some(reason.into()), ..Self::sent() }
    }
}

/// Records what became of a claimed mail; tells whether the claim was still the last one.
pub(super) fn record(conn: &mut Conn, mail: &Outbox, outcome: &Outcome, now: Moment) -> QueryResult<bool> {
    if outcome.is_of_address {
        mark_refused(conn, &mail.address, outcome.problem.as_deref().unwrap_or(""), now)?;
    }
    let n_changed = diesel::update(
        outbox::table
            .filter(outbox::id.eq(mail.id))
            .filter(outbox::lease_number.eq(mail.lease_number))
            .filter(outbox::state.eq(OutboxState::Waiting)),
    )
    .set((
        outbox::state.eq(outcome.state),
        outbox::next_try_at.eq(outcome.next_try_at.unwrap_or(mail.next_try_at)),
        outbox::lease_until.eq(None::<Moment>),
        outbox::sent_at.eq((outcome.state == OutboxState::Sent).then_some(now)),
        outbox::problem.eq(outcome.problem.as_deref()),
    ))
    .execute(conn)?;
    Ok(n_changed == 1)
}

/// Lets everything that waits fall, and tells how many there were.
pub(super) fn drop_waiting(conn: &mut Conn) -> QueryResult<usize> {
    diesel::update(outbox::table.filter(outbox::state.eq(OutboxState::Waiting)))
        .set((
            outbox::state.eq(OutboxState::Dropped),
            outbox::lease_until.eq(None::<Moment>),
            outbox::problem.eq(OwnProblem::LetFall.as_str()),
        ))
        .execute(conn)
}

pub(super) fn requeue(conn: &mut Conn, id: OutboxId, now: Moment) -> QueryResult<bool> {
    let failed = outbox::table.filter(outbox::id.eq(id)).filter(outbox::state.eq(OutboxState::Failed));
    let n_changed = diesel::update(failed)
        .set((
            outbox::state.eq(OutboxState::Waiting),
            outbox::n_tries.eq(0),
            outbox::next_try_at.eq(now),
            outbox::problem.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(n_changed == 1)
}

/// A mail, or `NotFound`.
pub fn find(conn: &mut Conn, id: OutboxId) -> Result<Outbox> {
    let found: Option<Outbox> = outbox::table.filter(outbox::id.eq(id)).get_result(conn).optional()?;
    found.ok_or(Error::NotFound("mail"))
}

/// A mail with its person's name, or `NotFound`.
pub fn find_with_name(conn: &mut Conn, id: OutboxId) -> Result<(Outbox, String)> {
    let found: Option<(Outbox, String)> = outbox::table
        .inner_join(people::table)
        .filter(outbox::id.eq(id))
        .select((outbox::all_columns, people::name))
        .get_result(conn)
        .optional()?;
    found.ok_or(Error::NotFound("mail"))
}

/// Mails with their person's name, the newest first; all, or those in one state.
pub fn list(
    conn: &mut Conn,
    state: Option<OutboxState>,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<(Outbox, String)>> {
    let mut query = outbox::table.inner_join(people::table).into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state));
    }
    query.order(outbox::id.desc()).offset(offset).limit(limit).select((outbox::all_columns, people::name)).load(conn)
}

/// How many mails there are in each state that occurs.
pub fn count_by_state(conn: &mut Conn) -> QueryResult<Vec<(OutboxState, i64)>> {
    outbox::table
        .group_by(outbox::state)
        .order(outbox::state)
        .select((outbox::state, diesel::dsl::count_star()))
        .load(conn)
}

/// How many wait.
pub(super) fn count_waiting(conn: &mut Conn) -> QueryResult<i64> {
    outbox::table.filter(outbox::state.eq(OutboxState::Waiting)).count().get_result(conn)
}

/// When the last mail went out.
pub fn find_last_sent_at(conn: &mut Conn) -> QueryResult<Option<Moment>> {
    outbox::table.select(diesel::dsl::max(outbox::sent_at)).get_result(conn)
}

/// The mail about a matter.
pub fn find_by_matter(conn: &mut Conn, matter: &str) -> QueryResult<Option<Outbox>> {
    outbox::table.filter(outbox::matter.eq(matter)).order(outbox::id.desc()).first(conn).optional()
}

/// What was queued before a moment and still waits: after a try in vain; or for its first one since before then, unless
/// others went out meanwhile, so that its turn is still to come.
pub(super) fn find_late(conn: &mut Conn, before: Moment) -> QueryResult<Option<Stuck>> {
    let flows = find_last_sent_at(conn)?.is_some_and(|at| at > before);
    let late = || {
        let waiting = outbox::table
            .filter(outbox::state.eq(OutboxState::Waiting))
            .filter(outbox::queued_at.le(before))
            .into_boxed();
        match flows {
            true => waiting.filter(outbox::problem.is_not_null()),
            false => waiting.filter(outbox::problem.is_not_null().or(outbox::next_try_at.le(before))),
        }
    };
    let n: i64 = late().count().get_result(conn)?;
    let first = late().order((outbox::queued_at, outbox::id)).limit(1).select(outbox::queued_at);
    let first: Vec<Moment> = first.load(conn)?;
    let tried = late().filter(outbox::problem.is_not_null()).order((outbox::queued_at, outbox::id)).limit(1);
    let problems: Vec<Option<String>> = tried.select(outbox::problem).load(conn)?;
    let problem = problems.into_iter().flatten().next();
    Ok(first.first().map(|since| Stuck { n, since: *since, problem }))
}

/// Notes that a mail server refused an address for good.
fn mark_refused(conn: &mut Conn, address: &str, problem: &str, now: Moment) -> QueryResult<()> {
    let row = (
        refused_addresses::address.eq(address),
        refused_addresses::problem.eq(problem),
        refused_addresses::refused_at.eq(now),
    );
    each!(conn, c => diesel::insert_into(refused_addresses::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// What a mail server said when it refused an address for good.
pub(super) fn find_refusal(conn: &mut Conn, address: &str) -> QueryResult<Option<String>> {
    refused_addresses::table
        .filter(refused_addresses::address.eq(address))
        .select(refused_addresses::problem)
        .get_result(conn)
        .optional()
}

/// Gives an address another chance.
pub(super) fn clear_refused(conn: &mut Conn, address: &str) -> QueryResult<()> {
    diesel::delete(refused_addresses::table.filter(refused_addresses::address.eq(address))).execute(conn)?;
    Ok(())
}

pub(super) fn delete_queued(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = outbox::table.filter(outbox::queued_at.lt(before)).filter(outbox::state.ne(OutboxState::Waiting));
    diesel::delete(old).execute(conn)
}
