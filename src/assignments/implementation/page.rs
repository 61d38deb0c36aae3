//! Whether a report fits its one printed page, reckoned before it is handed in with the sizes of `static/print.css`.

use super::model::Content;

/// Tenths of a millimetre between the margins of an A4 page (297 less 20 and 18), less one line in reserve for the title
/// of a call that takes two.
const PAGE: usize = 2590 - 54;
/// Title, facts, the headings of the first two sections and the head of the table.
const FIXED: usize = 490;
/// A line of text: 11 pt, 1.4 times as high; a line of the table: 9 pt, 1.3 times as high; what a row has besides.
const TEXT_LINE: usize = 54;
const ROW_LINE: usize = 41;
const ROW_EDGE: usize = 12;
/// The heading of the last section and its line to sign, and the place for the seal beside them.
const LAST_EDGE: usize = 190;
const SEAL: usize = 510;
/// Chinese characters in a line of text, of text beside the seal, of a problem or a measure, of who is responsible.
const IN_TEXT: usize = 43;
const BESIDE_SEAL: usize = 26;
const IN_CELL: usize = 17;
const IN_NAME: usize = 5;
/// What the counted figures say before what was typed, in Chinese characters.
const FIGURES: usize = 90;

/// By how many lines of text a report is longer than its page; 0 when it fits.
pub fn lines_over(content: &Content) -> usize {
    let row = |row: &super::model::ContentRow| {
        let cells = [(&row.problem, IN_CELL), (&row.measure, IN_CELL), (&row.responsible, IN_NAME)];
        // A date that is written out takes two lines.
        let least = if row.due_on.is_some() { 2 } else { 1 };
        let most = cells.iter().map(|(text, in_line)| lines(text, 0, *in_line)).max().unwrap_or(1).max(least);
        most * ROW_LINE + ROW_EDGE
    };
    let rows: usize = content.rows.iter().map(row).sum();
    let last = LAST_EDGE + lines(&content.next_steps, 0, BESIDE_SEAL) * TEXT_LINE;
    let height = FIXED + lines(&content.studied, FIGURES, IN_TEXT) * TEXT_LINE + rows + last.max(SEAL);
    height.saturating_sub(PAGE).div_ceil(TEXT_LINE)
}

/// How many lines a text takes after so many characters of the same line. A Latin letter is half as wide as a Chinese one.
fn lines(text: &str, before: usize, in_line: usize) -> usize {
    let half: usize = text.trim().chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    (2 * before + half).div_ceil(2 * in_line)
}

#[cfg(test)]
mod tests {
    use super::super::model::{ContentRow, RowState};
    use super::*;

    fn report(n_rows: usize, in_cell: usize, in_text: usize) -> Content {
        let row = ContentRow {
            id: None,
            problem: "法".repeat(in_cell),
            measure: "法".repeat(in_cell),
            responsible: "办公室何联".to_owned(),
            due_on: None,
            state: RowState::Open,
        };
        Content {
            studied: "法".repeat(in_text),
            next_steps: "法".repeat(in_text),
            rows: vec![row; n_rows],
            ..Content::default()
        }
    }

    #[test]
    fn ten_rows_of_three_lines_fit_and_what_is_longer_is_told_in_lines() {
        assert_eq!(lines_over(&report(10, 3 * IN_CELL, 30)), 0);
        // A line more in each of ten rows is 41 mm.
        assert_eq!(lines_over(&report(10, 3 * IN_CELL + 1, 30)), 8);
        assert_eq!(lines_over(&report(10, 80, 400)), 34);
        assert_eq!(lines_over(&report(0, 0, 400)), 0);
    }

    #[test]
    fn two_latin_letters_take_the_room_of_one_chinese_character() {
        assert_eq!(lines("ab法", 0, 2), 1);
        assert_eq!(lines("ab法a", 0, 2), 2);
        assert_eq!(lines("", 0, 2), 0);
    }
}
