//! The demo's make-up session: who has made up for one of its sessions by coming to another came to this one.

use super::attendance;
use super::dice::Dice;
use super::organisation::World;
use super::sessions::{self, Made, SessionLine};
use crate::attendance::model::{Attendance, AttendanceState, MakeUp, MakeUpKind};
use crate::attendance::queries;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::training::RosterRow;
use std::collections::HashSet;

/// The session that is made up for.
const MISSED: &str = "labour-disputes";
/// So many of those with whom it is still due were asked too and did not come.
const ABSENT: usize = 2;

/// Makes it after the session that was missed.
pub(super) fn make(conn: &mut Conn, world: &World, missed: &Made, rows: &[Attendance], clock: &Clock) -> Result<()> {
    if missed.line.key != MISSED {
        return Ok(());
    }
    let came = rows.iter().filter(|row| row.make_up == MakeUp::Done && row.make_up_kind == Some(MakeUpKind::Session));
    let came: HashSet<PersonId> = came.map(|row| row.person_id).collect();
    let due = rows.iter().filter(|row| row.make_up == MakeUp::Due).take(ABSENT).map(|row| row.person_id);
    let people: Vec<PersonId> = came.iter().copied().chain(due).collect();
    let made = sessions::make(conn, world, clock, SessionLine::making_up_for(missed, people))?;
    let mut dice = Dice::of("the make-up session");
    let expected = made.roster.iter().map(|row| row.person_id).collect();
    let row = |person: &RosterRow| {
        let state = if came.contains(&person.person_id) { AttendanceState::Present } else { AttendanceState::Absent };
        attendance::row(world, &made, &expected, person, state, &mut dice, clock.now())
    };
    let rows: Vec<Attendance> = made.roster.iter().map(row).collect::<Result<_>>()?;
    Ok(queries::insert_rows(conn, &rows)?)
}
