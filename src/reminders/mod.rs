//! What falls due, and telling each person once: `plan` writes the ledger and queues the mail, `check` decides again
//! when it is about to be sent. Nothing calls up to here: each tick looks down.

pub mod check;
pub mod model;
pub mod plan;
pub mod queries;
pub mod tick;

pub use check::check;
pub use model::Hours;
pub use plan::{Planned, plan};
pub use tick::{Tick, tick};
