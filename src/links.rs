//! The address of every page, as functions: used by pages, mail and redirects.

use crate::secret::Secret;
use crate::store::ids::{
    AssignmentId, FileUseId, GuestId, InvitationId, JobId, OutboxId, PersonId, ReadingId, RequestId, RosterImportId,
    SessionId, TaskId, UnitId, VenueId,
};
use crate::store::ids::{DoorOpeningId, KioskEntryId, KioskId};

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const ME: &str = "/me";
pub const HELP: &str = "/help";
pub const NOTICE: &str = "/welcome";
pub const ACCOUNTS: &str = "/accounts";
pub const ACCOUNTS_WITHOUT: &str = "/accounts?show=without";
pub const DEMO: &str = "/demo";
pub const DEMO_SIGN_IN: &str = "/login/demo";
pub const TASKS: &str = "/tasks";
pub const SESSIONS: &str = "/sessions";
pub const NEW_SESSION: &str = "/sessions/new";
pub const READINGS: &str = "/readings";
pub const RECORD: &str = "/record";
pub const TODAY: &str = "/today";
pub const UNITS: &str = "/units";
pub const PEOPLE: &str = "/people";
pub const IMPORT: &str = "/import";
pub const ROSTER_TEMPLATE: &str = "/import/template.xlsx";
pub const NEW_PERSON: &str = "/people/new";
pub const NEW_UNIT: &str = "/units/new";
pub const MAIL: &str = "/mail";
pub const SETTINGS: &str = "/settings";
pub const ENTER_CODE: &str = "/c";
pub const KIOSK: &str = "/kiosk";
pub const KIOSK_CHECK_IN: &str = "/kiosk/check-in";
pub const KIOSK_UNDO: &str = "/kiosk/undo";
pub const KIOSK_DOOR: &str = "/kiosk/door";
pub const KIOSK_ROSTER: &str = "/kiosk/roster";
pub const KIOSK_SYNC: &str = "/kiosk/sync";
pub const KIOSK_WORKER: &str = "/kiosk/worker.js";
pub const KIOSK_MANIFEST: &str = "/kiosk/manifest.webmanifest";
pub const REACH: &str = "/reach";

/// The notice of what is held, to go on to a page afterwards.
pub fn notice_then(next: &str) -> String {
    format!("{NOTICE}?next={}", percent(next))
}

/// Where to sign in, to come back to a page afterwards.
pub fn login_then(next: &str) -> String {
    let encoded: String = percent(next);
    format!("/login?next={encoded}")
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

/// The result of a check-in at a kiosk.
pub fn kiosk_done(id: KioskEntryId) -> String {
    format!("{KIOSK}/done/{id}")
}

/// Where a tablet becomes a kiosk, once.
pub fn kiosk_link(id: KioskId, token: &str) -> String {
    format!("{KIOSK}/open/{id}/{token}")
}

pub fn end_kiosk(session: SessionId, id: KioskId) -> String {
    format!("/sessions/{session}/kiosks/{id}/end")
}

/// The QR for somebody's phone, at the kiosk.
pub fn kiosk_door(id: DoorOpeningId) -> String {
    format!("{KIOSK_DOOR}/{id}")
}

/// What that QR says: where the phone is opened, once.
pub fn door(id: DoorOpeningId, token: &str) -> String {
    format!("/door/{id}/{token}")
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

pub fn session_report(id: SessionId) -> String {
    format!("/sessions/{id}/report")
}

pub fn session_report_csv(id: SessionId) -> String {
    format!("/sessions/{id}/report.csv")
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

/// Where somebody takes back what they asked for.
pub fn withdraw_request(id: RequestId) -> String {
    format!("{REQUESTS}/{id}/withdraw")
}

/// Where a leader asks HQ to agree to a correction.
pub fn ask_correction_of(session: SessionId, person: PersonId) -> String {
    format!("/sessions/{session}/people/{person}/ask")
}

pub const HOURS: &str = "/hours";
pub const HOURS_REQUIRED: &str = "/hours/required";

/// Who of a unit needs help to reach a year's hours.
pub fn unit_hours(id: UnitId) -> String {
    format!("/units/{id}/hours")
}

/// The people behind a unit's figures of a year.
pub fn unit_year(id: UnitId, year: i32) -> String {
    format!("/units/{id}/year?year={year}")
}

/// The study record of somebody whom the viewer leads.
pub fn record_of(id: PersonId) -> String {
    format!("/people/{id}/record")
}

/// What a year asks of all categories.
pub fn required_hours(year: i32) -> String {
    format!("{HOURS_REQUIRED}?year={year}")
}

/// What a year asks of one category.
pub fn requirement(year: i32, category: &str) -> String {
    format!("{HOURS_REQUIRED}/{year}/{category}")
}

/// Where HQ says what an assignment counts for.
pub fn assignment_hours(id: AssignmentId) -> String {
    format!("/assignments/{id}/hours")
}

pub fn unit(id: UnitId) -> String {
    format!("/units/{id}")
}

pub fn person(id: PersonId) -> String {
    format!("/people/{id}")
}

/// The account of a person: its state, its roles, an invitation.
pub fn account(id: PersonId) -> String {
    format!("/people/{id}/account")
}

/// Invitations to be printed: this one and those made together with it.
pub fn slips(id: InvitationId) -> String {
    format!("/accounts/slips/{id}")
}

/// The page of an invitation, as a path.
pub fn invitation(id: InvitationId, token: &str) -> String {
    format!("/invitation/{id}/{token}")
}

/// The whole address in an invitation, for mail and paper; made again from the key each time it is needed.
pub fn invitation_address(secret: &Secret, base_url: &str, id: InvitationId, nonce: &str) -> String {
    format!("{base_url}{}", invitation(id, &secret.invitation_token(id.0, nonce)))
}

pub fn edit_person(id: PersonId) -> String {
    format!("/people/{id}/edit")
}

/// A scan of a session's signed sheet, to be downloaded.
pub fn scan(session: SessionId, scan: FileUseId) -> String {
    format!("/sessions/{session}/scans/{scan}")
}

pub fn remove_scan(session: SessionId, scan: FileUseId) -> String {
    format!("/sessions/{session}/scans/{scan}/remove")
}

/// Somebody's account and roles.
pub fn account_of(id: PersonId) -> String {
    format!("/people/{id}/account")
}

pub fn edit_unit(id: UnitId) -> String {
    format!("/units/{id}/edit")
}

/// The people of a unit and all below it.
pub fn people_of_unit(id: UnitId) -> String {
    format!("/people?unit={id}")
}

pub fn apply_import(id: RosterImportId) -> String {
    format!("/import/{id}/apply")
}

pub fn reading(id: ReadingId) -> String {
    format!("/readings/{id}")
}

pub const TASKS_NEW: &str = "/tasks/new";

/// Where readings are given to people of a unit.
pub fn tasks_new(unit: UnitId) -> String {
    format!("{TASKS_NEW}?unit={unit}")
}

/// Who of a unit was not at a session, as a file.
pub fn missing_csv(unit: UnitId, session: SessionId) -> String {
    format!("/units/{unit}/missing.csv?session={session}")
}

pub fn assignment(id: AssignmentId) -> String {
    format!("/assignments/{id}")
}

pub fn task(id: TaskId) -> String {
    format!("/tasks/{id}")
}

pub fn job(id: JobId) -> String {
    format!("/jobs/{id}")
}

pub fn roster_import(id: RosterImportId) -> String {
    format!("/import/{id}")
}

pub fn mail(id: OutboxId) -> String {
    format!("/mail/{id}")
}

pub fn mail_again(id: OutboxId) -> String {
    format!("/mail/{id}/again")
}

/// The mail in one state; all of it when the state is empty.
pub fn mail_in(state: &str) -> String {
    if state.is_empty() { MAIL.to_owned() } else { format!("{MAIL}?state={state}") }
}

/// Percent-encodes what is not a letter, a digit or one of `-_.~/` (a path stays readable).
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Whether an address may be gone to after signing in: a path of this program and nothing else.
pub fn is_own(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_program_may_follow_a_sign_in() {
        assert!(is_own("/sessions/7?a=b"));
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\nb"]
        {
            assert!(!is_own(foreign), "{foreign:?}");
        }
    }

    #[test]
    fn an_address_within_an_address_is_encoded() {
        assert_eq!(login_then("/c/472916?x=1"), "/login?next=/c/472916%3Fx%3D1");
    }
}
