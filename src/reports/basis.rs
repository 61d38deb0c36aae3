//! What an attendance report rests on: the roster with what is recorded, and the units that it is counted by. The figures
//! of the moment are computed from it as it is read, those of a final report as it was kept.

use super::session_attendance::GuestLine;
use crate::access::Reach;
use crate::assignments;
use crate::attendance::queries::{self as attendance, Scope};
use crate::attendance::{Attendance, guests};
use crate::error::Result;
use crate::organization::{self, Unit};
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{PersonId, UnitId};
use crate::training::{self, RosterRow, Session};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Kept as JSON for as long as the final report: a field may be added with a default, none may go or be named anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Basis {
    pub organisation: String,
    pub session: Session,
    /// The main venue first.
    pub venues: Vec<String>,
    /// The tree of the day.
    pub units: Vec<Unit>,
    /// In the order of the roster.
    pub roll: Vec<(RosterRow, Option<Attendance>)>,
    /// Who was given readings for this session and has read them all.
    pub self_study: Vec<PersonId>,
    /// Who was there and was not expected; nobody where not everybody is seen.
    pub guests: Vec<GuestLine>,
    /// Whose attendance was changed after the session was confirmed, once for each change.
    pub corrected: Vec<PersonId>,
    /// What number each of the roll has in the list of the whole, once it is narrowed.
    #[serde(skip)]
    numbers: Option<Vec<usize>>,
}

impl Basis {
    /// Reads it as far as somebody's reach goes, in a constant number of queries.
    ///
    /// # Errors
    /// `Broken` when it cannot be read.
    pub fn gather(conn: &mut Conn, session: Session, reach: &Reach) -> Result<Self> {
        let id = session.id;
        let roll = attendance::list_roll_of(conn, id, &Scope::from(reach))?;
        let within: BTreeSet<PersonId> = roll.iter().map(|(row, _)| row.person_id).collect();
        let guests = match reach {
            Reach::Group => guests::queries::list_confirmed(conn, id)?,
            Reach::Units(_) | Reach::Own => Vec::new(),
        };
        // Whoever turned out to be on the roster stands there.
        let is_apart = |merged: Option<PersonId>| merged.is_none_or(|person| !within.contains(&person));
        let guests = guests.into_iter().filter(|(_, _, merged)| is_apart(*merged));
        Ok(Self {
            organisation: settings::current(conn)?.organisation,
            venues: training::queries::list_venues(conn, id)?.into_iter().map(|venue| venue.name).collect(),
            units: organization::queries::list_units(conn)?,
            self_study: assignments::queries::list_self_study(conn, id)?,
            guests: guests.map(|(name, unit, _)| GuestLine { name, unit }).collect(),
            corrected: attendance::list_corrected(conn, id)?,
            numbers: None,
            roll,
            session,
        })
    }

    /// The roll, each with the number that they have in the list: an excerpt keeps those of the paper that it is of.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, &(RosterRow, Option<Attendance>))> {
        let place = |index| match &self.numbers {
            Some(numbers) => numbers.get(index).copied().unwrap_or_default(),
            None => index + 1,
        };
        self.roll.iter().enumerate().map(move |(index, line)| (place(index), line))
    }

    /// What of it lies within a reach, by the unit in the roster row and the tree of `today`.
    pub fn narrow(&mut self, today: &[Unit], reach: &Reach) {
        if *reach == Reach::Group {
            return;
        }
        let within = today.iter().filter(|unit| reach.covers(&unit.path));
        let within: BTreeSet<UnitId> = within.map(|unit| unit.id).collect();
        let is_within = |row: &RosterRow| within.contains(&row.unit_id);
        let numbers = self.numbered().filter(|(_, (row, _))| is_within(row)).map(|(number, _)| number).collect();
        self.roll.retain(|(row, _)| is_within(row));
        self.numbers = Some(numbers);
        self.guests.clear();
    }
}

/// The units that a reach begins at; none when it is the whole group.
pub fn starts_of(units: &[Unit], reach: &Reach) -> Vec<UnitId> {
    match reach {
        Reach::Units(paths) => units.iter().filter(|unit| paths.contains(&unit.path)).map(|unit| unit.id).collect(),
        Reach::Group | Reach::Own => Vec::new(),
    }
}
