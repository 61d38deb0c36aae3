//! What there is to tell now: many questions to the database, each answered in the order of people, and read side by side
//! so that of each person all of it comes at once. Of each question only the next rows are held.

pub(super) mod example;
mod leader_queries;
mod matters;
mod queries;

use self::queries::{SessionNow, Span};
use super::model::{Kind, Matter};
use super::rules::{self, Rule};
use crate::assignments::TaskState;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::settings::Calendar;
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::training::SessionState;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::collections::VecDeque;

pub(super) use matters::word_item;

/// Rows of one question that are read at once.
const ROWS: i64 = 200;
/// Matters that are planned at once, but for those of the last person: what one write then has to store.
const MATTERS: usize = 200;
/// What was decided longer ago than this is told to nobody any more.
const DECIDED_WITHIN: TimeDelta = TimeDelta::days(14);

/// One question, in the order of people.
#[derive(Debug, Clone)]
enum Asked {
    Session { session: SessionNow, kind: Kind },
    Tasks { kind: Kind, occurrence: String, state: TaskState, due_on: NaiveDate },
    Calls { kind: Kind, occurrence: String, from: NaiveDate, to: NaiveDate },
    Digests,
    HqDigests,
    Requests,
    ReturnedTasks,
    ReturnedCalls,
}

/// A question, and the rows of its answer that are not planned yet, of each person all of them.
struct Question {
    asked: Asked,
    waiting: VecDeque<Matter>,
    after: PersonId,
    is_over: bool,
}

/// When it is asked.
#[derive(Debug, Clone)]
struct Day {
    clock: Clock,
    now: Moment,
    today: NaiveDate,
    /// Mail goes out again on this day.
    next_working_day: NaiveDate,
}

/// All questions of a round of planning.
pub(super) struct Questions {
    questions: Vec<Question>,
    day: Day,
    pub rules: Vec<Rule>,
}

impl Questions {
    /// What is asked now, by the rules that are on; outside of the hours of sending only what is urgent.
    ///
    /// # Errors
    /// `Broken` when it cannot be read.
    pub fn of_now(conn: &mut Conn, clock: &Clock, calendar: &Calendar, now: Moment, may_send: bool) -> Result<Self> {
        let today = clock.local(now).date_naive();
        let day = Day { clock: clock.clone(), now, today, next_working_day: calendar.next_working_day(today) };
        let rules = rules::list(conn)?;
        let mut asked = Vec::new();
        for rule in rules.iter().filter(|rule| rule.is_on && (may_send || rule.kind.can_be_urgent())) {
            asked.extend(of_rule(conn, &day, rule)?);
        }
        let question = |asked| Question { asked, waiting: VecDeque::new(), after: PersonId(0), is_over: false };
        Ok(Self { questions: asked.into_iter().map(question).collect(), day, rules })
    }

    /// Everything there is to tell the next people, by person; nothing when that was all.
    ///
    /// # Errors
    /// `Broken` when it cannot be read.
    pub fn next(&mut self, conn: &mut Conn) -> Result<Vec<Matter>> {
        for question in &mut self.questions {
            question.fill(conn, &self.day)?;
        }
        // Beyond whoever a question ends with for now, it may have more to tell.
        let known = self.questions.iter().filter(|question| !question.is_over).filter_map(Question::last).min();
        let mut people: Vec<PersonId> = self.questions.iter().flat_map(Question::people).collect();
        people.retain(|person| known.is_none_or(|known| *person <= known));
        people.sort_unstable();
        let Some(last) = people.get(MATTERS - 1).or(people.last()).copied() else { return Ok(Vec::new()) };
        let mut matters: Vec<Matter> =
            self.questions.iter_mut().flat_map(|question| question.take_until(last)).collect();
        matters.sort_by_key(|matter| matter.person);
        Ok(matters)
    }
}

impl Question {
    fn people(&self) -> impl Iterator<Item = PersonId> {
        self.waiting.iter().map(|matter| matter.person)
    }

    fn last(&self) -> Option<PersonId> {
        self.waiting.back().map(|matter| matter.person)
    }

    /// Reads on when nothing waits, until something does or the answer has ended.
    fn fill(&mut self, conn: &mut Conn, day: &Day) -> Result<()> {
        // The leaders are counted for together.
        let mut limit = if matches!(self.asked, Asked::Digests | Asked::HqDigests) { i64::MAX } else { ROWS };
        while self.waiting.is_empty() && !self.is_over {
            let span = Span { after: self.after, today: day.today, limit };
            let found = matters::of(conn, &self.asked, day, span)?;
            let last = found.last().map(|matter| matter.person);
            self.is_over = (found.len() as i64) < limit;
            self.waiting.extend(found);
            if !self.is_over {
                // Whoever the rows end with may have more of them: they come whole with the next.
                self.waiting.retain(|matter| Some(matter.person) != last);
                limit *= 2;
            }
            self.after = self.last().unwrap_or(self.after);
        }
        Ok(())
    }

    fn take_until(&mut self, last: PersonId) -> impl Iterator<Item = Matter> {
        let n = self.waiting.partition_point(|matter| matter.person <= last);
        self.waiting.drain(..n)
    }
}

/// What a rule asks.
fn of_rule(conn: &mut Conn, day: &Day, rule: &Rule) -> Result<Vec<Asked>> {
    let (kind, today) = (rule.kind, day.today);
    let tasks = |occurrence: &str, from: NaiveDate, to: NaiveDate| -> Vec<Asked> {
        let days = from.iter_days().take_while(move |due_on| *due_on <= to);
        let of_day = |due_on| {
            TaskState::LEFT.map(|state| Asked::Tasks { kind, occurrence: occurrence.to_owned(), state, due_on })
        };
        days.flat_map(of_day).collect()
    };
    let calls = |occurrence: &str, from, to| Asked::Calls { kind, occurrence: occurrence.to_owned(), from, to };
    // Which days fell due in the first, second, … week before a day.
    let weeks = |n: i64, day: NaiveDate| {
        (1..=n)
            .map(move |week| (week.to_string(), day - TimeDelta::days(7 * week), day - TimeDelta::days(7 * week - 6)))
    };
    Ok(match kind {
        Kind::SessionNotice => {
            let states = [SessionState::Published, SessionState::Cancelled];
            of_sessions(conn, kind, &states, (day.now, day.now + TimeDelta::days(4000)))?
        }
        // Up to the end of the next working day, or of a later one when HQ wants more days.
        Kind::SessionSoon => {
            let last = day.next_working_day + TimeDelta::days(rule.days - 1);
            let until = day.clock.moment(last + TimeDelta::days(1), NaiveTime::MIN) - TimeDelta::microseconds(1);
            of_sessions(conn, kind, &[SessionState::Published], (day.now, until))?
        }
        Kind::SessionToday => {
            let until = day.now + TimeDelta::hours(rule.hours);
            of_sessions(conn, kind, &[SessionState::Published], (day.now, until))?
        }
        Kind::TaskToday => tasks("", today, day.next_working_day - TimeDelta::days(1)),
        Kind::TaskSoon => tasks("", day.next_working_day, today + TimeDelta::days(rule.days)),
        Kind::TaskOverdue => weeks(rule.at_most, today - TimeDelta::days(rule.days))
            .flat_map(|(word, from, to)| tasks(&word, from, to))
            .collect(),
        Kind::CallGiven => vec![calls("given", today, today + TimeDelta::days(400))],
        Kind::CallUnanswered => {
            let soon = calls("soon", today, today + TimeDelta::days(rule.days));
            std::iter::once(soon)
                .chain(weeks(rule.at_most, today).map(|(word, from, to)| calls(&word, from, to)))
                .collect()
        }
        Kind::UnitDigest => vec![Asked::Digests],
        Kind::HqDigest => vec![Asked::HqDigests],
        Kind::RequestDecided => vec![Asked::Requests],
        Kind::TaskReturned => vec![Asked::ReturnedTasks],
        Kind::CallReturned => vec![Asked::ReturnedCalls],
    })
}

fn of_sessions(conn: &mut Conn, kind: Kind, states: &[SessionState], between: (Moment, Moment)) -> Result<Vec<Asked>> {
    let sessions = queries::list_sessions(conn, states, between)?;
    Ok(sessions.into_iter().map(|session| Asked::Session { session, kind }).collect())
}
