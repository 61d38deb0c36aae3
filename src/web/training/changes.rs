//! Moving a published session, and calling one off: each on a page of its own.

use super::{read_moment, typed};
use crate::access::Viewer;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::ids::SessionId;
use crate::training::model::check_step;
use crate::training::reschedule::{Schedule, reschedule};
use crate::training::{Session, SessionState, Venue, cancel, queries};
use crate::web::form::{Form, differences, suffix, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// Why a session is called off.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct CancelForm {
    version: String,
    reason: String,
}

#[derive(Serialize)]
struct CancelPage {
    session: Session,
    n_people: i64,
    action: String,
    back: String,
    form: CancelForm,
}

/// `GET /sessions/{id}/cancel`: names the session and what follows.
pub async fn cancel_form(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let content = cancel_page(&app, id.into_inner(), None).await?;
    check_step(content.session.state, SessionState::Cancelled)?;
    page::show(&app, &visit, "training/cancel", &content)
}

/// `POST /sessions/{id}/cancel`: calls it off.
pub async fn cancel(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<CancelForm>,
) -> Result<HttpResponse> {
    let (id, now, key) = (id.into_inner(), app.clock.now(), form.key);
    let (version, reason) = (form.fields.version.parse().unwrap_or(0), form.fields.reason.clone());
    let done = app
        .db
        .write(move |conn| {
            crate::store::form_keys::once(conn, &key, now, |conn| {
                cancel::cancel(conn, &viewer.actor(), id, version, &reason, now)?;
                Ok(links::SESSIONS.to_owned())
            })
        })
        .await;
    match done {
        Err(Error::Refused(problems)) if problems.iter().any(|problem| !problem.field.is_empty()) => {
            let content = cancel_page(&app, id, Some(form.fields)).await?;
            page::refused(&app, &visit, "training/cancel", &content, &problems)
        }
        Err(Error::Conflict) => {
            let content = cancel_page(&app, id, None).await?;
            check_step(content.session.state, SessionState::Cancelled)?;
            let content = CancelPage { form: CancelForm { reason: form.fields.reason, ..content.form }, ..content };
            let problem = Problem::at("", Message::new("changed-meanwhile"));
            page::refused(&app, &visit, "training/cancel", &content, &[problem])
        }
        Err(other) => Err(other),
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("training-cancelled"))),
    }
}

async fn cancel_page(app: &App, id: SessionId, typed: Option<CancelForm>) -> Result<CancelPage> {
    let (session, n_people) = app
        .db
        .read(move |conn| {
            let counted = queries::count_rosters(conn, &[id])?;
            Ok((queries::find_session(conn, id)?, counted.first().map_or(0, |(_, n)| *n)))
        })
        .await?;
    let shown = CancelForm { version: session.version.to_string(), reason: String::new() };
    Ok(CancelPage {
        n_people,
        action: links::session_part(id, "cancel"),
        back: links::session(id),
        form: typed.unwrap_or(shown),
        session,
    })
}

/// Where and when a session takes place from now on.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct MoveForm {
    version: String,
    day: String,
    starts: String,
    ends: String,
    venue_id: Vec<String>,
    venue_name: Vec<String>,
}

#[derive(Serialize)]
struct MovePage {
    session: Session,
    action: String,
    back: String,
    places: String,
    form: MoveForm,
    venues: Vec<MovedVenue>,
}

#[derive(Serialize)]
struct MovedVenue {
    suffix: String,
    id: String,
    name: String,
    kind: &'static str,
}

/// `GET /sessions/{id}/move`: the times and places as they are.
pub async fn move_form(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let content = move_page(&app, id.into_inner(), None).await?;
    page::show(&app, &visit, "training/move", &content)
}

/// `POST /sessions/{id}/move`: other times or places for a published session.
pub async fn move_session(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<MoveForm>,
) -> Result<HttpResponse> {
    let (id, now, fields) = (id.into_inner(), app.clock.now(), form.fields);
    if let Some(language) = form.switch_to {
        let content = move_page(&app, id, Some(fields)).await?;
        return page::show(&app, &visit.speaking(language), "training/move", &content);
    }
    let version = fields.version.parse().unwrap_or(0);
    let done = match read_schedule(&app, &fields) {
        Err(problem) => Err(Error::Refused(vec![problem])),
        Ok(schedule) => app.db.write(move |conn| reschedule(conn, &viewer.actor(), id, version, &schedule, now)).await,
    };
    match done {
        Err(Error::Refused(problems)) if problems.iter().any(|problem| !problem.field.is_empty()) => {
            let content = move_page(&app, id, Some(fields)).await?;
            page::refused(&app, &visit, "training/move", &content, &problems)
        }
        Err(Error::Conflict) => {
            let stored = move_page(&app, id, None).await?.form;
            let problems = differences([
                text_field("day", &fields.day, &stored.day),
                text_field("starts", &fields.starts, &stored.starts),
                text_field("ends", &fields.ends, &stored.ends),
                text_field("venue_name", &fields.venue_name.join("；"), &stored.venue_name.join("；")),
            ]);
            let content = move_page(&app, id, Some(MoveForm { version: stored.version, ..fields })).await?;
            page::refused(&app, &visit, "training/move", &content, &problems)
        }
        Err(other) => Err(other),
        Ok(()) => Ok(page::redirect(&app, &visit, &links::session(id), &Message::new("training-moved"))),
    }
}

fn read_schedule(app: &App, form: &MoveForm) -> Result<Schedule, Problem> {
    let unreadable = || Problem::at("day", Message::new("training-time-unreadable"));
    let starts_at = read_moment(&app.clock, &form.day, &form.starts).ok_or_else(unreadable)?;
    let ends_at = read_moment(&app.clock, &form.day, &form.ends).ok_or_else(unreadable)?;
    let rows = form.venue_id.iter().zip(&form.venue_name);
    let venues =
        rows.filter_map(|(id, name)| Some((crate::store::ids::VenueId(id.parse().ok()?), name.trim().to_owned())));
    Ok(Schedule { starts_at, ends_at, venues: venues.collect() })
}

async fn move_page(app: &App, id: SessionId, typed_form: Option<MoveForm>) -> Result<MovePage> {
    let (session, venues) =
        app.db.read(move |conn| Ok((queries::find_session(conn, id)?, queries::list_venues(conn, id)?))).await?;
    if session.state != SessionState::Published {
        return Err(Error::NotFound("session"));
    }
    let ((day, starts), (_, ends)) = (typed(&app.clock, session.starts_at), typed(&app.clock, session.ends_at));
    let shown = MoveForm {
        version: session.version.to_string(),
        day,
        starts,
        ends,
        venue_id: venues.iter().map(|venue| venue.id.to_string()).collect(),
        venue_name: venues.iter().map(|venue| venue.name.clone()).collect(),
    };
    let form = typed_form.unwrap_or(shown);
    Ok(MovePage {
        venues: venues.iter().zip(0..).map(|(venue, n)| moved_venue(venue, n, &form)).collect(),
        action: links::session_part(id, "move"),
        back: links::session(id),
        places: links::session_part(id, "places"),
        form,
        session,
    })
}

fn moved_venue(venue: &Venue, n: usize, form: &MoveForm) -> MovedVenue {
    let id = venue.id.to_string();
    let row = form.venue_id.iter().position(|typed| *typed == id);
    let name = row.and_then(|row| form.venue_name.get(row)).cloned().unwrap_or_else(|| venue.name.clone());
    MovedVenue { suffix: suffix(n), id, name, kind: venue.kind.as_str() }
}
