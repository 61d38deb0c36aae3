//! Mail and reminders.

use crate::secret::Secret;
use crate::store::ids::{OutboxId, PersonId, UnitId};

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
