//! Final reports (定稿): HQ freezes what the attendance report of a session rests on, or the figures of a period, which gives
//! it a number. The page behind the number shows those figures for good, and beside them whether today's differ and why.

mod anonymise;
mod compare;
mod draw;
pub mod file;
mod make;
pub mod periods;
pub mod queries;
mod since;

pub use anonymise::{InWords, anonymise, forget_names};
pub use compare::{Difference, Side, differences};
pub use draw::{Draw, Drawn, MakingUp, Recording, drawn};
pub use make::{Made, make};
pub use since::{count_corrected, count_different};

use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::Category;
use crate::reports::basis::Basis;
use crate::reports::span::Span;
use crate::store::ids::{FinalReportId, PersonId, SessionId, UnitId};
use anyhow::Context as _;
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The number of a final report: the year it was made in and its place among that year's, `2026-0012`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub year: i64,
    pub serial: i64,
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:04}", self.year, self.serial)
    }
}

impl FromStr for Number {
    type Err = Error;

    /// Reads what somebody typed or copied off the paper, with the words that stand around the number there.
    fn from_str(text: &str) -> Result<Self> {
        let text: String = text.chars().filter(|of| !of.is_whitespace()).map(plain).collect::<String>().to_lowercase();
        let text = BEFORE.iter().fold(text.as_str(), |text, word| text.strip_prefix(*word).unwrap_or(text));
        let text = AFTER.iter().fold(text, |text, word| text.strip_suffix(*word).unwrap_or(text));
        let missing = || Error::NotFound("final report");
        let of = |digits: &str| {
            let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit());
            digits.parse::<i64>().ok().filter(|_| is_plain).ok_or_else(missing)
        };
        let (year, serial) = text.split_once('-').ok_or_else(missing)?;
        // A Chinese dash is two.
        Ok(Self { year: of(year)?, serial: of(serial.trim_start_matches('-'))? })
    }
}

/// What stands before a number on paper, without spaces, in the order in which it is taken away.
const BEFORE: [&str; 8] = ["报告", "report", "编号", "number", "no", "№", ".", ":"];
/// What stands after it.
const AFTER: [&str; 3] = ["(节选)", "(excerpt)", "号"];

/// A character as it stands on the keyboard: full-width ones narrow, all dashes one.
fn plain(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

/// What a list says of a final report. Columns as [`queries`] selects them.
#[derive(Debug, Clone, Queryable)]
pub struct Entry {
    pub id: FinalReportId,
    pub year: i64,
    pub serial: i64,
    /// None of a period's.
    pub session: Option<SessionId>,
    pub made_at: Moment,
    pub made_by: Option<PersonId>,
    /// The one before it.
    pub replaces: Option<FinalReportId>,
    /// Of a period's: its days,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// the unit that it is of, when not of all,
    pub unit: Option<UnitId>,
    /// and the category, when not of all.
    pub category: Option<Category>,
}

impl Entry {
    pub fn number(&self) -> Number {
        Number { year: self.year, serial: self.serial }
    }

    /// The time that it is of, when it is a period's.
    pub fn span(&self) -> Option<Span> {
        Some(Span { first: self.first?, last: self.last? })
    }
}

/// A final report with what it rests on.
#[derive(Debug, Clone)]
pub struct FinalReport {
    pub entry: Entry,
    pub basis: Basis,
    /// SHA-256 of the basis as it is kept, in hexadecimal digits.
    pub digest: String,
}

/// The number of another report and the moment it was made.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    pub number: String,
    pub made_at: Moment,
}

/// What the audit trail says of a report that was made final.
#[derive(Serialize)]
struct Details {
    number: String,
    replaces: Option<Reference>,
}

fn to_json(basis: &Basis) -> Result<String> {
    Ok(serde_json::to_string(basis).context("what a final report rests on cannot be written")?)
}

fn from_json(json: &str) -> Result<Basis> {
    Ok(serde_json::from_str(json).context("what a final report rests on cannot be read")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_printed_and_as_it_is_typed() {
        let number = Number { year: 2026, serial: 12 };

        assert_eq!(number.to_string(), "2026-0012");
        for typed in [
            "2026-0012",
            " 2026-12 ",
            "2026－0012",
            "2026 - 12",
            "编号 2026-0012",
            "报告编号：２０２６－００１２",
            "编号 2026-0012（节选）",
            "2026——0012 号",
            "No. 2026–0012",
            "Report no. 2026-0012 (excerpt)",
        ] {
            assert_eq!(typed.parse::<Number>().expect("a number"), number, "{typed}");
        }
        for wrong in ["", "2026", "2026-", "-12", "2026-12-1", "2026-+1", "x-1", "编号"] {
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
    }

    /// Reports made final long ago stay readable: this text never changes, and new fields have defaults.
    #[test]
    fn what_the_first_final_reports_rest_on_is_still_read() {
        let kept = include_str!("first.json");

        let basis = from_json(kept).expect("a basis");

        assert_eq!(basis.session.title, "信访工作法治化培训会");
        assert_eq!(basis.roll.iter().filter(|(_, attendance)| attendance.is_some()).count(), 1);
        assert_eq!((basis.units.len(), basis.guests.len(), basis.self_study.len()), (2, 1, 1));
    }

    #[test]
    fn so_are_the_figures_of_the_first_final_periods() {
        let kept = include_str!("first_period.json");

        let report = periods::from_json(kept).expect("figures");

        assert_eq!((report.total.counts.n_present, report.total.n_due, report.sessions.len()), (1, 3, 1));
        assert_eq!((report.study.n_tasks, report.study.minutes, report.months.len()), (2, 120, 12));
    }
}
