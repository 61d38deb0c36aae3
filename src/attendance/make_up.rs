//! Make-up: the second column beside the state. Called by `assignments`, which keep the audit entry.

use super::model::{MakeUp, MakeUpKind};
use super::queries;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};

/// Notes that these people, of whom some were not there, were given something to make up with. Who was there,
/// is exempt or has already made up is left as it is. Tells how many it noted.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn make_up_due(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> Result<usize> {
    Ok(queries::update_make_up(conn, session, people, &[MakeUp::None], MakeUp::Due, None)?)
}

/// Notes that nothing is due any more from these people: what they were given was withdrawn.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn make_up_not_due(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> Result<usize> {
    Ok(queries::update_make_up(conn, session, people, &[MakeUp::Due], MakeUp::None, None)?)
}

/// Notes that somebody who was not there has made up for it. Tells whether it noted anything: not when they were
/// there, are exempt, or had made up before.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn made_up(conn: &mut Conn, session: SessionId, person: PersonId, kind: MakeUpKind) -> Result<bool> {
    let from = [MakeUp::None, MakeUp::Due];
    Ok(queries::update_make_up(conn, session, &[person], &from, MakeUp::Done, Some(kind))? == 1)
}

/// Takes [`made_up`] back: it is due again.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn made_up_undone(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<bool> {
    Ok(queries::update_make_up(conn, session, &[person], &[MakeUp::Done], MakeUp::Due, None)? == 1)
}
