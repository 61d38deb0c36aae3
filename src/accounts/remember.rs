//! A phone that is remembered for its owner's own matters: opened at the door, without a password.

use super::invite::add_account;
use super::queries;
use crate::access::{Actor, LoginKind};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::secret;
use crate::store::Conn;
use crate::store::ids::PersonId;
use serde_json::json;

/// Whether somebody's phone may be remembered at all: not when they have left, nor when their account was disabled.
///
/// # Errors
/// `Refused` when it may not; `NotFound` without such a person.
pub fn check_remembering(conn: &mut Conn, person: PersonId) -> Result<()> {
    queries::find_account_of(conn, person)?.require_access()
}

/// Begins a login with trainee reach for somebody whom a clerk has before them, making their account when there is
/// none; the account has no password by that. `token` is what the phone keeps.
///
/// # Errors
/// As [`check_remembering`].
pub fn remember(
    conn: &mut Conn,
    person: PersonId,
    token: &str,
    until: Moment,
    address: &str,
    now: Moment,
) -> Result<()> {
    let found = queries::find_account_of(conn, person)?;
    found.require_access()?;
    let account = match &found.account {
        Some(account) => account.id,
        None if queries::is_user_name_taken(conn, &found.employee_number)? => {
            add_account(conn, person, &format!("{}-{person}", found.employee_number), "", now)?
        }
        None => add_account(conn, person, "", &found.employee_number, now)?,
    };
    queries::delete_ended_logins(conn, account, now)?;
    let hash = secret::hash_token(token);
    let login = queries::insert_login(conn, account, &hash, LoginKind::Remembered, now, until)?;
    let details = json!({ "account_was_new": found.account.is_none(), "until": until });
    let actor = Actor::person(person, address);
    audit::record(conn, &actor, now, Action::new("accounts.phone_remembered", "login"), login.0, &details)
}
