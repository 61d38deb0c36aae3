//! What people ask to be recorded of them (请假、替会、免训、更正申请), and what is decided about it.
//!
//! Granting writes the attendance itself through [`super::record`]; nobody decides their own.

pub mod model;
pub mod queries;

mod ask;
mod decide;
mod withdraw;

pub use ask::{Asked, ask};
pub use decide::{Decision, Verdict, decide};
pub use model::{Request, RequestKind, RequestState};
pub use withdraw::withdraw;
