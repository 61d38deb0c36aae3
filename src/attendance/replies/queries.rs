//! All SQL of replies.

use super::model::{Line, Reply};
use crate::attendance::model::AttendanceState;
use crate::clock::Moment;
use crate::each;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::store::schema::{attendance, replies, roster};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// What the units have answered to a session.
pub fn list(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Reply>> {
    replies::table.filter(replies::session_id.eq(session)).order(replies::unit_id).load(conn)
}

/// What a unit has answered, if anything.
pub fn find(conn: &mut Conn, session: SessionId, unit: UnitId) -> QueryResult<Option<Reply>> {
    replies::table.filter(replies::session_id.eq(session)).filter(replies::unit_id.eq(unit)).get_result(conn).optional()
}

/// Which units have sent their reply to these sessions.
pub fn list_sent(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, UnitId)>> {
    replies::table
        .filter(replies::session_id.eq_any(ids))
        .filter(replies::sent_at.is_not_null())
        .order((replies::session_id, replies::unit_id))
        .select((replies::session_id, replies::unit_id))
        .load(conn)
}

/// What a reply is from now on.
pub(super) struct Answered<'a> {
    pub session: SessionId,
    pub unit: UnitId,
    /// 0 when there was none.
    pub version: i64,
    /// What is kept for somebody to send; nothing when it is sent.
    pub draft: Option<&'a [Line]>,
    pub by: PersonId,
    pub at: Moment,
}

/// Keeps a draft, or that the reply was sent; tells whether it was still as the caller saw it.
pub(super) fn store(conn: &mut Conn, answered: &Answered<'_>) -> Result<bool> {
    let fresh = (
        replies::session_id.eq(answered.session),
        replies::unit_id.eq(answered.unit),
        replies::version.eq(answered.version),
    );
    if answered.version == 0 {
        each!(conn, c => diesel::insert_into(replies::table).values(fresh).on_conflict_do_nothing().execute(c))?;
    }
    let unchanged = replies::table
        .filter(replies::session_id.eq(answered.session))
        .filter(replies::unit_id.eq(answered.unit))
        .filter(replies::version.eq(answered.version));
    let n = match answered.draft {
        Some(lines) => {
            let draft = serde_json::to_string(lines)
                .map_err(|source| anyhow::Error::new(source).context("the draft of a reply"))?;
            diesel::update(unchanged)
                .set((
                    replies::draft.eq(draft),
                    replies::drafted_by.eq(answered.by),
                    replies::drafted_at.eq(answered.at),
                    replies::version.eq(answered.version + 1),
                ))
                .execute(conn)?
        }
        None => diesel::update(unchanged)
            .set((
                replies::draft.eq(None::<String>),
                replies::sent_by.eq(answered.by),
                replies::sent_at.eq(answered.at),
                replies::version.eq(answered.version + 1),
            ))
            .execute(conn)?,
    };
    Ok(n == 1)
}

/// How many people of a unit of the roster go to a venue in some state.
pub type VenueCount = (UnitId, VenueId, Option<AttendanceState>, i64);

/// The roster of a session counted by unit, venue and state.
pub fn count_by_venue(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<VenueCount>> {
    roster::table
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::session_id.eq(session))
        .group_by((roster::unit_id, roster::venue_id, attendance::state))
        .order((roster::unit_id, roster::venue_id))
        .select((roster::unit_id, roster::venue_id, attendance::state.nullable(), count_star()))
        .load(conn)
}

/// Adds a reply that was sent: for the demo.
pub fn insert_sent(conn: &mut Conn, session: SessionId, unit: UnitId, by: PersonId, at: Moment) -> QueryResult<()> {
    diesel::insert_into(replies::table)
        .values((
            replies::session_id.eq(session),
            replies::unit_id.eq(unit),
            replies::sent_by.eq(by),
            replies::sent_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}
