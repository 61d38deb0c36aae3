//! The self-test: any number of tries, each answer explained, and nothing kept but that it was passed.

use crate::support::{Browser, Member, TestApp, facts};
use diesel::prelude::*;
use xuefa::assignments::self_test::{FIELDS, drawn, named};
use xuefa::links;
use xuefa::readings::questions::{self, Kind, Question};
use xuefa::store::ids::ReadingId;
use xuefa::store::schema::{audit_values, form_results, reading_marks, self_test_passes, tasks};
use xuefa::training::SessionState;

const SLUG: &str = "petition-regulations";

async fn reading(site: &TestApp) -> ReadingId {
    facts::reading(site, SLUG).await
}

fn shipped() -> &'static [Question] {
    &questions::bank(SLUG).expect("it ships").questions
}

/// The name of one and the same try.
fn draw() -> String {
    named("abcd1234", shipped())
}

/// The fields of a try in which this many questions are answered right.
fn answers(n_right: usize) -> Vec<(&'static str, String)> {
    let asked = drawn(shipped(), &draw());
    let mut fields = Vec::new();
    for (place, question) in asked.iter().enumerate() {
        let right = question.right.clone();
        let wrong = match question.kind {
            Kind::Single | Kind::TrueFalse => vec![usize::from(right == [0])],
            Kind::Multiple => vec![right[0]],
        };
        let chosen = if place < n_right { right } else { wrong };
        fields.extend(chosen.into_iter().map(|choice| (FIELDS[place], choice.to_string())));
    }
    fields
}

async fn hand_in(browser: &mut Browser, id: ReadingId, fields: &[(&'static str, String)]) -> crate::support::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(format!("{}?draw={}", links::self_test(id), draw()), &fields).await
}

fn n_asked() -> usize {
    drawn(shipped(), &draw()).len()
}

async fn has_passed(site: &TestApp, member: Member) -> bool {
    let rows = site.app.db.read(move |conn| {
        Ok(self_test_passes::table
            .filter(self_test_passes::person_id.eq(member.person))
            .count()
            .get_result::<i64>(conn)?)
    });
    rows.await.expect("a read") > 0
}

#[actix_web::test]
async fn a_try_explains_each_answer_and_a_failed_one_leaves_no_trace() {
    let site = TestApp::start().await;
    let id = reading(&site).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let traces = |site: &TestApp| {
        let db = site.app.db.clone();
        async move {
            let read = db.read(|conn| {
                Ok((
                    audit_values::table.count().get_result::<i64>(conn)?,
                    form_results::table.count().get_result::<i64>(conn)?,
                    reading_marks::table.count().get_result::<i64>(conn)?,
                ))
            });
            read.await.expect("a read")
        }
    };

    let begun = trainee.get(links::self_test(id)).await;
    let form = trainee.get(format!("{}?draw={}", links::self_test(id), draw())).await;
    let before = traces(&site).await;
    let failed = hand_in(&mut trainee, id, &answers(0)).await;
    let explained = trainee.get(failed.location.clone().expect("a redirect")).await;

    assert!(begun.location.is_some_and(|to| to.contains("?draw=")));
    assert!(form.says("only “passed” is kept") && form.says("Not passed yet"), "{}", form.text());
    let first = drawn(shipped(), &draw())[0];
    let wording = first.wording(xuefa::i18n::Language::English);
    assert!(explained.says("Not passed yet") && explained.says("Read the article again"), "{}", explained.text());
    assert!(explained.says(wording.basis.written()), "{}", explained.text());
    assert!(!has_passed(&site, site.cast.trainee).await);
    assert_eq!(traces(&site).await, before);
}

#[actix_web::test]
async fn passing_is_kept_and_the_task_is_done_but_no_score() {
    let site = TestApp::start().await;
    let id = reading(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let (text, person) = (id.to_string(), site.cast.trainee.person.to_string());
    let unit = site.cast.first_unit.to_string();
    let give = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("kind", "reading"),
        ("kind", "self_test"),
        ("person", &person),
        ("reading", &text),
        ("due_on", "2024-07-08"),
    ];
    let check = leader.post(links::TASKS_NEW, &[&give[..], &[("step", "check")]].concat()).await;
    let given = leader.post(links::TASKS_NEW, &[&give[..], &[("step", "confirm")]].concat()).await;
    let open = trainee.get(links::TASKS).await;
    site.set_clock("2024-07-10", "09:00");
    let overdue = trainee.get(links::TASKS).await;

    let marked = trainee.post(links::reading_part(id, "read"), &[("version", "1")]).await;
    let after_reading = trainee.get(links::TASKS).await;
    let passed = hand_in(&mut trainee, id, &answers(n_asked())).await;
    let explained = trainee.get(passed.location.clone().expect("a redirect")).await;
    let tasks_done = trainee.get(links::TASKS).await;
    // A try that fails afterwards takes nothing back.
    hand_in(&mut trainee, id, &answers(0)).await;

    assert!(check.says("Self-test") && check.says("New tasks 2"), "{}", check.text());
    assert_eq!((given.status, marked.status, passed.status), (303, 303, 303));
    assert!(open.says("Self-test: Key points") && overdue.says("Self-test overdue by 2 days"), "{}", overdue.text());
    assert!(after_reading.says("1 due"), "{}", after_reading.text());
    assert!(explained.says("Passed") && tasks_done.says("2 done"), "{}", tasks_done.text());
    assert!(has_passed(&site, site.cast.trainee).await);
    let matters =
        site.app.db.read(|conn| Ok(tasks::table.order(tasks::id).select(tasks::matter).load::<String>(conn)?));
    let matters = matters.await.expect("a read");
    assert!(matters.iter().any(|matter| matter.ends_with(&format!(":self_test:{id}"))), "{matters:?}");
}

#[actix_web::test]
async fn an_unanswered_question_is_said_and_the_other_answers_stay() {
    let site = TestApp::start().await;
    let id = reading(&site).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut fields = answers(n_asked());
    let last = FIELDS[n_asked() - 1];
    fields.retain(|(name, _)| *name != last);

    let refused = hand_in(&mut trainee, id, &fields).await;
    let strange =
        hand_in(&mut trainee, id, &answers(0).into_iter().map(|(name, _)| (name, "99".to_owned())).collect::<Vec<_>>())
            .await;
    let forged = trainee.get(format!("{}?draw={}&a=9.9.9", links::reading_part(id, "self-test/result"), draw())).await;

    assert_eq!((refused.status, strange.status, forged.status), (422, 404, 404));
    assert!(refused.says(&format!("Answer question {}", n_asked())), "{}", refused.text());
    assert_eq!(refused.body.matches(" checked").count(), fields.len());
}

#[actix_web::test]
async fn a_reading_without_questions_has_no_self_test_to_give() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let fields = [("title_zh", "没有题目的资料"), ("body_zh", "正文"), ("sources_zh", "示例")];
    let added = hq.post_with_file(links::NEW_READING, &fields, None).await;
    let id = added.location.and_then(|to| to.rsplit('/').next().map(str::to_owned)).expect("a reading");
    let (unit, person) = (site.cast.first_unit.to_string(), site.cast.trainee.person.to_string());
    let give = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("kind", "self_test"),
        ("person", &person),
        ("reading", &id),
        ("due_on", "2024-07-15"),
        ("step", "check"),
    ];

    let refused = hq.post(links::TASKS_NEW, &give).await;
    let page = hq.get(format!("/readings/{id}/self-test")).await;

    assert_eq!((refused.status, page.status), (422, 404));
    assert!(refused.says("None of these readings has questions"), "{}", refused.text());
}

#[actix_web::test]
async fn who_missed_a_session_is_given_a_self_test_once_however_often_it_is_sent() {
    use xuefa::attendance::AttendanceState::Absent;
    let site = TestApp::start().await;
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &[(site.cast.trainee, Some(Absent))]).await;
    let id = reading(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (text, person) = (id.to_string(), site.cast.trainee.person.to_string());
    let give = [
        ("unit", ""),
        ("kind", "self_test"),
        ("person", person.as_str()),
        ("reading", &text),
        ("due_on", "2024-07-15"),
        ("step", "confirm"),
    ];

    hq.post(format!("/sessions/{session}/follow-up"), &give).await;
    hq.post(format!("/sessions/{session}/follow-up"), &give).await;

    let matters = site.app.db.read(|conn| Ok(tasks::table.select(tasks::matter).load::<String>(conn)?)).await;
    assert_eq!(matters.expect("a read"), [format!("session:{session}:self_test:{id}")]);
}
