//! Who came: codes, check-in, roll call, leave, stand-in, close, confirm, correct, make-up.
//!
//! One row for each person and session, whatever happens; a roster row without one is still pending. Whatever a
//! change replaces stays in `attendance_changes`.

pub mod model;
pub mod queries;

mod make_up;

pub use make_up::{made_up, made_up_undone, make_up_due, make_up_not_due};
pub use model::{
    Attendance, AttendanceState, Authority, CheckInRefusal, Counts, LeaveKind, MakeUp, MakeUpKind, Method, Recorded,
    ShownState,
};
