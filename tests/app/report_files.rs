//! Every report in every format: the same words and figures, each file noted; final figures of a period; prints.

use crate::papers::{assert_print, file, tool, words};
use crate::reports::given_session;
use crate::support::{Browser, TestApp, in_english, prints_papers};
use calamine::{Data, Reader as _, Xlsx};
use diesel::prelude::*;
use futures_util::future::{join, join_all};
use std::io::Cursor;
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::assignments::calls::send::{self, Wanted};
use xuefa::attendance::AttendanceState;
use xuefa::links;
use xuefa::reports::archive::verify::verify;
use xuefa::store::ids::SessionId;
use xuefa::store::schema::{assignments, audit_entries, grants, people, people_lists, tasks};
use xuefa::training::SessionState;

/// A confirmed session, study of its own, a call, what a year asks for: something in every report.
async fn given_year(site: &TestApp) -> SessionId {
    let session = given_session(site, SessionState::Confirmed).await;
    site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
    let (done, open) = (
        site.given_due_task(site.cast.trainee, "2024-07-20").await,
        site.given_due_task(site.cast.colleague, "2024-07-20").await,
    );
    site.task_is(done, "done").await;
    let with_hours = site.write(move |conn| {
        let of = tasks::table.filter(tasks::id.eq_any([done, open])).select(tasks::assignment_id);
        diesel::update(assignments::table.filter(assignments::id.eq_any(of)))
            .set(assignments::study_minutes.eq(90))
            .execute(conn)?;
        Ok(())
    });
    with_hours.await.expect("hours");
    let without_mail = site.cast.colleague.person;
    let unreachable = site.write(move |conn| {
        diesel::update(people::table.find(without_mail)).set(people::email.eq(None::<String>)).execute(conn)?;
        Ok(())
    });
    unreachable.await.expect("nobody's address");
    let (viewer, units) = (site.viewer(site.cast.hq).await, vec![site.cast.first_unit, site.cast.second_unit]);
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let call = site.write(move |conn| {
        let wanted = Wanted {
            title: "学习贯彻培训会精神".to_owned(),
            units: units.clone(),
            forms: vec![UnitTaskKind::ExchangeMeeting, UnitTaskKind::ImplementationReport],
            due_on: Some(today),
            study_minutes: Some(0),
            ..Wanted::default()
        };
        send::send(conn, &viewer, &wanted, now, today)
    });
    call.await.expect("a call");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let fields = [
        ("amount", "6"),
        ("document_title", "关于2024年度学法学时的通知"),
        ("document_number", "利信〔2024〕3号"),
        ("document_on", "2024-01-15"),
        ("version", "0"),
    ];
    let stored = hq.post("/hours/required/2024/enterprise_leadership", &fields).await;
    assert_eq!(stored.status, 303, "{}", stored.text());
    session
}

/// The addresses of reports without their endings, with what follows them; and the endings each has.
fn reports(site: &TestApp, session: SessionId) -> Vec<(String, String, &'static [&'static str])> {
    let unit = site.cast.first_unit;
    vec![
        (format!("/units/{unit}/board"), format!("?session={session}"), &[".csv", ".xlsx", ".pdf", "/paper"]),
        (format!("/units/{unit}/hours"), "?year=2024&show=all".to_owned(), &[".csv", ".xlsx", ".pdf"]),
        ("/calls/1/units".to_owned(), String::new(), &[".csv", ".xlsx", ".pdf", "/paper"]),
        ("/mail/unreachable".to_owned(), String::new(), &[".csv", ".xlsx", ".pdf"]),
        (format!("/sessions/{session}/sheet"), String::new(), &[".csv", ".xlsx", ".pdf", ".docx"]),
        (format!("/sessions/{session}/report"), String::new(), &[".csv", ".xlsx", ".pdf", ".docx"]),
        (links::record_of(site.cast.trainee.person), "?year=2024".to_owned(), &[".csv", ".xlsx", ".pdf"]),
        (links::PERIOD.to_owned(), "?first=2024-01-01&last=2024-12-31".to_owned(), &[".csv", ".xlsx", ".pdf"]),
    ]
}

/// The cells of a file of text, without the column that says the table, nor the apostrophe before a formula.
fn csv_cells(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let named = rows[0].get(0).is_some_and(|cell| cell == "Table");
    let cells = rows.iter().flat_map(|row| row.iter().skip(usize::from(named)).map(str::to_owned).collect::<Vec<_>>());
    cells.map(|cell| cell.strip_prefix('\'').map_or(cell.clone(), str::to_owned)).collect()
}

/// All sheets of a workbook but the last, which says how it was made; shares as percentages.
fn book_cells(bytes: &[u8]) -> Vec<String> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).expect("a workbook");
    let names = book.sheet_names();
    let mut cells = Vec::new();
    for name in &names[..names.len() - 1] {
        let range = book.worksheet_range(name).expect("a sheet");
        for row in range.rows() {
            cells.extend(row.iter().map(|cell| match cell {
                Data::Float(n) if n.fract() != 0.0 => {
                    let tenths = (n * 1000.0).round() / 10.0;
                    format!("{tenths}%")
                }
                other => other.to_string(),
            }));
        }
    }
    cells
}

fn sorted(mut cells: Vec<String>) -> Vec<String> {
    // A share of all, or of none, is a whole number in a workbook.
    cells.iter_mut().for_each(|cell| match cell.as_str() {
        "100%" => *cell = "1".to_owned(),
        "0%" => *cell = "0".to_owned(),
        _ => {}
    });
    cells.retain(|cell| !cell.is_empty());
    cells.sort_unstable();
    cells.dedup();
    cells
}

/// The words of a PDF in the order in which they were set, without any space.
fn run_together(pdf: &[u8]) -> String {
    tool("pdftotext", &["-raw"], pdf).split_whitespace().collect()
}

#[actix_web::test]
async fn each_report_says_the_same_in_every_format() {
    let site = TestApp::start().await;
    let session = given_year(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    for (base, query, endings) in reports(&site, session) {
        let text = file(&mut hq, format!("{base}.csv{query}")).await;
        let book = file(&mut hq, format!("{base}.xlsx{query}")).await;
        let cells = csv_cells(&text.body);
        let (in_text, in_book) = (sorted(cells.clone()), sorted(book_cells(&book.bytes)));
        if base.ends_with("/report") {
            // The workbook of a session has its sums besides.
            assert!(in_text.iter().all(|cell| in_book.contains(cell)), "{base}: {in_text:?} {in_book:?}");
        } else {
            assert_eq!(in_text, in_book, "{base}");
        }
        assert!(cells.len() > 8, "{base}: {cells:?}");
        if endings.contains(&"/paper") {
            let page = hq.get(format!("{base}/paper{query}")).await;
            let missing: Vec<&String> =
                cells.iter().filter(|cell| !page.text().replace("&#x3D;", "=").contains(cell.as_str())).collect();
            assert!(page.status == 200 && missing.is_empty(), "{base}: {missing:?} {}", page.text());
        }
        // The paper of a session's record and report are laid out in their own way, and held against prints.
        if prints_papers() && !base.ends_with("/record") && !base.ends_with("/report") && !base.ends_with("period") {
            let said = run_together(&file(&mut hq, format!("{base}.pdf{query}")).await.bytes);
            let missing: Vec<String> = cells
                .iter()
                .map(|cell| cell.split_whitespace().collect::<String>())
                .filter(|cell| !said.contains(cell.as_str()))
                .collect();
            assert!(missing.is_empty(), "{base}.pdf: {missing:?}\n{said}");
        }
    }
}

#[actix_web::test]
async fn every_report_that_leaves_as_a_file_is_noted_alike_and_a_page_is_not() {
    let site = TestApp::start().await;
    let session = given_year(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let noted = || async {
        let read = |conn: &mut xuefa::store::Conn| {
            let entries = audit_entries::table.filter(audit_entries::action.eq("reports.exported"));
            Ok(entries.count().get_result::<i64>(conn)?)
        };
        site.app.db.read(read).await.expect("a read")
    };

    for (base, query, endings) in reports(&site, session) {
        for ending in endings {
            if *ending == ".pdf" && !prints_papers() {
                continue;
            }
            let before = noted().await;
            let answer = hq.get(format!("{base}{ending}{query}")).await;
            let expected = i64::from(*ending != "/paper");
            assert_eq!((answer.status, noted().await - before), (200, expected), "{base}{ending}");
        }
    }
    let before = noted().await;
    let refused = site.signed_in_as(site.cast.trainee).await.get(format!("/sessions/{session}/report.csv")).await;
    assert_eq!((refused.status, noted().await), (404, before));
}

async fn made(hq: &mut Browser, query: &str) -> String {
    let made = hq.post(format!("/reports/period/final?{query}"), &[]).await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location.expect("a report")
}

const YEAR: &str = "first=2024-01-01&last=2024-12-31";

#[actix_web::test]
async fn a_periods_figures_are_frozen_under_a_number_and_its_page_says_what_has_changed_since() {
    let site = TestApp::start().await;
    let session = given_year(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let draft = hq.get(format!("/reports/period?{YEAR}")).await;
    let asked = hq.get(format!("/reports/period/final?{YEAR}")).await;
    let first = made(&mut hq, YEAR).await;
    let again = made(&mut hq, YEAR).await;
    let other = made(&mut hq, &format!("{YEAR}&unit={}", site.cast.first_unit)).await;
    let of_session = hq.post(links::make_final(session), &[]).await.location;
    let paper = hq.get(&first).await;
    let listed = hq.get(format!("/reports/period?{YEAR}")).await;
    crate::finals::correct(&site, &mut hq, session, site.cast.stranger, "present").await;
    let changed = hq.get(&first).await;
    let file = hq.get(format!("{first}.csv")).await;
    let json = hq.get(format!("{first}.json")).await;
    let second = made(&mut hq, YEAR).await;
    let (old, new) = (hq.get(&first).await, hq.get(&second).await);
    let find = hq.get("/reports/final").await;

    let of_session = of_session.expect("a report");
    let numbers = [&first, &again, &other, &of_session, &second].map(|at| at.rsplit('/').next().expect("a number"));
    assert_eq!(numbers, ["2024-0001", "2024-0001", "2024-0002", "2024-0003", "2024-0004"], "one series");
    assert!(draft.body.contains("paper-is-draft") && asked.says("frozen as they stand now"), "{}", asked.text());
    assert!(paper.says("Report no. 2024-0001") && !paper.body.contains("paper-is-draft"), "{}", paper.text());
    assert!(paper.body.contains("class=\"paper-qr\"><svg") && paper.says("figures are the same as on this paper."));
    assert!(paper.says("Expected 3, due 3, present 1, on leave 1"), "{}", paper.text());
    assert!(paper.says("2 1 50% (1/2) 1.5"), "study apart: {}", paper.text());
    assert!(listed.body.contains("href=\"/reports/final/2024-0001\""));
    assert!(changed.says("figures differ from those on this paper for 1 session."), "{}", changed.text());
    assert!(changed.says("Expected 3, due 3, present 1, on leave 1"), "the paper stays: {}", changed.text());
    assert!(file.body.contains("Total,3,0,3,1,1,0,1,1,33.3%,66.7%"), "{}", file.body);
    let verdict = verify(&json.bytes, None).expect("a final report's file");
    assert!(
        verdict.faults.is_empty() && in_english(&verdict.what).contains("expected 3, due 3, present 1"),
        "{verdict:?}"
    );
    let tampered = json.body.replace("\\\"n_present\\\":1", "\\\"n_present\\\":2");
    assert!(tampered != json.body && !verify(tampered.as_bytes(), None).expect("a file").faults.is_empty());
    assert!(old.says("This report has been replaced by Report no. 2024-0004"), "{}", old.text());
    assert!(new.says("present 2, on leave 0") && new.says("It replaced 2024-0001"), "{}", new.text());
    assert!(
        find.text().to_lowercase().contains("training by unit, 2024") && find.says("信访工作法治化培训会"),
        "{}",
        find.text()
    );
}

#[actix_web::test]
async fn only_hq_makes_a_period_final_and_behind_its_number_is_who_reaches_all_of_it() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let of_all = made(&mut hq, YEAR).await;
    let of_unit = made(&mut hq, &format!("{YEAR}&unit={}", site.cast.first_unit)).await;

    let refused = leader.post(format!("/reports/period/final?{YEAR}"), &[]).await;
    let empty = hq.post("/reports/period/final?first=2022-01-01&last=2022-12-31", &[]).await;
    let (all, own) = (leader.get(&of_all).await, leader.get(&of_unit).await);
    let files = [leader.get(format!("{of_all}.csv")).await.status, leader.get(format!("{of_unit}.csv")).await.status];
    let mut other = site.signed_in_as(site.cast.leader_of_second_unit).await;
    let found = leader.get("/reports/final?number=2024-2").await;

    assert_eq!((refused.status, empty.status), (404, 422));
    assert!(empty.says("nothing to make final"), "{}", empty.text());
    assert_eq!((all.status, own.status, files), (404, 200, [404, 200]));
    assert_eq!(other.get(&of_unit).await.status, 404);
    assert_eq!(found.location.as_deref(), Some("/reports/final/2024-0002"));
}

#[actix_web::test]
async fn the_rows_of_sessions_open_to_exactly_their_people() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let roll = [(site.cast.trainee, Some(AttendanceState::Present))];
    let other = site.given_session("2024-06-03", SessionState::Confirmed, &roll).await;
    site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let page = hq.get(format!("/reports/period?{YEAR}")).await;
    let people = hq.get(format!("/reports/period/people?{YEAR}&session={other}&show=roster")).await;

    let linked = format!("session&#x3D;{other}&amp;show");
    assert!(page.body.contains(&linked) || page.body.contains(&format!("session={other}&amp;show")), "{}", page.body);
    let rows = people.body.split_once("<tbody id=\"people\">").map_or(0, |(_, rows)| rows.matches("<tr>").count());
    assert_eq!((people.status, rows), (200, 1), "{}", people.text());
}

#[actix_web::test]
async fn papers_of_tables_and_of_periods_are_printed_as_approved() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_year(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.language = "zh-CN";
    let unit = site.cast.first_unit;

    let first = made(&mut hq, YEAR).await;
    for (print, address) in [
        ("period-draft", format!("/reports/period.pdf?{YEAR}&unit={unit}")),
        ("period-final", format!("{first}.pdf")),
        ("unit-board", format!("/units/{unit}/board.pdf?session={session}")),
        ("hours-outlook", format!("/units/{unit}/hours.pdf?year=2024&show=all")),
        ("call-progress", "/calls/1/units.pdf".to_owned()),
        ("unreachable", "/mail/unreachable.pdf".to_owned()),
    ] {
        let pdf = file(&mut hq, &address).await;
        assert_print(print, &pdf.bytes);
    }
    hq.language = "en";
    let board = file(&mut hq, format!("/units/{unit}/board.pdf?session={session}")).await;
    assert!(words(&board.bytes).contains("training and study"), "{}", words(&board.bytes));
    let drafts = file(&mut hq, format!("/reports/period.pdf?{YEAR}")).await;
    let text = String::from_utf8_lossy(&drafts.bytes).into_owned();
    assert!(text.contains("pdfaid:part>2<") && text.contains("pdfaid:conformance>B<"), "no claim in the XMP");
}

#[actix_web::test]
async fn a_paper_bears_the_time_at_which_it_was_made_with_the_organisations_zone() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    site.set_clock("2024-07-05", "08:30");

    let pdf = file(&mut hq, links::session_part(session, "report.pdf")).await;

    let said = tool("pdfinfo", &["-rawdates"], &pdf.bytes);
    assert!(said.contains("D:20240705083000+08'00"), "{said}");
    assert!(String::from_utf8_lossy(&pdf.bytes).contains("2024-07-05T08:30:00+08:00"), "the same in the XMP");
}

#[actix_web::test]
async fn check_ins_are_answered_while_five_reports_are_being_made() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let people = site.given_people(site.cast.first_unit, "Q", 12).await;
    // So many that a report takes longer than some check-ins, on a busy machine too.
    let held = site.given_people(site.cast.second_unit, "R", 300).await;
    let held: Vec<_> = held.iter().map(|member| (*member, Some(AttendanceState::Present))).collect();
    let past = site.given_session("2024-07-01", SessionState::Confirmed, &held).await;
    let open: Vec<_> = people.iter().map(|member| (*member, None)).collect();
    let now = site.given_session("2024-07-05", SessionState::Published, &open).await;
    let venues = site.app.db.read(move |conn| Ok(xuefa::training::queries::list_venues(conn, now)?));
    let venue = venues.await.expect("venues")[0].id;
    let (mut printing, mut phones) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        printing.push(site.signed_in_as(site.cast.hq).await);
    }
    for member in &people {
        phones.push(site.signed_in_as(*member).await);
    }
    let code = format!("/c/{}", site.code_on_screen(now, venue));
    let n_answered = std::cell::Cell::new(0);

    let reports = async {
        let sent = printing.iter_mut().map(|browser| browser.get(links::session_part(past, "report.pdf")));
        let statuses: Vec<u16> = join_all(sent).await.iter().map(|answer| answer.status).collect();
        (statuses, n_answered.get())
    };
    let check_ins = async {
        for phone in &mut phones {
            phone.get(&code).await;
            assert_eq!(phone.post(&code, &[]).await.status, 303);
            n_answered.set(n_answered.get() + 1);
        }
    };
    let ((statuses, n_before), ()) = join(reports, check_ins).await;

    assert_eq!(statuses, [200; 5]);
    assert_eq!(n_answered.get(), 12);
    assert!(n_before >= 3, "{n_before} check-ins were answered before the last report");
}

#[actix_web::test]
async fn a_long_list_is_made_beside_the_pages_for_who_asked_and_goes_after_a_week() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let (mut hq, mut leader) =
        (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.leader_of_first_unit).await);
    let folder = site.app.config.files_folder();

    let asked = leader.post(format!("/reports/period/people/file?{YEAR}&show=roster"), &[]).await;
    let job = asked.location.expect("a job");
    let waiting = leader.get(&job).await;
    assert_eq!(xuefa::web::background::run_due_jobs(&site.app).await.expect("the job runs"), 1);
    let list = leader.get(&job).await.location.expect("the list");
    let page = leader.get(&list).await;
    let made = leader.get(format!("{list}/file")).await;
    let at_once = leader.get(format!("/reports/period/people.xlsx?{YEAR}&show=roster")).await;
    let of_other = [hq.get(&list).await.status, hq.get(format!("{list}/file")).await.status];
    let now = site.app.clock.now() + xuefa::reports::people_list::KEPT + chrono::TimeDelta::minutes(1);
    site.app.clock.set(now);
    let gone = site.write(move |conn| xuefa::reports::people_list::forget_old(conn, now)).await.expect("forgotten");
    written_long_ago(&site);
    xuefa::web::background::sweep(&site.app).await.expect("swept");

    assert!(waiting.says("Making a list") && waiting.header("refresh").is_some(), "{}", waiting.text());
    assert!(page.says("2 rows"), "{}", page.text());
    assert_eq!(book_cells(&made.bytes), book_cells(&at_once.bytes), "the same whichever way it is made");
    let cells = book_cells(&made.bytes);
    assert!(cells.contains(&"杜维平".to_owned()) && !cells.contains(&"王强".to_owned()), "{cells:?}");
    assert_eq!((of_other, gone), ([404, 404], 1));
    assert!(files_in(&folder).is_empty(), "the content goes with it");
}

#[actix_web::test]
async fn a_list_that_could_not_be_made_is_tried_again_by_who_asked_for_it() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let (mut hq, mut leader) =
        (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.leader_of_first_unit).await);
    let wanted = async |to: Option<String>| {
        let done = site.write(move |conn| {
            let before: String = people_lists::table.select(people_lists::wanted).first(conn)?;
            if let Some(to) = &to {
                diesel::update(people_lists::table).set(people_lists::wanted.eq(to)).execute(conn)?;
            }
            Ok(before)
        });
        done.await.expect("what is wanted")
    };

    let job =
        leader.post(format!("/reports/period/people/file?{YEAR}&show=roster"), &[]).await.location.expect("a job");
    let whole = wanted(Some("unreadable".to_owned())).await;
    xuefa::web::background::run_due_jobs(&site.app).await.expect("the job runs");
    let (failed, seen_by_hq) = (leader.get(&job).await, hq.get(&job).await);
    wanted(Some(whole)).await;
    let by_hq = hq.post(&job, &[]).await;
    let next = leader.post(&job, &[]).await.location.expect("another job");
    xuefa::web::background::run_due_jobs(&site.app).await.expect("the job runs");
    let done = leader.get(&next).await;

    let button = "main-action";
    assert!(failed.says("The system failed, and nothing was changed"), "{}", failed.text());
    assert!(seen_by_hq.says("The system failed"), "{}", seen_by_hq.text());
    assert!(failed.body.contains(button) && !seen_by_hq.body.contains(button), "who asked for it tries again");
    assert_eq!(by_hq.status, 404);
    assert_eq!(done.location.as_deref(), Some("/reports/lists/1"), "{}", done.text());
}

fn files_in(folder: &std::path::Path) -> Vec<String> {
    xuefa::files::list_contents(folder).expect("the folder")
}

/// As if all that lies in the folder had been written two days ago.
fn written_long_ago(site: &TestApp) {
    let (folder, at) = (site.app.config.files_folder(), site.app.clock.now() - chrono::TimeDelta::days(2));
    for digest in files_in(&folder) {
        let file = std::fs::File::options().write(true).open(xuefa::files::model::path(&folder, &digest));
        file.and_then(|file| file.set_modified(at.system_time())).expect("a time");
    }
}

/// Asks for everybody on the rosters of the year as a list, has it made, and gives its address.
async fn made_list(site: &TestApp, browser: &mut Browser) -> String {
    let asked = browser.post(format!("/reports/period/people/file?{YEAR}&show=roster"), &[]).await;
    let job = asked.location.expect("a job");
    assert_eq!(xuefa::web::background::run_due_jobs(&site.app).await.expect("the job runs"), 1);
    browser.get(&job).await.location.expect("the list")
}

/// S-04, Z-04: a list was narrowed to the reach of who asked; whoever has less now does not find it any more.
#[actix_web::test]
async fn a_list_is_found_as_long_as_its_units_are_within_reach() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let (led, other, account) = (site.cast.first_unit, site.cast.second_unit, site.cast.leader_of_first_unit.account);
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let list = made_list(&site, &mut leader).await;
    let before = [leader.get(&list).await.status, leader.get(format!("{list}/file")).await.status];

    let moved = site.write(move |conn| {
        let of = grants::table.filter(grants::account_id.eq(account)).filter(grants::unit_id.eq(led));
        Ok(diesel::update(of).set(grants::unit_id.eq(other)).execute(conn)?)
    });
    moved.await.expect("another unit");
    let after = [leader.get(&list).await.status, leader.get(format!("{list}/file")).await.status];

    assert_eq!((before, after), ([200, 200], [404, 404]));
}

/// D-05: whoever hands the workbook in as evidence keeps it, also when the list has gone.
#[actix_web::test]
async fn a_list_that_goes_takes_no_evidence_with_it() {
    let site = TestApp::start().await;
    given_year(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let list = made_list(&site, &mut leader).await;
    let made = leader.get(format!("{list}/file")).await.bytes;
    let files = format!("/files/meetings/{}", crate::evidence::given_meeting(&site).await);
    assert_eq!(leader.upload(&files, "file", "a.xlsx", &made).await.status, 303);

    let now = site.app.clock.now() + xuefa::reports::people_list::KEPT + chrono::TimeDelta::minutes(1);
    site.app.clock.set(now);
    let gone = site.write(move |conn| xuefa::reports::people_list::forget_old(conn, now)).await.expect("forgotten");
    written_long_ago(&site);
    xuefa::web::background::sweep(&site.app).await.expect("swept");
    let kept = site.signed_in_as(site.cast.leader_of_first_unit).await.get(format!("{files}/1")).await;

    assert_eq!((gone, kept.status, kept.bytes == made), (1, 200, true));
}

#[actix_web::test]
async fn what_is_longer_than_is_made_at_once_is_asked_for_with_a_button() {
    let site = TestApp::start().await;
    let people = site.given_people(site.cast.first_unit, "L", 84).await;
    let roll: Vec<_> = people.iter().map(|member| (*member, Some(AttendanceState::Present))).collect();
    for day in 1..=24 {
        site.given_session(&format!("2024-06-{day:02}"), SessionState::Confirmed, &roll).await;
    }
    site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let of =
        |ending: &str, last: &str| format!("/reports/period/people{ending}?first=2024-06-01&last={last}&show=present");

    let long = hq.get(of("", "2024-06-24")).await;
    let file = hq.get(of(".xlsx", "2024-06-24")).await;
    let short = hq.get(of("", "2024-06-02")).await;
    let short_file = hq.get(of(".csv", "2024-06-02")).await;

    assert!(
        long.says("Make an Excel file (2016 rows") || long.says("Make an Excel file (2,016 rows"),
        "{}",
        long.text()
    );
    assert_eq!((file.status, file.location), (303, Some(of("", "2024-06-24"))));
    assert!(short.body.contains("/reports/period/people.xlsx?"), "{}", short.body);
    assert_eq!((short_file.status, csv_cells(&short_file.body).len()), (200, 8 * (168 + 1)));
}
