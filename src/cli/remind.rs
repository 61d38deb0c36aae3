//! `xuefa remind --once`: what a server does each minute, done once, at any hour, and told in one line.

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::mail::Mailer;
use crate::reminders::{self, Hours, Tick};
use crate::store::Db;
use crate::web::App;
use clap::Args;

/// Options of `remind`.
#[derive(Args)]
pub(super) struct RemindOptions {
    /// Do it once and end; a server does it each minute by itself
    #[arg(long, required = true)]
    once: bool,
    #[command(flatten)]
    config: Config,
}

/// # Errors
/// `Broken` with one sentence: the database cannot be reached, the mail server is set wrongly.
pub(super) fn run(options: RemindOptions) -> Result<()> {
    let db = Db::open(&options.config.database)?;
    let clock = Clock::system(options.config.zone);
    let app = App::new(db, clock, options.config)?;
    let tick = super::serve::block_on(async move {
        let delivery = app.delivery(Mailer::of(&app.config)?)?;
        reminders::tick(&app.db, &app.clock, &delivery, Hours::Any).await
    })?;
    super::say(sentence(&tick));
    Ok(())
}

fn sentence(tick: &Tick) -> String {
    let (planned, delivered) = (tick.planned, tick.delivered);
    format!(
        "Planned {} mails for {} matters ({} more are not sent, with the reason in the register of reminders); sent {}, failed {}, to be tried later {}, no longer needed {}.",
        planned.n_mails,
        planned.n_matters,
        planned.n_not_sent,
        delivered.n_sent,
        delivered.n_failed,
        delivered.n_later,
        delivered.n_dropped
    )
}
