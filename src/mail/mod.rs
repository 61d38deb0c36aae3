//! The outbox, a message, and the Mailer that sends it: SMTP, a folder of `.eml` files, or memory for tests.

pub mod queries;

use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{OutboxId, PersonId};

/// A mail to be sent: what it is about, to whom, from which template with which arguments; never the body.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What it is about, once: `task:7:due_in_three_days`. The same matter is queued only once.
    pub matter: String,
    pub person: PersonId,
    pub address: String,
    pub language: Language,
    /// A folder of `templates/mail/`.
    pub template: &'static str,
    /// What the template is given.
    pub arguments: serde_json::Value,
}

/// Queues a mail inside any write, so that it is there exactly when its cause is. A matter that was queued before
/// is not queued again, and gives nothing.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn queue(conn: &mut Conn, mail: &NewMail, now: Moment) -> Result<Option<OutboxId>> {
    let message_id = format!("<{}@xuefa>", crate::links::percent(&mail.matter));
    let arguments = mail.arguments.to_string();
    Ok(queries::insert(conn, mail, &message_id, &arguments, now)?)
}
