//! What has been kept for its time is taken away; the contents leave the folder with the next sweep.

use super::queries;
use crate::access::Actor;
use crate::clock::Moment;
use crate::error::Result;
use crate::files::{self, Subject};
use crate::settings;
use crate::store::Conn;
use chrono::{Months, NaiveDate};

/// Things looked at in one go.
const AT_ONCE: i64 = 100;
/// Why it was taken away, in the trail.
const REASON: &str = "retention";

/// Takes away the files of what lies so many months back (a setting): of a task by the day it was due, of a meeting by
/// the day its record was entered, or was begun when it never was. Tells how many files there were.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment, today: NaiveDate) -> Result<usize> {
    let months = u32::try_from(settings::current(conn)?.evidence_months).unwrap_or(u32::MAX);
    let Some(before) = today.checked_sub_months(Months::new(months)) else { return Ok(0) };
    let moment = now - (today - before);
    let mut subjects: Vec<Subject> = Vec::new();
    subjects.extend(queries::list_old_meetings(conn, before, moment, AT_ONCE)?.into_iter().map(Subject::Meeting));
    subjects.extend(queries::list_old_tasks(conn, before, AT_ONCE)?.into_iter().map(Subject::Task));
    subjects.extend(queries::list_old_unit_tasks(conn, before, AT_ONCE)?.into_iter().map(Subject::UnitTask));
    let mut n_files = 0;
    for subject in subjects {
        n_files += files::take_all_away(conn, &Actor::program("retention"), subject, REASON, now)?;
    }
    Ok(n_files)
}
