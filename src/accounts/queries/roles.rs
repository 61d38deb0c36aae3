//! Roles that were given.

use crate::access::Role;
use crate::accounts::grant::NewGrant;
use crate::accounts::model::GrantOf;
use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{AccountId, GrantId, PersonId, SessionId, UnitId};
use crate::store::schema::{accounts, grants, people, sessions, units};
use diesel::prelude::*;

/// Gives a role at once and until it is taken, for a unit or for the group.
pub fn insert_grant(
    conn: &mut Conn,
    account: AccountId,
    role: Role,
    unit: Option<UnitId>,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<()> {
    let new = NewGrant { role, unit, session: None, starts_at: None, ends_at: None };
    insert_grant_for(conn, account, &new, by, now)
}

/// As [`insert_grant`], for a session or a time too.
pub fn insert_grant_for(
    conn: &mut Conn,
    account: AccountId,
    new: &NewGrant,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<()> {
    diesel::insert_into(grants::table)
        .values((
            grants::account_id.eq(account),
            grants::role.eq(new.role),
            grants::unit_id.eq(new.unit),
            grants::session_id.eq(new.session),
            grants::granted_by.eq(by),
            grants::granted_at.eq(now),
            grants::starts_at.eq(new.starts_at),
            grants::ends_at.eq(new.ends_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn set_grant_time(
    conn: &mut Conn,
    id: GrantId,
    starts_at: Option<Moment>,
    ends_at: Option<Moment>,
) -> QueryResult<()> {
    diesel::update(grants::table.filter(grants::id.eq(id)))
        .set((grants::starts_at.eq(starts_at), grants::ends_at.eq(ends_at)))
        .execute(conn)?;
    Ok(())
}

/// Notes of grants that have begun that they have: what other features look for.
pub(in crate::accounts) fn begin_grants(conn: &mut Conn, now: Moment) -> QueryResult<usize> {
    diesel::update(grants::table.filter(grants::starts_at.le(now)))
        .set(grants::starts_at.eq(None::<Moment>))
        .execute(conn)
}

/// The columns of a [`GrantOf`].
macro_rules! grant_columns {
    () => {
        (
            grants::id,
            grants::account_id,
            grants::role,
            grants::unit_id,
            units::name.nullable(),
            grants::granted_at,
            grants::session_id,
            sessions::title.nullable(),
            grants::starts_at,
            grants::ends_at,
        )
    };
}

pub(in crate::accounts) fn list_ended_grants(conn: &mut Conn, now: Moment) -> QueryResult<Vec<GrantOf>> {
    grants::table
        .left_join(units::table)
        .left_join(sessions::table)
        .filter(grants::ends_at.le(now))
        .order(grants::id)
        .select(grant_columns!())
        .load(conn)
}

/// The roles of a person, each once.
pub fn list_roles(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<Role>> {
    grants::table
        .inner_join(accounts::table)
        .filter(accounts::person_id.eq(person))
        .order(grants::role)
        .select(grants::role)
        .distinct()
        .load(conn)
}

/// The roles of accounts with their units, as they were given.
pub fn list_grants(conn: &mut Conn, of: &[AccountId]) -> QueryResult<Vec<GrantOf>> {
    grants::table
        .left_join(units::table)
        .left_join(sessions::table)
        .filter(grants::account_id.eq_any(of.to_vec()))
        .order(grants::id)
        .select(grant_columns!())
        .load(conn)
}

pub(in crate::accounts) fn delete_grant(conn: &mut Conn, id: GrantId) -> QueryResult<usize> {
    diesel::delete(grants::table.filter(grants::id.eq(id))).execute(conn)
}

/// Lets nobody else take this role away before this transaction ends.
pub(in crate::accounts) fn lock_role(conn: &mut Conn, role: Role) -> QueryResult<usize> {
    // An update that changes nothing takes the lock on both engines.
    diesel::update(grants::table.filter(grants::role.eq(role))).set(grants::role.eq(role)).execute(conn)
}

/// Whether anybody holds a role, able to sign in yet or not.
pub(in crate::accounts) fn has_holder(conn: &mut Conn, role: Role) -> QueryResult<bool> {
    let found: Option<GrantId> = grants::table
        .inner_join(accounts::table.inner_join(people::table))
        .filter(grants::role.eq(role))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select(grants::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// How many hold a role, not for a time only, and can sign in.
pub fn count_able(conn: &mut Conn, role: Role) -> QueryResult<i64> {
    grants::table
        .inner_join(accounts::table.inner_join(people::table))
        .filter(grants::role.eq(role))
        .filter(grants::starts_at.is_null())
        .filter(grants::ends_at.is_null())
        .filter(accounts::password_hash.is_not_null())
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .count()
        .get_result(conn)
}

pub(in crate::accounts) fn is_unit(conn: &mut Conn, id: UnitId) -> QueryResult<bool> {
    let found: Option<UnitId> = units::table.filter(units::id.eq(id)).select(units::id).get_result(conn).optional()?;
    Ok(found.is_some())
}

/// Sessions that an inspector may be sent to, the newest first.
pub fn list_inspectable(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(SessionId, String, Moment)>> {
    sessions::table
        .filter(sessions::state.ne("draft"))
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(limit)
        .select((sessions::id, sessions::title, sessions::starts_at))
        .load(conn)
}

pub(in crate::accounts) fn is_session(conn: &mut Conn, id: SessionId) -> QueryResult<bool> {
    let found: Option<SessionId> =
        sessions::table.filter(sessions::id.eq(id)).select(sessions::id).get_result(conn).optional()?;
    Ok(found.is_some())
}
