//! How the form is laid out: its rows, its ticks, and how many people they reach.

use super::super::lines;
use super::read::{at, chosen, is_chosen, people, way_value};
use super::{Background, SessionForm};
use crate::links;
use crate::organization::Category;
use crate::readings;
use crate::store::ids::SessionId;
use crate::training::audience::{Audience, Candidate};
use crate::training::{VenueKind, Way, Ways};
use crate::web::form::suffix;
use crate::web::unit_tree::{UnitNode, unit_tree};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
pub(super) struct FormPage {
    action: String,
    is_new: bool,
    mode: &'static str,
    pub(super) form: SessionForm,
    documents: Vec<DocumentRow>,
    n_documents: usize,
    topics: Vec<TopicRow>,
    venues: Vec<VenueRow>,
    more_venues: Vec<VenueRow>,
    n_more_venues: usize,
    readings: Vec<ReadingTick>,
    n_before: usize,
    n_after: usize,
    categories: Vec<Tick>,
    units: Vec<UnitNode>,
    n_units: i64,
    n_people: i64,
    /// People named by themselves, to come or to be left out.
    n_added: usize,
    n_left_out: usize,
}

/// A reading to be ticked, before the session or after it.
#[derive(Serialize)]
struct ReadingTick {
    value: String,
    heading: readings::Said,
    awaits_approval: bool,
    is_flagged: bool,
    before: bool,
    after: bool,
}

#[derive(Serialize)]
struct DocumentRow {
    n: usize,
    suffix: String,
    // Not `title`: in a template that is the page's.
    heading: String,
    source: String,
    issued: String,
    text: String,
}

impl DocumentRow {
    fn is_filled(&self) -> bool {
        [&self.heading, &self.source, &self.issued, &self.text].iter().any(|text| !text.is_empty())
    }
}

#[derive(Serialize)]
struct TopicRow {
    n: usize,
    suffix: String,
    heading: String,
    readings: Vec<ReadingTick>,
    n_readings: usize,
}

#[derive(Serialize)]
struct VenueRow {
    n: usize,
    suffix: String,
    id: String,
    name: String,
    kinds: Vec<Kind>,
    ways: Vec<WayTick>,
}

#[derive(Serialize)]
struct WayTick {
    way: Way,
    value: String,
    checked: bool,
}

#[derive(Serialize)]
struct Kind {
    word: &'static str,
    selected: bool,
}

#[derive(Serialize)]
struct Tick {
    value: String,
    label: String,
    n: i64,
    checked: bool,
}

pub(super) fn form_page(form: SessionForm, background: &Background, id: Option<SessionId>) -> FormPage {
    let mut ignored = Vec::new();
    let audience = Audience {
        categories: form.category.iter().filter_map(|word| word.parse().ok()).collect(),
        units: chosen(&form.unit, background.units.iter().map(|unit| unit.id)),
        added: people(&form.added, "added", &background.called, &mut ignored),
        left_out: people(&form.left_out, "left_out", &background.called, &mut ignored),
    };
    let named: Vec<_> = background
        .called
        .iter()
        .map(|person| Candidate { person: person.id, unit: person.unit_id, category: person.category })
        .collect();
    let counts = audience.count(&background.units, &background.headcounts, &named);
    let n_units = counts.iter().map(|count| count.unit).collect::<BTreeSet<_>>().len() as i64;
    let row_count = |list: &[String], least: usize, name: &str| {
        let filled = list.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1);
        if form.again == name { least.max(list.len() + 1) } else { least.max(list.len()).max(filled + 1) }
    };
    let documents: Vec<DocumentRow> =
        (0..row_count(&form.document_title, 1, "documents")).map(|n| document_row(&form, n)).collect();
    let readings = ticks(background, 0, &form.reading, &form.reading_after);
    FormPage {
        action: id.map_or_else(|| links::NEW_SESSION.to_owned(), |id| links::session_part(id, "edit")),
        is_new: id.is_none(),
        mode: if id.is_none() { "new" } else { "edit" },
        n_documents: documents.iter().filter(|row| row.is_filled()).count(),
        documents,
        topics: (0..row_count(&form.topic, 3, "topics"))
            .map(|n| {
                let readings = ticks(background, n + 1, &form.topic_reading, &form.topic_reading_after);
                let n_readings = readings.iter().filter(|one| one.before || one.after).count();
                TopicRow { n: n + 1, suffix: suffix(n), heading: at(&form.topic, n), readings, n_readings }
            })
            .collect(),
        venues: vec![venue_row(&form, 0)],
        more_venues: (1..row_count(&form.venue_name, 2, "venues")).map(|n| venue_row(&form, n)).collect(),
        n_more_venues: form.venue_name.iter().skip(1).filter(|name| !name.trim().is_empty()).count(),
        n_before: readings.iter().filter(|one| one.before).count(),
        n_after: readings.iter().filter(|one| one.after).count(),
        readings,
        categories: Category::ALL
            .iter()
            .map(|category| Tick {
                value: category.as_str().to_owned(),
                label: category.as_str().to_owned(),
                n: background.headcounts.iter().filter(|count| count.category == *category).map(|count| count.n).sum(),
                checked: form.category.iter().any(|word| word == category.as_str()),
            })
            .collect(),
        units: units_to_tick(background, &audience),
        n_units,
        n_people: counts.iter().map(|count| count.n).sum(),
        n_added: lines(&form.added).len(),
        n_left_out: lines(&form.left_out).len(),
        form,
    }
}

fn document_row(form: &SessionForm, n: usize) -> DocumentRow {
    DocumentRow {
        n: n + 1,
        suffix: suffix(n),
        heading: at(&form.document_title, n),
        source: at(&form.document_source, n),
        issued: at(&form.document_date, n),
        text: at(&form.document_text, n),
    }
}

fn venue_row(form: &SessionForm, n: usize) -> VenueRow {
    VenueRow {
        n: n + 1,
        suffix: suffix(n),
        id: at(&form.venue_id, n),
        name: at(&form.venue_name, n),
        kinds: kinds(&at(&form.venue_kind, n), n),
        ways: ways(form, n),
    }
}

/// The library to be ticked, for the session as a whole or for the topic in a row, counted from 1.
fn ticks(background: &Background, row: usize, before: &[String], after: &[String]) -> Vec<ReadingTick> {
    let tick = |choice: &readings::Choice| {
        let value = if row == 0 { choice.id.to_string() } else { format!("{row}-{}", choice.id) };
        ReadingTick {
            heading: choice.title.clone(),
            awaits_approval: choice.awaits_approval,
            is_flagged: choice.is_flagged,
            before: before.contains(&value),
            after: after.contains(&value),
            value,
        }
    };
    background.readings.iter().map(tick).collect()
}

/// The ways of a row: as they were ticked, or what is usual in a row that was not there yet.
fn ways(form: &SessionForm, n: usize) -> Vec<WayTick> {
    let is_new = form.venue_name.len() <= n;
    let tick = |way: &Way| WayTick {
        way: *way,
        value: way_value(n, *way),
        checked: if is_new { Ways::usual().has(*way) } else { is_chosen(form, n, *way) },
    };
    Way::ALL.iter().map(tick).collect()
}

fn kinds(chosen: &str, n: usize) -> Vec<Kind> {
    let usual = if n == 0 { VenueKind::Main } else { VenueKind::Branch };
    let chosen = chosen.parse().unwrap_or(usual);
    VenueKind::ALL.iter().map(|kind| Kind { word: kind.as_str(), selected: *kind == chosen }).collect()
}

fn units_to_tick(background: &Background, audience: &Audience) -> Vec<UnitNode> {
    let n_own =
        |unit| background.headcounts.iter().filter(|count| count.unit == unit).map(|count| count.n).sum::<i64>();
    unit_tree(&background.units, None, &n_own, &|unit| audience.units.contains(&unit))
}
