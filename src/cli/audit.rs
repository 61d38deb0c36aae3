//! `xuefa audit verify`: whether the audit trail is as it was written.

use crate::audit::{self, Chain, Fault, Verdict};
use crate::config::Config;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::{Address, Snapshot};
use clap::{Args, Subcommand};

/// What a trail that another key sealed means, and what to do.
pub(super) const OTHER_KEY: &str = "If a backup was restored here, its old key is missing, and nothing else need be wrong: put the old secret.key into the data folder, or set the old XUEFA_SECRET (docs/operating.md, Backup). If not, somebody has written the entries anew";

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
                "entries {first} to {last} were sealed with another key than the one in use, or written anew. {OTHER_KEY}"
            )
        }
    }
}

fn sentence(verdict: &Verdict, n_heads: usize) -> String {
    let Verdict { n_whole, n_erased, n_open, begins_after, n_faults, .. } = verdict;
    let mut parts = vec![match n_faults {
        0 => format!("Whole: all {n_whole} sealed entries are as they were written"),
        _ => format!("Apart from the faults, {n_whole} entries are as they were written"),
    }];
    if *n_erased > 0 {
        parts.push(format!("the values of {n_erased} of them were erased when their time was over, as they should be"));
    }
    if *begins_after > 0 {
        parts.push(format!("entries up to {begins_after} were taken away when their time was over, which is signed"));
    }
    if *n_open > 0 {
        parts.push(format!(
            "{n_open} more are so new that they are not sealed yet, which takes seconds while serve runs"
        ));
    }
    parts.push(match n_heads {
        0 => "no copy of the trail's end was kept outside the database yet to compare it with".to_owned(),
        1 => "the trail's end was compared with the daily copy kept outside the database".to_owned(),
        n => format!("the trail's end was compared with {n} daily copies kept outside the database"),
    });
    format!("{}.", parts.join("; "))
}
