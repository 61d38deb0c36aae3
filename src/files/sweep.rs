//! What nobody uses any more leaves the folder, and so does what was left there when the program ended while storing it.

use super::model::{self, KEPT_UNUSED};
use super::{keep, queries};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::store::{Conn, Db};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files swept at one go.
const AT_ONCE: i64 = 100;

/// The digests of contents that [`super::store`] put there and that are kept: those of the reports know them.
pub type KeptElsewhere = fn(&mut Conn) -> Result<BTreeSet<String>>;

/// Deletes contents that nothing has used for a day, and tells how many there were.
///
/// # Errors
/// `Broken` when a content cannot be deleted; its row then stays, and the next sweep tries again.
pub async fn sweep(db: &Db, clock: &Clock, folder: &Path, elsewhere: KeptElsewhere) -> Result<usize> {
    let since = clock.now() - KEPT_UNUSED;
    let unused = db.read(move |conn| Ok(queries::list_unused(conn, since, AT_ONCE)?)).await?;
    let mut n_swept = 0;
    for (id, digest) in unused {
        let path = model::path(folder, &digest);
        // The content goes within the write that forgets it, so that whoever hands the same content in meanwhile comes
        // before (then it is used, and stays) or after (then it is written anew). Doing it twice does no harm.
        let swept = db.write(move |conn| {
            if !queries::delete_unused(conn, id, since)? {
                return Ok(false);
            }
            if !elsewhere(conn)?.contains(&digest) {
                remove(&path)?;
            }
            Ok(true)
        });
        n_swept += usize::from(swept.await?);
    }
    Ok(n_swept + sweep_strays(db, folder, since, elsewhere).await?)
}

/// Deletes parts that were never written to their end, and contents that nothing speaks of.
async fn sweep_strays(db: &Db, folder: &Path, since: Moment, elsewhere: KeptElsewhere) -> Result<usize> {
    let folder = folder.to_owned();
    let looked = tokio::task::spawn_blocking(move || -> Result<Vec<PathBuf>> {
        Ok(keep::list_entries(&folder)?.into_iter().filter(|path| is_older(path, since)).collect())
    });
    let old = looked.await.context("looking through the folder ended early")??;
    let known = db.read(move |conn| {
        let mut known = elsewhere(conn)?;
        known.extend(queries::list_digests(conn)?);
        Ok(known)
    });
    let known = known.await?;
    let mut n_swept = 0;
    for path in old {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if known.contains(&name) {
            continue;
        }
        let swept = db.write(move |conn| {
            // Somebody may have handed it in since: then there is a row, or the file is a new one.
            if queries::is_known(conn, &name)? || elsewhere(conn)?.contains(&name) || !is_older(&path, since) {
                return Ok(false);
            }
            remove(&path)?;
            Ok(true)
        });
        n_swept += usize::from(swept.await?);
    }
    Ok(n_swept)
}

/// Whether a file was last written before a moment; not when it is gone.
fn is_older(path: &Path, since: Moment) -> bool {
    std::fs::metadata(path).and_then(|file| file.modified()).is_ok_and(|at| at < since.system_time())
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(problem).context("a file cannot be swept").into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
