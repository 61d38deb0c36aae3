//! One's own matters: what is held, mail and text size, password, logins.

use super::invitation::problems_of;
use crate::access::{LoginKind, TextSize, Viewer};
use crate::accounts::model::{self, OwnLogin};
use crate::accounts::password_rules::Policy;
use crate::accounts::{self, factor, known_device, queries, sign_in};
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::{self, Person};
use crate::settings;
use crate::store::Conn;
use crate::store::ids::LoginId;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct MePage {
    person: Person,
    unit_name: String,
    user_name: String,
    language: &'static str,
    text_size: &'static str,
    languages: Vec<(&'static str, &'static str)>,
    text_sizes: Vec<&'static str>,
    roles: Vec<&'static str>,
    logins: Vec<ShownLogin>,
    shortest: usize,
    notice: &'static str,
    own_data: &'static str,
    /// Where to ask HQ for a correction of what is held.
    correct: String,
    /// Where to sign in with a password, on a phone that reaches own matters only.
    sign_in: Option<String>,
    has_password: bool,
    has_factor: bool,
    factor: &'static str,
}

#[derive(Serialize)]
struct ShownLogin {
    /// Opened at the door, for own matters only.
    remembered: bool,
    expires_at: crate::clock::Moment,
    #[serde(flatten)]
    times: Times,
    end: String,
    is_this: bool,
}

#[derive(Serialize)]
struct Times {
    created_at: crate::clock::Moment,
    last_seen_at: crate::clock::Moment,
}

/// `GET /me`
pub async fn show(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let content = content(&app, &visit).await?;
    page::show(&app, &visit, "accounts/me", &content)
}

async fn content(app: &App, visit: &Visit) -> Result<MePage> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let read = move |conn: &mut Conn| {
        let person = organization::queries::find_person(conn, &viewer.reach(), viewer.person, viewer.person)?;
        let facts = queries::find_account_of(conn, viewer.person)?;
        let logins = queries::list_logins(conn, viewer.account, model::limits(&viewer.grants), now)?;
        let has_factor = factor::is_on(conn, viewer.account)?;
        let mut roles: Vec<&'static str> = viewer.grants.iter().map(|grant| grant.role.as_str()).collect();
        roles.dedup();
        Ok(MePage {
            person,
            unit_name: viewer.unit_name.clone(),
            has_password: facts.account.as_ref().is_some_and(|account| account.password_hash.is_some()),
            sign_in: (!viewer.is_full()).then(|| links::login_then(links::ME)),
            user_name: facts.account.map(|account| account.user_name).unwrap_or_default(),
            language: viewer.language.as_str(),
            text_size: viewer.text_size.as_str(),
            languages: Language::ALL.iter().map(|language| (language.as_str(), language.own_name())).collect(),
            text_sizes: TextSize::ALL.iter().map(|size| size.as_str()).collect(),
            roles,
            logins: logins.into_iter().map(|login| shown(&viewer, login)).collect(),
            shortest: policy_of(&viewer, false, has_factor).shortest,
            has_factor,
            factor: links::FACTOR,
            notice: links::NOTICE,
            own_data: links::OWN_DATA,
            correct: format!("{}?kind=own_data", links::FEEDBACK),
        })
    };
    app.db.read(read).await
}

fn policy_of(viewer: &Viewer, is_strict: bool, has_factor: bool) -> Policy {
    let roles: Vec<_> = viewer.grants.iter().map(|grant| grant.role).collect();
    let policy = Policy::new(&roles, is_strict);
    if has_factor { policy.with_factor() } else { policy }
}

fn shown(viewer: &Viewer, login: OwnLogin) -> ShownLogin {
    ShownLogin {
        remembered: login.kind == LoginKind::Remembered,
        expires_at: login.expires_at,
        times: Times { created_at: login.created_at, last_seen_at: login.last_seen_at },
        end: format!("{}/logins/{}/end", links::ME, login.id),
        is_this: login.id == viewer.login,
    }
}

#[derive(Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    text_size: String,
}

/// `POST /me/profile`: language of mail and text size.
pub async fn change_profile(app: Data<App>, visit: Visit, form: Form<ProfileForm>) -> Result<HttpResponse> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let language: Language = form.fields.language.parse().unwrap_or(viewer.language);
    let size: TextSize = form.fields.text_size.parse().unwrap_or(viewer.text_size);
    app.db.write(move |conn| accounts::change_profile(conn, &viewer, language, size, now)).await?;
    Ok(page::redirect(&app, &visit, links::ME, &Message::new("me-profile-saved")))
}

#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /me/password`: a new password, for whoever knows the old one; all other logins end.
pub async fn change_password(app: Data<App>, visit: Visit, form: Form<PasswordForm>) -> Result<HttpResponse> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let person = viewer.person;
    let account = viewer.account;
    let read = move |conn: &mut Conn| {
        Ok((queries::find_account_of(conn, person)?, settings::current(conn)?, factor::is_on(conn, account)?))
    };
    let (facts, settings, has_factor) = app.db.read(read).await?;
    let account = facts.account.ok_or(Error::NotFound("account"))?;
    let attempt = sign_in::Attempt::new(&app.secret, &account.user_name, "own password", Some("own password"));
    let counted = attempt.clone();
    let admission = app.db.write(move |conn| sign_in::admit(conn, &counted, now)).await?;
    if let sign_in::Admission::ComeBackAt(until) = admission {
        let message = Message::new("login-wait").with("seconds", (until - now).num_seconds() + 1);
        return page::refused(
            &app,
            &visit,
            "accounts/me",
            &content(&app, &visit).await?,
            &[Problem::at("old", message)],
        );
    }
    let old_hash = account.password_hash.clone();
    let is_same = form.fields.old == form.fields.password;
    let is_right = app.hashing.verify(form.fields.old, old_hash.clone()).await?;
    let own =
        [&facts.person_name, &account.user_name, &facts.employee_number, &settings.organisation].map(String::as_str);
    let problems = match (is_right, old_hash.as_ref()) {
        // Where passwords are renewed, the old one is not a new one.
        (true, Some(_)) if settings.strict_passwords && is_same => {
            vec![Problem::at("password", Message::new("password-is-the-old-one"))]
        }
        (true, Some(_)) => {
            let policy = policy_of(&viewer, settings.strict_passwords, has_factor);
            problems_of(&form.fields.password, &form.fields.again, &own, policy)
        }
        _ => vec![Problem::at("old", Message::new("password-old-wrong"))],
    };
    if is_right {
        app.db.write(move |conn| sign_in::forgive(conn, &attempt)).await?;
    }
    let (Some(old_hash), true) = (old_hash, problems.is_empty()) else {
        return page::refused(&app, &visit, "accounts/me", &content(&app, &visit).await?, &problems);
    };
    let hash = app.hashing.hash(form.fields.password).await?;
    let new_hash = hash.clone();
    let (signed, id) = (viewer.clone(), viewer.account);
    app.db.write(move |conn| accounts::change_password(conn, &signed, &old_hash, &new_hash, now)).await?;
    let account = model::Account { id, person_id: person, user_name: account.user_name, password_hash: Some(hash) };
    // The form's address leads to the form; the message stands at the top.
    let top = format!("{}#main", links::ME);
    let mut response = page::redirect(&app, &visit, &top, &Message::new("me-password-changed"));
    let device = known_device::make(&app.secret, &account, visit.device.as_deref());
    let _ = response.add_cookie(&cookies::device(&app, &device));
    Ok(response)
}

/// `POST /me/logins/{id}/end`: ends one of one's own logins.
pub async fn end_login(app: Data<App>, visit: Visit, id: Path<LoginId>, _: Form<Button>) -> Result<HttpResponse> {
    let (id, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    app.db.write(move |conn| sign_in::end_own_login(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, links::ME, &Message::new("me-login-ended")))
}
