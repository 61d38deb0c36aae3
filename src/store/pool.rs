//! Addresses of databases, connections as both engines need them, and pools of them.

use super::Conn;
use crate::error::Result;
use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{self, ManageConnection, R2D2Connection};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where a database lies.
#[derive(Debug, Clone, PartialEq)]
pub enum Address {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// `postgres://user@host,host/name`: it may name several hosts.
    Pg(String),
}

impl Address {
    /// Reads a path (with or without `sqlite://`) or a `postgres://` address.
    ///
    /// # Errors
    /// `Broken` when it is neither.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Pg(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(anyhow::anyhow!("“{text}” is neither a path nor a postgres:// address").into());
        }
        Ok(Self::Sqlite(path.into()))
    }
}

/// What a connection is for: SQLite's readers refuse to write.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    Read,
    Write,
}

pub(super) type Pool = r2d2::Pool<Manager>;

/// Opens a pool, failing at once when the database cannot be reached.
pub(super) fn open(address: &Address, purpose: Purpose) -> Result<Pool> {
    drop(connect(address, purpose)?);
    let manager = Manager { address: address.clone(), purpose };
    let size = match address {
        Address::Sqlite(_) => 6,
        Address::Pg(_) => 16,
    };
    let pool = r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(10))
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build(manager)
        .context("the database's connections could not be opened")?;
    Ok(pool)
}

/// One connection, prepared.
pub(super) fn connect(address: &Address, purpose: Purpose) -> Result<Conn> {
    match address {
        Address::Sqlite(path) => {
            let shown = path.display();
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("the folder of the database {shown} cannot be made"))?;
            }
            make_for_its_owner_alone(path).with_context(|| format!("the database {shown} cannot be made"))?;
            let mut conn = SqliteConnection::establish(&path.to_string_lossy())
                .with_context(|| format!("the database {shown} cannot be opened"))?;
            // WAL with FULL: a commit is on the disk before it is answered.
            let mut pragmas = String::from(
                "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; \
                 pragma foreign_keys = on; pragma temp_store = memory;",
            );
            if purpose == Purpose::Read {
                pragmas.push_str("pragma query_only = on;");
            }
            conn.batch_execute(&pragmas).with_context(|| format!("the database {shown} cannot be used"))?;
            Ok(Conn::Sqlite(conn))
        }
        Address::Pg(url) => {
            let mut conn = PgConnection::establish(url).map_err(|source| {
                // libpq goes on with advice in further lines.
                let reason = source.to_string().lines().next().unwrap_or_default().to_owned();
                anyhow::anyhow!("the PostgreSQL database cannot be reached: {reason}")
            })?;
            conn.batch_execute("set time zone 'UTC'").context("the PostgreSQL database cannot be used")?;
            Ok(Conn::Pg(conn))
        }
    }
}

/// A new database is an empty file that nobody else reads; SQLite gives the files beside it the same mode. One that is
/// there keeps its own.
fn make_for_its_owner_alone(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes connections for a pool, choosing the engine from the address.
pub(super) struct Manager {
    address: Address,
    purpose: Purpose,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        connect(&self.address, self.purpose)
            .map_err(|error| r2d2::Error::ConnectionError(ConnectionError::BadConnection(error.to_string())))
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        match conn {
            // A file does not go away.
            Conn::Sqlite(_) => Ok(()),
            Conn::Pg(pg) => pg.ping().map_err(r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}
