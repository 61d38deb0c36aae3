//! Deciding what was asked for: granting records it, a refusal says why. Nobody decides their own. What was decided can
//! be decided the other way, by whoever may decide it then.

use super::model::{Request, RequestKind, RequestState, is_as_asked};
use super::queries;
use crate::access::Viewer;
use crate::attendance::model::{Attendance, AttendanceState, authority, may_record, say_the_same};
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
    /// What granting changed, or taking it back.
    recorded: Vec<PersonDetails>,
}

/// Grants or refuses requests, all or none; tells whose they were. What was refused can be granted after all; to refuse what
/// was granted records again what stood before, unless something else was recorded since, which stays.
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
) -> Result<Vec<PersonId>> {
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
    Ok(requests.iter().map(|(request, _)| request.person_id).collect())
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
    if !may_turn(request.state, verdict) || request.version != decision.version {
        return Err(Error::refused(Message::new("request-refused-meanwhile").with("name", case.row.name)));
    }
    let (recorded, state, name) = match verdict {
        Verdict::Refuse => {
            let changed = take_back(conn, viewer, request, decision.seen, answer, now)?;
            (changed, RequestState::Refused, "attendance.request_refused")
        }
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

/// Whether a request in this state can still be decided so.
fn may_turn(state: RequestState, verdict: Verdict) -> bool {
    match (state, verdict) {
        (RequestState::Asked, _)
        | (RequestState::Granted, Verdict::Refuse)
        | (RequestState::Refused, Verdict::Grant) => true,
        (RequestState::Granted, Verdict::Grant)
        | (RequestState::Refused, Verdict::Refuse)
        | (RequestState::Withdrawn, _) => false,
    }
}

/// Records again what granting had changed, as far as that still stands.
fn take_back(
    conn: &mut Conn,
    viewer: &Viewer,
    request: &Request,
    seen: i64,
    reason: &str,
    now: Moment,
) -> Result<Vec<PersonDetails>> {
    if request.state != RequestState::Granted {
        return Ok(Vec::new());
    }
    let (session, person) = (request.session_id, request.person_id);
    let recorded = attendance::find(conn, session, person)?;
    if !is_as_asked(request.asked()?.as_ref(), recorded.as_ref()) {
        return Ok(Vec::new());
    }
    // Where nothing was recorded before, no change was noted, and the newest one is about something else. It is held against
    // what is recorded, not what was asked for: cleared once confirmed is absent.
    let stands = recorded.as_ref().map(Attendance::recorded);
    let newest = attendance::list_changes(conn, session, person)?.into_iter().next();
    let of_grant = newest.filter(|(change, _)| say_the_same(change.after().as_ref(), stands.as_ref()));
    let entry = Entry { person, after: of_grant.and_then(|(change, _)| change.before()), seen };
    write(conn, viewer, session, std::slice::from_ref(&entry), Source::Request, reason, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_turned_and_never_made_twice_nor_after_a_withdrawal() {
        for verdict in [Verdict::Grant, Verdict::Refuse] {
            assert!(may_turn(RequestState::Asked, verdict));
            assert!(!may_turn(RequestState::Withdrawn, verdict));
        }
        assert!(may_turn(RequestState::Granted, Verdict::Refuse) && may_turn(RequestState::Refused, Verdict::Grant));
        assert!(!may_turn(RequestState::Granted, Verdict::Grant) && !may_turn(RequestState::Refused, Verdict::Refuse));
    }
}
