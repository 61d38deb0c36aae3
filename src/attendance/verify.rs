//! A check-in that was to be verified is confirmed, or voided with a reason.

use super::doubts::{self, Decision, Doubt, Finding, Verification};
use super::model::{self, RecordRefusal};
use super::queries::{self, By};
use super::record::{Entry, Source, record};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{self, Session};
use serde::Serialize;

/// A check-in to be verified, with what was decided about it, if anything was.
#[derive(Debug, Clone)]
pub struct Doubted {
    pub finding: Finding,
    pub decided: Option<Verification>,
}

/// Everything of a session that is or was to be verified, in a constant number of queries; voided check-ins are among
/// what was decided.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_doubted(conn: &mut Conn, session: &Session) -> Result<Vec<Doubted>> {
    let rows = queries::list_with_device(conn, session.id)?;
    let kiosk = queries::list_kiosk_doubts(conn, session.id)?;
    let mut decided = queries::list_verifications(conn, session.id)?;
    let mut doubted: Vec<Doubted> = doubts::find(&rows, &kiosk, session.opens_at())
        .into_iter()
        .map(|finding| {
            let place = decided.iter().position(|decided| decided.is_about(&finding));
            Doubted { decided: place.map(|place| decided.swap_remove(place)), finding }
        })
        .collect();
    // What is left was voided, or is no pattern any more because another was.
    doubted.extend(decided.into_iter().map(|decided| Doubted {
        finding: Finding {
            person: decided.person_id,
            doubt: decided.doubt,
            arrived_at: decided.arrived_at,
            others: Vec::new(),
        },
        decided: Some(decided),
    }));
    doubted.sort_by_key(|doubted| (doubted.finding.arrived_at, doubted.finding.person, doubted.finding.doubt));
    Ok(doubted)
}

#[derive(Serialize)]
struct Details<'a> {
    person: PersonId,
    doubt: Doubt,
    decision: Decision,
    note: &'a str,
}

/// Decides about one check-in. Voiding takes it back as a correction does, with its own entry in the history.
///
/// # Errors
/// `NotFound` when there is nothing to be verified, or the viewer neither leads the person nor is of HQ; `Refused` for
/// one's own, for a leader once the session is confirmed, and for voiding without a reason; `Conflict` when somebody
/// else has decided meanwhile.
pub fn verify(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    (person, doubt): (PersonId, Doubt),
    decision: Decision,
    note: &str,
    now: Moment,
) -> Result<()> {
    queries::take_turns(conn, session)?;
    let session = training::queries::find_session(conn, session)?;
    let case = queries::find_case(conn, session.id, person)?;
    let right = model::authority(viewer, &[], &case).ok_or(Error::NotFound("person"))?;
    model::may_record(right, &session, viewer.person, person).map_err(refused)?;
    let doubted = list_doubted(conn, &session)?;
    // What is open before what was decided earlier.
    let open = doubted
        .into_iter()
        .filter(|of| (of.finding.person, of.finding.doubt) == (person, doubt))
        .max_by_key(|of| (of.decided.is_none(), of.finding.arrived_at));
    let open = open.ok_or(Error::NotFound("check-in"))?;
    if let Some(decided) = &open.decided {
        // The form sent twice.
        let is_same = (decided.decision, decided.decided_by) == (decision, Some(viewer.person));
        return if is_same { Ok(()) } else { Err(Error::Conflict) };
    }
    let note = note.trim();
    if decision == Decision::Voided && note.is_empty() {
        return Err(Error::Refused(vec![Problem::at("note", Message::new("attendance-reason-missing"))]));
    }
    let by = By { person: Some(viewer.person), at: now };
    queries::insert_verification(conn, session.id, &open.finding, decision, note, by)?;
    match decision {
        Decision::Confirmed => {
            let details = Details { person, doubt, decision, note };
            let action = Action::new("attendance.verified", "session");
            audit::record(conn, &viewer.actor(), now, action, session.id.0, &details)
        }
        // Recording has the entry in the audit log.
        Decision::Voided => {
            let before = queries::find(conn, session.id, person)?.ok_or(Error::Conflict)?;
            let entry = Entry { person, after: None, seen: before.stamp() };
            record(conn, viewer, session.id, &[entry], Source::OnePerson, note, now)?;
            Ok(())
        }
    }
}

fn refused(refusal: RecordRefusal) -> Error {
    Error::refused(refusal.message())
}
