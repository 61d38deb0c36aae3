//! Training sessions: plan, audience, publish, cancel. Who came is `attendance`.

pub mod model;
pub mod queries;

mod state;

pub use state::{mark_closed, mark_confirmed, mark_reopened};

pub use model::{RosterRow, Session, SessionState, Venue, VenueKind};
