//! Who counts once in figures of more than one session.

use crate::store::schema::{attendance, roster, sessions};

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
