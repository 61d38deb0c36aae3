//! `/sessions/{id}`: the live roll for who keeps it, the unit's people for its leader, one's own state for a trainee.

mod arrivals;
mod live_page;
mod own;
mod steps;

use super::{Head, Standing, is_recorded};
use crate::access::Viewer;
use crate::attendance::queries::Filter;
use crate::error::{Error, Result};
use crate::links;
use crate::store::ids::SessionId;
use crate::web::training::{Facts, facts};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use arrivals::LivePart;
use live_page::LivePage;
use own::OwnPart;
use serde::{Deserialize, Serialize};
use steps::{ActionLink, planning};

#[derive(Debug, Default, Deserialize)]
pub struct RollQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    pause: String,
}

impl RollQuery {
    fn filter(&self) -> Filter {
        let state = match self.state.as_str() {
            "pending" | "to_check" => Some(None),
            word => word.parse().ok().map(Some),
        };
        Filter {
            state,
            not_there: self.state == "not_there",
            unit: self.unit.parse().ok(),
            words: self.q.trim().to_owned(),
        }
    }

    /// Whether a list of people was asked for.
    fn is_narrowed(&self) -> bool {
        !self.state.is_empty() || !self.unit.is_empty() || !self.q.trim().is_empty()
    }

    /// The address of this list, ready for a page's number.
    fn base(&self, session: SessionId) -> String {
        format!(
            "{}?state={}&unit={}&q={}&page=",
            links::session(session),
            links::percent(&self.state),
            links::percent(&self.unit),
            links::percent(self.q.trim())
        )
    }
}

/// `GET /sessions/{id}`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<RollQuery>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let (language, rotation) = (visit.language, app.foot.rotation());
    let shown = app
        .db
        .read(move |conn| {
            let standing = Standing::find(conn, &viewer, id)?;
            let own = OwnPart::find(conn, &standing, &viewer, now, language)?;
            let facts = facts(conn, &standing.session, language, now)?;
            if standing.is_own_only() || !is_recorded(standing.session.state) {
                let head = Head::of(&standing.session, now);
                let planning = planning(&standing, now);
                return Ok(Shown::Own(Box::new(OwnPage { head, own, facts, planning })));
            }
            LivePage::find(conn, standing, &viewer, query, own, facts, rotation, now)
                .map(|page| Shown::Live(Box::new(page)))
        })
        .await?;
    match shown {
        Shown::Own(content) => page::show(&app, &visit, "attendance/own", &content),
        Shown::Live(content) => page::show(&app, &visit, "attendance/live", &content),
    }
}

/// `GET /sessions/{id}/live`: the parts of the page that change while people arrive, for its script.
pub async fn live(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app
        .db
        .read(move |conn| {
            let standing = Standing::find(conn, &viewer, id)?;
            if standing.is_own_only() || !is_recorded(standing.session.state) {
                return Err(Error::NotFound("session"));
            }
            LivePart::find(conn, &standing, now).map(|(part, _)| part)
        })
        .await?;
    page::show(&app, &visit, "attendance/live-fragment", &content)
}

enum Shown {
    Own(Box<OwnPage>),
    Live(Box<LivePage>),
}

#[derive(Serialize)]
struct OwnPage {
    head: Head,
    own: Option<OwnPart>,
    facts: Facts,
    planning: Vec<ActionLink>,
}
