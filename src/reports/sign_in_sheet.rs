//! The sign-in sheet (签到表) to print before a session: a list for each venue, with room to sign.

use crate::access::Viewer;
use crate::attendance::queries as attendance;
use crate::error::{Error, Result};
use crate::organization;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training::{self, RosterRow, Session, VenueKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows at the end of each venue for people who are not on the roster.
const N_BLANK: usize = 5;

/// What the sheet shows.
#[derive(Debug, Clone, Serialize)]
pub struct SignInSheet {
    pub organisation: String,
    pub session: Session,
    pub venues: Vec<VenueSheet>,
}

/// The sheet of one venue, which begins on a page of its own.
#[derive(Debug, Clone, Serialize)]
pub struct VenueSheet {
    pub name: String,
    pub kind: VenueKind,
    pub n_expected: usize,
    pub units: Vec<UnitRows>,
    /// Numbers of the rows left blank.
    pub blank: Vec<usize>,
}

/// The people of one unit, in the order of the day.
#[derive(Debug, Clone, Serialize)]
pub struct UnitRows {
    pub name: String,
    pub people: Vec<SheetRow>,
}

/// Somebody expected.
#[derive(Debug, Clone, Serialize)]
pub struct SheetRow {
    pub number: usize,
    pub name: String,
    pub post: String,
}

/// Builds the sheet: of all venues for HQ, of those that they serve for a clerk.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn build(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<SignInSheet> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let mut venues = training::queries::list_venues(conn, id)?;
    if !viewer.is_hq() {
        let served = attendance::list_served(conn, id, viewer)?;
        venues.retain(|venue| served.contains(&venue.id));
        if venues.is_empty() {
            return Err(Error::NotFound("session"));
        }
    }
    let tops = organization::queries::list_units(conn)?;
    let tops: BTreeMap<_, _> = tops.iter().map(|unit| (unit.id, unit)).collect();
    let roster = training::queries::list_roster(conn, id)?;
    let venues = venues
        .into_iter()
        .map(|venue| {
            let expected: Vec<&RosterRow> = roster.iter().filter(|row| row.venue_id == venue.id).collect();
            let name = |row: &RosterRow| {
                let parent = tops.get(&row.unit_id).filter(|unit| unit.depth() > 1).and_then(|unit| unit.parent_id);
                let parent = parent.and_then(|parent| tops.get(&parent));
                parent.map_or_else(|| row.unit_name.clone(), |parent| format!("{} {}", parent.name, row.unit_name))
            };
            let n_expected = expected.len();
            VenueSheet {
                name: venue.name,
                kind: venue.kind,
                n_expected,
                units: by_unit(&expected, name),
                blank: (n_expected + 1..=n_expected + N_BLANK).collect(),
            }
        })
        .filter(|venue| venue.n_expected > 0)
        .collect();
    Ok(SignInSheet { organisation: settings::current(conn)?.organisation, session, venues })
}

fn by_unit(expected: &[&RosterRow], name: impl Fn(&RosterRow) -> String) -> Vec<UnitRows> {
    let mut units: Vec<UnitRows> = Vec::new();
    let mut last = None;
    for (number, row) in (1..).zip(expected) {
        if last != Some(row.unit_id) {
            last = Some(row.unit_id);
            units.push(UnitRows { name: name(row), people: Vec::new() });
        }
        if let Some(unit) = units.last_mut() {
            unit.people.push(SheetRow { number, name: row.name.clone(), post: row.post.clone() });
        }
    }
    units
}
