//! What HQ decides, and how the program itself was set up.

use super::form::{Form, differences, text_field, tick_field};
use super::mail::MailNotice;
use super::visit::Visit;
use super::{App, page};
use crate::access::{Role, Viewer};
use crate::backup;
use crate::clock::Moment;
use crate::error::{Argument, Error, Message, Result};
use crate::links;
use crate::mail;
use crate::settings::{self, MarkedHours, Settings, StudyUnit};
use crate::store::{Address, Conn};
use crate::study_hours;
use crate::templates;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

/// The settings as typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SettingsInput {
    organisation: String,
    help_contact: String,
    opens_before_minutes: String,
    code_seconds: String,
    code_previous_steps: String,
    kept_months: String,
    correction_days: String,
    remembered_days: String,
    /// `on`, or nothing.
    reflections: String,
    /// `on`, or nothing.
    strict_passwords: String,
    factor_roles: Vec<String>,
    evidence_months: String,
    mail_from_hour: String,
    mail_to_hour: String,
    holidays: String,
    extra_workdays: String,
    /// Not on the form: it is let go on the page of mail.
    #[serde(skip)]
    mail_is_held: bool,
    study_unit: String,
    study_day_hours: String,
    marked_hours: String,
    version: String,
}

impl SettingsInput {
    fn of(settings: &Settings) -> Self {
        Self {
            organisation: settings.organisation.clone(),
            help_contact: settings.help_contact.clone(),
            opens_before_minutes: settings.opens_before_minutes.to_string(),
            code_seconds: settings.code_seconds.to_string(),
            code_previous_steps: settings.code_previous_steps.to_string(),
            kept_months: settings.kept_months.to_string(),
            correction_days: settings.correction_days.to_string(),
            remembered_days: settings.remembered_days.to_string(),
            reflections: if settings.reflections { "on" } else { "" }.to_owned(),
            strict_passwords: if settings.strict_passwords { "on" } else { "" }.to_owned(),
            factor_roles: settings.factor_roles.iter().map(|role| role.as_str().to_owned()).collect(),
            evidence_months: settings.evidence_months.to_string(),
            mail_from_hour: settings.mail_from_hour.to_string(),
            mail_to_hour: settings.mail_to_hour.to_string(),
            holidays: settings.holidays.clone(),
            extra_workdays: settings.extra_workdays.clone(),
            mail_is_held: settings.mail_is_held,
            study_unit: settings.study_unit.as_str().to_owned(),
            study_day_hours: templates::hours_text(settings.study_day_minutes),
            marked_hours: settings.marked_hours.as_str().to_owned(),
            version: settings.version.to_string(),
        }
    }

    /// A number that cannot be read is out of every range, and refused as such.
    fn read(&self) -> Settings {
        let number = |text: &str| text.trim().parse().unwrap_or(-1);
        Settings {
            organisation: self.organisation.trim().to_owned(),
            help_contact: self.help_contact.trim().to_owned(),
            opens_before_minutes: number(&self.opens_before_minutes),
            code_seconds: number(&self.code_seconds),
            code_previous_steps: number(&self.code_previous_steps),
            kept_months: number(&self.kept_months),
            correction_days: number(&self.correction_days),
            remembered_days: number(&self.remembered_days),
            reflections: self.reflections == "on",
            strict_passwords: self.strict_passwords == "on",
            factor_roles: self.factor_roles.iter().filter_map(|role| role.parse().ok()).collect(),
            evidence_months: number(&self.evidence_months),
            mail_from_hour: number(&self.mail_from_hour),
            mail_to_hour: number(&self.mail_to_hour),
            holidays: self.holidays.trim().to_owned(),
            extra_workdays: self.extra_workdays.trim().to_owned(),
            mail_is_held: self.mail_is_held,
            // What is none of the choices is no form of ours.
            study_unit: self.study_unit.parse().unwrap_or(StudyUnit::Hours),
            study_day_minutes: study_hours::read_hours(&self.study_day_hours).unwrap_or(-1),
            marked_hours: self.marked_hours.parse().unwrap_or(MarkedHours::Count),
            version: number(&self.version),
        }
    }
}

/// How the program was set up by whoever runs it; not to be changed here.
#[derive(Serialize)]
struct System {
    database: &'static str,
    /// `smtp` or `folder`.
    mail: &'static str,
    mail_from: String,
    /// When the last mail went out.
    mail_sent_at: Option<Moment>,
    base_url: String,
    /// Passwords and logins can be read on the network.
    is_plain_http: bool,
    zone: &'static str,
    version: &'static str,
}

/// The last backup, or why there is none.
#[derive(Serialize)]
struct LastBackup {
    /// `done`, `failed` or `none`.
    state: &'static str,
    at: Option<Moment>,
    name: String,
    problem: String,
}

#[derive(Serialize)]
struct SettingsPage {
    form: SettingsInput,
    /// Every role, and whether it must have a second factor.
    factor_roles: Vec<(&'static str, bool)>,
    action: &'static str,
    system: System,
    mail_notice: Option<MailNotice>,
    backup: LastBackup,
    /// HQ's other lists.
    volume_list: Option<&'static str>,
    edit_notice: Option<&'static str>,
}

async fn last_backup(app: &App) -> Result<LastBackup> {
    let found = app.db.read(|conn| Ok((backup::queries::find_last_done(conn)?, backup::queries::find_failure(conn)?)));
    let (state, attempt) = match found.await? {
        (_, Some(failure)) => ("failed", Some(failure)),
        (Some(done), None) => ("done", Some(done)),
        (None, None) => ("none", None),
    };
    let at = attempt.as_ref().and_then(|attempt| attempt.finished_at);
    let (name, problem) = attempt.map_or((None, None), |attempt| (attempt.file_name, attempt.problem));
    Ok(LastBackup { state, at, name: name.unwrap_or_default(), problem: problem.unwrap_or_default() })
}

async fn settings_page(app: &App, visit: &Visit, form: SettingsInput) -> Result<SettingsPage> {
    let config = &app.config;
    let database = match Address::parse(&config.database) {
        Ok(Address::Pg(_)) => "PostgreSQL",
        Ok(Address::Sqlite(_)) | Err(_) => "SQLite",
    };
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let is_hq = viewer.is_hq();
    let read =
        move |conn: &mut Conn| Ok((mail::queries::find_last_sent_at(conn)?, MailNotice::find(conn, &viewer, now)?));
    let (mail_sent_at, mail_notice) = app.db.read(read).await?;
    let system = System {
        database,
        mail: if config.smtp.is_some() { "smtp" } else { "folder" },
        mail_from: config.mail_from.clone(),
        mail_sent_at,
        base_url: config.base_url(),
        is_plain_http: !(config.is_https() || config.is_loopback() && config.listen.ip().is_loopback()),
        zone: config.zone.name(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let (backup, volume_list) = (last_backup(app).await?, is_hq.then_some(links::VOLUME_LIST));
    let is_chosen = |role: &str| form.factor_roles.iter().any(|chosen| chosen == role);
    let factor_roles = Role::ALL.iter().map(|role| (role.as_str(), is_chosen(role.as_str()))).collect();
    let edit_notice = is_hq.then_some(links::EDIT_NOTICE);
    Ok(SettingsPage {
        form,
        factor_roles,
        action: links::SETTINGS,
        system,
        mail_notice,
        backup,
        volume_list,
        edit_notice,
    })
}

/// `GET /settings`.
pub async fn form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let current = app.db.read(settings::current).await?;
    page::show(&app, &visit, "settings/form", &settings_page(&app, &visit, SettingsInput::of(&current)).await?)
}

/// `POST /settings`: changes them; of two who edit at once the second sees both versions.
pub async fn change(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<SettingsInput>) -> Result<HttpResponse> {
    let (typed, now) = (form.fields, app.clock.now());
    if let Some(language) = form.switch_to {
        let visit = visit.speaking(language);
        return page::show(&app, &visit, "settings/form", &settings_page(&app, &visit, typed).await?);
    }
    let new = typed.read();
    match app.db.write(move |conn| settings::change(conn, &viewer, &new, now)).await {
        Ok(()) => {
            app.foot.refresh(&app.db).await?;
            Ok(page::redirect(&app, &visit, links::SETTINGS, &Message::new("settings-changed")))
        }
        Err(Error::Refused(problems)) => {
            page::refused(&app, &visit, "settings/form", &settings_page(&app, &visit, typed).await?, &problems)
        }
        Err(Error::Conflict) => show_both(&app, &visit, typed).await,
        Err(other) => Err(other),
    }
}

/// A field of one word out of some, said in the reader's language.
fn word_field(field: &'static str, texts: &str, typed: &str, now: &str) -> (&'static str, bool, Argument) {
    (field, typed != now, Argument::Texts(vec![format!("{texts}{}", now.replace('_', "-"))]))
}

async fn show_both(app: &App, visit: &Visit, typed: SettingsInput) -> Result<HttpResponse> {
    let current = SettingsInput::of(&app.db.read(settings::current).await?);
    let roles = match current.factor_roles.as_slice() {
        [] => Argument::from("—"),
        roles => Argument::Texts(roles.iter().map(|role| format!("role-{}", role.replace('_', "-"))).collect()),
    };
    let problems = differences([
        text_field("organisation", &typed.organisation, &current.organisation),
        text_field("help_contact", &typed.help_contact, &current.help_contact),
        text_field("opens_before_minutes", &typed.opens_before_minutes, &current.opens_before_minutes),
        text_field("code_seconds", &typed.code_seconds, &current.code_seconds),
        text_field("code_previous_steps", &typed.code_previous_steps, &current.code_previous_steps),
        text_field("kept_months", &typed.kept_months, &current.kept_months),
        text_field("correction_days", &typed.correction_days, &current.correction_days),
        text_field("remembered_days", &typed.remembered_days, &current.remembered_days),
        tick_field("reflections", typed.reflections == "on", current.reflections == "on"),
        tick_field("strict_passwords", typed.strict_passwords == "on", current.strict_passwords == "on"),
        ("factor_roles", typed.factor_roles != current.factor_roles, roles),
        text_field("evidence_months", &typed.evidence_months, &current.evidence_months),
        text_field("mail_from_hour", &typed.mail_from_hour, &current.mail_from_hour),
        text_field("mail_to_hour", &typed.mail_to_hour, &current.mail_to_hour),
        text_field("holidays", &typed.holidays, &current.holidays),
        text_field("extra_workdays", &typed.extra_workdays, &current.extra_workdays),
        text_field("study_day_hours", &typed.study_day_hours, &current.study_day_hours),
        word_field("study_unit", "settings-study-unit-", &typed.study_unit, &current.study_unit),
        word_field("marked_hours", "settings-marked-hours-", &typed.marked_hours, &current.marked_hours),
    ]);
    let form = SettingsInput { version: current.version, ..typed };
    page::refused(app, visit, "settings/form", &settings_page(app, visit, form).await?, &problems)
}
