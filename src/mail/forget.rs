//! Mails that went long ago.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;

/// Takes away mails that were queued before a moment and no longer wait, but for those that a ledger still names;
/// tells how many.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, before: Moment) -> Result<usize> {
    Ok(queries::delete_queued(conn, before)?)
}
