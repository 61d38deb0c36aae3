//! Sessions: one by its number, those that somebody may see, those in some state.

use super::rosters::find_roster_row;
use super::venues::is_clerk;
use crate::access::{Reach, Role, UnitPath, Viewer};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{roster, session_clerks, sessions, units};
use crate::training::model::{Session, SessionState};
use diesel::dsl::{max, min};
use diesel::prelude::*;

/// A session, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_session(conn: &mut Conn, id: SessionId) -> Result<Session> {
    sessions::table.find(id.0).get_result(conn).optional()?.ok_or(Error::NotFound("session"))
}

/// A session that the viewer may see, or `NotFound`: HQ sees all; others those that are no draft and that they,
/// or somebody in a unit they lead, are on the roster of, or that they serve as clerk.
pub fn find_visible(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    let session = find_session(conn, id)?;
    if viewer.is_hq() {
        return Ok(session);
    }
    let visible = session.state != SessionState::Draft
        && (find_roster_row(conn, id, viewer.person)?.is_some()
            || is_clerk(conn, id, viewer)?
            || is_in_reach(conn, &viewer.reach(), id)?);
    if visible { Ok(session) } else { Err(Error::NotFound("session")) }
}

/// Whether the viewer may see a session, as [`find_visible`] says.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn is_visible(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<bool> {
    match find_visible(conn, viewer, id) {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The session as the reader of its reports sees it: as [`find_visible`], and what was named to an inspector.
pub fn find_for_report(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    if viewer.is_inspector() {
        let session = find_session(conn, id)?;
        if session.state != SessionState::Draft && is_in_reach(conn, &viewer.reach_of_reports(id), id)? {
            return Ok(session);
        }
    }
    find_visible(conn, viewer, id)
}

/// The sessions that were held and whose reports an inspector was sent to read, the newest first.
pub fn list_inspected(conn: &mut Conn, viewer: &Viewer, limit: i64) -> QueryResult<Vec<Session>> {
    let named: Vec<SessionId> =
        viewer.grants.iter().filter(|grant| grant.role == Role::Inspector).filter_map(|grant| grant.session).collect();
    let units = viewer.grants.iter().filter(|grant| grant.role == Role::Inspector);
    let within = or_of_units(Box::new(sessions::id.eq_any(named)), units.filter_map(|grant| grant.path.as_ref()));
    sessions::table
        .filter(sessions::state.ne_all(NOT_HELD))
        .filter(within)
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(limit)
        .load(conn)
}

/// Whether anybody on the session's roster is within reach, by the unit in the roster row and today's tree.
fn is_in_reach(conn: &mut Conn, reach: &Reach, id: SessionId) -> QueryResult<bool> {
    let paths = match reach {
        Reach::Group => return Ok(true),
        Reach::Own => return Ok(false),
        Reach::Units(paths) => paths,
    };
    for path in paths {
        let (start, end) = path.range();
        let found: Option<i64> = roster::table
            .inner_join(units::table)
            .filter(roster::session_id.eq(id))
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::person_id)
            .get_result(conn)
            .optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Which sessions a list shows.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Those that end from this moment on.
    pub from: Option<Moment>,
    /// Those that end before this moment.
    pub until: Option<Moment>,
    pub when: Option<When>,
    pub states: Vec<SessionState>,
}

/// Whether a session is still to be held, as a moment and its state say: one that was closed before its time is over.
#[derive(Debug, Clone, Copy)]
pub enum When {
    ToCome(Moment),
    Over(Moment),
}

/// The states in which a session may still be to come.
const NOT_HELD: [SessionState; 3] = [SessionState::Draft, SessionState::Published, SessionState::Cancelled];

/// The order of a list of sessions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    SoonestFirst,
    LatestFirst,
}

type Sessions<'a> = sessions::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

/// The sessions that the viewer may see: as [`find_visible`], for lists.
fn visible_to(viewer: &Viewer) -> Sessions<'static> {
    let all = sessions::table.into_boxed();
    if viewer.is_hq() {
        return all;
    }
    let person = viewer.person;
    let own = roster::table.filter(roster::person_id.eq(person)).select(roster::session_id);
    // Nobody has the id 0: a remembered phone serves nothing.
    let clerk = if viewer.is_full() { person } else { PersonId(0) };
    let served = session_clerks::table.filter(session_clerks::person_id.eq(clerk)).select(session_clerks::session_id);
    let visible: Condition = Box::new(sessions::id.eq_any(own).or(sessions::id.eq_any(served)));
    let visible = match viewer.reach() {
        Reach::Units(paths) => or_of_units(visible, &paths),
        Reach::Group | Reach::Own => visible,
    };
    all.filter(sessions::state.ne(SessionState::Draft)).filter(visible)
}

type Condition = Box<
    dyn BoxableExpression<sessions::table, <Conn as diesel::Connection>::Backend, SqlType = diesel::sql_types::Bool>,
>;

/// What a condition holds for, and sessions with somebody of these units, or of one below, on their roster.
fn or_of_units<'a>(mut condition: Condition, paths: impl IntoIterator<Item = &'a UnitPath>) -> Condition {
    for path in paths {
        let (start, end) = path.range();
        let theirs = roster::table
            .inner_join(units::table)
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::session_id);
        condition = Box::new(condition.or(sessions::id.eq_any(theirs)));
    }
    condition
}

fn listed(viewer: &Viewer, listing: &Listing) -> Sessions<'static> {
    let mut query = visible_to(viewer);
    if let Some(from) = listing.from {
        query = query.filter(sessions::ends_at.ge(from));
    }
    if let Some(until) = listing.until {
        query = query.filter(sessions::ends_at.lt(until));
    }
    query = match listing.when {
        None => query,
        Some(When::ToCome(now)) => query.filter(sessions::ends_at.ge(now)).filter(sessions::state.eq_any(NOT_HELD)),
        Some(When::Over(now)) => query.filter(sessions::ends_at.lt(now).or(sessions::state.ne_all(NOT_HELD))),
    };
    if !listing.states.is_empty() {
        query = query.filter(sessions::state.eq_any(listing.states.clone()));
    }
    query
}

/// A page of the sessions that the viewer may see.
pub fn list_visible(
    conn: &mut Conn,
    viewer: &Viewer,
    listing: &Listing,
    order: Order,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<Session>> {
    let query = listed(viewer, listing).offset(offset).limit(limit);
    match order {
        Order::SoonestFirst => query.order((sessions::starts_at, sessions::id)).load(conn),
        Order::LatestFirst => query.order((sessions::starts_at.desc(), sessions::id.desc())).load(conn),
    }
}

/// How many sessions the list has in all.
pub fn count_visible(conn: &mut Conn, viewer: &Viewer, listing: &Listing) -> QueryResult<i64> {
    listed(viewer, listing).count().get_result(conn)
}

/// When the first and the last session begin, of those that the viewer may see.
pub fn find_first_and_last(conn: &mut Conn, viewer: &Viewer) -> QueryResult<(Option<Moment>, Option<Moment>)> {
    visible_to(viewer).select((min(sessions::starts_at), max(sessions::starts_at))).get_result(conn)
}

/// The sessions in some state, the latest start first.
pub fn list_in_state(conn: &mut Conn, state: SessionState) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(state))
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .load(conn)
}

/// The sessions that make up for another, the first to begin first.
pub fn list_make_up_sessions(conn: &mut Conn, missed: SessionId) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::make_up_of.eq(missed))
        .filter(sessions::state.ne(SessionState::Cancelled))
        .order((sessions::starts_at, sessions::id))
        .load(conn)
}

/// The published sessions whose units are still asked who comes, the first to be answered first.
pub fn list_asking(conn: &mut Conn, now: Moment, limit: i64) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::reply_by.ge(now))
        .order((sessions::reply_by, sessions::id))
        .limit(limit)
        .load(conn)
}

/// The published sessions that have not begun and whose units were asked who comes, the first to be answered first.
pub fn list_asked(conn: &mut Conn, now: Moment, limit: i64) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::starts_at.gt(now))
        .filter(sessions::reply_by.is_not_null())
        .order((sessions::reply_by, sessions::id))
        .limit(limit)
        .load(conn)
}
