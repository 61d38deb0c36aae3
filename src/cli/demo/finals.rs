//! Reports that the demo's HQ has made final.

use super::library::hq;
use super::organisation::World;
use crate::clock::Clock;
use crate::error::Result;
use crate::reports::finals;
use crate::store::Conn;
use crate::training::{self, SessionState};
use chrono::Datelike;

/// Sessions whose report is final; of the others it is still a draft.
const FINAL: usize = 3;

/// Makes the reports of the latest confirmed sessions but one final, the oldest first.
pub(super) fn make(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let confirmed = training::queries::list_in_state(conn, SessionState::Confirmed)?;
    let hq = hq(world)?;
    for session in confirmed.iter().skip(1).take(FINAL).rev() {
        finals::make(conn, &hq, session.id, clock.today().year(), clock.now())?;
    }
    Ok(())
}
