//! Assignments and the tasks they created.

use crate::clock::Moment;
use crate::store::ids::{AssignmentId, PersonId, ReadingId, SessionId, TaskId, UnitId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;

crate::choices! {
    pub enum AssignmentKind {
        Reading = "reading",
    }
}

crate::choices! {
    /// A reading goes from open to done without acceptance (`rules.md` 3). Overdue is derived.
    pub enum TaskState {
        Open = "open",
        Done = "done",
        Withdrawn = "withdrawn",
    }
}

/// What created tasks. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Assignment {
    pub id: AssignmentId,
    pub kind: AssignmentKind,
    pub title: String,
    pub note: String,
    /// The unit it was given for.
    pub unit_id: UnitId,
    /// The session that it makes up for, when it does.
    pub session_id: Option<SessionId>,
    pub given_by: Option<PersonId>,
    pub given_at: Moment,
    pub due_on: NaiveDate,
}

/// One reading that one person was given. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Task {
    pub id: TaskId,
    pub assignment_id: AssignmentId,
    pub person_id: PersonId,
    pub reading_id: ReadingId,
    pub session_id: Option<SessionId>,
    /// `session:12:reading:3` or `assignment:5:reading:3`: the same matter given twice is one task.
    pub matter: String,
    pub state: TaskState,
    pub due_on: NaiveDate,
    pub done_at: Option<Moment>,
    pub version: i64,
}

impl Task {
    /// Open after its day.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == TaskState::Open && self.due_on < today
    }
}
