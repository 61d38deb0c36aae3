//! What there is to tell now: each kind's own question to the database, one page of people at a time.

use super::model::{Item, Kind, Matter, NotSentReason, week_overdue};
use super::queries::{self, CallMatter, SessionMatter, Span, TaskMatter};
use super::rules::{self, Rule};
use crate::access::UnitPath;
use crate::attendance::AttendanceState;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::links;
use crate::readings;
use crate::settings::Calendar;
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::training::SessionState;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use std::collections::BTreeSet;

/// Rows that one question gives at most: what one write then has to store.
pub(super) const PAGE: i64 = 200;

/// One page of matters, with the rules they go by.
pub(super) struct Page {
    pub matters: Vec<Matter>,
    pub rules: Vec<Rule>,
    /// Where the next page begins; nothing when this was the last.
    pub next: Option<PersonId>,
}

/// The days of a round of planning.
struct Days {
    now: Moment,
    today: NaiveDate,
    /// Mail goes out again on this day.
    next_working_day: NaiveDate,
}

/// Everything there is to tell the next people after `after`, of each person all of it.
///
/// # Errors
/// `Broken` when it cannot be read.
pub(super) fn collect(
    conn: &mut Conn,
    clock: &Clock,
    calendar: &Calendar,
    now: Moment,
    after: PersonId,
) -> Result<Page> {
    let today = clock.local(now).date_naive();
    let days = Days { now, today, next_working_day: calendar.next_working_day(today) };
    let rules = rules::list(conn)?;
    let span = Span { after, today, limit: PAGE };
    let mut matters = Vec::new();
    let mut full_until: Option<PersonId> = None;
    for rule in rules.iter().filter(|rule| rule.is_on) {
        for found in of_kind(conn, clock, &days, rule, span)? {
            if found.len() as i64 >= PAGE
                && let Some(last) = found.last()
            {
                full_until = Some(full_until.map_or(last.person, |before| before.min(last.person)));
            }
            matters.extend(found);
        }
    }
    // Whoever a page ends in the middle of comes whole in the next one, unless they are all of it.
    if let Some(last) = full_until {
        let first = matters.iter().map(|matter| matter.person).min().unwrap_or(last);
        matters.retain(|matter| if first == last { matter.person == last } else { matter.person < last });
    }
    let next = full_until.and_then(|_| matters.iter().map(|matter| matter.person).max());
    matters.sort_by_key(|matter| matter.person);
    Ok(Page { matters, rules, next })
}

/// What there is of one kind: a list for each question asked.
fn of_kind(conn: &mut Conn, clock: &Clock, days: &Days, rule: &Rule, span: Span) -> Result<Vec<Vec<Matter>>> {
    let (kind, today) = (rule.kind, days.today);
    let tasks = |conn: &mut Conn, occurrence: &str, from, to| -> Result<Vec<Matter>> {
        let found = queries::list_tasks(conn, (kind, occurrence), (from, to), span)?;
        Ok(found.into_iter().map(|row| of_task(kind, occurrence, row, today)).collect())
    };
    let calls = |conn: &mut Conn, occurrence: &str, from, to| -> Result<Vec<Matter>> {
        let found = queries::list_calls(conn, (kind, occurrence), (from, to), span)?;
        Ok(found.into_iter().map(|row| of_call(kind, occurrence, row, today)).collect())
    };
    let weeks = |n: i64| (1..=n).map(|week| (week.to_string(), today - TimeDelta::days(7 * week), week));
    Ok(match kind {
        Kind::SessionNotice => vec![notices(conn, clock, days, span)?],
        Kind::SessionSoon => vec![soon(conn, clock, days, rule, span)?],
        Kind::TaskToday => vec![tasks(conn, "", today, days.next_working_day - TimeDelta::days(1))?],
        Kind::TaskSoon => vec![tasks(conn, "", days.next_working_day, today + TimeDelta::days(rule.days))?],
        Kind::TaskOverdue => weeks(rule.at_most)
            .map(|(word, from, _)| tasks(conn, &word, from, from + TimeDelta::days(6)))
            .collect::<Result<_>>()?,
        Kind::CallGiven => vec![calls(conn, "given", today, today + TimeDelta::days(400))?],
        Kind::CallUnanswered => {
            let mut found = vec![calls(conn, "soon", today, today + TimeDelta::days(rule.days))?];
            for (word, from, _) in weeks(rule.at_most) {
                found.push(calls(conn, &word, from, from + TimeDelta::days(6))?);
            }
            found
        }
        Kind::UnitDigest => vec![digests(conn, today, span)?],
    })
}

fn notices(conn: &mut Conn, clock: &Clock, days: &Days, span: Span) -> Result<Vec<Matter>> {
    let far = days.now + TimeDelta::days(4000);
    let states = [SessionState::Published, SessionState::Cancelled];
    let found = queries::list_sessions(conn, Kind::SessionNotice, &states, (days.now, far), span)?;
    let (people, sessions): (BTreeSet<_>, BTreeSet<_>) = found.iter().map(|row| (row.person, row.session)).unzip();
    let told = queries::list_told_of_sessions(conn, &sessions, &people)?;
    let matter = |row: SessionMatter| {
        let was_told = told.contains(&(row.person, row.session.0));
        let (news, withheld) = match (row.state, was_told) {
            // Whoever knew of nothing need not hear that it does not take place.
            (SessionState::Cancelled, false) => ("cancelled", Some(NotSentReason::Obsolete)),
            (SessionState::Cancelled, true) => ("cancelled", None),
            (_, true) => ("moved", away(&row)),
            (_, false) => ("published", away(&row)),
        };
        of_session(Kind::SessionNotice, news, row, clock, withheld)
    };
    Ok(found.into_iter().map(matter).collect())
}

/// Sessions that take place up to the end of the next working day, or of a later one when HQ wants more days.
fn soon(conn: &mut Conn, clock: &Clock, days: &Days, rule: &Rule, span: Span) -> Result<Vec<Matter>> {
    let last = days.next_working_day + TimeDelta::days(rule.days - 1);
    let until = clock.moment(last + TimeDelta::days(1), NaiveTime::MIN) - TimeDelta::microseconds(1);
    let found = queries::list_sessions(conn, Kind::SessionSoon, &[SessionState::Published], (days.now, until), span)?;
    let matter = |row: SessionMatter| {
        let withheld = away(&row);
        of_session(Kind::SessionSoon, Kind::SessionSoon.as_str(), row, clock, withheld)
    };
    Ok(found.into_iter().map(matter).collect())
}

/// Who is on leave, exempt, or has a stand-in, need not be told that it takes place.
fn away(row: &SessionMatter) -> Option<NotSentReason> {
    match row.attendance {
        Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Exempt) => {
            Some(NotSentReason::OnLeave)
        }
        // Who is there already, or was found absent, is past being told.
        Some(AttendanceState::Present | AttendanceState::Absent) => Some(NotSentReason::Obsolete),
        None => None,
    }
}

fn of_session(kind: Kind, news: &str, row: SessionMatter, clock: &Clock, withheld: Option<NotSentReason>) -> Matter {
    let is_cancelled = row.state == SessionState::Cancelled;
    Matter {
        person: row.person,
        occurrence: if is_cancelled { "cancelled".to_owned() } else { row.revision.to_string() },
        withheld,
        is_urgent: matches!(news, "moved" | "cancelled"),
        item: Item {
            kind,
            subject: row.session.0,
            news: news.to_owned(),
            title: row.title,
            place: row.place,
            on: clock.local(row.starts_at).date_naive(),
            starts_at: Some(row.starts_at),
            ends_at: Some(row.ends_at),
            n: 0,
            path: links::session(row.session),
            revision: row.revision,
        },
    }
}

fn of_task(kind: Kind, occurrence: &str, row: TaskMatter, today: NaiveDate) -> Matter {
    Matter {
        person: row.person,
        occurrence: occurrence.to_owned(),
        withheld: None,
        is_urgent: false,
        item: Item {
            kind,
            subject: row.task.0,
            news: kind.as_str().to_owned(),
            // The title in the person's language is put in when their language is known.
            title: row.slug,
            place: String::new(),
            on: row.due_on,
            starts_at: None,
            ends_at: None,
            n: week_overdue(row.due_on, today).max(0),
            path: links::reading(row.reading),
            revision: 0,
        },
    }
}

fn of_call(kind: Kind, occurrence: &str, row: CallMatter, today: NaiveDate) -> Matter {
    let is_late = row.due_on < today;
    Matter {
        person: row.person,
        occurrence: format!("{}:{occurrence}", row.unit),
        withheld: None,
        is_urgent: false,
        item: Item {
            kind,
            subject: row.call.0,
            news: if is_late { "call_overdue".to_owned() } else { kind.as_str().to_owned() },
            title: row.title,
            place: row.unit_name,
            on: row.due_on,
            starts_at: None,
            ends_at: None,
            n: 0,
            path: links::unit_call(row.unit, row.call),
            revision: row.unit.0,
        },
    }
}

/// Once a week, in the first mail of it.
fn digests(conn: &mut Conn, today: NaiveDate, span: Span) -> Result<Vec<Matter>> {
    let week = format!("{}W{:02}", today.iso_week().year(), today.iso_week().week());
    let leads = queries::list_leads(conn, &week, span)?;
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let counts = queries::count_overdue(conn, today)?;
    let below = |path: &UnitPath| counts.iter().filter(|(unit, _)| path.contains(unit)).map(|(_, n)| n).sum::<i64>();
    let matter = |lead: queries::Lead| {
        let n = below(&lead.path);
        // Nothing to tell is nothing to note: it may be different later in the week.
        (n > 0).then(|| Matter {
            person: lead.person,
            occurrence: week.clone(),
            withheld: None,
            is_urgent: false,
            item: Item {
                kind: Kind::UnitDigest,
                subject: lead.unit.0,
                news: Kind::UnitDigest.as_str().to_owned(),
                title: lead.unit_name.clone(),
                place: lead.unit_name,
                on: today,
                starts_at: None,
                ends_at: None,
                n,
                path: links::unit(lead.unit),
                revision: 0,
            },
        })
    };
    Ok(leads.into_iter().filter_map(matter).collect())
}

/// One real matter of a kind, for its preview: of anybody, told or not.
///
/// # Errors
/// `Broken` when it cannot be read.
pub(super) fn example(conn: &mut Conn, clock: &Clock, rule: &Rule, now: Moment) -> Result<Option<Item>> {
    let today = clock.local(now).date_naive();
    // As if tomorrow came late, so that something is found on most days; what was told of before does not count.
    let days = Days { now, today, next_working_day: today + TimeDelta::days(1) };
    let span = Span { after: PersonId(0), today, limit: 1 };
    let found = of_kind(conn, clock, &days, rule, span)?;
    Ok(found.into_iter().flatten().map(|matter| matter.item).next())
}

/// Puts the titles of readings into the person's language.
pub(super) fn word_item(item: &mut Item, language: Language) {
    match item.kind {
        Kind::TaskOverdue | Kind::TaskToday | Kind::TaskSoon => {
            item.title = readings::title(&item.title, language);
        }
        Kind::SessionNotice | Kind::SessionSoon | Kind::CallGiven | Kind::CallUnanswered | Kind::UnitDigest => {}
    }
}
