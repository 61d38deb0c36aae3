//! The notice (通知) of a session as a paper.

use super::{Block, Layout, Paper, Sheet, Signature, Words};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::readings;
use crate::reports::basis::Basis;
use crate::store::Conn;
use crate::templates::hours_text;
use crate::training;
use crate::training::plan::Timing;

/// Gathers what the notice says and says it as a paper, in a constant number of queries.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn notice(conn: &mut Conn, basis: &Basis, words: &Words, now: Moment) -> Result<Paper> {
    let session = &basis.session;
    let venues = training::queries::list_venues(conn, session.id)?;
    let topics = training::queries::list_topics(conn, session.id)?;
    let documents = training::queries::list_documents(conn, session.id)?;
    let planned = training::queries::list_planned_readings(conn, session.id)?;
    let titles = readings::titles(conn, words.language)?;
    let title = words.word(&Message::new("training-notice-title").with("title", session.title.as_str()));
    let mut blocks = Vec::new();
    let mut part = |heading: &'static str, lines: Vec<String>| {
        blocks.push(Block::heading(words.say(heading)));
        blocks.extend(lines.into_iter().map(Block::paragraph));
    };
    let check_in = format!("{} {}", words.say("training-notice-check-in"), words.time(session.opens_at()));
    part("training-notice-time", vec![words.span(session.starts_at, session.ends_at), check_in]);
    let venue = |venue: &training::Venue| {
        let kind = words.choice("venue-kind-", venue.kind.as_str());
        words.word(&Message::new("training-venue-line").with("kind", kind).with("name", venue.name.as_str()))
    };
    part("training-notice-place", venues.iter().map(venue).collect());
    part("training-notice-people", vec![words.count("training-notice-roster", "n", basis.roll.len())]);
    let mut content = topics;
    if !session.speaker.is_empty() {
        content.push(words.word(&Message::new("training-notice-speaker").with("name", session.speaker.as_str())));
    }
    content.push(format!("{} {}", words.say("training-notice-hours"), hours_text(session.study_minutes)));
    part("training-notice-content", content);
    if !documents.is_empty() {
        part("training-basis", documents.iter().map(|document| document_line(document, words)).collect());
    }
    let requirements: Vec<String> =
        session.requirements.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if !requirements.is_empty() {
        part("training-requirements", requirements);
    }
    for (timing, key) in [(Timing::Before, "training-readings-before"), (Timing::After, "training-readings-after")] {
        let mut named: Vec<String> = Vec::new();
        for title in planned.iter().filter(|one| one.timing == timing).filter_map(|one| titles.get(&one.reading)) {
            if !named.contains(title) {
                named.push(title.clone());
            }
        }
        if !named.is_empty() {
            part(key, named);
        }
    }
    let opening = format!("{}{}", session.purpose, words.say("training-notice-opening"));
    let mut all = vec![Block::Line { text: words.say("training-notice-to") }, Block::paragraph(opening)];
    all.append(&mut blocks);
    if !session.remark.is_empty() {
        all.push(Block::Note { text: session.remark.clone() });
    }
    let signature = Signature {
        lines: Vec::new(),
        seal: None,
        unit: session.organiser.clone(),
        date: words.day(session.published_at.unwrap_or(now)),
        code: None,
    };
    Ok(Paper {
        language: words.language,
        layout: Layout::Official,
        name: title.clone(),
        mark: None,
        sheets: vec![Sheet {
            title,
            ending: words.say("paper-notice-ending"),
            lines: Vec::new(),
            blocks: all,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at: now,
    })
}

fn document_line(document: &training::plan::Document, words: &Words) -> String {
    let mut line = document.title.clone();
    if let Some(on) = document.issued_on {
        line += &words.word(&Message::new("training-bracket").with("text", words.date(on)));
    }
    if !document.source.is_empty() {
        line = format!("{line} {}", document.source);
    }
    line
}
