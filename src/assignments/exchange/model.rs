//! The record of a meeting, and the rules of what it has to say and when it counts.

use crate::assignments::calls::UnitTaskState;
use crate::clock::Moment;
use crate::error::{Message, Problem};
use crate::store::ids::{MeetingId, PersonId, ReadingId, SessionId, UnitId, UnitTaskId};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::Queryable;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is entered later than this after the meeting is marked 补录 (`product.md` 7). It is never refused for that.
pub const ENTERED_IN_TIME: TimeDelta = TimeDelta::days(15);
/// More people than this are not listed one by one: such a meeting is recorded by its sub-units.
pub const MOST_PEOPLE: usize = 500;
/// Speakers, and things that were agreed.
pub const MOST_ROWS: usize = 40;

crate::choices! {
    /// What somebody who was expected did. Present is the rule; only what differs is entered.
    pub enum Presence {
        Present = "present",
        Leave = "leave",
        Absent = "absent",
    }
}

crate::choices! {
    /// As it is stored. What became of the task that it answers lies with that task.
    pub enum MeetingState {
        Draft = "draft",
        Submitted = "submitted",
    }
}

crate::choices! {
    /// As it is shown.
    pub enum ShownMeeting {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Accepted = "accepted",
    }
}

crate::choices! {
    /// What is done with a record when it is kept.
    pub enum Step {
        Draft = "draft",
        Submit = "submit",
    }
}

/// The record of a meeting, without its lists. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Meeting {
    pub id: MeetingId,
    pub unit_id: UnitId,
    pub unit_task_id: Option<UnitTaskId>,
    pub session_id: Option<SessionId>,
    pub state: MeetingState,
    pub held_on: Option<NaiveDate>,
    pub place: String,
    pub chair: String,
    pub recorder: String,
    pub theme: String,
    pub other_readings: String,
    pub questions: String,
    pub with_below: bool,
    pub begun_by: Option<PersonId>,
    pub begun_at: Moment,
    pub submitted_by: Option<PersonId>,
    pub submitted_at: Option<Moment>,
    pub entered_on: Option<NaiveDate>,
    pub version: i64,
}

/// Somebody who is counted in a meeting. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct MeetingPerson {
    pub meeting_id: MeetingId,
    pub person_id: PersonId,
    pub presence: Presence,
    pub position: i64,
    pub name: String,
    pub post: String,
    pub unit_name: String,
}

/// A record as it is typed; dates as text, so that nothing typed is lost.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub session: Option<SessionId>,
    pub held_on: String,
    pub place: String,
    pub chair: String,
    pub recorder: String,
    pub theme: String,
    pub readings: Vec<ReadingId>,
    pub other_readings: String,
    pub questions: String,
    pub with_below: bool,
    /// Those who are counted; who is left out is not among them.
    pub people: Vec<(PersonId, Presence)>,
    pub gists: Vec<Gist>,
    pub agreed: Vec<Agreed>,
}

/// What somebody said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gist {
    pub person: Option<PersonId>,
    pub text: String,
}

/// What was agreed: what, who, by when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreed {
    pub what: String,
    pub who: String,
    pub due_on: String,
}

impl Gist {
    pub fn is_empty(&self) -> bool {
        self.person.is_none() && self.text.trim().is_empty()
    }
}

impl Agreed {
    pub fn is_empty(&self) -> bool {
        [&self.what, &self.who, &self.due_on].iter().all(|text| text.trim().is_empty())
    }
}

/// How a record stands: as stored, and as the task that it answers says.
pub fn shown(state: MeetingState, task: Option<UnitTaskState>) -> ShownMeeting {
    match (state, task) {
        (_, Some(UnitTaskState::Returned)) => ShownMeeting::Returned,
        (MeetingState::Draft, _) | (MeetingState::Submitted, Some(UnitTaskState::Open)) => ShownMeeting::Draft,
        (MeetingState::Submitted, Some(UnitTaskState::Accepted)) => ShownMeeting::Accepted,
        (MeetingState::Submitted, None | Some(UnitTaskState::Submitted | UnitTaskState::Withdrawn)) => {
            ShownMeeting::Submitted
        }
    }
}

impl ShownMeeting {
    /// Whether the unit may write in it.
    pub fn is_editable(self) -> bool {
        match self {
            Self::Draft | Self::Returned => true,
            Self::Submitted | Self::Accepted => false,
        }
    }
}

/// Whether what is entered on a day comes late for a meeting of another. The last day is still in time.
pub fn is_late(held_on: NaiveDate, entered_on: NaiveDate) -> bool {
    entered_on - held_on > ENTERED_IN_TIME
}

/// What was typed is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDay;

/// A day as typed: nothing when nothing was.
///
/// # Errors
/// When it is none.
pub fn day(typed: &str) -> Result<Option<NaiveDate>, NoDay> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = typed.parse().map_err(|_| NoDay)?;
    // Before it is a mistake of the keyboard, whatever the calendar says.
    if chrono::Datelike::year(&day) < 2000 { Err(NoDay) } else { Ok(Some(day)) }
}

/// What is wrong with a record: with a draft only what cannot be kept, with a submission also what is missing.
pub fn check(record: &Record, step: Step, today: NaiveDate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field, message: Message| problems.push(Problem::at(field, message));
    let is_final = step == Step::Submit;
    match day(&record.held_on) {
        Err(NoDay) => wrong("held_on", Message::new("meeting-problem-held-on")),
        Ok(None) if is_final => wrong("held_on", Message::new("meeting-problem-held-on")),
        Ok(Some(held_on)) if is_final && held_on > today => {
            wrong("held_on", Message::new("meeting-problem-held-on-future"));
        }
        Ok(_) => {}
    }
    for (field, text, most, missing) in [
        ("place", &record.place, 60, Some("meeting-problem-place")),
        ("chair", &record.chair, 60, Some("meeting-problem-chair")),
        ("recorder", &record.recorder, 60, Some("meeting-problem-recorder")),
        ("theme", &record.theme, 100, Some("meeting-problem-theme")),
        ("other_readings", &record.other_readings, 500, None),
        ("questions", &record.questions, 1000, None),
    ] {
        if let (true, Some(missing)) = (is_final && text.trim().is_empty(), missing) {
            wrong(field, Message::new(missing));
        }
        if text.chars().count() > most {
            wrong(field, Message::new("meeting-problem-long").with("n", most as i64));
        }
    }
    if is_final && !record.people.iter().any(|(_, presence)| *presence == Presence::Present) {
        wrong("presence", Message::new("meeting-problem-nobody-present"));
    }
    for (row, gist) in record.gists.iter().enumerate() {
        if let Some(message) = gist_problem(record, gist, is_final) {
            wrong("gist", Message::new(message).with("row", row as i64 + 1));
        }
    }
    if is_final && record.gists.iter().all(Gist::is_empty) {
        wrong("gist", Message::new("meeting-problem-no-gist"));
    }
    let held_on = day(&record.held_on).ok().flatten();
    for (row, agreed) in record.agreed.iter().enumerate() {
        if let Some(message) = agreed_problem(agreed, held_on, is_final) {
            wrong("agreed", Message::new(message).with("row", row as i64 + 1));
        }
    }
    problems
}

fn gist_problem(record: &Record, gist: &Gist, is_final: bool) -> Option<&'static str> {
    if gist.text.chars().count() > 500 {
        return Some("meeting-problem-gist-long");
    }
    if !is_final || gist.is_empty() {
        return None;
    }
    let Some(person) = gist.person else { return Some("meeting-problem-gist-speaker") };
    if gist.text.trim().is_empty() {
        return Some("meeting-problem-gist-text");
    }
    let people: BTreeMap<PersonId, Presence> = record.people.iter().copied().collect();
    (people.get(&person) != Some(&Presence::Present)).then_some("meeting-problem-gist-not-present")
}

fn agreed_problem(agreed: &Agreed, held_on: Option<NaiveDate>, is_final: bool) -> Option<&'static str> {
    if agreed.what.chars().count() > 200 || agreed.who.chars().count() > 60 {
        return Some("meeting-problem-agreed-long");
    }
    let Ok(due_on) = day(&agreed.due_on) else { return Some("meeting-problem-agreed-day") };
    if !is_final || agreed.is_empty() {
        return None;
    }
    if agreed.what.trim().is_empty() {
        return Some("meeting-problem-agreed-what");
    }
    if agreed.who.trim().is_empty() {
        return Some("meeting-problem-agreed-who");
    }
    match (due_on, held_on) {
        (None, _) => Some("meeting-problem-agreed-day"),
        (Some(due_on), Some(held_on)) if due_on < held_on => Some("meeting-problem-agreed-before"),
        (Some(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn whole() -> Record {
        Record {
            held_on: "2024-07-05".to_owned(),
            place: "二楼会议室".to_owned(),
            chair: "王强".to_owned(),
            recorder: "李敏".to_owned(),
            theme: "信访工作法治化".to_owned(),
            people: vec![(PersonId(1), Presence::Present), (PersonId(2), Presence::Leave)],
            gists: vec![Gist { person: Some(PersonId(1)), text: "谈了程序和时限。".to_owned() }, Gist::default()],
            agreed: vec![Agreed {
                what: "核对台账".to_owned(),
                who: "综合办公室".to_owned(),
                due_on: "2024-07-20".to_owned(),
            }],
            ..Record::default()
        }
    }

    fn said(record: &Record, step: Step) -> Vec<(&'static str, &'static str)> {
        check(record, step, a_day("2024-07-05"))
            .into_iter()
            .map(|problem| (problem.field, problem.message.id))
            .collect()
    }

    #[test]
    fn a_whole_record_can_be_submitted_on_the_day_of_the_meeting_and_not_before() {
        let tomorrow = Record { held_on: "2024-07-06".to_owned(), ..whole() };

        assert_eq!(said(&whole(), Step::Submit), []);
        assert_eq!(said(&tomorrow, Step::Submit), [("held_on", "meeting-problem-held-on-future")]);
        assert_eq!(said(&tomorrow, Step::Draft), []);
    }

    #[test]
    fn a_draft_may_lack_everything_and_a_submission_only_what_nobody_said_or_asked() {
        let missing = said(&Record::default(), Step::Submit);

        assert_eq!(said(&Record::default(), Step::Draft), []);
        let fields: Vec<&str> = missing.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["held_on", "place", "chair", "recorder", "theme", "presence", "gist"]);
        assert_eq!(said(&Record { agreed: Vec::new(), ..whole() }, Step::Submit), []);
    }

    #[test]
    fn who_speaks_was_there() {
        let gist = |person, text: &str| {
            let record = Record { gists: vec![Gist { person, text: text.to_owned() }], ..whole() };
            said(&record, Step::Submit).first().map(|(_, message)| *message)
        };

        assert_eq!(gist(Some(PersonId(1)), "说了"), None);
        assert_eq!(gist(Some(PersonId(2)), "说了"), Some("meeting-problem-gist-not-present"));
        assert_eq!(gist(Some(PersonId(3)), "说了"), Some("meeting-problem-gist-not-present"));
        assert_eq!(gist(None, "说了"), Some("meeting-problem-gist-speaker"));
        assert_eq!(gist(Some(PersonId(1)), " "), Some("meeting-problem-gist-text"));
    }

    #[test]
    fn what_was_agreed_says_who_and_by_when_and_not_before_the_meeting() {
        let agreed = |what: &str, who: &str, due_on: &str| {
            let row = Agreed { what: what.to_owned(), who: who.to_owned(), due_on: due_on.to_owned() };
            said(&Record { agreed: vec![row], ..whole() }, Step::Submit).first().map(|(_, message)| *message)
        };

        assert_eq!(agreed("核对", "办公室", "2024-07-05"), None);
        assert_eq!(agreed("核对", "办公室", "2024-07-04"), Some("meeting-problem-agreed-before"));
        assert_eq!(agreed("核对", "", "2024-07-20"), Some("meeting-problem-agreed-who"));
        assert_eq!(agreed("核对", "办公室", ""), Some("meeting-problem-agreed-day"));
        assert_eq!(agreed("", "办公室", "2024-07-20"), Some("meeting-problem-agreed-what"));
        assert_eq!(agreed("", "", ""), None);
    }

    #[test]
    fn a_day_that_is_none_is_said_even_in_a_draft() {
        for typed in ["7月5日", "2024-02-30", "0024-07-05"] {
            let record = Record { held_on: typed.to_owned(), ..whole() };
            assert_eq!(said(&record, Step::Draft), [("held_on", "meeting-problem-held-on")], "{typed}");
        }
    }

    #[test]
    fn what_is_entered_on_the_fifteenth_day_is_in_time_and_on_the_sixteenth_late() {
        assert!(!is_late(a_day("2024-07-05"), a_day("2024-07-20")));
        assert!(is_late(a_day("2024-07-05"), a_day("2024-07-21")));
    }

    #[test]
    fn what_hq_returned_is_the_units_to_write_and_what_it_accepted_is_not() {
        let of = |task| shown(MeetingState::Submitted, task);

        assert_eq!(of(None), ShownMeeting::Submitted);
        assert_eq!(of(Some(UnitTaskState::Returned)), ShownMeeting::Returned);
        assert_eq!(of(Some(UnitTaskState::Accepted)), ShownMeeting::Accepted);
        assert_eq!(of(Some(UnitTaskState::Open)), ShownMeeting::Draft, "taken back on the call's page");
        assert_eq!(shown(MeetingState::Draft, Some(UnitTaskState::Returned)), ShownMeeting::Returned);
        assert!(ShownMeeting::Returned.is_editable() && !ShownMeeting::Accepted.is_editable());
    }
}
