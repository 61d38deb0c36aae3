//! Which passwords are taken (`reliability.md` ): long enough, of any characters, and more than
//! common words, runs of the keyboard and what everybody knows about their owner. No rule on kinds of characters.

use crate::error::Message;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters at the least.
pub const SHORTEST: usize = 12;
/// Characters at the most; nothing is ever cut off.
pub const LONGEST: usize = 128;
/// Characters that must be left when everything that can be guessed is taken away.
const LEAST_GUESSWORK: usize = 6;

static COMMON: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let lines = include_str!("../../content/common-passwords.txt").lines().filter(|line| !line.starts_with('#'));
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

/// Judges a new password. `own` is what everybody knows about its owner: name, number, user name, organisation.
///
/// # Errors
/// What to do about it, in words.
pub fn check(password: &str, own: &[&str]) -> Result<(), Message> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Message::new("password-too-short").with("n", SHORTEST as i64));
    }
    if length > LONGEST {
        return Err(Message::new("password-too-long").with("n", LONGEST as i64));
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
fn guesswork(text: &[char], own: &HashSet<Vec<char>>) -> usize {
    let mut left = vec![0; text.len() + 1];
    for start in (0..text.len()).rev() {
        left[start] = left[start + 1] + 1;
        for end in start + 2..=text.len() {
            if is_guessed(text, start, end, own) {
                left[start] = left[start].min(left[end]);
            }
        }
    }
    left[0]
}

fn is_guessed(text: &[char], start: usize, end: usize, own: &HashSet<Vec<char>>) -> bool {
    let part = &text[start..end];
    COMMON.contains(part)
        || own.contains(part)
        || (part.len() >= 3 && part.iter().all(|character| *character == part[0]))
        || (part.len() >= 3 && is_run(part))
        || is_year(part)
        || (start >= part.len() && text[start - part.len()..start] == *part)
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
        check(password, OWN).err().map(|message| message.id)
    }

    #[test]
    fn twelve_characters_of_any_kind_are_enough_and_a_hundred_and_twenty_eight_are_taken_whole() {
        assert_eq!(problem("老槐树下有一张青石棋盘"), Some("password-too-short"));
        assert_eq!(problem("老槐树下有一张青石棋盘吗"), None);
        assert_eq!(problem("tea kettle on a bus"), None);
        let long: String = ('a'..='z').chain('A'..='Z').rev().cycle().step_by(7).take(129).collect();
        assert_eq!(problem(&long[..128]), None);
        assert_eq!(problem(&long), Some("password-too-long"));
    }

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
        ] {
            assert_eq!(problem(common), Some("password-too-common"), "{common}");
        }
    }

    #[test]
    fn what_everybody_knows_about_the_owner_does_not_count() {
        for known in ["duweiping2024", "L01245-L01245", "利和集团杜维平2024!!", "Xuefa-duweiping"] {
            assert_eq!(problem(known), Some("password-too-common"), "{known}");
        }
        assert_eq!(check("duweiping2024", &[]), Ok(()));
    }

    #[test]
    fn the_list_has_hundreds_of_words_of_its_own() {
        assert!(COMMON.len() > 350, "{}", COMMON.len());
    }
}
