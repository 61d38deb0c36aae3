//! What was recorded before and after each change.

use super::records::By;
use crate::access::UnitPath;
use crate::attendance::model::{Change, Recorded};
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{attendance_changes, people, roster, units};
use diesel::prelude::*;

/// One change of one person, to be kept.
pub struct NewChange<'a> {
    pub session: SessionId,
    pub person: PersonId,
    pub before: Option<&'a Recorded>,
    pub after: Option<&'a Recorded>,
    pub reason: &'a str,
    pub after_confirmation: bool,
}

/// Keeps a change with all that was recorded before and after.
pub fn insert_change(conn: &mut Conn, change: &NewChange<'_>, by: By) -> Result<()> {
    let json = |recorded: Option<&Recorded>| recorded.map(serde_json::to_string).transpose();
    let (before, after) = (json(change.before), json(change.after));
    let unwritable = |source| anyhow::Error::new(source).context("a change of attendance");
    diesel::insert_into(attendance_changes::table)
        .values((
            attendance_changes::session_id.eq(change.session),
            attendance_changes::person_id.eq(change.person),
            attendance_changes::state_before.eq(change.before.map(|recorded| recorded.state)),
            attendance_changes::state_after.eq(change.after.map(|recorded| recorded.state)),
            attendance_changes::reason.eq(change.reason),
            attendance_changes::after_confirmation.eq(change.after_confirmation),
            attendance_changes::changed_by.eq(by.person),
            attendance_changes::changed_at.eq(by.at),
            attendance_changes::value_before.eq(before.map_err(unwritable)?),
            attendance_changes::value_after.eq(after.map_err(unwritable)?),
        ))
        .execute(conn)?;
    Ok(())
}

/// Every change of somebody's attendance in a session, the newest first, with the name of who made it.
pub fn list_changes(
    conn: &mut Conn,
    session: SessionId,
    person: PersonId,
) -> QueryResult<Vec<(Change, Option<String>)>> {
    list_changes_of(conn, session, &[person])
}

/// The same for some people.
pub fn list_changes_of(
    conn: &mut Conn,
    session: SessionId,
    ids: &[PersonId],
) -> QueryResult<Vec<(Change, Option<String>)>> {
    attendance_changes::table
        .left_join(people::table.on(people::id.nullable().eq(attendance_changes::changed_by)))
        .filter(attendance_changes::session_id.eq(session))
        .filter(attendance_changes::person_id.eq_any(ids.to_vec()))
        .order((attendance_changes::changed_at.desc(), attendance_changes::id.desc()))
        .select((attendance_changes::all_columns, people::name.nullable()))
        .load(conn)
}

/// Whose attendance was changed after the session was confirmed, once for each change.
pub fn list_corrected(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    attendance_changes::table
        .filter(attendance_changes::session_id.eq(session))
        .filter(attendance_changes::after_confirmation.eq(true))
        .order(attendance_changes::id)
        .select(attendance_changes::person_id)
        .load(conn)
}

/// Each change in these sessions after a moment: whose and when, with the path of the unit in the roster row.
pub fn list_changed_since(
    conn: &mut Conn,
    sessions: &[SessionId],
    since: Moment,
) -> QueryResult<Vec<(SessionId, PersonId, Moment, UnitPath)>> {
    attendance_changes::table
        .inner_join(
            roster::table.on(roster::session_id
                .eq(attendance_changes::session_id)
                .and(roster::person_id.eq(attendance_changes::person_id))),
        )
        .inner_join(units::table.on(units::id.eq(roster::unit_id)))
        .filter(attendance_changes::session_id.eq_any(sessions.to_vec()))
        .filter(attendance_changes::changed_at.gt(since))
        .order(attendance_changes::id)
        .select((
            attendance_changes::session_id,
            attendance_changes::person_id,
            attendance_changes::changed_at,
            units::path,
        ))
        .load(conn)
}
