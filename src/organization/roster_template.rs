//! The present roster as a spreadsheet to be corrected and handed in again: read back as it is, it changes nothing.

use super::model::{Person, Unit};
use super::roster_rules::{UnitIndex, category_name};
use crate::error::Result;
use anyhow::Context;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

const HEADINGS: [(&str, f64); 8] = [
    ("工号", 14.0),
    ("姓名", 12.0),
    ("单位", 30.0),
    ("部门", 24.0),
    ("职务", 26.0),
    ("人员类别", 24.0),
    ("排序号", 9.0),
    ("邮箱", 32.0),
];

/// The workbook's bytes.
///
/// # Errors
/// `Broken` when it cannot be put together.
pub fn build(units: Vec<Unit>, people: &[Person]) -> Result<Vec<u8>> {
    Ok(write(&UnitIndex::new(units), people).context("the roster cannot be written as a spreadsheet")?)
}

fn write(units: &UnitIndex, people: &[Person]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("花名册")?;
    // Every cell is text, so that leading zeros stay and nothing is taken for a formula.
    let text = Format::new().set_num_format("@");
    let bold = Format::new().set_num_format("@").set_bold();
    for (column, (heading, width)) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
        sheet.set_column_width(column, width)?.set_column_format(column, &text)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, person) in (1_u32..).zip(people) {
        let (unit, branch) = units.cells(person.unit_id);
        let order_number = person.order_number.to_string();
        let cells = [
            person.employee_number.as_str(),
            &person.name,
            &unit,
            &branch,
            &person.post,
            category_name(person.category),
            &order_number,
            person.email.as_deref().unwrap_or(""),
        ];
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    book.save_to_buffer()
}
