//! Rosters that were handed in, with their rows.

use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::model::{ImportRow, ImportState, RosterImport};
use crate::organization::roster_rules::Verdict;
use crate::store::ids::{PersonId, RosterImportId};
use crate::store::schema::{people, roster_import_rows, roster_imports};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::prelude::*;

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
    roster_imports::undone_at,
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
    roster_imports::undone_at,
);

pub(in crate::organization) fn insert_import(
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
pub(in crate::organization) fn update_import(conn: &mut Conn, import: &RosterImport) -> QueryResult<usize> {
    diesel::update(roster_imports::table.filter(roster_imports::id.eq(import.id)))
        .set((
            roster_imports::state.eq(import.state),
            roster_imports::problem.eq(&import.problem),
            roster_imports::n_new.eq(import.n_new),
            roster_imports::n_changed.eq(import.n_changed),
            roster_imports::n_unchanged.eq(import.n_unchanged),
            roster_imports::n_errors.eq(import.n_errors),
            roster_imports::applied_at.eq(import.applied_at),
            roster_imports::undone_at.eq(import.undone_at),
        ))
        .execute(conn)
}

pub(in crate::organization) fn delete_import_rows(conn: &mut Conn, id: RosterImportId) -> QueryResult<usize> {
    diesel::delete(roster_import_rows::table.filter(roster_import_rows::import_id.eq(id))).execute(conn)
}

/// The values of an [`ImportRow`].
macro_rules! values_of {
    ($row:expr) => {
        (
            roster_import_rows::import_id.eq($row.import_id),
            roster_import_rows::row_number.eq($row.row_number),
            roster_import_rows::verdict.eq($row.verdict),
            roster_import_rows::employee_number.eq(&$row.employee_number),
            roster_import_rows::name.eq(&$row.name),
            roster_import_rows::unit_id.eq($row.unit_id),
            roster_import_rows::unit_text.eq(&$row.unit_text),
            roster_import_rows::post.eq(&$row.post),
            roster_import_rows::category.eq(&$row.category),
            roster_import_rows::order_number.eq($row.order_number),
            roster_import_rows::email.eq(&$row.email),
            roster_import_rows::changes.eq(&$row.changes),
            roster_import_rows::stood_before.eq(&$row.stood_before),
        )
    };
}

pub(in crate::organization) fn insert_import_rows(conn: &mut Conn, rows: &[ImportRow]) -> QueryResult<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let values: Vec<_> = chunk.iter().map(|row| values_of!(row)).collect();
        each!(conn, c => diesel::insert_into(roster_import_rows::table).values(&values).execute(c))?;
    }
    Ok(())
}

/// Keeps with rows that are there how their people stood before; nothing else of them is written.
pub(in crate::organization) fn keep_what_stood(conn: &mut Conn, rows: &[ImportRow]) -> QueryResult<()> {
    use diesel::upsert::excluded;
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let values: Vec<_> = chunk.iter().map(|row| values_of!(row)).collect();
        each!(conn, c => diesel::insert_into(roster_import_rows::table)
            .values(&values)
            .on_conflict((roster_import_rows::import_id, roster_import_rows::row_number))
            .do_update()
            .set(roster_import_rows::stood_before.eq(excluded(roster_import_rows::stood_before)))
            .execute(c))?;
    }
    Ok(())
}

/// Forgets how people stood before a roster, which is then not to be taken back any more.
pub(in crate::organization) fn forget_what_stood(conn: &mut Conn, id: RosterImportId) -> QueryResult<usize> {
    diesel::update(roster_import_rows::table.filter(roster_import_rows::import_id.eq(id)))
        .set(roster_import_rows::stood_before.eq(None::<String>))
        .execute(conn)
}

/// The same of all rosters that were written before a moment.
pub(in crate::organization) fn forget_what_stood_before(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = roster_imports::table.filter(roster_imports::applied_at.lt(before)).select(roster_imports::id);
    let kept = roster_import_rows::table
        .filter(roster_import_rows::import_id.eq_any(old))
        .filter(roster_import_rows::stood_before.is_not_null());
    diesel::update(kept).set(roster_import_rows::stood_before.eq(None::<String>)).execute(conn)
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
pub(in crate::organization) fn delete_imports(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let old = roster_imports::table.filter(roster_imports::uploaded_at.lt(before)).select(roster_imports::id);
    diesel::delete(roster_import_rows::table.filter(roster_import_rows::import_id.eq_any(old))).execute(conn)?;
    diesel::delete(roster_imports::table.filter(roster_imports::uploaded_at.lt(before))).execute(conn)
}
