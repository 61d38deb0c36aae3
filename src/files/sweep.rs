//! What nobody uses any more leaves the folder.

use super::model::{self, KEPT_UNUSED};
use super::queries;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Db;
use std::path::Path;

/// Files swept at one go.
const AT_ONCE: i64 = 100;

/// Deletes contents that nothing has used for a day, and tells how many there were.
///
/// # Errors
/// `Broken` when a content cannot be deleted; its row then stays, and the next sweep tries again.
pub async fn sweep(db: &Db, clock: &Clock, folder: &Path) -> Result<usize> {
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
            match std::fs::remove_file(&path) {
                Ok(()) => Ok(true),
                Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(true),
                Err(problem) => Err(anyhow::Error::new(problem).context("a file cannot be swept").into()),
            }
        });
        n_swept += usize::from(swept.await?);
    }
    Ok(n_swept)
}
