//! The shipped readings, parsed once: `content/README.md` tells how such a file looks.

use crate::i18n::Language;
use crate::secret::hex;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "content/readings"]
struct Files;

/// A reading in both languages.
#[derive(Debug)]
pub struct Reading {
    /// What it is called in file names; the same for as long as it exists.
    pub slug: String,
    pub position: i64,
    /// Of both texts as they ship: what an approval is given for.
    pub digest: String,
    chinese: Text,
    english: Text,
}

/// A reading in one language.
#[derive(Debug, PartialEq)]
pub struct Text {
    pub title: String,
    /// Who issued it, when it presents one issued text.
    pub issuer: Option<String>,
    pub in_force: Option<NaiveDate>,
    pub summary: String,
    pub sources: Vec<String>,
    /// Markdown, as it was written.
    pub body: String,
}

static LIBRARY: LazyLock<Vec<Reading>> = LazyLock::new(|| {
    let (readings, problems) = read_all();
    for problem in problems {
        tracing::error!(problem, "a reading is left out");
    }
    readings
});

/// All shipped readings in the library's order.
pub fn library() -> &'static [Reading] {
    &LIBRARY
}

/// A shipped reading by its short name.
pub fn find(slug: &str) -> Option<&'static Reading> {
    library().iter().find(|reading| reading.slug == slug)
}

impl Reading {
    pub fn text(&self, language: Language) -> &Text {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }
}

impl Text {
    /// Whether the words stand in its title, its summary or its text.
    pub fn contains(&self, words: &str) -> bool {
        [&self.title, &self.summary, &self.body].iter().any(|text| text.contains(words))
    }
}

fn read_all() -> (Vec<Reading>, Vec<String>) {
    let names: Vec<_> = Files::iter().collect();
    let slugs: BTreeSet<&str> =
        names.iter().filter_map(|name| name.strip_suffix(".zh-CN.md").or(name.strip_suffix(".en.md"))).collect();
    let (mut readings, mut problems) = (Vec::new(), Vec::new());
    for slug in slugs {
        match read(slug) {
            Ok(reading) => readings.push(reading),
            Err(problem) => problems.push(format!("{slug}: {problem}")),
        }
    }
    readings.sort_by(|a, b| (a.position, &a.slug).cmp(&(b.position, &b.slug)));
    (readings, problems)
}

fn read(slug: &str) -> Result<Reading, String> {
    let mut hash = Sha256::new();
    let mut file = |language: Language| {
        let name = format!("{slug}.{}.md", language.as_str());
        let file = Files::get(&name).ok_or(format!("there is no {name}"))?;
        let written = String::from_utf8(file.data.into_owned()).map_err(|_| format!("{name} is not UTF-8"))?;
        hash.update(written.as_bytes());
        hash.update([0]);
        parse(&written).map_err(|problem| format!("{name}: {problem}"))
    };
    let (position, chinese) = file(Language::Chinese)?;
    let (position_in_english, english) = file(Language::English)?;
    if position != position_in_english {
        return Err("the two languages have different positions".to_owned());
    }
    let digest = hex(&hash.finalize());
    Ok(Reading { slug: slug.to_owned(), position, digest, chinese, english })
}

/// Reads one file: `key: value` lines up to `---`, then Markdown.
fn parse(written: &str) -> Result<(i64, Text), String> {
    let written = written.replace("\r\n", "\n");
    let (head, body) = written.split_once("\n---\n").ok_or("the head does not end with ---")?;
    let (mut title, mut issuer, mut in_force, mut position, mut summary, mut sources) =
        (None, None, None, None, None, Vec::new());
    for line in head.lines() {
        let (key, value) = line.split_once(':').ok_or(format!("“{line}” is not key: value"))?;
        let value = value.trim().to_owned();
        match key.trim() {
            "title" => title = Some(value),
            "issuer" => issuer = Some(value),
            "in_force" => in_force = Some(value.parse().map_err(|_| format!("“{value}” is not a date"))?),
            "position" => position = Some(value.parse().map_err(|_| format!("“{value}” is not a number"))?),
            "summary" => summary = Some(value),
            "source" => sources.push(value),
            other => return Err(format!("“{other}” is not a line of a head")),
        }
    }
    let (title, summary) = (title.ok_or("there is no title")?, summary.ok_or("there is no summary")?);
    if sources.is_empty() {
        return Err("there is no source".to_owned());
    }
    let text = Text { body: body.to_owned(), title, issuer, in_force, summary, sources };
    Ok((position.ok_or("there is no position")?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_reading_can_be_read_and_the_notices_five_are_among_them() {
        let (readings, problems) = read_all();

        assert_eq!(problems, Vec::<String>::new());
        let slugs: Vec<&str> = readings.iter().map(|reading| reading.slug.as_str()).collect();
        for asked in ["petition-regulations", "legalization", "fengqiao", "pujiang", "one-case-one-volume"] {
            assert!(slugs.contains(&asked), "{asked} is not in {slugs:?}");
        }
    }

    #[test]
    fn both_languages_of_a_reading_have_the_same_structure() {
        for reading in library() {
            let html = |language| crate::readings::markdown::render(&reading.text(language).body, "");
            let (chinese, english) = (html(Language::Chinese), html(Language::English));
            for tag in ["<h2", "<h3", "<table", "<tr>", "<li>"] {
                let count = |html: &str| html.matches(tag).count();
                assert_eq!(count(&chinese), count(&english), "{}: {tag}", reading.slug);
            }
            assert_eq!(reading.chinese.in_force, reading.english.in_force, "{}", reading.slug);
        }
    }

    #[test]
    fn a_head_says_what_is_missing() {
        let problem = |text: &str| parse(text).err().unwrap_or_default();

        assert_eq!(problem("title: a\nposition: 1\nsummary: b\n---\nc"), "there is no source");
        assert_eq!(problem("title: a\nauthor: x\n---\nc"), "“author” is not a line of a head");
        assert_eq!(problem("title: a\nin_force: soon\n---\nc"), "“soon” is not a date");
        assert_eq!(problem("# a"), "the head does not end with ---");
    }
}
