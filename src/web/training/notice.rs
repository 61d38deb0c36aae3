//! The notice (通知) of a session, to be read or printed.

use super::{Facts, facts};
use crate::access::Viewer;
use crate::error::{Error, Result};
use crate::links;
use crate::settings;
use crate::store::ids::SessionId;
use crate::training::{SessionState, queries};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct NoticePage {
    facts: Facts,
    organisation: String,
    /// Everybody who is expected, by unit.
    n_people: i64,
    back: String,
    is_draft: bool,
}

/// `GET /sessions/{id}/notice`: for everybody who may see the session.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, language) = (id.into_inner(), app.clock.now(), visit.language);
    let content = app
        .db
        .read(move |conn| {
            let session = queries::find_visible(conn, &viewer, id)?;
            if session.state == SessionState::Cancelled && !viewer.is_hq() {
                return Err(Error::NotFound("notice"));
            }
            Ok(NoticePage {
                facts: facts(conn, &session, language, now)?,
                organisation: settings::current(conn)?.organisation,
                n_people: queries::count_rosters(conn, &[id])?.first().map_or(0, |(_, n)| *n),
                back: links::session(id),
                is_draft: session.state == SessionState::Draft,
            })
        })
        .await?;
    page::show(&app, &visit, "training/notice", &content)
}
