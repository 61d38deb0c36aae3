//! All SQL of units and people.

mod imports;
mod memberships;
mod people;
mod units;

pub use imports::*;
pub use memberships::*;
pub use people::*;
pub use units::*;
