//! `/me/factor`: one's own second factor; `/login/code`: the code that follows the password.

use super::prove::{own_user_name, prove_now};
use super::sign_in::{must_renew, signed_in};
use crate::access::{Role, Viewer};
use crate::accounts::factor::{self, model, step};
use crate::accounts::known_device;
use crate::accounts::password_rules::{LONGEST, Policy};
use crate::accounts::sign_in::{self, Admission, Attempt};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::secret;
use crate::store::Conn;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct FactorPage {
    here: &'static str,
    /// For the browser's store of passwords, which has to know whose is asked for.
    user_name: String,
    is_on: bool,
    since: Option<crate::clock::Moment>,
    n_unused: i64,
    /// The settings ask for one, by a role held.
    is_required: bool,
    /// What the phone reads, and the same to type; nothing before one has begun.
    address: Option<String>,
    secret: String,
    /// Recovery codes, once.
    codes: Vec<String>,
}

/// `GET /me/factor`
pub async fn show(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    if !visit.viewer()?.is_full() {
        return Ok(page::go(&links::login_then(links::FACTOR)));
    }
    page::show(&app, &visit, "accounts/factor", &content(&app, &visit, Vec::new()).await?)
}

async fn content(app: &App, visit: &Visit, codes: Vec<String>) -> Result<FactorPage> {
    let (viewer, secret) = (visit.viewer()?.clone(), app.secret.clone());
    let (account, person) = (viewer.account, viewer.person);
    let read = move |conn: &mut Conn| {
        let found = factor::queries::find(conn, account)?;
        Ok((found, factor::queries::count_unused(conn, account)?, own_user_name(conn, person)?))
    };
    let (found, n_unused, user_name) = app.db.read(read).await?;
    let since = found.as_ref().and_then(|factor| factor.confirmed_at);
    let begun = found.filter(|factor| factor.confirmed_at.is_none());
    let known = begun.and_then(|factor| model::open(&secret, account, &factor.sealed_secret));
    Ok(FactorPage {
        here: links::FACTOR,
        is_on: since.is_some(),
        since,
        n_unused,
        is_required: visit.must_enrol || app.foot.asks_for_factor(&viewer.grants),
        address: known.as_ref().map(|known| model::enrolment_address(&user_name, known)),
        secret: known.map(|known| in_fours(&model::base32(&known))).unwrap_or_default(),
        codes,
        user_name,
    })
}

fn in_fours(text: &str) -> String {
    let mut fours = String::new();
    for (n, letter) in text.chars().enumerate() {
        if n > 0 && n % 4 == 0 {
            fours.push(' ');
        }
        fours.push(letter);
    }
    fours
}

#[derive(Deserialize)]
pub struct FactorForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
}

async fn or_again<T>(app: &App, visit: &Visit, done: Result<T>) -> Result<std::result::Result<T, HttpResponse>> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Refused(problems)) => {
            let content = content(app, visit, Vec::new()).await?;
            Ok(Err(page::refused(app, visit, "accounts/factor", &content, &problems)?))
        }
        Err(other) => Err(other),
    }
}

/// `POST /me/factor/begin`: makes a secret, for whoever knows their password (S-06).
pub async fn begin(app: Data<App>, visit: Visit, form: Form<FactorForm>) -> Result<HttpResponse> {
    let (viewer, secret, now) = (visit.viewer()?.clone(), app.secret.clone(), app.clock.now());
    if let Err(again) = or_again(&app, &visit, prove_now(&app, &viewer, &form.fields.password).await).await? {
        return Ok(again);
    }
    app.db.write(move |conn| factor::begin(conn, &secret, &viewer, now)).await?;
    Ok(page::go(links::FACTOR))
}

/// `POST /me/factor/confirm`: switches it on, and shows the recovery codes this once.
pub async fn confirm(app: Data<App>, visit: Visit, form: Form<FactorForm>) -> Result<HttpResponse> {
    let (viewer, secret, now) = (visit.viewer()?.clone(), app.secret.clone(), app.clock.now());
    let attempt = code_attempt(&app, &viewer.account.to_string());
    let counted = attempt.clone();
    if let Admission::ComeBackAt(until) = app.db.write(move |conn| sign_in::admit(conn, &counted, now)).await? {
        let refused: Result<()> = Err(Error::Refused(vec![wait((until - now).num_seconds() + 1)]));
        return or_again(&app, &visit, refused).await?.map_or_else(Ok, |()| Err(Error::Conflict));
    }
    let done = app
        .db
        .write(move |conn| {
            let codes = factor::confirm(conn, &secret, &viewer, &form.fields.code, now)?;
            sign_in::forgive(conn, &attempt)?;
            Ok(codes)
        })
        .await;
    match or_again(&app, &visit, done).await? {
        Ok(codes) => page::show(&app, &visit, "accounts/factor", &content(&app, &visit, codes).await?),
        Err(again) => Ok(again),
    }
}

/// `POST /me/factor/codes`: new recovery codes, for whoever knows their password.
pub async fn new_codes(app: Data<App>, visit: Visit, form: Form<FactorForm>) -> Result<HttpResponse> {
    let (viewer, secret, now) = (visit.viewer()?.clone(), app.secret.clone(), app.clock.now());
    if let Err(again) = or_again(&app, &visit, prove_now(&app, &viewer, &form.fields.password).await).await? {
        return Ok(again);
    }
    let codes = app.db.write(move |conn| factor::new_recovery_codes(conn, &secret, &viewer, now)).await?;
    page::show(&app, &visit, "accounts/factor", &content(&app, &visit, codes).await?)
}

/// `POST /me/factor/off`: switches it off, for whoever knows their password, when that is long enough alone.
pub async fn switch_off(app: Data<App>, visit: Visit, form: Form<FactorForm>) -> Result<HttpResponse> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let proven = prove_now(&app, &viewer, &form.fields.password).await;
    let proven = proven.and_then(|()| check_length(&viewer, &form.fields.password));
    if let Err(again) = or_again(&app, &visit, proven).await? {
        return Ok(again);
    }
    app.db.write(move |conn| factor::switch_off(conn, &viewer, now)).await?;
    Ok(page::redirect(&app, &visit, links::FACTOR, &Message::new("factor-off-done")))
}

fn check_length(viewer: &Viewer, password: &str) -> Result<()> {
    let roles: Vec<Role> = viewer.grants.iter().map(|grant| grant.role).collect();
    let shortest = Policy::new(&roles, false).shortest;
    if (shortest..=LONGEST).contains(&password.chars().count()) {
        return Ok(());
    }
    let message = Message::new("factor-password-too-short").with("n", shortest as i64);
    Err(Error::Refused(vec![Problem::at("password", message)]))
}

/// Codes are counted by account, wherever they come from: who types one knows the password.
fn code_attempt(app: &App, account: &str) -> Attempt {
    Attempt::new(&app.secret, &format!("code of {account}"), "code", Some("code"))
}

fn wait(seconds: i64) -> Problem {
    let message = if seconds <= 60 { "login-wait" } else { "factor-wait-long" };
    Problem::whole(Message::new(message).with("seconds", seconds))
}

#[derive(Default, Deserialize, Serialize)]
pub struct CodeForm {
    #[serde(default, skip_serializing)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Serialize)]
struct CodePage {
    action: &'static str,
    form: CodeForm,
}

fn code_page(next: String) -> CodePage {
    let next = if links::is_own(&next) { next } else { String::new() };
    CodePage { action: links::LOGIN_CODE, form: CodeForm { code: String::new(), next } }
}

/// `GET /login/code`: asks for the code, from whoever has just shown to know a password.
pub async fn ask(app: Data<App>, visit: Visit, query: Query<CodeForm>) -> Result<HttpResponse> {
    if visit.step.is_none() {
        return Ok(page::go(links::LOGIN));
    }
    page::show(&app, &visit, "accounts/code", &code_page(query.into_inner().next))
}

/// `POST /login/code`: signs in.
pub async fn sign_in(app: Data<App>, visit: Visit, form: Form<CodeForm>) -> Result<HttpResponse> {
    let (CodeForm { code, next }, now) = (form.fields, app.clock.now());
    let (secret, step) = (app.secret.clone(), visit.step.clone().unwrap_or_default());
    let Some(account) = app.db.read(move |conn| step::read(conn, &secret, &step, now)).await? else {
        return Ok(page::redirect(&app, &visit, links::LOGIN, &Message::new("factor-step-over")));
    };
    let attempt = code_attempt(&app, &account.id.to_string());
    let counted = attempt.clone();
    if let Admission::ComeBackAt(until) = app.db.write(move |conn| sign_in::admit(conn, &counted, now)).await? {
        let seconds = (until - now).num_seconds() + 1;
        return page::come_back(&app, &visit, "accounts/code", &code_page(next), wait(seconds), seconds);
    }
    let (token, address, secret) = (secret::random_token(), visit.origin.clone(), app.secret.clone());
    let (new_token, replaced) = (token.clone(), visit.viewer.as_ref().map(|viewer| viewer.login));
    let device = known_device::make(&app.secret, &account, visit.device.as_deref());
    let (tried, id, from) = (attempt.clone(), account.id, address.clone());
    let is_right = app.db.write(move |conn| {
        let is_right = factor::accept(conn, &secret, id, &code, now)?;
        if !is_right {
            sign_in::fail(conn, &tried, Some(id), &from, now)?;
        }
        Ok(is_right)
    });
    if !is_right.await? {
        let problems = [Problem::at("code", Message::new("factor-code-wrong"))];
        return page::refused(&app, &visit, "accounts/code", &code_page(next), &problems);
    }
    if let Some(renewal) = must_renew(&app, &account, &attempt).await? {
        return Ok(page::redirect(&app, &visit, &renewal, &Message::new("login-renew")));
    }
    let begun =
        app.db.write(move |conn| sign_in::succeed(conn, &attempt, &account, &new_token, replaced, &address, now));
    begun.await?;
    let mut response = signed_in(&app, &token, Some(&device), &next);
    let _ = response.add_cookie(&cookies::step(&app, String::new(), 0));
    Ok(response)
}
