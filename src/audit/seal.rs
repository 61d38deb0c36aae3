//! The sealer: chains entries in the order of their ids, a moment after they were written.

use super::chain::Chain;
use super::queries::{self, Seal};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::{Conn, Db};

/// Entries that are chained in one write, so that check-ins wait for none of it.
const ENTRIES_A_WRITE: i64 = 1_000;

/// Chains all entries that are not yet, and tells how many they were. Several instances may do so at once: each link is
/// made by one of them.
///
/// # Errors
/// `Busy` when a long write is adding entries: they are chained after it. `Broken` when it cannot be written.
pub async fn seal(db: &Db, secret: &Secret) -> Result<usize> {
    let mut n_sealed = 0;
    loop {
        // Asked by reading first: most of the time there is nothing to do, and nothing is then locked.
        let is_due = db.read(|conn| Ok(queries::find_newest_id(conn)? > queries::find_head(conn)?.sealed_to)).await?;
        if !is_due {
            return Ok(n_sealed);
        }
        let settled = db.write(find_settled).await?;
        let chain = Chain::new(secret);
        let n = db.write(move |conn| seal_up_to(conn, &chain, settled)).await?;
        if n == 0 {
            return Ok(n_sealed);
        }
        n_sealed += n;
    }
}

/// The newest entry, when no entry with a lower id can appear any more.
fn find_settled(conn: &mut Conn) -> Result<i64> {
    crate::store::hold_off_inserts(conn, "audit_entries")?;
    Ok(queries::find_newest_id(conn)?)
}

fn seal_up_to(conn: &mut Conn, chain: &Chain, settled: i64) -> Result<usize> {
    let head = queries::find_head(conn)?;
    let mut hash = head.hash.clone();
    let mut seals = Vec::new();
    for (entry, values) in queries::list_entries(conn, head.sealed_to, settled, ENTRIES_A_WRITE)? {
        let values_digest = values.map(|values| chain.digest(&values.salt, &values.details));
        hash = chain.link(&hash, &entry, values_digest.as_deref());
        seals.push(Seal { entry: entry.id, values_digest, hash: hash.clone() });
    }
    let Some(last) = seals.last() else { return Ok(0) };
    if queries::move_head(conn, &head, last.entry, &last.hash)? == 0 {
        // Another instance was faster.
        return Ok(0);
    }
    queries::insert_seals(conn, &seals)?;
    Ok(seals.len())
}

/// As [`seal`], for what goes on beside the pages: what is held up is left for the next time.
///
/// # Errors
/// As [`seal`], but for `Busy`.
pub async fn seal_if_free(db: &Db, secret: &Secret) -> Result<usize> {
    match seal(db, secret).await {
        Err(Error::Busy) => Ok(0),
        other => other,
    }
}
