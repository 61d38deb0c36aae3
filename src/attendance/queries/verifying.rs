//! Check-ins to be verified, and what was decided about them.

use super::records::By;
use crate::attendance::doubts::{Decision, Finding, KioskDoubt, Verification};
use crate::attendance::model::{Attendance, AttendanceState, Method};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::store::schema::{attendance, kiosk_entries, verifications};
use diesel::prelude::*;

/// The check-ins of a session in which a pattern can be seen: by code, or taken from a kiosk.
pub(in crate::attendance) fn list_with_device(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Attendance>> {
    attendance::table
        .filter(attendance::session_id.eq(session))
        .filter(attendance::state.eq(AttendanceState::Present))
        .filter(attendance::method.eq_any([Method::Code, Method::Kiosk, Method::Door]))
        .order(attendance::person_id)
        .load(conn)
}

/// Whose check-in a kiosk sent outside tolerance, as long as it is that one which stands.
pub(in crate::attendance) fn list_kiosk_doubts(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<KioskDoubt>> {
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
pub(in crate::attendance) fn list_verifications(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Verification>> {
    verifications::table
        .filter(verifications::session_id.eq(session))
        .order((verifications::decided_at, verifications::person_id, verifications::reason))
        .load(conn)
}

/// Keeps a decision about a check-in.
pub(in crate::attendance) fn insert_verification(
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
