//! Units to choose from in their fixed order: ticked as a tree (`templates/training/tree.hbs`), or named in a plain list.

use crate::organization::Unit;
use crate::store::ids::UnitId;
use serde::Serialize;

/// A unit with those below it.
#[derive(Debug, Serialize)]
pub struct UnitNode {
    id: UnitId,
    name: String,
    /// People of itself and all below.
    n: i64,
    checked: bool,
    /// Those below it: under this name the template calls itself.
    units: Vec<UnitNode>,
}

/// The units below one, or the whole tree. `n_own` tells how many people belong to a unit itself.
pub fn unit_tree(
    units: &[Unit],
    parent: Option<UnitId>,
    n_own: &dyn Fn(UnitId) -> i64,
    is_checked: &dyn Fn(UnitId) -> bool,
) -> Vec<UnitNode> {
    let children = units.iter().filter(|unit| unit.parent_id == parent);
    children
        .map(|unit| {
            let below = unit_tree(units, Some(unit.id), n_own, is_checked);
            UnitNode {
                id: unit.id,
                name: unit.name.clone(),
                n: n_own(unit.id) + below.iter().map(|unit| unit.n).sum::<i64>(),
                checked: is_checked(unit.id),
                units: below,
            }
        })
        .collect()
}

/// A unit's name in a plain list, set in by its depth.
pub fn indented(unit: &Unit) -> String {
    format!("{}{}", "　".repeat(unit.depth()), unit.name)
}
