//! Another time or place for a session that was published. Its revision goes up, so that notices are sent anew.

use super::model::{Session, SessionState, refused_step};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use serde::Serialize;

/// Where and when a published session takes place from now on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    pub starts_at: Moment,
    pub ends_at: Moment,
    /// Each venue with its name; those not named here stay as they are.
    pub venues: Vec<(VenueId, String)>,
}

/// Moves a published session as it was shown in `version`. Nothing happens when nothing is different.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` when it is not published, or with a
/// problem at each field.
pub fn reschedule(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    version: i64,
    schedule: &Schedule,
    now: Moment,
) -> Result<()> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    if session.state != SessionState::Published {
        return Err(refused_step(session.state));
    }
    super::plan::refuse(check(schedule))?;
    if session.version != version {
        return Err(Error::Conflict);
    }
    let before = present(conn, &session)?;
    if before == *schedule {
        return Ok(());
    }
    queries::update_schedule(conn, &session, schedule)?;
    audit::record(conn, actor, now, Action::new("session.moved", "session"), id.0, &(before, schedule))
}

fn check(schedule: &Schedule) -> Vec<Problem> {
    let mut problems = Vec::new();
    if schedule.ends_at <= schedule.starts_at {
        problems.push(Problem::at("ends", Message::new("training-ends-before-start")));
    }
    if schedule.venues.iter().any(|(_, name)| name.is_empty()) {
        problems.push(Problem::at("venue_name", Message::new("training-venue-name-missing")));
    }
    problems
}

fn present(conn: &mut Conn, session: &Session) -> Result<Schedule> {
    let venues = queries::list_venues(conn, session.id)?;
    let venues = venues.into_iter().map(|venue| (venue.id, venue.name)).collect();
    Ok(Schedule { starts_at: session.starts_at, ends_at: session.ends_at, venues })
}
