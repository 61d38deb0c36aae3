//! All SQL of the volume list and the units' checks.

use super::model::{Answer, Check};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitTaskId, VolumeItemId};
use crate::store::schema::{volume_answers, volume_checks, volume_items, volume_list};
use diesel::prelude::*;
use serde_json::json;

/// The list's head. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub(super) struct ListHead {
    pub asks_counts: bool,
    pub changed_by: Option<PersonId>,
    pub changed_at: Option<Moment>,
    pub version: i64,
}

pub(super) fn find_list(conn: &mut Conn) -> QueryResult<ListHead> {
    volume_list::table
        .select((volume_list::asks_counts, volume_list::changed_by, volume_list::changed_at, volume_list::version))
        .order(volume_list::id)
        .first(conn)
}

/// An item as it is stored. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub(super) struct ItemRow {
    pub id: VolumeItemId,
    pub shipped: Option<i64>,
    pub position: i64,
    pub wording_zh: Option<String>,
    pub wording_en: Option<String>,
    pub articles: Option<String>,
    pub is_used: bool,
}

pub(super) fn list_items(conn: &mut Conn) -> QueryResult<Vec<ItemRow>> {
    volume_items::table.order((volume_items::position, volume_items::id)).load(conn)
}

/// Raises the list's version, unless it has changed since.
pub(super) fn update_list(conn: &mut Conn, version: i64, asks_counts: bool, by: PersonId, now: Moment) -> Result<()> {
    let n = diesel::update(volume_list::table.filter(volume_list::version.eq(version)))
        .set((
            volume_list::asks_counts.eq(asks_counts),
            volume_list::changed_by.eq(by),
            volume_list::changed_at.eq(now),
            volume_list::version.eq(version + 1),
        ))
        .execute(conn)?;
    if n == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// An item to be stored: new without an id; nothing where it stands as shipped.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredItem {
    pub id: Option<VolumeItemId>,
    pub position: i64,
    pub wording_zh: Option<String>,
    pub wording_en: Option<String>,
    pub articles: Option<String>,
    pub is_used: bool,
}

impl StoredItem {
    /// For the trail.
    pub(super) fn told(&self) -> serde_json::Value {
        json!({
            "id": self.id, "position": self.position, "zh": self.wording_zh, "en": self.wording_en,
            "articles": self.articles, "used": self.is_used,
        })
    }
}

pub(super) fn store_item(conn: &mut Conn, item: &StoredItem) -> QueryResult<usize> {
    let values = (
        volume_items::position.eq(item.position),
        volume_items::wording_zh.eq(&item.wording_zh),
        volume_items::wording_en.eq(&item.wording_en),
        volume_items::articles.eq(&item.articles),
        volume_items::is_used.eq(item.is_used),
    );
    match item.id {
        Some(id) => diesel::update(volume_items::table.filter(volume_items::id.eq(id))).set(values).execute(conn),
        None => diesel::insert_into(volume_items::table).values(values).execute(conn),
    }
}

pub fn find_check(conn: &mut Conn, id: UnitTaskId) -> QueryResult<Option<Check>> {
    volume_checks::table.filter(volume_checks::unit_task_id.eq(id)).first(conn).optional()
}

/// What a unit said of the items that are not simply complete.
pub fn list_answers(conn: &mut Conn, id: UnitTaskId) -> QueryResult<Vec<(VolumeItemId, Answer)>> {
    volume_answers::table
        .filter(volume_answers::unit_task_id.eq(id))
        .order(volume_answers::item_id)
        .select((volume_answers::item_id, volume_answers::answer))
        .load(conn)
}

/// Writes a check: a first version anew, any other over the one before it.
pub fn store_check(conn: &mut Conn, check: &Check) -> Result<()> {
    let values = (
        volume_checks::note.eq(&check.note),
        volume_checks::n_reviewed.eq(check.n_reviewed),
        volume_checks::n_complete.eq(check.n_complete),
        volume_checks::n_completing.eq(check.n_completing),
        volume_checks::handed_in.eq(&check.handed_in),
        volume_checks::written_by.eq(check.written_by),
        volume_checks::written_at.eq(check.written_at),
        volume_checks::version.eq(check.version),
    );
    let n = if check.version == 1 {
        let row = (volume_checks::unit_task_id.eq(check.unit_task_id), values);
        each!(conn, c => diesel::insert_into(volume_checks::table).values(row).on_conflict_do_nothing().execute(c))?
    } else {
        let stored = volume_checks::table
            .filter(volume_checks::unit_task_id.eq(check.unit_task_id))
            .filter(volume_checks::version.eq(check.version - 1));
        diesel::update(stored).set(values).execute(conn)?
    };
    if n == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// Replaces what a unit said of the items.
pub fn store_answers(conn: &mut Conn, id: UnitTaskId, answers: &[(VolumeItemId, Answer)]) -> QueryResult<()> {
    diesel::delete(volume_answers::table.filter(volume_answers::unit_task_id.eq(id))).execute(conn)?;
    let rows: Vec<_> = answers
        .iter()
        .map(|(item, answer)| {
            (volume_answers::unit_task_id.eq(id), volume_answers::item_id.eq(*item), volume_answers::answer.eq(*answer))
        })
        .collect();
    if !rows.is_empty() {
        each!(conn, c => diesel::insert_into(volume_answers::table).values(&rows).execute(c))?;
    }
    Ok(())
}
