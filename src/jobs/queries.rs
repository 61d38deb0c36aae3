//! All SQL of jobs.

use super::model::{Failure, Job, JobKind, JobProblem, JobState};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{JobId, PersonId};
use crate::store::schema::{job_failures, jobs};
use diesel::prelude::*;

/// A job that the viewer may see, or `NotFound`: their own, or any for HQ.
pub fn find_visible(conn: &mut Conn, viewer: &Viewer, id: JobId) -> Result<Job> {
    let job: Option<Job> = jobs::table.filter(jobs::id.eq(id)).get_result(conn).optional()?;
    job.filter(|job| viewer.is_hq() || job.owner_id == Some(viewer.person)).ok_or(Error::NotFound("job"))
}

/// The latest job of a kind about a subject.
pub fn find_latest(conn: &mut Conn, kind: JobKind, subject_id: i64) -> QueryResult<Option<Job>> {
    jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::subject_id.eq(subject_id))
        .order(jobs::id.desc())
        .first(conn)
        .optional()
}

pub(super) fn insert(
    conn: &mut Conn,
    kind: JobKind,
    subject_id: i64,
    owner: Option<PersonId>,
    now: Moment,
) -> QueryResult<JobId> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(kind),
            jobs::subject_id.eq(subject_id),
            jobs::owner_id.eq(owner),
            jobs::state.eq(JobState::Waiting),
            jobs::created_at.eq(now),
        ))
        .returning(jobs::id)
        .get_result(conn)
}

/// The first job that waits, or whose runner has died.
pub fn find_due(conn: &mut Conn, now: Moment) -> QueryResult<Option<JobId>> {
    jobs::table
        .filter(jobs::state.eq(JobState::Waiting).or(jobs::state.eq(JobState::Running).and(jobs::lease_until.lt(now))))
        .order(jobs::id)
        .select(jobs::id)
        .first(conn)
        .optional()
}

/// A job that somebody has claimed.
pub(super) fn find_running(conn: &mut Conn, id: JobId) -> QueryResult<Option<Job>> {
    jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(JobState::Running)).get_result(conn).optional()
}

/// Claims a job unless somebody else was faster.
pub(super) fn claim(conn: &mut Conn, id: JobId, lease_until: Moment, now: Moment) -> QueryResult<Option<Job>> {
    diesel::update(
        jobs::table.filter(jobs::id.eq(id)).filter(
            jobs::state.eq(JobState::Waiting).or(jobs::state.eq(JobState::Running).and(jobs::lease_until.lt(now))),
        ),
    )
    .set((jobs::state.eq(JobState::Running), jobs::lease_until.eq(lease_until), jobs::n_claims.eq(jobs::n_claims + 1)))
    .returning(jobs::all_columns)
    .get_result(conn)
    .optional()
}

/// Writes how far a job has come, unless its lease has gone to somebody else.
pub(super) fn update_progress(conn: &mut Conn, job: &Job, lease_until: Moment) -> QueryResult<Option<Job>> {
    diesel::update(held(job))
        .set((
            jobs::n_total.eq(job.n_total),
            jobs::n_done.eq(job.n_done),
            jobs::n_failed.eq(job.n_failed),
            jobs::lease_until.eq(lease_until),
        ))
        .returning(jobs::all_columns)
        .get_result(conn)
        .optional()
}

pub(super) fn mark_over(
    conn: &mut Conn,
    job: &Job,
    state: JobState,
    problem: Option<JobProblem>,
    now: Moment,
) -> QueryResult<usize> {
    diesel::update(held(job))
        .set((
            jobs::state.eq(state),
            jobs::problem.eq(problem),
            jobs::lease_until.eq(None::<Moment>),
            jobs::finished_at.eq(now),
        ))
        .execute(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn held(job: &Job) -> _ {
    let id: JobId = job.id;
    let lease_until: Option<Moment> = job.lease_until;
    jobs::table.filter(jobs::id.eq(id)).filter(jobs::lease_until.eq(lease_until))
}

/// What of a job failed by itself, in the order in which it did.
pub fn list_failures(conn: &mut Conn, id: JobId) -> QueryResult<Vec<Failure>> {
    job_failures::table
        .filter(job_failures::job_id.eq(id))
        .order(job_failures::id)
        .select((job_failures::part, job_failures::problem, job_failures::detail))
        .load(conn)
}

pub(super) fn insert_failure(conn: &mut Conn, id: JobId, failure: &Failure) -> QueryResult<()> {
    diesel::insert_into(job_failures::table)
        .values((
            job_failures::job_id.eq(id),
            job_failures::part.eq(&failure.part),
            job_failures::problem.eq(failure.problem),
            job_failures::detail.eq(&failure.detail),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete_failures(conn: &mut Conn, id: JobId) -> QueryResult<()> {
    diesel::delete(job_failures::table.filter(job_failures::job_id.eq(id))).execute(conn)?;
    Ok(())
}

/// With what failed of them.
pub(super) fn delete_finished(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(jobs::table.filter(jobs::finished_at.lt(before))).execute(conn)
}
