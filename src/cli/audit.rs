//! `xuefa audit verify`: whether the audit trail is as it was written.

use crate::audit::{self, Chain, Fault, Verdict};
use crate::config::Config;
use crate::error::{Error, Message, Result};
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
/// One sentence when the trail is not whole, or there is no key to check it with.
pub(super) fn run(options: AuditOptions) -> Result<()> {
    let AuditCommand::Verify(config) = options.command;
    let heads = audit::heads::read(&config.audit_heads())?;
    let mut snapshot = Snapshot::take(&Address::parse(&config.database)?)?;
    let missing = || Message::new("cli-audit-no-key").with("folder", config.data.display().to_string());
    let secret = Secret::find(config.secret.as_deref(), &config.data)?.ok_or_else(|| Error::refused(missing()))?;
    let chain = Chain::new(&secret);
    let verdict = audit::verify(snapshot.conn(), &chain, &heads)?;
    for fault in &verdict.faults {
        super::tell(&Message::new("cli-audit-fault").with("what", super::words(&message(fault))));
    }
    super::tell(&Message::new("cli-audit-sentence").with("what", sentence(&verdict, heads.len())));
    match verdict.n_faults {
        0 => Ok(()),
        n => Err(Error::refused(Message::new("cli-audit-not-whole").with("n", super::count(n)))),
    }
}

fn message(fault: &Fault) -> Message {
    let of = |id, entry: i64| Message::new(id).with("id", entry);
    match *fault {
        Fault::Changed(entry) => of("cli-audit-changed", entry),
        Fault::Missing(entry) => of("cli-audit-missing", entry),
        Fault::Unsealed(entry) => of("cli-audit-unsealed", entry),
        Fault::ValuesChanged(entry) => of("cli-audit-values-changed", entry),
        Fault::Cut(entry) => of("cli-audit-cut", entry),
        Fault::CheckpointForged(entry) => of("cli-audit-checkpoint-forged", entry),
        Fault::OtherKey { first, last } => {
            Message::new("cli-audit-sealed-otherwise").with("first", first).with("last", last)
        }
    }
}

fn sentence(verdict: &Verdict, n_heads: usize) -> String {
    let Verdict { n_whole, n_erased, n_open, begins_after, n_faults, .. } = *verdict;
    let counted = |id, n: usize| Message::new(id).with("n", super::count(n));
    let mut parts = vec![match n_faults {
        0 => counted("cli-audit-whole", n_whole),
        _ => counted("cli-audit-apart", n_whole),
    }];
    if n_erased > 0 {
        parts.push(counted("cli-audit-erased", n_erased));
    }
    if begins_after > 0 {
        parts.push(Message::new("cli-audit-begins-after").with("id", begins_after));
    }
    if n_open > 0 {
        parts.push(counted("cli-audit-open", n_open));
    }
    parts.push(counted("cli-audit-heads", n_heads));
    let and = |first: String, second: String| {
        super::words(&Message::new("cli-audit-and").with("first", first).with("second", second))
    };
    parts.iter().map(super::words).reduce(and).unwrap_or_default()
}
