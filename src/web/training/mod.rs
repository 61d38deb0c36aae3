//! Sessions as pages: list, form, check, places, notice, and what every page tells of a session.

pub mod changes;
pub mod check;
mod conflict;
pub mod form;
pub mod list;
mod make_up;
pub mod notice;
pub mod places;
pub mod reply_by;
pub mod today;

use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::links;
use crate::readings;
use crate::store::Conn;
use crate::store::ids::VenueId;
use crate::training::{Document, Session, SessionState, Timing, Venue, VenueKind, Way, queries};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

/// What a session's pages tell of it, for `parts/session-facts`: `{{> parts/session-facts facts=facts}}`.
#[derive(Debug, Serialize)]
pub struct Facts {
    pub session: Session,
    /// The word of its state as it is shown: `open` is derived.
    pub state: &'static str,
    pub opens_at: Moment,
    pub venues: Vec<Place>,
    pub topics: Vec<Topic>,
    pub documents: Vec<Basis>,
    /// To be read before the session, for all of it; what goes with a topic stands there.
    pub readings: Vec<LinkedReading>,
    /// To be read after it.
    pub readings_after: Vec<LinkedReading>,
    /// What the meeting asks of the units, one by one.
    pub requirements: Vec<String>,
    /// The session that this one makes up for.
    pub make_up_of: Option<LinkedReading>,
}

/// A venue and how people are recorded there.
#[derive(Debug, Serialize)]
pub struct Place {
    pub id: VenueId,
    pub name: String,
    pub kind: VenueKind,
    pub ways: Vec<Way>,
}

impl From<Venue> for Place {
    fn from(venue: Venue) -> Self {
        Self { id: venue.id, ways: venue.ways().chosen(), name: venue.name, kind: venue.kind }
    }
}

/// A document that a session is based on. Its title is its heading, because in a template `title` is the page's.
#[derive(Debug, Serialize)]
pub struct Basis {
    pub heading: String,
    pub source: String,
    pub issued_on: Option<NaiveDate>,
    pub text: String,
}

impl From<Document> for Basis {
    fn from(document: Document) -> Self {
        let Document { title, source, issued_on, text } = document;
        Self { heading: title, source, issued_on, text }
    }
}

/// A topic with what is read before it and after it.
#[derive(Debug, Serialize)]
pub struct Topic {
    pub heading: String,
    pub readings: Vec<LinkedReading>,
    pub readings_after: Vec<LinkedReading>,
}

/// A reading of a session.
#[derive(Debug, Serialize)]
pub struct LinkedReading {
    pub heading: String,
    pub href: String,
}

/// Gathers what a session's pages tell of it. The caller has made sure that the viewer may see it.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn facts(conn: &mut Conn, session: &Session, language: Language, now: Moment) -> Result<Facts> {
    let titles = readings::titles(conn, language)?;
    let planned = queries::list_planned_readings(conn, session.id)?;
    let linked = |timing: Timing, topic: Option<i64>| {
        let wanted = planned.iter().filter(move |one| one.timing == timing && one.topic == topic);
        wanted
            .filter_map(|one| {
                let heading = titles.get(&one.reading)?.clone();
                Some(LinkedReading { heading, href: links::reading(one.reading) })
            })
            .collect()
    };
    let topic = |(place, heading): (i64, String)| Topic {
        heading,
        readings: linked(Timing::Before, Some(place)),
        readings_after: linked(Timing::After, Some(place)),
    };
    let missed = session.make_up_of.map(|missed| queries::find_session(conn, missed)).transpose()?;
    Ok(Facts {
        state: session.shown_state(now),
        opens_at: session.opens_at(),
        venues: queries::list_venues(conn, session.id)?.into_iter().map(Place::from).collect(),
        topics: (1_i64..).zip(queries::list_topics(conn, session.id)?).map(topic).collect(),
        documents: queries::list_documents(conn, session.id)?.into_iter().map(Basis::from).collect(),
        readings: linked(Timing::Before, None),
        readings_after: linked(Timing::After, None),
        requirements: lines(&session.requirements),
        make_up_of: missed.map(|missed| LinkedReading { heading: missed.title, href: links::session(missed.id) }),
        session: session.clone(),
    })
}

/// Where a session goes on: a draft on its check page.
fn page_of(session: &Session) -> String {
    if session.state == SessionState::Draft {
        links::session_part(session.id, "check")
    } else {
        links::session(session.id)
    }
}

/// The lines of a text that have something in them.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A moment typed as a date and a time of day.
fn read_moment(clock: &Clock, day: &str, time: &str) -> Option<Moment> {
    let day: NaiveDate = day.trim().parse().ok()?;
    let time = NaiveTime::parse_from_str(time.trim(), "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(time.trim(), "%H:%M:%S"))
        .ok()?;
    Some(clock.moment(day, time))
}

/// A moment as the fields for a date and a time of day have it.
fn typed(clock: &Clock, moment: Moment) -> (String, String) {
    let local = clock.local(moment);
    (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string())
}
