//! HQ enters how many hours a year asks of a category, with the document that this rests on; or takes it back.

use super::model::{Amount, Requirement, read_amount};
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::Category;
use crate::settings::{self, Settings, StudyUnit};
use crate::store::Conn;
use serde::{Deserialize, Serialize};

/// The most that a year may ask for: every hour of it spent on study would be no requirement.
const MOST_MINUTES: i64 = 1000 * 60;
/// The longest title of a document, in characters.
const TITLE_LENGTH: usize = 200;
/// The longest number of a document, in characters.
const NUMBER_LENGTH: usize = 80;

/// What is asked for, as typed. All empty: nothing is.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RequirementInput {
    pub amount: String,
    pub document_title: String,
    pub document_number: String,
    pub document_on: String,
    pub version: String,
}

impl RequirementInput {
    pub fn of(stored: Option<&Requirement>, settings: &Settings) -> Self {
        let Some(stored) = stored else { return Self { version: "0".to_owned(), ..Self::default() } };
        Self {
            amount: stored.minutes.map_or(String::new(), |minutes| {
                let amount = Amount::of(minutes, settings);
                match settings.study_unit {
                    StudyUnit::Hours => amount.in_hours,
                    StudyUnit::Days => amount.in_days.unwrap_or_default(),
                }
            }),
            document_title: stored.document_title.clone(),
            document_number: stored.document_number.clone(),
            document_on: stored.document_on.map_or(String::new(), |day| day.to_string()),
            version: stored.version.to_string(),
        }
    }

    fn is_empty(&self) -> bool {
        [&self.amount, &self.document_title, &self.document_number, &self.document_on]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

/// What is wrong with it, at its field; an amount always comes with its document.
fn check(input: &RequirementInput, settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let amount = read_amount(&input.amount, settings);
    if !amount.is_some_and(|minutes| (1..=MOST_MINUTES).contains(&minutes)) {
        problems.push(Problem::at("amount", Message::new("hours-problem-amount")));
    }
    if input.document_title.trim().is_empty() {
        problems.push(Problem::at("document_title", Message::new("hours-problem-title")));
    }
    let is_long = |text: &str, most| text.trim().chars().count() > most;
    if is_long(&input.document_title, TITLE_LENGTH) {
        let message = Message::new("hours-problem-long").with("n", TITLE_LENGTH as i64);
        problems.push(Problem::at("document_title", message));
    }
    if is_long(&input.document_number, NUMBER_LENGTH) {
        let message = Message::new("hours-problem-long").with("n", NUMBER_LENGTH as i64);
        problems.push(Problem::at("document_number", message));
    }
    if input.document_on.trim().parse::<chrono::NaiveDate>().is_err() {
        problems.push(Problem::at("document_on", Message::new("hours-problem-date")));
    }
    problems
}

/// Enters what a year asks of a category. With nothing filled in it asks for nothing from now on. The version must be
/// that of what was shown, 0 when nothing was.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn require(
    conn: &mut Conn,
    viewer: &Viewer,
    year: i32,
    category: Category,
    input: &RequirementInput,
    now: Moment,
) -> Result<()> {
    viewer.require_hq()?;
    let settings = settings::current(conn)?;
    let before = queries::find_requirement(conn, year, category)?;
    let version = before.as_ref().map_or(0, |before| before.version);
    if input.version.trim().parse() != Ok(version) {
        return Err(Error::Conflict);
    }
    let problems = if input.is_empty() { Vec::new() } else { check(input, &settings) };
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let new = Requirement {
        year: i64::from(year),
        category,
        minutes: read_amount(&input.amount, &settings),
        document_title: input.document_title.trim().to_owned(),
        document_number: input.document_number.trim().to_owned(),
        document_on: input.document_on.trim().parse().ok(),
        set_by: Some(viewer.person),
        set_at: now,
        version: version + 1,
    };
    queries::store_requirement(conn, &new)?;
    let action = Action::new("study_hours.required", "study_requirement");
    audit::record(conn, &viewer.actor(), now, action, None, &(before, new))
}

/// Enters what the demo asks for; no one is asked.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn establish(conn: &mut Conn, requirement: &Requirement) -> Result<()> {
    Ok(queries::store_requirement(conn, requirement)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(amount: &str, title: &str, on: &str) -> RequirementInput {
        let text = str::to_owned;
        RequirementInput {
            amount: text(amount),
            document_title: text(title),
            document_on: text(on),
            ..Default::default()
        }
    }

    #[test]
    fn an_amount_comes_with_the_document_that_it_rests_on() {
        let fields = |input: &RequirementInput| -> Vec<&str> {
            check(input, &Settings::default()).iter().map(|problem| problem.field).collect()
        };

        assert_eq!(fields(&input("40", "关于学时的通知", "2024-01-05")), [""; 0]);
        assert_eq!(fields(&input("1000", "关于学时的通知", "2024-01-05")), [""; 0]);
        assert_eq!(fields(&input("1001", "关于学时的通知", "2024-01-05")), ["amount"]);
        assert_eq!(fields(&input("0", "关于学时的通知", "2024-01-05")), ["amount"]);
        assert_eq!(fields(&input("", " ", "x")), ["amount", "document_title", "document_on"]);
        assert_eq!(fields(&input("40", &"法".repeat(200), "2024-01-05")), [""; 0]);
        assert_eq!(fields(&input("40", &"法".repeat(201), "2024-01-05")), ["document_title"]);
    }
}
