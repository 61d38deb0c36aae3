//! Takes a written roster back, all of it or nothing: who was added goes, who was changed stands as before. That can be done
//! for some days, and until the next change to any of its rows.

use super::apply_roster::ROWS_A_STEP;
use super::model::{ChangedSince, ImportRow, Person, RosterImport, Since, Stay, StoodBefore};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, RosterImportId};
use anyhow::Context;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// So many of those who were changed since are named in a refusal.
const NAMED: usize = 5;

#[derive(Serialize)]
struct Undone {
    n_new: i64,
    n_changed: i64,
}

/// Takes an import back; one that was taken back already stays as it is.
///
/// # Errors
/// `Forbidden` but for HQ and the operator; `NotFound`; `Refused` when it was not written or too long ago, or when somebody
/// of it was changed since, the first of whom are named.
pub fn undo_import(conn: &mut Conn, actor: &Actor, id: RosterImportId, now: Moment) -> Result<()> {
    actor.require_hq()?;
    let import = queries::find_import(conn, id)?;
    if import.undone_at.is_some() {
        return Ok(());
    }
    let since = list_changed_since(conn, &import, now)?;
    if !since.is_empty() {
        return Err(refusal(&since));
    }
    let mut after = 0;
    loop {
        let rows = queries::list_import_rows(conn, id, None, after, ROWS_A_STEP)?;
        let Some(last) = rows.last() else { break };
        after = last.row_number;
        take_back(conn, &rows)?;
    }
    queries::forget_what_stood(conn, id)?;
    let counts = Undone { n_new: import.n_new, n_changed: import.n_changed };
    queries::update_import(conn, &RosterImport { undone_at: Some(now), ..import })?;
    audit::record(conn, actor, now, Action::new("organization.roster_undone", "roster_import"), id.0, &counts)
}

/// Whom a written import can no longer be taken back for, in its order; nobody while it can.
///
/// # Errors
/// `Refused` when it was not written, was taken back, or how people stood before is not kept any more.
pub fn list_changed_since(conn: &mut Conn, import: &RosterImport, now: Moment) -> Result<Vec<ChangedSince>> {
    refuse_unless_in_time(import, now)?;
    let mut referred: HashMap<PersonId, BTreeSet<Since>> = HashMap::new();
    if import.n_new > 0 {
        for (person, since) in queries::list_referred_to(conn, import.id)? {
            referred.entry(person).or_default().insert(since);
        }
    }
    let (mut found, mut n_kept, mut after) = (Vec::new(), 0, 0);
    loop {
        let rows = queries::list_import_rows(conn, import.id, None, after, ROWS_A_STEP)?;
        let Some(last) = rows.last() else { break };
        after = last.row_number;
        let numbers: Vec<&str> = rows.iter().map(|row| row.employee_number.as_str()).collect();
        let people = queries::list_people_by_numbers(conn, &numbers)?;
        let people: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
        for row in &rows {
            let Some(stood) = stood_before(row)? else { continue };
            n_kept += 1;
            let mut what = referred.remove(&stood.person).unwrap_or_default();
            match people.get(&stood.person) {
                Some(person) if person.version == stood.version => {}
                Some(person) if person.left_on.is_some() => {
                    what.insert(Since::Left);
                }
                Some(_) | None => {
                    what.insert(Since::Changed);
                }
            }
            if !what.is_empty() {
                let (name, employee_number) = (row.name.clone(), row.employee_number.clone());
                found.push(ChangedSince { person: stood.person, name, employee_number, what });
            }
        }
    }
    // Somebody of it was made anonymous, or it was written before anything was kept.
    if n_kept != import.n_new + import.n_changed {
        return Err(Error::refused(Message::new("import-undo-not-kept")));
    }
    Ok(found)
}

fn refuse_unless_in_time(import: &RosterImport, now: Moment) -> Result<()> {
    let reason = match import.undone_until() {
        Some(until) if now <= until => return Ok(()),
        Some(_) => "import-undo-too-late",
        None if import.undone_at.is_some() => "import-undone-already",
        None => "import-undo-not-written",
    };
    Err(Error::refused(Message::new(reason)))
}

/// How many were changed since, the first of them by name and what of them, and what to do instead.
fn refusal(since: &[ChangedSince]) -> Error {
    let whole = Message::new("import-undo-refused").with("n", since.len() as i64);
    let named = since.iter().take(NAMED).map(ChangedSince::message);
    Error::Refused(std::iter::once(whole).chain(named).map(|message| Problem { field: "", message }).collect())
}

fn stood_before(row: &ImportRow) -> Result<Option<StoodBefore>> {
    let read = |kept: &String| serde_json::from_str(kept).context("how somebody stood before an import");
    Ok(row.stood_before.as_ref().map(read).transpose()?)
}

fn take_back(conn: &mut Conn, rows: &[ImportRow]) -> Result<()> {
    let (mut added, mut as_were) = (Vec::new(), Vec::new());
    let (mut moved, mut stays): (Vec<PersonId>, Vec<(PersonId, Stay)>) = (Vec::new(), Vec::new());
    for row in rows {
        let Some(stood) = stood_before(row)? else { continue };
        match (stood.as_was, stood.stays) {
            (None, _) => added.push(stood.person),
            (Some(person), None) => as_were.push(person),
            (Some(person), Some(had)) => {
                as_were.push(person);
                moved.push(stood.person);
                stays.extend(had.into_iter().map(|stay| (stood.person, stay)));
            }
        }
    }
    queries::upsert_people(conn, &as_were)?;
    queries::replace_stays(conn, &moved, &stays)?;
    Ok(queries::delete_people(conn, &added)?)
}
