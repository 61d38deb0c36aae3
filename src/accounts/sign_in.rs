//! Signing in and out. An attempt is judged, and counted, before its password is looked at.

use super::model::{self, Account, Failures, Guard};
use super::queries;
use crate::access::{Actor, LoginKind, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::secret::{self, Secret};
use crate::store::Conn;
use crate::store::ids::{AccountId, LoginId};
use chrono::TimeDelta;
use serde_json::json;

const FAILED: Action = Action::new("accounts.sign_in_failed", "account");
/// More tries in vain than anybody asks the number of.
const MOST_TOLD: i64 = 1_000;

/// One attempt to sign in, as it is counted: digests alone, so that no typed name lies in the database.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// In the order in which their rows are locked.
    subjects: Vec<(Guard, String)>,
    name_digest: String,
    is_known_device: bool,
}

impl Attempt {
    /// An attempt with a user name, known to us or not, from an address; `device` is one that has
    /// signed in to this account before. An address alone is never held back: an office shares one.
    pub fn new(secret: &Secret, user_name: &str, address: &str, device: Option<&str>) -> Self {
        let name = user_name.trim().to_lowercase();
        let digest = |kind: &str, of: &str| secret.derive("sign-in attempts", &format!("{kind}\0{of}\0{name}"));
        let account = digest("account", "");
        let subjects = match device {
            Some(device) => vec![(Guard::Growing, digest("device", device))],
            None => vec![(Guard::Growing, digest("address", address)), (Guard::Daily, account.clone())],
        };
        Self { subjects, name_digest: account[..16].to_owned(), is_known_device: device.is_some() }
    }
}

/// What is said to an attempt before its password is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Admission {
    Admitted,
    /// Not before this moment.
    ComeBackAt(Moment),
}

/// Judges an attempt and counts it; it stays counted unless [`succeed`] takes it back.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn admit(conn: &mut Conn, attempt: &Attempt, now: Moment) -> Result<Admission> {
    let mut after: Vec<Failures> = Vec::new();
    for (guard, subject) in &attempt.subjects {
        let before = queries::lock_failures(conn, subject, now)?;
        match model::judge_attempt(*guard, before, now) {
            Ok(failures) => after.push(failures),
            Err(until) => return Ok(Admission::ComeBackAt(until)),
        }
    }
    for ((_, subject), failures) in attempt.subjects.iter().zip(after) {
        queries::store_failures(conn, subject, failures)?;
    }
    queries::delete_old_failures(conn, now - TimeDelta::days(2))?;
    Ok(Admission::Admitted)
}

/// Writes down that an attempt failed. What was typed is not written: a password lands in the wrong field easily.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn fail(conn: &mut Conn, attempt: &Attempt, account: Option<AccountId>, address: &str, now: Moment) -> Result<()> {
    let details = json!({ "name_digest": attempt.name_digest, "known_device": attempt.is_known_device });
    audit::record(conn, &Actor::nobody(address), now, FAILED, account.map(|id| id.0), &details)
}

/// What was tried with an account in vain within the last day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailedTries {
    pub n: usize,
    pub last_at: Moment,
    /// Before this moment no attempt is let in from where the last one came; nothing when the next may come at once.
    pub waits_until: Option<Moment>,
}

/// What was tried with an account in vain, on whatever device; nothing within the last day.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn find_failed_tries(
    conn: &mut Conn,
    secret: &Secret,
    account: AccountId,
    user_name: &str,
    now: Moment,
) -> Result<Option<FailedTries>> {
    let tries = audit::list_times(conn, FAILED, account.0, now - TimeDelta::days(1), MOST_TOLD)?;
    let Some((last_at, address)) = tries.first() else { return Ok(None) };
    let mut waits_until: Option<Moment> = None;
    for (guard, subject) in &Attempt::new(secret, user_name, address, None).subjects {
        if let Some(before) = queries::find_failures(conn, subject)? {
            waits_until = waits_until.max(model::judge_attempt(*guard, before, now).err());
        }
    }
    Ok(Some(FailedTries { n: tries.len(), last_at: *last_at, waits_until }))
}

/// Begins a login after an attempt whose password was right: its failures are forgotten and the
/// browser's old login, if it had one, ends.
///
/// # Errors
/// `NotFound` when the account was disabled meanwhile; `Broken` when it cannot be written.
pub fn succeed(
    conn: &mut Conn,
    attempt: &Attempt,
    account: &Account,
    token: &str,
    replaced: Option<LoginId>,
    address: &str,
    now: Moment,
) -> Result<()> {
    // The password may have changed, or the account ended, while this one was being hashed.
    let still = queries::find_account(conn, &account.user_name)?;
    if still.is_none_or(|still| still.password_hash != account.password_hash) {
        return Err(Error::NotFound("account"));
    }
    forgive(conn, attempt)?;
    replace_login(conn, account.id, replaced, now)?;
    begin_login(conn, account.id, token, &Actor::person(account.person_id, address), now)
}

/// Forgets what an attempt that was right had counted.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forgive(conn: &mut Conn, attempt: &Attempt) -> Result<()> {
    for (guard, subject) in &attempt.subjects {
        match guard {
            Guard::Growing => queries::delete_failures(conn, subject)?,
            // Only this attempt: what strangers tried stays counted.
            Guard::Daily => queries::take_back_failure(conn, subject)?,
        };
    }
    Ok(())
}

/// Ends the login that the browser held before, and clears away those of the account that are over.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn replace_login(conn: &mut Conn, account: AccountId, replaced: Option<LoginId>, now: Moment) -> Result<()> {
    if let Some(replaced) = replaced {
        queries::delete_login(conn, replaced)?;
    }
    queries::delete_ended_logins(conn, account, now)?;
    Ok(())
}

/// Begins a login for an account whose owner has been proven, with the browser's token.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn begin_login(conn: &mut Conn, account: AccountId, token: &str, actor: &Actor, now: Moment) -> Result<()> {
    let (hash, until) = (secret::hash_token(token), now + model::ABSOLUTE);
    let login = queries::insert_login(conn, account, &hash, LoginKind::Full, now, until)?;
    audit::record(conn, actor, now, Action::new("accounts.signed_in", "login"), login.0, &())
}

/// Ends the viewer's login.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn sign_out(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<()> {
    queries::delete_login(conn, viewer.login)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.signed_out", "login"), viewer.login.0, &())
}

/// Ends another login of the viewer's own.
///
/// # Errors
/// `NotFound` when the viewer has no such login.
pub fn end_own_login(conn: &mut Conn, viewer: &Viewer, login: LoginId, now: Moment) -> Result<()> {
    if queries::delete_login_of(conn, viewer.account, login)? == 0 {
        return Err(Error::NotFound("login"));
    }
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.login_ended", "login"), login.0, &())
}

/// Stores a hash with stronger parameters of a password that was just right.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn store_stronger_hash(conn: &mut Conn, account: &Account, hash: &str) -> Result<()> {
    let Some(old) = &account.password_hash else { return Ok(()) };
    Ok(queries::replace_hash(conn, account.id, old, hash)?)
}

/// Who holds the login with this token hash, asked inside the write that they came for; its use is written down when
/// the last is a while ago. Nobody when it has ended.
///
/// # Errors
/// `Broken` when it cannot be read or written.
pub fn use_login(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> Result<Option<Viewer>> {
    let Some(found) = queries::find_login(conn, token_hash, now, origin)? else { return Ok(None) };
    if now - found.last_seen_at >= super::model::SEEN_EVERY {
        queries::mark_login_seen(conn, found.viewer.login, now)?;
    }
    Ok(Some(found.viewer))
}
