//! What is recorded of a person in a session: read, written once, replaced, taken away.

use crate::attendance::model::{Attendance, AttendanceState, MakeUp, Method, Recorded};
use crate::clock::Moment;
use crate::each;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{attendance, roster, sessions};
use crate::store::{Conn, ROWS_A_STATEMENT};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// Somebody's row in a session, if anybody has decided.
pub fn find(conn: &mut Conn, session: SessionId, person: PersonId) -> QueryResult<Option<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::person_id.eq(person))
        .get_result(conn)
        .optional()
}

/// What is recorded of several people in a session.
pub fn list_recorded(conn: &mut Conn, session: SessionId, people: &[PersonId]) -> QueryResult<Vec<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::person_id.eq_any(people.to_vec()))
        .order(attendance::person_id)
        .load(conn)
}

/// Who recorded it, and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub person: Option<PersonId>,
    pub at: Moment,
}

/// Records somebody's state unless something is recorded already; tells whether it did.
pub(in crate::attendance) fn insert_once(
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
pub(in crate::attendance) fn replace(
    conn: &mut Conn,
    before: &Attendance,
    new: &Recorded,
    by: By,
) -> QueryResult<bool> {
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
pub(in crate::attendance) fn delete(conn: &mut Conn, before: &Attendance) -> QueryResult<bool> {
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

/// Lets changes of one session's attendance take turns, until the write that called it ends.
pub(in crate::attendance) fn take_turns(conn: &mut Conn, session: SessionId) -> QueryResult<()> {
    // Sets nothing, and holds the row.
    diesel::update(sessions::table.filter(sessions::id.eq(session)))
        .set(sessions::version.eq(sessions::version))
        .execute(conn)?;
    Ok(())
}

/// Records everybody about whom nobody has decided as absent, and tells how many there were.
pub(in crate::attendance) fn insert_absent(conn: &mut Conn, session: SessionId, by: By) -> QueryResult<usize> {
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
