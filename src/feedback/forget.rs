//! What was written and answered long ago goes.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;

/// Takes away what was written before a moment and is answered; tells how much.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, before: Moment) -> Result<usize> {
    Ok(queries::delete_answered(conn, before)?)
}
