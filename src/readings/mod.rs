//! Readings: laws and texts from `content/readings/`, who approved them, and who marked them read.
//!
//! The texts ship with the program and are parsed once ([`library`]); a row in the table stands for each in every
//! reference, and [`sync`] adds the rows that are missing. A shipped text is 待审定 until a named person of HQ
//! [`approve`]s it; when the text changes, it awaits approval again.

pub mod approve;
pub mod library;
pub mod markdown;
pub mod model;
pub mod queries;
pub mod questions;

pub use library::{Reading, library};
pub use model::{Approval, ReadingRow};

use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use std::collections::BTreeMap;

/// Adds a row for each shipped reading that has none, and moves those whose place in the library changed.
/// It may run at every start, and on several instances at once.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn sync(conn: &mut Conn) -> Result<()> {
    let known: BTreeMap<String, i64> = queries::list(conn)?.into_iter().map(|row| (row.slug, row.position)).collect();
    for reading in library().iter().filter(|reading| known.get(&reading.slug) != Some(&reading.position)) {
        queries::place(conn, &reading.slug, reading.position)?;
    }
    Ok(())
}

/// A reading's row and its text, or `NotFound`: also when its text no longer ships.
///
/// # Errors
/// `NotFound`, or `Broken` when it cannot be read.
pub fn find(conn: &mut Conn, id: ReadingId) -> Result<(ReadingRow, &'static Reading)> {
    let row = queries::find(conn, id)?;
    let reading = library::find(&row.slug).ok_or(Error::NotFound("reading"))?;
    Ok((row, reading))
}

/// The readings that can be read, in the library's order.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list(conn: &mut Conn) -> Result<Vec<(ReadingRow, &'static Reading)>> {
    let rows = queries::list(conn)?;
    Ok(rows.into_iter().filter_map(|row| library::find(&row.slug).map(|reading| (row, reading))).collect())
}

/// The titles of all readings by id, those included whose text no longer ships (then their short name).
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn titles(conn: &mut Conn, language: Language) -> Result<BTreeMap<ReadingId, String>> {
    let rows = queries::list(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, title(&row.slug, language))).collect())
}

/// The title of a reading in a language; its short name when its text no longer ships.
pub fn title(slug: &str, language: Language) -> String {
    library::find(slug).map_or_else(|| slug.to_owned(), |reading| reading.text(language).title.clone())
}
