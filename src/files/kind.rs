//! What a content is. It is told by what is in it, never by its name, and whatever is not whole or is two things at
//! once is refused.

use super::container;
use crate::error::{Message, Problem};

crate::choices! {
    /// What may be kept.
    pub enum FileKind {
        Pdf = "pdf",
        Jpeg = "jpeg",
        Png = "png",
        /// The national fixed-layout format (GB/T 33190).
        Ofd = "ofd",
        Docx = "docx",
        Xlsx = "xlsx",
    }
}

/// What is taken somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Accepts {
    pub kinds: &'static [FileKind],
    pub most_bytes: usize,
    /// The message about a content that is none of these.
    of_no_kind: &'static str,
}

/// Scans of signed sheets.
pub const SCANS: Accepts = Accepts {
    kinds: &[FileKind::Pdf, FileKind::Jpeg, FileKind::Png],
    most_bytes: 10 * 1024 * 1024,
    of_no_kind: "file-of-no-kind",
};

/// Evidence with a task or a record.
pub const EVIDENCE: Accepts =
    Accepts { kinds: FileKind::ALL, most_bytes: 20 * 1024 * 1024, of_no_kind: "file-of-no-evidence-kind" };

/// What is downloaded as a reading.
pub const READINGS: Accepts = Accepts {
    kinds: &[FileKind::Pdf, FileKind::Ofd, FileKind::Docx, FileKind::Xlsx],
    most_bytes: 20 * 1024 * 1024,
    of_no_kind: "library-file-kind",
};

/// Why a content is not what it begins as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    OfNoKind,
    /// Cut off, or its parts do not fit together.
    Damaged,
    /// Something else hides in it.
    Mixed,
    /// Its parts would be far larger than it is.
    UnpacksTooLarge,
    /// A program of its own would run when it is opened.
    RunsSomething,
    /// It can be opened with a password only.
    Locked,
}

impl FileKind {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Ofd => "application/ofd",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The ending of its name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Ofd => "ofd",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What a content is, or why it is not taken. Reading a packed one takes as long as unpacking it: not for the event loop.
///
/// # Errors
/// The problem, at the field `file`.
pub fn check(content: &[u8], accepts: &Accepts) -> Result<FileKind, Problem> {
    let wrong = |id| Problem::at("file", Message::new(id));
    if content.is_empty() {
        return Err(wrong("file-missing"));
    }
    if content.len() > accepts.most_bytes {
        let megabytes = i64::try_from(accepts.most_bytes / (1024 * 1024)).unwrap_or(i64::MAX);
        return Err(Problem::at("file", Message::new("file-too-large").with("n", megabytes)));
    }
    match find(content) {
        Ok(kind) if accepts.kinds.contains(&kind) => Ok(kind),
        Ok(_) | Err(Flaw::OfNoKind) => Err(wrong(accepts.of_no_kind)),
        Err(Flaw::Damaged) => Err(wrong("file-damaged")),
        Err(Flaw::Mixed) => Err(wrong("file-mixed")),
        Err(Flaw::UnpacksTooLarge) => Err(wrong("file-unpacks-too-large")),
        Err(Flaw::RunsSomething) => Err(wrong("file-runs-something")),
        Err(Flaw::Locked) => Err(wrong("file-locked")),
    }
}

fn find(content: &[u8]) -> Result<FileKind, Flaw> {
    if content.starts_with(b"PK\x03\x04") {
        return container::find(content);
    }
    let kind = if content.starts_with(b"%PDF-1.") || content.starts_with(b"%PDF-2.") {
        pdf(content)?;
        FileKind::Pdf
    } else if content.starts_with(b"\xFF\xD8\xFF") {
        jpeg(content)?;
        FileKind::Jpeg
    } else if content.starts_with(b"\x89PNG\r\n\x1A\n") {
        png(content)?;
        FileKind::Png
    } else {
        return Err(Flaw::OfNoKind);
    };
    // The directory of a container stands at the end: such a file would be opened as either, by whoever opens it.
    if contains(tail(content, 66 * 1024), b"PK\x05\x06") { Err(Flaw::Mixed) } else { Ok(kind) }
}

/// A PDF ends as one, and starts no program as far as that can be seen without unpacking its objects.
fn pdf(content: &[u8]) -> Result<(), Flaw> {
    if !contains(tail(content, 2048), b"%%EOF") || !contains(content, b"startxref") {
        return Err(Flaw::Damaged);
    }
    let plain = without_escapes(content);
    if contains(&plain, b"/JavaScript") || contains(&plain, b"/Launch") {
        return Err(Flaw::RunsSomething);
    }
    Ok(())
}

/// A PDF in which names are spelled out: `/J#61vaScript` is `/JavaScript` to whoever opens it.
fn without_escapes(content: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut plain, mut rest) = (Vec::with_capacity(content.len()), content);
    while let [first, after @ ..] = rest {
        let escaped = match after {
            [high, low, ..] if *first == b'#' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        let (byte, n_read) = escaped.map_or((*first, 1), |(high, low)| (high * 16 + low, 3));
        plain.push(byte);
        rest = rest.split_at(n_read).1;
    }
    plain
}

/// Segments up to the picture itself, among them one that says its size, and an end.
fn jpeg(content: &[u8]) -> Result<(), Flaw> {
    let mut rest = content.get(2..).ok_or(Flaw::Damaged)?;
    let mut has_frame = false;
    loop {
        let [0xFF, after @ ..] = rest else { return Err(Flaw::Damaged) };
        let [code, length @ ..] = after else { return Err(Flaw::Damaged) };
        if *code == 0xFF {
            rest = after;
            continue;
        }
        let [high, low, ..] = length else { return Err(Flaw::Damaged) };
        let n_bytes = usize::from(u16::from_be_bytes([*high, *low]));
        let has_length = matches!(code, 0xC0..=0xCF | 0xDA..=0xFE);
        let after = length.get(n_bytes..).filter(|_| has_length && n_bytes >= 2);
        rest = after.ok_or(Flaw::Damaged)?;
        has_frame |= matches!(code, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF);
        if *code == 0xDA {
            return if has_frame && contains(rest, b"\xFF\xD9") { Ok(()) } else { Err(Flaw::Damaged) };
        }
    }
}

/// Chunk after chunk from the head to the end, and nothing behind it.
fn png(content: &[u8]) -> Result<(), Flaw> {
    let mut rest = content.get(8..).ok_or(Flaw::Damaged)?;
    let mut is_head = true;
    loop {
        let [a, b, c, d, name @ ..] = rest else { return Err(Flaw::Damaged) };
        let n_bytes = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        // Its length, its name, and its checksum.
        let Some(after) = n_bytes.checked_add(12).and_then(|end| rest.get(end..)) else { return Err(Flaw::Damaged) };
        if is_head && !(name.starts_with(b"IHDR") && n_bytes == 13) {
            return Err(Flaw::Damaged);
        }
        if name.starts_with(b"IEND") {
            return if after.is_empty() { Ok(()) } else { Err(Flaw::Mixed) };
        }
        (rest, is_head) = (after, false);
    }
}

fn tail(content: &[u8], n_bytes: usize) -> &[u8] {
    content.split_at(content.len().saturating_sub(n_bytes)).1
}

pub(super) fn contains(content: &[u8], word: &[u8]) -> bool {
    content.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";

    pub(in crate::files) fn flaw(content: &[u8]) -> &'static str {
        check(content, &EVIDENCE).map_or_else(|problem| problem.message.id, FileKind::as_str)
    }

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32).to_be_bytes(), name, content, &[0; 4]].concat()
    }

    fn a_png() -> Vec<u8> {
        let head = chunk(b"IHDR", &[0; 13]);
        [b"\x89PNG\r\n\x1A\n".to_vec(), head, chunk(b"IDAT", b"x"), chunk(b"IEND", b"")].concat()
    }

    fn a_jpeg() -> Vec<u8> {
        let segment =
            |code: u8, content: &[u8]| [&[0xFF, code], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat();
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0"),
            segment(0xC0, &[8; 9]),
            segment(0xDA, &[1; 6]),
            vec![7, 0xFF, 0xD9],
        ]
        .concat()
    }

    #[test]
    fn a_whole_file_is_what_is_in_it() {
        assert_eq!((flaw(PDF), flaw(&a_png()), flaw(&a_jpeg())), ("pdf", "png", "jpeg"));
    }

    /// I-06.
    #[test]
    fn what_is_none_of_the_kinds_is_refused_whatever_it_may_become_in_a_browser() {
        let gif_and_script = b"GIF89a/*\0\0*/=1;alert(1)";
        for other in
            [&b"<html>"[..], b"<svg xmlns", b"MZ", b"\xD0\xCF\x11\xE0", b"%PDF", b" %PDF-1.7", gif_and_script, &[0; 64]]
        {
            assert_eq!(flaw(other), "file-of-no-evidence-kind", "{other:?}");
        }
        assert_eq!(flaw(b""), "file-missing");
    }

    #[test]
    fn what_was_cut_off_anywhere_is_refused() {
        for whole in [PDF.to_vec(), a_png(), a_jpeg()] {
            for n_bytes in 12..whole.len() - 2 {
                assert_ne!(check(&whole[..n_bytes], &EVIDENCE).ok(), Some(FileKind::Png), "{n_bytes}");
                assert!(flaw(&whole[..n_bytes]).starts_with("file-"), "{n_bytes} of {whole:?}");
            }
        }
    }

    /// I-06.
    #[test]
    fn what_hides_behind_a_picture_or_a_document_is_found() {
        let with = |content: &[u8], more: &[u8]| [content, more].concat();
        let directory = b"PK\x05\x06\0\0\0\0\0\0";

        assert_eq!(flaw(&with(&a_png(), b"<script>alert(1)</script>")), "file-mixed");
        assert_eq!(flaw(&with(&a_jpeg(), directory)), "file-mixed");
        assert_eq!(flaw(&with(PDF, directory)), "file-mixed");
        for name in ["JavaScript", "J#61vaScript", "#4a#61#76aScript", "Launch", "L#61unch"] {
            let hidden = format!("%PDF-1.7\n/OpenAction << /S /{name} >>\nstartxref\n9\n%%EOF");
            assert_eq!(flaw(hidden.as_bytes()), "file-runs-something", "{name}");
        }
        assert_eq!(flaw(b"%PDF-1.7\n/Title (50 # 1) #\nstartxref\n9\n%%EOF#"), "pdf");
    }

    #[test]
    fn the_largest_is_taken_and_a_byte_more_is_not() {
        let mut large = PDF.to_vec();
        large.splice(9..9, std::iter::repeat_n(b' ', EVIDENCE.most_bytes - PDF.len()));

        assert_eq!(flaw(&large), "pdf");
        large.insert(9, b' ');
        assert_eq!(flaw(&large), "file-too-large");
    }

    #[test]
    fn a_scan_is_a_pdf_or_a_picture_of_half_the_size() {
        let scan = |content: &[u8]| check(content, &SCANS).map_err(|problem| problem.message.id);

        assert_eq!(scan(PDF), Ok(FileKind::Pdf));
        assert_eq!(scan(&vec![0; SCANS.most_bytes + 1]), Err("file-too-large"));
        assert_eq!(scan(&super::super::container::tests::packed(&[("OFD.xml", b"<ofd:OFD>")])), Err("file-of-no-kind"));
    }
}
