//! Signing in and out.

use super::{model, queries};
use crate::access::{Actor, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::secret;
use crate::store::Conn;
use crate::store::ids::AccountId;

/// Begins a login for an account whose password was just verified, and gives the browser's token.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn begin_login(conn: &mut Conn, account: AccountId, token: &str, actor: &Actor, now: Moment) -> Result<()> {
    let login = queries::insert_login(conn, account, &secret::hash_token(token), now, now + model::ABSOLUTE)?;
    audit::record(conn, actor, now, Action::new("accounts.signed_in", "login"), login.0, &())
}

/// Ends the viewer's login.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn sign_out(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<()> {
    queries::delete_login(conn, viewer.login)?;
    audit::record(conn, &viewer.actor(), now, Action::new("accounts.signed_out", "login"), viewer.login.0, &())
}
