//! Study: one's own tasks and record, a unit's board, assigning and following up.

pub mod assign;
pub mod assignment;
pub mod board;
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
use crate::i18n::Language;
use crate::readings::{self, Approval, Reading, ReadingRow};
use crate::store::ids::{PersonId, ReadingId};
use chrono::NaiveDate;
use serde::Serialize;

/// A reading to be ticked.
#[derive(Serialize)]
pub(super) struct ReadingChoice {
    id: ReadingId,
    reading_title: String,
    awaits_approval: bool,
    ticked: bool,
}

fn reading_choices(
    found: &[(ReadingRow, &'static Reading)],
    ticked: &[ReadingId],
    language: Language,
) -> Vec<ReadingChoice> {
    let choice = |(row, reading): &(ReadingRow, &'static Reading)| ReadingChoice {
        id: row.id,
        reading_title: reading.text(language).title.clone(),
        awaits_approval: !matches!(row.approval(&reading.digest), Approval::Given { .. }),
        ticked: ticked.contains(&row.id),
    };
    found.iter().map(choice).collect()
}

/// A kind of work to be chosen.
#[derive(Serialize)]
pub(super) struct KindChoice {
    kind: AssignmentKind,
    chosen: bool,
}

/// What may be given; nothing to choose from while that is readings alone.
fn kind_choices(kinds: &[AssignmentKind], chosen: &str) -> Vec<KindChoice> {
    let chosen = chosen.parse().unwrap_or(AssignmentKind::Reading);
    let choices = kinds.iter().map(|kind| KindChoice { kind: *kind, chosen: *kind == chosen });
    if kinds.len() > 1 { choices.collect() } else { Vec::new() }
}

/// The ids among what was sent; anything else is nothing that a form of ours sends.
fn ids<T: std::str::FromStr>(words: &[String]) -> crate::error::Result<Vec<T>> {
    words.iter().map(|word| word.parse().map_err(|_| crate::error::Error::NotFound("page"))).collect()
}

fn terms(kind: &str, readings: &[String], due_on: &str, note: &str) -> crate::error::Result<Terms> {
    Ok(Terms {
        kind: kind.parse().ok(),
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
    kind: AssignmentKind,
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
    titles: &std::collections::BTreeMap<ReadingId, String>,
) -> CheckPage {
    let reading =
        |id: &ReadingId| CheckedReading { id: *id, reading_title: titles.get(id).cloned().unwrap_or_default() };
    CheckPage {
        action,
        unit_name: planned.unit.name,
        session_title: planned.session.map(|session| session.title),
        unit,
        kind: planned.kind,
        people: planned
            .people
            .into_iter()
            .map(|person| CheckedPerson { id: person.id, name: person.name, post: person.post })
            .collect(),
        who,
        readings: planned.readings.iter().map(reading).collect(),
        due_on: planned.due_on,
        note: planned.note,
        n_people: burden.n_people,
        n_tasks: burden.n_tasks,
        n_known: burden.n_known,
        busy: burden.busy.into_iter().map(|(name, n_open)| Busy { name, n_open }).collect(),
    }
}

fn titles(
    conn: &mut crate::store::Conn,
    language: Language,
) -> crate::error::Result<std::collections::BTreeMap<ReadingId, String>> {
    readings::titles(conn, language)
}
