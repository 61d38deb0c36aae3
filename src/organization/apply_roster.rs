//! Writes a confirmed roster into the organisation: all of its rows or none. Who is missing from it is not touched.

use super::model::{ImportRow, ImportState, NewPerson, Person, RosterImport, Stay, StoodBefore};
use super::receive_roster::refuse_unless_applicable;
use super::roster_rules::{self, UnitIndex, Verdict};
use super::{check_roster, queries};
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::jobs::{self, Job};
use crate::store::ids::{PersonId, RosterImportId, UnitId};
use crate::store::{Conn, Db};
use anyhow::Context;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Rows that are compared and written at a time, inside the one write.
pub(super) const ROWS_A_STEP: i64 = 2000;
/// What the import then says of itself.
pub const CHECKED_AGAIN: &str = "checked_again";

/// Does the job. When anything changed since the preview, nothing is written and the roster is checked again.
///
/// # Errors
/// `Conflict` when the job has gone to another runner; `Broken` when the database fails.
pub async fn run(db: &Db, clock: &Clock, job: &Job) -> Result<()> {
    let (of_job, today, now) = (job.clone(), clock.today(), clock.now());
    match db.write(move |conn| apply(conn, &of_job, today, now)).await {
        Ok(()) => Ok(()),
        Err(Error::Conflict) => {
            let (of_job, now) = (job.clone(), clock.now());
            let job = db.write(move |conn| note_check_again(conn, &of_job, now)).await?;
            check_roster::run(db, clock, &job).await
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct Applied {
    n_new: i64,
    n_changed: i64,
    n_unchanged: i64,
}

/// One write. That HQ asked for it was decided when it was asked for.
///
/// # Errors
/// `Conflict` when a person is no longer as the preview had them; `Refused` when the roster is not one to be written.
pub fn apply(conn: &mut Conn, job: &Job, today: NaiveDate, now: Moment) -> Result<()> {
    // First of all, so that on PostgreSQL a second runner waits for this one to end.
    let job = jobs::progress(conn, job, now)?;
    let import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    refuse_unless_applicable(&import)?;
    let units = UnitIndex::new(queries::list_units(conn)?);
    let mut after = 0;
    loop {
        let rows = queries::list_import_rows(conn, import.id, None, after, ROWS_A_STEP)?;
        let Some(last) = rows.last() else { break };
        after = last.row_number;
        write_rows(conn, &rows, &units, today)?;
    }
    let mut actor = Actor::program("job");
    actor.person = job.owner_id;
    let counts = Applied { n_new: import.n_new, n_changed: import.n_changed, n_unchanged: import.n_unchanged };
    audit::record(
        conn,
        &actor,
        now,
        Action::new("organization.roster_applied", "roster_import"),
        import.id.0,
        &counts,
    )?;
    let n_rows = import.n_rows();
    let applied = RosterImport { state: ImportState::Applied, problem: None, applied_at: Some(now), ..import };
    queries::update_import(conn, &applied)?;
    let job = jobs::progress(conn, &Job { n_total: n_rows, n_done: n_rows, ..job }, now)?;
    jobs::finish(conn, &job, now)
}

fn write_rows(conn: &mut Conn, rows: &[ImportRow], units: &UnitIndex, today: NaiveDate) -> Result<()> {
    let numbers: Vec<&str> = rows.iter().map(|row| row.employee_number.as_str()).collect();
    let before = queries::list_people_by_numbers(conn, &numbers)?;
    let before: HashMap<&str, &Person> =
        before.iter().map(|person| (person.employee_number.as_str(), person)).collect();
    let mut wanted = Vec::new();
    for row in rows {
        let person = person_of(row)?;
        let existing = before.get(row.employee_number.as_str()).copied();
        if !is_as_previewed(row, &person, existing, units)? {
            return Err(Error::Conflict);
        }
        if row.verdict != Verdict::Unchanged {
            wanted.push(person);
        }
    }
    queries::upsert_people(conn, &wanted)?;
    let is_elsewhere = |person: &&NewPerson| {
        before.get(person.employee_number.as_str()).is_none_or(|before| before.unit_id != person.unit_id)
    };
    let moving: HashSet<&str> =
        wanted.iter().filter(is_elsewhere).map(|person| person.employee_number.as_str()).collect();
    let numbers: Vec<&str> = wanted.iter().map(|person| person.employee_number.as_str()).collect();
    let written = queries::list_people_by_numbers(conn, &numbers)?;
    let moved: Vec<&Person> =
        written.iter().filter(|person| moving.contains(person.employee_number.as_str())).collect();
    keep_what_stood(conn, rows, &before, &written, &moved)?;
    let moves: Vec<(PersonId, UnitId)> = moved.iter().map(|person| (person.id, person.unit_id)).collect();
    Ok(queries::move_people(conn, &moves, today)?)
}

/// Keeps with each row that was written what taking it back needs. Called before anybody is moved.
fn keep_what_stood(
    conn: &mut Conn,
    rows: &[ImportRow],
    before: &HashMap<&str, &Person>,
    written: &[Person],
    moved: &[&Person],
) -> Result<()> {
    let moved: Vec<PersonId> = moved.iter().map(|person| person.id).collect();
    let mut stays: HashMap<PersonId, Vec<Stay>> = moved.iter().map(|person| (*person, Vec::new())).collect();
    for (person, stay) in queries::list_stays(conn, &moved)? {
        stays.entry(person).or_default().push(stay);
    }
    let written: HashMap<&str, &Person> =
        written.iter().map(|person| (person.employee_number.as_str(), person)).collect();
    let mut kept = Vec::with_capacity(written.len());
    for row in rows {
        let number = row.employee_number.as_str();
        let Some(person) = written.get(number) else { continue };
        let stood = StoodBefore {
            person: person.id,
            version: person.version,
            as_was: before.get(number).map(|person| NewPerson::of(person)),
            stays: stays.remove(&person.id),
        };
        let stood = serde_json::to_string(&stood).context("how somebody stood before cannot be kept")?;
        kept.push(ImportRow { stood_before: Some(stood), ..row.clone() });
    }
    Ok(queries::keep_what_stood(conn, &kept)?)
}

fn person_of(row: &ImportRow) -> Result<NewPerson> {
    Ok(NewPerson {
        employee_number: row.employee_number.clone(),
        name: row.name.clone(),
        unit_id: row.unit_id.context("a checked row has its unit")?,
        post: row.post.clone(),
        category: row.category.parse().context("a checked row has its category")?,
        order_number: row.order_number,
        email: row.email.clone(),
    })
}

/// Whether the row would still do exactly what the preview said.
fn is_as_previewed(row: &ImportRow, wanted: &NewPerson, existing: Option<&Person>, units: &UnitIndex) -> Result<bool> {
    let Some(existing) = existing else { return Ok(row.verdict == Verdict::New) };
    let changes = roster_rules::changes(existing, wanted, units);
    let changes = serde_json::to_string(&changes).context("what a row changes cannot be compared")?;
    Ok(match row.verdict {
        Verdict::Changed | Verdict::Unchanged => existing.left_on.is_none() && changes == row.changes,
        Verdict::New | Verdict::Error => false,
    })
}

fn note_check_again(conn: &mut Conn, job: &Job, now: Moment) -> Result<Job> {
    let job = jobs::progress(conn, job, now)?;
    let import = queries::find_import(conn, RosterImportId(job.subject_id))?;
    let again = RosterImport { state: ImportState::Received, problem: Some(CHECKED_AGAIN.to_owned()), ..import };
    queries::update_import(conn, &again)?;
    Ok(job)
}
