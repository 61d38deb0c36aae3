//! Codes that lead to a venue, wrong ones, and the screens that show them.

use crate::attendance::model::{Attendance, CODE_PAUSE, Tries, WRONG_CODES, minute};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{LoginId, PersonId, SessionId, VenueId};
use crate::store::schema::{attendance, code_addresses, code_tries, roster, screens, sessions, venues};
use crate::training::{RosterRow, Session, SessionState, Venue};
use chrono::TimeDelta;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// A venue with its session, and what the session knows of one person.
#[derive(Debug, Clone, Queryable)]
pub struct Place {
    pub venue: Venue,
    pub session: Session,
    pub row: Option<RosterRow>,
    pub before: Option<Attendance>,
}

/// A venue of a session that is no draft, with what is recorded of a person there; all in one query.
pub(in crate::attendance) fn find_place(
    conn: &mut Conn,
    venue: VenueId,
    person: PersonId,
) -> QueryResult<Option<Place>> {
    each!(conn, c => venues::table
        .inner_join(sessions::table)
        .left_join(roster::table.on(roster::session_id.eq(sessions::id).and(roster::person_id.eq(person))))
        .left_join(attendance::table.on(attendance::session_id.eq(sessions::id).and(attendance::person_id.eq(person))))
        .filter(venues::id.eq(venue))
        .filter(sessions::state.ne(SessionState::Draft))
        .select((
            venues::all_columns,
            sessions::all_columns,
            roster::all_columns.nullable(),
            attendance::all_columns.nullable(),
        ))
        .get_result(c)
        .optional())
}

/// A session that somebody is on the roster of, with what is recorded of them and where they were, or `NotFound`;
/// all in one query.
pub fn find_own(
    conn: &mut Conn,
    session: SessionId,
    person: PersonId,
) -> Result<(Session, Option<Attendance>, Option<String>)> {
    each!(conn, c => roster::table
        .inner_join(sessions::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .left_join(venues::table.on(venues::id.nullable().eq(attendance::venue_id)))
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq(person))
        .filter(sessions::state.ne(SessionState::Draft))
        .select((sessions::all_columns, attendance::all_columns.nullable(), venues::name.nullable()))
        .get_result(c)
        .optional())?
    .ok_or(Error::NotFound("session"))
}

/// The venues of every session that has a code about now, with whether somebody is on its roster.
pub(in crate::attendance) fn list_places_about(
    conn: &mut Conn,
    person: PersonId,
    now: Moment,
) -> QueryResult<Vec<(Session, Venue, bool)>> {
    let found: Vec<(Session, Venue, Option<PersonId>)> = sessions::table
        .inner_join(venues::table)
        .left_join(roster::table.on(roster::session_id.eq(sessions::id).and(roster::person_id.eq(person))))
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::ends_at.ge(now))
        .filter(sessions::starts_at.le(now + TimeDelta::days(1)))
        .order((sessions::starts_at, sessions::id, venues::position))
        .select((sessions::all_columns, venues::all_columns, roster::person_id.nullable()))
        .load(conn)?;
    Ok(found.into_iter().map(|(session, venue, person)| (session, venue, person.is_some())).collect())
}

/// How often a login typed a wrong code. Others of the same login wait until the write that asked has ended: who sends
/// many guesses at once is not heard more often.
pub(in crate::attendance) fn find_tries(conn: &mut Conn, login: LoginId) -> QueryResult<Tries> {
    let fresh = (code_tries::login_id.eq(login), code_tries::n_wrong.eq(0));
    each!(conn, c => diesel::insert_into(code_tries::table).values(fresh).on_conflict_do_nothing().execute(c))?;
    let (n_wrong, wait_until, wrong_at) = diesel::update(code_tries::table.filter(code_tries::login_id.eq(login)))
        .set(code_tries::n_wrong.eq(code_tries::n_wrong))
        .returning((code_tries::n_wrong, code_tries::wait_until, code_tries::wrong_at))
        .get_result(conn)?;
    Ok(Tries { n_wrong, wait_until, wrong_at })
}

/// How many wrong codes came from an address in the minute that `now` lies in.
pub(in crate::attendance) fn find_tries_of_address(conn: &mut Conn, address: &str, now: Moment) -> QueryResult<i64> {
    let n: Option<i64> = code_addresses::table
        .filter(code_addresses::address.eq(address))
        .filter(code_addresses::minute.eq(minute(now)))
        .select(code_addresses::n_wrong)
        .get_result(conn)
        .optional()?;
    Ok(n.unwrap_or(0))
}

/// Counts one more wrong code of a login, of which `tries` were known, and of its address.
pub(in crate::attendance) fn count_wrong_code(
    conn: &mut Conn,
    login: LoginId,
    address: &str,
    tries: Tries,
    now: Moment,
) -> QueryResult<()> {
    let n_wrong = tries.n_counted(now) + 1;
    let wait_until = (n_wrong >= WRONG_CODES).then(|| now + CODE_PAUSE);
    diesel::update(code_tries::table.filter(code_tries::login_id.eq(login)))
        .set((
            code_tries::n_wrong.eq(n_wrong),
            code_tries::wait_until.eq(wait_until),
            code_tries::wrong_at.eq(Some(now)),
        ))
        .execute(conn)?;
    let this = minute(now);
    diesel::delete(code_addresses::table.filter(code_addresses::minute.lt(this))).execute(conn)?;
    let fresh = (code_addresses::address.eq(address), code_addresses::minute.eq(this), code_addresses::n_wrong.eq(0));
    each!(conn, c => diesel::insert_into(code_addresses::table).values(fresh).on_conflict_do_nothing().execute(c))?;
    diesel::update(code_addresses::table.filter(code_addresses::address.eq(address)))
        .set((code_addresses::minute.eq(this), code_addresses::n_wrong.eq(code_addresses::n_wrong + 1)))
        .execute(conn)?;
    Ok(())
}

/// Notes when a screen last asked for a code, and forgets those of other days.
pub(in crate::attendance) fn note_screen(
    conn: &mut Conn,
    name: &str,
    session: SessionId,
    venue: VenueId,
    now: Moment,
) -> QueryResult<()> {
    diesel::delete(screens::table.filter(screens::seen_at.lt(now - TimeDelta::days(1)))).execute(conn)?;
    let row = (
        screens::name.eq(name),
        screens::session_id.eq(session),
        screens::venue_id.eq(venue),
        screens::seen_at.eq(now),
    );
    let seen = (screens::session_id.eq(session), screens::venue_id.eq(venue), screens::seen_at.eq(now));
    each!(conn, c => diesel::insert_into(screens::table)
        .values(row)
        .on_conflict(screens::name)
        .do_update()
        .set(seen)
        .execute(c))?;
    Ok(())
}

/// How many screens of a session have asked for a code since a moment.
pub fn count_screens(conn: &mut Conn, session: SessionId, since: Moment) -> QueryResult<i64> {
    screens::table
        .filter(screens::session_id.eq(session))
        .filter(screens::seen_at.ge(since))
        .select(count_star())
        .get_result(conn)
}
