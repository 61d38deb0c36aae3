//! Paper beside phones: each venue's ways, the sign-in sheet, and entering what was signed.

use crate::support::TestApp;
use xuefa::store::ids::SessionId;
use xuefa::training::{SessionState, Venue, Ways, queries};

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
