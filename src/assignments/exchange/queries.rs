//! All SQL of meetings.

use super::model::{Agreed, Gist, Meeting, MeetingPerson, MeetingState, Presence, Record, day};
use crate::access::UnitPath;
use crate::assignments::calls::{Call, UnitTask, UnitTaskKind, UnitTaskState};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::Unit;
use crate::store::ids::{MeetingId, PersonId, ReadingId, SessionId, UnitId, UnitTaskId};
use crate::store::schema::{
    calls, meeting_actions, meeting_gists, meeting_people, meeting_readings, meetings, people, sessions, unit_tasks,
    units,
};
use crate::store::{Conn, ROWS_A_STATEMENT};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// A record with its unit and how the task that it answers stands.
pub type MeetingRow = (Meeting, Unit, Option<UnitTaskState>);

/// A record, or `NotFound`. For verbs that check the viewer by themselves.
pub(super) fn find(conn: &mut Conn, id: MeetingId) -> Result<MeetingRow> {
    meetings::table
        .inner_join(units::table)
        .left_join(unit_tasks::table)
        .filter(meetings::id.eq(id))
        .select((meetings::all_columns, units::all_columns, unit_tasks::state.nullable()))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("meeting"))
}

/// The record that answers a unit's task, if there is one.
pub fn find_of_task(conn: &mut Conn, task: UnitTaskId) -> QueryResult<Option<MeetingId>> {
    meetings::table.filter(meetings::unit_task_id.eq(task)).select(meetings::id).first(conn).optional()
}

/// A line of a list: the record, its unit, its task's state, the session's title.
pub type MeetingLine = (Meeting, String, Option<UnitTaskState>, Option<String>);

/// One page of the meetings of a unit and all below it, the latest first, and how many there are in all.
pub fn list_below(
    conn: &mut Conn,
    path: &UnitPath,
    limit: i64,
    offset_of: impl FnOnce(i64) -> i64,
) -> QueryResult<(Vec<MeetingLine>, i64)> {
    let (start, end) = path.range();
    let n_meetings: i64 = meetings::table
        .inner_join(units::table)
        .filter(units::path.ge(&start))
        .filter(units::path.lt(&end))
        .select(count_star())
        .get_result(conn)?;
    let lines = meetings::table
        .inner_join(units::table)
        .left_join(unit_tasks::table)
        .left_join(sessions::table)
        .filter(units::path.ge(&start))
        .filter(units::path.lt(&end))
        // A draft without a day is the newest of all: no day sorts differently on the two engines.
        .order((meetings::held_on.is_null().desc(), meetings::held_on.desc(), meetings::id.desc()))
        .limit(limit)
        .offset(offset_of(n_meetings))
        .select((meetings::all_columns, units::name, unit_tasks::state.nullable(), sessions::title.nullable()))
        .load(conn)?;
    Ok((lines, n_meetings))
}

/// The meetings about a session that were handed in, in the units' fixed order.
pub fn list_about(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(Meeting, String, Option<UnitTaskState>)>> {
    meetings::table
        .inner_join(units::table)
        .left_join(unit_tasks::table)
        .filter(meetings::session_id.eq(session))
        .filter(meetings::state.eq(MeetingState::Submitted))
        .order((units::sort_key, meetings::held_on, meetings::id))
        .select((meetings::all_columns, units::name, unit_tasks::state.nullable()))
        .load(conn)
}

/// How many were in these meetings, by presence.
pub fn count_people(conn: &mut Conn, ids: &[MeetingId]) -> QueryResult<Vec<(MeetingId, Presence, i64)>> {
    meeting_people::table
        .filter(meeting_people::meeting_id.eq_any(ids))
        .group_by((meeting_people::meeting_id, meeting_people::presence))
        .order((meeting_people::meeting_id, meeting_people::presence))
        .select((meeting_people::meeting_id, meeting_people::presence, count_star()))
        .load(conn)
}

/// Everybody counted in a meeting, in the order in which they were listed.
pub fn list_people(conn: &mut Conn, id: MeetingId) -> QueryResult<Vec<MeetingPerson>> {
    meeting_people::table
        .filter(meeting_people::meeting_id.eq(id))
        .order((meeting_people::position, meeting_people::person_id))
        .load(conn)
}

pub fn list_readings(conn: &mut Conn, id: MeetingId) -> QueryResult<Vec<ReadingId>> {
    meeting_readings::table
        .filter(meeting_readings::meeting_id.eq(id))
        .order((meeting_readings::position, meeting_readings::reading_id))
        .select(meeting_readings::reading_id)
        .load(conn)
}

/// Who said what, with the names that people have now.
pub fn list_gists(conn: &mut Conn, id: MeetingId) -> QueryResult<Vec<(Option<PersonId>, Option<String>, String)>> {
    meeting_gists::table
        .left_join(people::table)
        .filter(meeting_gists::meeting_id.eq(id))
        .order(meeting_gists::position)
        .select((meeting_gists::person_id, people::name.nullable(), meeting_gists::text))
        .load(conn)
}

/// What was agreed, who, by when.
pub fn list_agreed(conn: &mut Conn, id: MeetingId) -> QueryResult<Vec<(String, String, Option<NaiveDate>)>> {
    meeting_actions::table
        .filter(meeting_actions::meeting_id.eq(id))
        .order(meeting_actions::position)
        .select((meeting_actions::what, meeting_actions::who, meeting_actions::due_on))
        .load(conn)
}

/// Adds an empty record, to be filled by [`update`].
pub(super) fn insert(
    conn: &mut Conn,
    unit: UnitId,
    task: Option<UnitTaskId>,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<Meeting> {
    diesel::insert_into(meetings::table)
        .values((
            (meetings::unit_id.eq(unit), meetings::unit_task_id.eq(task), meetings::state.eq(MeetingState::Draft)),
            (meetings::place.eq(""), meetings::chair.eq(""), meetings::recorder.eq(""), meetings::theme.eq("")),
            (meetings::other_readings.eq(""), meetings::questions.eq(""), meetings::with_below.eq(false)),
            (meetings::begun_by.eq(by), meetings::begun_at.eq(now)),
        ))
        .returning(meetings::all_columns)
        .get_result(conn)
}

/// Writes a record and all its lists anew; `Conflict` when it has changed since.
pub(super) fn update(conn: &mut Conn, before: &Meeting, record: &Record, listed: &[MeetingPerson]) -> Result<()> {
    let n =
        diesel::update(meetings::table.filter(meetings::id.eq(before.id)).filter(meetings::version.eq(before.version)))
            .set((
                meetings::session_id.eq(record.session),
                // Checked before: what is no day is refused even in a draft.
                meetings::held_on.eq(day(&record.held_on).unwrap_or(None)),
                meetings::place.eq(record.place.trim()),
                meetings::chair.eq(record.chair.trim()),
                meetings::recorder.eq(record.recorder.trim()),
                meetings::theme.eq(record.theme.trim()),
                meetings::other_readings.eq(record.other_readings.trim()),
                meetings::questions.eq(record.questions.trim()),
                meetings::with_below.eq(record.with_below),
                meetings::state.eq(MeetingState::Draft),
                meetings::version.eq(before.version + 1),
            ))
            .execute(conn)?;
    if n == 0 {
        return Err(Error::Conflict);
    }
    delete_lists(conn, before.id)?;
    insert_people(conn, listed)?;
    insert_readings(conn, before.id, &record.readings)?;
    let gists: Vec<&Gist> = record.gists.iter().filter(|gist| !gist.is_empty()).collect();
    insert_gists(conn, before.id, &gists)?;
    let agreed: Vec<&Agreed> = record.agreed.iter().filter(|agreed| !agreed.is_empty()).collect();
    Ok(insert_agreed(conn, before.id, &agreed)?)
}

fn delete_lists(conn: &mut Conn, id: MeetingId) -> QueryResult<()> {
    diesel::delete(meeting_people::table.filter(meeting_people::meeting_id.eq(id))).execute(conn)?;
    diesel::delete(meeting_readings::table.filter(meeting_readings::meeting_id.eq(id))).execute(conn)?;
    diesel::delete(meeting_gists::table.filter(meeting_gists::meeting_id.eq(id))).execute(conn)?;
    diesel::delete(meeting_actions::table.filter(meeting_actions::meeting_id.eq(id))).execute(conn)?;
    Ok(())
}

fn insert_people(conn: &mut Conn, listed: &[MeetingPerson]) -> QueryResult<()> {
    for chunk in listed.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|of| {
                (
                    meeting_people::meeting_id.eq(of.meeting_id),
                    meeting_people::person_id.eq(of.person_id),
                    meeting_people::presence.eq(of.presence),
                    meeting_people::position.eq(of.position),
                    meeting_people::name.eq(&of.name),
                    meeting_people::post.eq(&of.post),
                    meeting_people::unit_name.eq(&of.unit_name),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(meeting_people::table).values(&rows).execute(c))?;
    }
    Ok(())
}

fn insert_readings(conn: &mut Conn, id: MeetingId, readings: &[ReadingId]) -> QueryResult<()> {
    let row = |(position, reading): (usize, &ReadingId)| {
        (
            meeting_readings::meeting_id.eq(id),
            meeting_readings::reading_id.eq(*reading),
            meeting_readings::position.eq(position as i64),
        )
    };
    let rows: Vec<_> = readings.iter().enumerate().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    each!(conn, c => diesel::insert_into(meeting_readings::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

fn insert_gists(conn: &mut Conn, id: MeetingId, gists: &[&Gist]) -> QueryResult<()> {
    let row = |(position, gist): (usize, &&Gist)| {
        (
            meeting_gists::meeting_id.eq(id),
            meeting_gists::position.eq(position as i64),
            meeting_gists::person_id.eq(gist.person),
            meeting_gists::text.eq(gist.text.trim().to_owned()),
        )
    };
    let rows: Vec<_> = gists.iter().enumerate().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    each!(conn, c => diesel::insert_into(meeting_gists::table).values(&rows).execute(c))?;
    Ok(())
}

fn insert_agreed(conn: &mut Conn, id: MeetingId, agreed: &[&Agreed]) -> QueryResult<()> {
    let row = |(position, agreed): (usize, &&Agreed)| {
        (
            meeting_actions::meeting_id.eq(id),
            meeting_actions::position.eq(position as i64),
            meeting_actions::what.eq(agreed.what.trim().to_owned()),
            meeting_actions::who.eq(agreed.who.trim().to_owned()),
            meeting_actions::due_on.eq(day(&agreed.due_on).unwrap_or(None)),
        )
    };
    let rows: Vec<_> = agreed.iter().enumerate().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    each!(conn, c => diesel::insert_into(meeting_actions::table).values(&rows).execute(c))?;
    Ok(())
}

/// Marks a record as submitted. The day of the first time stays.
pub(super) fn mark_submitted(
    conn: &mut Conn,
    id: MeetingId,
    by: Option<PersonId>,
    now: Moment,
    entered_on: NaiveDate,
) -> QueryResult<()> {
    diesel::update(meetings::table.filter(meetings::id.eq(id)))
        .set((
            meetings::state.eq(MeetingState::Submitted),
            meetings::submitted_by.eq(by),
            meetings::submitted_at.eq(now),
            meetings::entered_on.eq(entered_on),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a draft of a record again; `Conflict` when it has changed since.
pub(super) fn mark_draft(conn: &mut Conn, before: &Meeting) -> Result<()> {
    let n =
        diesel::update(meetings::table.filter(meetings::id.eq(before.id)).filter(meetings::version.eq(before.version)))
            .set((meetings::state.eq(MeetingState::Draft), meetings::version.eq(before.version + 1)))
            .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Takes a record away with all its lists; `Conflict` when it has changed since.
pub(super) fn delete(conn: &mut Conn, before: &Meeting) -> Result<()> {
    delete_lists(conn, before.id)?;
    let of = meetings::table.filter(meetings::id.eq(before.id)).filter(meetings::version.eq(before.version));
    if diesel::delete(of).execute(conn)? == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Adds a record as it stands, with everything in it: for the demo.
pub fn insert_as_it_stands(
    conn: &mut Conn,
    unit: UnitId,
    task: Option<UnitTaskId>,
    record: &Record,
    listed: &[MeetingPerson],
    begun: (PersonId, Moment),
    submitted: Option<(PersonId, Moment, NaiveDate)>,
) -> Result<MeetingId> {
    let meeting = insert(conn, unit, task, Some(begun.0), begun.1)?;
    let listed: Vec<MeetingPerson> =
        listed.iter().map(|of| MeetingPerson { meeting_id: meeting.id, ..of.clone() }).collect();
    update(conn, &meeting, record, &listed)?;
    if let Some((by, at, entered_on)) = submitted {
        mark_submitted(conn, meeting.id, Some(by), at, entered_on)?;
    }
    Ok(meeting.id)
}

/// Every unit's task that asks for a meeting, with its call: for the demo.
pub fn list_asked(conn: &mut Conn) -> QueryResult<Vec<(UnitTask, Call)>> {
    unit_tasks::table
        .inner_join(calls::table)
        .filter(unit_tasks::kind.eq(UnitTaskKind::ExchangeMeeting))
        .order(unit_tasks::id)
        .select((unit_tasks::all_columns, calls::all_columns))
        .load(conn)
}

/// The drafts of a unit, the newest first: each with its theme and day.
pub fn list_drafts(
    conn: &mut Conn,
    unit: UnitId,
    limit: i64,
) -> QueryResult<Vec<(MeetingId, String, Option<NaiveDate>)>> {
    meetings::table
        .filter(meetings::unit_id.eq(unit))
        .filter(meetings::state.eq(MeetingState::Draft))
        .order(meetings::id.desc())
        .limit(limit)
        .select((meetings::id, meetings::theme, meetings::held_on))
        .load(conn)
}

/// Holds a record until the write ends, so that two who add to it take turns.
pub fn hold(conn: &mut Conn, id: MeetingId) -> QueryResult<()> {
    diesel::update(meetings::table.filter(meetings::id.eq(id)))
        .set(meetings::version.eq(meetings::version))
        .execute(conn)?;
    Ok(())
}

/// How the task that a submitted record answers may stand for the record to count: it was not returned, nor taken back.
const COUNTING: [UnitTaskState; 3] = [UnitTaskState::Submitted, UnitTaskState::Accepted, UnitTaskState::Withdrawn];

/// How many exchange meetings a unit and those below it held within these days, both included, by the records that count.
pub fn count_held(conn: &mut Conn, path: &UnitPath, days: (NaiveDate, NaiveDate)) -> QueryResult<i64> {
    let (start, end) = path.range();
    meetings::table
        .inner_join(units::table)
        .left_join(unit_tasks::table)
        .filter(meetings::state.eq(MeetingState::Submitted))
        .filter(unit_tasks::state.is_null().or(unit_tasks::state.nullable().eq_any(COUNTING)))
        .filter(meetings::held_on.between(days.0, days.1))
        .filter(units::path.ge(start))
        .filter(units::path.lt(end))
        .count()
        .get_result(conn)
}

/// Who of these was present in a meeting about a session that was handed in: when it was held, and who handed it in when,
/// the earliest first.
pub fn list_meetings_of(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> QueryResult<Vec<(PersonId, Option<NaiveDate>, Option<PersonId>, Option<Moment>)>> {
    meeting_people::table
        .inner_join(meetings::table)
        .filter(meetings::session_id.eq(session))
        .filter(meetings::state.eq(MeetingState::Submitted))
        .filter(meeting_people::presence.eq(Presence::Present))
        .filter(meeting_people::person_id.eq_any(people.to_vec()))
        .order((meetings::submitted_at, meetings::id))
        .select((meeting_people::person_id, meetings::held_on, meetings::submitted_by, meetings::submitted_at))
        .load(conn)
}

/// Who was present in a meeting about a session that counts: submitted, and not returned. Whoever submitted it counts
/// for themselves only once it was accepted: nobody decides their own (`rules.md` 4).
pub fn list_present_about(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<PersonId>> {
    meeting_people::table
        .inner_join(meetings::table.left_join(unit_tasks::table))
        .filter(meetings::session_id.eq(session))
        .filter(meetings::state.eq(MeetingState::Submitted))
        .filter(meeting_people::presence.eq(Presence::Present))
        .filter(unit_tasks::state.is_null().or(unit_tasks::state.nullable().eq_any(COUNTING)))
        .filter(
            meetings::submitted_by
                .is_null()
                .or(meetings::submitted_by.ne(meeting_people::person_id.nullable()))
                .or(unit_tasks::state.nullable().eq(UnitTaskState::Accepted)),
        )
        .order(meeting_people::person_id)
        .select(meeting_people::person_id)
        .distinct()
        .load(conn)
}
