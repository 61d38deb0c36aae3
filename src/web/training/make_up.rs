//! The form of a session that makes up for another: the same subject, and exactly those who have not made up yet.

use super::form::{SessionForm, readings_at, topic_readings_at};
use crate::access::Reach;
use crate::attendance::{self, MakeUp};
use crate::clock::Clock;
use crate::error::{Error, Message, Result};
use crate::i18n::{self, Language};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::templates;
use crate::training::{Audience, Timing, queries};

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
    let plan = queries::find_plan(conn, &session)?;
    let not_there = attendance::queries::list_not_there(conn, missed, &Reach::Group)?;
    let outstanding: Vec<PersonId> = not_there
        .into_iter()
        .filter(|(_, attendance)| attendance.make_up != MakeUp::Done)
        .map(|(row, _)| row.person_id)
        .collect();
    let named = queries::list_named_people(conn, &Audience { added: outstanding, ..Audience::default() })?;
    let lines: Vec<String> = named.iter().map(|person| format!("{} {}", person.employee_number, person.name)).collect();
    Ok(SessionForm {
        make_up_of: missed.to_string(),
        title: i18n::word(language, clock, &Message::new("training-make-up-title").with("title", plan.title.as_str())),
        purpose: plan.purpose,
        speaker: plan.speaker,
        study_hours: templates::hours_text(plan.study_minutes),
        document_title: plan.documents.iter().map(|document| document.title.clone()).collect(),
        document_source: plan.documents.iter().map(|document| document.source.clone()).collect(),
        document_date: plan
            .documents
            .iter()
            .map(|document| document.issued_on.map(|day| day.to_string()).unwrap_or_default())
            .collect(),
        document_text: plan.documents.iter().map(|document| document.text.clone()).collect(),
        reading: readings_at(&plan.readings, Timing::Before),
        reading_after: readings_at(&plan.readings, Timing::After),
        topic_reading: topic_readings_at(&plan.readings, Timing::Before),
        topic_reading_after: topic_readings_at(&plan.readings, Timing::After),
        topic: plan.topics,
        category: Vec::new(),
        unit: Vec::new(),
        added: lines.join("\n"),
        ..usual
    })
}
