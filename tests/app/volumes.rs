//! The volume self-check: exceptions only, handed in once, by a list that HQ edits; counts only where HQ asks for them.

use crate::implementation::{count, given_unit_task, return_task};
use crate::support::{Browser, TestApp};
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::assignments::volumes::list::{self, List};
use xuefa::links;
use xuefa::store::ids::UnitTaskId;

async fn given_check(site: &TestApp) -> (UnitTaskId, String) {
    let id = given_unit_task(site, site.cast.first_unit, UnitTaskKind::VolumeCheck).await;
    (id, links::unit_task_part(id, "volumes"))
}

async fn current(site: &TestApp) -> List {
    site.app.db.read(list::current).await.expect("a list")
}

/// The check as a browser sends it: every item complete but for some, by their place in the list.
async fn fields(site: &TestApp, exceptions: &[(usize, &str)], more: &[(&str, &str)]) -> Vec<(String, String)> {
    let found = current(site).await;
    let mut fields: Vec<(String, String)> = Vec::new();
    for (place, item) in (1..).zip(found.used()) {
        let answer = exceptions.iter().find(|(at, _)| *at == place).map_or("complete", |(_, answer)| answer);
        fields.push((format!("item-{place}"), item.id.to_string()));
        fields.push((format!("answer-{place}"), answer.to_owned()));
    }
    fields.push(("list_version".to_owned(), found.version.to_string()));
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> crate::support::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

/// HQ's form for the list, as it stands, but for some fields.
async fn list_fields(site: &TestApp, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let found = current(site).await;
    let mut fields = vec![("version".to_owned(), found.version.to_string())];
    for (place, item) in (1..).zip(&found.items) {
        fields.push((format!("item-{place}"), item.id.to_string()));
        fields.push((format!("order-{place}"), item.position.to_string()));
        fields.push((format!("zh-{place}"), item.wording_zh.clone()));
        fields.push((format!("en-{place}"), item.wording_en.clone()));
        let articles: Vec<String> = item.articles.iter().map(ToString::to_string).collect();
        fields.push((format!("articles-{place}"), articles.join(" ")));
        if item.is_used {
            fields.push((format!("used-{place}"), "yes".to_owned()));
        }
    }
    fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

#[actix_web::test]
async fn only_exceptions_are_marked_and_the_rest_is_handed_in_as_complete() {
    let site = TestApp::start().await;
    let (id, path) = given_check(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let form = leader.get(&path).await;
    let sent = post(
        &mut leader,
        &path,
        &fields(&site, &[(12, "not_applicable"), (16, "completing")], &[("version", "0"), ("step", "hand_in")]).await,
    )
    .await;
    let paper = leader.get(format!("{path}/paper")).await;
    let again = post(&mut leader, &path, &fields(&site, &[], &[("version", "1"), ("step", "hand_in")]).await).await;

    assert!(form.says("List of 22 items") && form.says("Reference list, not an official standard"));
    assert!(form.says("of 22 items, those not marked are complete") && !form.body.contains("value=\"complete\""));
    assert!(form.says("Art. 22, 23") && form.says("no petitioner"), "{}", form.text());
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(paper.says("22 items: 1 being completed, 1 not applicable, the rest complete"), "{}", paper.text());
    assert!(!paper.says("Draft") && paper.says("Reference list, not an official standard"));
    assert_eq!(again.status, 422, "once handed in, it stays as it is");
    assert_eq!(count(&site, "calls.handed_in").await, 1);
    let answers = site.app.db.read(move |conn| Ok(xuefa::assignments::volumes::queries::list_answers(conn, id)?)).await;
    assert_eq!(answers.expect("answers").len(), 2, "what is complete is not kept");
}

#[actix_web::test]
async fn a_liaison_drafts_and_may_not_hand_in_and_strangers_find_nothing() {
    let site = TestApp::start().await;
    let (_, path) = given_check(&site).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let mut stranger = site.signed_in_as(site.cast.leader_of_second_unit).await;

    let drafted = post(&mut liaison, &path, &fields(&site, &[(3, "completing")], &[("version", "0")]).await).await;
    let tried = post(&mut liaison, &path, &fields(&site, &[], &[("version", "1"), ("step", "hand_in")]).await).await;
    let form = liaison.get(&path).await;
    let paper = liaison.get(format!("{path}/paper")).await;

    assert_eq!((drafted.status, tried.status), (303, 403));
    assert_eq!(form.body.matches("value=\"completing\" selected").count(), 1);
    assert!(paper.says("Draft"));
    for path in [path.clone(), format!("{path}/paper")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(post(&mut stranger, &path, &fields(&site, &[], &[("version", "1")]).await).await.status, 404);
}

#[actix_web::test]
async fn the_second_of_two_writers_sees_both() {
    let site = TestApp::start().await;
    let (_, path) = given_check(&site).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let first = fields(&site, &[(3, "completing")], &[("version", "0"), ("note", "登记表缺页")]).await;
    post(&mut liaison, &path, &first).await;

    let second =
        post(&mut leader, &path, &fields(&site, &[(4, "completing")], &[("version", "0"), ("note", "另一说明")]).await)
            .await;

    assert_eq!(second.status, 422);
    assert!(second.says("Being completed") && second.says("登记表缺页"), "{}", second.text());
    assert!(second.body.contains("另一说明") && second.body.contains("name=\"version\" value=\"1\""));
    assert!(second.body.contains("href=\"#answer-3\"") && second.body.contains("href=\"#answer-4\""));
}

#[actix_web::test]
async fn counts_are_asked_for_only_where_hq_wants_them_and_are_on_no_paper() {
    let site = TestApp::start().await;
    let (_, path) = given_check(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let counted = [("version", "0"), ("n_reviewed", "731"), ("n_complete", "700"), ("n_completing", "31")];

    let before = leader.get(&path).await;
    post(&mut leader, &path, &fields(&site, &[], &counted).await).await;
    let changed = post(&mut hq, links::EDIT_VOLUME_LIST, &list_fields(&site, &[("asks_counts", "yes")]).await).await;
    let after = leader.get(&path).await;
    let mut wrong = counted.to_vec();
    wrong[0].1 = "1";
    wrong[2].1 = "732";
    let refused = post(&mut leader, &path, &fields(&site, &[], &wrong).await).await;
    wrong[2].1 = "700";
    wrong.push(("step", "hand_in"));
    let sent = post(&mut leader, &path, &fields(&site, &[], &wrong).await).await;
    let paper = leader.get(format!("{path}/paper")).await;

    assert!(!before.says("Volumes reviewed") && after.says("Volumes reviewed"));
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert!(!after.body.contains("value=\"731\""), "what nobody asked for was not kept");
    assert_eq!(refused.status, 422);
    assert!(refused.says("cannot be more than were reviewed") && refused.body.contains("value=\"732\""));
    assert_eq!(sent.status, 303, "{}", sent.text());
    let (screen, sheet) = paper.body.split_once("<article class=\"paper").expect("a sheet");
    assert!(screen.contains(">731<") && !sheet.contains(">731<"), "not on paper");
}

#[actix_web::test]
async fn hq_edits_the_list_and_what_was_handed_in_stays_as_it_was() {
    let site = TestApp::start().await;
    let (id, path) = given_check(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    post(&mut leader, &path, &fields(&site, &[], &[("version", "0"), ("step", "hand_in")]).await).await;
    let seen = fields(&site, &[(2, "completing")], &[("version", "1"), ("step", "hand_in")]).await;
    let changes = [("zh-1", "封面"), ("en-1", "Front"), ("order-3", "0"), ("used-22", ""), ("articles-4", "19 20")];
    let mut edited = list_fields(&site, &changes).await;
    edited.retain(|(name, _)| name != "used-22");

    let changed = post(&mut hq, links::EDIT_VOLUME_LIST, &edited).await;
    let listed = leader.get(links::VOLUME_LIST).await;
    let paper = leader.get(format!("{path}/paper")).await;
    return_task(&site, id).await;
    let stale = post(&mut leader, &path, &seen).await;

    assert_eq!(changed.status, 303, "{}", changed.text());
    assert!(listed.says("Version 2") && listed.says("1 more is not in use"), "{}", listed.text());
    assert!(listed.says("Front changed by the Office") && listed.says("Art. 19, 20"));
    assert!(listed.says("1. Registration form"), "moved to the front: {}", listed.text());
    assert!(paper.says("Cover: case number") && paper.says("Inside back cover note"), "the list of that day");
    assert_eq!(stale.status, 422, "nobody confirms a list they have not seen");
    assert!(stale.says("The Office has just changed the list"));
    assert_eq!(stale.body.matches("value=\"completing\" selected").count(), 1, "what was marked is kept");
    assert_eq!(count(&site, "volumes.list_changed").await, 1);
}

#[actix_web::test]
async fn an_item_is_added_without_scripts_and_a_wrong_article_is_said_at_its_field() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let added = post(&mut hq, links::EDIT_VOLUME_LIST, &list_fields(&site, &[("step", "add")]).await).await;
    let new = [("order-23", "23"), ("zh-23", "其他材料"), ("articles-23", "51"), ("used-23", "yes")];
    let refused = post(&mut hq, links::EDIT_VOLUME_LIST, &list_fields(&site, &new).await).await;
    let mut right = new;
    right[2].1 = "";
    let saved = post(&mut hq, links::EDIT_VOLUME_LIST, &list_fields(&site, &right).await).await;
    let list = hq.get(links::VOLUME_LIST).await;

    assert!(added.status == 200 && added.body.contains("name=\"zh-23\""), "{}", added.status);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("href=\"#articles-23\"") && refused.body.contains("其他材料"));
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(list.body.contains("lang=\"zh-CN\">其他材料"), "in the page's other language: {}", list.text());
}

/// C-04.
#[actix_web::test]
async fn of_two_who_edit_the_list_the_second_sees_both() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let first = list_fields(&site, &[("zh-1", "封面甲")]).await;
    let second = list_fields(&site, &[("zh-1", "封面乙")]).await;

    post(&mut hq, links::EDIT_VOLUME_LIST, &first).await;
    let refused = post(&mut hq, links::EDIT_VOLUME_LIST, &second).await;

    assert_eq!(refused.status, 422);
    assert!(refused.says("封面甲") && refused.body.contains("value=\"封面乙\""), "{}", refused.text());
    assert_eq!(current(&site).await.items[0].wording_zh, "封面甲");
}

#[actix_web::test]
async fn leaders_read_the_list_and_do_not_edit_it() {
    let site = TestApp::start().await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    assert_eq!(leader.get(links::VOLUME_LIST).await.status, 200);
    assert_eq!(leader.get(links::EDIT_VOLUME_LIST).await.status, 404);
    assert_eq!(post(&mut leader, links::EDIT_VOLUME_LIST, &list_fields(&site, &[]).await).await.status, 404);
}

#[actix_web::test]
async fn an_item_that_the_list_does_not_have_is_not_found_and_nothing_is_changed() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let fields = list_fields(&site, &[("item-1", "999"), ("zh-2", "目录甲")]).await;

    let sent = post(&mut hq, links::EDIT_VOLUME_LIST, &fields).await;

    assert_eq!(sent.status, 404, "{}", sent.text());
    assert_ne!(current(&site).await.items[1].wording_zh, "目录甲");
}
