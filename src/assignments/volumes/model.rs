//! A unit's check of its volumes, and the rules of what may stand in it.

use super::list::List;
use crate::clock::Moment;
use crate::error::{Message, Problem, Result};
use crate::store::ids::{PersonId, UnitTaskId, VolumeItemId};
use anyhow::Context;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters of the note at the most.
pub const MOST_IN_NOTE: usize = 300;
/// Volumes that a unit could have at the most: more is a slip of the hand.
const MOST_VOLUMES: i64 = 100_000;

crate::choices! {
    /// What the unit says about an item.
    pub enum Answer {
        Complete = "complete",
        /// Missing in some volumes, and being completed.
        Completing = "completing",
        /// The unit has no volume that needs it.
        NotApplicable = "not_applicable",
    }
}

/// A check under a unit's task. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Check {
    pub unit_task_id: UnitTaskId,
    pub note: String,
    pub n_reviewed: Option<i64>,
    pub n_complete: Option<i64>,
    pub n_completing: Option<i64>,
    /// What was handed in last, as JSON: see [`Check::snapshot`].
    pub handed_in: Option<String>,
    pub written_by: Option<PersonId>,
    pub written_at: Moment,
    pub version: i64,
}

/// How many volumes a unit went through, where HQ asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    pub n_reviewed: Option<i64>,
    pub n_complete: Option<i64>,
    pub n_completing: Option<i64>,
}

/// A check as it was handed in, with the list of that day. The counts are not in it: they are on no paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub note: String,
    pub lines: Vec<SnapshotLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotLine {
    pub wording_zh: String,
    /// Empty when there was none.
    pub wording_en: String,
    pub articles: Vec<i64>,
    pub answer: Answer,
}

impl Check {
    /// What was handed in last, if anything was.
    ///
    /// # Errors
    /// `Broken` when it cannot be read any more.
    pub fn snapshot(&self) -> Result<Option<Snapshot>> {
        let Some(kept) = &self.handed_in else { return Ok(None) };
        Ok(Some(serde_json::from_str(kept).context("a volume check that was handed in")?))
    }

    pub fn counted(&self) -> Counted {
        Counted { n_reviewed: self.n_reviewed, n_complete: self.n_complete, n_completing: self.n_completing }
    }
}

impl Snapshot {
    /// Every item that is used, with its answer. What nobody said anything else of is complete.
    pub fn of(list: &List, note: &str, answers: &BTreeMap<VolumeItemId, Answer>) -> Self {
        let line = |item: &super::list::Item| SnapshotLine {
            wording_zh: item.wording_zh.clone(),
            wording_en: item.wording_en.clone(),
            articles: item.articles.clone(),
            answer: answers.get(&item.id).copied().unwrap_or(Answer::Complete),
        };
        Self { note: note.trim().to_owned(), lines: list.used().map(line).collect() }
    }
}

/// What is wrong with what was written, draft or not.
pub fn check(note: &str, counted: &Counted) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, n) in
        [("n_reviewed", counted.n_reviewed), ("n_complete", counted.n_complete), ("n_completing", counted.n_completing)]
    {
        if n.is_some_and(|n| !(0..=MOST_VOLUMES).contains(&n)) {
            problems.push(Problem::at(field, Message::new("volumes-problem-number")));
        }
    }
    let (complete, completing) = (counted.n_complete.unwrap_or(0), counted.n_completing.unwrap_or(0));
    if problems.is_empty() && counted.n_reviewed.is_some_and(|reviewed| complete + completing > reviewed) {
        problems.push(Problem::at("n_reviewed", Message::new("volumes-problem-sum")));
    }
    if note.trim().chars().count() > MOST_IN_NOTE {
        let most = i64::try_from(MOST_IN_NOTE).unwrap_or(i64::MAX);
        problems.push(Problem::at("note", Message::new("volumes-problem-long").with("most", most)));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(note: &str, reviewed: Option<i64>, complete: Option<i64>, completing: Option<i64>) -> Vec<&'static str> {
        let counted = Counted { n_reviewed: reviewed, n_complete: complete, n_completing: completing };
        check(note, &counted).iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn no_more_volumes_are_complete_or_being_completed_than_were_reviewed() {
        assert_eq!(fields("", Some(10), Some(7), Some(3)), [""; 0]);
        assert_eq!(fields("", Some(10), Some(7), Some(4)), ["n_reviewed"]);
        assert_eq!(fields("", None, None, None), [""; 0]);
        assert_eq!(fields("", Some(-1), None, None), ["n_reviewed"]);
    }

    #[test]
    fn a_note_is_short() {
        assert_eq!(fields(&"长".repeat(MOST_IN_NOTE), None, None, None), [""; 0]);
        assert_eq!(fields(&"长".repeat(MOST_IN_NOTE + 1), None, None, None), ["note"]);
    }
}
