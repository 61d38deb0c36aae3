//! People who may be asked to a session.

use crate::organization::{Category, Person};
use crate::store::ids::{PersonId, UnitId};
use crate::store::schema::{people, units};
use crate::store::{Conn, lower};
use crate::training::audience::{Audience, Candidate, Headcount};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// How many people there are by unit and category.
pub fn headcounts(conn: &mut Conn) -> QueryResult<Vec<Headcount>> {
    let rows: Vec<(UnitId, Category, i64)> = people::table
        .filter(people::left_on.is_null())
        .group_by((people::unit_id, people::category))
        .order((people::unit_id, people::category))
        .select((people::unit_id, people::category, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(unit, category, n)| Headcount { unit, category, n }).collect())
}

/// The people whom an audience names, as far as they have not left.
pub fn list_named(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Candidate>> {
    Ok(list_named_people(conn, audience)?
        .into_iter()
        .map(|person| Candidate { person: person.id, unit: person.unit_id, category: person.category })
        .collect())
}

/// The people whom an audience names, in the order of their units and their own.
pub fn list_named_people(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Person>> {
    let ids: Vec<PersonId> = audience.added.iter().chain(&audience.left_out).copied().collect();
    people::table
        .inner_join(units::table)
        .filter(people::id.eq_any(ids))
        .filter(people::left_on.is_null())
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}

/// Everybody whom an audience might expect, in the order of a roster: the units', then their own.
pub(in crate::training) fn list_possible_people(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Person>> {
    people::table
        .inner_join(units::table)
        .filter(people::left_on.is_null())
        .filter(people::category.eq_any(&audience.categories).or(people::id.eq_any(&audience.added)))
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}

/// People by the employee numbers or names that somebody typed.
pub fn list_people_called(conn: &mut Conn, words: &[String]) -> QueryResult<Vec<Person>> {
    people::table
        .filter(people::left_on.is_null())
        .filter(people::employee_number.eq_any(words).or(people::name.eq_any(words)))
        .order((people::employee_number, people::id))
        .load(conn)
}

/// People by a part of their name or their employee number; nobody for an empty search.
pub fn search_people(conn: &mut Conn, words: &str, limit: i64) -> QueryResult<Vec<Person>> {
    let words = words.trim();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let like = crate::store::containing(words);
    people::table
        .inner_join(units::table)
        .filter(people::left_on.is_null())
        .filter(
            lower(people::name)
                .like(like.clone())
                .escape('\\')
                .or(lower(people::employee_number).like(like).escape('\\')),
        )
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .limit(limit)
        .load(conn)
}
