//! Make-up: the second column beside the state. Called by `assignments`, and by the verbs that settle a make-up
//! session; they keep the audit entry.

use super::model::{MakeUp, MakeUpKind};
use super::queries;
use super::totals;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::Session;

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
    let noted = queries::update_make_up(conn, session, &[person], &from, MakeUp::Done, Some(kind))? == 1;
    totals::refresh_of(conn, session)?;
    Ok(noted)
}

/// Takes [`made_up`] back: it is due again.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn made_up_undone(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<bool> {
    let noted = queries::update_make_up(conn, session, &[person], &[MakeUp::Done], MakeUp::Due, None)? == 1;
    totals::refresh_of(conn, session)?;
    Ok(noted)
}

/// Settles what a make-up session means for the session that was missed: whoever was present in a confirmed make-up
/// session of it has made up by that, and who turns out not to have been has not. Only these people are looked at;
/// nothing for everybody on its roster. A session that makes up for none changes nothing.
///
/// # Errors
/// `Broken` when it cannot be written.
pub(super) fn settle_make_up_session(conn: &mut Conn, session: &Session, people: Option<&[PersonId]>) -> Result<()> {
    let Some(missed) = session.make_up_of else { return Ok(()) };
    let all = queries::list_people_on_roster(conn, session.id)?;
    let people: Vec<PersonId> =
        all.into_iter().filter(|person| people.is_none_or(|these| these.contains(person))).collect();
    let came = queries::list_present_at_make_up(conn, missed)?;
    let (came, not): (Vec<PersonId>, Vec<PersonId>) = people.into_iter().partition(|person| came.contains(person));
    let from = [MakeUp::None, MakeUp::Due];
    queries::update_make_up(conn, missed, &came, &from, MakeUp::Done, Some(MakeUpKind::Session))?;
    queries::take_back_made_up(conn, missed, &not, MakeUpKind::Session)?;
    Ok(())
}

/// Settles what else these people have made up a session by: of each kind, those who did it. What they made up by that
/// kind and did not do after all is due again, unless it stands by another.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn settle_made_up(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
    by: &[(MakeUpKind, Vec<PersonId>)],
) -> Result<()> {
    for (kind, did) in by {
        let not: Vec<PersonId> = people.iter().copied().filter(|person| !did.contains(person)).collect();
        queries::take_back_made_up(conn, session, &not, *kind)?;
    }
    let came = (MakeUpKind::Session, queries::list_present_at_make_up(conn, session)?);
    let from = [MakeUp::None, MakeUp::Due];
    for (kind, did) in std::iter::once(&came).chain(by) {
        let did: Vec<PersonId> = people.iter().copied().filter(|person| did.contains(person)).collect();
        queries::update_make_up(conn, session, &did, &from, MakeUp::Done, Some(*kind))?;
    }
    totals::refresh_of(conn, session)
}
