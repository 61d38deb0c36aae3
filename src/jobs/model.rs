//! A piece of long work and how far it has come.

use crate::clock::Moment;
use crate::store::ids::{JobId, PersonId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use serde::Serialize;

/// Whoever claimed a job and has not reported for this long is taken to have died: another may claim it.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

/// A job that was claimed so often, and never ended, ends whoever runs it: it is given up.
pub const CLAIMS: i64 = 3;

crate::choices! {
    pub enum JobKind {
        /// Understands a roster that was handed in; its subject is the import.
        RosterCheck = "roster_check",
        /// Writes a checked roster into the organisation; its subject is the import.
        RosterApply = "roster_apply",
        /// Builds the archive of a session; its subject is the session.
        SessionArchive = "session_archive",
        /// Makes a long list of people; its subject is the list.
        PeopleList = "people_list",
    }
}

crate::choices! {
    pub enum JobState {
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        Failed = "failed",
    }
}

crate::choices! {
    /// Why a job came to nothing, in a word that the page words.
    pub enum JobProblem {
        /// The program failed; the log has the reason.
        Broken = "broken",
        /// A paper could not be printed: this machine has no face for it.
        Unprintable = "unprintable",
        /// What it was to work on is no longer there, or no longer as it was.
        Outdated = "outdated",
        /// Some parts could not be made, each of which is listed: what lacks them is not whole.
        Incomplete = "incomplete",
    }
}

crate::choices! {
    /// Why a part of a job failed by itself, in a word that the page words.
    pub enum PartProblem {
        /// This machine has no face with the characters that are named.
        Unprintable = "unprintable",
        /// The file that is named is gone from the data folder, or damaged.
        FileLost = "file_lost",
    }
}

/// A part of a job that failed by itself while the others went on. Columns in the order of its query.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Failure {
    /// What the part is called in what is made.
    pub part: String,
    pub problem: PartProblem,
    /// What is to be named of it: characters, or a file.
    pub detail: String,
}

/// One piece of work. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    /// What it works on: the kind says what the number is the id of.
    pub subject_id: i64,
    pub owner_id: Option<PersonId>,
    pub state: JobState,
    /// Nothing is known yet when it is 0.
    pub n_total: i64,
    pub n_done: i64,
    pub n_failed: i64,
    pub problem: Option<JobProblem>,
    /// Until when it belongs to who claimed it; also what proves that it still does.
    pub lease_until: Option<Moment>,
    pub created_at: Moment,
    pub finished_at: Option<Moment>,
    /// How often somebody set out to do it.
    pub n_claims: i64,
}

impl Job {
    pub fn n_left(&self) -> i64 {
        (self.n_total - self.n_done - self.n_failed).max(0)
    }

    pub fn is_over(&self) -> bool {
        match self.state {
            JobState::Done | JobState::Failed => true,
            JobState::Waiting | JobState::Running => false,
        }
    }
}
