//! Taking a call, or what one unit was asked for by it, back: asks on a page of its own, which names what goes.

use super::super::ids;
use super::{TaskView, pick, task_view};
use crate::access::Viewer;
use crate::assignments::calls::decide::{self, Decision};
use crate::assignments::calls::progress::PeopleCount;
use crate::assignments::calls::{UnitTask, UnitTaskKind, answer, progress, queries};
use crate::assignments::pick::Pick;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::ids::{CallId, UnitId, UnitTaskId};
use crate::web::form::{Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Deserialize)]
pub struct WithdrawForm {
    #[serde(default)]
    task: Vec<String>,
    #[serde(default)]
    comment: String,
}

#[derive(Serialize)]
struct WithdrawPage {
    href: String,
    action: String,
    call_title: String,
    /// Nothing when it is the whole call.
    unit_name: Option<String>,
    /// Of one unit: to be ticked.
    forms: Vec<FormChoice>,
    /// Of the whole call: as they stand.
    picks: Vec<String>,
    n_units: usize,
    n_forms: usize,
    n_accepted: usize,
    n_people: i64,
    comment: String,
}

#[derive(Serialize)]
struct FormChoice {
    pick: String,
    kind: UnitTaskKind,
    task: TaskView,
    ticked: bool,
}

/// `GET /units/{id}/calls/{call}/withdraw`.
pub async fn ask(app: Data<App>, visit: Visit, viewer: Viewer, path: Path<(UnitId, CallId)>) -> Result<HttpResponse> {
    show_unit(&app, &visit, viewer, path.into_inner(), None, &[]).await
}

async fn show_unit(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    (unit, call): (UnitId, CallId),
    sent: Option<WithdrawForm>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let found = app.db.read(move |conn| answer::find(conn, &viewer, unit, call, today)).await?;
    let withdrawal = Decision::Withdraw { reason: String::new() };
    let can_go = found.forms.iter().filter(|form| form.may_decide && withdrawal.fits(&form.cell.task));
    let forms: Vec<FormChoice> = can_go
        .map(|form| FormChoice {
            pick: pick(&form.cell.task),
            kind: form.cell.task.kind,
            task: task_view(&form.cell, found.call.due_on, today),
            ticked: sent.as_ref().is_some_and(|sent| sent.task.contains(&pick(&form.cell.task))),
        })
        .collect();
    if forms.is_empty() {
        return Err(Error::NotFound("page"));
    }
    let people = found.forms.iter().map(|form| form.cell.people);
    let content = WithdrawPage {
        href: links::unit_call(unit, call),
        action: links::unit_call_part(unit, call, "withdraw"),
        call_title: found.call.title,
        unit_name: Some(found.unit.name),
        n_units: 1,
        n_forms: forms.len(),
        n_accepted: 0,
        n_people: people.map(|people| people.n - people.n_finished).sum(),
        forms,
        picks: Vec::new(),
        comment: sent.unwrap_or_default().comment,
    };
    show(app, visit, &content, problems)
}

fn show(app: &App, visit: &Visit, content: &WithdrawPage, problems: &[Problem]) -> Result<HttpResponse> {
    match problems {
        [] => page::show(app, visit, "calls/withdraw", content),
        problems => page::refused(app, visit, "calls/withdraw", content, problems),
    }
}

/// `POST /units/{id}/calls/{call}/withdraw`: what is ticked.
pub async fn withdraw(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(UnitId, CallId)>,
    form: Form<WithdrawForm>,
) -> Result<HttpResponse> {
    let ((unit, call), fields) = (path.into_inner(), form.fields);
    let (now, today, by) = (app.clock.now(), app.clock.today(), viewer.clone());
    let picks: Vec<Pick<UnitTaskId>> = ids(&fields.task)?;
    let decision = Decision::Withdraw { reason: fields.comment.clone() };
    let done = app.db.write(move |conn| decide::decide(conn, &by, call, &picks, &decision, now, today)).await;
    let problems = match done.map_err(meanwhile) {
        Ok(n) => {
            let sentence = Message::new("call-withdrawn").with("n", n as i64);
            return Ok(page::redirect(&app, &visit, &links::unit_call(unit, call), &sentence));
        }
        Err(Error::Refused(problems)) => problems,
        Err(error) => return Err(error),
    };
    show_unit(&app, &visit, viewer, (unit, call), Some(fields), &problems).await
}

/// `GET /calls/{id}/withdraw`.
pub async fn ask_call(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<CallId>) -> Result<HttpResponse> {
    show_call(&app, &visit, viewer, id.into_inner(), String::new(), &[]).await
}

async fn show_call(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: CallId,
    comment: String,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (found, to_go) = app
        .db
        .read(move |conn| {
            let tasks = queries::list_tasks(conn, id)?;
            let to_go: Vec<UnitTask> = decide::standing(conn, &viewer, id, &tasks)?.into_iter().cloned().collect();
            Ok((progress::build(conn, id, today)?, to_go))
        })
        .await?;
    let mut units: Vec<UnitId> = to_go.iter().map(|task| task.unit_id).collect();
    units.dedup();
    let accepted = found.figures.kinds.iter().map(|kind| kind.n_accepted).sum::<i64>();
    let PeopleCount { n, n_finished } = found.people;
    let content = WithdrawPage {
        href: links::call(id),
        action: links::call_part(id, "withdraw"),
        call_title: found.call.title,
        unit_name: None,
        forms: Vec::new(),
        picks: to_go.iter().map(pick).collect(),
        n_units: units.len(),
        n_forms: to_go.len(),
        n_accepted: usize::try_from(accepted).unwrap_or(0),
        n_people: n - n_finished,
        comment,
    };
    show(app, visit, &content, problems)
}

/// `POST /calls/{id}/withdraw`.
pub async fn withdraw_call(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<CallId>,
    form: Form<WithdrawForm>,
) -> Result<HttpResponse> {
    let (id, fields) = (id.into_inner(), form.fields);
    let (now, today, by) = (app.clock.now(), app.clock.today(), viewer.clone());
    let (picks, reason): (Vec<Pick<UnitTaskId>>, _) = (ids(&fields.task)?, fields.comment.clone());
    let done = app.db.write(move |conn| decide::withdraw_call(conn, &by, id, &picks, &reason, now, today)).await;
    let problems = match done {
        Ok(n) => {
            let sentence = Message::new("call-withdrawn").with("n", n as i64);
            return Ok(page::redirect(&app, &visit, &links::call(id), &sentence));
        }
        Err(Error::Refused(problems)) if problems.iter().all(|problem| !problem.field.is_empty()) => problems,
        Err(Error::Conflict) => vec![Problem::at("", Message::new("changed-meanwhile"))],
        Err(error) => return Err(error),
    };
    show_call(&app, &visit, viewer, id, fields.comment, &problems).await
}
