//! Moments, the organisation's zone, and the only caller of the system clock.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use diesel::sql_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the process first asked for a steady time.
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// An instant in UTC, to the microsecond (what both databases keep).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = Timestamp)]
pub struct Moment(NaiveDateTime);

impl Moment {
    /// The moment of a UTC date and time; anything below a microsecond is dropped.
    pub fn from_utc(utc: NaiveDateTime) -> Self {
        let micros = utc.nanosecond() % 1_000_000_000 / 1_000 * 1_000;
        Self(utc.with_nanosecond(micros).unwrap_or(utc))
    }

    /// The moment that many seconds after 1970 began.
    pub fn from_timestamp(seconds: i64) -> Self {
        Self::from_utc(DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc())
    }

    pub fn as_utc(&self) -> &NaiveDateTime {
        &self.0
    }

    pub fn utc(self) -> NaiveDateTime {
        self.0
    }

    /// For libraries that want the system's type.
    pub fn system_time(self) -> std::time::SystemTime {
        self.0.and_utc().into()
    }

    /// Seconds since 1970, for codes and keys that are derived from time.
    pub fn timestamp(self) -> i64 {
        self.0.and_utc().timestamp()
    }
}

impl std::ops::Add<TimeDelta> for Moment {
    type Output = Self;
    fn add(self, delta: TimeDelta) -> Self {
        Self(self.0 + delta)
    }
}

impl std::ops::Sub<TimeDelta> for Moment {
    type Output = Self;
    fn sub(self, delta: TimeDelta) -> Self {
        Self(self.0 - delta)
    }
}

impl std::ops::Sub for Moment {
    type Output = TimeDelta;
    fn sub(self, other: Self) -> TimeDelta {
        self.0 - other.0
    }
}

/// As RFC 3339, which the helpers of the templates read back.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.and_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ"))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = DateTime::parse_from_rfc3339(&text).map_err(serde::de::Error::custom)?;
        Ok(Self::from_utc(read.naive_utc()))
    }
}

/// Tells the time: the system's, or a fixed one in tests; and what day it is where the organisation is.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: Tz,
    fixed: Option<Arc<Mutex<Moment>>>,
    steady: Arc<Mutex<Option<Steady>>>,
}

/// A time that never goes back: where it stood, and how long the process had run then.
#[derive(Debug, Clone, Copy)]
struct Steady {
    at: Moment,
    running: Duration,
}

impl Steady {
    /// The time when the wall's clock says `wall`: the wall's own, unless that was set back; then it goes on from
    /// where it stood, at its own pace.
    fn go_on(before: Option<Self>, wall: Moment, running: Duration) -> Self {
        let on = before.map(|before| {
            let passed = TimeDelta::from_std(running.saturating_sub(before.running)).unwrap_or(TimeDelta::zero());
            before.at + passed
        });
        Self { at: on.map_or(wall, |on| on.max(wall)), running }
    }
}

impl Clock {
    /// The system's clock, read in the organisation's zone.
    pub fn system(zone: Tz) -> Self {
        Self { zone, fixed: None, steady: Arc::default() }
    }

    /// A clock that stands still until it is set, for tests.
    pub fn fixed(zone: Tz, now: Moment) -> Self {
        Self { zone, fixed: Some(Arc::new(Mutex::new(now))), steady: Arc::default() }
    }

    /// Sets a fixed clock; the system's clock cannot be set.
    pub fn set(&self, now: Moment) {
        if let Some(fixed) = &self.fixed {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    pub fn now(&self) -> Moment {
        match &self.fixed {
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            None => Moment::from_utc(Utc::now().naive_utc()),
        }
    }

    /// The time by which codes live: as [`Clock::now`], but set back it does not go back while the program runs, so
    /// that no code lives longer for it.
    pub fn steady(&self) -> Moment {
        if self.fixed.is_some() {
            return self.now();
        }
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let on = Steady::go_on(*steady, self.now(), STARTED.elapsed());
        *steady = Some(on);
        on.at
    }

    /// Today's date where the organisation is.
    pub fn today(&self) -> NaiveDate {
        self.local(self.now()).date_naive()
    }

    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The moment as a clock on the organisation's wall shows it.
    pub fn local(&self, moment: Moment) -> DateTime<Tz> {
        self.zone.from_utc_datetime(&moment.0)
    }

    /// The moment of a date and time on the organisation's wall. In the hour that a change to
    /// winter time repeats the first is meant; in the hour that one to summer time skips, the moment after it.
    pub fn moment(&self, date: NaiveDate, time: NaiveTime) -> Moment {
        let local = date.and_time(time);
        let utc = match self.zone.from_local_datetime(&local).earliest() {
            Some(found) => found.naive_utc(),
            None => self
                .zone
                .from_local_datetime(&(local + TimeDelta::hours(1)))
                .earliest()
                .map_or(local, |found| found.naive_utc()),
        };
        Moment::from_utc(utc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// C-07.
    #[test]
    fn the_day_begins_at_midnight_of_the_organisations_zone() {
        let late = Moment::from_utc(date("2024-07-04").and_hms_opt(16, 0, 0).expect("a time"));

        let clock = Clock::fixed(chrono_tz::Asia::Shanghai, late);

        assert_eq!(clock.today(), date("2024-07-05"));
        assert_eq!(clock.moment(date("2024-07-05"), NaiveTime::MIN), late);
    }

    /// C-07.
    #[test]
    fn a_time_that_summer_time_skips_becomes_the_moment_after_it() {
        let clock = Clock::fixed(chrono_tz::America::New_York, Moment::from_utc(NaiveDateTime::default()));

        let skipped = clock.moment(date("2024-03-10"), NaiveTime::from_hms_opt(2, 30, 0).expect("a time"));

        assert_eq!(clock.local(skipped).to_rfc3339(), "2024-03-10T03:30:00-04:00");
    }

    /// C-07.
    #[test]
    fn the_steady_time_follows_the_wall_forward_and_its_own_pace_when_the_wall_is_set_back() {
        let (noon, second) = (Moment::from_timestamp(43_200), Duration::from_secs(1));
        let first = Steady::go_on(None, noon, second);

        let later = Steady::go_on(Some(first), noon + TimeDelta::seconds(10), second * 11);
        let set_back = Steady::go_on(Some(later), noon - TimeDelta::hours(1), second * 26);
        let set_forward = Steady::go_on(Some(set_back), noon + TimeDelta::hours(1), second * 27);

        assert_eq!(later.at, noon + TimeDelta::seconds(10));
        assert_eq!(set_back.at, noon + TimeDelta::seconds(25));
        assert_eq!(set_forward.at, noon + TimeDelta::hours(1));
    }

    #[test]
    fn what_lies_below_a_microsecond_is_dropped() {
        let fine = date("2024-07-05").and_hms_nano_opt(1, 2, 3, 123_456_789).expect("a time");

        assert_eq!(Moment::from_utc(fine).utc().nanosecond(), 123_456_000);
    }
}
