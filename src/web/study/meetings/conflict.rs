//! Two people in one record: what is stored differs from what was typed, said at each field.

use super::fields::{Lists, MeetingFields};
use crate::assignments::exchange::{Found, Presence, queries};
use crate::error::{Argument, Problem, Result};
use crate::i18n::Language;
use crate::readings;
use crate::store::Conn;
use crate::store::ids::MeetingId;
use crate::training;
use crate::web::form::{differences, text_field};
use std::collections::BTreeSet;

/// The stored record's version, and a problem at each field where it differs from what the second of two has typed.
pub(super) fn differences_from(
    conn: &mut Conn,
    found: &Found,
    typed: &MeetingFields,
    lists: &Lists,
    language: Language,
) -> Result<(String, Vec<Problem>)> {
    let stored = MeetingFields::of(&found.meeting, lists);
    let present = presence(conn, found.meeting.id)?;
    let typed_present =
        typed.presence.iter().filter(|entry| !entry.ends_with(":out")).cloned().collect::<BTreeSet<_>>();
    let session = match found.meeting.session_id {
        Some(id) => training::queries::find_session(conn, id)?.title,
        None => String::new(),
    };
    let titles = readings::titles(conn, language)?;
    let read: Vec<&str> = lists.readings.iter().filter_map(|id| titles.get(id)).map(String::as_str).collect();
    let set = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    let gists = lists.gists.iter().map(|(_, name, text)| format!("{}：{text}", name.clone().unwrap_or_default()));
    let agreed = stored.agreed().map(|(what, who, due_on)| format!("{what} {who} {due_on}"));
    let problems = differences([
        text_field("held_on", &typed.held_on, &stored.held_on),
        text_field("place", &typed.place, &stored.place),
        text_field("chair", &typed.chair, &stored.chair),
        text_field("recorder", &typed.recorder, &stored.recorder),
        text_field("theme", &typed.theme, &stored.theme),
        ("session", typed.session != stored.session, said(session)),
        ("reading", set(&typed.reading) != set(&stored.reading), said(read.join("；"))),
        text_field("other_readings", &typed.other_readings.replace("\r\n", "\n"), &stored.other_readings),
        text_field("questions", &typed.questions.replace("\r\n", "\n"), &stored.questions),
        ("presence", typed_present != present.words, Argument::from(present.text)),
        ("gist", rows(typed.gists()) != rows(stored.gists()), said(gists.collect::<Vec<_>>().join("；"))),
        ("agreed", agreed_rows(typed) != agreed_rows(&stored), said(agreed.collect::<Vec<_>>().join("；"))),
    ]);
    Ok((stored.version, problems))
}

fn said(now: String) -> Argument {
    Argument::from(if now.is_empty() { "—".to_owned() } else { now })
}

/// The rows in which something was typed, as a browser and the database both have them.
fn rows<'a>(gists: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    let gists = gists.map(|(person, text)| (person.to_owned(), text.replace("\r\n", "\n").trim().to_owned()));
    gists.filter(|(person, text)| !person.is_empty() || !text.is_empty()).collect()
}

fn agreed_rows(fields: &MeetingFields) -> Vec<[String; 3]> {
    let rows = fields.agreed().map(|(what, who, due_on)| [what, who, due_on].map(|text| text.trim().to_owned()));
    rows.filter(|row| row.iter().any(|text| !text.is_empty())).collect()
}

/// Who is stored as what: in the words of the form, and as a sentence of those who were not there.
struct Stored {
    words: BTreeSet<String>,
    text: String,
}

fn presence(conn: &mut Conn, id: MeetingId) -> Result<Stored> {
    let people = queries::list_people(conn, id)?;
    let not_there: Vec<&str> =
        people.iter().filter(|of| of.presence != Presence::Present).map(|of| of.name.as_str()).collect();
    let n_present = people.len() - not_there.len();
    let text = if not_there.is_empty() {
        format!("{n_present}/{}", people.len())
    } else {
        format!("{n_present}/{}（{}）", people.len(), not_there.join("、"))
    };
    Ok(Stored { words: people.iter().map(|of| format!("{}:{}", of.person_id, of.presence.as_str())).collect(), text })
}
