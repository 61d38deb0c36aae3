//! All SQL of units and people.

mod imports;
mod memberships;
mod people;
mod references;
mod units;

pub use imports::*;
pub use memberships::*;
pub use people::*;
pub use references::*;
pub use units::*;
