//! What a line of a roster means here: which unit it names, whether the person is new, changed or the same, what is wrong.

use super::model::{Category, NewPerson, Person, Unit};
use super::roster_file::{Column, Line, fold};
use crate::access::UnitPath;
use crate::error::Message;
use crate::store::ids::UnitId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

crate::choices! {
    pub enum Verdict {
        New = "new",
        Changed = "changed",
        Unchanged = "unchanged",
        Error = "error",
    }
}

crate::choices! {
    /// Why a cell cannot be taken, in a word that the page words.
    pub enum Reason {
        Missing = "missing",
        /// The same employee number stands in an earlier row.
        Twice = "twice",
        UnknownUnit = "unknown_unit",
        /// Several units have this name.
        AmbiguousUnit = "ambiguous_unit",
        UnknownCategory = "unknown_category",
        NotANumber = "not_a_number",
        BadEmail = "bad_email",
        TooLong = "too_long",
        /// The employee number is that of somebody who left.
        HasLeft = "has_left",
    }
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellProblem {
    pub column: Column,
    pub reason: Reason,
    /// What stands in the cell.
    pub value: String,
    /// What helps to correct it: the units it could mean, the earlier row.
    pub detail: String,
}

impl CellProblem {
    /// The column's name and what is wrong, to be worded.
    pub fn messages(&self) -> (Message, Message) {
        let column = match self.column {
            Column::EmployeeNumber => "roster-column-employee-number",
            Column::Name => "roster-column-name",
            Column::Unit => "roster-column-unit",
            Column::Branch => "roster-column-branch",
            Column::Post => "roster-column-post",
            Column::Category => "roster-column-category",
            Column::OrderNumber => "roster-column-order-number",
            Column::Email => "roster-column-email",
        };
        let reason = match self.reason {
            Reason::Missing => "roster-reason-missing",
            Reason::Twice => "roster-reason-twice",
            Reason::UnknownUnit => "roster-reason-unknown-unit",
            Reason::AmbiguousUnit => "roster-reason-ambiguous-unit",
            Reason::UnknownCategory => "roster-reason-unknown-category",
            Reason::NotANumber => "roster-reason-not-a-number",
            Reason::BadEmail => "roster-reason-bad-email",
            Reason::TooLong => "roster-reason-too-long",
            Reason::HasLeft => "roster-reason-has-left",
        };
        let reason = Message::new(reason).with("value", self.value.as_str()).with("detail", self.detail.as_str());
        (Message::new(column), reason)
    }
}

/// A value that the roster changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub column: Column,
    pub old: String,
    pub new: String,
}

/// A line as it is understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    New(NewPerson),
    Changed(NewPerson, Vec<Change>),
    Unchanged(NewPerson),
    Wrong(Vec<CellProblem>),
}

/// Longest texts that are taken, in characters.
const LONGEST_NUMBER: usize = 40;
const LONGEST_NAME: usize = 60;
const LONGEST_POST: usize = 120;

/// The units by what a roster may call them.
pub struct UnitIndex {
    units: Vec<Unit>,
    by_id: HashMap<UnitId, usize>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

/// Why a unit's cells name none.
#[derive(Debug, Clone, PartialEq)]
pub enum UnitProblem {
    Missing,
    Unknown { column: Column },
    Ambiguous { column: Column, candidates: Vec<String> },
}

fn key(text: &str) -> String {
    fold(text).split_whitespace().collect()
}

impl UnitIndex {
    pub fn new(units: Vec<Unit>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, unit) in units.iter().enumerate() {
            by_name.entry(key(&unit.name)).or_default().push(index);
        }
        Self {
            by_id: units.iter().enumerate().map(|(index, unit)| (unit.id, index)).collect(),
            by_code: units.iter().enumerate().map(|(index, unit)| (key(&unit.code), index)).collect(),
            by_name,
            units,
        }
    }

    #[expect(clippy::indexing_slicing, reason = "each index that is kept is one of the units, which stay as they are")]
    fn unit(&self, index: usize) -> &Unit {
        &self.units[index]
    }

    /// The unit's name with those above it, without the group's: `第一工程公司/综合办公室`.
    pub fn full_name(&self, id: UnitId) -> String {
        let mut names = Vec::new();
        let mut at = self.by_id.get(&id).map(|index| self.unit(*index));
        while let Some(unit) = at {
            if unit.parent_id.is_some() || names.is_empty() {
                names.push(unit.name.as_str());
            }
            at = unit.parent_id.and_then(|parent| self.by_id.get(&parent)).map(|index| self.unit(*index));
        }
        names.reverse();
        names.join("/")
    }

    /// The two cells, unit and branch, that a roster names a unit by.
    pub fn cells(&self, id: UnitId) -> (String, String) {
        let full = self.full_name(id);
        let (unit, branch) = full.split_once('/').unwrap_or((&full, ""));
        match self.find(unit, branch) {
            Ok(found) if found == id => (unit.to_owned(), branch.to_owned()),
            _ => (self.by_id.get(&id).map_or(String::new(), |index| self.unit(*index).code.clone()), String::new()),
        }
    }

    /// The unit that the cells 单位 and 部门 name: by code, by name, or by a path of names.
    ///
    /// # Errors
    /// Why they name none.
    pub fn find(&self, unit: &str, branch: &str) -> Result<UnitId, UnitProblem> {
        let chosen = match (unit.is_empty(), branch.is_empty()) {
            (true, true) => return Err(UnitProblem::Missing),
            (false, true) => self.only(self.named(unit, None), Column::Unit)?,
            (true, false) => self.only(self.named(branch, None), Column::Branch)?,
            (false, false) => {
                let above = self.named(unit, None);
                if above.is_empty() {
                    return Err(UnitProblem::Unknown { column: Column::Unit });
                }
                // Both cells alike: the unit itself, of which some say that it is its own department.
                if key(unit) == key(branch) {
                    return self.only(above, Column::Unit).map(|index| self.unit(index).id);
                }
                let mut below: Vec<usize> =
                    above.iter().flat_map(|index| self.named(branch, Some(&self.unit(*index).path))).collect();
                below.sort_unstable();
                below.dedup();
                let is_child =
                    |index: &usize| above.iter().any(|a| self.unit(*index).parent_id == Some(self.unit(*a).id));
                let children: Vec<usize> = below.iter().copied().filter(is_child).collect();
                self.only(if children.len() == 1 { children } else { below }, Column::Branch)?
            }
        };
        Ok(self.unit(chosen).id)
    }

    fn only(&self, found: Vec<usize>, column: Column) -> Result<usize, UnitProblem> {
        match found.as_slice() {
            [] => Err(UnitProblem::Unknown { column }),
            [one] => Ok(*one),
            many => {
                let candidates = many.iter().map(|index| {
                    let unit = self.unit(*index);
                    format!("{} ({})", self.full_name(unit.id), unit.code)
                });
                Err(UnitProblem::Ambiguous { column, candidates: candidates.collect() })
            }
        }
    }

    /// All units with this code, name or path, of the whole tree or below one unit.
    fn named(&self, text: &str, below: Option<&UnitPath>) -> Vec<usize> {
        let within = |index: &usize| {
            below.is_none_or(|path| self.unit(*index).path != *path && path.contains(&self.unit(*index).path))
        };
        if let Some(index) = self.by_code.get(&key(text)).filter(|index| within(index)) {
            return vec![*index];
        }
        let named = |name: &str| -> Vec<usize> {
            self.by_name.get(&key(name)).into_iter().flatten().copied().filter(|index| within(index)).collect()
        };
        let whole = named(text);
        if !whole.is_empty() {
            return whole;
        }
        // A path: each name a child of the one before.
        let mut parts = text.split(['/', '／', '\\', '>', '＞', '→']).filter(|part| !part.trim().is_empty());
        let Some(first) = parts.next() else { return Vec::new() };
        let mut found = named(first);
        for part in parts {
            let children = self.by_name.get(&key(part)).cloned().unwrap_or_default();
            found = children
                .into_iter()
                .filter(|child| found.iter().any(|parent| self.unit(*child).parent_id == Some(self.unit(*parent).id)))
                .collect();
        }
        found
    }
}

/// The category that a cell names, by its word here or by what offices call it.
pub fn category_named(text: &str) -> Option<Category> {
    match key(text).as_str() {
        "group_leadership" | "groupleadership" | "集团领导班子成员" | "集团领导班子" | "集团领导" | "集团班子" => {
            Some(Category::GroupLeadership)
        }
        "enterprise_leadership"
        | "enterpriseleadership"
        | "所属企业领导班子成员"
        | "所属企业领导班子"
        | "企业领导班子成员"
        | "企业领导班子"
        | "企业领导"
        | "企业班子" => Some(Category::EnterpriseLeadership),
        "hq_middle"
        | "hqmiddle"
        | "headquartersmiddlemanagement"
        | "hqmid-levelcadres"
        | "总部职能部门中层干部"
        | "集团总部中层干部"
        | "总部中层干部"
        | "总部中层"
        | "职能部门中层干部"
        | "中层干部"
        | "中层" => Some(Category::HqMiddle),
        "staff" | "其他人员" | "一般人员" | "一般员工" | "普通员工" | "员工" | "职工" | "其他" => {
            Some(Category::Staff)
        }
        _ => None,
    }
}

/// What is said of a category in a roster that is handed out.
pub fn category_name(category: Category) -> &'static str {
    match category {
        Category::GroupLeadership => "集团领导班子成员",
        Category::EnterpriseLeadership => "所属企业领导班子成员",
        Category::HqMiddle => "总部职能部门中层干部",
        Category::Staff => "一般人员",
    }
}

/// Whether text can be an address: one sign between something and a name with a point, nothing that could add lines.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._%+-'".contains(c);
    !local.is_empty()
        && local.chars().all(plain)
        && text.len() <= 254
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

/// Judges a line against the person who has its employee number now, if any.
pub fn judge(line: &Line, units: &UnitIndex, existing: Option<&Person>) -> Judgement {
    let mut problems = Vec::new();
    let mut wrong = |column, reason, value: &str, detail: String| {
        problems.push(CellProblem { column, reason, value: value.to_owned(), detail });
    };
    let lengths = [
        (Column::EmployeeNumber, line.employee_number.as_str(), LONGEST_NUMBER),
        (Column::Name, line.name.as_str(), LONGEST_NAME),
        (Column::Post, line.post.as_deref().unwrap_or(""), LONGEST_POST),
    ];
    for (column, text, longest) in lengths {
        if text.is_empty() && column != Column::Post {
            wrong(column, Reason::Missing, "", String::new());
        }
        if text.chars().count() > longest {
            wrong(column, Reason::TooLong, text, longest.to_string());
        }
    }
    if let Some(row) = line.same_as {
        wrong(Column::EmployeeNumber, Reason::Twice, &line.employee_number, row.to_string());
    }
    if let Some(left_on) = existing.and_then(|person| person.left_on) {
        wrong(Column::EmployeeNumber, Reason::HasLeft, &line.employee_number, left_on.to_string());
    }
    let unit = units.find(&line.unit, &line.branch);
    let text_of = |column| if column == Column::Branch { &line.branch } else { &line.unit };
    match &unit {
        Ok(_) => {}
        Err(UnitProblem::Missing) => wrong(Column::Unit, Reason::Missing, "", String::new()),
        Err(UnitProblem::Unknown { column }) => wrong(*column, Reason::UnknownUnit, text_of(*column), String::new()),
        Err(UnitProblem::Ambiguous { column, candidates }) => {
            wrong(*column, Reason::AmbiguousUnit, text_of(*column), candidates.join("；"));
        }
    }
    let category = match line.category.as_deref() {
        None => Some(existing.map_or(Category::Staff, |person| person.category)),
        Some("") => {
            wrong(Column::Category, Reason::Missing, "", String::new());
            None
        }
        Some(text) => {
            let found = category_named(text);
            if found.is_none() {
                wrong(Column::Category, Reason::UnknownCategory, text, String::new());
            }
            found
        }
    };
    // Without a number of its own a new person stands where the roster has them.
    let order_number = match line.order_number.as_deref() {
        None | Some("") => existing.map_or(line.number, |person| person.order_number),
        Some(text) => text.parse().ok().filter(|number| (0..=1_000_000).contains(number)).unwrap_or_else(|| {
            wrong(Column::OrderNumber, Reason::NotANumber, text, String::new());
            0
        }),
    };
    let email = match line.email.as_deref() {
        None => existing.and_then(|person| person.email.clone()),
        Some("") => None,
        Some(text) => {
            if !is_email(text) {
                wrong(Column::Email, Reason::BadEmail, text, String::new());
            }
            Some(text.to_owned())
        }
    };
    let (Ok(unit_id), Some(category), true) = (unit, category, problems.is_empty()) else {
        return Judgement::Wrong(problems);
    };
    let wanted = NewPerson {
        employee_number: line.employee_number.clone(),
        name: line.name.clone(),
        unit_id,
        post: line.post.clone().unwrap_or_else(|| existing.map_or(String::new(), |person| person.post.clone())),
        category,
        order_number,
        email,
    };
    match existing {
        None => Judgement::New(wanted),
        Some(person) => {
            let changes = changes(person, &wanted, units);
            if changes.is_empty() { Judgement::Unchanged(wanted) } else { Judgement::Changed(wanted, changes) }
        }
    }
}

/// What would be changed of a person.
pub fn changes(person: &Person, wanted: &NewPerson, units: &UnitIndex) -> Vec<Change> {
    let email = |email: &Option<String>| email.clone().unwrap_or_default();
    let pairs = [
        (Column::Name, person.name.clone(), wanted.name.clone()),
        (Column::Unit, units.full_name(person.unit_id), units.full_name(wanted.unit_id)),
        (Column::Post, person.post.clone(), wanted.post.clone()),
        (Column::Category, person.category.as_str().to_owned(), wanted.category.as_str().to_owned()),
        (Column::OrderNumber, person.order_number.to_string(), wanted.order_number.to_string()),
        (Column::Email, email(&person.email), email(&wanted.email)),
    ];
    // Two units may have one name: they are told apart by what they are.
    let is_change = |(column, old, new): &(Column, String, String)| {
        if *column == Column::Unit { person.unit_id != wanted.unit_id } else { old != new }
    };
    pairs.into_iter().filter(is_change).map(|(column, old, new)| Change { column, old, new }).collect()
}
