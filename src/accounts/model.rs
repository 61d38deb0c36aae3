//! An account, and how long a login lasts.

use crate::store::ids::{AccountId, PersonId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;

/// A login that nobody uses ends after this long (`reliability.md` S-03, for leaders and HQ).
pub const IDLE: TimeDelta = TimeDelta::hours(12);
/// A login ends after this long whatever happens (S-03).
pub const ABSOLUTE: TimeDelta = TimeDelta::days(30);

/// What somebody signs in with.
#[derive(Debug, Clone, Queryable)]
pub struct Account {
    pub id: AccountId,
    pub person_id: PersonId,
    pub user_name: String,
    pub password_hash: Option<String>,
}
