//! A name leaves the final reports; their figures stay.

use super::queries;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};

/// Whether a name is also looked for in words that others typed: not when somebody else's contains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InWords {
    Replaced,
    Left,
}

/// Puts `mark` in the place of a person's name in what final reports rest on: in their own rows, whatever they were called
/// then; and in words, where a guest, a stand-in or the speaker is named.
///
/// # Errors
/// `Broken` when it cannot be read or written.
pub fn anonymise(conn: &mut Conn, person: PersonId, name: &str, mark: &str, in_words: InWords) -> Result<()> {
    let mut reports = queries::list_saying(conn, &format!("\"person_id\":{person},"))?;
    if in_words == InWords::Replaced {
        reports.extend(queries::list_saying(conn, name)?);
    }
    reports.sort_unstable();
    reports.dedup();
    for id in reports {
        let mut basis = queries::find_basis(conn, id)?;
        for (row, attendance) in basis.roll.iter_mut().filter(|(row, _)| row.person_id == person) {
            row.name = mark.to_owned();
            row.post = String::new();
            if let Some(attendance) = attendance {
                attendance.stand_in = None;
            }
        }
        if in_words == InWords::Replaced {
            for guest in basis.guests.iter_mut().filter(|guest| guest.name == name) {
                guest.name = mark.to_owned();
            }
            // Whoever stood in is named in another person's row.
            for (_, attendance) in &mut basis.roll {
                if let Some(stand_in) = attendance.as_mut().and_then(|attendance| attendance.stand_in.as_mut()) {
                    *stand_in = stand_in.replace(name, mark);
                }
            }
            basis.session.speaker = basis.session.speaker.replace(name, mark);
        }
        queries::store_basis(conn, id, &basis)?;
    }
    Ok(())
}

/// Takes all names out of the final reports of a session whose time is over.
///
/// # Errors
/// `Broken` when it cannot be read or written.
pub fn forget_names(conn: &mut Conn, session: SessionId) -> Result<()> {
    for entry in queries::list_of_session(conn, session)? {
        let mut basis = queries::find_basis(conn, entry.id)?;
        for (row, attendance) in &mut basis.roll {
            row.name = "—".to_owned();
            row.post = String::new();
            if let Some(attendance) = attendance {
                attendance.stand_in = None;
            }
        }
        for guest in &mut basis.guests {
            guest.name = "—".to_owned();
        }
        queries::store_basis(conn, entry.id, &basis)?;
    }
    Ok(())
}
