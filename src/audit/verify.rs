//! Looks whether the trail is as it was written: every link, every value, and that no end was cut off.

use super::chain::Chain;
use super::heads::CopiedHead;
use super::queries::{self, Entry, Seal, Values};
use crate::error::Result;
use crate::store::Conn;
use std::collections::BTreeMap;

/// Entries that are looked at together.
const ENTRIES_A_STEP: i64 = 5_000;
/// Faults that are told one by one; after a great damage the number is enough.
const MOST_TOLD: usize = 100;

/// What is wrong in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The entry does not follow from the one before it: it was changed, or one before it was taken away.
    Changed(i64),
    /// There is a seal, and its entry is gone.
    Missing(i64),
    /// The entry was slipped in: those around it are sealed, and it is not.
    Unsealed(i64),
    /// The values before and after are not what they were.
    ValuesChanged(i64),
    /// The chain's end is gone: it once reached this entry.
    Cut(i64),
    /// Where the chain begins after older entries were taken away is not signed by this program.
    CheckpointForged(i64),
    /// From the first entry on up to another, no seal is one of this key: they were made with another, or written anew.
    OtherKey { first: i64, last: i64 },
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that are as they were.
    pub n_whole: usize,
    /// Of them those whose values have been erased since, as retention does.
    pub n_erased: usize,
    /// Entries so new that they are not chained yet.
    pub n_open: usize,
    /// The chain begins after this entry.
    pub begins_after: i64,
    pub n_faults: usize,
    /// The first of the faults.
    pub faults: Vec<Fault>,
}

impl Verdict {
    fn add(&mut self, fault: Fault) {
        self.n_faults += 1;
        if self.faults.len() < MOST_TOLD {
            self.faults.push(fault);
        }
    }
}

/// Goes through the whole trail. `heads` are those copied outside the database, read before. The connection should see
/// one moment ([`crate::store::Snapshot`]): what is chained or pruned meanwhile would look like a fault.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn verify(conn: &mut Conn, chain: &Chain, heads: &[CopiedHead]) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let (mut at, mut hash) = (0, String::new());
    if let Some(checkpoint) = queries::find_checkpoint(conn)? {
        if !chain.is_genuine(&checkpoint) {
            verdict.add(Fault::CheckpointForged(checkpoint.entry));
        }
        (at, hash) = (checkpoint.entry, checkpoint.hash);
        verdict.begins_after = at;
    }
    let mut copied: BTreeMap<i64, &str> =
        heads.iter().filter(|head| head.entry > at).map(|head| (head.entry, head.hash.as_str())).collect();
    let head = queries::find_head(conn)?;
    // Entries from the beginning on whose seals do not fit, as long as nothing else was found.
    let (mut strange, mut is_beginning): (Option<(i64, i64)>, bool) = (None, true);
    loop {
        let seals = queries::list_seals(conn, at, ENTRIES_A_STEP)?;
        let Some(last) = seals.last() else { break };
        let end = last.entry;
        let mut entries: BTreeMap<i64, (Entry, Option<Values>)> = queries::list_entries(conn, at, end, i64::MAX)?
            .into_iter()
            .map(|(entry, values)| (entry.id, (entry, values)))
            .collect();
        for seal in seals {
            match look_at(&mut verdict, chain, &hash, &seal, entries.remove(&seal.entry)) {
                Some(Fault::Changed(id)) if is_beginning => {
                    strange = Some((strange.map_or(id, |(first, _)| first), id))
                }
                fault => {
                    is_beginning = false;
                    add_beginning(&mut verdict, strange.take());
                    fault.into_iter().for_each(|fault| verdict.add(fault));
                }
            }
            if copied.remove(&seal.entry).is_some_and(|copy| copy != seal.hash) {
                verdict.add(Fault::Cut(seal.entry));
            }
            hash = seal.hash;
        }
        entries.keys().for_each(|id| verdict.add(Fault::Unsealed(*id)));
        at = end;
    }
    add_beginning(&mut verdict, strange);
    if (head.sealed_to, head.hash.as_str()) != (at, hash.as_str()) && (head.sealed_to > at || at > 0) {
        verdict.add(Fault::Cut(head.sealed_to));
    }
    copied.keys().for_each(|id| verdict.add(Fault::Cut(*id)));
    let newest = queries::find_newest_id(conn)?;
    for (entry, _) in queries::list_entries(conn, at, newest, i64::MAX)? {
        if entry.id <= head.sealed_to {
            verdict.add(Fault::Unsealed(entry.id));
        } else {
            verdict.n_open += 1;
        }
    }
    Ok(verdict)
}

/// Whether the oldest entry is sealed with this key, or nothing is sealed yet: a look that costs little, where [`verify`] goes
/// through everything.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn begins_with_key(conn: &mut Conn, chain: &Chain) -> Result<bool> {
    let checkpoint = queries::find_checkpoint(conn)?;
    let (at, hash) = checkpoint.map_or((0, String::new()), |checkpoint| (checkpoint.entry, checkpoint.hash));
    let Some(seal) = queries::list_seals(conn, at, 1)?.pop() else { return Ok(true) };
    let found = queries::list_entries(conn, seal.entry - 1, seal.entry, 1)?.pop();
    Ok(found.is_some_and(|(entry, _)| chain.link(&hash, &entry, seal.values_digest.as_deref()) == seal.hash))
}

/// One entry was changed; several from the first on were sealed with another key.
fn add_beginning(verdict: &mut Verdict, strange: Option<(i64, i64)>) {
    match strange {
        None => {}
        Some((first, last)) if first == last => verdict.add(Fault::Changed(first)),
        Some((first, last)) => verdict.add(Fault::OtherKey { first, last }),
    }
}

fn look_at(
    verdict: &mut Verdict,
    chain: &Chain,
    before: &str,
    seal: &Seal,
    found: Option<(Entry, Option<Values>)>,
) -> Option<Fault> {
    let Some((entry, values)) = found else { return Some(Fault::Missing(seal.entry)) };
    if chain.link(before, &entry, seal.values_digest.as_deref()) != seal.hash {
        return Some(Fault::Changed(entry.id));
    }
    let digest = values.as_ref().map(|values| chain.digest(&values.salt, &values.details));
    match (&digest, &seal.values_digest) {
        (None, Some(_)) => verdict.n_erased += 1,
        (digest, sealed) if digest != sealed => return Some(Fault::ValuesChanged(entry.id)),
        _ => {}
    }
    verdict.n_whole += 1;
    None
}
