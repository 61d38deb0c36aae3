//! What was given already, and what is given now.

use crate::access::UnitPath;
use crate::assignments::model::{AssignmentKind, NewAssignment, NewTask, RELEASED, TaskState};
use crate::each;
use crate::organization::Person;
use crate::readings::queries::current_numbers;
use crate::store::ids::{AssignmentId, CallId, PersonId, ReadingId, SessionId};
use crate::store::schema::{assignments, attendance, people, roster, tasks, unit_tasks, units};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Everybody on a session's roster who has not left, as they are now, with the path of their present unit.
pub(in crate::assignments) fn list_people_of(
    conn: &mut Conn,
    session: SessionId,
) -> QueryResult<Vec<(Person, UnitPath)>> {
    people::table
        .inner_join(units::table)
        .inner_join(roster::table.on(roster::person_id.eq(people::id)))
        .filter(roster::session_id.eq(session))
        .filter(people::left_on.is_null())
        .order(roster::position)
        .select((people::all_columns, units::path))
        .load(conn)
}

/// What was given for a session, to whom, and how it stands.
pub(in crate::assignments) fn list_given(
    conn: &mut Conn,
    session: SessionId,
) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .filter(tasks::session_id.eq(session))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// The same of one kind of work.
pub(in crate::assignments) fn list_given_as(
    conn: &mut Conn,
    session: SessionId,
    kind: AssignmentKind,
) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .filter(tasks::session_id.eq(session))
        .filter(tasks::kind.eq(kind))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// What of a kind was given by a call, whichever unit passed it on, to whom, and how it stands.
pub(in crate::assignments) fn list_given_by_call(
    conn: &mut Conn,
    call: CallId,
    kind: AssignmentKind,
) -> QueryResult<Vec<(PersonId, ReadingId, TaskState)>> {
    tasks::table
        .inner_join(assignments::table.inner_join(unit_tasks::table))
        .filter(unit_tasks::call_id.eq(call))
        .filter(tasks::kind.eq(kind))
        .order(tasks::id)
        .select((tasks::person_id, tasks::reading_id, tasks::state))
        .load(conn)
}

/// Those who read everything they were given for a session: self-study, which is not made up by it.
pub fn list_self_study(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    let given = list_given(conn, session)?;
    Ok(all_read(given.into_iter().map(|(person, _, state)| (person, state))).into_iter().collect())
}

/// The same of many absences, each a session and a person.
pub fn list_self_studied(
    conn: &mut Conn,
    absences: &[(SessionId, PersonId)],
) -> QueryResult<BTreeSet<(SessionId, PersonId)>> {
    let sessions: BTreeSet<SessionId> = absences.iter().map(|(session, _)| *session).collect();
    let people: BTreeSet<PersonId> = absences.iter().map(|(_, person)| *person).collect();
    let sessions: Vec<SessionId> = sessions.into_iter().collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let mut given = Vec::new();
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        let found: Vec<(SessionId, PersonId, TaskState)> = tasks::table
            .filter(tasks::session_id.eq_any(sessions.clone()))
            .filter(tasks::person_id.eq_any(chunk.to_vec()))
            .order(tasks::id)
            .select((tasks::session_id.assume_not_null(), tasks::person_id, tasks::state))
            .load(conn)?;
        given.extend(found.into_iter().map(|(session, person, state)| ((session, person), state)));
    }
    Ok(all_read(given))
}

/// Those of whom something is done and nothing is left.
fn all_read<Key: Ord + Copy>(given: impl IntoIterator<Item = (Key, TaskState)>) -> BTreeSet<Key> {
    let (mut done, mut left) = (BTreeSet::new(), BTreeSet::new());
    for (of, state) in given {
        if state == TaskState::Done {
            done.insert(of);
        }
        if state.is_left() {
            left.insert(of);
        }
    }
    done.difference(&left).copied().collect()
}

/// How many open tasks these people have, without those that count as released.
pub(in crate::assignments) fn count_open(conn: &mut Conn, ids: &[PersonId]) -> QueryResult<Vec<(PersonId, i64)>> {
    let mut counts = Vec::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let found: Vec<(PersonId, i64)> = tasks::table
            .left_join(attendance::table.on(
                attendance::session_id.nullable().eq(tasks::session_id).and(attendance::person_id.eq(tasks::person_id)),
            ))
            .filter(tasks::person_id.eq_any(chunk.to_vec()))
            .filter(tasks::state.eq_any(TaskState::LEFT))
            .filter(attendance::state.is_null().or(attendance::state.ne_all(RELEASED)))
            .group_by(tasks::person_id)
            .order(tasks::person_id)
            .select((tasks::person_id, count_star()))
            .load(conn)?;
        counts.extend(found);
    }
    Ok(counts)
}

/// Adds an assignment, still without tasks.
pub fn insert_assignment(conn: &mut Conn, new: &NewAssignment) -> QueryResult<AssignmentId> {
    diesel::insert_into(assignments::table)
        .values((
            assignments::kind.eq(new.kind),
            assignments::title.eq(&new.title),
            assignments::note.eq(&new.note),
            assignments::unit_id.eq(new.unit_id),
            assignments::session_id.eq(new.session_id),
            assignments::given_by.eq(new.given_by),
            assignments::given_at.eq(new.given_at),
            assignments::due_on.eq(new.due_on),
            assignments::study_minutes.eq(new.study_minutes),
            assignments::unit_task_id.eq(new.unit_task_id),
        ))
        .returning(assignments::id)
        .get_result(conn)
}

/// Adds tasks, many at once, except what another write gave in the meantime; tells how many it added. Each is tied to the
/// version of its reading that is assigned now; what comes in as done was read in that version.
pub fn insert_tasks(conn: &mut Conn, new: &[NewTask]) -> QueryResult<usize> {
    let numbers: BTreeMap<ReadingId, i64> = current_numbers(conn)?.into_iter().collect();
    let mut n = 0;
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|task| {
                let number = version_of(&numbers, task.reading_id)?;
                Ok((
                    tasks::assignment_id.eq(task.assignment_id),
                    tasks::kind.eq(task.kind),
                    tasks::person_id.eq(task.person_id),
                    tasks::reading_id.eq(task.reading_id),
                    tasks::session_id.eq(task.session_id),
                    tasks::matter.eq(&task.matter),
                    tasks::state.eq(task.state),
                    tasks::due_on.eq(task.due_on),
                    tasks::done_at.eq(task.done_at),
                    tasks::reading_version.eq(number),
                    tasks::read_version.eq(task.done_at.map(|_| number)),
                ))
            })
            .collect::<QueryResult<_>>()?;
        n += each!(conn, c => diesel::insert_into(tasks::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(n)
}

/// The version of a reading that is assigned now. A reading without one cannot be given: its task would be in no list.
fn version_of(numbers: &BTreeMap<ReadingId, i64>, reading: ReadingId) -> QueryResult<i64> {
    numbers.get(&reading).copied().ok_or_else(|| {
        diesel::result::Error::QueryBuilderError(format!("reading {reading} has no version that could be given").into())
    })
}

/// Opens what was withdrawn from these people, as part of a new assignment.
pub(in crate::assignments) fn give_again(
    conn: &mut Conn,
    assignment: AssignmentId,
    reading: ReadingId,
    matter: &str,
    due_on: NaiveDate,
    people: &[PersonId],
) -> QueryResult<usize> {
    let numbers: BTreeMap<ReadingId, i64> = current_numbers(conn)?.into_iter().collect();
    let number = version_of(&numbers, reading)?;
    let mut n = 0;
    for chunk in people.chunks(ROWS_A_STATEMENT) {
        n += diesel::update(
            tasks::table
                .filter(tasks::matter.eq(matter))
                .filter(tasks::person_id.eq_any(chunk.to_vec()))
                .filter(tasks::state.eq(TaskState::Withdrawn)),
        )
        .set((
            tasks::assignment_id.eq(assignment),
            tasks::state.eq(TaskState::Open),
            tasks::due_on.eq(due_on),
            tasks::reading_version.eq(number),
            tasks::version.eq(tasks::version + 1),
        ))
        .execute(conn)?;
    }
    Ok(n)
}
