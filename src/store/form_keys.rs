//! A form that is sent twice has one effect: the second time gets the first answer.

use super::Conn;
use super::schema::form_results;
use crate::clock::Moment;
use crate::error::Result;
use diesel::prelude::*;

/// Runs a form's effect once for its key, and answers with the address to go to, the same each time.
/// Call it inside [`super::Db::write`], so that effect and key are written together.
///
/// # Errors
/// What the effect returns; then the key is not used up.
pub fn once(
    conn: &mut Conn,
    key: &str,
    now: Moment,
    effect: impl FnOnce(&mut Conn) -> Result<String>,
) -> Result<String> {
    let known: Option<String> =
        form_results::table.find(key).select(form_results::location).get_result(conn).optional()?;
    if let Some(location) = known {
        return Ok(location);
    }
    let location = effect(conn)?;
    diesel::insert_into(form_results::table)
        .values((form_results::form_key.eq(key), form_results::location.eq(&location), form_results::at.eq(now)))
        .execute(conn)?;
    Ok(location)
}

/// Forgets forms that were sent before a moment; tells how many.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, before: Moment) -> Result<usize> {
    Ok(diesel::delete(form_results::table.filter(form_results::at.lt(before))).execute(conn)?)
}
