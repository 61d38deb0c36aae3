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
            draft: Some(words.say("report-draft")),
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

/// A table of the page's width: numbers get what they need, words share what is left by their length.
fn laid_out(sheet: &Sheet) -> Table {
    let is_number = |place: usize| {
        let mut cells = sheet.rows.iter().filter_map(|row| row.get(place)).filter(|cell| !cell.is_blank());
        cells.clone().next().is_some() && cells.all(Cell::is_number)
    };
    let needed = |place: usize, width: f64| {
        let longest = sheet.rows.iter().filter_map(|row| row.get(place)).map(Cell::wide).max().unwrap_or(0);
        // A head may be broken once.
        let head = sheet.columns.get(place).map_or(0, |(head, _)| super::book::wide(head).div_ceil(2));
        (f64::from(longest.max(head)) * LETTER + BESIDE).min(width * LETTER + BESIDE).max(LEAST)
    };
    let columns: Vec<(bool, f64)> =
        sheet.columns.iter().enumerate().map(|(place, (_, width))| (is_number(place), needed(place, *width))).collect();
    let of = |numbers: bool| -> f64 { columns.iter().filter(|(is, _)| *is == numbers).map(|(_, width)| width).sum() };
    let (numbers, texts) = (of(true), of(false));
    // What is left over goes to all alike; where there is too little, words are broken and numbers are not.
    let (of_numbers, of_texts) = if numbers + texts < WIDTH {
        (WIDTH / (numbers + texts), WIDTH / (numbers + texts))
    } else {
        (1.0, ((WIDTH - numbers).max(WIDTH / 3.0) / texts.max(1.0)).min(1.0))
    };
    let texts = columns.iter().enumerate().filter(|(_, (is_number, _))| !is_number);
    let widest = texts.max_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b)).map_or(0, |(place, _)| place);
    let heads = sheet.columns.iter().zip(&columns).enumerate();
    let heads = heads.map(|(place, ((head, _), (is_number, width)))| {
        let (by, align) = if *is_number { (of_numbers, Align::Right) } else { (of_texts, Align::Left) };
        Column::new(head.clone(), Some(width * by).filter(|_| place != widest), align)
    });
    let rows = sheet.rows.iter().map(|row| row.iter().map(Cell::on_paper).collect()).collect();
    Table::wide(heads.collect(), rows)
}
