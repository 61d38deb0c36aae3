//! Taking back what one asked for, while it is undecided.

use super::model::RequestState;
use super::queries;
use crate::access::Viewer;
use crate::attendance::queries as attendance;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::{RequestId, SessionId};

/// Takes back what the viewer asked for, and gives the session it was about.
///
/// # Errors
/// `NotFound` when somebody else asked; `Refused` when it was decided in the meantime.
pub fn withdraw(conn: &mut Conn, viewer: &Viewer, id: RequestId, now: Moment) -> Result<SessionId> {
    let request = queries::find(conn, id)?;
    if request.asked_by != viewer.person {
        return Err(Error::NotFound("request"));
    }
    attendance::take_turns(conn, request.session_id)?;
    let is_open = request.state == RequestState::Asked;
    if !is_open || !queries::update_state(conn, &request, RequestState::Withdrawn, viewer.person, now, "")? {
        return Err(Error::refused(Message::new("request-refused-decided")));
    }
    let action = Action::new("attendance.request_withdrawn", "attendance_request");
    audit::record(conn, &viewer.actor(), now, action, id.0, &())?;
    Ok(request.session_id)
}
