//! Files kept with the record of a meeting or a task: what is taken, who finds it, when it goes.

use crate::exchange::given_task;
use crate::support::facts::lying;
use crate::support::{Answer, Browser, TestApp};
use diesel::prelude::*;
use xuefa::assignments::evidence;
use xuefa::files::{self, EVIDENCE};
use xuefa::store::ids::{MeetingId, UnitTaskId};
use xuefa::store::schema::{audit_entries, file_uses, files as files_table, meetings, unit_tasks};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\0\0\0\0\0\0\0\0\0\0CRC.\0\0\0\0IENDCRC.";

/// A PDF with something of its own in it.
fn pdf(word: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{word}\nstartxref\n9\n%%EOF\n").into_bytes()
}

/// Each part stored as it is, with checksums and sizes as they are.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("a container").into_inner()
}

pub async fn given_meeting(site: &TestApp) -> MeetingId {
    let (unit, now) = (site.cast.first_unit, site.app.clock.now());
    let made = site.write(move |conn| {
        Ok(diesel::insert_into(meetings::table)
            .values((
                (meetings::unit_id.eq(unit), meetings::state.eq("draft"), meetings::theme.eq("交流")),
                (meetings::place.eq(""), meetings::chair.eq(""), meetings::recorder.eq("")),
                (meetings::other_readings.eq(""), meetings::questions.eq(""), meetings::with_below.eq(false)),
                meetings::begun_at.eq(now),
            ))
            .returning(meetings::id)
            .get_result(conn)?)
    });
    made.await.expect("a meeting")
}

async fn submitted_on(site: &TestApp, id: MeetingId, day: &str) {
    let day: chrono::NaiveDate = day.parse().expect("a date");
    let set = site.write(move |conn| {
        diesel::update(meetings::table.filter(meetings::id.eq(id)))
            .set((meetings::state.eq("submitted"), meetings::entered_on.eq(day)))
            .execute(conn)?;
        Ok(())
    });
    set.await.expect("the meeting's state");
}

/// In a login of its own: the forms of one browser have the same key.
async fn liaison(site: &TestApp) -> Browser {
    site.signed_in_as(site.cast.liaison_of_first_unit).await
}

async fn upload(site: &TestApp, address: &str, name: &str, content: &[u8]) -> Answer {
    liaison(site).await.upload(address, "file", name, content).await
}

async fn n_kept(site: &TestApp) -> (i64, i64) {
    let read = site
        .app
        .db
        .read(|conn| Ok((file_uses::table.count().get_result(conn)?, files_table::table.count().get_result(conn)?)));
    read.await.expect("a count")
}

/// I-06, O-04.
#[actix_web::test]
async fn evidence_is_kept_and_downloaded_as_what_it_is_and_never_shown() {
    let site = TestApp::start().await;
    let address = format!("/files/meetings/{}", given_meeting(&site).await);
    let ofd = packed(&[("OFD.xml", b"<ofd:OFD/>")]);

    let added = upload(&site, &address, "../../etc/会议照片.html", &ofd).await;
    let mut browser = liaison(&site).await;
    let page = browser.get(&address).await;
    let href = page.body.split("href=\"").find(|part| part.starts_with(&format!("{address}/"))).expect("a link");
    let file = browser.get(href.split('"').next().unwrap_or("")).await;

    assert_eq!((added.status, file.status, file.bytes == ofd), (303, 200, true));
    assert!(page.says("会议照片.ofd"), "{}", page.text());
    assert_eq!(file.header("content-type"), Some("application/ofd"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(file.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    let disposition = file.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment; filename=\"file-"), "{disposition}");
    assert!(
        disposition.ends_with(".ofd\"; filename*=UTF-8''%E4%BC%9A%E8%AE%AE%E7%85%A7%E7%89%87.ofd"),
        "{disposition}"
    );
}

/// I-06.
#[actix_web::test]
async fn hostile_lying_empty_and_large_files_are_refused_in_words_and_nothing_is_kept() {
    let site = TestApp::start().await;
    let address = format!("/files/meetings/{}", given_meeting(&site).await);
    let (types, document): ((&str, &[u8]), (&str, &[u8])) =
        (("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>"));
    let zeros = vec![0; 70 * 1024 * 1024];
    let bomb = packed(&[types, document, ("word/1.png", &zeros), ("word/2.png", &zeros), ("word/3.png", &zeros)]);
    let parts: [(&str, &[u8]); 4] = [("OFD.xml", b"<ofd:OFD/>"), ("1", &zeros), ("2", &zeros), ("3", &zeros)];
    let ofd_bomb = packed(&parts);
    let workbook: [(&str, &[u8]); 5] =
        [types, ("xl/workbook.xml", b"<workbook/>"), ("xl/1", &zeros), ("xl/2", &zeros), ("xl/3", &zeros)];
    let xlsx_bomb = packed(&workbook);
    let mut large = pdf("x");
    large.splice(9..9, std::iter::repeat_n(b' ', EVIDENCE.most_bytes + 1 - pdf("x").len()));
    let hostile: [(&str, Vec<u8>, &str); 14] = [
        ("a.gif", b"GIF89a/*\0\0*/=1;alert(1)".to_vec(), "judged by their content"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), "judged by their content"),
        ("a.png", b"<!doctype html><script>alert(1)</script>".to_vec(), "judged by their content"),
        ("a.png", [PNG, b"<script>alert(1)</script>"].concat(), "something else hidden"),
        ("a.pdf", [&pdf("x")[..], &packed(&[("a.txt", b"a")])].concat(), "something else hidden"),
        ("a.pdf", pdf("/OpenAction << /S /JavaScript /JS (app.alert) >>"), "macros, scripts or a program"),
        ("a.docx", bomb, "unpacks to too much"),
        ("a.ofd", ofd_bomb, "unpacks to too much"),
        ("a.xlsx", xlsx_bomb, "unpacks to too much"),
        ("a.docx", packed(&[types, document, ("word/vbaProject.bin", b"x")]), "macros, scripts or a program"),
        ("a.docx", packed(&[types, document])[..80].to_vec(), "incomplete or damaged"),
        ("a.png", PNG[..30].to_vec(), "incomplete or damaged"),
        ("a.pdf", Vec::new(), "Choose a file"),
        // One byte more than may be, and a PDF in all else.
        ("a.pdf", large, "larger than 20 MB"),
    ];

    for (name, content, said) in hostile {
        let refused = upload(&site, &address, name, &content).await;
        assert_eq!(refused.status, 422, "{name}: {said}");
        assert!(refused.says(said), "{said}: {}", refused.text());
    }

    assert_eq!((n_kept(&site).await, lying(&site)), ((0, 0), 0));
}

#[actix_web::test]
async fn a_file_of_the_largest_size_is_kept() {
    let site = TestApp::start().await;
    let address = format!("/files/meetings/{}", given_meeting(&site).await);
    let mut large = pdf("x");
    large.splice(9..9, std::iter::repeat_n(b' ', EVIDENCE.most_bytes - pdf("x").len()));

    let added = upload(&site, &address, "a.pdf", &large).await;

    assert_eq!((large.len(), added.status, n_kept(&site).await), (20 * 1024 * 1024, 303, (1, 1)));
}

/// I-06.
#[actix_web::test]
async fn no_more_than_ten_are_kept_and_the_same_one_once() {
    let site = TestApp::start().await;
    let address = format!("/files/meetings/{}", given_meeting(&site).await);

    for n in 0..10 {
        assert_eq!(upload(&site, &address, "a.pdf", &pdf(&n.to_string())).await.status, 303);
    }
    let full = upload(&site, &address, "a.pdf", &pdf("one more")).await;
    let page = liaison(&site).await.get(&address).await;

    assert!(full.status == 422 && full.says("There are 10 attachments already"), "{}", full.text());
    assert!(page.says("Attachments: 10") && !page.body.contains("type=\"file\""));
    assert_eq!(n_kept(&site).await.0, 10);
    let other = format!("/files/meetings/{}", given_meeting(&site).await);
    upload(&site, &other, "a.pdf", &pdf("the same")).await;
    upload(&site, &other, "b.pdf", &pdf("the same")).await;
    assert_eq!(n_kept(&site).await.0, 11);
}

#[actix_web::test]
async fn only_those_who_see_the_record_find_its_files_and_nobody_changes_them_once_it_is_submitted() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let id = given_meeting(&site).await;
    let address = format!("/files/meetings/{id}");
    upload(&site, &address, "a.pdf", &pdf("x")).await;
    let file = format!("{address}/1");

    for member in [cast.leader_of_second_unit, cast.trainee, cast.stranger, cast.admin] {
        let mut other = site.signed_in_as(member).await;
        let statuses = [
            other.get(&address).await.status,
            other.get(&file).await.status,
            other.upload(&address, "file", "a.pdf", &pdf("y")).await.status,
            other.post(format!("{file}/remove"), &[]).await.status,
        ];
        assert_eq!(statuses, [404; 4]);
    }
    let of_other = format!("/files/meetings/{}/1", given_meeting(&site).await);
    submitted_on(&site, id, "2024-07-05").await;
    let mut own = liaison(&site).await;
    let late = [
        own.get(&file).await.status,
        own.get(&of_other).await.status,
        own.upload(&address, "file", "b.pdf", &pdf("y")).await.status,
        own.post(format!("{file}/remove"), &[]).await.status,
        site.signed_in_as(cast.hq).await.get(&file).await.status,
        own.get("/files/people/1").await.status,
    ];

    assert_eq!(late, [200, 404, 422, 422, 200, 404]);
    assert_eq!(n_kept(&site).await.0, 1);
}

#[actix_web::test]
async fn a_units_task_keeps_evidence_while_it_may_be_written_in() {
    let site = TestApp::start().await;
    let task: UnitTaskId = given_task(&site, site.cast.first_unit, None).await;
    let address = format!("/files/unit-tasks/{task}");

    let added = upload(&site, &address, "a.png", PNG).await;
    let foreign = site.signed_in_as(site.cast.leader_of_second_unit).await.get(&address).await;
    let set = site.write(move |conn| {
        Ok(diesel::update(unit_tasks::table.filter(unit_tasks::id.eq(task)))
            .set(unit_tasks::state.eq("accepted"))
            .execute(conn)?)
    });
    set.await.expect("accepted");
    let late = upload(&site, &address, "b.pdf", &pdf("x")).await;

    assert_eq!((added.status, foreign.status, late.status), (303, 404, 422));
}

/// D-05: what was left when the program ended while storing goes a day later; what is kept, or just being written, stays.
#[actix_web::test]
async fn what_was_never_written_to_its_end_or_nothing_speaks_of_is_swept() {
    let site = TestApp::start().await;
    let folder = site.app.config.files_folder();
    let address = format!("/files/meetings/{}", given_meeting(&site).await);
    assert_eq!(upload(&site, &address, "a.pdf", &pdf("kept")).await.status, 303);
    let kept = files::list_contents(&folder).expect("the folder").remove(0);
    let placed = |name: &str, days: i64| {
        let path = folder.join(&name[..2]).join(name);
        std::fs::create_dir_all(path.parent().expect("a shelf")).expect("a shelf");
        let file = std::fs::File::options().create(true).append(true).open(&path).expect("a file");
        let at = site.app.clock.now() - chrono::TimeDelta::days(days);
        file.set_modified(at.system_time()).expect("a time");
        path
    };
    let stays = [placed(&kept, 400), placed("ab0.part", 0), placed(&"ab".repeat(32), 0)];
    let goes = [placed("ab1.part", 2), placed(&"cd".repeat(32), 2)];

    let n_swept = xuefa::web::background::sweep(&site.app).await.expect("a sweep");

    assert_eq!(n_swept, 2);
    assert!(stays.iter().all(|path| path.exists()) && !goes.iter().any(|path| path.exists()));
}

#[actix_web::test]
async fn what_was_removed_by_mistake_or_by_time_goes_and_the_trail_says_so() {
    let site = TestApp::start().await;
    let (old, newer) = (given_meeting(&site).await, given_meeting(&site).await);
    for (id, word) in [(old, "old"), (newer, "newer")] {
        assert_eq!(upload(&site, &format!("/files/meetings/{id}"), "a.pdf", &pdf(word)).await.status, 303);
    }
    submitted_on(&site, old, "2024-07-05").await;
    submitted_on(&site, newer, "2024-07-06").await;
    let forget = async |day: &str| {
        site.set_clock(day, "09:00");
        let (now, today) = (site.app.clock.now(), site.app.clock.today());
        let n = site.write(move |conn| evidence::forget_old(conn, now, today)).await.expect("forgotten");
        xuefa::web::background::sweep(&site.app).await.expect("a sweep");
        (n, n_kept(&site).await.0, lying(&site))
    };

    // 24 months, counted from the day it was entered: the last day is still kept.
    let (on_the_day, a_day_later, two_days_later) =
        (forget("2026-07-05").await, forget("2026-07-06").await, forget("2026-07-08").await);
    let taken_away: i64 = site
        .app
        .db
        .read(|conn| {
            Ok(audit_entries::table.filter(audit_entries::action.eq("file.taken_away")).count().get_result(conn)?)
        })
        .await
        .expect("the log");

    assert_eq!(on_the_day, (0, 2, 2));
    assert_eq!(a_day_later, (1, 1, 2), "the content leaves the folder a day later");
    assert_eq!((two_days_later, taken_away), ((1, 0, 1), 2));
}
