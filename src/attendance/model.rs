//! The state of one person in one session, and the figures counted from such states.

use crate::clock::Moment;
use crate::store::ids::{PersonId, SessionId, VenueId};
use diesel::prelude::Queryable;
use serde::Serialize;

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
        RollCall = "roll_call",
        Paper = "paper",
        UnitWord = "unit_word",
        Correction = "correction",
        /// The session was confirmed, and nobody had said otherwise.
        Confirmation = "confirmation",
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
#[derive(Debug, Clone, Queryable, Serialize)]
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

/// The figures of a session, a unit or a period. Every page, print and file gets them from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub n_roster: i64,
    pub n_present: i64,
    pub n_leave: i64,
    pub n_stand_in: i64,
    pub n_absent: i64,
    pub n_exempt: i64,
    /// Nobody has decided yet.
    pub n_pending: i64,
    pub n_late: i64,
    pub n_left_early: i64,
    pub n_made_up: i64,
    /// Those who read what was assigned for the session and have not made up: shown beside, in no rate.
    pub n_self_study: i64,
}

impl Counts {
    /// 应训: the roster without the exempt; the denominator of both rates.
    pub fn n_due(&self) -> i64 {
        self.n_roster - self.n_exempt
    }

    /// Leave, stand-in and absent; the denominator of the make-up rate.
    pub fn n_not_there(&self) -> i64 {
        self.n_leave + self.n_stand_in + self.n_absent
    }

    /// Present and made up; over [`Counts::n_due`] it is the participation rate.
    pub fn n_took_part(&self) -> i64 {
        self.n_present + self.n_made_up
    }

    /// Counts one person: their state, nothing when nobody has decided yet.
    pub fn add_person(&mut self, attendance: Option<&Attendance>) {
        self.n_roster += 1;
        let Some(attendance) = attendance else {
            self.n_pending += 1;
            return;
        };
        match attendance.state {
            AttendanceState::Present => self.n_present += 1,
            AttendanceState::Leave => self.n_leave += 1,
            AttendanceState::StandIn => self.n_stand_in += 1,
            AttendanceState::Absent => self.n_absent += 1,
            AttendanceState::Exempt => self.n_exempt += 1,
        }
        self.n_late += i64::from(attendance.late);
        self.n_left_early += i64::from(attendance.left_early);
        if attendance.state.is_not_there() && attendance.make_up == MakeUp::Done {
            self.n_made_up += 1;
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.n_roster += other.n_roster;
        self.n_present += other.n_present;
        self.n_leave += other.n_leave;
        self.n_stand_in += other.n_stand_in;
        self.n_absent += other.n_absent;
        self.n_exempt += other.n_exempt;
        self.n_pending += other.n_pending;
        self.n_late += other.n_late;
        self.n_left_early += other.n_left_early;
        self.n_made_up += other.n_made_up;
        self.n_self_study += other.n_self_study;
    }
}
