//! What ends for everybody, and what was over long ago.

use crate::clock::Moment;
use crate::store::Conn;
use crate::store::schema::{invitations, logins, sign_in_failures};
use diesel::prelude::*;

/// Ends every login and every invitation: after a restored backup nobody is signed in, and no link opens anything.
pub fn end_everything(conn: &mut Conn, now: Moment) -> QueryResult<()> {
    diesel::delete(logins::table).execute(conn)?;
    let open = invitations::table.filter(invitations::used_at.is_null()).filter(invitations::ended_at.is_null());
    diesel::update(open).set(invitations::ended_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Takes away what was over before a moment.
pub(in crate::accounts) fn delete_over(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let logins = diesel::delete(logins::table.filter(logins::expires_at.lt(before))).execute(conn)?;
    let invitations = diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(conn)?;
    let old = sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(before));
    Ok(logins + invitations + diesel::delete(old).execute(conn)?)
}
