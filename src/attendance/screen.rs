//! What the screen of a venue shows at a moment, and which screens are on.

use super::codes::Rotation;
use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::{Session, SessionState};
use chrono::TimeDelta;

/// From so long before check-in opens, the code can be scanned by whoever is there already: their page waits with them.
pub const CODE_BEFORE_OPENING: TimeDelta = TimeDelta::hours(1);
/// The code of the next step may be asked for this long before it begins, so that it is there in time.
pub const NEXT_FROM: TimeDelta = TimeDelta::seconds(4);

/// What a screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Too early even for a code.
    Nothing {
        opens_at: Moment,
    },
    Code(Shown),
    Ended,
    Cancelled,
}

/// A code on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub step: i64,
    /// When it leaves the screen.
    pub until: Moment,
    /// When it ceases to count.
    pub counts_until: Moment,
}

/// Works out what the screen of a session shows. `at` is the time by which codes live; `wants_next` asks for the code
/// that comes after the present one, which there is only shortly before.
pub fn shows(session: &Session, rotation: Rotation, wants_next: bool, at: Moment, now: Moment) -> Shows {
    match session.state {
        SessionState::Cancelled => return Shows::Cancelled,
        SessionState::Closed | SessionState::Confirmed | SessionState::Archived => return Shows::Ended,
        SessionState::Draft | SessionState::Published => {}
    }
    if session.ends_at < now {
        return Shows::Ended;
    }
    if now < session.opens_at() - CODE_BEFORE_OPENING {
        return Shows::Nothing { opens_at: session.opens_at() };
    }
    let current = rotation.step(at);
    let is_near = rotation.ends_at(current) - at <= NEXT_FROM;
    let step = if wants_next && is_near { current + 1 } else { current };
    let counts_until = rotation.ends_at(step + rotation.previous_steps);
    Shows::Code(Shown { step, until: rotation.ends_at(step), counts_until })
}

/// A screen is taken for switched off when it has not asked for a code for this long.
pub fn silence(rotation: Rotation) -> TimeDelta {
    TimeDelta::seconds(2 * rotation.seconds + 30)
}

/// Notes that a screen is on. Nobody did anything: there is nothing for the audit trail.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn note_screen(conn: &mut Conn, name: &str, session: SessionId, venue: VenueId, now: Moment) -> Result<()> {
    Ok(queries::note_screen(conn, name, session, venue, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::{at, session_from};

    fn code(shown: Shows) -> Option<i64> {
        match shown {
            Shows::Code(shown) => Some(shown.step),
            Shows::Nothing { .. } | Shows::Ended | Shows::Cancelled => None,
        }
    }

    #[test]
    fn a_screen_has_a_code_from_an_hour_before_opening_to_the_end() {
        let session = session_from("09:00", "11:00");
        let shows = |now| shows(&session, Rotation::default(), false, at(now), at(now));

        assert_eq!(shows("07:29"), Shows::Nothing { opens_at: at("08:30") });
        assert!(code(shows("07:30")).is_some() && code(shows("11:00")).is_some());
        assert_eq!(shows("11:01"), Shows::Ended);
        for (state, shown) in [(SessionState::Closed, Shows::Ended), (SessionState::Cancelled, Shows::Cancelled)] {
            let session = Session { state, ..session.clone() };
            assert_eq!(super::shows(&session, Rotation::default(), false, at("10:00"), at("10:00")), shown);
        }
    }

    #[test]
    fn the_next_code_is_given_only_shortly_before_it_begins() {
        let session = session_from("09:00", "11:00");
        let rotation = Rotation::default();
        let shown = |seconds, next| {
            let now = at("10:00") + TimeDelta::seconds(seconds);
            code(shows(&session, rotation, next, now, now))
        };
        let first = rotation.step(at("10:00"));

        assert_eq!((shown(10, true), shown(11, true)), (Some(first), Some(first + 1)));
        assert_eq!(shown(14, false), Some(first));
        let Shows::Code(of) = shows(&session, rotation, false, at("10:00"), at("10:00")) else { unreachable!() };
        assert_eq!(of.until, at("10:00") + TimeDelta::seconds(15));
        assert_eq!(of.counts_until, at("10:00") + TimeDelta::seconds(30));
    }
}
