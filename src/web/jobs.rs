//! The progress of long work: refreshes itself without script, and survives closing the tab.

use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::error::Result;
use crate::jobs::{Job, JobKind, JobState, queries};
use crate::links;
use crate::store::ids::{JobId, PeopleListId, RosterImportId, SessionId};
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct JobPage {
    job: Job,
    n_left: i64,
    is_over: bool,
    has_failed: bool,
    /// Where its outcome is.
    next: String,
}

/// `GET /jobs/{id}`: how far it has come; leads on when it is done.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<JobId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let job = app.db.read(move |conn| queries::find_visible(conn, &viewer, id)).await?;
    let next = match job.kind {
        JobKind::SessionArchive => links::session_archive(SessionId(job.subject_id)),
        JobKind::PeopleList => links::people_list(PeopleListId(job.subject_id)),
        JobKind::RosterCheck | JobKind::RosterApply => links::roster_import(RosterImportId(job.subject_id)),
    };
    if job.state == JobState::Done {
        return Ok(page::go(&next));
    }
    let content =
        JobPage { n_left: job.n_left(), is_over: job.is_over(), has_failed: job.state == JobState::Failed, next, job };
    let mut response = page::show(&app, &visit, "jobs/show", &content)?;
    if !content.is_over {
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("2"));
    }
    Ok(response)
}
