//! Sends what waits in the outbox: one mail is claimed, sent, and its outcome recorded; several at once.

use super::letter::{self, SecretLinks, Stationery};
use super::mailer::{Mailer, Sending};
use super::model::{self, LEASE, Outbox, OutboxState, SEND_WITHIN};
use super::queries;
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::error::Result;
use crate::settings;
use crate::store::ids::OutboxId;
use crate::store::{Conn, Db};
use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};
use lettre::message::Mailbox;
use std::ops::AddAssign;
use std::sync::Arc;

/// Mails under way at once, so that one hung address does not delay the others (`reliability.md` M-07).
const AT_ONCE: usize = 8;
/// Mails looked up at once.
const BATCH: i64 = 64;
/// The longest problem that is kept, in characters.
const PROBLEM_CHARACTERS: usize = 500;

/// What is to become of a mail, decided when it is about to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Send it, with these arguments: what was done in the meantime is no longer among them.
    Send(serde_json::Value),
    /// Not before this moment.
    Later(Moment),
    /// It is no longer needed, for this reason.
    Drop(&'static str),
}

/// Decides about a mail in the write that claims it. The features that queue mail know the answer, and lie to the
/// right of this one: so it is handed in.
pub type Check = fn(&mut Conn, &Outbox, &Clock, Moment) -> Result<Verdict>;

/// What a round of sending did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    pub n_sent: usize,
    pub n_failed: usize,
    pub n_later: usize,
    pub n_dropped: usize,
}

impl AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.n_sent += other.n_sent;
        self.n_failed += other.n_failed;
        self.n_later += other.n_later;
        self.n_dropped += other.n_dropped;
    }
}

/// Sends mail. Cloning is cheap.
#[derive(Clone)]
pub struct Delivery {
    db: Db,
    clock: Clock,
    stationery: Stationery,
    from: Mailbox,
    mailer: Mailer,
    pace: Option<Arc<Pace>>,
}

enum Claimed {
    Row(Box<Outbox>),
    Dropped,
    Later,
    /// Another instance was faster.
    Gone,
}

impl Delivery {
    /// # Errors
    /// `Broken` when the sender of the settings is no address.
    pub fn new(db: Db, clock: Clock, stationery: Stationery, config: &Config, mailer: Mailer) -> Result<Self> {
        let pace = config.smtp_rate.map(|rate| Arc::new(Pace::of(rate)));
        Ok(Self { db, clock, stationery, from: letter::sender(&config.mail_from)?, mailer, pace })
    }

    /// Sends everything that is due now, and tells what became of it; nothing while mail is held.
    ///
    /// # Errors
    /// `Broken` when the database cannot be used; a mail that cannot be sent is no error here but an outcome.
    pub async fn deliver(&self, check: Check) -> Result<Delivered> {
        let mut total = Delivered::default();
        if self.db.read(|conn| Ok(settings::current(conn)?.mail_is_held)).await? {
            return Ok(total);
        }
        loop {
            let now = self.clock.now();
            let due = self.db.read(move |conn| Ok(queries::list_due(conn, now, BATCH)?)).await?;
            let outcomes: Vec<Result<Option<Delivered>>> =
                stream::iter(due).map(|id| self.deliver_one(id, check)).buffer_unordered(AT_ONCE).collect().await;
            let mut n_claimed = 0;
            for outcome in outcomes {
                if let Some(delivered) = outcome? {
                    total += delivered;
                    n_claimed += 1;
                }
            }
            // Nothing is due, or other instances have it all.
            if n_claimed == 0 {
                return Ok(total);
            }
        }
    }

    async fn deliver_one(&self, id: OutboxId, check: Check) -> Result<Option<Delivered>> {
        // Before the claim, whose lease runs.
        if let Some(pace) = &self.pace {
            pace.wait().await;
        }
        let none = Delivered::default();
        let mail = match self.claim(id, check).await? {
            Claimed::Row(mail) => mail,
            Claimed::Dropped => return Ok(Some(Delivered { n_dropped: 1, ..none })),
            Claimed::Later => return Ok(Some(Delivered { n_later: 1, ..none })),
            Claimed::Gone => return Ok(None),
        };
        let outcome = match self.send(&mail).await {
            Sending::Sent => (OutboxState::Sent, None, None),
            Sending::Refused(problem) => (OutboxState::Failed, None, Some(problem)),
            Sending::RefusedAddress(problem) => {
                let (address, now) = (mail.address.clone(), self.clock.now());
                let kept = cleaned(&problem);
                self.db.write(move |conn| Ok(queries::mark_refused(conn, &address, &kept, now)?)).await?;
                (OutboxState::Failed, None, Some(problem))
            }
            Sending::Failed(problem) => match model::next_try(id, mail.n_tries, self.clock.now()) {
                Some(next) => (OutboxState::Waiting, Some(next), Some(problem)),
                None => (OutboxState::Failed, None, Some(problem)),
            },
        };
        let delivered = match outcome.0 {
            OutboxState::Sent => Delivered { n_sent: 1, ..none },
            OutboxState::Failed => Delivered { n_failed: 1, ..none },
            OutboxState::Waiting => Delivered { n_later: 1, ..none },
            OutboxState::Dropped => Delivered { n_dropped: 1, ..none },
        };
        self.record(&mail, outcome).await?;
        Ok(Some(delivered))
    }

    async fn claim(&self, id: OutboxId, check: Check) -> Result<Claimed> {
        let (clock, now) = (self.clock.clone(), self.clock.now());
        self.db
            .write(move |conn| {
                let Some(mail) = queries::claim(conn, id, now, now + LEASE)? else { return Ok(Claimed::Gone) };
                match check(conn, &mail, &clock, now)? {
                    Verdict::Send(arguments) => {
                        let arguments = arguments.to_string();
                        queries::set_arguments(conn, id, &arguments)?;
                        Ok(Claimed::Row(Box::new(Outbox { arguments, ..mail })))
                    }
                    Verdict::Later(at) => {
                        // Never at once again, so that a round of sending ends.
                        let at = at.max(now + TimeDelta::minutes(1));
                        queries::postpone(conn, id, mail.lease_number, at)?;
                        Ok(Claimed::Later)
                    }
                    Verdict::Drop(reason) => {
                        let end = (OutboxState::Dropped, None, Some(reason.to_owned()));
                        queries::record(conn, &mail, &end, now)?;
                        Ok(Claimed::Dropped)
                    }
                }
            })
            .await
    }

    async fn send(&self, mail: &Outbox) -> Sending {
        let now = self.clock.now();
        // A process that was stopped for a while may wake up when another instance already has the mail.
        if mail.lease_until.is_none_or(|until| until - SEND_WITHIN < now) {
            return Sending::Failed("the lease had ended".to_owned());
        }
        let letter = match self.stationery.write(mail, SecretLinks::Whole, now) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!(mail = %mail.id, %error, "a mail cannot be written");
                return Sending::Failed(error.to_string());
            }
        };
        let message = match letter::message(&self.from, mail, letter, now) {
            Ok(message) => message,
            Err(problem) => return Sending::Refused(problem),
        };
        let sending = self.mailer.send(mail.id, message.envelope(), message.formatted());
        let limit = SEND_WITHIN.to_std().unwrap_or_default();
        tokio::time::timeout(limit, sending).await.unwrap_or_else(|_| Sending::Failed("no answer in time".to_owned()))
    }

    async fn record(&self, mail: &Outbox, outcome: queries::Outcome) -> Result<()> {
        let (state, next, problem) = outcome;
        let problem = problem.as_deref().map(cleaned);
        let (mail, outcome, now) = (mail.clone(), (state, next, problem), self.clock.now());
        let id = mail.id;
        let is_recorded = self.db.write(move |conn| Ok(queries::record(conn, &mail, &outcome, now)?)).await?;
        if !is_recorded {
            tracing::warn!(mail = %id, "another instance took the mail over before its outcome was recorded");
        }
        Ok(())
    }
}

/// What a mail server said, as it can be shown and kept.
fn cleaned(text: &str) -> String {
    let shown = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    shown.take(PROBLEM_CHARACTERS).collect()
}

/// Lets mails out one after the other, no faster than the mail server takes them.
struct Pace {
    pause: std::time::Duration,
    next: tokio::sync::Mutex<tokio::time::Instant>,
}

impl Pace {
    fn of(mails_a_minute: u32) -> Self {
        let pause = std::time::Duration::from_secs(60) / mails_a_minute.max(1);
        Self { pause, next: tokio::sync::Mutex::new(tokio::time::Instant::now()) }
    }

    async fn wait(&self) {
        let mut next = self.next.lock().await;
        tokio::time::sleep_until(*next).await;
        *next = tokio::time::Instant::now() + self.pause;
    }
}
