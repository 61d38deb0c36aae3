//! Who has answered a session, on its page, on HQ's page of today and on boards.

use crate::access::{Reach, Viewer};
use crate::attendance::AttendanceState;
use crate::attendance::replies::{model, queries};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};
use crate::training::{self, Session};
use serde::Serialize;

/// Sessions that a board brings to mind.
const SHOWN: i64 = 20;

/// Who has answered and how many come, on the session's page: all units for HQ, their own for leaders and liaisons.
#[derive(Serialize)]
pub(super) struct RepliesPart {
    reply_by: Moment,
    is_open: bool,
    n_answered: usize,
    n_units: usize,
    units: Vec<UnitReply>,
    venues: Vec<VenueReply>,
    /// Where HQ gives more time, until check-in opens.
    extend: Option<String>,
}

#[derive(Serialize)]
struct UnitReply {
    name: String,
    href: String,
    sent_at: Option<Moment>,
    is_drafted: bool,
    n: i64,
    n_coming: i64,
    n_leave: i64,
    n_stand_in: i64,
}

#[derive(Serialize)]
struct VenueReply {
    name: String,
    /// Of the units that have answered.
    n_coming: i64,
    n_not_answered: i64,
    n: i64,
}

impl RepliesPart {
    /// # Errors
    /// `Broken` when it cannot be read.
    pub(super) fn find(conn: &mut Conn, session: &Session, viewer: &Viewer, now: Moment) -> Result<Option<Self>> {
        let (Some(reply_by), reach) = (session.reply_by, viewer.reach()) else { return Ok(None) };
        if session.state != training::SessionState::Published || reach == Reach::Own {
            return Ok(None);
        }
        let (units, found) = (organization::queries::list_units(conn)?, queries::list(conn, session.id)?);
        let (counts, venues) =
            (queries::count_by_venue(conn, session.id)?, training::queries::list_venues(conn, session.id)?);
        let on_roster: Vec<UnitId> = counts.iter().map(|count| count.0).collect();
        let answering: Vec<&Unit> =
            model::answering(&units, &on_roster).into_iter().filter(|unit| reach.covers(&unit.path)).collect();
        if answering.is_empty() {
            return Ok(None);
        }
        let below =
            |above: &Unit, id: UnitId| units.iter().any(|unit| unit.id == id && above.path.contains(&unit.path));
        let has_sent = |unit: &Unit| found.iter().any(|reply| reply.unit_id == unit.id && reply.sent_at.is_some());
        let mut shown_units = Vec::new();
        for unit in &answering {
            let reply = found.iter().find(|reply| reply.unit_id == unit.id);
            let of_unit = |wanted: &dyn Fn(Option<AttendanceState>) -> bool| -> i64 {
                counts.iter().filter(|count| below(unit, count.0) && wanted(count.2)).map(|count| count.3).sum()
            };
            shown_units.push(UnitReply {
                name: unit.name.clone(),
                href: links::reply(session.id, unit.id),
                sent_at: reply.and_then(|reply| reply.sent_at),
                is_drafted: reply.is_some_and(|reply| reply.draft().is_some()),
                n: of_unit(&|_| true),
                n_coming: of_unit(&comes),
                n_leave: of_unit(&|state| state == Some(AttendanceState::Leave)),
                n_stand_in: of_unit(&|state| state == Some(AttendanceState::StandIn)),
            });
        }
        let answered: Vec<&&Unit> = answering.iter().filter(|unit| has_sent(unit)).collect();
        let shown_venues = venues.iter().map(|venue| {
            let here = || counts.iter().filter(|count| count.1 == venue.id);
            let of_answered = |count: &&queries::VenueCount| answered.iter().any(|unit| below(unit, count.0));
            let n = here().map(|count| count.3).sum();
            let n_answered: i64 = here().filter(of_answered).map(|count| count.3).sum();
            VenueReply {
                name: venue.name.clone(),
                n_coming: here().filter(of_answered).filter(|count| comes(count.2)).map(|count| count.3).sum(),
                n_not_answered: n - n_answered,
                n,
            }
        });
        Ok(Some(Self {
            reply_by,
            is_open: model::is_open(session, now),
            n_answered: answered.len(),
            n_units: answering.len(),
            venues: if viewer.is_hq() { shown_venues.collect() } else { Vec::new() },
            extend: (viewer.is_hq() && now < session.opens_at()).then(|| links::session_part(session.id, "reply-by")),
            units: shown_units,
        }))
    }
}

/// Whether somebody comes, as far as anybody has said.
fn comes(state: Option<AttendanceState>) -> bool {
    match state {
        None | Some(AttendanceState::Present) => true,
        Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent | AttendanceState::Exempt) => {
            false
        }
    }
}

/// How many units have not answered a session that asks them and has not begun: for HQ, nobody else counts.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn count_unanswered(conn: &mut Conn, session: &Session, viewer: &Viewer, now: Moment) -> Result<usize> {
    let part = if viewer.is_hq() { RepliesPart::find(conn, session, viewer, now)? } else { None };
    Ok(part.map_or(0, |part| part.n_units - part.n_answered))
}

/// Each session with the units that have not answered it.
fn with_unanswered(conn: &mut Conn, sessions: Vec<Session>) -> Result<Vec<(Session, Vec<Unit>)>> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let (sent, on_roster) = (queries::list_sent(conn, &ids)?, training::queries::list_roster_units(conn, &ids)?);
    let units = organization::queries::list_units(conn)?;
    let with_units = |session: Session| {
        let of_session: Vec<UnitId> =
            on_roster.iter().filter(|(of, _)| *of == session.id).map(|(_, unit)| *unit).collect();
        let answering = model::answering(&units, &of_session).into_iter();
        let unanswered = answering.filter(|unit| !sent.contains(&(session.id, unit.id))).cloned().collect();
        (session, unanswered)
    };
    Ok(sessions.into_iter().map(with_units).collect())
}

/// The sessions that some units have not answered yet, each with how many, the nearest deadline first: for HQ.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_unanswered(conn: &mut Conn, now: Moment) -> Result<Vec<(Session, i64)>> {
    // Also those whose deadline is over: HQ gives more time or calls them up, until check-in opens.
    let asked = training::queries::list_asked(conn, now, SHOWN)?;
    let left = asked.into_iter().filter(|session| now < session.opens_at()).collect();
    let open = with_unanswered(conn, left)?.into_iter().filter(|(_, units)| !units.is_empty());
    Ok(open.map(|(session, units)| (session, i64::try_from(units.len()).unwrap_or(i64::MAX))).collect())
}

/// A session that a unit of the viewer has not answered yet.
#[derive(Serialize)]
pub struct ToAnswer {
    pub heading: String,
    pub reply_by: Option<Moment>,
    pub href: String,
}

/// What the viewer's units have still to answer, the nearest deadline first.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_to_answer(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Vec<ToAnswer>> {
    let Reach::Units(_) = viewer.reach() else { return Ok(Vec::new()) };
    let asking = training::queries::list_asking(conn, now, SHOWN)?;
    let open = asking.into_iter().filter(|session| model::is_open(session, now)).collect();
    let mut to_answer = Vec::new();
    for (session, units) in with_unanswered(conn, open)? {
        for unit in units.iter().filter(|unit| viewer.reach().covers(&unit.path)) {
            let href = links::reply(session.id, unit.id);
            to_answer.push(ToAnswer { heading: session.title.clone(), reply_by: session.reply_by, href });
        }
    }
    Ok(to_answer)
}
