//! A draft that nobody needs is taken away.

use super::find::{Found, find};
use super::model::ShownMeeting;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, Subject};
use crate::store::Conn;
use crate::store::ids::{MeetingId, UnitId};
use serde_json::json;

/// Takes a draft away with the files kept with it, and tells whose it was. What was submitted is taken back first.
///
/// # Errors
/// As [`find`]; `Refused` when it is no draft; `Conflict` when it has changed since.
pub fn remove(conn: &mut Conn, viewer: &Viewer, id: MeetingId, version: i64, now: Moment) -> Result<UnitId> {
    let Found { meeting, unit, state, .. } = find(conn, viewer, id)?;
    match state {
        ShownMeeting::Draft => {}
        ShownMeeting::Returned | ShownMeeting::Submitted | ShownMeeting::Accepted => {
            return Err(Error::refused(Message::new("meeting-refused-no-draft")));
        }
    }
    if meeting.version != version {
        return Err(Error::Conflict);
    }
    let n_files = files::take_all_away(conn, &viewer.actor(), Subject::Meeting(id), "", now)?;
    queries::delete(conn, &meeting)?;
    let details = json!({ "unit": unit.id, "held_on": meeting.held_on, "files": n_files });
    audit::record(conn, &viewer.actor(), now, Action::new("meetings.removed", "meeting"), id.0, &details)?;
    Ok(unit.id)
}
