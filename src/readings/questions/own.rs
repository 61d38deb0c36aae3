//! HQ writes questions about a reading, changes them, and takes any question, shipped or its own, out of use and back.
//! What HQ writes awaits approval by a named person like what ships, and again when it was changed.

use super::{Article, Basis, Kind, Question, Wording, list, queries, question};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::readings::model::without_marks;
use crate::readings::retire::Use;
use crate::readings::{Citation, Version, queries as readings};
use crate::store::Conn;
use crate::store::ids::{OwnQuestionId, PersonId, ReadingId};
use diesel::prelude::Queryable;
use serde_json::json;

/// The most choices of a question.
pub const CHOICES: usize = 6;
/// The longest question, choice and explanation, in Chinese characters; English may have twice as many.
const QUESTION_LENGTH: usize = 300;
const CHOICE_LENGTH: usize = 150;
const EXPLANATION_LENGTH: usize = 500;

/// A question of HQ's own. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: OwnQuestionId,
    pub reading: ReadingId,
    pub kind: Kind,
    pub question_zh: String,
    /// Empty, as the other English words, when there is only the Chinese.
    pub question_en: String,
    /// A line each.
    pub choices_zh: String,
    pub choices_en: String,
    /// A digit for each right choice, counted from 0.
    pub right_choices: String,
    pub explanation_zh: String,
    pub explanation_en: String,
    pub statute: String,
    pub article: String,
    pub source: String,
    pub made_by: PersonId,
    pub made_at: Moment,
    pub version: i64,
}

impl Row {
    /// As it is asked.
    pub(super) fn question(self) -> Question {
        let basis = match Article::read(&self.statute, &self.article) {
            Some(article) => Basis::Article { article, written: format!("《{}》{}", self.statute, self.article) },
            None => Basis::Source(self.source),
        };
        let wording = |question: String, choices: &str, explanation: String| Wording {
            question,
            choices: choices.lines().map(str::to_owned).collect(),
            explanation,
            basis: basis.clone(),
        };
        let english = (!self.question_en.is_empty())
            .then(|| wording(self.question_en.clone(), &self.choices_en, self.explanation_en));
        let chinese = wording(self.question_zh, &self.choices_zh, self.explanation_zh);
        let right = self.right_choices.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| digit as usize);
        question(format!("own-{}", self.id), self.kind, right.collect(), Some(self.id), chinese, english)
    }
}

/// A question as typed into the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub kind: Option<Kind>,
    pub question_zh: String,
    pub question_en: String,
    /// A field each; those left empty in both languages do not count.
    pub choices_zh: Vec<String>,
    pub choices_en: Vec<String>,
    /// Which fields hold a right choice, counted from 0; of true or false, 0 is right and 1 is wrong.
    pub right: Vec<usize>,
    pub explanation_zh: String,
    pub explanation_en: String,
    pub statute: String,
    pub article: String,
    /// One of the reading's sources, in place of an article.
    pub source: String,
}

/// One choice with its words in both languages.
struct Choice {
    chinese: String,
    english: String,
    is_right: bool,
}

impl Draft {
    /// A question as the form shows it, to be changed.
    pub fn of(row: &Row) -> Self {
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        Self {
            kind: Some(row.kind),
            question_zh: row.question_zh.clone(),
            question_en: row.question_en.clone(),
            choices_zh: lines(&row.choices_zh),
            choices_en: lines(&row.choices_en),
            right: row
                .right_choices
                .chars()
                .filter_map(|digit| digit.to_digit(10))
                .map(|digit| digit as usize)
                .collect(),
            explanation_zh: row.explanation_zh.clone(),
            explanation_en: row.explanation_en.clone(),
            statute: row.statute.clone(),
            article: row.article.clone(),
            source: row.source.clone(),
        }
    }

    fn choices(&self) -> Vec<Choice> {
        let is_there = |column: &[String], n: usize| column.get(n).is_some_and(|text| !text.trim().is_empty());
        (0..self.choices_zh.len().max(self.choices_en.len()))
            .filter(|n| is_there(&self.choices_zh, *n) || is_there(&self.choices_en, *n) || self.right.contains(n))
            .map(|n| Choice {
                chinese: self.choices_zh.get(n).map(|text| line(text)).unwrap_or_default(),
                english: self.choices_en.get(n).map(|text| line(text)).unwrap_or_default(),
                is_right: self.right.contains(&n),
            })
            .collect()
    }

    fn has_english(&self) -> bool {
        let is_there = |text: &String| !text.trim().is_empty();
        is_there(&self.question_en) || is_there(&self.explanation_en) || self.choices_en.iter().any(is_there)
    }
}

/// Checks what was typed against the reading it is about.
pub fn check(draft: &Draft, version: &Version, citations: &[Citation]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
    if draft.kind.is_none() {
        wrong("kind", "question-kind-missing");
    }
    if draft.question_zh.trim().is_empty() {
        wrong("question_zh", "question-text-missing");
    }
    match draft.kind {
        Some(Kind::TrueFalse) if draft.right != [0] && draft.right != [1] => wrong("truth", "question-truth-missing"),
        None | Some(Kind::TrueFalse) => {}
        Some(kind @ (Kind::Single | Kind::Multiple)) => {
            let found = check_choices(kind, &draft.choices(), draft.has_english());
            problems.extend(found.into_iter().map(|(field, id)| Problem::at(field, Message::new(id))));
        }
    }
    let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
    if draft.explanation_zh.trim().is_empty() {
        wrong("explanation_zh", "question-explanation-missing");
    }
    if draft.has_english() && draft.question_en.trim().is_empty() {
        wrong("question_en", "question-english-whole");
    }
    if draft.has_english() && draft.explanation_en.trim().is_empty() {
        wrong("explanation_en", "question-english-whole");
    }
    if let Some((field, message)) = check_basis(draft, version, citations) {
        problems.push(Problem::at(field, message));
    }
    let longest = |column: &[String]| column.iter().map(|text| text.trim().chars().count()).max();
    let limits = [
        ("question_zh", Some(draft.question_zh.trim().chars().count()), QUESTION_LENGTH),
        ("question_en", Some(draft.question_en.trim().chars().count()), 2 * QUESTION_LENGTH),
        ("choice_zh", longest(&draft.choices_zh), CHOICE_LENGTH),
        ("choice_en", longest(&draft.choices_en), 2 * CHOICE_LENGTH),
        ("explanation_zh", Some(draft.explanation_zh.trim().chars().count()), EXPLANATION_LENGTH),
        ("explanation_en", Some(draft.explanation_en.trim().chars().count()), 2 * EXPLANATION_LENGTH),
    ];
    for (field, n, most) in limits {
        if n.is_some_and(|n| n > most) {
            problems.push(Problem::at(field, Message::new("library-too-long").with("n", most as i64)));
        }
    }
    problems
}

fn check_choices(kind: Kind, choices: &[Choice], has_english: bool) -> Vec<(&'static str, &'static str)> {
    let n_right = choices.iter().filter(|choice| choice.is_right).count();
    let least = if kind == Kind::Multiple { 3 } else { 2 };
    let twice = |of: fn(&Choice) -> &String| {
        let mut seen: Vec<&String> = choices.iter().map(of).filter(|text| !text.is_empty()).collect();
        seen.sort_unstable();
        seen.windows(2).any(|pair| matches!(pair, [one, next] if one == next))
    };
    let chinese = if choices.iter().any(|choice| choice.chinese.is_empty()) {
        Some("question-choice-empty")
    } else if choices.len() < least {
        Some(if kind == Kind::Multiple { "question-choices-three" } else { "question-choices-two" })
    } else if twice(|choice| &choice.chinese) {
        Some("question-choices-same")
    } else {
        None
    };
    let english = if has_english && choices.iter().any(|choice| choice.english.is_empty()) {
        Some("question-english-whole")
    } else if twice(|choice| &choice.english) {
        Some("question-choices-same")
    } else {
        None
    };
    let right = match (kind, n_right) {
        (_, 0) => Some("question-right-missing"),
        (Kind::Single, 2..) => Some("question-right-one"),
        (Kind::Multiple, 1) => Some("question-right-two"),
        _ => None,
    };
    [("choice_zh", chinese), ("choice_en", english), ("right", right)]
        .into_iter()
        .filter_map(|(field, problem)| problem.map(|id| (field, id)))
        .collect()
}

/// The statute and the article stand in the reading, or the source is one of its sources.
fn check_basis(draft: &Draft, version: &Version, citations: &[Citation]) -> Option<(&'static str, Message)> {
    let (statute, place, source) = (without_marks(&draft.statute), draft.article.trim(), draft.source.trim());
    if place.is_empty() && source.is_empty() {
        return Some(("article", Message::new("question-basis-missing")));
    }
    if !place.is_empty() && !source.is_empty() {
        return Some(("source", Message::new("question-basis-both")));
    }
    if !source.is_empty() {
        let is_known = version.sources_zh.lines().any(|known| known == source);
        return (!is_known).then(|| ("source", Message::new("question-source-unknown")));
    }
    if statute.is_empty() {
        return Some(("statute", Message::new("library-statute-missing")));
    }
    if Article::read(statute, place).is_none() {
        return Some(("article", Message::new("question-article-unreadable")));
    }
    let cited: Vec<&Citation> = citations.iter().filter(|citation| citation.statute == statute).collect();
    let in_text = |words: &str| version.body_zh.contains(words) || version.sources_zh.contains(words);
    if cited.is_empty() && !in_text(statute) {
        return Some(("statute", Message::new("question-statute-not-cited").with("statute", statute)));
    }
    let article = place.find('条').map_or(place, |end| &place[..end + '条'.len_utf8()]);
    // A file is not looked into: there the statute as a whole is enough.
    let covers = |citation: &&Citation| {
        citation.article.contains(article) || (citation.article.is_empty() && version.is_file_only())
    };
    if !in_text(article) && !cited.iter().any(covers) {
        return Some(("article", Message::new("question-article-not-cited").with("article", article)));
    }
    None
}

/// One line, whatever was typed.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn row(draft: &Draft, kind: Kind, reading: ReadingId, viewer: &Viewer, now: Moment) -> Row {
    let choices = if kind == Kind::TrueFalse { Vec::new() } else { draft.choices() };
    let lines =
        |of: fn(&Choice) -> &str| choices.iter().map(of).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let right: Vec<usize> = match kind {
        Kind::TrueFalse => draft.right.clone(),
        Kind::Single | Kind::Multiple => {
            choices.iter().enumerate().filter(|(_, choice)| choice.is_right).map(|(n, _)| n).collect()
        }
    };
    let has_article = !draft.article.trim().is_empty();
    Row {
        id: OwnQuestionId(0),
        reading,
        kind,
        question_zh: line(&draft.question_zh),
        question_en: line(&draft.question_en),
        choices_zh: lines(|choice| &choice.chinese),
        choices_en: lines(|choice| &choice.english),
        right_choices: right.iter().map(ToString::to_string).collect(),
        explanation_zh: line(&draft.explanation_zh),
        explanation_en: line(&draft.explanation_en),
        statute: if has_article { without_marks(&draft.statute).to_owned() } else { String::new() },
        article: draft.article.trim().to_owned(),
        source: draft.source.trim().to_owned(),
        made_by: viewer.person,
        made_at: now,
        version: 1,
    }
}

/// What is stored when nothing is wrong with it.
fn checked(conn: &mut Conn, viewer: &Viewer, id: ReadingId, draft: &Draft, now: Moment) -> Result<Row> {
    viewer.require_hq()?;
    let version = readings::find(conn, id)?.version;
    let citations = readings::list_citations(conn, id, version.number)?;
    match (check(draft, &version, &citations), draft.kind) {
        (problems, Some(kind)) if problems.is_empty() => Ok(row(draft, kind, id, viewer, now)),
        (problems, _) => Err(Error::Refused(problems)),
    }
}

/// Adds a question about a reading.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Refused` with a problem at each field.
pub fn add(conn: &mut Conn, viewer: &Viewer, id: ReadingId, draft: &Draft, now: Moment) -> Result<OwnQuestionId> {
    let new = checked(conn, viewer, id, draft, now)?;
    let own = queries::insert(conn, &new)?;
    let details = json!({ "question": own, "text": new.question_zh });
    audit::record(conn, &viewer.actor(), now, Action::new("questions.added", "reading"), id.0, &details)?;
    Ok(own)
}

/// Changes one of HQ's own as it was shown in `version_shown`; changed, it awaits approval again.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when somebody else was faster; `Refused` with a problem at each field.
pub fn change(
    conn: &mut Conn,
    viewer: &Viewer,
    (id, own): (ReadingId, OwnQuestionId),
    version_shown: i64,
    draft: &Draft,
    now: Moment,
) -> Result<()> {
    viewer.require_hq()?;
    let before = queries::find(conn, id, own)?;
    if before.version != version_shown {
        return Err(Error::Conflict);
    }
    let after = Row { id: own, version: version_shown, ..checked(conn, viewer, id, draft, now)? };
    if Draft::of(&after) == Draft::of(&before) {
        return Ok(());
    }
    if !queries::update(conn, &after)? {
        return Err(Error::Conflict);
    }
    let details = json!({ "question": own, "before": before.question_zh, "after": after.question_zh });
    audit::record(conn, &viewer.actor(), now, Action::new("questions.changed", "reading"), id.0, &details)
}

/// Takes a question out of use, shipped or HQ's own, or back; a repeat changes nothing.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound` when there is no such question about that reading.
pub fn set_use(conn: &mut Conn, viewer: &Viewer, id: ReadingId, asked: &str, to: Use, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let reading = readings::find(conn, id)?.row;
    if !list(conn, &reading)?.iter().any(|listed| listed.question.id == asked) {
        return Err(Error::NotFound("question"));
    }
    let (is_new, action) = match to {
        Use::Retired => (queries::retire(conn, id, asked, viewer.person, now)?, "questions.retired"),
        Use::BroughtBack => (queries::bring_back(conn, id, asked)?, "questions.brought_back"),
    };
    if !is_new {
        return Ok(());
    }
    audit::record(conn, &viewer.actor(), now, Action::new(action, "reading"), id.0, &json!({ "question": asked }))
}
