//! A roster is handed in: the file is kept, and a job begins to understand it.

use super::model::{ImportState, RosterImport};
use super::queries;
use super::sheet::MAX_BYTES;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::jobs::{self, JobKind};
use crate::store::Conn;
use crate::store::ids::{JobId, RosterImportId};

/// Keeps the file and starts the job that checks it. Nothing of the organisation changes.
///
/// # Errors
/// `Forbidden` but for HQ and the operator; `Refused` when there is no file or it is too large.
pub fn receive_roster(
    conn: &mut Conn,
    actor: &Actor,
    file_name: &str,
    file: &[u8],
    now: Moment,
) -> Result<(RosterImportId, JobId)> {
    actor.require_hq()?;
    let refused = |id| Err(Error::Refused(vec![Problem::at("file", Message::new(id))]));
    if file.is_empty() {
        return refused("import-file-missing");
    }
    if file.len() > MAX_BYTES {
        return refused("import-file-too-large");
    }
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    let import = queries::insert_import(conn, &file_name, file, actor.person, now)?;
    let job = jobs::start(conn, JobKind::RosterCheck, import.0, actor.person, now)?;
    audit::record(
        conn,
        actor,
        now,
        Action::new("organization.roster_received", "roster_import"),
        import.0,
        &file_name,
    )?;
    Ok((import, job))
}

/// Asks for a checked roster to be written, and gives the job that does so; asked twice, it is the same job.
///
/// # Errors
/// `Forbidden` but for HQ and the operator; `Refused` when the roster has errors, changes nothing, or was written already.
pub fn request_apply(conn: &mut Conn, actor: &Actor, id: RosterImportId, now: Moment) -> Result<JobId> {
    actor.require_hq()?;
    let import = queries::find_import(conn, id)?;
    let latest = jobs::queries::find_latest(conn, JobKind::RosterApply, id.0)?;
    if let Some(job) = latest.filter(|job| import.state == ImportState::Applied || !job.is_over()) {
        return Ok(job.id);
    }
    refuse_unless_applicable(&import)?;
    let job = jobs::start(conn, JobKind::RosterApply, id.0, actor.person, now)?;
    audit::record(conn, actor, now, Action::new("organization.roster_confirmed", "roster_import"), id.0, &())?;
    Ok(job)
}

/// The rule behind the button: everything understood, no errors, something to write.
///
/// # Errors
/// `Refused` with what stands against it.
pub fn refuse_unless_applicable(import: &RosterImport) -> Result<()> {
    let reason = match import.state {
        ImportState::Received => "import-not-checked-yet",
        ImportState::Refused => "import-unreadable",
        ImportState::Applied => "import-applied-already",
        ImportState::Checked if import.n_errors > 0 => "import-has-errors",
        ImportState::Checked if !import.can_be_applied() => "import-changes-nothing",
        ImportState::Checked => return Ok(()),
    };
    Err(Error::refused(Message::new(reason)))
}
