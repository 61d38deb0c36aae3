//! What is reminded of, the ledger's outcomes, and a matter that somebody is told of.

use crate::clock::Moment;
use crate::i18n::Language;
use crate::mail::calendar::Entry;
use crate::store::ids::PersonId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::choices! {
    /// What somebody is reminded of, in the order in which a mail lists it.
    pub enum Kind {
        /// A published session with its calendar entry, and again whenever it moves or is cancelled.
        SessionNotice = "session_notice",
        /// A session on the next working day, or on the days off before it.
        SessionSoon = "session_soon",
        /// A session that begins within the hours of the rule.
        SessionToday = "session_today",
        TaskOverdue = "task_overdue",
        /// A task due today, or on the days off that follow.
        TaskToday = "task_today",
        TaskSoon = "task_soon",
        /// To the unit's leaders: HQ has called.
        CallGiven = "call_given",
        /// To the unit's leaders: a call is due soon or overdue, and not answered.
        CallUnanswered = "call_unanswered",
        /// What somebody asked for (leave, a stand-in, a correction of a check-in) was granted or refused.
        RequestDecided = "request_decided",
        /// What somebody handed in was returned.
        TaskReturned = "task_returned",
        /// To the unit's leaders: what the unit handed in was returned.
        CallReturned = "call_returned",
        /// To a unit's leaders, once a week: how many people have something overdue or due.
        UnitDigest = "unit_digest",
        /// To HQ, once a week: how many units have not answered a call that is overdue.
        HqDigest = "hq_digest",
    }
}

impl Kind {
    /// Whether somebody who paused reminders is told all the same: where a meeting is, they have to know.
    pub fn breaks_pause(self) -> bool {
        match self {
            Self::SessionNotice => true,
            Self::SessionSoon
            | Self::SessionToday
            | Self::TaskOverdue
            | Self::TaskToday
            | Self::TaskSoon
            | Self::CallGiven
            | Self::CallUnanswered
            | Self::RequestDecided
            | Self::TaskReturned
            | Self::CallReturned
            | Self::UnitDigest
            | Self::HqDigest => false,
        }
    }

    /// Whether something of the kind may be told at any hour: a session that moved or was cancelled.
    pub fn can_be_urgent(self) -> bool {
        self == Self::SessionNotice
    }
}

crate::choices! {
    /// What became of it when it was planned; what became of the mail stands in the outbox.
    pub enum Outcome {
        Queued = "queued",
        NotSent = "not_sent",
    }
}

crate::choices! {
    /// Why somebody is not told of a matter.
    pub enum NotSentReason {
        AddressMissing = "address_missing",
        /// A mail server refused the address for good.
        AddressRefused = "address_refused",
        /// They asked for no reminders for a while.
        Paused = "paused",
        /// They are on leave, exempt, or somebody stands in for them.
        OnLeave = "on_leave",
        /// They are told of the same thing in the same mail.
        ToldAlready = "told_already",
        /// It had passed, or been cancelled, before anybody was told of it.
        Obsolete = "obsolete",
    }
}

/// Whom a matter is for, with what a mail needs of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipient {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    /// Why they get no mail at all; nothing when they do.
    pub barred: Option<NotSentReason>,
    pub is_paused: bool,
}

/// One thing that one person is told of, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    pub person: PersonId,
    pub item: Item,
    pub occurrence: String,
    /// Decided by the matter itself: why nobody is told of it.
    pub withheld: Option<NotSentReason>,
    /// It is about a session that moved or was cancelled: it comes at once, beside the one mail of the day.
    pub is_urgent: bool,
}

/// One matter as the mail lists it. What it says is worded when the mail is written, in the person's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub kind: Kind,
    /// The session, task, unit's task or unit.
    pub subject: i64,
    /// What is new about it: `published`, `moved` or `cancelled` of a session, else the kind.
    pub news: String,
    pub title: String,
    /// Where, for a session; the unit's name, for what a leader is told.
    pub place: String,
    /// The day it is due or takes place.
    pub on: NaiveDate,
    /// When a session begins.
    pub starts_at: Option<Moment>,
    pub ends_at: Option<Moment>,
    /// How many people or things it speaks of.
    pub n: i64,
    /// The page it leads to.
    pub path: String,
    /// The revision of a session, by which a calendar knows the newest entry.
    /// Of a call, the unit asked.
    pub revision: i64,
}

/// What a letter is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arguments {
    pub name: String,
    pub items: Vec<Item>,
    /// HQ's own words, by kind, for the kinds in this mail.
    pub words: Vec<String>,
    /// What goes into a calendar.
    pub calendar: Vec<Entry>,
    /// Who may pause by one click: the person's number, from which the mail makes its own link.
    pub pause: PersonId,
}

/// Orders a mail's matters: as [`Kind`] does, then by day.
pub fn sort(items: &mut [Item]) {
    items.sort_by(|a, b| (a.kind, a.on, &a.title).cmp(&(b.kind, b.on, &b.title)));
}

/// Which week after its due date a task is in, from 1 on: by it an overdue task is told of again.
pub fn week_overdue(due_on: NaiveDate, today: NaiveDate) -> i64 {
    ((today - due_on).num_days() - 1).div_euclid(7) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_first_week_overdue_begins_the_day_after_and_the_second_seven_days_later() {
        let due = day("2024-07-05");

        assert_eq!(week_overdue(due, day("2024-07-05")), 0);
        assert_eq!(week_overdue(due, day("2024-07-06")), 1);
        assert_eq!(week_overdue(due, day("2024-07-12")), 1);
        assert_eq!(week_overdue(due, day("2024-07-13")), 2);
    }
}
