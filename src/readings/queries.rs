//! All SQL of readings.

use super::model::ReadingRow;
use crate::store::Conn;
use crate::store::schema::readings;
use diesel::prelude::*;

/// All readings in the library's order.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<ReadingRow>> {
    readings::table.order((readings::position, readings::id)).load(conn)
}
