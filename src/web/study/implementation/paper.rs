//! The report on one page: as it was handed in, else as it stands, marked as a draft.

use crate::access::Viewer;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::implementation::{self, Content, Figures, RowState, Snapshot, figures};
use crate::clock::Clock;
use crate::error::{Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::reports::paper::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::store::Conn;
use crate::store::ids::UnitTaskId;
use crate::web::study::unit_form::Head;
use chrono::NaiveDate;
use serde::Serialize;

/// A name has no more characters than this.
const NAME: usize = 4;

#[derive(Serialize)]
pub(super) struct PaperPage {
    head: Head,
    form_href: String,
    pdf: String,
    is_draft: bool,
    figures: Figures,
    studied: String,
    next_steps: String,
    contact: String,
    rows: Vec<PaperRow>,
    /// The day it was handed in; of a draft, today.
    signed_on: NaiveDate,
    /// Where the rows live on; nothing before it was handed in.
    rows_href: Option<String>,
}

#[derive(Serialize)]
struct PaperRow {
    number: usize,
    // Not `problem`: in a template that is what is wrong with a field.
    what: String,
    measure: String,
    responsible: String,
    /// So short that it is a name, which is not broken.
    is_name: bool,
    due_on: Option<NaiveDate>,
    state: RowState,
}

pub(super) fn build(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId, clock: &Clock) -> Result<PaperPage> {
    let (own, report, rows) = implementation::find(conn, viewer, id)?;
    let handed_in = report.as_ref().map(|report| report.snapshot()).transpose()?.flatten();
    let is_draft = match own.task.state {
        UnitTaskState::Submitted | UnitTaskState::Accepted => handed_in.is_none(),
        UnitTaskState::Open | UnitTaskState::Returned | UnitTaskState::Withdrawn => true,
    };
    let lives_on = handed_in.is_some();
    let Snapshot { content, figures } = match handed_in.filter(|_| !is_draft) {
        Some(snapshot) => snapshot,
        None => Snapshot {
            content: report.as_ref().map(|report| Content::of(report, &rows)).unwrap_or_default(),
            figures: figures(conn, &own, clock, clock.now())?,
        },
    };
    let numbered = (1..).zip(content.rows).map(|(number, row)| PaperRow {
        number,
        what: row.problem,
        measure: row.measure,
        is_name: row.responsible.chars().count() <= NAME,
        responsible: row.responsible,
        due_on: row.due_on,
        state: row.state,
    });
    let submitted_on = own.task.submitted_at.filter(|_| !is_draft).map(|at| clock.local(at).date_naive());
    Ok(PaperPage {
        form_href: links::unit_task_part(id, "report"),
        pdf: links::unit_task_part(id, "report/paper.pdf"),
        is_draft,
        figures,
        studied: content.studied,
        next_steps: content.next_steps,
        contact: content.contact,
        rows: numbered.collect(),
        signed_on: submitted_on.unwrap_or_else(|| clock.today()),
        rows_href: lives_on.then(|| links::implementation(own.unit.id)),
        head: Head::of(&own, clock.today()),
    })
}

/// The report as a paper, and its day.
pub(in crate::web) fn paper_of(
    conn: &mut Conn,
    viewer: &Viewer,
    id: UnitTaskId,
    words: &Words,
) -> Result<(Paper, NaiveDate)> {
    let page = build(conn, viewer, id, &words.clock)?;
    let title = words.say("implementation-title");
    let PaperPage { figures, head, .. } = &page;
    let period = Message::new("implementation-period-of")
        .with("from", words.date(figures.from))
        .with("to", words.date(figures.to));
    let facts = [
        words.fact("implementation-unit", &head.unit_name),
        words.fact("implementation-contact", &page.contact),
        words.fact("implementation-period", &words.word(&period)),
        words.fact("implementation-call", &head.call_title),
    ];
    let mut blocks: Vec<Block> = facts.into_iter().map(Block::paragraph).collect();
    blocks.push(Block::heading(words.say("implementation-heading-studied")));
    blocks.push(Block::paragraph(studied(&page, words)));
    blocks.push(Block::heading(words.count("implementation-heading-rows", "n", page.rows.len())));
    blocks.push(match page.rows.is_empty() {
        true => Block::paragraph(words.say("implementation-paper-no-rows")),
        false => Block::Table(rows_of(&page, words)),
    });
    if !page.next_steps.is_empty() {
        blocks.push(Block::heading(words.say("implementation-heading-next")));
        blocks.push(Block::paragraph(page.next_steps.clone()));
    }
    let signature = Signature {
        lines: vec![words.say("implementation-head-line")],
        seal: Some(words.say("report-seal")),
        unit: head.unit_name.clone(),
        date: words.date(page.signed_on),
        code: None,
    };
    let paper = Paper {
        language: words.language,
        layout: Layout::OnePage,
        name: format!("{}{title}", head.unit_name),
        mark: page.is_draft.then(|| words.say("report-draft")),
        sheets: vec![Sheet {
            title,
            ending: String::new(),
            lines: Vec::new(),
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at: words.clock.now(),
    };
    Ok((paper, page.signed_on))
}

fn studied(page: &PaperPage, words: &Words) -> String {
    let figures = &page.figures;
    let mut said = Vec::new();
    said.push(if figures.n_sessions > 0 {
        let took = words.rate(figures.n_took_part, figures.n_due);
        words.word(&Message::new("implementation-said-sessions").with("n", figures.n_sessions).with("took", took))
    } else {
        words.say("implementation-said-no-sessions")
    });
    if figures.n_readings > 0 {
        let read = words.rate(figures.n_read, figures.n_readings);
        said.push(words.word(&Message::new("implementation-said-readings").with("read", read)));
    }
    said.push(words.word(&Message::new("implementation-said-meetings").with("n", figures.n_meetings)));
    said.push(page.studied.clone());
    said.retain(|part| !part.is_empty());
    said.join(match words.language {
        Language::Chinese => "",
        Language::English => " ",
    })
}

fn rows_of(page: &PaperPage, words: &Words) -> Table {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    let columns = vec![
        column("report-column-number", Some(9.0), Align::Right),
        column("implementation-problem", None, Align::Left),
        column("implementation-measure", None, Align::Left),
        column("implementation-responsible", Some(18.0), Align::Left),
        column("implementation-due-on", Some(29.0), Align::Centre),
        column("implementation-state", Some(17.0), Align::Centre),
    ];
    let cells = |row: &PaperRow| {
        vec![
            row.number.to_string(),
            row.what.clone(),
            row.measure.clone(),
            row.responsible.clone(),
            row.due_on.map_or_else(|| "—".to_owned(), |on| words.date(on)),
            words.choice("implementation-state-", row.state.as_str()),
        ]
    };
    Table::new(columns, page.rows.iter().map(cells).collect())
}
