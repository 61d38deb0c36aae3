//! What someone was given to do, by when, and that it is done.
//!
//! [`assign::assign`] gives readings to people of a unit, [`follow_up::follow_up`] to exactly those who were not at a
//! session; [`read::mark_read`] finishes them by a person's own word, [`self_test::hand_in`] those of a self-test when it is
//! passed. [`board`] is a unit's view of all this. [`calls`] is what HQ asks of units;
//! [`implementation`] and [`volumes`] are forms with which a unit answers. [`exchange`] keeps the records of their meetings,
//! [`reflections`] the notes that people write where HQ wants them; both settle what they make up for in [`make_up`].
//! [`evidence`] is the files kept with all of these.

pub mod assign;
pub mod board;
pub mod board_queries;
pub mod board_sessions;
pub mod calls;
pub mod evidence;
pub mod exchange;
pub mod extend;
pub mod follow_up;
mod forget;
pub mod giving;
pub mod implementation;
pub mod make_up;
pub mod model;
mod old_queries;
pub mod pick;
pub mod queries;
pub mod read;
pub mod reflections;
pub mod self_test;
pub mod volumes;
pub mod withdraw;

pub use forget::forget_old;
pub use model::{Assignment, Owed, ShownTask, Task, TaskRow, TaskState, TaskView};
