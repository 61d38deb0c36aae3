//! Paper beside phones: each venue's ways, the sign-in sheet, and entering what was signed.

use crate::support::{Answer, Browser, TestApp};
use xuefa::attendance::{self, AttendanceState, Entry, LeaveKind, Method, Recorded, Source};
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category};
use xuefa::store::ids::SessionId;
use xuefa::training::{RosterRow, SessionState, Venue, Ways, queries};

async fn venues(site: &TestApp, id: SessionId) -> Vec<Venue> {
    site.app.db.read(move |conn| Ok(queries::list_venues(conn, id)?)).await.expect("venues")
}

#[actix_web::test]
async fn a_venue_chooses_how_people_are_recorded_and_keeps_at_least_one_way() {
    let site = TestApp::start().await;
    let id = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let venue = venues(&site, id).await[0].id.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let address = format!("/sessions/{id}/ways");
    let chosen = hq.post(&address, &[("venue", &venue), ("way", "kiosk"), ("way", "paper")]).await;
    let none = hq.post(&address, &[("venue", &venue)]).await;
    let page = hq.get(format!("/sessions/{id}/places")).await;
    let leader = site.signed_in_as(site.cast.leader_of_first_unit).await.post(&address, &[("venue", &venue)]).await;

    assert_eq!((chosen.status, none.status, leader.status), (303, 422, 404));
    assert_eq!(venues(&site, id).await[0].ways(), Ways { phone: false, kiosk: true, paper: true });
    assert_eq!(page.body.matches("name=\"way\" value=\"kiosk\" checked").count(), 1);
    assert_eq!(page.body.matches("name=\"way\" value=\"phone\" checked").count(), 0);
}

/// Twenty-two people at one venue, whose names stand in their order, besides the cast's trainee.
async fn given_long_session(site: &TestApp) -> SessionId {
    let id = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let (unit, today) = (site.cast.second_unit, site.app.clock.today());
    site.write(move |conn| {
        let venue = queries::list_venues(conn, id)?[0].id;
        let people: Vec<NewPerson> = (2..=23_i64)
            .map(|n| NewPerson {
                employee_number: format!("P{n:02}"),
                name: format!("人员{n:02}"),
                unit_id: unit,
                post: "副经理".to_owned(),
                category: Category::EnterpriseLeadership,
                order_number: n,
                email: None,
            })
            .collect();
        let ids = organization::queries::insert_people(conn, &people, today)?;
        let rows: Vec<RosterRow> = (2_i64..)
            .zip(ids.iter().zip(&people))
            .map(|(position, (id_of_person, person))| RosterRow {
                session_id: id,
                person_id: *id_of_person,
                position,
                unit_id: unit,
                unit_name: "第二工程公司".to_owned(),
                name: person.name.clone(),
                post: person.post.clone(),
                category: person.category,
                venue_id: venue,
            })
            .collect();
        Ok(queries::insert_roster(conn, &rows)?)
    })
    .await
    .expect("a long roster");
    id
}

/// The fields of a roll's page as a browser would send them.
fn fields(body: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!("{name}=\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let inputs = body.split("<input ").skip(1).filter_map(|rest| Some(rest.split_once('>')?.0));
    inputs
        .filter(|tag| !(tag.contains("\"radio\"") || tag.contains("\"checkbox\"")) || tag.contains(" checked"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .filter(|(name, _)| !["csrf", "form_key"].contains(&name.as_str()))
        .collect()
}

fn with(mut fields: Vec<(String, String)>, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(browser: &mut Browser, to: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(to, &fields).await
}

async fn n_present(site: &TestApp, id: SessionId) -> usize {
    let roll = site.app.db.read(move |conn| Ok(attendance::queries::list_roll(conn, id)?)).await.expect("the roll");
    roll.iter().filter(|(_, of)| of.as_ref().is_some_and(|of| of.state == AttendanceState::Present)).count()
}

#[actix_web::test]
async fn a_page_of_the_signed_sheet_is_entered_by_the_numbers_of_those_who_did_not_sign() {
    let site = TestApp::start().await;
    let id = given_long_session(&site).await;
    site.set_clock("2024-07-05", "09:30");
    let venue = venues(&site, id).await[0].id;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let printed = hq.get(format!("/sessions/{id}/sheet")).await;
    let second = format!("/sessions/{id}/roll?venue={venue}&unit=&page=2");
    let page = hq.get(&second).await;
    let foreign = send(&mut hq, &second, &with(fields(&page.body), &[("numbers", "3"), ("fill", "1")])).await;
    let filled = send(&mut hq, &second, &with(fields(&page.body), &[("numbers", "22"), ("fill", "1")])).await;
    let before = n_present(&site, id).await;
    let saved = send(&mut hq, &second, &fields(&filled.body)).await;
    let after = hq.get(&second).await;

    assert!(printed.says("Page 2 of 2"), "{}", printed.text());
    assert_eq!(page.body.matches("data-row").count(), 3);
    assert!(
        page.says("23 people; Not checked in: 23") && page.says("Page 2 of 2 of the sign-in sheet"),
        "{}",
        page.text()
    );
    assert_eq!(foreign.status, 422);
    assert!(foreign.says("Number 3 is not on this page (21–23)"), "{}", foreign.text());
    assert_eq!((filled.status, before, saved.status, n_present(&site, id).await), (200, 0, 303, 2));
    assert!(after.says("23 people; Not checked in: 21"), "{}", after.text());
    let roll = site.app.db.read(move |conn| Ok(attendance::queries::list_roll(conn, id)?)).await.expect("the roll");
    let signed: Vec<(&str, Method)> =
        roll.iter().filter_map(|(row, of)| Some((row.name.as_str(), of.as_ref()?.method))).collect();
    assert_eq!(signed, [("人员21", Method::Paper), ("人员23", Method::Paper)]);
}

#[actix_web::test]
async fn the_second_of_two_who_record_one_person_sees_both_values_and_chooses() {
    let site = TestApp::start().await;
    let id = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.set_clock("2024-07-05", "09:30");
    let (mut hq, address) = (site.signed_in_as(site.cast.hq).await, format!("/sessions/{id}/roll"));
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let state = format!("state-{}", site.cast.trainee.person);
    let take = format!("take-{}", site.cast.trainee.person);

    let seen = fields(&hq.get(&address).await.body);
    let of_leader = fields(&leader.get(&address).await.body);
    let first = send(&mut leader, &address, &with(of_leader, &[(&state, "leave_sick")])).await;
    let both = send(&mut hq, &address, &with(seen, &[(&state, "present")])).await;
    let unanswered = send(&mut hq, &address, &fields(&both.body)).await;
    let kept = send(&mut hq, &address, &with(fields(&both.body), &[(&take, "theirs")])).await;
    let of_both = fields(&both.body);
    let n_after_theirs = n_present(&site, id).await;
    let taken = send(&mut hq, &address, &with(of_both, &[(&take, "mine")])).await;

    assert_eq!((first.status, both.status, unanswered.status, kept.status, taken.status), (303, 422, 422, 303, 303));
    assert!(both.says("On leave (sick)") && both.says("What you entered"), "{}", both.text());
    assert_eq!(both.body.matches(&format!("name=\"{take}\"")).count(), 2);
    assert_eq!(unanswered.body.matches(&format!("name=\"{take}\"")).count(), 2, "asked again");
    assert_eq!((n_after_theirs, n_present(&site, id).await), (0, 1));
}

#[actix_web::test]
async fn the_sheet_shows_who_is_excused_and_a_leader_the_own_people_with_the_numbers_of_all() {
    let site = TestApp::start().await;
    let id = given_long_session(&site).await;
    let (hq, now, person) = (site.viewer(site.cast.hq).await, site.app.clock.now(), site.cast.trainee.person);
    let leave =
        Recorded { leave_kind: Some(LeaveKind::Sick), ..Recorded::plain(AttendanceState::Leave, Method::Paper) };
    let entry = Entry { person, after: Some(leave), seen: 0 };
    let given = site
        .write(move |conn| attendance::record(conn, &hq, id, std::slice::from_ref(&entry), Source::OnePerson, "", now));
    given.await.expect("leave");

    let of_hq = site.signed_in_as(site.cast.hq).await.get(format!("/sessions/{id}/sheet")).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_second_unit).await;
    let of_leader = leader.get(format!("/sessions/{id}/sheet")).await;
    let slips = leader.get(format!("/sessions/{id}/slips")).await;
    let mut stranger = site.signed_in_as(site.cast.trainee).await;

    assert!(of_hq.says("Sick leave") && of_hq.says("Session"), "{}", of_hq.text());
    assert!(of_leader.says("2 人员02") && !of_leader.says("杜维平"), "{}", of_leader.text());
    assert_eq!((slips.body.matches("<svg").count(), slips.body.matches("class=\"paper slips\"").count()), (22, 3));
    assert_eq!(stranger.get(format!("/sessions/{id}/sheet")).await.status, 404);
    assert_eq!(stranger.get(format!("/sessions/{id}/slips")).await.status, 404);
}

#[actix_web::test]
async fn the_live_roll_loads_itself_anew_within_five_seconds_until_it_is_over() {
    let site = TestApp::start().await;
    let id = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.set_clock("2024-07-05", "09:30");
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let open = hq.get(format!("/sessions/{id}")).await;
    let news = hq.get(format!("/sessions/{id}/live")).await;
    site.set_clock("2024-07-05", "12:00");
    let over = hq.get(format!("/sessions/{id}")).await;
    let last = hq.get(format!("/sessions/{id}/live")).await;

    let refresh = "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>";
    assert!(open.body.contains(refresh) && open.body.contains("live-") && open.header("refresh").is_none());
    assert!(news.body.contains("data-open=\"true\"") && news.body.contains("0 of 1 present"), "{}", news.body);
    assert!(!news.body.contains("<html"));
    assert!(!over.body.contains(refresh) && !over.body.contains("<script"));
    assert!(last.body.contains("data-open=\"false\""));
}
