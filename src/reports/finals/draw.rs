//! A spot check: some people of a report drawn at random, each with the trail of what is recorded of them.

use crate::attendance::Attendance;
use crate::attendance::model::Change;
use crate::attendance::queries as attendance;
use crate::error::Result;
use crate::reports::basis::Basis;
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::training::RosterRow;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A person drawn, as recorded today, with every change, the newest first, and by whom.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The number in the report's list, the paper's.
    pub number: usize,
    pub row: RosterRow,
    pub attendance: Option<Attendance>,
    pub recorded_by: Option<String>,
    pub changes: Vec<(Change, Option<String>)>,
}

/// Draws `n` people; whom, the name of the draw decides, so that the same address shows the same people again.
///
/// # Errors
/// `Broken` when the trail cannot be read.
pub fn drawn(conn: &mut Conn, report: &Basis, today: &Basis, n: usize, name: &str) -> Result<Vec<Drawn>> {
    let mut all: Vec<(Vec<u8>, usize, &RosterRow)> = report
        .numbered()
        .map(|(number, (row, _))| (Sha256::digest(format!("{name} {}", row.person_id)).to_vec(), number, row))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.truncate(n);
    all.sort_by_key(|(_, number, _)| *number);
    let people: Vec<PersonId> = all.iter().map(|(_, _, row)| row.person_id).collect();
    let mut changes: BTreeMap<PersonId, Vec<(Change, Option<String>)>> = BTreeMap::new();
    for change in attendance::list_changes_of(conn, report.session.id, &people)? {
        changes.entry(change.0.person_id).or_default().push(change);
    }
    let now = |person: PersonId| today.roll.iter().find(|(row, _)| row.person_id == person);
    let attendances =
        people.iter().map(|person| (*person, now(*person).and_then(|(_, attendance)| attendance.clone())));
    let mut attendances: BTreeMap<PersonId, Option<Attendance>> = attendances.collect();
    let recorders = attendances.values().flatten().filter_map(|attendance| attendance.recorded_by);
    let recorders: BTreeSet<PersonId> = recorders.collect();
    let names: BTreeMap<PersonId, String> = attendance::list_names(conn, &recorders)?.into_iter().collect();
    Ok(all
        .into_iter()
        .map(|(_, number, row)| {
            let attendance = attendances.remove(&row.person_id).flatten();
            let by = attendance.as_ref().and_then(|attendance| attendance.recorded_by);
            Drawn {
                number,
                row: row.clone(),
                recorded_by: by.and_then(|by| names.get(&by).cloned()),
                changes: changes.remove(&row.person_id).unwrap_or_default(),
                attendance,
            }
        })
        .collect())
}
