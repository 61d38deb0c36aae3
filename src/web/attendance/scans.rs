//! The scans of the signed sheet: handed in, listed, downloaded, taken away.

use super::Head;
use crate::access::Viewer;
use crate::attendance::{self, model};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, FileKind, FileUse, Subject};
use crate::links;
use crate::store::ids::{FileUseId, SessionId};
use crate::store::{Conn, form_keys};
use crate::training::SessionState;
use crate::web::form::{Form, Upload};
use crate::web::visit::Visit;
use crate::web::{App, download, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct ScansPage {
    head: Head,
    scans: Vec<Scan>,
    may_change: bool,
    action: String,
    /// Where HQ goes on when all is handed in.
    confirm: Option<String>,
}

/// A scan as lists show it.
#[derive(Serialize)]
pub(super) struct Scan {
    pub name: String,
    pub kind: FileKind,
    /// In thousands of bytes, rounded up.
    pub n_kilobytes: i64,
    pub by: Option<String>,
    pub at: Moment,
    pub href: String,
    pub remove: String,
}

impl Scan {
    pub(super) fn of(session: SessionId, file: FileUse) -> Self {
        Self {
            name: file.name,
            kind: file.kind,
            n_kilobytes: download::kilobytes(file.size_bytes),
            by: file.by_name,
            at: file.added_at,
            href: links::scan(session, file.id),
            remove: links::remove_scan(session, file.id),
        }
    }
}

fn scans_page(conn: &mut Conn, viewer: &Viewer, id: SessionId, now: Moment) -> Result<ScansPage> {
    let session = attendance::find_for_scans(conn, viewer, id)?;
    let scans = files::queries::list_uses(conn, Subject::SignedSheet(id))?;
    Ok(ScansPage {
        head: Head::of(&session, now),
        scans: scans.into_iter().map(|file| Scan::of(id, file)).collect(),
        may_change: model::may_keep_scans(session.state, viewer.is_hq()),
        action: links::session_part(id, "scans"),
        confirm: (viewer.is_hq() && session.state == SessionState::Closed).then(|| links::session_part(id, "confirm")),
    })
}

/// `GET /sessions/{id}/scans`: the scans, and the form to hand one in.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| scans_page(conn, &viewer, id, now)).await?;
    page::show(&app, &visit, "attendance/scans", &content)
}

/// `POST /sessions/{id}/scans`: keeps a scan. Nothing touches the folder before it is known that the viewer may.
pub async fn add(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    match keep(&app, viewer.clone(), id, upload).await {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("scan-added"))),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| scans_page(conn, &viewer, id, now)).await?;
            page::refused(&app, &visit, "attendance/scans", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

async fn keep(app: &App, viewer: Viewer, id: SessionId, upload: Upload) -> Result<String> {
    let (asking, now) = (viewer.clone(), app.clock.now());
    app.db.read(move |conn| attendance::require_scans(conn, &asking, id)).await?;
    let received =
        files::receive(&app.db, &app.clock, &app.config.files_folder(), upload.content, &files::SCANS).await?;
    let (key, name) = (upload.key, upload.file_name);
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                attendance::add_scan(conn, &viewer, id, &received, &name, now)?;
                Ok(links::session_part(id, "scans"))
            })
        })
        .await
}

/// `GET /sessions/{id}/scans/{scan}`: the file, to be downloaded and never shown within the program.
pub async fn download(app: Data<App>, viewer: Viewer, of: Path<(SessionId, FileUseId)>) -> Result<HttpResponse> {
    let (id, scan) = of.into_inner();
    let file = app
        .db
        .read(move |conn| {
            attendance::find_for_scans(conn, &viewer, id)?;
            files::queries::find_use(conn, Subject::SignedSheet(id), scan)
        })
        .await?;
    let content = files::read(&app.config.files_folder(), &file).await?;
    Ok(download::attachment(&format!("scan-{id}-{scan}"), &file, content))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemoveForm {
    reason: String,
}

#[derive(Serialize)]
struct RemovePage {
    head: Head,
    scan: Scan,
    back: String,
    reason: String,
}

async fn remove_page(app: &App, viewer: Viewer, of: (SessionId, FileUseId), reason: String) -> Result<RemovePage> {
    let ((id, scan), now) = (of, app.clock.now());
    app.db
        .read(move |conn| {
            let session = attendance::find_for_scans(conn, &viewer, id)?;
            let file = files::queries::find_use(conn, Subject::SignedSheet(id), scan)?;
            let (head, back) = (Head::of(&session, now), links::session_part(id, "scans"));
            Ok(RemovePage { head, scan: Scan::of(id, file), back, reason })
        })
        .await
}

/// `GET /sessions/{id}/scans/{scan}/remove`: names the file, and asks why.
pub async fn ask_remove(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(SessionId, FileUseId)>,
) -> Result<HttpResponse> {
    let content = remove_page(&app, viewer, of.into_inner(), String::new()).await?;
    page::show(&app, &visit, "attendance/remove-scan", &content)
}

/// `POST /sessions/{id}/scans/{scan}/remove`.
pub async fn remove(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(SessionId, FileUseId)>,
    form: Form<RemoveForm>,
) -> Result<HttpResponse> {
    let ((id, scan), now) = (of.into_inner(), app.clock.now());
    let (by, key, reason) = (viewer.clone(), form.key, form.fields.reason.clone());
    let done = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                attendance::remove_scan(conn, &by, id, scan, &reason, now)?;
                Ok(links::session_part(id, "scans"))
            })
        })
        .await;
    match done {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("scan-removed"))),
        Err(Error::Refused(problems)) => {
            let content = remove_page(&app, viewer, (id, scan), form.fields.reason).await?;
            page::refused(&app, &visit, "attendance/remove-scan", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

const _: () = assert!(Upload::MOST_BYTES >= files::SCANS.most_bytes);
