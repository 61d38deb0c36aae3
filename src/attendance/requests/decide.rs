//! Deciding what was asked for: granting records it, a refusal says why. Nobody decides their own.

use super::model::{Request, RequestKind, RequestState};
use super::queries;
use crate::access::Viewer;
use crate::attendance::model::{AttendanceState, authority, may_record};
use crate::attendance::queries as attendance;
use crate::attendance::record::{Entry, PersonDetails, Source, write};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId, SessionId};
use crate::training;
use serde::Serialize;

/// One request as it was shown to whoever decides.
#[derive(Debug, Clone, Copy)]
pub struct Decision {
    pub request: RequestId,
    pub version: i64,
    /// The stamp of what was recorded of the person, 0 when nothing was.
    pub seen: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Grant,
    Refuse,
}

#[derive(Serialize)]
struct Details<'a> {
    session: SessionId,
    person: PersonId,
    answer: &'a str,
    /// What granting changed.
    recorded: Vec<PersonDetails>,
}

/// Grants or refuses requests, all or none; tells how many.
///
/// # Errors
/// `NotFound` when one is out of the viewer's reach; `Refused` for one's own, for a unit's after confirmation, without
/// an answer to a refusal, when one was decided or something recorded in the meantime, or when a person was there after
/// all who had asked for leave.
pub fn decide(
    conn: &mut Conn,
    viewer: &Viewer,
    decisions: &[Decision],
    verdict: Verdict,
    answer: &str,
    now: Moment,
) -> Result<usize> {
    let answer = answer.trim();
    if decisions.is_empty() {
        return Err(Error::refused(Message::new("request-refused-none-ticked")));
    }
    if verdict == Verdict::Refuse && answer.is_empty() {
        return Err(Error::Refused(vec![Problem::at("answer", Message::new("request-answer-missing"))]));
    }
    let mut requests = Vec::new();
    for decision in decisions {
        requests.push((queries::find(conn, decision.request)?, *decision));
    }
    // Always in the same order, so that two who decide at once do not wait for each other.
    requests.sort_by_key(|(request, _)| (request.session_id, request.id));
    for (request, decision) in &requests {
        decide_one(conn, viewer, request, *decision, verdict, answer, now)?;
    }
    Ok(requests.len())
}

fn decide_one(
    conn: &mut Conn,
    viewer: &Viewer,
    request: &Request,
    decision: Decision,
    verdict: Verdict,
    answer: &str,
    now: Moment,
) -> Result<()> {
    attendance::take_turns(conn, request.session_id)?;
    let session = training::queries::find_session(conn, request.session_id)?;
    let case = attendance::find_case(conn, session.id, request.person_id)?;
    if request.person_id == viewer.person {
        return Err(Error::refused(Message::new("request-refused-own")));
    }
    let right = authority(viewer, &[], &case).ok_or(Error::NotFound("request"))?;
    may_record(right, &session, viewer.person, request.person_id)
        .map_err(|refusal| Error::refused(refusal.message()))?;
    if request.state != RequestState::Asked || request.version != decision.version {
        return Err(Error::refused(Message::new("request-refused-meanwhile").with("name", case.row.name)));
    }
    let (recorded, state, name) = match verdict {
        Verdict::Refuse => (Vec::new(), RequestState::Refused, "attendance.request_refused"),
        Verdict::Grant => {
            let present = attendance::find(conn, session.id, request.person_id)?;
            let was_there = present.is_some_and(|present| present.state == AttendanceState::Present);
            if was_there && request.kind != RequestKind::Correction {
                return Err(Error::refused(Message::new("request-refused-was-there").with("name", case.row.name)));
            }
            let entry = Entry { person: request.person_id, after: request.asked()?, seen: decision.seen };
            let entries = std::slice::from_ref(&entry);
            let changed = write(conn, viewer, session.id, entries, Source::Request, &request.reason, now)?;
            (changed, RequestState::Granted, "attendance.request_granted")
        }
    };
    if !queries::update_state(conn, request, state, viewer.person, now, answer)? {
        return Err(Error::Conflict);
    }
    let details = Details { session: session.id, person: request.person_id, answer, recorded };
    let action = Action::new(name, "attendance_request");
    audit::record(conn, &viewer.actor(), now, action, request.id.0, &details)
}
