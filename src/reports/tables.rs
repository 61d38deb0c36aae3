//! A report of tables: one content that page, paper, workbook and file of text lay out and compute nothing of.

use super::book::{Book, Cell, Sheet};
use super::paper::{Align, Block, Column, Layout, Paper, Sheet as PaperSheet, Signature, Table, Words};
use crate::clock::Moment;
use crate::error::Result;

/// The text of an official page is so wide, in millimetres (GB/T 9704-2012, 5.2.2).
const WIDTH: f64 = 156.0;
/// A letter of 9 pt, and what a cell has beside its text.
const LETTER: f64 = 1.6;
const BESIDE: f64 = 2.2;
/// No column is narrower.
const LEAST: f64 = 8.0;
/// Words of at most so many letters, a Chinese character being two, are names and dates, which are not broken.
const SHORT: u32 = 12;

/// What a report of tables says.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// What it is called, on paper and as a file.
    pub title: String,
    pub organisation: String,
    /// Whose seal the paper gets.
    pub unit: String,
    /// What stands above the tables, a sentence each.
    pub facts: Vec<String>,
    pub sheets: Vec<Sheet>,
    /// By which formulas its figures are made.
    pub formulas: Vec<String>,
    pub made_at: Moment,
}

impl Tables {
    /// Whether the formulas stand under one of the tables: under the only one, or each that has shares.
    pub fn explains(&self, sheet: &Sheet) -> bool {
        let has_shares = sheet.rows.iter().flatten().any(|cell| matches!(cell, Cell::Share(..)));
        !self.formulas.is_empty() && (self.sheets.len() == 1 || has_shares)
    }

    fn book(&self, words: &Words) -> Book {
        let mut about = words.about(self.title.clone(), &self.organisation, self.made_at, None);
        about.extend(self.facts.iter().chain(&self.formulas).cloned());
        Book { about: (words.say("period-about"), about), sheets: self.sheets.clone() }
    }

    /// The workbook's bytes.
    ///
    /// # Errors
    /// `Broken` when it cannot be put together.
    pub fn xlsx(&self, words: &Words) -> Result<Vec<u8>> {
        self.book(words).xlsx()
    }

    /// The tables as a file of text.
    ///
    /// # Errors
    /// `Broken` when it cannot be written.
    pub fn csv(&self, words: &Words) -> Result<Vec<u8>> {
        self.book(words).csv(&words.say("period-table"))
    }

    /// The same as a paper, a draft as every paper without a number is.
    pub fn paper(&self, words: &Words) -> Paper {
        let mut blocks: Vec<Block> = self.facts.iter().cloned().map(Block::paragraph).collect();
        let note = || Block::Note { text: self.formulas.join(" ") };
        for (place, sheet) in self.sheets.iter().enumerate() {
            if self.sheets.len() > 1 {
                blocks.push(Block::heading(words.numbered(place + 1, &sheet.name)));
            }
            if sheet.rows.is_empty() {
                blocks.push(Block::paragraph(words.say("period-nobody")));
            } else {
                blocks.push(Block::Table(laid_out(sheet)));
            }
            if self.explains(sheet) {
                blocks.push(note());
            }
        }
        Paper {
            language: words.language,
            layout: Layout::Official,
            name: self.title.clone(),
            mark: Some(words.say("report-draft")),
            sheets: vec![PaperSheet {
                title: self.title.clone(),
                ending: String::new(),
                lines: vec![self.organisation.clone(), words.made_at(self.made_at)],
                blocks,
                signature: Some(Signature::of_report(&self.unit, self.made_at, None, words)),
                foot: Vec::new(),
            }],
            made_at: self.made_at,
        }
    }
}

/// A table of the page's width: numbers, names and dates get what they need, longer words share what is left by their length.
fn laid_out(sheet: &Sheet) -> Table {
    let cells = |place: usize| sheet.rows.iter().filter_map(move |row| row.get(place)).filter(|cell| !cell.is_blank());
    let is_number = |place: usize| cells(place).next().is_some() && cells(place).all(Cell::is_number);
    let longest = |place: usize| cells(place).map(Cell::wide).max().unwrap_or(0);
    let widths: Vec<(bool, f64)> = sheet
        .columns
        .iter()
        .enumerate()
        .map(|(place, (head, most))| {
            let letters = f64::from(longest(place).max(super::book::wide(head).div_ceil(2))).min(*most);
            let letters = letters.max(f64::from(super::book::longest_word(head)));
            let is_whole = is_number(place) || longest(place) <= SHORT;
            (is_whole, (letters * LETTER + BESIDE).max(LEAST))
        })
        .collect();
    let of = |whole: bool| -> f64 { widths.iter().filter(|(is, _)| *is == whole).map(|(_, width)| width).sum() };
    let (whole, broken) = (of(true), of(false));
    // What is left over goes to all alike; where there is too little, the longer words are broken.
    let (of_whole, of_broken) = if whole + broken < WIDTH {
        (WIDTH / (whole + broken), WIDTH / (whole + broken))
    } else {
        (1.0, ((WIDTH - whole).max(WIDTH / 3.0) / broken.max(1.0)).min(1.0))
    };
    let texts = widths.iter().enumerate().filter(|(place, _)| !is_number(*place));
    let widest = texts.max_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b)).map_or(0, |(place, _)| place);
    let heads = sheet.columns.iter().zip(&widths).enumerate();
    let heads = heads.map(|(place, ((head, _), (is_whole, width)))| {
        let by = if *is_whole { of_whole } else { of_broken };
        let align = if is_number(place) { Align::Right } else { Align::Left };
        Column::new(head.clone(), Some(width * by).filter(|_| place != widest), align)
    });
    let rows = sheet.rows.iter().map(|row| row.iter().map(Cell::on_paper).collect()).collect();
    Table::wide(heads.collect(), rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(heads: &[&str], row: &[&str]) -> Sheet {
        let columns = heads.iter().map(|head| ((*head).to_owned(), 200.0)).collect();
        let row = row.iter().map(|text| Cell::text(*text)).collect();
        Sheet { name: String::new(), columns, rows: vec![row] }
    }

    #[test]
    fn names_dates_and_numbers_keep_what_they_need_and_longer_words_are_broken() {
        let long = "在第三季度全部完成并经信访办公室核对的落实措施一览";
        let table =
            laid_out(&sheet(&["姓名", "完成期限", "数", "事项", "说明"], &["欧阳建国", "2026-11-30", "7", long, long]));

        let widths: Vec<Option<f64>> = table.columns.iter().map(|column| column.width).collect();
        assert_eq!(widths[..3], [Some(8.0 * LETTER + BESIDE), Some(10.0 * LETTER + BESIDE), Some(LEAST)]);
        assert!(widths[3].is_some_and(|width| width < 52.0 * LETTER), "{widths:?}");
        assert_eq!(widths[4], None, "the widest takes what is left");
    }

    #[test]
    fn a_head_of_one_english_word_is_as_wide_as_the_word() {
        let long = "a".repeat(200);
        let table = laid_out(&sheet(&["Expected", "Made up", "What"], &["7", "7", &long]));

        let widths: Vec<Option<f64>> = table.columns.iter().map(|column| column.width).collect();
        assert_eq!(widths, [Some(8.0 * LETTER + BESIDE), Some(4.0 * LETTER + BESIDE), None]);
    }
}
