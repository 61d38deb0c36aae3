//! The library, a reading's page, and "read" in one tap.

use super::form::{Button, Form};
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::assignments::model::{AssignmentKind, TaskView};
use crate::assignments::{queries as assignments, read};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::links;
use crate::readings::{self, Approval, Reading, ReadingRow, approve, queries};
use crate::store::ids::ReadingId;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct LibraryPage {
    q: String,
    readings: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    href: String,
    reading_title: &'static str,
    summary: &'static str,
    is_read: bool,
    awaits_approval: bool,
}

#[derive(Serialize)]
struct ReadingPage {
    href: String,
    title: &'static str,
    issuer: Option<&'static str>,
    in_force: Option<NaiveDate>,
    sources: &'static [String],
    html: &'static str,
    /// `awaited`, `awaited_again` or `given`.
    approval: &'static str,
    approved_by: Option<String>,
    approved_at: Option<Moment>,
    /// What HQ approves when it presses the button; nothing for others.
    digest_to_approve: Option<&'static str>,
    read_at: Option<Moment>,
    has_open_task: bool,
    tasks: Vec<TaskView>,
}

/// `GET /readings`: the library, or what of it holds the words looked for.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<Search>) -> Result<HttpResponse> {
    let q = query.into_inner().q.trim().to_owned();
    let (found, marked) =
        app.db.read(move |conn| Ok((readings::list(conn)?, queries::list_marked(conn, viewer.person)?))).await?;
    let marked: BTreeSet<ReadingId> = marked.into_iter().collect();
    let row = |(row, reading): &(ReadingRow, &'static Reading)| {
        let text = reading.text(visit.language);
        text.contains(&q).then(|| Row {
            href: links::reading(row.id),
            reading_title: &text.title,
            summary: &text.summary,
            is_read: marked.contains(&row.id),
            awaits_approval: !matches!(row.approval(&reading.digest), Approval::Given { .. }),
        })
    };
    let readings = found.iter().filter_map(row).collect();
    page::show(&app, &visit, "readings/list", &LibraryPage { q, readings })
}

/// `GET /readings/{id}`: the text in the visitor's language, with their word about it.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<ReadingId>) -> Result<HttpResponse> {
    let (id, today, person, is_hq) = (id.into_inner(), app.clock.today(), viewer.person, viewer.is_hq());
    let ((row, reading), approver, read_at, tasks) = app
        .db
        .read(move |conn| {
            Ok((
                readings::find(conn, id)?,
                queries::find_approver(conn, id)?,
                queries::find_mark(conn, person, id)?,
                assignments::list_tasks_of_reading(conn, person, id)?,
            ))
        })
        .await?;
    let text = reading.text(visit.language);
    let (approval, approved_at) = match row.approval(&reading.digest) {
        Approval::Awaited => ("awaited", None),
        Approval::AwaitedAgain => ("awaited_again", None),
        Approval::Given { at, .. } => ("given", Some(at)),
    };
    let tasks: Vec<TaskView> = tasks.into_iter().map(|row| row.view(today, visit.language)).collect();
    let content = ReadingPage {
        href: links::reading(id),
        title: &text.title,
        issuer: text.issuer.as_deref(),
        in_force: text.in_force,
        sources: &text.sources,
        html: &text.html,
        approval,
        approved_by: approved_at.and(approver),
        approved_at,
        digest_to_approve: (is_hq && approved_at.is_none()).then_some(reading.digest.as_str()),
        read_at,
        has_open_task: tasks.iter().any(|task| task.is_open && task.kind == AssignmentKind::Reading),
        tasks,
    };
    page::show(&app, &visit, "readings/show", &content)
}

/// `POST /readings/{id}/read`: the viewer's own word, in one tap.
pub async fn mark_read(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| read::mark_read(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("readings-marked")))
}

/// `POST /readings/{id}/unread`: takes it back.
pub async fn mark_unread(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| read::mark_unread(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("readings-unmarked")))
}

#[derive(Deserialize)]
pub struct ApproveForm {
    #[serde(default)]
    digest: String,
}

/// `POST /readings/{id}/approve`: HQ stands for the text that was shown.
pub async fn approve(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<ApproveForm>,
) -> Result<HttpResponse> {
    let (id, now, digest) = (id.into_inner(), app.clock.now(), form.fields.digest);
    app.db.write(move |conn| approve::approve(conn, &viewer, id, &digest, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("readings-approved")))
}
