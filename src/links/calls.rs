//! Calls, and what units answer them with.

use crate::store::ids::{CallId, FileUseId, ImplementationRowId, MeetingId, SessionId, UnitId, UnitTaskId};

pub const CALLS: &str = "/calls";
pub const NEW_CALL: &str = "/calls/new";

/// How the units answer a call.
pub fn call(id: CallId) -> String {
    format!("{CALLS}/{id}")
}

/// A part of what may be done about a call.
pub fn call_part(id: CallId, part: &str) -> String {
    format!("{CALLS}/{id}/{part}")
}

/// Where a call is made that follows a session.
pub fn new_call_after(session: SessionId) -> String {
    format!("{NEW_CALL}?session={session}")
}

/// A call as one unit answers it.
pub fn unit_call(unit: UnitId, call: CallId) -> String {
    format!("/units/{unit}/calls/{call}")
}

/// A part of what may be done about a unit's answer.
pub fn unit_call_part(unit: UnitId, call: CallId, part: &str) -> String {
    format!("/units/{unit}/calls/{call}/{part}")
}

/// A row of a unit's implementation report: how far it is, and what became of it.
pub fn implementation_row(id: ImplementationRowId) -> String {
    format!("/implementation-rows/{id}")
}

/// What units put into practice: all rows of a unit and those below it.
pub fn implementation(unit: UnitId) -> String {
    format!("/units/{unit}/implementation")
}

pub const VOLUME_LIST: &str = "/volume-list";
pub const EDIT_VOLUME_LIST: &str = "/volume-list/edit";

/// A part of one task of a unit: its form.
pub fn unit_task_part(id: UnitTaskId, part: &str) -> String {
    format!("/unit-tasks/{id}/{part}")
}

/// The learning exchange meetings of a unit and all below it.
pub fn meetings(unit: UnitId) -> String {
    format!("/units/{unit}/meetings")
}

/// Where a meeting is recorded.
pub fn new_meeting(unit: UnitId) -> String {
    format!("/units/{unit}/meetings/new")
}

pub fn meeting(id: MeetingId) -> String {
    format!("/meetings/{id}")
}

/// A part of what may be done about the record of a meeting.
pub fn meeting_part(id: MeetingId, part: &str) -> String {
    format!("/meetings/{id}/{part}")
}

pub const REFLECTIONS: &str = "/reflections";

/// The files kept with a record or a task: `meetings`, `tasks` or `unit-tasks`.
pub fn evidence(of: &str, id: i64) -> String {
    format!("/files/{of}/{id}")
}

/// One file kept with a record or a task, to be downloaded.
pub fn evidence_file(of: &str, id: i64, file: FileUseId) -> String {
    format!("/files/{of}/{id}/{file}")
}
