//! Publishing: the roster is frozen.

use super::audience::{Candidate, full_name};
use super::model::{RosterRow, SessionState, VenueKind, check_step};
use super::plan::{Plan, check_complete, refuse};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Problem, Result};
use crate::organization::{self, Person, Unit};
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use std::collections::BTreeMap;

/// Publishes a draft as it was shown in `version`, and gives the number of people on its roster. Unit, category, post
/// and order of each are from now on those of today, whatever becomes of the organisation.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` when it is no draft any more, or with
/// what it still lacks.
pub fn publish(conn: &mut Conn, actor: &Actor, id: SessionId, version: i64, now: Moment) -> Result<i64> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    check_step(session.state, SessionState::Published)?;
    let plan = queries::find_plan(conn, &session)?;
    let units = organization::queries::list_units(conn)?;
    let people = queries::list_possible_people(conn, &plan.audience)?;
    let rows = roster(&plan, &units, &people, id);
    refuse(check_complete(&plan, rows.len() as i64))?;
    // First, so that of two who publish at once the second is told so before it writes a roster of its own.
    queries::update_published(conn, &session, version, now)?;
    queries::insert_roster(conn, &rows)?;
    let n = rows.len() as i64;
    audit::record(conn, actor, now, Action::new("session.published", "session"), id.0, &n)?;
    Ok(n)
}

/// Who is expected, in the order in which `people` stand: the units', then their own.
fn roster(plan: &Plan, units: &[Unit], people: &[Person], id: SessionId) -> Vec<RosterRow> {
    let main = plan.venues.iter().find(|venue| venue.kind == VenueKind::Main).and_then(|venue| venue.id);
    let covered = plan.audience.covered(units);
    let names: BTreeMap<_, _> = units.iter().map(|unit| (unit.id, full_name(units, unit))).collect();
    let is_expected = |person: &&Person| {
        let candidate = Candidate { person: person.id, unit: person.unit_id, category: person.category };
        plan.audience.expects(&covered, &candidate)
    };
    let expected = people.iter().filter(is_expected).zip(1..);
    expected
        .map(|(person, position)| RosterRow {
            session_id: id,
            person_id: person.id,
            position,
            unit_id: person.unit_id,
            unit_name: names.get(&person.unit_id).cloned().unwrap_or_default(),
            name: person.name.clone(),
            post: person.post.clone(),
            category: person.category,
            // Without a main venue nothing is written: `check_complete` refuses.
            venue_id: main.unwrap_or(VenueId(0)),
        })
        .collect()
}

/// What the draft still lacks, for the page that is shown before publishing.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn missing(conn: &mut Conn, plan: &Plan) -> Result<Vec<Problem>> {
    let (units, headcounts) = (organization::queries::list_units(conn)?, queries::headcounts(conn)?);
    let named = queries::list_named(conn, &plan.audience)?;
    let n = plan.audience.count(&units, &headcounts, &named).iter().map(|count| count.n).sum();
    Ok(check_complete(plan, n))
}
