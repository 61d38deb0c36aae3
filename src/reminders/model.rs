//! Stages, the ledger's outcomes, and the rule of hours.

use crate::clock::{Clock, Moment};
use chrono::{NaiveTime, TimeDelta};

crate::choices! {
    /// What somebody is reminded of.
    pub enum Stage {
        DueInThreeDays = "due_in_three_days",
    }
}

crate::choices! {
    /// What became of it when it was planned; what became of the mail stands in the outbox.
    pub enum ReminderOutcome {
        Queued = "queued",
        NotSent = "not_sent",
    }
}

crate::choices! {
    pub enum NotSentReason {
        AddressMissing = "address_missing",
    }
}

/// Whether the hours of sending are kept: a server keeps them; an operator who says "now" means now, and in the demo,
/// whose mail goes to a folder, nobody would see a reminder in the evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    Kept,
    Any,
}

impl Hours {
    /// The next moment at which a reminder may be sent: now, when it may be sent now.
    pub fn next_sending(self, clock: &Clock, now: Moment) -> Moment {
        match self {
            Self::Kept => next_sending(clock, now),
            Self::Any => now,
        }
    }
}

/// Somebody is reminded this many days before a task is due, or later when it was given later.
pub const DAYS_BEFORE: TimeDelta = TimeDelta::days(3);
/// Reminders go out by day, from this hour of the organisation's clock (`product.md` 4.7).
const FIRST_HOUR: u32 = 8;
/// Until this hour, itself excluded.
const LAST_HOUR: u32 = 20;

fn next_sending(clock: &Clock, now: Moment) -> Moment {
    let local = clock.local(now).naive_local();
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    if local.time() < at(FIRST_HOUR) {
        clock.moment(local.date(), at(FIRST_HOUR))
    } else if local.time() < at(LAST_HOUR) {
        now
    } else {
        clock.moment(local.date() + TimeDelta::days(1), at(FIRST_HOUR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(zone: chrono_tz::Tz, date: &str, time: &str) -> String {
        let clock = Clock::fixed(zone, Moment::from_utc(chrono::NaiveDateTime::default()));
        let time = NaiveTime::parse_from_str(time, "%H:%M:%S").expect("a time");
        let now = clock.moment(date.parse().expect("a date"), time);
        clock.local(next_sending(&clock, now)).format("%m-%d %H:%M:%S").to_string()
    }

    #[test]
    fn reminders_go_out_from_eight_until_just_before_twenty_by_the_organisations_clock() {
        let zone = chrono_tz::Asia::Shanghai;

        assert_eq!(next(zone, "2024-07-05", "07:59:59"), "07-05 08:00:00");
        assert_eq!(next(zone, "2024-07-05", "08:00:00"), "07-05 08:00:00");
        assert_eq!(next(zone, "2024-07-05", "19:59:59"), "07-05 19:59:59");
        assert_eq!(next(zone, "2024-07-05", "20:00:00"), "07-06 08:00:00");
        assert_eq!(next(zone, "2024-02-28", "23:00:00"), "02-29 08:00:00");
    }

    #[test]
    fn a_change_of_the_wall_clock_does_not_shift_the_hour() {
        assert_eq!(next(chrono_tz::America::New_York, "2024-03-09", "21:00:00"), "03-10 08:00:00");
    }
}
