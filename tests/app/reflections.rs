//! Reflection notes: off unless HQ wants them, seen by their author and whoever accepts them, and by nobody else.

use crate::support::facts::{first_reading, made_up};
use crate::support::{Answer, Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::AttendanceState::{Absent, Present};
use xuefa::attendance::{MakeUp, MakeUpKind};
use xuefa::settings::{self, Settings};
use xuefa::store::ids::{SessionId, TaskId};
use xuefa::store::schema::{audit_values, tasks};
use xuefa::training::SessionState;

async fn switch_on(site: &TestApp) {
    let set = site.write(|conn| {
        let settings = Settings { reflections: true, ..settings::current(conn)? };
        settings::establish(conn, &settings)
    });
    set.await.expect("the setting");
}

async fn reading(site: &TestApp) -> String {
    first_reading(site).await.to_string()
}

/// Gives somebody a note to write, for a session that they missed; tells what the answer was.
async fn give(site: &TestApp, giver: Member, to: Member, session: SessionId) -> Answer {
    let (text, person) = (reading(site).await, to.person.to_string());
    let fields = [
        ("unit", ""),
        ("kind", "reflection"),
        ("person", person.as_str()),
        ("reading", text.as_str()),
        ("due_on", "2024-07-15"),
        ("step", "confirm"),
    ];
    site.signed_in_as(giver).await.post(format!("/sessions/{session}/follow-up"), &fields).await
}

async fn task_of(site: &TestApp, member: Member) -> TaskId {
    let read = site
        .app
        .db
        .read(move |conn| Ok(tasks::table.filter(tasks::person_id.eq(member.person)).select(tasks::id).first(conn)?));
    read.await.expect("a task")
}

async fn state_of(site: &TestApp, task: TaskId) -> (String, i64) {
    let read =
        site.app.db.read(move |conn| Ok(tasks::table.find(task).select((tasks::state, tasks::version)).first(conn)?));
    read.await.expect("a task")
}

async fn pick(site: &TestApp, task: TaskId) -> String {
    format!("{task}.{}", state_of(site, task).await.1)
}

async fn missed(site: &TestApp) -> SessionId {
    let cast = &site.cast;
    let roll = [
        (cast.leader_of_first_unit, Some(Absent)),
        (cast.trainee, Some(Absent)),
        (cast.colleague, Some(Absent)),
        (cast.stranger, Some(Present)),
    ];
    site.given_session("2024-07-04", SessionState::Confirmed, &roll).await
}

/// A note of the trainee that was handed in, for a session that they missed.
async fn handed_in(site: &TestApp, session: SessionId, giver: Member, author: Member) -> TaskId {
    let given = give(site, giver, author, session).await;
    assert_eq!(given.status, 303, "{}", given.text());
    let task = task_of(site, author).await;
    let fields = [("title", ""), ("text", "程序走到，心里才有底。"), ("version", "0"), ("step", "submit")];
    let sent = site.signed_in_as(author).await.post(format!("/tasks/{task}"), &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    task
}

#[actix_web::test]
async fn a_note_cannot_be_given_until_hq_has_switched_it_on() {
    let site = TestApp::start().await;
    let session = missed(&site).await;
    let leader = site.cast.leader_of_first_unit;
    let page = format!("/sessions/{session}/follow-up");

    let off = give(&site, leader, site.cast.trainee, session).await;
    let form_off = site.signed_in_as(leader).await.get(&page).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let settings = hq.get("/settings").await;
    let fields: Vec<(&str, &str)> = vec![
        ("organisation", "利和集团"),
        ("help_contact", "8012"),
        ("opens_before_minutes", "30"),
        ("code_seconds", "15"),
        ("code_previous_steps", "1"),
        ("kept_months", "36"),
        ("correction_days", "15"),
        ("remembered_days", "400"),
        ("reflections", "on"),
        ("mail_from_hour", "8"),
        ("mail_to_hour", "20"),
        ("study_unit", "hours"),
        ("study_day_hours", "7.5"),
        ("marked_hours", "count"),
        ("evidence_months", "24"),
        ("version", "0"),
    ];
    let on = hq.post("/settings", &fields).await;
    let form_on = site.signed_in_as(leader).await.get(&page).await;

    assert!(off.status == 422 && off.says("has not switched this on"), "{}", off.text());
    assert!(form_off.says("Way of studying") && !form_off.says("Reflection note"), "{}", form_off.text());
    assert!(!settings.body.contains("value=\"on\" checked"), "off by default");
    assert_eq!(on.status, 303, "{}", on.text());
    assert!(form_on.says("Way of studying") && form_on.says("Reflection note"), "{}", form_on.text());
}

#[actix_web::test]
async fn accepted_study_makes_up_for_its_session_and_taking_it_back_takes_that_back() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let task = handed_in(&site, session, cast.leader_of_first_unit, cast.trainee).await;
    let before = made_up(&site, session, cast.trainee).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let decide = format!("/tasks/{task}/decide");

    let accepted = leader.post(&decide, &[("task", &pick(&site, task).await), ("verdict", "accept")]).await;
    let after = (state_of(&site, task).await.0, made_up(&site, session, cast.trainee).await);
    let list = leader.get("/reflections").await;
    let undone = leader.post(&decide, &[("task", &pick(&site, task).await), ("verdict", "undo")]).await;
    let after_undo = (state_of(&site, task).await.0, made_up(&site, session, cast.trainee).await);

    assert_eq!((before, accepted.status), ((MakeUp::Due, None), 303));
    assert_eq!(after, ("accepted".to_owned(), (MakeUp::Done, Some(MakeUpKind::AcceptedStudy))));
    assert!(list.says("Accepted by you lately: 1"), "{}", list.text());
    assert_eq!((undone.status, after_undo), (303, ("submitted".to_owned(), (MakeUp::Due, None))));
}

#[actix_web::test]
async fn several_are_accepted_at_once_and_one_that_has_changed_stops_all() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let leader = cast.leader_of_first_unit;
    let first = handed_in(&site, session, leader, cast.trainee).await;
    let second = handed_in(&site, session, leader, cast.colleague).await;
    let (one, two) = (pick(&site, first).await, pick(&site, second).await);
    let mut browser = site.signed_in_as(leader).await;

    let board = browser.get(format!("/units/{}", cast.first_unit)).await;
    let beyond = browser.get("/reflections?page=9").await;
    let stale = browser.post("/reflections?page=9", &[("task", &one), ("task", &format!("{second}.1"))]).await;
    let untouched = state_of(&site, first).await.0;
    let both = browser.post("/reflections", &[("task", &one), ("task", &two)]).await;

    assert!(board.says("2 reflection notes wait for you"), "{}", board.text());
    assert!(beyond.says("Waiting: 2") && beyond.body.contains(&format!("value=\"{one}\"")), "{}", beyond.text());
    assert!(stale.body.contains(&format!("value=\"{one}\" checked")), "what was ticked stays: {}", stale.text());
    assert_eq!((stale.status, untouched.as_str(), both.status), (422, "submitted", 303));
    assert_eq!(made_up(&site, session, cast.colleague).await.0, MakeUp::Done);
}

#[actix_web::test]
async fn only_the_author_and_the_leader_above_read_it_and_hq_only_what_it_asked_for() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let of_leader = handed_in(&site, session, cast.leader_of_first_unit, cast.trainee).await;
    let of_hq = handed_in(&site, session, cast.hq, cast.colleague).await;
    let seen = async |member: Member, task: TaskId| site.signed_in_as(member).await.get(format!("/tasks/{task}")).await;

    let author = seen(cast.trainee, of_leader).await;
    let leader = seen(cast.leader_of_first_unit, of_leader).await;
    let hq = (seen(cast.hq, of_leader).await.status, seen(cast.hq, of_hq).await.status);
    let files = site.signed_in_as(cast.hq).await.get(format!("/files/tasks/{of_leader}")).await;
    let hq_decides = site
        .signed_in_as(cast.hq)
        .await
        .post(format!("/tasks/{of_leader}/decide"), &[("task", &pick(&site, of_leader).await), ("verdict", "accept")])
        .await;

    assert!(author.says("程序走到") && leader.says("程序走到"), "{}", leader.text());
    assert_eq!((hq, files.status, hq_decides.status), ((404, 200), 404, 404));
    for member in [cast.leader_of_second_unit, cast.liaison_of_first_unit, cast.colleague, cast.stranger, cast.admin] {
        assert_eq!(seen(member, of_leader).await.status, 404, "{member:?}");
    }
}

#[actix_web::test]
async fn a_draft_is_its_authors_alone_and_what_was_returned_is_again() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    give(&site, cast.leader_of_first_unit, cast.trainee, session).await;
    let task = task_of(&site, cast.trainee).await;
    let (mut author, mut leader) =
        (site.signed_in_as(cast.trainee).await, site.signed_in_as(cast.leader_of_first_unit).await);
    let address = format!("/tasks/{task}");
    let write = |version: &'static str, step: &'static str| {
        [("title", "体会"), ("text", "还没写完"), ("version", version), ("step", step)]
    };

    let drafted = author.post(&address, &write("0", "draft")).await;
    let of_draft = leader.get(&address).await.status;
    author.post(&address, &write("1", "submit")).await;
    let without =
        leader.post(format!("{address}/decide"), &[("task", &pick(&site, task).await), ("verdict", "return")]).await;
    let returned = leader
        .post(
            format!("{address}/decide"),
            &[("task", &pick(&site, task).await), ("verdict", "return"), ("comment", "请结合本岗位")],
        )
        .await;
    let (of_returned, own) = (leader.get(&address).await.status, author.get(&address).await);
    let list = author.get("/tasks").await;
    let again = author.post(&address, &write("2", "submit")).await;

    assert_eq!((drafted.status, of_draft, without.status, returned.status), (303, 404, 422, 303));
    assert!(without.says("Say why it is returned"), "{}", without.text());
    assert_eq!(of_returned, 404);
    assert!(own.says("请结合本岗位") && own.body.contains("还没写完"), "{}", own.text());
    assert!(list.says("Reflection note:") && list.says("Returned"), "{}", list.text());
    assert_eq!((again.status, state_of(&site, task).await.0.as_str()), (303, "submitted"));
}

#[actix_web::test]
async fn nobody_accepts_their_own_and_hq_decides_where_nobody_else_leads() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let leader = cast.leader_of_first_unit;
    let task = handed_in(&site, session, cast.hq, leader).await;
    let decide = format!("/tasks/{task}/decide");

    let own = site
        .signed_in_as(leader)
        .await
        .post(&decide, &[("task", &pick(&site, task).await), ("verdict", "accept")])
        .await;
    let own_list = site.signed_in_as(leader).await.get("/reflections").await;
    let by_hq = site
        .signed_in_as(cast.hq)
        .await
        .post(&decide, &[("task", &pick(&site, task).await), ("verdict", "accept")])
        .await;

    assert_eq!((own.status, by_hq.status), (422, 303));
    assert!(own_list.says("Waiting: 0"), "{}", own_list.text());
    assert_eq!(made_up(&site, session, leader).await, (MakeUp::Done, Some(MakeUpKind::AcceptedStudy)));
}

#[actix_web::test]
async fn two_windows_of_the_author_see_each_other_and_an_empty_note_cannot_be_handed_in() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    give(&site, cast.leader_of_first_unit, cast.trainee, session).await;
    let task = task_of(&site, cast.trainee).await;
    let address = format!("/tasks/{task}");
    let mut author = site.signed_in_as(cast.trainee).await;

    let empty = author.post(&address, &[("text", " "), ("version", "0"), ("step", "submit")]).await;
    let short = author.post(&address, &[("text", "好"), ("version", "0"), ("step", "draft")]).await;
    let second = author.post(&address, &[("text", "另一个窗口"), ("version", "0"), ("step", "draft")]).await;

    assert!(empty.status == 422 && empty.says("Write something"), "{}", empty.text());
    assert_eq!((short.status, second.status), (303, 422));
    assert!(second.body.contains("另一个窗口") && second.says("好"), "{}", second.text());
}

#[actix_web::test]
async fn reading_the_reading_does_not_finish_the_note_and_the_trail_holds_nothing_of_the_text() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    give(&site, cast.leader_of_first_unit, cast.trainee, session).await;
    let task = task_of(&site, cast.trainee).await;
    let mut author = site.signed_in_as(cast.trainee).await;

    author.post(format!("/readings/{}/read", reading(&site).await), &[]).await;
    let after_reading = state_of(&site, task).await.0;
    author.post(format!("/tasks/{task}"), &[("text", "不许外传的话"), ("version", "0"), ("step", "submit")]).await;
    let back = author.post(format!("/tasks/{task}/take-back"), &[]).await;
    let said: Vec<String> = site
        .app
        .db
        .read(|conn| Ok(audit_values::table.select(audit_values::details).load(conn)?))
        .await
        .expect("the log");

    assert_eq!((after_reading.as_str(), back.status, state_of(&site, task).await.0.as_str()), ("open", 303, "open"));
    assert!(said.iter().all(|details| !details.contains("不许外传")));
}

#[actix_web::test]
async fn who_reads_notes_finds_them_from_their_home_once_hq_has_switched_them_on() {
    let site = TestApp::start().await;
    missed(&site).await;
    let board = format!("/units/{}", site.cast.first_unit);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let link = "href=\"/reflections\"";

    let off = (hq.get("/today").await, leader.get(&board).await);
    switch_on(&site).await;
    let on = (hq.get("/today").await, leader.get(&board).await);
    let of_liaison = liaison.get(&board).await;

    assert!(!off.0.body.contains(link) && !off.1.body.contains(link));
    assert!(on.0.body.contains(link) && on.1.body.contains(link), "{}", on.1.text());
    assert!(!of_liaison.body.contains(link), "a liaison reads no notes");
}

#[actix_web::test]
async fn going_on_to_the_files_keeps_what_was_written() {
    let site = TestApp::start().await;
    switch_on(&site).await;
    let session = missed(&site).await;
    give(&site, site.cast.leader_of_first_unit, site.cast.trainee, session).await;
    let task = task_of(&site, site.cast.trainee).await;
    let (address, mut author) = (format!("/tasks/{task}"), site.signed_in_as(site.cast.trainee).await);

    let form = author.get(&address).await;
    let fields = [("title", "学习体会"), ("text", "加了一句"), ("version", "0"), ("step", "files")];
    let gone_on = author.post(&address, &fields).await;
    let back = author.get(&address).await;

    assert!(form.body.contains("form=\"note-form\" name=\"step\" value=\"files\""), "{}", form.body);
    assert!(!form.body.contains(&format!("<a class=\"more\" href=\"/files/tasks/{task}\"")), "{}", form.body);
    assert_eq!(gone_on.location, Some(format!("/files/tasks/{task}")));
    assert!(back.says("加了一句") && back.body.contains("学习体会"), "{}", back.text());
}
