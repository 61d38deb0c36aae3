//! A reading's row, and whether its text is approved.

use crate::clock::Moment;
use crate::store::ids::{PersonId, ReadingId};
use diesel::prelude::Queryable;
use serde::Serialize;

/// What stands for a reading in every reference. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct ReadingRow {
    pub id: ReadingId,
    pub slug: String,
    pub position: i64,
    pub approved_by: Option<PersonId>,
    pub approved_at: Option<Moment>,
    /// Of the text as it was approved: a text that changed awaits approval again.
    pub approved_digest: Option<String>,
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
        };
        assert_eq!(row.approval("abc"), Approval::Awaited);

        row.approved_by = Some(PersonId(7));
        row.approved_at = Some(at);
        row.approved_digest = Some("abc".to_owned());

        assert_eq!(row.approval("abc"), Approval::Given { by: PersonId(7), at });
        assert_eq!(row.approval("abd"), Approval::AwaitedAgain);
    }
}
