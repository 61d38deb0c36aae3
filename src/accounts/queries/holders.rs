//! Accounts and whose they are: found, listed, made, changed.

use crate::access::TextSize;
use crate::accounts::model::{Account, AccountFacts, AccountOf};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::store::ids::{AccountId, PersonId, UnitId};
use crate::store::schema::{accounts, people, units};
use crate::store::{Conn, ROWS_A_STATEMENT, containing, lower};
use chrono::NaiveDate;
use diesel::prelude::*;

type AccountRow =
    ((PersonId, String, String, Option<String>, Option<NaiveDate>), (UnitId, String), Option<AccountFacts>);

/// The columns of an [`AccountRow`].
macro_rules! account_columns {
    () => {
        (
            (people::id, people::name, people::employee_number, people::email, people::left_on),
            (units::id, units::name),
            (accounts::id, accounts::user_name, accounts::password_hash, accounts::disabled_at, accounts::version)
                .nullable(),
        )
    };
}

/// The account of a user name, which is compared in lower case; none when it was disabled or its person has left.
pub fn find_account(conn: &mut Conn, user_name: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .inner_join(people::table)
        .filter(accounts::user_name.eq(user_name.trim().to_lowercase()))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((accounts::id, accounts::person_id, accounts::user_name, accounts::password_hash))
        .get_result(conn)
        .optional()
}

/// As [`find_account`], by its id.
pub(in crate::accounts) fn find_account_by_id(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Account>> {
    accounts::table
        .inner_join(people::table)
        .filter(accounts::id.eq(id))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((accounts::id, accounts::person_id, accounts::user_name, accounts::password_hash))
        .get_result(conn)
        .optional()
}

/// Adds an account, by a password or without one as yet.
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

/// Replaces the hash of a password by another of the same password, unless it was changed meanwhile.
pub(in crate::accounts) fn replace_hash(conn: &mut Conn, account: AccountId, old: &str, new: &str) -> QueryResult<()> {
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

/// What stands in the tables about a person's account, or `NotFound` without such a person.
pub fn find_account_of(conn: &mut Conn, person: PersonId) -> Result<AccountOf> {
    let row: Option<AccountRow> = people::table
        .inner_join(units::table)
        .left_join(accounts::table)
        .filter(people::id.eq(person))
        .select(account_columns!())
        .get_result(conn)
        .optional()?;
    row.map(account_of).ok_or(Error::NotFound("person"))
}

/// Which accounts a list shows.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Part of a name or an employee number.
    pub text: String,
    /// Only people who cannot sign in yet.
    pub without_password: bool,
}

/// People with their accounts in the units' and their own order, a page of them, and how many there are in all.
pub fn list_accounts(
    conn: &mut Conn,
    filter: &AccountFilter,
    offset: i64,
    limit: i64,
) -> QueryResult<(Vec<AccountOf>, i64)> {
    let wanted = || {
        let mut query = people::table
            .inner_join(units::table)
            .left_join(accounts::table)
            .filter(people::left_on.is_null())
            .into_boxed();
        if !filter.text.is_empty() {
            let pattern = containing(&filter.text);
            query = query.filter(
                lower(people::name)
                    .like(pattern.clone())
                    .escape('\\')
                    .or(lower(people::employee_number).like(pattern).escape('\\')),
            );
        }
        if filter.without_password {
            query = query.filter(accounts::password_hash.is_null());
        }
        query
    };
    let n: i64 = wanted().count().get_result(conn)?;
    let rows: Vec<AccountRow> = wanted()
        .order((units::sort_key, people::order_number, people::id))
        .select(account_columns!())
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok((rows.into_iter().map(account_of).collect(), n))
}

fn account_of(row: AccountRow) -> AccountOf {
    let ((person, person_name, employee_number, email, left_on), (unit, unit_name), account) = row;
    AccountOf { person, person_name, employee_number, unit, unit_name, email, left_on, account }
}

pub(in crate::accounts) fn is_user_name_taken(conn: &mut Conn, user_name: &str) -> QueryResult<bool> {
    let found: Option<AccountId> = accounts::table
        .filter(accounts::user_name.eq(user_name.trim().to_lowercase()))
        .select(accounts::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(in crate::accounts) fn find_user_name(conn: &mut Conn, account: AccountId) -> QueryResult<String> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::user_name).get_result(conn)
}

pub(in crate::accounts) fn find_language(conn: &mut Conn, person: PersonId) -> QueryResult<Language> {
    people::table.filter(people::id.eq(person)).select(people::language).get_result(conn)
}

pub(in crate::accounts) fn find_person_by_number(conn: &mut Conn, number: &str) -> QueryResult<Option<PersonId>> {
    people::table.filter(people::employee_number.eq(number.trim())).select(people::id).get_result(conn).optional()
}

/// When an account's password was set, as far as that is known.
pub fn find_password_set_at(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Moment>> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::password_set_at).get_result(conn)
}

/// The hash of an account's password.
pub fn find_password_hash(conn: &mut Conn, account: AccountId) -> QueryResult<Option<String>> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::password_hash).get_result(conn)
}

pub(in crate::accounts) fn set_password(
    conn: &mut Conn,
    account: AccountId,
    hash: &str,
    now: Moment,
) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set((
            accounts::password_hash.eq(hash),
            accounts::password_set_at.eq(now),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(conn)
}

pub(in crate::accounts) fn set_disabled(conn: &mut Conn, account: AccountId, at: Option<Moment>) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set((accounts::disabled_at.eq(at), accounts::version.eq(accounts::version + 1)))
        .execute(conn)
}

pub(in crate::accounts) fn set_language(conn: &mut Conn, person: PersonId, language: Language) -> QueryResult<usize> {
    diesel::update(people::table.filter(people::id.eq(person))).set(people::language.eq(language)).execute(conn)
}

pub(in crate::accounts) fn set_text_size(conn: &mut Conn, account: AccountId, size: TextSize) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account))).set(accounts::text_size.eq(size)).execute(conn)
}
