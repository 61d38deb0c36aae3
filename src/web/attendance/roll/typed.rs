//! What was typed into the roll: rows, numbers of a signed sheet, and which of two values is to stand.

use crate::attendance::{Attendance, AttendanceState, Entry, LeaveKind, Method, Recorded, Source};
use crate::error::{Message, Problem};
use crate::store::ids::PersonId;
use std::collections::{BTreeMap, BTreeSet};

/// The words of the one choice a row has, in the order of their keys: a state, leave with its kind.
pub const WORDS: &[&str] =
    &["present", "leave_public", "leave_sick", "leave_private", "stand_in", "absent", "exempt", "pending"];

/// The word for what is recorded.
pub fn word(attendance: Option<&Attendance>) -> String {
    match attendance {
        None => "pending".to_owned(),
        Some(of) => match (of.state, of.leave_kind) {
            (AttendanceState::Leave, kind) => format!("leave_{}", kind.unwrap_or(LeaveKind::Public).as_str()),
            (state, _) => state.as_str().to_owned(),
        },
    }
}

/// What a word stands for: nothing when it is none, and nothing recorded when it is pending.
pub fn recorded(word: &str, late: bool, left_early: bool, stand_in: &str) -> Option<Option<Recorded>> {
    if word == "pending" {
        return Some(None);
    }
    let (state, leave_kind) = match word.split_once("leave_") {
        Some(("", kind)) => (AttendanceState::Leave, Some(kind.parse().ok()?)),
        Some(_) | None => (word.parse().ok()?, None),
    };
    let stand_in = Some(stand_in.trim().to_owned()).filter(|name| !name.is_empty());
    Some(Some(Recorded { late, left_early, leave_kind, stand_in, ..Recorded::plain(state, Method::RollCall) }))
}

/// What the fields of a row said when the form was made: the stamp of what was recorded, then the values.
pub fn was(attendance: Option<&Attendance>) -> String {
    let stamp = attendance.map_or(0, Attendance::stamp);
    format!("{stamp}|{}", TypedRow::of(attendance).values())
}

/// Which of two values is to stand, where somebody else recorded something meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    Theirs,
    Mine,
}

/// A row as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TypedRow {
    pub was: String,
    pub word: String,
    pub late: bool,
    pub left_early: bool,
    pub stand_in: String,
    /// Both values were shown; nothing until one was chosen.
    is_asked: bool,
    pub take: Option<Take>,
}

impl TypedRow {
    /// A row as it stands.
    pub fn of(attendance: Option<&Attendance>) -> Self {
        Self {
            was: String::new(),
            word: word(attendance),
            late: attendance.is_some_and(|of| of.late),
            left_early: attendance.is_some_and(|of| of.left_early),
            stand_in: attendance.and_then(|of| of.stand_in.clone()).unwrap_or_default(),
            is_asked: false,
            take: None,
        }
    }

    fn values(&self) -> String {
        format!("{}|{}|{}|{}", self.word, self.late, self.left_early, self.stand_in.trim())
    }

    /// The stamp of what the row was made from, and whether what was typed is something else.
    fn compared(&self) -> Option<(i64, bool)> {
        let (stamp, before) = self.was.split_once('|')?;
        Some((stamp.parse().ok()?, before != self.values()))
    }

    /// Whether somebody else recorded something else meanwhile.
    pub fn is_beaten_by(&self, now: Option<&Attendance>) -> bool {
        let seen = self.compared();
        let differs = self.values() != Self::of(now).values();
        seen.is_some_and(|(stamp, is_changed)| {
            let is_unseen = stamp != now.map_or(0, Attendance::stamp) && self.take != Some(Take::Theirs);
            let is_unanswered = self.is_asked && self.take.is_none();
            is_changed && differs && (is_unseen || is_unanswered)
        })
    }
}

/// What was typed into the list.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub rows: BTreeMap<PersonId, TypedRow>,
    pub reason: String,
    pub is_paper: bool,
    pub numbers: String,
    /// The numbers are those of the rows with a signature, and not of those without.
    pub numbers_are_signed: bool,
    /// The rows are to be filled by the numbers, and nothing recorded yet.
    pub is_to_fill: bool,
    /// Another list was asked for, once what was marked in this one is recorded.
    pub is_to_search: bool,
    /// Whom that list is to hold: a part of a name or a number, and whether the undecided alone.
    pub q: Option<String>,
    pub is_pending_only: bool,
}

impl Typed {
    /// Fields of a row carry the person's number: `state-12`.
    pub fn read(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match (name.as_str(), name.split_once('-')) {
                ("reason", _) => typed.reason = value,
                ("method", _) => typed.is_paper = value == "paper",
                ("numbers", _) => typed.numbers = value,
                ("numbers_are", _) => typed.numbers_are_signed = value == "signed",
                ("fill", _) => typed.is_to_fill = true,
                ("search", _) => typed.is_to_search = true,
                ("q", _) => typed.q = Some(value),
                ("state", _) => typed.is_pending_only = value == "pending",
                (_, Some((field, number))) => {
                    let Ok(person) = number.parse::<PersonId>() else { continue };
                    let row = typed.rows.entry(person).or_default();
                    match field {
                        "was" => row.was = value,
                        "state" => row.word = value,
                        "late" => row.late = true,
                        "early" => row.left_early = true,
                        "name" => row.stand_in = value,
                        "asked" => row.is_asked = true,
                        "take" => row.take = if value == "mine" { Some(Take::Mine) } else { Some(Take::Theirs) },
                        _ => {}
                    }
                }
                (_, None) => {}
            }
        }
        typed
    }

    pub fn source(&self) -> Source {
        if self.is_paper { Source::Paper } else { Source::RollCall }
    }

    /// The rows whose fields are no longer what they were.
    pub fn entries(&self) -> Result<Vec<Entry>, Vec<Problem>> {
        let mut entries = Vec::new();
        for (person, row) in &self.rows {
            let unreadable = || vec![Problem::at("", Message::new("error-unreadable"))];
            let (seen, is_changed) = row.compared().ok_or_else(unreadable)?;
            match (row.is_asked, row.take) {
                (true, None) => return Err(vec![Problem::at("", Message::new("roll-choose-one"))]),
                (_, Some(Take::Theirs)) => continue,
                (_, Some(Take::Mine)) | (false, None) => {}
            }
            if is_changed {
                let after = recorded(&row.word, row.late, row.left_early, &row.stand_in).ok_or_else(unreadable)?;
                entries.push(Entry { person: *person, after, seen });
            }
        }
        Ok(entries)
    }

    /// Fills the rows of a page by the numbers that were typed; those about whom something is recorded already stay as
    /// they are, unless they are named as having signed. Gives how many it filled.
    ///
    /// # Errors
    /// What is no number, or no number of the page.
    pub fn fill(&mut self, page: &[(usize, PersonId)]) -> Result<i64, Problem> {
        let numbers = read_numbers(&self.numbers)
            .map_err(|part| Problem::at("numbers", Message::new("roll-numbers-unreadable").with("part", part)))?;
        let foreign = numbers.iter().find(|number| !page.iter().any(|(known, _)| known == *number));
        if let Some(number) = foreign {
            let ends = (page.first(), page.last());
            let (first, last) = (ends.0.map_or(0, |(n, _)| *n), ends.1.map_or(0, |(n, _)| *n));
            let text = |n: usize| n.to_string();
            let message = Message::new("roll-number-not-here").with("number", text(*number));
            return Err(Problem::at("numbers", message.with("first", text(first)).with("last", text(last))));
        }
        let mut n_filled = 0;
        for (number, person) in page {
            let Some(row) = self.rows.get_mut(person) else { continue };
            let has_signed = numbers.contains(number) == self.numbers_are_signed;
            let may_fill = row.word == "pending" || (self.numbers_are_signed && row.word != "exempt");
            if has_signed && may_fill && row.word != "present" {
                row.word = "present".to_owned();
                n_filled += 1;
            }
        }
        self.is_paper = true;
        Ok(n_filled)
    }
}

/// The most that a sheet may have: a range beyond it is a slip of the finger.
const MOST_ROWS: usize = 100_000;

/// Numbers as they are written down: `3, 7-9、15`. What is no number comes back as it was typed.
fn read_numbers(text: &str) -> Result<BTreeSet<usize>, String> {
    let wide = |character: char| match character {
        '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10).unwrap_or(character),
        '－' | '–' | '—' | '~' | '～' | '至' => '-',
        other => other,
    };
    let text: String = text.chars().map(wide).collect();
    // Blanks around a dash belong to the range.
    let text = text.split('-').map(str::trim).collect::<Vec<_>>().join("-");
    let mut numbers = BTreeSet::new();
    let parts = text.split(|character: char| character.is_whitespace() || ",，、;；.。".contains(character));
    for part in parts.filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) if 0 < first && first <= last && last <= MOST_ROWS => numbers.extend(first..=last),
            _ => return Err(part.to_owned()),
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<usize> {
        read_numbers(text).expect("numbers").into_iter().collect()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(numbers("3, 7-9, 15"), [3, 7, 8, 9, 15]);
        assert_eq!(numbers("３、７－９；15"), [3, 7, 8, 9, 15]);
        assert_eq!(numbers("7 - 9 3 3"), [3, 7, 8, 9]);
        assert_eq!(numbers(" "), [0; 0]);
        for (wrong, part) in [("x", "x"), ("9-7", "9-7"), ("0", "0"), ("1, 2-", "2-"), ("1-999999", "1-999999")] {
            assert_eq!(read_numbers(wrong), Err(part.to_owned()), "{wrong}");
        }
    }

    fn page(typed: &mut Typed, words: &[&str]) -> Vec<(usize, PersonId)> {
        let people: Vec<_> = (41..).zip((1..).map(PersonId)).take(words.len()).collect();
        for ((_, person), word) in people.iter().zip(words) {
            typed.rows.insert(*person, TypedRow { word: (*word).to_owned(), ..TypedRow::default() });
        }
        people
    }

    fn words(typed: &Typed) -> Vec<&str> {
        typed.rows.values().map(|row| row.word.as_str()).collect()
    }

    #[test]
    fn those_not_named_as_unsigned_are_present_and_leave_stays() {
        let mut typed = Typed { numbers: "42".to_owned(), ..Typed::default() };
        let people = page(&mut typed, &["pending", "pending", "leave_sick", "pending"]);

        assert_eq!(typed.fill(&people), Ok(2));
        assert_eq!(words(&typed), ["present", "pending", "leave_sick", "present"]);
    }

    #[test]
    fn those_named_as_signed_are_present_whatever_was_known_but_exempt() {
        let mut typed = Typed { numbers: "42-44".to_owned(), numbers_are_signed: true, ..Typed::default() };
        let people = page(&mut typed, &["pending", "pending", "leave_sick", "exempt"]);

        assert_eq!(typed.fill(&people), Ok(2));
        assert_eq!(words(&typed), ["pending", "present", "present", "exempt"]);
    }

    #[test]
    fn a_number_of_another_page_is_told_with_the_numbers_of_this_one() {
        let mut typed = Typed { numbers: "3".to_owned(), ..Typed::default() };
        let people = page(&mut typed, &["pending", "pending"]);

        let problem = typed.fill(&people).expect_err("no number of this page");

        assert_eq!((problem.field, problem.message.id), ("numbers", "roll-number-not-here"));
    }
}
