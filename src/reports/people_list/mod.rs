//! A long list of the people behind a figure of a period, as a workbook that is made beside the pages.
//!
//! [`start`] notes what is wanted, narrowed to the reach of who asks, and queues the work, [`start_again`] queues it once
//! more; [`run`] does it unit by unit, which takes no more memory for a long list than for a short one; [`forget_old`]
//! takes it away again.

pub mod queries;
mod run;
mod start;

pub use run::{forget_old, rows_of, run};
pub use start::{start, start_again};

use super::session_attendance::{MadeUp, made_up_by};
use crate::assignments;
use crate::attendance::AttendanceState;
use crate::attendance::totals::queries::{Attended, Behind, Wanted};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{PeopleListId, PersonId, SessionId};
use anyhow::Context as _;
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

/// A list of so many rows is made at once; a longer one beside the pages.
pub const AT_ONCE: i64 = 2_000;
/// How long a file is kept: it holds names, and can be made anew.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// Which people are wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub wanted: Wanted,
    pub behind: Behind,
}

/// One attendance of the list, and what the make-up column says of it.
#[derive(Debug, Clone)]
pub struct Line {
    pub of: Attended,
    pub make_up: MadeUp,
}

/// The lines of a list, in its order: of an absence they say what the report of its session does, but for how it was
/// made up.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn lines(conn: &mut Conn, found: Vec<Attended>) -> Result<Vec<Line>> {
    let all: Vec<(SessionId, PersonId)> = found.iter().map(|of| (of.session, of.person)).collect();
    let read = assignments::queries::list_self_studied(conn, &all)?;
    let line = |of: Attended| {
        let has_read = read.contains(&(of.session, of.person));
        let absence = of.make_up.filter(|_| of.state.is_some_and(AttendanceState::is_not_there));
        Line { make_up: absence.map_or(MadeUp::None, |make_up| made_up_by(make_up, None, has_read)), of }
    };
    Ok(found.into_iter().map(line).collect())
}

/// A list that was asked for. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct PeopleList {
    pub id: PeopleListId,
    pub asked_by: PersonId,
    pub asked_at: Moment,
    pub language: Language,
    pub title: String,
    /// [`Asked`] as JSON.
    pub wanted: String,
    pub n_rows: i64,
    /// Nothing until it was made.
    pub digest: Option<String>,
    pub size_bytes: Option<i64>,
}

impl PeopleList {
    /// Which people it is of.
    ///
    /// # Errors
    /// `Broken` when that cannot be read.
    pub fn asked(&self) -> Result<Asked> {
        Ok(serde_json::from_str(&self.wanted).context("what is wanted cannot be read")?)
    }
}
