//! Evidence is added and taken away.

use crate::access::Viewer;
use crate::assignments::reflections::{self, Part};
use crate::assignments::{calls, exchange};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::files::{self, Received, Subject};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{FileUseId, MeetingId, TaskId, UnitTaskId};

/// No thing keeps more files: what needs more is an archive, and not evidence.
pub const MOST_FILES: usize = 10;

/// What evidence is kept with, as the viewer finds it.
#[derive(Debug, Clone)]
pub struct Place {
    pub subject: Subject,
    /// The word that stands for it in addresses.
    pub of: &'static str,
    pub id: i64,
    /// What it is called: a theme, a call's title, a session's.
    pub heading: String,
    /// Where one comes back to.
    pub href: String,
    /// Whether the viewer may add and take away.
    pub is_open: bool,
}

/// What a word and a number of an address stand for.
///
/// # Errors
/// `NotFound` when there is no such thing, the viewer does not find it, or it is of a kind that nobody has to accept:
/// a reading is a person's own word and asks for no proof.
pub fn find_place(conn: &mut Conn, viewer: &Viewer, of: &str, id: i64) -> Result<Place> {
    match of {
        "meetings" => {
            let found = exchange::find(conn, viewer, MeetingId(id))?;
            Ok(Place {
                subject: Subject::Meeting(MeetingId(id)),
                of: "meetings",
                id,
                heading: found.meeting.theme.clone(),
                href: links::meeting(MeetingId(id)),
                is_open: found.state.is_editable(),
            })
        }
        "unit-tasks" => {
            let own = calls::own_task(conn, viewer, UnitTaskId(id))?;
            Ok(Place {
                subject: Subject::UnitTask(UnitTaskId(id)),
                of: "unit-tasks",
                id,
                heading: own.call.title,
                href: links::unit_call(own.unit.id, own.call.id),
                is_open: own.task.state.is_editable() && own.task.kind.needs_acceptance(),
            })
        }
        "tasks" => {
            let found = reflections::find(conn, viewer, TaskId(id))?;
            Ok(Place {
                subject: Subject::Task(TaskId(id)),
                of: "tasks",
                id,
                heading: found.whole.session_title.unwrap_or_default(),
                href: links::task(TaskId(id)),
                is_open: found.part == Part::Author && found.whole.task.state.is_left(),
            })
        }
        _ => Err(Error::NotFound("page")),
    }
}

/// As [`find_place`], for who is about to add something: before anything touches the folder.
///
/// # Errors
/// As [`find_place`]; `Refused` once nothing may be changed there, or when it holds as many files as it may.
pub fn require_open(conn: &mut Conn, viewer: &Viewer, of: &str, id: i64) -> Result<Place> {
    let place = find_place(conn, viewer, of, id)?;
    if !place.is_open {
        return Err(Error::refused(Message::new("evidence-refused-over")));
    }
    if files::queries::list_uses(conn, place.subject)?.len() >= MOST_FILES {
        let message = Message::new("evidence-problem-too-many").with("n", MOST_FILES as i64);
        return Err(Error::Refused(vec![Problem::at("file", message)]));
    }
    Ok(place)
}

/// Keeps a file with it; the same file once.
///
/// # Errors
/// As [`require_open`].
pub fn add(
    conn: &mut Conn,
    viewer: &Viewer,
    of: &str,
    id: i64,
    received: &Received,
    name: &str,
    now: Moment,
) -> Result<()> {
    let place = find_place(conn, viewer, of, id)?;
    // In turns, so that two at once do not count the same files.
    match place.subject {
        Subject::Meeting(meeting) => exchange::queries::hold(conn, meeting)?,
        Subject::Task(task) => super::queries::hold_task(conn, task)?,
        Subject::UnitTask(task) => super::queries::hold_unit_task(conn, task)?,
        Subject::SignedSheet(_) => {}
    }
    let place = require_open(conn, viewer, of, id)?;
    files::keep(conn, &viewer.actor(), place.subject, received, name, now)
}

/// Takes a file away.
///
/// # Errors
/// As [`find_place`]; `NotFound` when no such file is kept with it; `Refused` once nothing may be changed there.
pub fn remove(conn: &mut Conn, viewer: &Viewer, of: &str, id: i64, file: FileUseId, now: Moment) -> Result<()> {
    let place = find_place(conn, viewer, of, id)?;
    if !place.is_open {
        return Err(Error::refused(Message::new("evidence-refused-over")));
    }
    files::take_away(conn, &viewer.actor(), place.subject, file, "", now)
}
