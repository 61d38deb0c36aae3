//! A report, its rows, and the rules of what may stand in them.

use super::{Figures, page};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::ids::{ImplementationRowId, PersonId, UnitTaskId};
use anyhow::Context;
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

/// Characters of a problem or a measure at the most: the report is one page.
pub const MOST_IN_CELL: usize = 80;
/// Of whoever is responsible, or to be asked.
pub const MOST_IN_NAME: usize = 40;
/// Of what was studied besides the figures, and of the next steps.
pub const MOST_IN_TEXT: usize = 400;
/// Of what is said about a change on the board.
pub const MOST_IN_NOTE: usize = 200;

crate::choices! {
    /// How far a measure is, by the leader's word.
    pub enum RowState {
        Open = "open",
        InProgress = "in_progress",
        Done = "done",
    }
}

crate::choices! {
    /// A state as it is shown.
    pub enum ShownRow {
        /// Not done by its day.
        Overdue = "overdue",
        Open = "open",
        InProgress = "in_progress",
        Done = "done",
    }
}

/// A report under a unit's task. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Report {
    pub unit_task_id: UnitTaskId,
    pub studied: String,
    pub next_steps: String,
    pub contact: String,
    /// What was handed in last, as JSON: see [`Report::snapshot`].
    pub handed_in: Option<String>,
    pub written_by: Option<PersonId>,
    pub written_at: Moment,
    pub version: i64,
}

/// A row of a report. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: ImplementationRowId,
    pub unit_task_id: UnitTaskId,
    pub position: i64,
    pub problem: String,
    pub measure: String,
    pub responsible: String,
    /// Nothing only in a draft.
    pub due_on: Option<NaiveDate>,
    pub state: RowState,
    pub removed_at: Option<Moment>,
    pub version: i64,
}

/// What stands in a report, whoever holds it: the form, the database, the paper.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub studied: String,
    pub next_steps: String,
    pub contact: String,
    pub rows: Vec<ContentRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentRow {
    /// Nothing as long as it is new.
    pub id: Option<ImplementationRowId>,
    pub problem: String,
    pub measure: String,
    pub responsible: String,
    pub due_on: Option<NaiveDate>,
    pub state: RowState,
}

/// A report as it was handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub content: Content,
    pub figures: Figures,
}

/// The names of a row's fields in the form.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RowFields {
    pub number: &'static str,
    pub problem: &'static str,
    pub measure: &'static str,
    pub responsible: &'static str,
    pub due_on: &'static str,
    pub state: &'static str,
    pub id: &'static str,
}

macro_rules! row_fields {
    ($($number:literal)+) => {
        &[$(RowFields {
            number: $number,
            problem: concat!("problem-", $number),
            measure: concat!("measure-", $number),
            responsible: concat!("responsible-", $number),
            due_on: concat!("due_on-", $number),
            state: concat!("state-", $number),
            id: concat!("row-", $number),
        }),+]
    };
}

/// As many rows as a report of one page can have, and what their fields are called.
pub const ROWS: &[RowFields] = row_fields!["1" "2" "3" "4" "5" "6" "7" "8" "9" "10"];

impl Report {
    /// What was handed in last, if anything was.
    ///
    /// # Errors
    /// `Broken` when it cannot be read any more.
    pub fn snapshot(&self) -> Result<Option<Snapshot>> {
        let Some(kept) = &self.handed_in else { return Ok(None) };
        Ok(Some(serde_json::from_str(kept).context("a report that was handed in")?))
    }
}

impl Content {
    /// A report as it is stored.
    pub fn of(report: &Report, rows: &[Row]) -> Self {
        Self {
            studied: report.studied.clone(),
            next_steps: report.next_steps.clone(),
            contact: report.contact.clone(),
            rows: rows.iter().map(ContentRow::of).collect(),
        }
    }
}

impl ContentRow {
    pub fn of(row: &Row) -> Self {
        Self {
            id: Some(row.id),
            problem: row.problem.clone(),
            measure: row.measure.clone(),
            responsible: row.responsible.clone(),
            due_on: row.due_on,
            state: row.state,
        }
    }
}

/// What is wrong with a draft: only what cannot be kept.
pub fn check_draft(content: &Content) -> Vec<Problem> {
    let mut problems = Vec::new();
    if content.rows.len() > ROWS.len() {
        let most = i64::try_from(ROWS.len()).unwrap_or(i64::MAX);
        problems.push(Problem::at("rows", Message::new("implementation-problem-rows").with("most", most)));
    }
    let mut fits = |field, text: &str, most: usize| {
        if text.trim().chars().count() > most {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            problems.push(Problem::at(field, Message::new("implementation-problem-long").with("most", most)));
        }
    };
    fits("studied", &content.studied, MOST_IN_TEXT);
    for (row, fields) in content.rows.iter().zip(ROWS) {
        fits(fields.problem, &row.problem, MOST_IN_CELL);
        fits(fields.measure, &row.measure, MOST_IN_CELL);
        fits(fields.responsible, &row.responsible, MOST_IN_NAME);
    }
    fits("next_steps", &content.next_steps, MOST_IN_TEXT);
    fits("contact", &content.contact, MOST_IN_NAME);
    problems
}

/// What is still missing before it can be handed in. A unit without a problem of its own says so in its next steps.
pub fn check_hand_in(content: &Content, today: NaiveDate) -> Vec<Problem> {
    let mut problems = check_draft(content);
    let mut needed = |field, text: &str, id| {
        if text.trim().is_empty() {
            problems.push(Problem::at(field, Message::new(id)));
        }
    };
    for (row, fields) in content.rows.iter().zip(ROWS) {
        needed(fields.problem, &row.problem, "implementation-problem-no-problem");
        needed(fields.measure, &row.measure, "implementation-problem-no-measure");
        needed(fields.responsible, &row.responsible, "implementation-problem-no-responsible");
    }
    if content.rows.is_empty() {
        needed("next_steps", &content.next_steps, "implementation-problem-nothing");
    }
    needed("contact", &content.contact, "implementation-problem-no-contact");
    for (row, fields) in content.rows.iter().zip(ROWS) {
        let id = match (row.due_on, row.state) {
            (None, _) => "implementation-problem-no-date",
            (Some(day), RowState::Open | RowState::InProgress) if day < today => "implementation-problem-date-past",
            (Some(_), RowState::Open | RowState::InProgress | RowState::Done) => continue,
        };
        problems.push(Problem::at(fields.due_on, Message::new(id)));
    }
    let n_over = i64::try_from(page::lines_over(content)).unwrap_or(i64::MAX);
    if n_over > 0 {
        problems.push(Problem::at("rows", Message::new("implementation-problem-page").with("n", n_over)));
    }
    problems
}

/// How a row stands on a day.
pub fn shown(state: RowState, due_on: Option<NaiveDate>, today: NaiveDate) -> ShownRow {
    let is_late = due_on.is_some_and(|day| day < today);
    match state {
        RowState::Done => ShownRow::Done,
        RowState::Open | RowState::InProgress if is_late => ShownRow::Overdue,
        RowState::Open => ShownRow::Open,
        RowState::InProgress => ShownRow::InProgress,
    }
}

/// Days since a row should have been done; 0 unless it is overdue.
pub fn days_overdue(state: RowState, due_on: Option<NaiveDate>, today: NaiveDate) -> i64 {
    match (shown(state, due_on, today), due_on) {
        (ShownRow::Overdue, Some(day)) => (today - day).num_days(),
        (ShownRow::Overdue | ShownRow::Open | ShownRow::InProgress | ShownRow::Done, _) => 0,
    }
}

/// Whether a change on the board says anything, and may be made.
///
/// # Errors
/// `Refused` with a problem at each field.
pub fn check_change(row: &Row, state: RowState, due_on: Option<NaiveDate>, note: &str, today: NaiveDate) -> Result<()> {
    let mut problems = Vec::new();
    if due_on != row.due_on && due_on.is_some_and(|day| day < today) && state != RowState::Done {
        problems.push(Problem::at("due_on", Message::new("implementation-problem-date-past")));
    }
    if note.trim().chars().count() > MOST_IN_NOTE {
        let most = i64::try_from(MOST_IN_NOTE).unwrap_or(i64::MAX);
        problems.push(Problem::at("note", Message::new("implementation-problem-long").with("most", most)));
    }
    if due_on == row.due_on && state == row.state && note.trim().is_empty() {
        problems.push(Problem::at("note", Message::new("implementation-problem-unchanged")));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Refused(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn row(due_on: Option<&str>, state: RowState) -> ContentRow {
        ContentRow {
            id: None,
            problem: "初信初访登记不全".to_owned(),
            measure: "修订登记表".to_owned(),
            responsible: "办公室".to_owned(),
            due_on: due_on.map(day),
            state,
        }
    }

    fn content(rows: Vec<ContentRow>) -> Content {
        Content { contact: "何联".to_owned(), rows, ..Content::default() }
    }

    fn fields(problems: &[Problem]) -> Vec<&'static str> {
        problems.iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_draft_keeps_whatever_fits_and_names_the_field_that_does_not() {
        let mut long = content(vec![row(None, RowState::Open), row(None, RowState::Open)]);
        long.rows[1].measure = "长".repeat(MOST_IN_CELL + 1);
        long.rows[0].measure = "长".repeat(MOST_IN_CELL);

        assert_eq!(fields(&check_draft(&Content::default())), [""; 0]);
        assert_eq!(fields(&check_draft(&long)), ["measure-2"]);
    }

    #[test]
    fn a_report_has_ten_rows_at_the_most() {
        let rows = |n| content(vec![row(Some("2024-07-20"), RowState::Open); n]);

        assert_eq!(fields(&check_draft(&rows(10))), [""; 0]);
        assert_eq!(fields(&check_draft(&rows(11))), ["rows"]);
    }

    #[test]
    fn handing_in_wants_every_row_whole_and_its_day_to_come_unless_it_is_done() {
        let today = day("2024-07-10");
        let missing = |rows| fields(&check_hand_in(&content(rows), today));

        assert_eq!(missing(vec![row(Some("2024-07-10"), RowState::Open)]), [""; 0]);
        assert_eq!(missing(vec![row(Some("2024-07-09"), RowState::InProgress)]), ["due_on-1"]);
        assert_eq!(missing(vec![row(Some("2024-07-09"), RowState::Done)]), [""; 0]);
        assert_eq!(missing(vec![row(None, RowState::Done)]), ["due_on-1"]);
        let mut blank = row(Some("2024-07-20"), RowState::Open);
        blank.responsible = " ".to_owned();
        assert_eq!(missing(vec![blank]), ["responsible-1"]);
    }

    #[test]
    fn a_unit_without_a_problem_says_what_it_will_do_instead() {
        let today = day("2024-07-10");
        let without = content(Vec::new());
        let with = Content { next_steps: "继续按季自查".to_owned(), ..without.clone() };

        assert_eq!(fields(&check_hand_in(&without, today)), ["next_steps"]);
        assert_eq!(fields(&check_hand_in(&with, today)), [""; 0]);
    }

    #[test]
    fn a_row_is_overdue_from_the_day_after_and_never_once_it_is_done() {
        let due_on = Some(day("2024-07-10"));

        assert_eq!(shown(RowState::InProgress, due_on, day("2024-07-10")), ShownRow::InProgress);
        assert_eq!(shown(RowState::Open, due_on, day("2024-07-11")), ShownRow::Overdue);
        assert_eq!(shown(RowState::Done, due_on, day("2024-07-11")), ShownRow::Done);
        assert_eq!(days_overdue(RowState::Open, due_on, day("2024-07-13")), 3);
        assert_eq!(days_overdue(RowState::Done, due_on, day("2024-07-13")), 0);
    }

    #[test]
    fn a_change_on_the_board_says_something_and_sets_no_day_that_has_passed() {
        let today = day("2024-07-20");
        let row = Row {
            id: ImplementationRowId(1),
            unit_task_id: UnitTaskId(1),
            position: 1,
            problem: String::new(),
            measure: String::new(),
            responsible: String::new(),
            due_on: Some(day("2024-07-10")),
            state: RowState::Open,
            removed_at: None,
            version: 1,
        };
        let refused = |state, due_on: Option<&str>, note| match check_change(&row, state, due_on.map(day), note, today)
        {
            Err(Error::Refused(problems)) => fields(&problems),
            Ok(()) | Err(_) => Vec::new(),
        };

        assert_eq!(refused(RowState::Done, Some("2024-07-10"), ""), [""; 0]);
        assert_eq!(refused(RowState::Open, Some("2024-07-10"), "等待图纸"), [""; 0]);
        assert_eq!(refused(RowState::Open, Some("2024-07-10"), " "), ["note"]);
        assert_eq!(refused(RowState::Open, Some("2024-07-19"), ""), ["due_on"]);
        assert_eq!(refused(RowState::Open, Some("2024-07-20"), ""), [""; 0]);
    }
}
