//! `/units/{id}/calls/{call}/sub-units`: a unit passes a call on to those directly below it.

use super::super::ids;
use crate::access::Viewer;
use crate::assignments::calls::pass_on::{self, ToUnits};
use crate::assignments::calls::{UnitTaskKind, answer};
use crate::assignments::giving::DUE_AFTER;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization;
use crate::store::form_keys;
use crate::store::ids::{CallId, UnitId};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Deserialize)]
pub struct SubUnitsForm {
    #[serde(default)]
    unit: Vec<String>,
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    due_on: String,
}

#[derive(Serialize)]
struct SubUnitsPage {
    href: String,
    action: String,
    unit_name: String,
    unit_href: String,
    call_title: String,
    units: Vec<UnitChoice>,
    forms: Vec<FormChoice>,
    due_on: String,
}

#[derive(Serialize)]
struct UnitChoice {
    id: UnitId,
    name: String,
    n_people: i64,
    was_asked: bool,
    ticked: bool,
}

#[derive(Serialize)]
struct FormChoice {
    kind: UnitTaskKind,
    ticked: bool,
}

/// `GET /units/{id}/calls/{call}/sub-units`: all of them ticked.
pub async fn form(app: Data<App>, visit: Visit, viewer: Viewer, path: Path<(UnitId, CallId)>) -> Result<HttpResponse> {
    show_form(&app, &visit, viewer, path.into_inner(), None, &[]).await
}

async fn show_form(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    (unit, call): (UnitId, CallId),
    sent: Option<SubUnitsForm>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (found, below, headcounts) = app
        .db
        .read(move |conn| {
            let found = answer::find(conn, &viewer, unit, call, today)?;
            if !found.may_hand_in {
                return Err(Error::NotFound("page"));
            }
            let below = organization::queries::list_units_below(conn, &found.unit.path)?;
            Ok((found, below, organization::queries::count_people_by_unit(conn)?))
        })
        .await?;
    let ticked: Option<Vec<UnitId>> = sent.as_ref().map(|sent| ids(&sent.unit)).transpose()?;
    let kinds: Option<Vec<UnitTaskKind>> = sent.as_ref().map(|sent| ids(&sent.form)).transpose()?;
    let n_people = |of: &organization::Unit| {
        let is_inside = |id: UnitId| below.iter().any(|one| one.id == id && of.path.contains(&one.path));
        headcounts.iter().filter(|(id, _)| is_inside(*id)).map(|(_, n)| n).sum()
    };
    let choice = |one: &organization::Unit| {
        let was_asked = found.below.iter().any(|row| row.unit.id == one.id);
        UnitChoice {
            id: one.id,
            name: one.name.clone(),
            n_people: n_people(one),
            was_asked,
            ticked: ticked.as_ref().map_or(!was_asked, |ticked| ticked.contains(&one.id)),
        }
    };
    let tasks = found.forms.iter().map(|form| &form.cell.task);
    let standing: Vec<_> =
        tasks.filter(|task| task.state != crate::assignments::calls::UnitTaskState::Withdrawn).collect();
    let due_on = standing.iter().map(|task| task.due_on).min().filter(|day| *day >= today);
    let content = SubUnitsPage {
        href: links::unit_call(unit, call),
        action: links::unit_call_part(unit, call, "sub-units"),
        unit_href: links::unit(unit),
        call_title: found.call.title.clone(),
        units: below.iter().filter(|one| one.parent_id == Some(unit)).map(choice).collect(),
        forms: standing
            .iter()
            .map(|task| FormChoice {
                kind: task.kind,
                ticked: kinds.as_ref().is_none_or(|kinds| kinds.contains(&task.kind)),
            })
            .collect(),
        due_on: sent.map_or_else(|| due_on.unwrap_or(today + DUE_AFTER).to_string(), |sent| sent.due_on),
        unit_name: found.unit.name.clone(),
    };
    match problems {
        [] => page::show(app, visit, "calls/sub-units", &content),
        problems => page::refused(app, visit, "calls/sub-units", &content, problems),
    }
}

/// `POST /units/{id}/calls/{call}/sub-units`.
pub async fn pass_on(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(UnitId, CallId)>,
    form: Form<SubUnitsForm>,
) -> Result<HttpResponse> {
    let ((unit, call), fields, key) = (path.into_inner(), form.fields, form.key);
    let (now, today, by) = (app.clock.now(), app.clock.today(), viewer.clone());
    let wanted = ToUnits {
        unit,
        call,
        units: ids(&fields.unit)?,
        kinds: ids(&fields.form)?,
        due_on: fields.due_on.trim().parse().ok(),
    };
    let n_units = wanted.units.len();
    let done = app
        .db
        .write(move |conn| {
            let mut n_new = None;
            let to = form_keys::once(conn, &key, now, |conn| {
                n_new = Some(pass_on::to_units(conn, &by, &wanted, now, today)?);
                Ok(links::unit_call(unit, call))
            })?;
            Ok((to, n_new))
        })
        .await;
    match done {
        Err(Error::Refused(problems)) => show_form(&app, &visit, viewer, (unit, call), Some(fields), &problems).await,
        Err(error) => Err(error),
        Ok((to, n_new)) => {
            let sentence = match n_new {
                Some(0) => Message::new("call-passed-on-nothing-new"),
                Some(_) => Message::new("call-passed-on").with("n", n_units as i64),
                None => Message::new("tasks-sent-before"),
            };
            Ok(page::redirect(&app, &visit, &to, &sentence))
        }
    }
}
