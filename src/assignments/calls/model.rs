//! A call, what each unit was asked for by it, and the rules of how that stands.

use crate::clock::Moment;
use crate::store::ids::{CallId, PersonId, SessionId, UnitId, UnitTaskId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;

crate::choices! {
    /// What a unit is asked for. Each has its own form.
    pub enum UnitTaskKind {
        /// Readings to be passed on to its people: needs no acceptance.
        Readings = "readings",
        ExchangeMeeting = "exchange_meeting",
        ImplementationReport = "implementation_report",
        VolumeCheck = "volume_check",
    }
}

crate::choices! {
    /// How it stands: `open → submitted → returned | accepted` (`rules.md` 3). Overdue is derived.
    pub enum UnitTaskState {
        Open = "open",
        /// Handed in; for readings: passed on.
        Submitted = "submitted",
        Returned = "returned",
        Accepted = "accepted",
        Withdrawn = "withdrawn",
    }
}

crate::choices! {
    /// A state as it is shown.
    pub enum ShownUnitTask {
        Open = "open",
        /// Nothing was handed in by its day.
        Overdue = "overdue",
        Returned = "returned",
        Submitted = "submitted",
        /// Readings that were given to people or sub-units.
        PassedOn = "passed_on",
        Accepted = "accepted",
        Withdrawn = "withdrawn",
    }
}

/// What HQ asks units for. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Call {
    pub id: CallId,
    pub title: String,
    pub note: String,
    /// The session that it follows, when it does.
    pub session_id: Option<SessionId>,
    pub given_by: Option<PersonId>,
    pub given_at: Moment,
    pub due_on: NaiveDate,
    pub version: i64,
    /// What accepted study that a unit gives by it counts for, in minutes.
    pub study_minutes: i64,
}

/// One thing that one unit was asked for. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct UnitTask {
    pub id: UnitTaskId,
    pub call_id: CallId,
    pub unit_id: UnitId,
    /// The task of the unit above that passed it on; such a task is in no exchange rate.
    pub parent_id: Option<UnitTaskId>,
    pub kind: UnitTaskKind,
    pub state: UnitTaskState,
    pub due_on: NaiveDate,
    pub submitted_by: Option<PersonId>,
    pub submitted_at: Option<Moment>,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Moment>,
    /// What decisions said: why it was returned, extended or withdrawn; a line each, the newest last.
    pub comment: String,
    pub version: i64,
}

/// A call to be added.
#[derive(Debug, Clone)]
pub struct NewCall {
    pub title: String,
    pub note: String,
    pub session_id: Option<SessionId>,
    pub given_by: Option<PersonId>,
    pub given_at: Moment,
    pub due_on: NaiveDate,
    pub study_minutes: i64,
}

/// A unit's task to be added: still open.
#[derive(Debug, Clone)]
pub struct NewUnitTask {
    pub call_id: CallId,
    pub unit_id: UnitId,
    pub parent_id: Option<UnitTaskId>,
    pub kind: UnitTaskKind,
    pub due_on: NaiveDate,
}

impl UnitTaskKind {
    /// Whether somebody has to accept it.
    pub fn needs_acceptance(self) -> bool {
        match self {
            Self::Readings => false,
            Self::ExchangeMeeting | Self::ImplementationReport | Self::VolumeCheck => true,
        }
    }
}

impl UnitTaskState {
    /// Whether the unit has done its part. What was returned is the unit's to do again.
    pub fn is_met(self) -> bool {
        match self {
            Self::Submitted | Self::Accepted => true,
            Self::Open | Self::Returned | Self::Withdrawn => false,
        }
    }

    /// The states in which the unit still owes an answer, for queries: those that are [editable](Self::is_editable).
    pub const OWED: [Self; 2] = [Self::Open, Self::Returned];

    /// Whether the unit may still write in its form.
    pub fn is_editable(self) -> bool {
        match self {
            Self::Open | Self::Returned => true,
            Self::Submitted | Self::Accepted | Self::Withdrawn => false,
        }
    }
}

impl UnitTask {
    /// What decisions said, the newest last.
    pub fn comments(&self) -> Vec<&str> {
        self.comment.lines().filter(|line| !line.is_empty()).collect()
    }

    pub fn shown(&self, today: NaiveDate) -> ShownUnitTask {
        shown(self.kind, self.state, self.due_on, today)
    }
}

/// How a unit's task stands on a day.
pub fn shown(kind: UnitTaskKind, state: UnitTaskState, due_on: NaiveDate, today: NaiveDate) -> ShownUnitTask {
    match state {
        UnitTaskState::Open if due_on < today => ShownUnitTask::Overdue,
        UnitTaskState::Open => ShownUnitTask::Open,
        UnitTaskState::Returned => ShownUnitTask::Returned,
        UnitTaskState::Submitted if kind.needs_acceptance() => ShownUnitTask::Submitted,
        UnitTaskState::Submitted => ShownUnitTask::PassedOn,
        UnitTaskState::Accepted => ShownUnitTask::Accepted,
        UnitTaskState::Withdrawn => ShownUnitTask::Withdrawn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn only_what_nobody_handed_in_becomes_overdue_and_not_before_the_day_after() {
        let due_on = day("2024-07-20");
        let report = |state, today| shown(UnitTaskKind::ImplementationReport, state, due_on, day(today));

        assert_eq!(report(UnitTaskState::Open, "2024-07-20"), ShownUnitTask::Open);
        assert_eq!(report(UnitTaskState::Open, "2024-07-21"), ShownUnitTask::Overdue);
        assert_eq!(report(UnitTaskState::Submitted, "2024-07-21"), ShownUnitTask::Submitted);
        assert_eq!(report(UnitTaskState::Returned, "2024-07-21"), ShownUnitTask::Returned);
        assert_eq!(report(UnitTaskState::Withdrawn, "2024-07-21"), ShownUnitTask::Withdrawn);
    }

    #[test]
    fn readings_count_as_met_when_they_are_passed_on_and_nobody_accepts_them() {
        let today = day("2024-07-20");

        assert_eq!(shown(UnitTaskKind::Readings, UnitTaskState::Submitted, today, today), ShownUnitTask::PassedOn);
        assert!(UnitTaskState::Submitted.is_met());
        assert!(!UnitTaskKind::Readings.needs_acceptance());
    }

    #[test]
    fn what_was_returned_is_the_units_to_do_again() {
        assert!(!UnitTaskState::Returned.is_met());
        assert!(UnitTaskState::Returned.is_editable());
        assert!(!UnitTaskState::Submitted.is_editable());
    }
}
