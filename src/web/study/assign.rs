//! `/tasks/new`: readings for people of a unit.

use super::{KindChoice, ReadingChoice, check_page, ids, kind_choices, n_ticked, reading_choices, terms};
use crate::access::Viewer;
use crate::assignments::assign::{self, People, Wanted};
use crate::assignments::giving::{self, DUE_AFTER};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization;
use crate::readings;
use crate::store::form_keys;
use crate::store::ids::{PersonId, ReadingId, UnitId};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

/// Beyond this many people a unit's are no longer listed for ticking: all, or a sub-unit's.
const LISTED: usize = 300;

#[derive(Deserialize)]
pub struct UnitQuery {
    #[serde(default)]
    unit: String,
}

#[derive(Debug, Default, Clone, Deserialize)]
pub struct AssignForm {
    #[serde(default)]
    step: String,
    #[serde(default)]
    unit: String,
    /// `some` or `everybody`.
    #[serde(default)]
    who: String,
    /// To read, unless other kinds were ticked.
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    person: Vec<String>,
    #[serde(default)]
    reading: Vec<String>,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct AssignPage {
    unit: UnitId,
    unit_name: String,
    unit_href: String,
    n_people: usize,
    everybody: bool,
    people: Vec<PersonChoice>,
    too_many: bool,
    sub_units: Vec<SubUnit>,
    kinds: Vec<KindChoice>,
    readings: Vec<ReadingChoice>,
    n_ticked: usize,
    due_on: String,
    note: String,
}

#[derive(Serialize)]
struct PersonChoice {
    id: PersonId,
    name: String,
    post: String,
    unit_name: String,
    ticked: bool,
}

#[derive(Serialize)]
struct SubUnit {
    href: String,
    name: String,
}

impl AssignForm {
    fn wanted(&self) -> Result<Wanted> {
        let people = if self.who == "everybody" { People::Everybody } else { People::These(ids(&self.person)?) };
        let unit = self.unit.parse().map_err(|_| Error::NotFound("unit"))?;
        let terms = terms(&self.kind, &self.reading, &self.due_on, &self.note)?;
        Ok(Wanted { unit, unit_task: None, people, terms })
    }
}

/// `GET /tasks/new?unit=`: whom, what, by when.
pub async fn form(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<UnitQuery>) -> Result<HttpResponse> {
    let due_on = (app.clock.today() + DUE_AFTER).to_string();
    let fields = AssignForm { unit: query.into_inner().unit, due_on, ..AssignForm::default() };
    show_form(&app, &visit, viewer, fields, &[]).await
}

async fn show_form(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    fields: AssignForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let id: Option<UnitId> = fields.unit.parse().ok().or_else(|| viewer.led_units().next());
    let id = id.ok_or(Error::NotFound("unit"))?;
    let language = visit.language;
    let (unit, below, people, library, kinds) = app
        .db
        .read(move |conn| {
            let unit = organization::queries::find_unit(conn, &viewer.reach_of_decisions(), id)?;
            let below = organization::queries::list_units_below(conn, &unit.path)?;
            let people = organization::queries::list_people_below(conn, &unit.path)?;
            Ok((unit, below, people, readings::choices(conn, &[], language)?, giving::kinds(conn)?))
        })
        .await?;
    let (ticked, chosen): (Vec<PersonId>, Vec<ReadingId>) = (ids(&fields.person)?, ids(&fields.reading)?);
    let too_many = people.len() > LISTED;
    let name_of = |unit: UnitId| below.iter().find(|one| one.id == unit).map_or(String::new(), |one| one.name.clone());
    let choice = |person: &organization::Person| PersonChoice {
        id: person.id,
        name: person.name.clone(),
        post: person.post.clone(),
        unit_name: name_of(person.unit_id),
        ticked: ticked.contains(&person.id),
    };
    let sub_units = below
        .iter()
        .filter(|one| one.parent_id == Some(unit.id))
        .map(|one| SubUnit { href: links::tasks_new(one.id), name: one.name.clone() });
    let readings = reading_choices(library, &chosen, &[]);
    let content = AssignPage {
        unit: unit.id,
        unit_href: links::unit(unit.id),
        n_people: people.len(),
        everybody: too_many || fields.who == "everybody",
        people: if too_many { Vec::new() } else { people.iter().map(choice).collect() },
        too_many,
        sub_units: sub_units.collect(),
        unit_name: unit.name,
        kinds: kind_choices(&kinds, &fields.kind),
        n_ticked: n_ticked(&readings),
        readings,
        due_on: fields.due_on,
        note: fields.note,
    };
    if problems.is_empty() {
        page::show(app, visit, "study/assign", &content)
    } else {
        page::refused(app, visit, "study/assign", &content, problems)
    }
}

/// `POST /tasks/new`: first the check page, then, once confirmed, the tasks.
pub async fn send(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<AssignForm>) -> Result<HttpResponse> {
    let fields = form.fields;
    if fields.step == "back" || form.switch_to.is_some() {
        let visit = form.switch_to.map_or(visit.clone(), |language| visit.speaking(language));
        return show_form(&app, &visit, viewer, fields, &[]).await;
    }
    let wanted = fields.wanted()?;
    let done = if fields.step == "confirm" {
        confirm(&app, &visit, viewer.clone(), wanted, form.key).await
    } else {
        check(&app, &visit, viewer.clone(), wanted, fields.unit.clone()).await
    };
    match done {
        Err(Error::Refused(problems)) => show_form(&app, &visit, viewer, fields, &problems).await,
        other => other,
    }
}

async fn check(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted, unit: String) -> Result<HttpResponse> {
    let (today, language) = (app.clock.today(), visit.language);
    let who = if wanted.people == People::Everybody { "everybody" } else { "some" };
    let (planned, burden, library) = app
        .db
        .read(move |conn| {
            let planned = assign::plan(conn, &viewer, &wanted, today)?;
            let burden = giving::burden(conn, &planned)?;
            let library = readings::choices(conn, &planned.readings, language)?;
            Ok((planned, burden, library))
        })
        .await?;
    let content = check_page(links::TASKS_NEW.to_owned(), unit, who, planned, burden, &library);
    page::show(app, visit, "study/check", &content)
}

async fn confirm(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted, key: String) -> Result<HttpResponse> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let (to, given) = app
        .db
        .write(move |conn| {
            let mut given = None;
            let to = form_keys::once(conn, &key, now, |conn| {
                let done = assign::assign(conn, &viewer, &wanted, now, today)?;
                given = Some(done);
                Ok(done.assignment.map_or_else(|| links::unit(wanted.unit), links::assignment))
            })?;
            Ok((to, given))
        })
        .await?;
    let sentence = match given {
        Some(given) => Message::new("tasks-sent").with("people", given.n_people).with("tasks", given.n_tasks),
        None => Message::new("tasks-sent-before"),
    };
    Ok(page::redirect(app, visit, &to, &sentence))
}
