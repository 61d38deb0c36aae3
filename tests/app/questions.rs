//! HQ writes questions about a reading: said at the field when something is wrong, asked, approved, retired.

use crate::support::{Answer, Browser, TestApp};
use diesel::prelude::*;
use xuefa::links;
use xuefa::store::ids::ReadingId;
use xuefa::store::schema::question_approvals;

/// A whole question, right answer the second choice.
const WHOLE: [(&str, &str); 9] = [
    ("kind", "single"),
    ("question_zh", "走访反映共同事项，最多推选几名代表？"),
    ("choice_zh", "三名"),
    ("choice_zh", "五名"),
    ("choice_zh", ""),
    ("right", "1"),
    ("explanation_zh", "代表不得超过五人。"),
    ("statute", "信访工作条例"),
    ("article", "第二十条第三款"),
];

async fn own_reading(hq: &mut Browser) -> ReadingId {
    let fields = [
        ("title_zh", "走访须知"),
        ("body_zh", "依照《信访工作条例》第二十条，推选代表。"),
        ("sources_zh", "集团通知"),
        ("statute", "信访工作条例"),
        ("article", ""),
    ];
    let added = hq.post_with_file(links::NEW_READING, &fields, None).await;
    added.location.and_then(|to| to.rsplit('/').next()?.parse().ok()).expect("a reading")
}

/// The whole question with some fields in place of its own.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = WHOLE.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.copied().chain(changes.iter().copied()).collect()
}

async fn write(hq: &mut Browser, id: ReadingId, fields: &[(&str, &str)]) -> Answer {
    hq.post(links::reading_part(id, "questions/new"), fields).await
}

/// A self-test taken with one answer to its one question.
async fn answered(browser: &mut Browser, id: ReadingId, choice: &str) -> Answer {
    let begun = browser.get(links::self_test(id)).await.location.expect("a try");
    let sent = browser.post(&begun, &[("q1", choice)]).await;
    browser.get(sent.location.expect("the explanations")).await
}

#[actix_web::test]
async fn a_reading_of_hqs_own_gets_a_question_a_self_test_and_its_approval() {
    let site = TestApp::start().await;
    let (mut hq, mut trainee) = (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.trainee).await);
    let id = own_reading(&mut hq).await;
    let page = links::reading_part(id, "questions");

    let empty = hq.get(&page).await;
    let before = trainee.get(links::self_test(id)).await;
    let saved = write(&mut hq, id, &WHOLE).await;
    let listed = hq.get(&page).await;
    let reading = trainee.get(links::reading(id)).await;
    let begun = trainee.get(links::self_test(id)).await.location.expect("a try");
    let test = trainee.get(&begun).await;
    let wrong = answered(&mut trainee, id, "0").await;
    let right = answered(&mut trainee, id, "1").await;
    let to_approve =
        listed.body.split("name=\"question\" value=\"own-1:").nth(1).and_then(|rest| rest.split('"').next());
    let to_approve = format!("own-1:{}", to_approve.expect("a button"));
    hq.post(&page, &[("question", &to_approve)]).await;
    let approved = hq.get(&page).await;
    let test_after = trainee.get(&begun).await;

    assert!(empty.says("no question about this reading yet") && before.status == 404, "{}", empty.text());
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(
        listed.says("1 question, 1 awaiting approval") && listed.says("Written by the Office"),
        "{}",
        listed.text()
    );
    assert!(reading.says("only 1 question so far"), "{}", reading.text());
    assert!(test.says("只有1道题") || test.says("only 1 question so far"), "{}", test.text());
    assert!(test.says("走访反映共同事项") && test.says("Awaiting approval"), "{}", test.text());
    assert!(test.body.contains("<span lang=\"zh-CN\">五名</span>"), "an English page says that the words are Chinese");
    assert!(wrong.says("Not passed yet") && wrong.says("《信访工作条例》第二十条第三款"), "{}", wrong.text());
    assert!(right.says("Passed"), "{}", right.text());
    assert!(approved.says("1 question, 0 awaiting approval") && approved.says("方静"), "{}", approved.text());
    assert!(test_after.says("走访反映共同事项") && !test_after.says("Awaiting approval"), "{}", test_after.text());
}

#[actix_web::test]
async fn what_is_wrong_with_a_question_is_said_at_its_field_and_nothing_is_lost() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let id = own_reading(&mut hq).await;

    for (changes, field, said) in [
        (vec![("kind", "")], "kind", "Choose the kind"),
        (vec![("question_zh", " ")], "question_zh", "Enter the question"),
        (vec![("right", "7")], "right", "No choice is ticked as right"),
        (vec![("right", "0"), ("right", "1")], "right", "Only one choice may be right"),
        (vec![("choice_zh", "五名"), ("choice_zh", " 五名 ")], "choice_zh", "Two choices are the same"),
        (vec![("choice_zh", ""), ("choice_zh", "五名")], "choice_zh", "at least two choices"),
        (vec![("right", "2")], "choice_zh", "Enter the Chinese words of each choice"),
        (vec![("kind", "multiple"), ("right", "1")], "right", "at least two right choices"),
        (vec![("kind", "multiple")], "choice_zh", "at least three choices"),
        (vec![("kind", "true_false")], "truth", "Choose true or false"),
        (vec![("explanation_zh", "")], "explanation_zh", "Enter the explanation"),
        (vec![("question_en", "How many?")], "choice_en", "Enter this in English too"),
        (vec![("article", "第二十三")], "article", "Write the article in this form"),
        (vec![("article", "第四十九条")], "article", "does not cite 第四十九条"),
        (vec![("statute", "民法典")], "statute", "does not cite 《民法典》"),
        (vec![("article", "")], "article", "Enter the article on which the answer rests"),
        (vec![("source", "集团通知")], "source", "either an article or a source"),
        (vec![("article", ""), ("source", "别的来源")], "source", "no longer has this source"),
    ] {
        let refused = write(&mut hq, id, &with(&changes)).await;

        assert_eq!(refused.status, 422, "{changes:?}: {}", refused.text());
        assert!(refused.says(said), "{changes:?}: {}", refused.text());
        assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{changes:?} leads to {field}");
        assert!(changes.iter().any(|(name, _)| *name == "explanation_zh") || refused.says("代表不得超过五人。"));
    }
    let list = hq.get(links::reading_part(id, "questions")).await;
    assert!(list.says("no question about this reading yet"), "{}", list.text());
    let by_source = write(&mut hq, id, &with(&[("statute", ""), ("article", ""), ("source", "集团通知")])).await;
    assert_eq!(by_source.status, 303, "{}", by_source.text());
}

#[actix_web::test]
async fn a_change_awaits_approval_again_and_a_try_begun_before_is_asked_anew() {
    let site = TestApp::start().await;
    let (mut hq, mut trainee) = (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.trainee).await);
    let id = own_reading(&mut hq).await;
    write(&mut hq, id, &WHOLE).await;
    let all = hq.get(links::APPROVE_READINGS).await;
    let digest = all.body.split("name=\"digest\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    hq.post(links::APPROVE_READINGS, &[("digest", digest.expect("a digest"))]).await;
    let approved = hq.get(links::reading_part(id, "questions")).await;
    let begun = trainee.get(links::self_test(id)).await.location.expect("a try");
    let edit = format!("/readings/{id}/questions/1");
    let form = hq.get(&edit).await;

    let changed = hq.post(&edit, &[&with(&[("explanation_zh", "最多五人。")])[..], &[("version", "1")]].concat()).await;
    let late = hq.post(&edit, &[&with(&[("explanation_zh", "至多五人。")])[..], &[("version", "1")]].concat()).await;
    let listed = hq.get(links::reading_part(id, "questions")).await;
    let sent = trainee.post(&begun, &[("q1", "1")]).await;
    let anew = trainee.get(sent.location.clone().expect("a new try")).await;

    assert!(approved.says("1 question, 0 awaiting approval"), "{}", approved.text());
    assert!(form.body.contains("value=\"五名\"") && form.says("代表不得超过五人。"), "{}", form.text());
    assert_eq!((changed.status, late.status), (303, 422), "{}", late.text());
    assert!(late.says("最多五人。") && late.says("至多五人。"), "the second of two sees both: {}", late.text());
    assert!(listed.says("1 awaiting approval") && listed.says("最多五人。"), "{}", listed.text());
    assert!(sent.location.is_some_and(|to| !to.contains("result")));
    assert!(anew.says("The questions were changed in the meantime"), "{}", anew.text());
}

#[actix_web::test]
async fn a_retired_question_is_not_asked_whether_it_ships_or_not_and_comes_back() {
    let site = TestApp::start().await;
    let (mut hq, mut trainee) = (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.trainee).await);
    let rows = site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read");
    let (id, slug) = (rows[0].id, rows[0].slug.clone());
    let shipped = &xuefa::readings::questions::bank(&slug).expect("it ships").questions;
    let wording = shipped[0].wording(xuefa::i18n::Language::English);
    let change = links::reading_part(id, "questions/use");
    let n = shipped.len();

    let retired = hq.post(&change, &[("question", &shipped[0].id), ("to", "retired")]).await;
    let listed = hq.get(links::reading_part(id, "questions")).await;
    let mut seen = false;
    for _ in 0..4 {
        let begun = trainee.get(links::self_test(id)).await.location.expect("a try");
        seen |= trainee.get(&begun).await.says(&wording.question);
    }
    let back = hq.post(&change, &[("question", &shipped[0].id), ("to", "brought_back")]).await;
    let after = hq.get(links::reading_part(id, "questions")).await;
    let unknown = hq.post(&change, &[("question", "own-77"), ("to", "retired")]).await;
    for question in shipped {
        hq.post(&change, &[("question", &question.id), ("to", "retired")]).await;
    }
    let none_left = trainee.get(links::self_test(id)).await;
    let approvals = site.app.db.read(|conn| Ok(question_approvals::table.count().get_result::<i64>(conn)?)).await;

    assert_eq!((retired.status, back.status, unknown.status, none_left.status), (303, 303, 404, 404));
    assert!(listed.says("No longer asked") && listed.says(&format!("{} questions,", n - 1)), "{}", listed.text());
    assert!(!seen, "a retired question was asked");
    assert!(after.says(&format!("{n} questions,")) && !after.says("No longer asked"), "{}", after.text());
    assert_eq!(approvals.expect("a read"), 0);
}
