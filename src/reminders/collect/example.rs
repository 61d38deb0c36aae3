//! A real matter of a kind, for the preview of its rule: one that is due, or else the last one there was.

use super::leader_queries;
use super::matters::{self, of_call, of_hq, of_lead, of_request, of_session, of_task};
use super::queries::{self, OnRoster, RequestMatter, SessionNow, Span};
use super::{Day, of_rule};
use crate::attendance::requests::RequestState;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::reminders::model::{Item, Kind};
use crate::reminders::rules::Rule;
use crate::store::Conn;
use crate::store::ids::{PersonId, RequestId};
use chrono::TimeDelta;

/// Whether a matter is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Somebody is to be told of it now.
    Due,
    /// It is past or far away, and shows only how such a mail reads.
    AsExample,
}

/// One matter of a kind, of anybody; nothing when there never was one.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn find(conn: &mut Conn, clock: &Clock, rule: &Rule, now: Moment) -> Result<Option<(Item, Taken)>> {
    let today = clock.local(now).date_naive();
    // As if mail went out tomorrow, so that a task of the weekend is found.
    let day = Day { clock: clock.clone(), now, today, next_working_day: today + TimeDelta::days(1) };
    let span = Span { after: PersonId(0), today, limit: 1 };
    for asked in of_rule(conn, &day, rule)? {
        if let Some(matter) = matters::of(conn, &asked, &day, span)?.into_iter().next() {
            return Ok(Some((matter.item, Taken::Due)));
        }
    }
    let last = match rule.kind {
        Kind::SessionNotice | Kind::SessionSoon | Kind::SessionToday | Kind::RequestDecided => {
            let last = queries::find_newest_session(conn)?;
            last.map(|(session, place)| of_last_session(rule.kind, &session, place, clock))
        }
        Kind::TaskOverdue | Kind::TaskToday | Kind::TaskSoon | Kind::TaskReturned => {
            queries::find_newest_task(conn)?.map(|row| of_task(rule.kind, "", row, today).item)
        }
        Kind::CallGiven | Kind::CallUnanswered | Kind::CallReturned => {
            // A call that is not due yet reads as one that is.
            leader_queries::find_newest_call(conn)?.map(|row| of_call(rule.kind, row, today).item)
        }
        Kind::HqDigest => Some(of_hq(PersonId(0), 1, "", today).item),
        Kind::UnitDigest => leader_queries::find_led_unit(conn)?.map(|lead| of_lead(lead, 1, "", today).item),
    };
    Ok(last.map(|item| (item, Taken::AsExample)))
}

fn of_last_session(kind: Kind, session: &SessionNow, place: String, clock: &Clock) -> Item {
    let person = PersonId(0);
    if kind == Kind::RequestDecided {
        let (title, starts_at) = (session.title.clone(), session.starts_at);
        let state = RequestState::Granted;
        let request = RequestId(0);
        let row = RequestMatter { person, request, state, session: session.id, title, starts_at, version: 0 };
        return of_request(row, clock).item;
    }
    let news = if kind == Kind::SessionNotice { "published" } else { kind.as_str() };
    of_session(kind, news, session, OnRoster { person, place, attendance: None }, clock).item
}
