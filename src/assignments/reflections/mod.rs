//! Reflection notes (心得体会), given only where HQ has switched them on: free text about a reading, without a least length,
//! a score or a list of who wrote what. Nobody reads one but its author and whoever accepts it.

mod decide;
mod find;
pub mod model;
pub mod queries;
mod write;

pub use decide::{Verdict, decide, list_accepted, list_waiting, undo};
pub use find::{Found, find};
pub use model::{Part, Reflection};
pub use write::{Note, Step, save, take_back};
