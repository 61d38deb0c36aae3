//! A roster handed in: the form, the preview, the confirmation, the template.

use super::ROWS_A_PAGE;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::jobs::{self, JobKind};
use crate::links;
use crate::organization::model::{ImportRow, ImportState, RosterImport};
use crate::organization::roster_rules::{CellProblem, Change, Verdict};
use crate::organization::{queries, receive_roster, request_apply, roster_template};
use crate::store::form_keys;
use crate::store::ids::RosterImportId;
use crate::web::form::{Button, Form, Upload};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use anyhow::Context;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct PastImport {
    import: RosterImport,
    href: String,
    /// The sign of its state, from the catalogue.
    sign: &'static str,
    /// The word of its state.
    state: &'static str,
    by: Option<String>,
}

#[derive(Serialize)]
struct ImportForm {
    template: &'static str,
    blank: String,
    imports: Vec<PastImport>,
}

async fn show_form(app: &App, visit: &Visit, problems: &[Problem]) -> Result<HttpResponse> {
    let imports = app.db.read(|conn| Ok(queries::list_imports(conn, 20)?)).await?;
    let imports = imports
        .into_iter()
        .map(|(import, by)| PastImport {
            href: links::roster_import(import.id),
            sign: sign_of(&import),
            state: state_of(&import),
            import,
            by,
        })
        .collect();
    let content =
        ImportForm { template: links::ROSTER_TEMPLATE, blank: format!("{}?blank=1", links::ROSTER_TEMPLATE), imports };
    if problems.is_empty() {
        return page::show(app, visit, "organization/import", &content);
    }
    page::refused(app, visit, "organization/import", &content, problems)
}

fn sign_of(import: &RosterImport) -> &'static str {
    match import.state {
        ImportState::Received => "running",
        ImportState::Checked if import.n_errors > 0 => "error",
        ImportState::Checked => "to-check",
        ImportState::Refused => "refused",
        ImportState::Applied if import.undone_at.is_some() => "withdrawn",
        ImportState::Applied => "done",
    }
}

/// What its list calls its state: one with errors waits for nothing.
fn state_of(import: &RosterImport) -> &'static str {
    match import.state {
        ImportState::Checked if import.n_errors > 0 => "wrong",
        ImportState::Applied if import.undone_at.is_some() => "undone",
        state => state.as_str(),
    }
}

/// `GET /import`: the form, and the rosters handed in last.
pub async fn form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show_form(&app, &visit, &[]).await
}

/// `POST /import`: keeps the file and goes to the progress of its check.
pub async fn receive(app: Data<App>, visit: Visit, viewer: Viewer, upload: Upload) -> Result<HttpResponse> {
    let now = app.clock.now();
    let received = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &upload.key, now, |conn| {
                let received = receive_roster(conn, &viewer.actor(), &upload.file_name, &upload.content, now);
                received.map(|(_, job)| links::job(job))
            })
        })
        .await;
    match received {
        Ok(to) => Ok(page::go(&to)),
        Err(Error::Refused(problems)) => show_form(&app, &visit, &problems).await,
        Err(other) => Err(other),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviewQuery {
    show: String,
    after: String,
}

/// A row with what it says, its words still to be found.
#[derive(Serialize)]
struct ShownRow {
    row_number: i64,
    employee_number: String,
    name: String,
    unit: String,
    post: String,
    category: String,
    email: Option<String>,
    problems: Vec<CellProblem>,
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Preview {
    heading: &'static str,
    import: RosterImport,
    n_rows: i64,
    /// The page of the job that checks it or writes it, while there is one.
    job: Option<String>,
    can_be_applied: bool,
    apply: String,
    undo: String,
    /// Until when it can be taken back, of one that was written and still can.
    undone_until: Option<Moment>,
    show: Verdict,
    n_shown: i64,
    rows: Vec<ShownRow>,
    first: String,
    next: Option<String>,
    is_first_page: bool,
}

/// `GET /import/{id}`: what the roster would do, before it does it; afterwards what it did.
pub async fn preview(
    app: Data<App>,
    visit: Visit,
    id: Path<RosterImportId>,
    query: Query<PreviewQuery>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let after = query.after.parse().unwrap_or(0);
    let (import, job, show, rows) = app
        .db
        .read(move |conn| {
            let import = queries::find_import(conn, id)?;
            let check = jobs::queries::find_latest(conn, JobKind::RosterCheck, id.0)?;
            let apply = jobs::queries::find_latest(conn, JobKind::RosterApply, id.0)?;
            let show = query.show.parse().unwrap_or_else(|_| most_pressing(&import));
            let rows = queries::list_import_rows(conn, id, Some(show), after, ROWS_A_PAGE + 1)?;
            Ok((import, apply.into_iter().chain(check).find(|job| !job.is_over()), show, rows))
        })
        .await?;
    let here = format!("{}?show={}", links::roster_import(id), show.as_str());
    let next = rows.get(ROWS_A_PAGE as usize - 1).filter(|_| rows.len() > ROWS_A_PAGE as usize);
    let content = Preview {
        heading: match import.state {
            ImportState::Applied if import.undone_at.is_some() => "import-undone-title",
            ImportState::Applied => "import-result",
            ImportState::Received | ImportState::Checked | ImportState::Refused => "import-preview",
        },
        n_rows: import.n_rows(),
        job: job.map(|job| links::job(job.id)),
        can_be_applied: import.can_be_applied(),
        apply: links::apply_import(id),
        undo: links::undo_import(id),
        undone_until: import.undone_until().filter(|until| now <= *until),
        n_shown: count_of(&import, show),
        show,
        next: next.map(|row| format!("{here}&after={}", row.row_number)),
        is_first_page: after == 0,
        first: here,
        rows: rows.into_iter().take(ROWS_A_PAGE as usize).map(shown).collect::<Result<_>>()?,
        import,
    };
    page::show(&app, &visit, "organization/preview", &content)
}

/// What is shown first: errors, then changes, then who is new.
fn most_pressing(import: &RosterImport) -> Verdict {
    let order = [Verdict::Error, Verdict::Changed, Verdict::New];
    order.into_iter().find(|verdict| count_of(import, *verdict) > 0).unwrap_or(Verdict::Unchanged)
}

fn count_of(import: &RosterImport, verdict: Verdict) -> i64 {
    match verdict {
        Verdict::New => import.n_new,
        Verdict::Changed => import.n_changed,
        Verdict::Unchanged => import.n_unchanged,
        Verdict::Error => import.n_errors,
    }
}

fn shown(row: ImportRow) -> Result<ShownRow> {
    let (mut problems, mut changes) = (Vec::new(), Vec::new());
    match row.verdict {
        Verdict::Error => problems = serde_json::from_str(&row.changes).context("the errors of a row")?,
        Verdict::Changed => changes = serde_json::from_str(&row.changes).context("the changes of a row")?,
        Verdict::New | Verdict::Unchanged => {}
    }
    Ok(ShownRow {
        row_number: row.row_number,
        employee_number: row.employee_number,
        name: row.name,
        unit: row.unit_text,
        post: row.post,
        category: row.category,
        email: row.email,
        problems,
        changes,
    })
}

/// `POST /import/{id}/apply`: asks for the roster to be written, all of it or nothing.
pub async fn apply(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<RosterImportId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    match app.db.write(move |conn| request_apply(conn, &viewer.actor(), id, now)).await {
        Ok(job) => Ok(page::go(&links::job(job))),
        Err(Error::Refused(problems)) => {
            let none = Message::new("import-unreadable");
            let message = problems.first().map_or(none, |problem| problem.message.clone());
            Ok(page::redirect(&app, &visit, &links::roster_import(id), &message))
        }
        Err(other) => Err(other),
    }
}

#[derive(Debug, Deserialize)]
pub struct TemplateQuery {
    blank: Option<String>,
}

/// `GET /import/template.xlsx`: the present roster, to be corrected and handed in again, or its headings alone.
pub async fn template(app: Data<App>, viewer: Viewer, query: Query<TemplateQuery>) -> Result<HttpResponse> {
    viewer.require_hq()?;
    let is_blank = query.blank.is_some();
    let found = app.db.read(move |conn| {
        let people = if is_blank { Vec::new() } else { queries::list_everybody(conn)? };
        Ok((queries::list_units(conn)?, people))
    });
    let (units, people) = found.await?;
    let book = tokio::task::spawn_blocking(move || roster_template::build(units, &people));
    let book = book.await.context("the spreadsheet's writer ended early")??;
    let of = if is_blank { "template".to_owned() } else { app.clock.today().to_string() };
    let name = format!("attachment; filename=\"roster-{of}.xlsx\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(book))
}

const _: () = assert!(Upload::MOST_BYTES >= crate::organization::sheet::MAX_BYTES);
