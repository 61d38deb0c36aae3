//! All SQL of attendance.

use super::doubts::{Decision, Finding, KioskDoubt, Verification};
use super::model::{
    Attendance, AttendanceState, CODE_PAUSE, Case, Change, Counts, Leads, MakeUp, MakeUpKind, Method, Recorded, Tries,
    WRONG_CODES, minute,
};
use crate::access::{Reach, Role, UnitPath, Viewer};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::Category;
use crate::store::ids::{LoginId, PersonId, SessionId, UnitId, VenueId};
use crate::store::schema::{
    accounts, attendance, attendance_changes, code_addresses, code_tries, grants, kiosk_entries, people, roster,
    screens, session_clerks, sessions, units, venues, verifications,
};
use crate::store::{Conn, ROWS_A_STATEMENT, containing, lower};
use crate::training::{RosterRow, Session, SessionState, Venue};
use chrono::TimeDelta;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use std::collections::BTreeSet;

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

diesel::alias!(
    pub const MISSED_ROSTER: Alias<MissedRoster> = roster as missed_roster;
    pub const MISSED_ATTENDANCE: Alias<MissedAttendance> = attendance as missed_attendance;
    pub const OTHER_SESSION: Alias<OtherSession> = sessions as other_session;
    pub const OTHER_ATTENDANCE: Alias<OtherAttendance> = attendance as other_attendance;
);

/// Whether a roster row counts in figures of more than one session (a year, a month): a session and those that make up
/// for it are one matter, in which each person counts once. Who was due at the session that was missed counts there, as
/// made up or not; a make-up session counts by itself only for who was not on that roster or was exempt there. Of several
/// make-up sessions that person was asked to, one counts: the first in which they took part, or else the first. The
/// figures of one session are those of its own roster, whether it makes up for another or not.
///
/// For queries over `roster` joined with `sessions` and `attendance`.
macro_rules! counts_once {
    () => {{
        use diesel::dsl::{exists, not};
        use $crate::attendance::queries::{MISSED_ATTENDANCE, MISSED_ROSTER, OTHER_ATTENDANCE, OTHER_SESSION};
        use $crate::attendance::{AttendanceState, MakeUp};
        use $crate::store::schema::{attendance, roster, sessions};
        use $crate::training::SessionState;
        let was_on_roster = MISSED_ROSTER
            .filter(MISSED_ROSTER.field(roster::session_id).nullable().eq(sessions::make_up_of))
            .filter(MISSED_ROSTER.field(roster::person_id).eq(roster::person_id))
            .select(MISSED_ROSTER.field(roster::person_id));
        let was_exempt = MISSED_ATTENDANCE
            .filter(MISSED_ATTENDANCE.field(attendance::session_id).nullable().eq(sessions::make_up_of))
            .filter(MISSED_ATTENDANCE.field(attendance::person_id).eq(roster::person_id))
            .filter(MISSED_ATTENDANCE.field(attendance::state).eq(AttendanceState::Exempt))
            .select(MISSED_ATTENDANCE.field(attendance::person_id));
        let other_took_part = || {
            OTHER_ATTENDANCE
                .field(attendance::state)
                .eq(AttendanceState::Present)
                .or(OTHER_ATTENDANCE.field(attendance::make_up).eq(MakeUp::Done))
        };
        let took_part =
            || attendance::state.eq(AttendanceState::Present).or(attendance::make_up.eq(MakeUp::Done)).nullable();
        let is_earlier = || {
            let (starts_at, id) = (OTHER_SESSION.field(sessions::starts_at), OTHER_SESSION.field(sessions::id));
            starts_at.lt(sessions::starts_at).or(starts_at.eq(sessions::starts_at).and(id.lt(sessions::id)))
        };
        let counts_instead = OTHER_ATTENDANCE
            .inner_join(
                OTHER_SESSION.on(OTHER_SESSION.field(sessions::id).eq(OTHER_ATTENDANCE.field(attendance::session_id))),
            )
            .filter(OTHER_SESSION.field(sessions::make_up_of).eq(sessions::make_up_of))
            .filter(OTHER_SESSION.field(sessions::state).eq_any([SessionState::Confirmed, SessionState::Archived]))
            .filter(OTHER_ATTENDANCE.field(attendance::person_id).eq(roster::person_id))
            .filter(OTHER_ATTENDANCE.field(attendance::state).ne(AttendanceState::Exempt))
            .filter(
                other_took_part()
                    .nullable()
                    .and(not(took_part()))
                    .or(is_earlier().nullable().and(not(took_part())))
                    .or(is_earlier().nullable().and(other_took_part())),
            )
            .select(OTHER_ATTENDANCE.field(attendance::person_id));
        sessions::make_up_of
            .is_null()
            .or(not(exists(was_on_roster)).or(exists(was_exempt)).and(not(exists(counts_instead))))
    }};
}
pub(crate) use counts_once;

/// Somebody's row in a session, if anybody has decided.
pub fn find(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<Option<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::person_id.eq(person))
        .get_result(conn)
        .optional()
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

/// Somebody's roster row, or `NotFound`.
pub fn find_on_roster(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<RosterRow> {
    roster::table
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq(person))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("person"))
}

/// Somebody on a roster and who decides about them, or `NotFound`.
pub fn find_case(conn: &mut Conn, session: SessionId, person: PersonId) -> Result<Case> {
    list_cases(conn, session, &[person])?.pop().ok_or(Error::NotFound("person"))
}

/// Several people on a roster and who decides about each, in the order of the day.
pub fn list_cases(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> QueryResult<Vec<Case>> {
    let mut cases = Vec::with_capacity(people.len());
    for people in people.chunks(ROWS_A_STATEMENT) {
        let leaders: Vec<Leads> = leaders().filter(accounts::person_id.eq_any(people.to_vec())).load(conn)?;
        let rows = list_on_roster(conn, session, people)?;
        cases.extend(rows.into_iter().map(|(row, path)| Case::of(row, path, &leaders)));
    }
    cases.sort_by_key(|case| case.row.position);
    Ok(cases)
}

/// Who leads which units.
pub fn list_leaders(conn: &mut Conn) -> QueryResult<Vec<Leads>> {
    leaders().load(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn leaders() -> _ {
    let leader: Role = Role::Leader;
    grants::table
        .inner_join(accounts::table)
        .inner_join(units::table)
        .filter(grants::role.eq(leader))
        .filter(grants::starts_at.is_null())
        .filter(accounts::disabled_at.is_null())
        .order(grants::id)
        .select((accounts::person_id, units::path))
}

/// The roster rows of several people with the paths of their units.
pub fn list_on_roster(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> QueryResult<Vec<(RosterRow, UnitPath)>> {
    roster::table
        .inner_join(units::table)
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq_any(people.to_vec()))
        .order(roster::position)
        .select((roster::all_columns, units::path))
        .load(conn)
}

/// What is recorded of several people in a session.
pub fn list_recorded(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> QueryResult<Vec<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::person_id.eq_any(people.to_vec()))
        .order(attendance::person_id)
        .load(conn)
}

/// The venues of a session that the viewer serves as clerk: none on a remembered phone.
pub fn list_served(conn: &mut Conn, session: SessionId, viewer: &Viewer) -> QueryResult<Vec<VenueId>> {
    if !viewer.is_full() {
        return Ok(Vec::new());
    }
    session_clerks::table
        .filter(session_clerks::session_id.eq(session))
        .filter(session_clerks::person_id.eq(viewer.person))
        .order(session_clerks::venue_id)
        .select(session_clerks::venue_id)
        .load(conn)
}

/// A venue with its session, and what the session knows of one person.
#[derive(Debug, Clone, Queryable)]
pub struct Place {
    pub venue: Venue,
    pub session: Session,
    pub row: Option<RosterRow>,
    pub before: Option<Attendance>,
}

/// A venue of a session that is no draft, with what is recorded of a person there; all in one query.
pub(super) fn find_place(conn: &mut Conn, venue: VenueId, person: PersonId) -> QueryResult<Option<Place>> {
    each!(conn, c => venues::table
        .inner_join(sessions::table)
        .left_join(roster::table.on(roster::session_id.eq(sessions::id).and(roster::person_id.eq(person))))
        .left_join(attendance::table.on(attendance::session_id.eq(sessions::id).and(attendance::person_id.eq(person))))
        .filter(venues::id.eq(venue))
        .filter(sessions::state.ne(SessionState::Draft))
        .select((
            venues::all_columns,
            sessions::all_columns,
            roster::all_columns.nullable(),
            attendance::all_columns.nullable(),
        ))
        .get_result(c)
        .optional())
}

/// A session that somebody is on the roster of, with what is recorded of them and where they were, or `NotFound`;
/// all in one query.
pub fn find_own(
    conn: &mut Conn,
    session: SessionId,
    person: PersonId,
) -> Result<(Session, Option<Attendance>, Option<String>)> {
    each!(conn, c => roster::table
        .inner_join(sessions::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .left_join(venues::table.on(venues::id.nullable().eq(attendance::venue_id)))
        .filter(roster::session_id.eq(session))
        .filter(roster::person_id.eq(person))
        .filter(sessions::state.ne(SessionState::Draft))
        .select((sessions::all_columns, attendance::all_columns.nullable(), venues::name.nullable()))
        .get_result(c)
        .optional())?
    .ok_or(Error::NotFound("session"))
}

/// The venues of every session that has a code about now, with whether somebody is on its roster.
pub(super) fn list_places_about(
    conn: &mut Conn,
    person: PersonId,
    now: Moment,
) -> QueryResult<Vec<(Session, Venue, bool)>> {
    let found: Vec<(Session, Venue, Option<PersonId>)> = sessions::table
        .inner_join(venues::table)
        .left_join(roster::table.on(roster::session_id.eq(sessions::id).and(roster::person_id.eq(person))))
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::ends_at.ge(now))
        .filter(sessions::starts_at.le(now + TimeDelta::days(1)))
        .order((sessions::starts_at, sessions::id, venues::position))
        .select((sessions::all_columns, venues::all_columns, roster::person_id.nullable()))
        .load(conn)?;
    Ok(found.into_iter().map(|(session, venue, person)| (session, venue, person.is_some())).collect())
}

/// How often a login typed a wrong code. Others of the same login wait until the write that asked has ended: who sends
/// many guesses at once is not heard more often.
pub(super) fn find_tries(conn: &mut Conn, login: LoginId) -> QueryResult<Tries> {
    let fresh = (code_tries::login_id.eq(login), code_tries::n_wrong.eq(0));
    each!(conn, c => diesel::insert_into(code_tries::table).values(fresh).on_conflict_do_nothing().execute(c))?;
    let (n_wrong, wait_until, wrong_at) = diesel::update(code_tries::table.filter(code_tries::login_id.eq(login)))
        .set(code_tries::n_wrong.eq(code_tries::n_wrong))
        .returning((code_tries::n_wrong, code_tries::wait_until, code_tries::wrong_at))
        .get_result(conn)?;
    Ok(Tries { n_wrong, wait_until, wrong_at })
}

/// How many wrong codes came from an address in the minute that `now` lies in.
pub(super) fn find_tries_of_address(conn: &mut Conn, address: &str, now: Moment) -> QueryResult<i64> {
    let n: Option<i64> = code_addresses::table
        .filter(code_addresses::address.eq(address))
        .filter(code_addresses::minute.eq(minute(now)))
        .select(code_addresses::n_wrong)
        .get_result(conn)
        .optional()?;
    Ok(n.unwrap_or(0))
}

/// Counts one more wrong code of a login, of which `tries` were known, and of its address.
pub(super) fn count_wrong_code(
    conn: &mut Conn,
    login: LoginId,
    address: &str,
    tries: Tries,
    now: Moment,
) -> QueryResult<()> {
    let n_wrong = tries.n_counted(now) + 1;
    let wait_until = (n_wrong >= WRONG_CODES).then(|| now + CODE_PAUSE);
    diesel::update(code_tries::table.filter(code_tries::login_id.eq(login)))
        .set((
            code_tries::n_wrong.eq(n_wrong),
            code_tries::wait_until.eq(wait_until),
            code_tries::wrong_at.eq(Some(now)),
        ))
        .execute(conn)?;
    let this = minute(now);
    diesel::delete(code_addresses::table.filter(code_addresses::minute.lt(this))).execute(conn)?;
    let fresh = (code_addresses::address.eq(address), code_addresses::minute.eq(this), code_addresses::n_wrong.eq(0));
    each!(conn, c => diesel::insert_into(code_addresses::table).values(fresh).on_conflict_do_nothing().execute(c))?;
    diesel::update(code_addresses::table.filter(code_addresses::address.eq(address)))
        .set((code_addresses::minute.eq(this), code_addresses::n_wrong.eq(code_addresses::n_wrong + 1)))
        .execute(conn)?;
    Ok(())
}

/// Notes when a screen last asked for a code, and forgets those of other days.
pub(super) fn note_screen(
    conn: &mut Conn,
    name: &str,
    session: SessionId,
    venue: VenueId,
    now: Moment,
) -> QueryResult<()> {
    diesel::delete(screens::table.filter(screens::seen_at.lt(now - TimeDelta::days(1)))).execute(conn)?;
    let row = (
        screens::name.eq(name),
        screens::session_id.eq(session),
        screens::venue_id.eq(venue),
        screens::seen_at.eq(now),
    );
    let seen = (screens::session_id.eq(session), screens::venue_id.eq(venue), screens::seen_at.eq(now));
    each!(conn, c => diesel::insert_into(screens::table)
        .values(row)
        .on_conflict(screens::name)
        .do_update()
        .set(seen)
        .execute(c))?;
    Ok(())
}

/// How many screens of a session have asked for a code since a moment.
pub fn count_screens(conn: &mut Conn, session: SessionId, since: Moment) -> QueryResult<i64> {
    screens::table
        .filter(screens::session_id.eq(session))
        .filter(screens::seen_at.ge(since))
        .select(count_star())
        .get_result(conn)
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

/// Who recorded it, and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub person: Option<PersonId>,
    pub at: Moment,
}

/// Records somebody's state unless something is recorded already; tells whether it did.
pub(super) fn insert_once(
    conn: &mut Conn,
    session: SessionId,
    person: PersonId,
    new: &Recorded,
    by: By,
) -> QueryResult<bool> {
    let row = (
        attendance::session_id.eq(session),
        attendance::person_id.eq(person),
        attendance::state.eq(new.state),
        attendance::late.eq(new.late),
        attendance::left_early.eq(new.left_early),
        attendance::method.eq(new.method),
        attendance::venue_id.eq(new.venue),
        attendance::leave_kind.eq(new.leave_kind),
        attendance::stand_in.eq(new.stand_in.clone()),
        attendance::arrived_at.eq(new.arrived_at),
        attendance::device.eq(new.device.clone()),
        attendance::code_until.eq(new.code_until),
        attendance::recorded_by.eq(by.person),
        attendance::recorded_at.eq(by.at),
    );
    let n = each!(conn, c => diesel::insert_into(attendance::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(n == 1)
}

/// Replaces what is recorded, if it is still what the caller saw; tells whether it did. Make-up stays as it is.
pub(super) fn replace(conn: &mut Conn, before: &Attendance, new: &Recorded, by: By) -> QueryResult<bool> {
    let n = diesel::update(
        attendance::table
            .filter(attendance::session_id.eq(before.session_id))
            .filter(attendance::person_id.eq(before.person_id))
            .filter(attendance::version.eq(before.version))
            .filter(attendance::recorded_at.eq(before.recorded_at)),
    )
    .set((
        attendance::state.eq(new.state),
        attendance::late.eq(new.late),
        attendance::left_early.eq(new.left_early),
        attendance::method.eq(new.method),
        attendance::venue_id.eq(new.venue),
        attendance::leave_kind.eq(new.leave_kind),
        attendance::stand_in.eq(new.stand_in.clone()),
        attendance::arrived_at.eq(new.arrived_at),
        attendance::device.eq(new.device.clone()),
        attendance::code_until.eq(new.code_until),
        attendance::recorded_by.eq(by.person),
        attendance::recorded_at.eq(by.at),
        attendance::version.eq(before.version + 1),
    ))
    .execute(conn)?;
    Ok(n == 1)
}

/// Takes away what is recorded, if it is still what the caller saw; tells whether it did.
pub(super) fn delete(conn: &mut Conn, before: &Attendance) -> QueryResult<bool> {
    let n = diesel::delete(
        attendance::table
            .filter(attendance::session_id.eq(before.session_id))
            .filter(attendance::person_id.eq(before.person_id))
            .filter(attendance::version.eq(before.version))
            .filter(attendance::recorded_at.eq(before.recorded_at)),
    )
    .execute(conn)?;
    Ok(n == 1)
}

/// One change of one person, to be kept.
pub struct NewChange<'a> {
    pub session: SessionId,
    pub person: PersonId,
    pub before: Option<&'a Recorded>,
    pub after: Option<&'a Recorded>,
    pub reason: &'a str,
    pub after_confirmation: bool,
}

/// Keeps a change with all that was recorded before and after.
pub fn insert_change(conn: &mut Conn, change: &NewChange<'_>, by: By) -> Result<()> {
    let json = |recorded: Option<&Recorded>| recorded.map(serde_json::to_string).transpose();
    let (before, after) = (json(change.before), json(change.after));
    let unwritable = |source| anyhow::Error::new(source).context("a change of attendance");
    diesel::insert_into(attendance_changes::table)
        .values((
            attendance_changes::session_id.eq(change.session),
            attendance_changes::person_id.eq(change.person),
            attendance_changes::state_before.eq(change.before.map(|recorded| recorded.state)),
            attendance_changes::state_after.eq(change.after.map(|recorded| recorded.state)),
            attendance_changes::reason.eq(change.reason),
            attendance_changes::after_confirmation.eq(change.after_confirmation),
            attendance_changes::changed_by.eq(by.person),
            attendance_changes::changed_at.eq(by.at),
            attendance_changes::value_before.eq(before.map_err(unwritable)?),
            attendance_changes::value_after.eq(after.map_err(unwritable)?),
        ))
        .execute(conn)?;
    Ok(())
}

/// Every change of somebody's attendance in a session, the newest first, with the name of who made it.
pub fn list_changes(
    conn: &mut Conn,
    session: SessionId,
    person: PersonId,
) -> QueryResult<Vec<(Change, Option<String>)>> {
    list_changes_of(conn, session, &[person])
}

/// The same for some people.
pub fn list_changes_of(
    conn: &mut Conn,
    session: SessionId,
    ids: &[PersonId],
) -> QueryResult<Vec<(Change, Option<String>)>> {
    attendance_changes::table
        .left_join(people::table.on(people::id.nullable().eq(attendance_changes::changed_by)))
        .filter(attendance_changes::session_id.eq(session))
        .filter(attendance_changes::person_id.eq_any(ids.to_vec()))
        .order((attendance_changes::changed_at.desc(), attendance_changes::id.desc()))
        .select((attendance_changes::all_columns, people::name.nullable()))
        .load(conn)
}

/// Whose attendance was changed after the session was confirmed, once for each change.
pub fn list_corrected(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    attendance_changes::table
        .filter(attendance_changes::session_id.eq(session))
        .filter(attendance_changes::after_confirmation.eq(true))
        .order(attendance_changes::id)
        .select(attendance_changes::person_id)
        .load(conn)
}

/// The names of people, for who recorded something.
pub fn list_names(conn: &mut Conn, ids: &BTreeSet<PersonId>) -> QueryResult<Vec<(PersonId, String)>> {
    people::table
        .filter(people::id.eq_any(ids.iter().copied().collect::<Vec<_>>()))
        .order(people::id)
        .select((people::id, people::name))
        .load(conn)
}

/// The name of a person, for who recorded something.
pub fn find_name(conn: &mut Conn, person: PersonId) -> QueryResult<Option<String>> {
    people::table.filter(people::id.eq(person)).select(people::name).get_result(conn).optional()
}

/// Lets changes of one session's attendance take turns, until the write that called it ends.
pub(super) fn take_turns(conn: &mut Conn, session: SessionId) -> QueryResult<()> {
    // Sets nothing, and holds the row.
    diesel::update(sessions::table.filter(sessions::id.eq(session)))
        .set(sessions::version.eq(sessions::version))
        .execute(conn)?;
    Ok(())
}

/// Records everybody about whom nobody has decided as absent, and tells how many there were.
pub(super) fn insert_absent(conn: &mut Conn, session: SessionId, by: By) -> QueryResult<usize> {
    use diesel::expression::AsExpression;
    use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
    let decided = attendance::table
        .filter(attendance::session_id.eq(roster::session_id))
        .filter(attendance::person_id.eq(roster::person_id));
    roster::table
        .filter(roster::session_id.eq(session))
        .filter(not(exists(decided)))
        .select((
            roster::session_id,
            roster::person_id,
            AsExpression::<Text>::as_expression(AttendanceState::Absent),
            AsExpression::<Bool>::as_expression(false),
            AsExpression::<Bool>::as_expression(false),
            AsExpression::<Text>::as_expression(Method::Confirmation),
            AsExpression::<Text>::as_expression(MakeUp::None),
            AsExpression::<Nullable<BigInt>>::as_expression(by.person),
            AsExpression::<Timestamp>::as_expression(by.at),
            AsExpression::<BigInt>::as_expression(1_i64),
        ))
        .insert_into(attendance::table)
        .into_columns((
            attendance::session_id,
            attendance::person_id,
            attendance::state,
            attendance::late,
            attendance::left_early,
            attendance::method,
            attendance::make_up,
            attendance::recorded_by,
            attendance::recorded_at,
            attendance::version,
        ))
        .execute(conn)
}

/// Moves the make-up of those not there from one step to the next, and tells how many it moved.
pub(super) fn update_make_up(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
    from: &[MakeUp],
    to: MakeUp,
    kind: Option<MakeUpKind>,
) -> QueryResult<usize> {
    let not_there: Vec<AttendanceState> =
        AttendanceState::ALL.iter().copied().filter(|state| state.is_not_there()).collect();
    let mut n = 0;
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(
            attendance::table
                .filter(attendance::session_id.eq(session))
                .filter(attendance::person_id.eq_any(chunk.to_vec()))
                .filter(attendance::state.eq_any(not_there.clone()))
                .filter(attendance::make_up.eq_any(from.to_vec())),
        )
        .set((
            attendance::make_up.eq(to),
            attendance::make_up_kind.eq(kind),
            attendance::version.eq(attendance::version + 1),
        ))
        .execute(conn)?;
    }
    Ok(n)
}

/// Adds attendance as it stands, many rows at once: for the demo.
pub fn insert_rows(conn: &mut Conn, new: &[Attendance]) -> QueryResult<()> {
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|row| {
                (
                    attendance::session_id.eq(row.session_id),
                    attendance::person_id.eq(row.person_id),
                    attendance::state.eq(row.state),
                    attendance::late.eq(row.late),
                    attendance::left_early.eq(row.left_early),
                    attendance::method.eq(row.method),
                    attendance::venue_id.eq(row.venue_id),
                    attendance::leave_kind.eq(row.leave_kind),
                    attendance::stand_in.eq(&row.stand_in),
                    attendance::make_up.eq(row.make_up),
                    attendance::make_up_kind.eq(row.make_up_kind),
                    attendance::arrived_at.eq(row.arrived_at),
                    attendance::recorded_by.eq(row.recorded_by),
                    attendance::recorded_at.eq(row.recorded_at),
                    attendance::version.eq(row.version),
                    attendance::device.eq(&row.device),
                    attendance::code_until.eq(row.code_until),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(attendance::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Takes all attendance of a session away; its history stays. Only the demo does so, to begin its day anew.
pub fn delete_rows(conn: &mut Conn, session: SessionId) -> QueryResult<()> {
    diesel::delete(attendance::table.filter(attendance::session_id.eq(session))).execute(conn)?;
    Ok(())
}

/// How many people of each of these sessions are in one of these states.
pub fn count_in_states(
    conn: &mut Conn,
    ids: &[SessionId],
    states: &[AttendanceState],
) -> QueryResult<Vec<(SessionId, i64)>> {
    attendance::table
        .filter(attendance::session_id.eq_any(ids))
        .filter(attendance::state.eq_any(states))
        .group_by(attendance::session_id)
        .order(attendance::session_id)
        .select((attendance::session_id, diesel::dsl::count_star()))
        .load(conn)
}

/// What is recorded of one person in these sessions.
pub fn list_of_person(conn: &mut Conn, person: PersonId, ids: &[SessionId]) -> QueryResult<Vec<Attendance>> {
    attendance::table
        .filter(attendance::person_id.eq(person))
        .filter(attendance::session_id.eq_any(ids))
        .order(attendance::session_id)
        .load(conn)
}

/// The people on a session's roster.
pub(super) fn list_people_on_roster(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    roster::table.filter(roster::session_id.eq(session)).order(roster::position).select(roster::person_id).load(conn)
}

/// Who was present in a confirmed session that makes up for the one that was missed.
pub(super) fn list_present_at_make_up(conn: &mut Conn, missed: SessionId) -> QueryResult<Vec<PersonId>> {
    attendance::table
        .inner_join(sessions::table.on(sessions::id.eq(attendance::session_id)))
        .filter(sessions::make_up_of.eq(missed))
        .filter(sessions::state.eq_any([SessionState::Confirmed, SessionState::Archived]))
        .filter(attendance::state.eq(AttendanceState::Present))
        .order(attendance::person_id)
        .select(attendance::person_id)
        .load(conn)
}

/// What these people made up in one way is due again.
pub(super) fn take_back_made_up(
    conn: &mut Conn,
    missed: SessionId,
    people: &[PersonId],
    kind: MakeUpKind,
) -> QueryResult<()> {
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        diesel::update(
            attendance::table
                .filter(attendance::session_id.eq(missed))
                .filter(attendance::person_id.eq_any(chunk.to_vec()))
                .filter(attendance::make_up.eq(MakeUp::Done))
                .filter(attendance::make_up_kind.eq(kind)),
        )
        .set((
            attendance::make_up.eq(MakeUp::Due),
            attendance::make_up_kind.eq(None::<MakeUpKind>),
            attendance::version.eq(attendance::version + 1),
        ))
        .execute(conn)?;
    }
    Ok(())
}

/// The check-ins of a session in which a pattern can be seen: by code, or taken from a kiosk.
pub(super) fn list_with_device(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::state.eq(AttendanceState::Present))
        .filter(attendance::method.eq_any([Method::Code, Method::Kiosk, Method::Door]))
        .order(attendance::person_id)
        .load(conn)
}

/// Whose check-in a kiosk sent outside tolerance, as long as it is that one which stands.
pub(super) fn list_kiosk_doubts(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<KioskDoubt>> {
    let people: Vec<PersonId> = kiosk_entries::table
        .inner_join(
            attendance::table.on(attendance::session_id
                .eq(kiosk_entries::session_id)
                .and(attendance::person_id.eq(kiosk_entries::person_id))
                .and(attendance::recorded_at.eq(kiosk_entries::received_at))),
        )
        .filter(attendance::method.eq(Method::Kiosk))
        .filter(kiosk_entries::session_id.eq(session))
        .filter(kiosk_entries::review.is_not_null())
        .filter(kiosk_entries::effect.eq("recorded"))
        .filter(kiosk_entries::undone_at.is_null())
        .order((kiosk_entries::person_id, kiosk_entries::id))
        .select(kiosk_entries::person_id)
        .load(conn)?;
    Ok(people.into_iter().map(|person| KioskDoubt { person }).collect())
}

/// What was decided about a session's check-ins, in the order of deciding.
pub(super) fn list_verifications(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Verification>> {
    verifications::table
        .filter(verifications::session_id.eq(session))
        .order((verifications::decided_at, verifications::person_id, verifications::reason))
        .load(conn)
}

/// Keeps a decision about a check-in.
pub(super) fn insert_verification(
    conn: &mut Conn,
    session: SessionId,
    finding: &Finding,
    decision: Decision,
    note: &str,
    by: By,
) -> QueryResult<()> {
    // The same scan may have been voided before; the history of the person and the audit log keep that.
    diesel::delete(
        verifications::table
            .filter(verifications::session_id.eq(session))
            .filter(verifications::person_id.eq(finding.person))
            .filter(verifications::reason.eq(finding.doubt))
            .filter(verifications::arrived_at.eq(finding.arrived_at)),
    )
    .execute(conn)?;
    diesel::insert_into(verifications::table)
        .values((
            verifications::session_id.eq(session),
            verifications::person_id.eq(finding.person),
            verifications::reason.eq(finding.doubt),
            verifications::arrived_at.eq(finding.arrived_at),
            verifications::decision.eq(decision),
            verifications::note.eq(note),
            verifications::decided_by.eq(by.person),
            verifications::decided_at.eq(by.at),
        ))
        .execute(conn)?;
    Ok(())
}
