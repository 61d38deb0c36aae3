//! What a browser holds between password and code: signed, short-lived, and of no use once a code was used with it.

use super::model::Factor;
use super::queries;
use crate::accounts::model::Account;
use crate::accounts::queries as accounts;
use crate::clock::Moment;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Conn;
use crate::store::ids::AccountId;
use chrono::TimeDelta;

/// Time to find the phone.
pub const LIFE: TimeDelta = TimeDelta::minutes(5);

const PURPOSE: &str = "sign-in step";

/// A step for whoever has just shown to know the password; none when the account asks for no code.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn make(conn: &mut Conn, secret: &Secret, account: &Account, now: Moment) -> Result<Option<String>> {
    let Some(factor) = queries::find(conn, account.id)?.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(None);
    };
    let (until, n_unused) = ((now + LIFE).timestamp(), queries::count_unused(conn, account.id)?);
    let mac = secret.derive(PURPOSE, &text(account, &factor, n_unused, until));
    Ok(Some(format!("{}.{until}.{mac}", account.id)))
}

/// The account whose password was shown; none when the step is over, was used or is not ours.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn read(conn: &mut Conn, secret: &Secret, value: &str, now: Moment) -> Result<Option<Account>> {
    let mut parts = value.splitn(3, '.');
    let (Some(id), Some(until), Some(mac)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let (Ok(id), Ok(until)) = (id.parse().map(AccountId), until.parse::<i64>()) else { return Ok(None) };
    let Some(account) = accounts::find_account_by_id(conn, id)? else { return Ok(None) };
    let Some(factor) = queries::find(conn, id)?.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(None);
    };
    let n_unused = queries::count_unused(conn, id)?;
    let is_ours = secret.verify(PURPOSE, &text(&account, &factor, n_unused, until), mac);
    Ok((is_ours && now.timestamp() < until).then_some(account))
}

/// A code that was used, a new password or a new factor make another text of it.
fn text(account: &Account, factor: &Factor, n_unused: i64, until: i64) -> String {
    let (hash, step) = (account.password_hash.as_deref().unwrap_or(""), factor.last_step.unwrap_or(-1));
    format!("{}:{until}:{step}:{n_unused}:{}:{hash}", account.id, factor.began_at.timestamp())
}
