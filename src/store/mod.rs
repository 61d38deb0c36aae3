//! The database: one connection type over SQLite and PostgreSQL, and the only place that branches by engine.
//!
//! [`Db::read`] and [`Db::write`] are the two doors. A write is one transaction, and is answered when it is durable.

pub mod columns;
pub mod form_keys;
pub mod ids;
pub mod migrate;
mod pool;
mod rebuild;
pub mod rows;
pub mod schema;
pub mod whole_rows;
mod writer;

use crate::error::{Error, Result};
use diesel::prelude::*;
use std::sync::Arc;

pub use pool::Address;
pub use rebuild::{Before, Rebuild, look_before};
pub use rows::Snapshot;

/// A connection to either database; every query is written against it once.
///
/// One row by its key is read with `get_result`. `first` binds a limit of one, and SQLite plans a query with a limit anew
/// each time that it is bound, which costs more than to run it; it is for the first of several.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
}

/// Runs one expression on the connection of whichever engine it is: for the few statements that
/// [`Conn`] cannot type (`on_conflict`, batch inserts, `union`). Written once, typed twice.
#[macro_export]
macro_rules! each {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $body,
            $crate::store::Conn::Pg($inner) => $body,
        }
    };
}

/// How many rows go into one statement of a batch: both engines limit the number of bound values.
pub const ROWS_A_STATEMENT: usize = 500;

/// The database as the rest of the program sees it. Cloning is cheap.
#[derive(Clone)]
pub struct Db {
    readers: pool::Pool,
    writes: Writes,
}

#[derive(Clone)]
enum Writes {
    /// One thread that commits in groups.
    Grouped(Arc<writer::Writer>),
    /// Ordinary transactions of a pool.
    Pooled(pool::Pool),
}

impl Db {
    /// Opens the database at an address, bringing its tables up to date.
    ///
    /// # Errors
    /// `Broken` with one sentence when it cannot be reached, or is newer than this program.
    pub fn open(address: &str) -> Result<Self> {
        let address = Address::parse(address)?;
        migrate::run(&address)?;
        Self::open_migrated(&address)
    }

    /// Opens a database whose tables are known to be up to date.
    ///
    /// # Errors
    /// `Broken` when it cannot be reached.
    pub fn open_migrated(address: &Address) -> Result<Self> {
        match address {
            Address::Sqlite(_) => Ok(Self {
                readers: pool::open(address, pool::Purpose::Read)?,
                writes: Writes::Grouped(Arc::new(writer::Writer::start(address)?)),
            }),
            Address::Pg(_) => {
                let pool = pool::open(address, pool::Purpose::Write)?;
                Ok(Self { readers: pool.clone(), writes: Writes::Pooled(pool) })
            }
        }
    }

    /// Runs a closure that only reads, off the event loop. Take all of a page's reads in one.
    ///
    /// # Errors
    /// What the closure returns; `Busy` when no connection comes free in time.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let readers = self.readers.clone();
        off_the_loop(move || {
            let mut conn = readers.get().map_err(|_| Error::Busy)?;
            f(&mut conn)
        })
        .await
    }

    /// As [`Db::read`], for a few rows that are found by their keys. SQLite finds them in less time than it takes to hand
    /// the question to another thread, so it is asked on this one.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn glance<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        // When no connection is free, waiting for one would keep the event loop from everybody else.
        if let Writes::Grouped(_) = self.writes
            && let Some(mut conn) = self.readers.try_get()
        {
            return f(&mut conn);
        }
        self.read(f).await
    }

    /// Runs a closure as one transaction: everything happens or nothing does, and the answer comes when it
    /// is durable. It may be run again when the database asks for it, so it must do nothing but write.
    ///
    /// # Errors
    /// What the closure returns, then nothing was written; `Busy` when too much is waiting.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        match &self.writes {
            Writes::Grouped(writer) => writer.write(f).await,
            Writes::Pooled(pool) => {
                let pool = pool.clone();
                off_the_loop(move || {
                    let mut conn = pool.get().map_err(|_| Error::Busy)?;
                    writer::transaction(&mut conn, &f)
                })
                .await
            }
        }
    }
}

async fn off_the_loop<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(f).await {
        Ok(result) => result,
        Err(failure) => Err(Error::Broken(anyhow::anyhow!("a database task ended early: {failure}"))),
    }
}

impl From<diesel::result::Error> for Error {
    fn from(source: diesel::result::Error) -> Self {
        anyhow::Error::new(source).context("a database query failed").into()
    }
}

/// Whether an error is a refused second row where the schema allows one.
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error::DatabaseError};
    matches!(error, DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// The text for a `like` that finds `text` anywhere, with its wildcards taken literally; compare with `lower(column)`,
/// by which SQLite folds the 26 plain letters alone, and `escape('\\')`.
pub fn containing(text: &str) -> String {
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

diesel::define_sql_function! {
    /// Lower-cased text, since `like` tells capitals from small letters on PostgreSQL.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Proves that the database can be written to, leaving nothing behind.
///
/// # Errors
/// `Broken` when it cannot.
pub fn touch(conn: &mut Conn) -> Result<()> {
    use schema::settings;
    // A statement that changes no row would come through on a full disk. Two probes at once write the same name, and one
    // of them waits for the other.
    let row = (settings::name.eq(""), settings::value.eq(""), settings::version.eq(0));
    each!(conn, c => diesel::insert_into(settings::table).values(row).on_conflict_do_nothing().execute(c))?;
    diesel::delete(settings::table.filter(settings::name.eq(""))).execute(conn)?;
    Ok(())
}

/// Waits, not for long, until whoever is writing rows of a table is done, and lets nobody else begin before this
/// transaction ends. What is then seen of the table has no gaps that could still be filled. SQLite has one writer anyway.
///
/// # Errors
/// `Busy` when somebody takes too long.
pub fn hold_off_inserts(conn: &mut Conn, table: &'static str) -> Result<()> {
    let Conn::Pg(pg) = conn else { return Ok(()) };
    // Shorter than the server waits before it looks for deadlocks, so that nobody else is refused for our sake.
    diesel::sql_query("set local lock_timeout = '200ms'").execute(pg)?;
    match diesel::sql_query(format!("lock table {table} in share row exclusive mode")).execute(pg) {
        Ok(_) => Ok(()),
        Err(diesel::result::Error::DatabaseError(_, details)) if details.message().contains("lock timeout") => {
            Err(Error::Busy)
        }
        Err(other) => Err(other.into()),
    }
}

/// What SQLite finds wrong with its file; PostgreSQL looks after its own.
///
/// # Errors
/// `Broken` when it cannot be looked at.
pub fn find_damage(conn: &mut Conn) -> Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        quick_check: String,
    }
    let Conn::Sqlite(sqlite) = conn else { return Ok(None) };
    let row: Row = diesel::sql_query("pragma quick_check(1)").get_result(sqlite)?;
    Ok((row.quick_check != "ok").then_some(row.quick_check))
}
