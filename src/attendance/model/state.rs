//! The state of one person in one session, and what a change replaces.

use crate::clock::Moment;
use crate::store::ids::{PersonId, SessionId, VenueId};
use crate::training::SessionState;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

crate::choices! {
    /// The stored states (`rules.md` 2). A roster row without one is pending.
    pub enum AttendanceState {
        Present = "present",
        Leave = "leave",
        StandIn = "stand_in",
        Absent = "absent",
        Exempt = "exempt",
    }
}

crate::choices! {
    /// A state as it is shown: the stored ones, and the two that a missing row stands for.
    pub enum ShownState {
        Present = "present",
        Leave = "leave",
        StandIn = "stand_in",
        Absent = "absent",
        Exempt = "exempt",
        /// 待签到.
        Pending = "pending",
        /// 待核: check-in has ended and nobody has decided yet.
        ToCheck = "to_check",
    }
}

crate::choices! {
    /// How a state came to be recorded.
    pub enum Method {
        Code = "code",
        Kiosk = "kiosk",
        /// The phone was opened by the clerk at the door.
        Door = "door",
        RollCall = "roll_call",
        Paper = "paper",
        UnitWord = "unit_word",
        /// What the person had asked for was granted.
        Request = "request",
        Correction = "correction",
        /// The session was confirmed, and nobody had said otherwise.
        Confirmation = "confirmation",
    }
}

impl Method {
    /// Whether the person, or somebody beside them at the door, said so at that minute; otherwise it was entered.
    pub fn is_check_in(self) -> bool {
        match self {
            Self::Code | Self::Kiosk | Self::Door => true,
            Self::RollCall | Self::Paper | Self::UnitWord | Self::Request | Self::Correction | Self::Confirmation => {
                false
            }
        }
    }
}

crate::choices! {
    pub enum LeaveKind {
        Public = "public",
        Sick = "sick",
        Private = "private",
    }
}

crate::choices! {
    /// The second column beside the state.
    pub enum MakeUp {
        None = "none",
        Due = "due",
        Done = "done",
    }
}

crate::choices! {
    /// How somebody made up for not being there (`product.md` 6). A reading alone is self-study and none of these.
    pub enum MakeUpKind {
        Session = "session",
        ExchangeMeeting = "exchange_meeting",
        AcceptedStudy = "accepted_study",
    }
}

/// One person in one session. Columns in the order of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize)]
pub struct Attendance {
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub state: AttendanceState,
    pub late: bool,
    pub left_early: bool,
    pub method: Method,
    pub venue_id: Option<VenueId>,
    pub leave_kind: Option<LeaveKind>,
    /// Who stood in.
    pub stand_in: Option<String>,
    pub make_up: MakeUp,
    pub make_up_kind: Option<MakeUpKind>,
    /// When the person arrived; nothing for those who were not there.
    pub arrived_at: Option<Moment>,
    pub recorded_by: Option<PersonId>,
    pub recorded_at: Moment,
    pub version: i64,
    /// A digest of the browser that a person checked in with, which shows where one device served two people.
    pub device: Option<String>,
    /// When the code that the person checked in with left the screen.
    pub code_until: Option<Moment>,
}

impl AttendanceState {
    /// *Not there* is leave, stand-in and absent, everywhere (`rules.md` 2).
    pub fn is_not_there(self) -> bool {
        match self {
            Self::Leave | Self::StandIn | Self::Absent => true,
            Self::Present | Self::Exempt => false,
        }
    }

    pub fn shown(self) -> ShownState {
        match self {
            Self::Present => ShownState::Present,
            Self::Leave => ShownState::Leave,
            Self::StandIn => ShownState::StandIn,
            Self::Absent => ShownState::Absent,
            Self::Exempt => ShownState::Exempt,
        }
    }
}

/// What is recorded of one person: everything that a change replaces. It lies as JSON beside each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub state: AttendanceState,
    pub late: bool,
    pub left_early: bool,
    pub method: Method,
    pub venue: Option<VenueId>,
    pub leave_kind: Option<LeaveKind>,
    pub stand_in: Option<String>,
    /// Microseconds since 1970, UTC.
    #[serde(with = "micros")]
    pub arrived_at: Option<Moment>,
    /// A digest of the browser that it was recorded with, where that was the person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// When the code that it was recorded with left the screen. Microseconds since 1970, UTC.
    #[serde(default, with = "micros", skip_serializing_if = "Option::is_none")]
    pub code_until: Option<Moment>,
}

/// A moment as a number, so that what is read back is what was written.
mod micros {
    use super::Moment;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(moment: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
        moment.map(|moment| moment.utc().and_utc().timestamp_micros()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
        let micros: Option<i64> = Option::deserialize(deserializer)?;
        Ok(micros.and_then(chrono::DateTime::from_timestamp_micros).map(|moment| Moment::from_utc(moment.naive_utc())))
    }
}

impl Recorded {
    /// A state without marks or details.
    pub fn plain(state: AttendanceState, method: Method) -> Self {
        Self {
            state,
            late: false,
            left_early: false,
            method,
            venue: None,
            leave_kind: None,
            stand_in: None,
            arrived_at: None,
            device: None,
            code_until: None,
        }
    }

    /// Whether it says the same of the person, however and whenever it was recorded.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |recorded: &Self| {
            (
                recorded.state,
                recorded.late,
                recorded.left_early,
                recorded.leave_kind,
                recorded.stand_in.clone().unwrap_or_default(),
            )
        };
        said(self) == said(other)
    }
}

/// Whether two records, each of which may be none, say the same of the person.
pub fn say_the_same(one: Option<&Recorded>, other: Option<&Recorded>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.says_the_same_as(other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

impl Attendance {
    /// What a form carries to tell whether this is still what it was made from. The version alone would not do: a row
    /// that was voided and came back begins at 1 again.
    pub fn stamp(&self) -> i64 {
        self.recorded_at.utc().and_utc().timestamp_micros() * 1000 + self.version % 1000
    }

    /// When the person checked in, as lists and reports show it. The minute at which somebody called the roll is not when
    /// the person came; an arrival that was noted before the record was corrected still stands.
    pub fn checked_in_at(&self) -> Option<Moment> {
        match self.method {
            Method::Code | Method::Kiosk | Method::Door => self.arrived_at,
            Method::RollCall | Method::UnitWord | Method::Request | Method::Correction => {
                self.arrived_at.filter(|at| *at < self.recorded_at)
            }
            Method::Paper | Method::Confirmation => None,
        }
    }

    /// How somebody who was there came to be recorded, where that was by hand and no time is known.
    pub fn by_hand(&self) -> Option<Method> {
        let is_by_hand = self.state == AttendanceState::Present && !self.method.is_check_in();
        (is_by_hand && self.checked_in_at().is_none()).then_some(self.method)
    }

    pub fn recorded(&self) -> Recorded {
        Recorded {
            state: self.state,
            late: self.late,
            left_early: self.left_early,
            method: self.method,
            venue: self.venue_id,
            leave_kind: self.leave_kind,
            stand_in: self.stand_in.clone(),
            arrived_at: self.arrived_at,
            device: self.device.clone(),
            code_until: self.code_until,
        }
    }
}

/// The state as it is shown, whether or not anybody has decided.
pub fn shown(session: SessionState, attendance: Option<&Attendance>) -> ShownState {
    match (attendance, session) {
        (Some(attendance), _) => attendance.state.shown(),
        (None, SessionState::Draft | SessionState::Published | SessionState::Cancelled) => ShownState::Pending,
        (None, SessionState::Closed | SessionState::Confirmed | SessionState::Archived) => ShownState::ToCheck,
    }
}

/// One change of a person's attendance, as it is kept. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub state_before: Option<AttendanceState>,
    pub state_after: Option<AttendanceState>,
    pub reason: String,
    pub after_confirmation: bool,
    pub changed_by: Option<PersonId>,
    pub changed_at: Moment,
    value_before: Option<String>,
    value_after: Option<String>,
}

impl Change {
    /// All that was recorded before; the state alone when no more was kept.
    pub fn before(&self) -> Option<Recorded> {
        read_value(self.value_before.as_deref(), self.state_before)
    }

    /// All that was recorded from then on.
    pub fn after(&self) -> Option<Recorded> {
        read_value(self.value_after.as_deref(), self.state_after)
    }
}

fn read_value(value: Option<&str>, state: Option<AttendanceState>) -> Option<Recorded> {
    let kept = value.and_then(|text| serde_json::from_str(text).ok());
    kept.or_else(|| state.map(|state| Recorded::plain(state, Method::Correction)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::at;

    #[test]
    fn the_minute_of_a_roll_call_is_not_shown_as_an_arrival_but_how_it_was_recorded() {
        let of = |method, recorded_at: &str| Attendance {
            recorded_at: at(recorded_at),
            ..crate::attendance::model::tests::attendance(AttendanceState::Present, method)
        };
        let shown = |of: Attendance| (of.checked_in_at(), of.by_hand());

        assert_eq!(shown(of(Method::Code, "09:00")), (Some(at("09:00")), None));
        assert_eq!(shown(of(Method::Kiosk, "09:20")), (Some(at("09:00")), None));
        assert_eq!(shown(of(Method::RollCall, "09:00")), (None, Some(Method::RollCall)));
        assert_eq!(shown(of(Method::Paper, "11:15")), (None, Some(Method::Paper)));
        // A late mark on who had checked in.
        assert_eq!(shown(of(Method::UnitWord, "10:00")), (Some(at("09:00")), None));
        assert_eq!(crate::attendance::model::tests::row(AttendanceState::Absent).by_hand(), None);
    }

    #[test]
    fn what_a_change_replaced_is_read_back_as_it_was() {
        let before = Recorded {
            arrived_at: Some(at("09:01")),
            venue: Some(VenueId(3)),
            late: true,
            ..Recorded::plain(AttendanceState::Present, Method::Code)
        };

        let text = serde_json::to_string(&before).expect("JSON");

        assert_eq!(read_value(Some(&text), None), Some(before));
        let only_state = read_value(None, Some(AttendanceState::Leave));
        assert_eq!(only_state.map(|read| read.state), Some(AttendanceState::Leave));
    }
}
