//! Changing one's own password.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;

/// Sets the viewer's new password; their other logins and their invitations end. The old one, whose hash is given,
/// was verified by the caller, outside of any transaction.
///
/// # Errors
/// `Conflict` when the password was changed meanwhile.
pub fn change_password(conn: &mut Conn, viewer: &Viewer, old_hash: &str, new_hash: &str, now: Moment) -> Result<()> {
    if queries::find_password_hash(conn, viewer.account)?.as_deref() != Some(old_hash) {
        return Err(Error::Conflict);
    }
    queries::set_password(conn, viewer.account, new_hash, now)?;
    queries::end_invitations(conn, viewer.account, now)?;
    queries::delete_logins(conn, viewer.account, Some(viewer.login))?;
    let action = Action::new("accounts.password_changed", "account");
    audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &())
}
