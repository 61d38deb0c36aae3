//! A year of the organisation's calendar, as moments and as days.

use crate::clock::{Clock, Moment};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// The first year that can be asked for.
const FIRST: i32 = 2000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Year {
    pub number: i32,
    pub from: Moment,
    /// The moment at which the next year begins.
    pub to: Moment,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Year {
    pub fn of(number: i32, clock: &Clock) -> Self {
        let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        Self {
            number,
            from: clock.moment(first(number), NaiveTime::MIN),
            to: clock.moment(first(number + 1), NaiveTime::MIN),
            first: first(number),
            last: first(number + 1).pred_opt().unwrap_or_default(),
        }
    }

    /// The year as it stands in an address, up to so many years after this one; this one when it is none of those.
    pub fn asked(text: &str, n_ahead: i32, clock: &Clock) -> Self {
        let this = clock.today().year();
        let asked = text.trim().parse().ok().filter(|year| (FIRST..=this + n_ahead).contains(year));
        Self::of(asked.unwrap_or(this), clock)
    }

    /// The year before, when it can be asked for.
    pub fn before(&self) -> Option<i32> {
        (self.number > FIRST).then_some(self.number - 1)
    }

    /// The year after, when that is no later than so many years after this one.
    pub fn after(&self, n_ahead: i32, clock: &Clock) -> Option<i32> {
        (self.number < clock.today().year() + n_ahead).then_some(self.number + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_that_cannot_be_asked_for_is_this_one() {
        let clock = Clock::fixed(chrono_tz::Asia::Shanghai, Moment::from_timestamp(1_720_000_000));
        let asked = |text, ahead| Year::asked(text, ahead, &clock).number;

        assert_eq!((asked("2023", 0), asked("2025", 0), asked("2025", 1), asked("x", 1)), (2023, 2024, 2025, 2024));
        let year = Year::of(2024, &clock);
        assert_eq!((year.last.to_string().as_str(), year.after(0, &clock)), ("2024-12-31", None));
        assert_eq!((Year::of(2000, &clock).before(), Year::of(2023, &clock).after(0, &clock)), (None, Some(2024)));
    }
}
