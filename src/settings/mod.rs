//! What HQ edits: the organisation's name, the help contact, check-in, reminders, study hours, how long data is kept.

mod calendar;
mod queries;

use crate::access::{Actor, Role, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::{Conn, hold_off_inserts};
use serde::Serialize;

pub use calendar::Calendar;

crate::choices! {
    /// What study hours are stated in (`domain.md` 2.3: as hours or as days).
    pub enum StudyUnit {
        Hours = "hours",
        Days = "days",
    }
}

crate::choices! {
    /// Whether who came late or left early has the session's hours.
    pub enum MarkedHours {
        Count = "count",
        DoNotCount = "do_not_count",
    }
}

/// The settings, each with its default until HQ has decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    pub organisation: String,
    /// Whom to ask, as it stands at the foot of every page.
    pub help_contact: String,
    /// Check-in opens this long before the start, unless the session says otherwise.
    pub opens_before_minutes: i64,
    /// How long the check-in code on the screen stays the same.
    pub code_seconds: i64,
    /// How many codes before the one on the screen are still accepted, for whoever is slow to scan.
    pub code_previous_steps: i64,
    /// Months that attendance and study are kept, as the plain notice says. 36 by default: what
    /// the Personal Information Protection Law (Art. 56) asks for assessments, taken for all.
    pub kept_months: i64,
    /// Days after confirmation within which a person may ask for a correction (更正申请).
    pub correction_days: i64,
    /// Days that a phone opened at the door stays remembered (`product.md` 6: up to 400).
    pub remembered_days: i64,
    /// Whether reflection notes (心得体会) may be given. Off until HQ wants them: `domain.md` 2.4 tells of notes copied
    /// for their number of words.
    pub reflections: bool,
    /// Whether passwords need several kinds of characters and are renewed every 90 days, as assessors of 等保 ask. Off:
    /// length and the list of common passwords protect better (`reliability.md` 2).
    pub strict_passwords: bool,
    /// Roles that must have a second factor (`reliability.md` A-09). None: an office decides when its people have the phones.
    pub factor_roles: Vec<Role>,
    /// Months that files are kept with a task or a record after its day. 24 by default: the shortest time needed
    /// (Personal Information Protection Law, Art. 19) is until the report of the year after has been made.
    pub evidence_months: i64,
    /// Reminders go out from this hour of the organisation's clock.
    pub mail_from_hour: i64,
    /// Until this hour, itself excluded.
    pub mail_to_hour: i64,
    /// Days off besides Saturdays and Sundays, as HQ typed them.
    pub holidays: String,
    /// Saturdays and Sundays that are worked on (调休), as HQ typed them.
    pub extra_workdays: String,
    /// Mail waits until somebody lets it go: after a backup was restored, what it holds may long have been said.
    pub mail_is_held: bool,
    pub study_unit: StudyUnit,
    /// What a day of study is: 7.5 hours, since the Regulations on cadre education of 2023 ask for 12 days or 90 hours.
    pub study_day_minutes: i64,
    pub marked_hours: MarkedHours,
    /// Goes up with each change, so that two editors notice each other.
    pub version: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            organisation: String::new(),
            help_contact: String::new(),
            opens_before_minutes: 30,
            code_seconds: 15,
            code_previous_steps: 1,
            kept_months: 36,
            correction_days: 15,
            remembered_days: 400,
            reflections: false,
            strict_passwords: false,
            factor_roles: Vec::new(),
            evidence_months: 24,
            mail_from_hour: 8,
            mail_to_hour: 20,
            holidays: String::new(),
            extra_workdays: String::new(),
            mail_is_held: false,
            study_unit: StudyUnit::Hours,
            study_day_minutes: 450,
            marked_hours: MarkedHours::Count,
            version: 0,
        }
    }
}

/// The settings as they stand.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn current(conn: &mut Conn) -> Result<Settings> {
    Ok(queries::current(conn)?)
}

/// Changes the settings. The version must be that of the settings as they were shown.
///
/// # Errors
/// `Forbidden` but for HQ and the system duty; `Conflict` when somebody else was faster; `Busy` when somebody else takes
/// too long; `Refused` with a problem at each field.
pub fn change(conn: &mut Conn, viewer: &Viewer, new: &Settings, now: Moment) -> Result<()> {
    if !viewer.is_hq() {
        viewer.require(Role::System)?;
    }
    check(new)?;
    let before = held(conn)?;
    if before.version != new.version {
        return Err(Error::Conflict);
    }
    // Held mail is let go by its own act, never in passing.
    let new = &Settings { mail_is_held: before.mail_is_held, ..new.clone() };
    queries::store(conn, new, before.version + 1)?;
    audit::record(conn, &viewer.actor(), now, Action::new("settings.changed", "settings"), None, &(before, new))
}

/// Holds all mail back, or lets it go.
///
/// # Errors
/// `Forbidden` but for HQ and the program itself; `Busy` as [`change`].
pub fn hold_mail(conn: &mut Conn, actor: &Actor, hold: bool, now: Moment) -> Result<()> {
    actor.require_hq()?;
    let before = held(conn)?;
    if before.mail_is_held == hold {
        return Ok(());
    }
    let new = Settings { mail_is_held: hold, ..before.clone() };
    queries::store(conn, &new, before.version + 1)?;
    let action = if hold { "mail.held" } else { "mail.let_go" };
    audit::record(conn, actor, now, Action::new(action, "settings"), None, &())
}

/// The settings as they stand, which nobody else changes before this write ends. They are a row each, and some may have
/// no row yet, so that there is no row of all to hold.
fn held(conn: &mut Conn) -> Result<Settings> {
    hold_off_inserts(conn, "settings")?;
    current(conn)
}

/// Sets what the program itself knows at its first start (the demo); no one is asked.
///
/// # Errors
/// `Broken` when they cannot be written.
pub fn establish(conn: &mut Conn, settings: &Settings) -> Result<()> {
    Ok(queries::store(conn, settings, settings.version + 1)?)
}

fn check(settings: &Settings) -> Result<()> {
    let mut problems = Vec::new();
    if settings.organisation.trim().is_empty() {
        problems.push(Problem::at("organisation", Message::new("settings-organisation-missing")));
    }
    if settings.help_contact.trim().is_empty() {
        problems.push(Problem::at("help_contact", Message::new("settings-help-contact-missing")));
    }
    if !(0..=240).contains(&settings.opens_before_minutes) {
        problems.push(Problem::at("opens_before_minutes", Message::new("settings-opens-before-range")));
    }
    if !(5..=120).contains(&settings.code_seconds) {
        problems.push(Problem::at("code_seconds", Message::new("settings-code-seconds-range")));
    }
    if !(0..=4).contains(&settings.code_previous_steps) {
        problems.push(Problem::at("code_previous_steps", Message::new("settings-code-previous-steps-range")));
    }
    if !(6..=600).contains(&settings.kept_months) {
        problems.push(Problem::at("kept_months", Message::new("settings-kept-months-range")));
    }
    if !(0..=365).contains(&settings.correction_days) {
        problems.push(Problem::at("correction_days", Message::new("settings-correction-days-range")));
    }
    if !(1..=400).contains(&settings.remembered_days) {
        problems.push(Problem::at("remembered_days", Message::new("settings-remembered-days-range")));
    }
    if !(1..=600).contains(&settings.evidence_months) {
        problems.push(Problem::at("evidence_months", Message::new("settings-evidence-months-range")));
    }
    problems.extend(calendar::check(settings));
    // From two hours to a whole day, in half hours.
    if !(120..=24 * 60).contains(&settings.study_day_minutes) || settings.study_day_minutes % 30 != 0 {
        problems.push(Problem::at("study_day_hours", Message::new("settings-study-day-range")));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Refused(problems)) }
}
