//! HQ adds a person or corrects one. A change of unit ends the membership and begins another, dated today.

use super::model::{Category, NewPerson, Person, Unit};
use super::queries;
use super::roster_file::{person_name, plain};
use super::roster_rules::is_email;
use crate::access::{Reach, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A person as typed into the form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PersonInput {
    pub employee_number: String,
    pub name: String,
    pub unit: String,
    pub post: String,
    pub category: String,
    pub order_number: String,
    pub email: String,
    /// The first day on which the person no longer belongs.
    pub left_on: String,
    pub version: String,
}

impl PersonInput {
    /// What was typed, or what is wrong at which field.
    ///
    /// # Errors
    /// `Refused` with a problem at each field.
    pub fn read(&self, today: NaiveDate) -> Result<(NewPerson, Option<NaiveDate>)> {
        let mut problems = Vec::new();
        let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
        let employee_number: String = plain(&self.employee_number).split_whitespace().collect();
        if employee_number.is_empty() || employee_number.chars().count() > 40 {
            wrong("employee_number", "organization-employee-number-missing");
        }
        let name = person_name(&self.name);
        if name.is_empty() || name.chars().count() > 60 {
            wrong("name", "organization-name-missing");
        }
        let unit: Option<UnitId> = self.unit.parse().ok();
        if unit.is_none() {
            wrong("unit", "organization-unit-missing");
        }
        let post = plain(&self.post);
        if post.chars().count() > 120 {
            wrong("post", "organization-post-too-long");
        }
        let category: Option<Category> = self.category.parse().ok();
        if category.is_none() {
            wrong("category", "organization-category-missing");
        }
        let order_number = plain(&self.order_number).parse().ok().filter(|number| (0..=1_000_000).contains(number));
        if order_number.is_none() {
            wrong("order_number", "organization-order-number-wrong");
        }
        let email = plain(&self.email);
        if !email.is_empty() && !is_email(&email) {
            wrong("email", "organization-email-wrong");
        }
        let left_on = match self.left_on.trim() {
            "" => None,
            text => {
                let date = text.parse().ok().filter(|date: &NaiveDate| *date <= today);
                if date.is_none() {
                    wrong("left_on", "organization-left-on-wrong");
                }
                date
            }
        };
        let (Some(unit_id), Some(category), Some(order_number), true) =
            (unit, category, order_number, problems.is_empty())
        else {
            return Err(Error::Refused(problems));
        };
        let email = (!email.is_empty()).then_some(email);
        Ok((NewPerson { employee_number, name, unit_id, post, category, order_number, email }, left_on))
    }

    /// The form of a person as they stand.
    pub fn of(person: &Person) -> Self {
        Self {
            employee_number: person.employee_number.clone(),
            name: person.name.clone(),
            unit: person.unit_id.to_string(),
            post: person.post.clone(),
            category: person.category.as_str().to_owned(),
            order_number: person.order_number.to_string(),
            email: person.email.clone().unwrap_or_default(),
            left_on: person.left_on.map_or(String::new(), |date| date.to_string()),
            version: person.version.to_string(),
        }
    }
}

/// Adds a person, who belongs to their unit from today on.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` with a problem at each field.
pub fn add_person(
    conn: &mut Conn,
    viewer: &Viewer,
    input: &PersonInput,
    today: NaiveDate,
    now: Moment,
) -> Result<PersonId> {
    viewer.require_hq()?;
    let (wanted, _) = PersonInput { left_on: String::new(), ..input.clone() }.read(today)?;
    find_unit(conn, wanted.unit_id)?;
    if !queries::list_people_by_numbers(conn, &[&wanted.employee_number])?.is_empty() {
        let message = Message::new("organization-employee-number-taken");
        return Err(Error::Refused(vec![Problem::at("employee_number", message)]));
    }
    let ids = queries::insert_people(conn, std::slice::from_ref(&wanted), today)?;
    let id = *ids.first().ok_or(Error::NotFound("person"))?;
    audit::record(conn, &viewer.actor(), now, Action::new("organization.person_added", "person"), id.0, &input)?;
    Ok(id)
}

/// Corrects a person. The employee number stays what it is: it is how rosters know them.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn change_person(
    conn: &mut Conn,
    viewer: &Viewer,
    id: PersonId,
    input: &PersonInput,
    today: NaiveDate,
    now: Moment,
) -> Result<()> {
    viewer.require_hq()?;
    let before = queries::find_person(conn, &Reach::Group, viewer.person, id)?;
    let typed = PersonInput { employee_number: before.employee_number.clone(), ..input.clone() };
    let (wanted, left_on) = typed.read(today)?;
    find_unit(conn, wanted.unit_id)?;
    if input.version.parse() != Ok(before.version) {
        return Err(Error::Conflict);
    }
    if queries::update_person(conn, id, before.version, &wanted, left_on)? == 0 {
        return Err(Error::Conflict);
    }
    match left_on {
        Some(day) if before.left_on != left_on => queries::end_membership(conn, id, day, before.left_on)?,
        None if before.left_on.is_some() || before.unit_id != wanted.unit_id => {
            queries::move_people(conn, &[(id, wanted.unit_id)], today)?;
        }
        Some(_) | None => {}
    }
    let details = (PersonInput::of(&before), &typed);
    audit::record(conn, &viewer.actor(), now, Action::new("organization.person_changed", "person"), id.0, &details)
}

fn find_unit(conn: &mut Conn, id: UnitId) -> Result<Unit> {
    queries::find_unit(conn, &Reach::Group, id).map_err(|error| match error {
        Error::NotFound(_) => Error::Refused(vec![Problem::at("unit", Message::new("organization-unit-missing"))]),
        other => other,
    })
}
