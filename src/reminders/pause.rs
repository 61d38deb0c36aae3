//! No reminders for a while: by the person themselves, or by one click in a mail.

use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::PersonId;
use chrono::{NaiveDate, TimeDelta};

/// What one click in a mail asks for.
pub const BY_MAIL: TimeDelta = TimeDelta::days(30);
/// The longest pause that may be chosen.
pub const LONGEST: TimeDelta = TimeDelta::days(366);

/// Pauses somebody's reminders up to and including a day; nothing for going on at once.
///
/// # Errors
/// `Refused` when the day has passed or is more than a year away.
pub fn pause(
    conn: &mut Conn,
    actor: &Actor,
    person: PersonId,
    until: Option<NaiveDate>,
    (now, today): (Moment, NaiveDate),
) -> Result<()> {
    if until.is_some_and(|until| until < today || until > today + LONGEST) {
        return Err(Error::Refused(vec![Problem::at("until", Message::new("reminders-until-range"))]));
    }
    queries::set_pause(conn, person, until)?;
    audit::record(conn, actor, now, Action::new("reminders.paused", "person"), person.0, &until)
}
