//! Signing in and out.

use super::form::{Button, Form};
use super::visit::{Visit, login_cookie, no_login_cookie};
use super::{App, page};
use crate::access::{Actor, Viewer};
use crate::accounts::{queries, secret, sign_in};
use crate::error::{Message, Problem, Result};
use crate::links;
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
    demo_roles: &'static [&'static str],
}

/// The roles of the demo, which are also the user names of its cast.
pub const DEMO_ROLES: &[&str] = &["trainee", "leader", "clerk", "hq", "admin"];

/// `GET /login`: the sign-in form; in a demo with a button for each role.
pub async fn login_form(app: Data<App>, visit: Visit, query: Query<LoginQuery>) -> Result<HttpResponse> {
    let form = LoginForm { next: query.into_inner().next, ..LoginForm::default() };
    page::show(&app, &visit, "accounts/login", &login_page(&app, form))
}

fn login_page(app: &App, form: LoginForm) -> LoginPage {
    LoginPage { form, demo_roles: if app.demo.is_some() { DEMO_ROLES } else { &[] } }
}

/// `POST /login`: signs in, and goes on to where one wanted to be.
pub async fn sign_in(app: Data<App>, visit: Visit, form: Form<LoginForm>) -> Result<HttpResponse> {
    let fields = form.fields;
    let user_name = fields.user_name.clone();
    let account = app.db.read(move |conn| Ok(queries::find_account(conn, &user_name)?)).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verified = app.hashing.verify(fields.password.clone(), hash).await?;
    let Some(account) = account.filter(|_| verified) else {
        let problems = [Problem::at("user_name", Message::new("login-wrong"))];
        return page::refused(&app, &visit, "accounts/login", &login_page(&app, fields), &problems);
    };
    let (token, now) = (secret::random_token(), app.clock.now());
    let (cookie, origin) = (login_cookie(&app, &token), visit.origin.clone());
    app.db
        .write(move |conn| {
            let actor = Actor::person(account.person_id, &origin);
            sign_in::begin_login(conn, account.id, &token, &actor, now)
        })
        .await?;
    let next = if links::is_own(&fields.next) { fields.next.as_str() } else { links::HOME };
    let mut response = page::go(next);
    let _ = response.add_cookie(&cookie);
    Ok(response)
}

/// `POST /logout`: ends the login on the server and in the browser.
pub async fn sign_out(app: Data<App>, viewer: Viewer, _: Form<Button>) -> Result<HttpResponse> {
    let now = app.clock.now();
    app.db.write(move |conn| sign_in::sign_out(conn, &viewer, now)).await?;
    let mut response = page::go(links::LOGIN);
    let _ = response.add_cookie(&no_login_cookie(&app));
    Ok(response)
}
