//! The address of every page, as functions: used by pages, mail and redirects.

use crate::secret::Secret;
use crate::store::ids::{
    AssignmentId, CallId, FeedbackId, FileUseId, GuestId, ImplementationRowId, InvitationId, JobId, MeetingId,
    OutboxId, OwnQuestionId, PeopleListId, PersonId, ReadingId, RequestId, RosterImportId, SessionId, StatuteId,
    TaskId, UnitId, UnitTaskId, VenueId,
};
use crate::store::ids::{DoorOpeningId, KioskEntryId, KioskId};
use chrono::NaiveDate;

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const FORGOTTEN: &str = "/login/forgotten";
pub const LOGIN_CODE: &str = "/login/code";
pub const ME: &str = "/me";
pub const FACTOR: &str = "/me/factor";
pub const HELP: &str = "/help";
pub const FEEDBACK: &str = "/feedback";
pub const OWN_DATA: &str = "/me/data.zip";
pub const NOTICE: &str = "/welcome";
/// Where HQ changes the notice.
pub const EDIT_NOTICE: &str = "/settings/notice";
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
pub const LEDGER: &str = "/mail/ledger";
pub const RULES: &str = "/mail/rules";
pub const UNREACHABLE: &str = "/mail/unreachable";
pub const UNREACHABLE_CSV: &str = "/mail/unreachable.csv";
pub const UNREACHABLE_XLSX: &str = "/mail/unreachable.xlsx";
pub const UNREACHABLE_PDF: &str = "/mail/unreachable.pdf";
pub const UNREACHABLE_SLIPS: &str = "/mail/unreachable/slips";
pub const REMINDERS: &str = "/reminders";
pub const PAUSE: &str = "/reminders/pause";
pub const SETTINGS: &str = "/settings";
pub const INSPECTION: &str = "/inspection";
pub const AUDIT: &str = "/audit";
pub const AUDIT_CSV: &str = "/audit.csv";
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

/// Where something that somebody wrote to HQ is answered.
pub fn answer_feedback(id: FeedbackId) -> String {
    format!("{FEEDBACK}/{id}/answer")
}

/// Where the name of somebody who has left is taken out of everything.
pub fn anonymise(id: PersonId) -> String {
    format!("/people/{id}/anonymise")
}

/// The page of help for a role.
pub fn help(role: &str) -> String {
    format!("{HELP}/{role}")
}

/// The notice of what is held, to go on to a page afterwards.
pub fn notice_then(next: &str) -> String {
    format!("{NOTICE}?next={}", percent(next))
}

/// Where to sign in, to come back to a page afterwards.
pub fn login_then(next: &str) -> String {
    let encoded: String = percent(next);
    format!("/login?next={encoded}")
}

/// The page that asks for a code after the password, and then leads on to `next`.
pub fn login_code_then(next: &str) -> String {
    if next.is_empty() { LOGIN_CODE.to_owned() } else { format!("{LOGIN_CODE}?next={}", percent(next)) }
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

/// Where a session's report is made final.
pub fn make_final(id: SessionId) -> String {
    format!("/sessions/{id}/report/final")
}

/// The list of reports.
pub const REPORTS: &str = "/reports";
/// The report of a period: page, files, and the people behind its figures.
pub const PERIOD: &str = "/reports/period";
pub const PERIOD_CSV: &str = "/reports/period.csv";
pub const PERIOD_XLSX: &str = "/reports/period.xlsx";
pub const PERIOD_PDF: &str = "/reports/period.pdf";
/// Where a period's report is made final.
pub const PERIOD_FINAL: &str = "/reports/period/final";
pub const PERIOD_PEOPLE_FILE: &str = "/reports/period/people/file";
pub const PERIOD_PEOPLE: &str = "/reports/period/people";

/// A long list of people that was made as a file.
pub fn people_list(id: PeopleListId) -> String {
    format!("/reports/lists/{id}")
}

/// One of them for some days, perhaps for a unit and a category alone.
pub fn period(
    base: &str,
    (first, last): (NaiveDate, NaiveDate),
    unit: Option<UnitId>,
    category: Option<&str>,
) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!("&unit={unit}"));
    let category = category.map_or_else(String::new, |category| format!("&category={category}"));
    format!("{base}?first={first}&last={last}{unit}{category}")
}

pub fn session_report_xlsx(id: SessionId) -> String {
    format!("/sessions/{id}/report.xlsx")
}

/// Where a final report is found by its number.
pub const FINAL_REPORTS: &str = "/reports/final";

pub fn final_report(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}")
}

pub fn final_report_xlsx(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}.xlsx")
}

pub fn final_report_csv(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}.csv")
}

/// The archives of a session.
pub fn session_archive(id: SessionId) -> String {
    format!("/sessions/{id}/archive")
}

/// An archive of a session as a file.
pub fn session_archive_file(id: SessionId, version: i64) -> String {
    format!("/sessions/{id}/archive.zip?version={version}")
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

pub const NEW_READING: &str = "/readings/new";
pub const APPROVE_READINGS: &str = "/readings/approve";
pub const STATUTES: &str = "/statutes";
pub const NEW_STATUTE: &str = "/statutes/new";

/// A part of what may be done about one reading.
pub fn reading_part(id: ReadingId, part: &str) -> String {
    format!("/readings/{id}/{part}")
}

/// One version of a reading.
pub fn reading_version(id: ReadingId, number: i64) -> String {
    format!("/readings/{id}?version={number}")
}

/// What is downloaded as a reading.
pub fn reading_file(id: ReadingId, file: FileUseId) -> String {
    format!("/readings/{id}/file/{file}")
}

/// Where HQ changes a question of its own.
pub fn edit_question(id: ReadingId, question: OwnQuestionId) -> String {
    format!("/readings/{id}/questions/{question}")
}

/// Where one tests oneself on a reading.
pub fn self_test(id: ReadingId) -> String {
    reading_part(id, "self-test")
}

pub fn edit_statute(id: StatuteId) -> String {
    format!("{STATUTES}/{id}/edit")
}

pub const TASKS_NEW: &str = "/tasks/new";

/// Where readings are given to people of a unit.
pub fn tasks_new(unit: UnitId) -> String {
    format!("{TASKS_NEW}?unit={unit}")
}

/// Who of a unit was not at a session, as a file (`.csv`, `.xlsx`) or on `/paper`.
/// A unit's whole board as it leaves.
pub fn board_file(unit: UnitId, session: Option<SessionId>, ending: &str) -> String {
    let session = session.map_or_else(String::new, |session| format!("?session={session}"));
    format!("/units/{unit}/board{ending}{session}")
}

pub fn missing_file(unit: UnitId, session: SessionId, ending: &str) -> String {
    format!("/units/{unit}/missing{ending}?session={session}")
}

pub fn assignment(id: AssignmentId) -> String {
    format!("/assignments/{id}")
}

pub const CALLS: &str = "/calls";
pub const NEW_CALL: &str = "/calls/new";

/// How the units answer a call.
pub fn call(id: CallId) -> String {
    format!("{CALLS}/{id}")
}

/// A part of what may be done about a call.
pub fn call_part(id: CallId, part: &str) -> String {
    format!("{CALLS}/{id}/{part}")
}

/// Where a call is made that follows a session.
pub fn new_call_after(session: SessionId) -> String {
    format!("{NEW_CALL}?session={session}")
}

/// A call as one unit answers it.
pub fn unit_call(unit: UnitId, call: CallId) -> String {
    format!("/units/{unit}/calls/{call}")
}

/// A part of what may be done about a unit's answer.
pub fn unit_call_part(unit: UnitId, call: CallId, part: &str) -> String {
    format!("/units/{unit}/calls/{call}/{part}")
}

/// A row of a unit's implementation report: how far it is, and what became of it.
pub fn implementation_row(id: ImplementationRowId) -> String {
    format!("/implementation-rows/{id}")
}

/// What units put into practice: all rows of a unit and those below it.
pub fn implementation(unit: UnitId) -> String {
    format!("/units/{unit}/implementation")
}

pub const VOLUME_LIST: &str = "/volume-list";
pub const EDIT_VOLUME_LIST: &str = "/volume-list/edit";

/// A part of one task of a unit: its form.
pub fn unit_task_part(id: UnitTaskId, part: &str) -> String {
    format!("/unit-tasks/{id}/{part}")
}

/// The learning exchange meetings of a unit and all below it.
pub fn meetings(unit: UnitId) -> String {
    format!("/units/{unit}/meetings")
}

/// Where a meeting is recorded.
pub fn new_meeting(unit: UnitId) -> String {
    format!("/units/{unit}/meetings/new")
}

pub fn meeting(id: MeetingId) -> String {
    format!("/meetings/{id}")
}

/// A part of what may be done about the record of a meeting.
pub fn meeting_part(id: MeetingId, part: &str) -> String {
    format!("/meetings/{id}/{part}")
}

pub const REFLECTIONS: &str = "/reflections";

/// A part of what may be done about a person's task.
pub fn task_part(id: TaskId, part: &str) -> String {
    format!("/tasks/{id}/{part}")
}

/// The files kept with a record or a task: `meetings`, `tasks` or `unit-tasks`.
pub fn evidence(of: &str, id: i64) -> String {
    format!("/files/{of}/{id}")
}

/// One file kept with a record or a task, to be downloaded.
pub fn evidence_file(of: &str, id: i64, file: FileUseId) -> String {
    format!("/files/{of}/{id}/{file}")
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

/// What proves that a link to pause reminders came from a mail to this person.
pub fn pause_token(secret: &Secret, person: PersonId) -> String {
    secret.derive("pause", &person.to_string())
}

/// The ledger, narrowed.
pub fn ledger_of(kind: &str, outcome: &str) -> String {
    format!("{LEDGER}?kind={kind}&outcome={outcome}")
}

/// The rule of one kind of reminder.
pub fn rule(kind: &str) -> String {
    format!("{RULES}/{kind}")
}

/// What somebody was and will be told of.
pub fn reminders_of(person: PersonId) -> String {
    format!("/people/{person}/reminders")
}

/// The counts of a unit as a text to be sent by hand.
pub fn reminder_text(unit: UnitId) -> String {
    format!("/units/{unit}/reminder-text")
}

/// Where one click in a mail pauses reminders.
pub fn pause_by_mail(person: PersonId, token: &str) -> String {
    format!("/reminders/pause/{person}/{token}")
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
