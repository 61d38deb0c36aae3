//! Plans reminders: what is due and not yet in the ledger gets a row there, and each person one mail a day.

use super::model::{DAYS_BEFORE, Hours, NotSentReason, ReminderOutcome, Stage};
use super::queries::{self, DueTask, NewReminder};
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::links;
use crate::mail::{self, NewMail};
use crate::readings::Said;
use crate::store::Conn;
use crate::store::ids::TaskId;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The folder of `templates/mail/` with the reminder.
pub const TEMPLATE: &str = "task_due";
/// Tasks planned in one write, so that nobody else waits long for theirs.
const BATCH: i64 = 500;

/// What one write of planning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Planned {
    pub n_mails: usize,
    pub n_tasks: usize,
    /// People are told of these tasks by nobody: they have no address.
    pub n_without_address: usize,
    /// There may be more to plan.
    pub is_full: bool,
}

/// What the letter is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arguments {
    pub name: String,
    /// The first day on which one of the tasks is due.
    pub due_on: NaiveDate,
    pub tasks: Vec<ListedTask>,
    pub all_tasks: String,
}

/// One task in the letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListedTask {
    pub id: TaskId,
    /// To read it, or to test oneself on it, say.
    #[serde(default)]
    pub kind: String,
    pub title: String,
    pub due_on: NaiveDate,
    pub path: String,
}

/// Plans one batch: each task at most once, whatever runs how often and on how many instances; each person one mail
/// a day, with all tasks that are due. Outside of the hours of sending it plans nothing.
///
/// # Errors
/// `Broken` when the database cannot be used.
pub fn plan(conn: &mut Conn, clock: &Clock, now: Moment, hours: Hours) -> Result<Planned> {
    if hours.next_sending(clock, now) != now {
        return Ok(Planned::default());
    }
    let today = clock.local(now).date_naive();
    let day_began = clock.moment(today, NaiveTime::MIN);
    let mut due = queries::list_due(conn, today, today + DAYS_BEFORE, day_began, BATCH)?;
    let is_full = due.len() as i64 == BATCH;
    // Whoever's tasks the batch ends in the middle of comes whole in the next one.
    if is_full
        && let Some(last) = due.last().map(|task| task.person_id)
        && due[0].person_id != last
    {
        due.retain(|task| task.person_id != last);
    }
    let matter = |task: &DueTask| format!("reminder:{}:{today}", task.person_id);
    let mails: Vec<NewMail> = due
        .chunk_by(|a, b| a.person_id == b.person_id)
        .filter_map(|tasks| new_mail(tasks, matter(&tasks[0])).transpose())
        .collect::<Result<_>>()?;
    let outbox_ids = mail::queue_all(conn, &mails, now)?;
    let rows: Vec<NewReminder> = due
        .iter()
        .map(|task| {
            let outbox_id = outbox_ids.get(&matter(task)).copied();
            NewReminder {
                person_id: task.person_id,
                task_id: task.task_id,
                stage: Stage::DueInThreeDays,
                due_on: task.due_on,
                outcome: if outbox_id.is_some() { ReminderOutcome::Queued } else { ReminderOutcome::NotSent },
                reason: outbox_id.is_none().then_some(NotSentReason::AddressMissing),
                outbox_id,
                planned_at: now,
            }
        })
        .collect();
    queries::insert_all(conn, &rows)?;
    let n_without_address = rows.iter().filter(|row| row.outbox_id.is_none()).count();
    let planned = Planned { n_mails: mails.len(), n_tasks: rows.len(), n_without_address, is_full };
    if planned.n_tasks > 0 {
        let actor = Actor::program("reminders");
        audit::record(conn, &actor, now, Action::new("reminders.planned", "reminders"), None, &planned)?;
    }
    Ok(planned)
}

/// The mail for one person's tasks; none without an address.
fn new_mail(tasks: &[DueTask], matter: String) -> Result<Option<NewMail>> {
    let first = &tasks[0];
    let Some(address) = first.email.clone().filter(|address| !address.trim().is_empty()) else { return Ok(None) };
    let listed = tasks.iter().map(|task| ListedTask {
        id: task.task_id,
        kind: task.kind.as_str().to_owned(),
        title: Said::of(&task.title.0, &task.title.1, task.language).text,
        due_on: task.due_on,
        path: links::task(task.task_id),
    });
    let arguments = Arguments {
        name: first.name.clone(),
        due_on: first.due_on,
        tasks: listed.collect(),
        all_tasks: links::TASKS.to_owned(),
    };
    let arguments = serde_json::to_value(arguments).map_err(anyhow::Error::new)?;
    Ok(Some(NewMail {
        matter,
        person: first.person_id,
        address,
        language: first.language,
        template: TEMPLATE,
        arguments,
    }))
}
