//! All SQL of the settings: one row a setting, so that a new one needs no migration.

use super::Settings;
use crate::each;
use crate::store::Conn;
use crate::store::schema::settings;
use diesel::prelude::*;

pub(super) fn current(conn: &mut Conn) -> QueryResult<Settings> {
    let rows: Vec<(String, String, i64)> = settings::table.order(settings::name).load(conn)?;
    let mut found = Settings::default();
    for (name, value, version) in rows {
        match name.as_str() {
            "organisation" => found.organisation = value,
            "help_contact" => found.help_contact = value,
            "opens_before_minutes" => found.opens_before_minutes = number(&name, &value)?,
            "remembered_days" => found.remembered_days = number(&name, &value)?,
            "code_seconds" => found.code_seconds = number(&name, &value)?,
            "code_previous_steps" => found.code_previous_steps = number(&name, &value)?,
            "kept_months" => found.kept_months = number(&name, &value)?,
            "study_unit" => found.study_unit = word(&name, &value)?,
            "study_day_minutes" => found.study_day_minutes = number(&name, &value)?,
            "marked_hours" => found.marked_hours = word(&name, &value)?,
            "correction_days" => found.correction_days = number(&name, &value)?,
            "reflections" => found.reflections = value == "on",
            "strict_passwords" => found.strict_passwords = value == "on",
            "factor_roles" => {
                found.factor_roles = value
                    .split(' ')
                    .filter(|role| !role.is_empty())
                    .map(|role| word(&name, role))
                    .collect::<QueryResult<_>>()?;
            }
            "evidence_months" => found.evidence_months = number(&name, &value)?,
            "mail_from_hour" => found.mail_from_hour = number(&name, &value)?,
            "mail_to_hour" => found.mail_to_hour = number(&name, &value)?,
            "holidays" => found.holidays = value,
            "extra_workdays" => found.extra_workdays = value,
            "mail_is_held" => found.mail_is_held = value == "true",
            // A setting of another version of the program: it is kept, and says nothing here.
            _ => {}
        }
        found.version = found.version.max(version);
    }
    Ok(found)
}

fn number(name: &str, value: &str) -> QueryResult<i64> {
    value.parse().map_err(|_| {
        diesel::result::Error::DeserializationError(format!("the setting {name} is “{value}”, not a number").into())
    })
}

fn word<T: std::str::FromStr>(name: &str, value: &str) -> QueryResult<T> {
    value.parse().map_err(|_| {
        diesel::result::Error::DeserializationError(format!("the setting {name} does not know “{value}”").into())
    })
}

pub(super) fn store(conn: &mut Conn, new: &Settings, version: i64) -> QueryResult<()> {
    let rows = [
        ("organisation", new.organisation.clone()),
        ("help_contact", new.help_contact.clone()),
        ("opens_before_minutes", new.opens_before_minutes.to_string()),
        ("code_seconds", new.code_seconds.to_string()),
        ("code_previous_steps", new.code_previous_steps.to_string()),
        ("kept_months", new.kept_months.to_string()),
        ("correction_days", new.correction_days.to_string()),
        ("remembered_days", new.remembered_days.to_string()),
        ("reflections", if new.reflections { "on" } else { "off" }.to_owned()),
        ("strict_passwords", if new.strict_passwords { "on" } else { "off" }.to_owned()),
        ("factor_roles", new.factor_roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")),
        ("evidence_months", new.evidence_months.to_string()),
        ("mail_from_hour", new.mail_from_hour.to_string()),
        ("mail_to_hour", new.mail_to_hour.to_string()),
        ("holidays", new.holidays.clone()),
        ("extra_workdays", new.extra_workdays.clone()),
        ("mail_is_held", new.mail_is_held.to_string()),
        ("study_unit", new.study_unit.as_str().to_owned()),
        ("study_day_minutes", new.study_day_minutes.to_string()),
        ("marked_hours", new.marked_hours.as_str().to_owned()),
    ];
    for (name, value) in rows {
        each!(conn, c => diesel::insert_into(settings::table)
            .values((settings::name.eq(name), settings::value.eq(&value), settings::version.eq(version)))
            .on_conflict(settings::name)
            .do_update()
            .set((settings::value.eq(&value), settings::version.eq(version)))
            .execute(c))?;
    }
    Ok(())
}
