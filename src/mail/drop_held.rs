//! Lets held mail fall: after a backup was restored, what waited in it may long have been said.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::settings;
use crate::store::Conn;

/// Drops all mail that waits while mail is held, and lets what comes after go; tells how many were dropped.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` when mail is not held: what is about to be sent is not dropped by a late click.
pub fn drop_held(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<usize> {
    viewer.require_hq()?;
    if !settings::current(conn)?.mail_is_held {
        return Err(Error::refused(Message::new("mail-not-held")));
    }
    let n = queries::drop_waiting(conn)?;
    audit::record(conn, &viewer.actor(), now, Action::new("mail.dropped", "mail"), None, &n)?;
    settings::hold_mail(conn, &viewer.actor(), false, now)?;
    Ok(n)
}
