//! One session, one file: built by a job, whole, signed, checked without a server.

use crate::reports::given_session;
use crate::support::{Browser, TestApp, in_english, prints_papers, said};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::process::Command;
use xuefa::links;
use xuefa::reports::archive::Seal;
use xuefa::reports::archive::verify::{Origin, Verdict, verify};
use xuefa::reports::finals::file::FinalFile;
use xuefa::store::ids::{ReadingId, SessionId};
use xuefa::store::schema::{meetings, readings, session_readings, sessions};
use xuefa::training::SessionState;
use xuefa::web::background::run_due_jobs;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn faults(verdict: &Verdict) -> Vec<String> {
    verdict.faults.iter().map(in_english).collect()
}

async fn built(site: &TestApp, hq: &mut Browser, session: SessionId) -> Vec<u8> {
    let asked = hq.post(links::session_archive(session), &[]).await;
    assert_eq!(asked.status, 303, "{}", asked.text());
    let job = asked.location.expect("a job");
    assert_eq!(run_due_jobs(&site.app).await.expect("the job runs"), 1);
    let done = hq.get(&job).await;
    assert_eq!(done.location.as_deref(), Some(links::session_archive(session).as_str()), "{}", done.text());
    let file = hq.get(format!("/sessions/{session}/archive.zip")).await;
    assert_eq!(file.status, 200, "{}", file.text());
    file.bytes
}

fn parts(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("a ZIP file");
    let mut parts = BTreeMap::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("a part");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("its content");
        parts.insert(part.name().expect("a name").into_owned(), content);
    }
    parts
}

fn packed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("a ZIP file").into_inner()
}

#[actix_web::test]
async fn an_archive_holds_everything_of_a_confirmed_session_and_ends_its_life() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (folder, pdf) = (site.app.config.files_folder(), b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n");
    let scan = hq.upload(links::session_part(session, "scans"), "file", "scan.pdf", pdf).await;
    hq.post(links::make_final(session), &[]).await;

    let archive = built(&site, &mut hq, session).await;
    let page = hq.get(links::session_archive(session)).await;
    let reopened = hq.get(links::session_part(session, "reopen")).await;

    assert_eq!(scan.status, 303, "{}", scan.text());
    let parts = parts(&archive);
    let names: Vec<&str> = parts.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "01-通知.pdf",
            "02-名单.csv",
            "03-签到表.pdf",
            "03-签到表扫描件-1.pdf",
            "04-请假和更正申请.csv",
            "05-学习资料目录.csv",
            "06-参训情况名单.csv",
            "06-参训情况表.pdf",
            "07-后续学习任务.csv",
            "09-出勤变更记录.csv",
            "10-操作日志.csv",
            "SHA256SUMS",
            "SIGNATURE",
            "index.html",
        ]
    );
    assert_eq!(parts["03-签到表扫描件-1.pdf"], pdf);
    assert!(parts["01-通知.pdf"].starts_with(b"%PDF-"));
    let text = |name: &str| String::from_utf8(parts[name].clone()).expect("text");
    assert_eq!(text("02-名单.csv").lines().count(), 4);
    assert!(text("06-参训情况名单.csv").contains(",缺席,"));
    assert!(text("10-操作日志.csv").contains("file.added"), "{}", text("10-操作日志.csv"));
    assert!(text("index.html").contains("<a href=\"01-%E9%80%9A%E7%9F%A5.pdf\">01-通知.pdf</a>"));
    assert_eq!(text("SHA256SUMS").lines().count(), 12, "all but itself and its signature");
    assert!(page.says("Version 1") && page.says("Build a new version"), "{}", page.text());
    assert_eq!(reopened.status, 303, "an archived session is not reopened: {}", reopened.text());
    assert!(folder.is_dir());
}

#[actix_web::test]
async fn the_texts_of_the_readings_and_the_evidence_of_meetings_are_in_it_and_are_checked() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let meeting = crate::evidence::given_meeting(&site).await;
    let pdf = b"%PDF-1.7\nphotographs\nstartxref\n9\n%%EOF\n";
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let kept = liaison.upload(format!("/files/meetings/{meeting}"), "file", "现场照片.pdf", pdf).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
    let now = site.app.clock.now();
    let about = site.write(move |conn| {
        xuefa::readings::sync(conn, now)?;
        let reading: ReadingId =
            readings::table.filter(readings::slug.eq("fengqiao")).select(readings::id).first(conn)?;
        diesel::insert_into(session_readings::table)
            .values((
                session_readings::session_id.eq(session),
                session_readings::reading_id.eq(reading),
                session_readings::position.eq(1),
                session_readings::timing.eq("before"),
            ))
            .execute(conn)?;
        diesel::update(meetings::table.filter(meetings::id.eq(meeting)))
            .set((meetings::session_id.eq(session), meetings::state.eq("submitted")))
            .execute(conn)?;
        Ok(())
    });
    about.await.expect("about the session");
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let archive = built(&site, &mut hq, session).await;

    let parts = parts(&archive);
    let find = |begin: &str, end: &str| {
        let name = parts.keys().find(|name| name.starts_with(begin) && name.ends_with(end));
        name.map(|name| String::from_utf8_lossy(&parts[name]).into_owned())
    };
    let reading = find("05-学习资料 1 ", ".html").expect("the text of the reading");
    assert!(reading.contains("枫桥") && reading.contains("<h2>依据和来源</h2>"), "{reading}");
    assert!(reading.contains("本文尚待审定。") && !reading.contains("<script"), "{reading}");
    assert!(find("08-学习交流会记录 1 ", ".pdf").is_some(), "{:?}", parts.keys());
    let evidence = parts.iter().find(|(name, _)| name.contains("附件 1")).expect("the evidence").1;
    assert_eq!(evidence, pdf);
    let list = find("08-附件目录", ".csv").expect("the list of evidence");
    assert!(list.contains("现场照片.pdf") && list.contains("已装入"), "{list}");
    assert!(verify(&archive, None).expect("an archive").faults.is_empty());
    let mut changed = parts.clone();
    let name = changed.keys().find(|name| name.contains("附件 1")).expect("the evidence").clone();
    changed.insert(name.clone(), b"another".to_vec());
    assert_eq!(faults(&verify(&packed(&changed), None).expect("an archive")), [format!("{name}: changed")]);
}

#[actix_web::test]
async fn what_was_changed_is_missing_or_was_added_is_named_and_the_key_tells_whose_it_is() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let archive = built(&site, &mut hq, session).await;
    let key = Seal::of(&site.app.secret).expect("a seal").key();
    let other = Seal::of(&xuefa::secret::Secret::fleeting()).expect("a seal").key();
    let with = |change: &dyn Fn(&mut BTreeMap<String, Vec<u8>>)| {
        let mut parts = parts(&archive);
        change(&mut parts);
        verify(&packed(&parts), Some(&key)).expect("a verdict")
    };

    let whole = verify(&archive, Some(&key)).expect("a verdict");
    assert_eq!((whole.faults.len(), whole.origin), (0, Origin::Proven));
    assert_eq!(verify(&archive, None).expect("a verdict").origin, Origin::NotChecked);
    assert_eq!(verify(&archive, Some(&other)).expect("a verdict").origin, Origin::Foreign);
    let changed = with(&|parts| parts.get_mut("02-名单.csv").expect("it")[10] ^= 1);
    assert_eq!(faults(&changed), ["02-名单.csv: changed"]);
    let missing = with(&|parts| drop(parts.remove("01-通知.pdf")));
    assert_eq!(faults(&missing), ["01-通知.pdf: missing"]);
    let added = with(&|parts| drop(parts.insert("11-x.txt".to_owned(), vec![1])));
    assert_eq!(faults(&added), ["11-x.txt: was added, it is not listed in SHA256SUMS"]);
    // Whoever changes a part and its line in the list cannot sign the list.
    let forged = with(&|parts| {
        let list = String::from_utf8(parts["SHA256SUMS"].clone()).expect("text");
        let kept: Vec<&str> = list.lines().filter(|line| !line.ends_with("02-名单.csv")).collect();
        parts.insert("SHA256SUMS".to_owned(), format!("{}\n", kept.join("\n")).into_bytes());
        parts.remove("02-名单.csv");
    });
    assert_eq!(faults(&forged), ["SIGNATURE: does not fit SHA256SUMS, one of the two was changed"]);
    assert!(verify(b"PK no zip", None).is_err() && verify(b"{}", None).is_err());
    // A paper cannot be checked: what can is named.
    let docx = packed(&BTreeMap::from([("word/document.xml".to_owned(), b"<w/>".to_vec())]));
    for content in [b"%PDF-1.7".as_slice(), b"No.,Unit".as_slice(), docx.as_slice()] {
        let said = said(&verify(content, None).expect_err("nothing to check"));
        assert!(said.contains("ask the Office") && said.contains(".json") && said.contains(".zip"), "{said}");
    }
}

#[actix_web::test]
async fn the_command_checks_an_archive_and_a_final_reports_file_without_a_server() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.post(links::make_final(session), &[]).await;
    let archive = built(&site, &mut hq, session).await;
    let report = hq.get("/reports/final/2024-0001.json").await.bytes;
    let key = Seal::of(&site.app.secret).expect("a seal").key().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, content: &[u8], options: &[&str]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
        let output = command.arg("verify").arg(path).args(options).env("LC_ALL", "C").output().expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).expect("words"))
    };

    let (code, said) = check("a.zip", &archive, &["--key", &key]);
    assert!(code == Some(0) && said.starts_with("It is whole, and signed with the key"), "{said}");
    assert!(said.contains("信访工作法治化培训会"), "{said}");
    let (code, said) = check("a.json", &report, &[]);
    assert!(code == Some(0) && said.contains("due 3, present 1"), "{said}");
    assert!(said.contains("whole and signed; whose key it is was not checked"), "{said}");
    let (code, said) = check("a.json", &report, &["--key", &key]);
    assert!(code == Some(0) && said.contains("signed with the key"), "{said}");
    let of_others = Seal::of(&xuefa::secret::Secret::fleeting()).expect("a seal").key().to_string();
    let (code, said) = check("a.json", &report, &["--key", &of_others]);
    assert!(code == Some(1) && said.contains("with another key than the one that was given"), "{said}");
    let other = String::from_utf8(report.clone()).expect("text").replace("2024-0001", "2024-0002");
    for options in [vec!["--key", key.as_str()], Vec::new()] {
        let (code, said) = check("b.json", other.as_bytes(), &options);
        assert!(code == Some(1) && said.contains("its signature does not fit"), "{said}");
    }
    // Whoever changes what a report rests on can reckon its digest, but not sign it.
    let mut forged: FinalFile = serde_json::from_slice(&report).expect("a report's file");
    forged.basis = forged.basis.replace("杜维平", "杜维乎");
    forged.digest = xuefa::files::model::digest(forged.basis.as_bytes());
    let (code, said) = check("b.json", &serde_json::to_vec(&forged).expect("JSON"), &[]);
    assert!(code == Some(1) && said.contains("its signature does not fit"), "{said}");
    let report = String::from_utf8(report).expect("text");
    let changed = report.replace("杜维平", "杜维乎");
    let (code, said) = check("c.json", changed.as_bytes(), &[]);
    assert!(code == Some(1) && said.contains("was changed") && !said.contains("present"), "{said}");
    let (code, said) = check("c.json", report.replacen(':', ";", 1).as_bytes(), &[]);
    assert!(code == Some(1) && said.contains("is damaged or was altered"), "{said}");
    let (code, said) = check("d.zip", &archive[..archive.len() / 2], &[]);
    assert!(code == Some(1) && said.contains("damaged"), "{said}");
}

#[actix_web::test]
async fn a_correction_leads_to_a_new_version_and_only_hq_builds_any() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let closed = given_session(&site, SessionState::Closed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let early = hq.post(links::session_archive(closed), &[]).await;
    let of_leader = leader.post(links::session_archive(session), &[]).await;
    let none = hq.get(format!("/sessions/{session}/archive.zip")).await;
    hq.post(links::make_final(session), &[]).await;
    let first = built(&site, &mut hq, session).await;
    crate::finals::correct(&site, &mut hq, session, site.cast.stranger, "present").await;
    let second = built(&site, &mut hq, session).await;
    let page = hq.get(links::session_archive(session)).await;
    let kept = hq.get(links::session_archive_file(session, 1)).await;
    let taken = leader.get(links::session_archive_file(session, 1)).await;

    assert_eq!((early.status, of_leader.status, none.status, taken.status), (422, 404, 404, 404));
    assert!(early.says("archived once it is confirmed"), "{}", early.text());
    assert_eq!(kept.bytes, first, "the first stays as it was");
    let changes = |archive: &[u8]| String::from_utf8(parts(archive)["09-出勤变更记录.csv"].clone()).expect("text");
    assert_eq!((changes(&first).lines().count(), changes(&second).lines().count()), (1, 2));
    assert!(changes(&second).contains("按现场照片更正"));
    // The contents page says that the report in it is older than the correction, with both sums.
    let index = |archive: &[u8]| String::from_utf8(parts(archive)["index.html"].clone()).expect("text");
    assert!(index(&first).contains("参训情况表为定稿 2024-0001，与生成本档案时的记录一致。"), "{}", index(&first));
    for said in [
        "定稿之后有 1 人的记录发生变化",
        "定稿 2024-0001：应到 3　应训 3　实到 1",
        "生成本档案时：应到 3　应训 3　实到 2",
    ] {
        assert!(index(&second).contains(said), "{said}: {}", index(&second));
    }
    let trail = String::from_utf8(parts(&second)["10-操作日志.csv"].clone()).expect("text");
    for said in ["登记或更正出勤", "王强 请假 → 已签到; 理由：按现场照片更正", "attendance.recorded"]
    {
        assert!(trail.contains(said), "{said}: {trail}");
    }
    assert!(page.says("corrected after report 2024-0001") && page.says("Version 2: download (ZIP)"), "{}", page.text());
    assert_eq!(crate::implementation::count(&site, "archive.built").await, 2);
    assert_eq!(crate::implementation::count(&site, "archive.downloaded").await, 3);
}

#[actix_web::test]
async fn what_cannot_be_made_is_listed_with_what_to_do_and_is_tried_again_once_it_is_mended() {
    if !prints_papers() {
        return;
    }
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let (mut hq, mut leader) =
        (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.leader_of_first_unit).await);
    let (folder, pdf) = (site.app.config.files_folder(), b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n");
    hq.upload(links::session_part(session, "scans"), "file", "scan.pdf", pdf).await;
    let digest = xuefa::files::list_contents(&folder).expect("the folder").remove(0);
    let path = xuefa::files::model::path(&folder, &digest);
    std::fs::write(&path, b"not what was handed in").expect("a damaged file");
    let title = async |title: &'static str| {
        let set = site.write(move |conn| {
            diesel::update(sessions::table.find(session)).set(sessions::title.eq(title)).execute(conn)?;
            Ok(())
        });
        set.await.expect("a title");
    };
    title("培训会\u{E000}").await;

    let job = hq.post(links::session_archive(session), &[]).await.location.expect("a job");
    run_due_jobs(&site.app).await.expect("the job runs");
    let failed = hq.get(&job).await;
    let file = hq.get(format!("{job}/failures.csv")).await;
    let file_of_leader = leader.get(format!("{job}/failures.csv")).await;
    let none = hq.get(links::session_archive(session)).await;
    std::fs::write(&path, pdf).expect("the file from a backup");
    title("培训会").await;
    let of_leader = leader.post(&job, &[]).await;
    let next = hq.post(&job, &[]).await.location.expect("another job");
    run_due_jobs(&site.app).await.expect("the job runs");
    let done = hq.get(&next).await;
    let late = hq.post(&job, &[]).await;

    assert!(failed.says("签到表扫描件 1") && failed.says("The file “scan.pdf” is gone"), "{}", failed.text());
    assert_eq!(failed.body.matches("U+E000").count(), 3, "notice, sheet and report: {}", failed.text());
    assert_eq!(file.body.lines().count(), 5, "the head and four parts: {}", file.body);
    assert!(file.body.contains("U+E000") && file_of_leader.status == 404, "{}", file.body);
    assert!(failed.says("Try again") && failed.header("refresh").is_none(), "{}", failed.text());
    assert!(!none.says("Version 1"), "{}", none.text());
    assert_eq!(of_leader.status, 404);
    assert_ne!(next, job);
    assert_eq!(done.location, Some(links::session_archive(session)), "{}", done.text());
    assert_eq!(late.location, Some(next), "what is done is not done again");
}
