//! Study: one's own tasks and record, a unit's board, assigning and following up.

pub mod assign;
pub mod assignment;
pub mod board;
pub mod board_file;
pub mod calls;
pub mod evidence;
mod fields;
pub mod follow_up;
pub mod implementation;
pub mod meetings;
pub mod record;
pub mod reflections;
pub mod tasks;
mod unit_form;
pub mod volumes;

use crate::assignments::giving::{Burden, Planned, Terms};
use crate::assignments::model::AssignmentKind;
use crate::readings::Choice;
use crate::store::ids::{PersonId, ReadingId};
use chrono::NaiveDate;
use serde::Serialize;

/// A reading to be ticked.
#[derive(Serialize)]
pub(super) struct ReadingChoice {
    id: ReadingId,
    reading_title: String,
    /// What its title is written in, when that is not the page's language.
    title_lang: Option<&'static str>,
    awaits_approval: bool,
    is_flagged: bool,
    /// It was read for the session that this is about.
    is_of_session: bool,
    ticked: bool,
}

/// The readings in the library's order, those that are ticked before all others, and then the session's own.
pub(super) fn reading_choices(
    found: Vec<Choice>,
    ticked: &[ReadingId],
    of_session: &[ReadingId],
) -> Vec<ReadingChoice> {
    let choice = |found: Choice| ReadingChoice {
        ticked: ticked.contains(&found.id),
        is_of_session: of_session.contains(&found.id),
        id: found.id,
        reading_title: found.title.text,
        title_lang: found.title.lang,
        awaits_approval: found.awaits_approval,
        is_flagged: found.is_flagged,
    };
    let mut choices: Vec<ReadingChoice> = found.into_iter().map(choice).collect();
    choices.sort_by_key(|choice| (!choice.ticked, !choice.is_of_session));
    choices
}

/// How many of them are ticked.
fn n_ticked(choices: &[ReadingChoice]) -> usize {
    choices.iter().filter(|choice| choice.ticked).count()
}

/// What is proposed to be read after a session: of its readings those that are approved, all of them while none is.
fn proposed(preset: Vec<ReadingId>, library: &[Choice]) -> Vec<ReadingId> {
    let is_approved = |id: &ReadingId| library.iter().any(|choice| choice.id == *id && !choice.awaits_approval);
    let approved: Vec<ReadingId> = preset.iter().copied().filter(is_approved).collect();
    if approved.is_empty() { preset } else { approved }
}

/// A kind of work to be chosen.
#[derive(Serialize)]
pub(super) struct KindChoice {
    kind: AssignmentKind,
    chosen: bool,
}

/// What may be given; to read is ticked unless something else is.
fn kind_choices(kinds: &[AssignmentKind], chosen: &[String]) -> Vec<KindChoice> {
    let is_chosen = |kind: AssignmentKind| {
        chosen.iter().any(|word| word == kind.as_str()) || (chosen.is_empty() && kind == AssignmentKind::Reading)
    };
    kinds.iter().map(|kind| KindChoice { kind: *kind, chosen: is_chosen(*kind) }).collect()
}

/// What was sent, each read; anything else is nothing that a form of ours sends.
fn ids<T: std::str::FromStr>(words: &[String]) -> crate::error::Result<Vec<T>> {
    words.iter().map(|word| word.parse().map_err(|_| crate::error::Error::NotFound("page"))).collect()
}

fn terms(kinds: &[String], readings: &[String], due_on: &str, note: &str) -> crate::error::Result<Terms> {
    Ok(Terms {
        kinds: ids(kinds)?,
        readings: ids(readings)?,
        due_on: due_on.trim().parse().ok(),
        note: note.to_owned(),
    })
}

/// What the page before sending shows.
#[derive(Serialize)]
pub(super) struct CheckPage {
    /// Where the form goes, and where one goes back to.
    action: String,
    unit_name: String,
    session_title: Option<String>,
    unit: String,
    kinds: Vec<AssignmentKind>,
    /// It is given for a session that was missed, and makes up for nothing.
    is_self_study: bool,
    people: Vec<CheckedPerson>,
    /// `some` or `everybody`.
    who: &'static str,
    readings: Vec<CheckedReading>,
    due_on: NaiveDate,
    note: String,
    n_people: i64,
    n_tasks: i64,
    n_known: i64,
    busy: Vec<Busy>,
}

#[derive(Serialize)]
struct CheckedPerson {
    id: PersonId,
    name: String,
    post: String,
}

#[derive(Serialize)]
struct CheckedReading {
    id: ReadingId,
    reading_title: String,
    awaits_approval: bool,
}

fn checked_readings(ids: &[ReadingId], library: &[Choice]) -> Vec<CheckedReading> {
    let reading = |id: &ReadingId| {
        let found = library.iter().find(|choice| choice.id == *id);
        CheckedReading {
            id: *id,
            reading_title: found.map_or(String::new(), |choice| choice.title.text.clone()),
            awaits_approval: found.is_some_and(|choice| choice.awaits_approval),
        }
    };
    ids.iter().map(reading).collect()
}

#[derive(Serialize)]
struct Busy {
    name: String,
    n_open: i64,
}

fn check_page(
    action: String,
    unit: String,
    who: &'static str,
    planned: Planned,
    burden: Burden,
    library: &[Choice],
) -> CheckPage {
    CheckPage {
        action,
        unit_name: planned.unit.name,
        is_self_study: planned.session.is_some() && !planned.kinds.contains(&AssignmentKind::Reflection),
        session_title: planned.session.map(|session| session.title),
        unit,
        kinds: planned.kinds,
        people: planned
            .people
            .into_iter()
            .map(|person| CheckedPerson { id: person.id, name: person.name, post: person.post })
            .collect(),
        who,
        readings: checked_readings(&planned.readings, library),
        due_on: planned.due_on,
        note: planned.note,
        n_people: burden.n_people,
        n_tasks: burden.n_tasks,
        n_known: burden.n_known,
        busy: burden.busy.into_iter().map(|(name, n_open)| Busy { name, n_open }).collect(),
    }
}
