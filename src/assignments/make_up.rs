//! What study means for the session that somebody missed: who was present in a unit's exchange meeting about it, or
//! handed in study that was accepted, has made up; and no longer, once that is taken back.

use super::{TaskState, exchange, queries, reflections};
use crate::attendance::{self, MakeUpKind};
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use std::collections::BTreeSet;

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
