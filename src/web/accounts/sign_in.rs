//! Signing in and out; in a demo, as one of its cast.

use crate::access::{Actor, Viewer};
use crate::accounts::model::Account;
use crate::accounts::password_rules::Policy;
use crate::accounts::sign_in::{Admission, Attempt};
use crate::accounts::{self, factor, known_device, password, queries, sign_in};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::secret;
use crate::settings;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct LoginQuery {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub struct LoginForm {
    #[serde(default)]
    user_name: String,
    #[serde(default, skip_serializing)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Serialize)]
struct LoginPage {
    form: LoginForm,
    /// They came by the code of a hall's screen.
    checks_in: bool,
    forgotten: &'static str,
    demo_roles: &'static [&'static str],
}

/// The roles of the demo, which are also the user names of its cast.
pub const DEMO_ROLES: &[&str] =
    &["trainee", "leader", "liaison", "clerk", "hq", "inspector", "system", "security", "audit", "admin"];

/// `GET /login`: the sign-in form; in a demo with a button for each role.
pub async fn form(app: Data<App>, visit: Visit, query: Query<LoginQuery>) -> Result<HttpResponse> {
    let form = LoginForm { next: own_or_empty(query.into_inner().next), ..LoginForm::default() };
    page::show(&app, &visit, "accounts/login", &login_page(&app, &visit, form))
}

fn login_page(app: &App, visit: &Visit, form: LoginForm) -> LoginPage {
    let is_demo = app.demo.is_some() && visit.is_from_here;
    let checks_in = links::is_check_in(&form.next);
    let demo_roles: &[&str] = if is_demo { DEMO_ROLES } else { &[] };
    LoginPage { form, checks_in, forgotten: links::FORGOTTEN, demo_roles }
}

fn own_or_empty(next: String) -> String {
    if links::is_own(&next) { next } else { String::new() }
}

/// `POST /login`: signs in, and goes on to where one wanted to be.
pub async fn sign_in(app: Data<App>, visit: Visit, form: Form<LoginForm>) -> Result<HttpResponse> {
    let fields = form.fields;
    let name = fields.user_name.clone();
    let account = app.db.read(move |conn| Ok(queries::find_account(conn, &name)?)).await?;
    let device = account.as_ref().zip(visit.device.as_ref());
    let device = device.and_then(|(account, value)| known_device::recognise(&app.secret, account, value));
    let attempt = Attempt::new(&app.secret, &fields.user_name, &visit.origin, device.as_deref());
    let (counted, now) = (attempt.clone(), app.clock.now());
    if let Admission::ComeBackAt(until) = app.db.write(move |conn| sign_in::admit(conn, &counted, now)).await? {
        return come_back(&app, &visit, fields, (until - now).num_seconds() + 1);
    }
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verified = app.hashing.verify(fields.password.clone(), hash).await?;
    match account {
        Some(account) if verified => begin(&app, &visit, attempt, account, fields).await,
        other => {
            let (id, address) = (other.map(|account| account.id), visit.origin.clone());
            app.db.write(move |conn| sign_in::fail(conn, &attempt, id, &address, now)).await?;
            let problems = [Problem::at("user_name", Message::new("login-wrong"))];
            page::refused(&app, &visit, "accounts/login", &login_page(&app, &visit, fields), &problems)
        }
    }
}

/// Too many attempts have failed: the same for every name, known to us or not.
fn come_back(app: &App, visit: &Visit, fields: LoginForm, seconds: i64) -> Result<HttpResponse> {
    let message = if seconds <= 60 { Message::new("login-wait") } else { Message::new("login-wait-long") };
    let problem = Problem::whole(message.with("seconds", seconds));
    page::come_back(app, visit, "accounts/login", &login_page(app, visit, fields), problem, seconds)
}

async fn begin(
    app: &App,
    visit: &Visit,
    attempt: Attempt,
    account: Account,
    fields: LoginForm,
) -> Result<HttpResponse> {
    let (token, now, address) = (secret::random_token(), app.clock.now(), visit.origin.clone());
    let replaced = visit.viewer.as_ref().map(|viewer| viewer.login);
    let (new_token, device) = (token.clone(), known_device::make(&app.secret, &account, visit.device.as_deref()));
    let stronger = match account.password_hash.as_deref().is_some_and(password::is_outdated) {
        true => Some(app.hashing.hash(fields.password.clone()).await?),
        false => None,
    };
    let (known, secret) = (account.clone(), app.secret.clone());
    let (known_attempt, new_hash) = (attempt.clone(), stronger.clone());
    let step = app.db.write(move |conn| {
        if !factor::is_on(conn, known.id)? {
            return Ok(None);
        }
        new_hash.iter().try_for_each(|hash| sign_in::store_stronger_hash(conn, &known, hash))?;
        // The password was right; codes are counted for themselves.
        sign_in::forgive(conn, &known_attempt)?;
        let password_hash = new_hash.clone().or_else(|| known.password_hash.clone());
        factor::step::make(conn, &secret, &Account { password_hash, ..known.clone() }, now)
    });
    if let Some(step) = step.await? {
        let mut response = page::go(&links::login_code_then(&fields.next));
        let _ = response.add_cookie(&cookies::step(app, step, factor::step::LIFE.num_seconds()));
        return Ok(response);
    }
    if let Some(renewal) = must_renew(app, &account, &attempt).await? {
        return Ok(page::redirect(app, visit, &renewal, &Message::new("login-renew")));
    }
    app.db
        .write(move |conn| {
            sign_in::succeed(conn, &attempt, &account, &new_token, replaced, &address, now)?;
            stronger.iter().try_for_each(|hash| sign_in::store_stronger_hash(conn, &account, hash))
        })
        .await?;
    Ok(signed_in(app, &token, Some(&device), &fields.next))
}

/// Where whoever has just shown to know a password renews it, when the settings ask for that and it is time. They are
/// not signed in before.
pub(super) async fn must_renew(app: &App, account: &Account, attempt: &Attempt) -> Result<Option<String>> {
    let (id, person, now) = (account.id, account.person_id, app.clock.now());
    let is_over = app.db.read(move |conn| {
        let settings = settings::current(conn)?;
        if !settings.strict_passwords {
            return Ok(false);
        }
        let policy = Policy::new(&queries::list_roles(conn, person)?, settings.strict_passwords);
        Ok(policy.is_over(queries::find_password_set_at(conn, id)?, now))
    });
    if !is_over.await? {
        return Ok(None);
    }
    let attempt = attempt.clone();
    let (invitation, nonce) = app
        .db
        .write(move |conn| {
            sign_in::forgive(conn, &attempt)?;
            accounts::begin_renewal(conn, id, now)
        })
        .await?;
    Ok(Some(links::invitation(invitation, &app.secret.invitation_token(invitation.0, &nonce))))
}

/// On to where one wanted to be, with the cookies of a login that has begun.
pub(super) fn signed_in(app: &App, token: &str, device: Option<&str>, next: &str) -> HttpResponse {
    let mut response = page::go(if links::is_own(next) { next } else { links::HOME });
    let _ = response.add_cookie(&cookies::login(app, token));
    if let Some(device) = device {
        let _ = response.add_cookie(&cookies::device(app, device));
    }
    response
}

#[derive(Deserialize)]
pub struct DemoForm {
    #[serde(default)]
    role: String,
    #[serde(default)]
    next: String,
}

/// `POST /login/demo`: in a demo on this machine, signs in as one of its cast.
pub async fn as_role(app: Data<App>, visit: Visit, form: Form<DemoForm>) -> Result<HttpResponse> {
    let DemoForm { role, next } = form.fields;
    let role = DEMO_ROLES.iter().find(|known| **known == role).ok_or(Error::NotFound("role"))?;
    let (token, now, address) = (secret::random_token(), app.clock.now(), visit.origin.clone());
    let (new_token, replaced) = (token.clone(), visit.viewer.as_ref().map(|viewer| viewer.login));
    app.db
        .write(move |conn| {
            let account = queries::find_account(conn, role)?.ok_or(Error::NotFound("account"))?;
            sign_in::replace_login(conn, account.id, replaced, now)?;
            sign_in::begin_login(conn, account.id, &new_token, &Actor::person(account.person_id, &address), now)
        })
        .await?;
    Ok(signed_in(&app, &token, None, &next))
}

/// `POST /logout`: ends the login on the server and in the browser.
pub async fn sign_out(app: Data<App>, viewer: Viewer, _: Form<Button>) -> Result<HttpResponse> {
    let now = app.clock.now();
    app.db.write(move |conn| sign_in::sign_out(conn, &viewer, now)).await?;
    let mut response = page::go(links::LOGIN);
    let _ = response.add_cookie(&cookies::no_login(&app));
    Ok(response)
}
