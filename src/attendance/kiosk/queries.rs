//! All SQL of kiosks.

use super::model::{DoorOpening, Effect, Kiosk, KioskEntry, Review};
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{DoorOpeningId, KioskEntryId, KioskId, PersonId, SessionId, UnitId, VenueId};
use crate::store::schema::{attendance, door_openings, kiosk_entries, kiosks, people, roster, sessions, venues};
use crate::training::{RosterRow, Session};
use diesel::prelude::*;
use serde::Serialize;

/// A kiosk that a tablet took up, by the hash of its cookie's token.
pub(super) fn find_by_token(conn: &mut Conn, hash: &str) -> QueryResult<Option<(Kiosk, Session, String)>> {
    kiosks::table
        .inner_join(sessions::table)
        .inner_join(venues::table)
        .filter(kiosks::token_hash.eq(hash))
        .select((kiosks::all_columns, sessions::all_columns, venues::name))
        .get_result(conn)
        .optional()
}

pub(super) fn find(conn: &mut Conn, id: KioskId) -> QueryResult<Option<(Kiosk, Session, String)>> {
    kiosks::table
        .inner_join(sessions::table)
        .inner_join(venues::table)
        .filter(kiosks::id.eq(id))
        .select((kiosks::all_columns, sessions::all_columns, venues::name))
        .get_result(conn)
        .optional()
}

/// The kiosks of a session, each with who opened it, in the order in which they were opened.
pub fn list(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(Kiosk, String)>> {
    kiosks::table
        .inner_join(people::table.on(people::id.eq(kiosks::opened_by)))
        .filter(kiosks::session_id.eq(session))
        .order(kiosks::id)
        .select((kiosks::all_columns, people::name))
        .load(conn)
}

/// How many kiosks a session has had.
pub fn count(conn: &mut Conn, session: SessionId) -> QueryResult<i64> {
    kiosks::table.filter(kiosks::session_id.eq(session)).count().get_result(conn)
}

/// What a new kiosk is.
pub(super) struct NewKiosk<'a> {
    pub session: SessionId,
    pub venue: VenueId,
    pub name: &'a str,
    pub nonce: &'a str,
    pub by: PersonId,
    pub at: Moment,
    pub link_expires_at: Moment,
}

pub(super) fn insert(conn: &mut Conn, new: &NewKiosk<'_>) -> QueryResult<KioskId> {
    diesel::insert_into(kiosks::table)
        .values((
            kiosks::session_id.eq(new.session),
            kiosks::venue_id.eq(new.venue),
            kiosks::name.eq(new.name),
            kiosks::nonce.eq(new.nonce),
            kiosks::link_expires_at.eq(new.link_expires_at),
            kiosks::opened_by.eq(new.by),
            kiosks::opened_at.eq(new.at),
        ))
        .returning(kiosks::id)
        .get_result(conn)
}

/// Gives a kiosk that nobody took up yet to the tablet with this token; tells whether it did.
pub(super) fn take_up(conn: &mut Conn, id: KioskId, hash: &str, now: Moment) -> QueryResult<bool> {
    let n = diesel::update(
        kiosks::table
            .filter(kiosks::id.eq(id))
            .filter(kiosks::token_hash.is_null())
            .filter(kiosks::ended_at.is_null())
            .filter(kiosks::link_expires_at.gt(now)),
    )
    .set((kiosks::token_hash.eq(hash), kiosks::started_at.eq(now), kiosks::last_seen_at.eq(now)))
    .execute(conn)?;
    Ok(n == 1)
}

pub(super) fn mark_ended(conn: &mut Conn, id: KioskId, by: PersonId, now: Moment) -> QueryResult<bool> {
    let n = diesel::update(kiosks::table.filter(kiosks::id.eq(id)).filter(kiosks::ended_at.is_null()))
        .set((kiosks::ended_at.eq(now), kiosks::ended_by.eq(by)))
        .execute(conn)?;
    Ok(n == 1)
}

/// Writes down that a kiosk was heard of, and lets what one kiosk sends take turns until the write ends.
pub(super) fn mark_seen(
    conn: &mut Conn,
    id: KioskId,
    now: Moment,
    n_waiting: i64,
    oldest: Option<Moment>,
) -> QueryResult<()> {
    diesel::update(kiosks::table.filter(kiosks::id.eq(id)))
        .set((kiosks::last_seen_at.eq(now), kiosks::n_waiting.eq(n_waiting), kiosks::oldest_waiting_at.eq(oldest)))
        .execute(conn)?;
    Ok(())
}

/// Writes down that a kiosk showed a page.
pub fn mark_shown(conn: &mut Conn, id: KioskId, now: Moment) -> QueryResult<()> {
    diesel::update(kiosks::table.filter(kiosks::id.eq(id))).set(kiosks::last_seen_at.eq(now)).execute(conn)?;
    Ok(())
}

/// What was kept of these check-ins of a kiosk already.
pub(super) fn list_known(conn: &mut Conn, kiosk: KioskId, keys: &[String]) -> QueryResult<Vec<KioskEntry>> {
    kiosk_entries::table
        .filter(kiosk_entries::kiosk_id.eq(kiosk))
        .filter(kiosk_entries::entry_key.eq_any(keys.to_vec()))
        .order(kiosk_entries::id)
        .load(conn)
}

/// One check-in of a kiosk.
pub fn find_entry(conn: &mut Conn, kiosk: KioskId, id: KioskEntryId) -> QueryResult<Option<KioskEntry>> {
    kiosk_entries::table
        .filter(kiosk_entries::kiosk_id.eq(kiosk))
        .filter(kiosk_entries::id.eq(id))
        .get_result(conn)
        .optional()
}

/// The newest check-in of a kiosk that had an effect since a moment, with whose it is.
pub fn find_newest(
    conn: &mut Conn,
    kiosk: KioskId,
    since: Moment,
) -> QueryResult<Option<(KioskEntryId, Moment, String)>> {
    kiosk_entries::table
        .inner_join(
            roster::table.on(roster::session_id
                .eq(kiosk_entries::session_id)
                .and(roster::person_id.eq(kiosk_entries::person_id))),
        )
        .filter(kiosk_entries::kiosk_id.eq(kiosk))
        .filter(kiosk_entries::effect.eq(Effect::Recorded))
        .filter(kiosk_entries::happened_at.ge(since))
        .order(kiosk_entries::id.desc())
        .select((kiosk_entries::id, kiosk_entries::happened_at, roster::name))
        .first(conn)
        .optional()
}

/// The check-ins of a session's kiosks that somebody should look at, in the order in which they came.
pub fn list_to_review(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<(KioskEntry, Kiosk)>> {
    kiosk_entries::table
        .inner_join(kiosks::table)
        .filter(kiosk_entries::session_id.eq(session))
        .filter(kiosk_entries::review.is_not_null())
        .order(kiosk_entries::id)
        .load(conn)
}

/// How many check-ins at these venues had no effect because they happened after check-in or their kiosk had ended.
pub fn count_refused(conn: &mut Conn, session: SessionId, venues: &[VenueId]) -> QueryResult<i64> {
    kiosk_entries::table
        .inner_join(kiosks::table)
        .filter(kiosk_entries::session_id.eq(session))
        .filter(kiosk_entries::effect.eq(Effect::Refused))
        .filter(kiosks::venue_id.eq_any(venues.to_vec()))
        .count()
        .get_result(conn)
}

/// The newest of them, each with its kiosk's name and the person's.
pub fn list_refused(
    conn: &mut Conn,
    session: SessionId,
    venues: &[VenueId],
    most: i64,
) -> QueryResult<Vec<(KioskEntry, String, String)>> {
    kiosk_entries::table
        .inner_join(kiosks::table)
        .inner_join(
            roster::table.on(roster::session_id
                .eq(kiosk_entries::session_id)
                .and(roster::person_id.eq(kiosk_entries::person_id))),
        )
        .filter(kiosk_entries::session_id.eq(session))
        .filter(kiosk_entries::effect.eq(Effect::Refused))
        .filter(kiosks::venue_id.eq_any(venues.to_vec()))
        .order(kiosk_entries::id.desc())
        .limit(most)
        .select((kiosk_entries::all_columns, kiosks::name, roster::name))
        .load(conn)
}

/// What is to be kept of one check-in.
pub(super) struct NewEntry<'a> {
    pub kiosk: KioskId,
    pub key: &'a str,
    pub session: SessionId,
    pub person: PersonId,
    pub happened_at: Moment,
    pub received_at: Moment,
    pub clock_ahead_seconds: i64,
    pub effect: Effect,
    pub review: Option<Review>,
    pub undone_at: Option<Moment>,
}

pub(super) fn insert_entry(conn: &mut Conn, new: &NewEntry<'_>) -> QueryResult<KioskEntryId> {
    diesel::insert_into(kiosk_entries::table)
        .values((
            kiosk_entries::kiosk_id.eq(new.kiosk),
            kiosk_entries::entry_key.eq(new.key),
            kiosk_entries::session_id.eq(new.session),
            kiosk_entries::person_id.eq(new.person),
            kiosk_entries::happened_at.eq(new.happened_at),
            kiosk_entries::received_at.eq(new.received_at),
            kiosk_entries::clock_ahead_seconds.eq(new.clock_ahead_seconds),
            kiosk_entries::effect.eq(new.effect),
            kiosk_entries::review.eq(new.review),
            kiosk_entries::undone_at.eq(new.undone_at),
        ))
        .returning(kiosk_entries::id)
        .get_result(conn)
}

/// Notes that a check-in was taken back; tells whether it still stood.
pub(super) fn mark_undone(conn: &mut Conn, id: KioskEntryId, at: Moment) -> QueryResult<bool> {
    let standing =
        kiosk_entries::table.filter(kiosk_entries::id.eq(id)).filter(kiosk_entries::effect.eq(Effect::Recorded));
    let n = diesel::update(standing)
        .set((kiosk_entries::effect.eq(Effect::Undone), kiosk_entries::undone_at.eq(at)))
        .execute(conn)?;
    Ok(n == 1)
}

/// Somebody whom a kiosk can find.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Findable {
    pub person: PersonId,
    pub name: String,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub post: String,
    pub employee_number: String,
    pub state: Option<AttendanceState>,
    pub arrived_at: Option<Moment>,
}

/// The whole roster of a session as its kiosks find it, in the order of its day.
pub fn list_findable(conn: &mut Conn, session: SessionId) -> QueryResult<Vec<Findable>> {
    roster::table
        .inner_join(people::table)
        .left_join(
            attendance::table
                .on(attendance::session_id.eq(roster::session_id).and(attendance::person_id.eq(roster::person_id))),
        )
        .filter(roster::session_id.eq(session))
        .order(roster::position)
        .select((
            roster::person_id,
            roster::name,
            roster::unit_id,
            roster::unit_name,
            roster::post,
            people::employee_number,
            attendance::state.nullable(),
            attendance::arrived_at.nullable(),
        ))
        .load(conn)
}

/// Makes the openings of somebody that were not used worthless.
pub(super) fn end_openings(conn: &mut Conn, kiosk: KioskId, person: PersonId, now: Moment) -> QueryResult<()> {
    diesel::update(
        door_openings::table
            .filter(door_openings::kiosk_id.eq(kiosk))
            .filter(door_openings::person_id.eq(person))
            .filter(door_openings::used_at.is_null())
            .filter(door_openings::ended_at.is_null()),
    )
    .set(door_openings::ended_at.eq(now))
    .execute(conn)?;
    Ok(())
}

pub(super) fn insert_opening(
    conn: &mut Conn,
    kiosk: KioskId,
    person: PersonId,
    nonce: &str,
    now: Moment,
    expires_at: Moment,
) -> QueryResult<DoorOpeningId> {
    diesel::insert_into(door_openings::table)
        .values((
            door_openings::kiosk_id.eq(kiosk),
            door_openings::person_id.eq(person),
            door_openings::nonce.eq(nonce),
            door_openings::created_at.eq(now),
            door_openings::expires_at.eq(expires_at),
        ))
        .returning(door_openings::id)
        .get_result(conn)
}

/// An opening with its kiosk, its session and the person's row there.
pub(super) fn find_opening(
    conn: &mut Conn,
    id: DoorOpeningId,
) -> QueryResult<Option<(DoorOpening, Kiosk, Session, RosterRow)>> {
    door_openings::table
        .inner_join(kiosks::table.inner_join(sessions::table))
        .inner_join(
            roster::table
                .on(roster::session_id.eq(kiosks::session_id).and(roster::person_id.eq(door_openings::person_id))),
        )
        .filter(door_openings::id.eq(id))
        .select((door_openings::all_columns, kiosks::all_columns, sessions::all_columns, roster::all_columns))
        .get_result(conn)
        .optional()
}

/// Uses an opening up; tells whether it could still be used.
pub(super) fn use_opening(conn: &mut Conn, id: DoorOpeningId, now: Moment) -> QueryResult<bool> {
    let n = diesel::update(
        door_openings::table
            .filter(door_openings::id.eq(id))
            .filter(door_openings::used_at.is_null())
            .filter(door_openings::ended_at.is_null())
            .filter(door_openings::expires_at.gt(now)),
    )
    .set(door_openings::used_at.eq(now))
    .execute(conn)?;
    Ok(n == 1)
}

/// Ends every kiosk and every opening at a door. What an ended kiosk still holds comes in and is listed for HQ.
pub fn end_everything(conn: &mut Conn, now: Moment) -> QueryResult<()> {
    diesel::update(kiosks::table.filter(kiosks::ended_at.is_null())).set(kiosks::ended_at.eq(now)).execute(conn)?;
    let open = door_openings::table.filter(door_openings::ended_at.is_null()).filter(door_openings::used_at.is_null());
    diesel::update(open).set(door_openings::ended_at.eq(now)).execute(conn)?;
    Ok(())
}
