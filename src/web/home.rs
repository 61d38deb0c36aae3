//! `/`: each role's home.

use super::inspection::{Mandate, mandates};
use super::visit::Visit;
use super::{App, page};
use crate::access::{Role, Viewer};
use crate::assignments::{Owed, TaskView, board_queries, queries};
use crate::attendance::queries::list_kept_sessions;
use crate::attendance::requests::{self, RequestKind};
use crate::attendance::{AttendanceState, MakeUp};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::study_hours::record;
use crate::study_hours::year::Year;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

/// Sessions to come that are shown, the next one as a card.
const SESSIONS: i64 = 4;

#[derive(Serialize)]
struct HomePage {
    name: String,
    /// What an inspector may read.
    mandates: Vec<Mandate>,
    inspection: &'static str,
    n_due: usize,
    session: Option<NextSession>,
    /// Those after it.
    others: Vec<NextSession>,
    /// Where the viewer calls the roll as a venue's clerk.
    kept: Vec<KeptSession>,
    /// This year's sessions that are still to be made up for.
    owed: Vec<Owed>,
    tasks: Vec<TaskView>,
    n_done: i64,
    n_took_part: i64,
    n_due_sessions: i64,
}

#[derive(Serialize)]
struct NextSession {
    href: String,
    session_title: String,
    starts_at: Moment,
    ends_at: Moment,
    venue: String,
    is_today: bool,
    is_open: bool,
    /// `none` when nobody has decided yet.
    state: &'static str,
    /// What the viewer asked for and is undecided.
    asked: Option<RequestKind>,
}

/// A session at which the viewer is a venue's clerk.
#[derive(Serialize)]
struct KeptSession {
    href: String,
    roll: String,
    heading: String,
    starts_at: Moment,
    ends_at: Moment,
    state: &'static str,
}

/// `GET /`: what is due for a trainee; a leader's board; HQ's day; settings for who has only duties.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    if viewer.is_hq() {
        return Ok(page::go(links::TODAY));
    }
    let leads = |role| viewer.grants.iter().filter(move |grant| grant.role == role).find_map(|grant| grant.unit);
    if let Some(unit) = leads(Role::Leader).or(leads(Role::Liaison)) {
        return Ok(page::go(&links::unit(unit)));
    }
    if viewer.has(Role::System) {
        return Ok(page::go(links::SETTINGS));
    }
    let (now, today, person, name) = (app.clock.now(), app.clock.today(), viewer.person, viewer.name.clone());
    let year = Year::asked("", 0, &app.clock);
    let (mandates, next, asked, kept, open, n_done, sessions) = app
        .db
        .read(move |conn| {
            Ok((
                mandates(conn, &viewer, now)?,
                board_queries::list_next_sessions(conn, person, now, SESSIONS)?,
                requests::queries::list_open_of_person(conn, person)?,
                list_kept_sessions(conn, &viewer)?,
                queries::list_open(conn, person)?,
                queries::count_done(conn, person)?,
                board_queries::list_sessions_of(conn, person, year.from, year.to)?,
            ))
        })
        .await?;
    let counts = record::counts_of(&sessions);
    let is_owed = |own: &&board_queries::OwnSession| {
        let missed = own.attendance.as_ref().filter(|of| of.state.is_not_there() && of.make_up != MakeUp::Done);
        own.session.is_confirmed() && own.counts_once && missed.is_some()
    };
    let owed = sessions.iter().filter(is_owed).map(|own| Owed::of(own.session.id, &own.session.title)).collect();
    let tasks: Vec<TaskView> =
        open.iter().map(|task| task.view(today, visit.language)).filter(|task| task.is_open).collect();
    let next = next.into_iter().map(|(session, venue, state)| NextSession {
        asked: asked.iter().find(|(of, _)| *of == session.id).map(|(_, kind)| *kind),
        href: links::session(session.id),
        is_today: app.clock.local(session.starts_at).date_naive() == today,
        is_open: session.is_open(now),
        session_title: session.title,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        venue,
        state: state.map_or("none", AttendanceState::as_str),
    });
    let mut others: Vec<NextSession> = next.collect();
    let session = (!others.is_empty()).then(|| others.remove(0));
    let kept = kept.into_iter().map(|session| KeptSession {
        href: links::session(session.id),
        roll: links::session_part(session.id, "roll"),
        state: session.shown_state(now),
        heading: session.title,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
    });
    let content = HomePage {
        name,
        mandates,
        inspection: links::INSPECTION,
        n_due: tasks.len(),
        session,
        others,
        kept: kept.collect(),
        owed,
        tasks,
        n_done,
        n_took_part: counts.n_took_part(),
        n_due_sessions: counts.n_due(),
    };
    page::show(&app, &visit, "study/home", &content)
}
