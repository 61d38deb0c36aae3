//! Pages: the frame around every content, redirects with one sentence, refused forms.

use super::visit::Visit;
use super::{App, ROUTES, cookies};
use crate::access::{Role, Viewer};
use crate::error::{Message, Problem, Result};
use crate::links;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use std::sync::LazyLock;

/// What the layout needs, whatever the page.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'a str,
    other_lang: &'a str,
    other_name: &'a str,
    /// This page in the other language.
    other_href: String,
    text_size: &'a str,
    csrf: &'a str,
    /// A key for this showing of a form, so that sending it twice has one effect.
    form_key: String,
    name: Option<&'a str>,
    entries: Vec<Entry>,
    notice: Option<&'a str>,
    problems: Vec<ShownProblem>,
    is_demo: bool,
    /// Whose program it is, and whom to ask; empty until the settings say.
    organisation: String,
    help_contact: String,
    /// Whether the demo's roles are offered to this visitor.
    is_demo_here: bool,
    css: &'static str,
    print_css: &'static str,
    /// The script of the print button.
    print_js: &'static str,
    /// The script of the box that shows a password.
    password_js: &'static str,
    links: Links,
}

#[derive(Serialize)]
struct Entry {
    text: &'static str,
    href: &'static str,
    current: bool,
}

#[derive(Serialize)]
struct ShownProblem {
    field: String,
    text: String,
}

/// Addresses that the frame and many pages lead to.
#[derive(Serialize)]
struct Links {
    home: &'static str,
    login: &'static str,
    me: &'static str,
    help: &'static str,
    feedback: &'static str,
    sessions: &'static str,
    readings: &'static str,
    tasks: &'static str,
    record: &'static str,
    reminders: &'static str,
    units: &'static str,
    reports: &'static str,
    final_reports: &'static str,
    people: &'static str,
    import: &'static str,
    mail: &'static str,
    settings: &'static str,
    today: &'static str,
    enter_code: &'static str,
}

static CSS: LazyLock<String> = LazyLock::new(|| super::statics::address("xuefa.css"));
static PRINT_CSS: LazyLock<String> = LazyLock::new(|| super::statics::address("print.css"));
static PRINT_JS: LazyLock<String> = LazyLock::new(|| super::statics::address("print.js"));
static PASSWORD_JS: LazyLock<String> = LazyLock::new(|| super::statics::address("password.js"));

const LINKS: Links = Links {
    home: links::HOME,
    login: links::LOGIN,
    me: links::ME,
    help: links::HELP,
    feedback: links::FEEDBACK,
    sessions: links::SESSIONS,
    readings: links::READINGS,
    tasks: links::TASKS,
    record: links::RECORD,
    reminders: links::REMINDERS,
    units: links::UNITS,
    reports: links::REPORTS,
    final_reports: links::FINAL_REPORTS,
    people: links::PEOPLE,
    import: links::IMPORT,
    mail: links::MAIL,
    settings: links::SETTINGS,
    today: links::TODAY,
    enter_code: links::ENTER_CODE,
};

#[derive(Serialize)]
struct Whole<'a, T> {
    page: Frame<'a>,
    #[serde(flatten)]
    content: &'a T,
}

/// A page.
///
/// # Errors
/// `Broken` when the template asks for what the content does not have.
pub fn show(app: &App, visit: &Visit, template: &str, content: &impl Serialize) -> Result<HttpResponse> {
    show_with(app, visit, StatusCode::OK, template, content)
}

/// A page with another status than 200.
///
/// # Errors
/// As [`show`].
pub fn show_with(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    template: &str,
    content: &impl Serialize,
) -> Result<HttpResponse> {
    render(app, visit, status, template, content, &[])
}

/// A refused form: status 422, a summary linked to the fields, everything that was typed still in `content`.
///
/// # Errors
/// As [`show`].
pub fn refused(
    app: &App,
    visit: &Visit,
    template: &str,
    content: &impl Serialize,
    problems: &[Problem],
) -> Result<HttpResponse> {
    render(app, visit, StatusCode::UNPROCESSABLE_ENTITY, template, content, problems)
}

/// A form in the place of a page that is not there, with what to do about it: status 404.
///
/// # Errors
/// As [`show`].
pub fn not_found(
    app: &App,
    visit: &Visit,
    template: &str,
    content: &impl Serialize,
    problem: Problem,
) -> Result<HttpResponse> {
    render(app, visit, StatusCode::NOT_FOUND, template, content, &[problem])
}

/// A refused form that may be sent again after so many seconds: status 429.
///
/// # Errors
/// As [`show`].
pub fn come_back(
    app: &App,
    visit: &Visit,
    template: &str,
    content: &impl Serialize,
    problem: Problem,
    seconds: i64,
) -> Result<HttpResponse> {
    let mut response = render(app, visit, StatusCode::TOO_MANY_REQUESTS, template, content, &[problem])?;
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(response)
}

fn render(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    template: &str,
    content: &impl Serialize,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let ends_notice = !problems.is_empty() && visit.notice.is_some();
    let problems = problems
        .iter()
        .map(|problem| ShownProblem { field: id_of(problem), text: word(app, visit, &problem.message) })
        .collect();
    let page = frame(app, visit, problems);
    let html = app.templates.render(visit.language, template, &Whole { page, content })?;
    let mut response = HttpResponseBuilder::new(status);
    response.insert_header(header::ContentType::html());
    if ends_notice {
        response.cookie(cookies::no_notice(app));
    }
    Ok(response.body(html))
}

/// The id of the field that a problem is at.
fn id_of(problem: &Problem) -> String {
    problem.row.map_or_else(|| problem.field.to_owned(), |row| format!("{}-{row}", problem.field))
}

fn frame<'a>(app: &App, visit: &'a Visit, problems: Vec<ShownProblem>) -> Frame<'a> {
    let other = visit.language.other();
    let foot = app.foot.words();
    let path = address(&visit.pattern, &visit.path);
    let joint = if path.contains('?') { '&' } else { '?' };
    Frame {
        lang: visit.language.as_str(),
        other_lang: other.as_str(),
        other_name: other.own_name(),
        other_href: format!("{path}{joint}lang={}", other.as_str()),
        text_size: visit.viewer.as_ref().map_or("standard", |viewer| viewer.text_size.as_str()),
        csrf: &visit.csrf,
        form_key: crate::accounts::secret::random_token(),
        name: visit.viewer.as_ref().map(|viewer| viewer.name.as_str()),
        entries: entries(visit),
        // What was done before is not said above what was refused since.
        notice: visit.notice.as_deref().filter(|_| problems.is_empty()),
        problems,
        is_demo: app.demo.is_some(),
        organisation: foot.organisation,
        help_contact: foot.help_contact,
        is_demo_here: app.demo.is_some() && visit.is_from_here,
        css: &CSS,
        print_css: &PRINT_CSS,
        print_js: &PRINT_JS,
        password_js: &PASSWORD_JS,
        links: LINKS,
    }
}

/// Where a page is found: a refused form whose own address shows none stands on the nearest one above it.
fn address<'a>(pattern: &str, path: &'a str) -> &'a str {
    let shows = |pattern: &str| ROUTES.iter().any(|route| route.path == pattern && route.method == Method::GET);
    if shows(pattern) || !ROUTES.iter().any(|route| route.path == pattern) {
        return path;
    }
    let (mut pattern, mut above) = (pattern, path.split('?').next().unwrap_or(path));
    while let (Some((shorter, _)), Some((start, _))) = (pattern.rsplit_once('/'), above.rsplit_once('/')) {
        (pattern, above) = (shorter, start);
        if shows(pattern) {
            return above;
        }
    }
    links::HOME
}

const MOST_ENTRIES: usize = 5;

/// The route of somebody's account, and the beginning of what is done on it.
const ACCOUNT_OF: &str = "/people/{id}/account";

/// The routes of reports, as an inspector reads them.
const INSPECTED: &[&str] = &["/sessions/{id}/report", links::FINAL_REPORTS];

/// The pages of a duty, which are found from nowhere else.
fn duties(viewer: &Viewer) -> Vec<(&'static str, &'static str)> {
    [
        (Role::System, "entry-settings", links::SETTINGS),
        (Role::Security, "entry-accounts", links::ACCOUNTS),
        (Role::Inspector, "entry-inspection", links::INSPECTION),
        (Role::Audit, "entry-audit", links::AUDIT),
    ]
    .into_iter()
    .filter(|(role, ..)| viewer.has(*role))
    .map(|(_, text, href)| (text, href))
    .collect()
}

/// The entries of the viewer's role: five at the most, but for whom a duty was given besides.
fn entries(visit: &Visit) -> Vec<Entry> {
    let Some(viewer) = &visit.viewer else { return Vec::new() };
    let mut entries: Vec<(&'static str, &'static str)> = Vec::new();
    if viewer.is_hq() {
        entries.extend([
            ("entry-sessions", links::SESSIONS),
            ("entry-units", links::UNITS),
            ("entry-readings", links::READINGS),
        ]);
        entries.extend([("entry-people", links::PEOPLE), ("entry-settings", links::SETTINGS)]);
        // What HQ reaches anyway it does not inspect.
        entries.extend(
            duties(viewer).into_iter().filter(|(_, href)| ![links::SETTINGS, links::INSPECTION].contains(href)),
        );
    } else if viewer.is_leader() || viewer.has(Role::Liaison) {
        entries.extend([("entry-units", links::UNITS), ("entry-tasks", links::TASKS)]);
        entries.extend([("entry-sessions", links::SESSIONS), ("entry-readings", links::READINGS)]);
        entries.extend(duties(viewer));
    } else {
        entries.extend([
            ("entry-tasks", links::TASKS),
            ("entry-sessions", links::SESSIONS),
            ("entry-readings", links::READINGS),
        ]);
        entries.extend(duties(viewer));
        // Readings are a step from tasks.
        if entries.len() > MOST_ENTRIES {
            entries.retain(|(text, _)| *text != "entry-readings");
        }
    }
    // Somebody's account is a page of the accounts, for whoever has those, and a report one of those to inspect.
    let leads = |to: &str, pages: &[&str]| {
        entries.iter().any(|(_, href)| *href == to) && pages.iter().any(|page| visit.pattern.starts_with(page))
    };
    let path = if leads(links::ACCOUNTS, &[ACCOUNT_OF]) {
        links::ACCOUNTS
    } else if leads(links::INSPECTION, INSPECTED) {
        links::INSPECTION
    } else {
        visit.path.as_str()
    };
    let is_current =
        |href: &str| path == href || path.starts_with(&format!("{href}/")) || path.starts_with(&format!("{href}?"));
    entries.into_iter().map(|(text, href)| Entry { text, href, current: is_current(href) }).collect()
}

/// A message in the visitor's language.
pub fn word(app: &App, visit: &Visit, message: &Message) -> String {
    crate::i18n::word(visit.language, &app.clock, message)
}

/// The end of a POST: on to a page, which says one sentence.
pub fn redirect(app: &App, visit: &Visit, to: &str, sentence: &Message) -> HttpResponse {
    let sentence = word(app, visit, sentence);
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).cookie(cookies::notice(app, to, &sentence)).finish()
}

/// On to a page, without a sentence.
pub fn go(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_of_a_refused_form_is_a_page() {
        assert_eq!(address("/people/{id}/account/invite", "/people/5/account/invite"), "/people/5/account");
        assert_eq!(address("/feedback/{id}/answer", "/feedback/7/answer?x=1"), links::FEEDBACK);
        assert_eq!(address("/settings", "/settings?x=1"), "/settings?x=1");
        assert_eq!(address("", "/nowhere"), "/nowhere");
    }
}
