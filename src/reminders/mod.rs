//! What there is to tell, and telling each person once: `plan` writes the ledger and queues the mail, `check` decides
//! again when it is about to be sent. Nothing calls up to here: each tick looks down.

mod check;
mod collect;
mod forget;
pub mod model;
pub mod pause;
pub mod plan;
pub mod preview;
pub mod queries;
pub mod rules;
pub mod tick;
mod watch;

pub use check::check;
pub use forget::forget_old;
pub use plan::{Hours, Planned, plan};
pub use tick::{Tick, tick};
pub use watch::Watch;
