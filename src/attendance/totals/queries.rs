//! The SQL of the totals.

use super::Totals;
use crate::attendance::queries::{counts_once, take_turns};
use crate::attendance::{AttendanceState, MakeUp, MakeUpKind};
use crate::clock::Moment;
use crate::each;
use crate::organization::Category;
use crate::store::ids::{PersonId, SessionId, UnitId};
use crate::store::schema::{attendance, roster, session_totals, sessions, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::SessionState;
use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sessions whose figures are settled.
const SETTLED: [SessionState; 2] = [SessionState::Confirmed, SessionState::Archived];

/// The session that a session makes up for, or itself.
pub(super) fn find_root(conn: &mut Conn, session: SessionId) -> QueryResult<SessionId> {
    let missed: Option<SessionId> =
        sessions::table.filter(sessions::id.eq(session)).select(sessions::make_up_of).get_result(conn)?;
    Ok(missed.unwrap_or(session))
}

type Key = (SessionId, UnitId, Category);

/// What is recorded of so many people of a unit and category.
type Line = (SessionId, UnitId, Category, Recorded, i64);
type Recorded = (Option<AttendanceState>, Option<bool>, Option<bool>, Option<MakeUp>, Option<MakeUpKind>);

/// The rows of confirmed sessions that count, counted by what is recorded.
macro_rules! counted {
    () => {
        roster::table
            .inner_join(sessions::table)
            .left_join(
                attendance::table
                    .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
            )
            .filter(sessions::state.eq_any(SETTLED))
            .filter(counts_once!())
            .group_by((
                roster::session_id,
                roster::unit_id,
                roster::category,
                attendance::state,
                attendance::late,
                attendance::left_early,
                attendance::make_up,
                attendance::make_up_kind,
            ))
            .select((
                roster::session_id,
                roster::unit_id,
                roster::category,
                (
                    attendance::state.nullable(),
                    attendance::late.nullable(),
                    attendance::left_early.nullable(),
                    attendance::make_up.nullable(),
                    attendance::make_up_kind.nullable(),
                ),
                count_star(),
            ))
    };
}

/// Writes anew the totals of a session and of those that make up for it.
pub(super) fn refresh(conn: &mut Conn, root: SessionId) -> QueryResult<()> {
    // Whoever changes the same matter waits here, and then counts what the other has written.
    take_turns(conn, root)?;
    let matter: Vec<SessionId> = sessions::table
        .filter(sessions::id.eq(root).or(sessions::make_up_of.eq(root)))
        .select(sessions::id)
        .load(conn)?;
    let lines: Vec<Line> = counted!().filter(roster::session_id.eq_any(matter.clone())).load(conn)?;
    diesel::delete(session_totals::table.filter(session_totals::session_id.eq_any(matter))).execute(conn)?;
    insert(conn, &added(lines))
}

/// Writes the totals of all confirmed sessions anew.
pub(super) fn refresh_all(conn: &mut Conn) -> QueryResult<()> {
    let lines: Vec<Line> = counted!().load(conn)?;
    diesel::delete(session_totals::table).execute(conn)?;
    insert(conn, &added(lines))
}

fn added(lines: Vec<Line>) -> BTreeMap<Key, Totals> {
    let mut totals: BTreeMap<Key, Totals> = BTreeMap::new();
    for (session, unit, category, recorded, n) in lines {
        *totals.entry((session, unit, category)).or_default() += one(recorded, n);
    }
    totals
}

fn one((state, late, left_early, make_up, kind): Recorded, n: i64) -> Totals {
    let mut totals = Totals { n_roster: n, ..Totals::default() };
    let Some(state) = state else { return totals };
    match state {
        AttendanceState::Present => totals.n_present = n,
        AttendanceState::Leave => totals.n_leave = n,
        AttendanceState::StandIn => totals.n_stand_in = n,
        AttendanceState::Absent => totals.n_absent = n,
        AttendanceState::Exempt => totals.n_exempt = n,
    }
    totals.n_late = if late == Some(true) { n } else { 0 };
    totals.n_left_early = if left_early == Some(true) { n } else { 0 };
    if state.is_not_there() && make_up == Some(MakeUp::Done) {
        match kind {
            Some(MakeUpKind::Session) => totals.n_by_session = n,
            Some(MakeUpKind::ExchangeMeeting) => totals.n_by_meeting = n,
            Some(MakeUpKind::AcceptedStudy) => totals.n_by_study = n,
            None => totals.n_otherwise = n,
        }
    }
    totals
}

fn insert(conn: &mut Conn, totals: &BTreeMap<Key, Totals>) -> QueryResult<()> {
    let totals: Vec<(&Key, &Totals)> = totals.iter().collect();
    for chunk in totals.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|((session, unit, category), of)| {
                (
                    session_totals::session_id.eq(*session),
                    session_totals::unit_id.eq(*unit),
                    session_totals::category.eq(*category),
                    session_totals::n_roster.eq(of.n_roster),
                    session_totals::n_present.eq(of.n_present),
                    session_totals::n_leave.eq(of.n_leave),
                    session_totals::n_stand_in.eq(of.n_stand_in),
                    session_totals::n_absent.eq(of.n_absent),
                    session_totals::n_exempt.eq(of.n_exempt),
                    session_totals::n_late.eq(of.n_late),
                    session_totals::n_left_early.eq(of.n_left_early),
                    session_totals::n_by_session.eq(of.n_by_session),
                    session_totals::n_by_meeting.eq(of.n_by_meeting),
                    session_totals::n_by_study.eq(of.n_by_study),
                    session_totals::n_otherwise.eq(of.n_otherwise),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(session_totals::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// What a period's figures are of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Sessions that begin at or after this moment…
    pub from: Moment,
    /// …and before this one.
    pub to: Moment,
    /// People of these units by the roster,
    pub units: Vec<UnitId>,
    /// and of these categories.
    pub categories: Vec<Category>,
    /// Of this session alone, when one is named.
    pub session: Option<SessionId>,
}

/// The session that is wanted, or any.
macro_rules! is_wanted {
    ($wanted:expr) => {
        sessions::id.nullable().eq($wanted.session).or($wanted.session.is_none().into_sql::<Bool>())
    };
}

type Sums = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// The sums of all columns. PostgreSQL adds whole numbers up to a decimal, which is taken back here.
macro_rules! sums {
    () => {
        (
            sql::<BigInt>("cast(sum(session_totals.n_roster) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_present) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_leave) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_stand_in) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_absent) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_exempt) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_late) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_left_early) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_by_session) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_by_meeting) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_by_study) as bigint)"),
            sql::<BigInt>("cast(sum(session_totals.n_otherwise) as bigint)"),
        )
    };
}

fn of_sums(sums: Sums) -> Totals {
    Totals {
        n_roster: sums.0,
        n_present: sums.1,
        n_leave: sums.2,
        n_stand_in: sums.3,
        n_absent: sums.4,
        n_exempt: sums.5,
        n_late: sums.6,
        n_left_early: sums.7,
        n_by_session: sums.8,
        n_by_meeting: sums.9,
        n_by_study: sums.10,
        n_otherwise: sums.11,
    }
}

/// The totals of a period, narrowed.
macro_rules! narrowed {
    ($wanted:expr) => {
        session_totals::table
            .inner_join(sessions::table)
            .filter(sessions::starts_at.ge($wanted.from))
            .filter(sessions::starts_at.lt($wanted.to))
            .filter(session_totals::unit_id.eq_any($wanted.units.clone()))
            .filter(session_totals::category.eq_any($wanted.categories.clone()))
            .filter(is_wanted!($wanted))
    };
}

/// A period's figures by unit of the roster and category.
pub fn sum_by_unit(conn: &mut Conn, wanted: &Wanted) -> QueryResult<Vec<(UnitId, Category, Totals)>> {
    let found: Vec<(UnitId, Category, Sums)> = narrowed!(wanted)
        .group_by((session_totals::unit_id, session_totals::category))
        .select((session_totals::unit_id, session_totals::category, sums!()))
        .load(conn)?;
    Ok(found.into_iter().map(|(unit, category, sums)| (unit, category, of_sums(sums))).collect())
}

/// A period's figures by session, the first first.
pub fn sum_by_session(conn: &mut Conn, wanted: &Wanted) -> QueryResult<Vec<(SessionId, String, Moment, Totals)>> {
    let found: Vec<(SessionId, String, Moment, Sums)> = narrowed!(wanted)
        .group_by((sessions::id, sessions::title, sessions::starts_at))
        .order((sessions::starts_at, sessions::id))
        .select((sessions::id, sessions::title, sessions::starts_at, sums!()))
        .load(conn)?;
    Ok(found.into_iter().map(|(id, title, starts_at, sums)| (id, title, starts_at, of_sums(sums))).collect())
}

/// The sessions with figures that somebody of these units was due at, the newest first.
pub fn list_sessions_due(conn: &mut Conn, units: &[UnitId]) -> QueryResult<Vec<SessionId>> {
    let was_due = exists(
        session_totals::table
            .filter(session_totals::session_id.eq(sessions::id))
            .filter(session_totals::unit_id.eq_any(units.to_vec()))
            .filter(session_totals::n_exempt.lt(session_totals::n_roster))
            .select(session_totals::session_id),
    );
    sessions::table
        .filter(was_due)
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .load(conn)
}

/// A unit's figures in one session.
#[derive(Debug, Clone)]
pub struct UnitTotals {
    pub session: SessionId,
    pub title: String,
    pub starts_at: Moment,
    /// Of the roster.
    pub unit: UnitId,
    pub totals: Totals,
}

/// The figures of sessions by session and unit of the roster, of these units.
pub fn sum_by_session_and_unit(conn: &mut Conn, held: &[SessionId], units: &[UnitId]) -> QueryResult<Vec<UnitTotals>> {
    let found: Vec<(SessionId, String, Moment, UnitId, Sums)> = session_totals::table
        .inner_join(sessions::table)
        .filter(session_totals::session_id.eq_any(held.to_vec()))
        .filter(session_totals::unit_id.eq_any(units.to_vec()))
        .group_by((sessions::id, sessions::title, sessions::starts_at, session_totals::unit_id))
        .select((sessions::id, sessions::title, sessions::starts_at, session_totals::unit_id, sums!()))
        .load(conn)?;
    let line =
        |(session, title, starts_at, unit, sums)| UnitTotals { session, title, starts_at, unit, totals: of_sums(sums) };
    Ok(found.into_iter().map(line).collect())
}

crate::choices! {
    /// Which people of a period's figures are wanted.
    pub enum Behind {
        /// Everybody on the rosters.
        Roster = "roster",
        /// Everybody who was due.
        Due = "due",
        Present = "present",
        Leave = "leave",
        StandIn = "stand_in",
        Absent = "absent",
        Exempt = "exempt",
        /// Not there, and made up since.
        MadeUp = "made_up",
        /// Due, and neither present nor made up.
        Outstanding = "outstanding",
    }
}

impl Behind {
    /// The states that they are in, and how far those of them have made up who were not there.
    fn states(self) -> (Vec<AttendanceState>, &'static [MakeUp]) {
        use AttendanceState::{Absent, Exempt, Leave, Present, StandIn};
        let any: &[MakeUp] = MakeUp::ALL;
        match self {
            Self::Roster => (AttendanceState::ALL.to_vec(), any),
            Self::Due => (vec![Present, Leave, StandIn, Absent], any),
            Self::Present => (vec![Present], any),
            Self::Leave => (vec![Leave], any),
            Self::StandIn => (vec![StandIn], any),
            Self::Absent => (vec![Absent], any),
            Self::Exempt => (vec![Exempt], any),
            Self::MadeUp => (vec![Leave, StandIn, Absent], &[MakeUp::Done]),
            Self::Outstanding => (vec![Leave, StandIn, Absent], &[MakeUp::None, MakeUp::Due]),
        }
    }

    /// The figure that they are behind.
    pub fn count(self, totals: &Totals) -> i64 {
        let counts = totals.counts();
        match self {
            Self::Roster => counts.n_roster,
            Self::Due => counts.n_due(),
            Self::Present => counts.n_present,
            Self::Leave => counts.n_leave,
            Self::StandIn => counts.n_stand_in,
            Self::Absent => counts.n_absent,
            Self::Exempt => counts.n_exempt,
            Self::MadeUp => counts.n_made_up,
            Self::Outstanding => counts.n_not_there() - counts.n_made_up,
        }
    }
}

/// One attendance behind a figure.
#[derive(Debug, Clone, Queryable)]
pub struct Attended {
    pub session: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub unit_name: String,
    pub post: String,
    pub category: Category,
    pub state: Option<AttendanceState>,
    pub make_up: Option<MakeUp>,
}

/// Those behind a figure from a place on, units in the order of the tree, then by session, people in the roster's order.
pub fn list_behind(
    conn: &mut Conn,
    wanted: &Wanted,
    behind: Behind,
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<Attended>> {
    let (states, make_up) = behind.states();
    roster::table
        .inner_join(sessions::table)
        .inner_join(units::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(sessions::state.eq_any(SETTLED))
        .filter(sessions::starts_at.ge(wanted.from))
        .filter(sessions::starts_at.lt(wanted.to))
        .filter(roster::unit_id.eq_any(wanted.units.clone()))
        .filter(roster::category.eq_any(wanted.categories.clone()))
        .filter(is_wanted!(wanted))
        .filter(attendance::state.eq_any(states))
        .filter(attendance::make_up.eq_any(make_up))
        .filter(counts_once!())
        .order((units::sort_key, sessions::starts_at, sessions::id, roster::position))
        .limit(limit)
        .offset(offset)
        .select((
            sessions::id,
            sessions::title,
            sessions::starts_at,
            roster::person_id,
            roster::name,
            roster::unit_id,
            roster::unit_name,
            roster::post,
            roster::category,
            attendance::state.nullable(),
            attendance::make_up.nullable(),
        ))
        .load(conn)
}
