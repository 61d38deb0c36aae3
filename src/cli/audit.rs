//! `xuefa audit verify`: whether the audit trail is as it was written.

use crate::audit::{self, Chain, Fault, Verdict};
use crate::config::Config;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::{Address, Snapshot};
use clap::{Args, Subcommand};

/// Options of `audit`.
#[derive(Args)]
pub(super) struct AuditOptions {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Go through the whole trail: every link, every value, and that no end was cut off
    Verify(Config),
}

/// Prints what was found, a line for each fault.
///
/// # Errors
/// One sentence when the trail is not whole.
pub(super) fn run(options: AuditOptions) -> Result<()> {
    let AuditCommand::Verify(config) = options.command;
    let heads = audit::heads::read(&config.audit_heads())?;
    let mut snapshot = Snapshot::take(&Address::parse(&config.database)?)?;
    let chain = Chain::new(&Secret::open(config.secret.as_deref(), &config.data)?);
    let verdict = audit::verify(snapshot.conn(), &chain, &heads)?;
    for fault in &verdict.faults {
        super::say(format_args!("fault  {}", words(fault)));
    }
    super::say(sentence(&verdict, heads.len()));
    match verdict.n_faults {
        0 => Ok(()),
        n => Err(anyhow::anyhow!("the audit trail is not as it was written; faults: {n}").into()),
    }
}

fn words(fault: &Fault) -> String {
    match fault {
        Fault::Changed(id) => {
            format!(
                "entry {id} does not follow from the one before it: it was changed, or one before it was taken away"
            )
        }
        Fault::Missing(id) => format!("entry {id} was taken away"),
        Fault::Unsealed(id) => format!("entry {id} was slipped in among sealed ones"),
        Fault::ValuesChanged(id) => format!("the values of entry {id} were changed"),
        Fault::Cut(id) => {
            format!("the end was cut off or written anew: the trail once reached entry {id} with another seal")
        }
        Fault::CheckpointForged(id) => {
            format!("that the trail begins after entry {id} is not signed with this installation's key")
        }
        Fault::OtherKey { first, last } => {
            format!(
                "entries {first} to {last} were sealed with another key, or written anew: bring the old secret.key (docs/operating.md, Backup)"
            )
        }
    }
}

fn sentence(verdict: &Verdict, n_heads: usize) -> String {
    let Verdict { n_whole, n_erased, n_open, begins_after, n_faults, .. } = verdict;
    let begin = if *n_faults == 0 { "Whole" } else { "Apart from the faults, as they were" };
    format!(
        "{begin}: {n_whole} entries after entry {begins_after}, of {n_erased} the values have been erased; {n_open} are too new to be sealed; held against {n_heads} heads copied outside the database."
    )
}
