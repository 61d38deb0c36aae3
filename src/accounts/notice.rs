//! The notice of what is held about people and why (PIPL Art. 17): shown before use, and again once when HQ has changed it.

use super::notice_queries as queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::{Conn, is_duplicate};
use serde::Serialize;

/// The longest text of one language, in characters: it is read before use, on a phone too.
pub const LONGEST: usize = 20_000;

/// A version of the notice as HQ wrote it, in Markdown. Columns as [`queries::find`] selects them.
#[derive(Debug, Clone, PartialEq, Serialize, diesel::prelude::Queryable)]
pub struct Notice {
    /// Counted from 1; version 0 is the text that ships.
    pub version: i64,
    pub text_zh: String,
    pub text_en: String,
    pub written_at: Moment,
}

impl Notice {
    /// HQ has gone back to the text that ships.
    pub fn is_shipped(&self) -> bool {
        self.text_zh.is_empty() && self.text_en.is_empty()
    }
}

/// The number of the version that stands.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn version(conn: &mut Conn) -> Result<i64> {
    Ok(queries::find(conn)?.map_or(0, |notice| notice.version))
}

/// Writes a new version over the one with the number `seen`; both texts empty go back to the text that ships. Everybody is
/// shown it before their next page, once.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` when a language is missing or too long.
pub fn change(conn: &mut Conn, viewer: &Viewer, seen: i64, texts: [&str; 2], now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let [text_zh, text_en] = texts.map(|text| text.trim().replace("\r\n", "\n"));
    check(&text_zh, &text_en)?;
    let before = queries::find(conn)?;
    let number = before.as_ref().map_or(0, |notice| notice.version);
    if number != seen {
        return Err(Error::Conflict);
    }
    let is_same = |before: &Notice| before.text_zh == text_zh && before.text_en == text_en;
    if before.as_ref().map_or(text_zh.is_empty() && text_en.is_empty(), is_same) {
        // Nobody is asked to read again what they have read.
        return Ok(());
    }
    let new = Notice { version: number + 1, text_zh, text_en, written_at: now };
    queries::insert(conn, &new, viewer.person)
        .map_err(|error| if is_duplicate(&error) { Error::Conflict } else { error.into() })?;
    audit::record(
        conn,
        &viewer.actor(),
        now,
        Action::new("accounts.notice_changed", "notice"),
        new.version,
        &(before, &new),
    )
}

fn check(text_zh: &str, text_en: &str) -> Result<()> {
    let mut problems = Vec::new();
    for (field, text, other) in [("text_zh", text_zh, text_en), ("text_en", text_en, text_zh)] {
        if text.is_empty() && !other.is_empty() {
            problems.push(Problem::at(field, Message::new("notice-language-missing")));
        }
        if text.chars().count() > LONGEST {
            problems.push(Problem::at(field, Message::new("notice-too-long")));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Refused(problems)) }
}

/// Notes that the viewer was shown a version of the notice. It is no consent. Tells whether that version still stands.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn note(conn: &mut Conn, viewer: &Viewer, shown: i64, now: Moment) -> Result<bool> {
    if version(conn)? != shown {
        return Ok(false);
    }
    if queries::mark_seen(conn, viewer.account, shown, now)? {
        let action = Action::new("accounts.notice_seen", "account");
        audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &shown)?;
    }
    Ok(true)
}
