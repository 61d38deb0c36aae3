//! The figures of confirmed sessions by unit and category, kept so that reports over a long time need not count people.
//!
//! They are written when a session is confirmed and with every later change of what it or its make-up sessions came to, in
//! the same transaction; never by a check-in to a session that is not confirmed.

pub mod queries;

use super::model::{Counts, MakeUpFigures};
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training::Session;
use serde::Serialize;

/// Figures that can be added up over sessions, units and categories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub n_roster: i64,
    pub n_present: i64,
    pub n_leave: i64,
    pub n_stand_in: i64,
    pub n_absent: i64,
    pub n_exempt: i64,
    pub n_late: i64,
    pub n_left_early: i64,
    /// Made up by a make-up session, an exchange meeting, accepted study, or without saying how.
    pub n_by_session: i64,
    pub n_by_meeting: i64,
    pub n_by_study: i64,
    pub n_otherwise: i64,
}

impl Totals {
    pub fn counts(&self) -> Counts {
        Counts {
            n_roster: self.n_roster,
            n_present: self.n_present,
            n_leave: self.n_leave,
            n_stand_in: self.n_stand_in,
            n_absent: self.n_absent,
            n_exempt: self.n_exempt,
            n_pending: self.n_roster - self.n_present - self.n_leave - self.n_stand_in - self.n_absent - self.n_exempt,
            n_late: self.n_late,
            n_left_early: self.n_left_early,
            n_made_up: self.n_by_session + self.n_by_meeting + self.n_by_study + self.n_otherwise,
            n_self_study: 0,
        }
    }

    /// How those who were not there made up.
    pub fn make_up(&self) -> MakeUpFigures {
        let counts = self.counts();
        MakeUpFigures {
            n_not_there: counts.n_not_there(),
            n_session: self.n_by_session,
            n_exchange_meeting: self.n_by_meeting,
            n_accepted_study: self.n_by_study,
            n_otherwise: self.n_otherwise,
            n_outstanding: counts.n_not_there() - counts.n_made_up,
            n_self_study: 0,
        }
    }
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.n_roster += other.n_roster;
        self.n_present += other.n_present;
        self.n_leave += other.n_leave;
        self.n_stand_in += other.n_stand_in;
        self.n_absent += other.n_absent;
        self.n_exempt += other.n_exempt;
        self.n_late += other.n_late;
        self.n_left_early += other.n_left_early;
        self.n_by_session += other.n_by_session;
        self.n_by_meeting += other.n_by_meeting;
        self.n_by_study += other.n_by_study;
        self.n_otherwise += other.n_otherwise;
    }
}

/// Writes anew the totals of the matter that a session belongs to: of the session, of what it makes up for and of what
/// else makes up for that, since each decides who counts in the others. Sessions that are not confirmed have none.
///
/// # Errors
/// `Broken` when they cannot be written.
pub(super) fn refresh(conn: &mut Conn, session: &Session) -> Result<()> {
    Ok(queries::refresh(conn, session.make_up_of.unwrap_or(session.id))?)
}

/// As [`refresh`], of a session by its id.
///
/// # Errors
/// `Broken` when they cannot be written.
pub(super) fn refresh_of(conn: &mut Conn, session: SessionId) -> Result<()> {
    let root = queries::find_root(conn, session)?;
    Ok(queries::refresh(conn, root)?)
}

/// Writes the totals of all confirmed sessions anew, for the demo, which puts its rows in as they stand.
///
/// # Errors
/// `Broken` when they cannot be written.
pub fn refresh_all(conn: &mut Conn) -> Result<()> {
    Ok(queries::refresh_all(conn)?)
}
