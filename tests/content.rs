//! Guards the shipped texts: both languages of a reading cite the same places line by line, and every place exists in
//! the text of the law; help speaks of what the pages say; the operator's guide has the same commands in both.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The articles of 《信访工作条例》(2022) in order, one word each; a digit for each paragraph: how many items it has.
const REGULATIONS: &str = "0 0 0 0 5 0 0 3 00 0 70 00 000 70 000 0000 00 0000 000 0000 00 30 0000 00 00 6 0 000 000 000 \
    6 30 0 0 0 000 000 000 000 0000 40 4 0 3 4 7 000 0 0 0";

/// The same of 《个人信息保护法》(2021).
const PERSONAL_INFORMATION: &str = "0 0 03 00 0 00 0 0 0 0 0 0 70 00 00 0 400 00 0 00 000 0 0 000 0 0 0 00 0 0 00 0 0 0 0 \
    0 0 400 0 0 0 0 0 0 000 00 50 0 0 00 6 00 0 0 5 30 30 4 0 000 5 5 40 00 00 00 0 00 00 0 0 00 4 0";

/// What a text calls it where an article of it is cited; without a name, the Regulations are meant.
const OTHER_LAW: [&str; 2] = ["个人信息保护法", "PIPL Art. "];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Law {
    Regulations,
    PersonalInformation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    law: Law,
    article: usize,
    paragraph: Option<usize>,
    item: Option<usize>,
}

#[test]
fn every_reading_cites_the_same_places_in_both_languages_line_by_line() {
    let mut wrong = Vec::new();
    for slug in slugs("readings") {
        let (chinese, english) = (body("readings", &slug, "zh-CN"), body("readings", &slug, "en"));
        if chinese.lines().count() != english.lines().count() {
            wrong.push(format!("{slug}: the two languages do not have the same lines"));
        }
        for (one, other) in chinese.lines().zip(english.lines()) {
            let (mut here, mut there) = (cited_in_chinese(one), cited_in_english(other));
            here.sort();
            there.sort();
            if here != there {
                wrong.push(format!("{slug}: “{one}” and “{other}”"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_cited_place_exists_in_the_law() {
    let mut wrong = Vec::new();
    for folder in ["readings", "questions"] {
        for slug in slugs(folder) {
            for line in body(folder, &slug, "zh-CN").lines() {
                let missing = cited_in_chinese(line).into_iter().filter(|place| !exists(place));
                wrong.extend(missing.map(|place| format!("{folder}/{slug}: {place:?} in “{line}”")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_reading_has_at_least_ten_questions() {
    let few: Vec<String> = slugs("readings")
        .into_iter()
        .filter(|slug| {
            let path = content("questions").join(format!("{slug}.zh-CN.md"));
            fs::read_to_string(path).map_or(0, |text| text.lines().filter(|line| line.starts_with("## ")).count()) < 10
        })
        .collect();
    assert_eq!(few, Vec::<String>::new());
}

#[test]
fn places_are_read_from_both_languages() {
    let place = |law, article, paragraph, item| Place { law, article, paragraph, item };
    let regulations = |article, paragraph, item| place(Law::Regulations, article, paragraph, item);

    for (chinese, english, wanted) in [
        ("（第二条）", "(Art. 2)", vec![regulations(2, None, None)]),
        ("（第三十一条第六项）", "(Art. 31(6))", vec![regulations(31, None, Some(6))]),
        ("（第二十二条第一款第三项）", "(Art. 22 para. 1(3))", vec![regulations(22, Some(1), Some(3))]),
        (
            "（第二十三条第二款、第三款）",
            "(Art. 23 para. 2, para. 3)",
            vec![regulations(23, Some(2), None), regulations(23, Some(3), None)],
        ),
        (
            "（第四十六条第一项、第六项）",
            "(Art. 46(1) and (6))",
            vec![regulations(46, None, Some(1)), regulations(46, None, Some(6))],
        ),
        (
            "（第二十一条、第三十四条至第三十六条）",
            "(Art. 21, 34–36)",
            vec![regulations(21, None, None), regulations(34, None, None), regulations(36, None, None)],
        ),
        (
            "（个人信息保护法第七条、第十七条第一款）第二条",
            "(PIPL Art. 7, PIPL Art. 17 para. 1) Art. 2",
            vec![
                place(Law::PersonalInformation, 7, None, None),
                place(Law::PersonalInformation, 17, Some(1), None),
                regulations(2, None, None),
            ],
        ),
    ] {
        assert_eq!(cited_in_chinese(chinese), wanted, "{chinese}");
        assert_eq!(cited_in_english(english), wanted, "{english}");
    }
}

#[test]
fn a_place_outside_the_law_is_noticed() {
    let exists = |text| cited_in_chinese(text).iter().all(exists);

    assert!(exists("第五十条") && exists("个人信息保护法第七十四条") && exists("第二十二条第一款第三项"));
    // There are 50 and 74 articles, two paragraphs in Art. 22, three items in its first.
    assert!(!exists("第五十一条") && !exists("个人信息保护法第七十五条"));
    assert!(!exists("第二十二条第三款") && !exists("第二十二条第一款第四项"));
    // Where an article has several paragraphs an item needs its paragraph, and where it has one, none is named.
    assert!(!exists("第二十二条第三项") && !exists("第三十一条第一款第六项"));
}

fn exists(place: &Place) -> bool {
    let text = match place.law {
        Law::Regulations => REGULATIONS,
        Law::PersonalInformation => PERSONAL_INFORMATION,
    };
    let Some(paragraphs) = text.split_whitespace().nth(place.article.wrapping_sub(1)) else { return false };
    let items = match place.paragraph {
        Some(paragraph) if paragraphs.len() > 1 => paragraphs.chars().nth(paragraph.wrapping_sub(1)),
        Some(_) => None,
        None if place.item.is_some() && paragraphs.len() > 1 => None,
        None => paragraphs.chars().next(),
    };
    let n_items = items.and_then(|items| items.to_digit(10)).and_then(|items| usize::try_from(items).ok());
    n_items.is_some_and(|n_items| place.item.is_none_or(|item| (1..=n_items).contains(&item)))
}

/// `第二十三条第二款、第三款` and the like. A law's name holds until a bracket, a cell or a sentence ends.
fn cited_in_chinese(line: &str) -> Vec<Place> {
    let (mut found, mut law, mut rest) = (Vec::new(), Law::Regulations, line);
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(OTHER_LAW[0]) {
            (law, rest) = (Law::PersonalInformation, after);
        } else if let Some((article, after)) = chinese_step(rest, "条") {
            let mut paragraph = None;
            let (first, mut after) = chinese_part(after, &mut paragraph);
            found.push(Place { law, article, paragraph, item: first.flatten() });
            while let Some(next) = after.strip_prefix('、') {
                let (Some(item), next) = chinese_part(next, &mut paragraph) else { break };
                found.push(Place { law, article, paragraph, item });
                after = next;
            }
            rest = after;
        } else {
            if "（）|。；".contains(character) {
                law = Law::Regulations;
            }
            rest = &rest[character.len_utf8()..];
        }
    }
    found
}

/// A paragraph, an item, or both; `None` when neither stands there.
fn chinese_part<'a>(text: &'a str, paragraph: &mut Option<usize>) -> (Option<Option<usize>>, &'a str) {
    let (named, text) = match chinese_step(text, "款") {
        Some((number, rest)) => {
            *paragraph = Some(number);
            (true, rest)
        }
        None => (false, text),
    };
    match chinese_step(text, "项") {
        Some((number, rest)) => (Some(Some(number)), rest),
        None => (named.then_some(None), text),
    }
}

/// `第二十三条…` → 23 and the rest.
fn chinese_step<'a>(text: &'a str, what: &str) -> Option<(usize, &'a str)> {
    let rest = text.strip_prefix('第')?;
    let end = rest.find(|character| !"一二三四五六七八九十".contains(character))?;
    let (number, rest) = (&rest[..end], rest[end..].strip_prefix(what)?);
    let digit =
        |text: &str| "一二三四五六七八九".chars().position(|known| text.starts_with(known)).map(|place| place + 1);
    let number = match number.split_once('十') {
        Some((tens, ones)) => digit(tens).unwrap_or(1) * 10 + digit(ones).unwrap_or(0),
        None => digit(number)?,
    };
    Some((number, rest))
}

/// `Art. 23 para. 2, para. 3`, `Art. 22 para. 1(3)`, `Art. 46(1) and (6)`, `Art. 21, 34–36` and the like.
fn cited_in_english(line: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut pieces = line.split("Art. ");
    let mut before = pieces.next().unwrap_or_default();
    for piece in pieces {
        let other = before.ends_with(OTHER_LAW[1].trim_end_matches("Art. "));
        let law = if other { Law::PersonalInformation } else { Law::Regulations };
        before = piece;
        let (mut place, mut rest) = (Place { law, article: 0, paragraph: None, item: None }, piece);
        while let Some((next, after)) = english_part(place, rest) {
            found.push(next);
            let after_separator =
                [", ", "–", " and ", " or ", " to "].iter().find_map(|separator| after.strip_prefix(separator));
            let Some(after) = after_separator else { break };
            (place, rest) = (next, after);
        }
    }
    found
}

/// An article, or a further paragraph or item of the place before.
fn english_part(before: Place, text: &str) -> Option<(Place, &str)> {
    let (mut place, mut rest) = (before, text);
    if let Some((article, after)) = number(rest) {
        (place, rest) = (Place { article, paragraph: None, item: None, ..before }, after);
        if let Some((paragraph, after)) = after.strip_prefix(" para. ").and_then(number) {
            (place.paragraph, rest) = (Some(paragraph), after);
        }
    } else if let Some((paragraph, after)) = rest.strip_prefix("para. ").and_then(number) {
        (place.paragraph, place.item, rest) = (Some(paragraph), None, after);
    } else if !rest.starts_with('(') {
        return None;
    }
    if let Some((item, after)) = rest.strip_prefix('(').and_then(number) {
        (place.item, rest) = (Some(item), after.strip_prefix(')')?);
    }
    (place != before).then_some((place, rest))
}

fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// A button that was named anew would leave whoever looks for it with the old name.
#[test]
fn every_word_that_help_quotes_is_a_word_of_the_pages() {
    let mut n_quoted = 0;
    for language in ["zh-CN", "en"] {
        let files = fs::read_dir(content("locales").join(language)).expect("the texts of a language");
        let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("readable texts"));
        let texts: Vec<String> = texts.collect();
        let lines = texts.iter().flat_map(|text| text.lines());
        let words: BTreeSet<&str> = lines.filter_map(|line| Some(line.split_once(" = ")?.1)).collect();
        for slug in slugs("help") {
            let help = body("help", &slug, language);
            for quoted in help.split('“').skip(1).filter_map(|rest| rest.split('”').next()) {
                assert!(words.contains(quoted), "{slug}.{language}.md: no page says “{quoted}”");
                n_quoted += 1;
            }
        }
    }
    assert!(n_quoted > 100, "{n_quoted} words were looked at");
}

/// The same headings and pictures, in the same lines.
#[test]
fn help_is_the_same_in_both_languages() {
    let shape = |slug: &str, language: &str| -> Vec<String> {
        let of = |line: &str| match line.split_once("](") {
            Some((_, name)) => name.to_owned(),
            None => line.chars().take_while(|character| *character == '#').collect(),
        };
        body("help", slug, language).lines().map(of).collect()
    };
    for slug in slugs("help") {
        assert_eq!(shape(&slug, "zh-CN"), shape(&slug, "en"), "{slug}");
    }
}

/// The same headings, the same lines to copy, the same settings, which the README lists in English.
#[test]
fn the_operators_guide_is_the_same_in_both_languages() {
    let read =
        |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a readable file");
    let (chinese, english) = (read("docs/operating.zh-CN.md"), read("docs/operating.md"));
    let settings_in_english = &settings(&english) | &settings(&read("README.md"));

    assert_eq!(headings_and_commands(&chinese), headings_and_commands(&english));
    assert_eq!(settings(&chinese), settings_in_english);
}

/// The level of each heading, and each line of a block without its remark.
fn headings_and_commands(guide: &str) -> Vec<String> {
    let mut is_block = false;
    let mut lines = Vec::new();
    for line in guide.lines() {
        let is_fence = line.starts_with("```");
        is_block ^= is_fence;
        if is_fence || is_block {
            let command = line.split("# ").next().unwrap_or_default();
            lines.push(command.trim_end().to_owned());
        } else if line.starts_with('#') {
            lines.push(line.chars().take_while(|character| *character == '#').collect());
        }
    }
    lines
}

/// The settings of the program that a text names.
fn settings(text: &str) -> BTreeSet<String> {
    let words = text.split(|character: char| !character.is_ascii_uppercase() && character != '_');
    words.filter(|word| word.starts_with("XUEFA_")).map(str::to_owned).collect()
}

/// The short names in a folder, each of which has a file in both languages.
fn slugs(folder: &str) -> BTreeSet<String> {
    let names: Vec<String> = fs::read_dir(content(folder))
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect();
    let of = |language: &str| -> BTreeSet<String> {
        names.iter().filter_map(|name| name.strip_suffix(language)).map(str::to_owned).collect()
    };
    let (chinese, english) = (of(".zh-CN.md"), of(".en.md"));
    assert_eq!(chinese, english, "{folder}: each is there in both languages");
    assert_eq!(chinese.len() * 2, names.len(), "{folder}: nothing else lies there");
    chinese
}

/// What stands below the head of a reading; all of a file of questions.
fn body(folder: &str, slug: &str, language: &str) -> String {
    let path = content(folder).join(format!("{slug}.{language}.md"));
    let text = fs::read_to_string(path).expect("a readable file");
    text.split_once("\n---\n").map_or(text.clone(), |(_, body)| body.to_owned())
}

fn content(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content").join(folder)
}
