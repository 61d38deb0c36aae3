//! All SQL of study hours.

use super::model::{GivenStudy, Recorded, Requirement, Sitting};
use crate::access::UnitPath;
use crate::assignments::model::shown;
use crate::assignments::{ShownTask, TaskState};
use crate::attendance::queries::counts_once;
use crate::attendance::{AttendanceState, Counts, MakeUp};
use crate::clock::Moment;
use crate::each;
use crate::organization::Category;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, SessionId, UnitId};
use crate::store::schema::{assignments, attendance, people, roster, sessions, study_requirements, tasks, units};
use crate::training::SessionState;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose rows are wanted.
#[derive(Debug, Clone)]
pub enum Whose {
    One(PersonId),
    /// Of these categories, now in this unit or below, and not left.
    Unit(UnitPath, Vec<Category>),
}

/// The people of some categories who are now in a unit or below it.
macro_rules! people_of {
    ($path:expr, $categories:expr) => {{
        let (start, end) = $path.range();
        people::table
            .inner_join(units::table)
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .filter(people::left_on.is_null())
            .filter(people::category.eq_any($categories.to_vec()))
    }};
}

/// A session as far as hours go.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct SessionHours {
    pub id: SessionId,
    pub make_up_of: Option<SessionId>,
    pub starts_at: Moment,
    pub minutes: i64,
    pub state: SessionState,
}

/// The sessions of a year, and those that belong to one of them: what it makes up for, and what makes up for it. No
/// draft, nothing cancelled.
pub fn list_sessions(conn: &mut Conn, from: Moment, to: Moment) -> QueryResult<Vec<SessionHours>> {
    macro_rules! held {
        () => {
            sessions::table
                .filter(sessions::state.ne_all([SessionState::Draft, SessionState::Cancelled]))
                .order((sessions::starts_at, sessions::id))
                .select((
                    sessions::id,
                    sessions::make_up_of,
                    sessions::starts_at,
                    sessions::study_minutes,
                    sessions::state,
                ))
        };
    }
    let mut found: Vec<SessionHours> =
        held!().filter(sessions::starts_at.ge(from)).filter(sessions::starts_at.lt(to)).load(conn)?;
    let matters: Vec<SessionId> = found.iter().map(|session| session.make_up_of.unwrap_or(session.id)).collect();
    let belonging: Vec<SessionHours> =
        held!().filter(sessions::id.eq_any(matters.clone()).or(sessions::make_up_of.eq_any(matters))).load(conn)?;
    for session in belonging {
        if !found.iter().any(|known| known.id == session.id) {
            found.push(session);
        }
    }
    Ok(found)
}

/// What is recorded of people in these sessions, by person.
pub fn list_sittings(
    conn: &mut Conn,
    held: &[SessionHours],
    whose: &Whose,
) -> QueryResult<BTreeMap<PersonId, Vec<Sitting>>> {
    type Line = (PersonId, SessionId, Option<(AttendanceState, bool, bool, MakeUp)>);
    let ids: Vec<SessionId> = held.iter().map(|session| session.id).collect();
    let rows = roster::table
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::session_id.eq_any(ids))
        .order((roster::person_id, roster::session_id))
        .select((
            roster::person_id,
            roster::session_id,
            (attendance::state, attendance::late, attendance::left_early, attendance::make_up).nullable(),
        ));
    let lines: Vec<Line> = match whose {
        Whose::One(person) => rows.filter(roster::person_id.eq(person)).load(conn)?,
        Whose::Unit(path, categories) => {
            rows.filter(roster::person_id.eq_any(people_of!(path, categories).select(people::id))).load(conn)?
        }
    };
    let by_id: BTreeMap<SessionId, &SessionHours> = held.iter().map(|session| (session.id, session)).collect();
    let mut sittings: BTreeMap<PersonId, Vec<Sitting>> = BTreeMap::new();
    for (person, session, recorded) in lines {
        let Some(session) = by_id.get(&session) else { continue };
        sittings.entry(person).or_default().push(Sitting {
            session: session.id,
            make_up_of: session.make_up_of,
            starts_at: session.starts_at,
            minutes: session.minutes,
            session_state: session.state,
            recorded: recorded.map(|(state, late, left_early, make_up)| Recorded { state, late, left_early, make_up }),
        });
    }
    Ok(sittings)
}

/// What people were given with hours by HQ, by person. It belongs to the year in which it was due when it was given:
/// more time moves no hours. What makes up for a session has none of its own: it brings the session's.
pub fn list_given_study(
    conn: &mut Conn,
    first: NaiveDate,
    last: NaiveDate,
    whose: &Whose,
    today: NaiveDate,
) -> QueryResult<BTreeMap<PersonId, Vec<GivenStudy>>> {
    let rows = tasks::table
        .inner_join(assignments::table)
        .filter(assignments::study_minutes.gt(0))
        .filter(tasks::session_id.is_null())
        .filter(tasks::state.ne(TaskState::Withdrawn))
        .filter(assignments::due_on.between(first, last))
        .order((tasks::person_id, tasks::id))
        .select((tasks::person_id, assignments::id, assignments::study_minutes, tasks::state, tasks::due_on));
    let lines: Vec<(PersonId, AssignmentId, i64, TaskState, NaiveDate)> = match whose {
        Whose::One(person) => rows.filter(tasks::person_id.eq(person)).load(conn)?,
        Whose::Unit(path, categories) => {
            rows.filter(tasks::person_id.eq_any(people_of!(path, categories).select(people::id))).load(conn)?
        }
    };
    let mut given: BTreeMap<PersonId, Vec<GivenStudy>> = BTreeMap::new();
    for (person, assignment, minutes, state, due_on) in lines {
        let state: ShownTask = shown(state, due_on, None, today);
        given.entry(person).or_default().push(GivenStudy { assignment, minutes, state });
    }
    Ok(given)
}

/// Study that was given by itself to some people, and what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenSums {
    pub n_tasks: i64,
    /// Done, or accepted.
    pub n_done: i64,
    /// What HQ gave for what is done: once for each person and assignment.
    pub minutes: i64,
}

impl std::ops::AddAssign for GivenSums {
    fn add_assign(&mut self, other: Self) {
        self.n_tasks += other.n_tasks;
        self.n_done += other.n_done;
        self.minutes += other.minutes;
    }
}

/// What was to be done between two days, by the unit and category in which people are now. As in
/// [`list_given_study`], study belongs to the time in which it was due when it was given, and what makes up for a
/// session is left out: it counts there.
pub fn sum_given_study(
    conn: &mut Conn,
    first: NaiveDate,
    last: NaiveDate,
    units: &[UnitId],
    categories: &[Category],
) -> QueryResult<BTreeMap<(UnitId, Category), GivenSums>> {
    use diesel::dsl::{count_star, exists, not, sql};
    use diesel::sql_types::BigInt;
    macro_rules! given {
        () => {
            tasks::table
                .inner_join(assignments::table)
                .inner_join(people::table.on(people::id.eq(tasks::person_id)))
                .filter(tasks::session_id.is_null())
                .filter(tasks::state.ne(TaskState::Withdrawn))
                .filter(assignments::due_on.between(first, last))
                .filter(people::unit_id.eq_any(units.to_vec()))
                .filter(people::category.eq_any(categories.to_vec()))
                .group_by((people::unit_id, people::category))
        };
    }
    let counted: Vec<(UnitId, Category, i64, i64)> = given!()
        .select((
            people::unit_id,
            people::category,
            count_star(),
            sql::<BigInt>("cast(sum(case when tasks.state in ('done', 'accepted') then 1 else 0 end) as bigint)"),
        ))
        .load(conn)?;
    let others = diesel::alias!(tasks as other_tasks);
    let same = || {
        others
            .filter(others.field(tasks::assignment_id).eq(tasks::assignment_id))
            .filter(others.field(tasks::person_id).eq(tasks::person_id))
            .filter(others.field(tasks::state).ne(TaskState::Withdrawn))
    };
    // One task stands for all that a person has of an assignment, once none of them is left.
    let is_first = not(exists(same().filter(others.field(tasks::id).lt(tasks::id)).select(others.field(tasks::id))));
    let finished = [TaskState::Done, TaskState::Accepted];
    let is_finished =
        not(exists(same().filter(others.field(tasks::state).ne_all(finished)).select(others.field(tasks::id))));
    let credited: Vec<(UnitId, Category, i64)> = given!()
        .filter(assignments::study_minutes.gt(0))
        .filter(is_first)
        .filter(is_finished)
        .select((people::unit_id, people::category, sql::<BigInt>("cast(sum(assignments.study_minutes) as bigint)")))
        .load(conn)?;
    let mut sums: BTreeMap<(UnitId, Category), GivenSums> = BTreeMap::new();
    for (unit, category, n_tasks, n_done) in counted {
        *sums.entry((unit, category)).or_default() += GivenSums { n_tasks, n_done, minutes: 0 };
    }
    for (unit, category, minutes) in credited {
        sums.entry((unit, category)).or_default().minutes += minutes;
    }
    Ok(sums)
}

/// Somebody the year asks hours of, with the unit they are in now. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct Expected {
    pub person: PersonId,
    pub name: String,
    pub post: String,
    pub category: Category,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub path: UnitPath,
}

/// The people of these categories who are now in a unit or below it, in the units' and their own order.
pub fn list_expected(conn: &mut Conn, path: &UnitPath, categories: &[Category]) -> QueryResult<Vec<Expected>> {
    people_of!(path, categories)
        .order((units::sort_key, people::order_number, people::id))
        .select((people::id, people::name, people::post, people::category, units::id, units::name, units::path))
        .load(conn)
}

/// How many people of the other categories are there.
pub fn count_others(conn: &mut Conn, path: &UnitPath, categories: &[Category]) -> QueryResult<i64> {
    let others: Vec<Category> =
        Category::ALL.iter().copied().filter(|category| !categories.contains(category)).collect();
    people_of!(path, others).count().get_result(conn)
}

/// What is entered for a year, also what was taken back, in the order of the categories.
pub fn list_requirements(conn: &mut Conn, year: i32) -> QueryResult<Vec<Requirement>> {
    let mut found: Vec<Requirement> =
        study_requirements::table.filter(study_requirements::year.eq(i64::from(year))).load(conn)?;
    found.sort_by_key(|requirement| requirement.category);
    Ok(found)
}

/// What is entered for a category of a year, also when it was taken back.
pub fn find_requirement(conn: &mut Conn, year: i32, category: Category) -> QueryResult<Option<Requirement>> {
    study_requirements::table
        .filter(study_requirements::year.eq(i64::from(year)))
        .filter(study_requirements::category.eq(category))
        .first(conn)
        .optional()
}

/// Enters it, or replaces what was entered.
pub(super) fn store_requirement(conn: &mut Conn, new: &Requirement) -> QueryResult<()> {
    let values = (
        study_requirements::minutes.eq(new.minutes),
        study_requirements::document_title.eq(&new.document_title),
        study_requirements::document_number.eq(&new.document_number),
        study_requirements::document_on.eq(new.document_on),
        study_requirements::set_by.eq(new.set_by),
        study_requirements::set_at.eq(new.set_at),
        study_requirements::version.eq(new.version),
    );
    let key = (study_requirements::year.eq(new.year), study_requirements::category.eq(new.category));
    each!(conn, c => diesel::insert_into(study_requirements::table)
        .values((key, values))
        .on_conflict((study_requirements::year, study_requirements::category))
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// The names of who entered them.
pub fn list_names(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<Vec<(PersonId, String)>> {
    people::table
        .filter(people::id.eq_any(ids.to_vec()))
        .order(people::id)
        .select((people::id, people::name))
        .load(conn)
}

/// Gives an assignment its hours, if it still has those that were seen; tells whether it did.
pub(super) fn update_study_minutes(
    conn: &mut Conn,
    assignment: AssignmentId,
    seen: i64,
    minutes: i64,
) -> QueryResult<bool> {
    let n = diesel::update(
        assignments::table.filter(assignments::id.eq(assignment)).filter(assignments::study_minutes.eq(seen)),
    )
    .set(assignments::study_minutes.eq(minutes))
    .execute(conn)?;
    Ok(n == 1)
}

/// One person's figures of some time, by the unit and name in the roster rows.
#[derive(Debug, Clone)]
pub struct PersonTally {
    pub person: PersonId,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub name: String,
    /// Where the person is now.
    pub present_unit: UnitId,
    pub counts: Counts,
}

/// Who stands behind the figures of a unit and all below it: the confirmed sessions that began within a time, each
/// person once for each unit they were in, by the unit in the roster row and today's tree.
pub fn list_person_tallies(
    conn: &mut Conn,
    path: &UnitPath,
    from: Moment,
    to: Moment,
) -> QueryResult<Vec<PersonTally>> {
    type Line = (PersonId, UnitId, String, String, UnitId, Option<(AttendanceState, bool, bool, MakeUp)>);
    let (start, end) = path.range();
    let lines: Vec<Line> = roster::table
        .inner_join(units::table)
        .inner_join(sessions::table)
        .inner_join(people::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .filter(sessions::state.eq_any([SessionState::Confirmed, SessionState::Archived]))
        .filter(sessions::starts_at.ge(from))
        .filter(sessions::starts_at.lt(to))
        .filter(counts_once!())
        .order((units::sort_key, people::order_number, people::id, sessions::starts_at, sessions::id))
        .select((
            roster::person_id,
            units::id,
            units::name,
            people::name,
            people::unit_id,
            (attendance::state, attendance::late, attendance::left_early, attendance::make_up).nullable(),
        ))
        .load(conn)?;
    let mut tallies: Vec<PersonTally> = Vec::new();
    for (person, unit_id, unit_name, name, present_unit, recorded) in lines {
        if tallies.last().is_none_or(|last| (last.person, last.unit_id) != (person, unit_id)) {
            tallies.push(PersonTally { person, unit_id, unit_name, name, present_unit, counts: Counts::default() });
        }
        let Some(tally) = tallies.last_mut() else { continue };
        match recorded {
            None => tally.counts.add(None, false, false, None, 1),
            Some((state, late, left_early, make_up)) => {
                tally.counts.add(Some(state), late, left_early, Some(make_up), 1);
            }
        }
    }
    Ok(tallies)
}
