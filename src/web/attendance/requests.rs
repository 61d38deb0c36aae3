//! `/requests`: what waits for the viewer's decision, what was decided lately, and what they asked for themselves.

use super::person::ShownRecorded;
use super::{Paging, PersonRow, page_number};
use crate::access::{UnitPath, Viewer};
use crate::attendance::model::{authority, may_record};
use crate::attendance::requests::model::{Waiting, is_as_asked};
use crate::attendance::requests::{self, Decision, Request, RequestKind, RequestState, Verdict, queries};
use crate::attendance::{Attendance, Recorded};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::reports::paper::Words;
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::training::{RosterRow, Session};
use crate::web::errors::unreadable;
use crate::web::form::{Button, Form, meanwhile};
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Requests on one page.
const ROWS: usize = 40;
/// For so long a decision is listed, to be looked at again.
const RECENT: TimeDelta = TimeDelta::days(14);
/// So many are named once they are decided.
const NAMED: usize = 10;
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
    /// Decided lately within the viewer's reach, the last first; no more than fit on one page.
    decided: Vec<ShownRequest>,
    n_decided: usize,
    /// There are more than those listed.
    is_cut: bool,
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
    /// Where it is refused, with the reason.
    refuse: String,
    /// Granted, and something else is recorded since.
    is_overtaken: bool,
    /// Whether the viewer may decide the other way.
    may_turn: bool,
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
        let asked: Option<Recorded> = request.asked()?;
        Ok(Self {
            is_overtaken: request.state == RequestState::Granted && !is_as_asked(asked.as_ref(), recorded),
            may_turn: false,
            refuse: links::refuse_request(request.id),
            asked: asked.map(ShownRecorded::of),
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

/// As [`count_waiting`], of a unit and those below it.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn count_waiting_of(conn: &mut Conn, viewer: &Viewer, unit: &UnitPath) -> Result<usize> {
    Ok(waiting_for(conn, viewer)?.0.iter().filter(|waiting| unit.contains(&waiting.path)).count())
}

/// Those that wait for the viewer, and besides, for HQ, those that leaders may decide.
fn waiting_for(conn: &mut Conn, viewer: &Viewer) -> Result<(Vec<Waiting>, Vec<Waiting>)> {
    if !viewer.is_hq() && !viewer.is_leader() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (all, leaders) = (queries::list_waiting(conn)?, crate::attendance::queries::list_leaders(conn)?);
    let mine = all.into_iter().filter(|waiting| waiting.may_be_decided_by(viewer, &leaders));
    Ok(mine.partition(|waiting| !viewer.is_hq() || waiting.needs_hq(&leaders)))
}

/// `GET /requests`.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<RequestsQuery>) -> Result<HttpResponse> {
    let (page, now) = (page_number(&query.page), app.clock.now());
    let content = app.db.read(move |conn| requests_page(conn, &viewer, page, &DecisionForm::default(), now)).await?;
    page::show(&app, &visit, "attendance/requests", &content)
}

/// What was decided lately within the viewer's reach, the last first, and which of it they may decide the other way.
fn decided_lately(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<(Vec<RequestId>, BTreeSet<RequestId>)> {
    if !viewer.is_hq() && !viewer.is_leader() {
        return Ok((Vec::new(), BTreeSet::new()));
    }
    let leaders = crate::attendance::queries::list_leaders(conn)?;
    let mut decided = queries::list_decided(conn, now - RECENT)?;
    let reach = viewer.reach_of_decisions();
    decided.retain(|of| of.person != viewer.person && (viewer.is_hq() || reach.covers(&of.path)));
    let may_turn = |of: &Waiting| super::is_recorded(of.session_state) && of.may_be_decided_by(viewer, &leaders);
    let turned = decided.iter().filter(|of| may_turn(of)).map(|of| of.id).collect();
    Ok((decided.into_iter().map(|of| of.id).collect(), turned))
}

fn requests_page(
    conn: &mut Conn,
    viewer: &Viewer,
    number: i64,
    typed: &DecisionForm,
    now: Moment,
) -> Result<RequestsPage> {
    let (waiting, besides) = waiting_for(conn, viewer)?;
    let (n_waiting, n_with_leaders) = (waiting.len(), besides.len());
    let start = usize::try_from(number - 1).unwrap_or(0).saturating_mul(ROWS);
    let here: Vec<RequestId> = waiting.iter().skip(start).take(ROWS).map(|waiting| waiting.id).collect();
    let besides: Vec<RequestId> = besides.iter().take(ROWS).map(|waiting| waiting.id).collect();
    let shown: Vec<RequestId> = here.iter().chain(&besides).copied().collect();
    let (found, own) = (queries::list_whole(conn, &shown)?, queries::list_asked_by(conn, viewer.person, OWN)?);
    let labels = super::unit_labels(conn)?;
    let (ids, turned) = decided_lately(conn, viewer, now)?;
    let newest: Vec<RequestId> = ids.iter().take(ROWS).copied().collect();
    let mut decided = queries::list_whole(conn, &newest)?;
    decided.sort_by_key(|(request, ..)| std::cmp::Reverse((request.decided_at, request.id)));
    let names = names(conn, found.iter().chain(&own).chain(&decided).map(|(request, ..)| request))?;
    let show = |(request, session, row, recorded): queries::Whole| {
        let unit = super::labelled(&labels, row.unit_id, &row.unit_name);
        let id = request.id.to_string();
        let (ticked, may_turn) = (typed.request.contains(&id), turned.contains(&request.id));
        let shown = ShownRequest::of(request, &session, row, recorded.as_ref(), &names, viewer)?;
        Ok(ShownRequest { unit, ticked, may_turn, ..shown })
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
        decided: decided.into_iter().map(show).collect::<Result<_>>()?,
        n_decided: ids.len(),
        is_cut: ids.len() > ROWS,
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
        let (one, verdict) = match (self.grant.as_str(), self.verdict.as_str()) {
            ("", "grant") => (None, Verdict::Grant),
            ("", "refuse") => (None, Verdict::Refuse),
            ("", _) => return Err(unreadable()),
            (id, _) => (Some(id), Verdict::Grant),
        };
        let chosen = |id: &str| one.map_or_else(|| self.request.iter().any(|of| of == id), |one| one == id);
        let mut decisions = Vec::new();
        for shown in &self.shown {
            let parts: Vec<&str> = shown.split('|').collect();
            let [id, version, seen] = parts[..] else { return Err(unreadable()) };
            if chosen(id) {
                decisions.push(decision(id.parse().map_err(|_| unreadable())?, version, seen)?);
            }
        }
        Ok((decisions, verdict))
    }
}

/// A request as a form showed it.
fn decision(request: RequestId, version: &str, seen: &str) -> Result<Decision> {
    let number = |text: &str| -> Result<i64> { text.parse().map_err(|_| unreadable()) };
    Ok(Decision { request, version: number(version)?, seen: number(seen)? })
}

/// `POST /requests`: grants or refuses one by its own button, or all that are ticked.
pub async fn decide(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<DecisionForm>) -> Result<HttpResponse> {
    let (fields, now) = (form.fields, app.clock.now());
    let done = match fields.decisions() {
        Err(refused) => Err(refused),
        Ok((decisions, verdict)) => {
            let (actor, answer) = (viewer.clone(), fields.answer.clone());
            let written = app.db.write(move |conn| decide_all(conn, &actor, &decisions, verdict, &answer, now));
            written.await.map(|names| (names, verdict))
        }
    };
    match done.map_err(meanwhile) {
        Ok((names, verdict)) => {
            Ok(page::redirect(&app, &visit, links::REQUESTS, &decided(&names, verdict, &words(&app, &visit))))
        }
        Err(Error::Refused(problems)) => {
            let number = page_number(&fields.page);
            let content = app.db.read(move |conn| requests_page(conn, &viewer, number, &fields, now)).await?;
            page::refused(&app, &visit, "attendance/requests", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// Decides, and gives the names of those who had asked, one for each request.
fn decide_all(
    conn: &mut Conn,
    viewer: &Viewer,
    decisions: &[Decision],
    verdict: Verdict,
    answer: &str,
    now: Moment,
) -> Result<Vec<String>> {
    let people = requests::decide(conn, viewer, decisions, verdict, answer, now)?;
    let names: BTreeMap<PersonId, String> = queries::list_names(conn, &people)?.into_iter().collect();
    Ok(people.iter().map(|person| names.get(person).cloned().unwrap_or_default()).collect())
}

fn decided(names: &[String], verdict: Verdict, words: &Words) -> Message {
    let id = match verdict {
        Verdict::Grant => "request-granted",
        Verdict::Refuse => "request-refused",
    };
    let n = i64::try_from(names.len()).unwrap_or(i64::MAX);
    let more = (names.len() > NAMED).then_some("…");
    let named = names.iter().take(NAMED).map(String::as_str).chain(more);
    Message::new(id).with("n", n).with("names", words.list(named))
}

/// The reason for one refusal.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct RefusalForm {
    /// `version|seen` of the request.
    seen: String,
    answer: String,
}

#[derive(Serialize)]
struct RefusalPage {
    requests: &'static str,
    request: ShownRequest,
    answer: String,
}

/// The page where one request is refused, or what was granted is taken back.
fn refusal_page(conn: &mut Conn, viewer: &Viewer, id: RequestId, answer: String) -> Result<RefusalPage> {
    let whole = queries::list_whole(conn, &[id])?.pop();
    let (request, session, row, recorded) = whole.ok_or(Error::NotFound("request"))?;
    let case = crate::attendance::queries::find_case(conn, session.id, request.person_id)?;
    let right = authority(viewer, &[], &case).ok_or(Error::NotFound("request"))?;
    may_record(right, &session, viewer.person, request.person_id)
        .map_err(|refusal| Error::refused(refusal.message()))?;
    match request.state {
        RequestState::Asked | RequestState::Granted => {}
        RequestState::Refused | RequestState::Withdrawn => {
            return Err(Error::refused(Message::new("request-refused-meanwhile").with("name", row.name)));
        }
    }
    let names = names(conn, std::iter::once(&request))?;
    let unit = super::labelled(&super::unit_labels(conn)?, row.unit_id, &row.unit_name);
    let shown = ShownRequest::of(request, &session, row, recorded.as_ref(), &names, viewer)?;
    Ok(RefusalPage { requests: links::REQUESTS, request: ShownRequest { unit, ..shown }, answer })
}

/// `GET /requests/{id}/refuse`.
pub async fn refuse_form(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<RequestId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let content = app.db.read(move |conn| refusal_page(conn, &viewer, id, String::new())).await?;
    page::show(&app, &visit, "attendance/refuse", &content)
}

/// `POST /requests/{id}/refuse`: refuses one, with the reason; what was granted is taken back.
pub async fn refuse(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<RequestId>,
    form: Form<RefusalForm>,
) -> Result<HttpResponse> {
    let (id, fields, now) = (id.into_inner(), form.fields, app.clock.now());
    let (version, seen) = fields.seen.split_once('|').ok_or_else(unreadable)?;
    let decisions = [decision(id, version, seen)?];
    let (actor, answer) = (viewer.clone(), fields.answer.clone());
    let written = app.db.write(move |conn| decide_all(conn, &actor, &decisions, Verdict::Refuse, &answer, now)).await;
    match written.map_err(meanwhile) {
        Ok(names) => {
            let said = decided(&names, Verdict::Refuse, &words(&app, &visit));
            Ok(page::redirect(&app, &visit, links::REQUESTS, &said))
        }
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| refusal_page(conn, &viewer, id, fields.answer)).await?;
            page::refused(&app, &visit, "attendance/refuse", &content, &problems)
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
