//! A forgotten password: a link by mail that sets a new one, once and soon. Whether there is such an account is never
//! said.

use super::invite::add_invitation;
use super::queries;
use crate::access::{Actor, Scope};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::mail::{self, NewMail};
use crate::store::Conn;
use crate::store::ids::{AccountId, InvitationId};
use chrono::TimeDelta;
use serde_json::json;

/// The link lives this long (`reliability.md` A-07).
pub const RESET_LIFE: TimeDelta = TimeDelta::minutes(30);
/// Nobody gets such mails faster than this, however often strangers ask.
pub const RESET_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// A link for whoever has just shown to know a password that has to be renewed. Older links end.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn begin_renewal(conn: &mut Conn, account: AccountId, now: Moment) -> Result<(InvitationId, String)> {
    add_invitation(conn, account, None, now, RESET_LIFE)
}

/// Mails a link to the owner of a user name, when they have a password to forget and an address. Older links end. Who
/// holds a role for the group gets none: HQ enters addresses, and a link would be its way to the duties that it may not
/// give. They ask the security duty.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn ask_reset(conn: &mut Conn, user_name: &str, origin: &str, now: Moment) -> Result<()> {
    let account = queries::find_account(conn, user_name)?;
    // In the trail in any case: what is asked for an account that there is not is worth knowing too.
    let action = Action::new("accounts.reset_asked", "account");
    audit::record(conn, &Actor::nobody(origin), now, action, account.as_ref().map(|account| account.id.0), &())?;
    let Some(account) = account.filter(|account| account.password_hash.is_some()) else { return Ok(()) };
    if queries::list_roles(conn, account.person_id)?.iter().any(|role| role.scope() == Scope::Group) {
        return Ok(());
    }
    let found = queries::find_account_of(conn, account.person_id)?;
    let Some(address) = found.email.filter(|address| !address.is_empty()) else { return Ok(()) };
    let open = queries::list_open_invitations(conn, &[account.id], now)?;
    if open.iter().any(|invitation| now - invitation.created_at < RESET_PAUSE) {
        return Ok(());
    }
    let (invitation, nonce) = add_invitation(conn, account.id, None, now, RESET_LIFE)?;
    let arguments = json!({
        "invitation": { "id": invitation, "nonce": nonce },
        "name": found.person_name,
        "user_name": account.user_name,
        "expires_at": now + RESET_LIFE,
    });
    let (person, language) = (account.person_id, queries::find_language(conn, account.person_id)?);
    let matter = format!("reset:{invitation}");
    mail::queue(conn, &NewMail { matter, person, address, language, template: "reset", arguments }, now)?;
    Ok(())
}
