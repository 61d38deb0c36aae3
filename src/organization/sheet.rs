//! The cells of a spreadsheet or CSV file, whoever made it: sparse, and bounded in memory whatever the file claims about
//! its own size.

use calamine::{DataRef, Reader, Xlsx};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::io::{Cursor, Read};

/// A file may have this many bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// What a packed file may have once unpacked: rosters pack to about a tenth, bombs to a thousandth.
const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// What its cells may take in memory: a few bytes of a packed file can name the same long text a million times.
const MAX_READ_BYTES: usize = 192 * 1024 * 1024;
/// Rows beyond this are not read; it leaves room for titles above and signatures below the people.
const MAX_SHEET_ROWS: usize = super::roster_file::MAX_ROWS + 1000;
/// Columns beyond this hold nothing of a roster.
const MAX_COLUMNS: usize = 100;
/// Characters of one cell that are kept: enough to show what is wrong with it.
const MAX_CELL: usize = 500;

crate::choices! {
    /// Why a file cannot be read at all, in a word that the page words.
    pub enum FileProblem {
        Empty = "empty",
        TooLarge = "too_large",
        TooManyRows = "too_many_rows",
        /// Neither a spreadsheet nor text, or damaged.
        Unreadable = "unreadable",
        /// `.xls` of Excel 97–2003: to be saved as `.xlsx`.
        OldExcel = "old_excel",
        NoHeader = "no_header",
        NoRows = "no_rows",
    }
}

/// One row with something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// As the spreadsheet numbers it, from 1.
    pub number: usize,
    /// Text from the first column to the last one with something in it.
    pub cells: Vec<String>,
}

/// The sheets of a file that have anything in them.
pub fn read(bytes: &[u8]) -> Result<Vec<Vec<SheetRow>>, FileProblem> {
    if bytes.is_empty() {
        return Err(FileProblem::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(FileProblem::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return read_packed(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(FileProblem::OldExcel);
    }
    read_csv(&decode(bytes)?).map(|rows| vec![rows])
}

/// A grid that takes cells in any order and keeps what is within bounds.
struct Grid {
    rows: std::collections::BTreeMap<usize, Vec<String>>,
    /// Bytes that it, and the sheets after it, may still take.
    budget: usize,
}

impl Grid {
    fn new(budget: usize) -> Self {
        Self { rows: std::collections::BTreeMap::new(), budget }
    }

    /// Row and column count from 0.
    fn put(&mut self, row: usize, column: usize, text: &str) -> Result<(), FileProblem> {
        let text = text.trim();
        if text.is_empty() || column >= MAX_COLUMNS {
            return Ok(());
        }
        if !self.rows.contains_key(&row) && self.rows.len() >= MAX_SHEET_ROWS {
            return Err(FileProblem::TooManyRows);
        }
        let text: String = text.chars().take(MAX_CELL).collect();
        let cells = self.rows.entry(row).or_default();
        let taken = text.len() + (column + 1).saturating_sub(cells.len()) * size_of::<String>();
        self.budget = self.budget.checked_sub(taken).ok_or(FileProblem::TooLarge)?;
        match cells.get_mut(column) {
            Some(cell) => *cell = text,
            None => {
                cells.resize(column, String::new());
                cells.push(text);
            }
        }
        Ok(())
    }

    /// Gives the empty cells of a merged column the text of its first one.
    fn fill_down(&mut self, first: usize, last: usize, column: usize) -> Result<(), FileProblem> {
        let Some(text) = self.rows.get(&first).and_then(|cells| cells.get(column)).cloned() else { return Ok(()) };
        let below: Vec<usize> = self.rows.range(first + 1..=last).map(|(row, _)| *row).collect();
        for row in below {
            self.put(row, column, &text)?;
        }
        Ok(())
    }

    fn into_rows(self) -> Vec<SheetRow> {
        self.rows.into_iter().map(|(row, cells)| SheetRow { number: row + 1, cells }).collect()
    }
}

fn read_packed(bytes: &[u8]) -> Result<Vec<Vec<SheetRow>>, FileProblem> {
    let unreadable = |_| FileProblem::Unreadable;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    // Unpacked once into nothing, because the sizes that the file states about itself may be untrue.
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(unreadable)?;
        let allowed = MAX_UNPACKED_BYTES - unpacked;
        let n_bytes =
            std::io::copy(&mut file.take(allowed + 1), &mut std::io::sink()).map_err(|_| FileProblem::Unreadable)?;
        if n_bytes > allowed {
            return Err(FileProblem::TooLarge);
        }
        unpacked += n_bytes;
    }
    if archive.by_name("content.xml").is_ok() {
        let file = archive.by_name("content.xml").map_err(unreadable)?;
        return read_ods(std::io::BufReader::new(file));
    }
    read_xlsx(bytes)
}

fn read_xlsx(bytes: &[u8]) -> Result<Vec<Vec<SheetRow>>, FileProblem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileProblem::Unreadable)?;
    let mut sheets = Vec::new();
    let mut budget = MAX_READ_BYTES;
    for name in book.sheet_names() {
        let mut grid = Grid::new(budget);
        // Cell by cell: the dense range that calamine also offers would be as large as the sheet claims to be.
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = reader.next_cell().map_err(|_| FileProblem::Unreadable)? {
            let (row, column) = cell.get_position();
            grid.put(row as usize, column as usize, &text_of(cell.get_value()))?;
        }
        drop(reader);
        if let Ok(merged) = book.merge_cells_by_sheet_name(&name) {
            // A merge across columns is a title; one column down is a unit that is named once.
            for area in merged.into_iter().filter(|area| area.start.1 == area.end.1) {
                grid.fill_down(area.start.0 as usize, area.end.0 as usize, area.start.1 as usize)?;
            }
        }
        budget = grid.budget;
        sheets.push(grid.into_rows());
    }
    sheets.retain(|rows| !rows.is_empty());
    Ok(sheets)
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => number_text(value.as_f64()),
    }
}

/// A whole number without a point: employee numbers that were typed as numbers.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// The `content.xml` of an OpenDocument spreadsheet. Read here and not by calamine, which multiplies out what the file
/// says is repeated: some bytes of file would become gigabytes.
fn read_ods(file: impl std::io::BufRead) -> Result<Vec<Vec<SheetRow>>, FileProblem> {
    use quick_xml::events::{BytesStart, Event};
    let repeats = |element: &BytesStart<'_>, name: &str| -> usize {
        let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
        found.and_then(|attribute| attribute.value.parse().ok()).unwrap_or(1)
    };
    let mut reader = quick_xml::Reader::from_reader(file);
    let mut buffer = Vec::new();
    let mut sheets = Vec::new();
    let mut grid = Grid::new(MAX_READ_BYTES);
    let (mut row, mut row_repeats, mut column, mut cell_repeats) = (0_usize, 1_usize, 0_usize, 1_usize);
    let (mut text, mut in_cell, mut in_note) = (String::new(), false, 0_usize);
    let mut row_cells: Vec<(usize, String)> = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|_| FileProblem::Unreadable)?;
        let is_empty_element = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "table:table" => (grid, row) = (Grid::new(grid.budget), 0),
                "table:table-row" => {
                    (row_repeats, column) = (repeats(&element, "table:number-rows-repeated"), 0);
                    row_cells.clear();
                    if is_empty_element {
                        row = row.saturating_add(row_repeats);
                    }
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    cell_repeats = repeats(&element, "table:number-columns-repeated");
                    text.clear();
                    if is_empty_element {
                        column = column.saturating_add(cell_repeats);
                    } else {
                        in_cell = true;
                    }
                }
                "office:annotation" if !is_empty_element => in_note += 1,
                "text:p" if !text.is_empty() => text.push(' '),
                "text:s" | "text:tab" | "text:line-break" => text.push(' '),
                _ => {}
            },
            Event::Text(piece) if in_cell && in_note == 0 && text.len() < 4 * MAX_CELL => {
                text.push_str(&piece);
            }
            Event::GeneralRef(entity) if in_cell && in_note == 0 && text.len() < 4 * MAX_CELL => {
                match entity.resolve_char_ref() {
                    Ok(Some(character)) => text.push(character),
                    _ => text.push_str(quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or("")),
                }
            }
            Event::End(element) => match element.name().as_ref() {
                "office:annotation" => in_note = in_note.saturating_sub(1),
                "table:table-cell" | "table:covered-table-cell" => {
                    in_cell = false;
                    let last = column.saturating_add(cell_repeats);
                    if !text.trim().is_empty() {
                        row_cells.extend((column..last.min(MAX_COLUMNS)).map(|column| (column, text.clone())));
                    }
                    column = last;
                }
                "table:table-row" => {
                    if !row_cells.is_empty() {
                        for at in row..row.saturating_add(row_repeats) {
                            for (column, text) in &row_cells {
                                grid.put(at, *column, text)?;
                            }
                        }
                    }
                    row = row.saturating_add(row_repeats);
                }
                "table:table" => {
                    let next = Grid::new(grid.budget);
                    sheets.push(std::mem::replace(&mut grid, next).into_rows());
                }
                _ => {}
            },
            _ => {}
        }
    }
    sheets.retain(|rows| !rows.is_empty());
    Ok(sheets)
}

/// The text of a CSV file: UTF-8 with or without its mark, UTF-16 with it, else GB18030, which is what Excel and WPS
/// write where Chinese is spoken.
fn decode(bytes: &[u8]) -> Result<String, FileProblem> {
    let text = if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        String::from_utf8(rest.to_vec()).ok()
    } else if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        UTF_16LE.decode_without_bom_handling_and_without_replacement(rest).map(|text| text.into_owned())
    } else if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        UTF_16BE.decode_without_bom_handling_and_without_replacement(rest).map(|text| text.into_owned())
    } else {
        std::str::from_utf8(bytes).ok().map(str::to_owned).or_else(|| {
            GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
        })
    };
    text.filter(|text| !text.contains('\0')).ok_or(FileProblem::Unreadable)
}

fn read_csv(text: &str) -> Result<Vec<SheetRow>, FileProblem> {
    let head: String = text.lines().take(super::roster_file::HEADER_WITHIN).collect();
    let count = |separator: u8| head.bytes().filter(|byte| *byte == separator).count();
    let separator = [b',', b'\t', b';'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',');
    // Of the two characters that end a line on Windows the reader leaves the second to the next record; each record
    // ends here, also the last, so that its lines can be counted.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.push('\n');
    let mut grid = Grid::new(MAX_READ_BYTES);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Line ends within cells, which begin no row of the spreadsheet.
    let mut n_within = 0;
    while reader.read_record(&mut record).map_err(|_| FileProblem::Unreadable)? {
        n_within += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        // The reader stands on the line after the record, whose first is 1; empty lines before it were passed over.
        let row = (reader.position().line() as usize).saturating_sub(2 + n_within);
        for (column, cell) in record.iter().enumerate().take(MAX_COLUMNS) {
            grid.put(row, column, cell)?;
        }
    }
    Ok(grid.into_rows())
}
