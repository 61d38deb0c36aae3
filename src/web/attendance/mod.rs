//! Pages of attendance: the code, the live roll, the list, one person, and the steps that HQ takes.

pub mod ask;
pub mod check_in;
pub mod enter_code;
pub mod guests;
pub mod kiosk;
pub mod person;
pub mod replies;
pub mod reply;
pub mod requests;
mod result;
pub mod roll;
pub mod scans;
pub mod screen;
pub mod session;
pub mod several;
pub mod steps;
pub mod verify;
mod ways;

use crate::access::{Reach, Viewer};
use crate::attendance::model::shown;
use crate::attendance::queries::{self, Scope};
use crate::attendance::{Attendance, Method, ShownState};
use crate::clock::Moment;
use crate::error::{Argument, Message, Result};
use crate::links;
use crate::organization::{self, Unit, UnitKind};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{self, RosterRow, Session, SessionState};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the viewer may see and do of one session's attendance.
struct Standing {
    session: Session,
    /// Whose rows they may see besides their own.
    scope: Scope,
    is_hq: bool,
    served: Vec<VenueId>,
    own: Option<RosterRow>,
}

impl Standing {
    /// # Errors
    /// `NotFound` when the viewer may not see the session.
    fn find(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Self> {
        let session = training::queries::find_visible(conn, viewer, id)?;
        let served = queries::list_served(conn, id, viewer)?;
        let own = training::queries::find_roster_row(conn, id, viewer.person)?;
        let scope = match viewer.reach() {
            Reach::Group => Scope::Everybody,
            Reach::Units(paths) => Scope::Part { paths, venues: served.clone() },
            Reach::Own => Scope::Part { paths: Vec::new(), venues: served.clone() },
        };
        Ok(Self { session, scope, is_hq: viewer.is_hq(), served, own })
    }

    /// Whether they see nobody but themselves.
    fn is_own_only(&self) -> bool {
        matches!(&self.scope, Scope::Part { paths, venues } if paths.is_empty() && venues.is_empty())
    }

    fn is_clerk(&self) -> bool {
        !self.served.is_empty()
    }

    /// Whether they may call the roll or give their unit's word, were it time for it.
    fn may_record(&self, viewer: &Viewer) -> bool {
        self.is_hq || viewer.is_leader() || self.is_clerk()
    }
}

/// The head of every page of a session.
#[derive(Serialize)]
struct Head {
    title: String,
    href: String,
    state: &'static str,
    starts_at: Moment,
    ends_at: Moment,
    version: i64,
    /// The entry for a calendar, of a session that is still to come.
    calendar: Option<String>,
}

impl Head {
    fn of(session: &Session, now: Moment) -> Self {
        let is_to_come = session.state == SessionState::Published && now < session.starts_at;
        Self {
            title: session.title.clone(),
            href: links::session(session.id),
            state: session.shown_state(now),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            version: session.version,
            calendar: is_to_come.then(|| links::session_part(session.id, "session.ics")),
        }
    }
}

/// One person of a roster with their state, as lists show them.
#[derive(Serialize)]
struct PersonRow {
    person: PersonId,
    unit_id: UnitId,
    unit: String,
    name: String,
    post: String,
    state: ShownState,
    late: bool,
    left_early: bool,
    leave_kind: Option<&'static str>,
    stand_in: Option<String>,
    made_up: bool,
    arrived_at: Option<Moment>,
    /// How somebody without a time was recorded as present.
    by_hand: Option<Method>,
    href: String,
}

impl PersonRow {
    fn of(session: &Session, row: RosterRow, attendance: Option<&Attendance>) -> Self {
        Self {
            person: row.person_id,
            unit_id: row.unit_id,
            state: shown(session.state, attendance),
            late: attendance.is_some_and(|of| of.late),
            left_early: attendance.is_some_and(|of| of.left_early),
            leave_kind: attendance.and_then(|of| of.leave_kind).map(|kind| kind.as_str()),
            stand_in: attendance.and_then(|of| of.stand_in.clone()),
            made_up: attendance
                .is_some_and(|of| of.state.is_not_there() && of.make_up == crate::attendance::MakeUp::Done),
            arrived_at: attendance.and_then(Attendance::checked_in_at),
            by_hand: attendance.and_then(Attendance::by_hand),
            href: links::attendance_of(session.id, row.person_id),
            unit: row.unit_name,
            name: row.name,
            post: row.post,
        }
    }
}

/// The names of the units above branches: several enterprises have an office of the same name.
pub(super) fn unit_labels(conn: &mut Conn) -> Result<BTreeMap<UnitId, String>> {
    let units = organization::queries::list_units(conn)?;
    let names: BTreeMap<UnitId, &str> = units.iter().map(|unit| (unit.id, unit.name.as_str())).collect();
    let above = |unit: &Unit| match unit.kind {
        UnitKind::Branch => unit.parent_id.and_then(|parent| names.get(&parent)).map(|name| (*name).to_owned()),
        UnitKind::Group | UnitKind::Department | UnitKind::Enterprise => None,
    };
    Ok(units.iter().filter_map(|unit| Some((unit.id, above(unit)?))).collect())
}

/// The name that a unit had in the roster, after the name of the one above it where that tells more: a roster that was
/// published has it already.
pub(super) fn labelled(labels: &BTreeMap<UnitId, String>, unit: UnitId, name: &str) -> String {
    let above = labels.get(&unit).filter(|above| !name.starts_with(above.as_str()));
    above.map_or_else(|| name.to_owned(), |above| format!("{above} {name}"))
}

/// The word for those about whom nothing is recorded: they check in until check-in has ended, and then HQ checks.
fn undecided(state: SessionState) -> &'static str {
    shown(state, None).as_str()
}

/// What is said once so many people were recorded: of one alone who it was and the word of what now stands.
fn recorded(n: usize, one: Option<(String, String)>) -> Message {
    match one {
        Some((name, word)) if word == "pending" => Message::new("attendance-taken-back-one").with("name", name),
        Some((name, word)) => {
            let word = Argument::Texts(vec![format!("roll-choice-{}", word.replace('_', "-"))]);
            Message::new("attendance-recorded-one").with("name", name).with("word", word)
        }
        None => Message::new("attendance-roll-saved").with("n", i64::try_from(n).unwrap_or(i64::MAX)),
    }
}

/// The name of the only one who was recorded, and the word of what now stands.
fn only_one(
    conn: &mut Conn,
    session: SessionId,
    n: usize,
    mut people: impl Iterator<Item = PersonId>,
) -> Result<Option<(String, String)>> {
    match (n, people.next(), people.next()) {
        (1, Some(person), None) => {
            let now = queries::list_recorded(conn, session, &[person])?;
            Ok(queries::find_name(conn, person)?.map(|name| (name, roll::word(now.first()))))
        }
        _ => Ok(None),
    }
}

/// Where HQ goes on with confirming a list, while it can.
fn to_confirm(session: &Session, viewer: &Viewer) -> Option<String> {
    (session.state == SessionState::Closed && viewer.is_hq()).then(|| links::session_part(session.id, "confirm"))
}

/// Whether states of people are recorded at all in this state.
fn is_recorded(state: SessionState) -> bool {
    match state {
        SessionState::Draft | SessionState::Cancelled => false,
        SessionState::Published | SessionState::Closed | SessionState::Confirmed | SessionState::Archived => true,
    }
}

/// The numbered pages of a long list; nothing when there is one page.
#[derive(Serialize)]
struct Paging {
    page: i64,
    n_pages: i64,
    /// The address up to the page's number.
    base: String,
    previous: Option<i64>,
    next: Option<i64>,
}

impl Paging {
    fn of(page: i64, n: i64, size: i64, base: String) -> Option<Self> {
        let n_pages = (n + size - 1) / size;
        (n_pages > 1).then(|| Self {
            page,
            n_pages,
            base,
            previous: (page > 1).then_some(page - 1),
            next: (page < n_pages).then_some(page + 1),
        })
    }
}

/// A page's number as it stands in an address: 1 when it is none.
fn page_number(text: &str) -> i64 {
    text.parse().ok().filter(|page| *page > 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_after_its_enterprise_once() {
        let labels = BTreeMap::from([(UnitId(3), "物资公司".to_owned())]);

        assert_eq!(labelled(&labels, UnitId(3), "综合办公室"), "物资公司 综合办公室");
        assert_eq!(labelled(&labels, UnitId(3), "物资公司综合办公室"), "物资公司综合办公室");
        assert_eq!(labelled(&labels, UnitId(2), "物资公司"), "物资公司");
    }
}
