//! The languages: Fluent bundles from `content/locales`, strict about missing keys and arguments.
//!
//! Of two languages besides: `Templates`, the columns `_zh` and `_en` with the check on `people.language`, the folders of
//! `content`, `print.css` and `paper.typ` (English or else Chinese), and the switch in `web/page.rs`. All run left to right.

use crate::error::{Argument, Error, Message};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "content/locales"]
struct Locales;

crate::choices! {
    /// A language that every page exists in.
    pub enum Language {
        Chinese = "zh-CN",
        English = "en",
    }
}

impl Language {
    /// The other one: what the switch on every page offers.
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// Its own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Chinese => "中文",
            Self::English => "English",
        }
    }

    /// The first language of an `Accept-Language` header that there is; Chinese when there is none.
    pub fn preferred(accept_language: &str) -> Self {
        let mut wanted: Vec<(f32, Self)> = Vec::new();
        for part in accept_language.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or("").trim().to_ascii_lowercase();
            let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            match tag.split('-').next() {
                Some("zh") => wanted.push((weight, Self::Chinese)),
                Some("en") => wanted.push((weight, Self::English)),
                Some(_) | None => {}
            }
        }
        // A stable sort: of equals the one named first.
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map_or(Self::Chinese, |found| found.1)
    }
}

type Bundle = FluentBundle<FluentResource>;

static CHINESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Chinese));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));

#[expect(clippy::expect_used, reason = "tags and files are compiled in, and a test reads them all")]
fn bundle(language: Language) -> Bundle {
    let id = language.as_str().parse().expect("both names are language tags");
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Invisible marks around arguments would end up in pages and mail.
    bundle.set_use_isolating(false);
    for name in Locales::iter().filter(|name| name.starts_with(&format!("{}/", language.as_str()))) {
        let file = Locales::get(&name).expect("the name was just listed");
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let resource = match FluentResource::try_new(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(%name, ?errors, "a file of texts has mistakes");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%name, ?errors, "a text stands in two files");
        }
    }
    bundle
}

fn bundle_of(language: Language) -> &'static Bundle {
    match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    }
}

/// The text of a message, or why there is none: the key is missing, or an argument it needs.
///
/// # Errors
/// A sentence for the developer.
pub fn text(language: Language, id: &str, arguments: &FluentArgs<'_>) -> Result<String, String> {
    let bundle = bundle_of(language);
    let message = bundle.get_message(id).and_then(|message| message.value());
    let Some(pattern) = message else {
        return Err(format!("no text “{id}” in {}", language.as_str()));
    };
    let mut errors = Vec::new();
    let text: Cow<'_, str> = bundle.format_pattern(pattern, Some(arguments), &mut errors);
    match errors.first() {
        None => Ok(text.into_owned()),
        Some(error) => Err(format!("the text “{id}” in {}: {error}", language.as_str())),
    }
}

/// A message in words; the id itself when its text is missing, which the log then says.
pub fn word(language: Language, clock: &crate::clock::Clock, message: &Message) -> String {
    let mut arguments = FluentArgs::new();
    for (name, value) in &message.arguments {
        let value = match value {
            Argument::Text(text) => FluentValue::from(text.clone()),
            Argument::Number(number) => FluentValue::from(*number),
            Argument::Moment(moment) => FluentValue::from(dates::moment(language, clock.local(*moment).naive_local())),
            Argument::Texts(ids) => FluentValue::from(list(language, ids)),
        };
        arguments.set(*name, value);
    }
    text(language, message.id, &arguments).unwrap_or_else(|problem| {
        tracing::error!(problem, "a text is missing");
        message.id.to_owned()
    })
}

/// An error as a sentence, where there is no page to word it: for a command, and for the log.
pub fn sentence(language: Language, clock: &crate::clock::Clock, error: &Error) -> String {
    let said = |message: &Message| word(language, clock, message);
    match error {
        Error::Refused(problems) => {
            let words: Vec<String> = problems.iter().map(|problem| said(&problem.message)).collect();
            words.join(match language {
                Language::Chinese => "；",
                Language::English => "; ",
            })
        }
        Error::Broken(source) => format!("{source:#}"),
        Error::NotFound(what) => said(&Message::new("cli-not-found").with("what", *what)),
        Error::Forbidden => said(&Message::new("cli-forbidden")),
        Error::Conflict => said(&Message::new("cli-conflict")),
        Error::Busy => said(&Message::new("cli-busy")),
        Error::Full => said(&Message::new("cli-full")),
    }
}

/// The word of a choice: the text whose id is the prefix with the choice, written with hyphens.
pub fn word_of(language: Language, prefix: &str, choice: &str) -> String {
    let id = format!("{prefix}{}", choice.replace('_', "-"));
    text(language, &id, &FluentArgs::new()).unwrap_or_else(|problem| {
        tracing::error!(problem, "a text is missing");
        id
    })
}

/// As [`word_of`], and nothing when there is none: for names that are kept longer than the program that wrote them.
pub fn known_word(language: Language, prefix: &str, name: &str) -> Option<String> {
    text(language, &format!("{prefix}{}", name.replace(['_', '.'], "-")), &FluentArgs::new()).ok()
}

/// Several texts as a list.
fn list(language: Language, ids: &[String]) -> String {
    let words = ids.iter().map(|id| text(language, id, &FluentArgs::new()).unwrap_or_else(|_| id.clone()));
    let joint = match language {
        Language::Chinese => "、",
        Language::English => ", ",
    };
    words.collect::<Vec<_>>().join(joint)
}

/// The keys of a language.
pub fn keys(language: Language) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for name in Locales::iter().filter(|name| name.starts_with(&format!("{}/", language.as_str()))) {
        let Some(file) = Locales::get(&name) else { continue };
        for line in String::from_utf8_lossy(&file.data).lines() {
            if let Some((key, _)) = line.split_once('=')
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                keys.insert(key.trim().to_owned());
            }
        }
    }
    keys
}

/// Dates and times written out. Fluent for Rust has no dates of its own.
pub mod dates {
    use super::Language;
    use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

    const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

    /// 2024年7月5日, 5 July 2024.
    pub fn date(language: Language, date: NaiveDate) -> String {
        match language {
            Language::Chinese => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            Language::English => date.format("%-d %B %Y").to_string(),
        }
    }

    /// 2024年7月5日（周五）, Friday, 5 July 2024.
    pub fn day(language: Language, date: NaiveDate) -> String {
        match language {
            Language::Chinese => {
                #[expect(clippy::indexing_slicing, reason = "a week has seven days")]
                let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
                format!("{}（周{weekday}）", self::date(language, date))
            }
            Language::English => date.format("%A, %-d %B %Y").to_string(),
        }
    }

    /// 08:30 in both.
    pub fn time(time: NaiveTime) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// 2024年7月5日（周五）08:30, Friday, 5 July 2024, 08:30.
    pub fn moment(language: Language, at: NaiveDateTime) -> String {
        match language {
            Language::Chinese => format!("{}{}", day(language, at.date()), time(at.time())),
            Language::English => format!("{}, {}", day(language, at.date()), time(at.time())),
        }
    }

    /// 7月5日, 5 Jul: where the year is plain from around it.
    pub fn short_date(language: Language, date: NaiveDate) -> String {
        match language {
            Language::Chinese => format!("{}月{}日", date.month(), date.day()),
            Language::English => date.format("%-d %b").to_string(),
        }
    }

    /// 7月5日 08:32, 5 Jul 08:32: for dense lists.
    pub fn short(language: Language, at: NaiveDateTime) -> String {
        format!("{} {}", short_date(language, at.date()), time(at.time()))
    }

    /// From one moment to another: the day once when it is the same.
    pub fn span(language: Language, from: NaiveDateTime, to: NaiveDateTime) -> String {
        if from.date() == to.date() {
            return format!("{}–{}", moment(language, from), time(to.time()));
        }
        match language {
            Language::Chinese => format!("{}至{}", moment(language, from), moment(language, to)),
            Language::English => format!("{} – {}", moment(language, from), moment(language, to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_texts() {
        let (chinese, english) = (keys(Language::Chinese), keys(Language::English));

        let only_chinese: Vec<_> = chinese.difference(&english).collect();
        let only_english: Vec<_> = english.difference(&chinese).collect();

        assert!(!chinese.is_empty());
        assert!(
            only_chinese.is_empty() && only_english.is_empty(),
            "zh-CN only: {only_chinese:?}; en only: {only_english:?}"
        );
    }

    #[test]
    fn every_file_of_texts_is_free_of_mistakes_and_no_text_stands_twice() {
        for language in Language::ALL {
            let mut bundle = Bundle::new_concurrent(vec![language.as_str().parse().expect("a tag")]);
            for name in Locales::iter().filter(|name| name.starts_with(&format!("{}/", language.as_str()))) {
                let file = Locales::get(&name).expect("listed");
                let text = String::from_utf8(file.data.into_owned()).expect("UTF-8");
                let resource = FluentResource::try_new(text).map_err(|(_, errors)| errors);
                assert!(resource.is_ok(), "{name}: {:?}", resource.err());
                let added = bundle.add_resource(resource.expect("just checked"));
                assert!(added.is_ok(), "{name}: {added:?}");
            }
        }
    }

    #[test]
    fn the_browsers_first_wish_decides_the_language() {
        assert_eq!(Language::preferred("de, en;q=0.8, zh;q=0.7"), Language::English);
        assert_eq!(Language::preferred("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(Language::preferred("fr"), Language::Chinese);
        assert_eq!(Language::preferred(""), Language::Chinese);
    }

    #[test]
    fn dates_are_written_without_leading_zeros() {
        let at = "2024-07-05T08:30:00".parse().expect("a time");

        assert_eq!(dates::moment(Language::Chinese, at), "2024年7月5日（周五）08:30");
        assert_eq!(dates::moment(Language::English, at), "Friday, 5 July 2024, 08:30");
        assert_eq!(dates::short(Language::Chinese, at), "7月5日 08:30");
    }
}
