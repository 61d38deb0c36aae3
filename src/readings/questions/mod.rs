//! The questions of the self-test, each with the article it rests on: those of `content/questions/`, parsed once, and those
//! that HQ writes ([`own`]). What HQ retired, of either, is not asked ([`of`], [`all`]).
//!
//! A file of questions belongs to the shipped reading of the same name, and every question's article stands in that
//! reading; what does not agree is left out and said in the log, and a test keeps it from shipping.

mod article;
pub mod own;
mod parse;
pub mod queries;

pub use article::Article;

use super::{ReadingRow, library};
use crate::error;
use crate::i18n::Language;
use crate::secret::hex;
use crate::store::Conn;
use crate::store::ids::{OwnQuestionId, ReadingId};
use parse::Entry;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "content/questions"]
struct Files;

crate::choices! {
    /// How a question is answered.
    pub enum Kind {
        Single = "single",
        Multiple = "multiple",
        /// Choice 0 is right, choice 1 is wrong.
        TrueFalse = "true_false",
    }
}

/// The questions about one reading, in the order of their file.
#[derive(Debug)]
pub struct Bank {
    /// The short name of the reading.
    pub slug: String,
    pub questions: Vec<Question>,
}

/// A question in both languages.
#[derive(Debug, Clone)]
pub struct Question {
    /// Unique among the questions of its reading; the same for as long as it exists.
    pub id: String,
    pub kind: Kind,
    /// The right choices, counted from 0, in order.
    pub right: Vec<usize>,
    /// Of both languages as they ship: what an approval is given for.
    pub digest: String,
    /// HQ wrote it; the others ship.
    pub own: Option<OwnQuestionId>,
    chinese: Wording,
    /// HQ may write in Chinese alone.
    english: Option<Wording>,
}

/// A question in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    pub question: String,
    /// Empty when it is true or false.
    pub choices: Vec<String>,
    pub explanation: String,
    pub basis: Basis,
}

/// What a question rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    Article {
        article: Article,
        /// As it is shown.
        written: String,
    },
    /// One of the reading's sources, word for word: for a reading that presents no statute.
    Source(String),
}

impl Basis {
    /// As it is shown.
    pub fn written(&self) -> &str {
        match self {
            Self::Article { written, .. } | Self::Source(written) => written,
        }
    }
}

impl Question {
    pub fn wording(&self, language: Language) -> &Wording {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => self.english.as_ref().unwrap_or(&self.chinese),
        }
    }

    /// The language of its words, when it is another than the page's.
    pub fn lang(&self, language: Language) -> Option<&'static str> {
        (language == Language::English && self.english.is_none()).then_some(Language::Chinese.as_str())
    }

    /// The same of what it rests on, which HQ names in Chinese alone.
    pub fn basis_lang(&self, language: Language) -> Option<&'static str> {
        (language == Language::English && self.own.is_some()).then_some(Language::Chinese.as_str())
    }
}

/// A question as HQ finds it among those about a reading.
#[derive(Debug, Clone)]
pub struct Listed {
    pub question: Question,
    pub is_retired: bool,
}

/// All questions about a reading, those retired included: what ships first, then HQ's own in the order they were written.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list(conn: &mut Conn, reading: &ReadingRow) -> error::Result<Vec<Listed>> {
    let own = queries::list(conn, Some(reading.id))?;
    let retired = queries::list_retired(conn, Some(reading.id))?;
    let shipped = bank(&reading.slug).map_or(&[][..], |bank| bank.questions.as_slice());
    let all = shipped.iter().cloned().chain(own.into_iter().map(|row| row.question()));
    let listed = |question: Question| Listed {
        is_retired: retired.iter().any(|(_, retired)| *retired == question.id),
        question,
    };
    Ok(all.map(listed).collect())
}

/// The questions about a reading that are asked.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn of(conn: &mut Conn, reading: &ReadingRow) -> error::Result<Vec<Question>> {
    let listed = list(conn, reading)?;
    Ok(listed.into_iter().filter(|listed| !listed.is_retired).map(|listed| listed.question).collect())
}

/// The questions that are asked about each of these readings, by id and short name; none for a reading without any.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn all<'a>(
    conn: &mut Conn,
    readings: impl Iterator<Item = (ReadingId, &'a str)>,
) -> error::Result<BTreeMap<ReadingId, Vec<Question>>> {
    let retired: BTreeSet<(ReadingId, String)> = queries::list_retired(conn, None)?.into_iter().collect();
    let mut own: BTreeMap<ReadingId, Vec<Question>> = BTreeMap::new();
    for row in queries::list(conn, None)? {
        own.entry(row.reading).or_default().push(row.question());
    }
    let of = |(id, slug): (ReadingId, &str)| {
        let shipped = bank(slug).map_or(&[][..], |bank| bank.questions.as_slice());
        let mut questions: Vec<Question> = shipped.iter().cloned().chain(own.remove(&id).unwrap_or_default()).collect();
        questions.retain(|question| !retired.contains(&(id, question.id.clone())));
        (id, questions)
    };
    Ok(readings.map(of).filter(|(_, questions)| !questions.is_empty()).collect())
}

static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
    let (banks, problems) = read_all();
    for problem in problems {
        tracing::error!(problem, "questions are left out");
    }
    banks
});

/// The questions about every reading that has some.
pub fn banks() -> &'static [Bank] {
    &BANKS
}

/// The questions about a reading, by its short name.
pub fn bank(slug: &str) -> Option<&'static Bank> {
    banks().iter().find(|bank| bank.slug == slug)
}

fn read_all() -> (Vec<Bank>, Vec<String>) {
    let names: Vec<_> = Files::iter().collect();
    let slugs: BTreeSet<&str> =
        names.iter().filter_map(|name| name.strip_suffix(".zh-CN.md").or(name.strip_suffix(".en.md"))).collect();
    let (mut banks, mut problems) = (Vec::new(), Vec::new());
    for slug in slugs {
        match read(slug) {
            Ok(bank) => banks.push(bank),
            Err(problem) => problems.push(format!("{slug}: {problem}")),
        }
    }
    (banks, problems)
}

fn read(slug: &str) -> Result<Bank, String> {
    let reading = library::find(slug).ok_or("no reading of that name ships")?;
    let file = |language: Language| {
        let name = format!("{slug}.{}.md", language.as_str());
        let file = Files::get(&name).ok_or(format!("there is no {name}"))?;
        let written = String::from_utf8(file.data.into_owned()).map_err(|_| format!("{name} is not UTF-8"))?;
        let entries = parse::parse(&written, language).map_err(|problem| format!("{name}: {problem}"))?;
        for entry in &entries {
            check_basis(entry, reading.text(language), language).map_err(|problem| format!("{name}: {problem}"))?;
        }
        Ok::<_, String>(entries)
    };
    let (chinese, english) = (file(Language::Chinese)?, file(Language::English)?);
    let ids = |entries: &[Entry]| entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
    if ids(&chinese) != ids(&english) {
        return Err("the two languages do not have the same questions in the same order".to_owned());
    }
    let questions = chinese.into_iter().zip(english).map(|(chinese, english)| pair(chinese, english));
    Ok(Bank { slug: slug.to_owned(), questions: questions.collect::<Result<_, _>>()? })
}

/// What a question rests on stands in the reading it belongs to: the statute by its name, and the article by its number
/// in the Chinese text (the English one has the same number, see [`pair`]); or the source word for word.
fn check_basis(entry: &Entry, text: &library::Text, language: Language) -> Result<(), String> {
    let id = &entry.id;
    match &entry.wording.basis {
        Basis::Source(source) if text.sources.contains(source) => Ok(()),
        Basis::Source(source) => Err(format!("{id}: the reading has no source “{source}”")),
        Basis::Article { article, written } => {
            let names = |words: &str| text.contains(words) || text.sources.iter().any(|source| source.contains(words));
            if !names(&article.statute) {
                return Err(format!("{id}: the reading does not name “{}”", article.statute));
            }
            let place = written.rsplit_once('》').map(|(_, place)| place);
            let place = place.and_then(|place| place.find('条').map(|end| &place[..end + '条'.len_utf8()]));
            match (language, place) {
                (Language::Chinese, Some(place)) if !text.contains(place) => {
                    Err(format!("{id}: the reading does not cite {place}"))
                }
                (Language::Chinese | Language::English, _) => Ok(()),
            }
        }
    }
}

fn pair(chinese: Entry, english: Entry) -> Result<Question, String> {
    let id = chinese.id;
    let differ = |what: &str| Err(format!("{id}: the two languages differ in {what}"));
    if chinese.kind != english.kind {
        return differ("their kind");
    }
    if chinese.wording.choices.len() != english.wording.choices.len() || chinese.right != english.right {
        return differ("their choices");
    }
    let same_basis = match (&chinese.wording.basis, &english.wording.basis) {
        (Basis::Article { article, .. }, Basis::Article { article: other, .. }) => article.is_at(other),
        (Basis::Source(_), Basis::Source(_)) => true,
        (Basis::Article { .. }, Basis::Source(_)) | (Basis::Source(_), Basis::Article { .. }) => false,
    };
    if !same_basis {
        return differ("what they rest on");
    }
    let (kind, right) = (chinese.kind, chinese.right);
    Ok(question(id, kind, right, None, chinese.wording, Some(english.wording)))
}

/// A question with the digest of everything that stands in it.
fn question(
    id: String,
    kind: Kind,
    right: Vec<usize>,
    own: Option<OwnQuestionId>,
    chinese: Wording,
    english: Option<Wording>,
) -> Question {
    let mut hash = Sha256::new();
    for wording in [Some(&chinese), english.as_ref()].into_iter().flatten() {
        let lines = [wording.question.as_str(), wording.basis.written(), wording.explanation.as_str()];
        for line in lines.into_iter().chain(wording.choices.iter().map(String::as_str)) {
            hash.update(line.as_bytes());
            hash.update([0]);
        }
    }
    hash.update(format!("{:?}{:?}", kind.as_str(), right).as_bytes());
    let digest = hex(&hash.finalize());
    Question { id, kind, right, digest, own, chinese, english }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_question_can_be_read_and_its_article_stands_in_its_reading() {
        let (banks, problems) = read_all();

        assert_eq!(problems, Vec::<String>::new());
        assert!(!banks.is_empty());
    }

    #[test]
    fn a_question_whose_article_the_reading_does_not_cite_is_refused() {
        let reading = library::find("fengqiao").expect("it ships").text(Language::Chinese);
        let entry = |article: &str| {
            let written =
                format!("## a\nkind: true_false\narticle: {article}\nquestion: q\nanswer: true\nexplanation: e\n");
            parse::parse(&written, Language::Chinese).expect("it is right").remove(0)
        };
        let check = |article: &str| check_basis(&entry(article), reading, Language::Chinese);

        assert_eq!(check("《信访工作条例》第十五条"), Ok(()));
        assert_eq!(check("《信访工作条例》第四十九条"), Err("a: the reading does not cite 第四十九条".to_owned()));
        assert_eq!(check("《民法典》第十五条"), Err("a: the reading does not name “民法典”".to_owned()));
    }

    #[test]
    fn the_two_languages_of_a_question_agree() {
        let entry = |language, article: &str, kind: &str| {
            let written = format!("## a\narticle: {article}\nquestion: q\nexplanation: e\n{kind}\n");
            parse::parse(&written, language).expect("it is right").remove(0)
        };
        let chinese = || entry(Language::Chinese, "《条例》第七条", "kind: true_false\nanswer: true");
        let english = |article, kind| entry(Language::English, article, kind);

        assert!(pair(chinese(), english("Rules, Art. 7", "kind: true_false\nanswer: true")).is_ok());
        let problem = |article, kind| pair(chinese(), english(article, kind)).err().unwrap_or_default();
        assert!(problem("Rules, Art. 8", "kind: true_false\nanswer: true").ends_with("what they rest on"));
        assert!(problem("Rules, Art. 7", "kind: true_false\nanswer: false").ends_with("their choices"));
        assert!(problem("Rules, Art. 7", "kind: single\n- [x] a\n- [ ] b").ends_with("their kind"));
    }
}
