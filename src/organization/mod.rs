//! Units (a tree in fixed order), people and their dated memberships, and the roster that brings them in.
//!
//! A roster goes [`receive_roster`] → a job runs [`check_roster`] → HQ looks at the preview → [`request_apply`] → a job runs
//! [`apply_roster`], which writes all of it or nothing; [`undo_import`] takes it back, while none of its rows was changed
//! since.

pub mod apply_roster;
pub mod check_roster;
mod edit_person;
mod edit_unit;
mod forget;
pub mod model;
pub mod queries;
mod receive_roster;
pub mod roster_file;
pub mod roster_rules;
pub mod roster_template;
pub mod sheet;
mod undo_import;

pub use edit_person::{PersonInput, add_person, change_person};
pub use edit_unit::{UnitInput, add_unit, change_unit, kinds_below, next_position, proposal};
pub use forget::forget_old;
pub use model::{Category, Person, Unit, UnitKind};
pub use receive_roster::{receive_roster, request_apply};
pub use undo_import::{list_changed_since, undo_import};
