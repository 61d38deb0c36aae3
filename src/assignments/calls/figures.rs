//! How many units were asked, met and wait, by form and altogether. Pure; the formula stands under each table.

use super::model::{ShownUnitTask, UnitTask, UnitTaskKind, UnitTaskState};
use crate::store::ids::UnitId;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures of a call. Tasks that a unit passed on to those below, and what was withdrawn, are in none of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// In the order of the kinds; only what was asked for.
    pub kinds: Vec<KindFigures>,
    /// Units that were asked for anything.
    pub n_asked: i64,
    /// Units that met everything they were asked for.
    pub n_met: i64,
    /// Units with something that nobody has handed in, or that was returned.
    pub n_unanswered: i64,
    /// Of those, with something past its day.
    pub n_overdue: i64,
    /// Units with something that waits for a decision.
    pub n_to_decide: i64,
}

/// One form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindFigures {
    pub kind: UnitTaskKind,
    pub n_asked: i64,
    /// Submitted, or accepted; of readings: passed on.
    pub n_met: i64,
    pub n_accepted: i64,
    pub n_to_decide: i64,
    pub n_returned: i64,
    pub n_overdue: i64,
}

/// Counts the tasks that HQ gave. Of the meetings, met ÷ asked is the exchange rate (`product.md` 6).
pub fn count<'a>(tasks: impl IntoIterator<Item = &'a UnitTask>, today: NaiveDate) -> Figures {
    let mut by_unit: BTreeMap<UnitId, Vec<&UnitTask>> = BTreeMap::new();
    for task in tasks {
        if task.parent_id.is_none() && task.state != UnitTaskState::Withdrawn {
            by_unit.entry(task.unit_id).or_default().push(task);
        }
    }
    let n_units = |is_so: &dyn Fn(&UnitTask) -> bool| {
        by_unit.values().filter(|tasks| tasks.iter().any(|task| is_so(task))).count() as i64
    };
    let kinds = UnitTaskKind::ALL.iter().filter_map(|kind| {
        let of_kind: Vec<&&UnitTask> = by_unit.values().flatten().filter(|task| task.kind == *kind).collect();
        let n = |is_so: &dyn Fn(&UnitTask) -> bool| of_kind.iter().filter(|task| is_so(task)).count() as i64;
        (!of_kind.is_empty()).then(|| KindFigures {
            kind: *kind,
            n_asked: of_kind.len() as i64,
            n_met: n(&|task| task.state.is_met()),
            n_accepted: n(&|task| task.state == UnitTaskState::Accepted),
            n_to_decide: n(&|task| task.shown(today) == ShownUnitTask::Submitted),
            n_returned: n(&|task| task.state == UnitTaskState::Returned),
            n_overdue: n(&|task| task.shown(today) == ShownUnitTask::Overdue),
        })
    });
    Figures {
        kinds: kinds.collect(),
        n_asked: by_unit.len() as i64,
        n_met: by_unit.values().filter(|tasks| tasks.iter().all(|task| task.state.is_met())).count() as i64,
        n_unanswered: n_units(&|task| task.state.is_editable()),
        n_overdue: n_units(&|task| task.shown(today) == ShownUnitTask::Overdue),
        n_to_decide: n_units(&|task| task.shown(today) == ShownUnitTask::Submitted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ids::{CallId, UnitTaskId};

    fn task(unit: i64, kind: UnitTaskKind, state: UnitTaskState, due_on: &str) -> UnitTask {
        UnitTask {
            id: UnitTaskId(unit * 10 + kind as i64),
            call_id: CallId(1),
            unit_id: UnitId(unit),
            parent_id: None,
            kind,
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

    fn figures(tasks: &[UnitTask]) -> Figures {
        count(tasks, "2024-07-20".parse().expect("a date"))
    }

    #[test]
    fn a_unit_has_met_when_everything_it_was_asked_for_is_submitted_or_accepted() {
        use UnitTaskKind::{ExchangeMeeting, ImplementationReport};
        use UnitTaskState::{Accepted, Open, Returned, Submitted};
        let tasks = [
            task(1, ExchangeMeeting, Accepted, "2024-07-20"),
            task(1, ImplementationReport, Submitted, "2024-07-20"),
            task(2, ExchangeMeeting, Submitted, "2024-07-20"),
            task(2, ImplementationReport, Returned, "2024-07-20"),
            task(3, ExchangeMeeting, Open, "2024-07-20"),
            task(3, ImplementationReport, Open, "2024-07-19"),
        ];

        let found = figures(&tasks);

        assert_eq!((found.n_met, found.n_asked), (1, 3));
        assert_eq!((found.kinds[0].n_met, found.kinds[0].n_asked), (2, 3));
        assert_eq!((found.kinds[1].n_met, found.kinds[1].n_asked), (1, 3));
        assert_eq!((found.n_unanswered, found.n_overdue, found.n_to_decide), (2, 1, 2));
    }

    #[test]
    fn what_was_withdrawn_or_passed_on_below_leaves_every_denominator() {
        use UnitTaskKind::ExchangeMeeting;
        let asked = task(1, ExchangeMeeting, UnitTaskState::Accepted, "2024-07-20");
        let withdrawn = task(2, ExchangeMeeting, UnitTaskState::Withdrawn, "2024-07-01");
        let below =
            UnitTask { parent_id: Some(asked.id), ..task(3, ExchangeMeeting, UnitTaskState::Open, "2024-07-01") };

        let found = figures(&[asked, withdrawn, below]);

        assert_eq!((found.n_met, found.n_asked, found.n_unanswered, found.n_overdue), (1, 1, 0, 0));
        assert_eq!((found.kinds[0].n_met, found.kinds[0].n_asked), (1, 1));
    }

    #[test]
    fn a_call_without_tasks_has_nothing_to_divide_by() {
        assert_eq!(figures(&[]), Figures::default());
    }
}
