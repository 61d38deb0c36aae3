//! A database for one test: a SQLite file of its own, or a PostgreSQL database of its own.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Gone when the test ends.
pub struct Database {
    pub address: String,
    _folder: Option<tempfile::TempDir>,
    server: Option<(String, String)>,
}

impl Database {
    pub fn fresh() -> Self {
        match std::env::var("XUEFA_TEST_POSTGRESQL") {
            Err(_) => {
                let folder = tempfile::tempdir().expect("a folder");
                let address = folder.path().join("xuefa.db").to_string_lossy().into_owned();
                Self { address, _folder: Some(folder), server: None }
            }
            Ok(server) => {
                let name = format!("xuefa_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                let mut conn = PgConnection::establish(&format!("{server}/postgres")).expect("the test server answers");
                conn.batch_execute(&format!("create database {name}")).expect("a database");
                Self { address: format!("{server}/{name}"), _folder: None, server: Some((server, name)) }
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            let conn = PgConnection::establish(&format!("{server}/postgres"));
            if let Ok(mut conn) = conn {
                drop(conn.batch_execute(&format!("drop database if exists {name} with (force)")));
            }
        }
    }
}
