//! A submitted record is opened again.

use super::find::{Found, find};
use super::model::{MeetingState, ShownMeeting};
use super::queries;
use crate::access::Viewer;
use crate::assignments::calls::{self, UnitTaskState};
use crate::assignments::make_up;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::{MeetingId, PersonId, UnitTaskId};

/// Makes a draft of a submitted record again. Whoever had made up by it has not any more, until it is submitted again.
///
/// # Errors
/// As [`find`]; `Forbidden` for a liaison; `Refused` when it was not submitted, or was accepted; `Conflict` when it has
/// changed since.
pub fn take_back(conn: &mut Conn, viewer: &Viewer, id: MeetingId, version: i64, now: Moment) -> Result<()> {
    let Found { meeting, state, may_submit, .. } = find(conn, viewer, id)?;
    if !may_submit {
        return Err(Error::Forbidden);
    }
    match state {
        ShownMeeting::Submitted => {}
        ShownMeeting::Draft | ShownMeeting::Returned => {
            return Err(Error::refused(Message::new("meeting-refused-not-submitted")));
        }
        ShownMeeting::Accepted => return Err(Error::refused(Message::new("meeting-refused-accepted"))),
    }
    if meeting.version != version {
        return Err(Error::Conflict);
    }
    if let Some(task) = meeting.unit_task_id {
        let own = calls::own_task(conn, viewer, task)?;
        if own.task.state == UnitTaskState::Submitted {
            // Makes a draft of the record, too.
            calls::take_back(conn, viewer, task, now)?;
        } else {
            // A withdrawn task asks for nothing any more: the record stands by itself.
            queries::mark_draft(conn, &meeting)?;
        }
    } else {
        queries::mark_draft(conn, &meeting)?;
    }
    audit::record(conn, &viewer.actor(), now, Action::new("meetings.taken_back", "meeting"), id.0, &())?;
    settle(conn, id)
}

/// Settles what something decided about a unit's task means for the record that answers it: who has made up by it, and
/// that it is a draft again when the task was taken back.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn settle_task(conn: &mut Conn, task: UnitTaskId) -> Result<()> {
    let Some(id) = queries::find_of_task(conn, task)? else { return Ok(()) };
    let (meeting, _, state) = queries::find(conn, id)?;
    if meeting.state == MeetingState::Submitted && state == Some(UnitTaskState::Open) {
        queries::mark_draft(conn, &meeting)?;
    }
    settle(conn, id)
}

fn settle(conn: &mut Conn, id: MeetingId) -> Result<()> {
    let (meeting, ..) = queries::find(conn, id)?;
    let Some(session) = meeting.session_id else { return Ok(()) };
    let people: Vec<PersonId> = queries::list_people(conn, id)?.into_iter().map(|of| of.person_id).collect();
    make_up::settle(conn, session, &people)
}
