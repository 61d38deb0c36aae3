//! A mail in words: subject, text and HTML in the person's language, and the message made of them.

use super::calendar::{self, Entry};
use super::model::{Outbox, OwnProblem};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::secret::Secret;
use crate::store::ids::{InvitationId, PersonId};
use crate::templates::Templates;
use anyhow::Context;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};

/// A mail as the person reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The entries for a calendar that go with it, as a file.
    pub calendar: Option<String>,
    /// Where one click ends reminders for a while.
    pub pause: Option<String>,
}

/// Writes letters. Cloning is cheap.
#[derive(Clone)]
pub struct Stationery {
    templates: Templates,
    base_url: String,
    secret: Secret,
}

/// Whether a secret link is written out, or only hinted at: in pages where others read the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretLinks {
    Whole,
    Hidden,
}

#[derive(Serialize)]
struct Content<'a> {
    page: Page,
    /// The beginning of every link.
    base_url: &'a str,
    /// The secret link of an invitation.
    link: Option<String>,
    /// The secret link that pauses reminders.
    pause_link: Option<String>,
    #[serde(flatten)]
    arguments: serde_json::Value,
}

/// What the helpers of the templates look for.
#[derive(Serialize)]
struct Page {
    lang: &'static str,
}

impl Stationery {
    pub fn new(templates: Templates, base_url: String, secret: Secret) -> Self {
        Self { templates, base_url, secret }
    }

    /// The letter of a mail, from its template and arguments.
    ///
    /// # Errors
    /// `Broken` when the template asks for what the arguments do not have.
    pub fn write(&self, mail: &Outbox, secret_links: SecretLinks, now: Moment) -> Result<Letter> {
        let arguments: serde_json::Value =
            serde_json::from_str(&mail.arguments).context("the arguments of a mail cannot be read")?;
        let page = Page { lang: mail.language.as_str() };
        let link = self.secret_link(&arguments, secret_links)?;
        let calendar = self.calendar(&arguments, now)?;
        let pause = self.pause_link(&arguments, secret_links)?;
        let content = Content { page, base_url: &self.base_url, link, pause_link: pause.clone(), arguments };
        let part =
            |name: &str| self.templates.render(mail.language, &format!("mail/{}/{name}", mail.template), &content);
        Ok(Letter {
            subject: one_line(&part("subject.txt")?),
            text: part("body.txt")?.trim().to_owned() + "\n",
            html: part("body.html")?,
            calendar,
            pause,
        })
    }

    fn calendar(&self, arguments: &serde_json::Value, now: Moment) -> Result<Option<String>> {
        let Some(entries) = arguments.get("calendar") else { return Ok(None) };
        let entries: Vec<Entry> = Vec::deserialize(entries).context("the calendar of a mail cannot be read")?;
        Ok((!entries.is_empty()).then(|| calendar::write(&entries, &self.secret, &self.base_url, now)))
    }

    fn pause_link(&self, arguments: &serde_json::Value, shown: SecretLinks) -> Result<Option<String>> {
        let Some(person) = arguments.get("pause") else { return Ok(None) };
        let person = PersonId::deserialize(person).context("whose mail it is cannot be read")?;
        let token = match shown {
            SecretLinks::Whole => links::pause_token(&self.secret, person),
            SecretLinks::Hidden => "…".to_owned(),
        };
        Ok(Some(format!("{}{}", self.base_url, links::pause_by_mail(person, &token))))
    }

    /// The arguments hold what the link is made from, never the link.
    fn secret_link(&self, arguments: &serde_json::Value, shown: SecretLinks) -> Result<Option<String>> {
        let Some(invitation) = arguments.get("invitation") else { return Ok(None) };
        let Invitation { id, nonce } =
            Invitation::deserialize(invitation).context("the invitation of a mail cannot be read")?;
        Ok(Some(match shown {
            SecretLinks::Whole => links::invitation_address(&self.secret, &self.base_url, id, &nonce),
            SecretLinks::Hidden => format!("{}{}", self.base_url, links::invitation(id, "…")),
        }))
    }
}

#[derive(Deserialize)]
struct Invitation {
    id: InvitationId,
    nonce: String,
}

/// Text without line breaks and other control characters, as a header needs it.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sender of all mail, as the setting has it.
pub(super) fn sender(text: &str) -> Result<Mailbox> {
    let mailbox: Mailbox = text
        .parse()
        .with_context(|| format!("XUEFA_MAIL_FROM “{text}” is not an address like 学法 <xuefa@example.cn>"))?;
    Ok(mailbox)
}

/// The message of a letter: one recipient, the Message-ID of its row.
///
/// # Errors
/// When the address is none, or the letter cannot be written as one: such a mail can never be sent.
pub(super) fn message(from: &Mailbox, mail: &Outbox, letter: Letter, now: Moment) -> Result<Message, OwnProblem> {
    let address: Address = mail.address.parse().map_err(|_| OwnProblem::NotAnAddress)?;
    let body = MultiPart::alternative_plain_html(letter.text, letter.html);
    let body = match letter.calendar {
        None => body,
        Some(calendar) => {
            let kind = ContentType::parse("text/calendar; charset=utf-8").map_err(|_| OwnProblem::NotWritten)?;
            let file = Attachment::new("session.ics".to_owned()).body(calendar, kind);
            MultiPart::mixed().multipart(body).singlepart(file)
        }
    };
    let mut message = Message::builder();
    if let Some(pause) = letter.pause {
        // RFC 8058: a mail program asks by POST, so that a scanner that opens links pauses nobody.
        message = message
            .raw_header(header("List-Unsubscribe", format!("<{pause}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    message
        .from(from.clone())
        .to(Mailbox::new(None, address))
        .subject(letter.subject)
        .date(now.system_time())
        .message_id(Some(mail.message_id.clone()))
        // So that no absence note answers it (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .multipart(body)
        .map_err(|_| OwnProblem::NotWritten)
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M-08.
    #[test]
    fn a_subject_is_one_line_whatever_a_title_holds() {
        assert_eq!(one_line(" 学习任务\r\nBcc: all@lihe.example\u{0} "), "学习任务 Bcc: all@lihe.example");
    }

    #[test]
    fn the_sender_may_have_a_chinese_name() {
        let mailbox = sender("学法 <xuefa@xuefa.test>").expect("an address");

        assert_eq!((mailbox.name.as_deref(), mailbox.email.to_string().as_str()), (Some("学法"), "xuefa@xuefa.test"));
        assert!(sender("学法").is_err());
    }
}
