//! Where people belonged, and when.

use crate::each;
use crate::organization::model::{Membership, Stay};
use crate::store::ids::{PersonId, UnitId};
use crate::store::schema::{memberships, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Ends the open memberships of people the day before `from`, and begins new ones. One that began that very day is
/// replaced: it never was.
pub(in crate::organization) fn move_people(
    conn: &mut Conn,
    moves: &[(PersonId, UnitId)],
    from: NaiveDate,
) -> QueryResult<()> {
    for chunk in moves.chunks(ROWS_A_STATEMENT) {
        let ids: Vec<PersonId> = chunk.iter().map(|(person, _)| *person).collect();
        diesel::delete(
            memberships::table.filter(memberships::person_id.eq_any(&ids)).filter(memberships::starts_on.ge(from)),
        )
        .execute(conn)?;
        diesel::update(
            memberships::table.filter(memberships::person_id.eq_any(&ids)).filter(memberships::ends_on.is_null()),
        )
        .set(memberships::ends_on.eq(from.pred_opt()))
        .execute(conn)?;
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, unit)| {
                (memberships::person_id.eq(*person), memberships::unit_id.eq(*unit), memberships::starts_on.eq(from))
            })
            .collect();
        each!(conn, c => diesel::insert_into(memberships::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Where people belonged, each person's stays the oldest first.
pub(in crate::organization) fn list_stays(conn: &mut Conn, people: &[PersonId]) -> QueryResult<Vec<(PersonId, Stay)>> {
    let mut found = Vec::with_capacity(people.len());
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        found.extend(
            memberships::table
                .filter(memberships::person_id.eq_any(chunk))
                .order((memberships::person_id, memberships::starts_on))
                .select((memberships::person_id, (memberships::unit_id, memberships::starts_on, memberships::ends_on)))
                .load::<(PersonId, Stay)>(conn)?,
        );
    }
    Ok(found)
}

/// Puts stays in the place of all that people have; somebody without one then has none.
pub(in crate::organization) fn replace_stays(
    conn: &mut Conn,
    people: &[PersonId],
    stays: &[(PersonId, Stay)],
) -> QueryResult<()> {
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        diesel::delete(memberships::table.filter(memberships::person_id.eq_any(chunk))).execute(conn)?;
    }
    for chunk in stays.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, stay)| {
                (
                    memberships::person_id.eq(*person),
                    memberships::unit_id.eq(stay.unit_id),
                    memberships::starts_on.eq(stay.starts_on),
                    memberships::ends_on.eq(stay.ends_on),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(memberships::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Where a person belonged, the latest first.
pub fn list_memberships(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<Membership>> {
    memberships::table
        .inner_join(units::table)
        .filter(memberships::person_id.eq(person))
        .order((memberships::starts_on.desc(), memberships::id.desc()))
        .select((units::id, units::name, memberships::starts_on, memberships::ends_on))
        .load(conn)
}

/// Ends the membership of somebody who no longer belongs from a day on: also the one that was taken to have ended on
/// another, `left_before`, by mistake.
pub(in crate::organization) fn end_membership(
    conn: &mut Conn,
    person: PersonId,
    from: NaiveDate,
    left_before: Option<NaiveDate>,
) -> QueryResult<()> {
    let of_person = || memberships::table.filter(memberships::person_id.eq(person));
    let ended_before = left_before.and_then(|day| day.pred_opt());
    diesel::delete(of_person().filter(memberships::starts_on.ge(from))).execute(conn)?;
    let last = memberships::ends_on.is_null().or(memberships::ends_on.ge(from));
    diesel::update(of_person().filter(last.or(memberships::ends_on.eq(ended_before))))
        .set(memberships::ends_on.eq(from.pred_opt()))
        .execute(conn)?;
    Ok(())
}
