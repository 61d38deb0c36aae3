//! The form of a session that makes up for another: the same subject, and exactly those who have not made up yet.

use super::form::{SessionForm, form_of};
use crate::access::Reach;
use crate::attendance::{self, MakeUp};
use crate::clock::Clock;
use crate::error::{Error, Message, Result};
use crate::i18n::{self, Language};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{Audience, Plan, queries};

/// The form for a make-up session: what is usual, with the subject of the one that was missed and, by name, those
/// who were not there and have not made up in any way.
///
/// # Errors
/// `NotFound` when there is no such session; `Refused` before it was confirmed.
pub(super) fn preset(
    conn: &mut Conn,
    missed: SessionId,
    usual: SessionForm,
    clock: &Clock,
    language: Language,
) -> Result<SessionForm> {
    let session = queries::find_session(conn, missed)?;
    if !session.is_confirmed() {
        return Err(Error::refused(Message::new("training-make-up-not-confirmed")));
    }
    let not_there = attendance::queries::list_not_there(conn, missed, &Reach::Group)?;
    let outstanding = not_there.into_iter().filter(|(_, attendance)| attendance.make_up != MakeUp::Done);
    let added: Vec<PersonId> = outstanding.map(|(row, _)| row.person_id).collect();
    let audience = Audience { added, ..Audience::default() };
    let named = queries::list_named_people(conn, &audience)?;
    let plan = Plan { audience, ..queries::find_plan(conn, &session)? };
    let subject = form_of(&plan, &named, clock);
    Ok(SessionForm {
        make_up_of: missed.to_string(),
        title: i18n::word(language, clock, &Message::new("training-make-up-title").with("title", plan.title.as_str())),
        purpose: subject.purpose,
        speaker: subject.speaker,
        study_hours: subject.study_hours,
        document_title: subject.document_title,
        document_source: subject.document_source,
        document_date: subject.document_date,
        document_text: subject.document_text,
        topic: subject.topic,
        reading: subject.reading,
        reading_after: subject.reading_after,
        topic_reading: subject.topic_reading,
        topic_reading_after: subject.topic_reading_after,
        category: subject.category,
        unit: subject.unit,
        added: subject.added,
        ..usual
    })
}
