//! A mail in words: subject, text and HTML in the person's language, and the message made of them.

use super::model::Outbox;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::secret::Secret;
use crate::store::ids::InvitationId;
use crate::templates::Templates;
use anyhow::Context;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};

/// A mail as the person reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
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
    pub fn write(&self, mail: &Outbox, secret_links: SecretLinks) -> Result<Letter> {
        let arguments: serde_json::Value =
            serde_json::from_str(&mail.arguments).context("the arguments of a mail cannot be read")?;
        let page = Page { lang: mail.language.as_str() };
        let link = self.secret_link(&arguments, secret_links)?;
        let content = Content { page, base_url: &self.base_url, link, arguments };
        let part =
            |name: &str| self.templates.render(mail.language, &format!("mail/{}/{name}", mail.template), &content);
        Ok(Letter {
            subject: one_line(&part("subject.txt")?),
            text: part("body.txt")?.trim().to_owned() + "\n",
            html: part("body.html")?,
        })
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
/// A sentence when the address is none: such a mail can never be sent.
pub(super) fn message(from: &Mailbox, mail: &Outbox, letter: Letter, now: Moment) -> Result<Message, String> {
    let address: Address = mail.address.parse().map_err(|_| "the address is not an e-mail address".to_owned())?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address))
        .subject(letter.subject)
        .date(now.system_time())
        .message_id(Some(mail.message_id.clone()))
        // So that no absence note answers it (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
