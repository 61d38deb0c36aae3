//! Learning exchange meetings (学习交流会): the record of a unit's meeting, from a draft to the paper.
//!
//! [`write`] keeps it, a liaison's draft and the leader's submission alike; [`take_back`] opens it again, [`remove`] takes
//! a draft away. Whoever missed a session and was present in a submitted meeting about it has made up, which
//! [`super::make_up`] settles after each of these.

mod find;
pub mod model;
pub mod queries;
mod remove;
mod take_back;
mod write;

pub use find::{Found, Listed, find, find_of_task, find_unit, list_people, list_sessions, require_editable};
pub use model::{Agreed, Gist, Meeting, MeetingPerson, Presence, Record, ShownMeeting, Step};
pub use remove::remove;
pub use take_back::{settle_task, take_back};
pub use write::{About, begin, change};
