//! Long work: claim, progress, failures. What a kind of work does is `web/background.rs`'s to say; here is only how it is
//! queued, claimed under a lease by one runner at a time, and how far it has come.

mod forget;
pub mod model;
pub mod queries;
mod work;

pub use forget::{KEPT, forget_old};
pub use model::{Job, JobKind, JobProblem, JobState};
pub use work::{claim_next, fail, fail_held, finish, progress, start};
