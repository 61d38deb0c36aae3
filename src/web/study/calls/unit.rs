//! `/units/{id}/calls/{call}`: the one page on which a unit finds all that a call asks for, and whoever gave it decides.

use super::super::ids;
use super::{TaskView, UnitRow, form_href, pick, task_view, unit_row};
use crate::access::Viewer;
use crate::assignments::calls::answer::{self, Answer, Form as AnswerForm};
use crate::assignments::calls::decide::{self, Decision};
use crate::assignments::calls::{self, Call, ShownUnitTask, UnitTaskKind, UnitTaskState};
use crate::assignments::pick::Pick;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::readings;
use crate::store::ids::{CallId, PersonId, ReadingId, UnitId, UnitTaskId};
use crate::web::form::{Button, Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct UnitPage {
    unit_name: String,
    unit_href: String,
    decide: String,
    /// HQ's page of the call.
    call_href: Option<String>,
    /// The unit above that passed it on, with its own page of the call.
    passed_on_by: Option<PassedOnBy>,
    call: Call,
    /// The day that holds for this unit: the earliest that is still to be met.
    due_on: NaiveDate,
    is_extended: bool,
    session_href: Option<String>,
    session_title: Option<String>,
    study_hours: String,
    n_forms: usize,
    n_met: usize,
    forms: Vec<FormRow>,
    /// Readings were given to people, of whom it is said how many have read.
    is_read: bool,
    readings: Vec<ReadingLink>,
    assignments: Vec<String>,
    /// Where the readings are given to people.
    people: Option<String>,
    /// Where it is passed on to sub-units.
    sub_units: Option<String>,
    withdraw: Option<String>,
    is_liaison: bool,
    has_picks: bool,
    has_to_accept: bool,
    has_accepted: bool,
    can_return: bool,
    kinds_below: Vec<UnitTaskKind>,
    below: Vec<UnitRow>,
    n_below_picks: usize,
    decision: DecisionFields,
}

#[derive(Serialize)]
struct PassedOnBy {
    name: String,
    /// Nothing when it is out of the viewer's reach.
    href: Option<String>,
}

#[derive(Serialize)]
struct FormRow {
    kind: UnitTaskKind,
    task: TaskView,
    form_href: Option<String>,
    /// Where files are kept with it; a meeting keeps them with its record.
    files_href: Option<String>,
    /// The viewer fills it in; otherwise they read it.
    is_to_fill_in: bool,
    has_draft: bool,
    submitted_by: Option<String>,
    submitted_at: Option<Moment>,
    decided_by: Option<String>,
    decided_at: Option<Moment>,
    comments: Vec<String>,
    take_back: Option<String>,
    pick: Option<String>,
    is_ticked: bool,
}

#[derive(Serialize)]
struct ReadingLink {
    href: String,
    reading_title: String,
}

#[derive(Serialize)]
struct DecisionFields {
    comment: String,
    due_on: String,
}

/// What the decider sends.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct DecideForm {
    #[serde(default)]
    task: Vec<String>,
    /// `accept`, `return` or `extend`.
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    due_on: String,
}

/// `GET /units/{id}/calls/{call}`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, path: Path<(UnitId, CallId)>) -> Result<HttpResponse> {
    show_with(&app, &visit, viewer, path.into_inner(), None, &[]).await
}

async fn show_with(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    (unit, call): (UnitId, CallId),
    sent: Option<DecideForm>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (today, language, asking) = (app.clock.today(), visit.language, viewer.clone());
    let (found, titles) = app
        .db
        .read(move |conn| {
            let found = answer::find(conn, &asking, unit, call, today)?;
            Ok((found, readings::titles(conn, language)?))
        })
        .await?;
    let content = unit_page(found, &viewer, &titles, sent, today);
    match problems {
        [] => page::show(app, visit, "calls/unit", &content),
        problems => page::refused(app, visit, "calls/unit", &content, problems),
    }
}

fn unit_page(
    found: Answer,
    viewer: &Viewer,
    titles: &BTreeMap<ReadingId, String>,
    sent: Option<DecideForm>,
    today: NaiveDate,
) -> UnitPage {
    let (unit, call) = (found.unit.id, found.call.clone());
    let forms: Vec<FormRow> =
        found.forms.iter().map(|form| form_row(form, &found, viewer, sent.as_ref(), today)).collect();
    let standing = || found.forms.iter().filter(|form| form.cell.task.state != UnitTaskState::Withdrawn);
    let due_on = answer::day_of(standing().map(|form| &form.cell.task)).unwrap_or(call.due_on);
    let readings_stand = standing().any(|form| form.cell.task.kind == UnitTaskKind::Readings);
    let withdrawal = Decision::Withdraw { reason: String::new() };
    let can_withdraw = found.forms.iter().any(|form| form.may_decide && withdrawal.fits(&form.cell.task));
    let decides_below =
        |task: &_| viewer.reach_of_decisions().covers(&found.unit.path) && !decide::is_own(viewer, task);
    let below: Vec<UnitRow> = found
        .below
        .iter()
        .map(|row| unit_row(row, &found.kinds_below, call.id, call.due_on, &decides_below, today))
        .collect();
    let below_picks = below.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.task.as_ref()?.pick.as_ref());
    let picked = |state| forms.iter().any(|form| form.pick.is_some() && form.task.state == state);
    let fields = sent.unwrap_or_default();
    UnitPage {
        unit_href: links::unit(unit),
        decide: links::unit_call_part(unit, call.id, "decide"),
        passed_on_by: found
            .forms
            .iter()
            .find_map(|form| form.given_by.clone())
            .map(|(id, name)| PassedOnBy { name, href: found.gave.then(|| links::unit_call(id, call.id)) }),
        call_href: viewer.is_hq().then(|| links::call(call.id)),
        due_on,
        is_extended: call.due_on < due_on,
        session_href: call.session_id.filter(|_| found.sees_session).map(links::session),
        session_title: found.session_title,
        study_hours: crate::templates::hours_text(call.study_minutes),
        n_forms: standing().count(),
        n_met: standing().filter(|form| form.cell.task.state.is_met()).count(),
        readings: found
            .readings
            .iter()
            .map(|id| ReadingLink {
                href: links::reading(*id),
                reading_title: titles.get(id).cloned().unwrap_or_default(),
            })
            .collect(),
        assignments: found.assignments.iter().map(|id| links::assignment(*id)).collect(),
        people: (found.may_hand_in && readings_stand).then(|| links::unit_call_part(unit, call.id, "people")),
        sub_units: (found.may_hand_in && found.n_sub_units > 0 && standing().count() > 0)
            .then(|| links::unit_call_part(unit, call.id, "sub-units")),
        withdraw: can_withdraw.then(|| links::unit_call_part(unit, call.id, "withdraw")),
        is_liaison: !found.may_hand_in,
        has_picks: forms.iter().any(|form| form.pick.is_some()),
        has_to_accept: picked(ShownUnitTask::Submitted),
        has_accepted: picked(ShownUnitTask::Accepted),
        can_return: picked(ShownUnitTask::Submitted) || picked(ShownUnitTask::Accepted),
        is_read: forms.iter().any(|form| form.task.n_people > 0),
        n_below_picks: below_picks.count(),
        kinds_below: found.kinds_below,
        below,
        forms,
        unit_name: found.unit.name,
        decision: DecisionFields { comment: fields.comment, due_on: fields.due_on },
        call,
    }
}

fn form_row(
    form: &AnswerForm,
    found: &Answer,
    viewer: &Viewer,
    sent: Option<&DecideForm>,
    today: NaiveDate,
) -> FormRow {
    let task = &form.cell.task;
    let name = |id: Option<PersonId>| id.and_then(|id| found.names.get(&id).cloned());
    let can_be_returned = Decision::Return { comment: String::new() }.fits(task);
    let is_open_to_decision = form.may_decide && (can_be_returned || task.state.is_editable());
    let pick = is_open_to_decision.then(|| pick(task));
    let is_ticked = match sent {
        None => form.cell.shown == ShownUnitTask::Submitted,
        Some(sent) => {
            let id = format!("{}.", task.id);
            sent.task.iter().any(|word| word.starts_with(&id))
        }
    };
    let may_take_back = found.may_hand_in && !form.may_decide && form.cell.shown == ShownUnitTask::Submitted;
    FormRow {
        kind: task.kind,
        task: task_view(&form.cell, found.call.due_on, today),
        form_href: form_href(task.kind, task.id),
        files_href: match task.kind {
            UnitTaskKind::ImplementationReport | UnitTaskKind::VolumeCheck => {
                Some(links::evidence("unit-tasks", task.id.0))
            }
            UnitTaskKind::Readings | UnitTaskKind::ExchangeMeeting => None,
        },
        // HQ fills in for its own office.
        is_to_fill_in: task.state.is_editable() && (!form.may_decide || viewer.unit == found.unit.id),
        has_draft: form.has_draft,
        submitted_by: name(task.submitted_by),
        submitted_at: task.submitted_at.filter(|_| task.state != UnitTaskState::Open),
        decided_by: name(task.decided_by),
        decided_at: task.decided_at,
        comments: task.comments().into_iter().map(str::to_owned).collect(),
        take_back: may_take_back.then(|| links::unit_task_part(task.id, "take-back")),
        pick,
        is_ticked,
    }
}

/// `POST /units/{id}/calls/{call}/decide`: accepts, returns or extends what is ticked, of the unit or of those it
/// passed the call on to.
pub async fn decide(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(UnitId, CallId)>,
    form: Form<DecideForm>,
) -> Result<HttpResponse> {
    let ((unit, call), now, today) = (path.into_inner(), app.clock.now(), app.clock.today());
    let fields = form.fields;
    let picks: Vec<Pick<UnitTaskId>> = ids(&fields.task)?;
    let (decision, sentence) = match fields.verdict.as_str() {
        "accept" => (Decision::Accept, "call-accepted"),
        "return" => (Decision::Return { comment: fields.comment.clone() }, "call-returned"),
        "extend" => {
            let due_on = fields.due_on.trim().parse().ok();
            (Decision::Extend { due_on, reason: fields.comment.clone() }, "call-extended")
        }
        _ => return Err(Error::NotFound("page")),
    };
    let by = viewer.clone();
    let done = app.db.write(move |conn| decide::decide(conn, &by, call, &picks, &decision, now, today)).await;
    let problems = match done.map_err(meanwhile) {
        Ok(n) => {
            let sentence = Message::new(sentence).with("n", n as i64);
            return Ok(page::redirect(&app, &visit, &links::unit_call(unit, call), &sentence));
        }
        Err(Error::Refused(problems)) => problems,
        Err(error) => return Err(error),
    };
    show_with(&app, &visit, viewer, (unit, call), Some(fields), &problems).await
}

/// `POST /unit-tasks/{id}/take-back`.
pub async fn take_back(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitTaskId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let task = app.db.write(move |conn| calls::take_back(conn, &viewer, id, now)).await?;
    let to = links::unit_call(task.unit_id, task.call_id);
    Ok(page::redirect(&app, &visit, &to, &Message::new("call-taken-back")))
}
