//! Reads one file of questions, strictly: `content/README.md` tells how it looks.

use super::article::Article;
use super::{Basis, Kind, Wording};
use crate::i18n::Language;

/// One question as it stands in one language.
#[derive(Debug)]
pub(super) struct Entry {
    pub id: String,
    pub kind: Kind,
    pub right: Vec<usize>,
    pub wording: Wording,
}

/// The entries of a file in their order, or what is wrong with it.
pub(super) fn parse(written: &str, language: Language) -> Result<Vec<Entry>, String> {
    let written = written.replace("\r\n", "\n");
    let mut entries: Vec<Entry> = Vec::new();
    let mut draft: Option<Draft> = None;
    for (number, line) in written.lines().enumerate() {
        let at = |problem: String| format!("line {}: {problem}", number + 1);
        let line = line.trim_end();
        if let Some(id) = line.strip_prefix("## ") {
            let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
            if id.is_empty() || !id.chars().all(is_plain) {
                return Err(at(format!("“{id}” is not an id of small letters, digits and hyphens")));
            }
            if let Some(done) = draft.replace(Draft::new(id)) {
                entries.push(done.finish(language)?);
            }
            continue;
        }
        if line.is_empty() {
            continue;
        }
        draft
            .as_mut()
            .ok_or_else(|| at("nothing stands before the first “## id”".to_owned()))?
            .take(line)
            .map_err(at)?;
    }
    if let Some(done) = draft {
        entries.push(done.finish(language)?);
    }
    for (index, entry) in entries.iter().enumerate() {
        if entries.iter().take(index).any(|earlier| earlier.id == entry.id) {
            return Err(format!("“{}” stands there twice", entry.id));
        }
    }
    if entries.is_empty() {
        return Err("there is no question".to_owned());
    }
    Ok(entries)
}

/// An entry being read.
#[derive(Default)]
struct Draft {
    id: String,
    kind: Option<Kind>,
    article: Option<String>,
    source: Option<String>,
    question: Option<String>,
    answer: Option<usize>,
    explanation: Option<String>,
    choices: Vec<String>,
    right: Vec<usize>,
}

impl Draft {
    fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let choice = line.strip_prefix("- [x] ").map(|text| (text, true));
        if let Some((text, is_right)) = choice.or(line.strip_prefix("- [ ] ").map(|text| (text, false))) {
            if is_right {
                self.right.push(self.choices.len());
            }
            self.choices.push(text.trim().to_owned());
            return Ok(());
        }
        let (key, value) =
            line.split_once(": ").ok_or_else(|| format!("“{line}” is neither key: value nor a choice"))?;
        let value = value.trim().to_owned();
        if value.is_empty() {
            return Err(format!("“{key}” is empty"));
        }
        match key {
            "kind" => once(&mut self.kind, key, value.parse().map_err(|_| format!("“{value}” is not a kind"))?),
            "article" => once(&mut self.article, key, value),
            "source" => once(&mut self.source, key, value),
            "question" => once(&mut self.question, key, value),
            "explanation" => once(&mut self.explanation, key, value),
            "answer" => match value.as_str() {
                "true" => once(&mut self.answer, key, 0),
                "false" => once(&mut self.answer, key, 1),
                other => Err(format!("“{other}” is neither true nor false")),
            },
            other => Err(format!("“{other}” is not a line of a question")),
        }
    }

    fn finish(self, language: Language) -> Result<Entry, String> {
        let id = self.id.clone();
        self.checked(language).map_err(|problem| format!("{id}: {problem}"))
    }

    fn checked(mut self, language: Language) -> Result<Entry, String> {
        let kind = self.kind.ok_or("there is no kind")?;
        let question = self.question.ok_or("there is no question")?;
        let explanation = self.explanation.ok_or("there is no explanation")?;
        let basis = match (self.article, self.source) {
            (Some(written), None) => {
                let article = match language {
                    Language::Chinese => Article::from_chinese(&written)?,
                    Language::English => Article::from_english(&written)?,
                };
                Basis::Article { article, written }
            }
            (None, Some(source)) => Basis::Source(source),
            (Some(_), Some(_)) | (None, None) => return Err("it cites either an article or a source".to_owned()),
        };
        let (n_choices, n_right) = (self.choices.len(), self.right.len());
        let is_whole = match kind {
            Kind::Single => (2..=6).contains(&n_choices) && n_right == 1,
            Kind::Multiple => (3..=6).contains(&n_choices) && n_right >= 2,
            Kind::TrueFalse => n_choices == 0 && self.answer.is_some(),
        };
        if !is_whole || (kind != Kind::TrueFalse && self.answer.is_some()) {
            return Err("its choices do not fit its kind".to_owned());
        }
        if self
            .choices
            .iter()
            .enumerate()
            .any(|(index, choice)| self.choices.iter().take(index).any(|earlier| earlier == choice))
        {
            return Err("a choice stands there twice".to_owned());
        }
        if let Some(answer) = self.answer {
            self.right = vec![answer];
        }
        let wording = Wording { question, choices: self.choices, explanation, basis };
        Ok(Entry { id: self.id, kind, right: self.right, wording })
    }
}

fn once<T>(slot: &mut Option<T>, key: &str, value: T) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("“{key}” stands there twice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(written: &str) -> String {
        parse(written, Language::Chinese).err().unwrap_or_default()
    }

    const HEAD: &str = "## a\narticle: 《信访工作条例》第七条\nquestion: q\nexplanation: e\n";

    #[test]
    fn an_entry_of_each_kind_is_read() {
        let written = format!(
            "{HEAD}kind: single\n- [ ] x\n- [x] y\n\n## b\nkind: true_false\nsource: s\nquestion: q\nanswer: false\nexplanation: e\n"
        );

        let entries = parse(&written, Language::Chinese).expect("it is right");

        assert_eq!((entries[0].kind, entries[0].right.as_slice()), (Kind::Single, [1].as_slice()));
        assert_eq!((entries[1].kind, entries[1].right.as_slice()), (Kind::TrueFalse, [1].as_slice()));
        assert_eq!(entries[1].wording.basis, Basis::Source("s".to_owned()));
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_said() {
        assert_eq!(problem(""), "there is no question");
        assert_eq!(problem("kind: single"), "line 1: nothing stands before the first “## id”");
        assert_eq!(problem("## Ä"), "line 1: “Ä” is not an id of small letters, digits and hyphens");
        assert_eq!(problem(HEAD), "a: there is no kind");
        assert_eq!(problem(&format!("{HEAD}kind: essay")), "line 5: “essay” is not a kind");
        assert_eq!(problem(&format!("{HEAD}weight: 3")), "line 5: “weight” is not a line of a question");
        assert_eq!(problem(&format!("{HEAD}question: r")), "line 5: “question” stands there twice");
        assert_eq!(problem(&format!("{HEAD}source: s\nkind: single")), "a: it cites either an article or a source");
        for choices in [
            "kind: single\n- [x] x\n- [x] y",
            "kind: single\n- [x] x",
            "kind: multiple\n- [x] x\n- [ ] y\n- [ ] z",
            "kind: true_false\n- [x] x\n- [ ] y",
            "kind: true_false",
            "kind: single\nanswer: true\n- [x] x\n- [ ] y",
        ] {
            assert_eq!(problem(&format!("{HEAD}{choices}")), "a: its choices do not fit its kind", "{choices}");
        }
        assert_eq!(problem(&format!("{HEAD}kind: single\n- [x] x\n- [ ] x")), "a: a choice stands there twice");
        let twice = format!("{HEAD}kind: single\n- [x] x\n- [ ] y\n");
        assert_eq!(problem(&format!("{twice}{twice}")), "“a” stands there twice");
    }
}
