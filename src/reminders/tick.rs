//! One tick: plan, then deliver. `serve` and `demo` do it every minute, `remind --once` once.

use super::model::Hours;
use super::plan::{Planned, plan};
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
    let mut planned = Planned::default();
    loop {
        let (clock, now) = (clock.clone(), clock.now());
        let batch = db.write(move |conn| plan(conn, &clock, now, hours)).await?;
        planned.n_mails += batch.n_mails;
        planned.n_tasks += batch.n_tasks;
        planned.n_without_address += batch.n_without_address;
        if !batch.is_full {
            break;
        }
    }
    let check: Check = match hours {
        Hours::Kept => |conn, mail, clock, now| super::check(conn, mail, clock, now, Hours::Kept),
        Hours::Any => |conn, mail, clock, now| super::check(conn, mail, clock, now, Hours::Any),
    };
    let delivered = delivery.deliver(check).await?;
    Ok(Tick { planned, delivered })
}
