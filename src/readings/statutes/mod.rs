//! HQ's list of the statutes that readings cite. When HQ notes that one was amended, every reading that cites the text from
//! before is flagged (所引法规已修订) until HQ has looked at it, or has made a version that cites the new one.

pub mod queries;

use super::model::without_marks;
use super::queries as readings;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{ReadingId, StatuteId};
use chrono::NaiveDate;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest name and note, in characters.
const NAME_LENGTH: usize = 100;
const NOTE_LENGTH: usize = 300;

/// A statute. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Statute {
    pub id: StatuteId,
    pub name: String,
    pub in_force: Option<NaiveDate>,
    pub amended_on: Option<NaiveDate>,
    pub note: String,
    pub version: i64,
}

/// A statute as typed into the form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct StatuteInput {
    pub name: String,
    pub in_force: String,
    pub amended_on: String,
    pub note: String,
    pub version: String,
}

/// What is kept of a statute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    pub name: String,
    pub in_force: Option<NaiveDate>,
    pub amended_on: Option<NaiveDate>,
    pub note: String,
}

impl StatuteInput {
    pub fn of(statute: &Statute) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            name: statute.name.clone(),
            in_force: day(statute.in_force),
            amended_on: day(statute.amended_on),
            note: statute.note.clone(),
            version: statute.version.to_string(),
        }
    }

    /// What was typed, or a problem at each field.
    ///
    /// # Errors
    /// `Refused`.
    pub fn read(&self) -> Result<Facts> {
        let mut problems = Vec::new();
        let name = without_marks(&self.name).to_owned();
        if name.is_empty() || name.chars().count() > NAME_LENGTH {
            problems.push(Problem::at("name", Message::new("statutes-name-missing").with("n", NAME_LENGTH as i64)));
        }
        let mut day = |field, typed: &str| {
            let read = typed.trim().parse().ok();
            if read.is_none() && !typed.trim().is_empty() {
                problems.push(Problem::at(field, Message::new("library-day-unreadable")));
            }
            read
        };
        let (in_force, amended_on) = (day("in_force", &self.in_force), day("amended_on", &self.amended_on));
        if matches!((in_force, amended_on), (Some(in_force), Some(amended_on)) if amended_on < in_force) {
            problems.push(Problem::at("amended_on", Message::new("statutes-amended-before")));
        }
        if self.note.chars().count() > NOTE_LENGTH {
            problems.push(Problem::at("note", Message::new("library-too-long").with("n", NOTE_LENGTH as i64)));
        }
        if problems.is_empty() {
            return Ok(Facts { name, in_force, amended_on, note: self.note.trim().to_owned() });
        }
        Err(Error::Refused(problems))
    }
}

fn name_taken() -> Error {
    Error::Refused(vec![Problem::at("name", Message::new("statutes-name-taken"))])
}

/// Puts a statute on the list.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` with a problem at each field.
pub fn add(conn: &mut Conn, viewer: &Viewer, input: &StatuteInput, now: Moment) -> Result<StatuteId> {
    viewer.require_hq()?;
    let facts = input.read()?;
    if queries::find_called(conn, &facts.name)?.is_some() {
        return Err(name_taken());
    }
    let id = queries::insert(conn, &facts)?;
    audit::record(conn, &viewer.actor(), now, Action::new("statutes.added", "statute"), id.0, &facts)?;
    Ok(id)
}

/// Changes what is known of a statute as it was shown: above all, that it was amended.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn change(conn: &mut Conn, viewer: &Viewer, id: StatuteId, input: &StatuteInput, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let before = queries::find(conn, id)?;
    let facts = input.read()?;
    if queries::find_called(conn, &facts.name)?.is_some_and(|other| other != id) {
        return Err(name_taken());
    }
    let version = input.version.parse().map_err(|_| Error::Conflict)?;
    if !queries::update(conn, id, version, &facts)? {
        return Err(Error::Conflict);
    }
    let details = json!({ "before": before, "after": facts });
    audit::record(conn, &viewer.actor(), now, Action::new("statutes.changed", "statute"), id.0, &details)
}

/// HQ has looked at a reading after a statute that it cites was amended, and leaves it as it is.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound` when the reading is not flagged because of that statute.
pub fn review(conn: &mut Conn, viewer: &Viewer, id: ReadingId, statute: StatuteId, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let flags = readings::list_flags(conn, Some(id))?;
    let flag = flags.into_iter().find(|flag| flag.statute == statute).ok_or(Error::NotFound("statute"))?;
    queries::insert_review(conn, &flag, viewer.person, now)?;
    let details = json!({ "statute": flag.name, "amended_on": flag.amended_on });
    audit::record(conn, &viewer.actor(), now, Action::new("readings.reviewed", "reading"), id.0, &details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(name: &str, in_force: &str, amended_on: &str) -> Vec<&'static str> {
        let input = StatuteInput {
            name: name.to_owned(),
            in_force: in_force.to_owned(),
            amended_on: amended_on.to_owned(),
            ..StatuteInput::default()
        };
        match input.read() {
            Err(Error::Refused(problems)) => problems.iter().map(|problem| problem.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_statute_has_a_name_and_is_not_amended_before_it_is_in_force() {
        assert_eq!(fields("《信访工作条例》", "2022-05-01", ""), [""; 0]);
        assert_eq!(fields("《》", "", ""), ["name"]);
        assert_eq!(fields("信访工作条例", "2022-05-01", "2022-04-30"), ["amended_on"]);
        assert_eq!(fields("信访工作条例", "2022-05-01", "2022-05-01"), [""; 0]);
        assert_eq!(fields("信访工作条例", "May", ""), ["in_force"]);
    }

    #[test]
    fn the_marks_around_a_name_are_not_part_of_it() {
        let input = StatuteInput { name: " 《公司法》 ".to_owned(), ..StatuteInput::default() };

        assert_eq!(input.read().expect("it is right").name, "公司法");
    }
}
