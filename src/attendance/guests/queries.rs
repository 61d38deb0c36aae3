//! All SQL of guests.

use super::model::{Guest, GuestState, NewGuest};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{GuestId, PersonId, SessionId, VenueId};
use crate::store::schema::guests;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// Adds one who asked by their own phone, once; tells whether it did.
pub fn insert_asked_once(
    conn: &mut Conn,
    session: SessionId,
    venue: VenueId,
    person: PersonId,
    new: &NewGuest,
    now: Moment,
) -> QueryResult<bool> {
    let row = (
        guests::session_id.eq(session),
        guests::venue_id.eq(venue),
        guests::person_id.eq(person),
        guests::name.eq(&new.name),
        guests::unit_name.eq(&new.unit_name),
        guests::asked_by.eq(person),
        guests::asked_at.eq(now),
        guests::state.eq(GuestState::Asked),
    );
    let n = each!(conn, c => diesel::insert_into(guests::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(n == 1)
}

/// Adds one whom the desk knows to be there.
pub fn insert_confirmed(
    conn: &mut Conn,
    session: SessionId,
    venue: VenueId,
    new: &NewGuest,
    by: PersonId,
    now: Moment,
) -> QueryResult<GuestId> {
    diesel::insert_into(guests::table)
        .values((
            guests::session_id.eq(session),
            guests::venue_id.eq(venue),
            guests::name.eq(new.name.trim()),
            guests::unit_name.eq(new.unit_name.trim()),
            guests::asked_by.eq(by),
            guests::asked_at.eq(now),
            guests::state.eq(GuestState::Confirmed),
            guests::decided_by.eq(by),
            guests::decided_at.eq(now),
        ))
        .returning(guests::id)
        .get_result(conn)
}

/// A guest of a session, or `NotFound`.
pub(super) fn find(conn: &mut Conn, session: SessionId, id: GuestId) -> Result<Guest> {
    guests::table
        .filter(guests::session_id.eq(session))
        .filter(guests::id.eq(id))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("guest"))
}

/// What became of somebody's asking to be a guest.
pub fn find_asked(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<Option<GuestState>> {
    guests::table
        .filter(guests::session_id.eq(session))
        .filter(guests::person_id.eq(person))
        .select(guests::state)
        .get_result(conn)
        .optional()
}

/// The guests of a session's venues: those to be looked at first, then the newest first; at most `limit`.
pub fn list(conn: &mut Conn, session: SessionId, venues: &[VenueId], limit: i64) -> QueryResult<Vec<Guest>> {
    guests::table
        .filter(guests::session_id.eq(session))
        .filter(guests::venue_id.eq_any(venues.to_vec()))
        // `asked` comes before the other words.
        .order((guests::state, guests::asked_at.desc(), guests::id.desc()))
        .limit(limit)
        .load(conn)
}

/// How many guests of these venues there are, those refused left out, and how many of them wait to be looked at.
pub fn count(conn: &mut Conn, session: SessionId, venues: &[VenueId]) -> QueryResult<(i64, i64)> {
    let lines: Vec<(GuestState, i64)> = guests::table
        .filter(guests::session_id.eq(session))
        .filter(guests::venue_id.eq_any(venues.to_vec()))
        .group_by(guests::state)
        .order(guests::state)
        .select((guests::state, count_star()))
        .load(conn)?;
    let n_asked = lines.iter().find(|(state, _)| *state == GuestState::Asked).map_or(0, |(_, n)| *n);
    let n = lines.iter().filter(|(state, _)| *state != GuestState::Refused).map(|(_, n)| n).sum();
    Ok((n, n_asked))
}

/// The confirmed guests of a session by name and unit, as they came, with who of ours each turned out to be.
pub fn list_confirmed(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(String, String, Option<PersonId>)>> {
    guests::table
        .filter(guests::session_id.eq(session))
        .filter(guests::state.eq(GuestState::Confirmed))
        .order((guests::asked_at, guests::id))
        .select((guests::name, guests::unit_name, guests::merged_into))
        .load(conn)
}

/// Decides on a guest, if it is still as the caller saw it; otherwise `Conflict`.
pub(super) fn update_state(conn: &mut Conn, guest: &Guest, state: GuestState, by: PersonId, now: Moment) -> Result<()> {
    let unchanged = guests::table.filter(guests::id.eq(guest.id)).filter(guests::version.eq(guest.version));
    let n = diesel::update(unchanged)
        .set((
            guests::state.eq(state),
            guests::decided_by.eq(by),
            guests::decided_at.eq(now),
            guests::version.eq(guest.version + 1),
        ))
        .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Says who of ours a guest turned out to be, if it is still as the caller saw it; otherwise `Conflict`.
pub(super) fn update_merged(conn: &mut Conn, guest: &Guest, into: PersonId) -> Result<()> {
    let unchanged = guests::table.filter(guests::id.eq(guest.id)).filter(guests::version.eq(guest.version));
    let n = diesel::update(unchanged)
        .set((guests::merged_into.eq(into), guests::version.eq(guest.version + 1)))
        .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(Error::Conflict) }
}
