//! All SQL of accounts, logins and grants.

use super::grant::NewGrant;
use super::model::{self, Account, AccountFacts, AccountOf, Failures, GrantOf, Invitation, OwnLogin};
use crate::access::{Grant, LoginKind, Role, TextSize, UnitPath, Viewer};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::store::ids::{AccountId, GrantId, InvitationId, LoginId, PersonId, SessionId, UnitId};
use crate::store::schema::{
    accounts, factors, grants, invitations, logins, notices, people, sessions, sign_in_failures, units,
};
use crate::store::{Conn, ROWS_A_STATEMENT, containing, lower};
use chrono::NaiveDate;
use diesel::prelude::*;

type AccountRow =
    ((PersonId, String, String, Option<String>, Option<NaiveDate>), (UnitId, String), Option<AccountFacts>);

/// The columns of an [`AccountRow`].
macro_rules! account_columns {
    () => {
        (
            (people::id, people::name, people::employee_number, people::email, people::left_on),
            (units::id, units::name),
            (accounts::id, accounts::user_name, accounts::password_hash, accounts::disabled_at, accounts::version)
                .nullable(),
        )
    };
}

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

/// The account of a user name, which is compared in lower case; none when it was disabled or its person has left.
pub fn find_account(conn: &mut Conn, user_name: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .inner_join(people::table)
        .filter(accounts::user_name.eq(user_name.trim().to_lowercase()))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((accounts::id, accounts::person_id, accounts::user_name, accounts::password_hash))
        .get_result(conn)
        .optional()
}

/// As [`find_account`], by its id.
pub(super) fn find_account_by_id(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Account>> {
    accounts::table
        .inner_join(people::table)
        .filter(accounts::id.eq(id))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select((accounts::id, accounts::person_id, accounts::user_name, accounts::password_hash))
        .get_result(conn)
        .optional()
}

/// Adds an account, by a password or without one as yet.
pub fn insert_account(
    conn: &mut Conn,
    person: PersonId,
    user_name: &str,
    password_hash: Option<&str>,
    now: Moment,
) -> QueryResult<AccountId> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::person_id.eq(person),
            accounts::user_name.eq(user_name.trim().to_lowercase()),
            accounts::password_hash.eq(password_hash),
            accounts::created_at.eq(now),
        ))
        .returning(accounts::id)
        .get_result(conn)
}

/// Gives a role at once and until it is taken, for a unit or for the group.
pub fn insert_grant(
    conn: &mut Conn,
    account: AccountId,
    role: Role,
    unit: Option<UnitId>,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<()> {
    let new = NewGrant { role, unit, session: None, starts_at: None, ends_at: None };
    insert_grant_for(conn, account, &new, by, now)
}

/// As [`insert_grant`], for a session or a time too.
pub fn insert_grant_for(
    conn: &mut Conn,
    account: AccountId,
    new: &NewGrant,
    by: Option<PersonId>,
    now: Moment,
) -> QueryResult<()> {
    diesel::insert_into(grants::table)
        .values((
            grants::account_id.eq(account),
            grants::role.eq(new.role),
            grants::unit_id.eq(new.unit),
            grants::session_id.eq(new.session),
            grants::granted_by.eq(by),
            grants::granted_at.eq(now),
            grants::starts_at.eq(new.starts_at),
            grants::ends_at.eq(new.ends_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_grant_time(
    conn: &mut Conn,
    id: GrantId,
    starts_at: Option<Moment>,
    ends_at: Option<Moment>,
) -> QueryResult<()> {
    diesel::update(grants::table.filter(grants::id.eq(id)))
        .set((grants::starts_at.eq(starts_at), grants::ends_at.eq(ends_at)))
        .execute(conn)?;
    Ok(())
}

/// Notes of grants that have begun that they have: what other features look for.
pub(super) fn begin_grants(conn: &mut Conn, now: Moment) -> QueryResult<usize> {
    diesel::update(grants::table.filter(grants::starts_at.le(now)))
        .set(grants::starts_at.eq(None::<Moment>))
        .execute(conn)
}

/// The columns of a [`GrantOf`].
macro_rules! grant_columns {
    () => {
        (
            grants::id,
            grants::account_id,
            grants::role,
            grants::unit_id,
            units::name.nullable(),
            grants::granted_at,
            grants::session_id,
            sessions::title.nullable(),
            grants::starts_at,
            grants::ends_at,
        )
    };
}

pub(super) fn list_ended_grants(conn: &mut Conn, now: Moment) -> QueryResult<Vec<GrantOf>> {
    grants::table
        .left_join(units::table)
        .left_join(sessions::table)
        .filter(grants::ends_at.le(now))
        .order(grants::id)
        .select(grant_columns!())
        .load(conn)
}

pub(super) fn insert_login(
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

pub(super) fn delete_login(conn: &mut Conn, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login))).execute(conn)
}

/// Ends one login of an account, and gives how many there were.
pub(super) fn delete_login_of(conn: &mut Conn, account: AccountId, login: LoginId) -> QueryResult<usize> {
    diesel::delete(logins::table.filter(logins::id.eq(login)).filter(logins::account_id.eq(account))).execute(conn)
}

/// Ends all logins of an account, but for one that may stay.
pub(super) fn delete_logins(conn: &mut Conn, account: AccountId, but: Option<LoginId>) -> QueryResult<usize> {
    let all = logins::table.filter(logins::account_id.eq(account));
    match but {
        None => diesel::delete(all).execute(conn),
        Some(kept) => diesel::delete(all.filter(logins::id.ne(kept))).execute(conn),
    }
}

/// Removes what is left of an account's logins that are over.
pub(super) fn delete_ended_logins(conn: &mut Conn, account: AccountId, now: Moment) -> QueryResult<usize> {
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

/// The failures of a subject, none when it has none; nobody else changes them before this transaction ends.
pub(super) fn lock_failures(conn: &mut Conn, subject: &str, now: Moment) -> QueryResult<Failures> {
    // An update that changes nothing takes the lock on both engines.
    each!(conn, c => diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::subject.eq(subject),
            sign_in_failures::n_failures.eq(0),
            sign_in_failures::last_failed_at.eq(now),
            sign_in_failures::wait_until.eq(now),
        ))
        .on_conflict(sign_in_failures::subject)
        .do_update()
        .set(sign_in_failures::subject.eq(subject))
        .execute(c))?;
    sign_in_failures::table
        .filter(sign_in_failures::subject.eq(subject))
        .select((sign_in_failures::n_failures, sign_in_failures::last_failed_at, sign_in_failures::wait_until))
        .get_result(conn)
}

pub(super) fn store_failures(conn: &mut Conn, subject: &str, failures: Failures) -> QueryResult<()> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .set((
            sign_in_failures::n_failures.eq(failures.n),
            sign_in_failures::last_failed_at.eq(failures.last_failed_at),
            sign_in_failures::wait_until.eq(failures.wait_until),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete_failures(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject))).execute(conn)
}

pub(super) fn take_back_failure(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .filter(sign_in_failures::n_failures.gt(0))
        .set(sign_in_failures::n_failures.eq(sign_in_failures::n_failures - 1))
        .execute(conn)
}

/// Removes failures that hold nobody back any more.
pub(super) fn delete_old_failures(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(before))).execute(conn)
}

/// Replaces the hash of a password by another of the same password, unless it was changed meanwhile.
pub(super) fn replace_hash(conn: &mut Conn, account: AccountId, old: &str, new: &str) -> QueryResult<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)).filter(accounts::password_hash.eq(old)))
        .set(accounts::password_hash.eq(new))
        .execute(conn)?;
    Ok(())
}

/// Adds an account for each person, all with one password hash: for the demo. They are taken to have read the notice.
pub fn insert_accounts(
    conn: &mut Conn,
    new: &[(PersonId, String)],
    password_hash: &str,
    now: Moment,
) -> QueryResult<()> {
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, user_name)| {
                (
                    accounts::person_id.eq(*person),
                    accounts::user_name.eq(user_name.to_lowercase()),
                    accounts::password_hash.eq(password_hash),
                    accounts::notice_seen_at.eq(now),
                    accounts::created_at.eq(now),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(accounts::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Gives everybody one password: for a demo that starts again.
pub fn update_all_passwords(conn: &mut Conn, password_hash: &str) -> QueryResult<()> {
    diesel::update(accounts::table).set(accounts::password_hash.eq(password_hash)).execute(conn)?;
    Ok(())
}

/// What stands in the tables about a person's account, or `NotFound` without such a person.
pub fn find_account_of(conn: &mut Conn, person: PersonId) -> Result<AccountOf> {
    let row: Option<AccountRow> = people::table
        .inner_join(units::table)
        .left_join(accounts::table)
        .filter(people::id.eq(person))
        .select(account_columns!())
        .get_result(conn)
        .optional()?;
    row.map(account_of).ok_or(Error::NotFound("person"))
}

/// Which accounts a list shows.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Part of a name or an employee number.
    pub text: String,
    /// Only people who cannot sign in yet.
    pub without_password: bool,
}

/// People with their accounts in the units' and their own order, a page of them, and how many there are in all.
pub fn list_accounts(
    conn: &mut Conn,
    filter: &AccountFilter,
    offset: i64,
    limit: i64,
) -> QueryResult<(Vec<AccountOf>, i64)> {
    let wanted = || {
        let mut query = people::table
            .inner_join(units::table)
            .left_join(accounts::table)
            .filter(people::left_on.is_null())
            .into_boxed();
        if !filter.text.is_empty() {
            let pattern = containing(&filter.text);
            query = query.filter(
                lower(people::name)
                    .like(pattern.clone())
                    .escape('\\')
                    .or(lower(people::employee_number).like(pattern).escape('\\')),
            );
        }
        if filter.without_password {
            query = query.filter(accounts::password_hash.is_null());
        }
        query
    };
    let n: i64 = wanted().count().get_result(conn)?;
    let rows: Vec<AccountRow> = wanted()
        .order((units::sort_key, people::order_number, people::id))
        .select(account_columns!())
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok((rows.into_iter().map(account_of).collect(), n))
}

fn account_of(row: AccountRow) -> AccountOf {
    let ((person, person_name, employee_number, email, left_on), (unit, unit_name), account) = row;
    AccountOf { person, person_name, employee_number, unit, unit_name, email, left_on, account }
}

/// The roles of a person, each once.
pub fn list_roles(conn: &mut Conn, person: PersonId) -> QueryResult<Vec<Role>> {
    grants::table
        .inner_join(accounts::table)
        .filter(accounts::person_id.eq(person))
        .order(grants::role)
        .select(grants::role)
        .distinct()
        .load(conn)
}

/// The roles of accounts with their units, as they were given.
pub fn list_grants(conn: &mut Conn, of: &[AccountId]) -> QueryResult<Vec<GrantOf>> {
    grants::table
        .left_join(units::table)
        .left_join(sessions::table)
        .filter(grants::account_id.eq_any(of.to_vec()))
        .order(grants::id)
        .select(grant_columns!())
        .load(conn)
}

pub(super) fn delete_grant(conn: &mut Conn, id: GrantId) -> QueryResult<usize> {
    diesel::delete(grants::table.filter(grants::id.eq(id))).execute(conn)
}

/// Lets nobody else take this role away before this transaction ends.
pub(super) fn lock_role(conn: &mut Conn, role: Role) -> QueryResult<usize> {
    // An update that changes nothing takes the lock on both engines.
    diesel::update(grants::table.filter(grants::role.eq(role))).set(grants::role.eq(role)).execute(conn)
}

/// Whether anybody holds a role, able to sign in yet or not.
pub(super) fn has_holder(conn: &mut Conn, role: Role) -> QueryResult<bool> {
    let found: Option<GrantId> = grants::table
        .inner_join(accounts::table.inner_join(people::table))
        .filter(grants::role.eq(role))
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .select(grants::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// How many hold a role, not for a time only, and can sign in.
pub fn count_able(conn: &mut Conn, role: Role) -> QueryResult<i64> {
    grants::table
        .inner_join(accounts::table.inner_join(people::table))
        .filter(grants::role.eq(role))
        .filter(grants::starts_at.is_null())
        .filter(grants::ends_at.is_null())
        .filter(accounts::password_hash.is_not_null())
        .filter(accounts::disabled_at.is_null())
        .filter(people::left_on.is_null())
        .count()
        .get_result(conn)
}

pub(super) fn is_unit(conn: &mut Conn, id: UnitId) -> QueryResult<bool> {
    let found: Option<UnitId> = units::table.filter(units::id.eq(id)).select(units::id).get_result(conn).optional()?;
    Ok(found.is_some())
}

/// Sessions that an inspector may be sent to, the newest first.
pub fn list_inspectable(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(SessionId, String, Moment)>> {
    sessions::table
        .filter(sessions::state.ne("draft"))
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(limit)
        .select((sessions::id, sessions::title, sessions::starts_at))
        .load(conn)
}

pub(super) fn is_session(conn: &mut Conn, id: SessionId) -> QueryResult<bool> {
    let found: Option<SessionId> =
        sessions::table.filter(sessions::id.eq(id)).select(sessions::id).get_result(conn).optional()?;
    Ok(found.is_some())
}

pub(super) fn is_user_name_taken(conn: &mut Conn, user_name: &str) -> QueryResult<bool> {
    let found: Option<AccountId> = accounts::table
        .filter(accounts::user_name.eq(user_name.trim().to_lowercase()))
        .select(accounts::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn find_user_name(conn: &mut Conn, account: AccountId) -> QueryResult<String> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::user_name).get_result(conn)
}

pub(super) fn find_language(conn: &mut Conn, person: PersonId) -> QueryResult<Language> {
    people::table.filter(people::id.eq(person)).select(people::language).get_result(conn)
}

pub(super) fn find_person_by_number(conn: &mut Conn, number: &str) -> QueryResult<Option<PersonId>> {
    people::table.filter(people::employee_number.eq(number.trim())).select(people::id).get_result(conn).optional()
}

/// When an account's password was set, as far as that is known.
pub fn find_password_set_at(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Moment>> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::password_set_at).get_result(conn)
}

/// The hash of an account's password.
pub fn find_password_hash(conn: &mut Conn, account: AccountId) -> QueryResult<Option<String>> {
    accounts::table.filter(accounts::id.eq(account)).select(accounts::password_hash).get_result(conn)
}

pub(super) fn set_password(conn: &mut Conn, account: AccountId, hash: &str, now: Moment) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set((
            accounts::password_hash.eq(hash),
            accounts::password_set_at.eq(now),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(conn)
}

pub(super) fn set_disabled(conn: &mut Conn, account: AccountId, at: Option<Moment>) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set((accounts::disabled_at.eq(at), accounts::version.eq(accounts::version + 1)))
        .execute(conn)
}

pub(super) fn set_language(conn: &mut Conn, person: PersonId, language: Language) -> QueryResult<usize> {
    diesel::update(people::table.filter(people::id.eq(person))).set(people::language.eq(language)).execute(conn)
}

pub(super) fn set_text_size(conn: &mut Conn, account: AccountId, size: TextSize) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::id.eq(account))).set(accounts::text_size.eq(size)).execute(conn)
}

/// An invitation with whom it is for.
#[derive(Debug, Clone)]
pub struct FoundInvitation {
    pub invitation: Invitation,
    pub person: PersonId,
    pub name: String,
    pub employee_number: String,
    pub user_name: String,
    pub unit_name: String,
    /// Whether the account still is to be had: neither disabled, nor its person gone.
    pub is_alive: bool,
}

impl FoundInvitation {
    pub fn can_be_used(&self, now: Moment) -> bool {
        self.is_alive && self.invitation.state(now) == model::InvitationState::Open
    }
}

type InvitationRow = (Invitation, (PersonId, String, String, Option<NaiveDate>), (String, Option<Moment>), String);

fn found_invitation(row: InvitationRow) -> FoundInvitation {
    let (invitation, (person, name, employee_number, left_on), (user_name, disabled_at), unit_name) = row;
    let is_alive = left_on.is_none() && disabled_at.is_none();
    FoundInvitation { invitation, person, name, employee_number, user_name, unit_name, is_alive }
}

macro_rules! invitation_columns {
    () => {
        (
            invitations::all_columns,
            (people::id, people::name, people::employee_number, people::left_on),
            (accounts::user_name, accounts::disabled_at),
            units::name,
        )
    };
}

/// An invitation with whom it is for; nothing when there is none.
pub fn find_invitation(conn: &mut Conn, id: InvitationId) -> QueryResult<Option<FoundInvitation>> {
    let row: Option<InvitationRow> = invitations::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(units::table)))
        .filter(invitations::id.eq(id))
        .select(invitation_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(found_invitation))
}

/// The invitations that somebody made at one moment, in the order in which they were made: what is printed together.
pub fn list_invitations_of_batch(conn: &mut Conn, by: PersonId, at: Moment) -> QueryResult<Vec<FoundInvitation>> {
    let rows: Vec<InvitationRow> = invitations::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(units::table)))
        .filter(invitations::created_by.eq(by))
        .filter(invitations::created_at.eq(at))
        .order(invitations::id)
        .select(invitation_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(found_invitation).collect())
}

/// The invitations of accounts that could still be used.
pub fn list_open_invitations(conn: &mut Conn, of: &[AccountId], now: Moment) -> QueryResult<Vec<Invitation>> {
    invitations::table
        .filter(invitations::account_id.eq_any(of.to_vec()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order(invitations::id)
        .load(conn)
}

pub(super) fn insert_invitation(
    conn: &mut Conn,
    account: AccountId,
    nonce: &str,
    by: Option<PersonId>,
    now: Moment,
    expires_at: Moment,
) -> QueryResult<InvitationId> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::account_id.eq(account),
            invitations::nonce.eq(nonce),
            invitations::created_by.eq(by),
            invitations::created_at.eq(now),
            invitations::expires_at.eq(expires_at),
        ))
        .returning(invitations::id)
        .get_result(conn)
}

/// Uses an invitation up, and gives 0 when somebody else was faster.
pub(super) fn use_invitation(conn: &mut Conn, id: InvitationId, now: Moment) -> QueryResult<usize> {
    diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .set(invitations::used_at.eq(now))
        .execute(conn)
}

/// Ends the invitations of an account that were not used.
pub(super) fn end_invitations(conn: &mut Conn, account: AccountId, now: Moment) -> QueryResult<usize> {
    diesel::update(invitations::table.filter(invitations::account_id.eq(account)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .set(invitations::ended_at.eq(now))
        .execute(conn)
}

/// Ends every login and every invitation: after a restored backup nobody is signed in, and no link opens anything.
pub fn end_everything(conn: &mut Conn, now: Moment) -> QueryResult<()> {
    diesel::delete(logins::table).execute(conn)?;
    let open = invitations::table.filter(invitations::used_at.is_null()).filter(invitations::ended_at.is_null());
    diesel::update(open).set(invitations::ended_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Takes away what was over before a moment.
pub(super) fn delete_over(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    let logins = diesel::delete(logins::table.filter(logins::expires_at.lt(before))).execute(conn)?;
    let invitations = diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(conn)?;
    let old = sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(before));
    Ok(logins + invitations + diesel::delete(old).execute(conn)?)
}
