//! Attendance whose time is over. Figures that were made final stay; nobody is named in them any more.

use super::old_queries as queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::SessionId;
use chrono::TimeDelta;

/// What only serves to verify a check-in: the digest of a browser and when its code left the screen. Every doubt about
/// a session is settled by then.
const MARKS_KEPT: TimeDelta = TimeDelta::days(90);

/// Takes the marks of the way of checking in off what was recorded long ago; tells of how many.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_marks(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(queries::blank_marks(conn, now - MARKS_KEPT)?)
}

/// Sessions that ended before a moment, are over, and still have a roster: the oldest, so many at the most.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list_old(conn: &mut Conn, before: Moment, limit: i64) -> Result<Vec<SessionId>> {
    Ok(queries::list_with_roster(conn, before, limit)?)
}

/// Takes away the roster of a session and everything recorded of its people.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget(conn: &mut Conn, session: SessionId) -> Result<()> {
    Ok(queries::delete_all_of(conn, session)?)
}
