//! Check-ins to be verified: listed, decided by who may, never in the way.

use crate::support::facts::recorded;
use crate::support::{Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::doubts::{Decision, Doubt};
use xuefa::attendance::{self, AttendanceState, Method, queries};
use xuefa::error::Error;
use xuefa::store::ids::SessionId;
use xuefa::store::schema::attendance as attendance_table;
use xuefa::training::SessionState;

/// The trainee, their colleague and the leader of their unit, all checked in with one device.
async fn given_shared_device(site: &TestApp, state: SessionState) -> SessionId {
    let cast = &site.cast;
    let present = Some(AttendanceState::Present);
    let roll = [(cast.trainee, present), (cast.stranger, present), (cast.leader_of_first_unit, present)];
    let id = site.given_session("2024-07-05", state, &roll).await;
    let at = site.moment("2024-07-05", "09:05");
    site.write(move |conn| {
        diesel::update(attendance_table::table.filter(attendance_table::session_id.eq(id)))
            .set((
                attendance_table::method.eq(Method::Code),
                attendance_table::device.eq("of one phone"),
                attendance_table::arrived_at.eq(at),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("one device");
    id
}

async fn verify(
    site: &TestApp,
    by: Member,
    id: SessionId,
    of: Member,
    decision: Decision,
    note: &'static str,
) -> Result<(), Error> {
    let (viewer, now) = (site.viewer(by).await, site.app.clock.now());
    let about = (of.person, Doubt::SharedDevice);
    site.write(move |conn| attendance::verify(conn, &viewer, id, about, decision, note, now)).await
}

async fn state(site: &TestApp, id: SessionId, of: Member) -> Option<AttendanceState> {
    recorded(site, id, of).await.map(|row| row.state)
}

/// Z-08.
#[actix_web::test]
async fn one_device_for_several_is_listed_for_hq_and_each_leader_and_stops_nothing() {
    let site = TestApp::start().await;
    let id = given_shared_device(&site, SessionState::Closed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_second_unit).await;

    let page = hq.get(format!("/sessions/{id}/verify")).await;
    let of_leader = leader.get(format!("/sessions/{id}/verify")).await;
    let session = hq.get(format!("/sessions/{id}")).await;
    let confirm = hq.get(format!("/sessions/{id}/confirm")).await;
    let confirmed = hq.post(format!("/sessions/{id}/confirm"), &[("version", "1")]).await;

    assert!(page.says("Doubtful: 3") && page.says("杜维平"), "{}", page.text());
    assert!(of_leader.says("Doubtful: 1") && of_leader.says("2 people of other units"), "{}", of_leader.text());
    assert!(!of_leader.says("杜维平"), "{}", of_leader.text());
    assert!(
        session.says("Doubtful check-ins: 3 people") && confirm.says("Check-ins of 3 people"),
        "{}",
        confirm.text()
    );
    assert_eq!(confirmed.status, 303);
}

#[actix_web::test]
async fn a_leader_confirms_or_voids_with_a_reason_and_nobody_decides_their_own() {
    let site = TestApp::start().await;
    let id = given_shared_device(&site, SessionState::Closed).await;
    let (leader, trainee) = (site.cast.leader_of_first_unit, site.cast.trainee);

    let own = verify(&site, leader, id, leader, Decision::Confirmed, "").await;
    let foreign = verify(&site, site.cast.leader_of_second_unit, id, trainee, Decision::Confirmed, "").await;
    let without = verify(&site, leader, id, trainee, Decision::Voided, " ").await;
    let voided = verify(&site, leader, id, trainee, Decision::Voided, "本人未到会").await;
    let again = verify(&site, leader, id, trainee, Decision::Confirmed, "").await;
    let by_hq = verify(&site, site.cast.hq, id, leader, Decision::Confirmed, "已核实").await;

    assert!(matches!(own, Err(Error::Refused(_))), "{own:?}");
    assert!(matches!(foreign, Err(Error::NotFound(_))), "{foreign:?}");
    assert!(matches!(&without, Err(Error::Refused(problems)) if problems[0].field == "note"), "{without:?}");
    assert!(voided.is_ok() && by_hq.is_ok(), "{voided:?} {by_hq:?}");
    assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
    assert_eq!(state(&site, id, trainee).await, None);
    assert_eq!(state(&site, id, leader).await, Some(AttendanceState::Present));
    let changes = site.app.db.read(move |conn| Ok(queries::list_changes(conn, id, trainee.person)?)).await;
    assert_eq!(changes.expect("the history")[0].0.reason, "本人未到会");
}

#[actix_web::test]
async fn after_confirmation_voiding_is_hqs_and_makes_absent() {
    let site = TestApp::start().await;
    let id = given_shared_device(&site, SessionState::Confirmed).await;
    let (leader, trainee) = (site.cast.leader_of_first_unit, site.cast.trainee);

    let by_leader = verify(&site, leader, id, trainee, Decision::Voided, "本人未到会").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let fields = [("person", trainee.person.to_string()), ("doubt", "shared_device".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = hq.post(format!("/sessions/{id}/verify"), &[&fields[..], &[("decision", "voided")]].concat()).await;
    let with_note = [&fields[..], &[("decision", "voided"), ("note", "本人未到会")]].concat();
    let voided = hq.post(format!("/sessions/{id}/verify"), &with_note).await;
    let page = hq.get(format!("/sessions/{id}/verify")).await;

    assert!(matches!(by_leader, Err(Error::Refused(_))), "{by_leader:?}");
    assert_eq!((refused.status, voided.status), (422, 303));
    assert_eq!(state(&site, id, trainee).await, Some(AttendanceState::Absent));
    assert!(page.says("Decided: 1") && page.says("本人未到会") && page.says("Doubtful: 2"), "{}", page.text());
}

#[actix_web::test]
async fn who_comes_back_by_the_same_scan_after_being_voided_is_to_be_verified_again() {
    let site = TestApp::start().await;
    let id = given_shared_device(&site, SessionState::Closed).await;
    let (leader, trainee) = (site.cast.leader_of_first_unit, site.cast.trainee);
    let scanned = site.app.db.read(move |conn| Ok(queries::find(conn, id, trainee.person)?)).await.expect("a read");
    let back = scanned.expect("a check-in");

    let first = verify(&site, leader, id, trainee, Decision::Voided, "本人未到会").await;
    let gone = state(&site, id, trainee).await;
    site.write(move |conn| Ok(queries::insert_rows(conn, std::slice::from_ref(&back))?)).await.expect("there again");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let listed = hq.get(format!("/sessions/{id}/verify")).await;
    let second = verify(&site, leader, id, trainee, Decision::Voided, "仍未到会").await;

    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert!(listed.says("Doubtful: 3"), "{}", listed.text());
    assert_eq!((gone, state(&site, id, trainee).await), (None, None));
}
