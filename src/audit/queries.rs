//! All SQL of the audit trail.

use super::{Action, Entry, Newest};
use crate::access::Actor;
use crate::clock::Moment;
use crate::each;
use crate::store::Conn;
use crate::store::schema::{audit_entries, audit_values, people};
use diesel::prelude::*;

pub(super) fn insert(
    conn: &mut Conn,
    actor: &Actor,
    now: Moment,
    action: Action,
    subject: Option<i64>,
    details: Option<&str>,
) -> QueryResult<()> {
    let entry: i64 = each!(conn, c => diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::at.eq(now),
            audit_entries::person_id.eq(actor.person),
            audit_entries::action.eq(action.name),
            audit_entries::subject_kind.eq(action.subject_kind),
            audit_entries::subject_id.eq(subject),
            audit_entries::origin.eq(&actor.origin),
        ))
        .returning(audit_entries::id)
        .get_result(c))?;
    if let Some(details) = details {
        diesel::insert_into(audit_values::table)
            .values((audit_values::entry_id.eq(entry), audit_values::details.eq(details)))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn find_newest(conn: &mut Conn) -> QueryResult<Option<Newest>> {
    audit_entries::table
        .order(audit_entries::id.desc())
        .select((audit_entries::id, audit_entries::at))
        .first(conn)
        .optional()
}

pub(super) fn is_anything_done_since(conn: &mut Conn, entry: i64, but: &[&str]) -> QueryResult<bool> {
    let found: Option<i64> = audit_entries::table
        .filter(audit_entries::id.gt(entry))
        .filter(audit_entries::action.ne_all(but))
        .order(audit_entries::id)
        .select(audit_entries::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What was done about one thing, the oldest first, with the values while they are kept.
pub fn list_of(conn: &mut Conn, subject_kind: &str, subject: i64) -> QueryResult<Vec<Entry>> {
    audit_entries::table
        .left_join(people::table)
        .left_join(audit_values::table)
        .filter(audit_entries::subject_kind.eq(subject_kind))
        .filter(audit_entries::subject_id.eq(subject))
        .order(audit_entries::id)
        .select((
            audit_entries::id,
            audit_entries::at,
            people::name.nullable(),
            audit_entries::action,
            audit_values::details.nullable(),
        ))
        .load(conn)
}
