//! The roster with the states recorded: as a list, a page, figures.

use crate::access::{Reach, UnitPath};
use crate::attendance::model::{Attendance, AttendanceState, Counts, MakeUp};
use crate::organization::Category;
use crate::store::ids::{SessionId, UnitId, VenueId};
use crate::store::schema::{attendance, people, roster, units};
use crate::store::{Conn, containing, lower};
use crate::training::RosterRow;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// Whose rows of a roster are wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// All.
    Everybody,
    /// Those of these units and below, by the unit in the roster row and today's tree, and those of these venues.
    Part { paths: Vec<UnitPath>, venues: Vec<VenueId> },
}

impl From<&Reach> for Scope {
    fn from(reach: &Reach) -> Self {
        match reach {
            Reach::Group => Self::Everybody,
            Reach::Units(paths) => Self::Part { paths: paths.clone(), venues: Vec::new() },
            Reach::Own => Self::Part { paths: Vec::new(), venues: Vec::new() },
        }
    }
}

type OfRoster = diesel::helper_types::LeftJoinQuerySource<
    diesel::helper_types::InnerJoinQuerySource<roster::table, units::table>,
    attendance::table,
    diesel::helper_types::And<
        diesel::helper_types::Eq<attendance::session_id, roster::session_id>,
        diesel::helper_types::Eq<attendance::person_id, roster::person_id>,
    >,
>;
type Condition =
    Box<dyn BoxableExpression<OfRoster, <Conn as diesel::Connection>::Backend, SqlType = diesel::sql_types::Bool>>;

/// The condition on a roster row that the scope stands for.
fn within(scope: &Scope) -> Condition {
    let nobody: Condition = Box::new(roster::position.lt(0).and(roster::position.gt(0)));
    match scope {
        Scope::Everybody => Box::new(roster::position.is_not_null()),
        Scope::Part { paths, venues } => {
            let mut condition = nobody;
            for path in paths {
                let (start, end) = path.range();
                condition = Box::new(condition.or(units::path.ge(start).and(units::path.lt(end))));
            }
            if !venues.is_empty() {
                condition = Box::new(condition.or(roster::venue_id.eq_any(venues.clone())));
            }
            condition
        }
    }
}

/// What the roster, its units and the states recorded give together, in the order of the day.
macro_rules! roll {
    ($session:expr, $scope:expr) => {
        roster::table
            .inner_join(units::table)
            .left_join(
                attendance::table
                    .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
            )
            .filter(roster::session_id.eq($session))
            .filter(within($scope))
    };
}

/// The whole roster of a session in the order of its day, each with their state.
pub fn list_roll(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(RosterRow, Option<Attendance>)>> {
    list_roll_of(conn, session, &Scope::Everybody)
}

/// The rows of a roster within a scope, in the order of its day, each with their state.
pub fn list_roll_of(
    conn: &mut Conn,
    session: SessionId,
    scope: &Scope,
) -> QueryResult<Vec<(RosterRow, Option<Attendance>)>> {
    roll!(session, scope)
        .order(roster::position)
        .select((roster::all_columns, attendance::all_columns.nullable()))
        .load(conn)
}

/// Those who were not there (leave, stand-in, absent) within a reach, in the order of the day.
pub fn list_not_there(conn: &mut Conn, session: SessionId, reach: &Reach) -> QueryResult<Vec<(RosterRow, Attendance)>> {
    let not_there: Vec<AttendanceState> =
        AttendanceState::ALL.iter().copied().filter(|state| state.is_not_there()).collect();
    let found: Vec<(RosterRow, Option<Attendance>)> = roll!(session, &Scope::from(reach))
        .filter(attendance::state.eq_any(not_there))
        .order(roster::position)
        .select((roster::all_columns, attendance::all_columns.nullable()))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(row, attendance)| Some((row, attendance?))).collect())
}

/// The figures of one unit, or of one category within it.
#[derive(Debug, Clone)]
pub struct Tally {
    pub unit_id: UnitId,
    pub unit_name: String,
    pub category: Category,
    pub counts: Counts,
}

/// The figures of a session by unit and category within a scope, units in the order of the day.
pub fn list_tallies(conn: &mut Conn, session: SessionId, scope: &Scope) -> QueryResult<Vec<Tally>> {
    type Line = (
        UnitId,
        String,
        Category,
        Option<AttendanceState>,
        Option<bool>,
        Option<bool>,
        Option<MakeUp>,
        i64,
        Option<i64>,
    );
    let mut lines: Vec<Line> = roll!(session, scope)
        .group_by((
            roster::unit_id,
            roster::unit_name,
            roster::category,
            attendance::state,
            attendance::late,
            attendance::left_early,
            attendance::make_up,
        ))
        .select((
            roster::unit_id,
            roster::unit_name,
            roster::category,
            attendance::state.nullable(),
            attendance::late.nullable(),
            attendance::left_early.nullable(),
            attendance::make_up.nullable(),
            count_star(),
            diesel::dsl::min(roster::position),
        ))
        .load(conn)?;
    lines.sort_by_key(|line| line.8);
    let mut tallies: Vec<Tally> = Vec::new();
    for (unit_id, unit_name, category, state, late, left_early, make_up, n, _) in lines {
        let (late, left_early) = (late == Some(true), left_early == Some(true));
        match tallies.iter_mut().find(|tally| tally.unit_id == unit_id && tally.category == category) {
            Some(tally) => tally.counts.add(state, late, left_early, make_up, n),
            None => {
                let mut counts = Counts::default();
                counts.add(state, late, left_early, make_up, n);
                tallies.push(Tally { unit_id, unit_name, category, counts });
            }
        }
    }
    Ok(tallies)
}

/// The figures of a session by unit, units in the order of the day.
pub fn counts_by_unit(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(UnitId, String, Counts)>> {
    Ok(by_unit(list_tallies(conn, session, &Scope::Everybody)?))
}

/// Tallies with their categories added up.
pub fn by_unit(tallies: Vec<Tally>) -> Vec<(UnitId, String, Counts)> {
    let mut units: Vec<(UnitId, String, Counts)> = Vec::new();
    for tally in tallies {
        match units.iter_mut().find(|(unit, _, _)| *unit == tally.unit_id) {
            Some((_, _, counts)) => *counts += tally.counts,
            None => units.push((tally.unit_id, tally.unit_name, tally.counts)),
        }
    }
    units
}

/// What a list of people is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A stored state; `Some(None)` for those about whom nobody has decided.
    pub state: Option<Option<AttendanceState>>,
    /// Leave, stand-in and absent together.
    pub not_there: bool,
    pub unit: Option<UnitId>,
    /// A part of a name or an employee number.
    pub words: String,
}

/// One page of the people of a roster and how many there are in all, in the order of the day.
pub fn page_of_roll(
    conn: &mut Conn,
    session: SessionId,
    scope: &Scope,
    filter: &Filter,
    page: i64,
    size: i64,
) -> QueryResult<(Vec<(RosterRow, Option<Attendance>)>, i64)> {
    macro_rules! narrowed {
        () => {{
            let mut query = roll!(session, scope).into_boxed();
            match filter.state {
                None => {}
                Some(None) => query = query.filter(attendance::state.is_null()),
                Some(Some(state)) => query = query.filter(attendance::state.eq(state)),
            }
            if filter.not_there {
                let states: Vec<AttendanceState> =
                    AttendanceState::ALL.iter().copied().filter(|state| state.is_not_there()).collect();
                query = query.filter(attendance::state.eq_any(states));
            }
            if let Some(unit) = filter.unit {
                query = query.filter(roster::unit_id.eq(unit));
            }
            if !filter.words.trim().is_empty() {
                let words = containing(filter.words.trim());
                let by_number = people::table
                    .filter(lower(people::employee_number).like(words.clone()).escape('\\'))
                    .select(people::id);
                query =
                    query.filter(lower(roster::name).like(words).escape('\\').or(roster::person_id.eq_any(by_number)));
            }
            query
        }};
    }
    let n: i64 = narrowed!().select(count_star()).get_result(conn)?;
    let rows = narrowed!()
        .order(roster::position)
        .limit(size)
        .offset((page - 1).max(0) * size)
        .select((roster::all_columns, attendance::all_columns.nullable()))
        .load(conn)?;
    Ok((rows, n))
}

/// The newest arrivals within a scope.
pub fn list_newest(
    conn: &mut Conn,
    session: SessionId,
    scope: &Scope,
    n: i64,
) -> QueryResult<Vec<(RosterRow, Attendance)>> {
    let found: Vec<(RosterRow, Option<Attendance>)> = roll!(session, scope)
        .filter(attendance::state.eq(AttendanceState::Present))
        .filter(attendance::arrived_at.is_not_null())
        .order((attendance::arrived_at.desc(), roster::position))
        .limit(n)
        .select((roster::all_columns, attendance::all_columns.nullable()))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(row, attendance)| Some((row, attendance?))).collect())
}

/// Those about whom nobody has decided, within a scope, in the order of the day.
pub fn list_undecided(conn: &mut Conn, session: SessionId, scope: &Scope) -> QueryResult<Vec<RosterRow>> {
    roll!(session, scope)
        .filter(attendance::state.is_null())
        .order(roster::position)
        .select(roster::all_columns)
        .load(conn)
}

/// Those present and those expected: of a session, and of one venue. Present counts where somebody was; expected,
/// where they were to be.
pub fn count_for_screen(conn: &mut Conn, session: SessionId, venue: VenueId) -> QueryResult<(i64, i64, (i64, i64))> {
    type Line = (VenueId, Option<AttendanceState>, Option<VenueId>, i64);
    let lines: Vec<Line> = roll!(session, &Scope::Everybody)
        .group_by((roster::venue_id, attendance::state, attendance::venue_id))
        .order((roster::venue_id, attendance::state, attendance::venue_id))
        .select((roster::venue_id, attendance::state.nullable(), attendance::venue_id.nullable(), count_star()))
        .load(conn)?;
    let (mut of_all, mut of_venue) = ((0, 0), (0, 0));
    for (expected_at, state, was_at, n) in lines {
        let (is_due, is_present) = (state != Some(AttendanceState::Exempt), state == Some(AttendanceState::Present));
        of_all.0 += if is_present { n } else { 0 };
        of_all.1 += if is_due { n } else { 0 };
        of_venue.0 += if is_present && was_at == Some(venue) { n } else { 0 };
        of_venue.1 += if is_due && expected_at == venue { n } else { 0 };
    }
    Ok((of_all.0, of_all.1, of_venue))
}
