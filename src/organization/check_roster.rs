//! Understands a roster that was handed in: reads its file, judges each line, keeps the verdicts for the preview.
//! Nothing of the organisation changes.

use super::model::{ImportRow, ImportState, RosterImport};
use super::queries;
use super::roster_file::{self, Line};
use super::roster_rules::{self, Judgement, UnitIndex, Verdict};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::jobs::{self, Job};
use crate::store::ids::RosterImportId;
use crate::store::{Conn, Db};
use anyhow::Context;
use std::collections::HashMap;
use std::sync::Arc;

/// Lines that are judged in one write, so that others can write between them and the progress shows.
const LINES_A_WRITE: usize = 2000;

/// Does the job: it may be run again after it broke off, and begins anew then.
///
/// # Errors
/// `Conflict` when the job has gone to another runner; `Broken` when the database fails.
pub async fn run(db: &Db, clock: &Clock, job: &Job) -> Result<()> {
    let id = RosterImportId(job.subject_id);
    let file = db.read(move |conn| queries::find_import_file(conn, id)).await?;
    let read = tokio::task::spawn_blocking(move || {
        // A damaged file that a library chokes on is unreadable, and no reason to end the runner.
        std::panic::catch_unwind(|| roster_file::read(&file)).unwrap_or(Err(super::sheet::FileProblem::Unreadable))
    });
    let lines = match read.await.context("the roster's reader ended early")? {
        Ok(lines) => Arc::new(lines),
        Err(problem) => {
            let (job, now) = (job.clone(), clock.now());
            return db.write(move |conn| refuse(conn, &job, problem.as_str(), now)).await;
        }
    };
    let (begun, now, n_total) = (job.clone(), clock.now(), lines.len() as i64);
    let mut job = db.write(move |conn| begin(conn, &begun, n_total, now)).await?;
    for start in (0..lines.len()).step_by(LINES_A_WRITE) {
        let (lines, before, now) = (lines.clone(), job.clone(), clock.now());
        let end = lines.len().min(start + LINES_A_WRITE);
        #[expect(clippy::indexing_slicing, reason = "start and end lie within the lines")]
        let staged = db.write(move |conn| stage(conn, &before, &lines[start..end], now)).await;
        job = staged?;
    }
    let now = clock.now();
    db.write(move |conn| finish(conn, &job, now)).await
}

/// Forgets what an earlier run left behind.
fn begin(conn: &mut Conn, job: &Job, n_total: i64, now: Moment) -> Result<Job> {
    let job = jobs::progress(conn, &Job { n_total, n_done: 0, n_failed: 0, ..job.clone() }, now)?;
    let import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    queries::delete_import_rows(conn, import.id)?;
    let cleared =
        RosterImport { state: ImportState::Received, n_new: 0, n_changed: 0, n_unchanged: 0, n_errors: 0, ..import };
    queries::update_import(conn, &cleared)?;
    Ok(job)
}

/// Judges some lines and keeps the verdicts.
fn stage(conn: &mut Conn, job: &Job, lines: &[Line], now: Moment) -> Result<Job> {
    let mut import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    let units = UnitIndex::new(queries::list_units(conn)?);
    let numbers: Vec<&str> = lines.iter().map(|line| line.employee_number.as_str()).collect();
    let people = queries::list_people_by_numbers(conn, &numbers)?;
    let people: HashMap<&str, _> = people.iter().map(|person| (person.employee_number.as_str(), person)).collect();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let existing = people.get(line.employee_number.as_str()).copied();
        rows.push(row(import.id, line, roster_rules::judge(line, &units, existing))?);
    }
    queries::insert_import_rows(conn, &rows)?;
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count() as i64;
    let n_errors = count(Verdict::Error);
    import.n_new += count(Verdict::New);
    import.n_changed += count(Verdict::Changed);
    import.n_unchanged += count(Verdict::Unchanged);
    import.n_errors += n_errors;
    queries::update_import(conn, &import)?;
    let n_done = job.n_done + rows.len() as i64 - n_errors;
    jobs::progress(conn, &Job { n_done, n_failed: job.n_failed + n_errors, ..job.clone() }, now)
}

fn finish(conn: &mut Conn, job: &Job, now: Moment) -> Result<()> {
    let import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    queries::update_import(conn, &RosterImport { state: ImportState::Checked, ..import })?;
    jobs::finish(conn, job, now)
}

/// Notes that the file as a whole cannot be read, and why.
fn refuse(conn: &mut Conn, job: &Job, problem: &str, now: Moment) -> Result<()> {
    let import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    let refused = RosterImport { state: ImportState::Refused, problem: Some(problem.to_owned()), ..import };
    queries::update_import(conn, &refused)?;
    jobs::finish(conn, job, now)
}

fn row(import_id: RosterImportId, line: &Line, judgement: Judgement) -> Result<ImportRow> {
    let json = |changes: serde_json::Result<String>| changes.context("what a row changes cannot be kept");
    let (verdict, person, changes) = match judgement {
        Judgement::New(person) => (Verdict::New, Some(person), "[]".to_owned()),
        Judgement::Changed(person, changes) => (Verdict::Changed, Some(person), json(serde_json::to_string(&changes))?),
        Judgement::Unchanged(person) => (Verdict::Unchanged, Some(person), "[]".to_owned()),
        Judgement::Wrong(problems) => (Verdict::Error, None, json(serde_json::to_string(&problems))?),
    };
    let unit_text = [line.unit.as_str(), line.branch.as_str()].join(" ");
    Ok(ImportRow {
        import_id,
        row_number: line.number,
        verdict,
        employee_number: line.employee_number.clone(),
        name: line.name.clone(),
        unit_id: person.as_ref().map(|person| person.unit_id),
        unit_text: unit_text.trim().to_owned(),
        post: person.as_ref().map_or(String::new(), |person| person.post.clone()),
        category: person.as_ref().map_or(String::new(), |person| person.category.as_str().to_owned()),
        order_number: person.as_ref().map_or(0, |person| person.order_number),
        email: person.and_then(|person| person.email),
        changes,
        stood_before: None,
    })
}
