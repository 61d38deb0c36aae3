//! Sees to it that a session is in progress whenever the demo starts.

use super::organisation::World;
use super::sessions::{self, Made};
use super::{attendance, make_session};
use crate::attendance::queries;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::store::Conn;
use crate::training::{self, Session, SessionState};
use anyhow::Context;
use chrono::TimeDelta;

/// The session of `sessions.csv` that is always in progress.
const KEY: &str = "petition-basics-today";

/// Leaves a session alone that is open, stays so for a while, and still expects the trainee; otherwise moves the one
/// that was in progress when the demo last ran to now, or makes a new one when that has been closed on another day since:
/// what was closed today is there already.
pub(super) fn see_to_a_session(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let now = clock.now();
    let line = sessions::lines(0)?.into_iter().find(|line| line.key == KEY).context("the demo has no session today")?;
    let published = training::queries::list_in_state(conn, SessionState::Published)?;
    let Some(session) = published.into_iter().find(|session| session.title == line.title) else {
        if was_held_today(conn, &line.title, clock)? {
            return Ok(());
        }
        let (made, _) = make_session(conn, world, clock, line)?;
        return sessions::appoint_clerk(conn, world, made.session.id);
    };
    let planned = (session.starts_at, session.ends_at);
    let times = sessions::times_around(planned, TimeDelta::minutes(session.opens_before_minutes), now);
    let trainee = queries::find(conn, session.id, world.of_cast("trainee")?)?;
    if times == planned && trainee.is_none() {
        return Ok(());
    }
    training::queries::update_times(conn, session.id, times.0, times.1)?;
    let made = Made::again(conn, line, Session { starts_at: times.0, ends_at: times.1, ..session })?;
    begin_anew(conn, world, &made, now)
}

/// Whether a session of this title was in progress today and has been closed.
fn was_held_today(conn: &mut Conn, title: &str, clock: &Clock) -> Result<bool> {
    let today = clock.today();
    let is_of_today = |session: &Session| {
        [session.starts_at, session.ends_at].into_iter().any(|at| clock.local(at).date_naive() == today)
    };
    for state in [SessionState::Closed, SessionState::Confirmed, SessionState::Archived] {
        let held = training::queries::list_in_state(conn, state)?;
        if held.iter().any(|session| session.title == title && is_of_today(session)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lets people come anew to a session whose day was moved.
fn begin_anew(conn: &mut Conn, world: &World, made: &Made, now: Moment) -> Result<()> {
    queries::delete_rows(conn, made.session.id)?;
    attendance::make(conn, world, made, now)?;
    Ok(())
}
