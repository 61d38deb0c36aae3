//! Training sessions: plan, audience, publish, move, cancel. Who came is `attendance`.

pub mod audience;
pub mod cancel;
pub mod model;
pub mod places;
pub mod plan;
pub mod publish;
pub mod queries;
pub mod reply_by;
pub mod reschedule;
mod state;

pub use audience::Audience;
pub use model::{RosterRow, Session, SessionState, Venue, VenueKind, Way, Ways};
pub use plan::{Document, Plan, PlannedReading, PlannedVenue, Timing};
pub use state::{archive, mark_closed, mark_confirmed, mark_reopened};
