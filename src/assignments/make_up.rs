//! What study means for the session that somebody missed: who was present in a unit's exchange meeting about it, or
//! handed in study that was accepted, has made up; and no longer, once that is taken back.

use super::model::AssignmentKind;
use super::{TaskRow, TaskState, exchange, giving, queries, reflections};
use crate::attendance::{self, MakeUpKind};
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{self, Session, SessionState};
use std::collections::BTreeSet;

/// How somebody can still make up for a session that they missed.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Make-up sessions that they were told of, the next first.
    pub sessions: Vec<Session>,
    /// Notes that they were given and have left to write.
    pub notes: Vec<TaskRow>,
    /// HQ wants notes at all.
    pub with_notes: bool,
}

/// Finds the ways that are open to somebody. That their unit holds an exchange meeting is not known before its record.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn ways(conn: &mut Conn, session: SessionId, person: PersonId, now: Moment) -> Result<Ways> {
    let is_to_come = |one: &Session| one.state == SessionState::Published && now <= one.ends_at;
    let mut sessions = training::queries::list_make_up_sessions(conn, session)?;
    sessions.retain(is_to_come);
    let ids: Vec<SessionId> = sessions.iter().map(|one| one.id).collect();
    let told = training::queries::list_roster_rows_of(conn, person, &ids)?;
    sessions.retain(|one| told.iter().any(|row| row.session_id == one.id));
    let mut notes = queries::list_open(conn, person)?;
    notes.retain(|row| {
        row.task.kind == AssignmentKind::Reflection && row.task.session_id == Some(session) && row.task.state.is_left()
    });
    let with_notes = giving::kinds(conn)?.contains(&AssignmentKind::Reflection);
    Ok(Ways { sessions, notes, with_notes })
}

/// Settles these people's make-up for a session, by what stands now.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn settle(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> Result<()> {
    let present = exchange::queries::list_present_about(conn, session)?;
    let accepted = reflections::queries::list_accepted_for(conn, session)?;
    let by = [(MakeUpKind::ExchangeMeeting, present), (MakeUpKind::AcceptedStudy, accepted)];
    attendance::settle_made_up(conn, session, people, &by)?;
    settle_due(conn, session, people)?;
    Ok(())
}

/// Notes of those people who have nothing to make up for a session with, as all of it was withdrawn, that nothing is due;
/// tells how many had anything due.
///
/// # Errors
/// `Broken` when it cannot be written.
pub(super) fn settle_due(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> Result<usize> {
    let given = queries::list_given(conn, session)?;
    let given = given.into_iter().filter(|(_, _, state)| *state != TaskState::Withdrawn);
    let given: BTreeSet<PersonId> = given.map(|(person, _, _)| person).collect();
    let without: Vec<PersonId> = people.iter().copied().filter(|person| !given.contains(person)).collect();
    attendance::make_up_not_due(conn, session, &without)
}

/// Settles everybody's make-up for a session: when it has just been confirmed, and who missed it is settled.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn settle_everybody(conn: &mut Conn, session: SessionId) -> Result<()> {
    let mut people = exchange::queries::list_present_about(conn, session)?;
    people.extend(reflections::queries::list_accepted_for(conn, session)?);
    settle(conn, session, &people)
}
