//! What a rule would send, made from a real matter, without the person's name.

pub use super::collect::example::Taken;
use super::collect::{self, example};
use super::model::{Item, Recipient};
use super::plan::{self, TEMPLATE};
use super::rules::Rule;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::mail::Outbox;
use crate::store::Conn;
use crate::store::ids::PersonId;

/// The rule's mail in each language, as it stands in no outbox, and whether it is due; no mail when there never was such
/// a matter.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn of_rule(conn: &mut Conn, clock: &Clock, rule: &Rule, now: Moment) -> Result<(Vec<Outbox>, Taken)> {
    let Some((item, taken)) = example::find(conn, clock, rule, now)? else { return Ok((Vec::new(), Taken::AsExample)) };
    let mails = Language::ALL.iter().map(|language| mail(item.clone(), rule, *language, now));
    Ok((mails.collect::<Result<_>>()?, taken))
}

fn mail(mut item: Item, rule: &Rule, language: Language, now: Moment) -> Result<Outbox> {
    collect::word_item(&mut item, language);
    // Nobody has the number 0.
    let to =
        Recipient { id: PersonId(0), name: "……".to_owned(), email: None, language, barred: None, is_paused: false };
    let arguments = plan::arguments(&to, vec![item], std::slice::from_ref(rule));
    let arguments = serde_json::to_string(&arguments).map_err(anyhow::Error::new)?;
    Ok(Outbox::sample(TEMPLATE, language, arguments, now))
}
