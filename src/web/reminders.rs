//! What somebody is told of: their own page with its pause, the link in a mail, a unit's text to send by hand, and a
//! session for the calendar.

use super::form::Form;
use super::mail::ledger::{LedgerQuery, Row, page_of};
use super::paging::Paging;
use super::visit::Visit;
use super::{App, page};
use crate::access::{Actor, Reach, Viewer};
use crate::assignments;
use crate::attendance;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::mail::calendar::{self, Entry};
use crate::organization;
use crate::reminders::queries::{self, LedgerFilter};
use crate::reminders::{pause, rules};
use crate::settings::Calendar;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId};
use crate::training::{self, SessionState};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

/// Open matters that the page lists as coming up.
const COMING: usize = 20;

#[derive(Serialize)]
struct RemindersPage {
    /// Whose they are, when they are not the viewer's own.
    of: Option<String>,
    is_own: bool,
    paused_until: Option<NaiveDate>,
    /// What the form holds.
    until: String,
    action: &'static str,
    coming: Vec<Coming>,
    with_names: bool,
    n_rows: i64,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Coming {
    text: String,
    href: String,
    /// When it is told of.
    from: NaiveDate,
    on: NaiveDate,
}

fn coming(conn: &mut Conn, app: &App, visit: &CalendarOf, person: PersonId) -> Result<Vec<Coming>> {
    let (today, rules) = (app.clock.today(), rules::list(conn)?);
    let days = |wanted| rules.iter().find(|rule| rule.kind == wanted && rule.is_on).map(|rule| rule.days);
    let mut coming = Vec::new();
    if let Some(n) = days(crate::reminders::model::Kind::TaskSoon) {
        let open = assignments::queries::list_open(conn, person)?;
        coming.extend(open.into_iter().map(|row| row.view(today, visit.language)).filter(|task| task.is_open).map(
            |task| Coming {
                href: links::reading(task.reading),
                from: (task.due_on - TimeDelta::days(n)).max(today),
                on: task.due_on,
                text: task.reading_title,
            },
        ));
    }
    if days(crate::reminders::model::Kind::SessionSoon).is_some()
        && let Some((next, _, _)) =
            assignments::board_queries::list_next_sessions(conn, person, app.clock.now(), 1)?.pop()
    {
        let on = app.clock.local(next.starts_at).date_naive();
        let before = (1..=30).map(|n| on - TimeDelta::days(n)).find(|day| visit.calendar.is_working_day(*day));
        coming.push(Coming {
            text: next.title,
            href: links::session(next.id),
            from: before.unwrap_or(on).max(today),
            on,
        });
    }
    coming.sort_by_key(|coming| (coming.from, coming.on));
    coming.truncate(COMING);
    Ok(coming)
}

/// What the list of coming matters goes by.
struct CalendarOf {
    calendar: Calendar,
    language: crate::i18n::Language,
}

/// `GET /reminders`: the viewer's own.
pub async fn own(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<LedgerQuery>) -> Result<HttpResponse> {
    let person = viewer.person;
    let content = content(&app, &visit, person, None, query.into_inner(), (viewer.is_hq(), links::REMINDERS)).await?;
    page::show(&app, &visit, "reminders/show", &content)
}

/// `GET /people/{id}/reminders`: somebody's, for HQ.
pub async fn of_person(
    app: Data<App>,
    visit: Visit,
    id: Path<PersonId>,
    query: Query<LedgerQuery>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = app.db.read(move |conn| organization::queries::find_person(conn, &Reach::Group, id, id)).await?;
    let address = links::reminders_of(id);
    let content = content(&app, &visit, id, Some(person.name), query.into_inner(), (true, &address)).await?;
    page::show(&app, &visit, "reminders/show", &content)
}

async fn content(
    app: &Data<App>,
    visit: &Visit,
    person: PersonId,
    of: Option<String>,
    query: LedgerQuery,
    (is_hq, address): (bool, &str),
) -> Result<RemindersPage> {
    let (reading, language, address, today) = (app.clone(), visit.language, address.to_owned(), app.clock.today());
    let filter = LedgerFilter { person: Some(person), ..LedgerFilter::default() };
    app.db
        .read(move |conn| {
            let calendar = Calendar::of(&crate::settings::current(conn)?);
            let (rows, n_rows, paging) = page_of(conn, filter, (&query.page, &address), is_hq)?;
            Ok(RemindersPage {
                is_own: of.is_none(),
                of,
                paused_until: queries::find_pause(conn, person, today)?,
                until: String::new(),
                action: links::PAUSE,
                coming: coming(conn, &reading, &CalendarOf { calendar, language }, person)?,
                with_names: false,
                n_rows,
                rows,
                paging,
            })
        })
        .await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PauseForm {
    until: String,
    /// Set by the button that ends a pause.
    resume: String,
}

/// `POST /reminders/pause`: the viewer's own pause.
pub async fn pause(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<PauseForm>) -> Result<HttpResponse> {
    let (typed, when) = (form.fields, (app.clock.now(), app.clock.today()));
    let person = viewer.person;
    let is_resumed = !typed.resume.is_empty();
    // What is no date lies in the past, and is refused as that.
    let until = (!is_resumed).then(|| typed.until.parse().unwrap_or(NaiveDate::MIN));
    let actor = viewer.actor();
    match app.db.write(move |conn| pause::pause(conn, &actor, person, until, when)).await {
        Ok(()) => {
            let sentence = if is_resumed { "reminders-resumed-done" } else { "reminders-paused-done" };
            Ok(page::redirect(&app, &visit, links::REMINDERS, &Message::new(sentence)))
        }
        Err(Error::Refused(problems)) => {
            let own = content(&app, &visit, person, None, LedgerQuery::default(), (viewer.is_hq(), links::REMINDERS));
            let content = RemindersPage { until: typed.until, ..own.await? };
            page::refused(&app, &visit, "reminders/show", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct ByMailPage {
    /// `ask`, `done` or `wrong`.
    step: &'static str,
    n_days: i64,
    action: String,
}

fn by_mail_page(step: &'static str, action: String) -> ByMailPage {
    ByMailPage { step, n_days: pause::BY_MAIL.num_days(), action }
}

fn is_own_link(app: &App, person: PersonId, token: &str) -> bool {
    app.secret.verify("pause", &person.to_string(), token)
}

/// `GET /reminders/pause/{person}/{token}`: asks; a scanner that opens links pauses nobody.
pub async fn ask_by_mail(app: Data<App>, visit: Visit, path: Path<(PersonId, String)>) -> Result<HttpResponse> {
    let (person, token) = path.into_inner();
    if !is_own_link(&app, person, &token) {
        let content = by_mail_page("wrong", String::new());
        return page::show_with(&app, &visit, actix_web::http::StatusCode::NOT_FOUND, "reminders/by-mail", &content);
    }
    page::show(&app, &visit, "reminders/by-mail", &by_mail_page("ask", links::pause_by_mail(person, &token)))
}

/// `POST /reminders/pause/{person}/{token}`: pauses; by the page, or by a mail program in one click (RFC 8058), which
/// has no cookie of ours: the link itself is the proof.
pub async fn by_mail(app: Data<App>, visit: Visit, path: Path<(PersonId, String)>) -> Result<HttpResponse> {
    let (person, token) = path.into_inner();
    if !is_own_link(&app, person, &token) {
        return Err(Error::Forbidden);
    }
    let (today, now, origin) = (app.clock.today(), app.clock.now(), visit.origin.clone());
    let until = Some(today + pause::BY_MAIL);
    let write = move |conn: &mut Conn| pause::pause(conn, &Actor::person(person, &origin), person, until, (now, today));
    app.db.write(write).await?;
    page::show(&app, &visit, "reminders/by-mail", &by_mail_page("done", String::new()))
}

#[derive(Serialize)]
struct UnitTextPage {
    unit_name: String,
    back: String,
    n_people: i64,
    n_overdue: i64,
    base_url: String,
}

/// `GET /units/{id}/reminder-text`: the unit's counts in a sentence to be sent by hand, without names.
pub async fn unit_text(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitId>) -> Result<HttpResponse> {
    let (id, today, base_url) = (id.into_inner(), app.clock.today(), app.config.base_url());
    let content = app
        .db
        .read(move |conn| {
            let unit = organization::queries::find_unit(conn, &viewer.reach(), id)?;
            let (n_people, n_overdue) = queries::count_people_open(conn, &unit.path, today)?;
            Ok(UnitTextPage { unit_name: unit.name, back: links::unit(id), n_people, n_overdue, base_url })
        })
        .await?;
    page::show(&app, &visit, "reminders/unit-text", &content)
}

/// `GET /sessions/{id}/session.ics`: the session for a calendar, with the venue of whoever asks.
pub async fn session_entry(app: Data<App>, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, person) = (id.into_inner(), viewer.person);
    let entry = app
        .db
        .read(move |conn| {
            let session = training::queries::find_visible(conn, &viewer, id)?;
            if session.state == SessionState::Draft {
                return Err(Error::NotFound("session"));
            }
            let venues = training::queries::list_venues(conn, id)?;
            let own = attendance::queries::list_on_roster(conn, id, &[person])?.first().map(|(row, _)| row.venue_id);
            let venue = venues.iter().find(|venue| Some(venue.id) == own).or(venues.first());
            Ok(Entry {
                session: id,
                title: session.title,
                place: venue.map_or(String::new(), |venue| venue.name.clone()),
                starts_at: session.starts_at,
                ends_at: session.ends_at,
                revision: session.revision,
                is_cancelled: session.state == SessionState::Cancelled,
                path: links::session(id),
            })
        })
        .await?;
    let file = calendar::write(&[entry], &app.secret, &app.config.base_url(), app.clock.now());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"session-{id}.ics\"")))
        .body(file))
}
