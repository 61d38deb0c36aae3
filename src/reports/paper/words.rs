//! The words of papers, in one language and the organisation's zone.

use crate::assignments::TaskView;
use crate::assignments::model::AssignmentKind;
use crate::attendance::{Counts, MakeUpFigures};
use crate::clock::{Clock, Moment};
use crate::error::Message;
use crate::i18n::{self, Language, dates};
use crate::reports::session_attendance::Figures;
use crate::templates::rate_text;
use chrono::NaiveDate;

/// Says things in a language.
#[derive(Debug, Clone)]
pub struct Words {
    pub language: Language,
    pub clock: Clock,
}

impl Words {
    pub fn new(language: Language, clock: &Clock) -> Self {
        Self { language, clock: clock.clone() }
    }

    pub fn say(&self, key: &'static str) -> String {
        self.word(&Message::new(key))
    }

    pub fn word(&self, message: &Message) -> String {
        i18n::word(self.language, &self.clock, message)
    }

    /// A message with one number.
    pub fn count(&self, key: &'static str, name: &'static str, n: usize) -> String {
        self.word(&Message::new(key).with(name, i64::try_from(n).unwrap_or(i64::MAX)))
    }

    /// The word of a choice: `report-category-` and `hq_middle`.
    pub fn choice(&self, prefix: &str, choice: &str) -> String {
        i18n::word_of(self.language, prefix, choice)
    }

    /// What somebody was given: the reading, after what is to be done with it where that is more than to read it.
    pub fn task_title(&self, task: &TaskView) -> String {
        match task.kind {
            AssignmentKind::Reading => task.reading_title.clone(),
            AssignmentKind::SelfTest | AssignmentKind::Reflection => {
                format!("{} {}", self.choice("task-kind-", task.kind.as_str()), task.reading_title)
            }
        }
    }

    /// 时间：…
    pub fn fact(&self, name: &'static str, text: &str) -> String {
        let text = if text.trim().is_empty() { "—" } else { text };
        self.word(&Message::new("paper-fact").with("name", self.say(name)).with("text", text))
    }

    /// The heading of a part: 一、 in Chinese, 1. in English.
    pub fn part(&self, number: usize, key: &'static str) -> String {
        self.numbered(number, &self.say(key))
    }

    /// The same of words that are known already.
    pub fn numbered(&self, number: usize, words: &str) -> String {
        const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        match (self.language, NUMERALS.get(number.saturating_sub(1))) {
            (Language::Chinese, Some(numeral)) => format!("{numeral}、{words}"),
            (Language::Chinese | Language::English, _) => format!("{number}. {words}"),
        }
    }

    pub fn list<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> String {
        let joint = self.say("report-and");
        parts.into_iter().collect::<Vec<_>>().join(&joint)
    }

    pub fn date(&self, day: NaiveDate) -> String {
        dates::date(self.language, day)
    }

    pub fn day(&self, at: Moment) -> String {
        self.date(self.clock.local(at).date_naive())
    }

    pub fn moment(&self, at: Moment) -> String {
        dates::moment(self.language, self.clock.local(at).naive_local())
    }

    pub fn short(&self, at: Moment) -> String {
        dates::short(self.language, self.clock.local(at).naive_local())
    }

    /// 2024-07-05 14:30, for tables that a machine may read.
    pub fn stamp(&self, at: Moment) -> String {
        self.clock.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    pub fn time(&self, at: Moment) -> String {
        dates::time(self.clock.local(at).time())
    }

    pub fn span(&self, from: Moment, to: Moment) -> String {
        let local = |at| self.clock.local(at).naive_local();
        dates::span(self.language, local(from), local(to))
    }

    pub fn rate(&self, n: i64, of: i64) -> String {
        rate_text(self.language, n, of)
    }

    /// The counts of some people in a sentence.
    pub fn total(&self, counts: &Counts, n_due: i64) -> String {
        let total = Message::new("report-total")
            .with("roster", counts.n_roster)
            .with("due", n_due)
            .with("present", counts.n_present)
            .with("leave", counts.n_leave)
            .with("standin", counts.n_stand_in)
            .with("absent", counts.n_absent)
            .with("exempt", counts.n_exempt);
        self.word(&total)
    }

    /// The rates that follow from them.
    pub fn rates(&self, of: &Figures) -> String {
        let rates = Message::new("report-rates")
            .with("attendance", self.rate(of.counts.n_present, of.n_due))
            .with("participation", self.rate(of.n_took_part, of.n_due))
            .with("makeup", self.rate(of.counts.n_made_up, of.n_not_there));
        self.word(&rates)
    }

    /// How those who were not there made up, in the sentence that a message with its own arguments is.
    pub fn made_up_how(&self, message: Message, how: &MakeUpFigures) -> String {
        let message = message
            .with("session", how.n_session)
            .with("meeting", how.n_exchange_meeting)
            .with("study", how.n_accepted_study)
            .with("otherwise", how.n_otherwise)
            .with("outstanding", how.n_outstanding);
        self.word(&message)
    }

    /// That a report is narrowed to some units; nothing when it is of all.
    pub fn narrowed(&self, to: &[String]) -> Option<String> {
        let units = self.list(to.iter().map(String::as_str));
        (!to.is_empty()).then(|| format!("{}{units}", self.say("report-narrowed")))
    }

    /// The number of a final report in words; nothing of a draft.
    pub fn number(&self, number: Option<&str>) -> Option<String> {
        number.map(|number| self.word(&Message::new("final-number").with("number", number)))
    }

    /// What stands beside title and number of a report that is narrowed to some of its units, draft or final: its sums are
    /// not those of the whole. Nothing beside a whole one.
    pub fn excerpt(&self, narrowed_to: &[String]) -> String {
        if narrowed_to.is_empty() { String::new() } else { self.say("final-excerpt") }
    }

    /// When what a report says was read.
    pub fn made_at(&self, at: Moment) -> String {
        self.word(&Message::new("report-made-at").with("at", self.moment(at)))
    }

    /// What the last sheet of a workbook says of its report before all else: its title, whose it is, when it was made, and
    /// its number or that it is a draft.
    pub fn about(&self, title: String, organisation: &str, made_at: Moment, number: Option<&str>) -> Vec<String> {
        let mark = self.number(number).unwrap_or_else(|| self.say("report-draft"));
        vec![title, organisation.to_owned(), self.made_at(made_at), mark]
    }
}
