//! All SQL of reflection notes.

use super::model::{Reflection, Standing};
use crate::access::{Role, UnitPath};
use crate::assignments::model::{AssignmentKind, Task, TaskState};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, TaskId};
use crate::store::schema::{
    accounts, assignments, grants, people, reading_versions, reflections, sessions, tasks, units,
};
use diesel::prelude::*;

/// A task with what its note's page says around it.
#[derive(Debug, Clone, Queryable)]
pub struct Whole {
    pub task: Task,
    pub name: String,
    pub post: String,
    pub unit_name: String,
    pub path: UnitPath,
    pub given_by: Option<PersonId>,
    /// What was said when it was given.
    pub note: String,
    /// What the reading was called in the version that was given, in Chinese and English.
    pub title: (String, String),
    pub session_title: Option<String>,
    pub reflection: Option<Reflection>,
}

/// A note as a list shows it: without what it says.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    pub task: TaskId,
    pub version: i64,
    pub author: PersonId,
    pub name: String,
    pub unit_name: String,
    pub path: UnitPath,
    pub given_by: Option<PersonId>,
    /// As in [`Whole`].
    pub title: (String, String),
    pub session_title: Option<String>,
    pub submitted_at: Option<Moment>,
}

macro_rules! notes {
    () => {
        tasks::table
            .inner_join(people::table.inner_join(units::table))
            .inner_join(assignments::table)
            .inner_join(
                reading_versions::table.on(reading_versions::reading_id
                    .eq(tasks::reading_id)
                    .and(reading_versions::number.eq(tasks::reading_version))),
            )
            .left_join(sessions::table)
            .left_join(reflections::table)
            .filter(tasks::kind.eq(AssignmentKind::Reflection))
    };
}

macro_rules! lines {
    () => {
        notes!().select((
            tasks::id,
            tasks::version,
            tasks::person_id,
            people::name,
            units::name,
            units::path,
            assignments::given_by,
            (reading_versions::title_zh, reading_versions::title_en),
            sessions::title.nullable(),
            reflections::submitted_at.nullable(),
        ))
    };
}

fn standing(author: PersonId, path: &UnitPath, given_by: Option<PersonId>, hq: &[PersonId]) -> Standing {
    Standing { author, path: path.clone(), is_of_hq: given_by.is_some_and(|by| hq.contains(&by)) }
}

impl Whole {
    pub(super) fn standing(&self, hq: &[PersonId]) -> Standing {
        standing(self.task.person_id, &self.path, self.given_by, hq)
    }
}

impl Line {
    pub(super) fn standing(&self, hq: &[PersonId]) -> Standing {
        standing(self.author, &self.path, self.given_by, hq)
    }
}

/// A task to write a note, or `NotFound`. For verbs that check the viewer by themselves.
pub(super) fn find(conn: &mut Conn, id: TaskId) -> Result<Whole> {
    notes!()
        .filter(tasks::id.eq(id))
        .select((
            tasks::all_columns,
            people::name,
            people::post,
            units::name,
            units::path,
            assignments::given_by,
            assignments::note,
            (reading_versions::title_zh, reading_versions::title_en),
            sessions::title.nullable(),
            reflections::all_columns.nullable(),
        ))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("task"))
}

/// The notes that wait for whoever decides, the oldest first.
pub(super) fn list_submitted(conn: &mut Conn) -> QueryResult<Vec<Line>> {
    lines!().filter(tasks::state.eq(TaskState::Submitted)).order((reflections::submitted_at, tasks::id)).load(conn)
}

/// What somebody accepted, the latest first.
pub(super) fn list_accepted_by(conn: &mut Conn, by: PersonId, limit: i64) -> QueryResult<Vec<Line>> {
    lines!()
        .filter(tasks::state.eq(TaskState::Accepted))
        .filter(reflections::decided_by.eq(by))
        .order((reflections::decided_at.desc(), tasks::id.desc()))
        .limit(limit)
        .load(conn)
}

/// Those of HQ.
pub(super) fn list_hq(conn: &mut Conn) -> QueryResult<Vec<PersonId>> {
    grants::table
        .inner_join(accounts::table)
        .filter(grants::role.eq(Role::Hq))
        .filter(grants::starts_at.is_null())
        .order(grants::id)
        .select(accounts::person_id)
        .load(conn)
}

/// Whose study for a session was accepted.
pub fn list_accepted_for(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    tasks::table
        .filter(tasks::session_id.eq(session))
        .filter(tasks::state.eq(TaskState::Accepted))
        .order(tasks::person_id)
        .select(tasks::person_id)
        .distinct()
        .load(conn)
}

/// Whose study of these people for a session was accepted: by whom and when, the earliest first.
pub fn list_acceptances(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> QueryResult<Vec<(PersonId, Option<PersonId>, Option<Moment>)>> {
    tasks::table
        .inner_join(reflections::table.on(reflections::task_id.eq(tasks::id)))
        .filter(tasks::session_id.eq(session))
        .filter(tasks::state.eq(TaskState::Accepted))
        .filter(tasks::person_id.eq_any(people.to_vec()))
        .order((reflections::decided_at, tasks::id))
        .select((tasks::person_id, reflections::decided_by, reflections::decided_at))
        .load(conn)
}

/// Keeps what was written; `Conflict` when it has changed since. `seen` is the version that was shown, 0 for none.
pub(super) fn store(conn: &mut Conn, task: TaskId, seen: i64, title: &str, text: &str, now: Moment) -> Result<()> {
    if seen == 0 {
        let new = (
            reflections::task_id.eq(task),
            reflections::title.eq(title),
            reflections::text.eq(text),
            reflections::written_at.eq(now),
        );
        diesel::insert_into(reflections::table)
            .values(new)
            .execute(conn)
            .map_err(|error| if crate::store::is_duplicate(&error) { Error::Conflict } else { error.into() })?;
        return Ok(());
    }
    let n =
        diesel::update(reflections::table.filter(reflections::task_id.eq(task)).filter(reflections::version.eq(seen)))
            .set((
                reflections::title.eq(title),
                reflections::text.eq(text),
                reflections::written_at.eq(now),
                reflections::version.eq(seen + 1),
            ))
            .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Notes when it was handed in.
pub(super) fn mark_submitted(conn: &mut Conn, task: TaskId, now: Moment) -> QueryResult<()> {
    diesel::update(reflections::table.filter(reflections::task_id.eq(task)))
        .set(reflections::submitted_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Notes what was decided, by whom.
pub(super) fn mark_decided(conn: &mut Conn, task: TaskId, by: PersonId, now: Moment, comment: &str) -> QueryResult<()> {
    diesel::update(reflections::table.filter(reflections::task_id.eq(task)))
        .set((reflections::decided_by.eq(by), reflections::decided_at.eq(now), reflections::comment.eq(comment)))
        .execute(conn)?;
    Ok(())
}

/// Moves a task to a state; `Conflict` when it has changed since.
pub(super) fn update_task(conn: &mut Conn, task: &Task, state: TaskState, done_at: Option<Moment>) -> Result<()> {
    let n = diesel::update(tasks::table.filter(tasks::id.eq(task.id)).filter(tasks::version.eq(task.version)))
        .set((tasks::state.eq(state), tasks::done_at.eq(done_at), tasks::version.eq(task.version + 1)))
        .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(Error::Conflict) }
}
