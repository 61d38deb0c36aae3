//! The state of one person in one session, the rules of how it comes to be, and the figures counted from such states.

mod arriving;
mod figures;
mod rights;
mod state;
mod typing;

pub use arriving::*;
pub use figures::*;
pub use rights::*;
pub use state::*;
pub use typing::*;

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::store::ids::{PersonId, SessionId};
    pub use crate::training::model::tests::{at, session_from};
    use crate::training::{Session, SessionState};

    pub fn in_state(state: SessionState) -> Session {
        Session { state, ..session_from("09:00", "11:00") }
    }

    pub fn row(state: AttendanceState) -> Attendance {
        attendance(state, Method::RollCall)
    }

    pub fn attendance(state: AttendanceState, method: Method) -> Attendance {
        Attendance {
            session_id: SessionId(1),
            person_id: PersonId(1),
            state,
            late: false,
            left_early: false,
            method,
            venue_id: None,
            leave_kind: None,
            stand_in: None,
            make_up: MakeUp::None,
            make_up_kind: None,
            arrived_at: Some(at("09:00")),
            recorded_by: Some(PersonId(1)),
            recorded_at: at("09:00"),
            version: 1,
            device: None,
            code_until: None,
        }
    }
}
