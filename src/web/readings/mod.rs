//! The library as pages: the list with its search, a reading, HQ's forms, approvals, statutes, the self-test.

pub mod approve;
pub mod edit;
pub mod file;
pub mod list;
pub mod question;
pub mod questions;
pub mod self_test;
pub mod show;
pub mod statutes;

use crate::readings::{Citation, Flag};
use crate::store::ids::StatuteId;
use chrono::NaiveDate;
use serde::Serialize;

/// A statute that was amended since a reading cited it.
#[derive(Serialize)]
pub(super) struct ShownFlag {
    statute: StatuteId,
    name: String,
    amended_on: NaiveDate,
}

impl From<Flag> for ShownFlag {
    fn from(flag: Flag) -> Self {
        Self { statute: flag.statute, name: flag.name, amended_on: flag.amended_on }
    }
}

/// What a reading rests on, as a page lays it out.
#[derive(Serialize)]
pub(super) struct ShownCitation {
    statute: String,
    article: String,
    in_force: Option<NaiveDate>,
}

impl From<Citation> for ShownCitation {
    fn from(citation: Citation) -> Self {
        Self { statute: citation.statute, article: citation.article, in_force: citation.in_force }
    }
}
