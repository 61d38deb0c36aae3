//! The ledger lets go of mails first, and of its own lines when what they were about is gone.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;

/// No line names a mail from before `mail_before` any more; lines from before `before` go. Tells how many went. While a
/// task is kept its lines are: without them it would be told of again.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, mail_before: Moment, before: Moment) -> Result<usize> {
    queries::release_mail(conn, mail_before)?;
    Ok(queries::delete_planned(conn, before)?)
}
