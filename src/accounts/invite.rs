//! Inviting somebody: their account, and a link that sets its password once.

use super::{model, queries};
use crate::access::{Actor, LoginKind, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::mail::{self, NewMail};
use crate::secret;
use crate::store::Conn;
use crate::store::ids::{AccountId, InvitationId, PersonId};
use chrono::TimeDelta;
use serde_json::json;

crate::choices! {
    /// How the link gets to the person.
    pub enum HandedOver {
        Mail = "mail",
        Paper = "paper",
    }
}

/// Invites a person, making their account when there is none; a user name that is not given is the employee number.
/// Any older invitation ends.
///
/// # Errors
/// `Forbidden` but for HQ and the security duty, and for HQ where only the latter may; `Refused` when the person has
/// left, the account is disabled, the user name is taken, or there is no address to write to.
pub fn invite(
    conn: &mut Conn,
    viewer: &Viewer,
    person: PersonId,
    user_name: &str,
    how: HandedOver,
    now: Moment,
) -> Result<InvitationId> {
    let found = queries::find_account_of(conn, person)?;
    let roles = queries::list_roles(conn, person)?;
    if !model::may_manage(viewer, &roles) {
        return Err(Error::Forbidden);
    }
    found.require_access()?;
    let account = match &found.account {
        Some(account) => account.id,
        None => add_account(conn, person, user_name, &found.employee_number, now)?,
    };
    let (invitation, nonce) = new_invitation(conn, account, Some(viewer.person), now)?;
    if how == HandedOver::Mail {
        let Some(address) = found.email else {
            return Err(Error::Refused(vec![Problem::at("how", Message::new("account-no-address"))]));
        };
        let user_name = queries::find_user_name(conn, account)?;
        let arguments = json!({
            "invitation": { "id": invitation, "nonce": nonce },
            "name": found.person_name,
            "user_name": user_name,
            "expires_at": now + model::INVITATION_LIFE,
        });
        let language = queries::find_language(conn, person)?;
        let matter = matter_of(invitation);
        mail::queue(conn, &NewMail { matter, person, address, language, template: "invitation", arguments }, now)?;
    }
    let details = json!({ "person": person, "how": how });
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.invited", "account"), account.0, &details)?;
    Ok(invitation)
}

/// What the mail with an invitation's link is about.
pub fn matter_of(invitation: InvitationId) -> String {
    format!("invitation:{invitation}")
}

pub(super) fn add_account(
    conn: &mut Conn,
    person: PersonId,
    user_name: &str,
    number: &str,
    now: Moment,
) -> Result<AccountId> {
    let user_name = if user_name.trim().is_empty() { number } else { user_name.trim() };
    if user_name.chars().count() > 64
        || user_name.chars().any(|character| character.is_whitespace() || character.is_control())
    {
        return Err(Error::Refused(vec![Problem::at("user_name", Message::new("account-user-name-form"))]));
    }
    if queries::is_user_name_taken(conn, user_name)? {
        return Err(Error::Refused(vec![Problem::at("user_name", Message::new("account-user-name-taken"))]));
    }
    Ok(queries::insert_account(conn, person, user_name, None, now)?)
}

/// A fresh invitation; older ones of the account end.
pub(super) fn new_invitation(
    conn: &mut Conn,
    account: AccountId,
    by: Option<PersonId>,
    now: Moment,
) -> Result<(InvitationId, String)> {
    add_invitation(conn, account, by, now, model::INVITATION_LIFE)
}

/// As [`new_invitation`], for a time.
pub(super) fn add_invitation(
    conn: &mut Conn,
    account: AccountId,
    by: Option<PersonId>,
    now: Moment,
    life: TimeDelta,
) -> Result<(InvitationId, String)> {
    queries::end_invitations(conn, account, now)?;
    let nonce = secret::random_token();
    let invitation = queries::insert_invitation(conn, account, &nonce, by, now, now + life)?;
    Ok((invitation, nonce))
}

/// Sets the password of an invited account, uses the invitation up and begins a login. Whoever opened the link
/// has proven to be its owner; the token was compared by the caller. Where a second factor is on, no login begins: the
/// link takes the place of the password alone. Gives whether one did.
///
/// # Errors
/// `Conflict` when the invitation was used or ended meanwhile.
pub fn accept(
    conn: &mut Conn,
    invitation: InvitationId,
    password_hash: &str,
    token: &str,
    address: &str,
    now: Moment,
) -> Result<bool> {
    let found = queries::find_invitation(conn, invitation)?.ok_or(Error::NotFound("invitation"))?;
    if !found.can_be_used(now) || queries::use_invitation(conn, invitation, now)? == 0 {
        return Err(Error::Conflict);
    }
    let account = found.invitation.account_id;
    queries::end_invitations(conn, account, now)?;
    queries::set_password(conn, account, password_hash, now)?;
    queries::delete_logins(conn, account, None)?;
    let begins = !super::factor::is_on(conn, account)?;
    if begins {
        queries::insert_login(conn, account, &secret::hash_token(token), LoginKind::Full, now, now + model::ABSOLUTE)?;
    }
    let actor = Actor::person(found.person, address);
    audit::record(conn, &actor, now, Action::new("accounts.invitation_used", "invitation"), invitation.0, &())?;
    Ok(begins)
}
