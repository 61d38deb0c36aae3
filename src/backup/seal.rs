//! The seal: the last 64 characters of an archive are the SHA-256 of everything before them. They stand in the comment of
//! the ZIP, so that other tools can open it.

use crate::secret::hex;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

const LENGTH: usize = 64;

/// The comment that an archive ends with; the seal takes the place of its zeros.
pub(super) fn comment() -> String {
    format!("sha256:{}", "0".repeat(LENGTH))
}

/// Writes on what it is given, but for the last 64 bytes, whose place the seal takes.
pub(super) struct Sealing<W> {
    inner: W,
    held: Vec<u8>,
    hash: Sha256,
}

impl<W: Write> Sealing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, held: Vec::new(), hash: Sha256::new() }
    }

    /// Ends it with the seal.
    pub(super) fn seal(mut self) -> io::Result<W> {
        self.inner.write_all(hex(&self.hash.finalize()).as_bytes())?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let n = self.held.len().saturating_sub(LENGTH);
        if n > 0 {
            let sealed: Vec<u8> = self.held.drain(..n).collect();
            self.inner.write_all(&sealed)?;
            self.hash.update(&sealed);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Whether an archive ends with the seal of what stands before it.
pub(super) fn is_whole(mut archive: impl Read) -> io::Result<bool> {
    let mut sealing = Sealing::new(io::sink());
    io::copy(&mut archive, &mut sealing)?;
    Ok(sealing.held == hex(&sealing.hash.finalize()).as_bytes())
}

/// Counts and digests what goes through.
pub(super) struct Measured<T> {
    inner: T,
    pub(super) size_bytes: u64,
    hash: Sha256,
}

impl<T> Measured<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, size_bytes: 0, hash: Sha256::new() }
    }

    pub(super) fn digest(self) -> String {
        hex(&self.hash.finalize())
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..n).ok_or(io::ErrorKind::InvalidData)?);
        self.size_bytes += n as u64;
        Ok(n)
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..n).ok_or(io::ErrorKind::InvalidData)?);
        self.size_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_archive_is_whole_until_a_byte_is_changed_lost_or_added() {
        let mut sealing = Sealing::new(Vec::new());
        sealing.write_all(b"what was written ").expect("memory");
        sealing.write_all(comment().as_bytes()).expect("memory");
        let sealed = sealing.seal().expect("memory");

        let is_whole = |bytes: &[u8]| is_whole(bytes).expect("memory");
        assert!(is_whole(&sealed));
        assert!(sealed.starts_with(b"what was written sha256:"));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(!is_whole(&changed), "{place}");
        }
        assert!(!is_whole(&sealed[..sealed.len() - 1]));
        assert!(!is_whole(&[sealed.as_slice(), b"0"].concat()));
        assert!(!is_whole(b""));
    }
}
