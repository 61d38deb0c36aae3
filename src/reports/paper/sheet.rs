//! The sign-in sheet as a paper: the same pages with the same rows as the printed page, so that a signed one is entered
//! by its numbers whichever was printed.

use super::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::error::Message;
use crate::reports::Tables;
use crate::reports::book::Sheet as Rows;
use crate::reports::sign_in_sheet::{SheetPage, SheetRow, SignInSheet};

/// Says the sheet as a paper; `address` is where the session is found again.
pub fn sheet(of: &SignInSheet, address: &str, words: &Words) -> Paper {
    let title = words.word(&Message::new("report-heading-sheet").with("title", of.session.title.as_str()));
    let time = words.fact("report-time", &words.span(of.session.starts_at, of.session.ends_at));
    let page = |page: &SheetPage| {
        let place = Message::new("paper-fact")
            .with("name", words.choice("report-venue-", page.kind.as_str()))
            .with("text", page.venue.as_str());
        let mut blocks = vec![Block::Line { text: time.clone() }, Block::Line { text: words.word(&place) }];
        blocks.push(Block::Table(table(page, words)));
        let mut signature = None;
        if page.is_last {
            blocks.push(Block::Line { text: words.count("report-sheet-counts", "n", page.n_expected) });
            let lines = vec![words.say("report-recorded-by"), words.say("report-checked-by")];
            signature = Some(Signature { lines, seal: None, unit: String::new(), date: String::new(), code: None });
        }
        let (number, n_pages) = (i64::try_from(page.page).unwrap_or(0), i64::try_from(page.n_pages).unwrap_or(0));
        let foot = vec![
            format!("{} {address}", words.word(&Message::new("sheet-number").with("id", of.session.id.0))),
            words.word(&Message::new("sheet-made").with("at", words.short(of.made_at))),
            words.word(&Message::new("sheet-page").with("page", number).with("pages", n_pages)),
        ];
        Sheet { title: title.clone(), ending: words.say("report-sheet"), lines: Vec::new(), blocks, signature, foot }
    };
    Paper {
        language: words.language,
        layout: Layout::List,
        name: title.clone(),
        mark: None,
        sheets: of.pages.iter().map(page).collect(),
        made_at: of.made_at,
    }
}

/// The rows of the sheet as tables, one for each venue, for offices that print or sort it in their own way.
pub fn sheet_tables(of: &SignInSheet, organisation: String, words: &Words) -> Tables {
    let columns = [
        "report-column-number",
        "report-column-name",
        "report-column-unit",
        "report-column-post",
        "report-column-sign",
        "report-column-remark",
    ];
    let mut venues: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for page in &of.pages {
        if venues.last().is_none_or(|(name, _)| *name != page.venue) {
            venues.push((page.venue.clone(), vec![columns.iter().map(|key| words.say(key)).collect()]));
        }
        if let Some((_, rows)) = venues.last_mut() {
            rows.extend(page.rows.iter().map(|row| cells(row, words)));
        }
    }
    Tables {
        title: words.word(&Message::new("report-heading-sheet").with("title", of.session.title.as_str())),
        unit: of.session.organiser.clone(),
        organisation,
        facts: vec![words.fact("report-time", &words.span(of.session.starts_at, of.session.ends_at))],
        sheets: venues.into_iter().map(|(name, rows)| Rows::of_texts(&name, rows, &[0])).collect(),
        formulas: Vec::new(),
        made_at: of.made_at,
    }
}

/// The widths of `sheet.css`, by which the pages were split.
fn table(page: &SheetPage, words: &Words) -> Table {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    let columns = vec![
        column("report-column-number", Some(10.0), Align::Right),
        column("report-column-name", Some(26.0), Align::Centre),
        column("report-column-unit", Some(40.0), Align::Left),
        column("report-column-post", Some(30.0), Align::Left),
        column("report-column-sign", None, Align::Left),
        column("report-column-remark", Some(24.0), Align::Left),
    ];
    let mut rows: Vec<Vec<String>> = page.rows.iter().map(|row| cells(row, words)).collect();
    let of_unit = page.rows.iter().enumerate().skip(1).filter(|(_, row)| row.begins_unit);
    let mut begins: Vec<usize> = of_unit.map(|(place, _)| place).collect();
    if !page.blank.is_empty() && !rows.is_empty() {
        begins.push(rows.len());
    }
    rows.extend(page.blank.iter().map(|_| vec![String::new(); columns.len()]));
    Table { row_height: 9.9, begins, ..Table::new(columns, rows) }
}

fn cells(row: &SheetRow, words: &Words) -> Vec<String> {
    let mut remark = Vec::new();
    if let Some(excuse) = row.excuse {
        remark.push(match row.leave_kind {
            Some(kind) => words.choice("roll-word-leave-", kind),
            None => words.choice("attendance-state-", excuse.as_str()),
        });
    }
    remark.extend(row.stand_in.clone());
    let number = row.number.to_string();
    vec![number, row.name.clone(), row.unit.clone(), row.post.clone(), String::new(), remark.join("\n")]
}
