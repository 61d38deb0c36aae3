//! `/hours/required`: what a year asks of each category, and the document that this rests on. For HQ.

use super::text_fields;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization::Category;
use crate::settings::{self, StudyUnit};
use crate::store::form_keys;
use crate::store::ids::PersonId;
use crate::study_hours::require::{self, RequirementInput};
use crate::study_hours::year::Year;
use crate::study_hours::{Amount, Requirement, queries};
use crate::web::form::{Form, differences};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far ahead a year can be planned.
const YEARS_AHEAD: i32 = 1;

#[derive(Deserialize)]
pub struct YearQuery {
    #[serde(default)]
    year: String,
}

#[derive(Serialize)]
struct ListPage {
    year: String,
    previous: Option<String>,
    next: Option<String>,
    outlook: &'static str,
    n_entered: usize,
    rows: Vec<Row>,
}

/// What is asked of one category.
#[derive(Serialize)]
struct Row {
    category: Category,
    href: String,
    /// Nothing when nothing is asked.
    amount: Option<Amount>,
    document: Document,
    set_by: Option<String>,
    set_at: Option<Moment>,
}

/// The document that it rests on.
#[derive(Serialize)]
pub(in crate::web) struct Document {
    heading: String,
    number: String,
    on: Option<NaiveDate>,
}

impl Document {
    pub(in crate::web) fn of(requirement: &Requirement) -> Self {
        Self {
            heading: requirement.document_title.clone(),
            number: requirement.document_number.clone(),
            on: requirement.document_on,
        }
    }
}

/// `GET /hours/required`: the categories in their order, each with what the year asks of it.
pub async fn list(app: Data<App>, visit: Visit, query: Query<YearQuery>) -> Result<HttpResponse> {
    let year = Year::asked(&query.year, YEARS_AHEAD, &app.clock);
    let (found, names, settings) = app
        .db
        .read(move |conn| {
            let found = queries::list_requirements(conn, year.number)?;
            let people: Vec<PersonId> = found.iter().filter_map(|one| one.set_by).collect();
            Ok((found, queries::list_names(conn, &people)?, settings::current(conn)?))
        })
        .await?;
    let names: BTreeMap<PersonId, String> = names.into_iter().collect();
    let row = |category: &Category| {
        let stored = found.iter().find(|one| one.category == *category);
        let minutes = stored.and_then(|one| one.minutes);
        Row {
            category: *category,
            href: links::requirement(year.number, category.as_str()),
            amount: minutes.map(|minutes| Amount::of(minutes, &settings)),
            document: stored.map_or(Document { heading: String::new(), number: String::new(), on: None }, Document::of),
            set_by: stored.and_then(|one| names.get(&one.set_by?).cloned()),
            set_at: stored.map(|one| one.set_at),
        }
    };
    let rows: Vec<Row> = Category::ALL.iter().map(row).collect();
    let content = ListPage {
        year: year.number.to_string(),
        previous: year.before().map(links::required_hours),
        next: year.after(YEARS_AHEAD, &app.clock).map(links::required_hours),
        outlook: links::HOURS,
        n_entered: rows.iter().filter(|row| row.amount.is_some()).count(),
        rows,
    };
    page::show(&app, &visit, "hours/requirements", &content)
}

#[derive(Serialize)]
struct FormPage {
    form: RequirementInput,
    year: String,
    category: Category,
    action: String,
    list: String,
    in_days: bool,
    /// What a day is, in hours.
    day_hours: String,
}

/// The year and category of an address.
fn read_path(app: &App, path: &(String, String)) -> Result<(Year, Category)> {
    let year = Year::asked(&path.0, YEARS_AHEAD, &app.clock);
    let category = path.1.parse().map_err(|_| Error::NotFound("category"))?;
    if year.number.to_string() == path.0 { Ok((year, category)) } else { Err(Error::NotFound("year")) }
}

async fn show_form(
    app: &App,
    visit: &Visit,
    (year, category): (Year, Category),
    typed: Option<RequirementInput>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (settings, stored) = app
        .db
        .read(move |conn| Ok((settings::current(conn)?, queries::find_requirement(conn, year.number, category)?)))
        .await?;
    let content = FormPage {
        form: typed.unwrap_or_else(|| RequirementInput::of(stored.as_ref(), &settings)),
        year: year.number.to_string(),
        category,
        action: links::requirement(year.number, category.as_str()),
        list: links::required_hours(year.number),
        in_days: settings.study_unit == StudyUnit::Days,
        day_hours: crate::templates::hours_text(settings.study_day_minutes),
    };
    if problems.is_empty() {
        page::show(app, visit, "hours/requirement", &content)
    } else {
        page::refused(app, visit, "hours/requirement", &content, problems)
    }
}

/// `GET /hours/required/{year}/{category}`.
pub async fn form(app: Data<App>, visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse> {
    let asked = read_path(&app, &path)?;
    show_form(&app, &visit, asked, None, &[]).await
}

/// `POST /hours/required/{year}/{category}`: enters it, or with nothing filled in takes it back.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(String, String)>,
    form: Form<RequirementInput>,
) -> Result<HttpResponse> {
    let asked = read_path(&app, &path)?;
    let (typed, key, now) = (form.fields, form.key, app.clock.now());
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), asked, Some(typed), &[]).await;
    }
    let (input, (year, category)) = (typed.clone(), asked);
    let done = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                require::require(conn, &viewer, year.number, category, &input, now)?;
                Ok(links::required_hours(year.number))
            })
        })
        .await;
    match done {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("hours-required-stored"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, asked, Some(typed), &problems).await,
        Err(Error::Conflict) => show_both(&app, &visit, asked, typed).await,
        Err(other) => Err(other),
    }
}

/// Somebody else was faster: the form again with what was typed, and at each field what they entered.
async fn show_both(app: &App, visit: &Visit, asked: (Year, Category), typed: RequirementInput) -> Result<HttpResponse> {
    let (year, category) = asked;
    let (settings, stored) = app
        .db
        .read(move |conn| Ok((settings::current(conn)?, queries::find_requirement(conn, year.number, category)?)))
        .await?;
    let now = RequirementInput::of(stored.as_ref(), &settings);
    let problems = differences(text_fields([
        ("amount", &typed.amount, &now.amount),
        ("document_title", &typed.document_title, &now.document_title),
        ("document_number", &typed.document_number, &now.document_number),
        ("document_on", &typed.document_on, &now.document_on),
    ]));
    let form = RequirementInput { version: now.version, ..typed };
    show_form(app, visit, asked, Some(form), &problems).await
}
