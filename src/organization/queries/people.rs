//! People: found, listed, added, changed.

use crate::access::{Reach, UnitPath};
use crate::each;
use crate::error::{Error, Result};
use crate::organization::model::{NewPerson, Person};
use crate::store::ids::{PersonId, UnitId};
use crate::store::schema::{memberships, people, units};
use crate::store::{self, Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A person, or `NotFound` when there is none or they are out of reach. Oneself is always in reach.
pub fn find_person(conn: &mut Conn, reach: &Reach, viewer: PersonId, id: PersonId) -> Result<Person> {
    let found: Option<(Person, UnitPath)> = people::table
        .inner_join(units::table)
        .filter(people::id.eq(id))
        .select((people::all_columns, units::path))
        .get_result(conn)
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

/// Those of some people who were of a unit, or of one below it, at some time: whoever has left or moved on is found so.
pub fn list_ever_below(conn: &mut Conn, path: &UnitPath, ids: &[PersonId]) -> QueryResult<Vec<Person>> {
    let (start, end) = path.range();
    memberships::table
        .inner_join(units::table)
        .inner_join(people::table)
        .filter(memberships::person_id.eq_any(ids))
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .order((people::order_number, people::id))
        .select(people::all_columns)
        .distinct()
        .load(conn)
}

/// The row of a [`NewPerson`].
macro_rules! row_of {
    ($person:expr) => {
        (
            people::employee_number.eq(&$person.employee_number),
            people::name.eq(&$person.name),
            people::unit_id.eq($person.unit_id),
            people::post.eq(&$person.post),
            people::category.eq($person.category),
            people::order_number.eq($person.order_number),
            people::email.eq(&$person.email),
        )
    };
}

/// Adds people with their membership from a day on, and gives their ids in the same order.
pub fn insert_people(conn: &mut Conn, new: &[NewPerson], from: NaiveDate) -> QueryResult<Vec<PersonId>> {
    let mut ids = Vec::with_capacity(new.len());
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk.iter().map(|person| row_of!(person)).collect();
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
            let inserted = place.ok().and_then(|place| found.get(place));
            ids.push(inserted.ok_or(diesel::result::Error::NotFound)?.1);
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

/// Writes people by their employee numbers: adds who is not there, replaces what is said of who is. All of `wanted` are
/// people of the roster; who is missing from it is not touched.
pub(in crate::organization) fn upsert_people(conn: &mut Conn, wanted: &[NewPerson]) -> QueryResult<()> {
    use diesel::upsert::excluded;
    for chunk in wanted.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk.iter().map(|person| row_of!(person)).collect();
        each!(conn, c => diesel::insert_into(people::table)
            .values(&rows)
            .on_conflict(people::employee_number)
            .do_update()
            .set((
                people::name.eq(excluded(people::name)),
                people::unit_id.eq(excluded(people::unit_id)),
                people::post.eq(excluded(people::post)),
                people::category.eq(excluded(people::category)),
                people::order_number.eq(excluded(people::order_number)),
                people::email.eq(excluded(people::email)),
                people::version.eq(people::version + 1),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Takes people away with their memberships. Nothing else may refer to them.
pub(in crate::organization) fn delete_people(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<()> {
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        diesel::delete(memberships::table.filter(memberships::person_id.eq_any(chunk))).execute(conn)?;
        diesel::delete(people::table.filter(people::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(())
}

/// The people who have these employee numbers.
pub fn list_people_by_numbers(conn: &mut Conn, numbers: &[&str]) -> QueryResult<Vec<Person>> {
    let mut found = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(ROWS_A_STATEMENT) {
        found.extend(
            people::table.filter(people::employee_number.eq_any(chunk)).order(people::id).load::<Person>(conn)?,
        );
    }
    Ok(found)
}

/// Writes what was changed of a person; nothing when the version is no longer that.
pub(in crate::organization) fn update_person(
    conn: &mut Conn,
    id: PersonId,
    version: i64,
    wanted: &NewPerson,
    left_on: Option<NaiveDate>,
) -> QueryResult<usize> {
    diesel::update(people::table.filter(people::id.eq(id)).filter(people::version.eq(version)))
        .set((
            people::name.eq(&wanted.name),
            people::unit_id.eq(wanted.unit_id),
            people::post.eq(&wanted.post),
            people::category.eq(wanted.category),
            people::order_number.eq(wanted.order_number),
            people::email.eq(&wanted.email),
            people::left_on.eq(left_on),
            people::version.eq(version + 1),
        ))
        .execute(conn)
}

/// How many people who have not left belong to each unit itself.
pub fn count_people_by_unit(conn: &mut Conn) -> QueryResult<Vec<(UnitId, i64)>> {
    people::table
        .filter(people::left_on.is_null())
        .group_by(people::unit_id)
        .order(people::unit_id)
        .select((people::unit_id, diesel::dsl::count_star()))
        .load(conn)
}

/// What to look for among people.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Part of a name or of an employee number.
    pub text: String,
    /// A unit with all below it.
    pub unit: Option<UnitPath>,
    pub with_left: bool,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn people_in_units() -> _ {
    people::table.inner_join(units::table)
}

/// One page of people in the units' and their own order, and how many there are in all: where it begins may depend on that.
pub fn list_people(
    conn: &mut Conn,
    filter: &PeopleFilter,
    limit: i64,
    offset_of: impl FnOnce(i64) -> i64,
) -> QueryResult<(Vec<(Person, String)>, i64)> {
    macro_rules! narrowed {
        ($query:expr) => {{
            let mut query = $query.into_boxed();
            if !filter.text.is_empty() {
                let like = store::containing(&filter.text);
                query = query.filter(
                    store::lower(people::name).like(like.clone()).escape('\\').or(store::lower(
                        people::employee_number,
                    )
                    .like(like)
                    .escape('\\')),
                );
            }
            if let Some(path) = &filter.unit {
                let (start, end) = path.range();
                query = query.filter(units::path.ge(start)).filter(units::path.lt(end));
            }
            if !filter.with_left {
                query = query.filter(people::left_on.is_null());
            }
            query
        }};
    }
    let n_people = narrowed!(people_in_units().select(diesel::dsl::count_star())).get_result(conn)?;
    let rows = narrowed!(people_in_units().select((people::all_columns, units::name)))
        .order((units::sort_key, people::order_number, people::id))
        .offset(offset_of(n_people))
        .limit(limit)
        .load(conn)?;
    Ok((rows, n_people))
}

/// Everybody who has not left, in the units' and their own order: the present roster.
pub fn list_everybody(conn: &mut Conn) -> QueryResult<Vec<Person>> {
    people::table
        .inner_join(units::table)
        .filter(people::left_on.is_null())
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}
