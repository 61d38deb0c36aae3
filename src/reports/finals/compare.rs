//! Whether the figures of today are still those of a final report, and if not, for whom they have changed.

use crate::attendance::{Attendance, LeaveKind, ShownState};
use crate::clock::Moment;
use crate::reports::basis::Basis;
use crate::reports::session_attendance::{MadeUp, made_up};
use crate::store::ids::PersonId;
use crate::training::RosterRow;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a report says of one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    pub state: ShownState,
    pub late: bool,
    pub left_early: bool,
    pub leave_kind: Option<LeaveKind>,
    pub stand_in: Option<String>,
    pub arrived_at: Option<Moment>,
    pub make_up: MadeUp,
}

/// A person of whom the final report and today's say different things; nothing where one does not name them.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub row: RosterRow,
    pub before: Option<Side>,
    pub after: Option<Side>,
}

/// Everybody of whom the two say different things, in the order of the roster.
pub fn differences(before: &Basis, after: &Basis) -> Vec<Difference> {
    let (was, is) = (sides(before), sides(after));
    let mut seen = BTreeSet::new();
    let rows = before.roll.iter().chain(&after.roll).map(|(row, _)| row).filter(|row| seen.insert(row.person_id));
    rows.filter_map(|row| {
        let (before, after) = (was.get(&row.person_id).cloned(), is.get(&row.person_id).cloned());
        (before != after).then(|| Difference { row: row.clone(), before, after })
    })
    .collect()
}

/// Whether a paper made of one would say what a paper made of the other says.
pub fn says_the_same(before: &Basis, after: &Basis) -> bool {
    let head = |basis: &Basis| {
        let session = &basis.session;
        let words = [&basis.organisation, &session.title, &session.speaker, &session.organiser].map(Clone::clone);
        (words, session.starts_at, session.ends_at, session.study_minutes, basis.venues.clone(), basis.guests.clone())
    };
    let rows = |basis: &Basis| basis.roll.iter().map(|(row, _)| row.clone()).collect::<Vec<_>>();
    head(before) == head(after) && rows(before) == rows(after) && differences(before, after).is_empty()
}

pub(super) fn sides(basis: &Basis) -> BTreeMap<PersonId, Side> {
    let has_read: BTreeSet<PersonId> = basis.self_study.iter().copied().collect();
    let side_of = |row: &RosterRow, attendance: Option<&Attendance>| Side {
        state: crate::attendance::model::shown(basis.session.state, attendance),
        late: attendance.is_some_and(|attendance| attendance.late),
        left_early: attendance.is_some_and(|attendance| attendance.left_early),
        leave_kind: attendance.and_then(|attendance| attendance.leave_kind),
        stand_in: attendance.and_then(|attendance| attendance.stand_in.clone()),
        arrived_at: attendance.and_then(Attendance::checked_in_at),
        make_up: made_up(attendance, has_read.contains(&row.person_id)),
    };
    basis.roll.iter().map(|(row, attendance)| (row.person_id, side_of(row, attendance.as_ref()))).collect()
}
