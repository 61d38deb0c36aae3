//! Guests: who turns out to be one of ours, who was none, and that they are in no figure.

use crate::support::facts::recorded;
use crate::support::{Browser, Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::AttendanceState;
use xuefa::links;
use xuefa::store::ids::{GuestId, SessionId, VenueId};
use xuefa::store::schema::{attendance, venues};
use xuefa::training::{SessionState, VenueKind};

/// A session in progress with a main and a branch venue.
async fn given_session(site: &TestApp, roll: &[(Member, Option<AttendanceState>)]) -> (SessionId, VenueId) {
    let id = site.given_session("2024-07-05", SessionState::Published, roll).await;
    let branch = site.write(move |conn| {
        Ok(diesel::insert_into(venues::table)
            .values((
                venues::session_id.eq(id),
                venues::position.eq(2),
                venues::name.eq("分会场"),
                venues::kind.eq(VenueKind::Branch),
            ))
            .returning(venues::id)
            .get_result(conn)?)
    });
    (id, branch.await.expect("a branch"))
}

async fn add(hq: &mut Browser, session: SessionId, venue: VenueId, name: &str) {
    let fields = [("name", name), ("unit_name", "兄弟单位"), ("venue", &venue.to_string())];
    assert_eq!(hq.post(links::session_part(session, "guests"), &fields).await.status, 303);
}

async fn merge(hq: &mut Browser, session: SessionId, id: i64, number: &str) {
    let fields = [("number", number), ("reason", "本人到场"), ("version", "1")];
    let merged = hq.post(links::guest_part(session, GuestId(id), "merge"), &fields).await;
    assert_eq!(merged.status, 303, "{}", merged.text());
}

#[actix_web::test]
async fn who_turns_out_to_be_expected_is_present_where_they_were_and_what_was_decided_before_stays() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let roll = [
        (cast.trainee, None),
        (cast.colleague, Some(AttendanceState::Exempt)),
        (cast.stranger, Some(AttendanceState::Present)),
    ];
    let (session, branch) = given_session(&site, &roll).await;
    let stranger = cast.stranger.person;
    let late = site.write(move |conn| {
        let row = attendance::table.filter(attendance::person_id.eq(stranger));
        Ok(diesel::update(row).set(attendance::late.eq(true)).execute(conn)?)
    });
    late.await.expect("late");
    let mut hq = site.signed_in_as(cast.hq).await;

    for (id, number) in [(1, "trainee"), (2, "colleague"), (3, "stranger")] {
        add(&mut hq, session, branch, number).await;
        merge(&mut hq, session, id, number).await;
    }

    let merged = recorded(&site, session, cast.trainee).await.expect("a row");
    assert_eq!((merged.state, merged.venue_id), (AttendanceState::Present, Some(branch)));
    assert_eq!(recorded(&site, session, cast.colleague).await.map(|row| row.state), Some(AttendanceState::Exempt));
    let late = recorded(&site, session, cast.stranger).await.expect("a row");
    assert!(late.late && late.state == AttendanceState::Present);
}

#[actix_web::test]
async fn who_was_no_guest_is_not_counted_as_one() {
    let site = TestApp::start().await;
    let (session, branch) = given_session(&site, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    add(&mut hq, session, branch, "周先生").await;
    add(&mut hq, session, branch, "吴女士").await;
    let before = hq.get(links::session(session)).await;

    let refused = links::guest_part(session, GuestId(1), "decide");
    let refused = hq.post(refused, &[("state", "refused"), ("version", "1")]).await;

    let after = hq.get(links::session(session)).await;
    assert_eq!(refused.status, 303, "{}", refused.text());
    assert!(before.says("Guests: 2"), "{}", before.text());
    assert!(after.says("Guests: 1"), "{}", after.text());
}

#[actix_web::test]
async fn the_reports_file_lists_guests_apart_below_its_list() {
    let site = TestApp::start().await;
    let (session, branch) = given_session(&site, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let without = hq.get(links::session_report_csv(session)).await;
    add(&mut hq, session, branch, "=周先生").await;

    let file = hq.get(links::session_report_csv(session)).await;
    let of_leader =
        site.signed_in_as(site.cast.leader_of_first_unit).await.get(links::session_report_csv(session)).await;

    let lines: Vec<&str> = file.body.trim_end().lines().collect();
    assert_eq!(without.body.trim_end().lines().count(), 2, "{}", without.body);
    assert_eq!(lines.len(), 6, "{}", file.body);
    assert_eq!((lines[3], lines[5]), ("Guests 1 (in no figure)", "1,兄弟单位,'=周先生"), "{}", file.body);
    assert!(!of_leader.body.contains("Guests"), "{}", of_leader.body);
}
