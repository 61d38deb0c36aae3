//! `/unit-tasks/{id}/report`: the report as it is written; once it is handed in, its paper.

use super::paper;
use crate::access::Viewer;
use crate::assignments::calls::OwnTask;
use crate::assignments::implementation::model::{ROWS, RowFields};
use crate::assignments::implementation::{self, Content, ContentRow, Figures, Report, Row, RowState, Wanted, figures};
use crate::clock::{Clock, Moment};
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::links;
use crate::store::ids::{ImplementationRowId, UnitTaskId};
use crate::store::{Conn, form_keys};
use crate::web::form::{Form, differences, text_field};
use crate::web::study::fields::Fields;
use crate::web::study::unit_form::{Head, writer};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Serialize;

/// Rows that a new report begins with.
const FIRST_ROWS: usize = 2;
const TEMPLATE: &str = "implementation/form";

#[derive(Serialize)]
struct FormPage {
    head: Head,
    action: String,
    paper_href: String,
    figures: Figures,
    version: i64,
    /// When a draft was last kept, and by whom.
    written_at: Option<Moment>,
    written_by: Option<String>,
    studied: String,
    next_steps: String,
    contact: String,
    rows: Vec<RowInput>,
    most: usize,
    may_add: bool,
    /// Of the row that would be added.
    next_number: usize,
}

/// A row as it was typed.
#[derive(Debug, Clone, Default, PartialEq)]
struct TypedRow {
    /// Empty as long as it is new.
    id: String,
    problem: String,
    measure: String,
    responsible: String,
    due_on: String,
    state: String,
}

#[derive(Serialize)]
struct RowInput {
    fields: RowFields,
    id: String,
    // Not `problem`: in a template that is what is wrong with a field.
    what: String,
    measure: String,
    responsible: String,
    due_on: String,
    states: Vec<StateChoice>,
}

#[derive(Serialize)]
struct StateChoice {
    word: RowState,
    selected: bool,
}

/// The report as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    version: i64,
    studied: String,
    next_steps: String,
    contact: String,
    rows: Vec<TypedRow>,
}

impl TypedRow {
    fn of(row: &Row) -> Self {
        Self {
            id: row.id.to_string(),
            problem: row.problem.clone(),
            measure: row.measure.clone(),
            responsible: row.responsible.clone(),
            due_on: row.due_on.map(|day| day.to_string()).unwrap_or_default(),
            state: row.state.as_str().to_owned(),
        }
    }

    fn is_blank(&self) -> bool {
        [&self.problem, &self.measure, &self.responsible, &self.due_on].iter().all(|text| text.is_empty())
    }

    fn input(self, fields: RowFields) -> RowInput {
        let state = self.state.parse().unwrap_or(RowState::Open);
        RowInput {
            fields,
            id: self.id,
            what: self.problem,
            measure: self.measure,
            responsible: self.responsible,
            due_on: self.due_on,
            states: RowState::ALL.iter().map(|word| StateChoice { word: *word, selected: *word == state }).collect(),
        }
    }
}

impl Typed {
    fn of(report: Option<&Report>, rows: &[Row], viewer: &Viewer) -> Self {
        let mut typed = Self {
            version: report.map_or(0, |report| report.version),
            studied: report.map(|report| report.studied.clone()).unwrap_or_default(),
            next_steps: report.map(|report| report.next_steps.clone()).unwrap_or_default(),
            contact: report.map_or_else(|| viewer.name.clone(), |report| report.contact.clone()),
            rows: rows.iter().map(TypedRow::of).collect(),
        };
        if typed.rows.is_empty() {
            typed.rows.resize(FIRST_ROWS, TypedRow::default());
        }
        typed
    }

    fn read(fields: &Fields) -> Self {
        let row = |names: &RowFields| TypedRow {
            id: fields.text(names.id).to_owned(),
            problem: fields.text(names.problem).to_owned(),
            measure: fields.text(names.measure).to_owned(),
            responsible: fields.text(names.responsible).to_owned(),
            due_on: fields.text(names.due_on).to_owned(),
            state: fields.text(names.state).to_owned(),
        };
        Self {
            version: fields.text("version").parse().unwrap_or(0),
            studied: fields.text("studied").to_owned(),
            next_steps: fields.text("next_steps").to_owned(),
            contact: fields.text("contact").to_owned(),
            rows: ROWS.iter().filter(|names| fields.has(names.problem)).map(row).collect(),
        }
    }

    /// What was typed, as it is to be stored: rows in which nothing stands are left out, here and in the form.
    fn understand(&mut self) -> std::result::Result<Content, Vec<Problem>> {
        self.rows.retain(|row| !row.is_blank());
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for (row, names) in self.rows.iter().zip(ROWS) {
            let due_on: Option<NaiveDate> = row.due_on.parse().ok();
            if due_on.is_none() && !row.due_on.is_empty() {
                problems.push(Problem::at(names.due_on, Message::new("implementation-problem-date-unreadable")));
            }
            rows.push(ContentRow {
                id: row.id.parse::<ImplementationRowId>().ok(),
                problem: row.problem.clone(),
                measure: row.measure.clone(),
                responsible: row.responsible.clone(),
                due_on,
                state: row.state.parse().unwrap_or(RowState::Open),
            });
        }
        let (studied, next_steps) = (self.studied.clone(), self.next_steps.clone());
        if problems.is_empty() {
            Ok(Content { studied, next_steps, contact: self.contact.clone(), rows })
        } else {
            Err(problems)
        }
    }
}

fn form_page(conn: &mut Conn, own: &OwnTask, report: Option<&Report>, typed: Typed, clock: &Clock) -> Result<FormPage> {
    let figures = figures(conn, own, clock, clock.now())?;
    let rows: Vec<RowInput> = typed.rows.into_iter().zip(ROWS).map(|(row, fields)| row.input(*fields)).collect();
    Ok(FormPage {
        head: Head::of(own, clock.today()),
        action: links::unit_task_part(own.task.id, "report"),
        paper_href: links::unit_task_part(own.task.id, "report/paper"),
        figures,
        version: typed.version,
        written_at: report.map(|report| report.written_at),
        written_by: writer(conn, report.and_then(|report| report.written_by))?,
        studied: typed.studied,
        next_steps: typed.next_steps,
        contact: typed.contact,
        may_add: rows.len() < ROWS.len(),
        next_number: rows.len() + 1,
        rows,
        most: ROWS.len(),
    })
}

/// `GET /unit-tasks/{id}/report`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let (id, clock) = (id.into_inner(), app.clock.clone());
    let content = app
        .db
        .read(move |conn| {
            let (own, report, rows) = implementation::find(conn, &viewer, id)?;
            if !own.task.state.is_editable() {
                return Ok(None);
            }
            let typed = Typed::of(report.as_ref(), &rows, &viewer);
            Ok(Some(form_page(conn, &own, report.as_ref(), typed, &clock)?))
        })
        .await?;
    match content {
        Some(content) => page::show(&app, &visit, TEMPLATE, &content),
        None => Ok(page::go(&links::unit_task_part(id, "report/paper"))),
    }
}

/// `POST /unit-tasks/{id}/report`: one more row or one less, a draft, or the report handed in.
pub async fn send(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitTaskId>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, key, fields) = (id.into_inner(), form.key, Fields::of(form.fields));
    let mut typed = Typed::read(&fields);
    if let Some(number) = fields.step("remove-") {
        let place = ROWS.iter().position(|names| names.number == number);
        if let Some(place) = place.filter(|place| *place < typed.rows.len()) {
            typed.rows.remove(place);
        }
        return again(&app, &visit, viewer, id, typed, &[]).await;
    }
    if fields.text("step") == "add" {
        typed.rows.push(TypedRow::default());
        return again(&app, &visit, viewer, id, typed, &[]).await;
    }
    if let Some(language) = form.switch_to {
        let content = shown_again(&app, viewer, id, typed).await?;
        return page::show(&app, &visit.speaking(language), TEMPLATE, &content);
    }
    let content = match typed.understand() {
        Ok(content) => content,
        Err(problems) => return again(&app, &visit, viewer, id, typed, &problems).await,
    };
    let (hands_in, wanted) = (fields.text("step") == "hand_in", Wanted { task: id, version: typed.version, content });
    match keep(&app, viewer.clone(), wanted, hands_in, key).await {
        Ok(to) => {
            let said = if hands_in { "implementation-handed-in" } else { "implementation-drafted" };
            Ok(page::redirect(&app, &visit, &to, &Message::new(said)))
        }
        Err(Error::Refused(problems)) => again(&app, &visit, viewer, id, typed, &problems).await,
        Err(Error::Conflict) => show_both(&app, &visit, viewer, id, typed).await,
        Err(other) => Err(other),
    }
}

async fn keep(app: &App, viewer: Viewer, wanted: Wanted, hands_in: bool, key: String) -> Result<String> {
    let clock = app.clock.clone();
    let to = if hands_in { "report/paper" } else { "report" };
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, clock.now(), |conn| {
                match hands_in {
                    true => implementation::hand_in(conn, &viewer, &wanted, &clock)?,
                    false => implementation::save_draft(conn, &viewer, &wanted, clock.now())?,
                }
                Ok(links::unit_task_part(wanted.task, to))
            })
        })
        .await
}

async fn shown_again(app: &App, viewer: Viewer, id: UnitTaskId, typed: Typed) -> Result<FormPage> {
    let clock = app.clock.clone();
    app.db
        .read(move |conn| {
            let (own, report, _) = implementation::find(conn, &viewer, id)?;
            form_page(conn, &own, report.as_ref(), typed, &clock)
        })
        .await
}

/// The form with what was typed; refused when there are problems.
async fn again(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: UnitTaskId,
    typed: Typed,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let content = shown_again(app, viewer, id, typed).await?;
    if problems.is_empty() {
        page::show(app, visit, TEMPLATE, &content)
    } else {
        page::refused(app, visit, TEMPLATE, &content, problems)
    }
}

/// Somebody else was faster: what was typed, and at each field that differs what is stored now.
async fn show_both(app: &App, visit: &Visit, viewer: Viewer, id: UnitTaskId, typed: Typed) -> Result<HttpResponse> {
    let asking = viewer.clone();
    let (_, report, rows) = app.db.read(move |conn| implementation::find(conn, &asking, id)).await?;
    let stored = Typed::of(report.as_ref(), &rows, &viewer);
    let problems = differing(&typed, &stored);
    let mut typed = Typed { version: stored.version, ..typed };
    for row in &mut typed.rows {
        // A row that the other has taken out becomes a new one, if it is kept.
        if !stored.rows.iter().any(|known| known.id == row.id) {
            row.id = String::new();
        }
    }
    again(app, visit, viewer, id, typed, &problems).await
}

fn differing(typed: &Typed, stored: &Typed) -> Vec<Problem> {
    let mut fields = vec![text_field("studied", &typed.studied, &stored.studied)];
    let listed = |rows: &[TypedRow]| rows.iter().map(|row| row.problem.clone()).collect::<Vec<_>>().join("；");
    let ids = |rows: &[TypedRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    let rows_differ = ids(&typed.rows) != ids(&stored.rows);
    if rows_differ {
        let now = listed(&stored.rows);
        fields.push(("rows", true, Argument::from(if now.is_empty() { "—".to_owned() } else { now })));
    }
    let blank = TypedRow::default();
    for (place, (row, names)) in typed.rows.iter().zip(ROWS).enumerate() {
        let known = stored.rows.iter().find(|known| !row.id.is_empty() && known.id == row.id);
        // Where the other has written a row in the same place, it is said there.
        let known = known.or_else(|| stored.rows.get(place).filter(|_| row.id.is_empty())).unwrap_or(&blank);
        fields.push(text_field(names.problem, &row.problem, &known.problem));
        fields.push(text_field(names.measure, &row.measure, &known.measure));
        fields.push(text_field(names.responsible, &row.responsible, &known.responsible));
        fields.push(text_field(names.due_on, &row.due_on, &known.due_on));
        let (own, other) = (state_of(row), state_of(known));
        let word = format!("implementation-state-{}", other.as_str().replace('_', "-"));
        fields.push((names.state, own != other, Argument::Texts(vec![word])));
    }
    fields.push(text_field("next_steps", &typed.next_steps, &stored.next_steps));
    fields.push(text_field("contact", &typed.contact, &stored.contact));
    differences(fields)
}

fn state_of(row: &TypedRow) -> RowState {
    row.state.parse().unwrap_or(RowState::Open)
}

/// `GET /unit-tasks/{id}/report/paper`: the report as it is printed.
pub async fn print(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let (id, clock) = (id.into_inner(), app.clock.clone());
    let content = app.db.read(move |conn| paper::build(conn, &viewer, id, &clock)).await?;
    page::show(&app, &visit, "implementation/paper", &content)
}
