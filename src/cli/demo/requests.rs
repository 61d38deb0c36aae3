//! What is still undecided or unanswered in the demo: requests for a leader and for HQ, and replies to a session to come.

use super::organisation::World;
use super::sessions::Made;
use crate::attendance::replies::{model, queries as replies};
use crate::attendance::requests::RequestKind;
use crate::attendance::requests::queries::{self, NewRequest};
use crate::attendance::{Attendance, AttendanceState, LeaveKind, Method, Recorded};
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitId};
use crate::training::RosterRow;
use chrono::TimeDelta;

/// The session to come whose units are asked who comes.
pub(super) const ASKS_UNITS: &str = "law-publicity";
/// The confirmed session of which somebody thinks their record wrong.
const CORRECTED: &str = "one-case-one-volume";
/// Units that have answered already; the leader's is not among them.
const ANSWERED: usize = 2;

/// Makes what belongs to a session, if anything does.
pub(super) fn make(conn: &mut Conn, world: &World, made: &Made, rows: &[Attendance], clock: &Clock) -> Result<()> {
    let now = clock.now();
    let leader = world.of_cast("leader")?;
    let unit = world.top_of(world.person(leader)?.unit_id)?;
    let cast: Vec<PersonId> =
        ["hq", "leader", "clerk", "trainee", "admin"].iter().map(|name| world.of_cast(name)).collect::<Result<_>>()?;
    let state = |person: PersonId| rows.iter().find(|row| row.person_id == person).map(|row| row.state);
    let mut of_unit = Vec::new();
    for row in made.roster.iter().filter(|row| !cast.contains(&row.person_id)) {
        if world.top_of(row.unit_id)? == unit {
            of_unit.push(row);
        }
    }
    match made.line.key.as_str() {
        ASKS_UNITS => {
            answer(conn, world, made, unit, now)?;
            let undecided = of_unit.into_iter().filter(|row| state(row.person_id).is_none());
            for (row, kind) in undecided.zip([LeaveKind::Public, LeaveKind::Private]) {
                let asked =
                    Recorded { leave_kind: Some(kind), ..Recorded::plain(AttendanceState::Leave, Method::Request) };
                ask(conn, row, RequestKind::Leave, &asked, "", now - TimeDelta::hours(3))?;
            }
            let own = made.roster.iter().find(|row| row.person_id == leader && state(leader).is_none());
            if let Some(row) = own {
                let kind = Some(LeaveKind::Public);
                let asked = Recorded { leave_kind: kind, ..Recorded::plain(AttendanceState::Leave, Method::Request) };
                ask(conn, row, RequestKind::Leave, &asked, "", now - TimeDelta::hours(2))?;
            }
            Ok(())
        }
        CORRECTED => {
            let absent = made
                .roster
                .iter()
                .find(|row| !cast.contains(&row.person_id) && state(row.person_id) == Some(AttendanceState::Absent));
            let Some(row) = absent else { return Ok(()) };
            let asked = Recorded::plain(AttendanceState::Present, Method::Request);
            ask(
                conn,
                row,
                RequestKind::Correction,
                &asked,
                "当天在主会场，纸质签到表上有签名（示例）",
                now - TimeDelta::hours(26),
            )
        }
        _ => Ok(()),
    }
}

fn ask(
    conn: &mut Conn,
    row: &RosterRow,
    kind: RequestKind,
    asked: &Recorded,
    reason: &str,
    at: crate::clock::Moment,
) -> Result<()> {
    let new = NewRequest {
        session: row.session_id,
        person: row.person_id,
        kind,
        asked: Some(asked),
        reason,
        asked_by: row.person_id,
        asked_at: at,
    };
    queries::insert(conn, &new)?;
    Ok(())
}

/// Two units have answered, each by its leader.
fn answer(conn: &mut Conn, world: &World, made: &Made, not: UnitId, now: crate::clock::Moment) -> Result<()> {
    let on_roster: Vec<UnitId> = made.roster.iter().map(|row| row.unit_id).collect();
    let others = model::answering(&world.units, &on_roster).into_iter().filter(|unit| unit.id != not);
    for (unit, hours) in others.take(ANSWERED).zip([20, 5]) {
        let by = world.leader_of(unit.id)?;
        replies::insert_sent(conn, made.session.id, unit.id, by, now - TimeDelta::hours(hours))?;
    }
    Ok(())
}
