//! One's own factor: begun, confirmed by a first code, switched off; new recovery codes.

use super::{model, queries};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::secret::Secret;
use crate::store::Conn;

/// Makes a secret for the viewer's phone. Until a code confirms it, signing in does not ask for it; begun again, it is
/// another.
///
/// # Errors
/// `Forbidden` on a remembered phone; `Conflict` when there is a factor already.
pub fn begin(conn: &mut Conn, secret: &Secret, viewer: &Viewer, now: Moment) -> Result<()> {
    require_full(viewer)?;
    if super::is_on(conn, viewer.account)? {
        return Err(Error::Conflict);
    }
    queries::delete(conn, viewer.account)?;
    let sealed = model::seal(secret, viewer.account, &model::new_secret())?;
    queries::insert(conn, viewer.account, &sealed, now)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.factor_begun", "account"), viewer.account.0, &())
}

/// Switches the factor on by a first code, and gives the recovery codes, which are shown this once.
///
/// # Errors
/// `Forbidden` on a remembered phone; `Refused` when the code is not right; `Conflict` when nothing was begun.
pub fn confirm(conn: &mut Conn, secret: &Secret, viewer: &Viewer, typed: &str, now: Moment) -> Result<Vec<String>> {
    require_full(viewer)?;
    let begun = queries::find(conn, viewer.account)?.filter(|factor| factor.confirmed_at.is_none());
    let known = begun.ok_or(Error::Conflict)?;
    let known = model::open(secret, viewer.account, &known.sealed_secret).ok_or(Error::Conflict)?;
    let Some(step) = model::find_step(&known, &model::tidy(typed), None, now) else {
        return Err(Error::Refused(vec![Problem::at("code", Message::new("factor-code-wrong"))]));
    };
    if queries::mark_confirmed(conn, viewer.account, step, now)? == 0 {
        return Err(Error::Conflict);
    }
    let action = Action::new("accounts.factor_switched_on", "account");
    audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &())?;
    replace_codes(conn, secret, viewer)
}

/// New recovery codes; the old ones are worthless. The viewer's password was verified by the caller.
///
/// # Errors
/// `Forbidden` on a remembered phone; `Conflict` without a factor.
pub fn new_recovery_codes(conn: &mut Conn, secret: &Secret, viewer: &Viewer, now: Moment) -> Result<Vec<String>> {
    require_full(viewer)?;
    if !super::is_on(conn, viewer.account)? {
        return Err(Error::Conflict);
    }
    let action = Action::new("accounts.recovery_codes_made", "account");
    audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &())?;
    replace_codes(conn, secret, viewer)
}

/// Switches the viewer's factor off. Their password was verified by the caller.
///
/// # Errors
/// `Forbidden` on a remembered phone; `Conflict` without a factor.
pub fn switch_off(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<()> {
    require_full(viewer)?;
    if queries::delete(conn, viewer.account)? == 0 {
        return Err(Error::Conflict);
    }
    let action = Action::new("accounts.factor_switched_off", "account");
    audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &())
}

fn replace_codes(conn: &mut Conn, secret: &Secret, viewer: &Viewer) -> Result<Vec<String>> {
    let codes = model::new_recovery_codes();
    let hashes: Vec<String> = codes.iter().map(|code| model::recovery_hash(secret, viewer.account, code)).collect();
    queries::replace_recovery_codes(conn, viewer.account, &hashes)?;
    Ok(codes)
}

fn require_full(viewer: &Viewer) -> Result<()> {
    if viewer.is_full() { Ok(()) } else { Err(Error::Forbidden) }
}
