//! Units, people, and the import of rosters.

pub mod anonymise;
pub mod import;
pub mod people;
pub mod undo;
pub mod units;

use crate::organization::{Unit, queries};
use crate::store::Conn;
use crate::store::ids::UnitId;
use crate::web::unit_tree::indented;
use serde::Serialize;

/// Rows on one page of a list.
const ROWS_A_PAGE: i64 = 50;

/// A unit to choose from, in the fixed order.
#[derive(Debug, Serialize)]
struct UnitChoice {
    id: UnitId,
    /// Its name, set off by how deep it lies.
    text: String,
    selected: bool,
}

fn choices_of(units: &[Unit], selected: &str) -> Vec<UnitChoice> {
    let choice =
        |unit: &Unit| UnitChoice { id: unit.id, text: indented(unit), selected: unit.id.to_string() == selected };
    units.iter().map(choice).collect()
}

fn list_choices(conn: &mut Conn, selected: &str) -> crate::error::Result<Vec<UnitChoice>> {
    Ok(choices_of(&queries::list_units(conn)?, selected))
}

/// A word of a list of choices.
#[derive(Debug, Serialize)]
struct WordChoice {
    word: &'static str,
    selected: bool,
}
