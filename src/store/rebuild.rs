//! A database made anew beside the old one and put in its place in one step: killed at any moment, what is there is the
//! old one or the new one. On SQLite that step is a rename, on PostgreSQL the end of one transaction.

use super::migrate;
use super::pool::{self, Address, Purpose};
use super::rows::{self, Table};
use super::{Conn, find_damage};
use crate::error::{Error, Message, Result};
use anyhow::Context;
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::fs;
use std::path::{Path, PathBuf};

type Transactions = <Conn as Connection>::TransactionManager;

/// A database that is being made, and seen by nobody else yet.
pub struct Rebuild {
    conn: Conn,
    place: Place,
    foreign_keys: Vec<ForeignKey>,
}

enum Place {
    /// The file that is made, and the one whose place it takes.
    File {
        part: PathBuf,
        path: PathBuf,
    },
    Transaction,
}

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// What stands at an address before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Nothing,
    Something,
}

/// Looks whether there is a database at an address, and whether anybody uses it now.
///
/// # Errors
/// `Broken` with a sentence when it is in use or cannot be reached.
pub fn look_before(address: &Address) -> Result<Before> {
    match address {
        Address::Sqlite(path) if !path.exists() => Ok(Before::Nothing),
        Address::Sqlite(path) => {
            free(path)?;
            Ok(Before::Something)
        }
        Address::Pg(_) => {
            let mut conn = pool::connect(address, Purpose::Write)?;
            refuse_others(&mut conn)?;
            Ok(if rows::tables(&mut conn)?.is_empty() { Before::Nothing } else { Before::Something })
        }
    }
}

impl Rebuild {
    /// Begins: tables that have been through these migrations, without any row.
    ///
    /// # Errors
    /// `Broken` when it cannot be made.
    pub fn begin(address: &Address, steps: &[String]) -> Result<Self> {
        let (mut conn, place) = match address {
            Address::Sqlite(path) => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                let part = beside(&path, "restoring");
                for ending in ["", "-journal", "-wal", "-shm"] {
                    remove(&with_ending(&part, ending))?;
                }
                let mut conn = pool::connect(&Address::Sqlite(part.clone()), Purpose::Write)?;
                // Nothing of it need survive a power cut before it is whole; it is then synced as one file.
                conn.batch_execute(
                    "pragma journal_mode = memory; pragma synchronous = off; pragma foreign_keys = off;",
                )?;
                (conn, Place::File { part, path })
            }
            Address::Pg(_) => (pool::connect(address, Purpose::Write)?, Place::Transaction),
        };
        Transactions::begin_transaction(&mut conn)?;
        if let Conn::Pg(pg) = &mut conn {
            // Whoever starts a server now waits here until this one is done.
            migrate::take_turn(pg)?;
            pg.batch_execute("set local lock_timeout = '15s'; set local synchronous_commit = on;")?;
            pg.batch_execute(DROP_ALL).context("the old tables cannot be taken away; is something using them?")?;
        }
        migrate::run_these(&mut conn, steps)?;
        let foreign_keys = set_aside_foreign_keys(&mut conn)?;
        for table in rows::tables(&mut conn)? {
            // What a migration puts into its table is in the backup too, as it was then.
            conn.batch_execute(&format!("delete from \"{}\"", table.name))?;
        }
        Ok(Self { conn, place, foreign_keys })
    }

    /// The tables by name.
    ///
    /// # Errors
    /// `Broken` when they cannot be read.
    pub fn tables(&mut self) -> Result<Vec<Table>> {
        rows::tables(&mut self.conn)
    }

    /// Puts rows into a table, written as a snapshot gives them, in a JSON array; tells how many.
    ///
    /// # Errors
    /// `Broken` when they do not fit.
    pub fn insert(&mut self, table: &Table, rows: &str) -> Result<usize> {
        rows::insert(&mut self.conn, table, rows)
    }

    /// Sets the number that a table gives next.
    ///
    /// # Errors
    /// `Broken` when it cannot be written.
    pub fn set_next_id(&mut self, table: &Table, next: i64) -> Result<()> {
        rows::set_next_id(&mut self.conn, table, next)
    }

    /// Sees whether everything refers to what is there, and brings the tables up to date.
    ///
    /// # Errors
    /// `Broken` when the rows do not fit together, or a migration fails.
    pub fn complete(&mut self) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let broken: i64 = diesel::sql_query("select count(*) as n from pragma_foreign_key_check")
                    .get_result::<Count>(conn)?
                    .n;
                if broken > 0 {
                    return Err(anyhow::anyhow!("{broken} rows refer to rows that are not there").into());
                }
            }
            Conn::Pg(conn) => {
                for key in &self.foreign_keys {
                    let ForeignKey { of_table, name, definition } = key;
                    conn.batch_execute(&format!("alter table {of_table} add constraint {name} {definition}"))
                        .with_context(|| format!("rows of {of_table} refer to rows that are not there"))?;
                }
            }
        }
        if matches!(self.place, Place::Transaction) {
            return migrate::run_missing(&mut self.conn);
        }
        // Only between transactions can SQLite be told to look at references again.
        Transactions::commit_transaction(&mut self.conn)?;
        self.conn.batch_execute("pragma foreign_keys = on")?;
        migrate::run_missing(&mut self.conn)?;
        Ok(Transactions::begin_transaction(&mut self.conn)?)
    }

    /// For what is changed before anybody sees it, within the same transaction.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Puts it in the place of the old one.
    ///
    /// # Errors
    /// `Broken` when it is damaged, or somebody has begun to use the old one.
    pub fn switch(mut self) -> Result<()> {
        Transactions::commit_transaction(&mut self.conn)?;
        let Place::File { part, path } = self.place else { return Ok(()) };
        if let Some(damage) = find_damage(&mut self.conn)? {
            return Err(anyhow::anyhow!("the new database is damaged: {damage}").into());
        }
        drop(self.conn);
        keep_to_owner(&part)?;
        fs::File::open(&part).and_then(|file| file.sync_all()).context("the new database cannot be synced")?;
        if path.exists() && !free(&path)? {
            put_aside(&path)?;
        }
        fs::rename(&part, &path).context("the new database cannot be put in its place")?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(folder).and_then(|folder| folder.sync_all()).context("the folder cannot be synced")?;
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Every table of ours, with the list of migrations.
const DROP_ALL: &str = "do $$ declare t text; begin \
    for t in select tablename from pg_tables where schemaname = current_schema() loop \
    execute format('drop table %I cascade', t); end loop; end $$";

/// Takes the references between tables away while rows come in, table by table and in any order.
fn set_aside_foreign_keys(conn: &mut Conn) -> Result<Vec<ForeignKey>> {
    let Conn::Pg(conn) = conn else { return Ok(Vec::new()) };
    let keys: Vec<ForeignKey> = diesel::sql_query(
        "select conrelid::regclass::text as of_table, quote_ident(conname) as name, \
         pg_get_constraintdef(oid) as definition from pg_constraint \
         where contype = 'f' and connamespace = current_schema()::regnamespace order by conname",
    )
    .load(conn)?;
    for key in &keys {
        conn.batch_execute(&format!("alter table {} drop constraint {}", key.of_table, key.name))?;
    }
    Ok(keys)
}

fn refuse_others(conn: &mut Conn) -> Result<()> {
    let Conn::Pg(conn) = conn else { return Ok(()) };
    let others: Count = diesel::sql_query(
        "select count(*) as n from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    )
    .get_result(conn)?;
    match others.n {
        0 => Ok(()),
        n => Err(Error::refused(Message::new("cli-restore-connections").with("n", n))),
    }
}

/// Makes one file of SQLite's database, its journal included, which also shows that nobody has it open. Tells whether it
/// can still be read as a database.
fn free(path: &Path) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Mode {
        #[diesel(sql_type = Text)]
        journal_mode: String,
    }
    let freed =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(anyhow::Error::new).and_then(|mut conn| {
            conn.batch_execute("pragma busy_timeout = 0")?;
            let mode: Mode = diesel::sql_query("pragma journal_mode = delete").get_result(&mut conn)?;
            Ok(mode.journal_mode)
        });
    let in_use = || Error::refused(Message::new("cli-restore-in-use").with("database", path.display().to_string()));
    match freed {
        Ok(mode) if mode == "delete" => Ok(true),
        Ok(_) => Err(in_use()),
        Err(error) if error.to_string().contains("locked") => Err(in_use()),
        Err(_) => Ok(false),
    }
}

/// Keeps what can no longer be read, with its journal, beside the new database.
fn put_aside(path: &Path) -> Result<()> {
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (with_ending(path, ending), with_ending(&beside(path, "damaged"), ending));
        if from.exists() {
            fs::rename(&from, &to).with_context(|| format!("{} cannot be put aside", from.display()))?;
        }
    }
    Ok(())
}

fn beside(path: &Path, word: &str) -> PathBuf {
    with_ending(path, &format!(".{word}"))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(problem).context(format!("{} cannot be removed", path.display())).into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn keep_to_owner(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
        .context("the new database cannot be kept to its owner")?;
    Ok(())
}
