//! What a rule would send, made from a real matter, without the person's name.

use super::collect;
use super::model::{Item, Recipient};
use super::plan::{self, TEMPLATE};
use super::rules::Rule;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::mail::{Outbox, OutboxState};
use crate::store::Conn;
use crate::store::ids::{OutboxId, PersonId};

/// The rule's mail in each language, as it stands in no outbox; nothing when nobody has such a matter.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn of_rule(conn: &mut Conn, clock: &Clock, rule: &Rule, now: Moment) -> Result<Vec<Outbox>> {
    let Some(item) = collect::example(conn, clock, rule, now)? else { return Ok(Vec::new()) };
    Language::ALL.iter().map(|language| mail(item.clone(), rule, *language, now)).collect()
}

fn mail(mut item: Item, rule: &Rule, language: Language, now: Moment) -> Result<Outbox> {
    collect::word_item(&mut item, language);
    // Nobody has the number 0.
    let to =
        Recipient { id: PersonId(0), name: "……".to_owned(), email: None, language, barred: None, is_paused: false };
    let arguments = plan::arguments(&to, vec![item], std::slice::from_ref(rule));
    Ok(Outbox {
        id: OutboxId(0),
        message_id: String::new(),
        matter: String::new(),
        person_id: to.id,
        address: String::new(),
        language,
        template: TEMPLATE.to_owned(),
        arguments: serde_json::to_string(&arguments).map_err(anyhow::Error::new)?,
        state: OutboxState::Waiting,
        n_tries: 0,
        next_try_at: now,
        lease_until: None,
        lease_number: 0,
        queued_at: now,
        sent_at: None,
        problem: None,
    })
}
