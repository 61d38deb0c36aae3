//! Rows of any table by the names of their columns: for what looks at every table alike, as giving out or erasing
//! everything that is held of a person. Names of tables and columns are the program's own, never what somebody typed.

use super::Conn;
use crate::each;
use crate::error::{Error, Result};
use anyhow::Context as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The values of some expressions over the rows of a table that a condition holds for, in the order of the columns.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn select(conn: &mut Conn, table: &str, values: &[&str], condition: &str) -> Result<Vec<Vec<Value>>> {
    let array = match conn {
        Conn::Sqlite(_) => format!("json_array({})", values.join(", ")),
        Conn::Pg(_) => format!("json_build_array({})::text", values.join(", ")),
    };
    let text = format!("select {array} as line from {table} where {condition} order by 1");
    let rows: Vec<Row> = diesel::sql_query(text).load(conn).with_context(|| format!("the rows of {table}"))?;
    let read = |row: &Row| serde_json::from_str(&row.line).context("a row").map_err(Error::from);
    rows.iter().map(read).collect()
}

/// Puts one text in the place of another wherever it stands in a column; tells in how many rows it stood.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn replace(conn: &mut Conn, table: &str, column: &str, old: &str, new: &str) -> Result<usize> {
    // `like` would fold letters on one engine and not on the other.
    let found = match conn {
        Conn::Sqlite(_) => format!("instr({column}, $1) > 0"),
        Conn::Pg(_) => format!("position($1 in {column}) > 0"),
    };
    let text = format!("update {table} set {column} = replace({column}, $1, $2) where {found}");
    run(conn, &text, &[old, new], table)
}

/// Sets columns (`"post = '', device = null"`) of the rows that a condition holds for.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn set(conn: &mut Conn, table: &str, changes: &str, condition: &str) -> Result<usize> {
    run(conn, &format!("update {table} set {changes} where {condition}"), &[], table)
}

/// Takes away the rows that a condition holds for.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn delete(conn: &mut Conn, table: &str, condition: &str) -> Result<usize> {
    run(conn, &format!("delete from {table} where {condition}"), &[], table)
}

fn run(conn: &mut Conn, text: &str, bound: &[&str], table: &str) -> Result<usize> {
    let done = each!(conn, c => match bound {
        [old, new] => diesel::sql_query(text).bind::<Text, _>(*old).bind::<Text, _>(*new).execute(c),
        _ => diesel::sql_query(text).execute(c),
    });
    Ok(done.with_context(|| format!("the rows of {table}"))?)
}
