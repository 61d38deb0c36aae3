//! The key outside the database, and what is derived from it.

use crate::error::{Error, Message, Result};
use anyhow::Context;
use rand::Rng;
use ring::hmac;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Its file in the data folder.
pub const KEY_FILE: &str = "secret.key";

/// The program's key: tokens in links and forms are made from it. Cloning is cheap.
#[derive(Clone)]
pub struct Secret(Arc<[u8]>);

impl Secret {
    /// The key that the operator gave, or the one in the data folder, made there the first time.
    ///
    /// # Errors
    /// As [`Secret::find`].
    pub fn open(given: Option<&str>, data: &Path) -> Result<Self> {
        match Self::find(given, data)? {
            Some(secret) => Ok(secret),
            None => Self::make(data, &data.join(KEY_FILE)),
        }
    }

    /// As [`Secret::open`], where there is a key; for what only reads and makes none.
    ///
    /// # Errors
    /// `Refused` when a key is shorter than 32 characters; `Broken` when the folder cannot be used.
    pub fn find(given: Option<&str>, data: &Path) -> Result<Option<Self>> {
        if let Some(given) = given {
            if given.len() < 32 {
                return Err(Error::refused(Message::new("cli-secret-short")));
            }
            return Ok(Some(Self(given.as_bytes().into())));
        }
        let path = data.join(KEY_FILE);
        match std::fs::read(&path) {
            Ok(key) if key.len() >= 32 => Ok(Some(Self(key.into()))),
            Ok(_) => Err(Error::refused(Message::new("cli-key-short").with("file", path.display().to_string()))),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => {
                Err(anyhow::Error::new(source).context(format!("the key {} cannot be read", path.display())).into())
            }
        }
    }

    fn make(data: &Path, path: &Path) -> Result<Self> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        std::fs::create_dir_all(data).with_context(|| format!("the folder {} cannot be made", data.display()))?;
        let key = random_token();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(path).with_context(|| format!("the key {} cannot be written", path.display()))?;
        file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).context("the key cannot be written")?;
        Ok(Self(key.into_bytes().into()))
    }

    /// A key that lives as long as the process, for tests.
    pub fn fleeting() -> Self {
        Self(random_token().into_bytes().into())
    }

    /// 256 bits in hexadecimal, derived from the key for one purpose and one text.
    pub fn derive(&self, purpose: &str, text: &str) -> String {
        hex(&self.derive_bytes(purpose, text))
    }

    /// A key of its own for one purpose and one text: what is derived from it says nothing about this one.
    pub fn key_for(&self, purpose: &str, text: &str) -> Self {
        Self(self.derive_bytes(purpose, text).to_vec().into())
    }

    /// As [`Secret::derive`], before it is written out.
    pub fn derive_bytes(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(text.as_bytes());
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(mac.sign().as_ref()).for_each(|(byte, made)| *byte = *made);
        bytes
    }

    /// The token in the link of an invitation. It stands nowhere: a mail that is tried again makes it again.
    pub fn invitation_token(&self, id: i64, nonce: &str) -> String {
        self.derive("invitation", &format!("{id}:{nonce}"))
    }

    /// Whether a token is that of the invitation.
    pub fn is_invitation_token(&self, id: i64, nonce: &str, token: &str) -> bool {
        self.verify("invitation", &format!("{id}:{nonce}"), token)
    }

    /// Whether a token is the one derived, told in constant time.
    pub fn verify(&self, purpose: &str, text: &str, token: &str) -> bool {
        is_same(&self.derive(purpose, text), token)
    }
}

/// Whether two texts are the same, told in a time that says nothing about where they differ.
pub fn is_same(known: &str, given: &str) -> bool {
    known.as_bytes().ct_eq(given.as_bytes()).into()
}

/// 256 random bits in hexadecimal.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// What the database holds of a token: 256 random bits need no slow hash.
pub fn hash_token(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    #[expect(clippy::indexing_slicing, reason = "four bits are below 16, and there are 16 digits")]
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]].map(char::from);
    bytes.iter().flat_map(digits).collect()
}
