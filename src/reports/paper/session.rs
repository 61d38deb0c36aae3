//! The attendance report of a session as a paper.

use super::finality::{Finality, Frame};
use super::{Align, Block, Column, Paper, Table, Words};
use crate::error::{Message, Result};
use crate::i18n::Language;
use crate::reports::SessionReport;
use crate::reports::book::longest_word;
use crate::reports::session_attendance::{Figures, PersonLine};
use crate::templates::hours_text;

/// Says the report as a paper: a draft unless it is final.
///
/// # Errors
/// `Broken` when its address does not fit into a code.
pub fn session(report: &SessionReport, finality: Option<&Finality>, words: &Words) -> Result<Paper> {
    let mut blocks = facts(report, words);
    blocks.extend(figures(report, words).into_iter().map(Block::paragraph));
    if !report.people.is_empty() {
        blocks.extend(tables(report, words));
    }
    let frame = Frame {
        title: words.word(&Message::new("report-heading-attendance").with("title", report.session.title.as_str())),
        ending: "report-title-attendance",
        organisation: &report.organisation,
        unit: &report.session.organiser,
        number: report.number.as_deref(),
        excerpt: words.excerpt(&report.narrowed_to),
        made_at: report.made_at,
    };
    frame.around(blocks, finality, words)
}

/// When, where, by whom: also the head of the meeting note.
pub(super) fn facts(report: &SessionReport, words: &Words) -> Vec<Block> {
    fact_lines(report, words).into_iter().map(Block::paragraph).collect()
}

/// What a workbook says of the session: when, where, by whom, and the sums in sentences.
pub fn session_about(report: &SessionReport, words: &Words) -> Vec<String> {
    fact_lines(report, words).into_iter().chain(figures(report, words)).collect()
}

fn fact_lines(report: &SessionReport, words: &Words) -> Vec<String> {
    let session = &report.session;
    let mut facts = vec![
        words.fact("report-time", &words.span(session.starts_at, session.ends_at)),
        words.fact("report-place", &words.list(report.venues.iter().map(String::as_str))),
        words.fact("report-speaker", &session.speaker),
        words.fact("report-organiser", &session.organiser),
        words.fact("report-hours", &hours_text(session.study_minutes)),
    ];
    facts.extend(words.narrowed(&report.narrowed_to));
    facts
}

/// The sums in sentences, as the page has them.
pub(super) fn figures(report: &SessionReport, words: &Words) -> Vec<String> {
    let counts = &report.total.counts;
    let mut total = words.total(counts, report.total.n_due);
    if counts.n_pending > 0 {
        total.push_str(&words.word(&Message::new("report-total-pending").with("n", counts.n_pending)));
    }
    let how = Message::new("report-made-up-how").with("alone", report.make_up.n_self_study);
    let how = words.made_up_how(how, &report.make_up);
    let beside = Message::new("report-beside")
        .with("study", counts.n_self_study)
        .with("late", counts.n_late)
        .with("early", counts.n_left_early)
        .with("corrections", report.n_corrections);
    let mut said = vec![total, words.rates(&report.total), how, words.word(&beside)];
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
    blocks.push(Block::Table(Table::wide(person_columns(words), session_rows(report, words))));
    blocks
}

/// The list of people as page and paper have it, without its head.
pub fn session_rows(report: &SessionReport, words: &Words) -> Vec<Vec<String>> {
    report.people.iter().map(|person| person_row(person, "—", " ", words)).collect()
}

/// The list of people as a file has it, the head first.
pub fn session_list(report: &SessionReport, words: &Words) -> Vec<Vec<String>> {
    let head = person_columns(words).into_iter().map(|column| column.head).collect();
    let rows = report.people.iter().map(|person| person_row(person, "", "; ", words));
    std::iter::once(head).chain(rows).collect()
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
    columns.extend(keys.into_iter().map(|key| {
        let head = words.say(key);
        let width = count_width(&head, words.language);
        Column::new(head, width, Align::Right)
    }));
    for key in ["report-attendance-rate", "report-participation-rate"] {
        columns.push(Column::new(words.say(key), 14.5, Align::Right));
    }
    columns
}

/// How wide a column of counts is, in millimetres: three characters, or the longest word of a head whose words are not broken.
fn count_width(head: &str, language: Language) -> f64 {
    match language {
        Language::Chinese => 11.2,
        Language::English => (f64::from(longest_word(head)) * 1.7 + 2.0).max(9.0),
    }
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
    let (category, arrived, state) = match words.language {
        Language::Chinese => (20.8, 11.0, 11.5),
        Language::English => (23.5, 12.5, 13.5),
    };
    vec![
        column("report-column-number", Some(9.0), Align::Right),
        column("report-column-unit", None, Align::Left),
        column("report-column-name", Some(19.0), Align::Centre),
        column("report-column-post", Some(23.0), Align::Left),
        column("report-column-category", Some(category), Align::Left),
        column("report-column-arrived", Some(arrived), Align::Centre),
        column("report-column-state", Some(state), Align::Centre),
        column("report-column-make-up", Some(16.5), Align::Centre),
        column("report-column-remark", Some(18.5), Align::Left),
    ]
}

/// One person, with `never` where there is no arrival and nothing was recorded by hand, and `joint` between remarks.
fn person_row(person: &PersonLine, never: &str, joint: &str, words: &Words) -> Vec<String> {
    vec![
        person.number.to_string(),
        person.unit.clone(),
        person.name.clone(),
        person.post.clone(),
        words.choice("report-category-", person.category.as_str()),
        match (person.arrived_at, person.by_hand) {
            (Some(at), _) => words.time(at),
            (None, Some(method)) => words.choice("report-by-hand-", method.as_str()),
            (None, None) => never.to_owned(),
        },
        words.choice("attendance-state-", person.state.as_str()),
        words.choice("report-make-up-", person.make_up.as_str()),
        remarks(person, words).join(joint),
    ]
}

/// What there is to say of somebody besides.
fn remarks(person: &PersonLine, words: &Words) -> Vec<String> {
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
    said
}
