//! What goes on beside the pages: long work that waits in `jobs`, and the frame's few words from the settings.

use super::App;
use crate::accounts;
use crate::audit;
use crate::error::{Error, Result};
use crate::files;
use crate::jobs::{self, Job, JobKind, JobProblem};
use crate::organization::{apply_roster, check_roster};
use crate::personal;
use crate::reports;
use crate::reports::archive::{self, Workshop};
use crate::reports::people_list;
use crate::settings;
use crate::store::Conn;
use chrono::{Months, NaiveTime};
use std::time::Duration;

/// How long a job waits at the most before it is begun.
const TICK: Duration = Duration::from_secs(1);
/// Every so many ticks roles that were given for a time begin or end.
const TICKS_A_REFRESH: u32 = 30;
/// Every so many ticks what was kept for its time is taken away, and files that nothing uses any more are swept.
const TICKS_A_SWEEP: u32 = 3600;
/// Every so many ticks what was done since is chained in the audit trail.
const TICKS_A_SEAL: u32 = 5;

/// Runs for as long as the program does. A failure is logged, and the next tick tries again.
pub async fn run(app: App) {
    let mut ticks = 0_u32;
    loop {
        if let Err(error) = run_due_jobs(&app).await {
            tracing::error!(%error, "a job could not be run");
        }
        // Another instance may have changed them, and both must show and take the same codes.
        if let Err(error) = app.foot.refresh(&app.db).await {
            tracing::error!(%error, "the settings could not be read");
        }
        if ticks.is_multiple_of(TICKS_A_REFRESH)
            && let Err(error) = turn_roles(&app).await
        {
            tracing::error!(%error, "roles could not begin or end");
        }
        if ticks.is_multiple_of(TICKS_A_SEAL)
            && let Err(error) = audit::seal_if_free(&app.db, &app.secret).await
        {
            tracing::error!(%error, "the audit trail could not be chained");
        }
        if ticks % TICKS_A_SWEEP == TICKS_A_SEAL
            && let Err(error) = look_after_trail(&app).await
        {
            tracing::error!(%error, "the audit trail could not be looked after");
        }
        if ticks.is_multiple_of(TICKS_A_SWEEP)
            && let Err(error) = personal::forget_old(&app.db, &app.clock).await
        {
            tracing::error!(%error, "what has been kept for its time could not be taken away");
        }
        if ticks.is_multiple_of(TICKS_A_SWEEP)
            && let Err(error) = sweep(&app).await
        {
            tracing::error!(%error, "files that nothing uses could not be swept");
        }
        ticks = ticks.wrapping_add(1);
        tokio::time::sleep(TICK).await;
    }
}

/// Takes away what lies in the folder of files and nothing uses any more; tells how many there were.
///
/// # Errors
/// As [`files::sweep`].
pub async fn sweep(app: &App) -> Result<usize> {
    files::sweep(&app.db, &app.clock, &app.config.files_folder(), reports::list_contents).await
}

async fn turn_roles(app: &App) -> Result<usize> {
    let now = app.clock.now();
    app.db.write(move |conn| accounts::turn_roles(conn, now)).await
}

/// Takes away entries that have been kept for as long as what they tell of, and copies the chain's head once a day.
///
/// # Errors
/// `Broken` when it cannot be done.
pub async fn look_after_trail(app: &App) -> Result<()> {
    let (chain, now, today) = (audit::Chain::new(&app.secret), app.clock.now(), app.clock.today());
    let kept = move |conn: &mut Conn| Ok(settings::current(conn)?.kept_months);
    let months = u32::try_from(app.db.read(kept).await?).unwrap_or(u32::MAX);
    let before = today.checked_sub_months(Months::new(months)).map(|day| app.clock.moment(day, NaiveTime::MIN));
    if let Some(before) = before.map(|before| before.min(now - audit::LEAST_KEPT)) {
        app.db.write(move |conn| audit::prune(conn, &chain, before, now)).await?;
    }
    let file = app.config.audit_heads();
    app.db.read(move |conn| audit::copy_head(conn, &file, today)).await?;
    Ok(())
}

/// Runs all jobs that wait, one after the other, and tells how many there were.
///
/// # Errors
/// `Broken` when no job can be claimed or ended. What fails within a job ends that job alone.
pub async fn run_due_jobs(app: &App) -> Result<usize> {
    let mut n_jobs = 0;
    loop {
        let now = app.clock.now();
        // Asked by reading first: most ticks find nothing, and nothing is then written.
        if app.db.read(move |conn| Ok(jobs::queries::find_due(conn, now)?)).await?.is_none() {
            return Ok(n_jobs);
        }
        let Some(job) = app.db.write(move |conn| jobs::claim_next(conn, now)).await? else { return Ok(n_jobs) };
        n_jobs += 1;
        run_one(app, job).await?;
    }
}

async fn run_one(app: &App, job: Job) -> Result<()> {
    let done = match job.kind {
        JobKind::RosterCheck => check_roster::run(&app.db, &app.clock, &job).await,
        JobKind::SessionArchive => {
            let (folder, base_url) = (app.config.files_folder(), app.config.base_url());
            let with = Workshop {
                db: &app.db,
                clock: &app.clock,
                press: &app.press,
                secret: &app.secret,
                folder: &folder,
                base_url: &base_url,
            };
            archive::run(&with, &job).await
        }
        JobKind::PeopleList => people_list::run(&app.db, &app.clock, &app.config.files_folder(), &job).await,
        JobKind::RosterApply => apply_roster::run(&app.db, &app.clock, &job).await,
    };
    let problem = match done {
        Ok(()) => return Ok(()),
        // The job has gone to another runner, or will, once its lease has ended.
        Err(Error::Conflict | Error::Busy) => return Ok(()),
        Err(Error::Refused(problems)) if problems.iter().any(|of| of.message.id.starts_with("paper-no-")) => {
            tracing::error!(job = job.id.0, "a paper could not be printed: see xuefa doctor");
            JobProblem::Unprintable
        }
        Err(Error::Refused(_) | Error::NotFound(_)) => JobProblem::Outdated,
        Err(error @ (Error::Forbidden | Error::Full | Error::Broken(_))) => {
            tracing::error!(job = job.id.0, kind = job.kind.as_str(), %error, "a job failed");
            JobProblem::Broken
        }
    };
    let (id, now) = (job.id, app.clock.now());
    match app.db.write(move |conn| jobs::fail_held(conn, id, problem, now)).await {
        Ok(()) | Err(Error::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}
