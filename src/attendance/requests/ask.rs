//! Asking: a person for themselves, or after confirmation a leader for HQ's assent.

use super::model::{RequestKind, may_ask_correction, may_ask_leave};
use super::queries::{self, NewRequest};
use crate::access::Viewer;
use crate::attendance::model::{Attendance, Authority, Recorded, authority, check_entry, may_record, say_the_same};
use crate::attendance::queries as attendance;
use crate::attendance::{AttendanceState, Method, RecordRefusal};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::training;
use serde::Serialize;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: RequestKind,
    /// What should be recorded; nothing clears what is.
    pub value: Option<Recorded>,
    pub reason: String,
}

#[derive(Serialize)]
struct Details<'a> {
    session: SessionId,
    person: PersonId,
    kind: RequestKind,
    asked: Option<&'a Recorded>,
    reason: &'a str,
}

/// Asks for something to be recorded: of oneself, or of somebody of one's unit once the session is confirmed.
/// Nothing is recorded until it is granted.
///
/// # Errors
/// `NotFound` when the person is not on the roster or out of the viewer's reach; `Refused` when it is too late, not
/// whole, says what is recorded already, or something asked before is still undecided.
pub fn ask(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    person: PersonId,
    asked: &Asked,
    now: Moment,
) -> Result<RequestId> {
    attendance::take_turns(conn, session)?;
    let session = training::queries::find_session(conn, session)?;
    let case = attendance::find_case(conn, session.id, person)?;
    let before = attendance::find(conn, session.id, person)?;
    if person == viewer.person {
        let days = settings::current(conn)?.correction_days;
        let verdict = match asked.kind {
            RequestKind::Leave | RequestKind::StandIn | RequestKind::Exempt => {
                may_ask_leave(&session, before.as_ref(), now, days)
            }
            RequestKind::Correction => may_ask_correction(&session, before.as_ref(), now, days),
        };
        verdict.map_err(|refusal| Error::refused(refusal.message()))?;
    } else {
        // A clerk has no part in this, so no venues are looked at.
        let right = authority(viewer, &[], &case).ok_or(Error::NotFound("person"))?;
        match may_record(right, &session, viewer.person, person) {
            Err(RecordRefusal::AskHq) => {}
            Err(refusal) => return Err(Error::refused(refusal.message())),
            Ok(()) => return Err(Error::refused(Message::new("request-refused-record-yourself"))),
        }
        debug_assert_eq!(right, Authority::Leader);
    }
    let mut value = asked.value.clone();
    if let Some(value) = &mut value {
        value.method = Method::Request;
        value.leave_kind = value.leave_kind.filter(|_| value.state == AttendanceState::Leave);
        value.stand_in = value.stand_in.take().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    }
    let reason = asked.reason.trim();
    if asked.kind == RequestKind::Correction && reason.is_empty() {
        return Err(Error::Refused(vec![Problem::at("reason", Message::new("attendance-reason-missing"))]));
    }
    // The request is its own reason; what is left to look at is whether the value is whole and possible.
    if let Err(refusal) = check_entry(&session, before.as_ref(), value.as_ref(), "asked", now) {
        return Err(Error::Refused(vec![Problem::at(refusal.field(), refusal.message())]));
    }
    if say_the_same(before.as_ref().map(Attendance::recorded).as_ref(), value.as_ref()) {
        return Err(Error::Refused(vec![Problem::at("state", Message::new("request-refused-same"))]));
    }
    if queries::is_open(conn, session.id, person)? {
        return Err(Error::refused(Message::new("request-refused-open")));
    }
    let new = NewRequest {
        session: session.id,
        person,
        kind: asked.kind,
        asked: value.as_ref(),
        reason,
        asked_by: viewer.person,
        asked_at: now,
    };
    let id = queries::insert(conn, &new)?;
    let details = Details { session: session.id, person, kind: asked.kind, asked: value.as_ref(), reason };
    let action = Action::new("attendance.requested", "attendance_request");
    audit::record(conn, &viewer.actor(), now, action, id.0, &details)?;
    Ok(id)
}
