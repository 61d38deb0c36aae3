//! A session's plan while it is a draft: made, changed.

use super::audience::Audience;
use super::model::{Session, SessionState, VenueKind, Ways};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{ReadingId, SessionId, VenueId};
use chrono::NaiveDate;
use serde::Serialize;

/// Everything that HQ decides about a session before it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    pub title: String,
    pub purpose: String,
    pub speaker: String,
    pub organiser: String,
    /// What the meeting asks of the units, a line each.
    pub requirements: String,
    pub remark: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub opens_before_minutes: i64,
    pub study_minutes: i64,
    pub documents: Vec<Document>,
    pub topics: Vec<String>,
    pub readings: Vec<PlannedReading>,
    /// The main venue first.
    pub venues: Vec<PlannedVenue>,
    pub audience: Audience,
    /// Until when units answer who comes (参会回执); nothing when they are not asked.
    pub reply_by: Option<Moment>,
    /// The confirmed session that this one makes up for.
    pub make_up_of: Option<SessionId>,
}

/// What a session is based on (学习依据). Leaders' words are never reworded: `text` has room for the authorised one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Document {
    pub title: String,
    pub source: String,
    pub issued_on: Option<NaiveDate>,
    pub text: String,
}

crate::choices! {
    /// When a session's reading is read.
    pub enum Timing {
        Before = "before",
        After = "after",
    }
}

/// A reading that goes with a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlannedReading {
    pub reading: ReadingId,
    pub timing: Timing,
    /// The topic it goes with, counted from 1; nothing when it goes with the session as a whole.
    pub topic: Option<i64>,
}

/// A place of the plan; the id when it stands in the draft already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedVenue {
    pub id: Option<VenueId>,
    pub name: String,
    pub kind: VenueKind,
    /// How people are recorded there.
    pub ways: Ways,
}

impl PlannedVenue {
    /// A venue that is not in the draft yet, with the usual ways.
    pub fn new(name: &str, kind: VenueKind) -> Self {
        Self { id: None, name: name.to_owned(), kind, ways: Ways::usual() }
    }
}

/// The longest that a title may be, in characters: two lines of a printed heading.
const TITLE_LENGTH: usize = 80;

/// What a plan needs to be kept as a draft.
pub fn check(plan: &Plan) -> Vec<Problem> {
    let mut problems = Vec::new();
    if plan.title.is_empty() {
        problems.push(Problem::at("title", Message::new("training-title-missing")));
    }
    if plan.title.chars().count() > TITLE_LENGTH {
        problems.push(Problem::at("title", Message::new("training-title-long").with("n", TITLE_LENGTH as i64)));
    }
    if plan.ends_at <= plan.starts_at {
        problems.push(Problem::at("ends", Message::new("training-ends-before-start")));
    }
    if !(0..=240).contains(&plan.opens_before_minutes) {
        problems.push(Problem::at("opens_before_minutes", Message::new("training-opens-before-range")));
    }
    if !(0..=24 * 60).contains(&plan.study_minutes) {
        problems.push(Problem::at("study_hours", Message::new("training-study-hours-range")));
    }
    if plan.documents.iter().any(|document| document.title.is_empty()) {
        problems.push(Problem::at("document_title", Message::new("training-document-title-missing")));
    }
    if plan.venues.iter().any(|venue| venue.ways.is_empty()) {
        problems.push(Problem::at("venue_way", Message::new("training-venue-way-missing")));
    }
    let is_twice = |one: &PlannedReading| plan.readings.iter().filter(|other| other.reading == one.reading).count() > 1;
    if plan.readings.iter().any(is_twice) {
        problems.push(Problem::at("reading_after", Message::new("training-reading-twice")));
    }
    if plan.reply_by.is_some_and(|by| plan.starts_at <= by) {
        problems.push(Problem::at("reply_day", Message::new("training-reply-after-start")));
    }
    problems
}

/// What a draft still lacks before it can be published to as many people.
pub fn check_complete(plan: &Plan, n_people: i64) -> Vec<Problem> {
    let mut problems = check(plan);
    if !plan.venues.iter().any(|venue| venue.kind == VenueKind::Main) {
        problems.push(Problem::at("venue_name", Message::new("training-main-venue-missing")));
    }
    if n_people == 0 {
        problems.push(Problem::at("category", Message::new("training-audience-empty")));
    }
    problems
}

/// Makes a draft.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` with a problem at each field.
pub fn create(conn: &mut Conn, actor: &Actor, plan: &Plan, now: Moment) -> Result<SessionId> {
    actor.require_hq()?;
    refuse(check(plan))?;
    require_missed(conn, plan)?;
    let id = queries::insert_session(conn, actor.person, plan)?;
    queries::store_plan(conn, id, plan)?;
    audit::record(conn, actor, now, Action::new("session.created", "session"), id.0, plan)?;
    Ok(id)
}

/// Changes a draft as it was shown in `version`.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` when it is no draft any more, or with
/// a problem at each field.
pub fn change(conn: &mut Conn, actor: &Actor, id: SessionId, version: i64, plan: &Plan, now: Moment) -> Result<()> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    require_draft(&session)?;
    refuse(check(plan))?;
    require_missed(conn, plan)?;
    let before = queries::find_plan(conn, &session)?;
    queries::update_session(conn, id, version, plan)?;
    queries::store_plan(conn, id, plan)?;
    audit::record(conn, actor, now, Action::new("session.changed", "session"), id.0, &(before, plan))
}

/// What a make-up session makes up for is settled: before, nobody knows who was not there.
fn require_missed(conn: &mut Conn, plan: &Plan) -> Result<()> {
    let Some(missed) = plan.make_up_of else { return Ok(()) };
    let missed = queries::find_session(conn, missed)?;
    // Whoever makes up does so for the session itself, however often that is offered.
    if missed.make_up_of.is_some() {
        return Err(Error::refused(Message::new("training-make-up-of-make-up")));
    }
    if missed.is_confirmed() {
        return Ok(());
    }
    Err(Error::refused(Message::new("training-make-up-not-confirmed")))
}

fn require_draft(session: &Session) -> Result<()> {
    match session.state {
        SessionState::Draft => Ok(()),
        SessionState::Published
        | SessionState::Closed
        | SessionState::Confirmed
        | SessionState::Archived
        | SessionState::Cancelled => Err(Error::refused(Message::new("training-no-draft"))),
    }
}

/// A refusal, when there are problems.
pub(super) fn refuse(problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::Refused(problems)) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::training::Way;

    fn at(time: &str) -> Moment {
        Moment::from_utc(format!("2024-07-05T{time}:00").parse().expect("a time"))
    }

    fn plan() -> Plan {
        Plan {
            title: "信访工作法治化培训会".to_owned(),
            purpose: String::new(),
            speaker: String::new(),
            organiser: String::new(),
            requirements: String::new(),
            remark: String::new(),
            starts_at: at("14:30"),
            ends_at: at("16:30"),
            opens_before_minutes: 30,
            study_minutes: 120,
            documents: Vec::new(),
            topics: Vec::new(),
            readings: Vec::new(),
            venues: vec![PlannedVenue::new("三楼会议室", VenueKind::Main)],
            audience: Audience::default(),
            reply_by: None,
            make_up_of: None,
        }
    }

    fn fields(problems: &[Problem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_draft_needs_a_title_and_an_end_after_its_start_and_no_more() {
        let draft = Plan { venues: Vec::new(), ..plan() };
        let empty = Plan { title: String::new(), ends_at: at("14:30"), ..draft.clone() };

        assert_eq!(fields(&check(&draft)), [""; 0]);
        assert_eq!(fields(&check(&empty)), ["title", "ends"]);
        assert_eq!(fields(&check(&Plan { title: "法".repeat(80), ..draft.clone() })), [""; 0]);
        assert_eq!(fields(&check(&Plan { title: "法".repeat(81), ..draft.clone() })), ["title"]);
        assert_eq!(fields(&check(&Plan { opens_before_minutes: 241, ..draft.clone() })), ["opens_before_minutes"]);
        assert_eq!(fields(&check(&Plan { opens_before_minutes: 240, ..draft.clone() })), [""; 0]);
        assert_eq!(fields(&check(&Plan { study_minutes: 1441, ..draft.clone() })), ["study_hours"]);
        assert_eq!(fields(&check(&Plan { reply_by: Some(at("14:29")), ..draft.clone() })), [""; 0]);
        assert_eq!(fields(&check(&Plan { reply_by: Some(at("14:30")), ..draft })), ["reply_day"]);
    }

    #[test]
    fn a_reading_is_read_before_a_session_or_after_it() {
        let with = |timings: &[Timing]| {
            let readings =
                timings.iter().map(|timing| PlannedReading { reading: ReadingId(1), timing: *timing, topic: None });
            Plan { readings: readings.collect(), ..plan() }
        };

        assert_eq!(fields(&check(&with(&[Timing::After]))), [""; 0]);
        assert_eq!(fields(&check(&with(&[Timing::Before, Timing::After]))), ["reading_after"]);
    }

    #[test]
    fn a_venue_has_at_least_one_way_to_record_people() {
        let with = |ways| Plan {
            venues: vec![PlannedVenue { ways, ..PlannedVenue::new("三楼会议室", VenueKind::Main) }],
            ..plan()
        };

        assert_eq!(fields(&check(&with(Ways::default()))), ["venue_way"]);
        for way in Way::ALL {
            assert_eq!(fields(&check(&with([*way].into_iter().collect()))), [""; 0], "{way:?}");
        }
    }

    #[test]
    fn publishing_needs_a_main_venue_and_somebody_to_come() {
        let branch_only = Plan { venues: vec![PlannedVenue::new("二楼", VenueKind::Branch)], ..plan() };

        assert_eq!(fields(&check_complete(&plan(), 1)), [""; 0]);
        assert_eq!(fields(&check_complete(&plan(), 0)), ["category"]);
        assert_eq!(fields(&check_complete(&branch_only, 1)), ["venue_name"]);
    }
}
