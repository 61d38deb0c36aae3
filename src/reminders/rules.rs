//! When each kind of matter is told of: what HQ decided, or the program's default.

use super::model::Kind;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::store::Conn;
use diesel::prelude::Queryable;
use serde::Serialize;

/// The rule of one kind. Columns in the order of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize)]
pub struct Rule {
    pub kind: Kind,
    pub is_on: bool,
    /// Days before it is due, for the kinds that come before; days between the due date and the first reminder, for
    /// what is overdue; else 0.
    pub days: i64,
    /// How often one matter is told of, for the kinds that repeat weekly; else 1.
    pub at_most: i64,
    /// A sentence of HQ's own, put below what the program says.
    pub words_zh: String,
    pub words_en: String,
    /// 0 until HQ has decided.
    pub version: i64,
    /// Hours before the start, for the kind that comes on the day; else 0.
    pub hours: i64,
}

/// The longest sentence of HQ's own, in characters.
pub const WORDS_LENGTH: usize = 300;

impl Rule {
    /// What holds until HQ has decided (`product.md` 8): at most three mails about one overdue task; a second word on the
    /// day of a session, and HQ's own week, are off, because nobody asked for them yet.
    pub fn default_of(kind: Kind) -> Self {
        let (days, at_most) = match kind {
            Kind::SessionSoon => (1, 1),
            Kind::TaskSoon => (3, 1),
            Kind::TaskOverdue => (0, 3),
            Kind::CallUnanswered => (3, 3),
            Kind::SessionNotice
            | Kind::SessionToday
            | Kind::TaskToday
            | Kind::CallGiven
            | Kind::RequestDecided
            | Kind::TaskReturned
            | Kind::CallReturned
            | Kind::UnitDigest
            | Kind::HqDigest => (0, 1),
        };
        let is_on = !matches!(kind, Kind::SessionToday | Kind::HqDigest);
        let hours = if kind == Kind::SessionToday { 2 } else { 0 };
        Self { kind, is_on, days, at_most, words_zh: String::new(), words_en: String::new(), version: 0, hours }
    }

    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.words_zh,
            Language::English => &self.words_en,
        }
    }

    /// Whether the number of days before can be chosen.
    pub fn has_days(&self) -> bool {
        matches!(self.kind, Kind::SessionSoon | Kind::TaskSoon | Kind::CallUnanswered)
    }

    /// Whether the number of days after the due date can be chosen.
    pub fn has_days_after(&self) -> bool {
        self.kind == Kind::TaskOverdue
    }

    /// Whether the number of hours before can be chosen.
    pub fn has_hours(&self) -> bool {
        self.kind == Kind::SessionToday
    }

    /// Whether it can come more than once.
    pub fn repeats(&self) -> bool {
        matches!(self.kind, Kind::TaskOverdue | Kind::CallUnanswered)
    }

    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.has_days() && !(1..=14).contains(&self.days) {
            problems.push(Problem::at("days", Message::new("rules-days-range")));
        }
        if self.has_days_after() && !(0..=14).contains(&self.days) {
            problems.push(Problem::at("days", Message::new("rules-days-after-range")));
        }
        if self.has_hours() && !(1..=12).contains(&self.hours) {
            problems.push(Problem::at("hours", Message::new("rules-hours-range")));
        }
        // Three is what the product promises at the most.
        if self.repeats() && !(1..=3).contains(&self.at_most) {
            problems.push(Problem::at("at_most", Message::new("rules-at-most-range")));
        }
        for (field, words) in [("words_zh", &self.words_zh), ("words_en", &self.words_en)] {
            if words.chars().count() > WORDS_LENGTH {
                let message = Message::new("rules-words-long").with("n", WORDS_LENGTH as i64);
                problems.push(Problem::at(field, message));
            }
        }
        problems
    }
}

/// The rules of all kinds, in their order.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list(conn: &mut Conn) -> Result<Vec<Rule>> {
    let decided = queries::list_rules(conn)?;
    let rule = |kind: &Kind| {
        let own = decided.iter().find(|rule| rule.kind == *kind);
        own.cloned().unwrap_or_else(|| Rule::default_of(*kind))
    };
    Ok(Kind::ALL.iter().map(rule).collect())
}

/// Changes a rule as it was shown in its version.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn change(conn: &mut Conn, viewer: &Viewer, new: &Rule, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let problems = new.check();
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let before = list(conn)?.into_iter().find(|rule| rule.kind == new.kind).ok_or(Error::NotFound("rule"))?;
    if before.version != new.version {
        return Err(Error::Conflict);
    }
    queries::store_rule(conn, new)?;
    audit::record(conn, &viewer.actor(), now, Action::new("reminders.rule_changed", "rule"), None, &(before, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_be_told_of_one_overdue_task_more_than_three_times() {
        let rule = Rule::default_of(Kind::TaskOverdue);

        assert!(Rule { at_most: 3, ..rule.clone() }.check().is_empty());
        assert!(!Rule { at_most: 4, ..rule.clone() }.check().is_empty());
        assert!(!Rule { at_most: 0, ..rule }.check().is_empty());
    }
}
