//! Units: found, listed, added, changed.

use crate::access::{Reach, UnitPath};
use crate::error::{Error, Result};
use crate::organization::model::{Unit, UnitKind};
use crate::store::ids::UnitId;
use crate::store::schema::units;
use crate::store::{self, Conn};
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

/// Whether nothing has been entered yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let first: Option<UnitId> = units::table.select(units::id).first(conn).optional()?;
    Ok(first.is_none())
}

/// Whether a unit has this code, in whatever case.
pub(in crate::organization) fn is_code_taken(conn: &mut Conn, code: &str) -> QueryResult<bool> {
    let found: Option<UnitId> = units::table
        .filter(store::lower(units::code).eq(code.to_lowercase()))
        .select(units::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Writes a unit's name and place among its siblings; nothing when the version is no longer that.
pub(in crate::organization) fn update_unit(
    conn: &mut Conn,
    unit: &Unit,
    name: &str,
    position: i64,
) -> QueryResult<usize> {
    diesel::update(units::table.filter(units::id.eq(unit.id)).filter(units::version.eq(unit.version)))
        .set((units::name.eq(name), units::position.eq(position), units::version.eq(unit.version + 1)))
        .execute(conn)
}

/// Writes where a unit stands in the fixed order.
pub(in crate::organization) fn update_sort_key(conn: &mut Conn, id: UnitId, sort_key: &str) -> QueryResult<usize> {
    diesel::update(units::table.filter(units::id.eq(id))).set(units::sort_key.eq(sort_key)).execute(conn)
}
