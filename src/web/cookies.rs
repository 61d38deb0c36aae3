//! The cookies that browsers are given: names, lives, where they are sent.

use super::App;
use crate::i18n::Language;
use crate::links;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

pub(super) const VISIT: &str = "xuefa_visit";
pub(super) const DEVICE: &str = "xuefa_device";
pub(super) const STEP: &str = "xuefa_step";
pub(super) const SCAN: &str = "xuefa_scan";
pub(super) const LANGUAGE: &str = "xuefa_language";
pub(super) const KIOSK: &str = "xuefa_kiosk";
pub(super) const NOTICE: &str = "xuefa_notice";

/// The name of the login's cookie: over TLS one that browsers refuse without `Secure`.
pub(super) fn login_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-xuefa_login" } else { "xuefa_login" }
}

/// The cookie of a browser in which nobody is signed in.
pub(super) fn visit(app: &App, key: String) -> Cookie<'static> {
    cookie(app, VISIT, key, None)
}

/// The cookie of a new login.
pub(super) fn login(app: &App, token: &str) -> Cookie<'static> {
    let age = Duration::seconds(crate::accounts::model::ABSOLUTE.num_seconds());
    cookie(app, login_name(app), token.to_owned(), Some(age))
}

/// The cookie of a phone that was opened at the door.
pub(super) fn remembered(app: &App, token: &str, days: i64) -> Cookie<'static> {
    cookie(app, login_name(app), token.to_owned(), Some(Duration::days(days)))
}

/// The cookie of a kiosk: sent with its own pages only. When it ends is the server's to say; the browser forgets it
/// well after that.
pub(super) fn kiosk(app: &App, token: &str) -> Cookie<'static> {
    let mut cookie = cookie(app, KIOSK, token.to_owned(), Some(Duration::days(30)));
    cookie.set_path(links::KIOSK);
    cookie.set_same_site(SameSite::Strict);
    cookie
}

/// The cookie that ends a login in the browser.
pub(super) fn no_login(app: &App) -> Cookie<'static> {
    cookie(app, login_name(app), String::new(), Some(Duration::ZERO))
}

/// The cookie of a browser that has signed in: see [`crate::accounts::known_device`].
pub(super) fn device(app: &App, value: &str) -> Cookie<'static> {
    cookie(app, DEVICE, value.to_owned(), Some(Duration::days(400)))
}

/// The cookie that keeps a scan over the sign-in, for the address of its code alone.
pub(super) fn scan(app: &App, path: String, grant: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = cookie(app, SCAN, grant, Some(Duration::seconds(seconds)));
    cookie.set_path(path);
    cookie
}

/// The cookie that a browser holds between password and code, for the page of the code alone.
pub(super) fn step(app: &App, value: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = cookie(app, STEP, value, Some(Duration::seconds(seconds)));
    cookie.set_path(links::LOGIN_CODE);
    cookie
}

/// The cookie that carries one sentence over a redirect, for the page at `to` as it is asked for there: a list that is
/// searched anew no longer says it.
pub(super) fn notice(app: &App, to: &str, sentence: &str) -> Cookie<'static> {
    let value = links::percent(&format!("{}\n{sentence}", to.split('#').next().unwrap_or("/")));
    cookie(app, NOTICE, value, None)
}

/// The cookie that ends a sentence that was never shown.
pub(super) fn no_notice(app: &App) -> Cookie<'static> {
    cookie(app, NOTICE, String::new(), Some(Duration::ZERO))
}

/// The cookie that remembers a language chosen by hand.
pub(super) fn language(app: &App, language: Language) -> Cookie<'static> {
    cookie(app, LANGUAGE, language.as_str().to_owned(), Some(Duration::days(400)))
}

fn cookie(app: &App, name: &'static str, value: String, age: Option<Duration>) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(age);
    cookie
}

/// The address and the sentence of a notice; the cookie's value was decoded when it was parsed.
pub(super) fn read_notice(text: &str) -> Option<(String, String)> {
    text.split_once('\n').map(|(at, sentence)| (at.to_owned(), sentence.to_owned()))
}
