//! A paper laid out and written as PDF/A-2b.

use super::NO_GLYPH;
use super::fonts::Fonts;
use crate::clock::Clock;
use crate::error::{Error, Message, Result};
use crate::reports::paper::Paper;
use anyhow::Context as _;
use chrono::{Datelike as _, Offset as _, Timelike as _};
use std::path::PathBuf;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue as _};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// What the layout writes itself.
const OWN_CHARACTERS: &str = "— 0123456789";
/// Characters that a refusal names at the most.
const NAMED: usize = 20;

/// What typst may see: the layout, the faces and the paper, and no file, no package, no clock.
struct Desk<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    source: Source,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

pub(super) fn print(fonts: &Fonts, folders: &[PathBuf], paper: &Paper, clock: &Clock) -> Result<Vec<u8>> {
    let json = serde_json::to_string(paper).context("a paper cannot be handed to its layout")?;
    refuse_missing(fonts, folders, paper)?;
    let mut faces = serde_json::to_value(&fonts.families).context("the faces cannot be named")?;
    if let Some(faces) = faces.as_object_mut() {
        faces.insert("bold".to_owned(), fonts.is_title_bold.into());
    }
    let mut inputs = Dict::new();
    for (name, text) in [("paper", json), ("faces", faces.to_string())] {
        inputs.insert(name.into(), text.into_value());
    }
    let desk = Desk {
        library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
        fonts,
        source: Source::detached(include_str!("paper.typ")),
    };
    let written = typst::compile::<PagedDocument>(&desk).output.and_then(|document| {
        #[expect(clippy::expect_used, reason = "a standard that typst has, alone, cannot contradict another")]
        let standards = PdfStandards::new(&[PdfStandard::A_2b]).expect("one standard agrees with itself");
        typst_pdf::pdf(
            &document,
            &PdfOptions { standards, timestamp: made_at(paper, clock), tagged: false, ..PdfOptions::default() },
        )
    });
    // What typst remembers of this paper is of no use to the next.
    comemo::evict(0);
    Ok(written.map_err(|problems| anyhow::anyhow!("a paper cannot be laid out: {}", in_words(&problems)))?)
}

/// When the paper was made, by the organisation's clock and with its distance from UTC.
fn made_at(paper: &Paper, clock: &Clock) -> Option<Timestamp> {
    let local = clock.local(paper.made_at);
    let [month, day, hour, minute, second] =
        [local.month(), local.day(), local.hour(), local.minute(), local.second()].map(|part| part as u8);
    let made = Datetime::from_ymd_hms(local.year(), month, day, hour, minute, second)?;
    Timestamp::new_local(made, local.offset().fix().local_minus_utc() / 60)
}

fn in_words(problems: &[SourceDiagnostic]) -> String {
    problems.iter().map(|problem| problem.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// A character that no face has would be an empty box: the paper is refused instead.
fn refuse_missing(fonts: &Fonts, folders: &[PathBuf], paper: &Paper) -> Result<()> {
    let missing = fonts.missing(&format!("{OWN_CHARACTERS}{}", words_of(paper)));
    if missing.is_empty() {
        return Ok(());
    }
    let named = missing.iter().take(NAMED).map(|character| format!("{character} (U+{:04X})", u32::from(*character)));
    let mut named = named.collect::<Vec<_>>().join(" ");
    if missing.len() > NAMED {
        named.push_str(" …");
    }
    let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let id = if fonts.faces.is_empty() { "paper-no-fonts" } else { NO_GLYPH };
    Err(Error::refused(Message::new(id).with("characters", named).with("folders", folders.join("  "))))
}

/// Everything that a paper says.
fn words_of(paper: &Paper) -> String {
    use crate::reports::paper::Block;
    let mut words: Vec<&str> = vec![&paper.name];
    words.extend(paper.mark.as_deref());
    for sheet in &paper.sheets {
        words.push(&sheet.title);
        words.extend(sheet.lines.iter().chain(&sheet.foot).map(String::as_str));
        for block in &sheet.blocks {
            match block {
                Block::Heading { text, .. }
                | Block::Paragraph { text }
                | Block::Names { text }
                | Block::Note { text }
                | Block::Line { text } => words.push(text),
                Block::Table(table) => {
                    words.extend(table.columns.iter().map(|column| column.head.as_str()));
                    words.extend(table.rows.iter().flatten().map(String::as_str));
                }
            }
        }
        if let Some(signature) = &sheet.signature {
            words.extend(signature.lines.iter().map(String::as_str));
            words.extend(signature.seal.as_deref());
            words.extend([signature.unit.as_str(), &signature.date]);
            words.extend(signature.code.iter().flat_map(|code| [code.words.as_str(), code.address.as_str()]));
        }
    }
    words.concat()
}
