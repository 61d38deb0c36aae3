//! All rows of all tables as text that both databases understand: what a backup is written from and read into.
//!
//! The tables are asked of the database itself, so that a backup can be made before an upgrade, by the new program of the
//! old tables. PostgreSQL's own `pg_dump` is not used: it would have to be installed, in the server's version, and its
//! output could not be looked through before it is let at a database, nor be brought back to SQLite.

use super::Conn;
use super::pool::{self, Address, Purpose};
use crate::error::Result;
use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Rows that PostgreSQL hands over at once.
const FETCHED: usize = 2000;

/// A table and its columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What a column holds, and so how it is written: moments are UTC to the microsecond, bytes are hexadecimal, yes and no
/// are 1 and 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Integer,
    YesNo,
    Text,
    Date,
    Moment,
    Bytes,
}

impl Kind {
    fn of(word: &str) -> Result<Self> {
        match word {
            "integer" | "bigint" => Ok(Self::Integer),
            "boolean" => Ok(Self::YesNo),
            "text" => Ok(Self::Text),
            "date" => Ok(Self::Date),
            "timestamp" | "timestamp without time zone" => Ok(Self::Moment),
            "blob" | "bytea" => Ok(Self::Bytes),
            other => Err(anyhow::anyhow!("a column is a “{other}”, which backups do not know").into()),
        }
    }
}

/// The database as it stood at one moment, while others go on writing to it.
pub struct Snapshot {
    conn: Conn,
}

impl Snapshot {
    /// Takes hold of the moment. It ends with this value.
    ///
    /// # Errors
    /// `Broken` when there is no database, or it cannot be reached.
    pub fn take(address: &Address) -> Result<Self> {
        // Connecting would make one.
        if let Address::Sqlite(path) = address
            && !path.exists()
        {
            return Err(anyhow::anyhow!("there is no database at {}", path.display()).into());
        }
        let mut conn = pool::connect(address, Purpose::Read)?;
        let begin = match &conn {
            // In WAL mode a reader sees what was committed when it first read, and stands in nobody's way.
            Conn::Sqlite(_) => "begin",
            Conn::Pg(_) => "begin isolation level repeatable read read only",
        };
        conn.batch_execute(begin).context("a snapshot cannot be taken")?;
        let mut snapshot = Self { conn };
        snapshot.steps()?;
        Ok(snapshot)
    }

    /// The connection that sees the snapshot.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// The migrations that the tables have been through, in order.
    ///
    /// # Errors
    /// `Broken` when they cannot be read.
    pub fn steps(&mut self) -> Result<Vec<String>> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            version: String,
        }
        let query = diesel::sql_query("select version as version from __diesel_schema_migrations order by version");
        let rows: Vec<Row> = query.load(&mut self.conn)?;
        Ok(rows.into_iter().map(|row| row.version).collect())
    }

    /// The tables by name.
    ///
    /// # Errors
    /// `Broken` when they cannot be read.
    pub fn tables(&mut self) -> Result<Vec<Table>> {
        tables(&mut self.conn)
    }

    /// The number after the last that a table has ever given; nothing when it gives none.
    ///
    /// # Errors
    /// `Broken` when it cannot be read.
    pub fn next_id(&mut self, table: &Table) -> Result<Option<i64>> {
        next_id(&mut self.conn, table)
    }

    /// Hands on each row of a table: a JSON array with the values in the order of the columns.
    ///
    /// # Errors
    /// `Broken` when they cannot be read, and what `each` returns.
    pub fn each_row(&mut self, table: &Table, each: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let query = diesel::sql_query(select_sqlite(table));
                for row in query.load_iter::<RowText, diesel::connection::DefaultLoadingMode>(conn)? {
                    each(&row?.line)?;
                }
            }
            Conn::Pg(conn) => {
                conn.batch_execute(&format!("declare all_rows no scroll cursor for {}", select_pg(table)))?;
                loop {
                    let rows: Vec<RowText> = diesel::sql_query(format!("fetch {FETCHED} from all_rows")).load(conn)?;
                    for row in &rows {
                        each(&row.line)?;
                    }
                    if rows.len() < FETCHED {
                        break;
                    }
                }
                conn.batch_execute("close all_rows")?;
            }
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct RowText {
    #[diesel(sql_type = Text)]
    line: String,
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn select_sqlite(table: &Table) -> String {
    let value = |column: &Column| {
        let name = quoted(&column.name);
        match column.kind {
            Kind::Bytes => format!("case when {name} is not null then hex({name}) end"),
            Kind::Integer | Kind::YesNo | Kind::Text | Kind::Date | Kind::Moment => name,
        }
    };
    let values: Vec<String> = table.columns.iter().map(value).collect();
    format!("select json_array({}) as line from {}", values.join(", "), quoted(&table.name))
}

fn select_pg(table: &Table) -> String {
    let value = |column: &Column| {
        let name = quoted(&column.name);
        match column.kind {
            Kind::Bytes => format!("upper(encode({name}, 'hex'))"),
            Kind::YesNo => format!("{name}::int"),
            Kind::Date => format!("to_char({name}, 'YYYY-MM-DD')"),
            Kind::Moment => format!("to_char({name}, 'YYYY-MM-DD HH24:MI:SS.US')"),
            Kind::Integer | Kind::Text => name,
        }
    };
    let values: Vec<String> = table.columns.iter().map(value).collect();
    format!("select json_build_array({})::text as line from {}", values.join(", "), quoted(&table.name))
}

/// The tables of a database by name, but for what the engine and the migrations keep for themselves.
pub(super) fn tables(conn: &mut Conn) -> Result<Vec<Table>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        of_table: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        kind: String,
    }
    let query = match conn {
        Conn::Sqlite(_) => {
            "select m.name as of_table, c.name as name, lower(c.type) as kind \
             from sqlite_master m join pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' and m.name not like '\\_\\_%' escape '\\' \
             order by m.name, c.cid"
        }
        Conn::Pg(_) => {
            "select table_name::text as of_table, column_name::text as name, data_type::text as kind \
             from information_schema.columns \
             where table_schema = current_schema() and table_name not like '\\_\\_%' \
             order by table_name::text collate \"C\", ordinal_position"
        }
    };
    let rows: Vec<Row> = diesel::sql_query(query).load(conn)?;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let column = Column { name: row.name, kind: Kind::of(&row.kind)? };
        match tables.last_mut().filter(|table| table.name == row.of_table) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { name: row.of_table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    n: Option<i64>,
}

fn next_id(conn: &mut Conn, table: &Table) -> Result<Option<i64>> {
    if !table.columns.iter().any(|column| column.name == "id") {
        return Ok(None);
    }
    let name = table.name.replace('\'', "''");
    let query = match conn {
        Conn::Sqlite(_) => format!("select max(seq) + 1 as n from sqlite_sequence where name = '{name}'"),
        Conn::Pg(_) => {
            #[derive(QueryableByName)]
            struct Sequence {
                #[diesel(sql_type = Nullable<Text>)]
                name: Option<String>,
            }
            let of = format!("select pg_get_serial_sequence('{}', 'id') as name", quoted(&name));
            let sequence: Sequence = diesel::sql_query(of).get_result(conn)?;
            let Some(sequence) = sequence.name else { return Ok(None) };
            format!("select last_value + case when is_called then 1 else 0 end as n from {sequence}")
        }
    };
    let found: Number = diesel::sql_query(query).get_result(conn)?;
    Ok(found.n)
}

/// Sets the number that a table gives next.
pub(super) fn set_next_id(conn: &mut Conn, table: &Table, next: i64) -> Result<()> {
    let name = table.name.replace('\'', "''");
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute(&format!(
            "delete from sqlite_sequence where name = '{name}'; \
             insert into sqlite_sequence (name, seq) values ('{name}', {});",
            next - 1
        ))?,
        Conn::Pg(conn) => conn.batch_execute(&format!(
            "select setval(pg_get_serial_sequence('{}', 'id'), {}, false)",
            quoted(&name),
            next.max(1)
        ))?,
    }
    Ok(())
}

/// Puts rows into a table: a JSON array of the arrays of [`Snapshot::each_row`]. Tells how many there were.
pub(super) fn insert(conn: &mut Conn, table: &Table, rows: &str) -> Result<usize> {
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let (into, names) = (quoted(&table.name), names.join(", "));
    let mut values = String::new();
    for (place, column) in table.columns.iter().enumerate() {
        let between = if place == 0 { "" } else { ", " };
        let value = match conn {
            Conn::Sqlite(_) => value_sqlite(place, column.kind),
            Conn::Pg(_) => value_pg(place, column.kind),
        };
        let _ = write!(values, "{between}{value}");
    }
    let n = match conn {
        Conn::Sqlite(conn) => {
            let sql = format!("insert into {into} ({names}) select {values} from json_each(?) as r");
            diesel::sql_query(sql).bind::<Text, _>(rows).execute(conn)
        }
        Conn::Pg(conn) => {
            let sql =
                format!("insert into {into} ({names}) select {values} from json_array_elements($1::json) as rows(r)");
            diesel::sql_query(sql).bind::<Text, _>(rows).execute(conn)
        }
    };
    Ok(n.with_context(|| format!("rows of the table {} do not fit", table.name))?)
}

fn value_sqlite(place: usize, kind: Kind) -> String {
    let value = format!("json_extract(r.value, '$[{place}]')");
    match kind {
        Kind::Integer | Kind::YesNo | Kind::Text | Kind::Date => value,
        Kind::Bytes => format!("unhex({value})"),
        // As diesel writes moments here: whole seconds bare, else three or six digits. They are compared as text.
        Kind::Moment => format!(
            "case when {value} like '%.000000' then substr({value}, 1, 19) \
             when length({value}) = 26 and {value} like '%000' then substr({value}, 1, 23) else {value} end"
        ),
    }
}

fn value_pg(place: usize, kind: Kind) -> String {
    let value = format!("(r->>{place})");
    match kind {
        Kind::Integer => format!("{value}::bigint"),
        Kind::YesNo => format!("{value}::int::boolean"),
        Kind::Text => value,
        Kind::Date => format!("{value}::date"),
        Kind::Moment => format!("{value}::timestamp"),
        Kind::Bytes => format!("decode({value}, 'hex')"),
    }
}
