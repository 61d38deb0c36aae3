//! The seating order (座次) of a session: by venue, in the order of the day, those who come by what the units have
//! replied and what has been recorded since. Who is on leave has no seat; a stand-in sits where the person would.

use super::sign_in_sheet::{NumberedRow, VenueChoice, choices, visible_rolls};
use crate::access::Viewer;
use crate::attendance::AttendanceState;
use crate::clock::Moment;
use crate::error::Result;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::{self, Session, VenueKind};
use serde::Serialize;

/// What the page and the file show.
#[derive(Debug, Clone, Serialize)]
pub struct Seating {
    pub session: Session,
    pub lists: Vec<VenueSeats>,
    /// The venues there are to choose from.
    pub venues: Vec<VenueChoice>,
    /// Whether people of other units are left out.
    pub is_narrowed: bool,
    pub made_at: Moment,
}

/// The seats of one venue.
#[derive(Debug, Clone, Serialize)]
pub struct VenueSeats {
    pub name: String,
    pub kind: VenueKind,
    /// On the list of the venue, with those who do not come.
    pub n_expected: usize,
    pub seats: Vec<Seat>,
}

/// One seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    pub number: usize,
    pub name: String,
    pub unit: String,
    pub post: String,
    /// Whom they stand in for.
    pub instead_of: Option<String>,
}

/// Builds the seating order of one venue, or of all of them.
///
/// # Errors
/// As the sign-in sheet's.
pub fn build(conn: &mut Conn, viewer: &Viewer, id: SessionId, venue: Option<VenueId>, now: Moment) -> Result<Seating> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let rolls = visible_rolls(conn, viewer, &session)?;
    let is_narrowed = rolls.iter().any(|roll| !roll.is_whole && !roll.rows.is_empty());
    let venues = choices(&rolls, venue);
    let wanted = rolls.iter().filter(|roll| !roll.rows.is_empty() && venue.is_none_or(|venue| venue == roll.venue.id));
    let lists = wanted.map(|roll| VenueSeats {
        name: roll.venue.name.clone(),
        kind: roll.venue.kind,
        n_expected: roll.rows.len(),
        seats: seats(&roll.rows),
    });
    Ok(Seating { lists: lists.collect(), venues, is_narrowed, made_at: now, session })
}

/// The rows of those who come, numbered anew.
fn seats(rows: &[NumberedRow]) -> Vec<Seat> {
    let mut seats = Vec::new();
    for NumberedRow { unit, row, attendance, .. } in rows {
        let stand_in = match attendance.as_ref().map(|of| (of.state, of.stand_in.clone())) {
            None | Some((AttendanceState::Present, _)) => None,
            Some((AttendanceState::StandIn, stand_in)) => stand_in,
            Some((AttendanceState::Leave | AttendanceState::Absent | AttendanceState::Exempt, _)) => continue,
        };
        seats.push(Seat {
            number: seats.len() + 1,
            instead_of: stand_in.as_ref().map(|_| row.name.clone()),
            name: stand_in.unwrap_or_else(|| row.name.clone()),
            unit: unit.clone(),
            post: row.post.clone(),
        });
    }
    seats
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::sign_in_sheet::tests::row;

    #[test]
    fn who_comes_is_numbered_in_order_and_a_stand_in_sits_where_the_person_would() {
        let recorded = |number: usize, state: AttendanceState, stand_in: Option<&str>| {
            let mut row = row(number, "一公司", "经理");
            let mut of = crate::attendance::model::tests::row(state);
            of.stand_in = stand_in.map(str::to_owned);
            row.attendance = Some(of);
            row
        };
        let rows = [
            row(1, "一公司", "董事长"),
            recorded(2, AttendanceState::Leave, None),
            recorded(3, AttendanceState::StandIn, Some("何联")),
            recorded(4, AttendanceState::Exempt, None),
            recorded(5, AttendanceState::Present, None),
        ];

        let seats = seats(&rows);

        assert_eq!(seats.iter().map(|seat| seat.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(seats[1].name, "何联");
        assert_eq!(seats[1].instead_of.as_deref(), Some(rows[2].row.name.as_str()));
        assert_eq!((seats[2].name.as_str(), &seats[2].instead_of), (rows[4].row.name.as_str(), &None));
    }
}
