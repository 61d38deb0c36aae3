//! The code that follows the password.

use super::{model, queries};
use crate::clock::Moment;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Conn;
use crate::store::ids::AccountId;

/// Uses up a code of the phone, or a recovery code; gives whether it was right.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn accept(conn: &mut Conn, secret: &Secret, account: AccountId, typed: &str, now: Moment) -> Result<bool> {
    let Some(factor) = queries::find(conn, account)? else { return Ok(false) };
    let typed = model::tidy(typed);
    let known = model::open(secret, account, &factor.sealed_secret);
    if let Some(step) = known.and_then(|known| model::find_step(&known, &typed, factor.last_step, now)) {
        return Ok(queries::use_step(conn, account, step)? > 0);
    }
    Ok(queries::use_recovery_code(conn, account, &model::recovery_hash(secret, account, &typed), now)? > 0)
}
