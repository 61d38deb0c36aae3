//! Assignments, the tasks they created, and how a task is shown.

use crate::attendance::{AttendanceState, MakeUp};
use crate::clock::Moment;
use crate::i18n::Language;
use crate::links;
use crate::readings::Said;
use crate::store::ids::{AssignmentId, PersonId, ReadingId, SessionId, TaskId, UnitId, UnitTaskId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;

crate::choices! {
    /// What people are given to do, each about one reading.
    pub enum AssignmentKind {
        Reading = "reading",
        SelfTest = "self_test",
        Reflection = "reflection",
    }
}

crate::choices! {
    /// Readings and self-tests go from open to done without acceptance; a reflection note goes `open → submitted →
    /// returned | accepted` (`rules.md` 3). Overdue is derived.
    pub enum TaskState {
        Open = "open",
        Submitted = "submitted",
        Returned = "returned",
        Accepted = "accepted",
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
    /// What it counts for once it is accepted.
    pub study_minutes: i64,
    /// The unit's task that it passes on.
    pub unit_task_id: Option<UnitTaskId>,
}

/// One thing that one person was given to do about one reading. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Task {
    pub id: TaskId,
    pub assignment_id: AssignmentId,
    pub kind: AssignmentKind,
    pub person_id: PersonId,
    pub reading_id: ReadingId,
    pub session_id: Option<SessionId>,
    /// `session:12:reading:3`, `call:4:self_test:3` or `assignment:5:reading:3`, by what it is for, the kind and the reading:
    /// the same matter given twice is one task.
    pub matter: String,
    pub state: TaskState,
    pub due_on: NaiveDate,
    pub done_at: Option<Moment>,
    pub version: i64,
    /// Which version of the reading was given.
    pub reading_version: i64,
    /// Which one was read in the end, or tested.
    pub read_version: Option<i64>,
}

/// An assignment to be added.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    pub kind: AssignmentKind,
    pub title: String,
    pub note: String,
    pub unit_id: UnitId,
    pub session_id: Option<SessionId>,
    pub given_by: Option<PersonId>,
    pub given_at: Moment,
    pub due_on: NaiveDate,
    pub study_minutes: i64,
    pub unit_task_id: Option<UnitTaskId>,
}

/// A task to be added.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub assignment_id: AssignmentId,
    pub kind: AssignmentKind,
    pub person_id: PersonId,
    pub reading_id: ReadingId,
    pub session_id: Option<SessionId>,
    pub matter: String,
    pub state: TaskState,
    pub due_on: NaiveDate,
    pub done_at: Option<Moment>,
}

crate::choices! {
    /// A state as it is shown: the stored ones, and the two that are derived.
    pub enum ShownTask {
        Open = "open",
        /// Open after its day.
        Overdue = "overdue",
        /// Back with the person, whatever the day.
        Returned = "returned",
        /// Waits for whoever accepts it.
        Submitted = "submitted",
        Accepted = "accepted",
        Done = "done",
        /// The person turned out to have been there, or to be exempt: nothing is left to make up.
        Released = "released",
        Withdrawn = "withdrawn",
    }
}

impl TaskState {
    /// Whether the person has something left to do.
    pub fn is_left(self) -> bool {
        match self {
            Self::Open | Self::Returned => true,
            Self::Submitted | Self::Accepted | Self::Done | Self::Withdrawn => false,
        }
    }

    /// The states in which something is left to do, for queries.
    pub const LEFT: [Self; 2] = [Self::Open, Self::Returned];
    /// The states in which nothing is left for anybody.
    pub const FINISHED: [Self; 2] = [Self::Done, Self::Accepted];
}

impl ShownTask {
    /// Whether the person has something left to do.
    pub fn is_left(self) -> bool {
        match self {
            Self::Open | Self::Overdue | Self::Returned => true,
            Self::Submitted | Self::Accepted | Self::Done | Self::Released | Self::Withdrawn => false,
        }
    }

    /// Whether it counts as finished.
    pub fn is_finished(self) -> bool {
        match self {
            Self::Done | Self::Accepted => true,
            Self::Open | Self::Overdue | Self::Returned | Self::Submitted | Self::Released | Self::Withdrawn => false,
        }
    }
}

impl Task {
    /// How the task stands: as [`shown`].
    pub fn shown(&self, attendance: Option<AttendanceState>, today: NaiveDate) -> ShownTask {
        shown(self.state, self.due_on, attendance, today)
    }
}

/// A task that is not finished counts as released while its person's state is one of these in the session that it makes
/// up for (`rules.md` 2): [`shown`] says so of one, queries of many.
pub const RELEASED: [AttendanceState; 2] = [AttendanceState::Present, AttendanceState::Exempt];

/// How a task stands, given the person's state in the session that it makes up for (`rules.md` 2).
/// What was finished stays finished.
pub fn shown(state: TaskState, due_on: NaiveDate, attendance: Option<AttendanceState>, today: NaiveDate) -> ShownTask {
    match (state, attendance) {
        (TaskState::Withdrawn, _) => ShownTask::Withdrawn,
        (TaskState::Done, _) => ShownTask::Done,
        (TaskState::Submitted, _) => ShownTask::Submitted,
        (TaskState::Accepted, _) => ShownTask::Accepted,
        (TaskState::Open | TaskState::Returned, Some(AttendanceState::Present | AttendanceState::Exempt)) => {
            ShownTask::Released
        }
        (TaskState::Returned, _) => ShownTask::Returned,
        (TaskState::Open, None | Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent)) => {
            if due_on < today {
                ShownTask::Overdue
            } else {
                ShownTask::Open
            }
        }
    }
}

/// A task with what is shown beside it. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct TaskRow {
    pub task: Task,
    /// What the reading was called in the version that was given.
    pub title_zh: String,
    pub title_en: String,
    /// The version of the reading that is assigned now.
    pub current_version: i64,
    pub session_title: Option<String>,
    /// The person's state in that session, and how far they have made up for it.
    pub attendance: Option<AttendanceState>,
    pub make_up: Option<MakeUp>,
}

/// A task with the person it was given to. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct PersonTask {
    pub task: TaskRow,
    pub name: String,
    /// Where the person is now.
    pub unit_id: UnitId,
    pub unit_name: String,
}

/// A session that somebody missed and has not made up for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// Its page says what makes up for it.
    pub href: String,
    pub session_title: String,
}

impl Owed {
    pub fn of(session: SessionId, title: &str) -> Self {
        Self { href: links::session(session), session_title: title.to_owned() }
    }

    /// The sessions that these tasks are about and that are owed, each once.
    pub fn of_tasks<'a>(tasks: impl IntoIterator<Item = &'a TaskView>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for owed in tasks.into_iter().filter_map(|task| task.owed.as_ref()) {
            if !all.contains(owed) {
                all.push(owed.clone());
            }
        }
        all
    }
}

/// A task as a page lays it out.
#[derive(Debug, Clone, Serialize)]
pub struct TaskView {
    pub kind: AssignmentKind,
    /// Where it is done.
    pub href: String,
    pub reading: ReadingId,
    pub reading_title: String,
    /// What its title is written in, when that is not the page's language.
    pub title_lang: Option<&'static str>,
    /// The version that was read, else the one that was given; nothing while the reading has only one.
    pub version_shown: Option<i64>,
    pub session_title: Option<String>,
    /// It is about a session that was missed and makes up for nothing: to read, or to be tested.
    pub is_self_study: bool,
    /// The missed session, while it is not made up for.
    pub owed: Option<Owed>,
    pub state: ShownTask,
    /// Something is left to do.
    pub is_open: bool,
    pub due_on: NaiveDate,
    /// 0 unless overdue.
    pub days_overdue: i64,
    pub done_at: Option<Moment>,
}

impl TaskRow {
    pub fn shown(&self, today: NaiveDate) -> ShownTask {
        self.task.shown(self.attendance, today)
    }

    /// What its reading is called.
    pub fn title(&self, language: Language) -> String {
        Said::of(&self.title_zh, &self.title_en, language).text
    }

    /// The session that it is about, while the person has not made up for it.
    fn owed(&self) -> Option<Owed> {
        let is_missed = self.attendance.is_some_and(AttendanceState::is_not_there);
        let session = self.task.session_id.filter(|_| is_missed && self.make_up != Some(MakeUp::Done))?;
        Some(Owed::of(session, self.session_title.as_deref().unwrap_or_default()))
    }

    pub fn view(&self, today: NaiveDate, language: Language) -> TaskView {
        let state = self.shown(today);
        let is_overdue = state == ShownTask::Overdue;
        let title = Said::of(&self.title_zh, &self.title_en, language);
        let makes_up = match self.task.kind {
            AssignmentKind::Reading | AssignmentKind::SelfTest => false,
            AssignmentKind::Reflection => true,
        };
        TaskView {
            is_self_study: self.task.session_id.is_some() && !makes_up,
            owed: self.owed(),
            kind: self.task.kind,
            href: match self.task.kind {
                AssignmentKind::Reading => links::reading(self.task.reading_id),
                AssignmentKind::SelfTest => links::self_test(self.task.reading_id),
                AssignmentKind::Reflection => links::task(self.task.id),
            },
            reading: self.task.reading_id,
            reading_title: title.text,
            title_lang: title.lang,
            version_shown: (self.current_version > 1)
                .then(|| self.task.read_version.unwrap_or(self.task.reading_version)),
            session_title: self.session_title.clone(),
            state,
            is_open: state.is_left(),
            due_on: self.task.due_on,
            days_overdue: if is_overdue { (today - self.task.due_on).num_days() } else { 0 },
            done_at: self.task.done_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: TaskState) -> Task {
        Task {
            id: TaskId(1),
            assignment_id: AssignmentId(1),
            kind: AssignmentKind::Reading,
            person_id: PersonId(1),
            reading_id: ReadingId(1),
            session_id: Some(SessionId(1)),
            matter: "session:1:reading:1".to_owned(),
            state,
            due_on: day("2024-07-15"),
            done_at: None,
            version: 1,
            reading_version: 1,
            read_version: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_task_is_overdue_from_the_day_after_it_was_due() {
        let absent = Some(AttendanceState::Absent);

        assert_eq!(task(TaskState::Open).shown(absent, day("2024-07-15")), ShownTask::Open);
        assert_eq!(task(TaskState::Open).shown(absent, day("2024-07-16")), ShownTask::Overdue);
        assert_eq!(task(TaskState::Open).shown(None, day("2024-07-16")), ShownTask::Overdue);
        assert_eq!(task(TaskState::Done).shown(absent, day("2024-07-16")), ShownTask::Done);
    }

    #[test]
    fn what_was_handed_in_is_neither_overdue_nor_released_and_what_came_back_is_left_to_do() {
        let late = day("2024-08-01");
        let of = |state, attendance| task(state).shown(Some(attendance), late);

        assert_eq!(of(TaskState::Submitted, AttendanceState::Absent), ShownTask::Submitted);
        assert_eq!(of(TaskState::Submitted, AttendanceState::Present), ShownTask::Submitted);
        assert_eq!(of(TaskState::Accepted, AttendanceState::Present), ShownTask::Accepted);
        assert_eq!(of(TaskState::Returned, AttendanceState::Absent), ShownTask::Returned);
        assert_eq!(of(TaskState::Returned, AttendanceState::Present), ShownTask::Released);
        assert!(ShownTask::Returned.is_left() && !ShownTask::Submitted.is_left());
        assert!(ShownTask::Accepted.is_finished() && !ShownTask::Submitted.is_finished());
    }

    #[test]
    fn who_was_there_or_is_exempt_has_nothing_left_to_make_up() {
        let late = day("2024-08-01");

        for state in [AttendanceState::Present, AttendanceState::Exempt] {
            assert_eq!(task(TaskState::Open).shown(Some(state), late), ShownTask::Released);
        }
        for state in [AttendanceState::Leave, AttendanceState::StandIn, AttendanceState::Absent] {
            assert_eq!(task(TaskState::Open).shown(Some(state), late), ShownTask::Overdue);
        }
        assert_eq!(task(TaskState::Withdrawn).shown(Some(AttendanceState::Present), late), ShownTask::Withdrawn);
    }
}
