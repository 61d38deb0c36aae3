//! An account and its rules: how long a login lasts, when the next attempt to sign in may come, who may give what.

use crate::access::{Grant, LoginKind, Role, Scope, Viewer};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::ids::{AccountId, GrantId, InvitationId, LoginId, PersonId, SessionId, UnitId};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::Queryable;

/// A login ends after this long whatever happens (`reliability.md` S-03), whoever holds it.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(30);
/// A login's last use is written down at most this often, so that reading a page is no write.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// An invitation lives this long.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// The links of new invitations may be printed this long after they were made, by the one who made them.
pub const PRINTABLE_FOR: TimeDelta = TimeDelta::minutes(15);

/// What somebody signs in with.
#[derive(Debug, Clone, Queryable)]
pub struct Account {
    pub id: AccountId,
    pub person_id: PersonId,
    pub user_name: String,
    pub password_hash: Option<String>,
}

/// How long a login lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Unused for this long, it ends.
    pub idle: TimeDelta,
    /// However much it is used, it ends after this long.
    pub absolute: TimeDelta,
}

/// The limits of a login by what its holder was granted (S-03): the more somebody may do, the sooner an
/// unattended screen is closed. Who was granted nothing sees only their own matters.
pub fn limits(grants: &[Grant]) -> Limits {
    let of_role = |role: Role| match role {
        Role::System | Role::Security | Role::Audit => {
            Limits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) }
        }
        Role::Hq | Role::Leader | Role::Liaison | Role::Inspector => {
            Limits { idle: TimeDelta::hours(12), absolute: ABSOLUTE }
        }
    };
    let own = Limits { idle: ABSOLUTE, absolute: ABSOLUTE };
    grants.iter().map(|grant| of_role(grant.role)).fold(own, |strictest, next| Limits {
        idle: strictest.idle.min(next.idle),
        absolute: strictest.absolute.min(next.absolute),
    })
}

/// Whether a login is over. A role that is given or taken counts from the next request.
pub fn has_ended(limits: Limits, created_at: Moment, last_seen_at: Moment, now: Moment) -> bool {
    now >= created_at + limits.absolute || now >= last_seen_at + limits.idle
}

/// Failures that cost no waiting: fingers slip.
pub const FREE_FAILURES: i64 = 3;
/// No single wait is longer than this, so that the owner comes in within a minute.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(60);
/// Failures in a day after which a subject rests until the day is over.
pub const FAILURES_A_DAY: i64 = 100;

/// The attempts of one subject that have failed, or have not ended yet.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
pub struct Failures {
    pub n: i64,
    pub last_failed_at: Moment,
    /// For [`Guard::Growing`] when the next may come; for [`Guard::Daily`] when the day is over.
    pub wait_until: Moment,
}

/// How attempts of a subject are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Each failure makes the next wait longer: one address at one account, or one known device.
    Growing,
    /// Only so many failures a day: one account from anywhere.
    Daily,
}

/// Judges an attempt before its password is looked at. It counts as failed until it has succeeded, so that a
/// thousand at the same moment are a thousand; gives the failures as they then stand, or when to come back.
pub fn judge_attempt(guard: Guard, before: Failures, now: Moment) -> Result<Failures, Moment> {
    let day = TimeDelta::days(1);
    let is_forgotten = match guard {
        Guard::Growing => now >= before.last_failed_at + day,
        Guard::Daily => now >= before.wait_until,
    };
    let n = if is_forgotten { 0 } else { before.n };
    match guard {
        Guard::Growing if n >= FAILURES_A_DAY => Err(before.last_failed_at + day),
        Guard::Growing if n > 0 && now < before.wait_until => Err(before.wait_until),
        Guard::Growing => Ok(Failures { n: n + 1, last_failed_at: now, wait_until: now + wait_after(n + 1) }),
        Guard::Daily if n >= FAILURES_A_DAY => Err(before.wait_until),
        Guard::Daily if n == 0 => Ok(Failures { n: 1, last_failed_at: now, wait_until: now + day }),
        Guard::Daily => Ok(Failures { n: n + 1, last_failed_at: now, wait_until: before.wait_until }),
    }
}

/// The wait after so many failures in a row: none for the first three, then 2, 4, 8 … seconds up to a minute.
pub fn wait_after(n_failures: i64) -> TimeDelta {
    match n_failures - FREE_FAILURES {
        ..=0 => TimeDelta::zero(),
        over @ 1..=5 => TimeDelta::seconds(1 << over),
        6.. => LONGEST_WAIT,
    }
}

/// An invitation: its link sets a password, once. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Invitation {
    pub id: InvitationId,
    pub account_id: AccountId,
    pub nonce: String,
    pub created_by: Option<PersonId>,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
    /// When a newer one, a password or the end of the account made it worthless.
    pub ended_at: Option<Moment>,
}

crate::choices! {
    /// What became of an invitation.
    pub enum InvitationState {
        Open = "open",
        Used = "used",
        Expired = "expired",
        Ended = "ended",
    }
}

impl Invitation {
    pub fn state(&self, now: Moment) -> InvitationState {
        if self.used_at.is_some() {
            InvitationState::Used
        } else if self.ended_at.is_some() {
            InvitationState::Ended
        } else if now >= self.expires_at {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }
}

crate::choices! {
    /// How somebody gets at the program, or why not.
    pub enum AccountState {
        /// The person has left the organisation.
        Left = "left",
        /// There is none.
        None = "none",
        /// It has no password and no invitation that could set one.
        WithoutPassword = "without_password",
        Invited = "invited",
        Disabled = "disabled",
        Active = "active",
    }
}

/// What stands in the tables about a person's account.
#[derive(Debug, Clone)]
pub struct AccountOf {
    pub person: PersonId,
    pub person_name: String,
    pub employee_number: String,
    pub unit: UnitId,
    pub unit_name: String,
    pub email: Option<String>,
    pub left_on: Option<NaiveDate>,
    pub account: Option<AccountFacts>,
}

/// The account's own part of [`AccountOf`].
#[derive(Debug, Clone, Queryable)]
pub struct AccountFacts {
    pub id: AccountId,
    pub user_name: String,
    pub password_hash: Option<String>,
    pub disabled_at: Option<Moment>,
    pub version: i64,
}

impl AccountOf {
    /// Refuses who has left, and whose account was disabled.
    ///
    /// # Errors
    /// `Refused`, in words that say which.
    pub fn require_access(&self) -> Result<()> {
        match self.state(false) {
            AccountState::Left => Err(Error::refused(Message::new("account-person-has-left"))),
            AccountState::Disabled => Err(Error::refused(Message::new("account-is-disabled"))),
            AccountState::None | AccountState::WithoutPassword | AccountState::Invited | AccountState::Active => Ok(()),
        }
    }

    /// The state, given whether an open invitation exists.
    pub fn state(&self, is_invited: bool) -> AccountState {
        let Some(account) = &self.account else {
            return if self.left_on.is_some() { AccountState::Left } else { AccountState::None };
        };
        if self.left_on.is_some() {
            AccountState::Left
        } else if account.disabled_at.is_some() {
            AccountState::Disabled
        } else if account.password_hash.is_some() {
            AccountState::Active
        } else if is_invited {
            AccountState::Invited
        } else {
            AccountState::WithoutPassword
        }
    }
}

/// A role as it was granted, with the words of its page.
#[derive(Debug, Clone, Queryable)]
pub struct GrantOf {
    pub id: GrantId,
    pub account_id: AccountId,
    pub role: Role,
    pub unit_id: Option<UnitId>,
    pub unit_name: Option<String>,
    pub granted_at: Moment,
    pub session_id: Option<SessionId>,
    pub session_title: Option<String>,
    /// When it begins, as long as it has not.
    pub starts_at: Option<Moment>,
    pub ends_at: Option<Moment>,
}

impl GrantOf {
    /// Within the last day on which it is held, as that day was typed; nothing when it has no end.
    pub fn last_held_at(&self) -> Option<Moment> {
        self.ends_at.map(|end| end - TimeDelta::seconds(1))
    }
}

/// A login of one's own, as its list shows it.
#[derive(Debug, Clone, Queryable)]
pub struct OwnLogin {
    pub id: LoginId,
    pub created_at: Moment,
    pub last_seen_at: Moment,
    pub kind: LoginKind,
    pub expires_at: Moment,
}

/// Whoever signed in longer ago than this shows their password once more before they change what others may do
/// (`reliability.md` S-06).
pub const SIGNED_IN_JUST_NOW: TimeDelta = TimeDelta::minutes(15);

/// Whether the viewer is asked for their password before they change what somebody may do.
pub fn asks_again(viewer: &Viewer, now: Moment) -> bool {
    now >= viewer.signed_in_at + SIGNED_IN_JUST_NOW
}

/// Whether the viewer may give or take a role: those for units and sessions HQ and the security duty, those for the
/// group the security duty alone (`rules.md` 4).
pub fn may_grant(viewer: &Viewer, role: Role) -> bool {
    viewer.has(Role::Security) || (viewer.is_hq() && role.scope() != Scope::Group)
}

/// Whether the viewer may invite, disable or enable the holder of these roles. HQ may not where the security duty
/// alone grants, for an invitation to such an account would be the way to its duty.
pub fn may_manage(viewer: &Viewer, roles: &[Role]) -> bool {
    viewer.has(Role::Security) || (viewer.is_hq() && roles.iter().all(|role| role.scope() != Scope::Group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        let start = chrono::DateTime::from_timestamp(1_720_000_000 + seconds, 0).expect("a time");
        Moment::from_utc(start.naive_utc())
    }

    fn grant(role: Role) -> Grant {
        Grant { role, unit: None, path: None, session: None }
    }

    fn none() -> Failures {
        Failures { n: 0, last_failed_at: at(0), wait_until: at(0) }
    }

    /// Fails again and again, each time as soon as it is admitted, and gives the waits in between.
    fn waits_of(n_attempts: usize) -> Vec<i64> {
        let (mut failures, mut now, mut waits) = (none(), at(0), Vec::new());
        for _ in 0..n_attempts {
            let mut waited = 0;
            failures = loop {
                match judge_attempt(Guard::Growing, failures, now + TimeDelta::seconds(waited)) {
                    Ok(after) => break after,
                    Err(until) => waited = (until - now).num_seconds(),
                }
            };
            now = now + TimeDelta::seconds(waited);
            waits.push(waited);
        }
        waits
    }

    #[test]
    fn three_failures_are_free_then_each_wait_doubles_up_to_a_minute() {
        assert_eq!(waits_of(12), [0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn an_attempt_a_second_too_early_is_told_when_and_does_not_count() {
        let failures = Failures { n: 5, last_failed_at: at(0), wait_until: at(4) };

        assert_eq!(judge_attempt(Guard::Growing, failures, at(3)), Err(at(4)));
        assert_eq!(judge_attempt(Guard::Growing, failures, at(4)).map(|after| after.n), Ok(6));
    }

    #[test]
    fn failures_are_forgotten_a_day_after_the_last_one() {
        let failures = Failures { n: 50, last_failed_at: at(0), wait_until: at(60) };

        assert_eq!(judge_attempt(Guard::Growing, failures, at(86_399)).map(|after| after.n), Ok(51));
        assert_eq!(judge_attempt(Guard::Growing, failures, at(86_400)).map(|after| after.n), Ok(1));
    }

    #[test]
    fn an_account_fails_a_hundred_times_a_day_and_not_once_more() {
        let first = judge_attempt(Guard::Daily, none(), at(10)).expect("the first");
        assert_eq!(first, Failures { n: 1, last_failed_at: at(10), wait_until: at(86_410) });

        let hundredth = judge_attempt(Guard::Daily, Failures { n: 99, ..first }, at(20)).expect("the hundredth");
        assert_eq!(hundredth.wait_until, first.wait_until);

        assert_eq!(judge_attempt(Guard::Daily, hundredth, at(86_409)), Err(at(86_410)));
        assert_eq!(judge_attempt(Guard::Daily, hundredth, at(86_410)).map(|after| after.n), Ok(1));
    }

    #[test]
    fn one_subject_cannot_try_a_thousand_times_a_day_at_a_minute_each() {
        let failures = Failures { n: 100, last_failed_at: at(0), wait_until: at(60) };

        assert_eq!(judge_attempt(Guard::Growing, failures, at(3_600)), Err(at(86_400)));
    }

    #[test]
    fn the_strictest_role_decides_how_long_a_login_lasts() {
        let of = |roles: &[Role]| limits(&roles.iter().copied().map(grant).collect::<Vec<_>>());

        assert_eq!(of(&[]), Limits { idle: ABSOLUTE, absolute: ABSOLUTE });
        assert_eq!(of(&[Role::Leader]).idle, TimeDelta::hours(12));
        assert_eq!(of(&[Role::Hq, Role::Audit]).idle, TimeDelta::minutes(30));
        assert_eq!(of(&[Role::Hq, Role::Audit]).absolute, TimeDelta::hours(12));
    }

    #[test]
    fn a_login_ends_at_its_limits_and_not_a_second_before() {
        let limits = Limits { idle: TimeDelta::seconds(30), absolute: TimeDelta::seconds(100) };

        assert!(!has_ended(limits, at(0), at(10), at(39)));
        assert!(has_ended(limits, at(0), at(10), at(40)));
        assert!(!has_ended(limits, at(0), at(90), at(99)));
        assert!(has_ended(limits, at(0), at(90), at(100)));
    }

    #[test]
    fn an_invitation_is_open_until_it_is_used_ended_or_seven_days_old() {
        let open = Invitation {
            id: InvitationId(1),
            account_id: AccountId(1),
            nonce: String::new(),
            created_by: None,
            created_at: at(0),
            expires_at: at(0) + INVITATION_LIFE,
            used_at: None,
            ended_at: None,
        };

        assert_eq!(open.state(at(604_799)), InvitationState::Open);
        assert_eq!(open.state(at(604_800)), InvitationState::Expired);
        assert_eq!(Invitation { ended_at: Some(at(1)), ..open.clone() }.state(at(604_800)), InvitationState::Ended);
        assert_eq!(
            Invitation { used_at: Some(at(1)), ended_at: Some(at(1)), ..open }.state(at(2)),
            InvitationState::Used
        );
    }
}
