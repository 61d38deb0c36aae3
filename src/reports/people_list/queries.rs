//! All SQL of long lists.

use super::PeopleList;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{PeopleListId, PersonId};
use crate::store::schema::people_lists;
use diesel::prelude::*;

/// A list by its id.
pub(super) fn find(conn: &mut Conn, id: PeopleListId) -> Result<PeopleList> {
    people_lists::table.find(id).get_result(conn).optional()?.ok_or(Error::NotFound("list"))
}

/// A list that the viewer has asked for, or `NotFound`: its rows are those of their own reach.
pub fn find_own(conn: &mut Conn, viewer: &Viewer, id: PeopleListId) -> Result<PeopleList> {
    Some(find(conn, id)?).filter(|list| list.asked_by == viewer.person).ok_or(Error::NotFound("list"))
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

/// Lists that were asked for before a moment: their ids and digests.
pub(super) fn list_before(conn: &mut Conn, before: Moment) -> QueryResult<Vec<(PeopleListId, Option<String>)>> {
    people_lists::table
        .filter(people_lists::asked_at.lt(before))
        .order(people_lists::id)
        .select((people_lists::id, people_lists::digest))
        .load(conn)
}

pub(super) fn delete(conn: &mut Conn, id: PeopleListId) -> QueryResult<()> {
    diesel::delete(people_lists::table.find(id)).execute(conn)?;
    Ok(())
}

/// Whether another list has the same content.
pub(super) fn is_shared(conn: &mut Conn, digest: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(people_lists::table.filter(people_lists::digest.eq(digest)))).get_result(conn)
}
