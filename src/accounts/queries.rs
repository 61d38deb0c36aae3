//! All SQL of accounts, logins and grants.

use super::model::Account;
use crate::access::{Grant, Role, TextSize, UnitPath, Viewer};
use crate::clock::Moment;
use crate::each;
use crate::i18n::Language;
use crate::store::ids::{AccountId, LoginId, PersonId, UnitId};
use crate::store::schema::{accounts, grants, logins, people, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;

/// Who holds the login with this token hash, with what they were granted; nothing when it has ended.
pub fn find_viewer(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> QueryResult<Option<Viewer>> {
    type Row = (LoginId, Moment, AccountId, TextSize, Option<Moment>, (PersonId, String, Language), (UnitId, String));
    let row: Option<Row> = logins::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(units::table)))
        .filter(logins::token_hash.eq(token_hash))
        .filter(logins::expires_at.gt(now))
        .filter(logins::last_seen_at.gt(now - super::model::IDLE))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((
            logins::id,
            logins::last_seen_at,
            accounts::id,
            accounts::text_size,
            accounts::notice_seen_at,
            (people::id, people::name, people::language),
            (units::id, units::name),
        ))
        .first(conn)
        .optional()?;
    let Some((login, _, account, text_size, notice_seen_at, (person, name, language), (unit, unit_name))) = row else {
        return Ok(None);
    };
    let granted: Vec<(Role, Option<UnitId>, Option<UnitPath>)> = grants::table
        .left_join(units::table)
        .filter(grants::account_id.eq(account))
        .order(grants::id)
        .select((grants::role, grants::unit_id, units::path.nullable()))
        .load(conn)?;
    Ok(Some(Viewer {
        person,
        account,
        login,
        name,
        unit,
        unit_name,
        language,
        text_size,
        notice_seen: notice_seen_at.is_some(),
        grants: granted.into_iter().map(|(role, unit, path)| Grant { role, unit, path }).collect(),
        origin: origin.to_owned(),
    }))
}

/// The account of a user name, which is compared in lower case; none when it was disabled or its person has left.
pub fn find_account(conn: &mut Conn, user_name: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .inner_join(people::table)
        .filter(accounts::user_name.eq(user_name.trim().to_lowercase()))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((accounts::id, accounts::person_id, accounts::user_name, accounts::password_hash))
        .first(conn)
        .optional()
}

pub fn insert_account(
    conn: &mut Conn,
    person: PersonId,
    user_name: &str,
    password_hash: Option<&str>,
    now: Moment,
) -> QueryResult<AccountId> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::person_id.eq(person),
            accounts::user_name.eq(user_name.trim().to_lowercase()),
            accounts::password_hash.eq(password_hash),
            accounts::created_at.eq(now),
        ))
        .returning(accounts::id)
        .get_result(conn)
}

pub fn insert_grant(
    conn: &mut Conn,
    account: AccountId,
    role: Role,
    unit: Option<UnitId>,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<()> {
    diesel::insert_into(grants::table)
        .values((
            grants::account_id.eq(account),
            grants::role.eq(role),
            grants::unit_id.eq(unit),
            grants::granted_by.eq(by),
            grants::granted_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_login(
    conn: &mut Conn,
    account: AccountId,
    token_hash: &str,
    now: Moment,
    expires_at: Moment,
) -> QueryResult<LoginId> {
    diesel::insert_into(logins::table)
        .values((
            logins::account_id.eq(account),
            logins::token_hash.eq(token_hash),
            logins::created_at.eq(now),
            logins::last_seen_at.eq(now),
            logins::expires_at.eq(expires_at),
        ))
        .returning(logins::id)
        .get_result(conn)
}

pub(super) fn delete_login(conn: &mut Conn, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login))).execute(conn)
}

/// Adds an account for each person, all with one password hash: for the demo.
pub fn insert_accounts(
    conn: &mut Conn,
    new: &[(PersonId, String)],
    password_hash: &str,
    now: Moment,
) -> QueryResult<()> {
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, user_name)| {
                (
                    accounts::person_id.eq(*person),
                    accounts::user_name.eq(user_name.to_lowercase()),
                    accounts::password_hash.eq(password_hash),
                    accounts::created_at.eq(now),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(accounts::table).values(&rows).execute(c))?;
    }
    Ok(())
}
