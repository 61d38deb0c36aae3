//! The report of a period as a paper, and what spans of time are called.

use super::finality::{Finality, Frame};
use super::session::{figure_columns, figure_row};
use super::{Align, Block, Column, Paper, Table, Words};
use crate::error::{Message, Result};
use crate::i18n::dates;
use crate::reports::PeriodReport;
use crate::reports::session_attendance::Figures;
use crate::reports::span::{Span, SpanKind};
use crate::study_hours::queries::GivenSums;
use crate::templates::hours_text;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

impl Words {
    /// What a span is called: 2024年第3季度, 2024年7月, or from a day to a day.
    pub fn span_name(&self, span: &Span) -> String {
        let year = || span.first.year().to_string();
        let message = match span.kind() {
            SpanKind::Month => return self.month(span.first),
            SpanKind::Quarter => Message::new("period-quarter").with("year", year()).with("n", span.place()),
            SpanKind::HalfYear => Message::new("period-half-year").with("year", year()).with("n", span.place()),
            SpanKind::Year => Message::new("period-year").with("year", year()),
            SpanKind::Days => Message::new("period-days")
                .with("first", dates::date(self.language, span.first))
                .with("last", dates::date(self.language, span.last)),
        };
        self.word(&message)
    }

    /// 2024年7月.
    pub fn month(&self, first: NaiveDate) -> String {
        let month = i64::from(first.month());
        self.word(&Message::new("board-month-of").with("year", first.year().to_string()).with("month", month))
    }

    /// What a period's report is called: whose it is and of what time.
    pub fn period_heading(&self, unit: Option<&str>, span: &Span) -> String {
        let message = match unit {
            Some(unit) => Message::new("period-heading").with("unit", unit),
            None => Message::new("period-heading-of-all"),
        };
        self.word(&message.with("span", self.span_name(span)))
    }

    /// The months of a report as the name of a sheet: of one year, or of the two that they lie in.
    pub fn months_of(&self, report: &PeriodReport) -> String {
        let years: BTreeSet<i32> = report.months.iter().map(|month| month.first.year()).collect();
        let years: Vec<String> = years.iter().map(ToString::to_string).collect();
        self.word(&Message::new("period-months-of").with("years", years.join("-")))
    }

    /// Whose line it is: a unit's, or its own people's.
    pub fn unit_line(&self, name: &str, is_own: bool) -> String {
        if is_own { self.word(&Message::new("board-own-people").with("name", name)) } else { name.to_owned() }
    }
}

/// Says the report as a paper: a draft unless it is final.
///
/// # Errors
/// `Broken` when its address does not fit into a code.
pub fn period(report: &PeriodReport, finality: Option<&Finality>, words: &Words) -> Result<Paper> {
    let unit = report.unit.as_ref().map(|unit| unit.name.as_str());
    let frame = Frame {
        title: words.period_heading(unit, &report.span),
        ending: "period-title",
        organisation: &report.organisation,
        unit: unit.unwrap_or(&report.organisation),
        number: report.number.as_deref(),
        excerpt: words.excerpt(&report.narrowed_to),
        made_at: report.made_at,
    };
    frame.around(blocks(report, words), finality, words)
}

fn blocks(report: &PeriodReport, words: &Words) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut say = |text: String| blocks.push(Block::paragraph(text));
    if let Some(category) = report.category {
        say(words.fact("report-column-category", &words.choice("report-category-", category.as_str())));
    }
    words.narrowed(&report.narrowed_to).into_iter().for_each(&mut say);
    if report.sessions.is_empty() {
        say(format!("{} {}", words.say("period-empty"), words.say("period-empty-why")));
    } else {
        figures(report, words).into_iter().for_each(say);
        blocks.extend(tables(report, words));
    }
    blocks.extend(study(report, words));
    blocks
}

/// The sums in sentences, as the page has them.
fn figures(report: &PeriodReport, words: &Words) -> Vec<String> {
    let total = words.total(&report.total.counts, report.total.n_due);
    let how = words.made_up_how(Message::new("period-made-up-how"), &report.make_up);
    let held = words.count("period-n-sessions", "n", report.sessions.len());
    vec![format!("{held} {total}"), words.rates(&report.total), how]
}

/// By unit, by category, by month and by session, each with its formula.
fn tables(report: &PeriodReport, words: &Words) -> Vec<Block> {
    let sum = || [(words.say("report-sum"), &report.total)];
    let units = report.units.iter().map(|line| (words.unit_line(&line.name, line.is_own), &line.figures));
    let category = |of: &str| words.choice("report-category-", of);
    let categories = report.categories.iter().map(|line| (category(line.category.as_str()), &line.figures));
    let months = report.months.iter().map(|line| (words.month(line.first), &line.figures));
    let sessions = report.sessions.iter().map(|line| {
        let day = words.clock.local(line.starts_at).format("%m-%d");
        (format!("{day} {}", line.title), &line.figures)
    });
    let table = |head, lines: Vec<(String, &Figures)>| {
        let rows = lines.into_iter().map(|(name, figures)| figure_row(name, figures, false));
        Block::Table(Table::wide(figure_columns(words.say(head), false, words), rows.collect()))
    };
    let note = |keys: &[&'static str]| Block::Note {
        text: keys.iter().map(|key| words.say(key)).collect::<Vec<_>>().join(" "),
    };
    let once = || note(&["report-formulas", "period-once"]);
    vec![
        Block::heading(words.count("period-by-unit", "n", report.units.len())),
        table("report-column-unit", units.chain(sum()).collect()),
        once(),
        Block::heading(words.say("period-by-category")),
        table("report-column-category", categories.chain(sum()).collect()),
        once(),
        Block::heading(words.say("period-trend")),
        table("board-month", months.collect()),
        note(&["period-trend-of", "report-formulas"]),
        Block::heading(words.count("period-by-session", "n", report.sessions.len())),
        table("period-session", sessions.chain(sum()).collect()),
        once(),
    ]
}

/// Study that was given by itself, apart from the figures of sessions; nothing when none was.
fn study(report: &PeriodReport, words: &Words) -> Vec<Block> {
    if report.study.n_tasks == 0 {
        return Vec::new();
    }
    let row = |name: String, of: &GivenSums| {
        let rate = words.rate(of.n_done, of.n_tasks);
        vec![name, of.n_tasks.to_string(), of.n_done.to_string(), rate, hours_text(of.minutes)]
    };
    let lines = report.study_units.iter().map(|line| row(words.unit_line(&line.name, line.is_own), &line.sums));
    let column = |key, width| Column::new(words.say(key), width, Align::Right);
    let columns = vec![
        Column::new(words.say("report-column-unit"), None, Align::Left),
        column("period-study-given", 22.0),
        column("period-study-done", 22.0),
        column("period-study-rate", 34.0),
        column("period-study-hours", 22.0),
    ];
    let rows = lines.chain([row(words.say("report-sum"), &report.study)]).collect();
    vec![
        Block::heading(words.say("period-study")),
        Block::Table(Table::wide(columns, rows)),
        Block::Note { text: words.say("period-study-formula") },
    ]
}
