//! Calls (部署): HQ asks units for something by a day, each unit answers, and what it gives its people counts towards it.
//!
//! [`send`] makes a call, [`own_task`] finds what a unit was asked for, [`hand_in`] and [`take_back`] are its leader's
//! acts, [`pass_on`] turns it into tasks of people and sub-units, [`decide`] is for whoever gave it. [`progress`] is how
//! all units stand, [`answer`] how one does. The forms themselves (records, reports, self-checks) are kept elsewhere,
//! each under its unit's task.

pub mod answer;
pub mod decide;
pub mod figures;
mod hand_in;
pub mod model;
mod own;
pub mod pass_on;
pub mod progress;
pub mod queries;
pub mod send;

pub use hand_in::{hand_in, take_back};
pub use model::{Call, ShownUnitTask, UnitTask, UnitTaskKind, UnitTaskState};
pub use own::{OwnTask, own_task};
