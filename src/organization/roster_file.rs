//! Understands a roster as people hand it in: titles above, signatures below, headings in Chinese or English, units named
//! once for many rows. Bytes in, lines out; nothing is looked up.

use super::sheet::{self, FileProblem, SheetRow};
use std::collections::HashMap;

/// A roster may have this many people.
pub const MAX_ROWS: usize = 200_000;
/// The headings stand within this many rows from the top.
pub const HEADER_WITHIN: usize = 20;

crate::choices! {
    /// What a column of a roster holds.
    pub enum Column {
        EmployeeNumber = "employee_number",
        Name = "name",
        Unit = "unit",
        /// A department or branch within the unit.
        Branch = "branch",
        Post = "post",
        Category = "category",
        OrderNumber = "order_number",
        Email = "email",
    }
}

impl Column {
    /// The headings by which a column is known, without spaces, signs and case.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::EmployeeNumber => &[
                "工号",
                "职工号",
                "员工号",
                "职工编号",
                "员工编号",
                "员工工号",
                "人员编号",
                "人员编码",
                "employeenumber",
                "employeeno",
                "employeeid",
                "staffnumber",
                "staffno",
                "staffid",
            ],
            Self::Name => &["姓名", "名字", "name", "fullname"],
            Self::Unit => &[
                "单位",
                "所属单位",
                "所在单位",
                "单位名称",
                "工作单位",
                "公司",
                "企业",
                "unit",
                "company",
                "enterprise",
                "organisation",
                "organization",
            ],
            Self::Branch => {
                &["部门", "所属部门", "所在部门", "部门名称", "科室", "项目部", "department", "dept", "branch"]
            }
            Self::Post => &["职务", "现任职务", "职务名称", "岗位", "职位", "post", "position", "title", "jobtitle"],
            Self::Category => &["人员类别", "类别", "人员分类", "category"],
            Self::OrderNumber => &["排序号", "排序", "顺序号", "次序", "order", "ordernumber", "sortorder"],
            Self::Email => &["邮箱", "电子邮箱", "邮箱地址", "电子邮件", "邮件", "email", "emailaddress", "mail"],
        }
    }

    fn of_heading(text: &str) -> Option<Self> {
        // “单位（必填）”, “*工号”, “姓名：”
        let heading: String =
            fold(text).split('(').next().unwrap_or("").chars().filter(|c| c.is_alphanumeric()).collect();
        Self::ALL.iter().copied().find(|column| column.headings().contains(&heading.as_str()))
    }
}

/// One person as the file has them. A column that the file does not have is `None`; an empty cell is empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row as the spreadsheet numbers it.
    pub number: i64,
    pub employee_number: String,
    pub name: String,
    pub unit: String,
    pub branch: String,
    pub post: Option<String>,
    pub category: Option<String>,
    pub order_number: Option<String>,
    pub email: Option<String>,
    /// The earlier row with the same employee number.
    pub same_as: Option<i64>,
}

/// Reads a roster.
///
/// # Errors
/// Why the file as a whole cannot be understood.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, FileProblem> {
    let sheets = sheet::read(bytes)?;
    let found = sheets.iter().find_map(|rows| find_header(rows).map(|header| (rows, header)));
    let (rows, header) = found.ok_or(if sheets.is_empty() { FileProblem::Empty } else { FileProblem::NoHeader })?;
    let lines = read_lines(rows.get(header.n_above..).ok_or(FileProblem::NoRows)?, &header);
    match lines.len() {
        0 => Err(FileProblem::NoRows),
        1..=MAX_ROWS => Ok(lines),
        _ => Err(FileProblem::TooManyRows),
    }
}

struct Header {
    /// How many rows end with the headings.
    n_above: usize,
    places: HashMap<Column, usize>,
}

impl Header {
    fn is_complete(&self) -> bool {
        let has = |column| self.places.contains_key(&column);
        has(Column::EmployeeNumber) && has(Column::Name) && (has(Column::Unit) || has(Column::Branch))
    }

    fn text<'a>(&self, row: &'a SheetRow, column: Column) -> Option<&'a str> {
        let place = self.places.get(&column)?;
        Some(row.cells.get(*place).map_or("", String::as_str))
    }
}

/// The first row that names number, name and unit; or two rows that do so together, one heading spanning several.
fn find_header(rows: &[SheetRow]) -> Option<Header> {
    let top: Vec<&SheetRow> = rows.iter().take_while(|row| row.number <= HEADER_WITHIN).collect();
    let one = top.iter().enumerate().map(|(index, row)| Header { n_above: index + 1, places: places(&[row]) });
    let two = top.windows(2).enumerate().map(|(index, pair)| Header { n_above: index + 2, places: places(pair) });
    one.chain(two).find(Header::is_complete)
}

/// The lower of two rows of headings says more precisely what a column is.
fn places(rows: &[&SheetRow]) -> HashMap<Column, usize> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut places = HashMap::new();
    for place in 0..width {
        let texts = rows.iter().rev().filter_map(|row| row.cells.get(place)).filter(|text| !text.is_empty());
        if let Some(column) = texts.map(|text| Column::of_heading(text)).find_map(|column| column) {
            places.entry(column).or_insert(place);
        }
    }
    places
}

fn read_lines(rows: &[SheetRow], header: &Header) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut first_rows: HashMap<String, i64> = HashMap::new();
    let (mut unit_above, mut branch_above) = (String::new(), String::new());
    for row in rows {
        let text = |column| header.text(row, column);
        let employee_number = identifier(text(Column::EmployeeNumber).unwrap_or(""));
        let name = person_name(text(Column::Name).unwrap_or(""));
        let (unit, branch) = (plain(text(Column::Unit).unwrap_or("")), plain(text(Column::Branch).unwrap_or("")));
        if !is_person(row, &employee_number, &name) {
            continue;
        }
        // A cell that was merged down has its text only in its first row.
        let (unit, branch) = match (unit.is_empty(), branch.is_empty()) {
            (true, true) => (unit_above.clone(), branch_above.clone()),
            (true, false) => (unit_above.clone(), branch),
            (false, _) => (unit, branch),
        };
        (unit_above, branch_above) = (unit.clone(), branch.clone());
        let number = i64::try_from(row.number).unwrap_or(i64::MAX);
        let same_as = match employee_number.as_str() {
            "" => None,
            known => first_rows.get(known).copied(),
        };
        first_rows.entry(employee_number.clone()).or_insert(number);
        lines.push(Line {
            number,
            employee_number,
            name,
            unit,
            branch,
            post: text(Column::Post).map(plain),
            category: text(Column::Category).map(plain),
            order_number: text(Column::OrderNumber).map(identifier),
            email: text(Column::Email).map(identifier),
            same_as,
        });
    }
    lines
}

/// How a row begins that tells of the list and of nobody on it.
const NOT_PEOPLE: &[&str] = &[
    "填表",
    "填报",
    "制表",
    "审核",
    "负责人",
    "领导签",
    "单位负责",
    "联系人",
    "联系电话",
    "日期",
    "注:",
    "备注:",
    "说明:",
    "合计",
    "小计",
    "总计",
    "共计",
    "total",
    "subtotal",
    "sum",
    "preparedby",
    "filledinby",
    "approvedby",
    "date:",
    "note:",
];

/// Whether a row tells of a person, and is no total, no signature, no repeated heading.
fn is_person(row: &SheetRow, employee_number: &str, name: &str) -> bool {
    if employee_number.is_empty() && name.is_empty() {
        return false;
    }
    let is_remark = |text: &str| {
        let text: String = fold(text).split_whitespace().collect();
        NOT_PEOPLE.iter().any(|beginning| text.starts_with(beginning))
    };
    if Column::of_heading(employee_number) == Some(Column::EmployeeNumber)
        || is_remark(employee_number)
        || is_remark(name)
    {
        return false;
    }
    let is_whole = !employee_number.is_empty() && !name.is_empty();
    is_whole || !row.cells.iter().any(|cell| is_remark(cell))
}

/// Full-width letters, digits and spaces as ordinary ones, nothing invisible, single spaces, none at the ends.
pub fn plain(text: &str) -> String {
    let mapped: String = text
        .chars()
        .filter(|character| !matches!(character, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}'))
        .map(|character| match character {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => half_width(character),
            other if other.is_whitespace() || other.is_control() => ' ',
            other => other,
        })
        .collect();
    mapped.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For comparing: as [`plain`], with signs half-width, in lower case.
pub fn fold(text: &str) -> String {
    plain(text)
        .chars()
        .map(|character| match character {
            '\u{FF01}'..='\u{FF5E}' => half_width(character),
            '。' => '.',
            other => other,
        })
        .collect::<String>()
        .to_lowercase()
}

fn half_width(character: char) -> char {
    char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
}

/// A number, an address: without any space, signs half-width, its case kept.
fn identifier(text: &str) -> String {
    let signs = plain(text)
        .chars()
        .map(|c| if ('\u{FF01}'..='\u{FF5E}').contains(&c) { half_width(c) } else { c })
        .collect::<String>();
    signs.split_whitespace().collect()
}

/// A name: `张　三`, spaced out to stand as wide as one of three characters, is `张三`; other names keep their spaces.
pub fn person_name(text: &str) -> String {
    let text = plain(text);
    let is_chinese = |character: char| matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    if text.chars().all(|character| character == ' ' || is_chinese(character)) { text.replace(' ', "") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;
    use std::io::Write;

    const ROSTER: &str = "工号,姓名,单位,部门,职务\n00731,张　三,第一工程公司,一项目部,安全员\n";

    fn only_line(bytes: &[u8]) -> Line {
        let lines = read(bytes).expect("a roster");
        assert_eq!(lines.len(), 1);
        lines.into_iter().next().expect("one line")
    }

    /// I-01.
    #[test]
    fn text_is_read_in_the_encodings_that_offices_save() {
        let (gb18030, _, _) = encoding_rs::GB18030.encode(ROSTER);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(ROSTER.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big_endian: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain(ROSTER.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF", ROSTER.as_bytes()].concat();
        let tabs = ROSTER.replace(',', "\t");

        for bytes in [ROSTER.as_bytes(), &gb18030, &utf16, &big_endian, &marked, tabs.as_bytes()] {
            let line = only_line(bytes);
            assert_eq!((line.number, line.employee_number.as_str(), line.name.as_str()), (2, "00731", "张三"));
            assert_eq!((line.unit.as_str(), line.branch.as_str()), ("第一工程公司", "一项目部"));
        }
    }

    /// I-01. Excel and WPS end lines with two characters.
    #[test]
    fn rows_of_text_have_the_numbers_that_a_spreadsheet_shows() {
        let text = "工号,\"姓\n名\",单位\n\n00731,张三,\"第一\n工程公司\"\n00732,李敏,财务部\n";

        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let lines = read(text.as_bytes()).expect("a roster");
            let seen: Vec<(i64, &str)> = lines.iter().map(|line| (line.number, line.name.as_str())).collect();
            assert_eq!(seen, [(3, "张三"), (4, "李敏")], "{text:?}");
        }
    }

    /// I-01.
    #[test]
    fn files_that_libreoffice_saved_are_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/rosters/");
        for name in ["libreoffice.ods", "libreoffice.xlsx"] {
            let lines = read(&std::fs::read(format!("{folder}{name}")).expect(name)).expect(name);
            let seen: Vec<(i64, &str, &str, &str)> = lines
                .iter()
                .map(|line| (line.number, line.employee_number.as_str(), line.name.as_str(), line.unit.as_str()))
                .collect();
            let expected = [
                (4, "00731", "张三", "第一工程公司"),
                (5, "00732", "李四", "第一工程公司"),
                (6, "00733", "王五", "物资公司"),
            ];
            assert_eq!(seen, expected, "{name}");
        }
    }

    /// I-02.
    #[test]
    fn a_cell_at_the_far_corner_takes_no_memory() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, text) in (0_u16..).zip(["工号", "姓名", "单位"]) {
            sheet.write_string(0, column, text).expect("a heading");
            sheet.write_string(1, column, text.repeat(2)).expect("a cell");
        }
        sheet.write_string(1_048_575, 16_383, "x").expect("a far cell");

        assert_eq!(only_line(&book.save_to_buffer().expect("a file")).employee_number, "工号工号");
    }

    fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("its content");
        archive.finish().expect("an archive").into_inner()
    }

    /// I-02.
    #[test]
    fn a_bomb_is_refused_by_what_it_unpacks_to() {
        let bomb = packed("xl/sharedStrings.xml", &vec![b' '; 300 * 1024 * 1024]);

        assert!(bomb.len() < sheet::MAX_BYTES);
        assert_eq!(read(&bomb), Err(FileProblem::TooLarge));
    }

    /// I-02.
    #[test]
    fn repeated_rows_and_cells_are_not_multiplied_out_beyond_the_bound() {
        let cell =
            "<table:table-cell table:number-columns-repeated=\"4000000000\"><text:p>工号</text:p></table:table-cell>";
        let row = |n: u64| format!("<table:table-row table:number-rows-repeated=\"{n}\">{cell}</table:table-row>");
        let content = format!("<x><table:table>{}</table:table></x>", row(4_000_000_000));

        let refused = read(&packed("content.xml", content.as_bytes()));

        assert!(matches!(refused, Err(FileProblem::TooManyRows | FileProblem::TooLarge)), "{refused:?}");
    }

    /// I-02.
    #[test]
    fn garbage_and_cut_off_files_are_unreadable_and_never_a_panic() {
        let whole = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/rosters/libreoffice.xlsx"));
        let whole = whole.expect("the fixture");
        for length in (4..whole.len()).step_by(97) {
            assert!(read(&whole[..length]).is_err());
        }
        assert_eq!(read(b"\x00\x01\x02"), Err(FileProblem::Unreadable));
        assert_eq!(read(b""), Err(FileProblem::Empty));
    }

    #[test]
    fn headings_in_english_and_in_two_rows_are_found() {
        let english = "Employee No.,Full name,Unit,E-mail\n7,Li  Min,HQ,a@b.cn\n";
        let two_rows = "序号,基本信息,,单位信息,\n,工号,姓名,单位,部门\n1,007,李敏,物资公司,财务部\n";

        let line = only_line(english.as_bytes());
        let lower = only_line(two_rows.as_bytes());

        assert_eq!((line.name.as_str(), line.email.as_deref(), line.post), ("Li Min", Some("a@b.cn"), None));
        assert_eq!((lower.employee_number.as_str(), lower.branch.as_str()), ("007", "财务部"));
    }

    /// I-01.
    #[test]
    fn full_width_text_and_spaced_names_are_made_plain() {
        assert_eq!(plain("　Ａ１２\u{200B}  b "), "A12 b");
        assert_eq!(person_name("张　三"), "张三");
        assert_eq!(person_name("Li　 Min"), "Li Min");
        assert_eq!(identifier("ａ＠b．cn"), "a@b.cn");
    }
}
