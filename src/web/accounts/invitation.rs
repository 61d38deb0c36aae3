//! The page of an invitation: whoever has its link sets the account's password, once.

use super::sign_in::signed_in;
use crate::accounts::password_rules::{self, Policy};
use crate::accounts::queries::FoundInvitation;
use crate::accounts::{self, known_device, model, queries};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::secret;
use crate::settings;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct InvitationPage {
    name: String,
    unit_name: String,
    user_name: String,
    shortest: usize,
}

#[derive(Serialize)]
struct OverPage {
    state: &'static str,
    login: &'static str,
}

#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

type Place = Path<(String, String)>;

/// What the page of an invitation rests on.
struct Opened {
    found: FoundInvitation,
    organisation: String,
    policy: Policy,
    /// Of the password that they have.
    old_hash: Option<String>,
}

/// The invitation of a link, or the page of an address that there is not.
async fn find(app: &App, place: &Place) -> Result<Opened> {
    let id: i64 = place.0.parse().map_err(|_| Error::NotFound("invitation"))?;
    let read = move |conn: &mut crate::store::Conn| {
        let found = queries::find_invitation(conn, crate::store::ids::InvitationId(id))?;
        let found = found.ok_or(Error::NotFound("invitation"))?;
        let settings = settings::current(conn)?;
        Ok(Opened {
            policy: Policy::new(&queries::list_roles(conn, found.person)?, settings.strict_passwords),
            old_hash: queries::find_password_hash(conn, found.invitation.account_id)?,
            organisation: settings.organisation,
            found,
        })
    };
    let opened = app.db.read(read).await?;
    if !app.secret.is_invitation_token(id, &opened.found.invitation.nonce, &place.1) {
        return Err(Error::NotFound("invitation"));
    }
    Ok(opened)
}

/// `GET /invitation/{id}/{token}`: who it is for, and the form for a password. Changes nothing: mail
/// scanners open links too.
pub async fn show(app: Data<App>, visit: Visit, place: Place) -> Result<HttpResponse> {
    let Opened { found, policy, .. } = find(&app, &place).await?;
    if !found.can_be_used(app.clock.now()) {
        return over(&app, &visit, &found);
    }
    page::show(&app, &visit, "accounts/invitation", &content(found, policy))
}

fn content(found: FoundInvitation, policy: Policy) -> InvitationPage {
    let FoundInvitation { name, unit_name, user_name, .. } = found;
    InvitationPage { name, unit_name, user_name, shortest: policy.shortest }
}

fn over(app: &App, visit: &Visit, found: &FoundInvitation) -> Result<HttpResponse> {
    let state = match found.invitation.state(app.clock.now()) {
        // Open, and yet of no use: the account was closed.
        model::InvitationState::Open => model::InvitationState::Ended,
        other => other,
    };
    let content = OverPage { state: state.as_str(), login: links::LOGIN };
    page::show_with(app, visit, StatusCode::GONE, "accounts/invitation_over", &content)
}

/// `POST /invitation/{id}/{token}`: sets the password and signs in.
pub async fn accept(app: Data<App>, visit: Visit, place: Place, form: Form<PasswordForm>) -> Result<HttpResponse> {
    let Opened { found, organisation, policy, old_hash } = find(&app, &place).await?;
    let now = app.clock.now();
    if !found.can_be_used(now) {
        return over(&app, &visit, &found);
    }
    let own = [&found.name, &found.user_name, &found.employee_number, &organisation].map(String::as_str);
    let mut problems = problems_of(&form.fields.password, &form.fields.again, &own, policy);
    // Where passwords are renewed, the old one is not a new one.
    if policy.is_strict
        && problems.is_empty()
        && old_hash.is_some()
        && app.hashing.verify(form.fields.password.clone(), old_hash).await?
    {
        problems.push(Problem::at("password", Message::new("password-is-the-old-one")));
    }
    if !problems.is_empty() {
        return page::refused(&app, &visit, "accounts/invitation", &content(found, policy), &problems);
    }
    let hash = app.hashing.hash(form.fields.password).await?;
    let (token, id, address) = (secret::random_token(), found.invitation.id, visit.origin.clone());
    let (new_token, new_hash) = (token.clone(), hash.clone());
    if !app.db.write(move |conn| accounts::accept(conn, id, &new_hash, &new_token, &address, now)).await? {
        return Ok(page::redirect(&app, &visit, links::LOGIN, &Message::new("factor-password-set")));
    }
    let account = model::Account {
        id: found.invitation.account_id,
        person_id: found.person,
        user_name: found.user_name,
        password_hash: Some(hash),
    };
    Ok(signed_in(&app, &token, Some(&known_device::make(&app.secret, &account, visit.device.as_deref())), links::HOME))
}

/// What is wrong with a new password and its repetition.
pub(super) fn problems_of(password: &str, again: &str, own: &[&str], policy: Policy) -> Vec<Problem> {
    match password_rules::check(password, own, policy) {
        Err(message) => vec![Problem::at("password", message)],
        Ok(()) if password != again => vec![Problem::at("again", Message::new("password-differs"))],
        Ok(()) => Vec::new(),
    }
}
