//! Whoever gave a unit's task decides about it: accepts, returns with a comment, gives more time, withdraws.

use super::model::{UnitTask, UnitTaskKind, UnitTaskState};
use super::queries;
use crate::access::{UnitPath, Viewer};
use crate::assignments::exchange;
use crate::assignments::giving::{self, NOTE_LENGTH};
use crate::assignments::pick::Pick;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::{CallId, UnitTaskId};
use chrono::NaiveDate;
use serde_json::json;

/// What is decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Accept,
    Return {
        comment: String,
    },
    Extend {
        /// Nothing when it was not a date.
        due_on: Option<NaiveDate>,
        reason: String,
    },
    Withdraw {
        reason: String,
    },
}

impl Decision {
    /// Whether a task in this state can still be decided about so.
    pub fn fits(&self, task: &UnitTask) -> bool {
        match (self, task.state) {
            // What was accepted by mistake is returned too: there is no other way back.
            (Self::Accept, UnitTaskState::Submitted)
            | (Self::Return { .. }, UnitTaskState::Submitted | UnitTaskState::Accepted) => task.kind.needs_acceptance(),
            (Self::Extend { .. }, UnitTaskState::Open | UnitTaskState::Returned) => true,
            // What was accepted stays: the unit did it.
            (Self::Withdraw { .. }, UnitTaskState::Open | UnitTaskState::Submitted | UnitTaskState::Returned) => true,
            (Self::Accept | Self::Return { .. }, UnitTaskState::Open | UnitTaskState::Returned)
            | (Self::Extend { .. }, UnitTaskState::Submitted)
            | (Self::Accept | Self::Extend { .. } | Self::Withdraw { .. }, UnitTaskState::Accepted)
            | (_, UnitTaskState::Withdrawn) => false,
        }
    }

    /// What is said to the unit.
    fn words(&self) -> &str {
        match self {
            Self::Accept => "",
            Self::Return { comment } => comment.trim(),
            Self::Extend { reason, .. } | Self::Withdraw { reason } => reason.trim(),
        }
    }

    fn action(&self) -> Action {
        let name = match self {
            Self::Accept => "calls.accepted",
            Self::Return { .. } => "calls.returned",
            Self::Extend { .. } => "calls.extended",
            Self::Withdraw { .. } => "calls.withdrawn",
        };
        Action::new(name, "call")
    }

    /// What is wrong with it, at the fields `comment` and `due_on`.
    fn problems(&self, tasks: &[&UnitTask], today: NaiveDate) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Self::Extend { due_on, .. } = self {
            problems.extend(giving::due_problem(*due_on, today));
            if problems.is_empty() && tasks.iter().any(|task| due_on.is_some_and(|due_on| due_on <= task.due_on)) {
                problems.push(Problem::at("due_on", Message::new("tasks-problem-due-not-later")));
            }
        }
        let missing = match self {
            Self::Accept => return problems,
            Self::Return { .. } => "call-problem-comment-missing",
            Self::Extend { .. } => "tasks-problem-reason-missing",
            Self::Withdraw { .. } => "call-problem-withdraw-reason-missing",
        };
        if self.words().is_empty() {
            problems.push(Problem::at("comment", Message::new(missing)));
        }
        if self.words().chars().count() > NOTE_LENGTH {
            problems
                .push(Problem::at("comment", Message::new("tasks-problem-note-long").with("n", NOTE_LENGTH as i64)));
        }
        problems
    }
}

/// Whether a unit's task is the viewer's to decide about by where it came from: HQ about what it asked for, whoever
/// leads the unit that passed it on, or a unit above that one, about the rest (`rules.md` 3). `giver` is the path of
/// that unit.
pub fn gave(viewer: &Viewer, giver: Option<&UnitPath>) -> bool {
    match giver {
        None => viewer.is_hq(),
        Some(path) => viewer.reach_of_decisions().covers(path),
    }
}

/// Whether it is the viewer's own: handed in by them, or of a unit that they lead. Nobody decides their own (`rules.md` 4).
pub fn is_own(viewer: &Viewer, task: &UnitTask) -> bool {
    task.submitted_by == Some(viewer.person) || viewer.led_units().any(|unit| unit == task.unit_id)
}

/// The path of the unit that passed a task on; nothing when HQ gave it. `tasks` are all of the call.
pub fn giver<'a>(task: &UnitTask, tasks: &'a [(UnitTask, Unit)]) -> Option<&'a UnitPath> {
    let parent = task.parent_id?;
    tasks.iter().find(|(one, _)| one.id == parent).map(|(_, unit)| &unit.path)
}

/// Decides about the ticked tasks of a call, each as it was shown. With what is withdrawn goes what was passed on of it.
///
/// # Errors
/// `NotFound` when one is not the viewer's to decide about; `Conflict` when one has changed since; `Refused` when
/// nothing, or one's own, was ticked, or with a problem at a field.
pub fn decide(
    conn: &mut Conn,
    viewer: &Viewer,
    call: CallId,
    picks: &[Pick<UnitTaskId>],
    decision: &Decision,
    now: Moment,
    today: NaiveDate,
) -> Result<usize> {
    // Before anything is looked up: the answer must not tell whether a call out of reach exists.
    if picks.is_empty() {
        return Err(Error::Refused(vec![Problem::at("task", Message::new("call-problem-nothing-ticked"))]));
    }
    let tasks = queries::list_tasks(conn, call)?;
    let mut found = Vec::with_capacity(picks.len());
    for pick in picks {
        let task = tasks.iter().map(|(task, _)| task).find(|task| task.id == pick.task);
        let task = task.filter(|task| gave(viewer, giver(task, &tasks))).ok_or(Error::NotFound("unit task"))?;
        if is_own(viewer, task) {
            return Err(Error::Refused(vec![Problem::at("task", Message::new("call-problem-own"))]));
        }
        if task.version != pick.version {
            return Err(Error::Conflict);
        }
        if !decision.fits(task) {
            return Err(Error::Refused(vec![Problem::at("task", Message::new("call-problem-does-not-fit"))]));
        }
        found.push(task);
    }
    let problems = decision.problems(&found, today);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let ids: Vec<UnitTaskId> = found.iter().map(|task| task.id).collect();
    let n_decided = match decision {
        Decision::Accept => queries::mark_decided(conn, &ids, UnitTaskState::Accepted, viewer.person, now, "")?,
        Decision::Return { .. } => {
            queries::mark_decided(conn, &ids, UnitTaskState::Returned, viewer.person, now, decision.words())?
        }
        Decision::Extend { due_on, .. } => queries::update_due(conn, &ids, due_on.unwrap_or(today), decision.words())?,
        Decision::Withdraw { .. } => withdraw(conn, viewer, &tasks, &ids, decision, now)?,
    };
    // Whoever was in a meeting has made up by its record, unless that was returned.
    for task in found.iter().filter(|task| task.kind == UnitTaskKind::ExchangeMeeting) {
        exchange::settle_task(conn, task.id)?;
    }
    let before: Vec<_> =
        found.iter().map(|task| json!({ "task": task.id, "state": task.state, "due_on": task.due_on })).collect();
    let due_on = match decision {
        Decision::Extend { due_on, .. } => *due_on,
        Decision::Accept | Decision::Return { .. } | Decision::Withdraw { .. } => None,
    };
    let details = json!({ "before": before, "words": decision.words(), "due_on": due_on });
    audit::record(conn, &viewer.actor(), now, decision.action(), call.0, &details)?;
    Ok(n_decided)
}

/// Withdraws a whole call: all that HQ asked for by it and has not accepted, and what was passed on of that. `shown`
/// are those tasks as they stood on the page that asked.
///
/// # Errors
/// `Forbidden` for anybody but HQ; `NotFound` when there is no such call; `Conflict` when a unit's answer has changed
/// since; `Refused` without a reason.
pub fn withdraw_call(
    conn: &mut Conn,
    viewer: &Viewer,
    call: CallId,
    shown: &[Pick<UnitTaskId>],
    reason: &str,
    now: Moment,
    today: NaiveDate,
) -> Result<usize> {
    let (decision, tasks) = (Decision::Withdraw { reason: reason.to_owned() }, queries::list_tasks(conn, call)?);
    let to_go = standing(conn, viewer, call, &tasks)?;
    let problems = decision.problems(&[], today);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let is_as_shown = |task: &&UnitTask| shown.contains(&Pick { task: task.id, version: task.version });
    if shown.len() != to_go.len() || !to_go.iter().all(is_as_shown) {
        return Err(Error::Conflict);
    }
    let ids: Vec<UnitTaskId> = to_go.iter().map(|task| task.id).collect();
    let n_withdrawn = withdraw(conn, viewer, &tasks, &ids, &decision, now)?;
    let details = json!({ "tasks": ids, "words": decision.words(), "whole": true });
    audit::record(conn, &viewer.actor(), now, decision.action(), call.0, &details)?;
    Ok(n_withdrawn)
}

/// What of a whole call can still be withdrawn, among all of its tasks.
///
/// # Errors
/// `Forbidden` for anybody but HQ; `NotFound` when there is no such call; `Refused` when nothing is left.
pub fn standing<'a>(
    conn: &mut Conn,
    viewer: &Viewer,
    call: CallId,
    tasks: &'a [(UnitTask, Unit)],
) -> Result<Vec<&'a UnitTask>> {
    viewer.require_hq()?;
    queries::find_call(conn, call)?;
    let withdrawal = Decision::Withdraw { reason: String::new() };
    let of_hq = tasks.iter().map(|(task, _)| task).filter(|task| task.parent_id.is_none() && withdrawal.fits(task));
    let standing: Vec<&UnitTask> = of_hq.collect();
    if standing.is_empty() {
        return Err(Error::refused(Message::new("call-problem-nothing-to-withdraw")));
    }
    Ok(standing)
}

/// Withdraws tasks, what was passed on of them to sub-units, and what people were given by them and have not done.
fn withdraw(
    conn: &mut Conn,
    viewer: &Viewer,
    tasks: &[(UnitTask, Unit)],
    ids: &[UnitTaskId],
    decision: &Decision,
    now: Moment,
) -> Result<usize> {
    let all = with_passed_on(tasks, ids);
    let is_to_go = |task: &&UnitTask| all.contains(&task.id) && decision.fits(task);
    let to_go: Vec<UnitTaskId> = tasks.iter().map(|(task, _)| task).filter(is_to_go).map(|task| task.id).collect();
    queries::mark_decided(conn, &to_go, UnitTaskState::Withdrawn, viewer.person, now, decision.words())?;
    queries::withdraw_people_tasks(conn, &to_go)?;
    Ok(ids.len())
}

/// The tasks and all that was passed on of them, however far down.
fn with_passed_on(tasks: &[(UnitTask, Unit)], ids: &[UnitTaskId]) -> Vec<UnitTaskId> {
    let mut all = ids.to_vec();
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        let passed_on = tasks.iter().map(|(task, _)| task).filter(|task| task.parent_id == Some(parent));
        all.extend(passed_on.map(|task| task.id));
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignments::calls::UnitTaskKind;
    use crate::store::ids::UnitId;

    fn task(kind: UnitTaskKind, state: UnitTaskState) -> UnitTask {
        UnitTask {
            id: UnitTaskId(1),
            call_id: CallId(1),
            unit_id: UnitId(1),
            parent_id: None,
            kind,
            state,
            due_on: "2024-07-19".parse().expect("a date"),
            submitted_by: None,
            submitted_at: None,
            decided_by: None,
            decided_at: None,
            comment: String::new(),
            version: 1,
        }
    }

    /// The states in which a decision fits, of a form and of readings.
    fn fitting(decision: &Decision) -> [Vec<UnitTaskState>; 2] {
        [UnitTaskKind::ExchangeMeeting, UnitTaskKind::Readings]
            .map(|kind| UnitTaskState::ALL.iter().copied().filter(|state| decision.fits(&task(kind, *state))).collect())
    }

    #[test]
    fn each_decision_fits_its_states_and_readings_are_neither_accepted_nor_returned() {
        use UnitTaskState::{Accepted, Open, Returned, Submitted};
        let comment = String::new();

        assert_eq!(fitting(&Decision::Accept), [vec![Submitted], vec![]]);
        let returned = fitting(&Decision::Return { comment: comment.clone() });
        assert!(returned[0].len() == 2 && [Submitted, Accepted].iter().all(|state| returned[0].contains(state)));
        assert_eq!(returned[1], vec![]);
        assert_eq!(
            fitting(&Decision::Extend { due_on: None, reason: comment.clone() }),
            [vec![Open, Returned], vec![Open, Returned]]
        );
        assert_eq!(
            fitting(&Decision::Withdraw { reason: comment }),
            [vec![Open, Submitted, Returned], vec![Open, Submitted, Returned]]
        );
    }

    #[test]
    fn a_new_day_is_later_than_each_that_was_set_and_neither_past_nor_far() {
        let open = task(UnitTaskKind::ExchangeMeeting, UnitTaskState::Open);
        let today = "2024-07-10".parse().expect("a date");
        let problems = |day: &str| {
            let extension = Decision::Extend { due_on: day.parse().ok(), reason: "检查任务集中".to_owned() };
            extension.problems(&[&open], today).iter().map(|problem| problem.message.id).collect::<Vec<_>>()
        };

        assert_eq!(problems("2024-07-20"), Vec::<&str>::new());
        assert_eq!(problems("2024-07-19"), ["tasks-problem-due-not-later"]);
        assert_eq!(problems("2024-07-09"), ["tasks-problem-due-past"]);
        assert_eq!(problems("2026-07-19"), ["tasks-problem-due-far"]);
        assert_eq!(problems(""), ["tasks-problem-due-missing"]);
    }
}
