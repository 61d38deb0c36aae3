//! Two who edited one draft: what the first has stored, for the second to compare with what they typed.

use super::form::SessionForm;
use crate::error::{Argument, Problem};
use crate::organization::Unit;
use crate::store::ids::ReadingId;
use crate::training::Way;
use crate::web::form::{differences, text_field};
use std::collections::{BTreeMap, BTreeSet};

/// What is stored now at each field that differs from what was typed.
pub(super) fn differences_from(
    typed: &SessionForm,
    stored: &SessionForm,
    titles: &BTreeMap<ReadingId, String>,
    units: &[Unit],
) -> Vec<Problem> {
    let reading = |id: &str| titles.iter().find(|(known, _)| known.to_string() == id).map(|(_, title)| title.clone());
    let unit = |id: &str| units.iter().find(|unit| unit.id.to_string() == id).map(|unit| unit.name.clone());
    let names = |ids: &[String], name: &dyn Fn(&str) -> Option<String>| {
        ids.iter().filter_map(|id| name(id)).collect::<Vec<_>>().join("、")
    };
    let categories = |form: &SessionForm| form.category.iter().cloned().collect::<BTreeSet<_>>();
    let category_texts = stored.category.iter().map(|word| format!("category-{}", word.replace('_', "-"))).collect();
    differences([
        text_field("title", &typed.title, &stored.title),
        text_field("purpose", &typed.purpose, &stored.purpose),
        text_field("speaker", &typed.speaker, &stored.speaker),
        text_field("organiser", &typed.organiser, &stored.organiser),
        text_field("day", &typed.day, &stored.day),
        text_field("starts", &typed.starts, &stored.starts),
        text_field("ends", &typed.ends, &stored.ends),
        text_field("study_hours", &typed.study_hours, &stored.study_hours),
        text_field("opens_before_minutes", &typed.opens_before_minutes, &stored.opens_before_minutes),
        text_field("reply_day", &typed.reply_day, &stored.reply_day),
        text_field("reply_time", &typed.reply_time, &stored.reply_time),
        text_field("venue_name", &rows(&[&typed.venue_name]), &rows(&[&stored.venue_name])),
        ("venue_way", ways(typed) != ways(stored), Argument::Texts(ways(stored))),
        text_field("topic", &topics(typed, &reading), &topics(stored, &reading)),
        text_field("reading", &names(&typed.reading, &reading), &names(&stored.reading, &reading)),
        text_field("reading_after", &names(&typed.reading_after, &reading), &names(&stored.reading_after, &reading)),
        text_field("document_title", &documents(typed), &documents(stored)),
        ("category", categories(typed) != categories(stored), Argument::Texts(category_texts)),
        text_field("unit", &names(&typed.unit, &unit), &names(&stored.unit, &unit)),
        text_field("added", &typed.added, &stored.added),
        text_field("left_out", &typed.left_out, &stored.left_out),
        text_field("requirements", &typed.requirements, &stored.requirements),
        text_field("remark", &typed.remark, &stored.remark),
    ])
}

/// Each venue by its name, then the names of the messages of its ways.
fn ways(form: &SessionForm) -> Vec<String> {
    let mut texts = Vec::new();
    for (n, name) in form.venue_name.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
        let chosen = Way::ALL.iter().filter(|way| super::form::is_chosen(form, n, **way));
        texts.push(name.trim().to_owned());
        texts.extend(chosen.map(|way| format!("venue-way-{}", way.as_str())));
    }
    texts
}

/// Each topic, then what is read for it.
fn topics(form: &SessionForm, name: &dyn Fn(&str) -> Option<String>) -> String {
    let of_row = |n: usize| {
        let prefix = format!("{}-", n + 1);
        let ticked = form.topic_reading.iter().chain(&form.topic_reading_after);
        let names: Vec<String> = ticked.filter_map(|value| value.strip_prefix(&prefix)).filter_map(name).collect();
        names.join("、")
    };
    let readings: Vec<String> = (0..form.topic.len()).map(of_row).collect();
    rows(&[&form.topic, &readings])
}

fn documents(form: &SessionForm) -> String {
    rows(&[&form.document_title, &form.document_source, &form.document_date, &form.document_text])
}

/// The rows of a list in which something was typed, as one text.
fn rows(columns: &[&[String]]) -> String {
    let n = columns.iter().map(|column| column.len()).max().unwrap_or(0);
    let row = |n: usize| {
        let cells = columns.iter().filter_map(|column| column.get(n)).map(|cell| cell.trim());
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    };
    (0..n).map(row).filter(|row| !row.is_empty()).collect::<Vec<_>>().join("；")
}
