//! Whom mail does not reach: on a page to correct their addresses, on slips to hand over.

use super::Tab;
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::links;
use crate::reminders::queries::{self, Unreachable};
use crate::reports::Tables;
use crate::reports::book::Sheet;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::web::download::{self, Kind, Taken};
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ROWS_A_PAGE: i64 = 50;
/// Slips that one page prints at most.
const SLIPS: i64 = 1000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PageQuery {
    page: String,
}

#[derive(Serialize)]
struct UnreachablePage {
    tabs: Vec<Tab>,
    n_rows: i64,
    rows: Vec<Row>,
    slips: &'static str,
    csv: &'static str,
    xlsx: &'static str,
    pdf: &'static str,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    name: String,
    /// Where HQ corrects the address.
    href: String,
    unit_name: String,
    post: String,
    address: Option<String>,
    problem: Option<String>,
}

/// `GET /mail/unreachable`
pub async fn list(app: Data<App>, visit: Visit, query: Query<PageQuery>) -> Result<HttpResponse> {
    let (query, today) = (query.into_inner(), app.clock.today());
    let content = app
        .db
        .read(move |conn| {
            let n_rows = queries::count_unreachable(conn, today)?;
            let paging = Paging::of(&query.page, n_rows, ROWS_A_PAGE, links::UNREACHABLE);
            let rows = queries::list_unreachable(conn, today, paging.offset, ROWS_A_PAGE)?;
            let row = |row: Unreachable| Row {
                name: row.name,
                href: links::edit_person(row.person),
                unit_name: row.unit_name,
                post: row.post,
                address: row.address.filter(|address| !address.is_empty()),
                problem: row.problem,
            };
            let rows = rows.into_iter().map(row).collect();
            Ok(UnreachablePage {
                tabs: super::tabs("unreachable"),
                n_rows,
                rows,
                slips: links::UNREACHABLE_SLIPS,
                csv: links::UNREACHABLE_CSV,
                xlsx: links::UNREACHABLE_XLSX,
                pdf: links::UNREACHABLE_PDF,
                paging,
            })
        })
        .await?;
    page::show(&app, &visit, "outbox/unreachable", &content)
}

/// `GET /mail/unreachable.csv`, `.xlsx` and `.pdf`: all of them, with what is wrong with their address.
pub async fn file(app: Data<App>, visit: Visit, viewer: Viewer, kind: Kind) -> Result<HttpResponse> {
    let today = app.clock.today();
    let read = move |conn: &mut Conn| {
        Ok((queries::list_unreachable(conn, today, 0, i64::MAX)?, settings::current(conn)?.organisation))
    };
    let (people, organisation) = app.db.read(read).await?;
    let say = |key| page::word(&app, &visit, &Message::new(key));
    let columns = ["board-unit", "board-name", "board-post", "unreachable-address", "unreachable-problem"];
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|key| say(key)).collect()];
    for person in people {
        let address = person.address.filter(|address| !address.is_empty());
        let problem = person.problem.or_else(|| address.is_none().then(|| say("unreachable-none")));
        rows.push(vec![
            person.unit_name,
            person.name,
            person.post,
            address.unwrap_or_default(),
            problem.unwrap_or_default(),
        ]);
    }
    let title = say("mail-nav-unreachable");
    let lead = Message::new("unreachable-lead").with("n", rows.len() as i64 - 1);
    let tables = Tables {
        sheets: vec![Sheet::of_texts(&title, rows, &[])],
        facts: vec![page::word(&app, &visit, &lead)],
        formulas: vec![say("unreachable-hint")],
        made_at: app.clock.now(),
        unit: organisation.clone(),
        organisation,
        title,
    };
    download::tables(&app, &visit, &viewer, kind, Taken::new("unreachable", "mail", None), tables).await
}

#[derive(Serialize)]
struct SlipsPage {
    slips: Vec<Slip>,
    base_url: String,
}

#[derive(Serialize)]
struct Slip {
    name: String,
    unit_name: String,
    n_open: i64,
    first_due_on: Option<NaiveDate>,
}

/// `GET /mail/unreachable/slips`: what they would have been told, to be cut and handed over.
pub async fn slips(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let (today, base_url) = (app.clock.today(), app.config.base_url());
    let slips = app
        .db
        .read(move |conn| {
            let people = queries::list_unreachable(conn, today, 0, SLIPS)?;
            let ids: Vec<PersonId> = people.iter().map(|person| person.person).collect();
            let open: BTreeMap<PersonId, (i64, Option<NaiveDate>)> = queries::list_open_of(conn, &ids)?;
            let slip = |person: Unreachable| {
                let (n_open, first_due_on) = open.get(&person.person).copied().unwrap_or((0, None));
                Slip { name: person.name, unit_name: person.unit_name, n_open, first_due_on }
            };
            Ok(people.into_iter().map(slip).collect())
        })
        .await?;
    page::show(&app, &visit, "outbox/slips", &SlipsPage { slips, base_url })
}
