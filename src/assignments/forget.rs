//! Study whose time is over: tasks, notes, records of meetings, and who was named in a unit's report.

use super::old_queries as queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use chrono::NaiveDate;

/// Things taken away in one go.
const AT_ONCE: i64 = 1000;

/// Takes away what was due or entered before a day, which begins at `moment`, but for what still has files: those have
/// their own time. The reports of units stay, without the names of who was responsible. Tells how many tasks and meetings
/// went.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, before: NaiveDate, moment: Moment) -> Result<usize> {
    let n_tasks = queries::delete_tasks(conn, before, AT_ONCE)?;
    let n_meetings = queries::delete_meetings(conn, before, moment, AT_ONCE)?;
    queries::blank_reports(conn, before)?;
    Ok(n_tasks + n_meetings)
}
