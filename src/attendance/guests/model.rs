//! A guest of a session, and who may say whether somebody was one.

use crate::clock::Moment;
use crate::error::{Message, Problem};
use crate::store::ids::{GuestId, PersonId, SessionId, VenueId};
use crate::training::{Session, SessionState};
use diesel::prelude::Queryable;

crate::choices! {
    pub enum GuestState {
        /// By the guest; the desk has not yet looked.
        Asked = "asked",
        Confirmed = "confirmed",
        Refused = "refused",
    }
}

/// Somebody who was there and is not on the roster: in no figure. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Guest {
    pub id: GuestId,
    pub session_id: SessionId,
    pub venue_id: VenueId,
    /// Who asked by their own phone.
    pub person_id: Option<PersonId>,
    pub name: String,
    pub unit_name: String,
    pub asked_by: Option<PersonId>,
    pub asked_at: Moment,
    pub state: GuestState,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Moment>,
    /// Who of ours it turned out to be.
    pub merged_into: Option<PersonId>,
    pub version: i64,
}

/// A guest as typed at the desk.
#[derive(Debug, Clone, Default)]
pub struct NewGuest {
    pub name: String,
    pub unit_name: String,
}

/// The longest name and unit, in characters.
const LONGEST: usize = 60;

/// What is wrong with what was typed.
pub fn check(new: &NewGuest) -> Vec<Problem> {
    let wrong = |field, text: &str, id| {
        let n = text.trim().chars().count();
        (n == 0 || n > LONGEST).then(|| Problem::at(field, Message::new(id)))
    };
    [
        wrong("name", &new.name, "attendance-guest-name-missing"),
        wrong("unit_name", &new.unit_name, "attendance-guest-unit-missing"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether guests may be added and decided on: the clerk's work ends with the confirmation, HQ's does not.
pub fn may_keep(session: &Session, is_hq: bool, served: &[VenueId], venue: VenueId) -> bool {
    match session.state {
        SessionState::Draft | SessionState::Cancelled => false,
        SessionState::Published | SessionState::Closed => is_hq || served.contains(&venue),
        SessionState::Confirmed | SessionState::Archived => is_hq,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::session_from;

    #[test]
    fn the_clerk_keeps_the_guests_of_the_own_venue_until_the_roster_is_confirmed() {
        let in_state = |state| Session { state, ..session_from("09:00", "11:00") };
        let may = |state, is_hq, venue| may_keep(&in_state(state), is_hq, &[VenueId(2)], VenueId(venue));

        assert!(may(SessionState::Published, false, 2) && may(SessionState::Closed, false, 2));
        assert!(!may(SessionState::Published, false, 3) && !may(SessionState::Confirmed, false, 2));
        assert!(may(SessionState::Published, true, 3) && may(SessionState::Archived, true, 3));
        assert!(!may(SessionState::Draft, true, 2) && !may(SessionState::Cancelled, true, 2));
    }

    #[test]
    fn a_guest_has_a_name_and_a_unit_and_neither_is_a_story() {
        let guest = |name: &str, unit_name: &str| NewGuest { name: name.to_owned(), unit_name: unit_name.to_owned() };

        assert!(check(&guest("张三", "兄弟单位")).is_empty());
        assert_eq!(check(&guest(" ", "")).len(), 2);
        assert_eq!(check(&guest(&"长".repeat(61), "单位")).len(), 1);
    }
}
