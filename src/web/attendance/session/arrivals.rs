//! What changes on a session's page while people arrive: the figures, the newest, who is not there yet.

use crate::attendance::Attendance;
use crate::attendance::model::Counts;
use crate::attendance::queries::{self, Filter, Scope};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::store::Conn;
use crate::store::ids::UnitId;
use crate::training::{RosterRow, Session, SessionState};
use crate::web::attendance::{Head, PersonRow, Standing, labelled, undecided, unit_labels};
use serde::Serialize;

/// Arrivals shown beside the figures.
const NEWEST: i64 = 12;
/// More people than this are not unfolded by unit on the page: each unit then leads to its own list.
const UNFOLDED: i64 = 300;

/// What changes while people arrive.
#[derive(Serialize)]
pub(super) struct LivePart {
    head: Head,
    is_open: bool,
    is_confirmed: bool,
    /// There is a rate to speak of: check-in has opened, or somebody is recorded as present.
    has_rate: bool,
    /// The word for those about whom nothing is recorded, in lists and addresses.
    undecided: &'static str,
    now: Moment,
    figures: Vec<Figure>,
    counts: Counts,
    n_due: i64,
    newest: Vec<PersonRow>,
    /// Those not there yet, or who were not there, by unit.
    missing: Vec<UnitPart>,
    n_missing: i64,
}

/// The figures of each unit, units in the order of the day.
pub(super) type ByUnit = Vec<(UnitId, String, Counts)>;

impl LivePart {
    pub(super) fn find(conn: &mut Conn, standing: &Standing, now: Moment) -> Result<(Self, ByUnit)> {
        let (session, scope) = (&standing.session, &standing.scope);
        let labels = unit_labels(conn)?;
        let mut by_unit = queries::by_unit(queries::list_tallies(conn, session.id, scope)?);
        by_unit.iter_mut().for_each(|(unit, name, _)| *name = labelled(&labels, *unit, name));
        let mut counts = Counts::default();
        for (_, _, of_unit) in &by_unit {
            counts += *of_unit;
        }
        let newest = queries::list_newest(conn, session.id, scope, NEWEST)?;
        let n_missing = if session.is_confirmed() { counts.n_not_there() } else { counts.n_pending };
        let missing = missing(conn, session, scope, n_missing)?;
        let part = Self {
            head: Head::of(session, now),
            is_open: session.is_open(now),
            is_confirmed: session.is_confirmed(),
            has_rate: session.state != SessionState::Published || session.opens_at() <= now || counts.n_present > 0,
            undecided: undecided(session.state),
            now,
            figures: figures(session, &counts),
            n_due: counts.n_due(),
            counts,
            newest: newest.into_iter().map(|(row, of)| PersonRow::of(session, row, Some(&of))).collect(),
            missing: by_units(session, &by_unit, missing),
            n_missing,
        };
        Ok((part, by_unit))
    }
}

#[derive(Serialize)]
struct Figure {
    name: &'static str,
    n: i64,
    href: String,
}

#[derive(Serialize)]
struct UnitPart {
    unit: String,
    n: i64,
    href: String,
    /// Empty when there are too many to unfold.
    people: Vec<PersonRow>,
}

/// Those undecided; once confirmed those not there. Nobody when they are too many to unfold.
fn missing(
    conn: &mut Conn,
    session: &Session,
    scope: &Scope,
    n_missing: i64,
) -> Result<Vec<(RosterRow, Option<Attendance>)>> {
    if n_missing > UNFOLDED {
        return Ok(Vec::new());
    }
    let filter = if session.is_confirmed() {
        Filter { not_there: true, ..Filter::default() }
    } else {
        Filter { state: Some(None), ..Filter::default() }
    };
    Ok(queries::page_of_roll(conn, session.id, scope, &filter, 1, UNFOLDED)?.0)
}

fn by_units(
    session: &Session,
    units: &[(UnitId, String, Counts)],
    missing: Vec<(RosterRow, Option<Attendance>)>,
) -> Vec<UnitPart> {
    let word = if session.is_confirmed() { "not_there" } else { undecided(session.state) };
    let mut parts: Vec<(UnitId, UnitPart)> = units
        .iter()
        .map(|(id, name, counts)| {
            let n = if session.is_confirmed() { counts.n_not_there() } else { counts.n_pending };
            let href = format!("{}?state={word}&unit={id}", links::session(session.id));
            (*id, UnitPart { unit: name.clone(), n, href, people: Vec::new() })
        })
        .filter(|(_, part)| part.n > 0)
        .collect();
    for (row, of) in missing {
        if let Some((_, part)) = parts.iter_mut().find(|(id, _)| *id == row.unit_id) {
            part.people.push(PersonRow::of(session, row, of.as_ref()));
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

fn figures(session: &Session, counts: &Counts) -> Vec<Figure> {
    let figure =
        |name: &'static str, n: i64| Figure { name, n, href: format!("{}?state={name}", links::session(session.id)) };
    let mut figures = vec![figure("present", counts.n_present), figure("leave", counts.n_leave)];
    if counts.n_stand_in > 0 {
        figures.push(figure("stand_in", counts.n_stand_in));
    }
    if counts.n_pending > 0 || !session.is_confirmed() {
        figures.push(figure(undecided(session.state), counts.n_pending));
    }
    if counts.n_absent > 0 || session.is_confirmed() {
        figures.push(figure("absent", counts.n_absent));
    }
    if counts.n_exempt > 0 {
        figures.push(figure("exempt", counts.n_exempt));
    }
    figures
}
