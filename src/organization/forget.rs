//! Imported rosters are not kept: what was applied stands with the people, and how they stood before only until it can no
//! longer be taken back.

use super::model::UNDONE_WITHIN;
use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::jobs;
use crate::store::Conn;

/// Takes away uploaded rosters with their rows after 90 days, and after 7 what taking them back would need; tells how many
/// rosters went.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment) -> Result<usize> {
    queries::forget_what_stood_before(conn, now - UNDONE_WITHIN)?;
    Ok(queries::delete_imports(conn, now - jobs::KEPT)?)
}
