//! The library: laws and texts in their versions, who approved them, what they cite, and who marked them read.
//!
//! The texts that ship are parsed once ([`library`]) and written into the tables by [`sync`](sync::sync), a version for each
//! text that ever shipped; HQ adds its own by [`edit`]. A task and a mark are tied to a version, so that an old record tells
//! what was read. A shipped text is 待审定 until a named person of HQ approves it ([`approve`]); when it changes, it awaits
//! approval again. [`statutes`] is HQ's list of what readings cite: when one was amended, every reading that cites it is
//! flagged until HQ has looked at it. [`questions`] are those of the self-test.

pub mod approve;
mod cited;
pub mod edit;
pub mod library;
pub mod markdown;
pub mod marks_queries;
pub mod model;
pub mod queries;
pub mod questions;
pub mod retire;
pub mod search;
pub mod statutes;
mod sync;

pub use model::{Approval, Citation, Flag, Reading, ReadingRow, Said, Version};
pub use sync::sync;

use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use std::collections::{BTreeMap, BTreeSet};

/// The titles of all readings by id, those retired included.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn titles(conn: &mut Conn, language: Language) -> Result<BTreeMap<ReadingId, String>> {
    let titles = queries::list_titles(conn)?;
    Ok(titles.into_iter().map(|(id, chinese, english)| (id, Said::of(&chinese, &english, language).text)).collect())
}

/// A reading that may be chosen in a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub id: ReadingId,
    pub title: Said,
    pub awaits_approval: bool,
    /// 所引法规已修订.
    pub is_flagged: bool,
    /// There are questions about it.
    pub has_questions: bool,
}

/// What may be chosen, in the library's order: everything that is not retired, and what was chosen before.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn choices(conn: &mut Conn, chosen: &[ReadingId], language: Language) -> Result<Vec<Choice>> {
    let flagged: BTreeSet<ReadingId> = queries::list_flags(conn, None)?.into_iter().map(|flag| flag.reading).collect();
    let headings = queries::list(conn)?;
    let asked = questions::all(conn, headings.iter().map(|heading| (heading.id, heading.slug.as_str())))?;
    let choice = |heading: queries::Heading| Choice {
        id: heading.id,
        title: Said::of(&heading.title_zh, &heading.title_en, language),
        awaits_approval: heading.approved_digest.as_ref() != Some(&heading.digest),
        is_flagged: flagged.contains(&heading.id),
        has_questions: asked.contains_key(&heading.id),
    };
    let may_be_chosen = |heading: &queries::Heading| heading.retired_at.is_none() || chosen.contains(&heading.id);
    Ok(headings.into_iter().filter(may_be_chosen).map(choice).collect())
}
