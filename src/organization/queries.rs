//! All SQL of units and people.

use super::model::{NewPerson, Person, Unit, UnitKind};
use crate::access::{Reach, UnitPath};
use crate::each;
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, UnitId};
use crate::store::schema::{memberships, people, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A unit, or `NotFound` when there is none or it is out of reach.
pub fn find_unit(conn: &mut Conn, reach: &Reach, id: UnitId) -> Result<Unit> {
    let unit: Option<Unit> = units::table.filter(units::id.eq(id)).first(conn).optional()?;
    unit.filter(|unit| reach.covers(&unit.path)).ok_or(Error::NotFound("unit"))
}

/// All units in their fixed order.
pub fn list_units(conn: &mut Conn) -> QueryResult<Vec<Unit>> {
    units::table.order((units::sort_key, units::id)).load(conn)
}

/// A unit and all below it, in their fixed order.
pub fn list_units_below(conn: &mut Conn, path: &UnitPath) -> QueryResult<Vec<Unit>> {
    let (start, end) = path.range();
    units::table
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .order((units::sort_key, units::id))
        .load(conn)
}

/// Adds a unit below its parent, at a place among its siblings.
pub fn insert_unit(
    conn: &mut Conn,
    parent: Option<&Unit>,
    code: &str,
    name: &str,
    kind: UnitKind,
    position: i64,
) -> QueryResult<Unit> {
    let sort_key = format!("{}{position:05}/", parent.map_or("", |parent| parent.sort_key.as_str()));
    let id: UnitId = diesel::insert_into(units::table)
        .values((
            units::parent_id.eq(parent.map(|parent| parent.id)),
            units::code.eq(code),
            units::name.eq(name),
            units::kind.eq(kind),
            units::position.eq(position),
            // The path holds the id, which is known only after the insert.
            units::path.eq(format!("new {code}")),
            units::sort_key.eq(sort_key),
        ))
        .returning(units::id)
        .get_result(conn)?;
    let path = format!("{}{id}/", parent.map_or("/", |parent| parent.path.0.as_str()));
    diesel::update(units::table.filter(units::id.eq(id)))
        .set(units::path.eq(path))
        .returning(units::all_columns)
        .get_result(conn)
}

/// A person, or `NotFound` when there is none or they are out of reach. Oneself is always in reach.
pub fn find_person(conn: &mut Conn, reach: &Reach, viewer: PersonId, id: PersonId) -> Result<Person> {
    let found: Option<(Person, UnitPath)> = people::table
        .inner_join(units::table)
        .filter(people::id.eq(id))
        .select((people::all_columns, units::path))
        .first(conn)
        .optional()?;
    let found = found.filter(|(person, path)| person.id == viewer || reach.covers(path));
    found.map(|(person, _)| person).ok_or(Error::NotFound("person"))
}

/// The people of a unit and all below it who have not left, in the units' and their own order.
pub fn list_people_below(conn: &mut Conn, path: &UnitPath) -> QueryResult<Vec<Person>> {
    let (start, end) = path.range();
    people::table
        .inner_join(units::table)
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .filter(people::left_on.is_null())
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}

/// Adds people with their membership from a day on, and gives their ids in the same order.
pub fn insert_people(conn: &mut Conn, new: &[NewPerson], from: NaiveDate) -> QueryResult<Vec<PersonId>> {
    let mut ids = Vec::with_capacity(new.len());
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|person| {
                (
                    people::employee_number.eq(&person.employee_number),
                    people::name.eq(&person.name),
                    people::unit_id.eq(person.unit_id),
                    people::post.eq(&person.post),
                    people::category.eq(person.category),
                    people::order_number.eq(person.order_number),
                    people::email.eq(&person.email),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(people::table).values(&rows).execute(c))?;
        let numbers: Vec<&str> = chunk.iter().map(|person| person.employee_number.as_str()).collect();
        let mut found: Vec<(String, PersonId)> = people::table
            .filter(people::employee_number.eq_any(numbers))
            .select((people::employee_number, people::id))
            .load(conn)?;
        found.sort();
        for person in chunk {
            // Each was just inserted under its number.
            let place = found.binary_search_by(|(number, _)| number.cmp(&person.employee_number));
            ids.push(found[place.map_err(|_| diesel::result::Error::NotFound)?].1);
        }
    }
    let pairs: Vec<_> = ids.iter().zip(new).collect();
    for chunk in pairs.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(id, person)| {
                (
                    memberships::person_id.eq(**id),
                    memberships::unit_id.eq(person.unit_id),
                    memberships::starts_on.eq(from),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(memberships::table).values(&rows).execute(c))?;
    }
    Ok(ids)
}

/// Whether nothing has been entered yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let first: Option<UnitId> = units::table.select(units::id).first(conn).optional()?;
    Ok(first.is_none())
}
