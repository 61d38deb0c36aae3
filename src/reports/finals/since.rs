//! Whether what is recorded has moved on since the newest final report of a session was made.

use super::compare::differences;
use super::{Entry, queries};
use crate::access::{Reach, Viewer};
use crate::attendance::queries as attendance;
use crate::clock::Moment;
use crate::error::Result;
use crate::reports::basis::Basis;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use std::collections::{BTreeMap, BTreeSet};

/// How many people's attendance was changed after each of these reports was made, as far as the viewer may see it; one
/// report of each session, and sessions without any such change are left out.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn count_corrected(conn: &mut Conn, viewer: &Viewer, newest: &[Entry]) -> Result<BTreeMap<SessionId, usize>> {
    let made: BTreeMap<SessionId, Moment> =
        newest.iter().filter_map(|entry| Some((entry.session?, entry.made_at))).collect();
    let Some(earliest) = made.values().min().copied() else { return Ok(BTreeMap::new()) };
    let sessions: Vec<SessionId> = made.keys().copied().collect();
    let mut people: BTreeMap<SessionId, BTreeSet<PersonId>> = BTreeMap::new();
    for (session, person, changed_at, path) in attendance::list_changed_since(conn, &sessions, earliest)? {
        let is_later = made.get(&session).is_some_and(|made_at| *made_at < changed_at);
        if is_later && viewer.reach_of_reports(session).covers(&path) {
            people.entry(session).or_default().insert(person);
        }
    }
    Ok(people.into_iter().map(|(session, people)| (session, people.len())).collect())
}

/// Of how many people a final report says something else than what is recorded today, as far as a reach goes.
///
/// # Errors
/// `Broken` when the report cannot be read.
pub fn count_different(conn: &mut Conn, of: &Entry, today: &Basis, reach: &Reach) -> Result<usize> {
    let mut kept = queries::find_basis(conn, of.id)?;
    kept.narrow(&today.units, reach);
    Ok(differences(&kept, today).len())
}
