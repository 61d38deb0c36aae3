//! Sends what waits in the outbox: one mail is claimed, sent, and its outcome recorded; several at once.

use super::letter::{self, SecretLinks, Stationery};
use super::mailer::{Mailer, Sending};
use super::model::{self, LEASE, Outbox, OwnProblem, PROMPT, SEND_WITHIN, SLOW};
use super::queries::{self, Due, Outcome};
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::error::Result;
use crate::i18n::Language;
use crate::settings;
use crate::store::ids::OutboxId;
use crate::store::{Conn, Db};
use chrono::TimeDelta;
use futures_util::stream::{self, Stream, StreamExt};
use lettre::Message;
use lettre::message::Mailbox;
use std::collections::VecDeque;
use std::ops::Add;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Mails claimed or under way at once.
const AT_ONCE: usize = 4;
/// Of those, how many may be between the server and the note of its answer: when the program is killed, what the server
/// has just taken and is not noted yet goes out again, so it is one (M-03: at most one repeat a kill), but for a server
/// that takes longer than [`PROMPT`]: nobody waits for that (M-07).
const HANDED_OVER: usize = 1;
/// Mails under way with those that are slow: a server that hangs for some delays the others little (`reliability.md` M-07).
const WITH_SLOW: usize = 64;
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
    Drop(OwnProblem),
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

impl Add for Delivered {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            n_sent: self.n_sent + other.n_sent,
            n_failed: self.n_failed + other.n_failed,
            n_later: self.n_later + other.n_later,
            n_dropped: self.n_dropped + other.n_dropped,
        }
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
    haste: i32,
}

/// What keeps mails from being under way all at once.
struct Lanes {
    all: Semaphore,
    handed_over: Semaphore,
}

enum Claimed {
    Row(Box<Outbox>),
    Over(Delivered),
}

impl Delivery {
    /// # Errors
    /// `Broken` when the sender of the settings is no address.
    pub fn new(db: Db, clock: Clock, stationery: Stationery, config: &Config, mailer: Mailer) -> Result<Self> {
        let pace = config.smtp_rate.map(|rate| Arc::new(Pace::of(rate)));
        let haste = i32::try_from(config.mail_haste).unwrap_or(1);
        Ok(Self { db, clock, stationery, from: letter::sender(&config.mail_from)?, mailer, pace, haste })
    }

    /// Sends everything that is due now, and tells what became of it; nothing while mail is held.
    ///
    /// # Errors
    /// `Broken` when the database cannot be used; a mail that cannot be sent is no error here but an outcome.
    pub async fn deliver(&self, check: Check) -> Result<Delivered> {
        let none = Delivered::default();
        if self.db.read(|conn| Ok(settings::current(conn)?.mail_is_held)).await? {
            return Ok(none);
        }
        let lanes = &Lanes { all: Semaphore::new(AT_ONCE), handed_over: Semaphore::new(HANDED_OVER) };
        // What is under way is brought to its end also when something fails.
        self.due()
            .map(|id| async move { self.deliver_one(id?, check, lanes).await })
            .buffer_unordered(WITH_SLOW)
            .fold(Ok(none), |total, one| async { Ok(total? + one?) })
            .await
    }

    /// A mail's own test of the way to the mail server, beside the outbox; gives what the server answered.
    ///
    /// # Errors
    /// What went wrong, in English.
    pub async fn send_test(&self, address: &str) -> Result<String, String> {
        let now = self.clock.now();
        let mail = Outbox {
            address: address.to_owned(),
            message_id: super::new_message_id(),
            ..Outbox::sample("test", Language::Chinese, "{}".to_owned(), now)
        };
        let letter = self.stationery.write(&mail, SecretLinks::Whole, now).map_err(|error| error.to_string())?;
        let message = letter::message(&self.from, &mail, letter, now).map_err(|problem| problem.as_str().to_owned())?;
        self.mailer.send_by_hand(message).await
    }

    /// The mails that are due, each once, the longest waiting first; looked up while those before are sent.
    fn due(&self) -> impl Stream<Item = Result<OutboxId>> + '_ {
        let begin = Some((VecDeque::new(), None));
        stream::unfold(begin, move |state: Option<(VecDeque<Due>, Option<Due>)>| async move {
            let (mut waiting, after) = state?;
            if waiting.is_empty() {
                let now = self.clock.now();
                match self.db.read(move |conn| Ok(queries::list_due(conn, now, after, BATCH)?)).await {
                    Ok(found) => waiting.extend(found),
                    Err(error) => return Some((Err(error), None)),
                }
            }
            let next = waiting.pop_front()?;
            Some((Ok(next.1), Some((waiting, Some(next)))))
        })
    }

    async fn deliver_one(&self, id: OutboxId, check: Check, lanes: &Lanes) -> Result<Delivered> {
        let lane = lanes.all.acquire().await;
        // Before the claim, whose lease runs.
        if let Some(pace) = &self.pace {
            pace.wait().await;
        }
        let mail = match self.claim(id, check).await? {
            Claimed::Row(mail) => mail,
            Claimed::Over(delivered) => return Ok(delivered),
        };
        let message = self.write(&mail);
        let handing_over = lanes.handed_over.acquire().await;
        let sending = self.send(&mail, message);
        tokio::pin!(sending);
        // Whoever is slow lets the others pass: first to the server, then altogether.
        let sent = match tokio::time::timeout(PROMPT, &mut sending).await {
            Ok(sent) => sent,
            Err(_) => {
                drop(handing_over);
                match tokio::time::timeout(self.span(SLOW), &mut sending).await {
                    Ok(sent) => sent,
                    Err(_) => {
                        drop(lane);
                        sending.await
                    }
                }
            }
        };
        let none = Delivered::default();
        let (outcome, delivered) = match sent {
            Sending::Sent => (Outcome::sent(), Delivered { n_sent: 1, ..none }),
            Sending::Refused(problem) => (Outcome::failed(cleaned(&problem)), Delivered { n_failed: 1, ..none }),
            Sending::RefusedAddress(problem) => {
                (Outcome::refused(cleaned(&problem)), Delivered { n_failed: 1, ..none })
            }
            Sending::Failed(problem) => match self.next_try(&mail) {
                Some(next) => (Outcome::later(next, cleaned(&problem)), Delivered { n_later: 1, ..none }),
                None => (Outcome::failed(cleaned(&problem)), Delivered { n_failed: 1, ..none }),
            },
        };
        self.record(&mail, outcome).await?;
        Ok(delivered)
    }

    fn next_try(&self, mail: &Outbox) -> Option<Moment> {
        let now = self.clock.now();
        Some(now + (model::next_try(mail.id, mail.n_tries, now)? - now) / self.haste)
    }

    fn span(&self, span: TimeDelta) -> std::time::Duration {
        (span / self.haste).to_std().unwrap_or_default()
    }

    async fn claim(&self, id: OutboxId, check: Check) -> Result<Claimed> {
        let (clock, now, lease) = (self.clock.clone(), self.clock.now(), LEASE / self.haste);
        self.db
            .write(move |conn| {
                let none = Delivered::default();
                // Without a row another instance was faster.
                let Some(mail) = queries::claim(conn, id, now, now + lease)? else { return Ok(Claimed::Over(none)) };
                // It was refused in the meantime: nothing is tried twice that was refused for good.
                if let Some(problem) = queries::find_refusal(conn, &mail.address)? {
                    queries::record(conn, &mail, &Outcome::failed(problem), now)?;
                    return Ok(Claimed::Over(Delivered { n_failed: 1, ..none }));
                }
                match check(conn, &mail, &clock, now)? {
                    Verdict::Send(arguments) => {
                        let arguments = arguments.to_string();
                        if arguments != mail.arguments {
                            queries::set_arguments(conn, id, &arguments)?;
                        }
                        Ok(Claimed::Row(Box::new(Outbox { arguments, ..mail })))
                    }
                    Verdict::Later(at) => {
                        // Never at once again, so that a round of sending ends.
                        let at = at.max(now + TimeDelta::minutes(1));
                        queries::postpone(conn, id, mail.lease_number, at)?;
                        Ok(Claimed::Over(Delivered { n_later: 1, ..none }))
                    }
                    Verdict::Drop(reason) => {
                        queries::record(conn, &mail, &Outcome::dropped(reason), now)?;
                        Ok(Claimed::Over(Delivered { n_dropped: 1, ..none }))
                    }
                }
            })
            .await
    }

    /// The mail as it leaves, or what becomes of one that cannot.
    fn write(&self, mail: &Outbox) -> Result<Message, Sending> {
        let now = self.clock.now();
        let letter = self.stationery.write(mail, SecretLinks::Whole, now).map_err(|error| {
            tracing::error!(mail = %mail.id, %error, "a mail cannot be written");
            Sending::Failed(OwnProblem::NotWritten.into())
        })?;
        letter::message(&self.from, mail, letter, now).map_err(|problem| Sending::Refused(problem.into()))
    }

    async fn send(&self, mail: &Outbox, message: Result<Message, Sending>) -> Sending {
        let (now, within) = (self.clock.now(), SEND_WITHIN / self.haste);
        // A process that was stopped for a while may wake up when another instance already has the mail.
        if mail.lease_until.is_none_or(|until| until - within < now) {
            return Sending::Failed(OwnProblem::LeaseEnded.into());
        }
        let message = match message {
            Ok(message) => message,
            Err(sending) => return sending,
        };
        let sending = self.mailer.send(mail.id, message.envelope(), message.formatted());
        let answer = tokio::time::timeout(self.span(SEND_WITHIN), sending).await;
        answer.unwrap_or_else(|_| Sending::Failed(OwnProblem::NoAnswer.into()))
    }

    async fn record(&self, mail: &Outbox, outcome: Outcome) -> Result<()> {
        let (mail, now, id) = (mail.clone(), self.clock.now(), mail.id);
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
