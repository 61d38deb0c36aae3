//! Makes a backup while the program goes on.

use super::lock::Lock;
use super::manifest::{self, Manifest, Part, TablePart};
use super::queries;
use super::seal::{self, Measured, Sealing};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files;
use crate::reports::archive;
use crate::secret::Secret;
use crate::store::{Address, Snapshot};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What became of it.
#[derive(Debug, Clone)]
pub struct Made {
    pub path: PathBuf,
    pub size_bytes: u64,
    pub n_tables: usize,
    pub n_rows: u64,
    pub n_files: usize,
    pub is_locked: bool,
    /// Digests of files that the rows speak of and that do not lie in the folder as they should.
    pub missing: Vec<String>,
}

/// Whether the program's key goes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithKey {
    Yes,
    No,
}

/// Writes all rows as they stand at one moment, and the files they speak of, into a file that is there whole or not at
/// all. `data` is the program's folder.
///
/// # Errors
/// `Refused` when there is a file of that name already, or no key to put into it; `Broken` when the database cannot be
/// read, or the file cannot be written.
pub fn write(address: &Address, data: &Path, path: &Path, lock: &Lock, with_key: WithKey, now: Moment) -> Result<Made> {
    let shown = path.display();
    if path.exists() {
        return Err(Error::refused(Message::new("cli-backup-exists").with("file", shown.to_string())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let nameless = || Error::refused(Message::new("cli-backup-no-name").with("file", shown.to_string()));
    let name = path.file_name().ok_or_else(nameless)?.to_string_lossy();
    let part = folder.join(format!(".{name}.part"));
    let done = (|| {
        let mut made = write_part(address, data, &part, lock, with_key, now)?;
        made.size_bytes = fs::metadata(&part).context("the backup is gone")?.len();
        fs::rename(&part, path).with_context(|| format!("{shown} cannot be written"))?;
        File::open(folder).and_then(|folder| folder.sync_all()).context("the folder cannot be synced")?;
        Ok(Made { path: path.to_owned(), ..made })
    })();
    if done.is_err() {
        drop(fs::remove_file(&part));
    }
    done
}

type Zip<W> = ZipWriter<zip::write::StreamWriter<W>>;

fn write_part(
    address: &Address,
    data: &Path,
    part: &Path,
    lock: &Lock,
    with_key: WithKey,
    now: Moment,
) -> Result<Made> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut snapshot = Snapshot::take(address)?;
    let mut options = File::options();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(part);
    let file = file.with_context(|| format!("{} cannot be written", part.display()))?;
    let locking = lock.wrap(BufWriter::new(file))?;
    let mut zip = ZipWriter::new_stream(Sealing::new(locking));
    let key = Key::find(data, with_key)?;
    let mut manifest = Manifest::new(*now.as_utc(), snapshot.steps()?, key.mark);
    for table in snapshot.tables()? {
        let next_id = snapshot.next_id(&table)?;
        let (n_rows, size_bytes, digest) = write_table(&mut zip, &mut snapshot, &table)?;
        manifest.tables.push(TablePart { table, next_id, n_rows, size_bytes, digest });
    }
    let folder = data.join("files");
    // The tables of before an upgrade may be so old that they know no files.
    let knows = |table: &str| manifest.tables.iter().any(|part| part.table.name == table);
    let mut digests = if knows("file_uses") { queries::list_digests(snapshot.conn())? } else { BTreeSet::new() };
    if knows("session_archives") {
        digests.append(&mut archive::queries::list_digests(snapshot.conn())?);
    }
    for digest in digests {
        match write_file(&mut zip, &folder, &digest)? {
            Some(part) => manifest.files.push(part),
            None => manifest.missing.push(digest),
        }
    }
    if let Some(content) = key.content {
        let size_bytes = put(&mut zip, manifest::KEY, &content)?;
        manifest.key = Some(Part { size_bytes, digest: files::model::digest(&content) });
    }
    let text = serde_json::to_vec_pretty(&manifest).context("the manifest cannot be written")?;
    put(&mut zip, manifest::MANIFEST, &text)?;
    zip.set_comment(seal::comment()).map_err(unwritten)?;
    let sealing = zip.finish().map_err(unwritten)?.into_inner();
    let locking = sealing.seal().context("the backup cannot be sealed")?;
    let mut out = locking.finish().context("the backup cannot be locked")?;
    out.flush().and_then(|()| out.get_ref().sync_all()).context("the backup cannot be synced")?;
    Ok(Made {
        path: part.to_owned(),
        size_bytes: 0,
        n_tables: manifest.tables.len(),
        n_rows: manifest.n_rows(),
        n_files: manifest.files.len(),
        is_locked: !matches!(lock, Lock::Open),
        missing: manifest.missing,
    })
}

fn write_table<W: Write>(
    zip: &mut Zip<W>,
    snapshot: &mut Snapshot,
    table: &crate::store::rows::Table,
) -> Result<(u64, u64, String)> {
    zip.start_file(manifest::table_name(&table.name), packed()).map_err(unwritten)?;
    let mut out = BufWriter::with_capacity(1 << 16, Measured::new(zip));
    let mut n_rows = 0;
    snapshot.each_row(table, &mut |line| {
        n_rows += 1;
        out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).context("the backup cannot be written")?;
        Ok(())
    })?;
    let measured = out.into_inner().map_err(|error| anyhow::anyhow!("the backup cannot be written: {error}"))?;
    let size_bytes = measured.size_bytes;
    Ok((n_rows, size_bytes, measured.digest()))
}

/// A content as it lies in the folder; nothing when it does not, or is not what its name says.
fn write_file<W: Write>(zip: &mut Zip<W>, folder: &Path, digest: &str) -> Result<Option<Part>> {
    let content = match fs::read(files::model::path(folder, digest)) {
        Ok(content) => content,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(problem) => {
            return Err(anyhow::Error::new(problem).context(format!("the file {digest} cannot be read")).into());
        }
    };
    if files::model::digest(&content) != digest {
        return Ok(None);
    }
    let size_bytes = put(zip, &manifest::file_name(digest), &content)?;
    Ok(Some(Part { size_bytes, digest: digest.to_owned() }))
}

fn put<W: Write>(zip: &mut Zip<W>, name: &str, content: &[u8]) -> Result<u64> {
    zip.start_file(name, packed()).map_err(unwritten)?;
    zip.write_all(content).context("the backup cannot be written")?;
    Ok(content.len() as u64)
}

/// No time of its own, so that the same content is the same bytes; room for tables beyond 4 GB.
fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().large_file(true).unix_permissions(0o600)
}

fn unwritten(error: zip::result::ZipError) -> crate::error::Error {
    anyhow::Error::new(error).context("the backup cannot be written").into()
}

struct Key {
    mark: String,
    content: Option<Vec<u8>>,
}

impl Key {
    /// The key in the data folder; one that is given as a setting is kept by whoever gave it.
    fn find(data: &Path, with_key: WithKey) -> Result<Self> {
        let path = data.join(manifest::KEY);
        let content = match fs::read(&path) {
            Ok(content) => Some(content),
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => None,
            Err(problem) => {
                return Err(anyhow::Error::new(problem).context("the program's key cannot be read").into());
            }
        };
        let mark = if content.is_some() { mark(&Secret::open(None, data)?) } else { String::new() };
        match (with_key, content) {
            (WithKey::No, _) => Ok(Self { mark, content: None }),
            (WithKey::Yes, Some(content)) => Ok(Self { mark, content: Some(content) }),
            (WithKey::Yes, None) => {
                Err(Error::refused(Message::new("cli-backup-no-key").with("file", path.display().to_string())))
            }
        }
    }
}

/// What tells a key from another without telling the key.
pub(super) fn mark(secret: &Secret) -> String {
    secret.derive("backup", "mark")
}
