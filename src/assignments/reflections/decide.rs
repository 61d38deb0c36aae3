//! Whoever leads the author accepts what was handed in, or returns it with a comment. Nobody decides about their own.

use super::find::{Found, find};
use super::model::{Part, part};
use super::queries::{self, Line, Whole};
use crate::access::Viewer;
use crate::assignments::pick::Pick;
use crate::assignments::{TaskState, make_up};
use crate::attendance::queries::list_leaders;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use serde_json::json;

/// Accepted notes that are still shown, so that one can be opened again.
const ACCEPTED: i64 = 20;
/// The longest comment, in characters.
const COMMENT_LENGTH: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    Return,
}

/// What waits for the viewer, the oldest first.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_waiting(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<Line>> {
    theirs(conn, viewer, |conn| Ok(queries::list_submitted(conn)?))
}

/// What the viewer accepted last.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_accepted(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<Line>> {
    theirs(conn, viewer, |conn| Ok(queries::list_accepted_by(conn, viewer.person, ACCEPTED)?))
}

/// Those of a list that the viewer decides about.
fn theirs(conn: &mut Conn, viewer: &Viewer, list: impl FnOnce(&mut Conn) -> Result<Vec<Line>>) -> Result<Vec<Line>> {
    if !viewer.is_hq() && !viewer.is_leader() {
        return Ok(Vec::new());
    }
    let (leaders, hq) = (list_leaders(conn)?, queries::list_hq(conn)?);
    let mut found = list(conn)?;
    found.retain(|line| part(viewer, &line.standing(&hq), &leaders) == Some(Part::Decider));
    Ok(found)
}

/// Accepts or returns notes, all or none; tells how many. Whoever missed the session that an accepted one belongs to
/// has made up.
///
/// # Errors
/// `NotFound` when the viewer has no part in one; `Refused` for one's own, without a comment to what is returned, or when
/// nothing was ticked; `Conflict` when one has changed since.
pub fn decide(
    conn: &mut Conn,
    viewer: &Viewer,
    picks: &[Pick],
    verdict: Verdict,
    comment: &str,
    now: Moment,
) -> Result<usize> {
    let comment = comment.trim();
    if picks.is_empty() {
        return Err(Error::refused(Message::new("tasks-problem-nothing-ticked")));
    }
    if verdict == Verdict::Return && comment.is_empty() {
        return Err(Error::Refused(vec![Problem::at("comment", Message::new("reflection-comment-missing"))]));
    }
    if comment.chars().count() > COMMENT_LENGTH {
        let message = Message::new("reflection-problem-comment").with("n", COMMENT_LENGTH as i64);
        return Err(Error::Refused(vec![Problem::at("comment", message)]));
    }
    for pick in picks {
        let whole = for_decision(conn, viewer, *pick, TaskState::Submitted)?;
        let (state, done_at, action) = match verdict {
            Verdict::Accept => (TaskState::Accepted, Some(now), "reflections.accepted"),
            Verdict::Return => (TaskState::Returned, None, "reflections.returned"),
        };
        queries::update_task(conn, &whole.task, state, done_at)?;
        queries::mark_decided(conn, whole.task.id, viewer.person, now, comment)?;
        let details = json!({ "person": whole.task.person_id, "session": whole.task.session_id });
        audit::record(conn, &viewer.actor(), now, Action::new(action, "task"), whole.task.id.0, &details)?;
        settle(conn, &whole)?;
    }
    Ok(picks.len())
}

/// Takes an acceptance back: it waits again, and the session that it made up for is due again.
///
/// # Errors
/// As [`decide`].
pub fn undo(conn: &mut Conn, viewer: &Viewer, pick: Pick, now: Moment) -> Result<()> {
    let whole = for_decision(conn, viewer, pick, TaskState::Accepted)?;
    queries::update_task(conn, &whole.task, TaskState::Submitted, None)?;
    let details = json!({ "person": whole.task.person_id, "session": whole.task.session_id });
    let action = Action::new("reflections.acceptance_undone", "task");
    audit::record(conn, &viewer.actor(), now, action, whole.task.id.0, &details)?;
    settle(conn, &whole)
}

fn for_decision(conn: &mut Conn, viewer: &Viewer, pick: Pick, wanted: TaskState) -> Result<Whole> {
    let Found { whole, part } = find(conn, viewer, pick.task)?;
    match part {
        Part::Author => return Err(Error::refused(Message::new("tasks-problem-own"))),
        Part::Decider => {}
    }
    if whole.task.state != wanted || whole.task.version != pick.version {
        return Err(Error::Conflict);
    }
    Ok(whole)
}

fn settle(conn: &mut Conn, whole: &Whole) -> Result<()> {
    match whole.task.session_id {
        Some(session) => make_up::settle(conn, session, &[whole.task.person_id]),
        None => Ok(()),
    }
}
