//! All SQL of second factors.

use super::model::Factor;
use crate::clock::Moment;
use crate::each;
use crate::store::Conn;
use crate::store::ids::AccountId;
use crate::store::schema::{factors, recovery_codes};
use diesel::prelude::*;

/// The factor of an account, confirmed or only begun.
pub fn find(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Factor>> {
    factors::table.filter(factors::account_id.eq(account)).get_result(conn).optional()
}

pub(super) fn insert(conn: &mut Conn, account: AccountId, sealed: &[u8], now: Moment) -> QueryResult<()> {
    diesel::insert_into(factors::table)
        .values((factors::account_id.eq(account), factors::sealed_secret.eq(sealed), factors::began_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Confirms a factor that was begun, and gives how many there were.
pub(super) fn mark_confirmed(conn: &mut Conn, account: AccountId, step: i64, now: Moment) -> QueryResult<usize> {
    diesel::update(factors::table.filter(factors::account_id.eq(account)).filter(factors::confirmed_at.is_null()))
        .set((factors::confirmed_at.eq(now), factors::last_step.eq(step)))
        .execute(conn)
}

/// Uses a step up, once: none is changed when it or a later one was used meanwhile.
pub(super) fn use_step(conn: &mut Conn, account: AccountId, step: i64) -> QueryResult<usize> {
    diesel::update(factors::table.filter(factors::account_id.eq(account)))
        .filter(factors::last_step.is_null().or(factors::last_step.lt(step)))
        .set(factors::last_step.eq(step))
        .execute(conn)
}

/// Uses a recovery code up, once.
pub(super) fn use_recovery_code(conn: &mut Conn, account: AccountId, hash: &str, now: Moment) -> QueryResult<usize> {
    diesel::update(recovery_codes::table.filter(recovery_codes::account_id.eq(account)))
        .filter(recovery_codes::code_hash.eq(hash))
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(now))
        .execute(conn)
}

pub fn count_unused(conn: &mut Conn, account: AccountId) -> QueryResult<i64> {
    recovery_codes::table
        .filter(recovery_codes::account_id.eq(account))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)
}

/// Puts new recovery codes in the place of the old ones.
pub(super) fn replace_recovery_codes(conn: &mut Conn, account: AccountId, hashes: &[String]) -> QueryResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account))).execute(conn)?;
    let row = |hash: &String| (recovery_codes::account_id.eq(account), recovery_codes::code_hash.eq(hash.clone()));
    let rows: Vec<_> = hashes.iter().map(row).collect();
    each!(conn, c => diesel::insert_into(recovery_codes::table).values(rows.clone()).execute(c))?;
    Ok(())
}

/// Takes a factor away with its codes, and gives whether there was one.
pub(super) fn delete(conn: &mut Conn, account: AccountId) -> QueryResult<usize> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account))).execute(conn)?;
    diesel::delete(factors::table.filter(factors::account_id.eq(account))).execute(conn)
}
