//! A liaison or leader goes through the list, the leader hands the check in.

use super::list::{self, List};
use super::model::{Answer, Check, Counted, Snapshot, check};
use super::queries;
use crate::access::Viewer;
use crate::assignments::calls::{self, OwnTask, UnitTaskKind, own_task};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::{UnitTaskId, VolumeItemId};
use anyhow::Context;
use serde_json::json;
use std::collections::BTreeMap;

/// A check as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub task: UnitTaskId,
    /// Of the check as it was shown to them; 0 when there was none yet.
    pub version: i64,
    /// Of the list as it was shown to them: nobody confirms an item they have not seen.
    pub list_version: i64,
    /// What is not named is complete.
    pub answers: BTreeMap<VolumeItemId, Answer>,
    pub counted: Counted,
    pub note: String,
}

/// What the form and the paper of a check are made of.
#[derive(Debug, Clone)]
pub struct Found {
    pub own: OwnTask,
    pub list: List,
    pub check: Option<Check>,
    /// Without those that are complete.
    pub answers: BTreeMap<VolumeItemId, Answer>,
}

/// A unit's task with the list and its check, if anything was written yet.
///
/// # Errors
/// As [`own_task`]; `NotFound` when something else was asked for.
pub fn find(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId) -> Result<Found> {
    let own = own_task(conn, viewer, id)?;
    match own.task.kind {
        UnitTaskKind::VolumeCheck => {}
        UnitTaskKind::Readings | UnitTaskKind::ExchangeMeeting | UnitTaskKind::ImplementationReport => {
            return Err(Error::NotFound("volume check"));
        }
    }
    let (list, check) = (list::current(conn)?, queries::find_check(conn, id)?);
    Ok(Found { own, list, check, answers: queries::list_answers(conn, id)?.into_iter().collect() })
}

/// Keeps what was written.
///
/// # Errors
/// As [`find`]; `Conflict` when somebody else was faster; `Refused` with a problem at each field, when the list has
/// changed meanwhile, or when the check is handed in.
pub fn save_draft(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment) -> Result<()> {
    let found = find(conn, viewer, wanted.task)?;
    store(conn, viewer, &found, wanted, None, now)
}

/// Keeps what was written and hands it in.
///
/// # Errors
/// As [`save_draft`] and [`calls::hand_in`].
pub fn hand_in(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment) -> Result<()> {
    let found = find(conn, viewer, wanted.task)?;
    if !found.own.may_hand_in {
        return Err(Error::Forbidden);
    }
    let snapshot = Snapshot::of(&found.list, &wanted.note, &wanted.answers);
    store(conn, viewer, &found, wanted, Some(&snapshot), now)?;
    calls::hand_in(conn, viewer, wanted.task, now)?;
    Ok(())
}

fn store(
    conn: &mut Conn,
    viewer: &Viewer,
    found: &Found,
    wanted: &Wanted,
    snapshot: Option<&Snapshot>,
    now: Moment,
) -> Result<()> {
    // Counts that nobody asks for are not kept, whatever was sent.
    let counted = if found.list.asks_counts { wanted.counted } else { Counted::default() };
    if !found.own.task.state.is_editable() {
        return Err(Error::refused(Message::new("volumes-problem-handed-in")));
    }
    if found.check.as_ref().map_or(0, |check| check.version) != wanted.version {
        return Err(Error::Conflict);
    }
    if found.list.version != wanted.list_version {
        return Err(Error::refused(Message::new("volumes-problem-list-changed")));
    }
    let problems = check(&wanted.note, &counted);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let handed_in = match snapshot {
        Some(snapshot) => Some(serde_json::to_string(snapshot).context("a volume check to be handed in")?),
        None => found.check.as_ref().and_then(|check| check.handed_in.clone()),
    };
    let next = Check {
        unit_task_id: wanted.task,
        note: wanted.note.trim().to_owned(),
        n_reviewed: counted.n_reviewed,
        n_complete: counted.n_complete,
        n_completing: counted.n_completing,
        handed_in,
        written_by: Some(viewer.person),
        written_at: now,
        version: wanted.version + 1,
    };
    queries::store_check(conn, &next)?;
    let known = |id: &VolumeItemId| found.list.used().any(|item| item.id == *id);
    let said = wanted.answers.iter().filter(|(id, answer)| known(id) && **answer != Answer::Complete);
    let answers: Vec<(VolumeItemId, Answer)> = said.map(|(id, answer)| (*id, *answer)).collect();
    queries::store_answers(conn, wanted.task, &answers)?;
    let before = found.check.as_ref().map(|check| json!({ "note": check.note, "answers": pairs(&found.answers) }));
    let details = json!({ "before": before, "after": { "note": next.note, "answers": answers } });
    let action = Action::new("volumes.written", "unit_task");
    audit::record(conn, &viewer.actor(), now, action, wanted.task.0, &details)
}

fn pairs(answers: &BTreeMap<VolumeItemId, Answer>) -> Vec<(VolumeItemId, Answer)> {
    answers.iter().map(|(id, answer)| (*id, *answer)).collect()
}
