//! `/statutes`: HQ's list of what readings cite, and which of it was amended.

use crate::access::Viewer;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::readings::statutes::{self, StatuteInput, queries};
use crate::readings::{self};
use crate::store::form_keys;
use crate::store::ids::{ReadingId, StatuteId};
use crate::web::form::{Form, differences, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Serialize)]
struct ListPage {
    statutes: Vec<Row>,
    new: &'static str,
    flagged: String,
}

#[derive(Serialize)]
struct Row {
    href: String,
    name: String,
    in_force: Option<NaiveDate>,
    amended_on: Option<NaiveDate>,
    note: String,
    n_citing: usize,
    /// Of those, still to be looked at.
    n_flagged: usize,
}

/// `GET /statutes`.
pub async fn list(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let (statutes, citing, flags) = app
        .db
        .read(|conn| {
            Ok((queries::list(conn)?, queries::list_citing(conn)?, readings::queries::list_flags(conn, None)?))
        })
        .await?;
    let row = |statute: statutes::Statute| Row {
        href: links::edit_statute(statute.id),
        n_citing: citing.iter().filter(|(cited, _)| *cited == statute.id).count(),
        n_flagged: flags.iter().filter(|flag| flag.statute == statute.id).count(),
        name: statute.name,
        in_force: statute.in_force,
        amended_on: statute.amended_on,
        note: statute.note,
    };
    let content = ListPage {
        statutes: statutes.into_iter().map(row).collect(),
        new: links::NEW_STATUTE,
        flagged: format!("{}?show=flagged", links::READINGS),
    };
    page::show(&app, &visit, "readings/statutes", &content)
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: &'static str,
    is_new: bool,
    heading: &'static str,
    form: StatuteInput,
    citing: Vec<Citing>,
}

/// A reading that cites it.
#[derive(Serialize)]
struct Citing {
    href: String,
    heading: String,
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: Option<StatuteId>,
    form: StatuteInput,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let language = visit.language;
    let (citing, titles) =
        app.db.read(move |conn| Ok((queries::list_citing(conn)?, readings::titles(conn, language)?))).await?;
    let of_it = |(statute, reading): &(StatuteId, ReadingId)| {
        (Some(*statute) == id).then(|| Citing {
            href: links::reading(*reading),
            heading: titles.get(reading).cloned().unwrap_or_default(),
        })
    };
    let content = FormPage {
        action: id.map_or_else(|| links::NEW_STATUTE.to_owned(), links::edit_statute),
        back: links::STATUTES,
        is_new: id.is_none(),
        heading: if id.is_none() { "statutes-new" } else { "statutes-edit" },
        form,
        citing: citing.iter().filter_map(of_it).collect(),
    };
    if problems.is_empty() {
        return page::show(app, visit, "readings/statute-form", &content);
    }
    page::refused(app, visit, "readings/statute-form", &content, problems)
}

/// `GET /statutes/new`.
pub async fn new_form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show_form(&app, &visit, None, StatuteInput::default(), &[]).await
}

/// `POST /statutes/new`.
pub async fn add(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<StatuteInput>) -> Result<HttpResponse> {
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), None, form.fields, &[]).await;
    }
    let (input, key, now) = (form.fields.clone(), form.key, app.clock.now());
    let added = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                statutes::add(conn, &viewer, &input, now).map(|_| links::STATUTES.to_owned())
            })
        })
        .await;
    match added {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("statutes-saved"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, None, form.fields, &problems).await,
        Err(other) => Err(other),
    }
}

/// `GET /statutes/{id}/edit`.
pub async fn edit_form(app: Data<App>, visit: Visit, id: Path<StatuteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let statute = app.db.read(move |conn| queries::find(conn, id)).await?;
    show_form(&app, &visit, Some(id), StatuteInput::of(&statute), &[]).await
}

/// `POST /statutes/{id}/edit`: above all, that it was amended.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<StatuteId>,
    form: Form<StatuteInput>,
) -> Result<HttpResponse> {
    let (id, input, now) = (id.into_inner(), form.fields.clone(), app.clock.now());
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), Some(id), input, &[]).await;
    }
    match app.db.write(move |conn| statutes::change(conn, &viewer, id, &input, now)).await {
        Ok(()) => Ok(page::redirect(&app, &visit, links::STATUTES, &Message::new("statutes-saved"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, Some(id), form.fields, &problems).await,
        Err(Error::Conflict) => {
            let stored = StatuteInput::of(&app.db.read(move |conn| queries::find(conn, id)).await?);
            let typed = form.fields;
            let problems = differences([
                text_field("name", &typed.name, &stored.name),
                text_field("in_force", &typed.in_force, &stored.in_force),
                text_field("amended_on", &typed.amended_on, &stored.amended_on),
                text_field("note", &typed.note, &stored.note),
            ]);
            show_form(&app, &visit, Some(id), StatuteInput { version: stored.version, ..typed }, &problems).await
        }
        Err(other) => Err(other),
    }
}
