//! A content is received, kept with something, read again, taken away.

use super::kind::{self, Accepts, FileKind};
use super::model::{self, FileUse, Subject};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::store::ids::{FileId, FileUseId};
use crate::store::{Conn, Db};
use anyhow::Context as _;
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A content that lies in the folder, durably, and is not kept with anything yet.
#[derive(Debug, Clone)]
pub struct Received {
    file: FileId,
    digest: String,
    kind: FileKind,
    size_bytes: i64,
}

impl Received {
    /// By which it lies there.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Puts a content into the folder, where the same content lies once. Its row comes first, so that a sweep knows of
/// whatever lies there.
///
/// # Errors
/// `Refused` when it is empty, too large, not whole, or not of a kind that is taken there; `Broken` when it cannot be
/// written.
pub async fn receive(
    db: &Db,
    clock: &Clock,
    folder: &Path,
    content: Vec<u8>,
    accepts: &'static Accepts,
) -> Result<Received> {
    let looked =
        tokio::task::spawn_blocking(move || (kind::check(&content, accepts), model::digest(&content), content));
    let (kind, digest, content) = looked.await.context("looking at a file ended early")?;
    let kind = kind.map_err(|problem| Error::Refused(vec![problem]))?;
    let now = clock.now();
    let size_bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
    let known = digest.clone();
    let file = db.write(move |conn| Ok(queries::touch(conn, &known, kind, size_bytes, now)?)).await?;
    let path = model::path(folder, &digest);
    let written = tokio::task::spawn_blocking(move || write(&path, &content)).await;
    written.context("writing a file ended early")??;
    Ok(Received { file, digest, kind, size_bytes })
}

/// Puts a content of the program's own into the folder, and tells the digest by which it lies there. It has no row among
/// the files: whoever keeps it tells the sweep of it.
///
/// # Errors
/// `Broken` when it cannot be written.
pub async fn store(folder: &Path, content: Vec<u8>) -> Result<String> {
    let folder = folder.to_owned();
    let stored = tokio::task::spawn_blocking(move || {
        let digest = model::digest(&content);
        write(&model::path(&folder, &digest), &content).map(|()| digest)
    });
    stored.await.context("writing a file ended early")?
}

/// Reads what [`store`] has put there.
///
/// # Errors
/// `Broken` when it does not lie where it should.
pub async fn load(folder: &Path, digest: &str) -> Result<Vec<u8>> {
    let path = model::path(folder, digest);
    let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
    Ok(read.context("reading a file ended early")?.with_context(|| format!("the file {digest} is gone"))?)
}

/// Puts a content where its digest says, as a backup brings it back.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn put_content(folder: &Path, digest: &str, content: &[u8]) -> Result<()> {
    write(&model::path(folder, digest), content)
}

/// The digests of all contents that lie in the folder.
///
/// # Errors
/// `Broken` when it cannot be looked into.
pub fn list_contents(folder: &Path) -> Result<Vec<String>> {
    let names = list_entries(folder)?.into_iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Ok(names.filter(|name| model::is_digest(name)).collect())
}

/// Everything that lies in the folder: contents, and parts of what is being written or never was to its end.
pub(super) fn list_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let looked = || format!("the folder {} cannot be looked into", folder.display());
    let mut entries = Vec::new();
    if !folder.exists() {
        return Ok(entries);
    }
    for shelf in std::fs::read_dir(folder).with_context(looked)? {
        let shelf = shelf.with_context(looked)?.path();
        if !shelf.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(shelf).with_context(looked)? {
            entries.push(entry.with_context(looked)?.path());
        }
    }
    Ok(entries)
}

/// Under a name of its own first, so that a content never lies there in part.
fn write(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("a content has a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let partial = folder.join(format!("{}.part", crate::secret::random_token()));
    let done = std::fs::File::create(&partial)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&partial, path))
        .and_then(|()| std::fs::File::open(folder)?.sync_all());
    if let Err(problem) = done {
        drop(std::fs::remove_file(&partial));
        return Err(anyhow::Error::new(problem).context("a file cannot be kept").into());
    }
    Ok(())
}

#[derive(Serialize)]
struct Details<'a> {
    digest: &'a str,
    name: &'a str,
    size_bytes: i64,
    reason: &'a str,
}

/// Keeps a received content with something, once. The caller has checked that the actor may.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn keep(
    conn: &mut Conn,
    actor: &Actor,
    subject: Subject,
    received: &Received,
    typed_name: &str,
    now: Moment,
) -> Result<()> {
    let name = model::shown_name(typed_name, received.kind);
    if queries::insert_use(conn, received.file, subject, &name, actor.person, now)? {
        let (digest, size_bytes) = (received.digest.as_str(), received.size_bytes);
        let details = Details { digest, name: &name, size_bytes, reason: "" };
        audit::record(conn, actor, now, Action::new("file.added", subject.audited_kind()), subject.key().1, &details)?;
    }
    Ok(())
}

/// Takes away everything that is kept with something, which goes itself. The caller has checked that the actor may.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn take_all_away(conn: &mut Conn, actor: &Actor, subject: Subject, reason: &str, now: Moment) -> Result<usize> {
    let uses = queries::list_uses(conn, subject)?;
    for of in &uses {
        take_away(conn, actor, subject, of.id, reason, now)?;
    }
    Ok(uses.len())
}

/// Takes a file away from what it was kept with; the content is swept a day later unless something else uses it. The
/// caller has checked that the actor may.
///
/// # Errors
/// `NotFound` when it is not kept with it.
pub fn take_away(
    conn: &mut Conn,
    actor: &Actor,
    subject: Subject,
    id: FileUseId,
    reason: &str,
    now: Moment,
) -> Result<()> {
    let of = queries::find_use(conn, subject, id)?;
    queries::delete_use(conn, &of, now)?;
    let details = Details { digest: &of.digest, name: &of.name, size_bytes: of.size_bytes, reason };
    audit::record(conn, actor, now, Action::new("file.taken_away", subject.audited_kind()), subject.key().1, &details)
}

/// The content of a file.
///
/// # Errors
/// `Broken` when it does not lie where it should.
pub async fn read(folder: &Path, of: &FileUse) -> Result<Vec<u8>> {
    load(folder, &of.digest).await
}
