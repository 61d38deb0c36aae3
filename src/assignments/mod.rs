//! What someone was given to do, by when, and that it is done.

pub mod model;
pub mod queries;

pub use model::{Assignment, Task, TaskState};
