//! HQ's own readings: added, changed, retired, searched; statutes that were amended; approving all at once.

// A passage that is not there ends the test, and says which.
#![allow(clippy::panic)]

use crate::support::{Answer, Browser, TestApp};
use diesel::prelude::*;
use xuefa::links;
use xuefa::readings::{self, queries};
use xuefa::store::ids::ReadingId;
use xuefa::store::schema::{reading_marks, reading_versions, statutes, tasks};

const TITLE: &str = "集团信访工作办法";

fn typed<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("title_zh", TITLE),
        ("summary_zh", "办理时限和责任分工"),
        ("document_number", "集团发〔2024〕12号"),
        ("body_zh", "## 时限\n\n自收到之日起15日内书面告知，办结率 100% 为目标。"),
        ("statute", "信访工作条例"),
        ("article", "第二十三条"),
        ("statute_in_force", "2022-05-01"),
    ];
    let mut fields: Vec<(&str, &str)> = changed.to_vec();
    fields.extend(usual.into_iter().filter(|(name, _)| !changed.iter().any(|(known, _)| known == name)));
    fields
}

async fn add(browser: &mut Browser, changed: &[(&str, &str)]) -> ReadingId {
    let answer = browser.post_with_file(links::NEW_READING, &typed(changed), None).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    id_in(&answer)
}

fn id_in(answer: &Answer) -> ReadingId {
    let location = answer.location.as_deref().expect("a redirect");
    location.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a reading")
}

async fn change(browser: &mut Browser, id: ReadingId, version: &str, changed: &[(&str, &str)]) -> Answer {
    let mut fields = typed(changed);
    fields.push(("version", version));
    browser.post_with_file(links::reading_part(id, "edit"), &fields, None).await
}

async fn version_of(site: &TestApp, id: ReadingId) -> String {
    let reading = site.app.db.read(move |conn| queries::find(conn, id)).await.expect("a reading");
    reading.row.version.to_string()
}

#[actix_web::test]
async fn hq_adds_a_reading_that_stands_in_its_name_and_only_hq_may() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let refused = leader.post_with_file(links::NEW_READING, &typed(&[]), None).await;
    let id = add(&mut hq, &[]).await;
    let page = leader.get(links::reading(id)).await;

    assert_eq!(refused.status, 404);
    assert!(page.says(TITLE) && page.says("Approved by 方静") && page.says("集团发〔2024〕12号"), "{}", page.text());
    assert!(page.body.contains("<h2>时限</h2>") && page.says("《信访工作条例》第二十三条"), "{}", page.text());
    assert!(page.body.contains("<h1 lang=\"zh-CN\">"), "{}", page.body);
    assert!(!page.says("Retire") && !page.says("Change this reading"));
}

#[actix_web::test]
async fn a_refused_reading_keeps_what_was_typed_and_says_what_is_wrong_at_each_field() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let fields = typed(&[("title_zh", ""), ("in_force", "soon"), ("statute", ""), ("body_zh", "留下的正文")]);

    let answer = hq.post_with_file(links::NEW_READING, &fields, Some(("a.pdf", b"%PDF-1.7\n"))).await;

    assert_eq!(answer.status, 422);
    for words in ["Enter the title", "Enter a date", "Enter the statute of that article", "choose the file again"] {
        assert!(answer.says(words), "{words}: {}", answer.text());
    }
    assert!(answer.body.contains("留下的正文") && answer.body.contains("value=\"第二十三条\""));
}

#[actix_web::test]
async fn markup_in_a_reading_does_nothing_and_links_lead_only_outside() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let hostile = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) [law](https://www.gov.cn/)";

    let id = add(&mut hq, &[("body_zh", hostile)]).await;
    let page = hq.get(links::reading(id)).await;

    assert!(!page.body.contains("<script>alert") && !page.body.contains("javascript:"), "{}", page.body);
    assert!(page.body.contains("<a href=\"https://www.gov.cn/\" rel=\"noopener\">law</a>"));
}

#[actix_web::test]
async fn a_task_and_a_mark_keep_the_version_they_were_made_with() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let id = add(&mut hq, &[]).await;
    let (reading, person) = (id.to_string(), site.cast.trainee.person.to_string());
    let (unit, due) = (site.cast.first_unit.to_string(), "2024-07-15");
    let task = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("person", &person),
        ("reading", &reading),
        ("due_on", due),
        ("step", "confirm"),
    ];
    hq.post(links::TASKS_NEW, &task).await;

    let changed = change(&mut hq, id, &version_of(&site, id).await, &[("title_zh", "集团信访工作办法（修订）")]).await;
    let list = trainee.get(links::TASKS).await;
    let old = trainee.get(links::reading_version(id, 1)).await;
    trainee.post(links::reading_part(id, "read"), &[("version", "1")]).await;
    let current = trainee.get(links::reading(id)).await;
    let library = trainee.get(links::READINGS).await;

    assert_eq!(changed.status, 303);
    assert!(list.says("集团信访工作办法 Version 1"), "{}", list.text());
    assert!(old.says("Not the current version") && current.says("（修订）"), "{}", old.text());
    assert!(current.says("Version 1") && current.says("Mark as read") && library.says("Earlier version read"));
    let stored = site.app.db.read(move |conn| {
        Ok((
            tasks::table.select((tasks::reading_version, tasks::read_version)).first::<(i64, Option<i64>)>(conn)?,
            reading_marks::table.select(reading_marks::reading_version).load::<i64>(conn)?,
        ))
    });
    assert_eq!(stored.await.expect("a read"), ((1, Some(1)), vec![1]));
}

#[actix_web::test]
async fn a_change_that_changes_nothing_makes_no_version() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let id = add(&mut hq, &[]).await;

    change(&mut hq, id, &version_of(&site, id).await, &[]).await;
    let n_same = site.app.db.read(move |conn| Ok(queries::list_versions(conn, id)?.len())).await.expect("a read");
    change(&mut hq, id, &version_of(&site, id).await, &[("body_zh", "另一个正文")]).await;
    let n_changed = site.app.db.read(move |conn| Ok(queries::list_versions(conn, id)?.len())).await.expect("a read");

    assert_eq!((n_same, n_changed), (1, 2));
}

/// C-04.
#[actix_web::test]
async fn the_second_of_two_who_edit_a_reading_sees_both() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let id = add(&mut hq, &[]).await;
    let shown = version_of(&site, id).await;

    let first = change(&mut hq, id, &shown, &[("body_zh", "第一人写的")]).await;
    let second = change(&mut hq, id, &shown, &[("body_zh", "第二人写的")]).await;

    assert_eq!((first.status, second.status), (303, 422));
    assert!(second.body.contains("第一人写的") && second.body.contains("第二人写的"), "{}", second.text());
    let again = change(&mut hq, id, &version_of(&site, id).await, &[("body_zh", "第二人写的")]).await;
    assert_eq!(again.status, 303);
}

#[actix_web::test]
async fn what_is_retired_is_given_no_more_and_what_was_given_can_still_be_read() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let id = add(&mut hq, &[]).await;
    let (reading, unit) = (id.to_string(), site.cast.first_unit.to_string());
    let person = site.cast.trainee.person.to_string();
    let give = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("person", &person),
        ("reading", &reading),
        ("due_on", "2024-07-15"),
        ("step", "confirm"),
    ];
    hq.post(links::TASKS_NEW, &give).await;

    let version = version_of(&site, id).await;
    let retired = hq.post(links::reading_part(id, "use"), &[("to", "retired"), ("version", &version)]).await;
    let library = trainee.get(links::READINGS).await;
    let form = hq.get(links::tasks_new(site.cast.first_unit)).await;
    let refused = hq.post(links::TASKS_NEW, &give).await;
    let read = trainee.post(links::reading_part(id, "read"), &[("version", "1")]).await;
    let tasks = trainee.get(links::TASKS).await;
    let of_hq = hq.get("/readings?show=retired").await;
    let version = version_of(&site, id).await;
    hq.post(links::reading_part(id, "use"), &[("to", "brought_back"), ("version", &version)]).await;
    let back = trainee.get(links::READINGS).await;

    assert_eq!((retired.status, refused.status, read.status), (303, 422, 303));
    assert!(!library.says(TITLE) && !form.says(TITLE) && of_hq.says(TITLE));
    assert!(tasks.says(TITLE) && tasks.says("1 done"), "{}", tasks.text());
    assert!(back.says(TITLE));
}

#[actix_web::test]
async fn every_reading_that_cites_an_amended_statute_is_flagged_until_hq_has_looked_at_it() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let own = add(&mut hq, &[]).await;
    let statute = site
        .app
        .db
        .read(|conn| Ok(statutes::table.filter(statutes::name.eq("信访工作条例")).select(statutes::id).first(conn)?));
    let statute: xuefa::store::ids::StatuteId = statute.await.expect("what ships cites it");
    let amended =
        [("name", "信访工作条例"), ("in_force", "2022-05-01"), ("amended_on", "2024-07-01"), ("version", "1")];

    let before = trainee.get(links::reading(own)).await;
    let saved = hq.post(links::edit_statute(statute), &amended).await;
    let flagged = trainee.get(links::reading(own)).await;
    let all = hq.get("/readings?show=flagged").await;
    let not_hq = trainee.post(links::reading_part(own, "review"), &[("statute", &statute.to_string())]).await;
    hq.post(links::reading_part(own, "review"), &[("statute", &statute.to_string())]).await;
    let reviewed = trainee.get(links::reading(own)).await;
    let again = [("name", "信访工作条例"), ("amended_on", "2024-07-05"), ("version", "2")];
    hq.post(links::edit_statute(statute), &again).await;
    let flagged_again = trainee.get(links::reading(own)).await;
    let newer = [("statute_in_force", "2024-07-05"), ("body_zh", "按修订后的条文")];
    change(&mut hq, own, &version_of(&site, own).await, &newer).await;
    let renewed = trainee.get(links::reading(own)).await;

    assert_eq!((saved.status, not_hq.status), (303, 404));
    assert!(!before.says("Cited law amended") && flagged.says("Cited law amended"), "{}", flagged.text());
    assert!(!flagged.says("Reviewed, no change needed"));
    // What ships cites it, too.
    assert!(all.says(TITLE) && all.says("Key points of the Regulations"), "{}", all.text());
    assert!(!reviewed.says("Cited law amended") && flagged_again.says("Cited law amended"));
    assert!(!renewed.says("Cited law amended"), "{}", renewed.text());
}

#[actix_web::test]
async fn the_second_of_two_who_edit_a_statute_sees_both() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.post(links::NEW_STATUTE, &[("name", "公司法"), ("note", "一")]).await;
    let id = site
        .app
        .db
        .read(|conn| Ok(statutes::table.filter(statutes::name.eq("公司法")).select(statutes::id).first(conn)?));
    let id: xuefa::store::ids::StatuteId = id.await.expect("a statute");

    let twice = hq.post(links::NEW_STATUTE, &[("name", "《公司法》")]).await;
    let first = hq.post(links::edit_statute(id), &[("name", "公司法"), ("note", "二"), ("version", "1")]).await;
    let second = hq.post(links::edit_statute(id), &[("name", "公司法"), ("note", "三"), ("version", "1")]).await;

    assert_eq!((twice.status, first.status, second.status), (422, 303, 422));
    assert!(twice.says("on the list already"));
    assert!(second.body.contains("二") && second.body.contains("三"), "{}", second.text());
}

#[actix_web::test]
async fn a_search_finds_laws_articles_and_signs_in_both_languages() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    add(&mut hq, &[]).await;
    add(&mut hq, &[("title_zh", "另一份"), ("body_zh", "A_B 号文，见 C:\\files"), ("article", "第一条")]).await;

    for (q, found) in [
        ("办结率", true),
        ("１００％", true),
        ("100%", true),
        ("9%0", false),
        ("%", true),
        ("信访工作条例第二十三条", true),
        ("集团发〔2024〕12号", true),
        ("时限 办结率", true),
        ("时限 没有这个词", false),
    ] {
        let page = trainee.get(format!("/readings?q={}", links::percent(q))).await;
        assert_eq!(page.says(TITLE), found, "{q}: {}", page.text());
    }
    let snippet = trainee.get(format!("/readings?q={}", links::percent("书面告知，办结率"))).await;
    assert!(snippet.body.contains("<mark>书面告知，办结率</mark>"), "{}", snippet.body);
    for (q, found) in [("a_b", true), ("c:\\files", true), ("a%b", false), ("_B 号", true), ("x_", false)] {
        let page = trainee.get(format!("/readings?q={}", links::percent(q))).await;
        assert_eq!(page.says("另一份"), found, "{q}: {}", page.text());
    }
}

#[actix_web::test]
async fn a_long_library_is_paged_and_the_address_keeps_what_was_looked_for() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    for n in 0..23 {
        add(&mut hq, &[("title_zh", &format!("分页资料{n}"))]).await;
    }

    let first = hq.get(format!("/readings?q={}", links::percent("分页资料"))).await;
    let second = hq.get(format!("/readings?q={}&page=2", links::percent("分页资料"))).await;

    assert!(first.says("23 readings found") && first.says("分页资料19") && !first.says("分页资料20"));
    assert!(first.body.contains("&amp;page&#x3D;2") && second.says("分页资料22"), "{}", first.body);
}

#[actix_web::test]
async fn approving_all_covers_what_was_shown_and_nothing_that_came_after() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let digest = |page: &Answer| {
        let (_, rest) = page.body.split_once("name=\"digest\" value=\"").expect("a form");
        rest.split('"').next().unwrap_or("").to_owned()
    };

    let page = hq.get(links::APPROVE_READINGS).await;
    let forged = hq.post(links::APPROVE_READINGS, &[("digest", "0000")]).await;
    let not_hq = trainee.post(links::APPROVE_READINGS, &[("digest", &digest(&page))]).await;
    let given = hq.post(links::APPROVE_READINGS, &[("digest", &digest(&page))]).await;
    let after = hq.get(links::APPROVE_READINGS).await;
    let awaiting = site.app.db.read(readings::approve::awaiting).await.expect("a read");

    assert!(page.says("The Fengqiao experience") && page.says("will") | page.says("approved it"), "{}", page.text());
    assert_eq!((forged.status, not_hq.status, given.status), (409, 404, 303));
    assert!(awaiting.is_empty() && after.says("No reading awaits approval"), "{}", after.text());
}

#[actix_web::test]
async fn questions_are_approved_one_by_one_as_they_are() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let rows = site.app.db.read(|conn| Ok(queries::list(conn)?)).await.expect("a read");
    let id = rows.into_iter().find(|row| row.slug == "petition-regulations").expect("it ships").id;
    let question = &readings::questions::bank("petition-regulations").expect("it ships").questions[0];
    let n_all = readings::questions::bank("petition-regulations").expect("it ships").questions.len();
    let as_shown = format!("{}:{}", question.id, question.digest);
    let page = links::reading_part(id, "questions");

    let changed = hq.post(&page, &[("question", &format!("{}:00", question.id))]).await;
    let unknown = hq.post(&page, &[("question", "none:00")]).await;
    let given = hq.post(&page, &[("question", &as_shown)]).await;
    let after = hq.get(&page).await;

    assert_eq!((changed.status, unknown.status, given.status), (409, 404, 303));
    assert!(after.says(&format!("{} awaiting approval", n_all - 1)), "{}", after.text());
}

#[actix_web::test]
async fn a_shipped_text_has_a_version_for_each_text_that_ever_shipped() {
    let site = TestApp::start().await;
    let rows = site.app.db.read(|conn| Ok(queries::list(conn)?)).await.expect("a read");
    let id = rows.into_iter().find(|row| row.slug == "pujiang").expect("it ships").id;
    // As if another text had shipped before.
    let before = site.write(move |conn| {
        diesel::update(reading_versions::table.filter(reading_versions::reading_id.eq(id)))
            .set(reading_versions::digest.eq("of the text before"))
            .execute(conn)?;
        Ok(())
    });
    before.await.expect("a write");
    let now = site.app.clock.now();

    site.write(move |conn| readings::sync(conn, now)).await.expect("a start");
    site.write(move |conn| readings::sync(conn, now)).await.expect("another start");

    let reading = site.app.db.read(move |conn| queries::find(conn, id)).await.expect("a reading");
    let n_versions = site.app.db.read(move |conn| Ok(queries::list_versions(conn, id)?.len())).await.expect("a read");
    assert_eq!((reading.row.current_version, n_versions), (2, 2));
}

/// O-04.
#[actix_web::test]
async fn a_file_is_downloaded_and_never_shown_and_what_lies_about_itself_is_refused() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let fields = typed(&[("body_zh", "")]);
    let whole: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n";

    let lying = hq.post_with_file(links::NEW_READING, &fields, Some(("办法.pdf", b"MZ not a pdf"))).await;
    let image = hq.post_with_file(links::NEW_READING, &fields, Some(("a.png", b"\x89PNG\r\n\x1A\n"))).await;
    let neither = hq.post_with_file(links::NEW_READING, &fields, None).await;
    let added = hq.post_with_file(links::NEW_READING, &fields, Some(("办法.pdf", whole))).await;
    assert_eq!((lying.status, image.status, neither.status, added.status), (422, 422, 422, 303), "{}", added.text());
    let id = id_in(&added);
    let page = trainee.get(links::reading(id)).await;
    let (_, rest) = page.body.split_once(&format!("/readings/{id}/file/")).expect("a link");
    let file = trainee.get(format!("/readings/{id}/file/{}", rest.split('"').next().unwrap_or(""))).await;

    assert!(page.says("办法.pdf"), "{}", page.text());
    assert_eq!((file.status, file.bytes.as_slice()), (200, whole));
    assert!(file.header("content-disposition").is_some_and(|value| value.starts_with("attachment;")));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
}

#[actix_web::test]
async fn a_session_shows_what_is_read_before_it_and_what_after() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let rows = site.app.db.read(|conn| Ok(queries::list(conn)?)).await.expect("a read");
    let id_of = |slug: &str| rows.iter().find(|row| row.slug == slug).expect("it ships").id.to_string();
    let (before, after) = (id_of("fengqiao"), id_of("pujiang"));
    let form = [
        ("title", "专题培训会"),
        ("day", "2024-07-12"),
        ("starts", "09:00"),
        ("ends", "11:00"),
        ("opens_before_minutes", "30"),
        ("study_hours", "2"),
        ("reading", before.as_str()),
    ];

    let twice = hq.post(links::NEW_SESSION, &[&form[..], &[("reading_after", before.as_str())]].concat()).await;
    let made = hq.post(links::NEW_SESSION, &[&form[..], &[("reading_after", after.as_str())]].concat()).await;
    let check = hq.get(made.location.clone().expect("a redirect")).await;

    assert_eq!((twice.status, made.status), (422, 303));
    assert!(twice.says("A reading is chosen once"), "{}", twice.text());
    let text = check.text();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("Readings before the session") < place("The Fengqiao experience"));
    assert!(place("The Fengqiao experience") < place("Readings after the session"));
    assert!(place("Readings after the session") < place("The Pujiang experience"));
}
