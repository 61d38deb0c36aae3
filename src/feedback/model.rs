//! What somebody wrote to HQ, and its answer.

use crate::clock::Moment;
use crate::error::{Message, Problem};
use crate::store::ids::{FeedbackId, PersonId};
use diesel::prelude::Queryable;

crate::choices! {
    pub enum FeedbackKind {
        Suggestion = "suggestion",
        Complaint = "complaint",
        /// To correct, complete, explain or delete what is held (Personal Information Protection Law, Art. 46 to 50).
        OwnData = "own_data",
    }
}

/// One piece. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Feedback {
    pub id: FeedbackId,
    pub kind: FeedbackKind,
    pub text: String,
    pub written_by: PersonId,
    pub written_at: Moment,
    /// Empty until it is answered.
    pub answer: String,
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<Moment>,
    pub version: i64,
}

/// Characters of a text or an answer at the most: four pages.
const LONGEST: usize = 4000;

/// What is wrong with a text, at its field.
pub(super) fn check(field: &'static str, text: &str) -> Option<Problem> {
    match text.chars().count() {
        0 => Some(Problem::at(field, Message::new("feedback-missing"))),
        1..=LONGEST => None,
        _ => Some(Problem::at(field, Message::new("feedback-too-long").with("most", LONGEST as i64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_to_four_thousand_characters() {
        assert!(check("text", "").is_some() && check("text", &"字".repeat(4001)).is_some());
        assert!(check("text", "字").is_none() && check("text", &"字".repeat(4000)).is_none());
    }
}
