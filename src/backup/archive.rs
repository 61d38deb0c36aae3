//! A backup is read through whole, part by part, before anything is done with it.

use super::lock::{Keys, LOCKED, Unlocked};
use super::manifest::{MANIFEST, Manifest, refused, refused_part};
use super::seal::{self, Measured};
use crate::error::{Error, Message, Result};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

/// The longest manifest: a list of files, at some 100 bytes each.
const LONGEST_MANIFEST: u64 = 1 << 28;

/// A backup that is whole and of this program's kind.
pub struct Archive {
    zip: ZipArchive<BufReader<Source>>,
    pub manifest: Manifest,
}

enum Source {
    Open(File),
    Locked(Box<Unlocked<File>>),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Open(file) => file.read(buffer),
            Self::Locked(unlocked) => unlocked.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Open(file) => file.seek(to),
            Self::Locked(unlocked) => unlocked.seek(to),
        }
    }
}

/// Opens a backup and reads all of it: its seal, its list of parts, and the digest of each.
///
/// # Errors
/// `Refused` when it is damaged, cut off, of another program, newer than this one, or locked.
pub fn open(path: &Path, keys: &Keys) -> Result<Archive> {
    let mut file = File::open(path).map_err(|error| {
        let message = Message::new("cli-unreadable").with("file", path.display().to_string());
        Error::refused(message.with("why", error.to_string()))
    })?;
    let mut beginning = Vec::new();
    file.by_ref().take(LOCKED.len() as u64).read_to_end(&mut beginning).context("the backup cannot be read")?;
    file.rewind().context("the backup cannot be read")?;
    let source = if beginning == LOCKED {
        Source::Locked(Box::new(keys.unlock(file)?))
    } else if beginning.starts_with(b"PK") {
        Source::Open(file)
    } else {
        return Err(refused("cli-backup-foreign"));
    };
    let mut source = BufReader::with_capacity(1 << 16, source);
    if !seal::is_whole(&mut source).map_err(|_| refused("cli-backup-cut-off"))? {
        return Err(refused("cli-backup-cut-off-or-foreign"));
    }
    source.rewind().context("the backup cannot be read")?;
    let mut zip = ZipArchive::new(source).map_err(|_| refused("cli-backup-no-archive"))?;
    let manifest = read_manifest(&mut zip)?;
    manifest.check()?;
    let mut archive = Archive { zip, manifest };
    archive.check_names()?;
    archive.check_parts()?;
    Ok(archive)
}

fn read_manifest(zip: &mut ZipArchive<BufReader<Source>>) -> Result<Manifest> {
    let mut text = Vec::new();
    let part = zip.by_name(MANIFEST).map_err(|_| refused("cli-backup-no-manifest"))?;
    part.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|_| refused("cli-backup-manifest-damaged"))?;
    serde_json::from_slice(&text).map_err(|_| refused("cli-backup-manifest-foreign"))
}

impl Archive {
    /// Exactly the parts that the manifest names, so that nothing comes along unseen.
    fn check_names(&mut self) -> Result<()> {
        let mut expected: BTreeSet<String> = self.manifest.parts().into_iter().map(|(name, _, _)| name).collect();
        expected.insert(MANIFEST.to_owned());
        let found: Result<Vec<String>, _> =
            self.zip.file_names().map(|name| name.map(std::borrow::Cow::into_owned)).collect();
        let found = found.map_err(|_| refused("cli-backup-part-names"))?;
        if found.len() != expected.len() || found.iter().any(|name| !expected.contains(name)) {
            return Err(refused("cli-backup-parts-other"));
        }
        Ok(())
    }

    fn check_parts(&mut self) -> Result<()> {
        let parts: Vec<(String, u64, String)> =
            self.manifest.parts().into_iter().map(|(name, size, digest)| (name, size, digest.to_owned())).collect();
        for (name, size_bytes, digest) in parts {
            let mut measured = Measured::new(self.part(&name)?.take(size_bytes + 1));
            io::copy(&mut measured, &mut io::sink()).map_err(|_| refused_part("cli-backup-part-damaged", &name))?;
            if measured.size_bytes != size_bytes || measured.digest() != digest {
                return Err(refused_part("cli-backup-part-other", &name));
            }
        }
        Ok(())
    }

    /// The content of a part.
    pub(super) fn part(&mut self, name: &str) -> Result<impl Read + '_> {
        self.zip.by_name(name).map_err(|_| refused_part("cli-backup-part-missing", name))
    }
}
