//! Units and people.

use super::roster_rules::Verdict;
use crate::access::UnitPath;
use crate::clock::Moment;
use crate::error::{Argument, Message};
use crate::i18n::Language;
use crate::store::ids::{PersonId, RosterImportId, UnitId};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

crate::choices! {
    /// The group that a person is counted in: the three of the notice, or staff.
    pub enum Category {
        GroupLeadership = "group_leadership",
        EnterpriseLeadership = "enterprise_leadership",
        HqMiddle = "hq_middle",
        Staff = "staff",
    }
}

crate::choices! {
    pub enum UnitKind {
        Group = "group",
        Department = "department",
        Enterprise = "enterprise",
        /// A department, branch or project of an enterprise.
        Branch = "branch",
    }
}

/// A node of the organisation tree. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize, Deserialize)]
pub struct Unit {
    pub id: UnitId,
    pub parent_id: Option<UnitId>,
    pub code: String,
    pub name: String,
    pub kind: UnitKind,
    /// The fixed order among the units of one parent.
    pub position: i64,
    pub path: UnitPath,
    /// The positions from the root: sorting by it gives the tree in its fixed order.
    pub sort_key: String,
    pub version: i64,
}

impl Unit {
    /// How deep it lies: the group is 0.
    pub fn depth(&self) -> usize {
        self.path.0.matches('/').count().saturating_sub(2)
    }
}

/// Somebody on the roster. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Person {
    pub id: PersonId,
    pub employee_number: String,
    pub name: String,
    pub unit_id: UnitId,
    pub post: String,
    pub category: Category,
    /// The order within the unit, set by hand and never computed from the post.
    pub order_number: i64,
    pub email: Option<String>,
    pub language: Language,
    /// The day from which the person no longer belongs to the organisation.
    pub left_on: Option<NaiveDate>,
    pub version: i64,
}

/// A person to be added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewPerson {
    pub employee_number: String,
    pub name: String,
    pub unit_id: UnitId,
    pub post: String,
    pub category: Category,
    pub order_number: i64,
    pub email: Option<String>,
}

impl NewPerson {
    /// What would be added to have somebody as they stand.
    pub fn of(person: &Person) -> Self {
        Self {
            employee_number: person.employee_number.clone(),
            name: person.name.clone(),
            unit_id: person.unit_id,
            post: person.post.clone(),
            category: person.category,
            order_number: person.order_number,
            email: person.email.clone(),
        }
    }
}

/// Where a person belonged, from a day to a day, both included.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Membership {
    pub unit_id: UnitId,
    pub unit_name: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

/// The same without the unit's name, to be written again. Columns in the order of its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Serialize, Deserialize)]
pub struct Stay {
    pub unit_id: UnitId,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

crate::choices! {
    /// How far a roster that was handed in has come.
    pub enum ImportState {
        /// Waits to be read, or is being read.
        Received = "received",
        /// Understood: waits to be confirmed, or to be corrected when it has errors.
        Checked = "checked",
        /// Could not be read as a roster at all.
        Refused = "refused",
        Applied = "applied",
    }
}

/// A roster that was handed in, without its file.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct RosterImport {
    pub id: RosterImportId,
    pub file_name: String,
    pub uploaded_by: Option<PersonId>,
    pub uploaded_at: Moment,
    pub state: ImportState,
    /// A word: why it was refused, or that it had to be checked again.
    pub problem: Option<String>,
    pub n_new: i64,
    pub n_changed: i64,
    pub n_unchanged: i64,
    pub n_errors: i64,
    pub applied_at: Option<Moment>,
    /// When it was taken back.
    pub undone_at: Option<Moment>,
}

/// For so long after it was written a roster can be taken back; how people stood before is forgotten then.
pub const UNDONE_WITHIN: TimeDelta = TimeDelta::days(7);

impl RosterImport {
    pub fn n_rows(&self) -> i64 {
        self.n_new + self.n_changed + self.n_unchanged + self.n_errors
    }

    /// Whether confirming it would write anything.
    pub fn can_be_applied(&self) -> bool {
        self.state == ImportState::Checked && self.n_errors == 0 && self.n_new + self.n_changed > 0
    }

    /// The last moment at which it can be taken back, of one that was written and was not taken back.
    pub fn undone_until(&self) -> Option<Moment> {
        self.applied_at.filter(|_| self.undone_at.is_none()).map(|applied_at| applied_at + UNDONE_WITHIN)
    }
}

/// A row of a roster as it was understood. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct ImportRow {
    pub import_id: RosterImportId,
    pub row_number: i64,
    pub verdict: Verdict,
    pub employee_number: String,
    pub name: String,
    pub unit_id: Option<UnitId>,
    /// What the roster calls the unit.
    pub unit_text: String,
    pub post: String,
    /// Empty where the row has errors.
    pub category: String,
    pub order_number: i64,
    pub email: Option<String>,
    /// JSON: of a changed row its changes, of a wrong one its problems.
    pub changes: String,
    /// JSON: a [`StoodBefore`] once the row was written, for as long as it can be taken back.
    pub stood_before: Option<String>,
}

/// How somebody stood before their row was written: what taking it back needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoodBefore {
    pub person: PersonId,
    /// The person's version as the row left it: with another one they were changed since.
    pub version: i64,
    /// Nothing for who was added.
    pub as_was: Option<NewPerson>,
    /// All that they had, of somebody who was moved to another unit.
    pub stays: Option<Vec<Stay>>,
}

crate::choices! {
    /// What has come of somebody since an import wrote their row, in a word that the page words.
    pub enum Since {
        Changed = "changed",
        Left = "left",
        Account = "account",
        /// On a session's roster, asked for by name, or its clerk.
        Session = "session",
        Attendance = "attendance",
        Task = "task",
        Meeting = "meeting",
        /// Mail, a reminder, whatever else is kept of them.
        Other = "other",
    }
}

/// Somebody whom an import wrote, and who is no longer as it left them.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedSince {
    pub person: PersonId,
    pub name: String,
    pub employee_number: String,
    pub what: BTreeSet<Since>,
}

impl ChangedSince {
    /// Who, and what was changed.
    pub fn message(&self) -> Message {
        Message::new("import-undo-since")
            .with("name", self.name.as_str())
            .with("number", self.employee_number.as_str())
            .with("what", self.texts())
    }

    /// The texts that say what was changed.
    pub fn texts(&self) -> Argument {
        Argument::Texts(self.what.iter().map(|since| format!("import-since-{}", since.as_str())).collect())
    }
}
