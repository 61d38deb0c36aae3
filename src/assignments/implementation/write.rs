//! A liaison or leader writes a report, its leader hands it in.

use super::figures::figures;
use super::model::{Content, Report, Row, Snapshot, check_draft, check_hand_in};
use super::queries;
use crate::access::Viewer;
use crate::assignments::calls::{self, OwnTask, UnitTaskKind, own_task};
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::UnitTaskId;
use anyhow::Context;
use serde_json::json;

/// A report as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub task: UnitTaskId,
    /// Of the report as it was shown to them; 0 when there was none yet.
    pub version: i64,
    pub content: Content,
}

/// A unit's task with its report and the rows that stand in it, if anything was written yet.
///
/// # Errors
/// As [`own_task`]; `NotFound` when something else was asked for.
pub fn find(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId) -> Result<(OwnTask, Option<Report>, Vec<Row>)> {
    let own = own_task(conn, viewer, id)?;
    match own.task.kind {
        UnitTaskKind::ImplementationReport => {}
        UnitTaskKind::Readings | UnitTaskKind::ExchangeMeeting | UnitTaskKind::VolumeCheck => {
            return Err(Error::NotFound("implementation report"));
        }
    }
    let report = queries::find_report(conn, id)?;
    let rows = queries::list_rows(conn, id)?;
    Ok((own, report, rows))
}

/// Keeps what was written.
///
/// # Errors
/// As [`find`]; `Conflict` when somebody else was faster; `Refused` with a problem at each field, or when it is handed in.
pub fn save_draft(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment) -> Result<()> {
    let found = find(conn, viewer, wanted.task)?;
    let problems = check_draft(&wanted.content);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    store(conn, viewer, &found, wanted, None, now)
}

/// Keeps what was written and hands it in, with the figures of now.
///
/// # Errors
/// As [`save_draft`] and [`calls::hand_in`].
pub fn hand_in(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, clock: &Clock) -> Result<()> {
    let (now, today) = (clock.now(), clock.today());
    let found = find(conn, viewer, wanted.task)?;
    if !found.0.may_hand_in {
        return Err(Error::Forbidden);
    }
    let problems = check_hand_in(&wanted.content, today);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let snapshot = Snapshot { content: wanted.content.clone(), figures: figures(conn, &found.0, clock, now)? };
    store(conn, viewer, &found, wanted, Some(&snapshot), now)?;
    calls::hand_in(conn, viewer, wanted.task, now)?;
    Ok(())
}

fn store(
    conn: &mut Conn,
    viewer: &Viewer,
    (own, report, rows): &(OwnTask, Option<Report>, Vec<Row>),
    wanted: &Wanted,
    snapshot: Option<&Snapshot>,
    now: Moment,
) -> Result<()> {
    if !own.task.state.is_editable() {
        return Err(Error::refused(Message::new("implementation-problem-handed-in")));
    }
    if report.as_ref().map_or(0, |report| report.version) != wanted.version {
        return Err(Error::Conflict);
    }
    let handed_in = match snapshot {
        Some(snapshot) => Some(serde_json::to_string(snapshot).context("a report to be handed in")?),
        None => report.as_ref().and_then(|report| report.handed_in.clone()),
    };
    let next = Report {
        unit_task_id: wanted.task,
        studied: wanted.content.studied.clone(),
        next_steps: wanted.content.next_steps.clone(),
        contact: wanted.content.contact.clone(),
        handed_in,
        written_by: Some(viewer.person),
        written_at: now,
        version: wanted.version + 1,
    };
    queries::store_report(conn, &next)?;
    let was_handed_in = report.as_ref().is_some_and(|report| report.handed_in.is_some());
    store_rows(conn, viewer, rows, wanted, was_handed_in, now)?;
    let before = report.as_ref().map(|report| Content::of(report, rows));
    let details = json!({ "before": before, "after": wanted.content });
    let action = Action::new("implementation.written", "unit_task");
    audit::record(conn, &viewer.actor(), now, action, wanted.task.0, &details)
}

/// Rows that were known keep their place in the trail, new ones are added; what is left out is dropped, or only marked
/// once it has been handed in.
fn store_rows(
    conn: &mut Conn,
    viewer: &Viewer,
    rows: &[Row],
    wanted: &Wanted,
    was_handed_in: bool,
    now: Moment,
) -> Result<()> {
    let kept: Vec<_> = wanted.content.rows.iter().filter_map(|row| row.id).collect();
    let gone: Vec<_> = rows.iter().map(|row| row.id).filter(|id| !kept.contains(id)).collect();
    queries::drop_rows(conn, &gone, was_handed_in.then_some(now))?;
    for (position, row) in (1..).zip(&wanted.content.rows) {
        let Some(id) = row.id else {
            queries::insert_row(conn, wanted.task, position, row)?;
            continue;
        };
        let known = rows.iter().find(|known| known.id == id).ok_or(Error::NotFound("implementation row"))?;
        queries::update_row(conn, known, position, row)?;
        if was_handed_in && (known.state != row.state || known.due_on != row.due_on) {
            queries::insert_change(conn, known, (row.state, row.due_on), "", Some(viewer.person), now)?;
        }
    }
    Ok(())
}
