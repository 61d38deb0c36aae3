//! Long work: claim, progress, failures. What a kind of work does is `web/background.rs`'s to say; here is only how it is
//! queued, claimed under a lease by one runner at a time, and how far it has come.

mod forget;
pub mod model;
pub mod queries;
mod work;

pub use forget::{KEPT, forget_old};
pub use model::{Failure, Job, JobKind, JobProblem, JobState, PartProblem};
pub use work::{begin, claim_next, fail, fail_held, finish, part_failed, progress, start};
