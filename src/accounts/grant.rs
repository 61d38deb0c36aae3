//! Giving and taking roles. Logins need no telling: what their holder may do is read at each request.

use super::disable::keep_an_administrator;
use super::{model, queries};
use crate::access::{Role, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{GrantId, PersonId, UnitId};
use serde_json::json;

/// Gives a person a role, for a unit where the role is for one. Given twice, it is held once.
///
/// # Errors
/// `Forbidden` but for those who may ([`model::may_grant`]) and for oneself; `Refused` without the unit it
/// needs; `NotFound` without such an account or unit.
pub fn grant(
    conn: &mut Conn,
    viewer: &Viewer,
    person: PersonId,
    role: Role,
    unit: Option<UnitId>,
    now: Moment,
) -> Result<()> {
    if !model::may_grant(viewer, role) {
        return Err(Error::Forbidden);
    }
    if person == viewer.person {
        return Err(Error::refused(Message::new("account-not-own")));
    }
    let account = queries::find_account_of(conn, person)?.account.ok_or(Error::NotFound("account"))?;
    let unit = match (role.is_for_a_unit(), unit) {
        (true, None) => return Err(Error::Refused(vec![Problem::at("unit", Message::new("account-role-needs-unit"))])),
        (true, Some(unit)) if queries::is_unit(conn, unit)? => Some(unit),
        (true, Some(_)) => return Err(Error::NotFound("unit")),
        (false, _) => None,
    };
    let held = queries::list_grants(conn, &[account.id])?;
    if held.iter().any(|grant| grant.role == role && grant.unit_id == unit) {
        return Ok(());
    }
    queries::insert_grant(conn, account.id, role, unit, Some(viewer.person), now)?;
    let details = json!({ "person": person, "role": role, "unit": unit });
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.role_granted", "account"), account.id.0, &details)
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
    queries::delete_grant(conn, id)?;
    if grant.role == Role::Security {
        keep_an_administrator(conn)?;
    }
    let details = json!({ "person": person, "role": grant.role, "unit": grant.unit_id });
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.role_revoked", "account"), account.id.0, &details)
}
