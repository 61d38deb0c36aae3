//! The operation log of a session as a table: in words for people first, then as it is kept.

use super::contents::{head, names};
use crate::audit;
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::known_word;
use crate::reports::basis::Basis;
use crate::reports::paper::Words;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use serde_json::Value;
use std::collections::BTreeMap;

type Names = BTreeMap<PersonId, String>;

/// The head and an entry a row, the oldest first.
pub(super) fn rows(conn: &mut Conn, id: SessionId, basis: &Basis, words: &Words) -> Result<Vec<Vec<String>>> {
    let columns = [
        "archive-column-entry",
        "archive-column-at",
        "archive-column-by",
        "archive-column-action",
        "archive-column-people",
        "archive-column-details",
        "archive-column-action-code",
        "archive-column-details-code",
    ];
    let entries = audit::list_of(conn, "session", id.0)?;
    let values: Vec<Value> = entries
        .iter()
        .map(|entry| entry.details.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
        .collect();
    let named = values.iter().flat_map(people_of).map(|(person, _)| person).collect();
    let mut known = names(conn, named)?;
    // As they were called on the day.
    known.extend(basis.roll.iter().map(|(row, _)| (row.person_id, row.name.clone())));
    let mut rows = vec![head(&columns, words)];
    for (entry, values) in entries.into_iter().zip(&values) {
        let people: Vec<&str> =
            people_of(values).into_iter().filter_map(|(person, _)| known.get(&person).map(String::as_str)).collect();
        rows.push(vec![
            entry.id.to_string(),
            words.stamp(entry.at),
            entry.name.unwrap_or_default(),
            action(&entry.action, words),
            words.list(people),
            said(values, &known, words),
            entry.action,
            entry.details.unwrap_or_default(),
        ]);
    }
    Ok(rows)
}

/// The word for what was done, or for the part of the program that did it.
fn action(name: &str, words: &Words) -> String {
    let area = name.split('.').next().unwrap_or_default();
    known_word(words.language, "audit-did-", name)
        .or_else(|| known_word(words.language, "audit-area-", area))
        .unwrap_or_else(|| name.to_owned())
}

/// Whom an entry is about, each with what it says of them.
fn people_of(values: &Value) -> Vec<(PersonId, &Value)> {
    let several = values.get("people").and_then(Value::as_array).into_iter().flatten();
    std::iter::once(values).chain(several).filter_map(person_of).collect()
}

fn person_of(values: &Value) -> Option<(PersonId, &Value)> {
    Some((PersonId(values.get("person")?.as_i64()?), values))
}

/// What was recorded before and after of each of them, and why.
fn said(values: &Value, names: &Names, words: &Words) -> String {
    let mut said = Vec::new();
    for (person, values) in people_of(values) {
        let (before, after) = (values.get("before"), values.get("after"));
        if before.is_none() && after.is_none() {
            continue;
        }
        let name = names.get(&person).map(String::as_str).unwrap_or_default();
        said.push(format!("{name} {} → {}", state(before, words), state(after, words)));
    }
    if let Some(reason) = values.get("reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
        said.push(words.fact("archive-column-reason", reason));
    }
    said.join("; ")
}

/// A record in a word, with the time of arrival.
fn state(recorded: Option<&Value>, words: &Words) -> String {
    let recorded = recorded.filter(|recorded| recorded.is_object());
    let word = recorded.and_then(|of| known_word(words.language, "attendance-state-", of.get("state")?.as_str()?));
    let arrived = recorded.and_then(|of| chrono::DateTime::from_timestamp_micros(of.get("arrived_at")?.as_i64()?));
    let word = word.unwrap_or_else(|| words.say("attendance-nothing-recorded"));
    match arrived {
        Some(at) => format!("{word} {}", words.time(Moment::from_utc(at.naive_utc()))),
        None => word,
    }
}
