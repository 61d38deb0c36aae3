//! Units (a tree in fixed order), people and their dated memberships, and the roster that brings them in.

pub mod model;
pub mod queries;

pub use model::{Category, Person, Unit, UnitKind};
