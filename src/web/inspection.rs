//! What an inspector (检查人员) was sent to read. Every report that they open is noted.

use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

/// Sessions on the list at the most.
const LISTED: i64 = 200;

#[derive(Serialize)]
struct InspectionPage {
    sessions: Vec<ShownSession>,
    finals: &'static str,
}

#[derive(Serialize)]
struct ShownSession {
    title: String,
    starts_at: Moment,
    href: String,
}

/// `GET /inspection`: the sessions whose reports the viewer was sent to read.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let found = app.db.read(move |conn| Ok(training::queries::list_inspected(conn, &viewer, LISTED)?)).await?;
    let shown = |session: training::Session| ShownSession {
        href: links::session_report(session.id),
        title: session.title,
        starts_at: session.starts_at,
    };
    let content = InspectionPage { sessions: found.into_iter().map(shown).collect(), finals: links::FINAL_REPORTS };
    page::show(&app, &visit, "reports/inspection", &content)
}
