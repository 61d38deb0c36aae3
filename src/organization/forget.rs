//! Imported rosters are not kept: what was applied stands with the people.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::jobs;
use crate::store::Conn;

/// Takes away uploaded rosters with their rows after 90 days; tells how many rosters.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(queries::delete_imports(conn, now - jobs::KEPT)?)
}
