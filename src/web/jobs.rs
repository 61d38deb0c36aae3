//! The progress of long work: refreshes itself without script, survives closing the tab, says what failed of it and what to
//! do, and tries again.

use super::download::{self, Kind, Taken};
use super::form::{Button, Form};
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::jobs::{Failure, Job, JobKind, JobProblem, JobState, PartProblem, queries};
use crate::links;
use crate::reports::{archive, csv, people_list};
use crate::store::form_keys;
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
    failures: Vec<ShownFailure>,
    failures_file: String,
    /// Where it is tried again, by who may.
    again: Option<String>,
    /// Where its outcome is.
    next: String,
}

/// A part that failed by itself.
#[derive(Serialize)]
struct ShownFailure {
    part: String,
    /// Why, and what to do.
    text: String,
}

/// `GET /jobs/{id}`: how far it has come; leads on when it is done.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<JobId>) -> Result<HttpResponse> {
    let (id, reader) = (id.into_inner(), viewer.clone());
    let reading = app.db.read(move |conn| {
        let job = queries::find_visible(conn, &reader, id)?;
        Ok((job, queries::list_failures(conn, id)?))
    });
    let (job, failures) = reading.await?;
    let next = match job.kind {
        JobKind::SessionArchive => links::session_archive(SessionId(job.subject_id)),
        JobKind::PeopleList => links::people_list(PeopleListId(job.subject_id)),
        JobKind::RosterCheck | JobKind::RosterApply => links::roster_import(RosterImportId(job.subject_id)),
    };
    if job.state == JobState::Done {
        return Ok(page::go(&next));
    }
    let content = JobPage {
        n_left: job.n_left(),
        is_over: job.is_over(),
        has_failed: job.state == JobState::Failed,
        failures: failures.into_iter().map(|of| shown(&app, &visit, of)).collect(),
        failures_file: links::job_failures(id),
        again: may_try_again(&job, &viewer).then(|| links::job(id)),
        next,
        job,
    };
    let mut response = page::show(&app, &visit, "jobs/show", &content)?;
    if !content.is_over {
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn shown(app: &App, visit: &Visit, of: Failure) -> ShownFailure {
    let text = match of.problem {
        PartProblem::Unprintable => "job-part-unprintable",
        PartProblem::FileLost => "job-part-file-lost",
    };
    ShownFailure { part: of.part, text: page::word(app, visit, &Message::new(text).with("detail", of.detail)) }
}

/// `GET /jobs/{id}/failures.csv`: what failed by itself, for whoever is to mend it.
pub async fn failures_file(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<JobId>) -> Result<HttpResponse> {
    let (id, reader) = (id.into_inner(), viewer.clone());
    let reading = app.db.read(move |conn| {
        queries::find_visible(conn, &reader, id)?;
        Ok(queries::list_failures(conn, id)?)
    });
    let failures = reading.await?;
    if failures.is_empty() {
        return Err(Error::NotFound("failures"));
    }
    let say = |key| page::word(&app, &visit, &Message::new(key));
    let mut rows = vec![vec![say("job-failures-part"), say("job-failures-why")]];
    rows.extend(failures.into_iter().map(|of| shown(&app, &visit, of)).map(|of| vec![of.part, of.text]));
    download::note(&app, &viewer, Taken::new("failures", "job", id.0), Kind::Csv).await?;
    Ok(download::made(&say("job-failures"), Kind::Csv, csv::write(&rows)?))
}

/// Whether trying again may help, and is the viewer's to do: a roster is begun from its own page, and what has changed
/// meanwhile is looked at first.
fn may_try_again(job: &Job, viewer: &Viewer) -> bool {
    let is_theirs = match job.kind {
        JobKind::SessionArchive => viewer.is_hq(),
        JobKind::PeopleList => job.owner_id == Some(viewer.person),
        JobKind::RosterCheck | JobKind::RosterApply => false,
    };
    is_theirs && job.state == JobState::Failed && job.problem != Some(JobProblem::Outdated)
}

/// `POST /jobs/{id}`: tries again what came to nothing; on to the newest try, when there is one already.
pub async fn try_again(app: Data<App>, viewer: Viewer, id: Path<JobId>, form: Form<Button>) -> Result<HttpResponse> {
    let (id, now, key) = (id.into_inner(), app.clock.now(), form.key);
    let to = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            let job = queries::find_visible(conn, &viewer, id)?;
            let job = queries::find_latest(conn, job.kind, job.subject_id)?.unwrap_or(job);
            if job.state != JobState::Failed {
                return Ok(links::job(job.id));
            }
            let begun = match job.kind {
                JobKind::SessionArchive => archive::start(conn, &viewer, SessionId(job.subject_id), now)?,
                JobKind::PeopleList => people_list::start_again(conn, &viewer, PeopleListId(job.subject_id), now)?,
                JobKind::RosterCheck | JobKind::RosterApply => return Err(Error::NotFound("job")),
            };
            Ok(links::job(begun))
        })
    });
    Ok(page::go(&to.await?))
}
