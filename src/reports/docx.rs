//! Papers as DOCX, for offices that go on editing them in WPS or Word: the same paper as the PDF, in the official faces
//! by name, which the office's own machine has.

use super::paper::{Align, Block, Layout, Paper, Sheet, Signature, Table as PaperTable};
use crate::error::Result;
use anyhow::Context as _;
use docx_rs::{
    AlignmentType, BreakType, Docx, Footer, Header, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum,
    Paragraph, Run, RunFonts, SpecialIndentType, Table, TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};
use std::io::Cursor;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Twentieths of a point of a millimetre.
const TWIPS: f64 = 1440.0 / 25.4;
/// The height of a table's head in twips: by it the rows are found that the writer cannot mark as heads.
const HEAD_HEIGHT: f32 = 317.0;

const TITLE: [&str; 2] = ["方正小标宋简体", "Times New Roman"];
const TEXT: [&str; 2] = ["仿宋_GB2312", "Times New Roman"];
const HEI: [&str; 2] = ["黑体", "Arial"];
const KAI: [&str; 2] = ["楷体_GB2312", "Times New Roman"];
const SONG: [&str; 2] = ["宋体", "Times New Roman"];

/// Writes a paper as DOCX.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn write(paper: &Paper) -> Result<Vec<u8>> {
    let is_list = paper.layout == Layout::List;
    // Top, right, bottom, left, in millimetres (GB/T 9704-2012, 5.2.1; of the list as it is printed).
    let [top, right, bottom, left] = if is_list { [15.0, 18.0, 12.0, 24.0] } else { [37.0, 26.0, 35.0, 28.0] };
    let margin = PageMargin::new().top(twips(top)).right(twips(right)).bottom(twips(bottom)).left(twips(left));
    let mut docx = Docx::new()
        .page_size(11906, 16838)
        .page_margin(margin.header(twips(15.0)).footer(twips(if is_list { 5.0 } else { 24.0 })))
        .default_fonts(fonts(TEXT))
        .default_size(if is_list { 24 } else { 32 });
    if !is_list {
        docx = docx.footer(footer(AlignmentType::Right)).even_footer(footer(AlignmentType::Left));
    }
    if let Some(mark) = &paper.mark {
        let header = || Header::new().add_paragraph(line(mark, HEI, 28).align(AlignmentType::Right));
        docx = docx.header(header()).even_header(header());
    }
    let width = 210.0 - left - right;
    for (place, sheet) in paper.sheets.iter().enumerate() {
        docx = add_sheet(docx, sheet, width, is_list, place > 0);
    }
    let mut package = docx.build();
    package.document = with_repeated_heads(package.document)?;
    let mut file = Cursor::new(Vec::new());
    package.pack(&mut file).context("a DOCX file cannot be written")?;
    Ok(deflated(file).context("a DOCX file cannot be packed")?)
}

/// The writer puts the parts together without packing them: five times the size.
fn deflated(stored: Cursor<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let mut from = ZipArchive::new(stored)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index)?;
        to.start_file(part.name()?.into_owned(), SimpleFileOptions::default())?;
        std::io::copy(&mut part, &mut to)?;
    }
    Ok(to.finish()?.into_inner())
}

fn twips(millimetres: f64) -> i32 {
    (millimetres * TWIPS).round() as i32
}

fn fonts([east_asia, ascii]: [&str; 2]) -> RunFonts {
    RunFonts::new().east_asia(east_asia).ascii(ascii).hi_ansi(ascii)
}

/// — 1 — outside, one character in.
fn footer(align: AlignmentType) -> Footer {
    let dash = |text: &str| Run::new().add_text(text).size(28).fonts(fonts(SONG));
    let number = Paragraph::new()
        .align(align)
        .indent(Some(280), None, Some(280), None)
        .add_run(dash("— "))
        .add_page_num(PageNum::new())
        .add_run(dash(" —"));
    Footer::new().add_paragraph(number)
}

fn add_sheet(mut docx: Docx, sheet: &Sheet, width: f64, is_list: bool, breaks: bool) -> Docx {
    let title = line(&sheet.title, TITLE, if is_list { 32 } else { 44 });
    docx = docx.add_paragraph(title.align(AlignmentType::Center).page_break_before(breaks));
    for words in &sheet.lines {
        docx = docx.add_paragraph(line(words, KAI, 28).align(AlignmentType::Center));
    }
    for block in &sheet.blocks {
        docx = match block {
            Block::Heading { level, text } => {
                docx.add_paragraph(body(text, if *level == 1 { HEI } else { KAI }).keep_next(true))
            }
            Block::Paragraph { text } | Block::Names { text } => docx.add_paragraph(body(text, TEXT)),
            Block::Note { text } => docx.add_paragraph(line(text, TEXT, 21)),
            Block::Line { text } => docx.add_paragraph(line(text, TEXT, 24)),
            Block::Table(table) => docx.add_table(table_of(table, width)).add_paragraph(line("", TEXT, 10)),
        };
    }
    if let Some(signature) = &sheet.signature {
        docx = add_signature(docx, signature);
    }
    for words in &sheet.foot {
        docx = docx.add_paragraph(line(words, TEXT, 18));
    }
    docx
}

/// A paragraph with exact spacing of 28.95 pt and an indent of two characters.
fn body(text: &str, face: [&str; 2]) -> Paragraph {
    line(text, face, 32)
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(579))
        .align(AlignmentType::Both)
        .indent(None, Some(SpecialIndentType::FirstLine(640)), None, None)
}

/// A paragraph of one face and size, in half points; its line breaks are kept.
fn line(text: &str, face: [&str; 2], size: usize) -> Paragraph {
    let mut run = Run::new().size(size).fonts(fonts(face));
    for (place, part) in text.split('\n').enumerate() {
        if place > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        // XML has no control characters; Word would not open the file.
        let part: String = part.chars().filter(|character| !character.is_control()).collect();
        run = run.add_text(part);
    }
    Paragraph::new().add_run(run)
}

fn table_of(table: &PaperTable, width: f64) -> Table {
    let fixed: f64 = table.columns.iter().filter_map(|column| column.width).sum();
    let n_free = table.columns.iter().filter(|column| column.width.is_none()).count().max(1);
    let free = (width - fixed) / n_free as f64;
    let widths: Vec<usize> = table.columns.iter().map(|column| twips(column.width.unwrap_or(free)) as usize).collect();
    let size = (table.type_size * 2.0).round() as usize;
    let cell = |text: &str, width: usize, face, align| {
        TableCell::new()
            .width(width, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(line(text, face, size).align(align))
    };
    let head = table.columns.iter().zip(&widths);
    let head = head.map(|(column, width)| cell(&column.head, *width, HEI, AlignmentType::Center)).collect();
    let mut rows = vec![TableRow::new(head).cant_split().row_height(HEAD_HEIGHT).height_rule(HeightRule::AtLeast)];
    for row in &table.rows {
        let cells = row.iter().zip(table.columns.iter().zip(&widths)).map(|(text, (column, width))| {
            let align = match column.align {
                Align::Left => AlignmentType::Left,
                Align::Centre => AlignmentType::Center,
                Align::Right => AlignmentType::Right,
            };
            cell(text, *width, TEXT, align)
        });
        let mut row = TableRow::new(cells.collect()).cant_split();
        if table.row_height > 0.0 {
            row = row.row_height(twips(table.row_height) as f32).height_rule(HeightRule::AtLeast);
        }
        rows.push(row);
    }
    Table::new(rows).layout(TableLayoutType::Fixed).width(twips(width) as usize, WidthType::Dxa).set_grid(widths)
}

fn add_signature(mut docx: Docx, signature: &Signature) -> Docx {
    if !signature.lines.is_empty() {
        let gap = "　".repeat(8);
        docx = docx.add_paragraph(line(&signature.lines.join(&gap), TEXT, 28).keep_next(true));
    }
    if signature.unit.is_empty() && signature.seal.is_none() {
        return docx;
    }
    // The date four characters from the right (GB/T 9704-2012, 7.3.5.1).
    let right = |text: &str| line(text, TEXT, 28).align(AlignmentType::Right).indent(None, None, Some(1120), None);
    if let Some(seal) = &signature.seal {
        docx = docx.add_paragraph(right(seal).keep_next(true));
        let room = LineSpacing::new().line_rule(LineSpacingType::Exact).line(twips(42.0));
        docx = docx.add_paragraph(right("").line_spacing(room).keep_next(true));
    }
    docx = docx.add_paragraph(right(&signature.unit).keep_next(true)).add_paragraph(right(&signature.date));
    if let Some(code) = &signature.code {
        docx = docx.add_paragraph(line(&format!("{} {}", code.words, code.address), TEXT, 21));
    }
    docx
}

/// Marks the heads of tables, which then come again on every page: the writer has no word for it.
fn with_repeated_heads(document: Vec<u8>) -> Result<Vec<u8>> {
    let text = String::from_utf8(document).context("a DOCX file is not in UTF-8")?;
    let height = format!("<w:trHeight w:val=\"{HEAD_HEIGHT}\" w:hRule=\"atLeast\" />");
    Ok(text.replace(&height, &format!("{height}<w:tblHeader />")).into_bytes())
}
