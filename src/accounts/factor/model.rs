//! The rules of codes: which one is right when, how a secret is sealed and written out, what a recovery code is.

use crate::access::{Grant, Role};
use crate::clock::Moment;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::ids::AccountId;
use diesel::prelude::Queryable;
use rand::Rng;
use ring::{aead, hmac};
use std::fmt::Write as _;

/// A code lives this long (RFC 6238, 5.2).
pub const STEP_SECONDS: i64 = 30;
/// Steps that a phone's clock may be off, each way (RFC 6238, 5.2 and 6).
pub const STEPS_OFF: i64 = 1;
/// Bytes of a secret (RFC 4226, 4: 160 bits are recommended).
pub const SECRET_BYTES: usize = 20;
/// Recovery codes that are made at once.
pub const N_RECOVERY_CODES: usize = 10;
/// Characters of a recovery code, five bits each.
const RECOVERY_LENGTH: usize = 12;
/// Letters and digits of base 32 (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A factor as it is stored. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Factor {
    pub account_id: AccountId,
    pub sealed_secret: Vec<u8>,
    pub began_at: Moment,
    pub confirmed_at: Option<Moment>,
    pub last_step: Option<i64>,
}

/// The step that a moment lies in.
pub fn step_at(now: Moment) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

/// The six digits of a step (RFC 4226, 5.3, with SHA-1: what every phone's program knows).
pub fn code_at(secret: &[u8], step: i64) -> String {
    format!("{:06}", truncated(secret, step) % 1_000_000)
}

fn truncated(secret: &[u8], step: i64) -> u32 {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = bytes.last().map_or(0, |last| usize::from(last & 15));
    bytes.iter().skip(offset).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff
}

/// The step whose code was typed, if it is near enough and later than the last one used.
pub fn find_step(secret: &[u8], typed: &str, last_step: Option<i64>, now: Moment) -> Option<i64> {
    let steps = step_at(now) - STEPS_OFF..=step_at(now) + STEPS_OFF;
    steps
        .filter(|step| last_step.is_none_or(|last| *step > last))
        .find(|step| crate::secret::is_same(&code_at(secret, *step), typed))
}

/// What was typed, without the spaces and dashes that codes are read with.
pub fn tidy(typed: &str) -> String {
    typed.chars().filter(|character| character.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase()
}

/// A new secret.
pub fn new_secret() -> Vec<u8> {
    let mut bytes = vec![0_u8; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A secret as phones take it, typed or in a code.
pub fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
    let n_letters = (bytes.len() * 8).div_ceil(5);
    let number = |n: usize| (0..5).fold(0, |number, at| number << 1 | bit(n * 5 + at));
    (0..n_letters).map(|n| letter(number(n))).collect()
}

#[expect(clippy::indexing_slicing, reason = "five bits are below 32, and there are 32 letters")]
fn letter(number: usize) -> char {
    char::from(BASE32[number & 31])
}

/// Recovery codes to be shown once, each written in groups of four.
pub fn new_recovery_codes() -> Vec<String> {
    let one = || {
        let mut bytes = [0_u8; RECOVERY_LENGTH];
        rand::rng().fill_bytes(&mut bytes);
        let mut code = String::new();
        for (n, byte) in bytes.iter().enumerate() {
            if n > 0 && n % 4 == 0 {
                code.push('-');
            }
            code.push(letter(usize::from(*byte)));
        }
        code
    };
    (0..N_RECOVERY_CODES).map(|_| one()).collect()
}

/// What is stored of a recovery code: a keyed digest; 60 random bits need no slow hash.
pub fn recovery_hash(secret: &Secret, account: AccountId, typed: &str) -> String {
    secret.derive("recovery code", &format!("{account}:{}", tidy(typed)))
}

/// Seals a secret for its account, with a key derived from the program's.
///
/// # Errors
/// `Broken` when it cannot be sealed.
pub fn seal(secret: &Secret, account: AccountId, plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0_u8; aead::NONCE_LEN];
    rand::rng().fill_bytes(&mut nonce);
    let mut sealed = plain.to_vec();
    let done = key(secret, account).and_then(|key| {
        key.seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), aead::Aad::empty(), &mut sealed)
    });
    done.map_err(|_| anyhow::anyhow!("the secret of a factor could not be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// The secret that was sealed; none when the key of the program is another than then.
pub fn open(secret: &Secret, account: AccountId, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(aead::NONCE_LEN)?;
    let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut bytes = sealed.to_vec();
    Some(key(secret, account).ok()?.open_in_place(nonce, aead::Aad::empty(), &mut bytes).ok()?.to_vec())
}

fn key(secret: &Secret, account: AccountId) -> Result<aead::LessSafeKey, ring::error::Unspecified> {
    let bytes = secret.derive_bytes("factor", &account.to_string());
    Ok(aead::LessSafeKey::new(aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &bytes)?))
}

/// Whether somebody with these roles has to have a factor.
pub fn is_required(grants: &[Grant], roles: &[Role]) -> bool {
    grants.iter().any(|grant| roles.contains(&grant.role))
}

/// The address that phones read from a QR code.
pub fn enrolment_address(user_name: &str, secret: &[u8]) -> String {
    let mut address = "otpauth://totp/Xuefa:".to_owned();
    // Fails for no String.
    let _ = write!(address, "{}?secret={}&issuer=Xuefa", crate::links::percent(user_name), base32(secret));
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Moment::from_timestamp(seconds)
    }

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let of = |seconds| code_at(RFC, step_at(at(seconds)));

        let codes = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000].map(of);

        assert_eq!(codes, ["287082", "081804", "050471", "005924", "279037", "353130"]);
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late_and_not_two() {
        let of = |step: i64| find_step(RFC, &code_at(RFC, step), None, at(3_000));

        assert_eq!([98, 99, 100, 101, 102].map(of), [None, Some(99), Some(100), Some(101), None]);
    }

    #[test]
    fn a_step_that_was_used_and_those_before_it_are_worthless() {
        let of = |step: i64| find_step(RFC, &code_at(RFC, step), Some(100), at(3_000));

        assert_eq!([99, 100, 101].map(of), [None, None, Some(101)]);
    }

    /// RFC 4648, section 10, without its padding.
    #[test]
    fn a_secret_is_written_in_base_32() {
        assert_eq!(
            ["f", "fo", "foo", "fooba", "foobar"].map(|text| base32(text.as_bytes())),
            ["MY", "MZXQ", "MZXW6", "MZXW6YTB", "MZXW6YTBOI"]
        );
    }

    #[test]
    fn a_sealed_secret_opens_for_its_account_and_key_alone() {
        let secret = Secret::fleeting();
        let sealed = seal(&secret, AccountId(1), RFC).expect("sealed");

        assert_eq!(open(&secret, AccountId(1), &sealed).as_deref(), Some(RFC));
        assert_eq!(open(&secret, AccountId(2), &sealed), None);
        assert_eq!(open(&Secret::fleeting(), AccountId(1), &sealed), None);
    }
}
