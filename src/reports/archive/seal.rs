//! By whom an archive was made: an Ed25519 signature (RFC 8032) with a key derived from the program's own.

use crate::error::Result;
use crate::secret::{Secret, hex};
use anyhow::{Context as _, anyhow};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;
use std::str::FromStr;

/// The words that every signed text begins with, so that no signature serves for anything else.
const PURPOSE: &str = "xuefa archive 1\n";

/// Signs lists of digests.
pub struct Seal(Ed25519KeyPair);

/// The public key, in hexadecimal: whoever has it from the office can tell whose an archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealKey(Vec<u8>);

impl Seal {
    /// The installation's seal.
    ///
    /// # Errors
    /// `Broken` when no key can be made of the secret.
    pub fn of(secret: &Secret) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret.derive_bytes("seal", "archives"));
        Ok(Self(pair.map_err(|_| anyhow!("the key of archives cannot be made"))?))
    }

    pub fn key(&self) -> SealKey {
        SealKey(self.0.public_key().as_ref().to_vec())
    }

    /// The signature of a text, in hexadecimal.
    pub fn sign(&self, text: &[u8]) -> String {
        hex(self.0.sign(&[PURPOSE.as_bytes(), text].concat()).as_ref())
    }
}

impl SealKey {
    /// Whether a signature is this key's, of this text.
    pub fn verifies(&self, text: &[u8], signature: &str) -> bool {
        let Ok(signature) = unhex(signature) else { return false };
        UnparsedPublicKey::new(&ED25519, &self.0).verify(&[PURPOSE.as_bytes(), text].concat(), &signature).is_ok()
    }
}

impl fmt::Display for SealKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl FromStr for SealKey {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = unhex(text)?;
        if bytes.len() != 32 { Err(anyhow!("a key has 64 hexadecimal digits")) } else { Ok(Self(bytes)) }
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, anyhow::Error> {
    let digits: Vec<u8> = text.trim().bytes().collect();
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).context("no hexadecimal digits")?;
        if pair.len() != 2 {
            return Err(anyhow!("an odd number of digits"));
        }
        u8::from_str_radix(text, 16).context("no hexadecimal digits")
    };
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_text_and_one_key() {
        let (seal, other) =
            (Seal::of(&Secret::fleeting()).expect("a seal"), Seal::of(&Secret::fleeting()).expect("one"));
        let signature = seal.sign(b"a list");

        let key: SealKey = seal.key().to_string().parse().expect("a key");
        assert!(key.verifies(b"a list", &signature));
        assert!(!key.verifies(b"a list!", &signature));
        assert!(!other.key().verifies(b"a list", &signature));
        assert!(!key.verifies(b"a list", "") && !key.verifies(b"a list", "zz") && !key.verifies(b"a list", "é"));
        assert!("12".parse::<SealKey>().is_err());
    }
}
