//! `xuefa verify`: checks a session archive or a final report's file, without a server and without a database.

use crate::error::Result;
use crate::reports::archive::SealKey;
use crate::reports::archive::verify::{Origin, verify};
use anyhow::{Context as _, anyhow};
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

/// Says what the file is and what does not agree.
///
/// # Errors
/// One sentence when anything does not agree.
pub(super) fn run(options: &VerifyOptions) -> Result<()> {
    let shown = options.file.display();
    let content = std::fs::read(&options.file).with_context(|| format!("{shown} cannot be read"))?;
    let verdict = verify(&content, options.key.as_ref()).with_context(|| format!("{shown} cannot be checked"))?;
    super::say(format_args!("{shown}: {}", verdict.what));
    for fault in &verdict.faults {
        super::say(format_args!("  {fault}"));
    }
    if !verdict.faults.is_empty() {
        let n = verdict.faults.len();
        return Err(anyhow!("{shown} is not as it was made: {n} of its parts do not agree").into());
    }
    match verdict.origin {
        Origin::Proven => super::say("It is whole, and signed with the key that was given."),
        Origin::NotChecked => {
            super::say(
                "It is whole and signed; whose key it is was not checked: give the office's key with --key for that.",
            );
        }
        Origin::Foreign => {
            return Err(anyhow!("{shown} is whole, but signed with another key than the one that was given").into());
        }
    }
    Ok(())
}
