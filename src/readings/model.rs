//! A reading's row; its text lies in `content/readings/`.

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
