//! The library: approved by name, read by one's own word.

use crate::support::TestApp;
use crate::support::facts::reading;
use xuefa::links;
use xuefa::readings;

#[actix_web::test]
async fn the_library_shows_what_ships_and_finds_words_in_it() {
    let site = TestApp::start().await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;

    let all = browser.get(links::READINGS).await;
    let some = browser.get("/readings?q=PUJIANG%20county").await;
    let none = browser.get("/readings?q=%25").await;

    let count = format!("{} readings", readings::library::library().len());
    assert!(all.says(&count) && all.says("The Fengqiao experience"), "{}", all.text());
    assert!(some.says("1 reading found") && some.says("The Pujiang experience"), "{}", some.text());
    assert!(none.says("No reading contains"), "{}", none.text());
}

#[actix_web::test]
async fn starting_again_keeps_every_reading_its_id() {
    let site = TestApp::start().await;
    let before = site.app.db.read(|conn| Ok(readings::queries::list(conn)?)).await.expect("a read");

    let now = site.app.clock.now();
    site.write(move |conn| readings::sync(conn, now)).await.expect("a second start");

    let after = site.app.db.read(|conn| Ok(readings::queries::list(conn)?)).await.expect("a read");
    let ids =
        |rows: &[readings::queries::Heading]| rows.iter().map(|row| (row.id, row.slug.clone())).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert!(!before.is_empty());
}

#[actix_web::test]
async fn one_tap_marks_a_reading_read_and_another_takes_it_back() {
    let site = TestApp::start().await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;
    let page = links::reading(reading(&site, "pujiang").await);

    let marked = browser.post(format!("{page}/read"), &[]).await;
    let after = browser.get(&page).await;
    let others = site.signed_in_as(site.cast.colleague).await.get(&page).await;
    browser.post(format!("{page}/unread"), &[]).await;
    let undone = browser.get(&page).await;

    assert_eq!(marked.location.as_deref(), Some(page.as_str()));
    assert!(after.says("Marked as read."), "{}", after.text());
    assert!(after.says("Undo “read”") && !after.says("Not read"), "{}", after.text());
    assert!(others.says("Mark as read") && undone.says("Mark as read"));
}

#[actix_web::test]
async fn a_shipped_reading_awaits_approval_until_a_named_person_of_hq_gives_it() {
    let site = TestApp::start().await;
    let id = reading(&site, "pujiang").await;
    let page = links::reading(id);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let digest = readings::library::find("pujiang").expect("it ships").digest.clone();

    let before = leader.get(&page).await;
    let not_hq = leader.post(format!("{page}/approve"), &[("digest", &digest)]).await;
    let another_text = hq.post(format!("{page}/approve"), &[("digest", "0000")]).await;
    let given = hq.post(format!("{page}/approve"), &[("digest", &digest)]).await;
    let after = leader.get(&page).await;

    assert!(before.says("Awaiting approval") && !before.says("Approve this reading"));
    assert_eq!((not_hq.status, another_text.status, given.status), (404, 409, 303));
    assert!(after.says("Approved by 方静, 5 July 2024"), "{}", after.text());
}
