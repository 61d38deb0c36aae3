//! A meeting note of facts alone, for an office that goes on writing it: what is recorded of the session, its figures, and
//! no sentence that nobody said.

use super::session::{facts, figures, sums};
use super::{Block, Layout, Paper, Sheet, Signature, Words};
use crate::error::Message;
use crate::reports::SessionReport;

/// What was planned of a session, as its notice said.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    pub topics: Vec<String>,
    pub readings: Vec<String>,
}

/// Says the note as a paper.
pub fn note(report: &SessionReport, planned: &Planned, words: &Words) -> Paper {
    let title = words.word(&Message::new("paper-note-title").with("title", report.session.title.as_str()));
    let mut blocks = facts(report, words);
    let mut n_parts = 0;
    let mut part = |key: &'static str, lines: Vec<String>, blocks: &mut Vec<Block>| {
        if !lines.is_empty() {
            n_parts += 1;
            blocks.push(Block::heading(words.part(n_parts, key)));
            blocks.extend(lines.into_iter().map(Block::paragraph));
        }
    };
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    part("training-purpose", lines(&report.session.purpose), &mut blocks);
    part("training-topics", planned.topics.clone(), &mut blocks);
    part("meeting-readings", planned.readings.clone(), &mut blocks);
    part("training-requirements", lines(&report.session.requirements), &mut blocks);
    part("paper-note-attendance", figures(report, words), &mut blocks);
    blocks.extend(sums(report, words).into_iter().filter(|block| !matches!(block, Block::Heading { .. })).take(2));
    let signature = Signature {
        lines: vec![words.say("report-recorded-by"), words.say("report-checked-by")],
        seal: None,
        unit: report.session.organiser.clone(),
        date: words.day(report.made_at),
        code: None,
    };
    Paper {
        language: words.language,
        layout: Layout::Official,
        name: title.clone(),
        mark: Some(words.say("report-draft")),
        sheets: vec![Sheet {
            title,
            ending: String::new(),
            lines: vec![report.organisation.clone()],
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at: report.made_at,
    }
}
