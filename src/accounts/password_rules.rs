//! Which passwords are taken (`reliability.md` ): long enough, of any characters, and more than
//! common words, runs of the keyboard and what everybody knows about their owner. No rule on kinds of characters, unless
//! the installation is to be assessed (等保) and its settings say so.

use crate::access::Role;
use crate::clock::Moment;
use crate::error::Message;
use chrono::TimeDelta;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters at the least.
pub const SHORTEST: usize = 12;
/// Characters at the least where a second factor is asked for too.
pub const SHORTEST_WITH_FACTOR: usize = 8;
/// Characters at the least for who looks after the program.
pub const SHORTEST_OF_ADMINISTRATORS: usize = 15;
/// Kinds of characters where they are asked for: three of capital and small letters, digits and others, as 等保 assessors
/// count them.
const LEAST_KINDS: usize = 3;
/// Where passwords are renewed, this long after they were set.
pub const RENEWED_AFTER: TimeDelta = TimeDelta::days(90);
/// Characters at the most; nothing is ever cut off.
pub const LONGEST: usize = 128;
/// Characters that must be left when everything that can be guessed is taken away.
const LEAST_GUESSWORK: usize = 6;

static COMMON: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let lists =
        [include_str!("../../content/common-passwords.txt"), include_str!("../../content/leaked-passwords.txt")];
    let lines = lists.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|word| word.chars().collect()).collect()
});

/// Rows and diagonals of the keyboard, and the alphabet; also read backwards.
const RUNS: &[&str] = &[
    "`1234567890-=",
    "~!@#$%^&*()_+",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "qazwsxedcrfvtgbyhnujmikolp",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
];

/// What is asked of somebody's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub shortest: usize,
    /// Also kinds of characters and renewal.
    pub is_strict: bool,
}

impl Policy {
    pub fn new(roles: &[Role], is_strict: bool) -> Self {
        let administers = |role: &Role| matches!(role, Role::System | Role::Security | Role::Audit);
        let shortest = if roles.iter().any(administers) { SHORTEST_OF_ADMINISTRATORS } else { SHORTEST };
        Self { shortest, is_strict }
    }

    /// The same for an account with a second factor.
    pub fn with_factor(self) -> Self {
        Self { shortest: SHORTEST_WITH_FACTOR, ..self }
    }

    /// Whether a password that was set then has to be renewed. One whose day is not known has been there for long.
    pub fn is_over(self, set_at: Option<Moment>, now: Moment) -> bool {
        self.is_strict && set_at.is_none_or(|set_at| now >= set_at + RENEWED_AFTER)
    }
}

/// How many kinds of characters a password has.
fn n_kinds(password: &str) -> usize {
    let kind = |character: char| match character {
        _ if character.is_ascii_uppercase() => 0,
        _ if character.is_ascii_lowercase() => 1,
        _ if character.is_ascii_digit() => 2,
        _ => 3,
    };
    password.chars().map(kind).collect::<HashSet<_>>().len()
}

/// Judges a new password. `own` is what everybody knows about its owner: name, number, user name, organisation.
///
/// # Errors
/// What to do about it, in words.
pub fn check(password: &str, own: &[&str], policy: Policy) -> Result<(), Message> {
    let length = password.chars().count();
    if length < policy.shortest {
        return Err(Message::new("password-too-short").with("n", policy.shortest as i64));
    }
    if length > LONGEST {
        return Err(Message::new("password-too-long").with("n", LONGEST as i64));
    }
    if policy.is_strict && n_kinds(password) < LEAST_KINDS {
        return Err(Message::new("password-too-few-kinds").with("n", LEAST_KINDS as i64));
    }
    let own: HashSet<Vec<char>> = own.iter().flat_map(|text| words(text)).collect();
    let typed: Vec<char> = password.to_lowercase().chars().collect();
    let plain: Vec<char> = typed.iter().map(|character| without_substitution(*character)).collect();
    if guesswork(&typed, &own).min(guesswork(&plain, &own)) < LEAST_GUESSWORK {
        return Err(Message::new("password-too-common"));
    }
    Ok(())
}

/// The words of a text, and the text itself, as far as they are long enough to be told from chance.
fn words(text: &str) -> Vec<Vec<char>> {
    let lower = text.to_lowercase();
    let parts = lower.split(|character: char| !character.is_alphanumeric());
    let long_enough = |word: &&str| word.chars().count() >= if word.is_ascii() { 3 } else { 2 };
    parts.chain([lower.as_str()]).filter(long_enough).map(|word| word.chars().collect()).collect()
}

fn without_substitution(character: char) -> char {
    match character {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// How many characters are left when words, runs and repeats are taken away in the way that leaves fewest.
#[expect(clippy::indexing_slicing, reason = "start and end lie within the text, and `left` is one longer than it")]
fn guesswork(text: &[char], own: &HashSet<Vec<char>>) -> usize {
    let mut left = vec![0; text.len() + 1];
    for start in (0..text.len()).rev() {
        left[start] = left[start + 1] + 1;
        for end in start + 2..=text.len() {
            if is_guessed(&text[..start], &text[start..end], own) {
                left[start] = left[start].min(left[end]);
            }
        }
    }
    left[0]
}

/// Whether a part of a password is a word, a run, a year, a repeat, or again what stands right before it.
fn is_guessed(before: &[char], part: &[char], own: &HashSet<Vec<char>>) -> bool {
    COMMON.contains(part)
        || own.contains(part)
        || (part.len() >= 3 && part.iter().all(|character| Some(character) == part.first()))
        || (part.len() >= 3 && is_run(part))
        || is_year(part)
        || before.ends_with(part)
}

fn is_run(part: &[char]) -> bool {
    let forwards: String = part.iter().collect();
    let backwards: String = part.iter().rev().collect();
    RUNS.iter().any(|run| run.contains(&forwards) || run.contains(&backwards))
}

fn is_year(part: &[char]) -> bool {
    part.len() == 4
        && (part.starts_with(&['1', '9']) || part.starts_with(&['2', '0']))
        && part.iter().all(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["杜维平", "duweiping", "L01245", "利和集团（示例）"];

    fn problem(password: &str) -> Option<&'static str> {
        check(password, OWN, Policy::new(&[], false)).err().map(|message| message.id)
    }

    ///
    #[test]
    fn twelve_characters_of_any_kind_are_enough_and_a_hundred_and_twenty_eight_are_taken_whole() {
        assert_eq!(problem("老槐树下有一张青石棋盘"), Some("password-too-short"));
        assert_eq!(problem("老槐树下有一张青石棋盘吗"), None);
        assert_eq!(problem("tea kettle on a bus"), None);
        let long: String = ('a'..='z').chain('A'..='Z').rev().cycle().step_by(7).take(129).collect();
        assert_eq!(problem(&long[..128]), None);
        assert_eq!(problem(&long), Some("password-too-long"));
    }

    ///
    #[test]
    fn an_administrators_password_has_fifteen_characters() {
        let of = |roles: &[Role]| check("tea kettle bus", OWN, Policy::new(roles, false)).map_err(|message| message.id);

        assert_eq!((of(&[Role::Hq]), of(&[Role::Hq, Role::Audit])), (Ok(()), Err("password-too-short")));
    }

    /// A-03, both ways: kinds of characters and renewal only where the settings ask for them.
    #[test]
    fn kinds_of_characters_and_renewal_are_asked_for_only_where_the_settings_say_so() {
        let (plain, strict) = (Policy::new(&[], false), Policy::new(&[], true));
        let problem = |password, policy| check(password, OWN, policy).err().map(|message| message.id);
        let day = |n: i64| Moment::from_timestamp(n * 86_400);

        assert_eq!(problem("tea kettle on a bus", plain), None);
        assert_eq!(problem("tea kettle on a bus", strict), Some("password-too-few-kinds"));
        assert_eq!(problem("Tea kettle on a bus", strict), None);
        assert!(!plain.is_over(Some(day(0)), day(500)) && !plain.is_over(None, day(500)));
        assert!(!strict.is_over(Some(day(0)), day(89)) && strict.is_over(Some(day(0)), day(90)));
        assert!(strict.is_over(None, day(0)));
    }

    ///
    #[test]
    fn common_passwords_are_refused_however_they_are_dressed_up() {
        for common in [
            "123456789012",
            "password1234",
            "P@ssw0rd2024!",
            "qwertyuiop123",
            "1qaz2wsx3edc",
            "q1w2e3r4t5y6",
            "zaq1xsw2cde3",
            "qazwsxedcrfv",
            "iloveyou1234",
            "woaini1314520",
            "administrator",
            "Administrator1",
            "abcd12345678",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "kx7#kx7#kx7#",
            "888888888888",
            "welcome2024!!",
            "qwe123!@#asd",
            "PasswordPassword",
            "zxcvbnm,./123",
            "我爱你我爱你我爱你我爱你",
            "trustno1trustno1",
            "fishing77777",
            "scorpionscorpion1",
        ] {
            assert_eq!(problem(common), Some("password-too-common"), "{common}");
        }
    }

    ///
    #[test]
    fn what_everybody_knows_about_the_owner_does_not_count() {
        for known in ["duweiping2024", "L01245-L01245", "利和集团杜维平2024!!", "Xuefa-duweiping"] {
            assert_eq!(problem(known), Some("password-too-common"), "{known}");
        }
        assert_eq!(check("duweiping2024", &[], Policy::new(&[], false)), Ok(()));
    }

    ///
    #[test]
    fn the_list_has_thousands_of_passwords() {
        // At least 3,000 (`reliability.md` A-03).
        assert!(COMMON.len() > 5_000, "{}", COMMON.len());
    }
}
