//! Check-ins to be verified (待核实): patterns in how they arrived. They are listed and nothing is blocked.

use super::model::{Attendance, AttendanceState, Method};
use crate::clock::Moment;
use crate::store::ids::{PersonId, VenueId};
use diesel::prelude::Queryable;
use std::collections::{BTreeMap, BTreeSet};

crate::choices! {
    /// Why a check-in is to be verified.
    pub enum Doubt {
        /// One device checked in several people.
        SharedDevice = "shared_device",
        /// Several arrived with one code after it had left the screen.
        Burst = "burst",
        /// A kiosk's entry was outside tolerance.
        Kiosk = "kiosk",
    }
}

crate::choices! {
    /// What was decided about a check-in that was to be verified.
    pub enum Decision {
        Confirmed = "confirmed",
        Voided = "voided",
    }
}

/// So many check-ins with one code after it left the screen are a burst (`product.md` 6 names the pattern; the number
/// is ours: a few are always slow).
pub const BURST: usize = 5;

/// One check-in that is to be verified, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub person: PersonId,
    pub doubt: Doubt,
    pub arrived_at: Moment,
    /// The others of the same device or burst.
    pub others: Vec<PersonId>,
}

/// A kiosk's entry outside tolerance that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KioskDoubt {
    pub person: PersonId,
}

/// Finds what is to be verified among the check-ins of a session, in the order of the people's ids. `opens_at` is when
/// the session opened: who scanned before it arrived then, however old their code had become.
pub fn find(rows: &[Attendance], kiosk: &[KioskDoubt], opens_at: Moment) -> Vec<Finding> {
    let arrivals = || {
        let present = rows.iter().filter(|row| row.state == AttendanceState::Present);
        present.filter_map(|row| Some((row, row.arrived_at?)))
    };
    let by_code = || arrivals().filter(|(row, _)| row.method == Method::Code);
    let mut of_device: BTreeMap<&str, BTreeSet<PersonId>> = BTreeMap::new();
    let mut of_code: BTreeMap<(Option<VenueId>, Moment), BTreeSet<PersonId>> = BTreeMap::new();
    for (row, arrived_at) in by_code() {
        if let Some(device) = &row.device {
            of_device.entry(device).or_default().insert(row.person_id);
        }
        if let Some(until) = row.code_until.filter(|until| *until < arrived_at && opens_at < arrived_at) {
            of_code.entry((row.venue_id, until)).or_default().insert(row.person_id);
        }
    }
    let groups = of_device.into_values().filter(|people| people.len() > 1).map(|people| (Doubt::SharedDevice, people));
    let bursts = of_code.into_values().filter(|people| people.len() >= BURST).map(|people| (Doubt::Burst, people));
    let singles = kiosk.iter().map(|doubt| (Doubt::Kiosk, BTreeSet::from([doubt.person])));
    let arrived: BTreeMap<PersonId, Moment> = arrivals().map(|(row, at)| (row.person_id, at)).collect();
    let mut findings: Vec<Finding> = groups
        .chain(bursts)
        .chain(singles)
        .flat_map(|(doubt, people)| people.clone().into_iter().map(move |person| (doubt, person, people.clone())))
        .filter_map(|(doubt, person, people)| {
            let others = people.into_iter().filter(|other| *other != person).collect();
            Some(Finding { person, doubt, arrived_at: *arrived.get(&person)?, others })
        })
        .collect();
    findings.sort_by_key(|finding| (finding.person, finding.doubt));
    findings.dedup_by_key(|finding| (finding.person, finding.doubt));
    findings
}

/// What was decided. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Verification {
    pub session_id: crate::store::ids::SessionId,
    pub person_id: PersonId,
    pub doubt: Doubt,
    pub arrived_at: Moment,
    pub decision: Decision,
    pub note: String,
    pub decided_by: Option<PersonId>,
    pub decided_at: Moment,
}

impl Verification {
    /// Whether it was this check-in that was decided about. One that was voided is gone: whoever is there again since
    /// then, even by the same scan, is looked at anew.
    pub fn is_about(&self, finding: &Finding) -> bool {
        self.decision == Decision::Confirmed
            && (self.person_id, self.doubt, self.arrived_at) == (finding.person, finding.doubt, finding.arrived_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::{MakeUp, Recorded};
    use crate::store::ids::SessionId;
    use chrono::TimeDelta;

    fn at(seconds: i64) -> Moment {
        Moment::from_utc(chrono::NaiveDateTime::default()) + TimeDelta::seconds(seconds)
    }

    /// Somebody who arrived so many seconds after opening, with the code that left the screen at 100.
    fn arrival(person: i64, seconds: i64, device: &str) -> Attendance {
        let recorded = Recorded::plain(AttendanceState::Present, Method::Code);
        Attendance {
            session_id: SessionId(1),
            person_id: PersonId(person),
            state: recorded.state,
            late: false,
            left_early: false,
            method: recorded.method,
            venue_id: Some(VenueId(1)),
            leave_kind: None,
            stand_in: None,
            make_up: MakeUp::None,
            make_up_kind: None,
            arrived_at: Some(at(seconds)),
            recorded_by: Some(PersonId(person)),
            recorded_at: at(seconds),
            version: 1,
            device: Some(device.to_owned()),
            code_until: Some(at(100)),
        }
    }

    fn found(rows: &[Attendance]) -> Vec<(i64, Doubt)> {
        find(rows, &[], at(0)).iter().map(|finding| (finding.person.0, finding.doubt)).collect()
    }

    #[test]
    fn one_device_for_two_people_is_found_at_both_and_names_the_other() {
        let rows = [arrival(1, 10, "a"), arrival(2, 20, "b"), arrival(3, 30, "a")];

        let findings = find(&rows, &[], at(0));

        assert_eq!(found(&rows), [(1, Doubt::SharedDevice), (3, Doubt::SharedDevice)]);
        assert_eq!(findings[0].others, [PersonId(3)]);
    }

    #[test]
    fn a_device_does_not_count_where_it_was_the_clerks_or_the_person_is_not_present_any_more() {
        let clerk = Attendance { method: Method::RollCall, ..arrival(2, 20, "a") };
        let voided = Attendance { state: AttendanceState::Absent, ..arrival(3, 20, "a") };

        assert_eq!(found(&[arrival(1, 10, "a"), clerk, voided]), []);
    }

    #[test]
    fn five_with_one_code_after_it_left_the_screen_are_a_burst_and_four_are_not() {
        let after = |n: i64| (1..=n).map(|person| arrival(person, 101, &person.to_string())).collect::<Vec<_>>();
        let elsewhere = |mut rows: Vec<Attendance>| {
            rows[0].venue_id = Some(VenueId(2));
            rows
        };

        assert_eq!(found(&after(4)), []);
        assert_eq!(found(&after(5)).len(), 5);
        assert_eq!(found(&elsewhere(after(5))), []);
    }

    #[test]
    fn arriving_as_the_code_leaves_the_screen_or_as_the_session_opens_is_no_burst() {
        let in_time: Vec<_> = (1..=6).map(|person| arrival(person, 100, &person.to_string())).collect();
        let early: Vec<_> = (1..=6).map(|person| arrival(person, 200, &person.to_string())).collect();

        assert_eq!(found(&in_time), []);
        assert_eq!(find(&early, &[], at(200)), []);
        assert_eq!(find(&early, &[], at(199)).len(), 6);
    }

    #[test]
    fn a_kiosks_entry_outside_tolerance_is_found_once_and_only_while_the_person_is_present() {
        let kiosk = |person| KioskDoubt { person: PersonId(person) };
        let row = Attendance { method: Method::Kiosk, ..arrival(1, 10, "a") };

        let findings = find(&[row], &[kiosk(1), kiosk(1), kiosk(2)], at(0));

        assert_eq!(findings.iter().map(|finding| finding.person.0).collect::<Vec<_>>(), [1]);
    }
}
