//! A file that was handed in goes out as it came: to be kept, and never shown within the program.

use super::visit::Visit;
use super::{App, page};
use crate::error::{Message, Result};
use crate::files::FileUse;
use crate::links;
use crate::reports::book::{Book, Sheet};
use crate::reports::csv;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
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

/// What a file that the program makes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What the address asks for by its ending: several routes share a handler.
impl FromRequest for Kind {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(if request.path().ends_with(".xlsx") { Self::Xlsx } else { Self::Csv }))
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

/// The answer with a list, as text or as a workbook.
///
/// # Errors
/// `Broken` when the file cannot be put together.
pub fn list(app: &App, visit: &Visit, kind: Kind, list: List<'_>) -> Result<HttpResponse> {
    let say = |key| page::word(app, visit, &Message::new(key));
    let content = match kind {
        Kind::Csv => csv::write(&list.rows)?,
        Kind::Xlsx => {
            let made_at = page::word(app, visit, &Message::new("report-made-at").with("at", app.clock.now()));
            let about = [list.name.to_owned(), made_at].into_iter().chain(list.formula.map(say)).collect();
            let sheet = Sheet::of_texts(list.name, list.rows, list.counts);
            Book { about: (say("period-about"), about), sheets: vec![sheet] }.xlsx()?
        }
    };
    Ok(made(list.name, kind, content))
}

/// The answer with a file that was made for it, to be kept; `name` has no ending yet.
pub fn made(name: &str, kind: Kind, content: Vec<u8>) -> HttpResponse {
    let ending = kind.ending();
    let name = links::percent(&name.replace(['/', '\\', '"'], "-"));
    let disposition = format!("attachment; filename=\"report.{ending}\"; filename*=UTF-8''{name}.{ending}");
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}
