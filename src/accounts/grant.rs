//! Giving and taking roles. Logins need no telling: what their holder may do is read at each request.

use super::disable::keep_an_administrator;
use super::{model, queries};
use crate::access::{Role, Scope, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{AccountId, GrantId, PersonId, SessionId, UnitId};
use serde::Serialize;
use serde_json::json;

/// A role that is to be given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewGrant {
    pub role: Role,
    pub unit: Option<UnitId>,
    /// The session whose reports an inspector is to read.
    pub session: Option<SessionId>,
    /// At once when nothing is said.
    pub starts_at: Option<Moment>,
    /// Until it is taken when nothing is said.
    pub ends_at: Option<Moment>,
}

/// Gives a person a role, for a unit or session where the role is for one, and for a time where that is said. Given
/// twice, it is held once, for the time that was said last. Links that others made for the account end with a role for the
/// group.
///
/// # Errors
/// `Forbidden` but for those who may ([`model::may_grant`]); `Refused` for oneself, without the unit or the end that it
/// needs, or for a time that is over; `NotFound` without such an account, unit or session.
pub fn grant(conn: &mut Conn, viewer: &Viewer, person: PersonId, wanted: &NewGrant, now: Moment) -> Result<()> {
    if !model::may_grant(viewer, wanted.role) {
        return Err(Error::Forbidden);
    }
    if person == viewer.person {
        return Err(Error::refused(Message::new("account-not-own")));
    }
    let account = queries::find_account_of(conn, person)?.account.ok_or(Error::NotFound("account"))?;
    let new = check(conn, wanted, now)?;
    queries::lock_role(conn, new.role)?;
    let held = queries::list_grants(conn, &[account.id])?;
    let same = |grant: &&model::GrantOf| {
        grant.role == new.role && grant.unit_id == new.unit && grant.session_id == new.session
    };
    let before = held.iter().find(same);
    if before.is_some_and(|before| (before.starts_at, before.ends_at) == (new.starts_at, new.ends_at)) {
        return Ok(());
    }
    match before {
        Some(before) => queries::set_grant_time(conn, before.id, new.starts_at, new.ends_at)?,
        None => queries::insert_grant_for(conn, account.id, &new, Some(viewer.person), now)?,
    }
    // HQ may have made a link before: it would be its way to a role that it may not give.
    if new.role.scope() == Scope::Group {
        queries::end_invitations_of_others(conn, account.id, viewer.person, now)?;
    }
    if new.role == Role::Security && before.is_some() {
        keep_an_administrator(conn)?;
    }
    note(conn, viewer, account.id, "accounts.role_granted", person, &new, now)
}

fn note(
    conn: &mut Conn,
    viewer: &Viewer,
    account: AccountId,
    action: &'static str,
    person: PersonId,
    of: &NewGrant,
    now: Moment,
) -> Result<()> {
    let details = json!({ "person": person, "grant": of });
    audit::record(conn, &viewer.actor(), now, Action::new(action, "account"), account.0, &details)
}

/// What is wanted, with what the role is not for left out.
fn check(conn: &mut Conn, wanted: &NewGrant, now: Moment) -> Result<NewGrant> {
    let refused = |field, id| Err(Error::Refused(vec![Problem::at(field, Message::new(id))]));
    let (unit, session) = match (wanted.role.scope(), wanted.unit, wanted.session) {
        (Scope::Group, _, _) => (None, None),
        (Scope::Unit, None, _) | (Scope::UnitOrSession, None, None) => {
            return refused("unit", "account-role-needs-unit");
        }
        (Scope::UnitOrSession, _, Some(session)) => (None, Some(session)),
        (Scope::Unit | Scope::UnitOrSession, Some(unit), _) => (Some(unit), None),
    };
    if let Some(unit) = unit
        && !queries::is_unit(conn, unit)?
    {
        return Err(Error::NotFound("unit"));
    }
    if let Some(session) = session
        && !queries::is_session(conn, session)?
    {
        return refused("session", "account-role-no-session");
    }
    if wanted.role == Role::Inspector && wanted.ends_at.is_none() {
        return refused("until", "account-role-needs-end");
    }
    if wanted.ends_at.is_some_and(|end| end <= now || wanted.starts_at.is_some_and(|start| end <= start)) {
        return refused("until", "account-role-end-is-over");
    }
    // What has begun has begun.
    let starts_at = wanted.starts_at.filter(|start| *start > now);
    Ok(NewGrant { unit, session, starts_at, ..wanted.clone() })
}

/// Takes a role from a person.
///
/// # Errors
/// `Forbidden` as for giving it; `NotFound` when the person does not hold it; `Refused` when nobody of the
/// security duty would be left.
pub fn revoke(conn: &mut Conn, viewer: &Viewer, person: PersonId, id: GrantId, now: Moment) -> Result<()> {
    let account = queries::find_account_of(conn, person)?.account.ok_or(Error::NotFound("account"))?;
    let held = queries::list_grants(conn, &[account.id])?;
    let grant = held.into_iter().find(|grant| grant.id == id).ok_or(Error::NotFound("role"))?;
    if !model::may_grant(viewer, grant.role) {
        return Err(Error::Forbidden);
    }
    if grant.role == Role::Security {
        queries::lock_role(conn, Role::Security)?;
    }
    if queries::delete_grant(conn, id)? == 0 {
        return Err(Error::NotFound("role"));
    }
    if grant.role == Role::Security {
        keep_an_administrator(conn)?;
    }
    note(conn, viewer, account.id, "accounts.role_revoked", person, &NewGrant::from(grant), now)
}

impl From<model::GrantOf> for NewGrant {
    fn from(grant: model::GrantOf) -> Self {
        let model::GrantOf { role, unit_id, session_id, starts_at, ends_at, .. } = grant;
        Self { role, unit: unit_id, session: session_id, starts_at, ends_at }
    }
}

/// Notes that roles have begun, and takes away those whose time is over. Whoever held one could not use it any more from
/// that moment on: this clears up, so that nobody is written to for it.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn turn_roles(conn: &mut Conn, now: Moment) -> Result<usize> {
    queries::begin_grants(conn, now)?;
    let over = queries::list_ended_grants(conn, now)?;
    for grant in &over {
        if queries::delete_grant(conn, grant.id)? == 0 {
            continue;
        }
        let (account, details) = (grant.account_id, json!({ "grant": NewGrant::from(grant.clone()) }));
        let action = Action::new("accounts.role_ended", "account");
        audit::record(conn, &crate::access::Actor::program("roles"), now, action, account.0, &details)?;
    }
    Ok(over.len())
}
