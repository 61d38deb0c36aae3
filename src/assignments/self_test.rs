//! The self-test on a reading: ten questions, as many tries as one likes, the explanation with its article after each
//! answer. Only that somebody has passed is kept: no answer, no count, no time, and nothing at all of a try that failed.

use super::model::AssignmentKind;
use super::queries;
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::readings;
use crate::readings::questions::{self, Kind, Question};
use crate::secret::hex;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use sha2::{Digest, Sha256};

/// This many are asked; all of them where a reading has fewer, which its page says.
pub const ASKED: usize = 10;
/// Passed with this share of the questions answered right, in percent. It is our own rule, after the law tests of Shaanxi
/// and Qinghai of 2020, which are passed with 60 of 100 points (`domain.md` 2.5); HQ has set no other.
pub const PASS_PERCENT: usize = 60;
/// So many letters and digits tell one try from another.
const FRESH: usize = 8;
/// The name of the field of each question.
pub const FIELDS: [&str; ASKED] = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10"];

/// The questions of a try: which ones, and in which order, its name decides, so that a page sent again asks the same.
pub fn drawn<'a>(questions: &'a [Question], draw: &str) -> Vec<&'a Question> {
    let mut all: Vec<(Vec<u8>, &Question)> = questions
        .iter()
        .map(|question| (Sha256::digest(format!("{draw} {}", question.id)).to_vec(), question))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.into_iter().map(|(_, question)| question).take(ASKED).collect()
}

/// The name of a try: some letters and digits, and by what is asked now. When HQ changes a question, tries begun before are
/// no longer tries of these questions.
pub fn named(fresh: &str, questions: &[Question]) -> String {
    let mut hash = Sha256::new();
    for question in questions {
        hash.update(&question.digest);
    }
    let hash: String = hex(&hash.finalize()).chars().take(8).collect();
    format!("{}{hash}", fresh.chars().filter(char::is_ascii_alphanumeric).take(FRESH).collect::<String>())
}

/// Whether the name of a try is one of ours, and of these questions.
pub fn is_draw(draw: &str, questions: &[Question]) -> bool {
    draw.get(..FRESH).is_some_and(|fresh| draw == named(fresh, questions))
}

/// What was chosen at one question: choices counted from 0, in order.
pub type Answer = Vec<usize>;

/// How many choices a question has.
pub fn n_choices(question: &Question, language: crate::i18n::Language) -> usize {
    match question.kind {
        Kind::TrueFalse => 2,
        Kind::Single | Kind::Multiple => question.wording(language).choices.len(),
    }
}

/// Whether an answer is right: exactly the right choices.
pub fn is_right(question: &Question, answer: &Answer) -> bool {
    question.right == *answer
}

/// Whether a try is passed: at least [`PASS_PERCENT`] of what was asked.
pub fn passes(n_right: usize, n_asked: usize) -> bool {
    n_asked > 0 && n_right * 100 >= n_asked * PASS_PERCENT
}

/// Answers as they stand in the address of their explanation: `1.02.0`, a part for each question.
pub fn written(answers: &[Answer]) -> String {
    let one = |answer: &Answer| answer.iter().map(ToString::to_string).collect::<String>();
    answers.iter().map(one).collect::<Vec<_>>().join(".")
}

/// Reads them again; nothing when they do not fit the questions.
pub fn read(text: &str, asked: &[&Question]) -> Option<Vec<Answer>> {
    let one = |part: &str| part.chars().map(|digit| digit.to_digit(10).map(|digit| digit as usize)).collect();
    let answers: Option<Vec<Answer>> = text.split('.').map(one).collect();
    answers.filter(|answers| answers.len() == asked.len() && fit(answers, asked))
}

/// Each answer names choices that there are, in order and once, and one alone where only one may be chosen.
fn fit(answers: &[Answer], asked: &[&Question]) -> bool {
    answers.iter().zip(asked).all(|(answer, question)| {
        let n = n_choices(question, crate::i18n::Language::Chinese);
        let is_one = answer.len() == 1 || question.kind == Kind::Multiple;
        is_one && !answer.is_empty() && answer.iter().all(|choice| *choice < n) && answer.is_sorted_by(|a, b| a < b)
    })
}

/// Judges a try. When it is passed, that is kept and the viewer's open tasks of it are done; otherwise nothing is written.
///
/// # Errors
/// `NotFound` when there is no such reading or nothing to ask about it; `Conflict` when HQ changed what is asked meanwhile;
/// `Refused` with a problem at each question that is not answered.
pub fn hand_in(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ReadingId,
    draw: &str,
    answers: &[Answer],
    now: Moment,
) -> Result<bool> {
    let reading = readings::queries::find(conn, id)?;
    let questions = questions::of(conn, &reading.row)?;
    if questions.is_empty() {
        return Err(Error::NotFound("self-test"));
    }
    if !is_draw(draw, &questions) {
        return Err(Error::Conflict);
    }
    let asked = drawn(&questions, draw);
    let unanswered: Vec<Problem> = FIELDS
        .iter()
        .zip(&asked)
        .enumerate()
        .filter(|(place, _)| answers.get(*place).is_none_or(Vec::is_empty))
        .map(|(place, (field, _))| Problem::at(field, Message::new("self-test-unanswered").with("n", place as i64 + 1)))
        .collect();
    if !unanswered.is_empty() {
        return Err(Error::Refused(unanswered));
    }
    if answers.len() != asked.len() || !fit(answers, &asked) {
        return Err(Error::NotFound("page"));
    }
    let n_right = asked.iter().zip(answers).filter(|(question, answer)| is_right(question, answer)).count();
    if !passes(n_right, asked.len()) {
        return Ok(false);
    }
    let is_first = readings::marks_queries::insert_pass(conn, viewer.person, id)?;
    let number = reading.version.number;
    let n_finished = queries::finish_tasks(conn, AssignmentKind::SelfTest, viewer.person, id, number, now)?;
    if is_first || n_finished > 0 {
        audit::record(conn, &viewer.actor(), now, Action::new("self_test.passed", "reading"), id.0, &())?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank() -> &'static [Question] {
        &questions::bank("petition-regulations").expect("it ships").questions
    }

    #[test]
    fn a_try_is_passed_from_six_of_ten_on() {
        assert!(passes(6, 10) && !passes(5, 10));
        // Of three, two are needed: one is a third.
        assert!(passes(2, 3) && !passes(1, 3));
        assert!(!passes(0, 0));
    }

    #[test]
    fn the_same_try_asks_the_same_questions_in_the_same_order() {
        let ids = |draw: &str| drawn(bank(), draw).iter().map(|question| question.id.clone()).collect::<Vec<_>>();

        assert_eq!(ids("abcd1"), ids("abcd1"));
        assert!((0..50).any(|n| ids(&format!("abcd{n}")) != ids("abcd1")));
        assert!(ids("abcd1").len() <= ASKED);
    }

    #[test]
    fn answers_go_through_an_address_and_back_and_nothing_else_does() {
        let asked = drawn(bank(), "abcd1");
        let right: Vec<Answer> = asked.iter().map(|question| question.right.clone()).collect();

        assert_eq!(read(&written(&right), &asked), Some(right.clone()));
        assert!(asked.iter().zip(&right).all(|(question, answer)| is_right(question, answer)));
        for wrong in ["", "9", "a", "0.0", "-1", "0.0.0.0.0.0.0.0.0.0.0", "99999999999999999999"] {
            assert_eq!(read(wrong, &asked), None, "{wrong}");
        }
    }

    #[test]
    fn a_part_of_the_right_choices_is_not_right() {
        let multiple = bank().iter().find(|question| question.kind == Kind::Multiple).expect("one of them");
        let mut all = multiple.right.clone();

        assert!(is_right(multiple, &all));
        all.pop();
        assert!(!is_right(multiple, &all));
    }

    #[test]
    fn the_name_of_a_try_is_short_and_plain() {
        let is_draw = |draw: &str| is_draw(draw, bank());

        assert!(is_draw(&named("k3f9k3f9", bank())));
        assert!(!is_draw("k3") && !is_draw("k3/../9") && !is_draw(&"a".repeat(16)) && !is_draw("一二三四五六"));
    }

    #[test]
    fn a_try_is_of_the_questions_that_are_asked_now() {
        let draw = named("k3f9k3f9", bank());

        assert!(!is_draw(&draw, &bank()[1..]));
    }
}
