//! The rotating code of a venue: derived from the program's key, the session, the venue and the time. Nothing of it is
//! stored, nothing is handed out before its time, and any number of screens show the same.

use crate::clock::Moment;
use crate::secret::{Secret, is_same};
use crate::store::ids::{SessionId, VenueId};
use chrono::TimeDelta;
use std::fmt;

/// How long a scan is worth something, counted from its arrival: time enough to sign in (`rules.md` 5).
pub const GRANT_FOR: TimeDelta = TimeDelta::minutes(10);

/// How the code rotates, as HQ set it. The default stands until `web::foot` has read the settings, whose own is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// How long a code stands on the screen.
    pub seconds: i64,
    /// How many codes before it are still accepted.
    pub previous_steps: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { seconds: 15, previous_steps: 1 }
    }
}

impl Rotation {
    /// The step that a moment lies in. Steps are counted from 1970, so that every instance counts alike.
    pub fn step(self, at: Moment) -> i64 {
        at.timestamp().div_euclid(self.seconds.max(1))
    }

    /// When the code of a step leaves the screen.
    pub fn ends_at(self, step: i64) -> Moment {
        Moment::from_timestamp(step.saturating_add(1).saturating_mul(self.seconds.max(1)))
    }

    /// Whether a code of a step counts when it arrives: that of the screen or one of those before it. One step ahead
    /// is that of another instance whose clock is a moment before ours.
    pub fn is_live(self, step: i64, at: Moment) -> bool {
        let current = self.step(at);
        (current - self.previous_steps..=current + 1).contains(&step)
    }

    /// The steps whose six digits are accepted, the newest first.
    fn live_steps(self, at: Moment) -> impl Iterator<Item = i64> {
        let current = self.step(at);
        (0..=self.previous_steps).map(move |back| current - back)
    }
}

/// What stands in the address that the QR leads to: `{venue}.{step}.{mac}`, short so that the QR stays coarse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub venue: VenueId,
    pub step: i64,
    mac: String,
}

impl Token {
    /// Reads a token, real or forged; nothing when it is not even shaped like one.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (venue, step, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next().is_none() && mac.len() == MAC_CHARACTERS;
        let token = Self { venue: VenueId(from_base36(venue)?), step: from_base36(step)?, mac: mac.to_owned() };
        is_whole.then_some(token)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", base36(self.venue.0), base36(self.step), self.mac)
    }
}

/// Six bits each: 66 in all.
const MAC_CHARACTERS: usize = 11;

/// Makes codes and tells real ones from forged ones. Cloning is cheap.
#[derive(Clone)]
pub struct Codes {
    secret: Secret,
    pub rotation: Rotation,
}

impl Codes {
    pub fn new(secret: Secret, rotation: Rotation) -> Self {
        Self { secret, rotation }
    }

    fn key(&self, session: SessionId) -> Secret {
        self.secret.key_for("check-in code", &session.to_string())
    }

    /// The token of a venue's step.
    pub fn token(&self, session: SessionId, venue: VenueId, step: i64) -> Token {
        let mac = self.key(session).derive_bytes("address", &format!("{session}:{venue}:{step}"));
        Token { venue, step, mac: base64(&mac) }
    }

    /// Whether a token was made by this program for its venue and step in this session; told in constant time.
    pub fn is_real(&self, session: SessionId, token: &Token) -> bool {
        is_same(&self.token(session, token.venue, token.step).mac, &token.mac)
    }

    /// The six digits that stand beside the QR of a step.
    pub fn digits(&self, session: SessionId, venue: VenueId, step: i64) -> String {
        let key = self.key(session);
        // The last numbers of the range are drawn again: the others would come a little more often.
        let fair = u64::MAX - u64::MAX % 1_000_000;
        let draw = |n: u32| {
            let bytes = key.derive_bytes("digits", &format!("{session}:{venue}:{step}:{n}"));
            bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        let drawn = (0..).map(draw).find(|number| *number < fair).unwrap_or(0);
        format!("{:06}", drawn % 1_000_000)
    }

    /// The step whose six digits were typed, if they stand on the venue's screen or did a moment ago.
    pub fn step_of_digits(&self, session: SessionId, venue: VenueId, digits: &str, at: Moment) -> Option<i64> {
        self.rotation.live_steps(at).find(|step| is_same(&self.digits(session, venue, *step), digits))
    }

    /// What a browser keeps of a scan that arrived in time: the code and when, so that signing in does not lose it.
    pub fn grant(&self, token: &Token, arrived: Moment) -> String {
        let arrived = base36(arrived.timestamp());
        format!("{arrived}.{}", self.secret.derive("scan", &format!("{token}:{arrived}")))
    }

    /// When the scan arrived that a browser says it made of this code; nothing when it made none.
    pub fn granted(&self, token: &Token, grant: &str) -> Option<Moment> {
        let (arrived, mac) = grant.split_once('.')?;
        let is_ours = self.secret.verify("scan", &format!("{token}:{arrived}"), mac);
        is_ours.then(|| from_base36(arrived).map(Moment::from_timestamp)).flatten()
    }
}

/// When a scan ceases to be worth anything: ten minutes after it arrived, or after check-in opened if that was later.
pub fn worth_until(arrived: Moment, opens_at: Moment) -> Moment {
    arrived.max(opens_at) + GRANT_FOR
}

/// When the scan of a real code arrived, if it is worth something at `now`: the grant's time, or now when the code is
/// still live. Nothing when the code has been replaced.
pub fn arrival(
    rotation: Rotation,
    step: i64,
    granted: Option<Moment>,
    opens_at: Moment,
    now: Moment,
) -> Option<Moment> {
    let granted = granted.filter(|arrived| *arrived <= now && now <= worth_until(*arrived, opens_at));
    granted.or_else(|| rotation.is_live(step, now).then_some(now))
}

fn base36(number: i64) -> String {
    let (mut rest, mut digits) = (number.unsigned_abs(), Vec::new());
    while rest > 0 || digits.is_empty() {
        digits.extend(char::from_digit((rest % 36) as u32, 36));
        rest /= 36;
    }
    digits.iter().rev().collect()
}

/// Only as [`base36`] writes it, so that a code has one address.
fn from_base36(text: &str) -> Option<i64> {
    let number = i64::from_str_radix(text, 36).ok().filter(|number| *number >= 0)?;
    (base36(number) == text).then_some(number)
}

/// The first 66 bits as eleven characters that may stand in an address.
fn base64(bytes: &[u8; 32]) -> String {
    const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let number = bytes.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    #[expect(clippy::indexing_slicing, reason = "six bits are below 64, and there are 64 characters")]
    let character = |place: usize| char::from(CHARACTERS[(number >> (122 - 6 * place) & 63) as usize]);
    (0..MAC_CHARACTERS).map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const SESSION: SessionId = SessionId(13);
    const VENUE: VenueId = VenueId(40);
    /// The first second of a step of 15 seconds.
    const STEP: i64 = 114_666_666;

    fn codes() -> Codes {
        Codes::new(Secret::fleeting(), Rotation::default())
    }

    fn at(second: i64) -> Moment {
        Moment::from_timestamp(STEP * 15 + second)
    }

    ///
    #[test]
    fn a_code_counts_on_its_step_and_the_next_and_not_a_second_longer() {
        let rotation = Rotation::default();
        let live = |second| rotation.is_live(STEP, at(second));

        assert!(live(0) && live(14) && live(15) && live(29));
        assert!(!live(30) && !live(3_600));
        // Another instance may be a moment ahead of us, and nobody else.
        assert!(live(-1) && !live(-16));
        assert_eq!(rotation.ends_at(STEP), at(15));
    }

    #[test]
    fn hq_decides_how_long_a_code_counts() {
        let strict = Rotation { seconds: 5, previous_steps: 0 };
        let patient = Rotation { seconds: 60, previous_steps: 4 };
        let now = Moment::from_timestamp(1_000_000);

        assert!(strict.is_live(strict.step(now), now) && !strict.is_live(strict.step(now) - 1, now));
        assert!(patient.is_live(patient.step(now) - 4, now) && !patient.is_live(patient.step(now) - 5, now));
    }

    ///
    #[test]
    fn a_token_is_read_back_as_it_was_written_and_is_real_for_its_session_alone() {
        let codes = codes();
        let token = codes.token(SESSION, VENUE, STEP);

        let read = Token::read(&token.to_string()).expect("a token");

        assert_eq!(read, token);
        assert!(codes.is_real(SESSION, &read));
        assert!(!codes.is_real(SessionId(14), &read));
        assert!(!codes.is_real(SESSION, &Token { venue: VenueId(41), ..read.clone() }));
        assert!(!codes.is_real(SESSION, &Token { step: STEP + 1, ..read.clone() }));
        assert!(!super::tests::codes().is_real(SESSION, &read));
        assert!(token.to_string().len() <= 22, "{token}");
    }

    #[test]
    fn what_is_not_shaped_like_a_token_is_none() {
        let whole = codes().token(SESSION, VENUE, STEP).to_string();

        for text in ["", "472916", "a.b", "a.b.c", "A.b.ccccccccccc", "01.1.ccccccccccc", "-1.1.ccccccccccc"] {
            assert_eq!(Token::read(text), None, "{text}");
        }
        assert_eq!(Token::read(&format!("{whole}x")), None);
        assert_eq!(Token::read(&format!("{whole}.x")), None);
        assert_eq!(Token::read(&whole[..whole.len() - 1]), None);
    }

    ///
    #[test]
    fn none_of_many_guessed_tokens_is_real() {
        let codes = codes();
        let real = codes.token(SESSION, VENUE, STEP);

        let guesses = (0..20_000_u64).map(|n| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
            bytes[8..16].copy_from_slice(&n.to_be_bytes());
            Token { mac: base64(&bytes), ..real.clone() }
        });

        assert_eq!(guesses.filter(|guess| codes.is_real(SESSION, guess)).count(), 0);
    }

    #[test]
    fn digits_are_six_whatever_they_begin_with_and_differ_by_step_venue_and_session() {
        let codes = codes();
        let of_steps: HashSet<String> = (0..2_000).map(|n| codes.digits(SESSION, VENUE, STEP + n)).collect();

        assert!(of_steps.iter().all(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit())));
        assert!(of_steps.len() > 1_980, "{} of 2000 steps differ", of_steps.len());
        let begin_with_zero = of_steps.iter().filter(|digits| digits.starts_with('0')).count();
        assert!((120..=290).contains(&begin_with_zero), "{begin_with_zero} of 2000 begin with a zero");
        assert_ne!(codes.digits(SESSION, VENUE, STEP), codes.digits(SESSION, VenueId(41), STEP));
        assert_ne!(codes.digits(SESSION, VENUE, STEP), codes.digits(SessionId(14), VENUE, STEP));
    }

    #[test]
    fn digits_say_nothing_of_the_address_and_count_as_long_as_it() {
        let codes = codes();
        let digits = codes.digits(SESSION, VENUE, STEP);
        let step = |second| codes.step_of_digits(SESSION, VENUE, &digits, at(second));

        assert_eq!((step(0), step(29)), (Some(STEP), Some(STEP)));
        assert_eq!((step(-1), step(30)), (None, None));
    }

    #[test]
    fn a_scan_is_worth_something_for_ten_minutes_and_one_before_opening_until_ten_minutes_after_it() {
        let rotation = Rotation::default();
        let opens_at = at(0);
        let arrival = |arrived: i64, now: i64| arrival(rotation, STEP, Some(at(arrived)), opens_at, at(now));

        assert_eq!(arrival(20, 620), Some(at(20)));
        assert_eq!(arrival(20, 621), None);
        assert_eq!(arrival(-600, 600), Some(at(-600)));
        assert_eq!(arrival(-600, 601), None);
        // A grant from the future is none; the code itself may still be live.
        assert_eq!(arrival(100, 20), Some(at(20)));
        assert_eq!(super::arrival(rotation, STEP, None, opens_at, at(30)), None);
    }

    #[test]
    fn a_grant_is_for_its_own_code_and_cannot_be_made_or_changed_by_a_browser() {
        let codes = codes();
        let (token, other) = (codes.token(SESSION, VENUE, STEP), codes.token(SESSION, VENUE, STEP + 1));
        let grant = codes.grant(&token, at(3));
        let (_, mac) = grant.split_once('.').expect("two parts");

        assert_eq!(codes.granted(&token, &grant), Some(at(3)));
        assert_eq!(codes.granted(&other, &grant), None);
        assert_eq!(codes.granted(&token, &format!("{}.{mac}", base36(at(300).timestamp()))), None);
        assert_eq!(super::tests::codes().granted(&token, &grant), None);
        for text in ["", ".", "1.", "x.y"] {
            assert_eq!(codes.granted(&token, text), None, "{text}");
        }
    }

    #[test]
    fn numbers_in_addresses_are_short_and_have_one_spelling() {
        for number in [0, 1, 35, 36, 114_666_666, i64::MAX] {
            assert_eq!(from_base36(&base36(number)), Some(number));
        }
        assert_eq!((base36(35), base36(36)), ("z".to_owned(), "10".to_owned()));
        for text in ["Z", "00", "+1", "", "zzzzzzzzzzzzzzzz"] {
            assert_eq!(from_base36(text), None, "{text}");
        }
    }
}
