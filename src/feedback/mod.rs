//! Complaints, suggestions and requests about one's own data (意见、投诉和个人信息申请): HQ reads each, answers it, and
//! the one who wrote it sees the answer.

mod answer;
mod forget;
mod model;
pub mod queries;
mod write;

pub use answer::answer;
pub use forget::forget_old;
pub use model::{Feedback, FeedbackKind};
pub use write::write;
