//! What an inspector (检查人员) was sent to read. Every report that they open is noted.

use super::visit::Visit;
use super::{App, page};
use crate::access::{Role, Viewer};
use crate::accounts;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::reports::finals;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeSet;

/// Sessions on the list at the most.
const LISTED: i64 = 200;

/// What an inspector may read, and until when.
#[derive(Serialize)]
pub(super) struct Mandate {
    /// A unit's name, or a session's title.
    what: String,
    /// Within its last day.
    until: Option<Moment>,
}

/// What the viewer may inspect now; nothing for others.
pub(super) fn mandates(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Vec<Mandate>> {
    if !viewer.is_inspector() {
        return Ok(Vec::new());
    }
    let mut grants = accounts::queries::list_grants(conn, &[viewer.account])?;
    grants.retain(|grant| {
        let is_now = grant.starts_at.is_none_or(|start| start <= now) && grant.ends_at.is_none_or(|end| now < end);
        grant.role == Role::Inspector && is_now
    });
    let mandate = |grant: accounts::model::GrantOf| Mandate {
        until: grant.last_held_at(),
        what: grant.session_title.or(grant.unit_name).unwrap_or_default(),
    };
    Ok(grants.into_iter().map(mandate).collect())
}

#[derive(Serialize)]
struct InspectionPage {
    mandates: Vec<Mandate>,
    sessions: Vec<ShownSession>,
    finals: &'static str,
}

#[derive(Serialize)]
struct ShownSession {
    title: String,
    starts_at: Moment,
    href: String,
    has_final: bool,
}

/// `GET /inspection`: the sessions that were held and whose reports the viewer was sent to read.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let now = app.clock.now();
    let (mandates, found, with_final) = app
        .db
        .read(move |conn| {
            let found = training::queries::list_inspected(conn, &viewer, LISTED)?;
            let ids: Vec<SessionId> = found.iter().map(|session| session.id).collect();
            let with_final = finals::queries::list_with_final(conn, &ids)?;
            Ok((mandates(conn, &viewer, now)?, found, with_final))
        })
        .await?;
    let with_final: BTreeSet<SessionId> = with_final.into_iter().flatten().collect();
    let shown = |session: training::Session| ShownSession {
        href: links::session_report(session.id),
        has_final: with_final.contains(&session.id),
        title: session.title,
        starts_at: session.starts_at,
    };
    let sessions = found.into_iter().map(shown).collect();
    let content = InspectionPage { mandates, sessions, finals: links::FINAL_REPORTS };
    page::show(&app, &visit, "reports/inspection", &content)
}
