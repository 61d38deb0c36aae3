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
    /// How many there are below it at any depth, and how many of these are ticked themselves.
    n_below: usize,
    n_ticked: usize,
    /// Whether those below it are unfolded: something is ticked among them, or they are the first that can be.
    is_open: bool,
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
            let checked = is_checked(unit.id);
            let n_ticked: usize = below.iter().map(|unit| unit.n_ticked + usize::from(unit.checked)).sum();
            UnitNode {
                id: unit.id,
                name: unit.name.clone(),
                n: n_own(unit.id) + below.iter().map(|unit| unit.n).sum::<i64>(),
                checked,
                n_below: below.iter().map(|unit| unit.n_below + 1).sum(),
                n_ticked,
                is_open: n_ticked > 0 || (parent.is_none() && !checked),
                units: below,
            }
        })
        .collect()
}

/// A unit's name in a plain list, set in by its depth.
pub fn indented(unit: &Unit) -> String {
    format!("{}{}", "　".repeat(unit.depth()), unit.name)
}
