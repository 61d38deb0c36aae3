//! Readings go with the topics of a session, before it and after it.

use crate::support::form::Form;
use crate::support::{Browser, TestApp};
use xuefa::links;
use xuefa::store::ids::ReadingId;

async fn readings(site: &TestApp) -> Vec<(ReadingId, String)> {
    let found = site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read");
    found.into_iter().map(|heading| (heading.id, heading.title_en)).collect()
}

const PLAN: [(&str, &str); 9] = [
    ("title", "信访工作法治化培训会"),
    ("day", "2024-07-20"),
    ("starts", "09:00"),
    ("ends", "11:00"),
    ("opens_before_minutes", "30"),
    ("study_hours", "2"),
    ("venue_name", "三楼会议室"),
    ("venue_kind", "main"),
    ("venue_way", "1-phone"),
];

async fn plan(hq: &mut Browser, more: &[(&str, &str)]) -> crate::support::Answer {
    hq.post(links::NEW_SESSION, &[&PLAN[..], more].concat()).await
}

#[actix_web::test]
async fn a_topic_has_its_readings_in_the_form_on_the_page_and_where_study_is_given() {
    let site = TestApp::start().await;
    let known = readings(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (before, after, whole) = (format!("1-{}", known[0].0), format!("3-{}", known[1].0), known[2].0.to_string());
    // The second row is empty: the topic after it is the second topic.
    let fields = [
        ("topic", "什么是信访工作法治化"),
        ("topic", ""),
        ("topic", "把握的原则"),
        ("topic_reading", before.as_str()),
        ("topic_reading_after", after.as_str()),
        ("reading", whole.as_str()),
        ("category", "enterprise_leadership"),
    ];

    let planned = plan(&mut hq, &fields).await;
    let check_path = planned.location.clone().unwrap_or_else(|| planned.text());
    let check = hq.get(&check_path).await;
    let id = check_path.split('/').nth(2).expect("a session").to_owned();
    let edit = hq.get(format!("/sessions/{id}/edit")).await;
    let page = hq.get(format!("/sessions/{id}")).await;
    let call = hq.get(format!("/calls/new?session={id}")).await;

    assert_eq!(planned.status, 303, "{}", planned.text());
    let topics = check.body.split("什么是信访工作法治化").nth(1).expect("the first topic");
    let (first, second) = topics.split_once("把握的原则").expect("the second topic");
    assert!(first.contains(&format!("href=\"/readings/{}\"", known[0].0)) && first.contains("Before:"), "{first}");
    assert!(second.contains(&format!("href=\"/readings/{}\"", known[1].0)) && second.contains("After:"), "{second}");
    let form = Form::of(&edit.body, "name=\"topic\"");
    assert_eq!(form.values("topic_reading"), [format!("1-{}", known[0].0)]);
    assert_eq!(form.values("topic_reading_after"), [format!("2-{}", known[1].0)]);
    assert_eq!(form.values("reading"), [whole]);
    assert!(page.status == 303 || page.says("把握的原则"), "{}", page.text());
    let mut ticked =
        Form::of(&call.body, "name=\"reading\"").values("reading").into_iter().map(str::to_owned).collect::<Vec<_>>();
    ticked.sort();
    let mut wanted: Vec<String> = known[..3].iter().map(|(id, _)| id.to_string()).collect();
    wanted.sort();
    assert_eq!(ticked, wanted, "a call after the session offers all of them");
}

#[actix_web::test]
async fn a_reading_at_a_row_without_a_topic_is_refused_and_stays_ticked() {
    let site = TestApp::start().await;
    let known = readings(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (lost, twice) = (format!("2-{}", known[0].0), known[0].0.to_string());

    let without = plan(&mut hq, &[("topic", "原则"), ("topic", ""), ("topic_reading", &lost)]).await;
    let both =
        plan(&mut hq, &[("topic", "原则"), ("topic", "做法"), ("topic_reading", &lost), ("reading", &twice)]).await;

    assert_eq!((without.status, both.status), (422, 422));
    assert!(without.says("Enter the topic whose readings you have chosen"), "{}", without.text());
    assert!(without.body.contains(&format!("name=\"topic_reading\" value=\"{lost}\" checked")));
    assert!(both.says("A reading is chosen once"), "{}", both.text());
}
