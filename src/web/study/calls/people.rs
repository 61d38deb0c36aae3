//! `/units/{id}/calls/{call}/people`: the readings of a call for the people of the unit, everybody ticked, in one step.

use super::super::ids;
use crate::access::Viewer;
use crate::assignments::assign::{self, People};
use crate::assignments::calls::pass_on::{self, ToPeople};
use crate::assignments::calls::{UnitTaskKind, queries};
use crate::assignments::giving::{self, DUE_AFTER};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization::{self, Person};
use crate::readings;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::{CallId, PersonId, UnitId, UnitTaskId};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Beyond this many people a unit's are no longer listed for ticking: all of them, or sub-units pass it on.
const LISTED: usize = 300;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct PeopleForm {
    /// `some` or `everybody`.
    #[serde(default)]
    who: String,
    #[serde(default)]
    person: Vec<String>,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct PeoplePage {
    href: String,
    action: String,
    unit_name: String,
    unit_href: String,
    call_title: String,
    readings: Vec<String>,
    n_people: usize,
    n_tasks: i64,
    n_known: i64,
    too_many: bool,
    people: Vec<PersonChoice>,
    n_busy: usize,
    due_on: String,
    note: String,
}

#[derive(Serialize)]
struct PersonChoice {
    id: PersonId,
    name: String,
    post: String,
    unit_name: String,
    n_open: i64,
    is_busy: bool,
    ticked: bool,
}

/// What the form is made of.
struct Background {
    unit: organization::Unit,
    call: crate::assignments::calls::Call,
    task_due: chrono::NaiveDate,
    readings: Vec<String>,
    people: Vec<Person>,
    open: BTreeMap<PersonId, i64>,
    n_tasks: i64,
    /// What somebody was given by this call before.
    n_known: i64,
    unit_names: BTreeMap<UnitId, String>,
}

/// `GET /units/{id}/calls/{call}/people`.
pub async fn form(app: Data<App>, visit: Visit, viewer: Viewer, path: Path<(UnitId, CallId)>) -> Result<HttpResponse> {
    show_form(&app, &visit, viewer, path.into_inner(), None, &[]).await
}

/// The task by which the unit was asked to pass readings on.
fn find_task(conn: &mut Conn, call: CallId, unit: UnitId) -> Result<UnitTaskId> {
    let tasks = queries::list_tasks_of(conn, call, unit)?;
    let readings = tasks.iter().find(|task| task.kind == UnitTaskKind::Readings);
    readings.map(|task| task.id).ok_or(Error::NotFound("unit task"))
}

fn background(
    conn: &mut Conn,
    viewer: &Viewer,
    (unit, call): (UnitId, CallId),
    language: crate::i18n::Language,
    today: chrono::NaiveDate,
) -> Result<Background> {
    let unit = organization::queries::find_unit(conn, &viewer.reach_of_decisions(), unit)?;
    let task = find_task(conn, call, unit.id)?;
    let wanted = ToPeople { task, people: People::Everybody, due_on: Some(today), note: String::new() };
    let (task, assignment) = pass_on::as_assignment(conn, viewer, &wanted)?;
    let planned = assign::plan(conn, viewer, &assignment, today)?;
    let burden = giving::burden(conn, &planned)?;
    let titles = readings::titles(conn, language)?;
    let people = planned.people;
    let below = organization::queries::list_units_below(conn, &unit.path)?;
    Ok(Background {
        call: queries::find_call(conn, call)?,
        task_due: task.due_on,
        readings: assignment.terms.readings.iter().filter_map(|id| titles.get(id).cloned()).collect(),
        open: giving::open_of(conn, &people)?,
        n_tasks: burden.n_tasks,
        n_known: burden.n_known,
        unit_names: below.into_iter().map(|unit| (unit.id, unit.name)).collect(),
        people,
        unit,
    })
}

async fn show_form(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    path: (UnitId, CallId),
    sent: Option<PeopleForm>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (language, today) = (visit.language, app.clock.today());
    let found = app.db.read(move |conn| background(conn, &viewer, path, language, today)).await?;
    let ticked: Option<Vec<PersonId>> = sent.as_ref().map(|sent| ids(&sent.person)).transpose()?;
    let choice = |person: &Person| {
        let n_open = found.open.get(&person.id).copied().unwrap_or(0);
        PersonChoice {
            id: person.id,
            name: person.name.clone(),
            post: person.post.clone(),
            unit_name: found.unit_names.get(&person.unit_id).cloned().unwrap_or_default(),
            n_open,
            is_busy: n_open >= giving::MANY_OPEN_TASKS,
            ticked: ticked.as_ref().is_none_or(|ticked| ticked.contains(&person.id)),
        }
    };
    let choices: Vec<PersonChoice> = found.people.iter().map(choice).collect();
    let too_many = choices.len() > LISTED;
    // The unit's own day, or time enough when that is over.
    let usual = if found.task_due < today { today + DUE_AFTER } else { found.task_due };
    let fields = sent.unwrap_or_else(|| PeopleForm { due_on: usual.to_string(), ..PeopleForm::default() });
    let content = PeoplePage {
        href: links::unit_call(found.unit.id, found.call.id),
        action: links::unit_call_part(found.unit.id, found.call.id, "people"),
        unit_href: links::unit(found.unit.id),
        call_title: found.call.title,
        n_people: choices.len(),
        n_tasks: found.n_tasks,
        n_known: found.n_known,
        readings: found.readings,
        n_busy: choices.iter().filter(|person| person.is_busy).count(),
        people: if too_many { Vec::new() } else { choices },
        too_many,
        due_on: fields.due_on,
        note: fields.note,
        unit_name: found.unit.name,
    };
    match problems {
        [] => page::show(app, visit, "calls/people", &content),
        problems => page::refused(app, visit, "calls/people", &content, problems),
    }
}

/// `POST /units/{id}/calls/{call}/people`.
pub async fn pass_on(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(UnitId, CallId)>,
    form: Form<PeopleForm>,
) -> Result<HttpResponse> {
    let ((unit, call), fields, key) = (path.into_inner(), form.fields, form.key);
    let (now, today) = (app.clock.now(), app.clock.today());
    let people = if fields.who == "everybody" { People::Everybody } else { People::These(ids(&fields.person)?) };
    let (by, due_on, note) = (viewer.clone(), fields.due_on.trim().parse().ok(), fields.note.clone());
    let done = app
        .db
        .write(move |conn| {
            let mut given = None;
            let task = find_task(conn, call, unit)?;
            let wanted = ToPeople { task, people: people.clone(), due_on, note: note.clone() };
            let to = form_keys::once(conn, &key, now, |conn| {
                given = Some(pass_on::to_people(conn, &by, &wanted, now, today)?);
                Ok(links::unit_call(unit, call))
            })?;
            Ok((to, given))
        })
        .await;
    match done {
        Err(Error::Refused(problems)) => show_form(&app, &visit, viewer, (unit, call), Some(fields), &problems).await,
        Err(error) => Err(error),
        Ok((to, given)) => {
            let sentence = match given {
                Some(given) if given.n_tasks > 0 => {
                    Message::new("tasks-sent").with("people", given.n_people).with("tasks", given.n_tasks)
                }
                Some(_) => Message::new("follow-up-nothing-new"),
                None => Message::new("tasks-sent-before"),
            };
            Ok(page::redirect(&app, &visit, &to, &sentence))
        }
    }
}
