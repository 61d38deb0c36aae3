//! A session as an entry for the calendar of a phone (RFC 5545): a moved or cancelled one replaces the entry of before.

use crate::clock::Moment;
use crate::secret::Secret;
use crate::store::ids::SessionId;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use serde::{Deserialize, Serialize};

/// What a calendar is told of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub session: SessionId,
    pub title: String,
    pub place: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    /// Goes up whenever the session moves.
    pub revision: i64,
    pub is_cancelled: bool,
    /// The session's page, without the base address.
    pub path: String,
}

/// The entries as one file. `now` is when they were written.
pub fn write(entries: &[Entry], secret: &Secret, base_url: &str, now: Moment) -> String {
    let mut calendar = Calendar::new();
    let is_cancelled = !entries.is_empty() && entries.iter().all(|entry| entry.is_cancelled);
    calendar.append_property(Property::new("METHOD", if is_cancelled { "CANCEL" } else { "PUBLISH" }));
    for entry in entries {
        let mut event = Event::new();
        // A cancellation is one step more than the last move.
        let sequence = entry.revision + i64::from(entry.is_cancelled);
        event
            .uid(&uid(secret, entry.session))
            .sequence(u32::try_from(sequence).unwrap_or(0))
            .timestamp(now.as_utc().and_utc())
            .starts(entry.starts_at.as_utc().and_utc())
            .ends(entry.ends_at.as_utc().and_utc())
            .summary(&entry.title)
            .location(&entry.place)
            .url(&format!("{base_url}{}", entry.path))
            .status(if entry.is_cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
        calendar.push(event.done());
    }
    calendar.to_string()
}

/// The same for a session as long as the installation keeps its key, and no other installation's.
fn uid(secret: &Secret, session: SessionId) -> String {
    let mut own = secret.derive("calendar", &session.to_string());
    own.truncate(16);
    format!("session-{session}-{own}@xuefa.invalid")
}
