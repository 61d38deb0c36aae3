//! Who can check in when, what that does, and how it is taken back.

use super::state::{Attendance, AttendanceState, Method, Recorded};
use crate::clock::Moment;
use crate::error::Message;
use crate::store::ids::PersonId;
use crate::training::{Session, SessionState};
use chrono::TimeDelta;

/// Why somebody cannot check in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckInRefusal {
    NotOpenYet {
        opens_at: Moment,
    },
    /// The session has ended, or HQ has ended its check-in.
    Over,
    Cancelled,
    NotOnRoster,
    /// The code is real and too old.
    Replaced,
}

impl CheckInRefusal {
    pub fn message(self) -> Message {
        match self {
            Self::NotOpenYet { opens_at } => Message::new("attendance-refused-early").with("at", opens_at),
            Self::Over => Message::new("attendance-refused-over"),
            Self::Cancelled => Message::new("attendance-refused-cancelled"),
            Self::NotOnRoster => Message::new("attendance-refused-not-on-roster"),
            Self::Replaced => Message::new("attendance-refused-replaced"),
        }
    }
}

/// Decides whether a check-in that arrives at `now` is in time. The limits themselves are still in time.
/// Whether somebody was late is for a person to say, not for a clock.
///
/// # Errors
/// Why it is not.
pub fn admit(session: &Session, now: Moment) -> Result<(), CheckInRefusal> {
    match session.state {
        SessionState::Published => {}
        SessionState::Cancelled => return Err(CheckInRefusal::Cancelled),
        SessionState::Draft => return Err(CheckInRefusal::NotOnRoster),
        SessionState::Closed | SessionState::Confirmed | SessionState::Archived => return Err(CheckInRefusal::Over),
    }
    if now < session.opens_at() {
        return Err(CheckInRefusal::NotOpenYet { opens_at: session.opens_at() });
    }
    if session.ends_at < now {
        return Err(CheckInRefusal::Over);
    }
    Ok(())
}

/// As [`admit`], for a scan that arrived earlier: whoever was in time does not lose it by signing in.
///
/// # Errors
/// Why it is not.
pub fn admit_scan(session: &Session, arrived: Moment, now: Moment) -> Result<(), CheckInRefusal> {
    admit(session, now.min(arrived.max(session.opens_at())))
}

/// What a check-in does to what was recorded before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Nobody had decided yet.
    New,
    /// Leave, a stand-in or absence gives way, and stays in the history (`rules.md` 2).
    Beats,
    /// Already present.
    Repeat,
    /// Exempt stays exempt.
    Exempt,
}

pub fn arrival(before: Option<&Attendance>) -> Arrival {
    match before.map(|before| before.state) {
        None => Arrival::New,
        Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent) => Arrival::Beats,
        Some(AttendanceState::Present) => Arrival::Repeat,
        Some(AttendanceState::Exempt) => Arrival::Exempt,
    }
}

/// How long one may take back one's own check-in (`ux.md`, check-in wireframe).
pub const UNDO_FOR: TimeDelta = TimeDelta::minutes(5);

/// Whether a person may still take back their own check-in. The limit itself is still in time.
pub fn may_undo(attendance: &Attendance, person: PersonId, now: Moment) -> bool {
    attendance.state == AttendanceState::Present
        && attendance.method == Method::Code
        && attendance.person_id == person
        && attendance.recorded_by == Some(person)
        && now <= attendance.recorded_at + UNDO_FOR
}

/// What is left when a state is voided: nothing, that is pending, or absent once confirmed (`rules.md` 2).
pub fn after_voiding(session: &Session) -> Option<Recorded> {
    session.is_confirmed().then(|| Recorded::plain(AttendanceState::Absent, Method::Correction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::{at, attendance, in_state, session_from};

    #[test]
    fn check_in_opens_thirty_minutes_before_the_start_and_not_a_minute_earlier() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit(&session, at("08:30")), Ok(()));
        assert_eq!(admit(&session, at("08:29")), Err(CheckInRefusal::NotOpenYet { opens_at: at("08:30") }));
    }

    #[test]
    fn check_in_ends_with_the_session_and_the_last_minute_is_still_in_time() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit(&session, at("11:00")), Ok(()));
        assert_eq!(admit(&session, at("11:01")), Err(CheckInRefusal::Over));
        for state in [SessionState::Closed, SessionState::Confirmed, SessionState::Archived] {
            assert_eq!(admit(&in_state(state), at("10:00")), Err(CheckInRefusal::Over));
        }
        assert_eq!(admit(&in_state(SessionState::Cancelled), at("10:00")), Err(CheckInRefusal::Cancelled));
    }

    #[test]
    fn one_takes_back_ones_own_check_in_for_five_minutes_and_nothing_else() {
        let own = attendance(AttendanceState::Present, Method::Code);
        let called = attendance(AttendanceState::Present, Method::RollCall);

        assert!(may_undo(&own, PersonId(1), at("09:05")));
        assert!(!may_undo(&own, PersonId(1), at("09:06")));
        assert!(!may_undo(&own, PersonId(2), at("09:01")));
        assert!(!may_undo(&called, PersonId(1), at("09:01")));
    }

    #[test]
    fn a_scan_in_time_is_not_lost_by_signing_in_after_the_end_and_opens_nothing_early() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit_scan(&session, at("10:59"), at("11:07")), Ok(()));
        assert_eq!(admit_scan(&session, at("11:01"), at("11:07")), Err(CheckInRefusal::Over));
        assert_eq!(admit_scan(&session, at("08:20"), at("08:31")), Ok(()));
        let early = Err(CheckInRefusal::NotOpenYet { opens_at: at("08:30") });
        assert_eq!(admit_scan(&session, at("08:20"), at("08:29")), early);
        assert_eq!(admit_scan(&in_state(SessionState::Closed), at("10:59"), at("11:00")), Err(CheckInRefusal::Over));
    }

    #[test]
    fn a_check_in_beats_all_but_exemption_and_itself() {
        let state = |state| attendance(state, Method::Paper);

        assert_eq!(arrival(None), Arrival::New);
        for beaten in [AttendanceState::Leave, AttendanceState::StandIn, AttendanceState::Absent] {
            assert_eq!(arrival(Some(&state(beaten))), Arrival::Beats);
        }
        assert_eq!(arrival(Some(&state(AttendanceState::Present))), Arrival::Repeat);
        assert_eq!(arrival(Some(&state(AttendanceState::Exempt))), Arrival::Exempt);
    }

    #[test]
    fn voiding_leaves_nothing_and_absence_once_confirmed() {
        assert_eq!(after_voiding(&in_state(SessionState::Closed)), None);
        let left = after_voiding(&in_state(SessionState::Confirmed));
        assert_eq!(left.map(|left| left.state), Some(AttendanceState::Absent));
    }
}
