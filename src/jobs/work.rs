//! Queues a job, claims it, reports on it, ends it: each inside a write.

use super::model::{CLAIMS, Failure, Job, JobKind, JobProblem, JobState, LEASE};
use super::queries;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{JobId, PersonId};

/// Queues a job inside the write that is its cause: the one is there exactly when the other is.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn start(conn: &mut Conn, kind: JobKind, subject_id: i64, owner: Option<PersonId>, now: Moment) -> Result<JobId> {
    Ok(queries::insert(conn, kind, subject_id, owner, now)?)
}

/// Claims the first job that waits, or whose runner has not reported within its lease; gives up those that have ended
/// runner after runner.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn claim_next(conn: &mut Conn, now: Moment) -> Result<Option<Job>> {
    while let Some(id) = queries::find_due(conn, now)? {
        match queries::claim(conn, id, now + LEASE, now)? {
            Some(job) if job.n_claims > CLAIMS => fail(conn, &job, JobProblem::Broken, now)?,
            claimed => return Ok(claimed),
        }
    }
    Ok(None)
}

/// Writes how far a job has come (its three counts) and renews its lease. Call it in the write that it reports on, so
/// that a runner who lost the job changes nothing any more.
///
/// # Errors
/// `Conflict` when the lease has gone to somebody else.
pub fn progress(conn: &mut Conn, job: &Job, now: Moment) -> Result<Job> {
    queries::update_progress(conn, job, now + LEASE)?.ok_or(Error::Conflict)
}

/// Begins a job of so many parts, or begins it anew after it broke off: nothing of it is done, and nothing has failed.
///
/// # Errors
/// As [`progress`].
pub fn begin(conn: &mut Conn, job: &Job, n_total: i64, now: Moment) -> Result<Job> {
    let begun = progress(conn, &Job { n_total, n_done: 0, n_failed: 0, ..job.clone() }, now)?;
    queries::delete_failures(conn, job.id)?;
    Ok(begun)
}

/// Notes that a part of a job failed by itself, which its page lists.
///
/// # Errors
/// As [`progress`].
pub fn part_failed(conn: &mut Conn, job: &Job, failure: &Failure, now: Moment) -> Result<Job> {
    let job = progress(conn, &Job { n_failed: job.n_failed + 1, ..job.clone() }, now)?;
    queries::insert_failure(conn, job.id, failure)?;
    Ok(job)
}

/// Ends a job that did what it was to do.
///
/// # Errors
/// `Conflict` when the lease has gone to somebody else.
pub fn finish(conn: &mut Conn, job: &Job, now: Moment) -> Result<()> {
    end(conn, job, JobState::Done, None, now)
}

/// Ends a job that came to nothing.
///
/// # Errors
/// `Conflict` when the lease has gone to somebody else.
pub fn fail(conn: &mut Conn, job: &Job, problem: JobProblem, now: Moment) -> Result<()> {
    end(conn, job, JobState::Failed, Some(problem), now)
}

/// Ends a job that its runner gave up on, whatever it had reported since it was claimed.
///
/// # Errors
/// `Conflict` when it has been ended already.
pub fn fail_held(conn: &mut Conn, id: JobId, problem: JobProblem, now: Moment) -> Result<()> {
    let job = queries::find_running(conn, id)?.ok_or(Error::Conflict)?;
    fail(conn, &job, problem, now)
}

fn end(conn: &mut Conn, job: &Job, state: JobState, problem: Option<JobProblem>, now: Moment) -> Result<()> {
    match queries::mark_over(conn, job, state, problem, now)? {
        0 => Err(Error::Conflict),
        _ => Ok(()),
    }
}
