//! All SQL of accounts, logins and grants.

use super::model::{self, Account, Failures, OwnLogin};
use crate::access::{Grant, Role, TextSize, UnitPath, Viewer};
use crate::clock::Moment;
use crate::each;
use crate::i18n::Language;
use crate::store::ids::{AccountId, LoginId, PersonId, UnitId};
use crate::store::schema::{accounts, grants, logins, people, sign_in_failures, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;

/// A login that has not ended: who holds it, and when it was last written down as used.
#[derive(Debug)]
pub struct FoundLogin {
    pub viewer: Viewer,
    pub last_seen_at: Moment,
}

/// Who holds the login with this token hash, with what they were granted; nothing when it has ended.
pub fn find_viewer(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> QueryResult<Option<Viewer>> {
    Ok(find_login(conn, token_hash, now, origin)?.map(|found| found.viewer))
}

/// As [`find_viewer`], with the login's last use.
pub fn find_login(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> QueryResult<Option<FoundLogin>> {
    type Row = (
        (LoginId, Moment, Moment),
        (AccountId, TextSize, Option<Moment>),
        (PersonId, String, Language),
        (UnitId, String),
    );
    let row: Option<Row> = logins::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(units::table)))
        .filter(logins::token_hash.eq(token_hash))
        .filter(logins::expires_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((
            (logins::id, logins::created_at, logins::last_seen_at),
            (accounts::id, accounts::text_size, accounts::notice_seen_at),
            (people::id, people::name, people::language),
            (units::id, units::name),
        ))
        .first(conn)
        .optional()?;
    let Some((login, account, person, unit)) = row else { return Ok(None) };
    let (login, created_at, last_seen_at) = login;
    let (account, text_size, notice_seen_at) = account;
    let granted: Vec<(Role, Option<UnitId>, Option<UnitPath>)> = grants::table
        .left_join(units::table)
        .filter(grants::account_id.eq(account))
        .order(grants::id)
        .select((grants::role, grants::unit_id, units::path.nullable()))
        .load(conn)?;
    let grants: Vec<Grant> = granted.into_iter().map(|(role, unit, path)| Grant { role, unit, path }).collect();
    if model::has_ended(model::limits(&grants), created_at, last_seen_at, now) {
        return Ok(None);
    }
    let viewer = Viewer {
        person: person.0,
        account,
        login,
        name: person.1,
        unit: unit.0,
        unit_name: unit.1,
        language: person.2,
        text_size,
        notice_seen: notice_seen_at.is_some(),
        grants,
        origin: origin.to_owned(),
    };
    Ok(Some(FoundLogin { viewer, last_seen_at }))
}

/// Writes down that a login was used just now.
pub fn mark_login_seen(conn: &mut Conn, login: LoginId, now: Moment) -> QueryResult<()> {
    diesel::update(logins::table.filter(logins::id.eq(login))).set(logins::last_seen_at.eq(now)).execute(conn)?;
    Ok(())
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

/// Ends one login of an account, and gives how many there were.
pub(super) fn delete_login_of(conn: &mut Conn, account: AccountId, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login)).filter(logins::account_id.eq(account))).execute(conn)
}

/// Ends all logins of an account, but for one that may stay.
pub(super) fn delete_logins(conn: &mut Conn, account: AccountId, but: Option<LoginId>) -> QueryResult<usize> {
    // No login has the id 0.
    let but = but.unwrap_or(LoginId(0));
    diesel::delete(logins::table.filter(logins::account_id.eq(account)).filter(logins::id.ne(but))).execute(conn)
}

/// Removes what is left of an account's logins that are over.
pub(super) fn delete_ended_logins(conn: &mut Conn, account: AccountId, now: Moment) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::account_id.eq(account)).filter(logins::expires_at.le(now)))
        .execute(conn)
}

/// The logins of an account that could still be used, the newest use first.
pub fn list_logins(
    conn: &mut Conn,
    account: AccountId,
    limits: model::Limits,
    now: Moment,
) -> QueryResult<Vec<OwnLogin>> {
    logins::table
        .filter(logins::account_id.eq(account))
        .filter(logins::created_at.gt(now - limits.absolute))
        .filter(logins::last_seen_at.gt(now - limits.idle))
        .order((logins::last_seen_at.desc(), logins::id.desc()))
        .select((logins::id, logins::created_at, logins::last_seen_at))
        .load(conn)
}

/// The failures of a subject, none when it has none; nobody else changes them before this transaction ends.
pub(super) fn lock_failures(conn: &mut Conn, subject: &str, now: Moment) -> QueryResult<Failures> {
    // An update that changes nothing takes the lock on both engines.
    each!(conn, c => diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::subject.eq(subject),
            sign_in_failures::n_failures.eq(0),
            sign_in_failures::last_failed_at.eq(now),
            sign_in_failures::wait_until.eq(now),
        ))
        .on_conflict(sign_in_failures::subject)
        .do_update()
        .set(sign_in_failures::subject.eq(subject))
        .execute(c))?;
    sign_in_failures::table
        .filter(sign_in_failures::subject.eq(subject))
        .select((sign_in_failures::n_failures, sign_in_failures::last_failed_at, sign_in_failures::wait_until))
        .first(conn)
}

pub(super) fn store_failures(conn: &mut Conn, subject: &str, failures: Failures) -> QueryResult<()> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .set((
            sign_in_failures::n_failures.eq(failures.n),
            sign_in_failures::last_failed_at.eq(failures.last_failed_at),
            sign_in_failures::wait_until.eq(failures.wait_until),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete_failures(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject))).execute(conn)
}

pub(super) fn take_back_failure(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .filter(sign_in_failures::n_failures.gt(0))
        .set(sign_in_failures::n_failures.eq(sign_in_failures::n_failures - 1))
        .execute(conn)
}

/// Removes failures that hold nobody back any more.
pub(super) fn delete_old_failures(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(before))).execute(conn)
}

/// Replaces the hash of a password by another of the same password, unless it was changed meanwhile.
pub(super) fn replace_hash(conn: &mut Conn, account: AccountId, old: &str, new: &str) -> QueryResult<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)).filter(accounts::password_hash.eq(old)))
        .set(accounts::password_hash.eq(new))
        .execute(conn)?;
    Ok(())
}

/// Adds an account for each person, all with one password hash: for the demo. They are taken to have read the notice.
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
                    accounts::notice_seen_at.eq(now),
                    accounts::created_at.eq(now),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(accounts::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Gives everybody one password: for a demo that starts again.
pub fn update_all_passwords(conn: &mut Conn, password_hash: &str) -> QueryResult<()> {
    diesel::update(accounts::table).set(accounts::password_hash.eq(password_hash)).execute(conn)?;
    Ok(())
}
