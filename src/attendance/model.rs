//! The state of one person in one session, and the figures counted from such states.

use crate::access::{UnitPath, Viewer};
use crate::clock::Moment;
use crate::error::Message;
use crate::store::ids::{PersonId, SessionId, VenueId};
use crate::training::{RosterRow, Session, SessionState};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

crate::choices! {
    /// The stored states (`rules.md` 2). A roster row without one is pending.
    pub enum AttendanceState {
        Present = "present",
        Leave = "leave",
        StandIn = "stand_in",
        Absent = "absent",
        Exempt = "exempt",
    }
}

crate::choices! {
    /// A state as it is shown: the stored ones, and the two that a missing row stands for.
    pub enum ShownState {
        Present = "present",
        Leave = "leave",
        StandIn = "stand_in",
        Absent = "absent",
        Exempt = "exempt",
        /// 待签到.
        Pending = "pending",
        /// 待核: check-in has ended and nobody has decided yet.
        ToCheck = "to_check",
    }
}

crate::choices! {
    /// How a state came to be recorded.
    pub enum Method {
        Code = "code",
        RollCall = "roll_call",
        Paper = "paper",
        UnitWord = "unit_word",
        Correction = "correction",
        /// The session was confirmed, and nobody had said otherwise.
        Confirmation = "confirmation",
    }
}

crate::choices! {
    pub enum LeaveKind {
        Public = "public",
        Sick = "sick",
        Private = "private",
    }
}

crate::choices! {
    /// The second column beside the state.
    pub enum MakeUp {
        None = "none",
        Due = "due",
        Done = "done",
    }
}

crate::choices! {
    /// How somebody made up for not being there (`product.md` 6). A reading alone is self-study and none of these.
    pub enum MakeUpKind {
        Session = "session",
        ExchangeMeeting = "exchange_meeting",
        AcceptedStudy = "accepted_study",
    }
}

/// One person in one session. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Attendance {
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub state: AttendanceState,
    pub late: bool,
    pub left_early: bool,
    pub method: Method,
    pub venue_id: Option<VenueId>,
    pub leave_kind: Option<LeaveKind>,
    /// Who stood in.
    pub stand_in: Option<String>,
    pub make_up: MakeUp,
    pub make_up_kind: Option<MakeUpKind>,
    /// When the person arrived; nothing for those who were not there.
    pub arrived_at: Option<Moment>,
    pub recorded_by: Option<PersonId>,
    pub recorded_at: Moment,
    pub version: i64,
}

impl AttendanceState {
    /// *Not there* is leave, stand-in and absent, everywhere (`rules.md` 2).
    pub fn is_not_there(self) -> bool {
        match self {
            Self::Leave | Self::StandIn | Self::Absent => true,
            Self::Present | Self::Exempt => false,
        }
    }

    pub fn shown(self) -> ShownState {
        match self {
            Self::Present => ShownState::Present,
            Self::Leave => ShownState::Leave,
            Self::StandIn => ShownState::StandIn,
            Self::Absent => ShownState::Absent,
            Self::Exempt => ShownState::Exempt,
        }
    }
}

/// What is recorded of one person: everything that a change replaces. It lies as JSON beside each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub state: AttendanceState,
    pub late: bool,
    pub left_early: bool,
    pub method: Method,
    pub venue: Option<VenueId>,
    pub leave_kind: Option<LeaveKind>,
    pub stand_in: Option<String>,
    /// Microseconds since 1970, UTC.
    #[serde(with = "micros")]
    pub arrived_at: Option<Moment>,
}

/// A moment as a number, so that what is read back is what was written.
mod micros {
    use super::Moment;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(moment: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
        moment.map(|moment| moment.utc().and_utc().timestamp_micros()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
        let micros: Option<i64> = Option::deserialize(deserializer)?;
        Ok(micros.and_then(chrono::DateTime::from_timestamp_micros).map(|moment| Moment::from_utc(moment.naive_utc())))
    }
}

impl Recorded {
    /// A state without marks or details.
    pub fn plain(state: AttendanceState, method: Method) -> Self {
        Self {
            state,
            late: false,
            left_early: false,
            method,
            venue: None,
            leave_kind: None,
            stand_in: None,
            arrived_at: None,
        }
    }

    /// Whether it says the same of the person, however and whenever it was recorded.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |recorded: &Self| {
            (
                recorded.state,
                recorded.late,
                recorded.left_early,
                recorded.leave_kind,
                recorded.stand_in.clone().unwrap_or_default(),
            )
        };
        said(self) == said(other)
    }
}

impl Attendance {
    pub fn recorded(&self) -> Recorded {
        Recorded {
            state: self.state,
            late: self.late,
            left_early: self.left_early,
            method: self.method,
            venue: self.venue_id,
            leave_kind: self.leave_kind,
            stand_in: self.stand_in.clone(),
            arrived_at: self.arrived_at,
        }
    }
}

/// The state as it is shown, whether or not anybody has decided.
pub fn shown(session: SessionState, attendance: Option<&Attendance>) -> ShownState {
    match (attendance, session) {
        (Some(attendance), _) => attendance.state.shown(),
        (None, SessionState::Draft | SessionState::Published | SessionState::Cancelled) => ShownState::Pending,
        (None, SessionState::Closed | SessionState::Confirmed | SessionState::Archived) => ShownState::ToCheck,
    }
}

/// One change of a person's attendance, as it is kept. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub state_before: Option<AttendanceState>,
    pub state_after: Option<AttendanceState>,
    pub reason: String,
    pub after_confirmation: bool,
    pub changed_by: Option<PersonId>,
    pub changed_at: Moment,
    value_before: Option<String>,
    value_after: Option<String>,
}

impl Change {
    /// All that was recorded before; the state alone when no more was kept.
    pub fn before(&self) -> Option<Recorded> {
        read_value(self.value_before.as_deref(), self.state_before)
    }

    /// All that was recorded from then on.
    pub fn after(&self) -> Option<Recorded> {
        read_value(self.value_after.as_deref(), self.state_after)
    }
}

fn read_value(value: Option<&str>, state: Option<AttendanceState>) -> Option<Recorded> {
    let kept = value.and_then(|text| serde_json::from_str(text).ok());
    kept.or_else(|| state.map(|state| Recorded::plain(state, Method::Correction)))
}

/// Why somebody cannot check in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckInRefusal {
    NotOpenYet {
        opens_at: Moment,
    },
    /// The session has ended, or HQ has ended its check-in.
    Over,
    Cancelled,
    NotOnRoster,
}

impl CheckInRefusal {
    pub fn message(self) -> Message {
        match self {
            Self::NotOpenYet { opens_at } => Message::new("attendance-refused-early").with("at", opens_at),
            Self::Over => Message::new("attendance-refused-over"),
            Self::Cancelled => Message::new("attendance-refused-cancelled"),
            Self::NotOnRoster => Message::new("attendance-refused-not-on-roster"),
        }
    }
}

/// Decides whether a check-in that arrives at `now` is in time. The limits themselves are still in time.
/// Whether somebody was late is for a person to say, not for a clock.
///
/// # Errors
/// Why it is not.
pub fn admit(session: &Session, now: Moment) -> Result<(), CheckInRefusal> {
    match session.state {
        SessionState::Published => {}
        SessionState::Cancelled => return Err(CheckInRefusal::Cancelled),
        SessionState::Draft => return Err(CheckInRefusal::NotOnRoster),
        SessionState::Closed | SessionState::Confirmed | SessionState::Archived => return Err(CheckInRefusal::Over),
    }
    if now < session.opens_at() {
        return Err(CheckInRefusal::NotOpenYet { opens_at: session.opens_at() });
    }
    if session.ends_at < now {
        return Err(CheckInRefusal::Over);
    }
    Ok(())
}

/// What a check-in does to what was recorded before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Nobody had decided yet.
    New,
    /// Leave, a stand-in or absence gives way, and stays in the history (`rules.md` 2).
    Beats,
    /// Already present.
    Repeat,
    /// Exempt stays exempt.
    Exempt,
}

pub fn arrival(before: Option<&Attendance>) -> Arrival {
    match before.map(|before| before.state) {
        None => Arrival::New,
        Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent) => Arrival::Beats,
        Some(AttendanceState::Present) => Arrival::Repeat,
        Some(AttendanceState::Exempt) => Arrival::Exempt,
    }
}

/// How long one may take back one's own check-in (`ux.md`, check-in wireframe).
pub const UNDO_FOR: TimeDelta = TimeDelta::minutes(5);

/// Whether a person may still take back their own check-in. The limit itself is still in time.
pub fn may_undo(attendance: &Attendance, person: PersonId, now: Moment) -> bool {
    attendance.state == AttendanceState::Present
        && attendance.method == Method::Code
        && attendance.person_id == person
        && attendance.recorded_by == Some(person)
        && now <= attendance.recorded_at + UNDO_FOR
}

/// Wrong codes that one login may type before it has to wait (`rules.md` 5).
pub const WRONG_CODES: i64 = 10;
/// How long it then waits.
pub const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What six digits were typed as, however they were grouped or whatever width they have.
pub fn read_code(text: &str) -> Option<String> {
    let mut code = String::with_capacity(6);
    for character in text.chars().filter(|character| !character.is_whitespace() && *character != '-') {
        let digit = match character {
            '0'..='9' => character,
            // Full-width digits, as Chinese input methods type them.
            '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10)?,
            _ => return None,
        };
        code.push(digit);
    }
    (code.len() == 6).then_some(code)
}

/// A session that has the code, and whether the one who typed it is on its roster.
#[derive(Debug, Clone)]
pub struct CodeHit {
    pub session: Session,
    pub venue_name: Option<String>,
    pub on_roster: bool,
}

/// What a code leads to.
#[derive(Debug, Clone)]
pub enum CodeMeans {
    One(Box<CodeHit>),
    /// Two of one's own open sessions have the same code.
    Several(Vec<CodeHit>),
    /// A valid code of a session that one is not on.
    Foreign(Box<CodeHit>),
    Unknown,
}

/// Works out what a code leads to: one's own open sessions first, then one's own others, then anybody's that is
/// open or still to come. Where several remain, the one that starts latest, except among the open ones.
pub fn resolve(hits: Vec<CodeHit>, now: Moment) -> CodeMeans {
    let (own, foreign): (Vec<CodeHit>, Vec<CodeHit>) = hits.into_iter().partition(|hit| hit.on_roster);
    let (mut open, mut rest): (Vec<CodeHit>, Vec<CodeHit>) = own.into_iter().partition(|hit| hit.session.is_open(now));
    if open.len() > 1 {
        return CodeMeans::Several(open);
    }
    if let Some(hit) = open.pop() {
        return CodeMeans::One(Box::new(hit));
    }
    rest.sort_by_key(|hit| (hit.session.starts_at, hit.session.id));
    // Of one's own that are still to come, the next one; else somebody else's; else one's own last one.
    if let Some(place) = rest.iter().position(|hit| is_to_come(&hit.session, now)) {
        return CodeMeans::One(Box::new(rest.swap_remove(place)));
    }
    let valid = foreign.into_iter().find(|hit| hit.session.is_open(now) || is_to_come(&hit.session, now));
    match (valid, rest.pop()) {
        (Some(hit), _) => CodeMeans::Foreign(Box::new(hit)),
        (None, Some(hit)) => CodeMeans::One(Box::new(hit)),
        (None, None) => CodeMeans::Unknown,
    }
}

fn is_to_come(session: &Session, now: Moment) -> bool {
    session.state == SessionState::Published && now < session.opens_at()
}

/// By what right somebody records what became of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Authority {
    Hq,
    /// Of the person's venue.
    Clerk,
    /// Of the unit in the person's roster row, or of one above it.
    Leader,
}

/// By what right the viewer may record for somebody, the widest first; nothing when they may not.
pub fn authority(viewer: &Viewer, served: &[VenueId], row: &RosterRow, path: &UnitPath) -> Option<Authority> {
    if viewer.is_hq() {
        Some(Authority::Hq)
    } else if viewer.reach_of_decisions().covers(path) {
        Some(Authority::Leader)
    } else if served.contains(&row.venue_id) {
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

/// What is left when a state is voided: nothing, that is pending, or absent once confirmed (`rules.md` 2).
pub fn after_voiding(session: &Session) -> Option<Recorded> {
    session.is_confirmed().then(|| Recorded::plain(AttendanceState::Absent, Method::Correction))
}

/// The figures of a session, a unit or a period. Every page, print and file gets them from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub n_roster: i64,
    pub n_present: i64,
    pub n_leave: i64,
    pub n_stand_in: i64,
    pub n_absent: i64,
    pub n_exempt: i64,
    /// Nobody has decided yet.
    pub n_pending: i64,
    pub n_late: i64,
    pub n_left_early: i64,
    pub n_made_up: i64,
    /// Those who read what was assigned for the session and have not made up: shown beside, in no rate.
    pub n_self_study: i64,
}

impl Counts {
    /// 应训: the roster without the exempt; the denominator of both rates.
    pub fn n_due(&self) -> i64 {
        self.n_roster - self.n_exempt
    }

    /// Leave, stand-in and absent; the denominator of the make-up rate.
    pub fn n_not_there(&self) -> i64 {
        self.n_leave + self.n_stand_in + self.n_absent
    }

    /// Present and made up; over [`Counts::n_due`] it is the participation rate.
    pub fn n_took_part(&self) -> i64 {
        self.n_present + self.n_made_up
    }

    /// Counts one person: their state, nothing when nobody has decided yet.
    pub fn add_person(&mut self, attendance: Option<&Attendance>) {
        match attendance {
            None => self.add(None, false, false, None, 1),
            Some(of) => self.add(Some(of.state), of.late, of.left_early, Some(of.make_up), 1),
        }
    }

    /// Counts `n` people of whom the same is recorded.
    pub fn add(
        &mut self,
        state: Option<AttendanceState>,
        late: bool,
        left_early: bool,
        make_up: Option<MakeUp>,
        n: i64,
    ) {
        self.n_roster += n;
        let Some(state) = state else {
            self.n_pending += n;
            return;
        };
        match state {
            AttendanceState::Present => self.n_present += n,
            AttendanceState::Leave => self.n_leave += n,
            AttendanceState::StandIn => self.n_stand_in += n,
            AttendanceState::Absent => self.n_absent += n,
            AttendanceState::Exempt => self.n_exempt += n,
        }
        if late {
            self.n_late += n;
        }
        if left_early {
            self.n_left_early += n;
        }
        if state.is_not_there() && make_up == Some(MakeUp::Done) {
            self.n_made_up += n;
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.n_roster += other.n_roster;
        self.n_present += other.n_present;
        self.n_leave += other.n_leave;
        self.n_stand_in += other.n_stand_in;
        self.n_absent += other.n_absent;
        self.n_exempt += other.n_exempt;
        self.n_pending += other.n_pending;
        self.n_late += other.n_late;
        self.n_left_early += other.n_left_early;
        self.n_made_up += other.n_made_up;
        self.n_self_study += other.n_self_study;
    }
}
