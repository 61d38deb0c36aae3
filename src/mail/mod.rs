//! The outbox, a letter, and the Mailer that sends it: SMTP, a folder of `.eml` files, or memory for tests.
//!
//! Whoever has something to say queues it inside the write that is its cause ([`queue`]); a background task claims,
//! sends and records ([`Delivery`]). Template and arguments are stored, never the body.

mod again;
pub mod calendar;
mod connections;
mod deliver;
mod drop_held;
mod forget;
mod letter;
mod mailer;
pub mod model;
pub mod queries;
mod server;
mod standing;

use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{OutboxId, PersonId};
use std::collections::BTreeMap;

pub use again::{may_be_sent_again, send_again};
pub use deliver::{Check, Delivered, Delivery, Verdict};
pub use drop_held::drop_held;
pub use forget::forget_old;
pub use letter::{Letter, SecretLinks, Stationery};
pub use mailer::{Mailer, Memory, Posted};
pub use model::{Outbox, OutboxState, OwnProblem};
pub use standing::{LATE, Standing, Stuck, standing};

/// A mail to be sent: what it is about, to whom, from which template with which arguments; never the body.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What it is about, once: `reminder:7:2024-07-05`. The same matter is queued only once.
    pub matter: String,
    pub person: PersonId,
    pub address: String,
    pub language: Language,
    /// A folder of `templates/mail/`.
    pub template: &'static str,
    /// What the template is given. `invitation: {id, nonce}` becomes its secret `link`, made anew at each try.
    pub arguments: serde_json::Value,
}

/// Queues a mail inside any write, so that it is there exactly when its cause is. A matter that was queued before
/// is not queued again, and gives nothing.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn queue(conn: &mut Conn, mail: &NewMail, now: Moment) -> Result<Option<OutboxId>> {
    Ok(queries::insert(conn, mail, new_message_id(), now)?)
}

/// Queues many mails as [`queue`] does one, and gives the ids of the new ones by their matter.
///
/// # Errors
/// `Broken` when they cannot be written.
pub fn queue_all(conn: &mut Conn, mails: &[NewMail], now: Moment) -> Result<BTreeMap<String, OutboxId>> {
    Ok(queries::insert_all(conn, mails, new_message_id, now)?)
}

/// Random, because mail servers take a second installation's mail with a known Message-ID for a copy and drop it.
fn new_message_id() -> String {
    format!("<{:032x}@xuefa.invalid>", rand::random::<u128>())
}
