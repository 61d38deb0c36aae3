//! Who came: codes, check-in, roll call, leave, stand-in, close, confirm, correct, make-up.
//!
//! One row for each person and session, whatever happens; a roster row without one is still pending. Whatever a
//! change replaces stays in `attendance_changes`.

pub mod codes;
pub mod doubts;
pub mod guests;
pub mod kiosk;
pub mod model;
pub mod queries;
pub mod replies;
pub mod requests;
pub mod screen;
pub mod spelling;
pub mod totals;

mod check_in;
mod close;
mod confirm;
mod forget;
mod make_up;
mod mark;
mod old_queries;
mod personal_code;
mod record;
mod reopen;
mod scans;
mod verify;

pub use check_in::{CheckIn, Scan, Seen, Typed, check_in, count_wrong_code, judge_typed, look, undo_check_in};
pub use close::close;
pub use codes::{Codes, Rotation, Token};
pub use confirm::confirm;
pub use forget::{forget, forget_marks, list_old};
pub use make_up::{made_up, made_up_undone, make_up_due, make_up_not_due, settle_made_up};
pub use mark::{Mark, mark};
pub use model::{
    Attendance, AttendanceState, Authority, CheckInRefusal, Counts, LeaveKind, MakeUp, MakeUpFigures, MakeUpKind,
    Method, RecordRefusal, Recorded, ShownState,
};
pub use personal_code::{is_code_of, number_in_code, personal_code};
pub use record::{Entry, Source, record};
pub use reopen::reopen;
pub use scans::{add_scan, find_for_scans, remove_scan, require_scans};
pub use verify::{Doubted, list_doubted, verify};
