//! The readings of a session as pages that any browser opens: the text as it stands, or the file that it is.

use super::Part;
use super::contents::{Draft, file_name};
use crate::error::{Error, Result};
use crate::files::{self, Subject};
use crate::readings::markdown::{self, escape};
use crate::readings::{self, model::Version};
use crate::reports::paper::Words;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;
use std::fmt::Write as _;

/// The texts of the readings that go with a session, in the order in which it names them, each once.
pub(super) fn texts_of(conn: &mut Conn, id: SessionId, words: &Words) -> Result<Vec<Draft>> {
    let mut ids = Vec::new();
    for planned in training::queries::list_planned_readings(conn, id)? {
        if !ids.contains(&planned.reading) {
            ids.push(planned.reading);
        }
    }
    let found = readings::queries::list_whole(conn, &ids)?;
    let mut drafts = Vec::new();
    for (number, id) in (1..).zip(ids) {
        let reading = found.iter().find(|of| of.row.id == id).ok_or(Error::NotFound("reading"))?;
        let version = &reading.version;
        let title = version.title(words.language).text;
        let heading = format!("{} {} {title}", words.say("archive-part-reading"), i64::to_string(&number));
        if !version.is_file_only() {
            let content = page_of(version, reading.awaits_approval(), words).into_bytes();
            let name = file_name("05", &heading, "html");
            drafts.push(Draft::Ready(Part { name, heading: heading.clone(), content }));
        }
        if let Some(file) = version.file_use_id {
            let file = files::queries::find_use(conn, Subject::Reading(id), file)?;
            let name = file_name("05", &heading, file.kind.ending());
            drafts.push(Draft::File { name, heading, file: Box::new(file) });
        }
    }
    Ok(drafts)
}

/// A reading as plain HTML with nothing foreign in it.
fn page_of(version: &Version, awaits_approval: bool, words: &Words) -> String {
    let heading = version.title(words.language).text;
    let title = escape(&heading);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>body{{font:16px/1.7 serif;max-width:42em;margin:2em auto;padding:0 1em}}\
         td,th{{border:1px solid #999;padding:.2em .6em}}table{{border-collapse:collapse}}</style>\n<h1>{title}</h1>\n",
        words.language.as_str()
    );
    let facts = [version.issuer_zh.clone(), version.document_number.clone()];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).map(|fact| escape(&fact)).collect();
    let _ = writeln!(page, "<p>{}</p>", facts.join(" "));
    let made = words.fact("archive-reading-version", &format!("{} {}", version.number, words.day(version.made_at)));
    let _ = writeln!(page, "<p>{}</p>", escape(&made));
    if awaits_approval {
        let _ = writeln!(page, "<p>{}</p>", escape(&words.say("archive-reading-unapproved")));
    }
    page.push_str(&markdown::render(&version.body_zh, &heading));
    let _ = writeln!(page, "\n<h2>{}</h2>\n<ul>", escape(&words.say("archive-reading-sources")));
    for source in version.sources_zh.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(page, "<li>{}</li>", escape(source));
    }
    page.push_str("</ul></html>\n");
    page
}
