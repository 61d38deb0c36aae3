//! The author writes: keeps a draft, hands it in, takes it back.

use super::find::{Found, find};
use super::model::{Part, TEXT_LENGTH, TITLE_LENGTH};
use super::queries::{self, Whole};
use crate::access::Viewer;
use crate::assignments::TaskState;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::TaskId;

/// A note as typed.
#[derive(Debug, Clone, Default)]
pub struct Note {
    pub title: String,
    pub text: String,
    /// The version that was shown, 0 when nothing was written.
    pub seen: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Draft,
    Submit,
}

/// Keeps what the author wrote, and hands it in when they say so. The trail says that, and nothing of the text.
///
/// # Errors
/// `NotFound` for everybody else; `Refused` with a problem at each field, or once it was handed in; `Conflict` when it
/// was changed elsewhere since.
pub fn save(conn: &mut Conn, viewer: &Viewer, id: TaskId, note: &Note, step: Step, now: Moment) -> Result<()> {
    let whole = own(conn, viewer, id)?;
    if !whole.task.state.is_left() {
        return Err(Error::refused(Message::new("reflection-refused-handed-in")));
    }
    let (title, text) = (note.title.trim(), note.text.trim());
    let mut problems = Vec::new();
    if title.chars().count() > TITLE_LENGTH {
        problems.push(Problem::at("title", Message::new("reflection-problem-title").with("n", TITLE_LENGTH as i64)));
    }
    if text.chars().count() > TEXT_LENGTH {
        problems.push(Problem::at("text", Message::new("reflection-problem-long").with("n", TEXT_LENGTH as i64)));
    }
    if step == Step::Submit && text.is_empty() {
        problems.push(Problem::at("text", Message::new("reflection-problem-empty")));
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    queries::store(conn, id, note.seen, title, text, now)?;
    let action = match step {
        Step::Draft => "reflections.drafted",
        Step::Submit => {
            queries::mark_submitted(conn, id, now)?;
            queries::update_task(conn, &whole.task, TaskState::Submitted, None)?;
            "reflections.submitted"
        }
    };
    audit::record(conn, &viewer.actor(), now, Action::new(action, "task"), id.0, &())
}

/// The author takes back what they handed in, as long as nobody has accepted it.
///
/// # Errors
/// As [`save`]; `Refused` when it does not wait for anybody.
pub fn take_back(conn: &mut Conn, viewer: &Viewer, id: TaskId, now: Moment) -> Result<()> {
    let whole = own(conn, viewer, id)?;
    if whole.task.state != TaskState::Submitted {
        return Err(Error::refused(Message::new("reflection-refused-not-waiting")));
    }
    queries::update_task(conn, &whole.task, TaskState::Open, None)?;
    audit::record(conn, &viewer.actor(), now, Action::new("reflections.taken_back", "task"), id.0, &())
}

fn own(conn: &mut Conn, viewer: &Viewer, id: TaskId) -> Result<Whole> {
    let Found { whole, part } = find(conn, viewer, id)?;
    match part {
        Part::Author => Ok(whole),
        Part::Decider => Err(Error::NotFound("task")),
    }
}
