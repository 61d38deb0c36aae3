//! All SQL of units and people.

use super::model::{ImportRow, ImportState, Membership, NewPerson, Person, RosterImport, Unit, UnitKind};
use super::roster_rules::Verdict;
use crate::access::{Reach, UnitPath};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, RosterImportId, UnitId};
use crate::store::schema::{memberships, people, roster_import_rows, roster_imports, units};
use crate::store::{self, Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A unit, or `NotFound` when there is none or it is out of reach.
pub fn find_unit(conn: &mut Conn, reach: &Reach, id: UnitId) -> Result<Unit> {
    let unit: Option<Unit> = units::table.filter(units::id.eq(id)).get_result(conn).optional()?;
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

/// Whether nothing has been entered yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let first: Option<UnitId> = units::table.select(units::id).first(conn).optional()?;
    Ok(first.is_none())
}

/// Writes people by their employee numbers: adds who is not there, replaces what is said of who is. All of `wanted` are
/// people of the roster; who is missing from it is not touched.
pub(super) fn upsert_people(conn: &mut Conn, wanted: &[NewPerson]) -> QueryResult<()> {
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

/// Ends the open memberships of people the day before `from`, and begins new ones. One that began that very day is
/// replaced: it never was.
pub(super) fn move_people(conn: &mut Conn, moves: &[(PersonId, UnitId)], from: NaiveDate) -> QueryResult<()> {
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
pub(super) fn end_membership(
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

/// Whether a unit has this code, in whatever case.
pub(super) fn is_code_taken(conn: &mut Conn, code: &str) -> QueryResult<bool> {
    let found: Option<UnitId> = units::table
        .filter(store::lower(units::code).eq(code.to_lowercase()))
        .select(units::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Writes what was changed of a person; nothing when the version is no longer that.
pub(super) fn update_person(
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

/// Writes a unit's name and place among its siblings; nothing when the version is no longer that.
pub(super) fn update_unit(conn: &mut Conn, unit: &Unit, name: &str, position: i64) -> QueryResult<usize> {
    diesel::update(units::table.filter(units::id.eq(unit.id)).filter(units::version.eq(unit.version)))
        .set((units::name.eq(name), units::position.eq(position), units::version.eq(unit.version + 1)))
        .execute(conn)
}

/// Writes where a unit stands in the fixed order.
pub(super) fn update_sort_key(conn: &mut Conn, id: UnitId, sort_key: &str) -> QueryResult<usize> {
    diesel::update(units::table.filter(units::id.eq(id))).set(units::sort_key.eq(sort_key)).execute(conn)
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

type ImportColumns = (
    roster_imports::id,
    roster_imports::file_name,
    roster_imports::uploaded_by,
    roster_imports::uploaded_at,
    roster_imports::state,
    roster_imports::problem,
    roster_imports::n_new,
    roster_imports::n_changed,
    roster_imports::n_unchanged,
    roster_imports::n_errors,
    roster_imports::applied_at,
);

const IMPORT_COLUMNS: ImportColumns = (
    roster_imports::id,
    roster_imports::file_name,
    roster_imports::uploaded_by,
    roster_imports::uploaded_at,
    roster_imports::state,
    roster_imports::problem,
    roster_imports::n_new,
    roster_imports::n_changed,
    roster_imports::n_unchanged,
    roster_imports::n_errors,
    roster_imports::applied_at,
);

pub(super) fn insert_import(
    conn: &mut Conn,
    file_name: &str,
    file: &[u8],
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<RosterImportId> {
    diesel::insert_into(roster_imports::table)
        .values((
            roster_imports::file_name.eq(file_name),
            roster_imports::file.eq(file),
            roster_imports::uploaded_by.eq(by),
            roster_imports::uploaded_at.eq(now),
            roster_imports::state.eq(ImportState::Received),
        ))
        .returning(roster_imports::id)
        .get_result(conn)
}

/// A roster that was handed in, or `NotFound`.
pub fn find_import(conn: &mut Conn, id: RosterImportId) -> Result<RosterImport> {
    let found =
        roster_imports::table.filter(roster_imports::id.eq(id)).select(IMPORT_COLUMNS).get_result(conn).optional()?;
    found.ok_or(Error::NotFound("import"))
}

/// The file of a roster that was handed in.
pub fn find_import_file(conn: &mut Conn, id: RosterImportId) -> Result<Vec<u8>> {
    let file = roster_imports::table
        .filter(roster_imports::id.eq(id))
        .select(roster_imports::file)
        .get_result(conn)
        .optional()?;
    file.ok_or(Error::NotFound("import"))
}

/// The rosters that were handed in last, and by whom.
pub fn list_imports(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(RosterImport, Option<String>)>> {
    roster_imports::table
        .left_join(people::table)
        .order(roster_imports::id.desc())
        .limit(limit)
        .select((IMPORT_COLUMNS, people::name.nullable()))
        .load(conn)
}

/// Writes how far a roster has come, with its counts.
pub(super) fn update_import(conn: &mut Conn, import: &RosterImport) -> QueryResult<usize> {
    diesel::update(roster_imports::table.filter(roster_imports::id.eq(import.id)))
        .set((
            roster_imports::state.eq(import.state),
            roster_imports::problem.eq(&import.problem),
            roster_imports::n_new.eq(import.n_new),
            roster_imports::n_changed.eq(import.n_changed),
            roster_imports::n_unchanged.eq(import.n_unchanged),
            roster_imports::n_errors.eq(import.n_errors),
            roster_imports::applied_at.eq(import.applied_at),
        ))
        .execute(conn)
}

pub(super) fn delete_import_rows(conn: &mut Conn, id: RosterImportId) -> QueryResult<usize> {
    diesel::delete(roster_import_rows::table.filter(roster_import_rows::import_id.eq(id))).execute(conn)
}

pub(super) fn insert_import_rows(conn: &mut Conn, rows: &[ImportRow]) -> QueryResult<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let values: Vec<_> = chunk
            .iter()
            .map(|row| {
                (
                    roster_import_rows::import_id.eq(row.import_id),
                    roster_import_rows::row_number.eq(row.row_number),
                    roster_import_rows::verdict.eq(row.verdict),
                    roster_import_rows::employee_number.eq(&row.employee_number),
                    roster_import_rows::name.eq(&row.name),
                    roster_import_rows::unit_id.eq(row.unit_id),
                    roster_import_rows::unit_text.eq(&row.unit_text),
                    roster_import_rows::post.eq(&row.post),
                    roster_import_rows::category.eq(&row.category),
                    roster_import_rows::order_number.eq(row.order_number),
                    roster_import_rows::email.eq(&row.email),
                    roster_import_rows::changes.eq(&row.changes),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(roster_import_rows::table).values(&values).execute(c))?;
    }
    Ok(())
}

/// Rows of a roster after a row, in its order: a page, or the next part of all of them.
pub fn list_import_rows(
    conn: &mut Conn,
    id: RosterImportId,
    verdict: Option<Verdict>,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<ImportRow>> {
    let mut query = roster_import_rows::table
        .filter(roster_import_rows::import_id.eq(id))
        .filter(roster_import_rows::row_number.gt(after))
        .into_boxed();
    if let Some(verdict) = verdict {
        query = query.filter(roster_import_rows::verdict.eq(verdict));
    }
    query.order(roster_import_rows::row_number).limit(limit).load(conn)
}

/// Takes away rosters that were uploaded before a moment, with their rows.
pub(super) fn delete_imports(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = roster_imports::table.filter(roster_imports::uploaded_at.lt(before)).select(roster_imports::id);
    diesel::delete(roster_import_rows::table.filter(roster_import_rows::import_id.eq_any(old))).execute(conn)?;
    diesel::delete(roster_imports::table.filter(roster_imports::uploaded_at.lt(before))).execute(conn)
}
