//! Taking away the factor of somebody who has lost phone and recovery codes.

use super::queries;
use crate::access::{Role, Viewer};
use crate::accounts::queries as accounts;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::PersonId;

/// Takes somebody's factor away; all their logins end, for the phone may be in other hands.
///
/// # Errors
/// `Forbidden` but for the security duty; `Refused` for one's own; `NotFound` when there is none.
pub fn reset(conn: &mut Conn, viewer: &Viewer, person: PersonId, now: Moment) -> Result<()> {
    viewer.require(Role::Security)?;
    let account = accounts::find_account_of(conn, person)?.account.ok_or(Error::NotFound("account"))?;
    if account.id == viewer.account {
        return Err(Error::refused(Message::new("account-not-own")));
    }
    if queries::delete(conn, account.id)? == 0 {
        return Err(Error::NotFound("factor"));
    }
    accounts::delete_logins(conn, account.id, None)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.factor_reset", "account"), account.id.0, &())
}
