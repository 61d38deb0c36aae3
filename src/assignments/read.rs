//! "Read" is a person's own word: it finishes their tasks, and is undone in place.

use super::model::AssignmentKind;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::readings;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use serde_json::json;

/// Marks a version of a reading as read by the viewer and finishes their open tasks to read it. A repeat without an open
/// task changes nothing. It is self-study: no absence is made up by it. Tells how many tasks it finished.
///
/// # Errors
/// `NotFound` when there is no such reading, or no such version.
pub fn mark_read(conn: &mut Conn, viewer: &Viewer, reading: ReadingId, number: i64, now: Moment) -> Result<usize> {
    readings::queries::find_version(conn, reading, number)?;
    let is_first = readings::marks_queries::insert_mark(conn, viewer.person, reading, number, now)?;
    let n_finished = queries::finish_tasks(conn, AssignmentKind::Reading, viewer.person, reading, number, now)?;
    if is_first || n_finished > 0 {
        let details = json!({ "version": number, "first": is_first, "tasks": n_finished });
        audit::record(conn, &viewer.actor(), now, Action::new("readings.read", "reading"), reading.0, &details)?;
    }
    Ok(n_finished)
}

/// Takes the viewer's last word about a reading back: the tasks that it finished are open again, and the mark goes
/// with them unless it was set before.
///
/// # Errors
/// `NotFound` when there is no such reading.
pub fn mark_unread(conn: &mut Conn, viewer: &Viewer, reading: ReadingId, now: Moment) -> Result<()> {
    readings::queries::find(conn, reading)?;
    let Some((number, read_at)) = readings::marks_queries::find_mark(conn, viewer.person, reading)? else {
        return Ok(());
    };
    let last = queries::find_last_finish(conn, viewer.person, reading)?.map_or(read_at, |finish| finish.max(read_at));
    let n_reopened = queries::reopen_tasks(conn, viewer.person, reading, last)?;
    if last == read_at {
        readings::marks_queries::delete_mark(conn, viewer.person, reading, number)?;
    }
    let details = json!({ "version": number, "unmarked": last == read_at, "tasks": n_reopened });
    audit::record(conn, &viewer.actor(), now, Action::new("readings.unread", "reading"), reading.0, &details)
}
