//! All SQL of attendance whose time is over.

use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::store::schema::{
    attendance, attendance_changes, attendance_requests, audience_people, door_openings, guests, kiosk_entries, kiosks,
    replies, roster, session_clerks, sessions, verifications,
};
use crate::training::SessionState;
use diesel::prelude::*;

pub(super) fn blank_marks(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let marked = attendance::device.is_not_null().or(attendance::code_until.is_not_null());
    diesel::update(attendance::table.filter(attendance::recorded_at.lt(before)).filter(marked))
        .set((attendance::device.eq(None::<String>), attendance::code_until.eq(None::<Moment>)))
        .execute(conn)
}

pub(super) fn list_with_roster(conn: &mut Conn, before: Moment, limit: i64) -> QueryResult<Vec<SessionId>> {
    let over = [SessionState::Confirmed, SessionState::Archived, SessionState::Cancelled];
    sessions::table
        .filter(sessions::ends_at.lt(before))
        .filter(sessions::state.eq_any(over))
        .filter(sessions::id.eq_any(roster::table.select(roster::session_id)))
        .order((sessions::ends_at, sessions::id))
        .limit(limit)
        .select(sessions::id)
        .load(conn)
}

pub(super) fn delete_all_of(conn: &mut Conn, session: SessionId) -> QueryResult<()> {
    diesel::delete(verifications::table.filter(verifications::session_id.eq(session))).execute(conn)?;
    diesel::delete(kiosk_entries::table.filter(kiosk_entries::session_id.eq(session))).execute(conn)?;
    let of_session = kiosks::table.filter(kiosks::session_id.eq(session)).select(kiosks::id);
    diesel::delete(door_openings::table.filter(door_openings::kiosk_id.eq_any(of_session))).execute(conn)?;
    diesel::delete(guests::table.filter(guests::session_id.eq(session))).execute(conn)?;
    diesel::delete(replies::table.filter(replies::session_id.eq(session))).execute(conn)?;
    diesel::delete(session_clerks::table.filter(session_clerks::session_id.eq(session))).execute(conn)?;
    diesel::delete(audience_people::table.filter(audience_people::session_id.eq(session))).execute(conn)?;
    diesel::delete(attendance_requests::table.filter(attendance_requests::session_id.eq(session))).execute(conn)?;
    diesel::delete(attendance_changes::table.filter(attendance_changes::session_id.eq(session))).execute(conn)?;
    diesel::delete(attendance::table.filter(attendance::session_id.eq(session))).execute(conn)?;
    diesel::delete(roster::table.filter(roster::session_id.eq(session))).execute(conn)?;
    Ok(())
}
