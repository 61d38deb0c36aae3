//! All SQL of long lists.

use super::PeopleList;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::organization;
use crate::store::Conn;
use crate::store::ids::{PeopleListId, PersonId, UnitId};
use crate::store::schema::people_lists;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// A list by its id.
pub(super) fn find(conn: &mut Conn, id: PeopleListId) -> Result<PeopleList> {
    people_lists::table.find(id).get_result(conn).optional()?.ok_or(Error::NotFound("list"))
}

/// A list that the viewer has asked for and whose units they still reach, or `NotFound`.
pub fn find_own(conn: &mut Conn, viewer: &Viewer, id: PeopleListId) -> Result<PeopleList> {
    let list = Some(find(conn, id)?).filter(|list| list.asked_by == viewer.person).ok_or(Error::NotFound("list"))?;
    let (units, reach) = (organization::queries::list_units(conn)?, viewer.reach());
    let reached: BTreeSet<UnitId> = units.iter().filter(|unit| reach.covers(&unit.path)).map(|unit| unit.id).collect();
    if list.asked()?.wanted.units.iter().all(|unit| reached.contains(unit)) {
        Ok(list)
    } else {
        Err(Error::NotFound("list"))
    }
}

pub(super) fn insert(
    conn: &mut Conn,
    (asked_by, asked_at): (PersonId, Moment),
    language: Language,
    title: &str,
    wanted: &str,
) -> QueryResult<PeopleListId> {
    diesel::insert_into(people_lists::table)
        .values((
            people_lists::asked_by.eq(asked_by),
            people_lists::asked_at.eq(asked_at),
            people_lists::language.eq(language),
            people_lists::title.eq(title),
            people_lists::wanted.eq(wanted),
            people_lists::n_rows.eq(0),
        ))
        .returning(people_lists::id)
        .get_result(conn)
}

pub(super) fn mark_made(
    conn: &mut Conn,
    id: PeopleListId,
    n_rows: i64,
    digest: &str,
    size_bytes: i64,
) -> QueryResult<()> {
    diesel::update(people_lists::table.find(id))
        .set((
            people_lists::n_rows.eq(n_rows),
            people_lists::digest.eq(digest),
            people_lists::size_bytes.eq(size_bytes),
        ))
        .execute(conn)?;
    Ok(())
}

/// The digests of all lists that were made.
pub fn list_digests(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let digests: Vec<Option<String>> = people_lists::table.select(people_lists::digest).load(conn)?;
    Ok(digests.into_iter().flatten().collect())
}

/// Forgets the lists that were asked for before a moment, and gives how many there were.
pub(super) fn delete_before(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(people_lists::table.filter(people_lists::asked_at.lt(before))).execute(conn)
}

/// Forgets all lists.
pub fn delete_all(conn: &mut Conn) -> QueryResult<usize> {
    diesel::delete(people_lists::table).execute(conn)
}
