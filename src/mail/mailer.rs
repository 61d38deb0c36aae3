//! What carries a letter away: a mail server, a folder of `.eml` files, or memory for tests.

use crate::config::Config;
use crate::error::Result;
use crate::store::ids::OutboxId;
use anyhow::Context;
use lettre::address::Envelope;
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where mail goes. Cloning is cheap.
#[derive(Clone)]
pub enum Mailer {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// Each mail becomes a file here, named by its number.
    Folder(PathBuf),
    Memory(Memory),
}

/// What was sent, for tests.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<Posted>>>);

/// A mail as it left.
#[derive(Debug, Clone)]
pub struct Posted {
    pub to: Vec<String>,
    pub content: String,
}

/// What became of one try.
#[derive(Debug, PartialEq)]
pub enum Sending {
    Sent,
    /// For good: the address or the mail is refused.
    Refused(String),
    /// For good, and because of the address: nothing will ever arrive there.
    RefusedAddress(String),
    /// For now: worth another try.
    Failed(String),
}

impl Mailer {
    /// The mailer that the settings of the program name. Call it inside the runtime, which keeps its connections.
    ///
    /// # Errors
    /// `Broken` when the mail server's address cannot be read.
    pub fn of(config: &Config) -> Result<Self> {
        match &config.smtp {
            None => Ok(Self::Folder(config.mail_folder())),
            Some(address) => {
                // The address may hold a password: it is not repeated in the message.
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_starttls(address))
                    .context("XUEFA_SMTP is not an address like smtp://user:password@host:587 or smtps://host")?;
                let timeout = std::time::Duration::from_secs(30);
                Ok(Self::Smtp(Box::new(builder.timeout(Some(timeout)).build())))
            }
        }
    }

    pub(super) async fn send(&self, id: OutboxId, envelope: &Envelope, content: Vec<u8>) -> Sending {
        match self {
            Self::Smtp(server) => match server.send_raw(envelope, &content).await {
                Ok(_) => Sending::Sent,
                Err(error) if is_final(&error) && is_of_address(&error) => Sending::RefusedAddress(error.to_string()),
                Err(error) if is_final(&error) => Sending::Refused(error.to_string()),
                Err(error) => Sending::Failed(error.to_string()),
            },
            Self::Folder(folder) => {
                let folder = folder.clone();
                let written = tokio::task::spawn_blocking(move || write(&folder, id, &content)).await;
                match written {
                    Ok(Ok(())) => Sending::Sent,
                    Ok(Err(error)) => Sending::Failed(format!("{error:#}")),
                    Err(error) => Sending::Failed(error.to_string()),
                }
            }
            Self::Memory(memory) => {
                let to = envelope.to().iter().map(ToString::to_string).collect();
                memory.lock().push(Posted { to, content: String::from_utf8_lossy(&content).into_owned() });
                Sending::Sent
            }
        }
    }
}

impl Memory {
    /// What was sent so far.
    pub fn posted(&self) -> Vec<Posted> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Posted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `smtp://` alone means STARTTLS where the server offers it.
fn with_starttls(address: &str) -> String {
    match (address.starts_with("smtp://"), address.contains("tls="), address.contains('?')) {
        (true, false, true) => format!("{address}&tls=opportunistic"),
        (true, false, false) => format!("{address}?tls=opportunistic"),
        (true, true, _) | (false, _, _) => address.to_owned(),
    }
}

/// 5xx is for good (`reliability.md` M-05), but for those about our own signing in, which the operator can mend.
fn is_final(error: &smtp::Error) -> bool {
    error.is_permanent() && !error.status().is_some_and(|code| [530, 534, 535, 538].contains(&u16::from(code)))
}

/// "No such mailbox" in the codes of RFC 5321 (4.2.3). A server may mean something else by 550; then HQ sends again.
fn is_of_address(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| [550, 551, 553].contains(&u16::from(code)))
}

/// Whole or not at all, and on the disk before it counts as sent.
fn write(folder: &Path, id: OutboxId, content: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join(format!("{id}.eml"));
    let part = folder.join(format!(".{id}.eml.part"));
    let mut file = std::fs::File::create(&part)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&part, &path).with_context(|| format!("the mail {} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_smtp_takes_starttls_where_it_is_offered_and_what_is_said_stands() {
        assert_eq!(with_starttls("smtp://host:25"), "smtp://host:25?tls=opportunistic");
        assert_eq!(with_starttls("smtp://host?tls=required"), "smtp://host?tls=required");
        assert_eq!(with_starttls("smtps://host"), "smtps://host");
    }
}
