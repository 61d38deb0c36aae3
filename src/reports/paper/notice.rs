//! The notice (通知) of a session as a paper.

use super::{Block, Layout, Paper, Sheet, Signature, Words};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::organization;
use crate::readings;
use crate::store::Conn;
use crate::templates::hours_text;
use crate::training::audience::full_name;
use crate::training::plan::Timing;
use crate::training::{self, Session, SessionState};

/// To whom the notice goes: the units that are invited by name, or all.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn addressed_to(conn: &mut Conn, session: &Session, words: &Words) -> Result<String> {
    let units = organization::queries::list_units(conn)?;
    let audience = training::queries::find_plan(conn, session)?.audience;
    Ok(match audience.invited(&units) {
        None => words.say("training-notice-to"),
        Some(invited) if invited.is_empty() => words.say("training-notice-to-some"),
        Some(invited) => {
            let names: Vec<String> = invited.into_iter().map(|unit| full_name(&units, unit)).collect();
            let names = words.list(names.iter().map(String::as_str));
            words.word(&Message::new("training-notice-to-units").with("units", names))
        }
    })
}

/// Gathers what the notice says and says it as a paper, in a constant number of queries.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn notice(conn: &mut Conn, session: &Session, words: &Words, now: Moment) -> Result<Paper> {
    let is_draft = session.state == SessionState::Draft;
    let n_people = training::queries::count_rosters(conn, &[session.id])?.first().map_or(0, |(_, n)| *n);
    let people = match is_draft {
        true => words.say("training-notice-roster-draft"),
        false => words.word(&Message::new("training-notice-roster").with("n", n_people)),
    };
    let to = addressed_to(conn, session, words)?;
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
    let opens = words.time(session.opens_at());
    let check_in = words.word(&Message::new("training-notice-check-in").with("at", opens));
    part("training-notice-time", vec![words.span(session.starts_at, session.ends_at), check_in]);
    let venue = |venue: &training::Venue| {
        let kind = words.choice("venue-kind-", venue.kind.as_str());
        words.word(&Message::new("training-venue-line").with("kind", kind).with("name", venue.name.as_str()))
    };
    part("training-notice-place", venues.iter().map(venue).collect());
    part("training-notice-people", vec![people]);
    let mut content = topics;
    if !session.speaker.is_empty() {
        content.push(words.word(&Message::new("training-notice-speaker").with("name", session.speaker.as_str())));
    }
    let hours = hours_text(session.study_minutes);
    content.push(words.word(&Message::new("training-notice-hours").with("hours", hours)));
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
    let mut all = vec![Block::Line { text: to }, Block::paragraph(opening)];
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
        mark: is_draft.then(|| words.say("report-draft")),
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
