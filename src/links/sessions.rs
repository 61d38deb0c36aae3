//! Sessions and who comes to them.

use crate::store::ids::{FileUseId, GuestId, PersonId, RequestId, SessionId, UnitId, VenueId};

pub const SESSIONS: &str = "/sessions";
pub const NEW_SESSION: &str = "/sessions/new";
pub const ENTER_CODE: &str = "/c";

/// Whether an address is where somebody checks in by a code.
pub fn is_check_in(address: &str) -> bool {
    address.strip_prefix(ENTER_CODE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

pub fn code(code: &str) -> String {
    format!("/c/{code}")
}

pub fn session(id: SessionId) -> String {
    format!("/sessions/{id}")
}

pub fn session_part(id: SessionId, part: &str) -> String {
    format!("/sessions/{id}/{part}")
}

/// What is projected at a venue.
pub fn screen(id: SessionId, venue: VenueId) -> String {
    format!("/sessions/{id}/screen?venue={venue}")
}

/// A part of what may be done about one guest.
pub fn guest_part(id: SessionId, guest: GuestId, part: &str) -> String {
    format!("/sessions/{id}/guests/{guest}/{part}")
}

/// Where somebody who is not on the roster asks to be listed as a guest.
pub fn ask_as_guest(code: &str) -> String {
    format!("/c/{code}/guest")
}

/// What a person sees after they checked in.
pub fn checked_in(id: SessionId) -> String {
    format!("/sessions/{id}/checked-in")
}

pub fn seating(id: SessionId) -> String {
    session_part(id, "seats")
}

pub fn sign_in_sheet(id: SessionId) -> String {
    format!("/sessions/{id}/sheet")
}

pub fn attendance_of(session: SessionId, person: PersonId) -> String {
    format!("/sessions/{session}/people/{person}")
}

/// Where a session is planned that makes up for another.
pub fn new_make_up_session(missed: SessionId) -> String {
    format!("{NEW_SESSION}?make_up_of={missed}")
}

/// Where a unit answers who comes.
pub fn reply(session: SessionId, unit: UnitId) -> String {
    format!("/sessions/{session}/reply?unit={unit}")
}

pub const REQUESTS: &str = "/requests";

/// Where a request is refused, with the reason.
pub fn refuse_request(id: RequestId) -> String {
    format!("{REQUESTS}/{id}/refuse")
}

/// Where somebody takes back what they asked for.
pub fn withdraw_request(id: RequestId) -> String {
    format!("{REQUESTS}/{id}/withdraw")
}

/// Where a leader asks HQ to agree to a correction.
pub fn ask_correction_of(session: SessionId, person: PersonId) -> String {
    format!("/sessions/{session}/people/{person}/ask")
}

/// A scan of a session's signed sheet, to be downloaded.
pub fn scan(session: SessionId, scan: FileUseId) -> String {
    format!("/sessions/{session}/scans/{scan}")
}

pub fn remove_scan(session: SessionId, scan: FileUseId) -> String {
    format!("/sessions/{session}/scans/{scan}/remove")
}
