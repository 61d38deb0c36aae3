//! Plans reminders: what is to be told and not yet in the ledger gets a row there, and each person one mail a day.

use super::collect::{self, Questions};
use super::model::{self, Arguments, Item, Kind, Matter, NotSentReason, Outcome, Recipient};
use super::queries::{self, NewReminder};
use super::rules::Rule;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::mail::calendar::Entry;
use crate::mail::{self, NewMail};
use crate::settings::{self, Calendar};
use crate::store::ids::{PersonId, SessionId};
use crate::store::{Conn, Db};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The folder of `templates/mail/` with all reminders.
pub const TEMPLATE: &str = "digest";
/// What the matter of a mail begins with that does not wait for the day's one mail.
pub const URGENT: &str = "urgent:";

/// Whether the hours of sending are kept: a server keeps them; an operator who says "now" means now, and in the demo,
/// whose mail goes to a folder, nobody would see a reminder in the evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    Kept,
    Any,
}

/// What a round of planning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Planned {
    pub n_mails: usize,
    pub n_matters: usize,
    /// Matters that nobody is told of, each with its reason in the ledger.
    pub n_not_sent: usize,
}

/// Plans everything: each matter at most once, whatever runs how often and on how many instances. Outside of the hours
/// of sending only what is urgent. Reading is done beside the writer, which each page holds for a moment only.
///
/// # Errors
/// `Broken` when the database cannot be used.
pub async fn plan(db: &Db, clock: &Clock, hours: Hours) -> Result<Planned> {
    let (now, today) = (clock.now(), clock.today());
    let (asking, day_began) = (clock.clone(), clock.moment(today, NaiveTime::MIN));
    let (mut questions, may_send) = db
        .read(move |conn| {
            let may_send = may_send(conn, &asking, now, hours)?;
            let calendar = Calendar::of(&settings::current(conn)?);
            Ok((Questions::of_now(conn, &asking, &calendar, now, may_send)?, may_send))
        })
        .await?;
    let mut total = Planned::default();
    loop {
        let (rest, matters, recipients) = db
            .read(move |conn| {
                let matters = questions.next(conn)?;
                let ids = matters.iter().map(|matter| matter.person).collect();
                let recipients = queries::list_recipients(conn, &ids, today)?;
                Ok((questions, matters, recipients))
            })
            .await?;
        questions = rest;
        if matters.is_empty() {
            return Ok(total);
        }
        let round = Round { matters, rules: questions.rules.clone(), recipients, today, day_began, now, may_send };
        let planned = db.write(move |conn| round.store(conn)).await?;
        total.n_mails += planned.n_mails;
        total.n_matters += planned.n_matters;
        total.n_not_sent += planned.n_not_sent;
    }
}

/// Whether it is the hour for what is not urgent.
pub(super) fn may_send(conn: &mut Conn, clock: &Clock, now: Moment, hours: Hours) -> Result<bool> {
    let calendar = Calendar::of(&settings::current(conn)?);
    Ok(hours == Hours::Any || calendar.next_sending(clock, now) == now)
}

/// All matters of some people, ready to be stored.
struct Round {
    matters: Vec<Matter>,
    rules: Vec<Rule>,
    recipients: BTreeMap<PersonId, Recipient>,
    today: NaiveDate,
    day_began: Moment,
    now: Moment,
    /// Whether it is the hour for what is not urgent.
    may_send: bool,
}

/// What one mail holds.
struct Bundle<'a> {
    matter: String,
    to: &'a Recipient,
    matters: Vec<Matter>,
}

impl Bundle<'_> {
    fn is_urgent(&self) -> bool {
        self.matters.iter().all(|matter| matter.is_urgent)
    }
}

impl Round {
    fn store(&self, conn: &mut Conn) -> Result<Planned> {
        let (bundles, withheld) = self.sort();
        // Who had the day's mail is told of the rest tomorrow.
        let daily: Vec<PersonId> =
            bundles.iter().filter(|bundle| !bundle.is_urgent()).map(|bundle| bundle.to.id).collect();
        let with = queries::list_people_with_mail(conn, &daily, self.day_began)?;
        let bundles: Vec<Bundle<'_>> =
            bundles.into_iter().filter(|bundle| bundle.is_urgent() || !with.contains(&bundle.to.id)).collect();
        let mails: Vec<NewMail> = bundles.iter().map(|bundle| self.mail(bundle)).collect::<Result<_>>()?;
        let ids = mail::queue_all(conn, &mails, self.now)?;
        let mut rows: Vec<NewReminder> =
            withheld.iter().map(|(matter, reason)| self.row(matter, None, Some(*reason))).collect();
        let n_not_sent = rows.len();
        for bundle in &bundles {
            // Without an id another instance was faster, and has the matters in its ledger rows.
            if let Some(id) = ids.get(&bundle.matter) {
                rows.extend(bundle.matters.iter().map(|matter| self.row(matter, Some(*id), None)));
            }
        }
        let planned = Planned { n_mails: ids.len(), n_matters: rows.len() - n_not_sent, n_not_sent };
        if queries::insert_all(conn, &rows)? > 0 {
            let actor = Actor::program("reminders");
            audit::record(conn, &actor, self.now, Action::new("reminders.planned", "reminders"), None, &planned)?;
        }
        Ok(planned)
    }

    /// What goes into which mail, and what nobody is told of, with the reason.
    fn sort(&self) -> (Vec<Bundle<'_>>, Vec<(Matter, NotSentReason)>) {
        let (mut bundles, mut withheld) = (Vec::new(), Vec::new());
        for matters in self.matters.chunk_by(|a, b| a.person == b.person) {
            let to = matters.first().and_then(|matter| self.recipients.get(&matter.person));
            let Some(to) = to else { continue };
            let told: BTreeSet<(Kind, i64, i64)> = matters
                .iter()
                .filter(|matter| matter.withheld.is_none())
                .map(|matter| (matter.item.kind, matter.item.subject, matter.item.revision))
                .collect();
            let mut daily = Vec::new();
            for matter in matters {
                let item = &matter.item;
                let is_repeated =
                    said_by(item.kind).iter().any(|kind| told.contains(&(*kind, item.subject, item.revision)));
                if !matter.is_urgent && !self.may_send {
                    continue;
                }
                if let Some(reason) = reason(matter, to, is_repeated) {
                    withheld.push((matter.clone(), reason));
                    continue;
                }
                let mut matter = matter.clone();
                collect::word_item(&mut matter.item, to.language);
                if matter.is_urgent {
                    let key = format!("{URGENT}{}:{}:{}", to.id, matter.item.subject, matter.occurrence);
                    bundles.push(Bundle { matter: key, to, matters: vec![matter] });
                } else {
                    daily.push(matter);
                }
            }
            if !daily.is_empty() {
                bundles.push(Bundle { matter: format!("digest:{}:{}", to.id, self.today), to, matters: daily });
            }
        }
        (bundles, withheld)
    }

    fn row(
        &self,
        matter: &Matter,
        outbox_id: Option<crate::store::ids::OutboxId>,
        reason: Option<NotSentReason>,
    ) -> NewReminder {
        NewReminder {
            person_id: matter.person,
            kind: matter.item.kind,
            subject_id: matter.item.subject,
            occurrence: matter.occurrence.clone(),
            outcome: if outbox_id.is_some() { Outcome::Queued } else { Outcome::NotSent },
            reason,
            outbox_id,
            about_on: matter.item.on,
            planned_at: self.now,
        }
    }

    fn mail(&self, bundle: &Bundle<'_>) -> Result<NewMail> {
        let Some(address) = bundle.to.email.clone() else {
            return Err(anyhow::anyhow!("a reminder is to be sent to nowhere").into());
        };
        let items = bundle.matters.iter().map(|matter| matter.item.clone()).collect();
        let arguments = arguments(bundle.to, items, &self.rules);
        Ok(NewMail {
            matter: bundle.matter.clone(),
            person: bundle.to.id,
            address,
            language: bundle.to.language,
            template: TEMPLATE,
            arguments: serde_json::to_value(arguments).map_err(anyhow::Error::new)?,
        })
    }
}

/// What says the same as a kind, when both come on one day.
fn said_by(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::SessionSoon => &[Kind::SessionNotice],
        Kind::SessionToday => &[Kind::SessionNotice, Kind::SessionSoon],
        Kind::CallGiven => &[Kind::CallReturned],
        Kind::CallUnanswered => &[Kind::CallGiven, Kind::CallReturned],
        Kind::SessionNotice
        | Kind::TaskOverdue
        | Kind::TaskToday
        | Kind::TaskSoon
        | Kind::RequestDecided
        | Kind::TaskReturned
        | Kind::CallReturned
        | Kind::UnitDigest
        | Kind::HqDigest => &[],
    }
}

/// Why one person is not told of one matter; nothing when they are.
fn reason(matter: &Matter, to: &Recipient, is_repeated: bool) -> Option<NotSentReason> {
    let paused = to.is_paused && !matter.item.kind.breaks_pause();
    let repeated = is_repeated.then_some(NotSentReason::ToldAlready);
    matter.withheld.or(repeated).or(to.barred).or(paused.then_some(NotSentReason::Paused))
}

/// What a letter with these matters is given.
pub(super) fn arguments(to: &Recipient, mut items: Vec<Item>, rules: &[Rule]) -> Arguments {
    model::sort(&mut items);
    Arguments {
        name: to.name.clone(),
        words: words(&items, rules, to.language),
        calendar: entries(&items),
        items,
        pause: to.id,
    }
}

/// HQ's own sentences for the kinds among these, each once.
fn words(items: &[Item], rules: &[Rule], language: Language) -> Vec<String> {
    let kinds: BTreeSet<Kind> = items.iter().map(|item| item.kind).collect();
    let own = rules.iter().filter(|rule| kinds.contains(&rule.kind)).map(|rule| rule.words(language).trim());
    own.filter(|words| !words.is_empty()).map(str::to_owned).collect()
}

/// What goes into the person's calendar.
pub(super) fn entries(items: &[Item]) -> Vec<Entry> {
    let entry = |item: &Item| {
        let (starts_at, ends_at) = (item.starts_at?, item.ends_at?);
        (item.kind == Kind::SessionNotice).then(|| Entry {
            session: SessionId(item.subject),
            title: item.title.clone(),
            place: item.place.clone(),
            starts_at,
            ends_at,
            revision: item.revision,
            is_cancelled: item.news == "cancelled",
            path: item.path.clone(),
        })
    };
    items.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(barred: Option<NotSentReason>, is_paused: bool) -> Recipient {
        Recipient {
            id: PersonId(1),
            name: "杜维平".to_owned(),
            email: Some("a@lihe.example".to_owned()),
            language: Language::Chinese,
            barred,
            is_paused,
        }
    }

    fn matter(kind: Kind, withheld: Option<NotSentReason>) -> Matter {
        let on: NaiveDate = "2024-07-05".parse().expect("a date");
        let item = Item {
            kind,
            subject: 1,
            news: kind.as_str().to_owned(),
            title: String::new(),
            place: String::new(),
            on,
            starts_at: None,
            ends_at: None,
            n: 0,
            path: String::new(),
            revision: 0,
        };
        Matter { person: PersonId(1), item, occurrence: String::new(), withheld, is_urgent: false }
    }

    #[test]
    fn a_pause_keeps_reminders_back_and_lets_a_sessions_notice_through() {
        let paused = recipient(None, true);

        assert_eq!(reason(&matter(Kind::TaskSoon, None), &paused, false), Some(NotSentReason::Paused));
        assert_eq!(reason(&matter(Kind::SessionSoon, None), &paused, false), Some(NotSentReason::Paused));
        assert_eq!(reason(&matter(Kind::SessionNotice, None), &paused, false), None);
    }

    #[test]
    fn what_the_matter_itself_says_stands_before_what_the_person_lacks() {
        let nowhere = recipient(Some(NotSentReason::AddressMissing), false);

        let on_leave = matter(Kind::SessionSoon, Some(NotSentReason::OnLeave));
        assert_eq!(reason(&on_leave, &nowhere, false), Some(NotSentReason::OnLeave));
        assert_eq!(reason(&matter(Kind::TaskSoon, None), &nowhere, false), Some(NotSentReason::AddressMissing));
        assert_eq!(reason(&matter(Kind::TaskSoon, None), &recipient(None, false), false), None);
    }
}
