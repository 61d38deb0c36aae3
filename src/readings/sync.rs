//! What ships gets its rows: a version for each text that ever shipped.

use super::model::{Citation, Version};
use super::{cited, library, queries, search};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use std::collections::BTreeMap;

/// Adds a row for each shipped reading that has none and a version for each text that is new, moves those whose place in
/// the library changed, and retires what no longer ships. It may run at every start, and on several instances at once.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn sync(conn: &mut Conn, now: Moment) -> Result<()> {
    let known: BTreeMap<String, _> =
        queries::list(conn)?.into_iter().map(|heading| (heading.slug.clone(), heading)).collect();
    for reading in library::library() {
        let found = known.get(&reading.slug);
        let is_in_place = found.is_some_and(|heading| {
            heading.position == reading.position && heading.digest == reading.digest && !heading.ships_no_longer()
        });
        if is_in_place {
            continue;
        }
        let id = queries::place(conn, &reading.slug, reading.position)?;
        let number = match queries::find_number(conn, id, &reading.digest)? {
            Some(number) => number,
            None => add_version(conn, id, reading, now)?,
        };
        queries::make_current(conn, id, number)?;
    }
    let ships = |slug: &str| library::find(slug).is_some();
    for heading in known.values().filter(|heading| heading.shipped && !ships(&heading.slug)) {
        if heading.retired_at.is_none() {
            queries::mark_retired(conn, heading.id, Some(now), None)?;
        }
    }
    Ok(())
}

fn add_version(conn: &mut Conn, id: ReadingId, reading: &library::Reading, now: Moment) -> Result<i64> {
    let number = queries::last_number(conn, id)? + 1;
    let (chinese, english) = (reading.text(Language::Chinese), reading.text(Language::English));
    let citations: Vec<Citation> = chinese.sources.iter().flat_map(|source| cited::cited(source)).collect();
    let mut version = Version {
        reading_id: id,
        number,
        digest: reading.digest.clone(),
        title_zh: chinese.title.clone(),
        title_en: english.title.clone(),
        summary_zh: chinese.summary.clone(),
        summary_en: english.summary.clone(),
        issuer_zh: chinese.issuer.clone().unwrap_or_default(),
        issuer_en: english.issuer.clone().unwrap_or_default(),
        document_number: String::new(),
        in_force: chinese.in_force,
        body_zh: chinese.body.clone(),
        body_en: english.body.clone(),
        sources_zh: chinese.sources.join("\n"),
        sources_en: english.sources.join("\n"),
        file_use_id: None,
        searched: String::new(),
        made_by: None,
        made_at: now,
    };
    version.searched = search::searched(&version, &citations);
    queries::insert_version(conn, &version)?;
    queries::insert_citations(conn, id, number, &citations)?;
    Ok(number)
}
