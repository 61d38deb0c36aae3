//! A mail in the outbox, and how long it is tried.

use crate::clock::Moment;
use crate::i18n::Language;
use crate::store::ids::{OutboxId, PersonId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use serde::Serialize;
use std::time::Duration;

crate::choices! {
    pub enum OutboxState {
        Waiting = "waiting",
        Sent = "sent",
        /// The mail server refused it, or it was tried for days in vain.
        Failed = "failed",
        /// It was no longer needed when its turn came.
        Dropped = "dropped",
    }
}

/// A mail: what it is about, to whom, and how far it came. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Outbox {
    pub id: OutboxId,
    /// The same at every try, so that a mail that arrives twice is known to be one.
    pub message_id: String,
    pub matter: String,
    pub person_id: PersonId,
    pub address: String,
    pub language: Language,
    /// A folder of `templates/mail/`.
    pub template: String,
    /// What the template is given, as JSON.
    pub arguments: String,
    pub state: OutboxState,
    pub n_tries: i64,
    pub next_try_at: Moment,
    /// Until then one instance has it for itself.
    pub lease_until: Option<Moment>,
    /// Goes up with each claim: only the last one to claim may record what became of it.
    pub lease_number: i64,
    pub queued_at: Moment,
    pub sent_at: Option<Moment>,
    /// Why it is not sent, in the words of the mail server or as a reason of ours.
    pub problem: Option<String>,
}

crate::choices! {
    /// Why a mail is not sent, when it was not the mail server that said so. The pages have words for it.
    pub enum OwnProblem {
        NoLongerDue = "no-longer-due",
        /// The link in it is of no use any more: used, over, replaced by a newer one, or ended when a backup was restored.
        LinkEnded = "link-ended",
        /// HQ let it fall, as after a restored backup.
        LetFall = "let-fall",
        NotAnAddress = "not-an-address",
        NotReached = "not-reached",
        NoAnswer = "no-answer",
        /// The certificate of the mail server is of no authority that is trusted, of another name, or out of date.
        UntrustedCertificate = "untrusted-certificate",
        LeaseEnded = "lease-ended",
        NotWritten = "not-written",
    }
}

impl From<OwnProblem> for String {
    fn from(problem: OwnProblem) -> Self {
        problem.as_str().to_owned()
    }
}

impl Outbox {
    /// A mail that stands in no outbox and is for nobody: what a letter with these arguments looks like.
    pub fn sample(template: &str, language: Language, arguments: String, now: Moment) -> Self {
        Self {
            id: OutboxId(0),
            message_id: String::new(),
            matter: String::new(),
            person_id: PersonId(0),
            address: String::new(),
            language,
            template: template.to_owned(),
            arguments,
            state: OutboxState::Waiting,
            n_tries: 0,
            next_try_at: now,
            lease_until: None,
            lease_number: 0,
            queued_at: now,
            sent_at: None,
            problem: None,
        }
    }
}

/// An instance that claimed a mail has it for this long; what it could not send by then another one tries.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);
/// A try is given up after this long: well before the lease ends.
pub const SEND_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// The next mail waits this long for the server's answer to the one before.
pub const PROMPT: Duration = Duration::from_millis(500);
/// A mail that takes longer to send makes room for others meanwhile.
pub const SLOW: TimeDelta = TimeDelta::seconds(5);
/// The pauses after the first tries; the last one stands for all that follow (`reliability.md` M-05).
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(15),
    TimeDelta::minutes(60),
    TimeDelta::minutes(240),
];
/// With [`PAUSES`] that is a little more than four days (M-05).
pub const TRIES: i64 = 30;

/// When a mail is tried again after its `n_tries`-th try failed; nothing when that was the last.
/// Up to a tenth is added, different for neighbouring mails, so that they do not all come back at once.
pub fn next_try(mail: OutboxId, n_tries: i64, now: Moment) -> Option<Moment> {
    if n_tries >= TRIES {
        return None;
    }
    let index = usize::try_from(n_tries - 1).unwrap_or(0).min(PAUSES.len() - 1);
    #[expect(clippy::indexing_slicing, reason = "the index was just bounded by the last one")]
    let pause = PAUSES[index];
    let hundredths = i32::try_from(mail.0.rem_euclid(11)).unwrap_or(0);
    Some(now + pause + pause * hundredths / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_a_mail_is_tried_for_four_days() {
        let start = Moment::from_utc(chrono::NaiveDateTime::default());
        let mut pauses = Vec::new();
        let mut now = start;

        for n_tries in 1..TRIES {
            let next = next_try(OutboxId(11), n_tries, now).expect("another try");
            pauses.push((next - now).num_minutes());
            now = next;
        }

        assert_eq!(pauses[..6], [1, 5, 15, 60, 240, 240]);
        assert!(now - start >= TimeDelta::days(4), "{}", now - start);
        assert_eq!(next_try(OutboxId(11), TRIES, now), None);
    }

    #[test]
    fn neighbouring_mails_come_back_at_different_moments() {
        let now = Moment::from_utc(chrono::NaiveDateTime::default());

        let [first, second] = [4, 5].map(|id| next_try(OutboxId(id), 5, now).expect("another try"));

        assert_ne!(first, second);
        assert!(second - now <= TimeDelta::minutes(264));
    }

    #[test]
    fn a_try_ends_long_before_its_lease() {
        assert!(SEND_WITHIN * 2 <= LEASE);
    }
}
