//! All SQL of files.

use super::kind::FileKind;
use super::model::{FileUse, Subject};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{FileId, FileUseId, PersonId};
use crate::store::schema::{file_uses, files, people};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// Notes that a content is here, or has come again.
pub(super) fn touch(
    conn: &mut Conn,
    digest: &str,
    kind: FileKind,
    size_bytes: i64,
    now: Moment,
) -> QueryResult<FileId> {
    let row =
        (files::digest.eq(digest), files::kind.eq(kind), files::size_bytes.eq(size_bytes), files::touched_at.eq(now));
    each!(conn, c => diesel::insert_into(files::table).values(row).on_conflict_do_nothing().execute(c))?;
    // The row is locked from here on, so that a sweep at the same time waits or is waited for.
    diesel::update(files::table.filter(files::digest.eq(digest))).set(files::touched_at.eq(now)).execute(conn)?;
    files::table.filter(files::digest.eq(digest)).select(files::id).get_result(conn)
}

/// Keeps a file with something, once; tells whether it was not kept with it already.
pub(super) fn insert_use(
    conn: &mut Conn,
    file: FileId,
    subject: Subject,
    name: &str,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<bool> {
    let (kind, id) = subject.key();
    let row = (
        file_uses::file_id.eq(file),
        file_uses::subject_kind.eq(kind),
        file_uses::subject_id.eq(id),
        file_uses::name.eq(name),
        file_uses::added_by.eq(by),
        file_uses::added_at.eq(now),
    );
    let n = each!(conn, c => diesel::insert_into(file_uses::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(n == 1)
}

/// Takes a file away from what it was kept with.
pub(super) fn delete_use(conn: &mut Conn, of: &FileUse, now: Moment) -> QueryResult<()> {
    diesel::delete(file_uses::table.filter(file_uses::id.eq(of.id))).execute(conn)?;
    diesel::update(files::table.filter(files::id.eq(of.file))).set(files::touched_at.eq(now)).execute(conn)?;
    Ok(())
}

/// The columns of a [`FileUse`], in its order.
macro_rules! uses {
    ($subject:expr) => {{
        let (kind, id) = $subject.key();
        file_uses::table
            .inner_join(files::table)
            .left_join(people::table.on(people::id.nullable().eq(file_uses::added_by)))
            .filter(file_uses::subject_kind.eq(kind))
            .filter(file_uses::subject_id.eq(id))
            .select((
                file_uses::id,
                files::id,
                files::digest,
                files::kind,
                files::size_bytes,
                file_uses::name,
                file_uses::added_by,
                people::name.nullable(),
                file_uses::added_at,
            ))
    }};
}

/// The files kept with something, the oldest first.
pub fn list_uses(conn: &mut Conn, subject: Subject) -> QueryResult<Vec<FileUse>> {
    uses!(subject).order((file_uses::added_at, file_uses::id)).load(conn)
}

/// One file kept with something, or `NotFound`.
pub fn find_use(conn: &mut Conn, subject: Subject, id: FileUseId) -> Result<FileUse> {
    uses!(subject).filter(file_uses::id.eq(id)).get_result(conn).optional()?.ok_or(Error::NotFound("file"))
}

/// Files that nobody has used since a moment: their ids and digests.
pub(super) fn list_unused(conn: &mut Conn, since: Moment, limit: i64) -> QueryResult<Vec<(FileId, String)>> {
    let uses = file_uses::table.filter(file_uses::file_id.eq(files::id));
    files::table
        .filter(files::touched_at.lt(since))
        .filter(not(exists(uses)))
        .order(files::id)
        .limit(limit)
        .select((files::id, files::digest))
        .load(conn)
}

/// Forgets a file, if it has still not been used since; tells whether it did.
pub(super) fn delete_unused(conn: &mut Conn, id: FileId, since: Moment) -> QueryResult<bool> {
    let uses = file_uses::table.filter(file_uses::file_id.eq(id)).select(file_uses::file_id);
    let unused =
        files::table.filter(files::id.eq(id)).filter(files::touched_at.lt(since)).filter(files::id.ne_all(uses));
    Ok(diesel::delete(unused).execute(conn)? == 1)
}

/// The digests of all contents that have a row.
pub(super) fn list_digests(conn: &mut Conn) -> QueryResult<Vec<String>> {
    files::table.select(files::digest).load(conn)
}

/// Whether a content has a row.
pub(super) fn is_known(conn: &mut Conn, digest: &str) -> QueryResult<bool> {
    diesel::select(exists(files::table.filter(files::digest.eq(digest)))).get_result(conn)
}
