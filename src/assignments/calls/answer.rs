//! A call as one unit answers it: all its forms on one page, and what the sub-units it was passed on to have done.

use super::decide;
use super::model::{Call, UnitTask, UnitTaskKind, UnitTaskState};
use super::progress::{self, Cell, Row};
use super::queries;
use crate::access::Viewer;
use crate::error::{Error, Result};
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{AssignmentId, CallId, PersonId, ReadingId, UnitId, UnitTaskId};
use crate::training;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a unit was asked for and how that stands.
#[derive(Debug, Clone)]
pub struct Answer {
    pub call: Call,
    pub session_title: Option<String>,
    /// Not every unit that a call asks was at the session it follows.
    pub sees_session: bool,
    pub unit: Unit,
    /// In the order of the forms.
    pub forms: Vec<Form>,
    pub readings: Vec<ReadingId>,
    /// By which the readings were given to people of the unit.
    pub assignments: Vec<AssignmentId>,
    /// The forms that were passed on: the columns of `below`.
    pub kinds_below: Vec<UnitTaskKind>,
    /// Sub-units that it was passed on to.
    pub below: Vec<Row>,
    /// Direct sub-units that there are.
    pub n_sub_units: usize,
    /// Who handed in and who decided, by name.
    pub names: BTreeMap<PersonId, String>,
    /// The viewer leads it, or a unit above.
    pub may_hand_in: bool,
    /// The viewer gave it to the unit, so that they decide about it.
    pub gave: bool,
}

/// One form.
#[derive(Debug, Clone)]
pub struct Form {
    pub cell: Cell,
    /// It is for the viewer to decide about, and not their own.
    pub may_decide: bool,
    /// Begun, and not handed in yet.
    pub has_draft: bool,
    /// The unit that passed it on; nothing when HQ gave it.
    pub given_by: Option<(UnitId, String)>,
}

/// Finds a unit's answer to a call, for its leader or liaison, those above, and HQ.
///
/// # Errors
/// `NotFound` when the unit is out of reach, or was not asked.
pub fn find(conn: &mut Conn, viewer: &Viewer, unit: UnitId, call: CallId, today: NaiveDate) -> Result<Answer> {
    let unit = organization::queries::find_unit(conn, &viewer.reach(), unit)?;
    let call = queries::find_call(conn, call)?;
    let tasks = queries::list_tasks(conn, call.id)?;
    let mut own: Vec<&UnitTask> = tasks.iter().filter(|(_, of)| of.id == unit.id).map(|(task, _)| task).collect();
    if own.is_empty() {
        return Err(Error::NotFound("call"));
    }
    own.sort_by_key(|task| task.kind);
    let people = queries::list_people_counts(conn, call.id)?;
    let ids: Vec<UnitTaskId> = own.iter().map(|task| task.id).collect();
    let begun = queries::list_begun(conn, &ids)?;
    let form = |task: &&UnitTask| {
        let giver = decide::giver(task, &tasks);
        let parent = task.parent_id.and_then(|id| tasks.iter().find(|(one, _)| one.id == id));
        let given_by = parent.map(|(_, of)| (of.id, of.name.clone()));
        Form {
            cell: progress::cell(task, &tasks, &people, today),
            may_decide: decide::gave(viewer, giver) && !decide::is_own(viewer, task),
            has_draft: task.state == UnitTaskState::Open && begun.contains(&task.id),
            given_by,
        }
    };
    let forms: Vec<Form> = own.iter().map(form).collect();
    let gave = own.iter().any(|task| decide::gave(viewer, decide::giver(task, &tasks)));
    let is_below = |task: &UnitTask| task.parent_id.is_some_and(|parent| ids.contains(&parent));
    let kinds_below: Vec<UnitTaskKind> = UnitTaskKind::ALL
        .iter()
        .copied()
        .filter(|kind| tasks.iter().any(|(task, _)| task.kind == *kind && is_below(task)))
        .collect();
    let below = progress::rows(&tasks, &kinds_below, &people, Some(&ids), today);
    let people_named = own.iter().flat_map(|task| [task.submitted_by, task.decided_by]).flatten().collect::<Vec<_>>();
    let sees_session = match call.session_id {
        Some(session) => training::queries::is_visible(conn, viewer, session)?,
        None => false,
    };
    Ok(Answer {
        sees_session,
        session_title: queries::find_session_title(conn, &call)?,
        readings: queries::list_readings(conn, call.id)?,
        assignments: queries::list_assignments(conn, &ids)?,
        n_sub_units: queries::count_children(conn, unit.id)?,
        names: queries::list_names(conn, &people_named)?,
        may_hand_in: viewer.reach_of_decisions().covers(&unit.path),
        call,
        unit,
        forms,
        kinds_below,
        below,
        gave,
    })
}

/// One call on a unit's board.
#[derive(Debug, Clone)]
pub struct Listed {
    pub call: Call,
    /// What stands of it, as it is shown, in the order of the forms.
    pub tasks: Vec<UnitTask>,
}

impl Listed {
    /// Something is left for the unit to do.
    pub fn is_open(&self) -> bool {
        self.tasks.iter().any(|task| task.state.is_editable())
    }

    pub fn n_met(&self) -> usize {
        self.tasks.iter().filter(|task| task.state.is_met()).count()
    }

    /// The day that holds for the unit: see [`day_of`].
    pub fn due_on(&self) -> NaiveDate {
        day_of(&self.tasks).unwrap_or(self.call.due_on)
    }
}

/// The day that holds for what a unit was asked for: the earliest on which something is still to be met, else, when all
/// of it is handed in, the last that was given, so that whoever was given more time does not look late.
pub fn day_of<'a>(tasks: impl IntoIterator<Item = &'a UnitTask>) -> Option<NaiveDate> {
    let (mut open, mut last): (Option<NaiveDate>, Option<NaiveDate>) = (None, None);
    for task in tasks {
        last = last.max(Some(task.due_on));
        if task.state.is_editable() {
            open = Some(open.map_or(task.due_on, |day| day.min(task.due_on)));
        }
    }
    open.or(last)
}

/// The calls that a unit was asked by, the newest first: all that are open, and the latest of the others.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list_of_unit(conn: &mut Conn, unit: UnitId, n_answered: usize) -> Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = Vec::new();
    for (task, call) in queries::list_of_unit(conn, unit)? {
        if task.state == UnitTaskState::Withdrawn {
            continue;
        }
        match listed.last_mut() {
            Some(last) if last.call.id == call.id => last.tasks.push(task),
            _ => listed.push(Listed { call, tasks: vec![task] }),
        }
    }
    listed.iter_mut().for_each(|one| one.tasks.sort_by_key(|task| task.kind));
    let mut n_left = n_answered;
    listed.retain(|one| {
        let is_kept = one.is_open() || n_left > 0;
        n_left -= usize::from(!one.is_open() && n_left > 0);
        is_kept
    });
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: UnitTaskState, due_on: &str) -> UnitTask {
        UnitTask {
            id: UnitTaskId(1),
            call_id: CallId(1),
            unit_id: UnitId(1),
            parent_id: None,
            kind: UnitTaskKind::ImplementationReport,
            state,
            due_on: due_on.parse().expect("a date"),
            submitted_by: None,
            submitted_at: None,
            decided_by: None,
            decided_at: None,
            comment: String::new(),
            version: 1,
        }
    }

    #[test]
    fn the_day_is_the_earliest_still_to_be_met_and_once_all_is_handed_in_the_last_that_was_given() {
        use UnitTaskState::{Accepted, Open, Returned, Submitted};
        let day = |tasks: &[UnitTask]| day_of(tasks).map(|day| day.to_string());
        let (call, extended) = ("2024-07-19", "2024-07-26");

        let open = [task(Submitted, call), task(Open, extended), task(Returned, "2024-07-29")];
        let handed_in = [task(Accepted, call), task(Submitted, extended)];

        assert_eq!(day(&open).as_deref(), Some(extended));
        assert_eq!(day(&handed_in).as_deref(), Some(extended));
        assert_eq!(day(&[]), None);
    }
}
