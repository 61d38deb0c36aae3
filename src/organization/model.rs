//! Units and people.

use super::roster_rules::Verdict;
use crate::access::UnitPath;
use crate::clock::Moment;
use crate::i18n::Language;
use crate::store::ids::{PersonId, RosterImportId, UnitId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, PartialEq)]
pub struct NewPerson {
    pub employee_number: String,
    pub name: String,
    pub unit_id: UnitId,
    pub post: String,
    pub category: Category,
    pub order_number: i64,
    pub email: Option<String>,
}

/// Where a person belonged, from a day to a day, both included.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Membership {
    pub unit_id: UnitId,
    pub unit_name: String,
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
}

impl RosterImport {
    pub fn n_rows(&self) -> i64 {
        self.n_new + self.n_changed + self.n_unchanged + self.n_errors
    }

    /// Whether confirming it would write anything.
    pub fn can_be_applied(&self) -> bool {
        self.state == ImportState::Checked && self.n_errors == 0 && self.n_new + self.n_changed > 0
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
}
