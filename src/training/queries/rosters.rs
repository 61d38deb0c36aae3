//! Frozen rosters: who is expected, and where.

use crate::access::UnitPath;
use crate::each;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::store::schema::{people, roster, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::model::RosterRow;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// Somebody's row in a roster, if they are on it.
pub fn find_roster_row(conn: &mut Conn, id: SessionId, person: PersonId) -> QueryResult<Option<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).filter(roster::person_id.eq(person)).get_result(conn).optional()
}

/// The roster of a session in the order of its day.
pub fn list_roster(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).order(roster::position).load(conn)
}

/// The employee numbers of everybody on a roster.
pub fn list_employee_numbers(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(PersonId, String)>> {
    roster::table
        .inner_join(people::table)
        .filter(roster::session_id.eq(id))
        .order(roster::position)
        .select((people::id, people::employee_number))
        .load(conn)
}

/// Writes a frozen roster.
pub fn insert_roster(conn: &mut Conn, rows: &[RosterRow]) -> QueryResult<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|row| {
                (
                    roster::session_id.eq(row.session_id),
                    roster::person_id.eq(row.person_id),
                    roster::position.eq(row.position),
                    roster::unit_id.eq(row.unit_id),
                    roster::unit_name.eq(&row.unit_name),
                    roster::name.eq(&row.name),
                    roster::post.eq(&row.post),
                    roster::category.eq(row.category),
                    roster::venue_id.eq(row.venue_id),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(roster::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Sends everybody of a unit and below, by the unit in the roster row and today's tree, to a venue.
pub(in crate::training) fn update_venue_of_unit(
    conn: &mut Conn,
    id: SessionId,
    path: &UnitPath,
    venue: VenueId,
) -> QueryResult<i64> {
    let (start, end) = path.range();
    let below = units::table.filter(units::path.ge(start)).filter(units::path.lt(end)).select(units::id);
    let rows = roster::table
        .filter(roster::session_id.eq(id))
        .filter(roster::unit_id.eq_any(below))
        .filter(roster::venue_id.ne(venue));
    let n = diesel::update(rows).set(roster::venue_id.eq(venue)).execute(conn)?;
    Ok(n as i64)
}

/// Sends one person of a roster to a venue.
pub(in crate::training) fn update_venue_of_person(
    conn: &mut Conn,
    id: SessionId,
    person: PersonId,
    venue: VenueId,
) -> QueryResult<()> {
    let row = roster::table.filter(roster::session_id.eq(id)).filter(roster::person_id.eq(person));
    diesel::update(row).set(roster::venue_id.eq(venue)).execute(conn)?;
    Ok(())
}

/// How many people of a session's roster go to each venue.
pub fn count_roster_by_venue(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(VenueId, i64)>> {
    roster::table
        .filter(roster::session_id.eq(id))
        .group_by(roster::venue_id)
        .order(roster::venue_id)
        .select((roster::venue_id, count_star()))
        .load(conn)
}

/// How many people are on the roster of each of these sessions.
pub fn count_rosters(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, i64)>> {
    roster::table
        .filter(roster::session_id.eq_any(ids))
        .group_by(roster::session_id)
        .order(roster::session_id)
        .select((roster::session_id, count_star()))
        .load(conn)
}

/// How many people on a session's roster have an address for mail.
pub fn count_with_email(conn: &mut Conn, id: SessionId) -> QueryResult<i64> {
    roster::table
        .inner_join(people::table)
        .filter(roster::session_id.eq(id))
        .filter(people::email.is_not_null())
        .select(count_star())
        .first(conn)
}

/// The rows of one person in these sessions' rosters.
pub fn list_roster_rows_of(conn: &mut Conn, person: PersonId, ids: &[SessionId]) -> QueryResult<Vec<RosterRow>> {
    roster::table
        .filter(roster::person_id.eq(person))
        .filter(roster::session_id.eq_any(ids))
        .order(roster::session_id)
        .load(conn)
}

/// The rows of these people in a session's roster.
pub fn list_roster_rows_among(conn: &mut Conn, id: SessionId, people: &[PersonId]) -> QueryResult<Vec<RosterRow>> {
    roster::table
        .filter(roster::session_id.eq(id))
        .filter(roster::person_id.eq_any(people))
        .order(roster::position)
        .load(conn)
}

/// The units that stand in the rosters of these sessions.
pub fn list_roster_units(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, UnitId)>> {
    roster::table
        .filter(roster::session_id.eq_any(ids))
        .group_by((roster::session_id, roster::unit_id))
        .order((roster::session_id, roster::unit_id))
        .select((roster::session_id, roster::unit_id))
        .load(conn)
}
