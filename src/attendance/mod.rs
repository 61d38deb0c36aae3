//! Who came: codes, check-in, roll call, leave, stand-in, close, confirm, correct, make-up.

pub mod model;
pub mod queries;

pub use model::{Attendance, AttendanceState, Counts, MakeUp, MakeUpKind, Method, ShownState};
