//! Looks into packed contents (OFD, DOCX, XLSX) within bounds: what unpacks to too much, hides something, runs
//! something or is locked is refused. Nothing is unpacked to disk, and no XML is understood.

use super::kind::{FileKind, Flaw, contains};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// What its parts may have once unpacked: documents pack to about a tenth, bombs to a thousandth.
const MOST_UNPACKED_BYTES: u64 = 200 * 1024 * 1024;
/// More parts than any document has.
const MOST_PARTS: usize = 5_000;
/// So much of a part is read to see that it is what its name says.
const BEGINNING: u64 = 4096;

/// The part that makes a container one of the kinds, and a word that its beginning holds.
const PARTS: &[(&str, &[u8], FileKind)] = &[
    ("OFD.xml", b"OFD", FileKind::Ofd),
    ("word/document.xml", b"document", FileKind::Docx),
    ("xl/workbook.xml", b"workbook", FileKind::Xlsx),
];
/// What a container without a comment ends in; something behind it belongs to another kind of file.
const LAST_RECORD: &[u8] = b"PK\x05\x06";
const LAST_RECORD_BYTES: usize = 22;
/// What lists the parts of an office document.
const CONTENT_TYPES: &str = "[Content_Types].xml";

pub(super) fn find(content: &[u8]) -> Result<FileKind, Flaw> {
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| Flaw::Damaged)?;
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err(Flaw::Mixed);
    }
    let last = content.len().checked_sub(LAST_RECORD_BYTES).and_then(|at| content.get(at..));
    if !last.is_some_and(|last| last.starts_with(LAST_RECORD)) {
        return Err(Flaw::Damaged);
    }
    if archive.len() > MOST_PARTS {
        return Err(Flaw::UnpacksTooLarge);
    }
    let (mut found, mut has_content_types, mut unpacked) = (None, false, 0);
    for index in 0..archive.len() {
        if archive.by_index_raw(index).map_err(|_| Flaw::Damaged)?.encrypted() {
            return Err(Flaw::Locked);
        }
        let mut part = archive.by_index(index).map_err(|_| Flaw::Damaged)?;
        let name = part.name().map_err(|_| Flaw::Damaged)?.into_owned();
        if part.enclosed_name().is_none() || name.contains('\\') {
            return Err(Flaw::Mixed);
        }
        if runs(&name) {
            return Err(Flaw::RunsSomething);
        }
        // Unpacked once into nothing, because the sizes that it states about itself may be untrue.
        let mut beginning = Vec::new();
        part.by_ref().take(BEGINNING).read_to_end(&mut beginning).map_err(|_| Flaw::Damaged)?;
        let allowed = MOST_UNPACKED_BYTES - unpacked;
        let rest = std::io::copy(&mut part.take(allowed + 1), &mut std::io::sink()).map_err(|_| Flaw::Damaged)?;
        let n_bytes = beginning.len() as u64 + rest;
        if n_bytes > allowed {
            return Err(Flaw::UnpacksTooLarge);
        }
        unpacked += n_bytes;
        if name == CONTENT_TYPES {
            has_content_types = true;
            if contains(&beginning, b"macroEnabled") {
                return Err(Flaw::RunsSomething);
            }
        }
        let Some((_, word, kind)) = PARTS.iter().find(|(known, ..)| *known == name) else { continue };
        if !contains(&beginning, word) {
            return Err(Flaw::Damaged);
        }
        if found.replace(*kind).is_some() {
            return Err(Flaw::Mixed);
        }
    }
    match found {
        Some(FileKind::Docx | FileKind::Xlsx) if !has_content_types => Err(Flaw::Damaged),
        Some(kind) => Ok(kind),
        None => Err(Flaw::OfNoKind),
    }
}

/// Whether a part is a program: macros of a document, or something that a system would start.
fn runs(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("vbaproject.bin")
        || [".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".js", ".vbs", ".html", ".htm"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::kind::tests::flaw;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    const DOCUMENT: (&str, &[u8]) = ("word/document.xml", b"<w:document/>");

    pub(in crate::files) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
            writer.write_all(content).expect("its content");
        }
        writer.finish().expect("a container").into_inner()
    }

    #[test]
    fn a_container_is_what_its_main_part_says() {
        assert_eq!(flaw(&packed(&[TYPES, DOCUMENT])), "docx");
        assert_eq!(flaw(&packed(&[TYPES, ("xl/workbook.xml", b"<workbook/>")])), "xlsx");
        assert_eq!(flaw(&packed(&[("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Document.xml", b"<x/>")])), "ofd");
        assert_eq!(flaw(&packed(&[("readme.txt", b"hello")])), "file-of-no-evidence-kind");
    }

    #[test]
    fn a_container_that_is_two_things_or_none_is_refused() {
        let ofd: (&str, &[u8]) = ("OFD.xml", b"<ofd:OFD/>");

        assert_eq!(flaw(&packed(&[TYPES, DOCUMENT, ofd])), "file-mixed");
        assert_eq!(flaw(&packed(&[DOCUMENT])), "file-damaged");
        assert_eq!(flaw(&packed(&[("OFD.xml", b"<html>")])), "file-damaged");
        assert_eq!(flaw(&packed(&[TYPES, DOCUMENT, ("../../etc/passwd", b"x")])), "file-mixed");
        assert_eq!(flaw(&[packed(&[TYPES, DOCUMENT]), b"<script>".to_vec()].concat()), "file-damaged");
    }

    #[test]
    fn macros_and_programs_within_are_refused() {
        let enabled: (&str, &[u8]) = ("[Content_Types].xml", b"application/vnd.ms-word.document.macroEnabled.main+xml");

        assert_eq!(flaw(&packed(&[TYPES, DOCUMENT, ("word/vbaProject.bin", b"x")])), "file-runs-something");
        assert_eq!(flaw(&packed(&[enabled, DOCUMENT])), "file-runs-something");
        assert_eq!(flaw(&packed(&[TYPES, DOCUMENT, ("word/embeddings/a.exe", b"MZ")])), "file-runs-something");
    }

    #[test]
    fn a_bomb_is_refused_after_a_bounded_amount_of_it() {
        let zeros = vec![0; 21 * 1024 * 1024];
        let names: Vec<String> = (0..10).map(|n| format!("word/media/{n}.png")).collect();
        let mut parts: Vec<(&str, &[u8])> = vec![TYPES, DOCUMENT];
        parts.extend(names.iter().map(|name| (name.as_str(), zeros.as_slice())));

        let bomb = packed(&parts);

        assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
        assert_eq!(flaw(&bomb), "file-unpacks-too-large");
    }

    #[test]
    fn a_container_that_was_cut_off_is_refused() {
        let whole = packed(&[TYPES, DOCUMENT]);

        for n_bytes in [8, whole.len() / 2, whole.len() - 1] {
            assert_eq!(flaw(&whole[..n_bytes]), "file-damaged", "{n_bytes}");
        }
    }
}
