//! Brings the tables up to date, and refuses a database that is newer than this program.

use super::Conn;
use super::pool::{self, Address, Purpose};
use crate::error::Result;
use anyhow::Context;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// The steps for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The same steps, by the same names, for PostgreSQL.
pub const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// Any fixed number: instances that start together take turns by it.
const MIGRATION_LOCK: i64 = 0x7875_6566;

/// Runs the steps that are missing, each in a transaction of its own, and tells how many there were.
///
/// # Errors
/// `Broken` when the database cannot be reached, a step fails, or the database knows steps this program does not.
pub fn run(address: &Address) -> Result<usize> {
    match pool::connect(address, Purpose::Write)? {
        Conn::Sqlite(mut conn) => {
            refuse_newer::<diesel::sqlite::Sqlite>(&mut conn, &SQLITE)?;
            apply(&mut conn, SQLITE)
        }
        Conn::Pg(mut conn) => {
            let lock = format!("select pg_advisory_lock({MIGRATION_LOCK})");
            diesel::sql_query(lock).execute(&mut conn).context("the lock for migrating cannot be taken")?;
            refuse_newer::<diesel::pg::Pg>(&mut conn, &POSTGRESQL)?;
            // The lock ends with the connection.
            apply(&mut conn, POSTGRESQL)
        }
    }
}

/// Waits until nobody else migrates; others wait until the transaction ends.
pub(super) fn take_turn(conn: &mut PgConnection) -> Result<()> {
    let lock = format!("select pg_advisory_xact_lock({MIGRATION_LOCK})");
    diesel::sql_query(lock).execute(conn).context("the lock for migrating cannot be taken")?;
    Ok(())
}

/// Runs exactly these steps on a database that has had none.
pub(super) fn run_these(conn: &mut Conn, wanted: &[String]) -> Result<()> {
    fn each<DB: diesel::backend::Backend>(
        conn: &mut impl MigrationHarness<DB>,
        steps: &EmbeddedMigrations,
        wanted: &[String],
    ) -> Result<()> {
        // Makes the list of steps.
        conn.applied_migrations().map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
        let known: Vec<Box<dyn Migration<DB>>> =
            steps.migrations().map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
        let mut n_run = 0;
        for step in known.iter().filter(|step| wanted.contains(&step.name().version().to_string())) {
            conn.run_migration(step).map_err(|source| anyhow::anyhow!("a migration failed: {source}"))?;
            n_run += 1;
        }
        if n_run == wanted.len() { Ok(()) } else { Err(anyhow::anyhow!("there are steps that are not known").into()) }
    }
    match conn {
        Conn::Sqlite(conn) => each::<diesel::sqlite::Sqlite>(conn, &SQLITE, wanted),
        Conn::Pg(conn) => each::<diesel::pg::Pg>(conn, &POSTGRESQL, wanted),
    }
}

/// Runs the steps that a database still lacks.
pub(super) fn run_missing(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => apply::<diesel::sqlite::Sqlite>(conn, SQLITE)?,
        Conn::Pg(conn) => apply::<diesel::pg::Pg>(conn, POSTGRESQL)?,
    };
    Ok(())
}

/// The first of these steps that this program does not know: whoever ran it was newer.
///
/// # Errors
/// `Broken` when the steps of this program cannot be read.
pub fn find_unknown(steps: &[String]) -> Result<Option<String>> {
    let known: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> =
        SQLITE.migrations().map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
    let known: Vec<String> = known.iter().map(|step| step.name().version().to_string()).collect();
    Ok(steps.iter().find(|step| !known.contains(step)).cloned())
}

/// How the tables at an address stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is no database.
    Missing,
    /// So many steps are to be run.
    Behind(usize),
    Current,
}

/// Looks at the tables at an address, and makes none.
///
/// # Errors
/// `Broken` when the database cannot be reached, or knows steps this program does not.
pub fn standing(address: &Address) -> Result<Standing> {
    if let Address::Sqlite(path) = address
        && !path.exists()
    {
        return Ok(Standing::Missing);
    }
    let n_missing = match pool::connect(address, Purpose::Write)? {
        Conn::Sqlite(mut conn) => n_missing::<diesel::sqlite::Sqlite>(&mut conn, SQLITE)?,
        Conn::Pg(mut conn) => n_missing::<diesel::pg::Pg>(&mut conn, POSTGRESQL)?,
    };
    Ok(if n_missing == 0 { Standing::Current } else { Standing::Behind(n_missing) })
}

fn n_missing<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    steps: EmbeddedMigrations,
) -> Result<usize> {
    refuse_newer(conn, &steps)?;
    let missing = conn.pending_migrations(steps).map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
    Ok(missing.len())
}

fn apply<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    steps: EmbeddedMigrations,
) -> Result<usize> {
    let done = conn.run_pending_migrations(steps).map_err(|source| anyhow::anyhow!("a migration failed: {source}"))?;
    Ok(done.len())
}

fn refuse_newer<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    steps: &EmbeddedMigrations,
) -> Result<()> {
    let known: Vec<Box<dyn Migration<DB>>> =
        steps.migrations().map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
    let known: Vec<String> = known.iter().map(|step| step.name().version().to_string()).collect();
    let applied = conn.applied_migrations().map_err(|source| anyhow::anyhow!("migrations: {source}"))?;
    match applied.iter().find(|version| !known.contains(&version.to_string())) {
        None => Ok(()),
        Some(version) => Err(anyhow::anyhow!(
            "the database is newer than this program: it has had the step {version}, which this program does not know"
        )
        .into()),
    }
}
