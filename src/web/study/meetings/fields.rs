//! What the form of a record sends, from and to the record.

use crate::assignments::exchange::{Agreed, Gist, Listed, Meeting, Presence, Record};
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, ReadingId};
use crate::web::study::ids;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Rows for speakers and for what was agreed that a form has at least; one more is always empty.
const ROWS: usize = 2;

/// The fields as typed. Lists are lists of one name.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct MeetingFields {
    /// `draft`, `submit`, or what is to be shown more of: `people`, `gist`, `agreed`.
    pub step: String,
    pub version: String,
    /// The unit's task that a new record answers.
    pub task: String,
    pub session: String,
    pub held_on: String,
    pub place: String,
    pub chair: String,
    pub recorder: String,
    pub theme: String,
    pub reading: Vec<String>,
    pub other_readings: String,
    pub questions: String,
    /// `all` with the people of the sub-units.
    pub whom: String,
    /// `17:present`, `17:leave`, `17:absent` or `17:out`.
    pub presence: Vec<String>,
    pub gist_person: Vec<String>,
    pub gist_text: Vec<String>,
    pub agreed_what: Vec<String>,
    pub agreed_who: Vec<String>,
    pub agreed_due_on: Vec<String>,
}

/// The lists of a stored record.
pub(super) struct Lists {
    pub readings: Vec<ReadingId>,
    pub gists: Vec<(Option<PersonId>, Option<String>, String)>,
    pub agreed: Vec<(String, String, Option<NaiveDate>)>,
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}

fn word<T: ToString>(id: Option<T>) -> String {
    id.map_or(String::new(), |id| id.to_string())
}

impl MeetingFields {
    /// The fields that show a stored record; the people come from its list.
    pub(super) fn of(meeting: &Meeting, lists: &Lists) -> Self {
        Self {
            step: String::new(),
            version: meeting.version.to_string(),
            task: word(meeting.unit_task_id),
            session: word(meeting.session_id),
            held_on: day(meeting.held_on),
            place: meeting.place.clone(),
            chair: meeting.chair.clone(),
            recorder: meeting.recorder.clone(),
            theme: meeting.theme.clone(),
            reading: lists.readings.iter().map(ToString::to_string).collect(),
            other_readings: meeting.other_readings.clone(),
            questions: meeting.questions.clone(),
            whom: if meeting.with_below { "all" } else { "own" }.to_owned(),
            presence: Vec::new(),
            gist_person: lists.gists.iter().map(|(person, ..)| word(*person)).collect(),
            gist_text: lists.gists.iter().map(|(.., text)| text.clone()).collect(),
            agreed_what: lists.agreed.iter().map(|(what, ..)| what.clone()).collect(),
            agreed_who: lists.agreed.iter().map(|(_, who, _)| who.clone()).collect(),
            agreed_due_on: lists.agreed.iter().map(|(.., due_on)| day(*due_on)).collect(),
        }
    }

    pub(super) fn with_below(&self) -> bool {
        self.whom == "all"
    }

    /// What is said of somebody: as typed, as stored, or present when nobody has said anything yet.
    pub(super) fn word_of(&self, person: &Listed, is_stored: bool) -> &'static str {
        let typed = self.presence.iter().find_map(|entry| {
            let (id, word) = entry.split_once(':')?;
            (id == person.person.to_string()).then_some(word)
        });
        let stored = match (person.saved, is_stored && self.presence.is_empty()) {
            (Some(presence), _) => presence.as_str(),
            (None, true) => "out",
            (None, false) => Presence::Present.as_str(),
        };
        ["present", "leave", "absent", "out"]
            .into_iter()
            .find(|word| *word == typed.unwrap_or(stored))
            .unwrap_or("present")
    }

    /// # Errors
    /// `NotFound` when it holds what no form of ours sends.
    pub(super) fn record(&self) -> Result<Record> {
        let mut people = Vec::new();
        for entry in &self.presence {
            let (id, word) = entry.split_once(':').ok_or(Error::NotFound("page"))?;
            let id: PersonId = id.parse().map_err(|_| Error::NotFound("person"))?;
            if word != "out" {
                people.push((id, word.parse().map_err(|_| Error::NotFound("page"))?));
            }
        }
        Ok(Record {
            session: optional(&self.session)?,
            held_on: self.held_on.clone(),
            place: self.place.clone(),
            chair: self.chair.clone(),
            recorder: self.recorder.clone(),
            theme: self.theme.clone(),
            readings: ids(&self.reading)?,
            other_readings: lines(&self.other_readings),
            questions: lines(&self.questions),
            with_below: self.with_below(),
            people,
            gists: self
                .gists()
                .map(|(person, text)| Ok(Gist { person: optional(person)?, text: lines(text) }))
                .collect::<Result<_>>()?,
            agreed: self
                .agreed()
                .map(|(what, who, due_on)| Agreed {
                    what: what.to_owned(),
                    who: who.to_owned(),
                    due_on: due_on.to_owned(),
                })
                .collect(),
        })
    }

    /// Person and text of each row.
    pub(super) fn gists(&self) -> impl Iterator<Item = (&str, &str)> {
        let n = self.gist_person.len().max(self.gist_text.len());
        (0..n).map(|row| (at(&self.gist_person, row), at(&self.gist_text, row)))
    }

    /// What, who and by when of each row.
    pub(super) fn agreed(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let n = self.agreed_what.len().max(self.agreed_who.len()).max(self.agreed_due_on.len());
        (0..n).map(|row| (at(&self.agreed_what, row), at(&self.agreed_who, row), at(&self.agreed_due_on, row)))
    }

    /// How many rows are shown: those typed and an empty one, another when it was asked for.
    pub(super) fn n_rows(&self, step: &str, n_typed: usize, n_empty_at_the_end: usize) -> usize {
        let more = usize::from(self.step == step);
        (n_typed + usize::from(n_empty_at_the_end == 0)).max(ROWS) + more
    }
}

fn at(list: &[String], row: usize) -> &str {
    list.get(row).map_or("", String::as_str)
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::NotFound("page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(saved: Option<Presence>) -> Listed {
        Listed { person: PersonId(17), name: String::new(), post: String::new(), unit_name: String::new(), saved }
    }

    #[test]
    fn somebody_is_present_unless_it_was_typed_or_stored_otherwise() {
        let empty = MeetingFields::default();
        let typed = MeetingFields { presence: vec!["17:leave".to_owned(), "18:out".to_owned()], ..empty.clone() };

        assert_eq!(empty.word_of(&listed(None), false), "present");
        assert_eq!(empty.word_of(&listed(None), true), "out", "the stored record leaves them out");
        assert_eq!(empty.word_of(&listed(Some(Presence::Absent)), true), "absent");
        assert_eq!(typed.word_of(&listed(Some(Presence::Absent)), true), "leave");
    }

    #[test]
    fn whoever_is_left_out_is_not_counted() {
        let fields = MeetingFields {
            presence: vec!["1:present".to_owned(), "2:out".to_owned(), "3:leave".to_owned()],
            ..MeetingFields::default()
        };

        let people = fields.record().expect("a record").people;

        assert_eq!(people, [(PersonId(1), Presence::Present), (PersonId(3), Presence::Leave)]);
    }

    #[test]
    fn there_is_always_an_empty_row_and_another_when_it_is_asked_for() {
        let fields = |step: &str| MeetingFields { step: step.to_owned(), ..MeetingFields::default() };

        assert_eq!(fields("").n_rows("gist", 0, 0), 2);
        assert_eq!(fields("").n_rows("gist", 3, 0), 4);
        assert_eq!(fields("").n_rows("gist", 3, 1), 3);
        assert_eq!(fields("gist").n_rows("gist", 3, 1), 4);
    }
}
