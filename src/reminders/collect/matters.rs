//! What each question finds, as matters that somebody is told of.

use super::leader_queries::{self, CallMatter, CallTasks, Lead};
use super::queries::{self, OnRoster, RequestMatter, SessionNow, Span, TaskMatter};
use super::{Asked, DECIDED_WITHIN, Day};
use crate::access::UnitPath;
use crate::assignments::model::AssignmentKind;
use crate::attendance::AttendanceState;
use crate::attendance::requests::RequestState;
use crate::clock::Clock;
use crate::error::Result;
use crate::i18n::{self, Language};
use crate::links;
use crate::readings::Said;
use crate::reminders::model::{Item, Kind, Matter, NotSentReason, week_overdue};
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::training::SessionState;
use chrono::{Datelike, NaiveDate};

/// The next rows of an answer.
///
/// # Errors
/// `Broken` when they cannot be read.
pub(super) fn of(conn: &mut Conn, asked: &Asked, day: &Day, span: Span) -> Result<Vec<Matter>> {
    let (today, since) = (day.today, day.now - DECIDED_WITHIN);
    Ok(match asked {
        Asked::Session { session, kind: Kind::SessionNotice } => notices(conn, session, &day.clock, span)?,
        Asked::Session { session, kind } => {
            let found = queries::list_on_roster(conn, session, *kind, span)?;
            found.into_iter().map(|row| of_session(*kind, kind.as_str(), session, row, &day.clock)).collect()
        }
        Asked::Tasks { kind, occurrence, state, due_on } => {
            let found = queries::list_tasks(conn, (*kind, occurrence), (*state, *due_on), span)?;
            found.into_iter().map(|row| of_task(*kind, occurrence, row, today)).collect()
        }
        Asked::ReturnedTasks => {
            let found = queries::list_returned_tasks(conn, since, span)?;
            found.into_iter().map(|(row, decided)| of_task(Kind::TaskReturned, &decided, row, today)).collect()
        }
        Asked::Calls { kind, occurrence, from, to } => {
            let found = leader_queries::list_calls(conn, (*kind, occurrence), &CallTasks::Due(*from, *to), span)?;
            found.into_iter().map(|row| of_call(*kind, row, today)).collect()
        }
        Asked::ReturnedCalls => {
            let found =
                leader_queries::list_calls(conn, (Kind::CallReturned, ""), &CallTasks::ReturnedSince(since), span)?;
            found.into_iter().map(|row| of_call(Kind::CallReturned, row, today)).collect()
        }
        Asked::Requests => {
            let found = queries::list_decided_requests(conn, since, span)?;
            found.into_iter().map(|row| of_request(row, &day.clock)).collect()
        }
        Asked::Digests => digests(conn, today, span)?,
        Asked::HqDigests => hq_digests(conn, today, span)?,
    })
}

fn notices(conn: &mut Conn, session: &SessionNow, clock: &Clock, span: Span) -> Result<Vec<Matter>> {
    let found = queries::list_on_roster(conn, session, Kind::SessionNotice, span)?;
    let people: Vec<PersonId> = found.iter().map(|row| row.person).collect();
    let told = queries::list_told_of_session(conn, session.id, &people)?;
    let matter = |row: OnRoster| {
        let was_told = told.contains(&row.person);
        let news = match (session.state, was_told) {
            (SessionState::Cancelled, _) => "cancelled",
            (_, true) => "moved",
            (_, false) => "published",
        };
        let matter = of_session(Kind::SessionNotice, news, session, row, clock);
        match (session.state, was_told) {
            // Whoever knew of nothing need not hear that it does not take place; whoever did has to, away or not.
            (SessionState::Cancelled, false) => Matter { withheld: Some(NotSentReason::Obsolete), ..matter },
            (SessionState::Cancelled, true) => Matter { withheld: None, ..matter },
            _ => matter,
        }
    };
    Ok(found.into_iter().map(matter).collect())
}

/// Who is on leave, exempt, or has a stand-in, need not be told that it takes place.
fn away(attendance: Option<AttendanceState>) -> Option<NotSentReason> {
    match attendance {
        Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Exempt) => {
            Some(NotSentReason::OnLeave)
        }
        // Who is there already, or was found absent, is past being told.
        Some(AttendanceState::Present | AttendanceState::Absent) => Some(NotSentReason::Obsolete),
        None => None,
    }
}

pub(super) fn of_session(kind: Kind, news: &str, session: &SessionNow, row: OnRoster, clock: &Clock) -> Matter {
    Matter {
        person: row.person,
        occurrence: session.occurrence(),
        withheld: away(row.attendance),
        is_urgent: matches!(news, "moved" | "cancelled"),
        item: Item {
            title: session.title.clone(),
            place: row.place,
            starts_at: Some(session.starts_at),
            ends_at: Some(session.ends_at),
            revision: session.revision,
            ..item(kind, session.id.0, news, clock.local(session.starts_at).date_naive(), links::session(session.id))
        },
    }
}

pub(super) fn of_task(kind: Kind, occurrence: &str, row: TaskMatter, today: NaiveDate) -> Matter {
    let path = match (kind, row.kind) {
        (Kind::TaskReturned, _) | (_, AssignmentKind::Reflection) => links::task(row.task),
        (_, AssignmentKind::Reading) => links::reading(row.reading),
        (_, AssignmentKind::SelfTest) => links::self_test(row.reading),
    };
    Matter {
        person: row.person,
        occurrence: occurrence.to_owned(),
        withheld: None,
        is_urgent: false,
        item: Item {
            // The words are put in when the person's language is known.
            title: [row.kind.as_str(), &row.title.0, &row.title.1].join("\n"),
            n: week_overdue(row.due_on, today).max(0),
            ..item(kind, row.task.0, kind.as_str(), row.due_on, path)
        },
    }
}

pub(super) fn of_call(kind: Kind, row: CallMatter, today: NaiveDate) -> Matter {
    let news = if row.due_on < today && kind == Kind::CallUnanswered { "call_overdue" } else { kind.as_str() };
    Matter {
        person: row.person,
        occurrence: row.occurrence,
        withheld: None,
        is_urgent: false,
        item: Item {
            title: row.title,
            place: row.unit_name,
            revision: row.unit.0,
            ..item(kind, row.call.0, news, row.due_on, links::unit_call(row.unit, row.call))
        },
    }
}

pub(super) fn of_request(row: RequestMatter, clock: &Clock) -> Matter {
    let news = match row.state {
        RequestState::Granted => "request_granted",
        RequestState::Asked | RequestState::Refused | RequestState::Withdrawn => "request_refused",
    };
    let on = clock.local(row.starts_at).date_naive();
    Matter {
        person: row.person,
        occurrence: row.version.to_string(),
        withheld: None,
        is_urgent: false,
        item: Item {
            title: row.title,
            ..item(Kind::RequestDecided, row.request.0, news, on, links::session(row.session))
        },
    }
}

fn week_of(day: NaiveDate) -> String {
    format!("{}W{:02}", day.iso_week().year(), day.iso_week().week())
}

/// Once a week, in the first mail of it; nothing when every unit has answered.
fn hq_digests(conn: &mut Conn, today: NaiveDate, span: Span) -> Result<Vec<Matter>> {
    let n = leader_queries::count_overdue_answers(conn, today)?;
    if n == 0 {
        return Ok(Vec::new());
    }
    let week = week_of(today);
    let people = leader_queries::list_hq(conn, &week, span)?;
    Ok(people.into_iter().map(|person| of_hq(person, n, &week, today)).collect())
}

pub(super) fn of_hq(person: PersonId, n: i64, week: &str, today: NaiveDate) -> Matter {
    let item = item(Kind::HqDigest, 0, Kind::HqDigest.as_str(), today, links::CALLS.to_owned());
    Matter { person, occurrence: week.to_owned(), withheld: None, is_urgent: false, item: Item { n, ..item } }
}

/// Once a week, in the first mail of it.
fn digests(conn: &mut Conn, today: NaiveDate, span: Span) -> Result<Vec<Matter>> {
    let week = week_of(today);
    let leads = leader_queries::list_leads(conn, &week, span)?;
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let counts = leader_queries::count_overdue(conn, today)?;
    let below = |path: &UnitPath| counts.iter().filter(|(unit, _)| path.contains(unit)).map(|(_, n)| n).sum::<i64>();
    // Nothing to tell is nothing to note: it may be different later in the week.
    let some = leads.into_iter().map(|lead| (below(&lead.path), lead)).filter(|(n, _)| *n > 0);
    Ok(some.map(|(n, lead)| of_lead(lead, n, &week, today)).collect())
}

pub(super) fn of_lead(lead: Lead, n: i64, week: &str, today: NaiveDate) -> Matter {
    Matter {
        person: lead.person,
        occurrence: week.to_owned(),
        withheld: None,
        is_urgent: false,
        item: Item {
            title: lead.unit_name.clone(),
            place: lead.unit_name,
            n,
            ..item(Kind::UnitDigest, lead.unit.0, Kind::UnitDigest.as_str(), today, links::unit(lead.unit))
        },
    }
}

/// What every item has.
fn item(kind: Kind, subject: i64, news: &str, on: NaiveDate, path: String) -> Item {
    Item {
        kind,
        subject,
        news: news.to_owned(),
        title: String::new(),
        place: String::new(),
        on,
        starts_at: None,
        ends_at: None,
        n: 0,
        path,
        revision: 0,
    }
}

/// Puts what is to be done into the person's language, once.
pub(in crate::reminders) fn word_item(item: &mut Item, language: Language) {
    match item.kind {
        Kind::TaskOverdue | Kind::TaskToday | Kind::TaskSoon | Kind::TaskReturned => {
            let parts: Vec<&str> = item.title.splitn(3, '\n').collect();
            let [kind, chinese, english] = parts[..] else { return };
            let title = Said::of(chinese, english, language).text;
            let is_test = kind == AssignmentKind::SelfTest.as_str();
            let before =
                if is_test { i18n::text(language, "self-test-task", &Default::default()) } else { Ok(String::new()) };
            item.title = format!("{}{title}", before.unwrap_or_default());
        }
        Kind::SessionNotice
        | Kind::SessionSoon
        | Kind::SessionToday
        | Kind::CallGiven
        | Kind::CallUnanswered
        | Kind::CallReturned
        | Kind::RequestDecided
        | Kind::UnitDigest
        | Kind::HqDigest => {}
    }
}
