//! Units (a tree in fixed order), people and their dated memberships, and the roster that brings them in.

pub mod model;
pub mod queries;
pub mod roster_file;
pub mod roster_rules;
pub mod sheet;

pub use model::{Category, Person, Unit, UnitKind};
