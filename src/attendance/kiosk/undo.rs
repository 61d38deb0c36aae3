//! Taking a check-in back at the kiosk, within a minute. The record of it stays.

use super::model::{self, Effect, KioskEntry};
use super::open::FoundKiosk;
use super::queries;
use crate::attendance::Method;
use crate::attendance::make_up::settle_make_up_session;
use crate::attendance::model::after_voiding;
use crate::attendance::queries::{self as rows, By, NewChange};
use crate::attendance::totals;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::store::Conn;
use crate::store::ids::KioskEntryId;
use serde_json::json;

/// Takes one of the kiosk's own check-ins back: what it had beaten stands again.
///
/// # Errors
/// `NotFound` when it is not this kiosk's; `Refused` when it is too late or there is nothing to take back.
pub fn undo(conn: &mut Conn, found: &FoundKiosk, id: KioskEntryId, address: &str, now: Moment) -> Result<()> {
    let entry = queries::find_entry(conn, found.kiosk.id, id)?.ok_or(Error::NotFound("check-in"))?;
    if entry.effect != Effect::Recorded || !model::may_undo(entry.happened_at, now) {
        return Err(Error::refused(Message::new("kiosk-undo-too-late")));
    }
    let found = found.held(conn, now)?;
    take_back(conn, &found, &entry, now, address, now)
}

/// Takes a check-in back whose time for it was judged by the caller.
pub(super) fn take_back(
    conn: &mut Conn,
    found: &FoundKiosk,
    entry: &KioskEntry,
    undone_at: Moment,
    address: &str,
    now: Moment,
) -> Result<()> {
    if !queries::mark_undone(conn, entry.id, undone_at)? {
        return Ok(());
    }
    let present = rows::find(conn, entry.session_id, entry.person_id)?;
    // Somebody else may have recorded something since: then that stands.
    let present = present.filter(|row| row.method == Method::Kiosk && row.recorded_at == entry.received_at);
    if let Some(present) = &present {
        let newest = rows::list_changes(conn, entry.session_id, entry.person_id)?.into_iter().next();
        let beaten = newest.filter(|(change, _)| change.after().as_ref() == Some(&present.recorded()));
        let after = beaten.and_then(|(change, _)| change.before()).or_else(|| after_voiding(&found.session));
        let by = By { person: Some(found.kiosk.opened_by), at: now };
        let done = match &after {
            Some(after) => rows::replace(conn, present, after, by)?,
            None => rows::delete(conn, present)?,
        };
        if !done {
            return Err(Error::Conflict);
        }
        let before = present.recorded();
        let change = NewChange {
            session: entry.session_id,
            person: entry.person_id,
            before: Some(&before),
            after: after.as_ref(),
            reason: "",
            after_confirmation: found.session.is_confirmed(),
        };
        rows::insert_change(conn, &change, by)?;
        if found.session.is_confirmed() {
            settle_make_up_session(conn, &found.session, Some(&[entry.person_id]))?;
            totals::refresh(conn, &found.session)?;
        }
    }
    let details = json!({
        "kiosk": found.kiosk.id,
        "name": found.kiosk.name,
        "person": entry.person_id,
        "happened_at": entry.happened_at,
    });
    let action = Action::new("kiosk.check_in_undone", "session");
    audit::record(conn, &found.actor(address), now, action, entry.session_id.0, &details)
}
