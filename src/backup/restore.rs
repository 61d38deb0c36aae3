//! Puts a backup into the place of what is there.

use super::archive::Archive;
use super::manifest::{self, Part, TablePart};
use super::{queries, write};
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::secret::Secret;
use crate::store::{Address, Conn, Rebuild};
use crate::{accounts, attendance, files, settings};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Rows and bytes of one statement.
const ROWS_AT_ONCE: usize = 500;
const BYTES_AT_ONCE: usize = 1 << 20;

/// What happens to mail that waited when the backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    /// It waits for somebody to let it go or drop it.
    Held,
    Sent,
}

/// What was put back.
#[derive(Debug, Clone)]
pub struct Restored {
    pub n_rows: u64,
    pub n_files: usize,
    /// Whether this installation's key is another than that of the backup: what was printed with that one is void.
    pub is_other_key: bool,
}

/// Restores a backup that was read through. Nothing is replaced before everything is ready, and then in one step; killed
/// before it, the old database stands, and files that came along are taken away by the next restore.
///
/// # Errors
/// `Refused` when somebody uses the database, or its key is another one; `Broken` when the rows do not fit together, or
/// nothing can be written.
pub fn restore(archive: &mut Archive, address: &Address, data: &Path, mail: Mail, now: Moment) -> Result<Restored> {
    let manifest = archive.manifest.clone();
    fs::create_dir_all(data).with_context(|| format!("the folder {} cannot be made", data.display()))?;
    // First, because without it the rest would be another installation; it is only ever put where none is.
    let is_other_key = restore_key(archive, data)?;
    let folder = data.join("files");
    for part in &manifest.files {
        restore_file(archive, &folder, part)?;
    }
    let mut rebuild = Rebuild::begin(address, &manifest.steps)?;
    let tables = rebuild.tables()?;
    if tables.len() != manifest.tables.len() || manifest.tables.iter().any(|part| !tables.contains(&part.table)) {
        return Err(manifest::refused("cli-backup-tables"));
    }
    for part in &manifest.tables {
        restore_table(archive, &mut rebuild, part)?;
    }
    rebuild.complete()?;
    let what = (manifest.taken_at, manifest.program.as_str());
    begin_anew(rebuild.conn(), mail, &what, now)?;
    rebuild.switch()?;
    forget_others(&folder, &manifest.files)?;
    Ok(Restored { n_rows: manifest.n_rows(), n_files: manifest.files.len(), is_other_key })
}

/// What was open then does not come alive: logins, links, kiosks; mail waits for a person (`reliability.md` B-04).
fn begin_anew(conn: &mut Conn, mail: Mail, what: &impl serde::Serialize, now: Moment) -> Result<()> {
    let operator = Actor::program("restore");
    accounts::queries::end_everything(conn, now)?;
    attendance::kiosk::queries::end_everything(conn, now)?;
    queries::delete_running(conn)?;
    match mail {
        Mail::Held => settings::hold_mail(conn, &operator, true, now)?,
        Mail::Sent => {}
    }
    audit::record(conn, &operator, now, Action::new("backup.restored", "backup"), None, what)
}

fn restore_table(archive: &mut Archive, rebuild: &mut Rebuild, part: &TablePart) -> Result<()> {
    let name = manifest::table_name(&part.table.name);
    let unreadable = || manifest::refused_part("cli-backup-part-other", &name);
    let (mut batch, mut n_in_batch, mut n_rows) = (String::from("["), 0, 0);
    let mut send = |batch: &mut String, n_in_batch: &mut usize| -> Result<()> {
        if *n_in_batch > 0 {
            batch.push(']');
            let n = rebuild.insert(&part.table, batch)?;
            n_rows += n as u64;
        }
        *batch = String::from("[");
        *n_in_batch = 0;
        Ok(())
    };
    for line in BufReader::new(archive.part(&name)?).lines() {
        let line = line.map_err(|_| unreadable())?;
        if n_in_batch > 0 {
            batch.push(',');
        }
        batch.push_str(&line);
        n_in_batch += 1;
        if n_in_batch == ROWS_AT_ONCE || batch.len() > BYTES_AT_ONCE {
            send(&mut batch, &mut n_in_batch)?;
        }
    }
    send(&mut batch, &mut n_in_batch)?;
    if n_rows != part.n_rows {
        return Err(unreadable());
    }
    match part.next_id {
        Some(next) => rebuild.set_next_id(&part.table, next),
        None => Ok(()),
    }
}

fn restore_file(archive: &mut Archive, folder: &Path, part: &Part) -> Result<()> {
    let path = files::model::path(folder, &part.digest);
    // What lies there is looked at, not trusted: it may be what the backup is to mend.
    if fs::read(&path).is_ok_and(|content| files::model::digest(&content) == part.digest) {
        return Ok(());
    }
    let mut content = Vec::new();
    archive.part(&manifest::file_name(&part.digest))?.read_to_end(&mut content).context("the backup cannot be read")?;
    files::put_content(folder, &part.digest, &content)
}

/// Takes away contents that the new database knows nothing of.
fn forget_others(folder: &Path, known: &[Part]) -> Result<()> {
    let known: BTreeSet<&str> = known.iter().map(|part| part.digest.as_str()).collect();
    for digest in files::list_contents(folder)? {
        if !known.contains(digest.as_str()) {
            fs::remove_file(files::model::path(folder, &digest)).context("a file of before cannot be taken away")?;
        }
    }
    Ok(())
}

/// Whether a key is that of the installation which made the backup, as far as the backup knows.
pub fn is_key_of(archive: &Archive, secret: &Secret) -> bool {
    archive.manifest.key_mark.is_empty() || write::mark(secret) == archive.manifest.key_mark
}

/// Puts the key of the backup where there is none. Tells whether this installation works with another one.
fn restore_key(archive: &mut Archive, data: &Path) -> Result<bool> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let path = data.join(manifest::KEY);
    let mark = archive.manifest.key_mark.clone();
    if archive.manifest.key.is_some() && !path.exists() {
        let mut content = Vec::new();
        archive.part(manifest::KEY)?.read_to_end(&mut content).context("the backup cannot be read")?;
        let part = data.join(format!(".{}.part", manifest::KEY));
        let mut options = fs::OpenOptions::new();
        let written = options.write(true).create(true).truncate(true).mode(0o600).open(&part);
        let written = written.and_then(|mut file| file.write_all(&content).and_then(|()| file.sync_all()));
        written.and_then(|()| fs::rename(&part, &path)).context("the program's key cannot be written")?;
        return Ok(false);
    }
    if path.exists() {
        let is_other = !mark.is_empty() && write::mark(&Secret::open(None, data)?) != mark;
        if is_other && archive.manifest.key.is_some() {
            let message = Message::new("cli-backup-key-other").with("file", path.display().to_string());
            return Err(Error::refused(message));
        }
        return Ok(is_other);
    }
    Ok(!mark.is_empty())
}
