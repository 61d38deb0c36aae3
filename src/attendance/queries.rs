//! All SQL of attendance.

use super::model::Attendance;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{attendance, roster};
use crate::training::RosterRow;
use diesel::prelude::*;

/// Somebody's row in a session, if anybody has decided.
pub fn find(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<Option<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::person_id.eq(person))
        .first(conn)
        .optional()
}

/// The whole roster of a session in the order of its day, each with their state.
pub fn list_roll(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(RosterRow, Option<Attendance>)>> {
    roster::table
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::session_id.eq(session))
        .order(roster::position)
        .select((roster::all_columns, attendance::all_columns.nullable()))
        .load(conn)
}
