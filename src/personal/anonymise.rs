//! Taking a person's name out of everything, with the figures kept.

use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::reports::finals::{self, InWords};
use crate::reports::people_list;
use crate::store::Conn;
use crate::store::ids::PersonId;

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anonymised {
    Everywhere,
    /// Somebody else's name contains this one, so words that others wrote were left as they are.
    ButForWords,
}

/// Makes somebody anonymous who has left: no name, number, post or address in any row, their account, mail, notes and
/// what they wrote to HQ gone; rosters, attendance, tasks and final reports stay and count as before. There is no way back.
/// The digest of a final report is then that of what it rests on now.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Refused` for who has not left, and for oneself.
pub fn anonymise(conn: &mut Conn, viewer: &Viewer, person: PersonId, now: Moment) -> Result<Anonymised> {
    viewer.require_hq()?;
    let known = queries::find_known_by(conn, person)?;
    if known.left_on.is_none() || person == viewer.person {
        return Err(Error::refused(Message::new("anonymise-refused-not-left")));
    }
    let mark = format!("已匿名{person}");
    if known.name == mark {
        return Ok(Anonymised::Everywhere);
    }
    // A name of one character is in every other sentence.
    let is_told_apart = known.name.chars().count() > 1 && !queries::is_within_another(conn, person, &known.name)?;
    queries::forget_imports_of(conn, &known.employee_number)?;
    let in_words = if is_told_apart { InWords::Replaced } else { InWords::Left };
    finals::anonymise(conn, person, &known.name, &mark, in_words)?;
    // They can be made anew, and nobody looks for a name in workbooks.
    people_list::queries::delete_all(conn)?;
    queries::blank_own(conn, person, &mark)?;
    // In the trail a number stands as a value of its own; loose digits would be found in the ids of others.
    let mut words = vec![format!("\"{}\"", known.employee_number)];
    words.extend(known.email);
    if is_told_apart {
        words.push(known.name.clone());
    }
    for word in &words {
        queries::forget_values_with(conn, word)?;
    }
    let done = if is_told_apart {
        queries::replace_everywhere(conn, &known.name, &mark)?;
        queries::forget_mail_with(conn, &known.name)?;
        Anonymised::Everywhere
    } else {
        Anonymised::ButForWords
    };
    audit::record(conn, &viewer.actor(), now, Action::new("personal.anonymised", "person"), person.0, &())?;
    Ok(done)
}
