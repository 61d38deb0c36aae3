//! The report on one page: as it was handed in, else as it stands, marked as a draft.

use crate::access::Viewer;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::implementation::{self, Content, Figures, RowState, Snapshot, figures};
use crate::clock::Clock;
use crate::error::Result;
use crate::links;
use crate::store::Conn;
use crate::store::ids::UnitTaskId;
use crate::web::study::unit_form::Head;
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct PaperPage {
    head: Head,
    form_href: String,
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
        responsible: row.responsible,
        due_on: row.due_on,
        state: row.state,
    });
    let submitted_on = own.task.submitted_at.filter(|_| !is_draft).map(|at| clock.local(at).date_naive());
    Ok(PaperPage {
        form_href: links::unit_task_part(id, "report"),
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
