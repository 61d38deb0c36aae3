//! How a backup is locked, and what opens it.

use super::manifest::refused;
use crate::config::BackupConfig;
use crate::error::{Error, Message, Result};
use age::secrecy::{ExposeSecret, SecretString};
use age::x25519;
use anyhow::Context;
use std::io::{self, BufReader, Read, Seek, Write};
use std::iter;
use std::path::Path;

/// Who can open a backup.
pub enum Lock {
    /// Whoever holds the file.
    Open,
    /// Whoever holds the identity behind a recipient: this program does not.
    Recipient(x25519::Recipient),
    Passphrase(SecretString),
}

/// What a backup is opened with.
#[derive(Default)]
pub struct Keys {
    identities: Vec<x25519::Identity>,
    passphrase: Option<SecretString>,
}

/// How every locked file begins.
pub(super) const LOCKED: &[u8] = b"age-encryption.org/";

impl Lock {
    /// The lock that the settings name.
    ///
    /// # Errors
    /// `Refused` when both ways are named, the recipient is none, or the passphrase is short.
    pub fn of(config: &BackupConfig) -> Result<Self> {
        match (&config.recipient, &config.passphrase) {
            (None, None) => Ok(Self::Open),
            (Some(_), Some(_)) => Err(refused("cli-backup-two-locks")),
            (Some(recipient), None) => {
                Ok(Self::Recipient(recipient.trim().parse().map_err(|_| refused("cli-backup-no-recipient"))?))
            }
            (None, Some(passphrase)) if passphrase.chars().count() < 12 => Err(refused("cli-backup-passphrase-short")),
            (None, Some(passphrase)) => Ok(Self::Passphrase(passphrase.clone().into())),
        }
    }

    /// The ending of a backup's name.
    pub(super) fn ending(&self) -> &'static str {
        match self {
            Self::Open => ".zip",
            Self::Recipient(_) | Self::Passphrase(_) => ".zip.age",
        }
    }

    pub(super) fn wrap<W: Write>(&self, out: W) -> Result<Locking<W>> {
        let locked = match self {
            Self::Open => return Ok(Locking::Open(out)),
            Self::Recipient(recipient) => age::Encryptor::with_recipients(iter::once(recipient as &dyn age::Recipient))
                .context("the backup cannot be locked")?
                .wrap_output(out),
            Self::Passphrase(passphrase) => age::Encryptor::with_user_passphrase(passphrase.clone()).wrap_output(out),
        };
        Ok(Locking::Locked(locked.context("the backup cannot be locked")?))
    }
}

/// What is written, locked or not.
pub(super) enum Locking<W: Write> {
    Open(W),
    Locked(age::stream::StreamWriter<W>),
}

impl<W: Write> Locking<W> {
    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Open(out) => Ok(out),
            Self::Locked(out) => out.finish(),
        }
    }
}

impl<W: Write> Write for Locking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(out) => out.write(bytes),
            Self::Locked(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(out) => out.flush(),
            Self::Locked(out) => out.flush(),
        }
    }
}

impl Keys {
    /// The passphrase of the settings, and the identities in a file, one a line.
    ///
    /// # Errors
    /// `Refused` when the file cannot be read or holds none.
    pub fn of(config: &BackupConfig, identity: Option<&Path>) -> Result<Self> {
        let passphrase = config.passphrase.clone().map(SecretString::from);
        let Some(file) = identity else { return Ok(Self { identities: Vec::new(), passphrase }) };
        let of_file = |id| Message::new(id).with("file", file.display().to_string());
        let text = std::fs::read_to_string(file)
            .map_err(|error| Error::refused(of_file("cli-unreadable").with("why", error.to_string())))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities: Result<Vec<x25519::Identity>, _> = lines.map(str::parse).collect();
        match identities {
            Ok(identities) if !identities.is_empty() => Ok(Self { identities, passphrase }),
            Ok(_) | Err(_) => Err(Error::refused(of_file("cli-backup-no-identity"))),
        }
    }

    /// Opens a locked backup.
    pub(super) fn unlock<R: Read + Seek>(&self, locked: R) -> Result<Unlocked<R>> {
        let decryptor = age::Decryptor::new_buffered(BufReader::new(locked));
        let decryptor = decryptor.map_err(|_| refused("cli-backup-lock-damaged"))?;
        let opened = match (decryptor.is_scrypt(), &self.passphrase) {
            (true, None) => return Err(refused("cli-backup-by-passphrase")),
            (true, Some(passphrase)) => {
                let mut identity = age::scrypt::Identity::new(passphrase.clone());
                // Whoever made the backup may have had a faster machine.
                identity.set_max_work_factor(22);
                decryptor.decrypt(iter::once(&identity as &dyn age::Identity))
            }
            (false, _) if self.identities.is_empty() => return Err(refused("cli-backup-by-recipient")),
            (false, _) => decryptor.decrypt(self.identities.iter().map(|identity| identity as &dyn age::Identity)),
        };
        opened.map_err(|_| refused("cli-backup-not-opened"))
    }
}

pub(super) type Unlocked<R> = age::stream::StreamReader<BufReader<R>>;

/// A new identity, as a file holds it, and the recipient that goes with it.
pub fn new_identity() -> (String, String) {
    let identity = x25519::Identity::generate();
    (identity.to_string().expose_secret().to_owned(), identity.to_public().to_string())
}
