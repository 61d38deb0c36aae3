//! A file that was handed in goes out as it came: to be kept, and never shown within the program.

use super::visit::Visit;
use super::{App, page};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::files::FileUse;
use crate::links;
use crate::reports::book::{Book, Sheet};
use crate::reports::csv;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use std::future::{Ready, ready};

/// The answer with a kept file. Its name is said twice (RFC 6266): `plain` for the old, the real one for all others.
pub fn attachment(plain: &str, file: &FileUse, content: Vec<u8>) -> HttpResponse {
    let ending = file.kind.ending();
    let name = links::percent(&file.name).replace('/', "%2F");
    let disposition = format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{name}");
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}

/// How a list goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
    /// A page to be printed.
    Paper,
}

/// A kind of file that the program makes: how its name ends, and what it is.
pub struct Format(&'static str, &'static str);

pub const CSV: Format = Format("csv", "text/csv; charset=utf-8");
pub const XLSX: Format = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

/// What the address asks for by its ending: several routes share a handler.
impl FromRequest for Kind {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(match request.path() {
            path if path.ends_with(".xlsx") => Self::Xlsx,
            path if path.ends_with("/paper") => Self::Paper,
            _ => Self::Csv,
        }))
    }
}

/// A list as a file.
pub struct List<'a> {
    /// What it is called, without an ending.
    pub name: &'a str,
    /// How its figures are computed, where it has some.
    pub formula: Option<&'static str>,
    /// The head first.
    pub rows: Vec<Vec<String>>,
    /// The columns of whole numbers.
    pub counts: &'a [usize],
}

#[derive(Serialize)]
struct ListPaper<'a> {
    title: &'a str,
    organisation: String,
    made_at: Moment,
    formula: Option<String>,
    columns: Vec<String>,
    n_columns: usize,
    rows: Vec<Vec<String>>,
    /// The last two share a part of the table with the signature, so that it never stands alone on a page.
    last_rows: Vec<Vec<String>>,
}

/// The answer with a list, as text, as a workbook or on paper.
///
/// # Errors
/// `Broken` when it cannot be put together.
pub fn list(app: &App, visit: &Visit, kind: Kind, list: List<'_>) -> Result<HttpResponse> {
    let say = |key| page::word(app, visit, &Message::new(key));
    match kind {
        Kind::Csv => Ok(made(list.name, CSV, csv::write(&list.rows)?)),
        Kind::Xlsx => {
            let made_at = page::word(app, visit, &Message::new("report-made-at").with("at", app.clock.now()));
            let about = [list.name.to_owned(), made_at].into_iter().chain(list.formula.map(say)).collect();
            let sheet = Sheet::of_texts(list.name, list.rows, list.counts);
            let book = Book { about: (say("period-about"), about), sheets: vec![sheet] };
            Ok(made(list.name, XLSX, book.xlsx()?))
        }
        Kind::Paper => {
            let mut rows = list.rows.into_iter();
            let columns = rows.next().unwrap_or_default();
            let mut rows: Vec<Vec<String>> = rows.collect();
            let last_rows = rows.split_off(rows.len().saturating_sub(2));
            let content = ListPaper {
                title: list.name,
                organisation: app.foot.words().organisation,
                made_at: app.clock.now(),
                formula: list.formula.map(say),
                n_columns: columns.len(),
                columns,
                rows,
                last_rows,
            };
            page::show(app, visit, "reports/list-paper", &content)
        }
    }
}

/// The answer with a file that was made for it, to be kept; `name` has no ending yet.
pub fn made(name: &str, Format(ending, content_type): Format, content: Vec<u8>) -> HttpResponse {
    let name = links::percent(&name.replace(['/', '\\', '"'], "-"));
    let disposition = format!("attachment; filename=\"report.{ending}\"; filename*=UTF-8''{name}.{ending}");
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}
