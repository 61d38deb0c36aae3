//! What whoever reads the trail asks of it.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{AccountId, PersonId};
use diesel::prelude::Queryable;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of subject that is an account: such an entry is about its owner.
pub(super) const ACCOUNT: &str = "account";

/// People of one entry who are named; of more, it is told how many.
pub const MOST_NAMED: usize = 5;

/// Which entries are wanted; what is empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: Option<Moment>,
    /// Itself excluded.
    pub until: Option<Moment>,
    /// Part of the name or employee number of who did it.
    pub actor: String,
    /// Part of the name or employee number of whom it was done to.
    pub affected: String,
    /// The part of the program, which every action's name begins with.
    pub area: String,
    /// Part of what was done: `checked_in`,
    pub action: String,
    /// or one of these, whose words hold what was typed.
    pub actions: Vec<String>,
    pub subject_kind: String,
    pub subject: Option<i64>,
}

/// An entry as it is read.
#[derive(Debug, Clone, Queryable)]
pub struct Found {
    pub id: i64,
    pub at: Moment,
    pub action: String,
    pub subject_kind: String,
    pub subject: Option<i64>,
    pub origin: String,
    pub request: String,
    pub person: Option<(PersonId, String, String)>,
    /// The values before and after, as JSON.
    pub details: Option<String>,
}

/// How many entries are wanted.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn count(conn: &mut Conn, filter: &Filter) -> Result<i64> {
    Ok(queries::count_found(conn, filter)?)
}

/// A page of the entries that are wanted, the newest first.
///
/// # Errors
/// As [`count`].
pub fn list(conn: &mut Conn, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Found>> {
    Ok(queries::list_found(conn, filter, offset, limit)?)
}

/// The people whom some entries are about.
#[derive(Debug, Default)]
pub struct Affected {
    /// Whose accounts the entries speak of.
    owners: BTreeMap<AccountId, PersonId>,
    /// Name and employee number of the first people of each entry.
    names: BTreeMap<PersonId, (String, String)>,
}

impl Affected {
    /// # Errors
    /// As [`count`].
    pub fn of(conn: &mut Conn, entries: &[Found]) -> Result<Self> {
        let accounts: BTreeSet<AccountId> = entries.iter().filter_map(account).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        let owners = queries::list_owners(conn, &accounts)?.into_iter().collect();
        let mut found = Self { owners, names: BTreeMap::new() };
        let people: BTreeSet<PersonId> =
            entries.iter().flat_map(|entry| found.people(entry).into_iter().take(MOST_NAMED)).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let names = queries::list_names(conn, &people)?;
        found.names = names.into_iter().map(|(person, name, number)| (person, (name, number))).collect();
        Ok(found)
    }

    /// The people whom an entry is about: its subject, or the owner of the account that is, and those in its values.
    pub fn people(&self, entry: &Found) -> Vec<PersonId> {
        people(entry, account(entry).and_then(|account| self.owners.get(&account).copied()))
    }

    /// The name and employee number of one of them.
    pub fn name(&self, person: PersonId) -> Option<&(String, String)> {
        self.names.get(&person)
    }
}

fn account(entry: &Found) -> Option<AccountId> {
    entry.subject.filter(|_| entry.subject_kind == ACCOUNT).map(AccountId)
}

fn people(entry: &Found, owner: Option<PersonId>) -> Vec<PersonId> {
    let mut people = Vec::from_iter(owner);
    if entry.subject_kind == "person" {
        people.extend(entry.subject.map(PersonId));
    }
    if let Some(Ok(values)) = entry.details.as_deref().map(serde_json::from_str::<Value>) {
        add_people(&mut people, &values);
    }
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(*person));
    people
}

fn add_people(people: &mut Vec<PersonId>, values: &Value) {
    match values {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_i64() {
                    Some(id) if name == "person" => people.push(PersonId(id)),
                    _ => add_people(people, value),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add_people(people, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
