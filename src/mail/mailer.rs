//! What carries a letter away: a mail server, a folder of `.eml` files, or memory for tests.

use super::connections::Connections;
use super::server;
use crate::config::Config;
use crate::error::Result;
use crate::store::ids::OutboxId;
use anyhow::Context;
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where mail goes. Cloning is cheap.
#[derive(Clone)]
pub enum Mailer {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>, Option<Arc<Connections>>),
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
    /// `Broken` when the mail server's address, or the file with its authority, cannot be read.
    pub fn of(config: &Config) -> Result<Self> {
        match &config.smtp {
            None => Ok(Self::Folder(config.mail_folder())),
            Some(address) => {
                let (builder, kept) = server::of(address, config.smtp_ca.as_deref())?;
                let timeout = std::time::Duration::from_secs(30);
                Ok(Self::Smtp(Box::new(builder.timeout(Some(timeout)).build()), kept.map(Arc::new)))
            }
        }
    }

    /// Whether a mail server answers, and takes the login that it is given; nothing when there is none to ask.
    ///
    /// # Errors
    /// What it said instead, in English.
    pub async fn probe(&self) -> Result<(), String> {
        match self {
            Self::Smtp(server, _) => match server.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("it does not answer after the greeting".to_owned()),
                Err(error) => Err(error.to_string()),
            },
            Self::Folder(_) | Self::Memory(_) => Ok(()),
        }
    }

    /// Sends one mail beside the outbox, and gives what the mail server answered.
    pub(super) async fn send_by_hand(&self, message: lettre::Message) -> Result<String, String> {
        match self {
            Self::Smtp(server, _) => match server.send(message).await {
                Ok(answer) => Ok(answer.message().collect::<Vec<_>>().join(" ")),
                Err(error) => Err(error.to_string()),
            },
            Self::Folder(_) | Self::Memory(_) => {
                match self.send(OutboxId(0), message.envelope(), message.formatted()).await {
                    Sending::Sent => Ok("it was put into the folder".to_owned()),
                    Sending::Refused(problem) | Sending::RefusedAddress(problem) | Sending::Failed(problem) => {
                        Err(problem)
                    }
                }
            }
        }
    }

    pub(super) async fn send(&self, id: OutboxId, envelope: &Envelope, content: Vec<u8>) -> Sending {
        match self {
            Self::Smtp(server, kept) => {
                let (server, kept, envelope) = (server.clone(), kept.clone(), envelope.clone());
                // A task of its own: whoever stops waiting must not end the conversation in its middle, because the
                // connection would go back to the others, and the next mail would read answers meant for this one.
                let sent = tokio::spawn(async move {
                    let Some(kept) = kept else {
                        let sent = server.send_raw(&envelope, &content).await;
                        return sent.map_or_else(|error| server::outcome(&error), |_| Sending::Sent);
                    };
                    kept.send(&envelope, &content).await
                });
                sent.await.unwrap_or_else(|error| Sending::Failed(error.to_string()))
            }
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
