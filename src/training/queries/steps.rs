//! The steps of a session from state to state, and from one time to another.

use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::store::schema::{sessions, venues};
use crate::training::model::{Session, SessionState};
use crate::training::reschedule::Schedule;
use crate::training::state::StateChange;
use diesel::prelude::*;

/// Moves a session to another state, if it is still as the caller saw it; otherwise `Conflict`.
pub(in crate::training) fn update_state(conn: &mut Conn, session: &Session, change: &StateChange<'_>) -> Result<()> {
    let n_changed = diesel::update(
        sessions::table
            .filter(sessions::id.eq(session.id))
            .filter(sessions::state.eq(session.state))
            .filter(sessions::version.eq(session.version)),
    )
    .set((
        sessions::state.eq(change.state),
        sessions::closed_at.eq(change.closed_at),
        sessions::confirmed_at.eq(change.confirmed_at),
        sessions::cancelled_at.eq(change.cancelled_at),
        sessions::state_reason.eq(change.reason),
        sessions::version.eq(session.version + 1),
    ))
    .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Marks a draft as published, if it is still at this version; otherwise `Conflict`.
pub(in crate::training) fn update_published(
    conn: &mut Conn,
    session: &Session,
    version: i64,
    now: Moment,
) -> Result<()> {
    let unchanged = sessions::table
        .filter(sessions::id.eq(session.id))
        .filter(sessions::state.eq(session.state))
        .filter(sessions::version.eq(version));
    let n_changed = diesel::update(unchanged)
        .set((
            sessions::state.eq(SessionState::Published),
            sessions::published_at.eq(now),
            sessions::version.eq(version + 1),
        ))
        .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Gives a published session its new times and places, and its next revision.
pub(in crate::training) fn update_schedule(conn: &mut Conn, session: &Session, schedule: &Schedule) -> Result<()> {
    let unchanged = sessions::table.filter(sessions::id.eq(session.id)).filter(sessions::version.eq(session.version));
    let n_changed = diesel::update(unchanged)
        .set((
            sessions::starts_at.eq(schedule.starts_at),
            sessions::ends_at.eq(schedule.ends_at),
            sessions::revision.eq(session.revision + 1),
            sessions::version.eq(session.version + 1),
        ))
        .execute(conn)?;
    if n_changed != 1 {
        return Err(Error::Conflict);
    }
    for (venue, name) in &schedule.venues {
        let own = venues::table.filter(venues::id.eq(*venue)).filter(venues::session_id.eq(session.id));
        diesel::update(own).set(venues::name.eq(name)).execute(conn)?;
    }
    Ok(())
}

/// Another deadline for replies, of a session that is still as the caller saw it; otherwise `Conflict`.
pub(in crate::training) fn update_reply_by(conn: &mut Conn, session: &Session, reply_by: Moment) -> Result<()> {
    let unchanged = sessions::table.filter(sessions::id.eq(session.id)).filter(sessions::version.eq(session.version));
    let n_changed = diesel::update(unchanged)
        .set((sessions::reply_by.eq(reply_by), sessions::version.eq(session.version + 1)))
        .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Gives a session other times, and nobody notice of it: for the demo, which is always in the middle of one.
pub fn update_times(conn: &mut Conn, id: SessionId, starts_at: Moment, ends_at: Moment) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set((sessions::starts_at.eq(starts_at), sessions::ends_at.eq(ends_at)))
        .execute(conn)?;
    Ok(())
}
