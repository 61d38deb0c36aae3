//! The report of a period as paper, workbook and file of text: the tables of the page.

use super::PeriodQuery;
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::reports::PeriodReport;
use crate::reports::book::{Book, Cell, Sheet};
use crate::reports::paper::{self, Finality, Words};
use crate::reports::period;
use crate::reports::session_attendance::Figures;
use crate::study_hours::queries::GivenSums;
use crate::templates::hours_text;
use crate::web::download::{self, Kind, Taken};
use crate::web::hours::category_key;
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

/// `GET /reports/period.csv`, `.xlsx` and `.pdf`.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    query: Query<PeriodQuery>,
) -> Result<HttpResponse> {
    let (filter, problems) = query.read(app.clock.today());
    if !problems.is_empty() {
        return Err(crate::error::Error::Refused(problems));
    }
    let (clock, reader) = (app.clock.clone(), viewer.clone());
    let report = app.db.read(move |conn| period::build(conn, &reader, &filter, &clock)).await?;
    let taken = Taken::new("period", "unit", filter.unit.map(|unit| unit.0));
    download::note(&app, &viewer, taken, kind).await?;
    file_of(&app, &visit, &report, None, kind).await
}

/// The report as a file: a draft, unless it is said what makes it final.
pub(in crate::web) async fn file_of(
    app: &App,
    visit: &Visit,
    report: &PeriodReport,
    finality: Option<&Finality>,
    kind: Kind,
) -> Result<HttpResponse> {
    let words = words(app, visit);
    let title = words.period_heading(report.unit.as_ref().map(|unit| unit.name.as_str()), &report.span);
    let name = format!("{title}-{}", report.number.clone().unwrap_or_else(|| words.say("report-draft")));
    match kind {
        Kind::Csv => {
            let table = words.say("period-table");
            Ok(download::made(&name, kind, book(app, visit, title, report).csv(&table)?))
        }
        Kind::Xlsx => {
            let book = book(app, visit, title, report);
            Ok(download::made(&name, kind, download::aside(move || book.xlsx()).await?))
        }
        Kind::Pdf | Kind::Docx | Kind::Paper => {
            download::paper(app, paper::period(report, finality, &words)?, &name, kind).await
        }
    }
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
    let sheet = |name, of, lines| figures_sheet(app, visit, name, of, lines);
    let total = || std::iter::once((say("report-sum"), &report.total));
    let words = words(app, visit);
    let units = report.units.iter().map(|unit| (words.unit_line(&unit.name, unit.is_own), &unit.figures));
    let categories = report.categories.iter().map(|line| (say(category_key(line.category)), &line.figures));
    let months = report.months.iter().map(|month| (words.month(month.first), &month.figures));
    let sessions = report.sessions.iter().map(|session| {
        let day = app.clock.local(session.starts_at).date_naive();
        (format!("{day} {}", session.title), &session.figures)
    });
    let category = report.category.map(|category| say(category_key(category)));
    let mut about = words.about(title, &report.organisation, report.made_at, report.number.as_deref());
    about.extend(category);
    about.extend(words.narrowed(&report.narrowed_to));
    about.extend([say("report-formulas"), say("period-once"), say("period-trend-of")]);
    let months = Sheet { name: words.months_of(report), ..sheet("period-months", "board-month", months.collect()) };
    let mut sheets = vec![
        sheet("period-units", "report-column-unit", units.chain(total()).collect()),
        sheet("period-categories", "report-column-category", categories.chain(total()).collect()),
        sheet("period-sessions", "period-session", sessions.chain(total()).collect()),
        months,
    ];
    if report.study.n_tasks > 0 {
        about.push(say("period-study-formula"));
        sheets.push(study_sheet(report, &words));
    }
    Book { about: (say("period-about"), about), sheets }
}

/// Study that was given by itself, on a sheet apart.
fn study_sheet(report: &PeriodReport, words: &Words) -> Sheet {
    let row = |name: String, of: &GivenSums| {
        vec![
            Cell::Text(name),
            Cell::Count(of.n_tasks),
            Cell::Count(of.n_done),
            Cell::Share(of.n_done, of.n_tasks),
            Cell::text(hours_text(of.minutes)),
        ]
    };
    let lines = report.study_units.iter().map(|line| row(words.unit_line(&line.name, line.is_own), &line.sums));
    let columns = ["period-study-given", "period-study-done", "period-study-rate", "period-study-hours"];
    let columns = columns.iter().map(|key| (words.say(key), 12.0));
    Sheet {
        name: words.say("period-study-sheet"),
        columns: std::iter::once((words.say("report-column-unit"), 34.0)).chain(columns).collect(),
        rows: lines.chain([row(words.say("report-sum"), &report.study)]).collect(),
    }
}

/// Figures as a table of a workbook, whose first head says what they are of.
pub(in crate::web) fn figures_sheet(
    app: &App,
    visit: &Visit,
    name: &'static str,
    of: &'static str,
    lines: Vec<(String, &Figures)>,
) -> Sheet {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let columns = COLUMNS.iter().map(|column| (say(column), 10.0));
    Sheet {
        name: say(name),
        columns: std::iter::once((say(of), 34.0)).chain(columns).collect(),
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
