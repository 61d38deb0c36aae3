//! What is printed for a venue: the sign-in sheet, the seats, slips with the personal codes.

use super::download::{self, Kind, Taken};
use super::reports::Crumb;
use super::visit::Visit;
use super::{App, page, papers, statics};
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::links;
use crate::reports::{self, csv, seating::Seating};
use crate::store::ids::{SessionId, VenueId};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// Which venue's paper is wanted; all of them when none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PaperQuery {
    pub(super) venue: String,
}

#[derive(Serialize)]
struct PaperPage<T: Serialize> {
    paper: T,
    head: Crumb,
    /// This page without its choice of a venue.
    here: String,
    /// Where the session is found again, as it is printed.
    address: String,
    sheet_css: String,
    /// The choice of a venue, as an address ends with it.
    chosen: String,
}

/// `GET /sessions/{id}/sheet`: the sign-in sheet, to print before.
pub async fn sign_in_sheet(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<PaperQuery>,
) -> Result<HttpResponse> {
    let (id, venue, now) = (id.into_inner(), query.venue.parse().ok(), app.clock.now());
    let sheet = app.db.read(move |conn| reports::sign_in_sheet::build(conn, &viewer, id, venue, now)).await?;
    let title = sheet.session.title.clone();
    let mut content = paper_page(&app, id, title, links::sign_in_sheet(id), sheet);
    content.chosen = venue.map_or_else(String::new, |venue: VenueId| format!("?venue={venue}"));
    page::show(&app, &visit, "reports/sign-in-sheet", &content)
}

#[derive(Serialize)]
struct SeatingPage {
    paper: Seating,
    head: Crumb,
    here: String,
    csv: String,
    sheet_css: String,
    /// Units that have not answered yet, for HQ.
    n_unanswered: usize,
}

/// `GET /sessions/{id}/seats`: who sits where, by what the units have replied.
pub async fn seating(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<PaperQuery>,
) -> Result<HttpResponse> {
    let (id, venue, now) = (id.into_inner(), query.venue.parse().ok(), app.clock.now());
    let (paper, n_unanswered) = app
        .db
        .read(move |conn| {
            let paper = reports::seating::build(conn, &viewer, id, venue, now)?;
            let n = super::attendance::replies::count_unanswered(conn, &paper.session, &viewer, now)?;
            Ok((paper, n))
        })
        .await?;
    let content = SeatingPage {
        head: Crumb { title: paper.session.title.clone(), href: links::session(id) },
        here: links::seating(id),
        csv: format!("{}.csv?venue={}", links::seating(id), links::percent(&query.venue)),
        sheet_css: statics::address("sheet.css"),
        n_unanswered,
        paper,
    };
    page::show(&app, &visit, "reports/seating", &content)
}

/// `GET /sessions/{id}/seats.csv`: the same, for name cards.
pub async fn seating_csv(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<PaperQuery>,
) -> Result<HttpResponse> {
    let (id, venue, now, reader) = (id.into_inner(), query.venue.parse().ok(), app.clock.now(), viewer.clone());
    let paper = app.db.read(move |conn| reports::seating::build(conn, &viewer, id, venue, now)).await?;
    let say = |message: Message| page::word(&app, &visit, &message);
    let columns = [
        "seating-venue",
        "seating-seat",
        "report-column-name",
        "report-column-unit",
        "report-column-post",
        "report-column-remark",
    ];
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|key| say(Message::new(key))).collect()];
    for list in &paper.lists {
        rows.extend(list.seats.iter().map(|seat| {
            let instead =
                seat.instead_of.as_deref().map(|name| say(Message::new("seating-instead").with("name", name)));
            // A stand-in has not the post of the person.
            let post = if instead.is_some() { String::new() } else { seat.post.clone() };
            let (number, remark) = (seat.number.to_string(), instead.unwrap_or_default());
            vec![list.name.clone(), number, seat.name.clone(), seat.unit.clone(), post, remark]
        }));
    }
    let day = app.clock.local(paper.session.starts_at).date_naive();
    download::note(&app, &reader, Taken::new("seating", "session", id.0), Kind::Csv).await?;
    let heading = say(Message::new("seating-heading").with("title", paper.session.title.as_str()));
    let name = papers::name_of(&heading, day, None);
    Ok(download::made(&name, Kind::Csv, csv::write(&rows)?))
}

/// `GET /sessions/{id}/slips`: slips with the personal codes, to print and cut apart.
pub async fn slips(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<PaperQuery>,
) -> Result<HttpResponse> {
    let (id, venue, secret) = (id.into_inner(), query.venue.parse().ok(), app.secret.clone());
    let slips = app.db.read(move |conn| reports::sign_in_sheet::build_slips(conn, &viewer, id, venue, &secret)).await?;
    let title = slips.session.title.clone();
    page::show(&app, &visit, "reports/slips", &paper_page(&app, id, title, links::session_part(id, "slips"), slips))
}

fn paper_page<T: Serialize>(app: &App, id: SessionId, title: String, here: String, paper: T) -> PaperPage<T> {
    PaperPage {
        paper,
        head: Crumb { title, href: links::session(id) },
        here,
        address: format!("{}{}", app.config.base_url(), links::session(id)),
        sheet_css: statics::address("sheet.css"),
        chosen: String::new(),
    }
}
