//! Answering for a unit: a liaison prepares, the leader sends.

use super::model::{self, Line};
use super::queries::{self, Answered};
use crate::access::{Reach, Viewer};
use crate::attendance::model::{Attendance, authority};
use crate::attendance::queries::{self as attendance, Scope};
use crate::attendance::record::{Entry, PersonDetails, Source, write};
use crate::attendance::requests::{self, RequestState};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{self, RosterRow, Session};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is said of the people of a unit.
#[derive(Debug, Clone)]
pub struct Answer {
    pub session: SessionId,
    pub unit: UnitId,
    /// The version of the unit's reply as it was shown, 0 when there was none.
    pub version: i64,
    /// Of whom nothing is said here, nothing changes.
    pub lines: Vec<Line>,
}

#[derive(Serialize)]
struct Details {
    unit: UnitId,
    recorded: Vec<PersonDetails>,
    venues: Vec<(PersonId, VenueId)>,
}

type Roll = Vec<(RosterRow, Option<Attendance>)>;

/// Keeps what somebody filled in, for the leader to send. Nothing is recorded.
///
/// # Errors
/// `NotFound` when the unit does not answer or is out of reach; `Refused` after the deadline, or when somebody else has
/// changed the reply.
pub fn draft(conn: &mut Conn, viewer: &Viewer, answer: &Answer, now: Moment) -> Result<()> {
    let (session, unit, roll) = find(conn, &viewer.reach(), answer, now)?;
    let lines: Vec<Line> =
        answer.lines.iter().filter(|line| roll.iter().any(|(row, _)| row.person_id == line.person)).cloned().collect();
    store(conn, viewer, answer, Some(&lines), now)?;
    let action = Action::new("attendance.reply_drafted", "session");
    audit::record(conn, &viewer.actor(), now, action, session.id.0, &unit.id)
}

/// Sends a unit's reply: exceptions are recorded as the unit's word, other venues in the roster, and what people had
/// asked for and is now recorded counts as granted. Nobody decides their own: the sender's own row stays as it is, but
/// for its venue, and those of who leads the unit beside them. It may be sent again until the deadline.
///
/// # Errors
/// As [`draft`], and `NotFound` for a liaison; `Refused` also when a row is not whole or was changed meanwhile.
pub fn send(conn: &mut Conn, viewer: &Viewer, answer: &Answer, now: Moment) -> Result<()> {
    let (session, unit, roll) = find(conn, &viewer.reach_of_decisions(), answer, now)?;
    let decided = list_decided(conn, viewer, &session, &roll)?;
    let (mut entries, mut venues) = (Vec::new(), Vec::new());
    for (row, recorded) in &roll {
        let Some(line) = answer.lines.iter().find(|line| line.person == row.person_id) else { continue };
        if line.venue != row.venue_id {
            venues.push((row.person_id, line.venue));
        }
        if !decided.contains(&row.person_id) || !model::can_be_said(recorded.as_ref()) {
            continue;
        }
        let says_the_same = match (recorded, &line.exception) {
            (Some(recorded), Some(exception)) => recorded.recorded().says_the_same_as(exception),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !says_the_same {
            entries.push(Entry { person: row.person_id, after: line.exception.clone(), seen: line.seen });
        }
    }
    let recorded = write(conn, viewer, session.id, &entries, Source::Reply, "", now)?;
    training::places::move_to_venues(conn, session.id, &venues)?;
    grant_what_is_recorded(conn, viewer, &session, &decided, now)?;
    store(conn, viewer, answer, None, now)?;
    let details = Details { unit: unit.id, recorded, venues };
    audit::record(conn, &viewer.actor(), now, Action::new("attendance.reply_sent", "session"), session.id.0, &details)
}

/// Whose coming the viewer says: not their own, nor that of who leads the unit beside them or above.
fn list_decided(conn: &mut Conn, viewer: &Viewer, session: &Session, roll: &Roll) -> Result<BTreeSet<PersonId>> {
    let people: Vec<PersonId> = roll.iter().map(|(row, _)| row.person_id).collect();
    let cases = attendance::list_cases(conn, session.id, &people)?.into_iter();
    let decided = cases.filter(|case| case.row.person_id != viewer.person && authority(viewer, &[], case).is_some());
    Ok(decided.map(|case| case.row.person_id).collect())
}

/// The session, the unit that answers, and its rows, held until the write ends.
fn find(conn: &mut Conn, reach: &Reach, answer: &Answer, now: Moment) -> Result<(Session, Unit, Roll)> {
    let unit = organization::queries::find_unit(conn, reach, answer.unit)?;
    attendance::take_turns(conn, answer.session)?;
    let session = training::queries::find_session(conn, answer.session)?;
    let scope = Scope::Part { paths: vec![unit.path.clone()], venues: Vec::new() };
    let roll = attendance::list_roll_of(conn, session.id, &scope)?;
    if unit.depth() != 1 || roll.is_empty() {
        return Err(Error::NotFound("reply"));
    }
    if !model::is_open(&session, now) {
        return Err(Error::refused(Message::new("reply-refused-over")));
    }
    Ok((session, unit, roll))
}

fn store(conn: &mut Conn, viewer: &Viewer, answer: &Answer, draft: Option<&[Line]>, now: Moment) -> Result<()> {
    let answered = Answered {
        session: answer.session,
        unit: answer.unit,
        version: answer.version,
        draft,
        by: viewer.person,
        at: now,
    };
    if queries::store(conn, &answered)? {
        return Ok(());
    }
    Err(Error::refused(Message::new("reply-refused-meanwhile")))
}

/// A request that was granted by recording the same in a reply.
#[derive(Serialize)]
struct Granted {
    session: SessionId,
    person: PersonId,
    by_reply: bool,
}

/// Leave that somebody had asked for, and that the reply has recorded, is granted with it.
fn grant_what_is_recorded(
    conn: &mut Conn,
    viewer: &Viewer,
    session: &Session,
    decided: &BTreeSet<PersonId>,
    now: Moment,
) -> Result<()> {
    let open = requests::queries::list_open_of_session(conn, session.id)?;
    let of_unit: Vec<_> = open.into_iter().filter(|request| decided.contains(&request.person_id)).collect();
    let people: Vec<PersonId> = of_unit.iter().map(|request| request.person_id).collect();
    let recorded = attendance::list_recorded(conn, session.id, &people)?;
    for request in of_unit {
        let now_recorded = recorded.iter().find(|row| row.person_id == request.person_id);
        let is_granted = match (now_recorded, request.asked()?) {
            (Some(row), Some(asked)) => {
                (row.state, &row.stand_in, row.leave_kind) == (asked.state, &asked.stand_in, asked.leave_kind)
            }
            (Some(_), None) | (None, Some(_)) | (None, None) => false,
        };
        if is_granted && requests::queries::update_state(conn, &request, RequestState::Granted, viewer.person, now, "")?
        {
            let details = Granted { session: session.id, person: request.person_id, by_reply: true };
            let action = Action::new("attendance.request_granted", "attendance_request");
            audit::record(conn, &viewer.actor(), now, action, request.id.0, &details)?;
        }
    }
    Ok(())
}
