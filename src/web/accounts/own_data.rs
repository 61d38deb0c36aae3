//! `/me/data.zip`: everything that is held of the viewer as one file that a person and a program can read.

use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Argument, Message, Result};
use crate::personal::{self, Part};
use crate::reports::csv;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use anyhow::Context as _;
use chrono::NaiveDateTime;
use serde_json::{Map, Value};
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// `GET /me/data.zip`: a table each as CSV, in the viewer's language, and all of it once more as JSON.
pub async fn download(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let now = app.clock.now();
    let parts = app.db.write(move |conn| personal::own_data(conn, &viewer, now)).await?;
    let file = pack(&app, &visit, &parts)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.zip\""))
        .body(file))
}

fn pack(app: &App, visit: &Visit, parts: &[Part]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| -> anyhow::Result<()> {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(content)?;
        Ok(())
    };
    let mut all = Map::new();
    for (number, part) in (1..).zip(parts) {
        let title = said(app, visit, "data-table-", part.table);
        let heads = part.columns.iter().map(|column| said(app, visit, "data-column-", column)).collect();
        let mut rows: Vec<Vec<String>> = vec![heads];
        rows.extend(part.rows.iter().map(|row| row.iter().map(|value| text(app, value)).collect()));
        add(&format!("{number:02} {title}.csv"), &csv::write(&rows)?).context("the file of one's own data")?;
        let named = |row: &Vec<Value>| -> Value {
            part.columns.iter().zip(row).map(|(column, value)| ((*column).to_owned(), value.clone())).collect()
        };
        all.insert(part.table.to_owned(), part.rows.iter().map(named).collect());
    }
    let json = serde_json::to_vec_pretty(&all).context("one's own data")?;
    add("all.json", &json).context("the file of one's own data")?;
    Ok(zip.finish().context("the file of one's own data")?.into_inner())
}

/// A word for a table or a column.
fn said(app: &App, visit: &Visit, prefix: &str, word: &str) -> String {
    let id = format!("{prefix}{}", word.replace('_', "-"));
    page::word(app, visit, &Message::new("data-word").with("word", Argument::Texts(vec![id])))
}

/// A value as a person reads it: moments by the organisation's clock.
fn text(app: &App, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let read = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
            let moment = read.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
            moment.map_or_else(|| text.clone(), |utc| local(app, utc))
        }
        other => other.to_string(),
    }
}

fn local(app: &App, utc: NaiveDateTime) -> String {
    app.clock.local(Moment::from_utc(utc)).format("%Y-%m-%d %H:%M").to_string()
}
