//! `/files/{of}/{id}`: the files kept with the record of a meeting, a person's task or a unit's.

use crate::access::Viewer;
use crate::assignments::evidence::{self, MOST_FILES, Place};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, FileKind, FileUse};
use crate::links;
use crate::store::ids::FileUseId;
use crate::store::{Conn, form_keys};
use crate::web::form::{Button, Form, Upload};
use crate::web::visit::Visit;
use crate::web::{App, download as web_download, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// A file as lists show it.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    kind: FileKind,
    /// In thousands of bytes, rounded up.
    n_kilobytes: i64,
    by: Option<String>,
    at: Moment,
    href: String,
    remove: String,
}

impl Row {
    fn of(place: &Place, file: FileUse) -> Self {
        let href = links::evidence_file(place.of, place.id, file.id);
        Self {
            name: file.name,
            kind: file.kind,
            n_kilobytes: web_download::kilobytes(file.size_bytes),
            by: file.by_name,
            at: file.added_at,
            remove: format!("{href}/remove"),
            href,
        }
    }
}

/// The files of something, as its own page shows them.
#[derive(Serialize)]
pub(super) struct Files {
    rows: Vec<Row>,
    href: String,
    is_open: bool,
}

/// What is kept with something that the viewer sees.
pub(super) fn files_of(conn: &mut Conn, viewer: &Viewer, of: &str, id: i64) -> Result<Files> {
    let place = evidence::find_place(conn, viewer, of, id)?;
    files_at(conn, &place)
}

fn files_at(conn: &mut Conn, place: &Place) -> Result<Files> {
    let found = files::queries::list_uses(conn, place.subject)?;
    Ok(Files {
        rows: found.into_iter().map(|file| Row::of(place, file)).collect(),
        href: links::evidence(place.of, place.id),
        is_open: place.is_open,
    })
}

#[derive(Serialize)]
struct FilesPage {
    of: &'static str,
    heading: String,
    back: String,
    files: Files,
    n_most: usize,
    is_full: bool,
}

fn files_page(conn: &mut Conn, viewer: &Viewer, of: &str, id: i64) -> Result<FilesPage> {
    let place = evidence::find_place(conn, viewer, of, id)?;
    let files = files_at(conn, &place)?;
    Ok(FilesPage {
        of: place.of,
        heading: place.heading,
        back: place.href,
        is_full: files.rows.len() >= MOST_FILES,
        files,
        n_most: MOST_FILES,
    })
}

/// `GET /files/{of}/{id}`: the files, and the form to hand one in.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, of: Path<(String, i64)>) -> Result<HttpResponse> {
    let (of, id) = of.into_inner();
    let content = app.db.read(move |conn| files_page(conn, &viewer, &of, id)).await?;
    page::show(&app, &visit, "evidence/list", &content)
}

/// `POST /files/{of}/{id}`: keeps a file. Nothing touches the folder before it is known that the viewer may.
pub async fn add(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(String, i64)>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (of, id) = of.into_inner();
    match keep(&app, viewer.clone(), of.clone(), id, upload).await {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("evidence-added"))),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| files_page(conn, &viewer, &of, id)).await?;
            page::refused(&app, &visit, "evidence/list", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

async fn keep(app: &App, viewer: Viewer, of: String, id: i64, upload: Upload) -> Result<String> {
    let (asking, word, now) = (viewer.clone(), of.clone(), app.clock.now());
    app.db.read(move |conn| evidence::require_open(conn, &asking, &word, id)).await?;
    let folder = app.config.files_folder();
    let received = files::receive(&app.db, &app.clock, &folder, upload.content, &files::EVIDENCE).await?;
    let (key, name) = (upload.key, upload.file_name);
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                evidence::add(conn, &viewer, &of, id, &received, &name, now)?;
                Ok(links::evidence(&of, id))
            })
        })
        .await
}

/// `GET /files/{of}/{id}/{file}`: the file, to be downloaded and never shown within the program.
pub async fn download(app: Data<App>, viewer: Viewer, of: Path<(String, i64, FileUseId)>) -> Result<HttpResponse> {
    let (of, id, file) = of.into_inner();
    let file = app
        .db
        .read(move |conn| {
            let place = evidence::find_place(conn, &viewer, &of, id)?;
            files::queries::find_use(conn, place.subject, file)
        })
        .await?;
    let content = files::read(&app.config.files_folder(), &file).await?;
    Ok(web_download::attachment(&format!("file-{}", file.id), &file, content))
}

#[derive(Serialize)]
struct RemovePage {
    of: &'static str,
    heading: String,
    row: Row,
    back: String,
}

/// `GET /files/{of}/{id}/{file}/remove`: names the file.
pub async fn ask_remove(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(String, i64, FileUseId)>,
) -> Result<HttpResponse> {
    let (of, id, file) = of.into_inner();
    let content = app
        .db
        .read(move |conn| {
            let place = evidence::find_place(conn, &viewer, &of, id)?;
            let file = files::queries::find_use(conn, place.subject, file)?;
            if !place.is_open {
                return Err(Error::NotFound("file"));
            }
            let (row, back) = (Row::of(&place, file), links::evidence(place.of, id));
            Ok(RemovePage { of: place.of, heading: place.heading, row, back })
        })
        .await?;
    page::show(&app, &visit, "evidence/remove", &content)
}

/// `POST /files/{of}/{id}/{file}/remove`.
pub async fn remove(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(String, i64, FileUseId)>,
    form: Form<Button>,
) -> Result<HttpResponse> {
    let ((of, id, file), now, key) = (of.into_inner(), app.clock.now(), form.key);
    let to = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                evidence::remove(conn, &viewer, &of, id, file, now)?;
                Ok(links::evidence(&of, id))
            })
        })
        .await?;
    Ok(page::redirect(&app, &visit, &to, &Message::new("evidence-removed")))
}

const _: () = assert!(Upload::MOST_BYTES >= files::EVIDENCE.most_bytes);
