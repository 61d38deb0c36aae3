//! Who holds a login, and logins that begin and end.

use crate::access::{Grant, LoginKind, Role, TextSize, UnitPath, Viewer};
use crate::accounts::model::{self, OwnLogin};
use crate::clock::Moment;
use crate::each;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{AccountId, LoginId, PersonId, SessionId, UnitId};
use crate::store::schema::{accounts, factors, grants, logins, notices, people, units};
use diesel::prelude::*;

/// A login that has not ended: who holds it, and when it was last written down as used.
#[derive(Debug)]
pub struct FoundLogin {
    pub viewer: Viewer,
    pub last_seen_at: Moment,
    /// Signing in to the account asks for a code.
    pub has_factor: bool,
}

/// Who holds the login with this token hash, with what they were granted; nothing when it has ended.
pub fn find_viewer(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> QueryResult<Option<Viewer>> {
    Ok(find_login(conn, token_hash, now, origin)?.map(|found| found.viewer))
}

/// As [`find_viewer`], with the login's last use.
pub fn find_login(conn: &mut Conn, token_hash: &str, now: Moment, origin: &str) -> QueryResult<Option<FoundLogin>> {
    type Row = (
        (LoginId, Moment, Moment, LoginKind),
        (AccountId, TextSize, Option<Moment>, i64, Option<Moment>),
        (PersonId, String, Language),
        (UnitId, String),
        (Option<Role>, Option<UnitId>, Option<UnitPath>, Option<SessionId>),
        Option<i64>,
    );
    // One row for each role granted, or one without.
    let granted_for = diesel::alias!(units as granted_for);
    let rows: Vec<Row> = each!(conn, c => logins::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(units::table)))
        .left_join(factors::table.on(factors::account_id.eq(accounts::id)))
        .left_join(
            grants::table.on(grants::account_id
                .eq(accounts::id)
                .and(grants::starts_at.is_null().or(grants::starts_at.le(now)))
                .and(grants::ends_at.is_null().or(grants::ends_at.gt(now)))),
        )
        .left_join(granted_for.on(granted_for.field(units::id).nullable().eq(grants::unit_id)))
        .filter(logins::token_hash.eq(token_hash))
        .filter(logins::expires_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .order(grants::id)
        .select((
            (logins::id, logins::created_at, logins::last_seen_at, logins::kind),
            (
                accounts::id,
                accounts::text_size,
                accounts::notice_seen_at,
                accounts::notice_version,
                factors::confirmed_at.nullable(),
            ),
            (people::id, people::name, people::language),
            (units::id, units::name),
            (
                grants::role.nullable(),
                grants::unit_id.nullable(),
                granted_for.field(units::path).nullable(),
                grants::session_id.nullable(),
            ),
            notices::table.select(diesel::dsl::max(notices::version)).single_value(),
        ))
        .load(c))?;
    let grant = |row: &Row| row.4.0.map(|role| Grant { role, unit: row.4.1, path: row.4.2.clone(), session: row.4.3 });
    let granted: Vec<Grant> = rows.iter().filter_map(grant).collect();
    let Some((login, account, person, unit, _, newest_notice)) = rows.into_iter().next() else { return Ok(None) };
    let (login, created_at, last_seen_at, login_kind) = login;
    let (account, text_size, notice_seen_at, notice_version, confirmed_at) = account;
    let grants = match login_kind {
        LoginKind::Full if model::has_ended(model::limits(&granted), created_at, last_seen_at, now) => return Ok(None),
        LoginKind::Full => granted,
        // It has its one end, and reaches its owner's own matters alone.
        LoginKind::Remembered => Vec::new(),
    };
    let viewer = Viewer {
        person: person.0,
        account,
        login,
        name: person.1,
        unit: unit.0,
        unit_name: unit.1,
        language: person.2,
        text_size,
        notice_seen: notice_seen_at.is_some() && notice_version >= newest_notice.unwrap_or(0),
        grants,
        login_kind,
        signed_in_at: created_at,
        origin: origin.to_owned(),
        request: String::new(),
    };
    Ok(Some(FoundLogin { viewer, last_seen_at, has_factor: confirmed_at.is_some() }))
}

/// Writes down that a login was used just now.
pub fn mark_login_seen(conn: &mut Conn, login: LoginId, now: Moment) -> QueryResult<()> {
    diesel::update(logins::table.filter(logins::id.eq(login))).set(logins::last_seen_at.eq(now)).execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn insert_login(
    conn: &mut Conn,
    account: AccountId,
    token_hash: &str,
    kind: LoginKind,
    now: Moment,
    expires_at: Moment,
) -> QueryResult<LoginId> {
    diesel::insert_into(logins::table)
        .values((
            logins::kind.eq(kind),
            logins::account_id.eq(account),
            logins::token_hash.eq(token_hash),
            logins::created_at.eq(now),
            logins::last_seen_at.eq(now),
            logins::expires_at.eq(expires_at),
        ))
        .returning(logins::id)
        .get_result(conn)
}

pub(in crate::accounts) fn delete_login(conn: &mut Conn, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login))).execute(conn)
}

/// Ends one login of an account, and gives how many there were.
pub(in crate::accounts) fn delete_login_of(conn: &mut Conn, account: AccountId, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login)).filter(logins::account_id.eq(account))).execute(conn)
}

/// Ends all logins of an account, but for one that may stay.
pub(in crate::accounts) fn delete_logins(
    conn: &mut Conn,
    account: AccountId,
    but: Option<LoginId>,
) -> QueryResult<usize> {
    let all = logins::table.filter(logins::account_id.eq(account));
    match but {
        None => diesel::delete(all).execute(conn),
        Some(kept) => diesel::delete(all.filter(logins::id.ne(kept))).execute(conn),
    }
}

/// Removes what is left of an account's logins that are over.
pub(in crate::accounts) fn delete_ended_logins(conn: &mut Conn, account: AccountId, now: Moment) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::account_id.eq(account)).filter(logins::expires_at.le(now)))
        .execute(conn)
}

/// The logins of an account that could still be used, the newest use first; the limits are of those with a password.
pub fn list_logins(
    conn: &mut Conn,
    account: AccountId,
    limits: model::Limits,
    now: Moment,
) -> QueryResult<Vec<OwnLogin>> {
    let lasting = logins::created_at.gt(now - limits.absolute).and(logins::last_seen_at.gt(now - limits.idle));
    logins::table
        .filter(logins::account_id.eq(account))
        .filter(logins::expires_at.gt(now))
        .filter(logins::kind.eq(LoginKind::Remembered).or(lasting))
        .order((logins::last_seen_at.desc(), logins::id.desc()))
        .select((logins::id, logins::created_at, logins::last_seen_at, logins::kind, logins::expires_at))
        .load(conn)
}
