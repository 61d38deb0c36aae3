//! Invitations: found, made, used up, ended.

use crate::accounts::model::{self, Invitation};
use crate::clock::Moment;
use crate::store::Conn;
use crate::store::ids::{AccountId, InvitationId, PersonId};
use crate::store::schema::{accounts, invitations, people, units};
use chrono::NaiveDate;
use diesel::prelude::*;

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

pub(in crate::accounts) fn insert_invitation(
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
pub(in crate::accounts) fn use_invitation(conn: &mut Conn, id: InvitationId, now: Moment) -> QueryResult<usize> {
    diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .set(invitations::used_at.eq(now))
        .execute(conn)
}

/// Ends the invitations of an account that were not used.
pub(in crate::accounts) fn end_invitations(conn: &mut Conn, account: AccountId, now: Moment) -> QueryResult<usize> {
    diesel::update(invitations::table.filter(invitations::account_id.eq(account)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .set(invitations::ended_at.eq(now))
        .execute(conn)
}

/// Ends the invitations of an account that were not used and that somebody else made.
pub(in crate::accounts) fn end_invitations_of_others(
    conn: &mut Conn,
    account: AccountId,
    by: PersonId,
    now: Moment,
) -> QueryResult<usize> {
    diesel::update(invitations::table.filter(invitations::account_id.eq(account)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::created_by.is_null().or(invitations::created_by.ne(by)))
        .set(invitations::ended_at.eq(now))
        .execute(conn)
}
