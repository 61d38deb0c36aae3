//! Everything that is held of somebody, for themselves.

use super::fields::OWN;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use serde_json::Value;

/// What one table holds: the word for it, the words for its columns, and the rows.
#[derive(Debug, Clone)]
pub struct Part {
    pub table: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
}

/// All that is held of the viewer (Personal Information Protection Law, Art. 45: to see and copy), each table that has
/// something.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn own_data(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for held in OWN {
        let rows = queries::list_held(conn, held, viewer.person)?;
        if !rows.is_empty() {
            let table = held.table.split(' ').next().unwrap_or(held.table);
            parts.push(Part { table, columns: held.columns.iter().map(|(word, _)| *word).collect(), rows });
        }
    }
    audit::record(conn, &viewer.actor(), now, Action::new("personal.given_out", "person"), viewer.person.0, &())?;
    Ok(parts)
}
