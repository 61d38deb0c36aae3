//! The first person of an installation: an account with duties and a link to set its password.

use super::invite::{add_account, new_invitation};
use super::queries;
use crate::access::{Actor, Role};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::organization::model::NewPerson;
use crate::organization::{self, Category, UnitKind};
use crate::settings::{self, Settings};
use crate::store::Conn;
use crate::store::ids::{InvitationId, PersonId};
use chrono::NaiveDate;
use serde_json::json;

/// The root unit until somebody names it.
const UNNAMED: &str = "集团";

/// Who is to look after the installation.
#[derive(Debug, Clone)]
pub struct NewAdmin {
    pub name: String,
    /// Also the employee number, unless somebody on the roster has it already: then it is they.
    pub user_name: String,
    pub email: Option<String>,
    /// The organisation's name in the settings and of the root unit, as far as neither has one yet.
    pub organisation: Option<String>,
    pub roles: Vec<Role>,
    /// Also when there is an administrator already.
    pub again: bool,
}

/// Makes an administrator and gives the invitation's id and nonce.
///
/// # Errors
/// `Refused` when there is one already and it was not asked for again, or the user name is somebody else's or none.
pub fn create_admin(conn: &mut Conn, new: &NewAdmin, today: NaiveDate, now: Moment) -> Result<(InvitationId, String)> {
    if !new.again && queries::has_holder(conn, Role::Security)? {
        return Err(Error::refused(Message::new("admin-exists")));
    }
    name_organisation(conn, new)?;
    let person = find_or_add_person(conn, new, today)?;
    let found = queries::find_account_of(conn, person)?;
    let account = match found.account {
        Some(account) => {
            queries::set_disabled(conn, account.id, None)?;
            account.id
        }
        None => add_account(conn, person, &new.user_name, &found.employee_number, now)?,
    };
    let held = queries::list_roles(conn, person)?;
    for role in new.roles.iter().filter(|role| !held.contains(role)) {
        queries::insert_grant(conn, account, *role, None, None, now)?;
    }
    let invitation = new_invitation(conn, account, None, now)?;
    let details = json!({ "person": person, "roles": new.roles });
    let actor = Actor::program("create-admin");
    audit::record(conn, &actor, now, Action::new("accounts.administrator_created", "account"), account.0, &details)?;
    Ok(invitation)
}

fn name_organisation(conn: &mut Conn, new: &NewAdmin) -> Result<()> {
    let Some(organisation) = new.organisation.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let known = settings::current(conn)?;
    if !known.organisation.trim().is_empty() {
        return Ok(());
    }
    settings::establish(conn, &Settings { organisation: organisation.to_owned(), ..known })
}

fn find_or_add_person(conn: &mut Conn, new: &NewAdmin, today: NaiveDate) -> Result<PersonId> {
    if let Some(person) = queries::find_person_by_number(conn, &new.user_name)? {
        return Ok(person);
    }
    let units = organization::queries::list_units(conn)?;
    let root = match units.into_iter().find(|unit| unit.parent_id.is_none()) {
        Some(root) => root,
        None => {
            let name = new.organisation.as_deref().unwrap_or(UNNAMED);
            organization::queries::insert_unit(conn, None, "ROOT", name, UnitKind::Group, 1)?
        }
    };
    let person = NewPerson {
        employee_number: new.user_name.trim().to_owned(),
        name: new.name.trim().to_owned(),
        unit_id: root.id,
        post: "系统管理员".to_owned(),
        category: Category::Staff,
        order_number: 999,
        email: new.email.clone(),
    };
    let ids = organization::queries::insert_people(conn, &[person], today)?;
    ids.first().copied().ok_or(Error::NotFound("person"))
}
