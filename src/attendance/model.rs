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
        Kiosk = "kiosk",
        /// The phone was opened by the clerk at the door.
        Door = "door",
        RollCall = "roll_call",
        Paper = "paper",
        UnitWord = "unit_word",
        /// What the person had asked for was granted.
        Request = "request",
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
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize)]
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
    /// A digest of the browser that a person checked in with, which shows where one device served two people.
    pub device: Option<String>,
    /// When the code that the person checked in with left the screen.
    pub code_until: Option<Moment>,
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
    /// A digest of the browser that it was recorded with, where that was the person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// When the code that it was recorded with left the screen. Microseconds since 1970, UTC.
    #[serde(default, with = "micros", skip_serializing_if = "Option::is_none")]
    pub code_until: Option<Moment>,
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
            device: None,
            code_until: None,
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
    /// What a form carries to tell whether this is still what it was made from. The version alone would not do: a row
    /// that was voided and came back begins at 1 again.
    pub fn stamp(&self) -> i64 {
        self.recorded_at.utc().and_utc().timestamp_micros() * 1000 + self.version % 1000
    }

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
            device: self.device.clone(),
            code_until: self.code_until,
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
    /// The code is real and too old.
    Replaced,
}

impl CheckInRefusal {
    pub fn message(self) -> Message {
        match self {
            Self::NotOpenYet { opens_at } => Message::new("attendance-refused-early").with("at", opens_at),
            Self::Over => Message::new("attendance-refused-over"),
            Self::Cancelled => Message::new("attendance-refused-cancelled"),
            Self::NotOnRoster => Message::new("attendance-refused-not-on-roster"),
            Self::Replaced => Message::new("attendance-refused-replaced"),
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

/// As [`admit`], for a scan that arrived earlier: whoever was in time does not lose it by signing in.
///
/// # Errors
/// Why it is not.
pub fn admit_scan(session: &Session, arrived: Moment, now: Moment) -> Result<(), CheckInRefusal> {
    admit(session, now.min(arrived.max(session.opens_at())))
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
/// Wrong codes are forgotten when there was none for this long.
pub const WRONG_CODES_FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes a minute from one address; past them, only those are heard there who have typed none. A hall of
/// thousands is often one address: its people mistype, and must not stop each other.
pub const WRONG_CODES_OF_ADDRESS: i64 = 120;

/// How often a login typed a wrong code.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tries {
    pub n_wrong: i64,
    pub wait_until: Option<Moment>,
    pub wrong_at: Option<Moment>,
}

impl Tries {
    /// The wrong codes that still count: a pause that is over, or a while without any, begins the count anew.
    pub fn n_counted(self, now: Moment) -> i64 {
        let waited = self.wait_until.is_some_and(|until| until <= now);
        let forgotten = self.wrong_at.is_none_or(|at| at + WRONG_CODES_FORGOTTEN_AFTER < now);
        if waited || forgotten { 0 } else { self.n_wrong }
    }

    /// Until when this login is not heard, when it has to wait. `n_of_address` wrong codes came from where it is in
    /// the minute that `now` lies in.
    pub fn pause(self, n_of_address: i64, now: Moment) -> Option<Moment> {
        if let Some(until) = self.wait_until.filter(|until| now < *until) {
            return Some(until);
        }
        let is_crowded = n_of_address >= WRONG_CODES_OF_ADDRESS && self.n_counted(now) > 0;
        is_crowded.then(|| Moment::from_timestamp((minute(now) + 1) * 60))
    }
}

/// Minutes since 1970.
pub fn minute(at: Moment) -> i64 {
    at.timestamp().div_euclid(60)
}

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

/// A venue whose code was typed, and whether the one who typed it is on the session's roster.
#[derive(Debug, Clone)]
pub struct CodeHit {
    pub session: Session,
    pub venue: VenueId,
    pub venue_name: String,
    pub on_roster: bool,
    /// The step whose six digits they are.
    pub step: i64,
}

/// Of the venues with the six digits that were typed, those that were meant: one's own open sessions before one's
/// own that are still to come, and these before anybody's. More than one is asked about.
pub fn resolve(hits: Vec<CodeHit>, now: Moment) -> Vec<CodeHit> {
    let rank = |hit: &CodeHit| match (hit.on_roster, hit.session.is_open(now), is_to_come(&hit.session, now)) {
        (true, true, _) => Some(0),
        (true, false, true) => Some(1),
        (false, true, _) | (false, false, true) => Some(2),
        (_, false, false) => None,
    };
    let best = hits.iter().filter_map(rank).min();
    hits.into_iter().filter(|hit| best.is_some() && rank(hit) == best).collect()
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

/// What is left when a state is voided: nothing, that is pending, or absent once confirmed (`rules.md` 2).
pub fn after_voiding(session: &Session) -> Option<Recorded> {
    session.is_confirmed().then(|| Recorded::plain(AttendanceState::Absent, Method::Correction))
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

/// The figures of a session, a unit or a period. Every page, print and file gets them from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// What became of those who were not there: how they made up, and who has not yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUpFigures {
    pub n_not_there: i64,
    pub n_session: i64,
    pub n_exchange_meeting: i64,
    pub n_accepted_study: i64,
    /// Made up, without saying how.
    pub n_otherwise: i64,
    /// Not made up yet, in all.
    pub n_outstanding: i64,
    /// Of the outstanding those who read what was assigned: self-study makes nothing up.
    pub n_self_study: i64,
}

impl MakeUpFigures {
    pub fn n_made_up(&self) -> i64 {
        self.n_session + self.n_exchange_meeting + self.n_accepted_study + self.n_otherwise
    }

    /// Counts one person; those who were there or are exempt are in none of the figures.
    pub fn add(&mut self, attendance: &Attendance, has_read: bool) {
        if !attendance.state.is_not_there() {
            return;
        }
        self.n_not_there += 1;
        match (attendance.make_up, attendance.make_up_kind) {
            (MakeUp::Done, Some(MakeUpKind::Session)) => self.n_session += 1,
            (MakeUp::Done, Some(MakeUpKind::ExchangeMeeting)) => self.n_exchange_meeting += 1,
            (MakeUp::Done, Some(MakeUpKind::AcceptedStudy)) => self.n_accepted_study += 1,
            (MakeUp::Done, None) => self.n_otherwise += 1,
            (MakeUp::None | MakeUp::Due, _) => {
                self.n_outstanding += 1;
                self.n_self_study += i64::from(has_read);
            }
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

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::organization::Category;
    use crate::store::ids::UnitId;
    use chrono::NaiveDate;

    pub fn at(time: &str) -> Moment {
        let day = NaiveDate::from_ymd_opt(2024, 7, 5).expect("a date");
        Moment::from_utc(day.and_time(chrono::NaiveTime::parse_from_str(time, "%H:%M").expect("a time")))
    }

    pub fn session_from(start: &str, end: &str) -> Session {
        Session {
            id: SessionId(1),
            title: "培训会".to_owned(),
            purpose: String::new(),
            speaker: String::new(),
            organiser: String::new(),
            requirements: String::new(),
            remark: String::new(),
            starts_at: at(start),
            ends_at: at(end),
            opens_before_minutes: 30,
            study_minutes: 120,
            state: SessionState::Published,
            revision: 0,
            created_by: None,
            published_at: None,
            closed_at: None,
            confirmed_at: None,
            cancelled_at: None,
            state_reason: None,
            version: 1,
            reply_by: None,
            make_up_of: None,
        }
    }

    pub fn in_state(state: SessionState) -> Session {
        Session { state, ..session_from("09:00", "11:00") }
    }

    pub fn row(state: AttendanceState) -> Attendance {
        attendance(state, Method::RollCall)
    }

    fn attendance(state: AttendanceState, method: Method) -> Attendance {
        Attendance {
            session_id: SessionId(1),
            person_id: PersonId(1),
            state,
            late: false,
            left_early: false,
            method,
            venue_id: None,
            leave_kind: None,
            stand_in: None,
            make_up: MakeUp::None,
            make_up_kind: None,
            arrived_at: Some(at("09:00")),
            recorded_by: Some(PersonId(1)),
            recorded_at: at("09:00"),
            version: 1,
            device: None,
            code_until: None,
        }
    }

    #[test]
    fn who_was_not_there_has_made_up_in_some_way_or_is_outstanding_and_self_study_makes_nothing_up() {
        let absent = row(AttendanceState::Absent);
        let made_up = |kind| Attendance { make_up: MakeUp::Done, make_up_kind: kind, ..absent.clone() };
        let mut figures = MakeUpFigures::default();

        for (attendance, has_read) in [
            (row(AttendanceState::Present), true),
            (row(AttendanceState::Exempt), false),
            (absent.clone(), true),
            (Attendance { make_up: MakeUp::Due, ..row(AttendanceState::Leave) }, false),
            (made_up(Some(MakeUpKind::Session)), true),
            (made_up(Some(MakeUpKind::AcceptedStudy)), false),
            (made_up(None), false),
        ] {
            figures.add(&attendance, has_read);
        }

        let expected = MakeUpFigures {
            n_not_there: 5,
            n_session: 1,
            n_exchange_meeting: 0,
            n_accepted_study: 1,
            n_otherwise: 1,
            n_outstanding: 2,
            n_self_study: 1,
        };
        assert_eq!(figures, expected);
        assert_eq!(figures.n_made_up() + figures.n_outstanding, figures.n_not_there);
    }

    #[test]
    fn check_in_opens_thirty_minutes_before_the_start_and_not_a_minute_earlier() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit(&session, at("08:30")), Ok(()));
        assert_eq!(admit(&session, at("08:29")), Err(CheckInRefusal::NotOpenYet { opens_at: at("08:30") }));
    }

    #[test]
    fn check_in_ends_with_the_session_and_the_last_minute_is_still_in_time() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit(&session, at("11:00")), Ok(()));
        assert_eq!(admit(&session, at("11:01")), Err(CheckInRefusal::Over));
        for state in [SessionState::Closed, SessionState::Confirmed, SessionState::Archived] {
            assert_eq!(admit(&in_state(state), at("10:00")), Err(CheckInRefusal::Over));
        }
        assert_eq!(admit(&in_state(SessionState::Cancelled), at("10:00")), Err(CheckInRefusal::Cancelled));
    }

    #[test]
    fn one_takes_back_ones_own_check_in_for_five_minutes_and_nothing_else() {
        let own = attendance(AttendanceState::Present, Method::Code);
        let called = attendance(AttendanceState::Present, Method::RollCall);

        assert!(may_undo(&own, PersonId(1), at("09:05")));
        assert!(!may_undo(&own, PersonId(1), at("09:06")));
        assert!(!may_undo(&own, PersonId(2), at("09:01")));
        assert!(!may_undo(&called, PersonId(1), at("09:01")));
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_grouped() {
        for typed in ["472916", " 472 916 ", "472-916", "４７２９１６"] {
            assert_eq!(read_code(typed).as_deref(), Some("472916"), "{typed}");
        }
        for typed in ["", "47291", "4729160", "47291a", "四七二九一六"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }

    fn hit(id: i64, on_roster: bool, start: &str, end: &str) -> CodeHit {
        let session = Session { id: SessionId(id), ..session_from(start, end) };
        CodeHit { session, venue: VenueId(id), venue_name: String::new(), on_roster, step: 1 }
    }

    fn meant(hits: Vec<CodeHit>, now: &str) -> Vec<i64> {
        resolve(hits, at(now)).iter().map(|hit| hit.session.id.0).collect()
    }

    #[test]
    fn a_code_means_ones_own_open_session_before_anything_else() {
        let (foreign, own) = (hit(1, false, "09:00", "11:00"), hit(2, true, "09:00", "11:00"));
        let (later, over) = (hit(3, true, "15:00", "16:00"), hit(4, true, "05:00", "06:00"));

        assert_eq!(meant(vec![foreign.clone(), later.clone(), own.clone()], "10:00"), [2]);
        assert_eq!(meant(vec![own, hit(5, true, "09:30", "11:00")], "10:00"), [2, 5]);
        assert_eq!(meant(vec![over.clone(), later, foreign.clone()], "10:00"), [3]);
        assert_eq!(meant(vec![over.clone(), foreign.clone()], "10:00"), [1]);
        assert_eq!(meant(vec![over, foreign], "12:00"), [0; 0]);
        assert_eq!(meant(Vec::new(), "10:00"), [0; 0]);
    }

    #[test]
    fn ten_wrong_codes_pause_a_login_for_its_minute_and_are_then_forgotten() {
        let paused = Tries { n_wrong: 10, wait_until: Some(at("10:01")), wrong_at: Some(at("10:00")) };

        assert_eq!(paused.pause(0, at("10:00")), Some(at("10:01")));
        assert_eq!((paused.pause(0, at("10:01")), paused.n_counted(at("10:01"))), (None, 0));
        let few = Tries { n_wrong: 9, wait_until: None, wrong_at: Some(at("10:00")) };
        assert_eq!((few.n_counted(at("10:10")), few.n_counted(at("10:11"))), (9, 0));
    }

    #[test]
    fn past_the_limit_of_an_address_only_those_are_heard_who_have_typed_no_wrong_code() {
        let wrong_once = Tries { n_wrong: 1, wait_until: None, wrong_at: Some(at("10:00")) };

        assert_eq!(wrong_once.pause(119, at("10:00")), None);
        assert_eq!(wrong_once.pause(120, at("10:00")), Some(at("10:01")));
        assert_eq!(Tries::default().pause(5_000, at("10:00")), None);
        assert_eq!(wrong_once.pause(120, at("10:11")), None);
    }

    #[test]
    fn a_scan_in_time_is_not_lost_by_signing_in_after_the_end_and_opens_nothing_early() {
        let session = session_from("09:00", "11:00");

        assert_eq!(admit_scan(&session, at("10:59"), at("11:07")), Ok(()));
        assert_eq!(admit_scan(&session, at("11:01"), at("11:07")), Err(CheckInRefusal::Over));
        assert_eq!(admit_scan(&session, at("08:20"), at("08:31")), Ok(()));
        let early = Err(CheckInRefusal::NotOpenYet { opens_at: at("08:30") });
        assert_eq!(admit_scan(&session, at("08:20"), at("08:29")), early);
        assert_eq!(admit_scan(&in_state(SessionState::Closed), at("10:59"), at("11:00")), Err(CheckInRefusal::Over));
    }

    #[test]
    fn a_check_in_beats_all_but_exemption_and_itself() {
        let state = |state| attendance(state, Method::Paper);

        assert_eq!(arrival(None), Arrival::New);
        for beaten in [AttendanceState::Leave, AttendanceState::StandIn, AttendanceState::Absent] {
            assert_eq!(arrival(Some(&state(beaten))), Arrival::Beats);
        }
        assert_eq!(arrival(Some(&state(AttendanceState::Present))), Arrival::Repeat);
        assert_eq!(arrival(Some(&state(AttendanceState::Exempt))), Arrival::Exempt);
    }

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
    fn voiding_leaves_nothing_and_absence_once_confirmed() {
        assert_eq!(after_voiding(&in_state(SessionState::Closed)), None);
        let left = after_voiding(&in_state(SessionState::Confirmed));
        assert_eq!(left.map(|left| left.state), Some(AttendanceState::Absent));
    }

    #[test]
    fn what_a_change_replaced_is_read_back_as_it_was() {
        let before = Recorded {
            arrived_at: Some(at("09:01")),
            venue: Some(VenueId(3)),
            late: true,
            ..Recorded::plain(AttendanceState::Present, Method::Code)
        };

        let text = serde_json::to_string(&before).expect("JSON");

        assert_eq!(read_value(Some(&text), None), Some(before));
        let only_state = read_value(None, Some(AttendanceState::Leave));
        assert_eq!(only_state.map(|read| read.state), Some(AttendanceState::Leave));
    }

    #[test]
    fn the_exempt_leave_the_denominator_and_leave_stays_in_it() {
        let mut counts = Counts::default();
        counts.add(Some(AttendanceState::Present), true, false, Some(MakeUp::None), 7);
        counts.add(Some(AttendanceState::Leave), false, false, Some(MakeUp::Done), 2);
        counts.add(Some(AttendanceState::Exempt), false, false, Some(MakeUp::None), 1);
        counts.add(None, false, false, None, 3);

        assert_eq!((counts.n_roster, counts.n_due(), counts.n_not_there()), (13, 12, 2));
        assert_eq!((counts.n_took_part(), counts.n_late, counts.n_pending), (9, 7, 3));
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
}
