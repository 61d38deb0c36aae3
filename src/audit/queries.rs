//! All SQL of the audit trail.

use super::search::{ACCOUNT, Filter, Found};
use super::{Action, Newest, Told};
use crate::access::Actor;
use crate::clock::Moment;
use crate::each;
use crate::secret;
use crate::store::ids::{AccountId, PersonId};
use crate::store::schema::{
    accounts, audit_chain, audit_checkpoints, audit_entries, audit_seals, audit_values, people,
};
use crate::store::{Conn, ROWS_A_STATEMENT, containing, lower};
use diesel::prelude::*;

pub(super) fn insert(
    conn: &mut Conn,
    actor: &Actor,
    now: Moment,
    action: Action,
    subject: Option<i64>,
    details: Option<&str>,
) -> QueryResult<()> {
    let entry: i64 = each!(conn, c => diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::at.eq(now),
            audit_entries::person_id.eq(actor.person),
            audit_entries::action.eq(action.name),
            audit_entries::subject_kind.eq(action.subject_kind),
            audit_entries::subject_id.eq(subject),
            audit_entries::origin.eq(&actor.origin),
            audit_entries::request.eq(&actor.request),
        ))
        .returning(audit_entries::id)
        .get_result(c))?;
    if let Some(details) = details {
        diesel::insert_into(audit_values::table)
            .values((
                audit_values::entry_id.eq(entry),
                audit_values::details.eq(details),
                audit_values::salt.eq(secret::random_token()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn find_newest(conn: &mut Conn) -> QueryResult<Option<Newest>> {
    audit_entries::table
        .order(audit_entries::id.desc())
        .select((audit_entries::id, audit_entries::at))
        .first(conn)
        .optional()
}

pub(super) fn is_anything_done_since(conn: &mut Conn, entry: i64, but: &[&str]) -> QueryResult<bool> {
    let found: Option<i64> = audit_entries::table
        .filter(audit_entries::id.gt(entry))
        .filter(audit_entries::action.ne_all(but))
        .order(audit_entries::id)
        .select(audit_entries::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What was done about one thing, the oldest first, with the values while they are kept.
pub(super) fn list_of(conn: &mut Conn, subject_kind: &str, subject: i64) -> QueryResult<Vec<Told>> {
    audit_entries::table
        .left_join(people::table)
        .left_join(audit_values::table)
        .filter(audit_entries::subject_kind.eq(subject_kind))
        .filter(audit_entries::subject_id.eq(subject))
        .order(audit_entries::id)
        .select((
            audit_entries::id,
            audit_entries::at,
            people::name.nullable(),
            audit_entries::action,
            audit_values::details.nullable(),
        ))
        .load(conn)
}

/// An entry, as it is sealed.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Entry {
    pub id: i64,
    pub at: Moment,
    pub person: Option<PersonId>,
    pub action: String,
    pub subject_kind: String,
    pub subject: Option<i64>,
    pub origin: String,
    pub request: String,
}

/// The values of an entry, as long as they are kept.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Values {
    pub salt: String,
    pub details: String,
}

#[derive(Debug, Clone, Queryable)]
pub(super) struct Seal {
    pub entry: i64,
    pub values_digest: Option<String>,
    pub hash: String,
}

/// How far the chain goes.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Head {
    pub sealed_to: i64,
    pub hash: String,
}

/// Where the chain begins after older entries have been taken away.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Checkpoint {
    pub entry: i64,
    pub hash: String,
    pub n_entries: i64,
    pub made_at: Moment,
    pub signature: String,
}

/// The id of the newest entry, 0 when there is none.
pub(super) fn find_newest_id(conn: &mut Conn) -> QueryResult<i64> {
    let newest: Option<i64> = audit_entries::table.select(diesel::dsl::max(audit_entries::id)).get_result(conn)?;
    Ok(newest.unwrap_or(0))
}

pub(super) fn find_head(conn: &mut Conn) -> QueryResult<Head> {
    audit_chain::table
        .filter(audit_chain::id.eq(1))
        .select((audit_chain::sealed_to, audit_chain::hash))
        .get_result(conn)
}

/// Moves the head on, and gives 0 when it was not where it was thought to be.
pub(super) fn move_head(conn: &mut Conn, before: &Head, to: i64, hash: &str) -> QueryResult<usize> {
    diesel::update(audit_chain::table.filter(audit_chain::id.eq(1)).filter(audit_chain::sealed_to.eq(before.sealed_to)))
        .set((audit_chain::sealed_to.eq(to), audit_chain::hash.eq(hash)))
        .execute(conn)
}

/// Entries after one and up to another, with their values, by id.
pub(super) fn list_entries(
    conn: &mut Conn,
    after: i64,
    up_to: i64,
    limit: i64,
) -> QueryResult<Vec<(Entry, Option<Values>)>> {
    audit_entries::table
        .left_join(audit_values::table)
        .filter(audit_entries::id.gt(after))
        .filter(audit_entries::id.le(up_to))
        .order(audit_entries::id)
        .limit(limit)
        .select((
            (
                audit_entries::id,
                audit_entries::at,
                audit_entries::person_id,
                audit_entries::action,
                audit_entries::subject_kind,
                audit_entries::subject_id,
                audit_entries::origin,
                audit_entries::request,
            ),
            (audit_values::salt, audit_values::details).nullable(),
        ))
        .load(conn)
}

pub(super) fn list_seals(conn: &mut Conn, after: i64, limit: i64) -> QueryResult<Vec<Seal>> {
    audit_seals::table.filter(audit_seals::entry_id.gt(after)).order(audit_seals::entry_id).limit(limit).load(conn)
}

pub(super) fn insert_seals(conn: &mut Conn, seals: &[Seal]) -> QueryResult<()> {
    for chunk in seals.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|seal| {
                (
                    audit_seals::entry_id.eq(seal.entry),
                    audit_seals::values_digest.eq(&seal.values_digest),
                    audit_seals::hash.eq(&seal.hash),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(audit_seals::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// The seal before the first entry that is not older than a moment; none when nothing sealed is that old.
pub(super) fn find_last_seal_before(conn: &mut Conn, before: Moment) -> QueryResult<Option<Seal>> {
    let kept: Option<i64> = audit_entries::table
        .filter(audit_entries::at.ge(before))
        .select(diesel::dsl::min(audit_entries::id))
        .get_result(conn)?;
    audit_seals::table
        .filter(audit_seals::entry_id.lt(kept.unwrap_or(i64::MAX)))
        .order(audit_seals::entry_id.desc())
        .first(conn)
        .optional()
}

/// Takes entries away with their values and seals, and gives how many there were.
pub(super) fn delete_up_to(conn: &mut Conn, last: i64) -> QueryResult<i64> {
    diesel::delete(audit_values::table.filter(audit_values::entry_id.le(last))).execute(conn)?;
    diesel::delete(audit_seals::table.filter(audit_seals::entry_id.le(last))).execute(conn)?;
    let n = diesel::delete(audit_entries::table.filter(audit_entries::id.le(last))).execute(conn)?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

pub(super) fn insert_checkpoint(
    conn: &mut Conn,
    last: &Seal,
    n_entries: i64,
    now: Moment,
    signature: &str,
) -> QueryResult<()> {
    diesel::insert_into(audit_checkpoints::table)
        .values((
            audit_checkpoints::entry_id.eq(last.entry),
            audit_checkpoints::hash.eq(&last.hash),
            audit_checkpoints::n_entries.eq(n_entries),
            audit_checkpoints::made_at.eq(now),
            audit_checkpoints::signature.eq(signature),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find_checkpoint(conn: &mut Conn) -> QueryResult<Option<Checkpoint>> {
    audit_checkpoints::table
        .order(audit_checkpoints::id.desc())
        .select((
            audit_checkpoints::entry_id,
            audit_checkpoints::hash,
            audit_checkpoints::n_entries,
            audit_checkpoints::made_at,
            audit_checkpoints::signature,
        ))
        .first(conn)
        .optional()
}

/// The entries that a filter wants, before they are counted or shown.
macro_rules! found {
    ($filter:expr, $actors:expr, $about:expr) => {{
        let filter: &Filter = $filter;
        let mut query = audit_entries::table.left_join(people::table).left_join(audit_values::table).into_boxed();
        if let Some(from) = filter.from {
            query = query.filter(audit_entries::at.ge(from));
        }
        if let Some(until) = filter.until {
            query = query.filter(audit_entries::at.lt(until));
        }
        if !filter.actor.is_empty() {
            query = query.filter(audit_entries::person_id.eq_any($actors));
        }
        if !filter.affected.is_empty() {
            query = query.filter(audit_entries::id.eq_any($about));
        }
        if !filter.area.is_empty() {
            let pattern = format!("{}.%", filter.area.replace('_', "\\_"));
            query = query.filter(audit_entries::action.like(pattern).escape('\\'));
        }
        if !filter.action.is_empty() {
            let by_name = audit_entries::action.like(containing(&filter.action)).escape('\\');
            query = query.filter(by_name.or(audit_entries::action.eq_any(filter.actions.clone())));
        }
        if !filter.subject_kind.is_empty() {
            query = query.filter(audit_entries::subject_kind.eq(filter.subject_kind.clone()));
        }
        if let Some(subject) = filter.subject {
            query = query.filter(audit_entries::subject_id.eq(subject));
        }
        query
    }};
}

/// More people than anybody looks for by one part of a name.
const MOST_ACTORS: i64 = 1_000;
/// As many of those whom entries are about: the values are searched for each of them.
const MOST_AFFECTED: i64 = 20;
/// The newest entries about them that are found.
const MOST_ABOUT: i64 = 5_000;

/// The people with this in their name or number; nobody for nothing.
fn list_people(conn: &mut Conn, part: &str, most: i64) -> QueryResult<Vec<Option<PersonId>>> {
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = containing(part);
    let by_name = lower(people::name).like(pattern.clone()).escape('\\');
    let by_number = lower(people::employee_number).like(pattern).escape('\\');
    people::table.filter(by_name.or(by_number)).order(people::id).limit(most).select(people::id.nullable()).load(conn)
}

/// The entries about those whom a filter asks for: they or their account are the subject, or the values name them.
fn list_about(conn: &mut Conn, filter: &Filter) -> QueryResult<Vec<i64>> {
    let people = list_people(conn, &filter.affected, MOST_AFFECTED)?;
    let people: Vec<i64> = people.into_iter().flatten().map(|person| person.0).collect();
    let accounts: Vec<AccountId> =
        accounts::table.filter(accounts::person_id.eq_any(people.clone())).select(accounts::id).load(conn)?;
    let accounts: Vec<i64> = accounts.into_iter().map(|account| account.0).collect();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut named = audit_values::table
        .select(audit_values::entry_id)
        .order(audit_values::entry_id.desc())
        .limit(MOST_ABOUT)
        .into_boxed();
    for person in &people {
        for end in [',', '}'] {
            let pattern = format!("%\"person\":{person}{end}%");
            named = named.or_filter(audit_values::details.like(pattern).escape('\\'));
        }
    }
    let mut about: Vec<i64> = named.load(conn)?;
    for (kind, ids) in [("person", people), (ACCOUNT, accounts)] {
        let subjects: Vec<i64> = audit_entries::table
            .filter(audit_entries::subject_kind.eq(kind))
            .filter(audit_entries::subject_id.eq_any(ids))
            .order(audit_entries::id.desc())
            .limit(MOST_ABOUT)
            .select(audit_entries::id)
            .load(conn)?;
        about.extend(subjects);
    }
    Ok(about)
}

/// Whose accounts these are.
pub(super) fn list_owners(conn: &mut Conn, accounts: &[AccountId]) -> QueryResult<Vec<(AccountId, PersonId)>> {
    accounts::table
        .filter(accounts::id.eq_any(accounts.to_vec()))
        .select((accounts::id, accounts::person_id))
        .load(conn)
}

/// When and from where something was done about one thing, the newest first.
pub(super) fn list_times(
    conn: &mut Conn,
    action: Action,
    subject: i64,
    since: Moment,
    limit: i64,
) -> QueryResult<Vec<(Moment, String)>> {
    audit_entries::table
        .filter(audit_entries::subject_kind.eq(action.subject_kind))
        .filter(audit_entries::subject_id.eq(subject))
        .filter(audit_entries::action.eq(action.name))
        .filter(audit_entries::at.gt(since))
        .order(audit_entries::id.desc())
        .limit(limit)
        .select((audit_entries::at, audit_entries::origin))
        .load(conn)
}

/// Names and employee numbers.
pub(super) fn list_names(conn: &mut Conn, people: &[PersonId]) -> QueryResult<Vec<(PersonId, String, String)>> {
    people::table
        .filter(people::id.eq_any(people.to_vec()))
        .select((people::id, people::name, people::employee_number))
        .load(conn)
}

pub(super) fn count_found(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    let (actors, about) = (list_people(conn, &filter.actor, MOST_ACTORS)?, list_about(conn, filter)?);
    found!(filter, actors, about).count().get_result(conn)
}

pub(super) fn list_found(conn: &mut Conn, filter: &Filter, offset: i64, limit: i64) -> QueryResult<Vec<Found>> {
    let (actors, about) = (list_people(conn, &filter.actor, MOST_ACTORS)?, list_about(conn, filter)?);
    found!(filter, actors, about)
        .order(audit_entries::id.desc())
        .offset(offset)
        .limit(limit)
        .select((
            audit_entries::id,
            audit_entries::at,
            audit_entries::action,
            audit_entries::subject_kind,
            audit_entries::subject_id,
            audit_entries::origin,
            audit_entries::request,
            (people::id, people::name, people::employee_number).nullable(),
            audit_values::details.nullable(),
        ))
        .load(conn)
}
