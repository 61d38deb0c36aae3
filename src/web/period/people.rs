//! `/reports/period/people`: the people behind one figure of a period's report.

use super::{PeriodQuery, link};
use crate::access::Viewer;
use crate::attendance::AttendanceState;
use crate::attendance::totals::queries::Behind;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::organization::Category;
use crate::reports::people_list::{AT_ONCE, Line};
use crate::reports::period::{self, Figure, Filter};
use crate::reports::session_attendance::MadeUp;
use crate::web::hours::category_key;
use crate::web::paging::Paging;
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Serialize;

const ROWS_A_PAGE: i64 = 100;

#[derive(Serialize)]
struct PeoplePage {
    report: String,
    figure: Behind,
    days: String,
    unit: Option<String>,
    category: Option<String>,
    n: i64,
    /// The list as a file: at once, or made beside the pages.
    csv: Option<String>,
    xlsx: Option<String>,
    ask: Option<String>,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    name: String,
    href: String,
    unit_name: String,
    post: String,
    category: Category,
    title: String,
    starts_at: Moment,
    state: AttendanceState,
    make_up: MadeUp,
}

/// Which people are asked for.
pub(super) fn read(app: &App, query: &PeriodQuery) -> Result<(Filter, Figure)> {
    let (filter, problems) = query.read(app.clock.today());
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let figure = Figure {
        behind: match query.show.as_str() {
            "" => Behind::Roster,
            show => show.parse().map_err(|_| Error::NotFound("figure"))?,
        },
        own: query.own == "1" && filter.unit.is_some(),
        session: query.session.parse().ok(),
    };
    Ok((filter, figure))
}

/// Where they are.
pub(super) fn address(base: &str, filter: &Filter, figure: Figure) -> String {
    let own = if figure.own { "&own=1" } else { "" };
    let session = figure.session.map_or_else(String::new, |session| format!("&session={session}"));
    format!("{}{own}{session}&show={}", link(base, filter), figure.behind.as_str())
}

/// `GET /reports/period/people`: in the order of the tree and of the rosters.
pub async fn people(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeriodQuery>) -> Result<HttpResponse> {
    let (filter, figure) = read(&app, &query)?;
    let here = address(links::PERIOD_PEOPLE, &filter, figure);
    let (clock, asked, at) = (app.clock.clone(), query.page.clone(), here.clone());
    let found = app
        .db
        .read(move |conn| {
            let offset = move |n| Paging::of(&asked, n, ROWS_A_PAGE, &at).offset;
            period::people(conn, &viewer, &filter, figure, ROWS_A_PAGE, offset, &clock)
        })
        .await?;
    let is_short = found.n <= AT_ONCE;
    let at_once = |ending| address(&format!("{}{ending}", links::PERIOD_PEOPLE), &filter, figure);
    let content = PeoplePage {
        csv: is_short.then(|| at_once(".csv")),
        xlsx: is_short.then(|| at_once(".xlsx")),
        ask: (!is_short).then(|| address(links::PERIOD_PEOPLE_FILE, &filter, figure)),
        report: link(links::PERIOD, &filter),
        figure: figure.behind,
        days: words(&app, &visit).span_name(&filter.span),
        unit: found.unit,
        category: filter.category.map(|category| page::word(&app, &visit, &Message::new(category_key(category)))),
        n: found.n,
        rows: found.people.into_iter().filter_map(row).collect(),
        paging: Paging::of(&query.page, found.n, ROWS_A_PAGE, &here),
    };
    page::show(&app, &visit, "reports/period-people", &content)
}

fn row(Line { of, make_up }: Line) -> Option<Row> {
    let state = of.state?;
    Some(Row {
        href: links::attendance_of(of.session, of.person),
        name: of.name,
        unit_name: of.unit_name,
        post: of.post,
        category: of.category,
        title: of.title,
        starts_at: of.starts_at,
        state,
        make_up,
    })
}
