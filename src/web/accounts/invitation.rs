//! The page of an invitation: whoever has its link sets the account's password, once.

use super::sign_in::signed_in;
use crate::accounts::queries::FoundInvitation;
use crate::accounts::{self, known_device, model, password_rules, queries};
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

/// The invitation of a link, or the page of an address that there is not.
async fn find(app: &App, place: &Place) -> Result<(FoundInvitation, String)> {
    let id: i64 = place.0.parse().map_err(|_| Error::NotFound("invitation"))?;
    let read = move |conn: &mut crate::store::Conn| {
        Ok((
            queries::find_invitation(conn, crate::store::ids::InvitationId(id))?,
            settings::current(conn)?.organisation,
        ))
    };
    let (found, organisation) = app.db.read(read).await?;
    let found = found.ok_or(Error::NotFound("invitation"))?;
    if !app.secret.is_invitation_token(id, &found.invitation.nonce, &place.1) {
        return Err(Error::NotFound("invitation"));
    }
    Ok((found, organisation))
}

/// `GET /invitation/{id}/{token}`: who it is for, and the form for a password. Changes nothing: mail
/// scanners open links too.
pub async fn show(app: Data<App>, visit: Visit, place: Place) -> Result<HttpResponse> {
    let (found, _) = find(&app, &place).await?;
    if !found.can_be_used(app.clock.now()) {
        return over(&app, &visit, &found);
    }
    page::show(&app, &visit, "accounts/invitation", &content(found))
}

fn content(found: FoundInvitation) -> InvitationPage {
    let FoundInvitation { name, unit_name, user_name, .. } = found;
    InvitationPage { name, unit_name, user_name, shortest: password_rules::SHORTEST }
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
    let (found, organisation) = find(&app, &place).await?;
    let now = app.clock.now();
    if !found.can_be_used(now) {
        return over(&app, &visit, &found);
    }
    let own = [&found.name, &found.user_name, &found.employee_number, &organisation].map(String::as_str);
    let problems = problems_of(&form.fields.password, &form.fields.again, &own);
    if !problems.is_empty() {
        return page::refused(&app, &visit, "accounts/invitation", &content(found), &problems);
    }
    let hash = app.hashing.hash(form.fields.password).await?;
    let (token, id, address) = (secret::random_token(), found.invitation.id, visit.origin.clone());
    let (new_token, new_hash) = (token.clone(), hash.clone());
    app.db.write(move |conn| accounts::accept(conn, id, &new_hash, &new_token, &address, now)).await?;
    let account = model::Account {
        id: found.invitation.account_id,
        person_id: found.person,
        user_name: found.user_name,
        password_hash: Some(hash),
    };
    Ok(signed_in(&app, &token, Some(&known_device::make(&app.secret, &account, visit.device.as_deref())), links::HOME))
}

/// What is wrong with a new password and its repetition.
pub(super) fn problems_of(password: &str, again: &str, own: &[&str]) -> Vec<Problem> {
    match password_rules::check(password, own) {
        Err(message) => vec![Problem::at("password", message)],
        Ok(()) if password != again => vec![Problem::at("again", Message::new("password-differs"))],
        Ok(()) => Vec::new(),
    }
}
