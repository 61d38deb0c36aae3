//! Papers as files: their words against approved prints, the official measures, PDF/A with its faces in it, and DOCX read
//! back. Needs poppler-utils and a Chinese font, which `tests/all` installs.
//!
//! The prints lie in `tests/app/prints/`; `XUEFA_REWRITE_PRINTS=1` writes them anew. Look at a changed one before it is kept.

use crate::reports::given_session;
use crate::support::{Answer, Browser, TestApp, prints_papers};
use diesel::prelude::*;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;
use xuefa::clock::Clock;
use xuefa::error::Error;
use xuefa::i18n::Language;
use xuefa::links;
use xuefa::reports::docx;
use xuefa::reports::paper::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table};
use xuefa::reports::pdf::Press;
use xuefa::store::ids::SessionId;
use xuefa::store::schema::roster;
use xuefa::training::SessionState;

/// What a tool of poppler says of a PDF.
pub fn tool(name: &str, options: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, said) = (folder.path().join("paper.pdf"), folder.path().join("said"));
    std::fs::write(&file, pdf).expect("a file");
    let mut command = Command::new(name);
    command.args(options).arg(&file);
    if name == "pdftotext" {
        command.arg(&said);
    }
    let output = command.output().expect("poppler-utils is installed");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    if name == "pdftotext" {
        std::fs::read_to_string(said).expect("its text")
    } else {
        String::from_utf8(output.stdout).expect("its words")
    }
}

/// The words of a PDF line by line, spaces folded: what does not depend on the version of poppler.
pub fn words(pdf: &[u8]) -> String {
    let text = tool("pdftotext", &["-layout"], pdf);
    let lines = text.replace('\u{c}', "\n----\n");
    let lines = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

/// Holds a PDF's words against its approved print.
pub fn assert_print(name: &str, pdf: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/app/prints/{name}.txt"));
    let words = words(pdf);
    if std::env::var("XUEFA_REWRITE_PRINTS").is_ok() {
        std::fs::write(&path, &words).expect("a print");
        std::fs::write(path.with_extension("pdf"), pdf).expect("a PDF to look at");
    }
    let approved = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(words, approved, "{name} is not as approved");
}

pub async fn file(browser: &mut Browser, address: impl AsRef<str>) -> Answer {
    let answer = browser.get(address).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

/// The session of the reports' tests, with a name of rare characters on its roster.
async fn given_rare_session(site: &TestApp) -> SessionId {
    let session = given_session(site, SessionState::Confirmed).await;
    let stranger = site.cast.stranger.person;
    site.write(move |conn| {
        let row = roster::table.filter(roster::session_id.eq(session)).filter(roster::person_id.eq(stranger));
        diesel::update(row).set(roster::name.eq("阿依古丽·昇堃珺旻玥璟翀䶮")).execute(conn)?;
        Ok(())
    })
    .await
    .expect("a rare name");
    session
}

#[actix_web::test]
async fn the_session_report_is_printed_as_approved_with_rare_names_as_draft_and_final() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_rare_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.language = "zh-CN";

    let draft = file(&mut hq, links::session_part(session, "report.pdf")).await;
    let page = hq.get(links::session_report(session)).await;
    hq.post(links::make_final(session), &[]).await;
    let of_final = file(&mut hq, "/reports/final/2024-0001.pdf").await;

    assert_print("session-draft", &draft.bytes);
    assert_print("session-final", &of_final.bytes);
    assert!(words(&draft.bytes).contains("阿依古丽"), "a name");
    for figure in ["33.3%（1/3）", "66.7%（2/3）", "50%（1/2）"] {
        assert!(page.says(figure) && words(&draft.bytes).contains(figure), "{figure} is the same on page and paper");
    }
    let name = draft.header("content-disposition").expect("a name");
    assert!(
        name.contains("filename=\"paper.pdf\"") && name.ends_with(&format!("{}.pdf", links::percent("草稿"))),
        "{name}"
    );
}

#[actix_web::test]
async fn a_final_paper_names_the_one_it_replaces() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    hq.post(links::make_final(session), &[]).await;
    crate::finals::correct(&site, &mut hq, session, site.cast.stranger, "present").await;
    hq.post(links::make_final(session), &[]).await;
    let second = file(&mut hq, "/reports/final/2024-0002.pdf").await;
    let page = hq.get("/reports/final/2024-0002").await;
    let first = file(&mut hq, "/reports/final/2024-0001.pdf").await;

    assert!(words(&second.bytes).contains("Replaces report 2024-0001 of"), "{}", words(&second.bytes));
    assert!(page.says("Replaces report 2024-0001 of"));
    // Loose pages are known by their number, and who has no phone can type the address.
    let said = words(&second.bytes);
    let n_pages = said.matches("----").count();
    assert!(said.matches("Report no. 2024-0002").count() > n_pages, "{said}");
    assert!(said.contains("/reports/final/2024-0002"), "{said}");
    assert!(page.body.contains("data-report=\"Report no. 2024-0002\"") && page.says("/reports/final/2024-0002"));
    assert!(!words(&first.bytes).contains("Replaces report"));
}

#[actix_web::test]
async fn sheet_record_meeting_and_implementation_report_are_printed_as_approved() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_rare_session(&site).await;
    let (_, report, mut leader) = crate::implementation::handed_in(&site).await;
    let meeting = crate::evidence::given_meeting(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    (hq.language, leader.language) = ("zh-CN", "zh-CN");

    let sheet = file(&mut hq, links::session_part(session, "sheet.pdf")).await;
    let record = file(&mut hq, format!("{}.pdf?year=2024", links::record_of(site.cast.trainee.person))).await;
    let meeting = file(&mut leader, links::meeting_part(meeting, "record.pdf")).await;
    let report = file(&mut leader, format!("{report}/paper.pdf")).await;

    assert_print("sign-in-sheet", &sheet.bytes);
    assert_print("study-record", &record.bytes);
    assert_print("exchange-record", &meeting.bytes);
    assert_print("implementation-report", &report.bytes);
}

#[actix_web::test]
async fn a_file_is_for_whom_its_page_is_for() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut other = site.signed_in_as(site.cast.leader_of_second_unit).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let narrowed = file(&mut other, links::session_part(session, "report.pdf")).await;
    let record = other.get(format!("{}.pdf", links::record_of(site.cast.trainee.person))).await;
    let of_trainee = trainee.get(links::session_part(session, "report.docx")).await;

    let said = words(&narrowed.bytes);
    assert!(said.contains("王强") && said.contains("only these units"), "{said}");
    assert!(!said.contains("杜维平"));
    assert_eq!((record.status, of_trainee.status), (404, 404));
}

fn column(head: &str, width: Option<f64>) -> Column {
    Column::new(head.to_owned(), width, Align::Left)
}

/// A paper with three pages of text and a long table with a signature under it.
fn long_paper() -> Paper {
    let text = "为深入贯彻落实信访工作条例推进信访工作法治化提高各级领导人员依法履职能力".repeat(60);
    let rows = (1..=80).map(|n| vec![n.to_string(), format!("第{n}个单位")]).collect();
    let signature = Signature {
        lines: vec!["填报人：".to_owned()],
        seal: Some("单位（盖章）".to_owned()),
        unit: "信访办公室".to_owned(),
        date: "2024年7月5日".to_owned(),
        code: None,
    };
    let table = Table::new(vec![column("序号表头", Some(30.0)), column("单位表头", None)], rows);
    Paper {
        language: Language::Chinese,
        layout: Layout::Official,
        name: "测量".to_owned(),
        mark: None,
        sheets: vec![
            Sheet {
                title: "测".to_owned(),
                ending: String::new(),
                lines: Vec::new(),
                blocks: vec![Block::Paragraph { text }],
                signature: None,
                foot: Vec::new(),
            },
            Sheet {
                title: "表".to_owned(),
                ending: String::new(),
                lines: Vec::new(),
                blocks: vec![Block::Table(table)],
                signature: Some(signature),
                foot: Vec::new(),
            },
        ],
        made_at: clock().now(),
    }
}

fn clock() -> Clock {
    Clock::fixed(chrono_tz::Asia::Shanghai, xuefa::clock::Moment::from_timestamp(1_720_141_200))
}

fn printed(paper: &Paper) -> Vec<u8> {
    Press::new(None).print_now(paper, &clock()).expect("a PDF")
}

/// A line of text on a page, in points from the upper left corner.
#[derive(Debug)]
struct Line {
    page: usize,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    text: String,
}

fn lines(pdf: &[u8]) -> Vec<Line> {
    let text = tool("pdftotext", &["-bbox-layout"], pdf);
    let (mut page, mut found) = (0, Vec::new());
    let number = |line: &str, name: &str| -> f64 {
        let rest = line.split_once(&format!("{name}=\"")).expect("a number").1;
        rest.split_once('"').expect("its end").0.parse().expect("a number")
    };
    for line in text.lines().map(str::trim) {
        if line.starts_with("<page ") {
            page += 1;
        } else if line.starts_with("<line ") {
            let [left, right, top, bottom] = ["xMin", "xMax", "yMin", "yMax"].map(|name| number(line, name));
            found.push(Line { page, left, right, top, bottom, text: String::new() });
        } else if line.starts_with("<word ") {
            let words = line.split_once('>').and_then(|(_, rest)| rest.split_once("</word>")).expect("a word").0;
            found.last_mut().expect("a line").text.push_str(words);
        }
    }
    found
}

/// GB/T 9704-2012, 5.2: A4, the text 37 mm from above and 28 mm from the left, 156 mm wide and 225 mm high; 22 lines of 28
/// characters. 7.5: the number outside, one character in, dashes beside it.
#[test]
fn the_official_measures_are_kept() {
    if !prints_papers() {
        return;
    }
    const MM: f64 = 72.0 / 25.4;
    let lines = lines(&printed(&long_paper()));

    let second: Vec<&Line> = lines.iter().filter(|line| line.page == 2 && !line.text.contains('—')).collect();
    assert_eq!(second.len(), 22, "lines of a full page: {second:#?}");
    assert!(second.iter().all(|line| line.text.chars().count() == 28), "{second:#?}");
    for line in &second {
        assert!((line.left - 28.0 * MM).abs() < MM && (line.right - 184.0 * MM).abs() < MM, "{line:?}");
    }
    // The box of a character is higher than the character: 1 mm more than the standard's own tolerance.
    assert!((second[0].top - 37.0 * MM).abs() < 2.0 * MM, "{:?}", second[0]);
    let last = second.last().expect("lines");
    assert!(last.bottom < 263.0 * MM && last.bottom > 250.0 * MM, "{last:?}");
    let step = second[1].top - second[0].top;
    assert!((step - 28.95).abs() < 0.05, "{step}");
    let number =
        |page: usize| lines.iter().find(|line| line.page == page && line.text.contains('—')).expect("a number");
    assert_eq!((number(1).text.as_str(), number(2).text.as_str()), ("—1—", "—2—"));
    assert!((number(1).right - (184.0 * MM - 14.0)).abs() < 3.0, "{:?}", number(1));
    assert!((number(2).left - (28.0 * MM + 14.0)).abs() < 3.0, "{:?}", number(2));
    assert!((number(1).top - 269.0 * MM).abs() < 3.0 * MM, "7 mm under the text: {:?}", number(1));
}

#[test]
fn heads_come_again_and_a_signature_has_rows_with_it_and_room_for_the_seal() {
    if !prints_papers() {
        return;
    }
    let lines = lines(&printed(&long_paper()));

    let of_table: Vec<usize> =
        lines.iter().filter(|line| line.text.contains("单位表头")).map(|line| line.page).collect();
    let last = of_table.last().copied().expect("a head");
    assert!(of_table.len() > 2, "{of_table:?}");
    let on_last = |text: &str| lines.iter().find(|line| line.page == last && line.text.contains(text));
    let (seal, unit) = (on_last("盖章").expect("the seal"), on_last("信访办公室").expect("the unit"));
    assert!(on_last("第80个单位").is_some() && on_last("第79个单位").is_some(), "two rows with the signature");
    assert!(unit.top - seal.bottom > 38.0 * 72.0 / 25.4, "{seal:?} {unit:?}");
}

#[test]
fn a_paper_says_that_it_is_pdf_a_and_carries_its_faces() {
    if !prints_papers() {
        return;
    }
    let pdf = printed(&long_paper());

    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("pdfaid:part>2<") && text.contains("pdfaid:conformance>B<"), "no claim in the XMP");
    let fonts = tool("pdffonts", &[], &pdf);
    let faces: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert!(faces.len() >= 2, "{fonts}");
    for face in faces {
        // Before the two numbers of the object: embedded, a subset, and readable as text.
        let marks = &face[face.len() - 5..face.len() - 2];
        assert_eq!(marks, ["yes", "yes", "yes"], "{fonts}");
    }
}

#[test]
fn a_character_that_no_face_has_is_named_and_nothing_is_printed() {
    if !prints_papers() {
        return;
    }
    let mut paper = long_paper();
    paper.sheets[1].title = "李\u{F0000}\u{E000}敏".to_owned();
    let refused = Press::new(None).print_now(&paper, &clock());

    let said = match refused {
        Err(Error::Refused(problems)) => xuefa::i18n::word(Language::English, &clock(), &problems[0].message),
        other => format!("not refused: {other:?}"),
    };
    assert!(said.contains("U+F0000") && said.contains("U+E000") && said.contains("/usr/share/fonts"), "{said}");
    assert!(said.contains("fonts-noto-cjk"), "{said}");
}

#[test]
fn what_people_write_is_words_and_never_layout() {
    if !prints_papers() {
        return;
    }
    let mut paper = long_paper();
    let typed = "#panic(1) $x$ *a* _b_ @c <d> \\ ~ `e` [f] // g /* h */ = i - j";
    paper.sheets.truncate(1);
    paper.sheets[0].blocks = vec![Block::Paragraph { text: typed.to_owned() }];

    let said = words(&printed(&paper));

    assert!(said.replace('\n', " ").contains(typed), "{said}");
}

/// The text of a part of a DOCX file, as it stands in it.
fn part(docx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).expect("a ZIP file");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        if reader.read_event().expect("well-formed XML") == quick_xml::events::Event::Eof {
            return text;
        }
    }
}

#[actix_web::test]
async fn word_files_have_the_words_of_the_paper_and_heads_that_come_again() {
    let site = TestApp::start().await;
    let session = given_rare_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.language = "zh-CN";

    let report = file(&mut hq, links::session_part(session, "report.docx")).await;
    let sheet = file(&mut hq, links::session_part(session, "sheet.docx")).await;
    let note = file(&mut hq, links::session_part(session, "note.docx")).await;

    let text = part(&report.bytes, "word/document.xml");
    assert!(text.contains("阿依古丽·昇堃珺旻玥璟翀䶮") && text.contains("33.3%（1/3）"));
    for header in ["word/header1.xml", "word/header2.xml"] {
        assert!(part(&report.bytes, header).contains("草稿"), "on every page, odd or even: {header}");
    }
    assert_eq!(text.matches("<w:tblHeader />").count(), 3, "by unit, by category, the list");
    assert!(text.contains("仿宋_GB2312") && text.contains("方正小标宋简体"));
    // 37, 26, 35 and 28 mm in twentieths of a point.
    for measure in ["w:top=\"2098\"", "w:right=\"1474\"", "w:bottom=\"1984\"", "w:left=\"1587\""] {
        assert!(text.contains(measure), "{measure}");
    }
    assert!(part(&sheet.bytes, "word/document.xml").contains("杜维平"));
    let note = part(&note.bytes, "word/document.xml");
    assert!(note.contains("会议纪要（素材）") && note.contains("授课人") && !note.contains("杜维平"));
}

#[test]
fn control_characters_in_a_word_file_leave_it_well_formed() {
    let mut paper = long_paper();
    paper.sheets[0].title = "a & b < c > \"d\" \u{1} e".to_owned();

    let written = docx::write(&paper).expect("a file");

    assert!(!part(&written, "word/document.xml").contains('\u{1}'));
    assert!(part(&written, "word/document.xml").contains("a &amp; b &lt; c"));
}
