//! `xuefa remind --once`: what a server does each minute, done once, at any hour, and told in one line.

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Message, Result};
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
    super::tell(&message(&tick));
    Ok(())
}

fn message(tick: &Tick) -> Message {
    let (planned, delivered) = (tick.planned, tick.delivered);
    Message::new("cli-reminded")
        .with("mails", super::count(planned.n_mails))
        .with("matters", super::count(planned.n_matters))
        .with("unsent", super::count(planned.n_not_sent))
        .with("sent", super::count(delivered.n_sent))
        .with("failed", super::count(delivered.n_failed))
        .with("later", super::count(delivered.n_later))
        .with("dropped", super::count(delivered.n_dropped))
}
