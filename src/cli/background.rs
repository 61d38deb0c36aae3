//! What a server does besides answering: each minute it plans reminders and sends the mail that waits; each second it
//! looks for long work (`web/background.rs`); and once a day it makes a backup.

use crate::backup::{self, Lock};
use crate::error::Result;
use crate::mail::{Delivery, Mailer};
use crate::reminders::{Hours, Watch};
use crate::web::App;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

const BACKUP_LOOKED_AT_EVERY: Duration = Duration::from_secs(60);
const REMINDERS_EVERY: Duration = Duration::from_secs(60);

/// Starts it on the runtime that serves; it ends with it. What it is in the middle of then is claimed again later.
///
/// # Errors
/// `Broken` with one sentence when the mail server or the sender of mail is set wrongly.
pub(super) fn start(app: &App) -> Result<()> {
    let delivery = app.delivery(Mailer::of(&app.config)?)?;
    drop(tokio::spawn(remind(app.clone(), delivery)));
    drop(tokio::spawn(crate::web::background::run(app.clone())));
    if app.config.backup.folder.is_some() {
        // A wrong setting is told at the start, not at night.
        Lock::of(&app.config.backup)?;
        drop(tokio::spawn(back_up(app.clone())));
    }
    Ok(())
}

async fn back_up(app: App) {
    loop {
        if let Err(error) = backup::run_due(&app.db, &app.clock, &app.config).await {
            let error = super::logged(&error);
            tracing::error!(%error, "the day's backup could not be made");
        }
        tokio::time::sleep(BACKUP_LOOKED_AT_EVERY).await;
    }
}

async fn remind(app: App, delivery: Delivery) {
    let mut minutes = interval(REMINDERS_EVERY / app.config.mail_haste);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let hours = if app.demo.is_some() { Hours::Any } else { Hours::Kept };
    let mut watch = Watch::default();
    loop {
        minutes.tick().await;
        if let Err(error) = watch.tick(&app.db, &app.clock, &delivery, hours).await {
            tracing::error!(%error, "reminders could not be planned or mail could not be sent");
        }
    }
}
