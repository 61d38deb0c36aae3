//! Taking away entries whose time is over. A signed checkpoint stays where the chain then begins.

use super::chain::Chain;
use super::{Action, queries, record};
use crate::access::Actor;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use chrono::TimeDelta;
use serde_json::json;

/// Nothing younger is ever taken away: six months, as the Cybersecurity Law asks for logs (Art. 23; Art. 21 before 2026), reckoned long.
pub const LEAST_KEPT: TimeDelta = TimeDelta::days(184);

/// Takes away the entries from before a moment, as far as they are sealed, and tells how many they were.
/// `web::background` decides from when.
///
/// # Errors
/// `Refused` for what has to be kept; `Broken` when it cannot be written.
pub fn prune(conn: &mut Conn, chain: &Chain, before: Moment, now: Moment) -> Result<i64> {
    if before > now - LEAST_KEPT {
        return Err(Error::refused(Message::new("audit-kept-longer")));
    }
    let Some(last) = queries::find_last_seal_before(conn, before)? else { return Ok(0) };
    let n_entries = queries::delete_up_to(conn, last.entry)?;
    let signature = chain.sign(last.entry, &last.hash, n_entries, now);
    queries::insert_checkpoint(conn, &last, n_entries, now, &signature)?;
    let details = json!({ "up_to": last.entry, "n_entries": n_entries, "before": before });
    record(conn, &Actor::program("retention"), now, Action::new("audit.pruned", "audit"), last.entry, &details)?;
    Ok(n_entries)
}
