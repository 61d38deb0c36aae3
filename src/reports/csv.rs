//! CSV that opens right in Excel and WPS: UTF-8 with its mark, and no cell that a spreadsheet would calculate.

use crate::error::Result;
use anyhow::Context as _;

/// Writes rows, the head first.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn write(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    for row in rows {
        writer.write_record(row.iter().map(|cell| neutral(cell))).context("a CSV row cannot be written")?;
    }
    Ok(writer.into_inner().map_err(|failure| anyhow::anyhow!("a CSV file cannot be written: {failure}"))?)
}

/// A cell that a spreadsheet takes for text: what would begin a formula gets an apostrophe before it.
pub fn neutral(cell: &str) -> String {
    let begins_a_formula = cell.starts_with(['\t', '\r', '\n'])
        || cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if begins_a_formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// O-03.
    #[test]
    fn nothing_in_a_cell_is_calculated() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "  =1"] {
            assert_eq!(neutral(formula), format!("'{formula}"));
        }
        assert_eq!(neutral("李敏·=1"), "李敏·=1");
    }

    #[test]
    fn a_file_begins_with_its_mark_and_quotes_what_needs_it() {
        let file = write(&[vec!["姓名".to_owned(), "a,\"b\"".to_owned()]]).expect("a file");

        assert_eq!(file, "\u{FEFF}姓名,\"a,\"\"b\"\"\"\r\n".as_bytes());
    }
}
