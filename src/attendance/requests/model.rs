//! A request, and the rules of who may ask for what until when and whom it waits for.

use crate::access::{UnitPath, Viewer};
use crate::attendance::model::{Attendance, AttendanceState, Leads, Recorded, decided_at, say_the_same};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::training::{Session, SessionState};
use chrono::TimeDelta;
use diesel::prelude::Queryable;

crate::choices! {
    pub enum RequestKind {
        Leave = "leave",
        StandIn = "stand_in",
        Exempt = "exempt",
        /// 更正申请: what is recorded is said to be wrong.
        Correction = "correction",
    }
}

crate::choices! {
    pub enum RequestState {
        Asked = "asked",
        Granted = "granted",
        Refused = "refused",
        /// By the one who asked.
        Withdrawn = "withdrawn",
    }
}

/// One request. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Request {
    pub id: RequestId,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub kind: RequestKind,
    asked_value: Option<String>,
    /// Of a correction; leave is a class and has no text.
    pub reason: String,
    pub asked_by: PersonId,
    pub asked_at: Moment,
    pub state: RequestState,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Moment>,
    /// Why it was refused.
    pub answer: String,
    pub version: i64,
}

impl Request {
    /// What is asked to be recorded; nothing clears what is.
    ///
    /// # Errors
    /// `Broken` when it was kept in a form that cannot be read.
    pub fn asked(&self) -> Result<Option<Recorded>> {
        let read = self.asked_value.as_deref().map(serde_json::from_str).transpose();
        Ok(read.map_err(|source| anyhow::Error::new(source).context("a request"))?)
    }
}

/// Whether what is recorded says what was asked for. Cleared once confirmed is absent.
pub fn is_as_asked(asked: Option<&Recorded>, recorded: Option<&Attendance>) -> bool {
    let is_cleared = asked.is_none() && recorded.is_some_and(|of| of.state == AttendanceState::Absent);
    is_cleared || say_the_same(asked, recorded.map(Attendance::recorded).as_ref())
}

/// Why something cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskRefusal {
    /// Draft or cancelled.
    NoSuchRoll,
    /// Present or exempt already: leave would say less than what is recorded.
    NothingToAskLeaveFor,
    /// Nothing is recorded and nobody could have been there yet.
    NothingToCorrect,
    /// So long after confirmation.
    TooLate { days: i64 },
}

impl AskRefusal {
    /// Whether it could have been asked for before.
    pub fn is_too_late(self) -> bool {
        matches!(self, Self::TooLate { .. })
    }

    pub fn message(self) -> Message {
        match self {
            Self::NoSuchRoll => Message::new("attendance-refused-no-roll"),
            Self::NothingToAskLeaveFor => Message::new("request-refused-no-leave"),
            Self::NothingToCorrect => Message::new("request-refused-nothing-to-correct"),
            Self::TooLate { days } => Message::new("request-refused-too-late").with("days", days),
        }
    }
}

/// Whether somebody may ask for leave, a stand-in or exemption, before the session and after it.
///
/// # Errors
/// Why not.
pub fn may_ask_leave(session: &Session, own: Option<&Attendance>, now: Moment, days: i64) -> Result<(), AskRefusal> {
    in_time(session, now, days)?;
    match own.map(|own| own.state) {
        None | Some(AttendanceState::Absent) => Ok(()),
        Some(
            AttendanceState::Present | AttendanceState::Exempt | AttendanceState::Leave | AttendanceState::StandIn,
        ) => Err(AskRefusal::NothingToAskLeaveFor),
    }
}

/// Whether somebody may say that what is recorded of them is wrong: before confirmation always, then for some days.
/// The limit itself is still in time.
///
/// # Errors
/// Why not.
pub fn may_ask_correction(
    session: &Session,
    own: Option<&Attendance>,
    now: Moment,
    days: i64,
) -> Result<(), AskRefusal> {
    in_time(session, now, days)?;
    if own.is_none() && session.state == SessionState::Published && now < session.opens_at() {
        return Err(AskRefusal::NothingToCorrect);
    }
    Ok(())
}

fn in_time(session: &Session, now: Moment, days: i64) -> Result<(), AskRefusal> {
    match session.state {
        SessionState::Draft | SessionState::Cancelled => Err(AskRefusal::NoSuchRoll),
        SessionState::Published | SessionState::Closed => Ok(()),
        SessionState::Confirmed | SessionState::Archived => match session.confirmed_at {
            Some(confirmed_at) if confirmed_at + TimeDelta::days(days) < now => Err(AskRefusal::TooLate { days }),
            Some(_) | None => Ok(()),
        },
    }
}

/// A request with what says who may decide it.
#[derive(Debug, Clone, Queryable)]
pub struct Waiting {
    pub id: RequestId,
    pub person: PersonId,
    pub session_state: SessionState,
    /// Of the unit in the roster row, as the tree is today.
    pub path: UnitPath,
}

impl Waiting {
    /// Whether only HQ can decide it: after confirmation, and where nobody leads the unit that decides.
    pub fn needs_hq(&self, leaders: &[Leads]) -> bool {
        let is_confirmed = match self.session_state {
            SessionState::Confirmed | SessionState::Archived => true,
            SessionState::Draft | SessionState::Published | SessionState::Closed | SessionState::Cancelled => false,
        };
        let decided_at = decided_at(self.person, &self.path, leaders);
        is_confirmed || !leaders.iter().any(|(leader, led)| *leader != self.person && led.contains(&decided_at))
    }

    /// Whether the viewer may decide it; nobody decides their own (`rules.md` 4).
    pub fn may_be_decided_by(&self, viewer: &Viewer, leaders: &[Leads]) -> bool {
        let decided_at = decided_at(self.person, &self.path, leaders);
        let is_of_unit = viewer.reach_of_decisions().covers(&decided_at) && !self.needs_hq(leaders);
        self.person != viewer.person && (viewer.is_hq() || is_of_unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::{in_state, row};

    fn at(text: &str) -> Moment {
        Moment::from_utc(format!("{text}:00").parse().expect("a time"))
    }

    #[test]
    fn leave_is_asked_for_while_nobody_has_said_that_one_was_there() {
        let session = in_state(SessionState::Published);
        let ask = |state: Option<AttendanceState>| {
            may_ask_leave(&session, state.map(row).as_ref(), at("2024-07-05T08:00"), 15).is_ok()
        };

        assert!(ask(None) && ask(Some(AttendanceState::Absent)));
        assert!(!ask(Some(AttendanceState::Present)) && !ask(Some(AttendanceState::Exempt)));
        assert!(!ask(Some(AttendanceState::Leave)) && !ask(Some(AttendanceState::StandIn)));
    }

    #[test]
    fn a_correction_is_asked_for_until_so_many_days_after_the_confirmation_and_not_a_minute_longer() {
        let absent = row(AttendanceState::Absent);
        let confirmed = Session { confirmed_at: Some(at("2024-07-08T10:00")), ..in_state(SessionState::Confirmed) };
        let ask = |session: &Session, now: &str| may_ask_correction(session, Some(&absent), at(now), 15);

        assert_eq!(ask(&confirmed, "2024-07-23T10:00"), Ok(()));
        assert_eq!(ask(&confirmed, "2024-07-23T10:01"), Err(AskRefusal::TooLate { days: 15 }));
        assert_eq!(ask(&in_state(SessionState::Closed), "2024-12-31T10:00"), Ok(()));
        assert_eq!(ask(&in_state(SessionState::Cancelled), "2024-07-05T10:00"), Err(AskRefusal::NoSuchRoll));
    }

    #[test]
    fn there_is_nothing_to_correct_before_check_in_opens() {
        let session = in_state(SessionState::Published);

        assert_eq!(
            may_ask_correction(&session, None, session.opens_at() - TimeDelta::minutes(1), 15),
            Err(AskRefusal::NothingToCorrect)
        );
        assert_eq!(may_ask_correction(&session, None, session.opens_at(), 15), Ok(()));
    }

    #[test]
    fn only_hq_decides_after_confirmation_and_for_who_has_no_other_leader() {
        let path = |text: &str| UnitPath(text.to_owned());
        let waiting =
            |state| Waiting { id: RequestId(1), person: PersonId(7), session_state: state, path: path("/1/4/9/") };
        let leads = |person, text: &str| (PersonId(person), path(text));
        let (own, beside) = (leads(7, "/1/4/9/"), leads(6, "/1/4/9/"));
        let (above, elsewhere) = (leads(8, "/1/4/"), leads(9, "/1/5/"));

        assert!(!waiting(SessionState::Published).needs_hq(&[own.clone(), above.clone()]));
        assert!(waiting(SessionState::Published).needs_hq(&[own, beside.clone(), elsewhere]));
        assert!(!waiting(SessionState::Published).needs_hq(&[beside]));
        assert!(waiting(SessionState::Confirmed).needs_hq(&[above]));
    }
}
