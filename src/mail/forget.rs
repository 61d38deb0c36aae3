//! Mails that went long ago.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;

/// Takes away mails that were queued before a moment and no longer wait; tells how many.
///
/// # Errors
/// `Broken` when it cannot be written, as when a ledger still names one: `reminders::forget_old` comes first.
pub fn forget_old(conn: &mut Conn, before: Moment) -> Result<usize> {
    Ok(queries::delete_queued(conn, before)?)
}
