//! A second factor (`reliability.md` A-09): six digits that a phone makes from a secret and the time, and recovery codes for
//! whoever has lost the phone.

mod enrol;
pub mod model;
pub mod queries;
mod reset;
mod sign_in_code;
pub mod step;

pub use enrol::{begin, confirm, new_recovery_codes, switch_off};
pub use reset::reset;
pub use sign_in_code::accept;

use crate::error::Result;
use crate::secret::Secret;
use crate::store::Conn;
use crate::store::ids::AccountId;

/// Whether signing in to the account asks for a code.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn is_on(conn: &mut Conn, account: AccountId) -> Result<bool> {
    Ok(queries::find(conn, account)?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// The secret of an account's factor; none without a factor, or when it was sealed with another key of the program.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn secret_of(conn: &mut Conn, secret: &Secret, account: AccountId) -> Result<Option<Vec<u8>>> {
    let factor = queries::find(conn, account)?;
    Ok(factor.and_then(|factor| model::open(secret, account, &factor.sealed_secret)))
}
