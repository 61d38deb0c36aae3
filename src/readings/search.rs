//! Searching the library: every text is normalised once into one column, every word looked for in the same way
//! (`rules.md` 6: a plain `like`, no search engine).

use crate::readings::model::{Citation, Version};

/// More than this is not looked for, in characters.
const QUERY_LENGTH: usize = 100;
/// Further words are left out.
const MOST_WORDS: usize = 8;
/// What is shown before and after the first hit, in characters.
const AROUND: usize = 40;

/// One character as it is compared: small, of half width, a space for all that is not seen. One stays one, so that a place
/// in the normalised text is the same place in the text itself.
fn normal(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            let half = u32::from(character) - 0xFEE0;
            char::from_u32(half).map_or(character, |half| half.to_ascii_lowercase())
        }
        other if other.is_whitespace() || other.is_control() => ' ',
        other => {
            let mut small = other.to_lowercase();
            match (small.next(), small.next()) {
                (Some(one), None) => one,
                _ => other,
            }
        }
    }
}

fn normalised(text: &str) -> String {
    text.chars().map(normal).collect()
}

/// What a search looks through: everything of both languages, a line each.
pub(super) fn searched(version: &Version, citations: &[Citation]) -> String {
    let day = version.in_force.map(|day| day.to_string()).unwrap_or_default();
    let mut parts: Vec<String> = [
        &version.title_zh,
        &version.title_en,
        &version.summary_zh,
        &version.summary_en,
        &version.issuer_zh,
        &version.issuer_en,
        &version.document_number,
        &day,
    ]
    .into_iter()
    .cloned()
    .collect();
    // A law and its article stand together, so that 信访工作条例第二十三条 is found.
    parts.extend(citations.iter().map(|citation| format!("{}{}", citation.statute, citation.article)));
    parts.extend([&version.sources_zh, &version.sources_en, &version.body_zh, &version.body_en].into_iter().cloned());
    parts.iter().filter(|part| !part.is_empty()).map(|part| normalised(part)).collect::<Vec<_>>().join("\n")
}

/// The words that are looked for: all of them must occur.
pub fn words(query: &str) -> Vec<String> {
    let query: String = query.chars().take(QUERY_LENGTH).collect();
    normalised(&query).split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect()
}

/// A word as a pattern of `like … escape '\'`.
pub(super) fn pattern(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Where a word stands, with what is around it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Snippet {
    pub before: String,
    pub hit: String,
    pub after: String,
}

/// The first place in a text where one of the words stands.
pub fn snippet(text: &str, words: &[String]) -> Option<Snippet> {
    let characters: Vec<char> = text.chars().collect();
    let normal: Vec<char> = characters.iter().copied().map(normal).collect();
    let place = |word: &String| {
        let word: Vec<char> = word.chars().collect();
        let found = normal.windows(word.len().max(1)).position(|window| window == word.as_slice());
        found.map(|start| (start, start + word.len()))
    };
    let (start, end) = words.iter().filter_map(place).min()?;
    let (from, to) = (start.saturating_sub(AROUND), (end + AROUND).min(characters.len()));
    let piece = |from: usize, to: usize| plain(characters.iter().take(to).skip(from));
    let before = if from == 0 { piece(from, start) } else { format!("…{}", piece(from, start)) };
    let after = if to == characters.len() { piece(end, to) } else { format!("{}…", piece(end, to)) };
    Some(Snippet { before, hit: piece(start, end), after })
}

/// Without the marks of Markdown, in one line.
fn plain<'a>(characters: impl Iterator<Item = &'a char>) -> String {
    let mut text = String::new();
    for character in characters {
        match character {
            '#' | '*' | '`' | '|' => {}
            other if other.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            other => text.push(*other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_a_few_words_of_small_letters_and_half_width() {
        assert_eq!(words("  PUJIANG　County "), ["pujiang", "county"]);
        assert_eq!(words("１５日"), ["15日"]);
        assert_eq!(words(" \u{3000}"), Vec::<String>::new());
        assert_eq!(words(&"信 ".repeat(60)).len(), MOST_WORDS);
    }

    #[test]
    fn signs_with_a_meaning_of_their_own_are_looked_for_as_they_are() {
        assert_eq!(pattern("100%"), "%100\\%%");
        assert_eq!(pattern("a_b\\"), "%a\\_b\\\\%");
    }

    #[test]
    fn a_snippet_shows_the_first_hit_as_it_is_written() {
        let text = "## 期限\n\n自收到之日起１５日内书面告知。";
        let found = snippet(text, &words("15日")).expect("it stands there");

        assert_eq!((found.before.as_str(), found.hit.as_str()), (" 期限 自收到之日起", "１５日"));
        assert_eq!(found.after, "内书面告知。");
        assert_eq!(snippet(text, &words("没有")), None);
        assert_eq!(snippet("", &words("没有")), None);
    }

    #[test]
    fn a_long_text_is_cut_around_the_hit() {
        let text = format!("{}浦江{}", "甲".repeat(100), "乙".repeat(100));
        let found = snippet(&text, &words("浦江")).expect("it stands there");

        assert_eq!(found.before, format!("…{}", "甲".repeat(AROUND)));
        assert_eq!(found.after, format!("{}…", "乙".repeat(AROUND)));
    }
}
