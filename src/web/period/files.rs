//! The report of a period as a workbook and as a file of text: the tables of the page.

use super::{PeriodQuery, heading, month_name};
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::reports::PeriodReport;
use crate::reports::book::{Book, Cell, Sheet};
use crate::reports::period;
use crate::reports::session_attendance::Figures;
use crate::web::download::{self, CSV, XLSX};
use crate::web::hours::category_key;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

/// `GET /reports/period.csv`.
pub async fn csv(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeriodQuery>) -> Result<HttpResponse> {
    let (name, book) = build(&app, &visit, viewer, &query).await?;
    let table = page::word(&app, &visit, &Message::new("period-table"));
    Ok(download::made(&name, CSV, book.csv(&table)?))
}

/// `GET /reports/period.xlsx`.
pub async fn xlsx(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeriodQuery>) -> Result<HttpResponse> {
    let (name, book) = build(&app, &visit, viewer, &query).await?;
    Ok(download::made(&name, XLSX, book.xlsx()?))
}

/// The tables, and what the file is called.
async fn build(app: &App, visit: &Visit, viewer: Viewer, query: &PeriodQuery) -> Result<(String, Book)> {
    let (filter, problems) = query.read(app.clock.today());
    if !problems.is_empty() {
        return Err(crate::error::Error::Refused(problems));
    }
    let clock = app.clock.clone();
    let report = app.db.read(move |conn| period::build(conn, &viewer, &filter, &clock)).await?;
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let title = heading(app, visit, &report);
    Ok((format!("{title}-{}", say("report-draft")), book(app, visit, title, &report)))
}

const COLUMNS: [&str; 10] = [
    "report-n-roster",
    "report-n-exempt",
    "report-n-due",
    "report-n-present",
    "report-n-leave",
    "report-n-stand-in",
    "report-n-absent",
    "report-n-made-up",
    "report-attendance-rate",
    "report-participation-rate",
];

fn book(app: &App, visit: &Visit, title: String, report: &PeriodReport) -> Book {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let sheet = |name, lines| figures_sheet(app, visit, name, lines);
    let total = || std::iter::once((say("report-sum"), &report.total));
    let own = |name: &str| page::word(app, visit, &Message::new("board-own-people").with("name", name));
    let units = report.units.iter().map(|unit| {
        let name = if unit.is_own { own(&unit.name) } else { unit.name.clone() };
        (name, &unit.figures)
    });
    let categories = report.categories.iter().map(|line| (say(category_key(line.category)), &line.figures));
    let months = report.months.iter().map(|month| (month_name(app, visit, month.first), &month.figures));
    let sessions = report.sessions.iter().map(|session| {
        let day = app.clock.local(session.starts_at).date_naive();
        (format!("{day} {}", session.title), &session.figures)
    });
    let made_at = page::word(app, visit, &Message::new("report-made-at").with("at", report.made_at));
    let category = report.category.map(|category| say(category_key(category)));
    let mut about = vec![title, report.organisation.clone(), made_at, say("report-draft")];
    about.extend(category);
    about.extend(report.narrowed_to.iter().cloned());
    about.extend([say("report-formulas"), say("period-once"), say("period-trend-of")]);
    Book {
        about: (say("period-about"), about),
        sheets: vec![
            sheet("period-units", units.chain(total()).collect()),
            sheet("period-categories", categories.chain(total()).collect()),
            sheet("period-sessions", sessions.chain(total()).collect()),
            sheet("period-months", months.collect()),
        ],
    }
}

/// Figures by the name of what they are of, as a table of a workbook.
pub(in crate::web) fn figures_sheet(
    app: &App,
    visit: &Visit,
    name: &'static str,
    lines: Vec<(String, &Figures)>,
) -> Sheet {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let columns = COLUMNS.iter().map(|column| (say(column), 10.0));
    Sheet {
        name: say(name),
        columns: std::iter::once((say("period-name"), 34.0)).chain(columns).collect(),
        rows: lines.into_iter().map(|(name, figures)| row(name, figures)).collect(),
    }
}

fn row(name: String, figures: &Figures) -> Vec<Cell> {
    let counts = &figures.counts;
    vec![
        Cell::Text(name),
        Cell::Count(counts.n_roster),
        Cell::Count(counts.n_exempt),
        Cell::Count(figures.n_due),
        Cell::Count(counts.n_present),
        Cell::Count(counts.n_leave),
        Cell::Count(counts.n_stand_in),
        Cell::Count(counts.n_absent),
        Cell::Count(counts.n_made_up),
        Cell::Share(counts.n_present, figures.n_due),
        Cell::Share(figures.n_took_part, figures.n_due),
    ]
}
