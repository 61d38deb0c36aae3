//! How those not there have made up.

use crate::attendance::model::{AttendanceState, MakeUp, MakeUpKind};
use crate::clock::Moment;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{attendance, sessions};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::SessionState;
use diesel::prelude::*;

/// Moves the make-up of those not there from one step to the next, and tells how many it moved.
pub(in crate::attendance) fn update_make_up(
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

/// Who was present in a confirmed session that makes up for the one that was missed.
pub(in crate::attendance) fn list_present_at_make_up(conn: &mut Conn, missed: SessionId) -> QueryResult<Vec<PersonId>> {
    attendance::table
        .inner_join(sessions::table.on(sessions::id.eq(attendance::session_id)))
        .filter(sessions::make_up_of.eq(missed))
        .filter(sessions::state.eq_any([SessionState::Confirmed, SessionState::Archived]))
        .filter(attendance::state.eq(AttendanceState::Present))
        .order(attendance::person_id)
        .select(attendance::person_id)
        .load(conn)
}

/// Who of these was present in a confirmed session that makes up for the one that was missed: what it was called, when it
/// began, and who recorded that when, the earliest first.
pub fn list_made_up_by_session(
    conn: &mut Conn,
    missed: SessionId,
    people: &[PersonId],
) -> QueryResult<Vec<(PersonId, String, Moment, Option<PersonId>, Moment)>> {
    attendance::table
        .inner_join(sessions::table.on(sessions::id.eq(attendance::session_id)))
        .filter(sessions::make_up_of.eq(missed))
        .filter(sessions::state.eq_any([SessionState::Confirmed, SessionState::Archived]))
        .filter(attendance::state.eq(AttendanceState::Present))
        .filter(attendance::person_id.eq_any(people.to_vec()))
        .order((attendance::recorded_at, attendance::session_id))
        .select((
            attendance::person_id,
            sessions::title,
            sessions::starts_at,
            attendance::recorded_by,
            attendance::recorded_at,
        ))
        .load(conn)
}

/// What these people made up in one way is due again.
pub(in crate::attendance) fn take_back_made_up(
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
