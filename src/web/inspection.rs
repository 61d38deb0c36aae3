//! What an inspector (检查人员) was sent to read. Every report that they open is noted.

use super::visit::Visit;
use super::{App, page};
use crate::access::{Role, Viewer};
use crate::accounts;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::organization;
use crate::reports::archive::Seal;
use crate::reports::basis::starts_of;
use crate::reports::finals::{self, Number};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// The public key by which the files of final reports are verified.
    key: String,
}

#[derive(Serialize)]
struct ShownSession {
    title: String,
    starts_at: Moment,
    /// The newest final report, or today's figures as long as there is none.
    href: String,
    number: Option<String>,
    /// The units that the viewer reads of it, when that is not all of them.
    only: Vec<String>,
    /// People whose records were corrected since.
    n_corrected: usize,
}

/// `GET /inspection`: the sessions that were held and whose reports the viewer was sent to read.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let now = app.clock.now();
    let key = Seal::of(&app.secret)?.key().to_string();
    let reader = viewer.clone();
    let (mandates, found, newest, corrected, units) = app
        .db
        .read(move |conn| {
            let found = training::queries::list_inspected(conn, &viewer, LISTED)?;
            let ids: Vec<SessionId> = found.iter().map(|session| session.id).collect();
            let newest = finals::queries::list_newest_of(conn, &ids)?;
            let corrected = finals::count_corrected(conn, &viewer, &newest)?;
            let units = organization::queries::list_units(conn)?;
            Ok((mandates(conn, &viewer, now)?, found, newest, corrected, units))
        })
        .await?;
    let numbers: BTreeMap<SessionId, Number> =
        newest.iter().filter_map(|entry| Some((entry.session?, entry.number()))).collect();
    let only = |session: SessionId| {
        let reached = starts_of(&units, &reader.reach_of_reports(session));
        units.iter().filter(|unit| reached.contains(&unit.id)).map(|unit| unit.name.clone()).collect()
    };
    let shown = |session: training::Session| {
        let number = numbers.get(&session.id);
        ShownSession {
            href: number.map_or_else(|| links::session_report(session.id), links::final_report),
            number: number.map(ToString::to_string),
            only: only(session.id),
            n_corrected: corrected.get(&session.id).copied().unwrap_or(0),
            title: session.title,
            starts_at: session.starts_at,
        }
    };
    let sessions = found.into_iter().map(shown).collect();
    let content = InspectionPage { mandates, sessions, finals: links::FINAL_REPORTS, key };
    page::show(&app, &visit, "reports/inspection", &content)
}
