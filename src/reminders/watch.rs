//! Spares the server a round of planning as long as nothing has happened: each change leaves an entry in the trail, in
//! its own transaction, and what falls due by itself does so when a day or the hours of sending begin.

use super::plan::{self, Hours, Planned};
use super::tick::{Tick, check_for};
use crate::audit;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::mail::Delivery;
use crate::store::Db;
use chrono::{NaiveDate, TimeDelta};

/// What leaves nothing new to tell.
const IDLE: [&str; 10] = [
    "access.refused",
    "reminders.planned",
    "accounts.signed_in",
    "accounts.signed_out",
    "accounts.sign_in_failed",
    "attendance.checked_in",
    "kiosk.checked_in",
    "kiosk.check_in_refused",
    "readings.read",
    "self_test.passed",
];
/// A round is made after this long in any case: on PostgreSQL an entry may be seen after a newer one.
const AT_LEAST_EVERY: TimeDelta = TimeDelta::minutes(10);

/// What the last round of planning saw.
#[derive(Debug, Default)]
pub struct Watch {
    seen: Option<Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Moment,
    today: NaiveDate,
    may_send: bool,
    entry: i64,
}

impl Watch {
    /// As [`super::tick()`], but plans only when there may be something new to tell.
    ///
    /// # Errors
    /// `Broken` when the database cannot be used.
    pub async fn tick(&mut self, db: &Db, clock: &Clock, delivery: &Delivery, hours: Hours) -> Result<Tick> {
        let (now, today, asking, before) = (clock.now(), clock.today(), clock.clone(), self.seen);
        let (seen, is_quiet) = db
            .read(move |conn| {
                let may_send = plan::may_send(conn, &asking, now, hours)?;
                let entry = audit::find_newest(conn)?.map_or(0, |newest| newest.id);
                let seen = Seen { at: now, today, may_send, entry };
                let is_quiet = match before {
                    Some(before) if before.is_fresh(&seen) => {
                        !audit::is_anything_done_since(conn, before.entry, &IDLE)?
                    }
                    Some(_) | None => false,
                };
                Ok((seen, is_quiet))
            })
            .await?;
        let planned = if is_quiet {
            Planned::default()
        } else {
            let planned = plan::plan(db, clock, hours).await?;
            self.seen = Some(seen);
            planned
        };
        Ok(Tick { planned, delivered: delivery.deliver(check_for(hours)).await? })
    }
}

impl Seen {
    fn is_fresh(&self, now: &Self) -> bool {
        let age = now.at - self.at;
        self.today == now.today && self.may_send == now.may_send && TimeDelta::zero() <= age && age < AT_LEAST_EVERY
    }
}
