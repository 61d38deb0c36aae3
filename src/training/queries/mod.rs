//! All SQL of sessions and their rosters.

mod candidates;
mod plans;
mod rosters;
mod sessions;
mod steps;
mod venues;

pub use candidates::*;
pub use plans::*;
pub use rosters::*;
pub use sessions::*;
pub use steps::*;
pub use venues::*;
