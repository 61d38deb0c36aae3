//! The figures counted from states.

use super::state::{Attendance, AttendanceState, MakeUp, MakeUpKind};
use serde::{Deserialize, Serialize};

/// The figures of a session, a unit or a period. Every page, print and file gets them from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        match attendance {
            None => self.add(None, false, false, None, 1),
            Some(of) => self.add(Some(of.state), of.late, of.left_early, Some(of.make_up), 1),
        }
    }

    /// Counts `n` people of whom the same is recorded.
    pub fn add(
        &mut self,
        state: Option<AttendanceState>,
        late: bool,
        left_early: bool,
        make_up: Option<MakeUp>,
        n: i64,
    ) {
        self.n_roster += n;
        let Some(state) = state else {
            self.n_pending += n;
            return;
        };
        match state {
            AttendanceState::Present => self.n_present += n,
            AttendanceState::Leave => self.n_leave += n,
            AttendanceState::StandIn => self.n_stand_in += n,
            AttendanceState::Absent => self.n_absent += n,
            AttendanceState::Exempt => self.n_exempt += n,
        }
        if late {
            self.n_late += n;
        }
        if left_early {
            self.n_left_early += n;
        }
        if state.is_not_there() && make_up == Some(MakeUp::Done) {
            self.n_made_up += n;
        }
    }
}

/// What became of those who were not there: how they made up, and who has not yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUpFigures {
    pub n_not_there: i64,
    pub n_session: i64,
    pub n_exchange_meeting: i64,
    pub n_accepted_study: i64,
    /// Made up, without saying how.
    pub n_otherwise: i64,
    /// Not made up yet, in all.
    pub n_outstanding: i64,
    /// Of the outstanding those who read what was assigned: self-study makes nothing up.
    pub n_self_study: i64,
}

impl MakeUpFigures {
    pub fn n_made_up(&self) -> i64 {
        self.n_session + self.n_exchange_meeting + self.n_accepted_study + self.n_otherwise
    }

    /// Counts one person; those who were there or are exempt are in none of the figures.
    pub fn add(&mut self, attendance: &Attendance, has_read: bool) {
        if !attendance.state.is_not_there() {
            return;
        }
        self.n_not_there += 1;
        match (attendance.make_up, attendance.make_up_kind) {
            (MakeUp::Done, Some(MakeUpKind::Session)) => self.n_session += 1,
            (MakeUp::Done, Some(MakeUpKind::ExchangeMeeting)) => self.n_exchange_meeting += 1,
            (MakeUp::Done, Some(MakeUpKind::AcceptedStudy)) => self.n_accepted_study += 1,
            (MakeUp::Done, None) => self.n_otherwise += 1,
            (MakeUp::None | MakeUp::Due, _) => {
                self.n_outstanding += 1;
                self.n_self_study += i64::from(has_read);
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::row;

    #[test]
    fn who_was_not_there_has_made_up_in_some_way_or_is_outstanding_and_self_study_makes_nothing_up() {
        let absent = row(AttendanceState::Absent);
        let made_up = |kind| Attendance { make_up: MakeUp::Done, make_up_kind: kind, ..absent.clone() };
        let mut figures = MakeUpFigures::default();

        for (attendance, has_read) in [
            (row(AttendanceState::Present), true),
            (row(AttendanceState::Exempt), false),
            (absent.clone(), true),
            (Attendance { make_up: MakeUp::Due, ..row(AttendanceState::Leave) }, false),
            (made_up(Some(MakeUpKind::Session)), true),
            (made_up(Some(MakeUpKind::AcceptedStudy)), false),
            (made_up(None), false),
        ] {
            figures.add(&attendance, has_read);
        }

        let expected = MakeUpFigures {
            n_not_there: 5,
            n_session: 1,
            n_exchange_meeting: 0,
            n_accepted_study: 1,
            n_otherwise: 1,
            n_outstanding: 2,
            n_self_study: 1,
        };
        assert_eq!(figures, expected);
        assert_eq!(figures.n_made_up() + figures.n_outstanding, figures.n_not_there);
    }

    #[test]
    fn the_exempt_leave_the_denominator_and_leave_stays_in_it() {
        let mut counts = Counts::default();
        counts.add(Some(AttendanceState::Present), true, false, Some(MakeUp::None), 7);
        counts.add(Some(AttendanceState::Leave), false, false, Some(MakeUp::Done), 2);
        counts.add(Some(AttendanceState::Exempt), false, false, Some(MakeUp::None), 1);
        counts.add(None, false, false, None, 3);

        assert_eq!((counts.n_roster, counts.n_due(), counts.n_not_there()), (13, 12, 2));
        assert_eq!((counts.n_took_part(), counts.n_late, counts.n_pending), (9, 7, 3));
    }
}
