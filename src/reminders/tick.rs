//! One tick: plan, then deliver. `remind --once` does it once, `serve` and `demo` each minute by way of [`super::Watch`].

use super::plan::{Hours, Planned, plan};
use crate::clock::Clock;
use crate::error::Result;
use crate::mail::{Check, Delivered, Delivery};
use crate::store::Db;

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    pub planned: Planned,
    pub delivered: Delivered,
}

/// Plans everything that is due and sends everything that waits, reminders and other mail.
///
/// # Errors
/// `Broken` when the database cannot be used.
pub async fn tick(db: &Db, clock: &Clock, delivery: &Delivery, hours: Hours) -> Result<Tick> {
    let planned = plan(db, clock, hours).await?;
    Ok(Tick { planned, delivered: delivery.deliver(check_for(hours)).await? })
}

/// What decides about each mail when it is about to be sent.
pub(super) fn check_for(hours: Hours) -> Check {
    match hours {
        Hours::Kept => |conn, mail, clock, now| super::check(conn, mail, clock, now, Hours::Kept),
        Hours::Any => |conn, mail, clock, now| super::check(conn, mail, clock, now, Hours::Any),
    }
}
