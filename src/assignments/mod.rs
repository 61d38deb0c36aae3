//! What someone was given to do, by when, and that it is done.
//!
//! [`assign::assign`] gives readings to people of a unit, [`follow_up::follow_up`] to exactly those who were not at a
//! session; [`read::mark_read`] finishes them by a person's own word, [`self_test::hand_in`] those of a self-test when it is passed. [`board`] is a unit's view of all this.

pub mod assign;
pub mod board;
pub mod extend;
pub mod follow_up;
pub mod giving;
pub mod model;
pub mod pick;
pub mod queries;
pub mod read;
pub mod self_test;
pub mod withdraw;

pub use model::{Assignment, ShownTask, Task, TaskRow, TaskState, TaskView};
