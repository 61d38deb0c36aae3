//! One session, one file: HQ has a confirmed session's archive built, and downloads it.

use super::download::{self, Taken};
use super::finals::{Since, shown_finals};
use super::form::{Button, Form};
use super::reports::Crumb;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::files;
use crate::jobs::{self, JobKind};
use crate::links;
use crate::reports::archive::{self, Seal};
use crate::reports::finals;
use crate::store::form_keys;
use crate::store::ids::SessionId;
use crate::training::{self, SessionState};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct ArchivePage {
    head: Crumb,
    starts_at: Moment,
    ends_at: Moment,
    archives: Vec<Built>,
    /// One that is being built.
    job: Option<String>,
    may_build: bool,
    /// Building it is the last step of the session's life.
    is_last_step: bool,
    has_final: bool,
    /// That records were corrected after the final report, which the archive would hold as it is.
    since: Option<Since>,
    make_final: String,
    key: String,
}

#[derive(Serialize)]
struct Built {
    version: i64,
    made_at: Moment,
    /// In thousands of bytes, rounded up.
    n_kilobytes: i64,
    digest: String,
    href: String,
}

/// `GET /sessions/{id}/archive`: what was built, and the button to build it.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let key = Seal::of(&app.secret)?.key().to_string();
    let content = app.db.read(move |conn| {
        let session = training::queries::find_visible(conn, &viewer, id)?;
        let job = jobs::queries::find_latest(conn, JobKind::SessionArchive, id.0)?;
        let archives = archive::queries::list_of_session(conn, id)?.into_iter().map(|of| Built {
            version: of.version,
            made_at: of.made_at,
            n_kilobytes: download::kilobytes(of.size_bytes),
            href: links::session_archive_file(id, of.version),
            digest: of.digest,
        });
        let (finals, since) = shown_finals(conn, &viewer, id)?;
        Ok(ArchivePage {
            since,
            archives: archives.collect(),
            job: job.filter(|job| !job.is_over()).map(|job| links::job(job.id)),
            may_build: session.is_confirmed(),
            is_last_step: session.state == SessionState::Confirmed,
            has_final: !finals.is_empty(),
            make_final: links::make_final(id),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            head: Crumb { title: session.title, href: links::session(id) },
            key: key.clone(),
        })
    });
    page::show(&app, &visit, "reports/archive", &content.await?)
}

/// `POST /sessions/{id}/archive`: has it built.
pub async fn build(app: Data<App>, viewer: Viewer, id: Path<SessionId>, form: Form<Button>) -> Result<HttpResponse> {
    let (id, now, key) = (id.into_inner(), app.clock.now(), form.key);
    let to = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| Ok(links::job(archive::start(conn, &viewer, id, now)?)))
        })
        .await?;
    Ok(page::go(&to))
}

/// Which version is wanted; the newest when none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VersionQuery {
    version: String,
}

#[derive(Serialize)]
struct Details {
    version: i64,
}

/// `GET /sessions/{id}/archive.zip`: the file. That it left is noted: it holds everything.
pub async fn download(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<VersionQuery>,
) -> Result<HttpResponse> {
    let (id, now, version) = (id.into_inner(), app.clock.now(), query.version.parse::<i64>().ok());
    let (title, found) = app
        .db
        .write(move |conn| {
            let session = training::queries::find_visible(conn, &viewer, id)?;
            let version = match version {
                Some(version) => version,
                None => archive::queries::list_of_session(conn, id)?.first().map_or(0, |newest| newest.version),
            };
            let found = archive::queries::find(conn, id, version)?;
            audit::record(
                conn,
                &viewer.actor(),
                now,
                Action::new("archive.downloaded", "session"),
                id.0,
                &Details { version },
            )?;
            Ok((session.title, found))
        })
        .await?;
    let content = files::load(&app.config.files_folder(), &found.digest).await?;
    let word = page::word(&app, &visit, &Message::new("archive-title"));
    let name = format!("{title}{word}-{}.zip", found.version).replace(['/', '\\', '"'], "-");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, download::disposition("archive.zip", &name)))
        .body(content))
}

/// `GET /reports/final/{number}.json`: what a final report rests on, signed, for `xuefa verify`.
pub async fn final_file(app: Data<App>, viewer: Viewer, number: Path<String>) -> Result<HttpResponse> {
    let number: finals::Number = number.parse()?;
    let (seal, reader) = (Seal::of(&app.secret)?, viewer.clone());
    let file = app.db.read(move |conn| {
        viewer.require_hq()?;
        let entry = finals::queries::find_entry(conn, number)?;
        let kept = finals::queries::find_kept(conn, entry.id)?;
        Ok((entry.id, finals::file::FinalFile::of(&entry, kept, &seal)))
    });
    let (id, file) = file.await?;
    download::note_as(&app, &reader, Taken::new("final", "final_report", id.0), "json", true).await?;
    let disposition = format!("attachment; filename=\"{number}.json\"");
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_DISPOSITION, disposition)).json(file))
}
