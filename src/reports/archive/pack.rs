//! The ZIP file: its parts, a contents page that any browser opens, the list of digests and its signature.

use super::contents::Cover;
use super::seal::Seal;
use super::{INDEX, Part, SIGNATURE, SUMS};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::files::model::digest;
use crate::readings::markdown::escape;
use crate::reports::paper::Words;
use anyhow::Context as _;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(super) fn pack(
    mut parts: Vec<Part>,
    cover: &Cover,
    made_at: Moment,
    words: &Words,
    seal: &Seal,
) -> Result<Vec<u8>> {
    let index = index(&parts, cover, made_at, words, seal);
    parts.insert(0, Part { name: INDEX.to_owned(), heading: String::new(), content: index.into_bytes() });
    // The format of sha256sum: in binary mode, one a line.
    let sums = parts.iter().fold(String::new(), |mut sums, part| {
        let _ = writeln!(sums, "{} *{}", digest(&part.content), part.name);
        sums
    });
    let signature = format!("{}\n{}\n", seal.key(), seal.sign(sums.as_bytes()));
    for (name, content) in [(SUMS, sums), (SIGNATURE, signature)] {
        parts.push(Part { name: name.to_owned(), heading: String::new(), content: content.into_bytes() });
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in &parts {
        zip.start_file(part.name.as_str(), SimpleFileOptions::default()).context("a part cannot be packed")?;
        zip.write_all(&part.content).context("a part cannot be packed")?;
    }
    Ok(zip.finish().context("an archive cannot be packed")?.into_inner())
}

/// The contents page: plain HTML with nothing foreign in it, whose links lead into the folder that the archive unpacks to.
fn index(parts: &[Part], cover: &Cover, made_at: Moment, words: &Words, seal: &Seal) -> String {
    let say = |message: Message| escape(&words.word(&message));
    let heading = say(Message::new("archive-index-title").with("title", cover.title.as_str()));
    let heading = match escape(&cover.organisation) {
        organisation if organisation.is_empty() => heading,
        organisation => format!("{organisation} {heading}"),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{heading}</title>\n\
         <style>body{{font:16px/1.6 serif;max-width:60em;margin:2em auto;padding:0 1em}}td,th{{border:1px solid #999;\
         padding:.2em .6em;text-align:left;vertical-align:top}}table{{border-collapse:collapse}}code{{font-size:12px;word-break:break-all}}</style>\n\
         <h1>{heading}</h1>\n<p>{}</p>\n",
        words.language.as_str(),
        say(Message::new("archive-index-made").with("version", cover.version).with("at", words.moment(made_at))),
    );
    for note in &cover.notes {
        let _ = writeln!(page, "<p>{}</p>", escape(note));
    }
    page.push_str("<table><tr>");
    for key in ["report-column-number", "archive-index-part", "archive-index-file", "archive-index-digest"] {
        let _ = write!(page, "<th>{}</th>", say(Message::new(key)));
    }
    page.push_str("</tr>\n");
    for (number, part) in (1..).zip(parts) {
        let name = escape(&part.name);
        let _ = writeln!(
            page,
            "<tr><td>{number}</td><td>{}</td><td><a href=\"{}\">{name}</a></td><td><code>{}</code></td></tr>",
            escape(&part.heading),
            crate::links::percent(&part.name),
            digest(&part.content),
        );
    }
    let _ = writeln!(
        page,
        "</table>\n<p>{}</p>\n<p>{}<br><code>{}</code></p></html>",
        say(Message::new("archive-index-check")),
        say(Message::new("archive-index-key")),
        seal.key(),
    );
    page
}

/// What the contents page is headed with: the organisation, the session.
pub(super) fn read_heading(page: &str) -> Option<String> {
    let (heading, _) = page.split_once("<title>")?.1.split_once("</title>")?;
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Some(marks.iter().fold(heading.to_owned(), |text, (escaped, mark)| text.replace(escaped, mark)))
}
