//! Closing an account, and opening it again.

use super::model::{self, AccountFacts};
use super::queries;
use crate::access::{Role, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::PersonId;

/// Disables an account: its logins and invitations end at once.
///
/// # Errors
/// `Forbidden` as for inviting; `Conflict` when somebody else changed the account; `Refused` when it is one's
/// own, or the last of the security duty.
pub fn disable(conn: &mut Conn, viewer: &Viewer, person: PersonId, version: i64, now: Moment) -> Result<()> {
    let account = find(conn, viewer, person, version)?;
    if account.id == viewer.account {
        return Err(Error::refused(Message::new("account-not-own")));
    }
    queries::lock_role(conn, Role::Security)?;
    queries::set_disabled(conn, account.id, Some(now))?;
    if queries::list_roles(conn, person)?.contains(&Role::Security) {
        keep_an_administrator(conn)?;
    }
    queries::delete_logins(conn, account.id, None)?;
    queries::end_invitations(conn, account.id, now)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.disabled", "account"), account.id.0, &())
}

/// Enables an account again, with the password it had.
///
/// # Errors
/// As [`disable`].
pub fn enable(conn: &mut Conn, viewer: &Viewer, person: PersonId, version: i64, now: Moment) -> Result<()> {
    let account = find(conn, viewer, person, version)?;
    queries::set_disabled(conn, account.id, None)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.enabled", "account"), account.id.0, &())
}

fn find(conn: &mut Conn, viewer: &Viewer, person: PersonId, version: i64) -> Result<AccountFacts> {
    let account = queries::find_account_of(conn, person)?.account.ok_or(Error::NotFound("account"))?;
    if !model::may_manage(viewer, &queries::list_roles(conn, person)?) {
        return Err(Error::Forbidden);
    }
    if account.version != version { Err(Error::Conflict) } else { Ok(account) }
}

/// Refuses that somebody leaves who is the last of the security duty.
///
/// # Errors
/// `Refused` when they are.
pub fn let_leave(conn: &mut Conn, person: PersonId) -> Result<()> {
    if !queries::list_roles(conn, person)?.contains(&Role::Security) {
        return Ok(());
    }
    queries::lock_role(conn, Role::Security)?;
    keep_an_administrator(conn)
}

/// Refuses what would leave nobody to look after accounts.
pub(super) fn keep_an_administrator(conn: &mut Conn) -> Result<()> {
    if queries::count_able(conn, Role::Security)? > 0 {
        return Ok(());
    }
    Err(Error::refused(Message::new("account-last-administrator")))
}
