//! Decides again about a mail that is about to be sent: nobody is reminded of what is already done.

use super::model::{Arguments, Item, Kind};
use super::plan::{self, Hours, TEMPLATE, URGENT};
use super::queries;
use crate::accounts;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::mail::{Outbox, OwnProblem, Verdict};
use crate::settings::{self, Calendar};
use crate::store::Conn;
use crate::store::ids::{CallId, InvitationId, SessionId, TaskId, UnitId};
use crate::training::SessionState;
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// A session that begins within this time is told of at any hour when it moved or was cancelled.
const AT_ANY_HOUR: TimeDelta = TimeDelta::hours(24);

/// A reminder keeps only the matters that still stand, is dropped when none does, and waits for the hours of sending.
/// Of other mail, only what leads nowhere is dropped: an invitation whose link has ended meanwhile.
///
/// # Errors
/// `Broken` when its arguments or the matters cannot be read.
pub fn check(conn: &mut Conn, mail: &Outbox, clock: &Clock, now: Moment, hours: Hours) -> Result<Verdict> {
    let arguments = serde_json::from_str(&mail.arguments).context("the arguments of a mail cannot be read")?;
    if mail.template != TEMPLATE {
        return if leads_nowhere(conn, &arguments, now)? {
            Ok(Verdict::Drop(OwnProblem::LinkEnded))
        } else {
            Ok(Verdict::Send(arguments))
        };
    }
    let mut arguments: Arguments =
        serde_json::from_value(arguments).context("the arguments of a reminder cannot be read")?;
    let standing = Standing::of(conn, &arguments.items, clock.local(now).date_naive())?;
    arguments.items.retain(|item| standing.holds(item, now));
    if arguments.items.is_empty() {
        return Ok(Verdict::Drop(OwnProblem::NoLongerDue));
    }
    let soonest = arguments.items.iter().filter_map(|item| item.starts_at).min();
    let cannot_wait = mail.matter.starts_with(URGENT) && soonest.is_some_and(|begin| begin - now <= AT_ANY_HOUR);
    if hours == Hours::Kept && !cannot_wait {
        let calendar = Calendar::of(&settings::current(conn)?);
        let at = calendar.next_sending(clock, now);
        if at != now {
            return Ok(Verdict::Later(at));
        }
    }
    arguments.calendar = plan::entries(&arguments.items);
    Ok(Verdict::Send(serde_json::to_value(arguments).map_err(anyhow::Error::new)?))
}

/// Whether a mail has the link of an invitation that can no longer be used.
fn leads_nowhere(conn: &mut Conn, arguments: &serde_json::Value, now: Moment) -> Result<bool> {
    let Some(id) = arguments.pointer("/invitation/id").and_then(serde_json::Value::as_i64) else { return Ok(false) };
    let found = accounts::queries::find_invitation(conn, InvitationId(id))?;
    Ok(found.is_none_or(|found| !found.can_be_used(now)))
}

/// How the things that a mail speaks of stand now.
struct Standing {
    today: NaiveDate,
    tasks: BTreeSet<i64>,
    sessions: BTreeMap<i64, (i64, SessionState, Moment)>,
    calls: BTreeSet<(CallId, UnitId)>,
}

impl Standing {
    fn of(conn: &mut Conn, items: &[Item], today: NaiveDate) -> Result<Self> {
        let subjects = |kinds: &[Kind]| -> Vec<i64> {
            items.iter().filter(|item| kinds.contains(&item.kind)).map(|item| item.subject).collect()
        };
        let tasks: Vec<TaskId> = subjects(&[Kind::TaskOverdue, Kind::TaskToday, Kind::TaskSoon, Kind::TaskReturned])
            .into_iter()
            .map(TaskId)
            .collect();
        let sessions: Vec<SessionId> = subjects(&[Kind::SessionNotice, Kind::SessionSoon, Kind::SessionToday])
            .into_iter()
            .map(SessionId)
            .collect();
        let calls: Vec<CallId> =
            subjects(&[Kind::CallGiven, Kind::CallUnanswered, Kind::CallReturned]).into_iter().map(CallId).collect();
        let sessions = queries::list_sessions_now(conn, &sessions)?;
        Ok(Self {
            today,
            tasks: queries::list_open_tasks(conn, &tasks, today)?.into_iter().map(|id| id.0).collect(),
            sessions: sessions.into_iter().map(|(id, revision, state, at)| (id.0, (revision, state, at))).collect(),
            calls: queries::list_unanswered_calls(conn, &calls)?.into_iter().collect(),
        })
    }

    fn holds(&self, item: &Item, now: Moment) -> bool {
        match item.kind {
            Kind::TaskOverdue | Kind::TaskReturned => self.tasks.contains(&item.subject),
            // What fell overdue while the mail waited is told of as such.
            Kind::TaskToday | Kind::TaskSoon => self.tasks.contains(&item.subject) && self.today <= item.on,
            Kind::SessionNotice | Kind::SessionSoon | Kind::SessionToday => {
                self.sessions.get(&item.subject).is_some_and(|(revision, state, starts_at)| {
                    let wanted =
                        if item.news == "cancelled" { SessionState::Cancelled } else { SessionState::Published };
                    // A newer revision has a mail of its own.
                    *state == wanted && *revision == item.revision && now < *starts_at
                })
            }
            Kind::CallGiven | Kind::CallUnanswered | Kind::CallReturned => {
                self.calls.contains(&(CallId(item.subject), UnitId(item.revision)))
            }
            Kind::RequestDecided | Kind::UnitDigest | Kind::HqDigest => true,
        }
    }
}
