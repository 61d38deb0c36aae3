//! A kiosk and its rules: how long it works, what is taken from it, what somebody should look at.

use crate::access::Viewer;
use crate::clock::Moment;
use crate::store::ids::{DoorOpeningId, KioskEntryId, KioskId, PersonId, SessionId, VenueId};
use crate::training::{Session, SessionState};
use chrono::TimeDelta;
use diesel::prelude::Queryable;

/// The link that makes a tablet a kiosk can be used for this long, once.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(10);
/// What was stored before a kiosk ended is still taken for this long.
pub const LATE_SYNC: TimeDelta = TimeDelta::days(3);
/// A session that nobody closes ends its kiosks this long after its own end.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);
/// A phone can be opened for this long after its QR was asked for, once.
pub const DOOR_LIFE: TimeDelta = TimeDelta::minutes(2);
/// The clerk can take a kiosk's check-in back for this long.
pub const UNDO_FOR: TimeDelta = TimeDelta::seconds(60);
/// A kiosk's clock that differs more than this from ours has its check-ins looked at.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// What arrives later than this after it happened is looked at.
pub const LATE_AFTER: TimeDelta = TimeDelta::days(1);
/// A kiosk's use is written down at most this often when it only shows pages.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

crate::choices! {
    /// What became of a check-in that a kiosk sent.
    pub enum Effect {
        Recorded = "recorded",
        /// The person was present already.
        Repeated = "repeated",
        /// Exempt stays exempt.
        Exempt = "exempt",
        /// It happened after check-in had ended: kept, to be looked at, without effect.
        Refused = "refused",
        /// The clerk took it back at the kiosk.
        Undone = "undone",
    }
}

crate::choices! {
    /// Why somebody should look at a check-in of a kiosk.
    pub enum Review {
        /// The kiosk's clock differed from ours.
        Clock = "clock",
        /// It happened outside the check-in window.
        Window = "window",
        /// It arrived more than a day after it happened.
        Late = "late",
        /// The kiosk had been ended by hand before it sent this.
        Ended = "ended",
        /// It happened after check-in had ended.
        Closed = "closed",
    }
}

/// A tablet at a door. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Kiosk {
    pub id: KioskId,
    pub session_id: SessionId,
    pub venue_id: VenueId,
    /// A letter, counted through the session.
    pub name: String,
    /// The part of the link's token that the database has.
    pub nonce: String,
    pub link_expires_at: Moment,
    pub token_hash: Option<String>,
    pub opened_by: PersonId,
    pub opened_at: Moment,
    /// When a tablet took it up.
    pub started_at: Option<Moment>,
    pub last_seen_at: Option<Moment>,
    /// Check-ins that it had stored and not sent when it was last heard of.
    pub n_waiting: i64,
    pub oldest_waiting_at: Option<Moment>,
    pub ended_at: Option<Moment>,
    pub ended_by: Option<PersonId>,
}

/// A check-in as a kiosk sent it. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct KioskEntry {
    pub id: KioskEntryId,
    pub kiosk_id: KioskId,
    pub entry_key: String,
    pub session_id: SessionId,
    pub person_id: PersonId,
    /// By the kiosk's clock.
    pub happened_at: Moment,
    pub received_at: Moment,
    pub clock_ahead_seconds: i64,
    pub effect: Effect,
    pub review: Option<Review>,
    pub undone_at: Option<Moment>,
}

/// A QR for one phone. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct DoorOpening {
    pub id: DoorOpeningId,
    pub kiosk_id: KioskId,
    pub person_id: PersonId,
    pub nonce: String,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
    /// When a newer one for the same person made it worthless.
    pub ended_at: Option<Moment>,
}

impl DoorOpening {
    pub fn can_be_used(&self, now: Moment) -> bool {
        self.used_at.is_none() && self.ended_at.is_none() && now < self.expires_at
    }
}

impl Kiosk {
    /// Whether its link can still make a tablet a kiosk.
    pub fn awaits_a_tablet(&self, now: Moment) -> bool {
        self.token_hash.is_none() && self.ended_at.is_none() && now < self.link_expires_at
    }
}

/// What a kiosk can still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It finds people and records them.
    Works,
    /// It has ended, and what it stored before is still taken.
    TakesLate,
    /// Nothing.
    Over,
}

/// What a kiosk can still do: it ends with the session's check-in, by hand, or a day after a session nobody closed.
pub fn standing(kiosk: &Kiosk, session: &Session, now: Moment) -> Standing {
    let closed_at = match session.state {
        SessionState::Draft | SessionState::Cancelled => return Standing::Over,
        SessionState::Published => session.ends_at + FORGOTTEN_AFTER,
        SessionState::Closed | SessionState::Confirmed | SessionState::Archived => {
            session.closed_at.unwrap_or(session.ends_at)
        }
    };
    let ended_at = kiosk.ended_at.map_or(closed_at, |ended| ended.min(closed_at));
    let has_ended = session.state != SessionState::Published || kiosk.ended_at.is_some() || ended_at < now;
    if !has_ended {
        Standing::Works
    } else if now <= ended_at + LATE_SYNC {
        Standing::TakesLate
    } else {
        Standing::Over
    }
}

/// One check-in that a kiosk sends, as it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Arrived {
    /// By the kiosk's clock.
    pub happened_at: Moment,
    pub received_at: Moment,
    /// How far the kiosk's clock is ahead of ours now.
    pub clock_ahead: TimeDelta,
}

impl Arrived {
    fn is_clock_off(self) -> bool {
        self.clock_ahead.abs() > CLOCK_TOLERANCE
    }

    /// When it happened; by a clock that is off, put right by as much as that is off.
    pub fn put_right(self) -> Moment {
        if self.is_clock_off() { self.happened_at - self.clock_ahead } else { self.happened_at }
    }
}

/// Whether a check-in is taken, and why somebody should look at it. Nobody is turned away for a clock: only what
/// happened after check-in or its kiosk had ended has no effect, and is kept to be looked at.
pub fn judge(kiosk: &Kiosk, session: &Session, arrived: Arrived) -> (bool, Option<Review>) {
    let happened_at = arrived.put_right();
    if session.closed_at.is_some_and(|closed| closed < happened_at) {
        return (false, Some(Review::Closed));
    }
    if kiosk.ended_at.is_some_and(|ended| ended < happened_at) {
        return (false, Some(Review::Ended));
    }
    let review = if arrived.is_clock_off() {
        Some(Review::Clock)
    } else if happened_at < session.opens_at() || session.ends_at < happened_at {
        Some(Review::Window)
    } else if arrived.received_at - happened_at > LATE_AFTER {
        Some(Review::Late)
    } else if kiosk.ended_at.is_some() {
        Some(Review::Ended)
    } else {
        None
    };
    (true, review)
}

/// Whether a check-in at a kiosk can be taken back at a moment by the same clock. The limit itself is still in time.
pub fn may_undo(happened_at: Moment, now: Moment) -> bool {
    now <= happened_at + UNDO_FOR
}

/// Whether the viewer may open and end kiosks at a venue: HQ, and the venue's clerk.
pub fn may_keep(viewer: &Viewer, served: &[VenueId], venue: VenueId) -> bool {
    viewer.is_hq() || served.contains(&venue)
}

/// The name of a session's next kiosk: A to Z, then A2 and so on.
pub fn next_name(n_before: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(n_before % 26).unwrap_or(0));
    match n_before / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{}", round + 1),
    }
}

/// A name with all but its ends hidden: enough for its owner to know it, on a phone that nobody has signed in on.
pub fn masked(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    match characters.as_slice() {
        [] | [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(3))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::model::tests::session_from;

    fn at(minutes: i64) -> Moment {
        let start = chrono::DateTime::from_timestamp(1_720_000_000 + minutes * 60, 0).expect("a time");
        Moment::from_utc(start.naive_utc())
    }

    /// From minute 0 to 120, opening 30 before.
    fn session(state: SessionState, closed_at: Option<Moment>) -> Session {
        Session { starts_at: at(0), ends_at: at(120), state, closed_at, ..session_from("09:00", "11:00") }
    }

    fn kiosk(ended_at: Option<Moment>) -> Kiosk {
        Kiosk {
            id: KioskId(1),
            session_id: SessionId(1),
            venue_id: VenueId(1),
            name: "A".to_owned(),
            nonce: String::new(),
            link_expires_at: at(-50),
            token_hash: Some(String::new()),
            opened_by: PersonId(1),
            opened_at: at(-60),
            started_at: Some(at(-59)),
            last_seen_at: None,
            n_waiting: 0,
            oldest_waiting_at: None,
            ended_at,
            ended_by: None,
        }
    }

    fn arrived(happened: i64, received: i64) -> Arrived {
        Arrived { happened_at: at(happened), received_at: at(received), clock_ahead: TimeDelta::zero() }
    }

    #[test]
    fn a_kiosk_works_until_the_session_is_closed_and_sends_what_it_stored_for_three_days_more() {
        let day = 24 * 60;
        let running = session(SessionState::Published, None);
        let closed = session(SessionState::Closed, Some(at(130)));

        assert_eq!(standing(&kiosk(None), &running, at(0)), Standing::Works);
        assert_eq!(standing(&kiosk(None), &running, at(120 + day)), Standing::Works);
        assert_eq!(standing(&kiosk(None), &running, at(121 + day)), Standing::TakesLate);
        assert_eq!(standing(&kiosk(None), &closed, at(131)), Standing::TakesLate);
        assert_eq!(standing(&kiosk(None), &closed, at(130 + 3 * day)), Standing::TakesLate);
        assert_eq!(standing(&kiosk(None), &closed, at(131 + 3 * day)), Standing::Over);
        assert_eq!(standing(&kiosk(Some(at(10))), &running, at(11)), Standing::TakesLate);
        assert_eq!(standing(&kiosk(Some(at(10))), &running, at(11 + 3 * day)), Standing::Over);
        assert_eq!(standing(&kiosk(None), &session(SessionState::Cancelled, None), at(0)), Standing::Over);
    }

    #[test]
    fn a_check_in_within_tolerance_needs_nobody_to_look_at_it() {
        let running = session(SessionState::Published, None);
        let of = |happened, received| judge(&kiosk(None), &running, arrived(happened, received));

        assert_eq!(of(5, 5), (true, None));
        assert_eq!(of(-30, 0), (true, None));
        assert_eq!(of(-31, 0), (true, Some(Review::Window)));
        assert_eq!(of(120, 125), (true, None));
        assert_eq!(of(121, 125), (true, Some(Review::Window)));
        assert_eq!(of(5, 5 + 24 * 60), (true, None));
        assert_eq!(of(5, 6 + 24 * 60), (true, Some(Review::Late)));
    }

    #[test]
    fn a_clock_that_is_off_is_looked_at_and_turns_nobody_away() {
        let closed = session(SessionState::Closed, Some(at(130)));
        let ahead = |minutes| Arrived { clock_ahead: TimeDelta::minutes(minutes), ..arrived(60 + minutes, 140) };

        assert_eq!(judge(&kiosk(None), &closed, ahead(5)), (true, None));
        assert_eq!(judge(&kiosk(None), &closed, ahead(6)), (true, Some(Review::Clock)));
        assert_eq!(judge(&kiosk(None), &closed, ahead(180)), (true, Some(Review::Clock)));
        assert_eq!(judge(&kiosk(None), &closed, ahead(-180)), (true, Some(Review::Clock)));
    }

    #[test]
    fn what_happened_after_check_in_or_the_kiosk_had_ended_has_no_effect_and_is_kept() {
        let closed = session(SessionState::Closed, Some(at(100)));
        assert_eq!(judge(&kiosk(None), &closed, arrived(100, 140)), (true, None));
        assert_eq!(judge(&kiosk(None), &closed, arrived(101, 140)), (false, Some(Review::Closed)));

        let running = session(SessionState::Published, None);
        assert_eq!(judge(&kiosk(Some(at(10))), &running, arrived(10, 20)), (true, Some(Review::Ended)));
        assert_eq!(judge(&kiosk(Some(at(10))), &running, arrived(11, 20)), (false, Some(Review::Ended)));
    }

    #[test]
    fn names_of_kiosks_go_on_after_z_and_those_of_people_are_hidden_but_for_their_ends() {
        assert_eq!([0, 1, 25, 26, 53].map(next_name), ["A", "B", "Z", "A2", "B3"]);
        assert_eq!(["杜维平", "李敏", "欧阳修文", "王", ""].map(masked), ["杜*平", "李*", "欧**文", "*", "*"]);
    }
}
