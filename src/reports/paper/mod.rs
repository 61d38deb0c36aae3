//! An official paper as plain words: title, lines, paragraphs, tables, who signs. Each report has one function that says it
//! as a paper; `pdf` and `docx` lay the same paper out and compute nothing.

mod exchange;
mod finality;
mod note;
mod notice;
mod period;
mod session;
mod sheet;
mod study;
mod words;

pub use exchange::exchange;
pub use finality::Finality;
pub use note::{Planned, note};
pub use notice::{addressed_to, notice};
pub use period::period;
pub use session::{session, session_about, session_list, session_rows};
pub use sheet::{sheet, sheet_tables};
pub use study::study;
pub use words::Words;

use crate::clock::Moment;
use crate::i18n::Language;
use serde::Serialize;

/// A paper of one or more sheets, each of which begins on a page of its own.
#[derive(Debug, Clone, Serialize)]
pub struct Paper {
    pub language: Language,
    pub layout: Layout,
    /// What it is called outside itself.
    pub name: String,
    /// What stands at the top of every page: the word for a draft, or the number by which loose pages are known.
    pub mark: Option<String>,
    pub sheets: Vec<Sheet>,
    /// When what it says was read.
    #[serde(skip)]
    pub made_at: Moment,
}

/// How the pages are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// GB/T 9704-2012 without red head: its margins, 22 lines of 28 characters, the page number outside.
    Official,
    /// The official margins with smaller type, for what fits on one page as it prints.
    OnePage,
    /// As the printed sign-in sheet: narrow margins, pages that were split before, their number in the foot.
    List,
}

#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    pub title: String,
    /// The word that the title ends with, before which a long one is broken; empty when there is none.
    pub ending: String,
    /// Under the title: whose, which number, when it was made.
    pub lines: Vec<String>,
    pub blocks: Vec<Block>,
    pub signature: Option<Signature>,
    /// Of a list: what stands left, in the middle and right under it.
    pub foot: Vec<String>,
}

/// A part of a paper.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// 一、 is of level 1, （一） of level 2.
    Heading {
        level: u8,
        text: String,
    },
    /// Its first line is indented.
    Paragraph {
        text: String,
    },
    /// A paragraph of names, none of which is broken.
    Names {
        text: String,
    },
    /// In small type: by which formula figures were made.
    Note {
        text: String,
    },
    /// A line without indent, as of a list's head.
    Line {
        text: String,
    },
    Table(Table),
}

#[derive(Debug, Clone, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// In points.
    pub type_size: f64,
    /// A row is never lower, in millimetres.
    pub row_height: f64,
    /// Rows, from 0, above which a thick line stands.
    pub begins: Vec<usize>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Column {
    pub head: String,
    /// In millimetres; nothing for what is left of the page.
    pub width: Option<f64>,
    pub align: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// Who signs, and the room for the seal over name and date.
#[derive(Debug, Clone, Serialize)]
pub struct Signature {
    /// 填报人：, 审核人：, each with room to sign.
    pub lines: Vec<String>,
    /// 单位（盖章）; nothing where no seal is set.
    pub seal: Option<String>,
    pub unit: String,
    pub date: String,
    pub code: Option<Code>,
}

/// A QR code that leads back to a final report.
#[derive(Debug, Clone, Serialize)]
pub struct Code {
    /// Where it leads.
    pub address: String,
    pub svg: String,
    pub words: String,
}

impl Signature {
    /// Under a report: the head of the unit, who filled it in and who checked it, and the seal.
    pub fn of_report(unit: &str, made_at: Moment, code: Option<Code>, words: &Words) -> Self {
        Self {
            lines: vec![
                words.say("paper-head-of-unit"),
                words.say("report-filled-in-by"),
                words.say("report-checked-by"),
            ],
            seal: Some(words.say("report-seal")),
            unit: unit.to_owned(),
            date: words.day(made_at),
            code,
        }
    }
}

impl Column {
    pub fn new(head: String, width: impl Into<Option<f64>>, align: Align) -> Self {
        Self { head, width: width.into(), align }
    }
}

impl Table {
    /// In 10.5 pt (五号), the usual size.
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<String>>) -> Self {
        Self { columns, rows, type_size: 10.5, row_height: 0.0, begins: Vec::new() }
    }

    /// In 9 pt (小五), for tables with many columns.
    pub fn wide(columns: Vec<Column>, rows: Vec<Vec<String>>) -> Self {
        Self { type_size: 9.0, ..Self::new(columns, rows) }
    }
}

impl Block {
    pub fn heading(text: String) -> Self {
        Self::Heading { level: 1, text }
    }

    pub fn paragraph(text: String) -> Self {
        Self::Paragraph { text }
    }
}
