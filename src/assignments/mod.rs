//! What someone was given to do, by when, and that it is done.

pub mod model;
pub mod queries;
pub mod read;

pub use model::{Assignment, Task, TaskState};
