//! All SQL of the notice of what is held about people.

use super::notice::Notice;
use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{AccountId, PersonId};
use crate::store::schema::{accounts, notices};
use diesel::prelude::*;

/// The version that stands; nothing when HQ never wrote one.
pub fn find(conn: &mut Conn) -> QueryResult<Option<Notice>> {
    notices::table
        .order(notices::version.desc())
        .select((notices::version, notices::text_zh, notices::text_en, notices::written_at))
        .first(conn)
        .optional()
}

pub(super) fn insert(conn: &mut Conn, notice: &Notice, by: PersonId) -> QueryResult<()> {
    diesel::insert_into(notices::table)
        .values((
            notices::version.eq(notice.version),
            notices::text_zh.eq(&notice.text_zh),
            notices::text_en.eq(&notice.text_en),
            notices::written_by.eq(by),
            notices::written_at.eq(notice.written_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether somebody was ever shown a notice, of whatever version.
pub fn has_seen_one(conn: &mut Conn, account: AccountId) -> QueryResult<bool> {
    let seen = accounts::table.find(account).select(accounts::notice_seen_at).get_result::<Option<Moment>>(conn)?;
    Ok(seen.is_some())
}

/// Tells whether this version was new to them.
pub(super) fn mark_seen(conn: &mut Conn, account: AccountId, version: i64, now: Moment) -> QueryResult<bool> {
    let is_new = accounts::notice_seen_at.is_null().or(accounts::notice_version.lt(version));
    let marked = diesel::update(accounts::table.filter(accounts::id.eq(account)).filter(is_new))
        .set((accounts::notice_seen_at.eq(now), accounts::notice_version.eq(version)))
        .execute(conn)?;
    Ok(marked > 0)
}
