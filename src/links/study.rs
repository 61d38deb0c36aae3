//! Readings, tasks, study hours.

use crate::store::ids::{
    AssignmentId, FileUseId, OwnQuestionId, PersonId, ReadingId, SessionId, StatuteId, TaskId, UnitId,
};

pub const READINGS: &str = "/readings";
pub const TASKS: &str = "/tasks";

pub const HOURS: &str = "/hours";
pub const HOURS_REQUIRED: &str = "/hours/required";

/// Who of a unit needs help to reach a year's hours.
pub fn unit_hours(id: UnitId) -> String {
    format!("/units/{id}/hours")
}

/// The people behind a unit's figures of a year.
pub fn unit_year(id: UnitId, year: i32) -> String {
    format!("/units/{id}/year?year={year}")
}

/// The study record of somebody whom the viewer leads.
pub fn record_of(id: PersonId) -> String {
    format!("/people/{id}/record")
}

/// What a year asks of all categories.
pub fn required_hours(year: i32) -> String {
    format!("{HOURS_REQUIRED}?year={year}")
}

/// What a year asks of one category.
pub fn requirement(year: i32, category: &str) -> String {
    format!("{HOURS_REQUIRED}/{year}/{category}")
}

/// Where HQ says what an assignment counts for.
pub fn assignment_hours(id: AssignmentId) -> String {
    format!("/assignments/{id}/hours")
}

pub fn reading(id: ReadingId) -> String {
    format!("/readings/{id}")
}

pub const NEW_READING: &str = "/readings/new";
pub const APPROVE_READINGS: &str = "/readings/approve";
pub const STATUTES: &str = "/statutes";
pub const NEW_STATUTE: &str = "/statutes/new";

/// A part of what may be done about one reading.
pub fn reading_part(id: ReadingId, part: &str) -> String {
    format!("/readings/{id}/{part}")
}

/// One version of a reading.
pub fn reading_version(id: ReadingId, number: i64) -> String {
    format!("/readings/{id}?version={number}")
}

/// What is downloaded as a reading.
pub fn reading_file(id: ReadingId, file: FileUseId) -> String {
    format!("/readings/{id}/file/{file}")
}

/// Where HQ changes a question of its own.
pub fn edit_question(id: ReadingId, question: OwnQuestionId) -> String {
    format!("/readings/{id}/questions/{question}")
}

/// Where one tests oneself on a reading.
pub fn self_test(id: ReadingId) -> String {
    reading_part(id, "self-test")
}

pub fn edit_statute(id: StatuteId) -> String {
    format!("{STATUTES}/{id}/edit")
}

pub const TASKS_NEW: &str = "/tasks/new";

/// Where readings are given to people of a unit.
pub fn tasks_new(unit: UnitId) -> String {
    format!("{TASKS_NEW}?unit={unit}")
}

/// A unit's board with one session chosen, on a page of its table by session.
pub fn board_at(unit: UnitId, session: SessionId, page: i64) -> String {
    format!("/units/{unit}?session={session}{}", board_page(page))
}

/// A unit's whole board, as a file (`.csv`, `.xlsx`) or on `/paper`, with the same page of its table by session.
pub fn board_file(unit: UnitId, session: Option<SessionId>, page: i64, ending: &str) -> String {
    let session = session.map_or_else(String::new, |session| format!("?session={session}{}", board_page(page)));
    format!("/units/{unit}/board{ending}{session}")
}

fn board_page(page: i64) -> String {
    if page > 1 { format!("&page={page}") } else { String::new() }
}

/// Who of a unit was not at a session, in the same ways.
pub fn missing_file(unit: UnitId, session: SessionId, ending: &str) -> String {
    format!("/units/{unit}/missing{ending}?session={session}")
}

pub fn assignment(id: AssignmentId) -> String {
    format!("/assignments/{id}")
}

pub fn task(id: TaskId) -> String {
    format!("/tasks/{id}")
}
