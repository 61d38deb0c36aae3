//! The tree of units, and HQ's forms for one of them.

use super::{UnitChoice, WordChoice, choices_of};
use crate::access::{Reach, Viewer};
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization::{
    Unit, UnitInput, UnitKind, add_unit, change_unit, kinds_below, next_position, proposal, queries,
};
use crate::store::form_keys;
use crate::store::ids::UnitId;
use crate::training::queries::{Listing, count_visible};
use crate::web::form::{Form, differences, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use std::collections::HashMap;

/// A unit with those below it.
#[derive(Serialize)]
struct Node {
    name: String,
    href: String,
    edit: Option<String>,
    /// People of the unit and all below it.
    n_people: i64,
    below: Vec<Node>,
}

#[derive(Serialize)]
struct UnitsPage {
    n_units: usize,
    n_people: i64,
    is_hq: bool,
    /// Who needs help to reach the year's hours, for who may see it.
    hours_href: Option<&'static str>,
    new_unit: &'static str,
    /// The way back to the steps to begin with, for HQ as long as there is no session.
    first_steps: Option<&'static str>,
    nodes: Vec<Node>,
}

/// `GET /units`: the tree in its fixed order, as far as the viewer reaches.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let asking = viewer.clone();
    let (units, counts, is_begun) = app
        .db
        .read(move |conn| {
            let is_begun = !asking.is_hq() || count_visible(conn, &asking, &Listing::default())? > 0;
            Ok((queries::list_units(conn)?, queries::count_people_by_unit(conn)?, is_begun))
        })
        .await?;
    let reach = viewer.reach();
    let mut within: Vec<Unit> = units.into_iter().filter(|unit| reach.covers(&unit.path)).collect();
    let n_units = within.len();
    let is_hq = viewer.is_hq();
    let counts: HashMap<UnitId, i64> = counts.into_iter().collect();
    within.reverse();
    let nodes = build_nodes(&mut within, &counts, is_hq, None);
    let n_people = nodes.iter().map(|node| node.n_people).sum();
    let hours_href = (is_hq || viewer.is_leader()).then_some(links::HOURS);
    let first_steps = (!is_begun).then_some(links::TODAY);
    let content = UnitsPage { n_units, n_people, is_hq, hours_href, new_unit: links::NEW_UNIT, first_steps, nodes };
    page::show(&app, &visit, "organization/units", &content)
}

/// Takes from the end of the reversed list all units below `above`: the fixed order puts each after the one above it.
fn build_nodes(rest: &mut Vec<Unit>, counts: &HashMap<UnitId, i64>, is_hq: bool, above: Option<&Unit>) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some(unit) = rest.pop_if(|unit| above.is_none_or(|above| above.path.contains(&unit.path))) {
        let below = build_nodes(rest, counts, is_hq, Some(&unit));
        let n_below: i64 = below.iter().map(|node| node.n_people).sum();
        nodes.push(Node {
            href: links::unit(unit.id),
            edit: is_hq.then(|| links::edit_unit(unit.id)),
            n_people: n_below + counts.get(&unit.id).copied().unwrap_or(0),
            name: unit.name,
            below,
        });
    }
    nodes
}

#[derive(Serialize)]
struct UnitForm {
    form: UnitInput,
    /// The place that was proposed, and below which unit.
    proposed: String,
    /// Nothing for a new unit.
    id: Option<UnitId>,
    heading: &'static str,
    action: String,
    parents: Vec<UnitChoice>,
    kinds: Vec<WordChoice>,
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: Option<UnitId>,
    form: UnitInput,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let units = app.db.read(|conn| Ok(queries::list_units(conn)?)).await?;
    let form = match id {
        None => with_proposals(&units, form),
        Some(_) => form,
    };
    let kinds = UnitKind::ALL.iter().filter(|kind| **kind != UnitKind::Group);
    let content = UnitForm {
        id,
        heading: if id.is_some() { "organization-unit-edit" } else { "organization-unit-new" },
        action: id.map_or_else(|| links::NEW_UNIT.to_owned(), links::edit_unit),
        parents: choices_of(&units, &form.parent),
        proposed: form.proposed.clone(),
        kinds: kinds.map(|kind| WordChoice { word: kind.as_str(), selected: kind.as_str() == form.kind }).collect(),
        form,
    };
    if problems.is_empty() {
        return page::show(app, visit, "organization/unit-form", &content);
    }
    page::refused(app, visit, "organization/unit-form", &content, problems)
}

/// A new unit hangs where the newest does, or below the group, and stands last there, until somebody says otherwise.
fn with_proposals(units: &[Unit], form: UnitInput) -> UnitInput {
    let newest = units.iter().max_by_key(|unit| unit.id).and_then(|unit| unit.parent_id);
    let group = units.iter().find(|unit| unit.parent_id.is_none()).map(|unit| unit.id);
    let chosen = form.parent.parse().ok().or(newest).or(group);
    let parent = chosen.map_or(String::new(), |id: UnitId| id.to_string());
    let above = units.iter().find(|unit| Some(unit.id) == chosen);
    let first_kind = above.and_then(|above| kinds_below(above.kind).first()).map_or("", |kind| kind.as_str());
    let kind = if form.kind.is_empty() { first_kind.to_owned() } else { form.kind };
    if form.position.trim().is_empty() {
        let position = next_position(units, chosen).to_string();
        return UnitInput { proposed: proposal(&parent, &position), parent, kind, position, ..form };
    }
    UnitInput { parent, kind, ..form }
}

/// `GET /units/new`.
pub async fn new_form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show_form(&app, &visit, None, UnitInput::default(), &[]).await
}

/// `POST /units/new`: adds a unit.
pub async fn add(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<UnitInput>) -> Result<HttpResponse> {
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), None, form.fields, &[]).await;
    }
    let (input, key, now) = (form.fields.clone(), form.key, app.clock.now());
    let added = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                add_unit(conn, &viewer, &input, now).map(|_| links::UNITS.to_owned())
            })
        })
        .await;
    match added {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("organization-unit-added"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, None, form.fields, &problems).await,
        Err(other) => Err(other),
    }
}

/// `GET /units/{id}/edit`.
pub async fn edit_form(app: Data<App>, visit: Visit, id: Path<UnitId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let unit = app.db.read(move |conn| queries::find_unit(conn, &Reach::Group, id)).await?;
    show_form(&app, &visit, Some(id), UnitInput::of(&unit), &[]).await
}

/// `POST /units/{id}/edit`: renames a unit or moves it among its siblings.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    form: Form<UnitInput>,
) -> Result<HttpResponse> {
    let (id, input, now) = (id.into_inner(), form.fields, app.clock.now());
    let typed = input.clone();
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), Some(id), typed, &[]).await;
    }
    match app.db.write(move |conn| change_unit(conn, &viewer, id, &input, now)).await {
        Ok(()) => Ok(page::redirect(&app, &visit, links::UNITS, &Message::new("organization-unit-changed"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, Some(id), typed, &problems).await,
        Err(Error::Conflict) => {
            let unit = app.db.read(move |conn| queries::find_unit(conn, &Reach::Group, id)).await?;
            let current = UnitInput::of(&unit);
            let problems = differences([
                text_field("name", &typed.name, &current.name),
                text_field("position", &typed.position, &current.position),
            ]);
            show_form(&app, &visit, Some(id), UnitInput { version: current.version, ..typed }, &problems).await
        }
        Err(other) => Err(other),
    }
}
