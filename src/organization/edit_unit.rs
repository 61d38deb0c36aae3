//! HQ adds a unit, renames one, or moves it among its siblings. Where it hangs in the tree stays: history counts on it.

use super::model::{Unit, UnitKind};
use super::queries;
use super::roster_file::plain;
use crate::access::{Reach, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::UnitId;
use serde::{Deserialize, Serialize};

/// A unit as typed into the form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UnitInput {
    pub parent: String,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub position: String,
    /// The place that the form proposed, as [`proposal`] writes it; nothing of the unit.
    #[serde(skip_serializing)]
    pub proposed: String,
    pub version: String,
}

/// A place that is proposed below a unit.
pub fn proposal(parent: &str, position: &str) -> String {
    format!("{parent}:{position}")
}

/// The place after all that hang below a unit; 1 for the first.
pub fn next_position(units: &[Unit], parent: Option<UnitId>) -> i64 {
    let last = units.iter().filter(|unit| unit.parent_id == parent).map(|unit| unit.position).max();
    last.map_or(1, |last| last.saturating_add(1))
}

/// The kinds that may hang below a unit of a kind.
pub fn kinds_below(kind: UnitKind) -> &'static [UnitKind] {
    match kind {
        UnitKind::Group => &[UnitKind::Department, UnitKind::Enterprise],
        UnitKind::Department | UnitKind::Enterprise | UnitKind::Branch => &[UnitKind::Branch],
    }
}

/// A place among siblings: as long as it has in a sort key.
const POSITIONS: std::ops::RangeInclusive<i64> = 0..=99_999;

impl UnitInput {
    pub fn of(unit: &Unit) -> Self {
        Self {
            parent: unit.parent_id.map_or(String::new(), |id| id.to_string()),
            code: unit.code.clone(),
            name: unit.name.clone(),
            kind: unit.kind.as_str().to_owned(),
            position: unit.position.to_string(),
            proposed: String::new(),
            version: unit.version.to_string(),
        }
    }

    /// Name and place, with what is wrong about them.
    fn read(&self) -> (String, i64, Vec<Problem>) {
        let mut problems = Vec::new();
        let name = plain(&self.name);
        if name.is_empty() || name.chars().count() > 60 {
            problems.push(Problem::at("name", Message::new("organization-unit-name-missing")));
        }
        let position = plain(&self.position).parse().ok().filter(|position| POSITIONS.contains(position));
        if position.is_none() {
            problems.push(Problem::at("position", Message::new("organization-position-wrong")));
        }
        (name, position.unwrap_or_default(), problems)
    }
}

/// A new unit of which no place was typed stands last. So it does where one was proposed below another unit than the one that
/// was then chosen.
fn placed(conn: &mut Conn, input: &UnitInput) -> Result<UnitInput> {
    let is_for_another = input
        .proposed
        .split_once(':')
        .is_some_and(|(parent, position)| parent != input.parent && position == input.position);
    match input.parent.parse() {
        Ok(parent) if is_for_another || input.position.trim().is_empty() => {
            let position = next_position(&queries::list_units(conn)?, Some(parent)).to_string();
            Ok(UnitInput { position, ..input.clone() })
        }
        Ok(_) | Err(_) => Ok(input.clone()),
    }
}

/// Adds a unit below another.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` with a problem at each field.
pub fn add_unit(conn: &mut Conn, viewer: &Viewer, input: &UnitInput, now: Moment) -> Result<UnitId> {
    viewer.require_hq()?;
    let input = &placed(conn, input)?;
    // In the order of the form: where it hangs, its kind and code, then what can be changed later.
    let (name, position, of_name_and_place) = input.read();
    let mut problems = Vec::new();
    let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
    let parent = match input.parent.parse::<UnitId>().map(|id| queries::find_unit(conn, &Reach::Group, id)) {
        Ok(Ok(parent)) => Some(parent),
        Ok(Err(Error::NotFound(_))) | Err(_) => None,
        Ok(Err(other)) => return Err(other),
    };
    let kind = input.kind.parse().ok();
    match (&parent, kind) {
        (None, _) => wrong("parent", "organization-parent-missing"),
        (Some(parent), Some(kind)) if kinds_below(parent.kind).contains(&kind) => {}
        (Some(_), _) => wrong("kind", "organization-kind-wrong"),
    }
    let code: String = plain(&input.code).split_whitespace().collect();
    if code.is_empty() || code.len() > 20 || !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        wrong("code", "organization-code-wrong");
    } else if queries::is_code_taken(conn, &code)? {
        wrong("code", "organization-code-taken");
    }
    problems.extend(of_name_and_place);
    let (Some(parent), Some(kind), true) = (parent, kind, problems.is_empty()) else {
        return Err(Error::Refused(problems));
    };
    let unit = queries::insert_unit(conn, Some(&parent), &code, &name, kind, position)?;
    audit::record(conn, &viewer.actor(), now, Action::new("organization.unit_added", "unit"), unit.id.0, &input)?;
    Ok(unit.id)
}

/// Renames a unit or moves it among its siblings; all below it moves along.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn change_unit(conn: &mut Conn, viewer: &Viewer, id: UnitId, input: &UnitInput, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let unit = queries::find_unit(conn, &Reach::Group, id)?;
    let (name, position, problems) = input.read();
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    if input.version.parse() != Ok(unit.version) || queries::update_unit(conn, &unit, &name, position)? == 0 {
        return Err(Error::Conflict);
    }
    if position != unit.position {
        for below in queries::list_units_below(conn, &unit.path)? {
            queries::update_sort_key(conn, below.id, &moved_sort_key(&unit, &below, position))?;
        }
    }
    let details = (UnitInput::of(&unit), input);
    audit::record(conn, &viewer.actor(), now, Action::new("organization.unit_changed", "unit"), id.0, &details)
}

/// The sort key of a unit at or below `moved`, once that stands at another position.
fn moved_sort_key(moved: &Unit, below: &Unit, position: i64) -> String {
    let rest = below.sort_key.strip_prefix(&moved.sort_key).unwrap_or("");
    let above =
        moved.sort_key.trim_end_matches('/').rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
    format!("{above}{position:05}/{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::UnitPath;

    fn unit(sort_key: &str) -> Unit {
        Unit {
            id: UnitId(1),
            parent_id: None,
            code: "X".to_owned(),
            name: "X".to_owned(),
            kind: UnitKind::Branch,
            position: 2,
            path: UnitPath("/1/".to_owned()),
            sort_key: sort_key.to_owned(),
            version: 1,
        }
    }

    #[test]
    fn what_lies_below_a_unit_moves_with_it_in_the_fixed_order() {
        let moved = unit("00001/00002/");

        assert_eq!(moved_sort_key(&moved, &moved, 7), "00001/00007/");
        assert_eq!(moved_sort_key(&moved, &unit("00001/00002/00002/"), 7), "00001/00007/00002/");
        assert_eq!(moved_sort_key(&unit("00001/"), &unit("00001/00002/"), 3), "00003/00002/");
    }
}
