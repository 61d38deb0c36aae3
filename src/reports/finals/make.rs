//! Making a report final: an act of HQ, once the session is confirmed.

use super::compare::says_the_same;
use super::queries::{self, NewFinal, Subject};
use super::{Details, Number, Reference, to_json};
use crate::access::{Reach, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::reports::basis::Basis;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    New(Number),
    /// Nothing has changed since this one was made, so that it stands.
    Stands(Number),
}

/// Freezes what a session's attendance report rests on and gives it the next number of `year`; a report made before is
/// replaced by it. When nothing has changed since, the one before stands.
///
/// # Errors
/// `Forbidden` for all but HQ; `Refused` when the session is not confirmed; `Conflict` when another is made final at the
/// same moment.
pub fn make(conn: &mut Conn, viewer: &Viewer, id: SessionId, year: i32, now: Moment) -> Result<Made> {
    viewer.require_hq()?;
    let session = training::queries::find_session(conn, id)?;
    if !session.is_confirmed() {
        return Err(Error::refused(Message::new("final-refused-not-confirmed")));
    }
    let mut basis = Basis::gather(conn, session, &Reach::Group)?;
    let before = queries::list_of_session(conn, id)?.into_iter().next();
    if let Some(before) = &before
        && says_the_same(&queries::find_basis(conn, before.id)?, &basis)
    {
        return Ok(Made::Stands(before.number()));
    }
    // What the paper does not show is not kept a second time.
    for attendance in basis.roll.iter_mut().filter_map(|(_, attendance)| attendance.as_mut()) {
        attendance.device = None;
        attendance.code_until = None;
    }
    let new = NewFinal {
        subject: Subject::Session(id),
        basis: to_json(&basis)?,
        year: i64::from(year),
        made_at: now,
        made_by: viewer.person,
        replaces: before.as_ref().map(|before| before.id),
    };
    let (report, number) = queries::insert(conn, &new)?;
    let replaces = before.map(|before| Reference { number: before.number().to_string(), made_at: before.made_at });
    let details = Details { number: number.to_string(), replaces };
    audit::record(conn, &viewer.actor(), now, Action::new("reports.made_final", "final_report"), report.0, &details)?;
    Ok(Made::New(number))
}
