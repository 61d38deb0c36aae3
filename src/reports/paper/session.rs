//! The attendance report of a session as a paper.

use super::{Align, Block, Code, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::error::{Message, Result};
use crate::reports::SessionReport;
use crate::reports::finals::Reference;
use crate::reports::session_attendance::{Figures, PersonLine};
use crate::templates::{hours_text, qr_svg};

/// What a final report says besides its number.
#[derive(Debug, Clone)]
pub struct Finality {
    /// Where the number leads.
    pub address: String,
    pub replaces: Option<Reference>,
}

/// Says the report as a paper: a draft unless it is final.
///
/// # Errors
/// `Broken` when its address does not fit into a code.
pub fn session(report: &SessionReport, finality: Option<&Finality>, words: &Words) -> Result<Paper> {
    let title = words.word(&Message::new("report-heading-attendance").with("title", report.session.title.as_str()));
    let mut lines = vec![report.organisation.clone()];
    lines.extend(report.number.as_deref().map(|of| words.word(&Message::new("final-number").with("number", of))));
    lines.push(words.word(&Message::new("report-made-at").with("at", words.moment(report.made_at))));
    if let Some(before) = finality.and_then(|finality| finality.replaces.as_ref()) {
        let message = Message::new("paper-replaces").with("number", before.number.as_str());
        lines.push(words.word(&message.with("at", words.short(before.made_at))));
    }
    let mut blocks = facts(report, words);
    blocks.extend(figures(report, words).into_iter().map(Block::paragraph));
    if !report.people.is_empty() {
        blocks.extend(tables(report, words));
    }
    let signature = Signature {
        lines: vec![words.say("paper-head-of-unit"), words.say("report-filled-in-by"), words.say("report-checked-by")],
        seal: Some(words.say("report-seal")),
        unit: report.session.organiser.clone(),
        date: words.day(report.made_at),
        code: code_of(finality, words)?,
    };
    Ok(Paper {
        language: words.language,
        layout: Layout::Official,
        name: title.clone(),
        draft: report.is_draft.then(|| words.say("report-draft")),
        sheets: vec![Sheet {
            title,
            ending: words.say("report-title-attendance"),
            lines,
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at: report.made_at,
    })
}

/// The code that leads back to a final report.
pub(super) fn code_of(finality: Option<&Finality>, words: &Words) -> Result<Option<Code>> {
    let Some(Finality { address, .. }) = finality else { return Ok(None) };
    Ok(Some(Code { svg: qr_svg(address)?, address: address.clone(), words: words.say("final-scan") }))
}

/// When, where, by whom: also the head of the meeting note.
pub(super) fn facts(report: &SessionReport, words: &Words) -> Vec<Block> {
    let session = &report.session;
    let mut facts = vec![
        words.fact("report-time", &words.span(session.starts_at, session.ends_at)),
        words.fact("report-place", &words.list(report.venues.iter().map(String::as_str))),
        words.fact("report-speaker", &session.speaker),
        words.fact("report-organiser", &session.organiser),
        words.fact("report-hours", &hours_text(session.study_minutes)),
    ];
    if !report.narrowed_to.is_empty() {
        let within = words.list(report.narrowed_to.iter().map(String::as_str));
        facts.push(format!("{}{within}", words.say("report-narrowed")));
    }
    facts.into_iter().map(Block::paragraph).collect()
}

/// The sums in sentences, as the page has them.
pub(super) fn figures(report: &SessionReport, words: &Words) -> Vec<String> {
    let Figures { counts, n_due, n_took_part, n_not_there, .. } = &report.total;
    let mut total = words.word(
        &Message::new("report-total")
            .with("roster", counts.n_roster)
            .with("due", *n_due)
            .with("present", counts.n_present)
            .with("leave", counts.n_leave)
            .with("standin", counts.n_stand_in)
            .with("absent", counts.n_absent)
            .with("exempt", counts.n_exempt),
    );
    if counts.n_pending > 0 {
        total = format!("{total} {}", words.word(&Message::new("report-total-pending").with("n", counts.n_pending)));
    }
    let rates = Message::new("report-rates")
        .with("attendance", words.rate(counts.n_present, *n_due))
        .with("participation", words.rate(*n_took_part, *n_due))
        .with("makeup", words.rate(counts.n_made_up, *n_not_there));
    let how = &report.make_up;
    let how = Message::new("report-made-up-how")
        .with("session", how.n_session)
        .with("meeting", how.n_exchange_meeting)
        .with("study", how.n_accepted_study)
        .with("otherwise", how.n_otherwise)
        .with("outstanding", how.n_outstanding)
        .with("alone", how.n_self_study);
    let beside = Message::new("report-beside")
        .with("study", counts.n_self_study)
        .with("late", counts.n_late)
        .with("early", counts.n_left_early)
        .with("corrections", report.n_corrections);
    let mut said = vec![total, words.word(&rates), words.word(&how), words.word(&beside)];
    if !report.guests.is_empty() {
        let guest =
            |name: &str, unit: &str| words.word(&Message::new("report-guest").with("name", name).with("unit", unit));
        let guests: Vec<String> = report.guests.iter().map(|of| guest(&of.name, &of.unit)).collect();
        let count = words.count("report-guests-count", "n", guests.len());
        said.push(format!("{count}{}", words.list(guests.iter().map(String::as_str))));
    }
    said
}

/// By unit and by category, each with its formula.
pub(super) fn sums(report: &SessionReport, words: &Words) -> Vec<Block> {
    let has_pending = report.total.counts.n_pending > 0;
    let sum = (words.say("report-sum"), &report.total);
    let by_unit = report.units.iter().map(|line| (line.name.clone(), &line.figures));
    let category = |of: &str| words.choice("report-category-", of);
    let by_category = report.categories.iter().map(|line| (category(line.category.as_str()), &line.figures));
    let table = |head, lines: Vec<(String, &Figures)>| {
        let rows = lines.into_iter().map(|(name, figures)| figure_row(name, figures, has_pending));
        Block::Table(Table::wide(figure_columns(words.say(head), has_pending, words), rows.collect()))
    };
    let formulas = || Block::Note { text: words.say("report-formulas") };
    vec![
        Block::heading(words.count("report-by-unit", "n", report.units.len())),
        table("report-column-unit", by_unit.chain([sum.clone()]).collect()),
        formulas(),
        Block::heading(words.say("report-by-category")),
        table("report-column-category", by_category.chain([sum]).collect()),
        formulas(),
    ]
}

fn tables(report: &SessionReport, words: &Words) -> Vec<Block> {
    let mut blocks = sums(report, words);
    let list = Message::new("report-list").with("n", report.total.counts.n_roster);
    blocks.push(Block::heading(words.word(&list)));
    let rows = report.people.iter().map(|person| person_row(person, words)).collect();
    blocks.push(Block::Table(Table::wide(person_columns(words), rows)));
    blocks
}

/// The list of people: its head and its rows.
pub fn session_list(report: &SessionReport, words: &Words) -> (Vec<String>, Vec<Vec<String>>) {
    let head = person_columns(words).into_iter().map(|column| column.head).collect();
    (head, report.people.iter().map(|person| person_row(person, words)).collect())
}

pub(super) fn figure_columns(name: String, has_pending: bool, words: &Words) -> Vec<Column> {
    let mut keys = vec![
        "report-n-roster",
        "report-n-exempt",
        "report-n-due",
        "report-n-present",
        "report-n-leave",
        "report-n-stand-in",
        "report-n-absent",
    ];
    keys.extend(has_pending.then_some("report-n-pending"));
    keys.push("report-n-made-up");
    let mut columns = vec![Column::new(name, None, Align::Left)];
    columns.extend(keys.into_iter().map(|key| Column::new(words.say(key), 11.2, Align::Right)));
    for key in ["report-attendance-rate", "report-participation-rate"] {
        columns.push(Column::new(words.say(key), 14.5, Align::Right));
    }
    columns
}

pub(super) fn figure_row(name: String, figures: &Figures, has_pending: bool) -> Vec<String> {
    let counts = &figures.counts;
    let mut cells = vec![name];
    let mut push = |n: i64| cells.push(n.to_string());
    push(counts.n_roster);
    push(counts.n_exempt);
    push(figures.n_due);
    push(counts.n_present);
    push(counts.n_leave);
    push(counts.n_stand_in);
    push(counts.n_absent);
    if has_pending {
        push(counts.n_pending);
    }
    push(counts.n_made_up);
    cells.extend([figures.attendance_rate.clone(), figures.participation_rate.clone()]);
    cells
}

fn person_columns(words: &Words) -> Vec<Column> {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    vec![
        column("report-column-number", Some(9.0), Align::Right),
        column("report-column-unit", None, Align::Left),
        column("report-column-name", Some(19.0), Align::Centre),
        column("report-column-post", Some(23.0), Align::Left),
        column("report-column-category", Some(16.5), Align::Left),
        column("report-column-arrived", Some(11.0), Align::Centre),
        column("report-column-state", Some(11.5), Align::Centre),
        column("report-column-make-up", Some(16.5), Align::Centre),
        column("report-column-remark", Some(18.5), Align::Left),
    ]
}

fn person_row(person: &PersonLine, words: &Words) -> Vec<String> {
    vec![
        person.number.to_string(),
        person.unit.clone(),
        person.name.clone(),
        person.post.clone(),
        words.choice("report-category-", person.category.as_str()),
        person.arrived_at.map_or_else(|| "—".to_owned(), |at| words.time(at)),
        words.choice("attendance-state-", person.state.as_str()),
        words.choice("report-make-up-", person.make_up.as_str()),
        remark(person, words),
    ]
}

/// What there is to say of somebody besides.
fn remark(person: &PersonLine, words: &Words) -> String {
    let mut said = Vec::new();
    if person.late {
        said.push(words.say("report-late"));
    }
    if person.left_early {
        said.push(words.say("report-left-early"));
    }
    said.extend(person.leave_kind.map(|kind| words.choice("report-leave-", kind.as_str())));
    let stood_in = |name: &String| words.word(&Message::new("report-stood-in").with("name", name.as_str()));
    said.extend(person.stand_in.as_ref().map(stood_in));
    said.join(" ")
}
