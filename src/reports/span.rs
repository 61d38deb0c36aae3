//! The time that a report is about: whole days of the organisation's calendar, mostly a month, a quarter, half a year or a year.

use crate::clock::{Clock, Moment};
use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The earliest year that can be asked for, and the last: what the database can hold and a form can show.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;

/// From a day to a day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

crate::choices! {
    /// What a span is called.
    pub enum SpanKind {
        Month = "month",
        Quarter = "quarter",
        HalfYear = "half_year",
        Year = "year",
        Days = "days",
    }
}

impl SpanKind {
    fn months(self) -> Option<u32> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::HalfYear => Some(6),
            Self::Year => Some(12),
            Self::Days => None,
        }
    }
}

impl Span {
    /// The days from one to another, when they are in order and within what can be asked for.
    pub fn between(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        (first <= last && YEARS.contains(&first.year()) && YEARS.contains(&last.year())).then_some(Self { first, last })
    }

    /// The month, quarter, half-year or year that a day lies in; the day alone for any other.
    pub fn around(kind: SpanKind, day: NaiveDate) -> Self {
        let Some(n) = kind.months() else { return Self { first: day, last: day } };
        let month = day.month0() / n * n + 1;
        Self::of_months(NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day), n)
    }

    fn of_months(first: NaiveDate, n: u32) -> Self {
        let end = first.checked_add_months(Months::new(n)).and_then(|end| end.pred_opt());
        Self { first, last: end.unwrap_or(first) }
    }

    pub fn kind(&self) -> SpanKind {
        let named = [SpanKind::Month, SpanKind::Quarter, SpanKind::HalfYear, SpanKind::Year];
        named.into_iter().find(|kind| Self::around(*kind, self.first) == *self).unwrap_or(SpanKind::Days)
    }

    /// The span of the same kind right before, where it has a kind.
    pub fn before(&self) -> Option<Self> {
        let kind = self.kind();
        let day = self.first.pred_opt()?;
        (kind != SpanKind::Days).then(|| Self::around(kind, day)).filter(|span| YEARS.contains(&span.first.year()))
    }

    /// The one right after it.
    pub fn after(&self) -> Option<Self> {
        let kind = self.kind();
        let day = self.last.succ_opt()?;
        (kind != SpanKind::Days).then(|| Self::around(kind, day)).filter(|span| YEARS.contains(&span.first.year()))
    }

    /// Its place among those of its year: the month, the quarter 1 to 4, the half 1 or 2.
    pub fn place(&self) -> i64 {
        let months = self.kind().months().unwrap_or(12);
        i64::from(self.first.month0() / months) + 1
    }

    /// As moments: the first of it, and the first after it.
    pub fn moments(&self, clock: &Clock) -> (Moment, Moment) {
        let end = self.last.succ_opt().unwrap_or(self.last);
        (clock.moment(self.first, NaiveTime::MIN), clock.moment(end, NaiveTime::MIN))
    }

    /// The twelve months that end with its last one.
    pub fn year_to_its_end(&self) -> Self {
        let month = Self::around(SpanKind::Month, self.last);
        Self { first: month.first.checked_sub_months(Months::new(11)).unwrap_or(month.first), last: month.last }
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn span(first: &str, last: &str) -> Span {
        Span { first: day(first), last: day(last) }
    }

    #[test]
    fn a_day_lies_in_its_month_quarter_half_year_and_year() {
        let around = |kind| Span::around(kind, day("2024-05-31"));

        assert_eq!(around(SpanKind::Month), span("2024-05-01", "2024-05-31"));
        assert_eq!(around(SpanKind::Quarter), span("2024-04-01", "2024-06-30"));
        assert_eq!(around(SpanKind::HalfYear), span("2024-01-01", "2024-06-30"));
        assert_eq!(around(SpanKind::Year), span("2024-01-01", "2024-12-31"));
        assert_eq!(around(SpanKind::Days), span("2024-05-31", "2024-05-31"));
    }

    #[test]
    fn a_span_is_called_by_what_it_is_and_has_its_neighbours() {
        let february = span("2024-02-01", "2024-02-29");
        let third = span("2024-07-01", "2024-09-30");

        assert_eq!((february.kind(), february.place()), (SpanKind::Month, 2));
        assert_eq!(february.before(), Some(span("2024-01-01", "2024-01-31")));
        assert_eq!((third.kind(), third.place()), (SpanKind::Quarter, 3));
        assert_eq!(third.after(), Some(span("2024-10-01", "2024-12-31")));
        assert_eq!(span("2024-02-01", "2024-02-28").kind(), SpanKind::Days);
        assert_eq!(span("2024-02-01", "2024-02-28").after(), None);
        assert_eq!(span("2024-07-01", "2024-12-31").place(), 2);
    }

    #[test]
    fn days_in_the_wrong_order_or_of_no_year_that_can_be_asked_for_are_no_span() {
        assert_eq!(Span::between(day("2024-02-02"), day("2024-02-01")), None);
        assert_eq!(Span::between(day("1999-12-31"), day("2024-02-01")), None);
        assert!(Span::between(day("2024-02-01"), day("2024-02-01")).is_some());
    }

    #[test]
    fn a_trend_goes_over_the_twelve_months_that_end_with_the_span() {
        assert_eq!(span("2024-02-10", "2024-02-20").year_to_its_end(), span("2023-03-01", "2024-02-29"));
    }
}
