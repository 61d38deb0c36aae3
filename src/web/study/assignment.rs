//! `/assignments/{id}`: who has done what was given; more time, taking back.

use super::ids;
use crate::access::Viewer;
use crate::assignments::extend::{self, Extension};
use crate::assignments::model::{self, PersonTask};
use crate::assignments::pick::{self, Pick};
use crate::assignments::{Assignment, ShownTask, TaskView, queries, withdraw};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization::{self, Unit};
use crate::store::ids::{AssignmentId, UnitId};
use crate::training::audience::full_name;
use crate::web::form::Form;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tasks on one page.
const PAGE: i64 = 100;

#[derive(Deserialize)]
pub struct PageQuery {
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct AssignmentPage {
    href: String,
    unit_name: String,
    unit_href: String,
    session_title: Option<String>,
    given_at: crate::clock::Moment,
    due_on: NaiveDate,
    note: String,
    n_people: i64,
    n_finished: i64,
    n_tasks: i64,
    n_done: i64,
    n_open: i64,
    n_overdue: i64,
    n_released: i64,
    n_withdrawn: i64,
    may_decide: bool,
    study_minutes: i64,
    /// Where HQ says what it counts for.
    hours_href: Option<String>,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    pick: String,
    name: String,
    unit_name: String,
    may_be_picked: bool,
    task: TaskView,
}

/// `GET /assignments/{id}`: the tasks of the people within reach, with counts of all of them.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, today, page) = (id.into_inner(), app.clock.today(), query.into_inner().page);
    let (reach, deciding) = (viewer.reach(), viewer.reach_of_decisions());
    let (assignment, units, standing, tasks, reach, paging) = app
        .db
        .read(move |conn| {
            let assignment = queries::find_assignment(conn, id)?;
            let units = organization::queries::list_units(conn)?;
            let covered: Vec<UnitId> =
                units.iter().filter(|unit| reach.covers(&unit.path)).map(|unit| unit.id).collect();
            let mut standing = queries::list_standing(conn, id)?;
            standing.retain(|(_, unit, ..)| covered.contains(unit));
            let paging = Paging::of(&page, standing.len() as i64, PAGE, &links::assignment(id));
            let tasks = queries::page_of_tasks(conn, id, &covered, PAGE, paging.offset)?;
            Ok((assignment, units, standing, tasks, covered, paging))
        })
        .await?;
    if standing.is_empty() && !reach.contains(&assignment.unit_id) {
        return Err(Error::NotFound("assignment"));
    }
    let decided: Vec<UnitId> = units.iter().filter(|unit| deciding.covers(&unit.path)).map(|unit| unit.id).collect();
    let name_of = |id: UnitId| units.iter().find(|unit| unit.id == id).map(|unit| full_name(&units, unit));
    let row = |row: PersonTask| {
        let task = row.task.view(today, visit.language);
        Row {
            pick: Pick { task: row.task.task.id, version: row.task.task.version }.to_string(),
            may_be_picked: row.task.task.state.is_left()
                && decided.contains(&row.unit_id)
                && row.task.task.person_id != viewer.person,
            name: row.name,
            unit_name: name_of(row.unit_id).unwrap_or(row.unit_name),
            task,
        }
    };
    let rows: Vec<Row> = tasks.into_iter().map(row).collect();
    let mut content = progress(assignment, &units, &standing, rows, paging, today);
    content.hours_href = content.hours_href.filter(|_| viewer.is_hq());
    page::show(&app, &visit, "study/assignment", &content)
}

fn progress(
    assignment: Assignment,
    units: &[Unit],
    standing: &[queries::Standing],
    rows: Vec<Row>,
    paging: Paging,
    today: NaiveDate,
) -> AssignmentPage {
    let mut states: BTreeMap<ShownTask, i64> = BTreeMap::new();
    let mut people: BTreeMap<_, bool> = BTreeMap::new();
    for (person, _, state, due_on, attendance) in standing {
        let shown = model::shown(*state, *due_on, *attendance, today);
        *states.entry(shown).or_default() += 1;
        match shown {
            ShownTask::Released | ShownTask::Withdrawn => {}
            ShownTask::Done | ShownTask::Accepted => {
                people.entry(*person).or_insert(true);
            }
            ShownTask::Open | ShownTask::Overdue | ShownTask::Returned | ShownTask::Submitted => {
                people.insert(*person, false);
            }
        }
    }
    let count = |state| states.get(&state).copied().unwrap_or(0);
    let (n_done, n_overdue) = (count(ShownTask::Done) + count(ShownTask::Accepted), count(ShownTask::Overdue));
    let n_open = count(ShownTask::Open) + count(ShownTask::Returned) + count(ShownTask::Submitted) + n_overdue;
    let unit = units.iter().find(|unit| unit.id == assignment.unit_id);
    AssignmentPage {
        href: links::assignment(assignment.id),
        unit_name: unit.map_or(String::new(), |unit| unit.name.clone()),
        unit_href: links::unit(assignment.unit_id),
        study_minutes: assignment.study_minutes,
        hours_href: assignment.session_id.is_none().then(|| links::assignment_hours(assignment.id)),
        session_title: Some(assignment.title).filter(|title| !title.is_empty()),
        given_at: assignment.given_at,
        due_on: assignment.due_on,
        note: assignment.note,
        n_people: people.len() as i64,
        n_finished: people.values().filter(|is_finished| **is_finished).count() as i64,
        n_tasks: n_done + n_open,
        n_done,
        n_open,
        n_overdue,
        n_released: count(ShownTask::Released),
        n_withdrawn: count(ShownTask::Withdrawn),
        may_decide: rows.iter().any(|row| row.may_be_picked),
        rows,
        paging,
    }
}

#[derive(Debug, Default, Clone, Deserialize)]
pub struct PicksForm {
    #[serde(default)]
    task: Vec<String>,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    reason: String,
}

#[derive(Serialize)]
struct PicksPage {
    href: String,
    action: String,
    is_extension: bool,
    tasks: Vec<Row>,
    due_on: String,
    reason: String,
}

/// `GET /assignments/{id}/extend`: until when, and why.
pub async fn ask_extend(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields = serde_html_form::from_str(request.query_string()).map_err(|_| Error::NotFound("page"))?;
    ask(&app, &visit, viewer, id.into_inner(), "extend", fields, &[]).await
}

/// `GET /assignments/{id}/withdraw`: names what is taken back from whom.
pub async fn ask_withdraw(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields = serde_html_form::from_str(request.query_string()).map_err(|_| Error::NotFound("page"))?;
    ask(&app, &visit, viewer, id.into_inner(), "withdraw", fields, &[]).await
}

async fn ask(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: AssignmentId,
    act: &str,
    fields: PicksForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (picks, today): (Vec<Pick>, _) = (ids(&fields.task)?, app.clock.today());
    let (_, found) = app.db.read(move |conn| pick::find_picked(conn, &viewer, id, &picks)).await?;
    let row = |row: PersonTask| Row {
        pick: Pick { task: row.task.task.id, version: row.task.task.version }.to_string(),
        may_be_picked: true,
        task: row.task.view(today, visit.language),
        name: row.name,
        unit_name: row.unit_name,
    };
    let content = PicksPage {
        href: links::assignment(id),
        action: format!("{}/{act}", links::assignment(id)),
        is_extension: act == "extend",
        tasks: found.into_iter().map(row).collect(),
        due_on: fields.due_on,
        reason: fields.reason,
    };
    if problems.is_empty() {
        page::show(app, visit, "study/picks", &content)
    } else {
        page::refused(app, visit, "study/picks", &content, problems)
    }
}

/// The page again when somebody else was at the same tasks: as they are now, with what was typed.
async fn ask_anew(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: AssignmentId,
    act: &str,
    fields: PicksForm,
) -> Result<HttpResponse> {
    let picks: Vec<Pick> = ids(&fields.task)?;
    let n_ticked = picks.len();
    let open = app.db.read(move |conn| pick::tick_anew(conn, id, &picks)).await?;
    let left_out = Message::new("assignment-picks-changed").with("n", (n_ticked - open.len()) as i64);
    if open.is_empty() {
        return Ok(page::redirect(app, visit, &links::assignment(id), &left_out));
    }
    let fields = PicksForm { task: open.iter().map(ToString::to_string).collect(), ..fields };
    ask(app, visit, viewer, id, act, fields, &[Problem::at("", left_out)]).await
}

/// `POST /assignments/{id}/extend`.
pub async fn extend(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    form: Form<PicksForm>,
) -> Result<HttpResponse> {
    let (id, now, today, fields) = (id.into_inner(), app.clock.now(), app.clock.today(), form.fields);
    let picks: Vec<Pick> = ids(&fields.task)?;
    let extension = Extension { due_on: fields.due_on.trim().parse().ok(), reason: fields.reason.clone() };
    let by = viewer.clone();
    let done = app.db.write(move |conn| extend::extend(conn, &by, id, &picks, &extension, now, today)).await;
    match done {
        Err(Error::Refused(problems)) if problems.iter().all(|problem| !problem.field.is_empty()) => {
            ask(&app, &visit, viewer, id, "extend", fields, &problems).await
        }
        Err(Error::Conflict) => ask_anew(&app, &visit, viewer, id, "extend", fields).await,
        Err(error) => Err(error),
        Ok(n) => {
            let sentence = Message::new("assignment-extended").with("n", n as i64);
            Ok(page::redirect(&app, &visit, &links::assignment(id), &sentence))
        }
    }
}

/// `POST /assignments/{id}/withdraw`.
pub async fn withdraw(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    form: Form<PicksForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (picks, by): (Vec<Pick>, _) = (ids(&form.fields.task)?, viewer.clone());
    let done = app.db.write(move |conn| withdraw::withdraw(conn, &by, id, &picks, now)).await;
    match done {
        Err(Error::Conflict) => ask_anew(&app, &visit, viewer, id, "withdraw", form.fields).await,
        Err(error) => Err(error),
        Ok(n) => {
            let sentence = Message::new("assignment-withdrawn").with("n", n as i64);
            Ok(page::redirect(&app, &visit, &links::assignment(id), &sentence))
        }
    }
}
