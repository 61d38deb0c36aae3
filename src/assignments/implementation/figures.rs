//! What a unit has done since the session that a call follows: counted, not typed.

use super::queries;
use crate::assignments::board_queries::list_tallies;
use crate::assignments::calls::OwnTask;
use crate::assignments::exchange;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::store::Conn;
use crate::training;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Figures of a unit and all below it, of confirmed sessions only.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The day of the call's session; of the call itself when it follows none.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub n_sessions: i64,
    /// Times that somebody was to come, and that somebody came or made up for it.
    pub n_due: i64,
    pub n_took_part: i64,
    /// Readings that were given to people, and those that are read.
    pub n_readings: i64,
    pub n_read: i64,
    /// Exchange meetings held within that time, by their submitted records, asked for by a call or not.
    pub n_meetings: i64,
}

/// Counts what a unit did for a call, up to a moment. The number of queries is the same however large the unit is.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn figures(conn: &mut Conn, own: &OwnTask, clock: &Clock, to: Moment) -> Result<Figures> {
    let from = match own.call.session_id {
        Some(session) => training::queries::find_session(conn, session)?.starts_at,
        None => own.call.given_at,
    };
    let path = &own.unit.path;
    let tallies: Vec<_> = list_tallies(conn, path, from)?.into_iter().filter(|tally| tally.starts_at <= to).collect();
    let sessions: BTreeSet<_> =
        tallies.iter().filter(|tally| tally.counts.n_due() > 0).map(|tally| tally.session_id).collect();
    let (n_readings, n_read) = queries::count_readings(conn, path, from, to)?;
    let (from_day, to_day) = (clock.local(from).date_naive(), clock.local(to).date_naive());
    Ok(Figures {
        from: from_day,
        to: to_day,
        n_sessions: i64::try_from(sessions.len()).unwrap_or(i64::MAX),
        n_due: tallies.iter().map(|tally| tally.counts.n_due()).sum(),
        n_took_part: tallies.iter().map(|tally| tally.counts.n_took_part()).sum(),
        n_readings,
        n_read,
        n_meetings: exchange::queries::count_held(conn, path, (from_day, to_day))?,
    })
}
