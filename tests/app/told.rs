//! What everybody is told about their data before use (PIPL Art. 17): the text that ships or HQ's own, and once again
//! when it has changed.

use crate::support::{Browser, TestApp};
use diesel::prelude::*;
use xuefa::links;
use xuefa::store::schema::{accounts, audit_entries};
use xuefa::training::SessionState;

const ZH: &str = "## 谁在处理\n\n由**利和集团**信访办负责。";
const EN: &str = "## Who\n\nThe Office of *Lihe Group*. <script>alert(1)</script>";

async fn write(hq: &mut Browser, version: &str, texts: [&str; 2]) -> u16 {
    let fields = [("version", version), ("text_zh", texts[0]), ("text_en", texts[1])];
    hq.post(links::EDIT_NOTICE, &fields).await.status
}

#[actix_web::test]
async fn hq_starts_from_the_text_that_ships_in_both_languages() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut visitor = site.signed_out();
    visitor.language = "zh-CN";

    let form = hq.get(links::EDIT_NOTICE).await;
    let chinese = visitor.get(links::NOTICE).await;
    visitor.language = "en";
    let english = visitor.get(links::NOTICE).await;

    assert!(form.says("The text that comes with Xuefa is in use"), "{}", form.text());
    assert!(
        form.says("## 谁在处理") && form.says("## Who") && form.says("- 学习任务、标记已读的时间"),
        "{}",
        form.text()
    );
    assert!(
        chinese.says("保存哪些信息") && chinese.says("保存 36 个月") && chinese.says("更正记录及其理由"),
        "{}",
        chinese.text()
    );
    assert!(english.says("What is held") && english.says("after 36 months"), "{}", english.text());
}

/// Whoever has read the old text reads the new one once, before their next page; a check-in is never held up.
#[actix_web::test]
async fn a_changed_notice_is_shown_again_once() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let before = trainee.get("/tasks").await.status;
    let written = write(&mut hq, "0", [ZH, EN]).await;
    let held_up = trainee.get("/tasks").await.location;
    let check_in = trainee.get("/c").await.status;
    let told = trainee.get(links::notice_then("/tasks")).await;
    let read = trainee.post(links::NOTICE, &[("next", "/tasks"), ("version", "1")]).await.location;
    let after = trainee.get("/tasks").await.status;
    let again = trainee.get(links::NOTICE).await;

    assert_eq!((before, written, check_in, after), (200, 303, 200, 200));
    assert_eq!(held_up.as_deref(), Some("/welcome?next=/tasks"));
    assert!(
        told.says("This text has changed since you read it") && told.says("The Office of Lihe Group"),
        "{}",
        told.text()
    );
    assert!(told.says("after 36 months"), "how long is said in any case: {}", told.text());
    assert!(told.body.contains("&lt;script&gt;") && !told.body.contains("<script>alert"));
    assert!(told.says("Version 1, "), "{}", told.text());
    assert_eq!(read.as_deref(), Some("/tasks"));
    assert!(!again.body.contains("action=\"/welcome\""), "nothing is asked any more");
    let account = site.cast.trainee.account;
    let seen = site.app.db.read(move |conn| {
        let seen: i64 = accounts::table.find(account).select(accounts::notice_version).get_result(conn)?;
        let noted = audit_entries::table.filter(audit_entries::action.eq("accounts.notice_seen"));
        Ok((seen, noted.count().get_result::<i64>(conn)?))
    });
    assert_eq!(seen.await.expect("a read"), (1, 1));
}

/// What is projected in a hall is not replaced by a page to read.
#[actix_web::test]
async fn a_changed_notice_stops_no_screen() {
    let site = TestApp::start().await;
    let session = site.given_session("2024-07-04", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let written = write(&mut hq, "0", [ZH, EN]).await;
    let screen = hq.get(links::session_part(session, "screen")).await.status;
    let elsewhere = hq.get("/tasks").await.location;

    assert_eq!((written, screen), (303, 200));
    assert_eq!(elsewhere.as_deref(), Some("/welcome?next=/tasks"));
}

#[actix_web::test]
async fn who_confirms_a_text_that_was_replaced_meanwhile_sees_the_new_one() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    write(&mut hq, "0", [ZH, EN]).await;
    write(&mut hq, "1", [ZH, "Another text"]).await;

    let late = trainee.post(links::NOTICE, &[("next", "/tasks"), ("version", "1")]).await;
    let held_up = trainee.get("/tasks").await.status;
    let newest = trainee.post(links::NOTICE, &[("next", "/tasks"), ("version", "2")]).await;

    assert_eq!(late.location.as_deref(), Some("/welcome?next=/tasks"));
    assert_eq!((held_up, newest.location.as_deref()), (303, Some("/tasks")));
}

#[actix_web::test]
async fn a_notice_has_both_languages_or_neither_and_of_two_editors_the_second_sees_both() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let half = hq.post(links::EDIT_NOTICE, &[("version", "0"), ("text_zh", ZH), ("text_en", " ")]).await;
    let first = write(&mut hq, "0", [ZH, EN]).await;
    let second = hq.post(links::EDIT_NOTICE, &[("version", "0"), ("text_zh", "别的"), ("text_en", EN)]).await;
    let unchanged = write(&mut hq, "1", [ZH, EN]).await;
    let back = write(&mut hq, "1", ["", ""]).await;
    let shipped = hq.get(links::NOTICE).await;
    let by_leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get(links::EDIT_NOTICE).await;

    assert_eq!((half.status, first, second.status, unchanged, back), (422, 303, 422, 303, 303));
    assert!(half.says("Both languages are needed, or neither") && half.says("由**利和集团**"), "{}", half.text());
    assert!(second.says("别的") && second.says("由**利和集团**"), "{}", second.text());
    assert!(shipped.says("Name, unit, post, category"), "{}", shipped.text());
    assert_eq!(by_leader.status, 404);
    let n_changes = site.app.db.read(|conn| {
        let changed = audit_entries::table.filter(audit_entries::action.eq("accounts.notice_changed"));
        Ok(changed.count().get_result::<i64>(conn)?)
    });
    assert_eq!(n_changes.await.expect("a read"), 2, "what changes nothing is no version");
}
