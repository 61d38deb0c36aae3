//! The list of people, a person's page, and HQ's form for one of them.

use super::ROWS_A_PAGE;
use super::{UnitChoice, WordChoice, list_choices};
use crate::access::{Reach, Role, Viewer};
use crate::accounts;
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::links;
use crate::organization::model::Membership;
use crate::organization::queries::PeopleFilter;
use crate::organization::{Category, Person, PersonInput, add_person, change_person, queries};
use crate::store::form_keys;
use crate::store::ids::PersonId;
use crate::web::form::{Form, differences, text_field};
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PeopleQuery {
    q: String,
    unit: String,
    left: String,
    page: String,
}

impl PeopleQuery {
    /// The list's address with what it is narrowed by, without the page.
    fn address(&self) -> String {
        let kept = [("q", &self.q), ("unit", &self.unit), ("left", &self.left)];
        let kept: Vec<String> = kept
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", links::percent(value)))
            .collect();
        if kept.is_empty() { links::PEOPLE.to_owned() } else { format!("{}?{}", links::PEOPLE, kept.join("&")) }
    }
}

#[derive(Serialize)]
struct PersonRow {
    href: String,
    person: Person,
    unit_name: String,
}

#[derive(Serialize)]
struct PeoplePage {
    query: PeopleQuery,
    is_filtered: bool,
    is_hq: bool,
    new_person: &'static str,
    units: Vec<UnitChoice>,
    n_people: i64,
    rows: Vec<PersonRow>,
    paging: Paging,
}

/// `GET /people`: everybody in the units' fixed order, searched by name or number, by unit with all below it.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeopleQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let asked = query.clone();
    let address = query.address();
    let (units, rows, paging, n_people) = app
        .db
        .read(move |conn| {
            let unit = match asked.unit.parse() {
                Ok(id) => Some(queries::find_unit(conn, &Reach::Group, id)?.path),
                Err(_) => None,
            };
            let filter = PeopleFilter { text: asked.q.trim().to_owned(), unit, with_left: asked.left == "1" };
            let paging = |n_people| Paging::of(&asked.page, n_people, ROWS_A_PAGE, &address);
            let (rows, n_people) = queries::list_people(conn, &filter, ROWS_A_PAGE, |n| paging(n).offset)?;
            Ok((list_choices(conn, &asked.unit)?, rows, paging(n_people), n_people))
        })
        .await?;
    let content = PeoplePage {
        is_filtered: query.address().contains('?'),
        paging,
        is_hq: viewer.is_hq(),
        new_person: links::NEW_PERSON,
        units,
        n_people,
        rows: rows
            .into_iter()
            .map(|(person, unit_name)| PersonRow { href: links::person(person.id), person, unit_name })
            .collect(),
        query,
    };
    page::show(&app, &visit, "organization/people", &content)
}

#[derive(Serialize)]
struct PersonPage {
    person: Person,
    unit_name: String,
    memberships: Vec<Membership>,
    edit: Option<String>,
    account: Option<String>,
    /// The study record, for those who lead the person's unit, HQ and the person.
    record: Option<String>,
    /// Where HQ takes the name of somebody who has left out of everything.
    anonymise: Option<String>,
}

/// `GET /people/{id}`: what is held of a person and where they belonged. For HQ, the security duty, those who lead
/// or assist the person's unit, and the person.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (is_hq, is_security) = (viewer.is_hq(), viewer.has(Role::Security));
    let (person, unit, memberships, may_see_record) = app
        .db
        .read(move |conn| {
            let reach = if is_security { Reach::Group } else { viewer.reach() };
            let person = queries::find_person(conn, &reach, viewer.person, id)?;
            let unit = queries::find_unit(conn, &Reach::Group, person.unit_id)?;
            let may_see_record = person.id == viewer.person || viewer.reach_of_decisions().covers(&unit.path);
            Ok((person, unit, queries::list_memberships(conn, id)?, may_see_record))
        })
        .await?;
    let content = PersonPage {
        edit: is_hq.then(|| links::edit_person(id)),
        account: (is_hq || is_security).then(|| links::account(id)),
        record: may_see_record.then(|| links::record_of(id)),
        anonymise: (is_hq && person.left_on.is_some()).then(|| links::anonymise(id)),
        person,
        unit_name: unit.name,
        memberships,
    };
    page::show(&app, &visit, "organization/person", &content)
}

#[derive(Serialize)]
struct PersonForm {
    form: PersonInput,
    /// Nothing for a new person.
    id: Option<PersonId>,
    heading: &'static str,
    action: String,
    units: Vec<UnitChoice>,
    categories: Vec<WordChoice>,
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: Option<PersonId>,
    form: PersonInput,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let selected = form.unit.clone();
    let units = app.db.read(move |conn| list_choices(conn, &selected)).await?;
    let category =
        |category: &Category| WordChoice { word: category.as_str(), selected: category.as_str() == form.category };
    let content = PersonForm {
        id,
        heading: if id.is_some() { "organization-person-edit" } else { "organization-person-new" },
        action: id.map_or_else(|| links::NEW_PERSON.to_owned(), links::edit_person),
        units,
        categories: Category::ALL.iter().map(category).collect(),
        form,
    };
    if problems.is_empty() {
        return page::show(app, visit, "organization/person-form", &content);
    }
    page::refused(app, visit, "organization/person-form", &content, problems)
}

/// `GET /people/new`.
pub async fn new_form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show_form(&app, &visit, None, PersonInput::default(), &[]).await
}

/// `POST /people/new`: adds a person.
pub async fn add(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<PersonInput>) -> Result<HttpResponse> {
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), None, form.fields, &[]).await;
    }
    let (input, key, now, today) = (form.fields.clone(), form.key, app.clock.now(), app.clock.today());
    let added = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| add_person(conn, &viewer, &input, today, now).map(links::person))
        })
        .await;
    match added {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("organization-person-added"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, None, form.fields, &problems).await,
        Err(other) => Err(other),
    }
}

/// `GET /people/{id}/edit`.
pub async fn edit_form(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = app.db.read(move |conn| queries::find_person(conn, &Reach::Group, viewer.person, id)).await?;
    show_form(&app, &visit, Some(id), PersonInput::of(&person), &[]).await
}

/// `POST /people/{id}/edit`: corrects a person.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<PersonId>,
    form: Form<PersonInput>,
) -> Result<HttpResponse> {
    let (id, input, now, today) = (id.into_inner(), form.fields, app.clock.now(), app.clock.today());
    let typed = input.clone();
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), Some(id), typed, &[]).await;
    }
    let changed = app.db.write(move |conn| {
        change_person(conn, &viewer, id, &input, today, now)?;
        if input.left_on.trim().is_empty() { Ok(()) } else { accounts::let_leave(conn, id) }
    });
    match changed.await {
        Ok(()) => Ok(page::redirect(&app, &visit, &links::person(id), &Message::new("organization-person-changed"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, Some(id), typed, &problems).await,
        Err(Error::Conflict) => show_both(&app, &visit, id, typed).await,
        Err(other) => Err(other),
    }
}

/// Somebody else was faster: the form again with what was typed, and at each field that differs what they entered.
async fn show_both(app: &App, visit: &Visit, id: PersonId, typed: PersonInput) -> Result<HttpResponse> {
    let (person, units) = app
        .db
        .read(move |conn| Ok((queries::find_person(conn, &Reach::Group, id, id)?, queries::list_units(conn)?)))
        .await?;
    let current = PersonInput::of(&person);
    let unit_name = |id: &str| units.iter().find(|unit| unit.id.to_string() == id).map_or("", |unit| &unit.name);
    let category = Argument::Texts(vec![format!("category-{}", current.category.replace('_', "-"))]);
    let problems = differences([
        text_field("name", &typed.name, &current.name),
        text_field("unit", unit_name(&typed.unit), unit_name(&current.unit)),
        text_field("post", &typed.post, &current.post),
        ("category", typed.category != current.category, category),
        text_field("order_number", &typed.order_number, &current.order_number),
        text_field("email", &typed.email, &current.email),
        text_field("left_on", &typed.left_on, &current.left_on),
    ]);
    show_form(app, visit, Some(id), PersonInput { version: current.version, ..typed }, &problems).await
}
