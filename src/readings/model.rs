//! A reading, its versions, whether its text is approved, and what it cites.

use crate::clock::Moment;
use crate::i18n::Language;
use crate::store::ids::{FileUseId, PersonId, ReadingId, StatuteId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;

/// What stands for a reading in every reference. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct ReadingRow {
    pub id: ReadingId,
    /// Of what ships: what it is called in file names. Of HQ's own: `own-` and something random.
    pub slug: String,
    pub position: i64,
    pub approved_by: Option<PersonId>,
    pub approved_at: Option<Moment>,
    /// Of the text as it was approved: a text that changed awaits approval again.
    pub approved_digest: Option<String>,
    /// Its text comes with the program, and HQ does not change it.
    pub shipped: bool,
    /// The version that is read and assigned now.
    pub current_version: i64,
    /// Since then it is no longer assigned; what was given before stands.
    pub retired_at: Option<Moment>,
    pub retired_by: Option<PersonId>,
    pub version: i64,
}

/// A reading as it was from one change to the next. Columns in the order of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize)]
pub struct Version {
    pub reading_id: ReadingId,
    /// Counted from 1 within the reading.
    pub number: i64,
    pub digest: String,
    pub title_zh: String,
    pub title_en: String,
    pub summary_zh: String,
    pub summary_en: String,
    pub issuer_zh: String,
    pub issuer_en: String,
    pub document_number: String,
    pub in_force: Option<NaiveDate>,
    /// Markdown; empty when the reading is a file.
    pub body_zh: String,
    pub body_en: String,
    /// A line each.
    pub sources_zh: String,
    pub sources_en: String,
    pub file_use_id: Option<FileUseId>,
    /// Normalised: what a search looks through.
    pub searched: String,
    /// Nobody for what ships.
    pub made_by: Option<PersonId>,
    pub made_at: Moment,
}

/// Words that may stand in another language than the page: `lang` is then what they are written in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    pub text: String,
    pub lang: Option<&'static str>,
}

impl Said {
    /// The words in the page's language, or the Chinese ones where HQ wrote no others.
    pub fn of(chinese: &str, english: &str, language: Language) -> Self {
        match language {
            Language::English if !english.is_empty() => Self { text: english.to_owned(), lang: None },
            Language::English if !chinese.is_empty() => {
                Self { text: chinese.to_owned(), lang: Some(Language::Chinese.as_str()) }
            }
            Language::Chinese | Language::English => Self { text: chinese.to_owned(), lang: None },
        }
    }
}

impl Version {
    pub fn title(&self, language: Language) -> Said {
        Said::of(&self.title_zh, &self.title_en, language)
    }

    /// What is downloaded and nothing else.
    pub fn is_file_only(&self) -> bool {
        self.body_zh.is_empty() && self.file_use_id.is_some()
    }
}

/// What a reading rests on: a statute, where in it, and since when that is in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citation {
    /// Without the marks 《》.
    pub statute: String,
    pub article: String,
    pub in_force: Option<NaiveDate>,
}

/// The name of a statute as it is typed, without the marks 《》.
pub(super) fn without_marks(statute: &str) -> &str {
    statute.trim().trim_start_matches('《').trim_end_matches('》')
}

/// A statute that a reading cites and that was amended since: 所引法规已修订.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Flag {
    pub reading: ReadingId,
    pub statute: StatuteId,
    pub name: String,
    pub amended_on: NaiveDate,
}

/// Whether a named person of HQ stands for the text as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// 待审定.
    Awaited,
    /// Approved once, and changed since.
    AwaitedAgain,
    Given {
        by: PersonId,
        at: Moment,
    },
}

impl ReadingRow {
    /// Whether the text with this digest is approved.
    pub fn approval(&self, digest: &str) -> Approval {
        match (self.approved_by, self.approved_at, &self.approved_digest) {
            (Some(by), Some(at), Some(approved)) if approved == digest => Approval::Given { by, at },
            (_, _, Some(_)) => Approval::AwaitedAgain,
            (_, _, None) => Approval::Awaited,
        }
    }

    /// Whether it may be assigned and attached to sessions.
    pub fn is_active(&self) -> bool {
        self.retired_at.is_none()
    }
}

/// A reading with its current version.
#[derive(Debug, Clone, Queryable)]
pub struct Reading {
    pub row: ReadingRow,
    pub version: Version,
}

impl Reading {
    pub fn awaits_approval(&self) -> bool {
        match self.row.approval(&self.version.digest) {
            Approval::Given { .. } => false,
            Approval::Awaited | Approval::AwaitedAgain => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_changed_after_its_approval_awaits_it_again() {
        let at = Moment::from_utc(chrono::NaiveDateTime::default());
        let mut row = ReadingRow {
            id: ReadingId(1),
            slug: "pujiang".to_owned(),
            position: 4,
            approved_by: None,
            approved_at: None,
            approved_digest: None,
            shipped: true,
            current_version: 1,
            retired_at: None,
            retired_by: None,
            version: 1,
        };
        assert_eq!(row.approval("abc"), Approval::Awaited);

        row.approved_by = Some(PersonId(7));
        row.approved_at = Some(at);
        row.approved_digest = Some("abc".to_owned());

        assert_eq!(row.approval("abc"), Approval::Given { by: PersonId(7), at });
        assert_eq!(row.approval("abd"), Approval::AwaitedAgain);
    }

    #[test]
    fn a_page_in_english_says_in_which_language_chinese_words_are() {
        let lang = |english, language| Said::of("条例", english, language).lang;

        assert_eq!(lang("Regulations", Language::English), None);
        assert_eq!(lang("", Language::English), Some("zh-CN"));
        assert_eq!(lang("", Language::Chinese), None);
        assert_eq!(Said::of("", "", Language::English).lang, None);
    }
}
