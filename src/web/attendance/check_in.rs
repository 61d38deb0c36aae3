//! Checking in by the code, and its result.

use crate::access::Viewer;
use crate::attendance::model::{self, Arrival, CheckInRefusal, CodeHit, CodeMeans};
use crate::attendance::{self, Attendance, AttendanceState, Looked, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::dates;
use crate::links;
use crate::store::ids::SessionId;
use crate::training::{self, Session};
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
pub struct CodeQuery {
    #[serde(default)]
    code: String,
    #[serde(default)]
    session: String,
}

#[derive(Serialize)]
struct EnterPage {
    code: String,
}

/// `GET /c`: room to type a code; `?code=` goes on to its page.
pub async fn enter(app: Data<App>, visit: Visit, query: Query<CodeQuery>) -> Result<HttpResponse> {
    let typed = query.into_inner().code;
    if typed.is_empty() {
        return page::show(&app, &visit, "attendance/enter-code", &EnterPage { code: typed });
    }
    match model::read_code(&typed) {
        Some(code) => Ok(page::go(&links::code(&code))),
        None => {
            let problems = [Problem::at("code", Message::new("attendance-code-shape"))];
            page::refused(&app, &visit, "attendance/enter-code", &EnterPage { code: typed }, &problems)
        }
    }
}

/// `GET /c/{code}`: what the code leads to. Changes nothing.
pub async fn code(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    code: Path<String>,
    query: Query<CodeQuery>,
) -> Result<HttpResponse> {
    code_page(&app, &visit, viewer, code.into_inner(), query.session.parse().ok(), StatusCode::OK).await
}

#[derive(Debug, Deserialize)]
pub struct CheckInForm {
    #[serde(default)]
    session: String,
}

/// `POST /c/{code}`: the viewer records their own arrival.
pub async fn check_in(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    code: Path<String>,
    form: Form<CheckInForm>,
) -> Result<HttpResponse> {
    let (code, chosen, now) = (code.into_inner(), form.fields.session.parse().ok(), app.clock.now());
    let (typed, actor) = (code.clone(), viewer.clone());
    let done = app.db.write(move |conn| attendance::check_in(conn, &actor, &typed, chosen, now)).await;
    match done {
        Ok(done) => {
            let again = if done.arrival == Arrival::Repeat { "?again=1" } else { "" };
            Ok(page::go(&format!("{}{again}", links::checked_in(done.session))))
        }
        Err(Error::Refused(_) | Error::NotFound(_)) => {
            code_page(&app, &visit, viewer, code, chosen, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

/// The session that a code leads to, as the page names it.
#[derive(Serialize)]
struct Named {
    title: String,
    href: String,
    starts_at: Moment,
    ends_at: Moment,
    venue: Option<String>,
}

#[derive(Serialize)]
struct ConfirmPage {
    name: String,
    unit: String,
    code: String,
    session: SessionId,
    of: Named,
}

#[derive(Serialize)]
struct ChoosePage {
    choices: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    href: String,
    of: Named,
}

/// One unmistakable result.
#[derive(Serialize)]
struct ResultPage {
    class: &'static str,
    heading: String,
    text: String,
    name: String,
    unit: String,
    of: Named,
    /// Whether the session's page, with its materials, is within reach.
    leads_on: bool,
    /// Where to take it back, for five minutes.
    undo: Option<String>,
}

async fn code_page(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    code: String,
    chosen: Option<SessionId>,
    status: StatusCode,
) -> Result<HttpResponse> {
    let (now, asker, typed) = (app.clock.now(), viewer.clone(), code.clone());
    let (looked, before) = app
        .db
        .read(move |conn| {
            let looked = narrow(attendance::look_up(conn, &asker, &typed, now)?, chosen);
            let before = match &looked {
                Looked::Means(CodeMeans::One(hit)) => queries::find(conn, hit.session.id, asker.person)?,
                Looked::Means(_) | Looked::Paused { .. } => None,
            };
            Ok((looked, before))
        })
        .await?;
    match looked {
        Looked::Paused { until } => {
            wrong_code(app, visit, code, Message::new("attendance-code-paused").with("until", until))
        }
        Looked::Means(CodeMeans::Unknown) => {
            app.db.write(move |conn| attendance::count_wrong_code(conn, &viewer, now)).await?;
            wrong_code(app, visit, code, Message::new("attendance-code-wrong"))
        }
        Looked::Means(CodeMeans::Several(hits)) => {
            let choice = |hit: CodeHit| Choice {
                href: format!("{}?session={}", links::code(&code), hit.session.id),
                of: named(&hit.session, hit.venue_name),
            };
            let choices = hits.into_iter().map(choice).collect();
            page::show_with(app, visit, status, "attendance/choose-session", &ChoosePage { choices })
        }
        Looked::Means(CodeMeans::Foreign(hit)) => {
            let page = result(app, visit, &viewer, *hit, Shown::Refused(CheckInRefusal::NotOnRoster));
            page::show_with(app, visit, status, "attendance/result", &page)
        }
        Looked::Means(CodeMeans::One(hit)) => own_session(app, visit, &viewer, *hit, before, code, status),
    }
}

/// The session that was chosen among several with the same code.
fn narrow(looked: Looked, chosen: Option<SessionId>) -> Looked {
    match looked {
        Looked::Means(CodeMeans::Several(hits)) => {
            let place = hits.iter().position(|hit| Some(hit.session.id) == chosen);
            match place {
                Some(place) => Looked::Means(CodeMeans::One(Box::new(hits[place].clone()))),
                None => Looked::Means(CodeMeans::Several(hits)),
            }
        }
        other => other,
    }
}

fn own_session(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    hit: CodeHit,
    before: Option<Attendance>,
    code: String,
    status: StatusCode,
) -> Result<HttpResponse> {
    let now = app.clock.now();
    let shown = match model::arrival(before.as_ref()) {
        Arrival::Repeat => Some(Shown::Again(before.and_then(|row| row.arrived_at))),
        Arrival::Exempt => Some(Shown::Exempt),
        Arrival::New | Arrival::Beats => model::admit(&hit.session, now).err().map(Shown::Refused),
    };
    match shown {
        None => {
            let session = hit.session.id;
            let (name, unit) = (viewer.name.clone(), viewer.unit_name.clone());
            let page = ConfirmPage { name, unit, code, session, of: named(&hit.session, hit.venue_name) };
            page::show_with(app, visit, status, "attendance/confirm-check-in", &page)
        }
        Some(shown) => {
            let status = if let Shown::Refused(_) = shown { status } else { StatusCode::OK };
            let mut response =
                page::show_with(app, visit, status, "attendance/result", &result(app, visit, viewer, hit, shown))?;
            if let Shown::Refused(CheckInRefusal::NotOpenYet { opens_at }) = shown {
                refresh_in(&mut response, (opens_at - now).num_seconds().clamp(5, 60));
            }
            Ok(response)
        }
    }
}

/// Tells the browser to load the same address again, without any script.
pub(super) fn refresh_in(response: &mut HttpResponse, seconds: i64) {
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(seconds));
}

#[derive(Clone, Copy)]
enum Shown {
    Done(Option<Moment>),
    Again(Option<Moment>),
    Exempt,
    Refused(CheckInRefusal),
}

fn result(app: &App, visit: &Visit, viewer: &Viewer, hit: CodeHit, shown: Shown) -> ResultPage {
    let (class, heading, text, at) = match shown {
        Shown::Done(at) => ("result-done", "attendance-result-done", "attendance-result-text-done", at),
        Shown::Again(Some(at)) => {
            ("result-already", "attendance-result-again", "attendance-result-text-again", Some(at))
        }
        Shown::Again(None) => ("result-already", "attendance-result-done", "attendance-result-text-by-hand", None),
        Shown::Exempt => ("result-already", "attendance-result-exempt", "attendance-result-text-exempt", None),
        Shown::Refused(CheckInRefusal::NotOpenYet { opens_at }) => {
            ("result-needs", "attendance-result-early", "attendance-result-text-early", Some(opens_at))
        }
        Shown::Refused(CheckInRefusal::Over) => {
            ("result-needs", "attendance-result-over", "attendance-result-text-over", None)
        }
        Shown::Refused(CheckInRefusal::Cancelled) => {
            ("result-needs", "attendance-result-cancelled", "attendance-result-text-cancelled", None)
        }
        Shown::Refused(CheckInRefusal::NotOnRoster) => {
            ("result-needs", "attendance-result-not-on-roster", "attendance-result-text-not-on-roster", None)
        }
    };
    let local = at.map(|at| app.clock.local(at).naive_local());
    let time = local.map_or(String::new(), |at| dates::time(at.time()));
    let short = local.map_or(String::new(), |at| dates::short(visit.language, at));
    let word = |id| page::word(app, visit, &Message::new(id).with("time", time.as_str()).with("at", short.as_str()));
    ResultPage {
        class,
        heading: word(heading),
        text: word(text),
        name: viewer.name.clone(),
        unit: viewer.unit_name.clone(),
        of: named(&hit.session, hit.venue_name),
        leads_on: hit.on_roster,
        undo: None,
    }
}

fn named(session: &Session, venue: Option<String>) -> Named {
    Named {
        title: session.title.clone(),
        href: links::session(session.id),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        venue,
    }
}

fn wrong_code(app: &App, visit: &Visit, code: String, message: Message) -> Result<HttpResponse> {
    let problems = [Problem::at("code", message)];
    page::refused(app, visit, "attendance/enter-code", &EnterPage { code }, &problems)
}

#[derive(Debug, Default, Deserialize)]
pub struct AgainQuery {
    #[serde(default)]
    again: String,
}

/// `GET /sessions/{id}/checked-in`: the result, for as long as the person is present.
pub async fn checked_in(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<AgainQuery>,
) -> Result<HttpResponse> {
    let (id, asker) = (id.into_inner(), viewer.clone());
    let (session, venue, row) = app
        .db
        .read(move |conn| {
            let session = training::queries::find_visible(conn, &asker, id)?;
            let (own, _) = queries::find_on_roster(conn, id, asker.person)?;
            let venues = training::queries::list_venues(conn, id)?;
            let venue = venues.into_iter().find(|venue| venue.id == own.venue_id).map(|venue| venue.name);
            Ok((session, venue, queries::find(conn, id, asker.person)?))
        })
        .await?;
    let undo = row.as_ref().is_some_and(|row| model::may_undo(row, viewer.person, app.clock.now()));
    let shown = match row {
        Some(row) if row.state == AttendanceState::Present && query.again.is_empty() => Shown::Done(row.arrived_at),
        Some(row) if row.state == AttendanceState::Present => Shown::Again(row.arrived_at),
        Some(row) if row.state == AttendanceState::Exempt => Shown::Exempt,
        Some(_) | None => return Ok(page::go(&links::session(id))),
    };
    let mut page = result(&app, &visit, &viewer, CodeHit { session, venue_name: venue, on_roster: true }, shown);
    page.undo = undo.then(|| links::session_part(id, "undo-check-in"));
    page::show(&app, &visit, "attendance/result", &page)
}

/// `POST /sessions/{id}/undo-check-in`: takes one's own check-in back.
pub async fn undo(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| attendance::undo_check_in(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::session(id), &Message::new("attendance-check-in-undone")))
}
