//! What the forms with which a unit answers a call have in common: the head that says what was asked of whom.

use crate::access::Reach;
use crate::assignments::calls::{OwnTask, ShownUnitTask};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::organization;
use crate::store::Conn;
use crate::store::ids::PersonId;
use chrono::NaiveDate;
use serde::Serialize;

/// What a call asks of a unit, how that stands, and what was said about it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Head {
    pub unit_name: String,
    pub unit_href: String,
    pub call_title: String,
    /// The call as this unit answers it: there it is taken back, accepted and returned.
    pub call_href: String,
    pub due_on: NaiveDate,
    pub state: ShownUnitTask,
    pub days_overdue: i64,
    pub comments: Vec<String>,
    pub submitted_at: Option<Moment>,
    pub is_editable: bool,
    pub may_hand_in: bool,
    /// What is handed in and not yet accepted can be taken back.
    pub may_take_back: bool,
}

/// Who kept a draft, by name.
pub(super) fn writer(conn: &mut Conn, by: Option<PersonId>) -> Result<Option<String>> {
    let Some(id) = by else { return Ok(None) };
    Ok(Some(organization::queries::find_person(conn, &Reach::Group, id, id)?.name))
}

impl Head {
    pub(super) fn of(own: &OwnTask, today: NaiveDate) -> Self {
        let state = own.task.shown(today);
        Self {
            unit_name: own.unit.name.clone(),
            unit_href: links::unit(own.unit.id),
            call_title: own.call.title.clone(),
            call_href: links::unit_call(own.unit.id, own.call.id),
            due_on: own.task.due_on,
            state,
            days_overdue: if state == ShownUnitTask::Overdue { (today - own.task.due_on).num_days() } else { 0 },
            comments: own.task.comments().into_iter().map(str::to_owned).collect(),
            submitted_at: own.task.submitted_at,
            is_editable: own.task.state.is_editable(),
            may_hand_in: own.may_hand_in,
            may_take_back: own.may_hand_in && state == ShownUnitTask::Submitted,
        }
    }
}
