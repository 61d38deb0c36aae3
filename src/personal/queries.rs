//! All SQL about persons across the tables.

use super::fields::{Held, NAMING};
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, RosterImportId};
use crate::store::schema::{audit_values, people, roster_import_rows, roster_imports};
use crate::store::whole_rows;
use crate::store::{Conn, ROWS_A_STATEMENT, containing, lower};
use diesel::prelude::*;
use serde_json::Value;

/// The rows of a table that are about a person.
pub(super) fn list_held(conn: &mut Conn, held: &Held, person: PersonId) -> Result<Vec<Vec<Value>>> {
    let values: Vec<&str> = held.columns.iter().map(|(_, expression)| *expression).collect();
    whole_rows::select(conn, held.table, &values, &held.theirs.replace("{person}", &person.to_string()))
}

/// What somebody is known by.
#[derive(Debug, Clone, Queryable)]
pub(super) struct KnownBy {
    pub name: String,
    pub employee_number: String,
    pub email: Option<String>,
    pub left_on: Option<chrono::NaiveDate>,
}

pub(super) fn find_known_by(conn: &mut Conn, person: PersonId) -> Result<KnownBy> {
    let columns = (people::name, people::employee_number, people::email, people::left_on);
    people::table.find(person).select(columns).get_result(conn).optional()?.ok_or(Error::NotFound("person"))
}

/// Whether a name cannot be told apart from somebody else's within words.
pub(super) fn is_within_another(conn: &mut Conn, person: PersonId, name: &str) -> QueryResult<bool> {
    let names: Vec<String> = people::table
        .filter(people::id.ne(person))
        .filter(lower(people::name).like(containing(name)).escape('\\'))
        .order(people::id)
        .select(people::name)
        .load(conn)?;
    Ok(names.iter().any(|other| other.contains(name)))
}

/// Takes a person out of their own rows: what only serves reaching or recognising them goes, what is counted stays.
pub(super) fn blank_own(conn: &mut Conn, person: PersonId, mark: &str) -> Result<()> {
    let account = format!("account_id in (select id from accounts where person_id = {person})");
    for (table, condition) in [
        ("code_tries", format!("login_id in (select id from logins where {account})")),
        ("logins", account.clone()),
        ("recovery_codes", account.clone()),
        ("factors", account.clone()),
        ("invitations", account.clone()),
        ("grants", account),
        ("reminder_pauses", format!("person_id = {person}")),
        ("reminders", format!("person_id = {person}")),
        ("outbox", format!("person_id = {person}")),
        ("door_openings", format!("person_id = {person}")),
        ("reflections", format!("task_id in (select id from tasks where person_id = {person})")),
        ("feedback", format!("written_by = {person}")),
    ] {
        whole_rows::delete(conn, table, &condition)?;
    }
    let theirs = format!("person_id = {person}");
    whole_rows::delete(conn, "accounts", &theirs)?;
    for (table, changes) in [
        ("roster", format!("name = '{mark}', post = ''")),
        ("meeting_people", format!("name = '{mark}', post = ''")),
        ("meeting_gists", "text = ''".to_owned()),
        ("guests", format!("name = '{mark}'")),
        ("attendance", "stand_in = null, device = null, code_until = null".to_owned()),
        ("attendance_requests", "reason = '', answer = '', asked_value = null".to_owned()),
        ("verifications", "note = ''".to_owned()),
    ] {
        whole_rows::set(conn, table, &changes, &theirs)?;
    }
    // Typed at the desk, before it was known who they were.
    let unknown = format!("person_id is null and merged_into = {person}");
    whole_rows::set(conn, "guests", &format!("name = '{mark}'"), &unknown)?;
    diesel::update(people::table.find(person))
        .set((
            people::name.eq(mark),
            people::employee_number.eq(mark),
            people::post.eq(""),
            people::email.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts `mark` in the place of a word wherever people are named in words.
pub(super) fn replace_everywhere(conn: &mut Conn, word: &str, mark: &str) -> Result<usize> {
    let mut n_rows = 0;
    for (table, columns) in NAMING {
        for column in *columns {
            n_rows += whole_rows::replace(conn, table, column, word, mark)?;
        }
    }
    Ok(n_rows)
}

/// Takes away the values of the trail in which a word stands: the entries stay, the values are made to be erased.
pub(super) fn forget_values_with(conn: &mut Conn, word: &str) -> QueryResult<usize> {
    let entries: Vec<i64> = audit_values::table
        .filter(lower(audit_values::details).like(containing(word)).escape('\\'))
        .order(audit_values::entry_id)
        .select(audit_values::entry_id)
        .load(conn)?;
    let mut n_rows = 0;
    for some in entries.chunks(ROWS_A_STATEMENT) {
        n_rows += diesel::delete(audit_values::table.filter(audit_values::entry_id.eq_any(some))).execute(conn)?;
    }
    Ok(n_rows)
}

/// Takes away what mail to others says with a word in it.
pub(super) fn forget_mail_with(conn: &mut Conn, word: &str) -> Result<usize> {
    whole_rows::replace(conn, "outbox", "arguments", word, "")
}

/// Takes somebody's rows out of imported rosters, and the files that they stood in.
pub(super) fn forget_imports_of(conn: &mut Conn, employee_number: &str) -> QueryResult<()> {
    let theirs = roster_import_rows::employee_number.eq(employee_number);
    let imports: Vec<RosterImportId> = roster_import_rows::table
        .filter(theirs)
        .order(roster_import_rows::import_id)
        .select(roster_import_rows::import_id)
        .distinct()
        .load(conn)?;
    diesel::delete(roster_import_rows::table.filter(theirs)).execute(conn)?;
    diesel::update(roster_imports::table.filter(roster_imports::id.eq_any(imports)))
        .set(roster_imports::file.eq(Vec::<u8>::new()))
        .execute(conn)?;
    Ok(())
}
