//! The demo's sessions: those of `sessions.csv`, laid around today, the notice's meeting, and more of them on demand.

use super::organisation::World;
use super::{file, rows};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::organization::{Category, Person, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, VenueId};
use crate::training::audience::Audience;
use crate::training::plan::{Document, Plan, PlannedReading, PlannedVenue, Timing};
use crate::training::{self, RosterRow, Session, SessionState, VenueKind, Ways};
use anyhow::Context;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Texts that prepare are read before a session, those for the work after it.
fn timing_of(slug: &str) -> Timing {
    match slug {
        "one-case-one-volume" | "time-limits" | "pujiang" => Timing::After,
        _ => Timing::Before,
    }
}

/// The topic of the notice's meeting that a text is about; elsewhere texts go with the session as a whole.
fn topic_of(line: &SessionLine, slug: &str) -> Option<i64> {
    let word = match slug {
        "legalization" => "什么是",
        "one-case-one-volume" | "three-in-place" | "time-limits" => "如何做好",
        "fengqiao" | "pujiang" => "原则",
        _ => return None,
    };
    let place = line.topics.split(';').position(|topic| line.key == NOTICE && topic.contains(word))?;
    i64::try_from(place + 1).ok()
}

/// The meeting of `notice.md`.
pub(super) const NOTICE: &str = "notice";
/// A session in progress is left alone when it stays open this long yet.
const STAYS_OPEN: TimeDelta = TimeDelta::hours(2);

/// A line of `sessions.csv`; `content/demo/README.md` explains the columns.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SessionLine {
    pub(super) key: String,
    pub(super) title: String,
    days_from_today: i64,
    starts: String,
    ends: String,
    hours: f64,
    speaker: String,
    place: String,
    purpose: String,
    audience: String,
    state: String,
    attendance_profile: String,
    topics: String,
    readings: String,
    #[serde(skip)]
    pub(super) organiser: String,
    #[serde(skip)]
    requirements: String,
    #[serde(skip)]
    remark: String,
    #[serde(skip)]
    documents: Vec<Document>,
    #[serde(skip)]
    held_on: Option<NaiveDate>,
    /// The session that it makes up for, and who is asked to it.
    #[serde(skip)]
    makes_up: Option<(SessionId, Vec<PersonId>)>,
}

/// Percent of the roster by state, as `attendance_profile` gives it.
pub(super) type Profile = BTreeMap<String, i64>;

/// A session that was made, with what is needed to let people come to it.
pub(super) struct Made {
    pub(super) line: SessionLine,
    pub(super) session: Session,
    pub(super) roster: Vec<RosterRow>,
    pub(super) profile: Profile,
}

impl Made {
    /// One that was made when the demo ran before.
    pub(super) fn again(conn: &mut Conn, line: SessionLine, session: Session) -> Result<Self> {
        let roster = training::queries::list_roster(conn, session.id)?;
        let profile = profile(&line.attendance_profile)?;
        Ok(Self { line, session, roster, profile })
    }
}

impl SessionLine {
    pub(super) fn is_in_progress(&self) -> bool {
        self.state == "in_progress"
    }

    /// The session two weeks later that makes up for one, for these people.
    pub(super) fn making_up_for(missed: &Made, people: Vec<PersonId>) -> Self {
        let line = &missed.line;
        Self {
            key: format!("{}-make-up", line.key),
            title: format!("补课：{}", line.title),
            days_from_today: line.days_from_today + 14,
            place: line.place.split(';').next().unwrap_or_default().to_owned(),
            state: "archived".to_owned(),
            makes_up: Some((missed.session.id, people)),
            ..line.clone()
        }
    }

    pub(super) fn reading_slugs(&self) -> impl Iterator<Item = &str> {
        self.readings.split(';')
    }
}

/// The lines of the file, then the notice's meeting, then as many more as were asked for.
pub(super) fn lines(n_sessions: usize) -> Result<Vec<SessionLine>> {
    let mut lines: Vec<SessionLine> = rows("sessions.csv")?;
    for line in &mut lines {
        line.organiser = "信访办公室".to_owned();
        line.remark = "演示数据：人员、地点、授课人和签到记录均为虚构（示例）。".to_owned();
    }
    let past: Vec<SessionLine> = lines.iter().filter(|line| line.state == "archived").cloned().collect();
    lines.push(notice()?);
    let n_more = n_sessions.saturating_sub(lines.len());
    for number in 0..n_more {
        let mut line = past.get(number % past.len().max(1)).context("the demo has no archived sessions")?.clone();
        line.key = format!("{}-{number}", line.key);
        line.title = format!("{}（第{}期）", line.title, number + 1);
        // Over five years before those of the file.
        line.days_from_today = -364 - i64::try_from(number * 1460 / n_more).unwrap_or(0);
        lines.push(line);
    }
    Ok(lines)
}

/// The meeting of `notice.md`. What the report does not say is labelled 示例, in the texts themselves and in the remark.
fn notice() -> Result<SessionLine> {
    let text = file("notice.md")?;
    let (head, report) = text.split_once("\n---\n").context("notice.md has no head")?;
    let pairs: Vec<(&str, &str)> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    let one = |name: &str| -> Result<String> {
        let found = pairs.iter().find(|(key, _)| *key == name);
        Ok(found.with_context(|| format!("notice.md lacks {name}"))?.1.trim().to_owned())
    };
    let all = |name: &str| -> Vec<&str> {
        pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.trim()).collect()
    };
    let documents = all("basis")
        .into_iter()
        .map(|basis| {
            let mut parts = basis.split('|');
            let mut part = || parts.next().unwrap_or("").trim().to_owned();
            let (title, source, date) = (part(), part(), part());
            let issued_on = (!date.is_empty()).then(|| date.parse()).transpose().context("a date of notice.md")?;
            Ok(Document { title, source, issued_on, text: String::new() })
        })
        .collect::<Result<_>>()?;
    let notes = ["held_on_note", "place_note", "speaker_note", "hours_note", "basis_note"];
    let notes = notes.map(one).into_iter().collect::<Result<Vec<String>>>()?;
    let labels = ["日期", "地点", "授课人", "学时", "学习依据"];
    let mut remark: Vec<String> =
        vec!["本场次根据2024年7月5日信访办公室的报道录入；参训人员和签到记录为示例。".to_owned()];
    remark.extend(labels.iter().zip(&notes).map(|(label, note)| format!("{label}：{note}。")));
    remark.push("报道原文：".to_owned());
    remark.push(report.trim().to_owned());
    let audience: Vec<String> = one("audience")?.split(';').map(|category| format!("{category}@G")).collect();
    Ok(SessionLine {
        key: NOTICE.to_owned(),
        title: one("title")?,
        days_from_today: 0,
        starts: "09:00".to_owned(),
        ends: "12:30".to_owned(),
        hours: one("hours")?.parse().context("the hours of notice.md")?,
        speaker: one("speaker")?,
        place: one("place")?,
        purpose: one("purpose")?,
        audience: audience.join(";"),
        state: "confirmed".to_owned(),
        attendance_profile: "present=94;leave=3;stand_in=1;absent=1;exempt=1;late=1;left_early=0;made_up=100"
            .to_owned(),
        topics: all("topic").join(";"),
        readings: "legalization;petition-regulations;fengqiao;pujiang;one-case-one-volume;time-limits".to_owned(),
        organiser: one("organiser")?,
        requirements: all("asked").join("\n"),
        remark: remark.join("\n"),
        documents,
        held_on: Some(one("held_on")?.parse().context("the day of notice.md")?),
        makes_up: None,
    })
}

/// The day of a session: never at a weekend, unless it is today.
fn day_of(line: &SessionLine, today: NaiveDate) -> NaiveDate {
    if let Some(day) = line.held_on {
        return day;
    }
    let day = today + TimeDelta::days(line.days_from_today);
    let to_weekday = match (day.weekday(), line.days_from_today) {
        (_, 0) => 0,
        (Weekday::Sat, days) if days < 0 => -1,
        (Weekday::Sun, days) if days < 0 => -2,
        (Weekday::Sat, _) => 2,
        (Weekday::Sun, _) => 1,
        _ => 0,
    };
    day + TimeDelta::days(to_weekday)
}

/// When a session that is in progress begins and ends: as planned when that is now and for some time yet;
/// otherwise it began a little while ago, whatever the hour of the day or night.
pub(super) fn times_around(planned: (Moment, Moment), opens_before: TimeDelta, now: Moment) -> (Moment, Moment) {
    if planned.0 - opens_before <= now && now + STAYS_OPEN <= planned.1 {
        return planned;
    }
    let quarter = 15 * 60;
    let into_quarter = TimeDelta::seconds(now.timestamp().rem_euclid(quarter))
        + TimeDelta::microseconds(i64::from(now.utc().and_utc().timestamp_subsec_micros()));
    let starts_at = now - into_quarter - TimeDelta::minutes(15);
    (starts_at, starts_at + TimeDelta::hours(8))
}

/// Makes one session: itself, its venues and audience, and from publishing on its roster.
pub(super) fn make(conn: &mut Conn, world: &World, clock: &Clock, line: SessionLine) -> Result<Made> {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").context("a time of the demo");
    let (now, day) = (clock.now(), day_of(&line, clock.today()));
    let opens_before = TimeDelta::minutes(30);
    let mut times = (clock.moment(day, time(&line.starts)?), clock.moment(day, time(&line.ends)?));
    let is_now = line.is_in_progress();
    if is_now {
        times = times_around(times, opens_before, now);
    }
    let state: SessionState =
        if is_now { SessionState::Published } else { line.state.parse().context("a state of the demo")? };
    let is_over = matches!(state, SessionState::Closed | SessionState::Confirmed | SessionState::Archived);
    let is_confirmed = matches!(state, SessionState::Confirmed | SessionState::Archived);
    let session = Session {
        id: SessionId(0),
        title: line.title.clone(),
        purpose: line.purpose.clone(),
        speaker: line.speaker.clone(),
        organiser: line.organiser.clone(),
        requirements: line.requirements.clone(),
        remark: line.remark.clone(),
        starts_at: times.0,
        ends_at: times.1,
        opens_before_minutes: opens_before.num_minutes(),
        // Half hours at the finest.
        study_minutes: (line.hours * 60.0).round() as i64,
        state,
        revision: 0,
        created_by: Some(world.of_cast("hq")?),
        published_at: (state != SessionState::Draft).then(|| (times.0 - TimeDelta::days(7)).min(now)),
        closed_at: is_over.then_some(times.1 + TimeDelta::minutes(20)),
        confirmed_at: is_confirmed.then_some(times.1 + TimeDelta::days(2)),
        cancelled_at: None,
        state_reason: None,
        version: 1,
        // At the end of work, three days before.
        reply_by: (line.key == super::requests::ASKS_UNITS)
            .then(|| Ok::<_, crate::error::Error>(clock.moment(day - TimeDelta::days(3), time("17:30")?)))
            .transpose()?,
        make_up_of: line.makes_up.as_ref().map(|(missed, _)| *missed),
    };
    let (audience, expected) = match &line.makes_up {
        None => audience(world, &line.audience)?,
        Some((_, people)) => {
            let asked = world.people.iter().filter(|person| people.contains(&person.id)).collect();
            (Audience { added: people.clone(), ..Audience::default() }, asked)
        }
    };
    let places: Vec<(&str, Option<&str>)> = line
        .place
        .split(';')
        .map(|place| place.split_once('@').map_or((place, None), |(name, unit)| (name, Some(unit))))
        .collect();
    let plan = Plan {
        title: session.title.clone(),
        purpose: session.purpose.clone(),
        speaker: session.speaker.clone(),
        organiser: session.organiser.clone(),
        requirements: session.requirements.clone(),
        remark: session.remark.clone(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        opens_before_minutes: session.opens_before_minutes,
        study_minutes: session.study_minutes,
        documents: line.documents.clone(),
        topics: line.topics.split(';').map(str::to_owned).collect(),
        readings: line
            .reading_slugs()
            .map(|slug| {
                let reading = *world.readings.get(slug).with_context(|| format!("no reading {slug}"))?;
                Ok(PlannedReading { reading, timing: timing_of(slug), topic: topic_of(&line, slug) })
            })
            .collect::<Result<_>>()?,
        venues: places.iter().enumerate().map(|(place, (name, _))| planned_venue(place, name)).collect(),
        audience,
        reply_by: session.reply_by,
        make_up_of: session.make_up_of,
    };
    let id = training::queries::insert_as_it_stands(conn, &session, &plan)?;
    let session = Session { id, ..session };
    let roster = match state {
        SessionState::Draft => Vec::new(),
        _ => {
            let venues: Vec<VenueId> = training::queries::list_venues(conn, id)?.iter().map(|venue| venue.id).collect();
            roster(world, id, &expected, &places, &venues)?
        }
    };
    training::queries::insert_roster(conn, &roster)?;
    let profile = profile(&line.attendance_profile)?;
    Ok(Made { line, session, roster, profile })
}

fn planned_venue(place: usize, name: &str) -> PlannedVenue {
    let kind = if place == 0 { VenueKind::Main } else { VenueKind::Branch };
    // A kiosk stands at the main venue and at the first branch venue.
    PlannedVenue { ways: Ways { kiosk: place < 2, ..Ways::usual() }, ..PlannedVenue::new(name, kind) }
}

fn profile(text: &str) -> Result<Profile> {
    text.split(';')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, percent) = part.split_once('=').with_context(|| format!("“{part}” is no part of a profile"))?;
            Ok((name.to_owned(), percent.parse().context("a percentage of the demo")?))
        })
        .collect()
}

/// Turns `category@unit;…` into an audience as a plan keeps it, and the people it comes to.
fn audience<'a>(world: &'a World, text: &str) -> Result<(Audience, Vec<&'a Person>)> {
    let pairs: Vec<(Category, &Unit)> = text
        .split(';')
        .map(|pair| {
            let (category, code) =
                pair.split_once('@').with_context(|| format!("“{pair}” is no part of an audience"))?;
            Ok((category.parse().context("a category of the demo")?, world.unit_of_code(code)?))
        })
        .collect::<Result<_>>()?;
    let of_group: Vec<(Category, &Unit)> = pairs.iter().filter(|(_, unit)| unit.depth() == 0).copied().collect();
    let rule = if of_group.is_empty() { &pairs } else { &of_group };
    let mut categories: Vec<Category> = rule.iter().map(|(category, _)| *category).collect();
    categories.sort();
    categories.dedup();
    let mut units: Vec<&Unit> = rule.iter().map(|(_, unit)| *unit).collect();
    units.sort_by(|a, b| a.sort_key.cmp(&b.sort_key));
    units.dedup_by_key(|unit| unit.id);
    let (mut expected, mut added, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for person in &world.people {
        let path = &world.unit(person.unit_id)?.path;
        let wanted = pairs.iter().any(|(category, unit)| *category == person.category && unit.path.contains(path));
        let by_rule = categories.contains(&person.category) && units.iter().any(|unit| unit.path.contains(path));
        if wanted {
            expected.push(person);
        }
        match (wanted, by_rule) {
            (true, false) => added.push(person.id),
            (false, true) => left_out.push(person.id),
            (true, true) | (false, false) => {}
        }
    }
    let units = units.into_iter().map(|unit| unit.id).collect();
    Ok((Audience { categories, units, added, left_out }, expected))
}

fn roster(
    world: &World,
    session: SessionId,
    expected: &[&Person],
    places: &[(&str, Option<&str>)],
    venues: &[VenueId],
) -> Result<Vec<RosterRow>> {
    let main = *venues.first().context("a session without a venue")?;
    let mut branches = Vec::new();
    for ((_, code), venue) in places.iter().zip(venues) {
        if let Some(code) = code {
            branches.push((world.unit_of_code(code)?, *venue));
        }
    }
    expected
        .iter()
        .enumerate()
        .map(|(place, person)| {
            let unit = world.unit(person.unit_id)?;
            let branch = branches.iter().find(|(branch, _)| branch.path.contains(&unit.path));
            Ok(RosterRow {
                session_id: session,
                person_id: person.id,
                position: i64::try_from(place + 1).unwrap_or(i64::MAX),
                unit_id: unit.id,
                unit_name: training::audience::full_name(&world.units, unit),
                name: person.name.clone(),
                post: person.post.clone(),
                category: person.category,
                venue_id: branch.map_or(main, |(_, venue)| *venue),
            })
        })
        .collect()
}

/// The clerk of the cast serves the venue that the demo's README names, or the first branch venue.
pub(super) fn appoint_clerk(conn: &mut Conn, world: &World, session: SessionId) -> Result<()> {
    let venues = training::queries::list_venues(conn, session)?;
    let of_clerk = venues.iter().find(|venue| venue.name.contains("珩川建材"));
    let branch = of_clerk.or_else(|| venues.iter().find(|venue| venue.kind == VenueKind::Branch));
    if let Some(venue) = branch {
        training::queries::insert_clerk(conn, session, venue.id, world.of_cast("clerk")?)?;
    }
    Ok(())
}
