//! Finding a name by its pinyin: initials, whole syllables or a mixture, every reading of a character allowed.

use pinyin::ToPinyinMulti;

/// The readings of each character of a name, plain and in small letters: 单宏 → `["dan", "shan", "chan"], ["hong"]`.
/// A character that has none (a letter, a digit) stands for itself; signs are left out. ü is spelt both `v` and `u`.
pub fn readings(name: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for character in name.chars() {
        let mut readings: Vec<String> = Vec::new();
        let mut add = |reading: String| {
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        };
        match character.to_pinyin_multi() {
            Some(found) => {
                for reading in found {
                    let plain = reading.plain();
                    if plain.contains('ü') {
                        add(plain.replace('ü', "v"));
                    }
                    add(plain.replace('ü', "u"));
                }
            }
            None if character.is_alphanumeric() => add(character.to_lowercase().collect()),
            None => continue,
        }
        all.push(readings);
    }
    all
}

/// How well what was typed fits somebody, the best being 0; nothing when it does not. The number or the beginning of
/// the name as it is written, then by the first reading of each character, then by any other, then a part of either.
/// Letters alone look for no number: all of them may begin with the same ones.
/// The same rule runs in `templates/static/kiosk.js`.
pub fn rank(typed: &str, name: &str, employee_number: &str) -> Option<usize> {
    let (name, number) = (name.to_lowercase(), employee_number.to_lowercase());
    if number == typed || name.starts_with(typed) {
        return Some(0);
    }
    let readings = readings(&name);
    let first: Vec<Vec<String>> = readings.iter().map(|of| of.iter().take(1).cloned().collect()).collect();
    if spells(typed, &first) {
        Some(1)
    } else if spells(typed, &readings) {
        Some(2)
    } else if name.contains(typed) || (typed.contains(|sign: char| sign.is_ascii_digit()) && number.contains(typed)) {
        Some(3)
    } else {
        None
    }
}

/// Whether what was typed spells the beginning of a name: each character by any beginning of any of its readings.
/// `duwp`, `dwp`, `duwei` and `dw` all find 杜维平.
pub fn spells(typed: &str, readings: &[Vec<String>]) -> bool {
    if typed.is_empty() {
        return true;
    }
    let Some((first, rest)) = readings.split_first() else { return false };
    first.iter().any(|reading| {
        let common = reading.bytes().zip(typed.bytes()).take_while(|(known, typed)| known == typed).count();
        (1..=common).rev().any(|n| typed.is_char_boundary(n) && spells(&typed[n..], rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, name: &str) -> bool {
        spells(typed, &readings(name))
    }

    #[test]
    fn initials_whole_syllables_and_mixtures_find_a_name() {
        for typed in ["d", "dw", "dwp", "duweiping", "duwp", "dwei", "dweip", "duw"] {
            assert!(finds(typed, "杜维平"), "{typed}");
        }
        for typed in ["w", "dp", "dwpx", "duweipingx", "weiping", "du wei"] {
            assert!(!finds(typed, "杜维平"), "{typed}");
        }
    }

    #[test]
    fn a_character_of_several_readings_is_found_by_each() {
        for (name, typed) in [
            ("单宏", ["shanhong", "danhong", "sh", "dh"]),
            ("曾伟", ["zengwei", "cengwei", "zw", "cw"]),
            ("仇平", ["qiuping", "chouping", "qp", "cp"]),
            ("解静", ["xiejing", "jiejing", "xj", "jj"]),
            ("查明", ["zhaming", "chaming", "zm", "cm"]),
            ("盖勇", ["geyong", "gaiyong", "gy", "gaiy"]),
            ("区文", ["ouwen", "quwen", "ow", "qw"]),
            ("朴正", ["piaozheng", "puzheng", "pz", "piz"]),
            ("华乐", ["huale", "huayue", "hl", "hy"]),
        ] {
            for typed in typed {
                assert!(finds(typed, name), "{typed} finds {name}");
            }
        }
    }

    #[test]
    fn the_likeliest_stands_first_and_letters_alone_look_for_no_number() {
        assert_eq!(rank("lh0007", "杜维平", "LH0007"), Some(0));
        assert_eq!(rank("杜维", "杜维平", "LH0007"), Some(0));
        assert_eq!(rank("dwp", "杜维平", "LH0007"), Some(1));
        assert_eq!(rank("dwb", "杜维平", "LH0007"), Some(2));
        assert_eq!(rank("007", "杜维平", "LH0007"), Some(3));
        assert_eq!(rank("维平", "杜维平", "LH0007"), Some(3));
        assert_eq!(rank("lh", "杜维平", "LH0007"), None);
    }

    #[test]
    fn names_of_other_kinds_are_found_too() {
        assert!(finds("lvyang", "吕阳") && finds("luyang", "吕阳") && finds("ly", "吕阳"));
        assert!(finds("ghzbg", "古海子·巴格") && finds("guhaizi", "古海子·巴格"));
        assert!(finds("ouyang", "欧阳修") && finds("oyx", "欧阳修"));
        assert!(finds("wea", "王ea") && finds("we", "王EA"));
        assert!(!finds("x", "") && finds("", ""));
    }
}
