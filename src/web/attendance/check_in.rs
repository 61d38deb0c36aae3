//! Checking in by the code of a screen, and its result.

use super::result::{Named, Outcome, ResultPage};
use crate::access::Viewer;
use crate::accounts::{self, known_device};
use crate::attendance::codes::{self, Codes, Token};
use crate::attendance::guests::{self, GuestState};
use crate::attendance::model::{self, Arrival, CheckInRefusal};
use crate::attendance::{self, Attendance, AttendanceState, Scan, Seen, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::ids::SessionId;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// `GET /c/{code}`: what the code leads to, signing in on the way. Changes nothing but what the browser keeps.
pub async fn code(app: Data<App>, visit: Visit, code: Path<String>) -> Result<HttpResponse> {
    // Digits count when they are sent by the form, not when an address is opened.
    match model::read_code(&code) {
        Some(digits) => Ok(page::go(&format!("{}?code={digits}", links::ENTER_CODE))),
        None => code_page(&app, &visit, &code, false).await,
    }
}

/// `POST /c/{code}`: the viewer records their own arrival.
pub async fn check_in(app: Data<App>, visit: Visit, code: Path<String>, _: Form<Button>) -> Result<HttpResponse> {
    let (codes, now) = (app.codes(), app.clock.now());
    let sign_in_first = || Ok(page::go(&links::login_then(&links::code(&code))));
    let Some(login) = visit.login.clone() else { return sign_in_first() };
    let done = match scan(&app, &visit, &codes, &code) {
        None => Err(Error::NotFound("code")),
        Some(scan) => {
            let (origin, request) = (visit.origin.clone(), visit.request.clone());
            let device = device_digest(&app, &visit);
            let checked_in = move |conn: &mut _| match accounts::use_login(conn, &login, now, &origin)? {
                None => Ok(None),
                Some(viewer) => {
                    let viewer = Viewer { request: request.clone(), ..viewer };
                    attendance::check_in(conn, &viewer, &codes, &scan, device.as_deref(), now).map(Some)
                }
            };
            app.db.write(checked_in).await
        }
    };
    let failure = match done {
        Ok(None) => return sign_in_first(),
        Ok(Some(done)) => {
            let again = if done.arrival == Arrival::Repeat { "?again=1" } else { "" };
            return Ok(page::go(&format!("{}{again}", links::checked_in(done.session))));
        }
        Err(failure) => failure,
    };
    let visit = visit.with_viewer(&app).await?;
    let Some(viewer) = visit.viewer.clone() else { return sign_in_first() };
    match failure {
        Error::Refused(_) => code_page(&app, &visit, &code, true).await,
        Error::NotFound(_) => {
            app.db.write(move |conn| attendance::count_wrong_code(conn, &viewer, now)).await?;
            code_page(&app, &visit, &code, true).await
        }
        failure => Err(failure),
    }
}

/// `POST /c/{code}/guest`: somebody who is not on the roster asks to be listed as a guest.
pub async fn ask_as_guest(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    code: Path<String>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (codes, now) = (app.codes(), app.clock.now());
    let Some(scan) = scan(&app, &visit, &codes, &code) else { return forged(&app, &visit, true) };
    match app.db.write(move |conn| guests::ask(conn, &viewer, &codes, &scan, now)).await {
        Ok(_) => Ok(page::go(&links::code(&code))),
        Err(Error::Refused(_) | Error::NotFound(_)) => code_page(&app, &visit, &code, true).await,
        Err(failure) => Err(failure),
    }
}

/// The code that an address holds, with what the browser kept of it.
fn scan(app: &App, visit: &Visit, codes: &Codes, text: &str) -> Option<Scan> {
    let token = Token::read(text)?;
    let granted = visit.scan.as_ref().and_then(|grant| codes.granted(&token, grant));
    Some(Scan { token, granted, at: app.clock.steady() })
}

/// What is held of the browser beside a check-in: by it, two people of one browser are told.
fn device_digest(app: &App, visit: &Visit) -> Option<String> {
    let name = known_device::name(visit.device.as_deref()?)?;
    let mut digest = app.secret.derive("device", name);
    digest.truncate(32);
    Some(digest)
}

/// Lets the browser keep that a code arrived in time.
pub(super) fn keep_scan(
    app: &App,
    response: &mut HttpResponse,
    codes: &Codes,
    token: &Token,
    arrived: Moment,
    opens_at: Moment,
) {
    let seconds = (codes::worth_until(arrived, opens_at) - arrived).num_seconds();
    let cookie = cookies::scan(app, links::code(&token.to_string()), codes.grant(token, arrived), seconds);
    // Fails only for a cookie that cannot be written as a header, which these characters cannot make it.
    let _ = response.add_cookie(&cookie);
}

#[derive(Serialize)]
struct ConfirmPage {
    name: String,
    unit: String,
    of: Named,
}

/// The page of a code; `was_sent` after the button was pressed and nothing came of it.
async fn code_page(app: &App, visit: &Visit, text: &str, was_sent: bool) -> Result<HttpResponse> {
    let codes = app.codes();
    let Some(scan) = scan(app, visit, &codes, text) else { return forged(app, visit, was_sent) };
    let (reading, looked, person) = (codes.clone(), scan.clone(), visit.viewer.as_ref().map(|viewer| viewer.person));
    let seen = app
        .db
        .glance(move |conn| {
            let Some(seen) = attendance::look(conn, &reading, &looked, person)? else { return Ok(None) };
            let is_foreign = person.filter(|_| seen.place.row.is_none());
            let asked = is_foreign.map(|person| guests::queries::find_asked(conn, seen.place.session.id, person));
            Ok(Some((seen, asked.transpose()?.flatten())))
        })
        .await?;
    let Some((seen, guest)) = seen else { return forged(app, visit, was_sent) };
    let mut response = match (&visit.viewer, seen.arrived) {
        (Some(viewer), _) => own_page(app, visit, viewer, &seen, guest, (text, was_sent))?,
        (None, Some(_)) => page::go(&links::login_then(&links::code(text))),
        (None, None) => {
            let page = ResultPage::of(app, visit, None, None, Outcome::Refused(CheckInRefusal::Replaced));
            page::show(app, visit, "attendance/result", &page)?
        }
    };
    if let Some(arrived) = seen.arrived.filter(|arrived| scan.granted != Some(*arrived)) {
        keep_scan(app, &mut response, &codes, &scan.token, arrived, seen.place.session.opens_at());
    }
    if visit.device.is_none() {
        let _ = response.add_cookie(&cookies::device(app, &known_device::fresh()));
    }
    Ok(response)
}

fn forged(app: &App, visit: &Visit, was_sent: bool) -> Result<HttpResponse> {
    let page = ResultPage::of(app, visit, visit.viewer.as_ref(), None, Outcome::Forged);
    let status = if was_sent { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::NOT_FOUND };
    page::show_with(app, visit, status, "attendance/result", &page)
}

fn own_page(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    seen: &Seen,
    guest: Option<GuestState>,
    (code, was_sent): (&str, bool),
) -> Result<HttpResponse> {
    let (now, place) = (app.clock.now(), &seen.place);
    let of = Named::of(&place.session, Some(place.venue.name.clone()));
    let before = place.before.as_ref();
    let outcome = match model::arrival(before) {
        Arrival::Repeat => Some(Outcome::Again(before.and_then(Attendance::checked_in_at))),
        Arrival::Exempt => Some(Outcome::Exempt),
        Arrival::New | Arrival::Beats => match (seen.admit(now).err(), guest) {
            (Some(CheckInRefusal::NotOnRoster), Some(asked)) => Some(Outcome::Guest(asked)),
            (refusal, _) => refusal.map(Outcome::Refused),
        },
    };
    let Some(outcome) = outcome else {
        let page = ConfirmPage { name: viewer.name.clone(), unit: viewer.unit_name.clone(), of };
        return page::show(app, visit, "attendance/confirm-check-in", &page);
    };
    let is_refused = matches!(outcome, Outcome::Refused(_)) && was_sent;
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut page = ResultPage::of(app, visit, Some(viewer), Some(of), outcome);
    page.leads_on = place.row.is_some();
    let is_foreign = matches!(outcome, Outcome::Refused(CheckInRefusal::NotOnRoster));
    page.ask_as_guest = is_foreign.then(|| links::ask_as_guest(code));
    let mut response = page::show_with(app, visit, status, "attendance/result", &page)?;
    if let Outcome::Refused(CheckInRefusal::NotOpenYet { opens_at }) = outcome {
        refresh_in(&mut response, (opens_at - now).num_seconds().clamp(5, 60));
    }
    Ok(response)
}

/// Tells the browser to load the same address again, without any script.
pub(super) fn refresh_in(response: &mut HttpResponse, seconds: i64) {
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(seconds));
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
    let (session, row, venue) = app.db.glance(move |conn| queries::find_own(conn, id, asker.person)).await?;
    let Some(row) = row else { return Ok(page::go(&links::session(id))) };
    let outcome = match row.state {
        AttendanceState::Present if query.again.is_empty() => Outcome::Done(row.checked_in_at()),
        AttendanceState::Present => Outcome::Again(row.checked_in_at()),
        AttendanceState::Exempt => Outcome::Exempt,
        AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent => {
            return Ok(page::go(&links::session(id)));
        }
    };
    let mut page = ResultPage::of(&app, &visit, Some(&viewer), Some(Named::of(&session, venue)), outcome);
    page.leads_on = true;
    let may_undo = model::may_undo(&row, viewer.person, app.clock.now());
    page.undo = may_undo.then(|| links::session_part(id, "undo-check-in"));
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
