//! `xuefa verify`: checks a session archive or a final report's file, without a server and without a database.

use crate::error::{Error, Message, Result};
use crate::reports::archive::SealKey;
use crate::reports::archive::verify::{Origin, verify};
use clap::Args;
use std::path::PathBuf;

/// Options of `verify`.
#[derive(Args)]
pub(super) struct VerifyOptions {
    /// A session archive (.zip), or a final report's file (.json)
    file: PathBuf,
    /// The office's public key, as the archive's page shows it: then also whose the file is is checked
    #[arg(long)]
    key: Option<SealKey>,
}

/// Says whether the file is whole, then what it is; of one that is not, what does not agree and nothing else.
///
/// # Errors
/// One sentence when anything does not agree.
pub(super) fn run(options: &VerifyOptions) -> Result<()> {
    let file = options.file.display().to_string();
    let of_file = |id| Message::new(id).with("file", file.as_str());
    let content = std::fs::read(&options.file)
        .map_err(|error| Error::refused(of_file("cli-unreadable").with("why", error.to_string())))?;
    let verdict = verify(&content, options.key.as_ref())
        .map_err(|error| Error::refused(of_file("cli-verify-impossible").with("why", super::sentence(&error))))?;
    // What a file says of itself is worth telling once the file has proven whole.
    if !verdict.faults.is_empty() {
        let faults: Vec<String> = verdict.faults.iter().map(|fault| format!("\n  {}", super::words(fault))).collect();
        let refusal = of_file("cli-verify-not-whole").with("n", super::count(faults.len()));
        return Err(Error::refused(refusal.with("faults", faults.concat())));
    }
    match verdict.origin {
        Origin::Proven => super::tell(&Message::new("cli-verify-proven")),
        Origin::NotChecked => super::tell(&Message::new("cli-verify-not-checked")),
        Origin::Foreign => return Err(Error::refused(of_file("cli-verify-foreign"))),
    }
    super::tell(&of_file("cli-verify-what").with("what", super::words(&verdict.what)));
    Ok(())
}
