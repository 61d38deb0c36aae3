//! Recording what became of others: the roll call, a signed sheet, a unit's word, a correction with its reason.

use super::make_up::settle_make_up_session;
use super::model::{self, Attendance, AttendanceState, Authority, Method, RecordRefusal, Recorded};
use super::queries::{self, By, NewChange};
use super::totals;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{self, RosterRow, Session, SessionState};
use serde::Serialize;

/// What is to be recorded of one person.
#[derive(Debug, Clone)]
pub struct Entry {
    pub person: PersonId,
    /// Nothing clears it: pending again, or absent once confirmed.
    pub after: Option<Recorded>,
    /// The [`Attendance::stamp`] that was seen, 0 when nothing was recorded.
    pub seen: i64,
}

/// Where entries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The clerk's or HQ's list, called out in the hall.
    RollCall,
    /// A signed sheet.
    Paper,
    /// One person's page.
    OnePerson,
    /// A request that is granted; it is its own reason.
    Request,
    /// The reply of a unit before the session.
    Reply,
}

#[derive(Serialize)]
struct Details<'a> {
    reason: &'a str,
    people: Vec<PersonDetails>,
}

/// What one change did, for the audit trail.
#[derive(Debug, Serialize)]
pub(super) struct PersonDetails {
    person: PersonId,
    before: Option<Recorded>,
    after: Option<Recorded>,
}

/// Records a page of a roll call, a sheet, or one person. Entries that say what is recorded already change nothing.
/// Everything is recorded or nothing; tells how many it changed.
///
/// # Errors
/// `NotFound` when somebody is not on the roster or out of the viewer's reach; `Refused` for one's own row, without
/// the reason that is needed, after confirmation for all but HQ, or when an entry is not whole; `Conflict` when
/// somebody else has changed one of them.
pub fn record(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    entries: &[Entry],
    source: Source,
    reason: &str,
    now: Moment,
) -> Result<usize> {
    if entries.is_empty() {
        // The answer must not tell whether there is a session out of reach.
        training::queries::find_visible(conn, viewer, session)?;
        return Ok(0);
    }
    let people = write(conn, viewer, session, entries, source, reason, now)?;
    let n = people.len();
    if n > 0 {
        let action = Action::new("attendance.recorded", "session");
        audit::record(conn, &viewer.actor(), now, action, session.0, &Details { reason, people })?;
    }
    Ok(n)
}

/// As [`record`], for verbs that keep an audit entry of their own.
pub(super) fn write(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    entries: &[Entry],
    source: Source,
    reason: &str,
    now: Moment,
) -> Result<Vec<PersonDetails>> {
    queries::take_turns(conn, session)?;
    let session = training::queries::find_session(conn, session)?;
    let served = queries::list_served(conn, session.id, viewer)?;
    let people: Vec<PersonId> = entries.iter().map(|entry| entry.person).collect();
    let cases = queries::list_cases(conn, session.id, &people)?;
    let recorded = queries::list_recorded(conn, session.id, &people)?;
    let by = By { person: Some(viewer.person), at: now };
    let (mut problems, mut changes) = (Vec::new(), Vec::new());
    for entry in entries {
        let case = cases.iter().find(|case| case.row.person_id == entry.person).ok_or(Error::NotFound("person"))?;
        let (row, right) = (&case.row, model::authority(viewer, &served, case).ok_or(Error::NotFound("person"))?);
        let before = recorded.iter().find(|attendance| attendance.person_id == entry.person);
        let after = complete(&session, entry, row, before, source, right, now);
        let verdict = model::may_record(right, &session, viewer.person, entry.person)
            .and_then(|()| model::check_entry(&session, before, after.as_ref(), argued(source, reason), now));
        if let Err(refusal) = verdict {
            let problem = in_words(source, row, refusal);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            continue;
        }
        if before.map_or(0, Attendance::stamp) != entry.seen {
            let message = Message::new("attendance-changed-meanwhile").with("name", row.name.clone());
            problems.push(Problem::at("", message));
            continue;
        }
        let old = before.map(Attendance::recorded);
        if !model::say_the_same(old.as_ref(), after.as_ref()) {
            changes.push((entry.person, before, old, after));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let mut done = Vec::new();
    for (person, before, old, after) in changes {
        let written = match (before, &after) {
            (None, Some(after)) => queries::insert_once(conn, session.id, person, after, by)?,
            (Some(before), Some(after)) => queries::replace(conn, before, after, by)?,
            (Some(before), None) => queries::delete(conn, before)?,
            (None, None) => true,
        };
        if !written {
            return Err(Error::Conflict);
        }
        if old.is_some() || !reason.is_empty() {
            let change = NewChange {
                session: session.id,
                person,
                before: old.as_ref(),
                after: after.as_ref(),
                reason,
                after_confirmation: session.is_confirmed(),
            };
            queries::insert_change(conn, &change, by)?;
        }
        done.push(PersonDetails { person, before: old, after });
    }
    if session.is_confirmed() {
        let people: Vec<PersonId> = done.iter().map(|done| done.person).collect();
        settle_make_up_session(conn, &session, Some(&people))?;
    }
    // Who is exempt counts in the make-up sessions instead, which may be confirmed while this one was reopened.
    let is_exempt = |of: &Option<Recorded>| of.as_ref().is_some_and(|of| of.state == AttendanceState::Exempt);
    if session.is_confirmed() || done.iter().any(|done| is_exempt(&done.before) || is_exempt(&done.after)) {
        totals::refresh(conn, &session)?;
    }
    Ok(done)
}

/// The reason that a rule may ask for: a request is one by itself.
fn argued(source: Source, reason: &str) -> &str {
    match source {
        Source::Request => "asked",
        Source::RollCall | Source::Paper | Source::OnePerson | Source::Reply => reason,
    }
}

/// A refusal at its field; on a list, where a field's name would not say whose it is, with the person's name.
fn in_words(source: Source, row: &RosterRow, refusal: RecordRefusal) -> Problem {
    match (source, refusal) {
        (Source::RollCall | Source::Paper | Source::Reply, RecordRefusal::NeedsStandIn) => {
            let message = Message::new("attendance-row-stand-in").with("name", row.name.clone());
            Problem::in_row("name", row.person_id.0, message)
        }
        (_, refusal) => Problem::at(refusal.field(), refusal.message()),
    }
}

/// An entry with what the program knows by itself: how it was recorded, where and when the person was there.
fn complete(
    session: &Session,
    entry: &Entry,
    row: &RosterRow,
    before: Option<&Attendance>,
    source: Source,
    right: Authority,
    now: Moment,
) -> Option<Recorded> {
    let method = method(session.state, source, right, before);
    let mut after = match entry.after.clone() {
        None => model::after_voiding(session)?,
        Some(after) => after,
    };
    after.method = method;
    let is_present = after.state == AttendanceState::Present;
    let was = before.filter(|before| is_present && before.state == AttendanceState::Present);
    after.late &= is_present;
    after.left_early &= is_present;
    after.leave_kind = after.leave_kind.filter(|_| after.state == AttendanceState::Leave);
    after.stand_in = after
        .stand_in
        .map(|name| name.trim().to_owned())
        .filter(|name| after.state == AttendanceState::StandIn && !name.is_empty());
    let there = after.venue.unwrap_or(row.venue_id);
    after.venue = was.map_or(is_present.then_some(there), |was| was.venue_id);
    let arrived_now = (is_present && source == Source::RollCall && session.is_open(now)).then_some(now);
    // A decision that is taken back records again what stood, with its time.
    let stood = after.arrived_at.filter(|_| is_present && source == Source::Request);
    after.arrived_at = was.map_or(arrived_now.or(stood), |was| was.arrived_at);
    Some(after)
}

/// What is recorded first is no correction, whoever is late with it.
fn method(session: SessionState, source: Source, right: Authority, before: Option<&Attendance>) -> Method {
    match (session, right, source) {
        (_, _, Source::Request) => Method::Request,
        (_, _, Source::Reply) => Method::UnitWord,
        (SessionState::Confirmed | SessionState::Archived, _, _) => Method::Correction,
        (_, Authority::Leader, _) => Method::UnitWord,
        (_, Authority::Hq | Authority::Clerk, Source::RollCall) => Method::RollCall,
        (_, Authority::Hq | Authority::Clerk, Source::Paper) => Method::Paper,
        (SessionState::Closed, Authority::Hq | Authority::Clerk, Source::OnePerson) if before.is_some() => {
            Method::Correction
        }
        (_, Authority::Hq | Authority::Clerk, Source::OnePerson) => Method::RollCall,
    }
}
