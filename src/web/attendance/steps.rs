//! The steps that HQ takes: close, confirm, reopen. Each asks on a page of its own that names the consequence.

use super::{Head, verify};
use crate::access::Viewer;
use crate::assignments::make_up;
use crate::attendance::queries::{self, Scope};
use crate::attendance::{self, Counts};
use crate::attendance::{guests, kiosk, requests};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, Subject};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::{self, Session, SessionState};
use crate::web::form::{Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// More undecided people than this are named on their own lists and not on the check page.
const NAMED: usize = 300;

#[derive(Debug, Default, Deserialize)]
pub struct StepForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

impl StepForm {
    fn version(&self) -> Result<i64> {
        self.version.parse().map_err(|_| Error::Conflict)
    }
}

#[derive(Serialize)]
struct StepPage {
    head: Head,
    /// What is left of the session's time, while it goes on.
    left: Option<TimeLeft>,
    counts: Counts,
    n_due: i64,
    /// Those undecided, by unit.
    units: Vec<UndecidedOfUnit>,
    roll: String,
    /// People whose check-ins are still to be verified; that does not stop anything.
    n_to_verify: i64,
    verify: String,
    reason: String,
    /// Requests about this session that nobody has decided.
    n_requests: usize,
    requests: &'static str,
    /// The scans of the signed sheet that are kept, and where one is handed in; nothing where no venue has paper.
    scans: Option<ScansLink>,
    /// Check-ins of kiosks without effect.
    n_refused: i64,
    kiosks: String,
    /// Guests whom nobody has confirmed.
    n_guests: i64,
    guests: String,
    /// The state that reopening leads back to.
    back_to: &'static str,
}

/// Hours and minutes.
#[derive(Serialize)]
struct TimeLeft {
    hours: i64,
    minutes: i64,
}

impl TimeLeft {
    /// Until the planned end; nothing once less than a minute is left.
    fn of(session: &Session, now: Moment) -> Option<Self> {
        let minutes = (session.ends_at - now).num_minutes();
        (minutes > 0).then_some(Self { hours: minutes / 60, minutes: minutes % 60 })
    }
}

#[derive(Serialize)]
struct ScansLink {
    href: String,
    n: i64,
}

#[derive(Serialize)]
struct UndecidedOfUnit {
    unit: String,
    n: i64,
    href: String,
    people: Vec<Undecided>,
}

#[derive(Serialize)]
struct Undecided {
    name: String,
    post: String,
    href: String,
}

fn step_page(
    conn: &mut Conn,
    id: SessionId,
    wanted: &[SessionState],
    reason: String,
    now: Moment,
) -> Result<Option<StepPage>> {
    let session: Session = training::queries::find_session(conn, id)?;
    if !wanted.contains(&session.state) {
        return Ok(None);
    }
    let labels = super::unit_labels(conn)?;
    let by_unit = queries::counts_by_unit(conn, id)?;
    let undecided = queries::list_undecided(conn, id, &Scope::Everybody)?;
    let are_named = undecided.len() <= NAMED;
    let mut counts = Counts::default();
    let mut units = Vec::new();
    for (unit, name, of_unit) in by_unit {
        counts += of_unit;
        if of_unit.n_pending == 0 {
            continue;
        }
        let people = undecided.iter().filter(|row| are_named && row.unit_id == unit).map(|row| Undecided {
            name: row.name.clone(),
            post: row.post.clone(),
            href: links::attendance_of(id, row.person_id),
        });
        units.push(UndecidedOfUnit {
            unit: super::labelled(&labels, unit, &name),
            n: of_unit.n_pending,
            href: format!("{}?state=to_check&unit={unit}", links::session(id)),
            people: people.collect(),
        });
    }
    let venues = training::queries::list_venues(conn, id)?;
    let n_scans = files::queries::list_uses(conn, Subject::SignedSheet(id))?.len();
    let href = links::session_part(id, "scans");
    let has_paper = n_scans > 0 || venues.iter().any(|venue| venue.by_paper);
    let venues: Vec<VenueId> = venues.into_iter().map(|venue| venue.id).collect();
    Ok(Some(StepPage {
        scans: has_paper.then(|| ScansLink { href, n: i64::try_from(n_scans).unwrap_or(i64::MAX) }),
        n_refused: kiosk::queries::count_refused(conn, id, &venues)?,
        kiosks: links::session_part(id, "kiosks"),
        n_guests: guests::queries::count(conn, id, &venues)?.1,
        guests: links::session_part(id, "guests"),
        head: Head::of(&session, now),
        left: TimeLeft::of(&session, now),
        n_due: counts.n_due(),
        counts,
        units,
        roll: links::session_part(id, "roll"),
        n_to_verify: verify::count_people(&attendance::list_doubted(conn, &session)?),
        verify: links::session_part(id, "verify"),
        reason,
        n_requests: requests::queries::list_open_of_session(conn, id)?.len(),
        requests: links::REQUESTS,
        back_to: session.state.reopened().map_or("", SessionState::as_str),
    }))
}

/// Shows the page of a step, or goes back to the session when the step is not its next.
async fn ask(
    app: &App,
    visit: &Visit,
    id: SessionId,
    wanted: &'static [SessionState],
    template: &str,
) -> Result<HttpResponse> {
    let now = app.clock.now();
    let content = app.db.read(move |conn| step_page(conn, id, wanted, String::new(), now)).await?;
    match content {
        Some(content) => page::show(app, visit, template, &content),
        None => Ok(page::go(&links::session(id))),
    }
}

/// `GET /sessions/{id}/close`: what ending check-in means.
pub async fn ask_close(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    ask(&app, &visit, id.into_inner(), &[SessionState::Published], "attendance/close").await
}

/// `POST /sessions/{id}/close`.
pub async fn close(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<StepForm>,
) -> Result<HttpResponse> {
    let (id, version, now) = (id.into_inner(), form.fields.version()?, app.clock.now());
    app.db.write(move |conn| attendance::close(conn, &viewer, id, version, now)).await?;
    Ok(page::redirect(&app, &visit, &links::session(id), &Message::new("attendance-closed-done")))
}

/// `GET /sessions/{id}/confirm`: who is still undecided, by unit, and what confirming makes of them.
pub async fn ask_confirm(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    ask(&app, &visit, id.into_inner(), &[SessionState::Closed], "attendance/confirm").await
}

/// `POST /sessions/{id}/confirm`.
pub async fn confirm(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<StepForm>,
) -> Result<HttpResponse> {
    let (id, version, now) = (id.into_inner(), form.fields.version()?, app.clock.now());
    let confirm = move |conn: &mut Conn| {
        let n = attendance::confirm(conn, &viewer, id, version, now)?;
        // Whose unit was faster than HQ: they have met about it already.
        make_up::settle_everybody(conn, id)?;
        Ok(n)
    };
    let n = app.db.write(confirm).await?;
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let message = Message::new("attendance-confirmed-done").with("n", n);
    Ok(page::redirect(&app, &visit, &links::session(id), &message))
}

const REOPENED_FROM: &[SessionState] = &[SessionState::Closed, SessionState::Confirmed];

/// `GET /sessions/{id}/reopen`: what reopening means, and room for the reason.
pub async fn ask_reopen(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    ask(&app, &visit, id.into_inner(), REOPENED_FROM, "attendance/reopen").await
}

/// `POST /sessions/{id}/reopen`.
pub async fn reopen(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<StepForm>,
) -> Result<HttpResponse> {
    let (id, version, now) = (id.into_inner(), form.fields.version()?, app.clock.now());
    let (typed, reason) = (form.fields.reason.clone(), form.fields.reason);
    let done = app.db.write(move |conn| attendance::reopen(conn, &viewer, id, version, &reason, now)).await;
    match done.map_err(meanwhile) {
        Ok(()) => Ok(page::redirect(&app, &visit, &links::session(id), &Message::new("attendance-reopened-done"))),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| step_page(conn, id, REOPENED_FROM, typed, now)).await?;
            match content {
                Some(content) => page::refused(&app, &visit, "attendance/reopen", &content, &problems),
                None => Err(Error::Refused(problems)),
            }
        }
        Err(failure) => Err(failure),
    }
}
