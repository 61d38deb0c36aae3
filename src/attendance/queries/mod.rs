//! All SQL of attendance.

mod cases;
mod changes;
mod making_up;
mod once;
mod records;
mod roll;
mod typed;
mod verifying;

pub use cases::*;
pub use changes::*;
pub use making_up::*;
pub use once::*;
pub use records::*;
pub use roll::*;
pub use typed::*;
pub(super) use verifying::*;

pub(crate) use once::counts_once;
