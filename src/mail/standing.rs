//! Whether mail goes out, as far as the outbox knows: what pages and `doctor` say when it does not.

use super::queries;
use crate::clock::Moment;
use crate::error::Result;
use crate::settings;
use crate::store::Conn;
use chrono::TimeDelta;

/// Mail that waits longer than this is late: a server that asks to come back a minute later is no trouble yet.
pub const LATE: TimeDelta = TimeDelta::minutes(5);

/// How mail stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It goes out.
    Flowing,
    /// It is held until HQ lets it go, as after a restored backup.
    Held { n_waiting: i64 },
    /// Some should have gone out by now.
    Stuck(Stuck),
}

/// Mail that is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub n: i64,
    /// When the first of it was queued.
    pub since: Moment,
    /// Why it did not go, as [`super::OwnProblem`] or in the mail server's words; nothing when it was not even tried.
    pub problem: Option<String>,
}

/// How mail stands at a moment.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn standing(conn: &mut Conn, now: Moment) -> Result<Standing> {
    if settings::current(conn)?.mail_is_held {
        return Ok(Standing::Held { n_waiting: queries::count_waiting(conn)? });
    }
    Ok(queries::find_late(conn, now - LATE)?.map_or(Standing::Flowing, Standing::Stuck))
}
