//! Logins, invitations and failures that are long over.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use chrono::TimeDelta;

/// What is over is of use for a month more, to somebody who asks what happened; the trail of acts says it for longer.
const KEPT_AFTER: TimeDelta = TimeDelta::days(30);

/// Takes away logins and invitations that ended a month ago, and failures to sign in that are as old; tells how many.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(queries::delete_over(conn, now - KEPT_AFTER)?)
}
