//! `/implementation-rows/{id}`: one row with what became of it; its leader says how far it is.

use super::board::back_to;
use crate::access::Viewer;
use crate::assignments::implementation::model::{days_overdue, shown};
use crate::assignments::implementation::{Row, RowChange, RowState, ShownRow, change_row, find_row, queries};
use crate::clock::Moment;
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::links;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::ImplementationRowId;
use crate::web::form::{Form, differences, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A change as it was typed, or tapped.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RowForm {
    state: String,
    due_on: String,
    note: String,
    version: String,
    back: String,
}

#[derive(Serialize)]
struct RowPage {
    /// The form that the language switch belongs to, while there is one.
    form_id: &'static str,
    unit_name: String,
    unit_href: String,
    list_href: String,
    report_href: String,
    action: String,
    problem_text: String,
    measure: String,
    responsible: String,
    due: Option<NaiveDate>,
    state: ShownRow,
    days_overdue: i64,
    may_change: bool,
    version: String,
    due_on: String,
    note: String,
    states: Vec<Choice>,
    changes: Vec<ChangeView>,
}

#[derive(Serialize)]
struct Choice {
    word: RowState,
    selected: bool,
}

#[derive(Serialize)]
struct ChangeView {
    at: Moment,
    name: Option<String>,
    /// Nothing when it stayed.
    state: Option<Step<RowState>>,
    due_on: Option<Step<NaiveDate>>,
    note: String,
}

#[derive(Serialize)]
struct Step<T> {
    before: Option<T>,
    after: Option<T>,
}

fn row_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ImplementationRowId,
    typed: Option<&RowForm>,
    today: NaiveDate,
) -> Result<(Row, RowPage)> {
    let (row, unit) = find_row(conn, viewer, id)?;
    let changes = queries::list_changes(conn, id)?.into_iter().map(|change| ChangeView {
        at: change.changed_at,
        name: change.name,
        state: (change.state_before != change.state)
            .then_some(Step { before: Some(change.state_before), after: Some(change.state) }),
        due_on: (change.due_before != change.due_on)
            .then_some(Step { before: change.due_before, after: change.due_on }),
        note: change.note,
    });
    let state = typed.and_then(|typed| typed.state.parse().ok()).unwrap_or(row.state);
    let due_on = row.due_on.map(|day| day.to_string()).unwrap_or_default();
    let may_change = viewer.reach_of_decisions().covers(&unit.path);
    let content = RowPage {
        form_id: if may_change { "row-form" } else { "" },
        unit_name: unit.name,
        unit_href: links::unit(unit.id),
        list_href: links::implementation(unit.id),
        report_href: links::unit_task_part(row.unit_task_id, "report/paper"),
        action: links::implementation_row(id),
        problem_text: row.problem.clone(),
        measure: row.measure.clone(),
        responsible: row.responsible.clone(),
        due: row.due_on,
        state: shown(row.state, row.due_on, today),
        days_overdue: days_overdue(row.state, row.due_on, today),
        may_change,
        version: row.version.to_string(),
        due_on: typed.map(|typed| typed.due_on.trim().to_owned()).filter(|day| !day.is_empty()).unwrap_or(due_on),
        note: typed.map(|typed| typed.note.clone()).unwrap_or_default(),
        states: RowState::ALL.iter().map(|word| Choice { word: *word, selected: *word == state }).collect(),
        changes: changes.collect(),
    };
    Ok((row, content))
}

/// `GET /implementation-rows/{id}`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<ImplementationRowId>) -> Result<HttpResponse> {
    let (id, today) = (id.into_inner(), app.clock.today());
    let (_, content) = app.db.read(move |conn| row_page(conn, &viewer, id, None, today)).await?;
    page::show(&app, &visit, "implementation/row", &content)
}

/// `POST /implementation-rows/{id}`: another state, another day, a note.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ImplementationRowId>,
    form: Form<RowForm>,
) -> Result<HttpResponse> {
    let (id, typed, today) = (id.into_inner(), form.fields, app.clock.today());
    // All buttons of a list were shown with one key: each row has its own by it.
    let key = format!("{}:{id}", form.key);
    if let Some(language) = form.switch_to {
        let (_, content) = app.db.read(move |conn| row_page(conn, &viewer, id, Some(&typed), today)).await?;
        return page::show(&app, &visit.speaking(language), "implementation/row", &content);
    }
    match keep(&app, viewer.clone(), id, &typed, key).await {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("implementation-row-changed"))),
        Err(Error::Refused(problems)) => refuse(&app, &visit, viewer, id, typed, problems).await,
        Err(Error::Conflict) => {
            let asking = viewer.clone();
            let (row, _) = app.db.read(move |conn| row_page(conn, &asking, id, None, today)).await?;
            let problems = differing(&typed, &row);
            refuse(&app, &visit, viewer, id, typed, problems).await
        }
        Err(other) => Err(other),
    }
}

async fn keep(app: &App, viewer: Viewer, id: ImplementationRowId, typed: &RowForm, key: String) -> Result<String> {
    let wrong = |field, message| Error::Refused(vec![Problem::at(field, Message::new(message))]);
    let due_on: Option<NaiveDate> = typed.due_on.trim().parse().ok();
    if due_on.is_none() && !typed.due_on.trim().is_empty() {
        return Err(wrong("due_on", "implementation-problem-date-unreadable"));
    }
    let state = typed.state.parse().map_err(|_| wrong("state", "implementation-problem-state"))?;
    let version = typed.version.parse().unwrap_or(0);
    let change = RowChange { version, state, due_on, note: typed.note.clone() };
    let (to, clock) = (back_to(&typed.back, id), app.clock.clone());
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, clock.now(), |conn| {
                change_row(conn, &viewer, id, &change, &clock)?;
                Ok(to.clone())
            })
        })
        .await
}

async fn refuse(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: ImplementationRowId,
    typed: RowForm,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (_, content) = app.db.read(move |conn| row_page(conn, &viewer, id, Some(&typed), today)).await?;
    page::refused(app, visit, "implementation/row", &content, &problems)
}

fn differing(typed: &RowForm, row: &Row) -> Vec<Problem> {
    let stored = format!("implementation-state-{}", row.state.as_str().replace('_', "-"));
    let due_on = row.due_on.map(|day| day.to_string()).unwrap_or_default();
    // A tap says nothing about the day.
    let typed_day = if typed.due_on.trim().is_empty() { &due_on } else { &typed.due_on };
    differences([
        ("state", typed.state != row.state.as_str(), Argument::Texts(vec![stored])),
        text_field("due_on", typed_day, &due_on),
    ])
}
