//! When mail may go out: by day, on the organisation's working days.

use super::Settings;
use crate::clock::{Clock, Moment};
use crate::error::{Message, Problem};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use std::collections::BTreeSet;

/// The organisation's days and hours of sending.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    from_hour: u32,
    /// Itself excluded.
    to_hour: u32,
    /// Days off besides Saturdays and Sundays.
    off: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked on (调休).
    on: BTreeSet<NaiveDate>,
}

impl Calendar {
    pub fn of(settings: &Settings) -> Self {
        Self {
            from_hour: u32::try_from(settings.mail_from_hour).unwrap_or(8),
            to_hour: u32::try_from(settings.mail_to_hour).unwrap_or(20),
            off: read_days(&settings.holidays).unwrap_or_default(),
            on: read_days(&settings.extra_workdays).unwrap_or_default(),
        }
    }

    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if is_weekend { self.on.contains(&day) } else { !self.off.contains(&day) }
    }

    /// The first working day after this one; if the list of holidays leaves none within a year, tomorrow.
    pub fn next_working_day(&self, day: NaiveDate) -> NaiveDate {
        let found = day.iter_days().skip(1).take(366).find(|day| self.is_working_day(*day));
        found.unwrap_or(day + TimeDelta::days(1))
    }

    /// The next moment at which mail may be sent: now, when it may be sent now.
    pub fn next_sending(&self, clock: &Clock, now: Moment) -> Moment {
        let local = clock.local(now).naive_local();
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
        let is_over = self.to_hour < 24 && local.time() >= at(self.to_hour);
        match self.is_working_day(local.date()) && !is_over {
            true if local.time() >= at(self.from_hour) => now,
            true => clock.moment(local.date(), at(self.from_hour)),
            false => clock.moment(self.next_working_day(local.date()), at(self.from_hour)),
        }
    }
}

/// Days as HQ types them: one or more, each `2024-10-01`, or a range `2024-10-01–2024-10-07` (also with `至`, `~`, `..`);
/// separated by spaces, commas or lines.
///
/// # Errors
/// The part that is no day.
pub fn read_days(text: &str) -> Result<BTreeSet<NaiveDate>, String> {
    /// A range that is longer is a typing mistake.
    const LONGEST: i64 = 60;
    let mut days = BTreeSet::new();
    let parts = text.split(|character: char| character.is_whitespace() || ",，;；、".contains(character));
    for part in parts.filter(|part| !part.is_empty()) {
        let wrong = || part.to_owned();
        let mut ends = part.split(['–', '—', '至', '~', '～']).flat_map(|end| end.split(".."));
        let first: NaiveDate = ends.next().and_then(|end| end.parse().ok()).ok_or_else(wrong)?;
        let last: NaiveDate = match ends.next() {
            Some(end) => end.parse().map_err(|_| wrong())?,
            None => first,
        };
        if ends.next().is_some() || last < first || (last - first).num_days() > LONGEST {
            return Err(wrong());
        }
        days.extend(first.iter_days().take_while(|day| *day <= last));
    }
    Ok(days)
}

/// What is wrong with the hours and days of some settings, at their fields.
pub(super) fn check(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !(0..=23).contains(&settings.mail_from_hour) || settings.mail_to_hour > 24 {
        problems.push(Problem::at("mail_from_hour", Message::new("settings-mail-hours-range")));
    } else if settings.mail_to_hour <= settings.mail_from_hour {
        problems.push(Problem::at("mail_to_hour", Message::new("settings-mail-hours-order")));
    }
    for (field, text) in [("holidays", &settings.holidays), ("extra_workdays", &settings.extra_workdays)] {
        if let Err(part) = read_days(text) {
            problems.push(Problem::at(field, Message::new("settings-days-unreadable").with("part", part)));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn calendar(holidays: &str, extra_workdays: &str) -> Calendar {
        let (holidays, extra_workdays) = (holidays.to_owned(), extra_workdays.to_owned());
        Calendar::of(&Settings { holidays, extra_workdays, ..Settings::default() })
    }

    fn next(calendar: &Calendar, zone: chrono_tz::Tz, date: &str, time: &str) -> String {
        let clock = Clock::fixed(zone, Moment::from_utc(chrono::NaiveDateTime::default()));
        let time = NaiveTime::parse_from_str(time, "%H:%M:%S").expect("a time");
        let now = clock.moment(day(date), time);
        let next = calendar.next_sending(&clock, now);
        clock.local(next).format("%m-%d %H:%M:%S").to_string()
    }

    #[test]
    fn mail_goes_out_from_eight_until_just_before_twenty_by_the_organisations_clock() {
        let (plain, zone) = (calendar("", ""), chrono_tz::Asia::Shanghai);

        assert_eq!(next(&plain, zone, "2024-07-05", "07:59:59"), "07-05 08:00:00");
        assert_eq!(next(&plain, zone, "2024-07-05", "08:00:00"), "07-05 08:00:00");
        assert_eq!(next(&plain, zone, "2024-07-05", "19:59:59"), "07-05 19:59:59");
        assert_eq!(next(&plain, zone, "2024-02-28", "23:00:00"), "02-29 08:00:00");
    }

    #[test]
    fn it_waits_over_the_weekend_and_holidays_but_not_on_a_weekend_that_is_worked() {
        let zone = chrono_tz::Asia::Shanghai;
        let october = calendar("2024-10-01–2024-10-07", "2024-10-12");

        assert_eq!(next(&calendar("", ""), zone, "2024-07-05", "20:00:00"), "07-08 08:00:00");
        assert_eq!(next(&october, zone, "2024-09-30", "21:00:00"), "10-08 08:00:00");
        assert_eq!(next(&october, zone, "2024-10-12", "09:30:00"), "10-12 09:30:00");
        assert_eq!(october.next_working_day(day("2024-10-11")), day("2024-10-12"));
    }

    #[test]
    fn a_change_of_the_wall_clock_does_not_shift_the_hour() {
        assert_eq!(next(&calendar("", ""), chrono_tz::America::New_York, "2024-03-08", "21:00:00"), "03-11 08:00:00");
    }

    #[test]
    fn days_are_read_one_by_one_or_as_ranges_and_what_is_none_is_named() {
        assert_eq!(read_days("2024-10-01–2024-10-03, 2024-12-31").expect("days").len(), 4);
        assert_eq!(read_days("2024-10-01至2024-10-02\n2024-10-05").expect("days").len(), 3);
        assert_eq!(read_days("").expect("no days").len(), 0);
        assert_eq!(read_days("2024-10-01 国庆"), Err("国庆".to_owned()));
        assert_eq!(read_days("2024-10-07–2024-10-01"), Err("2024-10-07–2024-10-01".to_owned()));
        assert!(read_days("2024-01-01–2034-01-01").is_err());
    }
}
