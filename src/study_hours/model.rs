//! What counts as study hours, and how a person stands against what a year asks for. Plain functions of their rows.

use crate::assignments::ShownTask;
use crate::attendance::{AttendanceState, MakeUp};
use crate::clock::Moment;
use crate::organization::Category;
use crate::settings::{MarkedHours, Settings, StudyUnit};
use crate::store::ids::{AssignmentId, PersonId, SessionId};
use crate::templates::hours_text;
use crate::training::SessionState;
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;
use std::collections::BTreeMap;

crate::choices! {
    /// What a session, or accepted study, brings to somebody's hours.
    pub enum CreditKind {
        /// Attended, made up, or done.
        Counted = "counted",
        /// May still come: not held, not confirmed, or not done yet.
        ToCome = "to_come",
        /// Its hours are those of the session that it makes up for, and stand there.
        Elsewhere = "elsewhere",
        Nothing = "nothing",
    }
}

/// What one session or assignment brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Credit {
    pub kind: CreditKind,
    /// 0 unless counted or to come.
    pub minutes: i64,
}

/// One session that a person is on the roster of, as far as hours go.
#[derive(Debug, Clone, Copy)]
pub struct Sitting {
    pub session: SessionId,
    pub make_up_of: Option<SessionId>,
    pub starts_at: Moment,
    pub minutes: i64,
    pub session_state: SessionState,
    pub recorded: Option<Recorded>,
}

/// What is recorded of the person there.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    pub state: AttendanceState,
    pub late: bool,
    pub left_early: bool,
    pub make_up: MakeUp,
}

/// Tasks of one assignment that HQ gave hours to.
#[derive(Debug, Clone, Copy)]
pub struct GivenStudy {
    pub assignment: AssignmentId,
    /// The assignment's hours: once, however many tasks it has.
    pub minutes: i64,
    pub state: ShownTask,
}

/// Somebody's hours of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hours {
    pub done: i64,
    /// What is planned for them and may still come.
    pub to_come: i64,
    /// The largest single part of it.
    pub largest_to_come: i64,
}

crate::choices! {
    /// How somebody stands against what the year asks for.
    pub enum Standing {
        Reached = "reached",
        /// What is planned suffices, even without its largest part.
        OnCourse = "on_course",
        /// What is planned suffices only if nothing of it is missed.
        AtRisk = "at_risk",
        /// With all that is planned it is not reached: more has to be arranged.
        Short = "short",
    }
}

/// What a year asks of a category. Columns in the order of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize)]
pub struct Requirement {
    pub year: i64,
    pub category: Category,
    /// Nothing once it was taken back.
    pub minutes: Option<i64>,
    pub document_title: String,
    pub document_number: String,
    pub document_on: Option<NaiveDate>,
    pub set_by: Option<PersonId>,
    pub set_at: Moment,
    pub version: i64,
}

/// Hours as a page states them: in hours, and in days where HQ has chosen those.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    pub in_hours: String,
    pub in_days: Option<String>,
}

impl Amount {
    pub fn of(minutes: i64, settings: &Settings) -> Self {
        Self {
            in_hours: hours_text(minutes),
            in_days: match settings.study_unit {
                StudyUnit::Hours => None,
                // A day written as an hour would be.
                StudyUnit::Days => Some(hours_text(minutes * 60 / settings.study_day_minutes.max(1))),
            },
        }
    }
}

/// Study hours as they are typed, `2` or `3.5`, in minutes.
pub fn read_hours(text: &str) -> Option<i64> {
    let hours: f64 = text.trim().parse().ok()?;
    if (0.0..=1000.0).contains(&hours) { Some((hours * 60.0).round() as i64) } else { None }
}

/// An amount as HQ types it, in the unit that the settings state study in, in minutes.
pub fn read_amount(text: &str, settings: &Settings) -> Option<i64> {
    let typed = read_hours(text)?;
    match settings.study_unit {
        StudyUnit::Hours => Some(typed),
        StudyUnit::Days => Some(typed * settings.study_day_minutes / 60),
    }
}

/// What a session brings by itself, without regard to the others that belong to it. Only what HQ has confirmed counts.
/// A stand-in is not there, and so has nothing until the named person has made up; exempt brings nothing.
fn alone(sitting: &Sitting, marked: MarkedHours) -> CreditKind {
    let confirmed = match sitting.session_state {
        SessionState::Confirmed | SessionState::Archived => true,
        SessionState::Published | SessionState::Closed => false,
        SessionState::Draft | SessionState::Cancelled => return CreditKind::Nothing,
    };
    let is_marked = |recorded: &Recorded| recorded.late || recorded.left_early;
    match &sitting.recorded {
        None if confirmed => CreditKind::Nothing,
        None => CreditKind::ToCome,
        Some(recorded) => match (recorded.state, recorded.make_up) {
            (AttendanceState::Present, _) if marked == MarkedHours::DoNotCount && is_marked(recorded) => {
                CreditKind::Nothing
            }
            (AttendanceState::Present, _) if confirmed => CreditKind::Counted,
            (AttendanceState::Present, _) => CreditKind::ToCome,
            (AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent, MakeUp::Done) => {
                CreditKind::Counted
            }
            (AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent, _) => CreditKind::Nothing,
            (AttendanceState::Exempt, _) => CreditKind::Nothing,
        },
    }
}

/// What each of one person's sessions brings. A session and those that make up for it are one matter, whose hours count
/// once: with the session itself when that was attended or made up, else with the first make-up session attended (for
/// who was not expected before). All sessions of a matter have to be among the rows, whatever year they lie in.
pub fn credits(sittings: &[Sitting], marked: MarkedHours) -> BTreeMap<SessionId, Credit> {
    let mut matters: BTreeMap<SessionId, Vec<&Sitting>> = BTreeMap::new();
    for sitting in sittings {
        matters.entry(sitting.make_up_of.unwrap_or(sitting.session)).or_default().push(sitting);
    }
    let mut credits = BTreeMap::new();
    for (missed, mut rows) in matters {
        rows.sort_by_key(|row| (row.session != missed, row.starts_at, row.session));
        let kinds: Vec<CreditKind> = rows.iter().map(|row| alone(row, marked)).collect();
        let first = |wanted| kinds.iter().position(|kind| *kind == wanted);
        let was_missed =
            |row: &Sitting| row.session == missed && row.recorded.is_some_and(|recorded| recorded.state.is_not_there());
        let bearer = match (first(CreditKind::Counted), first(CreditKind::ToCome)) {
            (Some(place), _) => Some((place, CreditKind::Counted)),
            // What a make-up session will bring are the hours of the session that was missed.
            (None, Some(_)) if rows.first().is_some_and(|row| was_missed(row)) => Some((0, CreditKind::ToCome)),
            (None, Some(place)) => Some((place, CreditKind::ToCome)),
            (None, None) => None,
        };
        for (place, (row, kind_alone)) in rows.iter().zip(&kinds).enumerate() {
            let credit = match bearer {
                Some((at, kind)) if at == place => Credit { kind, minutes: row.minutes },
                Some(_) if *kind_alone != CreditKind::Nothing => Credit { kind: CreditKind::Elsewhere, minutes: 0 },
                Some(_) | None => Credit { kind: CreditKind::Nothing, minutes: 0 },
            };
            credits.insert(row.session, credit);
        }
    }
    credits
}

/// What each assignment with hours brings to one person: once, when everything of it is done. What was withdrawn or
/// released is as if it had not been given.
pub fn study_credits(tasks: &[GivenStudy]) -> BTreeMap<AssignmentId, Credit> {
    let mut credits: BTreeMap<AssignmentId, Credit> = BTreeMap::new();
    for task in tasks {
        let kind = match task.state {
            ShownTask::Withdrawn | ShownTask::Released => continue,
            ShownTask::Done | ShownTask::Accepted => CreditKind::Counted,
            ShownTask::Open | ShownTask::Overdue | ShownTask::Returned | ShownTask::Submitted => CreditKind::ToCome,
        };
        let credit = credits.entry(task.assignment).or_insert(Credit { kind, minutes: task.minutes });
        if kind == CreditKind::ToCome {
            credit.kind = kind;
        }
    }
    credits
}

impl Hours {
    pub fn add(&mut self, credit: Credit) {
        match credit.kind {
            CreditKind::Counted => self.done += credit.minutes,
            CreditKind::ToCome => {
                self.to_come += credit.minutes;
                self.largest_to_come = self.largest_to_come.max(credit.minutes);
            }
            CreditKind::Elsewhere | CreditKind::Nothing => {}
        }
    }

    /// What is asked for and neither done nor planned.
    pub fn short_by(&self, required: i64) -> i64 {
        (required - self.done - self.to_come).max(0)
    }

    pub fn standing(&self, required: i64) -> Standing {
        if self.done >= required {
            Standing::Reached
        } else if self.done + self.to_come < required {
            Standing::Short
        } else if self.done + self.to_come - self.largest_to_come < required {
            Standing::AtRisk
        } else {
            Standing::OnCourse
        }
    }
}

impl Standing {
    /// 需协助: what is planned does not suffice, or just so.
    pub fn needs_help(self) -> bool {
        match self {
            Self::AtRisk | Self::Short => true,
            Self::Reached | Self::OnCourse => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AttendanceState::{Absent, Exempt, Leave, Present, StandIn};

    fn sitting(session: i64, make_up_of: Option<i64>, state: Option<AttendanceState>) -> Sitting {
        Sitting {
            session: SessionId(session),
            make_up_of: make_up_of.map(SessionId),
            starts_at: Moment::from_timestamp(session * 86_400),
            minutes: session * 60,
            session_state: SessionState::Confirmed,
            recorded: state.map(|state| Recorded { state, late: false, left_early: false, make_up: MakeUp::None }),
        }
    }

    fn made_up(mut of: Sitting) -> Sitting {
        of.recorded = of.recorded.map(|recorded| Recorded { make_up: MakeUp::Done, ..recorded });
        of
    }

    fn planned(of: Sitting) -> Sitting {
        Sitting { session_state: SessionState::Published, ..of }
    }

    /// `1:counted:60 …`, in the order of the sessions.
    fn said(sittings: &[Sitting]) -> String {
        let credits = credits(sittings, MarkedHours::Count);
        let words: Vec<String> =
            credits.iter().map(|(id, credit)| format!("{id}:{}:{}", credit.kind.as_str(), credit.minutes)).collect();
        words.join(" ")
    }

    #[test]
    fn a_session_counts_when_it_was_attended_or_made_up_and_not_for_a_stand_in_or_the_exempt() {
        assert_eq!(said(&[sitting(1, None, Some(Present))]), "1:counted:60");
        for state in [Leave, StandIn, Absent, Exempt] {
            assert_eq!(said(&[sitting(1, None, Some(state))]), "1:nothing:0", "{state:?}");
        }
        for state in [Leave, StandIn, Absent] {
            assert_eq!(said(&[made_up(sitting(1, None, Some(state)))]), "1:counted:60", "{state:?}");
        }
        // Who came after all keeps what was noted before beside it; that makes nothing twice.
        assert_eq!(said(&[made_up(sitting(1, None, Some(Present)))]), "1:counted:60");
        assert_eq!(said(&[made_up(sitting(1, None, Some(Exempt)))]), "1:nothing:0");
    }

    #[test]
    fn nothing_counts_before_hq_has_confirmed_it_but_it_may_come() {
        let in_state = |session_state, state| said(&[Sitting { session_state, ..sitting(1, None, state) }]);

        for open in [SessionState::Published, SessionState::Closed] {
            assert_eq!(in_state(open, None), "1:to_come:60");
            assert_eq!(in_state(open, Some(Present)), "1:to_come:60");
            assert_eq!(in_state(open, Some(Leave)), "1:nothing:0");
            assert_eq!(in_state(open, Some(Exempt)), "1:nothing:0");
        }
        assert_eq!(in_state(SessionState::Archived, Some(Present)), "1:counted:60");
        assert_eq!(in_state(SessionState::Confirmed, None), "1:nothing:0");
        assert_eq!(in_state(SessionState::Cancelled, Some(Present)), "1:nothing:0");
        assert_eq!(in_state(SessionState::Draft, None), "1:nothing:0");
    }

    #[test]
    fn late_and_left_early_count_unless_hq_says_otherwise() {
        for (late, left_early) in [(true, false), (false, true), (true, true)] {
            let mut row = sitting(1, None, Some(Present));
            row.recorded = row.recorded.map(|recorded| Recorded { late, left_early, ..recorded });
            let of = |row: Sitting, marked| credits(&[row], marked)[&SessionId(1)].kind;

            assert_eq!(of(row, MarkedHours::Count), CreditKind::Counted);
            assert_eq!(of(row, MarkedHours::DoNotCount), CreditKind::Nothing);
            assert_eq!(of(planned(row), MarkedHours::DoNotCount), CreditKind::Nothing);
        }
        let on_time = sitting(1, None, Some(Present));
        assert_eq!(credits(&[on_time], MarkedHours::DoNotCount)[&SessionId(1)].kind, CreditKind::Counted);
    }

    #[test]
    fn who_was_present_at_the_make_up_session_has_the_hours_of_the_session_missed_once() {
        let missed = made_up(sitting(1, None, Some(Absent)));

        assert_eq!(said(&[missed, sitting(2, Some(1), Some(Present))]), "1:counted:60 2:elsewhere:0");
        // The order of the rows does not matter, nor a second make-up session.
        let twice = [sitting(3, Some(1), Some(Present)), sitting(2, Some(1), Some(Present)), missed];
        assert_eq!(said(&twice), "1:counted:60 2:elsewhere:0 3:elsewhere:0");
        // Who made up by study first and came as well.
        assert_eq!(said(&[missed, planned(sitting(2, Some(1), None))]), "1:counted:60 2:elsewhere:0");
        assert_eq!(said(&[missed, sitting(2, Some(1), Some(Absent))]), "1:counted:60 2:nothing:0");
    }

    #[test]
    fn who_was_at_both_has_the_hours_once() {
        let both = [sitting(1, None, Some(Present)), sitting(2, Some(1), Some(Present))];

        assert_eq!(said(&both), "1:counted:60 2:elsewhere:0");
    }

    #[test]
    fn who_was_not_expected_at_the_session_has_the_hours_of_the_first_make_up_session() {
        let newcomer = [sitting(2, Some(1), Some(Present)), sitting(3, Some(1), Some(Present))];
        let exempt = [sitting(1, None, Some(Exempt)), sitting(2, Some(1), Some(Present))];

        assert_eq!(said(&newcomer), "2:counted:120 3:elsewhere:0");
        assert_eq!(said(&exempt), "1:nothing:0 2:counted:120");
    }

    #[test]
    fn what_a_make_up_session_will_bring_are_the_hours_of_the_session_missed() {
        let missed = sitting(1, None, Some(Absent));

        assert_eq!(said(&[missed, planned(sitting(2, Some(1), None))]), "1:to_come:60 2:elsewhere:0");
        assert_eq!(said(&[missed, planned(sitting(2, Some(1), Some(Leave)))]), "1:nothing:0 2:nothing:0");
        let exempt = sitting(1, None, Some(Exempt));
        assert_eq!(said(&[exempt, planned(sitting(2, Some(1), None))]), "1:nothing:0 2:to_come:120");
    }

    fn given(assignment: i64, state: ShownTask) -> GivenStudy {
        GivenStudy { assignment: AssignmentId(assignment), minutes: 90, state }
    }

    #[test]
    fn accepted_study_counts_once_for_an_assignment_and_when_all_of_it_is_done() {
        let said = |states: &[ShownTask]| {
            let tasks: Vec<GivenStudy> = states.iter().map(|state| given(5, *state)).collect();
            study_credits(&tasks).get(&AssignmentId(5)).map(|credit| (credit.kind, credit.minutes))
        };

        assert_eq!(said(&[ShownTask::Done, ShownTask::Done]), Some((CreditKind::Counted, 90)));
        assert_eq!(said(&[ShownTask::Done, ShownTask::Open]), Some((CreditKind::ToCome, 90)));
        assert_eq!(said(&[ShownTask::Overdue, ShownTask::Done]), Some((CreditKind::ToCome, 90)));
        assert_eq!(said(&[ShownTask::Done, ShownTask::Withdrawn]), Some((CreditKind::Counted, 90)));
        assert_eq!(said(&[ShownTask::Withdrawn, ShownTask::Released]), None);
    }

    #[test]
    fn somebody_needs_help_when_the_plan_does_not_suffice_or_only_just() {
        let hours = |done, to_come, largest_to_come| Hours { done, to_come, largest_to_come };

        assert_eq!(hours(600, 0, 0).standing(600), Standing::Reached);
        assert_eq!(hours(599, 0, 0).standing(600), Standing::Short);
        assert_eq!(hours(480, 120, 120).standing(600), Standing::AtRisk);
        assert_eq!(hours(480, 239, 120).standing(600), Standing::AtRisk);
        assert_eq!(hours(480, 240, 120).standing(600), Standing::OnCourse);
        assert_eq!((hours(480, 119, 119).standing(600), hours(480, 119, 119).short_by(600)), (Standing::Short, 1));
        assert_eq!(hours(700, 50, 50).short_by(600), 0);
        let needing: Vec<Standing> = Standing::ALL.iter().copied().filter(|standing| standing.needs_help()).collect();
        assert_eq!(needing, [Standing::AtRisk, Standing::Short]);
    }

    #[test]
    fn hours_add_up_and_keep_the_largest_part_to_come() {
        let mut hours = Hours::default();
        for (kind, minutes) in [
            (CreditKind::Counted, 120),
            (CreditKind::ToCome, 60),
            (CreditKind::ToCome, 90),
            (CreditKind::Elsewhere, 0),
            (CreditKind::Nothing, 0),
        ] {
            hours.add(Credit { kind, minutes });
        }

        assert_eq!(hours, Hours { done: 120, to_come: 150, largest_to_come: 90 });
    }

    #[test]
    fn an_amount_is_read_and_written_in_the_unit_that_hq_has_chosen() {
        let hours = Settings::default();
        let days = Settings { study_unit: StudyUnit::Days, ..Settings::default() };

        assert_eq!((read_amount("90", &hours), read_amount("12", &days)), (Some(5400), Some(5400)));
        assert_eq!((read_amount("0.5", &days), read_amount("x", &days)), (Some(225), None));
        assert_eq!(Amount::of(5400, &hours), Amount { in_hours: "90".to_owned(), in_days: None });
        assert_eq!(Amount::of(5400, &days), Amount { in_hours: "90".to_owned(), in_days: Some("12".to_owned()) });
    }

    #[test]
    fn study_hours_are_read_as_a_number_and_nothing_else() {
        assert_eq!(read_hours(" 2 "), Some(120));
        assert_eq!(read_hours("3.5"), Some(210));
        for wrong in ["-1", "two", "NaN", ""] {
            assert_eq!(read_hours(wrong), None, "{wrong:?}");
        }
    }
}
