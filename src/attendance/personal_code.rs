//! The personal code of somebody: what their QR on the phone or on a printed slip says. It names the person at a
//! kiosk and has no other power; its digest only keeps a number from being typed as somebody's code.

use crate::secret::Secret;
use crate::store::ids::PersonId;

/// What every personal code begins with.
const START: &str = "XF:";
/// How much of the digest stands in a code: 40 bits.
const DIGITS: usize = 10;

/// The text of a person's code: `XF:E0101007:3f9c0a71de`. An employee number has no colon in it, or the last one counts.
pub fn personal_code(secret: &Secret, person: PersonId, employee_number: &str) -> String {
    format!("{START}{employee_number}:{}", digest(secret, person, employee_number))
}

/// The employee number in a code, whoever wrote it; nothing when the text is none. Readers that type may type in
/// capitals or, under a Chinese input method, with wide colons.
pub fn number_in_code(text: &str) -> Option<(String, String)> {
    let plain = text.trim().replace('：', ":");
    if !plain.get(..START.len())?.eq_ignore_ascii_case(START) {
        return None;
    }
    let (number, digest) = plain[START.len()..].rsplit_once(':')?;
    Some((number.to_owned(), digest.to_ascii_lowercase()))
}

/// Whether a digest read from a code is that of the person.
pub fn is_code_of(secret: &Secret, person: PersonId, employee_number: &str, found: &str) -> bool {
    digest(secret, person, employee_number) == found
}

fn digest(secret: &Secret, person: PersonId, employee_number: &str) -> String {
    secret.derive("personal code", &format!("{person}:{employee_number}"))[..DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_a_reader_typed_it_and_fits_nobody_else() {
        let secret = Secret::fleeting();
        let code = personal_code(&secret, PersonId(7), "E01:01");

        for typed in [code.clone(), code.replace(':', "："), format!(" {}\n", code.replacen("XF", "xf", 1))] {
            let (number, digest) = number_in_code(&typed).expect("a code");
            assert_eq!(number, "E01:01", "{typed:?}");
            assert!(is_code_of(&secret, PersonId(7), &number, &digest), "{typed:?}");
            assert!(!is_code_of(&secret, PersonId(8), &number, &digest));
            assert!(!is_code_of(&Secret::fleeting(), PersonId(7), &number, &digest));
        }
        for other in ["E0101", "", "XF", "XF:1", "X：1:2", "杜维平"] {
            assert_eq!(number_in_code(other), None, "{other:?}");
        }
    }
}
