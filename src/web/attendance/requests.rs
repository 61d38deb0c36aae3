//! `/requests`: what waits for the viewer's decision, and what they asked for themselves.

use super::person::ShownRecorded;
use super::{Paging, PersonRow, page_number};
use crate::access::Viewer;
use crate::attendance::requests::{self, Decision, Request, RequestKind, RequestState, Verdict, queries};
use crate::attendance::{Attendance, Recorded};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::training::{RosterRow, Session};
use crate::web::errors::unreadable;
use crate::web::form::{Button, Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Requests on one page.
const ROWS: usize = 40;
/// One's own that are shown, the newest first.
const OWN: i64 = 20;

#[derive(Debug, Default, Deserialize)]
pub struct RequestsQuery {
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct RequestsPage {
    here: &'static str,
    decides: bool,
    is_hq: bool,
    /// All that wait for the viewer, on all pages.
    n_waiting: usize,
    waiting: Vec<ShownRequest>,
    paging: Option<Paging>,
    /// What leaders may decide as well as HQ.
    with_leaders: Vec<ShownRequest>,
    n_with_leaders: usize,
    own: Vec<ShownRequest>,
    answer: String,
}

/// One request as lists show it.
#[derive(Serialize)]
pub(super) struct ShownRequest {
    id: RequestId,
    kind: RequestKind,
    pub(super) state: RequestState,
    name: String,
    unit: String,
    session_title: String,
    starts_at: Moment,
    session_href: String,
    person_href: String,
    /// Nothing asks that what is recorded be cleared.
    asked: Option<ShownRecorded>,
    /// What is recorded now, as it is shown.
    present: PersonRow,
    reason: String,
    /// Nothing when the person asked for themselves.
    asked_by: Option<String>,
    asked_at: Moment,
    decided_by: Option<String>,
    decided_at: Option<Moment>,
    answer: String,
    /// The version of the request and the stamp of what is recorded, as they are shown.
    seen: String,
    ticked: bool,
    withdraw: Option<String>,
}

impl ShownRequest {
    fn of(
        request: Request,
        session: &Session,
        row: RosterRow,
        recorded: Option<&Attendance>,
        names: &BTreeMap<PersonId, String>,
        viewer: &Viewer,
    ) -> Result<Self> {
        let is_open = request.state == RequestState::Asked;
        Ok(Self {
            asked: request.asked()?.map(|value: Recorded| ShownRecorded::of(value)),
            id: request.id,
            kind: request.kind,
            state: request.state,
            name: row.name.clone(),
            unit: row.unit_name.clone(),
            session_title: session.title.clone(),
            starts_at: session.starts_at,
            session_href: links::session(session.id),
            person_href: links::attendance_of(session.id, row.person_id),
            present: PersonRow::of(session, row, recorded),
            asked_by: names.get(&request.asked_by).filter(|_| request.asked_by != request.person_id).cloned(),
            asked_at: request.asked_at,
            decided_by: request.decided_by.and_then(|by| names.get(&by).cloned()),
            decided_at: request.decided_at,
            seen: format!("{}|{}", request.version, recorded.map_or(0, Attendance::stamp)),
            ticked: false,
            withdraw: (is_open && request.asked_by == viewer.person).then(|| links::withdraw_request(request.id)),
            reason: request.reason,
            answer: request.answer,
        })
    }
}

/// Everything asked of one person in a session, for that person's pages.
pub(super) fn list_of_person(
    conn: &mut Conn,
    viewer: &Viewer,
    session: &Session,
    row: &RosterRow,
    recorded: Option<&Attendance>,
) -> Result<Vec<ShownRequest>> {
    let found = queries::list_of_person(conn, session.id, row.person_id)?;
    let names = names(conn, found.iter())?;
    found.into_iter().map(|request| ShownRequest::of(request, session, row.clone(), recorded, &names, viewer)).collect()
}

fn names<'a>(conn: &mut Conn, of: impl Iterator<Item = &'a Request>) -> Result<BTreeMap<PersonId, String>> {
    let ids: Vec<PersonId> = of.flat_map(|request| [Some(request.asked_by), request.decided_by]).flatten().collect();
    Ok(queries::list_names(conn, &ids)?.into_iter().collect())
}

/// How many requests wait for the viewer's decision; for HQ, those that only HQ can decide.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn count_waiting(conn: &mut Conn, viewer: &Viewer) -> Result<usize> {
    Ok(waiting_for(conn, viewer)?.0.len())
}

/// Those that wait for the viewer, and besides, for HQ, those that leaders may decide.
fn waiting_for(conn: &mut Conn, viewer: &Viewer) -> Result<(Vec<RequestId>, Vec<RequestId>)> {
    if !viewer.is_hq() && !viewer.is_leader() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (all, leaders) = (queries::list_waiting(conn)?, crate::attendance::queries::list_leaders(conn)?);
    let mine = all.into_iter().filter(|waiting| waiting.may_be_decided_by(viewer, &leaders));
    let (first, besides): (Vec<_>, Vec<_>) = mine.partition(|waiting| !viewer.is_hq() || waiting.needs_hq(&leaders));
    let ids = |list: Vec<requests::model::Waiting>| list.into_iter().map(|waiting| waiting.id).collect();
    Ok((ids(first), ids(besides)))
}

/// `GET /requests`.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<RequestsQuery>) -> Result<HttpResponse> {
    let page = page_number(&query.page);
    let content = app.db.read(move |conn| requests_page(conn, &viewer, page, &DecisionForm::default())).await?;
    page::show(&app, &visit, "attendance/requests", &content)
}

fn requests_page(conn: &mut Conn, viewer: &Viewer, number: i64, typed: &DecisionForm) -> Result<RequestsPage> {
    let (waiting, besides) = waiting_for(conn, viewer)?;
    let (n_waiting, n_with_leaders) = (waiting.len(), besides.len());
    let start = usize::try_from(number - 1).unwrap_or(0).saturating_mul(ROWS);
    let here: Vec<RequestId> = waiting.into_iter().skip(start).take(ROWS).collect();
    let besides: Vec<RequestId> = besides.into_iter().take(ROWS).collect();
    let shown: Vec<RequestId> = here.iter().chain(&besides).copied().collect();
    let (found, own) = (queries::list_whole(conn, &shown)?, queries::list_asked_by(conn, viewer.person, OWN)?);
    let labels = super::unit_labels(conn)?;
    let names = names(conn, found.iter().chain(&own).map(|(request, ..)| request))?;
    let show = |(request, session, row, recorded): queries::Whole| {
        let unit = super::labelled(&labels, row.unit_id, &row.unit_name);
        let id = request.id.to_string();
        let ticked = typed.request.contains(&id) || typed.refuse == id;
        let shown = ShownRequest::of(request, &session, row, recorded.as_ref(), &names, viewer)?;
        Ok(ShownRequest { unit, ticked, ..shown })
    };
    let (first, second): (Vec<_>, Vec<_>) = found.into_iter().partition(|(request, ..)| here.contains(&request.id));
    Ok(RequestsPage {
        here: links::REQUESTS,
        decides: viewer.is_hq() || viewer.is_leader(),
        is_hq: viewer.is_hq(),
        n_waiting,
        n_with_leaders,
        waiting: first.into_iter().map(show).collect::<Result<_>>()?,
        with_leaders: second.into_iter().map(show).collect::<Result<_>>()?,
        own: own.into_iter().map(show).collect::<Result<_>>()?,
        paging: Paging::of(
            number,
            i64::try_from(n_waiting).unwrap_or(i64::MAX),
            ROWS as i64,
            format!("{}?page=", links::REQUESTS),
        ),
        answer: typed.answer.clone(),
    })
}

/// What was ticked, and the button that was pressed.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct DecisionForm {
    /// One of the ticked.
    #[serde(default)]
    request: Vec<String>,
    /// `id|version|seen` of everything shown.
    #[serde(default)]
    shown: Vec<String>,
    /// The one whose own button was pressed.
    #[serde(default)]
    grant: String,
    /// As `grant`.
    #[serde(default)]
    refuse: String,
    /// `grant` or `refuse`, of all that are ticked.
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    answer: String,
    /// The page of the list where they were ticked.
    #[serde(default)]
    page: String,
}

impl DecisionForm {
    fn decisions(&self) -> Result<(Vec<Decision>, Verdict)> {
        let (one, verdict) = match (self.grant.as_str(), self.refuse.as_str(), self.verdict.as_str()) {
            ("", "", "grant") => (None, Verdict::Grant),
            ("", "", "refuse") => (None, Verdict::Refuse),
            ("", "", _) => return Err(unreadable()),
            ("", id, _) => (Some(id), Verdict::Refuse),
            (id, ..) => (Some(id), Verdict::Grant),
        };
        let chosen = |id: &str| one.map_or_else(|| self.request.iter().any(|of| of == id), |one| one == id);
        let mut decisions = Vec::new();
        for shown in &self.shown {
            let parts: Vec<&str> = shown.split('|').collect();
            let [id, version, seen] = parts[..] else { return Err(unreadable()) };
            if chosen(id) {
                decisions.push(Decision {
                    request: id.parse().map_err(|_| unreadable())?,
                    version: version.parse().map_err(|_| unreadable())?,
                    seen: seen.parse().map_err(|_| unreadable())?,
                });
            }
        }
        Ok((decisions, verdict))
    }
}

/// `POST /requests`: grants or refuses one by its own button, or all that are ticked.
pub async fn decide(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<DecisionForm>) -> Result<HttpResponse> {
    let (fields, now) = (form.fields, app.clock.now());
    let done = match fields.decisions() {
        Err(refused) => Err(refused),
        Ok((decisions, verdict)) => {
            let (actor, answer) = (viewer.clone(), fields.answer.clone());
            let written = app.db.write(move |conn| requests::decide(conn, &actor, &decisions, verdict, &answer, now));
            written.await.map(|n| (n, verdict))
        }
    };
    match done.map_err(meanwhile) {
        Ok((n, verdict)) => {
            let id = match verdict {
                Verdict::Grant => "request-granted",
                Verdict::Refuse => "request-refused",
            };
            let message = Message::new(id).with("n", i64::try_from(n).unwrap_or(i64::MAX));
            Ok(page::redirect(&app, &visit, links::REQUESTS, &message))
        }
        Err(Error::Refused(problems)) => {
            let content =
                app.db.read(move |conn| requests_page(conn, &viewer, page_number(&fields.page), &fields)).await?;
            page::refused(&app, &visit, "attendance/requests", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /requests/{id}/withdraw`: takes back what one asked for.
pub async fn withdraw(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<RequestId>,
    _form: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let session: SessionId = app.db.write(move |conn| requests::withdraw(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::session(session), &Message::new("request-withdrawn")))
}
