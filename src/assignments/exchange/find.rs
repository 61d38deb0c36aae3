//! A record and those it lists, as whoever answers for the unit finds them.

use super::model::{MOST_PEOPLE, Meeting, Presence, ShownMeeting, shown};
use super::queries;
use crate::access::Viewer;
use crate::assignments::board_queries;
use crate::assignments::calls::{self, OwnTask, UnitTaskKind};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::organization::{self, Person, Unit};
use crate::store::Conn;
use crate::store::ids::{MeetingId, PersonId, SessionId, UnitId, UnitTaskId};
use crate::training::{self, Session};

/// A record with what its page says around it.
#[derive(Debug, Clone)]
pub struct Found {
    pub meeting: Meeting,
    pub unit: Unit,
    pub state: ShownMeeting,
    /// A liaison prepares what the leader submits.
    pub may_submit: bool,
}

/// A record for the unit's leader or liaison, those above, and HQ.
///
/// # Errors
/// `NotFound` when there is none or its unit is out of the viewer's reach.
pub fn find(conn: &mut Conn, viewer: &Viewer, id: MeetingId) -> Result<Found> {
    let (meeting, unit, task) = queries::find(conn, id)?;
    if !viewer.reach().covers(&unit.path) {
        return Err(Error::NotFound("meeting"));
    }
    let state = shown(meeting.state, task);
    let may_submit = viewer.reach_of_decisions().covers(&unit.path);
    Ok(Found { meeting, unit, state, may_submit })
}

/// As [`find`], for who is about to change it.
///
/// # Errors
/// As [`find`]; `Refused` once it was submitted.
pub fn require_editable(conn: &mut Conn, viewer: &Viewer, id: MeetingId) -> Result<Found> {
    let found = find(conn, viewer, id)?;
    if found.state.is_editable() { Ok(found) } else { Err(Error::refused(Message::new("meeting-refused-submitted"))) }
}

/// A unit whose meetings the viewer may record.
///
/// # Errors
/// `NotFound` when it is out of reach.
pub fn find_unit(conn: &mut Conn, viewer: &Viewer, id: UnitId) -> Result<Unit> {
    organization::queries::find_unit(conn, &viewer.reach(), id)
}

/// What a meeting of a unit may be about: the newest sessions that its people were expected at and that have begun, and
/// the one that its record, or the call, names already.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list_sessions(
    conn: &mut Conn,
    unit: &Unit,
    named: Option<SessionId>,
    now: Moment,
    limit: i64,
) -> Result<Vec<Session>> {
    let mut sessions = board_queries::list_sessions_with(conn, &unit.path, now, limit)?;
    if let Some(named) = named.filter(|named| !sessions.iter().any(|session| session.id == *named)) {
        sessions.push(training::queries::find_session(conn, named)?);
    }
    Ok(sessions)
}

/// A unit's task of a call that asks for a meeting, and the record that answers it, if there is one.
///
/// # Errors
/// As [`calls::own_task`]; `NotFound` when the task asks for something else.
pub fn find_of_task(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId) -> Result<(OwnTask, Option<MeetingId>)> {
    let own = calls::own_task(conn, viewer, id)?;
    match own.task.kind {
        UnitTaskKind::ExchangeMeeting => {}
        UnitTaskKind::Readings | UnitTaskKind::ImplementationReport | UnitTaskKind::VolumeCheck => {
            return Err(Error::NotFound("unit task"));
        }
    }
    let meeting = queries::find_of_task(conn, id)?;
    Ok((own, meeting))
}

/// Somebody whom a record may list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub person: PersonId,
    pub name: String,
    pub post: String,
    pub unit_name: String,
    /// What the record says of them; nothing when it leaves them out.
    pub saved: Option<Presence>,
}

/// Those whom a record of a unit may list: the unit's own people, with those of its sub-units when they are wanted or
/// when it has none of its own; and whomever the record lists already, though they may have moved since.
///
/// # Errors
/// `Refused` when there are too many to be listed one by one.
pub fn list_people(
    conn: &mut Conn,
    unit: &Unit,
    with_below: bool,
    meeting: Option<MeetingId>,
) -> Result<(Vec<Listed>, bool)> {
    let units = organization::queries::list_units_below(conn, &unit.path)?;
    let below = organization::queries::list_people_below(conn, &unit.path)?;
    let with_below = with_below || !below.iter().any(|person| person.unit_id == unit.id);
    let name_of = |id: UnitId| units.iter().find(|unit| unit.id == id).map_or(String::new(), |unit| unit.name.clone());
    let saved = match meeting {
        Some(meeting) => queries::list_people(conn, meeting)?,
        None => Vec::new(),
    };
    let is_wanted =
        |person: &Person| with_below || person.unit_id == unit.id || saved.iter().any(|of| of.person_id == person.id);
    let wanted: Vec<Person> = below.into_iter().filter(is_wanted).collect();
    if wanted.len() > MOST_PEOPLE {
        let message = Message::new("meeting-problem-too-many-people").with("n", MOST_PEOPLE as i64);
        return Err(Error::refused(message));
    }
    let present = wanted.into_iter().map(|person| Listed {
        saved: saved.iter().find(|of| of.person_id == person.id).map(|of| of.presence),
        person: person.id,
        name: person.name,
        post: person.post,
        unit_name: name_of(person.unit_id),
    });
    let mut listed: Vec<Listed> = present.collect();
    let moved: Vec<Listed> = saved
        .into_iter()
        .filter(|of| !listed.iter().any(|known| known.person == of.person_id))
        .map(|of| Listed {
            person: of.person_id,
            name: of.name,
            post: of.post,
            unit_name: of.unit_name,
            saved: Some(of.presence),
        })
        .collect();
    listed.extend(moved);
    Ok((listed, with_below))
}
