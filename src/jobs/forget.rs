//! Long work that is long done.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use chrono::TimeDelta;

/// As long as an import of a roster is kept: whoever asks about one finds both.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// Takes away what was finished so long ago; tells how much.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(queries::delete_finished(conn, now - KEPT)?)
}
