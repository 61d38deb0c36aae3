//! What leaves the program: files as they were handed in, and reports in every format, each of which is noted.

use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::files::FileUse;
use crate::links;
use crate::reports::Tables;
use crate::reports::book::{Cell, Sheet};
use crate::reports::docx;
use crate::reports::paper::{Paper, Words};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use anyhow::Context as _;
use serde::Serialize;
use std::future::{Ready, ready};

/// That a file is kept and not shown. Its name is said twice (RFC 6266): `plain` for the old, the real one for all others.
pub fn disposition(plain: &str, name: &str) -> String {
    let name = links::percent(name).replace('/', "%2F");
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{name}")
}

/// The answer with a kept file; `plain` has no ending yet.
pub fn attachment(plain: &str, file: &FileUse, content: Vec<u8>) -> HttpResponse {
    let plain = format!("{plain}.{}", file.kind.ending());
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&plain, &file.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(content)
}

/// A size in kilobytes, rounded up.
pub fn kilobytes(n_bytes: i64) -> i64 {
    (n_bytes + 999) / 1000
}

/// How a report goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
    Pdf,
    Docx,
    /// A page to be printed.
    Paper,
}

impl Kind {
    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Paper => "html",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Paper => "text/html; charset=utf-8",
        }
    }
}

/// What the address asks for by its ending: several routes share a handler.
impl FromRequest for Kind {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let kinds = [Self::Csv, Self::Xlsx, Self::Pdf, Self::Docx];
        let ending = request.path().rsplit_once('.').map_or("", |(_, ending)| ending);
        ready(Ok(kinds.into_iter().find(|kind| kind.ending() == ending).unwrap_or(Self::Paper)))
    }
}

/// Which report somebody takes away or looks at, as the audit trail names it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Taken {
    /// `session`, `period`, `board`, …
    pub report: &'static str,
    /// What `id` is the id of.
    #[serde(skip)]
    pub subject: &'static str,
    #[serde(skip)]
    pub id: Option<i64>,
}

impl Taken {
    pub fn new(report: &'static str, subject: &'static str, id: impl Into<Option<i64>>) -> Self {
        Self { report, subject, id: id.into() }
    }
}

#[derive(Serialize)]
struct TakenAs {
    #[serde(flatten)]
    taken: Taken,
    format: &'static str,
}

/// Notes a report that leaves as a file, and each that an inspector looks at; without the note nobody gets it.
///
/// # Errors
/// `Broken` when it cannot be written.
pub async fn note(app: &App, viewer: &Viewer, taken: Taken, kind: Kind) -> Result<()> {
    note_as(app, viewer, taken, kind.ending(), kind != Kind::Paper).await
}

/// As [`note`], in a format of its own that leaves the program or does not.
///
/// # Errors
/// As [`note`].
pub async fn note_as(app: &App, viewer: &Viewer, taken: Taken, format: &'static str, leaves: bool) -> Result<()> {
    let name = match (viewer.is_inspector(), leaves) {
        (true, _) if taken.report == "final" => "reports.final_inspected",
        (true, _) => "reports.inspected",
        (false, true) => "reports.exported",
        (false, false) => return Ok(()),
    };
    let (actor, now, details) = (viewer.actor(), app.clock.now(), TakenAs { taken, format });
    let action = Action::new(name, taken.subject);
    app.db.write(move |conn| audit::record(conn, &actor, now, action, taken.id, &details)).await
}

#[derive(Serialize)]
struct TablesPaper {
    title: String,
    organisation: String,
    unit: String,
    made_at: Moment,
    facts: Vec<String>,
    formula: String,
    sheets: Vec<ShownSheet>,
    is_one: bool,
}

/// A name in Chinese has no more characters than this.
const NAME: usize = 4;
/// A day in figures has so many: 2026-12-11.
const DAY: usize = 10;

#[derive(Serialize)]
struct ShownSheet {
    heading: String,
    columns: Vec<ShownCell>,
    n_columns: usize,
    rows: Vec<Vec<ShownCell>>,
    /// Of the last table the last two share a part with the signature, so that it never stands alone on a page.
    last_rows: Vec<Vec<ShownCell>>,
    is_last: bool,
    /// The formulas stand under it.
    is_explained: bool,
}

#[derive(Serialize)]
struct ShownCell {
    text: String,
    /// A name, a day or a head of that length, which is not broken.
    is_short: bool,
}

impl ShownCell {
    fn new(text: String) -> Self {
        let most = if text.is_ascii() { DAY } else { NAME };
        Self { is_short: text.chars().count() <= most, text }
    }
}

/// The answer with a report of tables in the format that was asked for.
///
/// # Errors
/// `Broken` when it cannot be put together; `Refused` when a paper cannot be printed.
pub async fn tables(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    kind: Kind,
    taken: Taken,
    of: Tables,
) -> Result<HttpResponse> {
    note(app, viewer, taken, kind).await?;
    let words = Words::new(visit.language, &app.clock);
    match kind {
        Kind::Csv | Kind::Xlsx => {
            let title = of.title.clone();
            let content = aside(move || if kind == Kind::Csv { of.csv(&words) } else { of.xlsx(&words) }).await?;
            Ok(made(&title, kind, content))
        }
        Kind::Pdf | Kind::Docx => paper(app, of.paper(&words), &of.title, kind).await,
        Kind::Paper => page::show(app, visit, "reports/tables-paper", &shown(of, &words)),
    }
}

fn shown(of: Tables, words: &Words) -> TablesPaper {
    let (n, is_one) = (of.sheets.len(), of.sheets.len() == 1);
    let explained: Vec<bool> = of.sheets.iter().map(|sheet| of.explains(sheet)).collect();
    let sheet = |(place, (sheet, is_explained)): (usize, (Sheet, bool))| {
        let cells = |row: &Vec<Cell>| row.iter().map(|cell| ShownCell::new(cell.on_paper())).collect();
        let mut rows: Vec<Vec<ShownCell>> = sheet.rows.iter().map(cells).collect();
        let is_last = place + 1 == n;
        let last_rows = if is_last { rows.split_off(rows.len().saturating_sub(2)) } else { Vec::new() };
        ShownSheet {
            heading: words.numbered(place + 1, &sheet.name),
            n_columns: sheet.columns.len(),
            columns: sheet.columns.into_iter().map(|(head, _)| ShownCell::new(head)).collect(),
            rows,
            last_rows,
            is_last,
            is_explained,
        }
    };
    TablesPaper {
        sheets: of.sheets.into_iter().zip(explained).enumerate().map(sheet).collect(),
        is_one,
        title: of.title,
        organisation: of.organisation,
        unit: of.unit,
        made_at: of.made_at,
        facts: of.facts,
        formula: of.formulas.join(" "),
    }
}

/// What is made of a report beside the answers to others: a check-in does not wait for it.
///
/// # Errors
/// As `make`; `Broken` when it ends early.
pub async fn aside(make: impl FnOnce() -> Result<Vec<u8>> + Send + 'static) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(make).await.context("a file ended early")?
}

/// The answer with a paper as a file; `name` has no ending yet.
///
/// # Errors
/// `Refused` when no face has one of its characters; `Busy` when too many are being printed.
pub async fn paper(app: &App, paper: Paper, name: &str, kind: Kind) -> Result<HttpResponse> {
    let content = match kind {
        Kind::Docx => aside(move || docx::write(&paper)).await?,
        Kind::Csv | Kind::Xlsx | Kind::Pdf | Kind::Paper => app.press.print(paper, &app.clock).await?,
    };
    Ok(made(name, kind, content))
}

/// The answer with a file that was made for it, to be kept; `name` has no ending yet.
pub fn made(name: &str, kind: Kind, content: Vec<u8>) -> HttpResponse {
    // What file systems do not take in a name; the colon of a title stands for a dash.
    let (name, ending) = (name.trim().replace(": ", " - ").replace(['/', '\\', '"', ':'], "-"), kind.ending());
    let plain = if matches!(kind, Kind::Pdf | Kind::Docx) { "paper" } else { "report" };
    let disposition = disposition(&format!("{plain}.{ending}"), &format!("{name}.{ending}"));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(content)
}
