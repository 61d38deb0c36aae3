//! Tables of typed cells, laid out as a workbook or as CSV.

use super::csv;
use crate::error::Result;
use crate::templates::percent;
use anyhow::Context as _;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// What a workbook's sheet may be called (Excel: 31 characters, none of these).
const MOST_NAME: usize = 31;
const NOT_IN_NAME: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Always text: a name or a number that begins with zeros stays as it is, and nothing is calculated.
    Text(String),
    Count(i64),
    /// A share in percent, as pages show it; nothing of nothing.
    Share(i64, i64),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn is_number(&self) -> bool {
        match self {
            Self::Count(_) | Self::Share(..) => true,
            // Hours are words in a workbook, with a comma or a point as they stand.
            Self::Text(text) => text.parse::<f64>().is_ok(),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// As a page has it.
    pub fn on_paper(&self) -> String {
        if self.is_blank() { "—".to_owned() } else { self.in_csv() }
    }

    pub(super) fn wide(&self) -> u32 {
        wide(&self.in_csv())
    }

    /// As it stands in a file of text.
    fn in_csv(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(n) => n.to_string(),
            Self::Share(n, of) => percent(*n, *of),
        }
    }
}

/// A table: a head and rows as wide as it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: String,
    /// What each column is called, and its width in characters.
    pub columns: Vec<(String, f64)>,
    pub rows: Vec<Vec<Cell>>,
}

/// Tables of one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// What the report is called and what it says of itself, and how its figures are computed: a sheet of its own, the last.
    pub about: (String, Vec<String>),
    pub sheets: Vec<Sheet>,
}

impl Sheet {
    /// A table of what a file of text holds, where the columns at these places hold whole numbers.
    pub fn of_texts(name: &str, rows: Vec<Vec<String>>, counts: &[usize]) -> Self {
        let mut rows = rows.into_iter();
        let head = rows.next().unwrap_or_default();
        let cell = |(place, text): (usize, String)| match text.parse::<i64>() {
            Ok(n) if counts.contains(&place) => Cell::Count(n),
            Ok(_) | Err(_) => Cell::Text(text),
        };
        let rows: Vec<Vec<Cell>> = rows.map(|row| row.into_iter().enumerate().map(cell).collect()).collect();
        let columns = head
            .into_iter()
            .enumerate()
            .map(|(place, head)| {
                let longest = rows.iter().take(200).filter_map(|row| row.get(place)).map(|cell| wide(&cell.in_csv()));
                let width = longest.max().unwrap_or(0).max(wide(&head)).clamp(6, 40);
                (head, f64::from(width) + 2.0)
            })
            .collect();
        Self { name: name.to_owned(), columns, rows }
    }
}

/// How wide a text is in characters of the Latin alphabet: Chinese ones are twice as wide.
pub(super) fn wide(text: &str) -> u32 {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

/// The letters of a head's longest word: English is broken between words and after a hyphen, Chinese anywhere.
pub(super) fn longest_word(head: &str) -> u32 {
    let words = head.split(|character: char| character == '-' || !character.is_ascii_graphic());
    words.map(wide).max().unwrap_or(0)
}

impl Book {
    /// The tables one after the other in one file of text; each row says which table it is of, when there are several.
    ///
    /// # Errors
    /// `Broken` when it cannot be written.
    pub fn csv(&self, column_of_table: &str) -> Result<Vec<u8>> {
        let is_one = self.sheets.len() == 1;
        let mut rows = Vec::new();
        for (place, sheet) in self.sheets.iter().enumerate() {
            let row = |first: &str, cells: Vec<String>| -> Vec<String> {
                let first = (!is_one).then(|| first.to_owned());
                first.into_iter().chain(cells).collect()
            };
            // Tables of the same columns stand under one head.
            let heads = |sheet: &Sheet| sheet.columns.iter().map(|(head, _)| head.clone()).collect::<Vec<_>>();
            let before = place.checked_sub(1).and_then(|place| self.sheets.get(place));
            if before.is_none_or(|before| heads(sheet) != heads(before)) {
                rows.push(row(column_of_table, sheet.columns.iter().map(|(head, _)| head.clone()).collect()));
            }
            rows.extend(sheet.rows.iter().map(|cells| row(&sheet.name, cells.iter().map(Cell::in_csv).collect())));
        }
        csv::write(&rows)
    }

    /// The workbook's bytes: heads that stay in sight and are printed again on every sheet of paper.
    ///
    /// # Errors
    /// `Broken` when it cannot be put together.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        Ok(self.write().context("a workbook cannot be written")?)
    }

    fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let (mut book, faces, mut names) = (Workbook::new(), Faces::new(), Names::default());
        for of in &self.sheets {
            let sheet = begin(&mut book, &names.give(&of.name), &of.columns, &faces)?;
            for (row, cells) in (1_u32..).zip(&of.rows) {
                write_row(sheet, row, cells, &faces)?;
            }
        }
        let (name, lines) = &self.about;
        add_about(&mut book, &names.give(name), lines)?;
        book.save_to_buffer()
    }
}

/// A sheet of Excel holds 1,048,576 rows; what is more goes on on the next.
const ROWS_A_SHEET: u32 = 1_000_000;

/// A workbook of one table that takes its rows as they come: a long list takes no memory here.
pub struct LongBook {
    book: Workbook,
    faces: Faces,
    names: Names,
    name: String,
    columns: Vec<(String, f64)>,
    /// The last row of the sheet that is being written, and its number.
    row: u32,
    n_sheets: usize,
}

impl LongBook {
    /// # Errors
    /// `Broken` when it cannot be begun.
    pub fn new(name: &str, columns: Vec<(String, f64)>) -> Result<Self> {
        let (mut book, faces, mut names) = (Workbook::new(), Faces::new(), Names::default());
        begin(&mut book, &names.give(name), &columns, &faces).context("a workbook cannot be begun")?;
        Ok(Self { book, faces, names, name: name.to_owned(), columns, row: 0, n_sheets: 1 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// `Broken` when they cannot be written.
    pub fn push(mut self, rows: &[Vec<Cell>]) -> Result<Self> {
        self.write(rows).context("rows of a workbook cannot be written")?;
        Ok(self)
    }

    fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), XlsxError> {
        for cells in rows {
            if self.row == ROWS_A_SHEET {
                self.n_sheets += 1;
                begin(&mut self.book, &self.names.give(&self.name), &self.columns, &self.faces)?;
                self.row = 0;
            }
            self.row += 1;
            let sheet = self.book.worksheet_from_index(self.n_sheets - 1)?;
            write_row(sheet, self.row, cells, &self.faces)?;
        }
        Ok(())
    }

    /// The workbook's bytes, with a last sheet of notes.
    ///
    /// # Errors
    /// `Broken` when it cannot be put together.
    pub fn finish(mut self, about: &str, lines: &[String]) -> Result<Vec<u8>> {
        add_about(&mut self.book, &self.names.give(about), lines).context("a workbook cannot be written")?;
        Ok(self.book.save_to_buffer().context("a workbook cannot be written")?)
    }
}

/// How the cells of each kind look.
struct Faces {
    text: Format,
    count: Format,
    share: Format,
    head: Format,
}

impl Faces {
    fn new() -> Self {
        let text = Format::new().set_num_format("@").set_border(FormatBorder::Hair);
        Self {
            count: Format::new().set_num_format("0").set_border(FormatBorder::Hair),
            share: Format::new().set_num_format("0.0%").set_border(FormatBorder::Hair),
            head: text.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            text,
        }
    }
}

/// A table with its head, which stays in sight and is printed again on every sheet of paper. Its rows go one by one into a
/// file of the system's temporary folder.
fn begin<'a>(
    book: &'a mut Workbook,
    name: &str,
    columns: &[(String, f64)],
    faces: &Faces,
) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (column, (name, width)) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, column, name, &faces.head)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    for_paper(sheet, columns.len() > 7);
    Ok(sheet)
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[Cell], faces: &Faces) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(cells) {
        match cell {
            Cell::Text(value) => sheet.write_string_with_format(row, column, value, &faces.text)?,
            Cell::Count(n) => sheet.write_number_with_format(row, column, *n as f64, &faces.count)?,
            Cell::Share(_, 0) => sheet.write_string_with_format(row, column, percent(0, 0), &faces.text)?,
            Cell::Share(n, of) => sheet.write_number_with_format(row, column, *n as f64 / *of as f64, &faces.share)?,
        };
    }
    Ok(())
}

/// A last sheet of notes.
fn add_about(book: &mut Workbook, name: &str, lines: &[String]) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_column_width(0, 100.0)?;
    let line = Format::new().set_num_format("@").set_text_wrap();
    for (row, words) in (0_u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, words, &line)?;
    }
    for_paper(sheet, false);
    Ok(())
}

/// A4, as wide as the paper, with page numbers.
fn for_paper(sheet: &mut Worksheet, is_wide: bool) {
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_footer("&C&P / &N");
    if is_wide {
        sheet.set_landscape();
    }
}

/// The names that the sheets of a workbook have so far, in small letters: Excel takes none twice.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// The next sheet's name: what Excel takes of the wanted one, with a number where that is taken or nothing.
    fn give(&mut self, wanted: &str) -> String {
        let fitting = |most: usize| -> String {
            let name = wanted.chars().filter(|character| !NOT_IN_NAME.contains(character));
            name.take(most).collect::<String>().trim_matches(['\'', ' ']).to_owned()
        };
        let (mut name, mut n) = (fitting(MOST_NAME), 1);
        while name.is_empty() || !self.0.insert(name.to_lowercase()) {
            n += 1;
            let ending = format!(" {n}");
            name = format!("{}{ending}", fitting(MOST_NAME - ending.len())).trim_start().to_owned();
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader as _, Xlsx};

    /// O-03.
    #[test]
    fn a_workbook_gives_back_its_values_by_their_types_and_a_formula_stays_text() {
        let rows = vec![
            vec![Cell::text("=1+1"), Cell::Count(7), Cell::Share(1, 3)],
            vec![Cell::text("0012"), Cell::Count(0), Cell::Share(0, 0)],
        ];
        let columns = ["姓名", "n", "%"].map(|head| (head.to_owned(), 10.0)).to_vec();
        let sheet = Sheet { name: "按单位/甲".to_owned(), columns, rows };
        let book =
            Book { about: ("公式".to_owned(), vec!["应训 = 应到 − 免训".to_owned()]), sheets: vec![sheet] };

        let file = book.xlsx().expect("a workbook");

        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(file)).expect("it opens");
        assert_eq!(read.sheet_names(), ["按单位甲", "公式"]);
        let table = read.worksheet_range("按单位甲").expect("the table");
        let cells: Vec<Vec<Data>> = table.rows().map(<[Data]>::to_vec).collect();
        assert_eq!(cells[1][0], Data::String("=1+1".to_owned()));
        assert_eq!(cells[1][1], Data::Float(7.0));
        assert_eq!(cells[1][2], Data::Float(1.0 / 3.0));
        assert_eq!((&cells[2][0], &cells[2][2]), (&Data::String("0012".to_owned()), &Data::String("—".to_owned())));
        assert!(read.worksheet_formula("按单位甲").map_or(true, |formulas| formulas.is_empty()));
    }

    /// Two venues may have the same name, or names that begin with the same 31 characters.
    #[test]
    fn each_sheet_of_a_workbook_has_a_name_of_its_own() {
        let mut names = Names::default();
        let long = "长".repeat(40);

        let given =
            ["主会场", "主会场", "Hall", "hall", "[]", long.as_str(), long.as_str()].map(|name| names.give(name));

        let (whole, cut) = ("长".repeat(31), format!("{} 2", "长".repeat(29)));
        assert_eq!(given, ["主会场", "主会场 2", "Hall", "hall 2", "2", whole.as_str(), cut.as_str()]);
    }

    #[test]
    fn a_file_of_text_says_of_each_row_which_table_it_is_of() {
        let sheet = |name: &str| Sheet {
            name: name.to_owned(),
            columns: vec![("n".to_owned(), 6.0)],
            rows: vec![vec![Cell::Share(1, 8)]],
        };
        let book = Book { about: (String::new(), Vec::new()), sheets: vec![sheet("甲"), sheet("乙")] };

        let file = String::from_utf8(book.csv("表").expect("a file")).expect("UTF-8");

        assert_eq!(file, "\u{feff}表,n\r\n甲,12.5%\r\n乙,12.5%\r\n");
    }
}
