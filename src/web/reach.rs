//! `/reach`: shows in the hall beforehand whether a phone reaches the server, by what kind of connection, and whether
//! it keeps cookies. It holds nothing.

use super::visit::Visit;
use super::{App, page};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
pub struct ReachQuery {
    /// Set on the second step.
    #[serde(default)]
    step: String,
}

#[derive(Serialize)]
struct ReachPage {
    now: Moment,
    is_https: bool,
    /// untried, kept or lost.
    cookies: &'static str,
    again: String,
    /// What HQ projects for the phones in the hall.
    address: Option<String>,
}

/// `GET /reach`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    request: HttpRequest,
    query: Query<ReachQuery>,
) -> Result<HttpResponse> {
    let cookies = match (visit.keeps_cookies, query.step.is_empty()) {
        (true, _) => "kept",
        (false, true) => "untried",
        (false, false) => "lost",
    };
    // What a proxy says is believed: it is only told to whoever asked.
    let is_https = request.connection_info().scheme() == "https";
    let is_hq = visit.viewer.as_ref().is_some_and(crate::access::Viewer::is_hq);
    let content = ReachPage {
        now: app.clock.now(),
        is_https,
        cookies,
        again: format!("{}?step=2", links::REACH),
        address: is_hq.then(|| format!("{}{}", app.config.base_url(), links::REACH)),
    };
    page::show(&app, &visit, "reach/show", &content)
}
