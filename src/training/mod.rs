//! Training sessions: plan, audience, publish, cancel. Who came is `attendance`.

pub mod model;
pub mod queries;

pub use model::{RosterRow, Session, SessionState, Venue, VenueKind};
