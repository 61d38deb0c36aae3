//! Decides again about a mail that is about to be sent: nobody is reminded of what is already done.

use super::model::Hours;
use super::plan::{Arguments, TEMPLATE};
use super::queries;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::mail::{Outbox, Verdict};
use crate::store::Conn;
use crate::store::ids::TaskId;
use anyhow::Context;

/// A reminder keeps only the tasks that are still open and not yet overdue, is dropped when none is, and waits for the
/// hours of sending. Any other mail is sent as it is.
///
/// # Errors
/// `Broken` when its arguments or the tasks cannot be read.
pub fn check(conn: &mut Conn, mail: &Outbox, clock: &Clock, now: Moment, hours: Hours) -> Result<Verdict> {
    let arguments = serde_json::from_str(&mail.arguments).context("the arguments of a mail cannot be read")?;
    if mail.template != TEMPLATE {
        return Ok(Verdict::Send(arguments));
    }
    let mut arguments: Arguments =
        serde_json::from_value(arguments).context("the arguments of a reminder cannot be read")?;
    let ids: Vec<TaskId> = arguments.tasks.iter().map(|task| task.id).collect();
    let wanted = queries::list_wanted(conn, &ids, clock.local(now).date_naive())?;
    arguments.tasks.retain(|task| wanted.contains(&task.id));
    let Some(first_due) = arguments.tasks.iter().map(|task| task.due_on).min() else {
        return Ok(Verdict::Drop("no-longer-due"));
    };
    let at = hours.next_sending(clock, now);
    if at != now {
        return Ok(Verdict::Later(at));
    }
    arguments.due_on = first_due;
    Ok(Verdict::Send(serde_json::to_value(arguments).map_err(anyhow::Error::new)?))
}
