//! What is counted once, and by what.

use crate::implementation::given_unit_task;
use crate::support::facts::makes_up_for;
use crate::support::{Member, TestApp};
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::assignments::exchange::{Record, queries};
use xuefa::attendance::AttendanceState::{self, Absent, Exempt, Present};
use xuefa::links;
use xuefa::store::ids::{SessionId, UnitId};
use xuefa::training::SessionState;

/// A confirmed session that makes up for another.
async fn make_up(site: &TestApp, day: &str, missed: SessionId, roll: &[(Member, Option<AttendanceState>)]) {
    let id = site.given_session(day, SessionState::Confirmed, roll).await;
    makes_up_for(site, id, missed).await;
}

#[actix_web::test]
async fn who_was_at_two_make_up_sessions_without_being_due_counts_once_where_they_took_part() {
    let site = TestApp::start().await;
    let (trainee, colleague, stranger) = (site.cast.trainee, site.cast.colleague, site.cast.stranger);
    let missed = site
        .given_session("2024-06-03", SessionState::Confirmed, &[(stranger, Some(Absent)), (colleague, Some(Exempt))])
        .await;
    make_up(
        &site,
        "2024-06-10",
        missed,
        &[(trainee, Some(Absent)), (colleague, Some(Present)), (stranger, Some(Present))],
    )
    .await;
    make_up(
        &site,
        "2024-06-17",
        missed,
        &[(trainee, Some(Present)), (colleague, Some(Present)), (stranger, Some(Absent))],
    )
    .await;
    make_up(&site, "2024-06-24", missed, &[(trainee, Some(Present)), (colleague, Some(Absent))]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let record = |member: Member| format!("/people/{}/record?year=2024", member.person);
    let of_trainee = hq.get(record(trainee)).await;
    let of_colleague = hq.get(record(colleague)).await;
    let of_stranger = hq.get(record(stranger)).await;
    let board = hq.get(links::unit(site.cast.first_unit)).await;
    let year = hq.get(format!("/units/{}/year?year=2024", site.cast.first_unit)).await;

    assert!(of_trainee.says("100% (1/1)"), "not due before, present at the second: {}", of_trainee.text());
    assert!(of_colleague.says("100% (1/1)"), "exempt before, present at the first: {}", of_colleague.text());
    // Who was due before counts there, and there alone.
    assert!(of_stranger.says("0% (0/1)"), "{}", of_stranger.text());
    assert!(board.says("100% (2/2)") && year.says("100% (2/2)"), "{}", year.text());
}

async fn given_meeting(site: &TestApp, unit: UnitId, held_on: &'static str, is_submitted: bool) {
    let (by, now, today) = (site.cast.leader_of_first_unit.person, site.app.clock.now(), site.app.clock.today());
    let made = site.write(move |conn| {
        let record = Record { held_on: held_on.to_owned(), ..Record::default() };
        let submitted = is_submitted.then_some((by, now, today));
        queries::insert_as_it_stands(conn, unit, None, &record, &[], (by, now), submitted)
    });
    made.await.expect("a record");
}

#[actix_web::test]
async fn a_report_counts_the_meetings_that_were_held_whether_a_call_asked_for_them_or_not() {
    let site = TestApp::start().await;
    let (first, branch, second) = (site.cast.first_unit, site.cast.branch_of_first_unit, site.cast.second_unit);
    // The call was given on 5 July: what was held before is not of its time.
    let id = given_unit_task(&site, first, UnitTaskKind::ImplementationReport).await;
    for (unit, held_on, is_submitted) in [
        (first, "2024-07-05", true),
        (branch, "2024-07-08", true),
        (first, "2024-07-08", false),
        (first, "2024-07-04", true),
        (second, "2024-07-08", true),
    ] {
        given_meeting(&site, unit, held_on, is_submitted).await;
    }
    site.set_clock("2024-07-10", "09:00");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let form = leader.get(links::unit_task_part(id, "report")).await;

    assert!(form.body.contains("<dt>Exchange meetings</dt><dd>2</dd>"), "{}", form.body);
}
