//! Taking what a kiosk sends: each check-in once, whenever and however often it arrives, with both times kept.

use super::model::{self, Arrived, Effect, KioskEntry, Review};
use super::open::FoundKiosk;
use super::queries::{self, NewEntry};
use super::undo;
use crate::attendance::make_up::settle_make_up_session;
use crate::attendance::model::{Arrival, arrival};
use crate::attendance::queries::{self as rows, By, NewChange};
use crate::attendance::totals;
use crate::attendance::{Attendance, AttendanceState, Method, Recorded};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::{KioskEntryId, PersonId};
use crate::training::{self, RosterRow};
use serde_json::json;

/// The most check-ins that are taken at once.
pub const MOST_ENTRIES: usize = 100;
/// The longest key of a check-in.
const LONGEST_KEY: usize = 80;

/// One check-in as a kiosk stored it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Made by the kiosk, at random.
    pub key: String,
    pub person: PersonId,
    /// By the kiosk's clock, as [`Stored::undone_at`].
    pub happened_at: Moment,
    pub undone_at: Option<Moment>,
}

/// What a kiosk sends.
#[derive(Debug, Clone)]
pub struct Report {
    /// What its clock shows.
    pub kiosk_now: Moment,
    /// Check-ins it has stored and does not send with this.
    pub n_waiting: i64,
    pub oldest_waiting_at: Option<Moment>,
    pub entries: Vec<Stored>,
}

/// What became of one check-in.
#[derive(Debug, Clone)]
pub struct Done {
    pub key: String,
    /// Nothing when the person is not on the roster: then nothing was kept either.
    pub id: Option<KioskEntryId>,
    pub effect: Effect,
    /// When the person is recorded to have arrived.
    pub arrived_at: Option<Moment>,
}

/// Takes what a kiosk sends. A check-in whose key is known has no second effect, but may be taken back by it.
///
/// # Errors
/// `Refused` when it is too much at once or has no proper keys.
pub fn sync(conn: &mut Conn, found: &FoundKiosk, report: &Report, address: &str, now: Moment) -> Result<Vec<Done>> {
    let fits = |entry: &Stored| {
        (8..=LONGEST_KEY).contains(&entry.key.len())
            && entry.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if report.entries.len() > MOST_ENTRIES || !report.entries.iter().all(fits) {
        return Err(Error::refused(Message::new("error-unreadable")));
    }
    let waiting = report.n_waiting.clamp(0, 1_000_000);
    queries::mark_seen(conn, found.kiosk.id, now, waiting, report.oldest_waiting_at)?;
    if report.entries.is_empty() {
        return Ok(Vec::new());
    }
    let found = &found.held(conn, now)?;
    let session = found.session.id;
    let keys: Vec<String> = report.entries.iter().map(|entry| entry.key.clone()).collect();
    let people: Vec<PersonId> = report.entries.iter().map(|entry| entry.person).collect();
    let mut known = queries::list_known(conn, found.kiosk.id, &keys)?;
    let roster = training::queries::list_roster_rows_among(conn, session, &people)?;
    let recorded = rows::list_recorded(conn, session, &people)?;
    let clock_ahead = report.kiosk_now - now;
    let mut done = Vec::with_capacity(report.entries.len());
    for entry in &report.entries {
        if let Some(before) = known.iter_mut().find(|known| known.entry_key == entry.key) {
            take_back_known(conn, found, before, entry, address, now)?;
            let arrived_at = rows::find(conn, session, before.person_id)?.and_then(|row| row.arrived_at);
            done.push(Done { key: entry.key.clone(), id: Some(before.id), effect: before.effect, arrived_at });
            continue;
        }
        let Some(row) = roster.iter().find(|row| row.person_id == entry.person) else {
            done.push(Done { key: entry.key.clone(), id: None, effect: Effect::Refused, arrived_at: None });
            continue;
        };
        let arrived = Arrived { happened_at: entry.happened_at, received_at: now, clock_ahead };
        let before = recorded.iter().find(|attendance| attendance.person_id == entry.person);
        let (stored, arrived_at) = take(conn, found, row, before, entry, arrived, address)?;
        done.push(Done { key: entry.key.clone(), id: Some(stored.id), effect: stored.effect, arrived_at });
        known.push(stored);
    }
    Ok(done)
}

fn take_back_known(
    conn: &mut Conn,
    found: &FoundKiosk,
    known: &mut KioskEntry,
    entry: &Stored,
    address: &str,
    now: Moment,
) -> Result<()> {
    let Some(undone_at) = entry.undone_at else { return Ok(()) };
    if known.effect == Effect::Recorded && model::may_undo(known.happened_at, undone_at) {
        undo::take_back(conn, found, known, undone_at, address, now)?;
        known.effect = Effect::Undone;
    }
    Ok(())
}

/// Takes one check-in for the first time.
fn take(
    conn: &mut Conn,
    found: &FoundKiosk,
    row: &RosterRow,
    before: Option<&Attendance>,
    entry: &Stored,
    arrived: Arrived,
    address: &str,
) -> Result<(KioskEntry, Option<Moment>)> {
    let (is_taken, review) = model::judge(&found.kiosk, &found.session, arrived);
    let undone_at = entry.undone_at.filter(|undone| model::may_undo(entry.happened_at, *undone));
    let (effect, arrived_at) = match (is_taken, undone_at) {
        (_, Some(_)) => (Effect::Undone, None),
        (false, None) => {
            keep_in_audit(conn, found, row, None, review, arrived, address, "kiosk.check_in_refused")?;
            (Effect::Refused, None)
        }
        (true, None) => record(conn, found, row, before, review, arrived, address)?,
    };
    // What had no effect needs nobody to look at it, but for what was refused.
    let review = review.filter(|_| matches!(effect, Effect::Recorded | Effect::Refused));
    let clock_ahead_seconds = arrived.clock_ahead.num_seconds();
    let new = NewEntry {
        kiosk: found.kiosk.id,
        key: &entry.key,
        session: row.session_id,
        person: row.person_id,
        happened_at: arrived.happened_at,
        received_at: arrived.received_at,
        clock_ahead_seconds,
        effect,
        review,
        undone_at,
    };
    let stored = KioskEntry {
        id: queries::insert_entry(conn, &new)?,
        kiosk_id: found.kiosk.id,
        entry_key: entry.key.clone(),
        session_id: row.session_id,
        person_id: row.person_id,
        happened_at: arrived.happened_at,
        received_at: arrived.received_at,
        clock_ahead_seconds,
        effect,
        review,
        undone_at,
    };
    Ok((stored, arrived_at))
}

/// Records the arrival unless the person is in already; tries again when another way in was faster.
fn record(
    conn: &mut Conn,
    found: &FoundKiosk,
    row: &RosterRow,
    before: Option<&Attendance>,
    review: Option<Review>,
    arrived: Arrived,
    address: &str,
) -> Result<(Effect, Option<Moment>)> {
    // No clock lets anybody arrive in the future.
    let at = arrived.put_right().min(arrived.received_at);
    let new = Recorded {
        venue: Some(found.kiosk.venue_id),
        arrived_at: Some(at),
        ..Recorded::plain(AttendanceState::Present, Method::Kiosk)
    };
    let by = By { person: Some(found.kiosk.opened_by), at: arrived.received_at };
    match arrive(conn, found, row, before.cloned(), &new, by)? {
        Met::In(before) => {
            keep_in_audit(conn, found, row, before, review, arrived, address, "kiosk.checked_in")?;
            Ok((Effect::Recorded, Some(at)))
        }
        Met::Was(row) if row.state == AttendanceState::Exempt => Ok((Effect::Exempt, None)),
        Met::Was(row) => Ok((Effect::Repeated, row.arrived_at)),
    }
}

/// What an arrival met.
pub(super) enum Met {
    /// It is recorded, in the place of this state.
    In(Option<AttendanceState>),
    /// Present or exempt before.
    Was(Attendance),
}

/// Records an arrival in the one row of the person, keeping what it beats.
pub(super) fn arrive(
    conn: &mut Conn,
    found: &FoundKiosk,
    row: &RosterRow,
    mut before: Option<Attendance>,
    new: &Recorded,
    by: By,
) -> Result<Met> {
    for _ in 0..3 {
        let recorded = match (&before, arrival(before.as_ref())) {
            (Some(old), Arrival::Repeat | Arrival::Exempt) => return Ok(Met::Was(old.clone())),
            (None, _) => rows::insert_once(conn, row.session_id, row.person_id, new, by)?,
            (Some(old), _) => rows::replace(conn, old, new, by)?,
        };
        if recorded {
            if let Some(old) = &before {
                let value = old.recorded();
                let change = NewChange {
                    session: row.session_id,
                    person: row.person_id,
                    before: Some(&value),
                    after: Some(new),
                    reason: "",
                    after_confirmation: found.session.is_confirmed(),
                };
                rows::insert_change(conn, &change, by)?;
            }
            if found.session.is_confirmed() {
                settle_make_up_session(conn, &found.session, Some(&[row.person_id]))?;
                totals::refresh(conn, &found.session)?;
            }
            return Ok(Met::In(before.map(|old| old.state)));
        }
        before = rows::find(conn, row.session_id, row.person_id)?;
    }
    Err(Error::Conflict)
}

#[allow(clippy::too_many_arguments)]
fn keep_in_audit(
    conn: &mut Conn,
    found: &FoundKiosk,
    row: &RosterRow,
    before: Option<AttendanceState>,
    review: Option<Review>,
    arrived: Arrived,
    address: &str,
    action: &'static str,
) -> Result<()> {
    let details = json!({
        "kiosk": found.kiosk.id,
        "name": found.kiosk.name,
        "person": row.person_id,
        "happened_at": arrived.happened_at,
        "state_before": before,
        "review": review,
    });
    let actor = found.actor(address);
    audit::record(conn, &actor, arrived.received_at, Action::new(action, "session"), row.session_id.0, &details)
}

/// The report of a single check-in on a page of ours, where no other clock is asked.
pub fn report_of_one(key: &str, person: PersonId, now: Moment) -> Report {
    let entry = Stored { key: key.to_owned(), person, happened_at: now, undone_at: None };
    Report { kiosk_now: now, n_waiting: 0, oldest_waiting_at: None, entries: vec![entry] }
}
