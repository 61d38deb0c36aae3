//! The record of a learning exchange meeting as a paper.

use super::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::clock::Moment;
use crate::error::Message;
use crate::reports::exchange_record::ExchangeRecord;

/// Says the record as a paper: a draft until it is handed in.
pub fn exchange(of: &ExchangeRecord, made_at: Moment, words: &Words) -> Paper {
    let title = words.say("meeting-title");
    let unit = words.word(&Message::new("meeting-unit-line").with("unit", of.unit_name.as_str()));
    let made = words.made_at(made_at);
    let mut blocks: Vec<Block> = facts(of, words).into_iter().map(Block::paragraph).collect();
    blocks.push(Block::heading(words.say("meeting-part-people")));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let counts = Message::new("meeting-counts")
        .with("people", count(of.n_people))
        .with("present", count(of.present.len()))
        .with("leave", count(of.leave.len()))
        .with("absent", count(of.absent.len()));
    blocks.push(Block::paragraph(words.word(&counts)));
    for (key, names) in [
        ("meeting-presence-present", &of.present),
        ("meeting-presence-leave", &of.leave),
        ("meeting-presence-absent", &of.absent),
    ] {
        // The counts say already that nobody was on leave or absent.
        if !names.is_empty() {
            blocks.push(Block::Names { text: words.fact(key, &words.list(names.iter().map(String::as_str))) });
        }
    }
    // A part without anything says so in its heading, so that a short record stays on one page.
    let head = |key: &'static str, is_empty: bool| {
        Block::heading(if is_empty { words.fact(key, &words.say("meeting-none")) } else { words.say(key) })
    };
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    blocks.push(head("meeting-part-gists", of.gists.is_empty()));
    let gists: Vec<Vec<String>> =
        of.gists.iter().map(|gist| vec![gist.number.to_string(), gist.name.clone(), gist.lines.join("\n")]).collect();
    let columns = vec![
        column("report-column-number", Some(12.0), Align::Right),
        column("meeting-speaker", Some(26.0), Align::Centre),
        column("meeting-gist", None, Align::Left),
    ];
    if !gists.is_empty() {
        blocks.push(Block::Table(Table::new(columns, gists)));
    }
    blocks.push(head("meeting-part-questions", of.questions.is_empty()));
    blocks.extend((1..).zip(&of.questions).map(|(number, text)| Block::paragraph(format!("{number}. {text}"))));
    blocks.push(head("meeting-part-agreed", of.agreed.is_empty()));
    let due = |on: Option<chrono::NaiveDate>| on.map_or_else(|| "—".to_owned(), |on| words.date(on));
    let agreed: Vec<Vec<String>> = of
        .agreed
        .iter()
        .map(|one| vec![one.number.to_string(), one.what.clone(), one.who.clone(), due(one.due_on)])
        .collect();
    let columns = vec![
        column("report-column-number", Some(12.0), Align::Right),
        column("meeting-agreed-what", None, Align::Left),
        column("meeting-agreed-who", Some(32.0), Align::Left),
        column("meeting-agreed-due", Some(36.0), Align::Centre),
    ];
    if !agreed.is_empty() {
        blocks.push(Block::Table(Table::new(columns, agreed)));
    }
    let signature = Signature {
        lines: vec![words.say("meeting-sign-chair"), words.say("meeting-sign-recorder")],
        seal: Some(words.say("report-seal")),
        unit: of.unit_name.clone(),
        date: words.day(of.signed_at.unwrap_or(made_at)),
        code: None,
    };
    Paper {
        language: words.language,
        layout: Layout::Official,
        name: format!("{}{title}", of.unit_name),
        mark: of.is_draft.then(|| words.say("report-draft")),
        sheets: vec![Sheet {
            title,
            ending: String::new(),
            lines: vec![unit, made],
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at,
    }
}

/// A line of the paper each: what is short stands side by side.
fn facts(of: &ExchangeRecord, words: &Words) -> Vec<String> {
    let entered = match of.entered_on {
        None => words.say("meeting-not-entered"),
        Some(on) if of.is_late => format!("{}{}", words.date(on), words.say("meeting-late-bracket")),
        Some(on) => words.date(on),
    };
    let mut readings: Vec<&str> = of.readings.iter().map(String::as_str).collect();
    if !of.other_readings.is_empty() {
        readings.push(&of.other_readings);
    }
    let held = of.held_on.map(|on| words.date(on)).unwrap_or_default();
    let beside = |facts: &[String]| facts.join("　");
    let mut facts = vec![
        words.fact("meeting-theme", &of.theme),
        beside(&[words.fact("meeting-held-on", &held), words.fact("meeting-entered-on", &entered)]),
        beside(&[
            words.fact("meeting-place", &of.place),
            words.fact("meeting-chair", &of.chair),
            words.fact("meeting-recorder", &of.recorder),
        ]),
    ];
    facts.extend(of.session_title.as_deref().map(|title| words.fact("meeting-session", title)));
    facts.push(words.fact("meeting-readings", &words.list(readings)));
    facts
}
