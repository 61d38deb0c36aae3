//! Marking several people at once: late, left early, or one state for all of them.

use super::model::{AttendanceState, LeaveKind, Method, Recorded};
use super::queries;
use super::record::{Entry, Source, record};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};

/// What several people are marked with. Marks are set by a person, never by a clock (`rules.md` 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Late,
    LeftEarly,
    /// Neither late nor left early.
    Unmarked,
    State(AttendanceState),
    Leave(LeaveKind),
}

impl Mark {
    /// The words by which forms name marks.
    pub const WORDS: &[&str] = &[
        "late",
        "left_early",
        "unmarked",
        "present",
        "leave_public",
        "leave_sick",
        "leave_private",
        "absent",
        "exempt",
    ];

    /// The mark that a form's word stands for. A stand-in has a name and is not set for several.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "late" => Some(Self::Late),
            "left_early" => Some(Self::LeftEarly),
            "unmarked" => Some(Self::Unmarked),
            "present" | "absent" | "exempt" => word.parse().ok().map(Self::State),
            _ => word.strip_prefix("leave_").and_then(|kind| kind.parse().ok()).map(Self::Leave),
        }
    }
}

/// Marks several people, all or none; tells how many it changed. Each comes with the stamp that was seen.
///
/// # Errors
/// As [`record`]; `Refused` also for a mark on somebody who was not there.
pub fn mark(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    people: &[(PersonId, i64)],
    mark: Mark,
    reason: &str,
    now: Moment,
) -> Result<usize> {
    let ids: Vec<PersonId> = people.iter().map(|(person, _)| *person).collect();
    let recorded = queries::list_recorded(conn, session, &ids)?;
    let rows = queries::list_on_roster(conn, session, &ids)?;
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (person, seen) in people {
        let present = recorded
            .iter()
            .find(|row| row.person_id == *person && row.state == AttendanceState::Present)
            .map(super::Attendance::recorded);
        let marked = match (mark, present) {
            (Mark::Late, Some(present)) => Some(Recorded { late: true, ..present }),
            (Mark::LeftEarly, Some(present)) => Some(Recorded { left_early: true, ..present }),
            (Mark::Unmarked, Some(present)) => Some(Recorded { late: false, left_early: false, ..present }),
            (Mark::Late | Mark::LeftEarly | Mark::Unmarked, None) => None,
            (Mark::State(AttendanceState::Present), Some(present)) => Some(present),
            (Mark::State(state), _) => Some(Recorded::plain(state, Method::RollCall)),
            (Mark::Leave(kind), _) => {
                let leave = Recorded::plain(AttendanceState::Leave, Method::RollCall);
                Some(Recorded { leave_kind: Some(kind), ..leave })
            }
        };
        match marked {
            Some(after) => entries.push(Entry { person: *person, after: Some(after), seen: *seen }),
            None => {
                let row = rows.iter().find(|(row, _)| row.person_id == *person).ok_or(Error::NotFound("person"))?;
                let message = Message::new("attendance-mark-not-present").with("name", row.0.name.clone());
                problems.push(Problem::at("mark", message));
            }
        }
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    record(conn, viewer, session, &entries, Source::OnePerson, reason, now)
}
