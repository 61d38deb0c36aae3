//! Units and people.

use crate::access::UnitPath;
use crate::i18n::Language;
use crate::store::ids::{PersonId, UnitId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::Serialize;

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
#[derive(Debug, Clone, Queryable, Serialize)]
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
