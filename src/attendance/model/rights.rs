//! Who may record what of whom, and until when.

use super::state::{Attendance, AttendanceState, Recorded};
use crate::access::{UnitPath, Viewer};
use crate::clock::Moment;
use crate::error::Message;
use crate::store::ids::{PersonId, VenueId};
use crate::training::{RosterRow, Session, SessionState};
use serde::Serialize;
use std::collections::BTreeSet;

/// By what right somebody records what became of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Authority {
    Hq,
    /// Of the person's venue.
    Clerk,
    /// Of the unit in the person's roster row, or of one above it.
    Leader,
}

/// Somebody who leads a unit and all below it.
pub type Leads = (PersonId, UnitPath);

/// Somebody on a roster, and who decides what becomes of them.
#[derive(Debug, Clone)]
pub struct Case {
    pub row: RosterRow,
    /// Of the unit in the roster row, as the tree is today: whose leaders see them.
    pub path: UnitPath,
    /// The unit whose leader decides, or a leader above it.
    pub decided_at: UnitPath,
}

impl Case {
    /// `leaders` are at least the units that the person leads.
    pub fn of(row: RosterRow, path: UnitPath, leaders: &[Leads]) -> Self {
        Self { decided_at: decided_at(row.person_id, &path, leaders), row, path }
    }
}

/// The unit whose leader, or one above, decides about somebody of a unit: that unit. About who leads it themselves, or
/// a unit above it, decides the next one above; not who leads the same unit beside them, nor who leads one below.
pub fn decided_at(person: PersonId, path: &UnitPath, leaders: &[Leads]) -> UnitPath {
    let own = leaders.iter().filter(|(leader, led)| *leader == person && led.contains(path)).map(|(_, led)| led);
    own.min_by_key(|led| led.0.len()).map_or_else(|| path.clone(), UnitPath::above)
}

/// Those who decide about somebody: who leads the unit that decides, or else the next one above that anybody leads.
pub fn deciders(person: PersonId, decided_at: &UnitPath, leaders: &[Leads]) -> BTreeSet<PersonId> {
    let above: Vec<&Leads> =
        leaders.iter().filter(|(leader, led)| *leader != person && led.contains(decided_at)).collect();
    let nearest = above.iter().map(|(_, led)| led.0.len()).max();
    above.iter().filter(|(_, led)| Some(led.0.len()) == nearest).map(|(leader, _)| *leader).collect()
}

/// By what right the viewer may record for somebody, the widest first; nothing when they may not. That nobody records
/// their own is [`may_record`]'s to say, so that they are told.
pub fn authority(viewer: &Viewer, served: &[VenueId], case: &Case) -> Option<Authority> {
    let decided_at = if viewer.person == case.row.person_id { &case.path } else { &case.decided_at };
    if viewer.is_hq() {
        Some(Authority::Hq)
    } else if viewer.reach_of_decisions().covers(decided_at) {
        Some(Authority::Leader)
    } else if served.contains(&case.row.venue_id) {
        Some(Authority::Clerk)
    } else {
        None
    }
}

/// Why nothing may be recorded for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordRefusal {
    /// Nobody decides their own.
    Own,
    /// After confirmation a unit's correction needs HQ.
    AskHq,
    /// The clerk's work ended with the confirmation.
    ClerkIsDone,
    /// Draft or cancelled.
    NoSuchRoll,
    /// Nobody is there before it opens.
    NotOpenYet {
        opens_at: Moment,
    },
    NeedsReason,
    NeedsLeaveKind,
    NeedsStandIn,
}

impl RecordRefusal {
    /// The field of the form that it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::NeedsReason => "reason",
            Self::NeedsLeaveKind => "leave_kind",
            Self::NeedsStandIn => "stand_in",
            Self::NotOpenYet { .. } => "state",
            Self::Own | Self::AskHq | Self::ClerkIsDone | Self::NoSuchRoll => "",
        }
    }

    pub fn message(self) -> Message {
        match self {
            Self::Own => Message::new("attendance-refused-own"),
            Self::AskHq => Message::new("attendance-refused-ask-hq"),
            Self::ClerkIsDone => Message::new("attendance-refused-clerk-done"),
            Self::NoSuchRoll => Message::new("attendance-refused-no-roll"),
            Self::NotOpenYet { opens_at } => Message::new("attendance-refused-present-early").with("at", opens_at),
            Self::NeedsReason => Message::new("attendance-reason-missing"),
            Self::NeedsLeaveKind => Message::new("attendance-leave-kind-missing"),
            Self::NeedsStandIn => Message::new("attendance-stand-in-missing"),
        }
    }
}

/// Whether the viewer may record anything for this person now.
///
/// # Errors
/// Why not.
pub fn may_record(
    authority: Authority,
    session: &Session,
    viewer: PersonId,
    person: PersonId,
) -> Result<(), RecordRefusal> {
    if viewer == person {
        return Err(RecordRefusal::Own);
    }
    match (session.state, authority) {
        (SessionState::Draft | SessionState::Cancelled, _) => Err(RecordRefusal::NoSuchRoll),
        (SessionState::Published | SessionState::Closed, _) => Ok(()),
        (SessionState::Confirmed | SessionState::Archived, Authority::Hq) => Ok(()),
        (SessionState::Confirmed | SessionState::Archived, Authority::Leader) => Err(RecordRefusal::AskHq),
        (SessionState::Confirmed | SessionState::Archived, Authority::Clerk) => Err(RecordRefusal::ClerkIsDone),
    }
}

/// Whether a change needs a reason: always once confirmed; from closing on when somebody had already decided;
/// while check-in runs, never.
pub fn needs_reason(session: SessionState, before: Option<&Attendance>) -> bool {
    match session {
        SessionState::Draft | SessionState::Published | SessionState::Cancelled => false,
        SessionState::Closed => before.is_some(),
        SessionState::Confirmed | SessionState::Archived => true,
    }
}

/// Whether what is to be recorded is whole and possible; `None` clears.
///
/// # Errors
/// What is missing.
pub fn check_entry(
    session: &Session,
    before: Option<&Attendance>,
    after: Option<&Recorded>,
    reason: &str,
    now: Moment,
) -> Result<(), RecordRefusal> {
    if let Some(after) = after {
        match after.state {
            AttendanceState::Present | AttendanceState::Absent
                if session.state == SessionState::Published && now < session.opens_at() =>
            {
                return Err(RecordRefusal::NotOpenYet { opens_at: session.opens_at() });
            }
            AttendanceState::Leave if after.leave_kind.is_none() => return Err(RecordRefusal::NeedsLeaveKind),
            AttendanceState::StandIn if after.stand_in.as_deref().is_none_or(|name| name.trim().is_empty()) => {
                return Err(RecordRefusal::NeedsStandIn);
            }
            AttendanceState::Present
            | AttendanceState::Leave
            | AttendanceState::StandIn
            | AttendanceState::Absent
            | AttendanceState::Exempt => {}
        }
    }
    if needs_reason(session.state, before) && reason.trim().is_empty() {
        return Err(RecordRefusal::NeedsReason);
    }
    Ok(())
}

/// Whether somebody sees the scans of a session's signed sheet: HQ and its clerks, from publishing on.
pub fn may_see_scans(state: SessionState, is_hq: bool, is_clerk: bool) -> bool {
    match state {
        SessionState::Draft | SessionState::Cancelled => false,
        SessionState::Published | SessionState::Closed | SessionState::Confirmed | SessionState::Archived => {
            is_hq || is_clerk
        }
    }
}

/// Whether whoever sees the scans may add one or take one away: a clerk until the session is confirmed, HQ until it is
/// archived.
pub fn may_keep_scans(state: SessionState, is_hq: bool) -> bool {
    match state {
        SessionState::Published | SessionState::Closed => true,
        SessionState::Confirmed => is_hq,
        SessionState::Draft | SessionState::Cancelled | SessionState::Archived => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::Method;
    use crate::attendance::model::tests::{at, attendance, in_state, session_from};
    use crate::organization::Category;
    use crate::store::ids::{SessionId, UnitId};

    #[test]
    fn after_confirmation_only_hq_records_and_nobody_ever_their_own() {
        let (viewer, other) = (PersonId(1), PersonId(2));
        let may = |right, state| may_record(right, &in_state(state), viewer, other);

        assert_eq!(may(Authority::Leader, SessionState::Closed), Ok(()));
        assert_eq!(may(Authority::Leader, SessionState::Confirmed), Err(RecordRefusal::AskHq));
        assert_eq!(may(Authority::Clerk, SessionState::Confirmed), Err(RecordRefusal::ClerkIsDone));
        assert_eq!(may(Authority::Hq, SessionState::Archived), Ok(()));
        assert_eq!(may(Authority::Hq, SessionState::Cancelled), Err(RecordRefusal::NoSuchRoll));
        let own = may_record(Authority::Hq, &in_state(SessionState::Published), viewer, viewer);
        assert_eq!(own, Err(RecordRefusal::Own));
    }

    #[test]
    fn a_reason_is_wanted_for_changing_what_was_decided_once_check_in_has_ended_and_always_after_confirmation() {
        let decided = attendance(AttendanceState::Present, Method::Code);

        assert!(!needs_reason(SessionState::Published, Some(&decided)));
        assert!(!needs_reason(SessionState::Closed, None));
        assert!(needs_reason(SessionState::Closed, Some(&decided)));
        assert!(needs_reason(SessionState::Confirmed, None));
    }

    #[test]
    fn before_it_opens_nobody_is_present_or_absent_and_leave_has_its_kind() {
        let session = session_from("09:00", "11:00");
        let plain = |state| Recorded::plain(state, Method::RollCall);
        let check = |recorded: &Recorded, now| check_entry(&session, None, Some(recorded), "", at(now));

        let early = Err(RecordRefusal::NotOpenYet { opens_at: at("08:30") });
        assert_eq!(check(&plain(AttendanceState::Present), "08:29"), early);
        assert_eq!(check(&plain(AttendanceState::Present), "08:30"), Ok(()));
        assert_eq!(check(&plain(AttendanceState::Exempt), "08:29"), Ok(()));
        assert_eq!(check(&plain(AttendanceState::Leave), "08:29"), Err(RecordRefusal::NeedsLeaveKind));
        assert_eq!(check(&plain(AttendanceState::StandIn), "09:00"), Err(RecordRefusal::NeedsStandIn));
    }

    #[test]
    fn a_clerk_has_a_say_at_the_own_venue_and_a_leader_in_the_own_tree() {
        let row = RosterRow {
            session_id: SessionId(1),
            person_id: PersonId(9),
            position: 1,
            unit_id: UnitId(4),
            unit_name: "一项目部".to_owned(),
            name: "李敏".to_owned(),
            post: "安全员".to_owned(),
            category: Category::Staff,
            venue_id: VenueId(2),
        };
        let path = UnitPath("/1/3/4/".to_owned());
        let viewer = |role: Option<crate::access::Role>, led: &str| Viewer {
            person: PersonId(1),
            account: crate::store::ids::AccountId(1),
            login: crate::store::ids::LoginId(1),
            name: String::new(),
            unit: UnitId(1),
            unit_name: String::new(),
            language: crate::i18n::Language::Chinese,
            text_size: crate::access::TextSize::Standard,
            notice_seen: true,
            grants: role
                .map(|role| crate::access::Grant {
                    role,
                    unit: None,
                    path: Some(UnitPath(led.to_owned())),
                    session: None,
                })
                .into_iter()
                .collect(),
            login_kind: crate::access::LoginKind::Full,
            signed_in_at: Moment::from_timestamp(0),
            origin: String::new(),
            request: String::new(),
        };
        use crate::access::Role;

        let case = Case::of(row, path.clone(), &[]);
        let right = |viewer: &Viewer, served: &[VenueId]| authority(viewer, served, &case);
        assert_eq!(right(&viewer(Some(Role::Hq), "/"), &[]), Some(Authority::Hq));
        assert_eq!(right(&viewer(Some(Role::Leader), "/1/3/"), &[]), Some(Authority::Leader));
        assert_eq!(right(&viewer(Some(Role::Leader), "/1/5/"), &[]), None);
        assert_eq!(right(&viewer(Some(Role::Liaison), "/1/3/"), &[]), None);
        assert_eq!(right(&viewer(None, ""), &[VenueId(2)]), Some(Authority::Clerk));
        assert_eq!(right(&viewer(None, ""), &[VenueId(3)]), None);
    }

    #[test]
    fn about_who_leads_a_unit_decides_the_next_one_above_and_not_who_leads_it_beside_them() {
        let path = |text: &str| UnitPath(text.to_owned());
        let (person, other) = (PersonId(7), PersonId(8));
        let at = |leads: &[Leads]| decided_at(person, &path("/1/4/9/"), leads).0;

        assert_eq!(at(&[(other, path("/1/4/9/"))]), "/1/4/9/");
        assert_eq!(at(&[(person, path("/1/5/"))]), "/1/4/9/");
        assert_eq!(at(&[(person, path("/1/4/9/"))]), "/1/4/");
        assert_eq!(at(&[(person, path("/1/4/9/")), (person, path("/1/4/"))]), "/1/");
        // Nobody but HQ.
        assert_eq!(at(&[(person, path("/1/"))]), "/");
        assert!(!path("/1/").contains(&path("/")));
    }

    #[test]
    fn who_leads_the_unit_decides_and_where_nobody_does_the_next_one_above() {
        let path = |text: &str| UnitPath(text.to_owned());
        let (person, other, third) = (PersonId(7), PersonId(8), PersonId(9));
        let deciding = |leads: &[Leads]| deciders(person, &path("/1/4/"), leads).into_iter().collect::<Vec<_>>();

        assert_eq!(deciding(&[(other, path("/1/4/")), (third, path("/1/"))]), [other]);
        assert_eq!(deciding(&[(third, path("/1/")), (other, path("/1/5/"))]), [third]);
        assert_eq!(deciding(&[(other, path("/1/4/")), (third, path("/1/4/"))]), [other, third]);
        assert!(deciding(&[(person, path("/1/4/"))]).is_empty());
    }
}
