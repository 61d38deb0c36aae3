//! Leave, stand-ins, exemption and corrections that people ask for, and who decides about them.

use crate::support::facts::recorded;
use crate::support::{Answer, Browser, Member, TestApp};
use xuefa::access::Role;
use xuefa::attendance::requests::{self, Request, RequestState};
use xuefa::attendance::{self, AttendanceState, LeaveKind, Method};
use xuefa::links;
use xuefa::store::ids::{RequestId, SessionId};
use xuefa::training::SessionState;

/// A session of the day: the first unit's leader and two of its people, HQ's own, and somebody of the second unit.
async fn given(site: &TestApp, state: SessionState, of_trainee: Option<AttendanceState>) -> SessionId {
    let cast = &site.cast;
    let roll = [
        (cast.trainee, of_trainee),
        (cast.leader_of_first_unit, None),
        (cast.colleague, None),
        (cast.hq, None),
        (cast.stranger, None),
    ];
    site.given_session("2024-07-08", state, &roll).await
}

async fn requests_of(site: &TestApp, session: SessionId, member: Member) -> Vec<Request> {
    let listed = site.app.db.read(move |conn| Ok(requests::queries::list_of_person(conn, session, member.person)?));
    listed.await.expect("requests")
}

/// Somebody asks for leave on their phone.
async fn ask_leave(site: &TestApp, session: SessionId, member: Member, class: &str, stand_in: &str) -> Answer {
    let mut phone = site.signed_in_as(member).await;
    phone.post(links::session_part(session, "leave"), &[("class", class), ("stand_in", stand_in)]).await
}

/// The newest request of somebody as the list of the one who decides shows it: `id|version|seen`.
async fn shown(site: &TestApp, session: SessionId, member: Member) -> (String, String) {
    let request = requests_of(site, session, member).await.remove(0);
    let seen = recorded(site, session, member).await.map_or(0, |row| row.stamp());
    (request.id.to_string(), format!("{}|{}|{seen}", request.id, request.version))
}

async fn grant(browser: &mut Browser, (id, shown): &(String, String)) -> Answer {
    browser.post(links::REQUESTS, &[("shown", shown), ("grant", id)]).await
}

#[actix_web::test]
async fn a_leader_grants_leave_in_one_tap_and_the_person_sees_it() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    let asked = ask_leave(&site, session, site.cast.trainee, "sick", "").await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let board = leader.get(links::unit(site.cast.first_unit)).await;
    let list = leader.get(links::REQUESTS).await;
    let before = phone.get(links::session(session)).await;
    let (home, sessions) = (phone.get("/").await, phone.get(links::SESSIONS).await);
    let untouched = recorded(&site, session, site.cast.trainee).await.is_none();

    let granted = grant(&mut leader, &shown(&site, session, site.cast.trainee).await).await;

    assert_eq!((asked.status, granted.status), (303, 303), "{}", granted.text());
    assert!(list.says("杜维平") && list.says("On leave (sick)"), "{}", list.text());
    assert!(board.says("One request waits for your decision"), "{}", board.text());
    assert!(before.says("Leave Waiting") && untouched, "{}", before.text());
    assert!(home.says("Leave Waiting") && sessions.says("Leave Waiting"), "{} {}", home.text(), sessions.text());
    let row = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    assert_eq!((row.state, row.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Sick)));
    assert_eq!((row.method, row.recorded_by), (Method::Request, Some(site.cast.leader_of_first_unit.person)));
    let after = phone.get(links::session(session)).await;
    assert!(after.says("Leave Granted") && after.says("Answered by 程诚"), "{}", after.text());
}

#[actix_web::test]
async fn a_units_page_says_where_it_stands_how_many_belong_to_it_and_only_of_its_own_requests() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.leader_of_first_unit, "public", "").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let first = hq.get(links::unit(site.cast.first_unit)).await;
    let second = hq.get(links::unit(site.cast.second_unit)).await;
    let of_leader = leader.get(links::unit(site.cast.first_unit)).await;

    let group = format!("href=\"{}\"", links::unit(site.cast.group));
    assert!(first.says("One request waits for your decision"), "{}", first.text());
    assert!(!second.says("waits for your decision"), "{}", second.text());
    assert!(first.body.contains("href=\"/people?unit") && first.body.contains(&group), "{}", first.body);
    // The list of everybody is not the leader's to open, nor is the group.
    assert!(of_leader.says("4 people"), "{}", of_leader.text());
    assert!(!of_leader.body.contains("/people?unit") && !of_leader.body.contains(&group), "{}", of_leader.body);
}

#[actix_web::test]
async fn several_are_granted_at_once_and_a_stand_in_is_named() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.trainee, "stand_in", "何联").await;
    ask_leave(&site, session, site.cast.colleague, "private", "").await;
    let (first, second) =
        (shown(&site, session, site.cast.trainee).await, shown(&site, session, site.cast.colleague).await);
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let granted = leader
        .post(
            links::REQUESTS,
            &[
                ("shown", &first.1),
                ("shown", &second.1),
                ("request", &first.0),
                ("request", &second.0),
                ("verdict", "grant"),
            ],
        )
        .await;

    assert_eq!(granted.status, 303, "{}", granted.text());
    let row = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    assert_eq!((row.state, row.stand_in.as_deref()), (AttendanceState::StandIn, Some("何联")));
    let other = recorded(&site, session, site.cast.colleague).await.expect("recorded");
    assert_eq!((other.state, other.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Private)));
}

#[actix_web::test]
async fn a_refusal_says_why_and_records_nothing() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.trainee, "private", "").await;
    let (id, line) = shown(&site, session, site.cast.trainee).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let fields = |answer: &'static str| {
        [
            ("shown", line.clone()),
            ("request", id.clone()),
            ("verdict", "refuse".to_owned()),
            ("answer", answer.to_owned()),
        ]
    };

    let bare = fields("");
    let without: Vec<(&str, &str)> = bare.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let without = leader.post(links::REQUESTS, &without).await;
    let request: RequestId = id.parse().expect("an id");
    let (page, seen) = (links::refuse_request(request), line.split_once('|').expect("id|version|seen").1);
    let (list, asked) = (leader.get(links::REQUESTS).await, leader.get(&page).await);
    let alone = leader.post(&page, &[("seen", seen), ("answer", " ")]).await;
    let worded = fields("当天有您的发言");
    let with: Vec<(&str, &str)> = worded.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let with = leader.post(links::REQUESTS, &with).await;

    assert_eq!((without.status, alone.status, with.status), (422, 422, 303));
    assert!(without.says("Say why it is refused"), "{}", without.text());
    assert!(list.body.contains(&format!("href=\"{page}\"")) && asked.says("杜维平"), "{}", asked.text());
    assert!(alone.says("Say why it is refused") && alone.body.contains("name=\"seen\""), "{}", alone.text());
    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let page = phone.get(links::session(session)).await;
    assert!(page.says("Refused") && page.says("当天有您的发言"), "{}", page.text());
}

#[actix_web::test]
async fn what_was_decided_is_listed_and_can_be_decided_the_other_way_in_its_reach() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, cast.trainee, "private", "").await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut foreign = site.signed_in_as(cast.leader_of_second_unit).await;
    let of_trainee = shown(&site, session, cast.trainee).await;
    grant(&mut leader, &of_trainee).await;
    let page = links::refuse_request(of_trainee.0.parse().expect("an id"));
    let (list, others) = (leader.get(links::REQUESTS).await, foreign.get(links::REQUESTS).await);
    let (id, line) = shown(&site, session, cast.trainee).await;
    let seen = line.split_once('|').expect("id|version|seen").1.to_owned();

    let by_foreigner = foreign.post(&page, &[("seen", &seen), ("answer", "人手不足")]).await;
    let again = grant(&mut leader, &(id, line)).await;
    let turned = leader.post(&page, &[("seen", &seen), ("answer", "人手不足")]).await;
    let cleared = recorded(&site, session, cast.trainee).await.is_none();
    let refused = leader.get(links::REQUESTS).await;
    let back = grant(&mut leader, &shown(&site, session, cast.trainee).await).await;

    assert!(list.says("Answered in the last 14 days (1)") && list.says("Refuse after all"), "{}", list.text());
    assert!(!others.says("杜维平") && by_foreigner.status == 404, "{}", others.text());
    assert_eq!((again.status, turned.status, back.status), (422, 303, 303), "{}", turned.text());
    assert!(cleared && refused.says("人手不足") && refused.says("Grant after all"), "{}", refused.text());
    let row = recorded(&site, session, cast.trainee).await.expect("recorded");
    assert_eq!((row.state, row.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Private)));
}

#[actix_web::test]
async fn who_checked_in_after_leave_was_granted_stays_present_when_it_is_taken_back() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, cast.trainee, "sick", "").await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let of_trainee = shown(&site, session, cast.trainee).await;
    grant(&mut leader, &of_trainee).await;
    site.set_clock("2024-07-08", "09:05");
    let seen = recorded(&site, session, cast.trainee).await.expect("on leave").stamp();
    let present = xuefa::attendance::Entry {
        person: cast.trainee.person,
        after: Some(xuefa::attendance::Recorded::plain(AttendanceState::Present, Method::RollCall)),
        seen,
    };
    let (hq, now) = (site.viewer(cast.hq).await, site.app.clock.now());
    let called = site.write(move |conn| {
        let entries = std::slice::from_ref(&present);
        attendance::record(conn, &hq, session, entries, attendance::Source::RollCall, "", now)
    });
    called.await.expect("recorded");
    // The login of that day has ended.
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let page = leader.get(links::attendance_of(session, cast.trainee.person)).await;
    let line = shown(&site, session, cast.trainee).await.1;
    let seen = line.split_once('|').expect("id|version|seen").1;

    let address = links::refuse_request(of_trainee.0.parse().expect("an id"));
    let turned = leader.post(&address, &[("seen", seen), ("answer", "已到会")]).await;

    assert!(page.says("Changed again since the answer"), "{}", page.text());
    assert_eq!(turned.status, 303, "{}", turned.text());
    let row = recorded(&site, session, cast.trainee).await.expect("recorded");
    assert_eq!(row.state, AttendanceState::Present);
    assert_eq!(requests_of(&site, session, cast.trainee).await[0].state, RequestState::Refused);
}

#[actix_web::test]
async fn before_check_in_opens_a_persons_page_offers_neither_presence_nor_absence() {
    let site = TestApp::start().await;
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let of_trainee = links::attendance_of(session, site.cast.trainee.person);
    let before = site.signed_in_as(site.cast.hq).await.get(&of_trainee).await;
    site.set_clock("2024-07-19", "08:45");

    let open = site.signed_in_as(site.cast.hq).await.get(&of_trainee).await;

    for value in ["present", "absent"] {
        let choice = format!("name=\"state\" value=\"{value}\"");
        assert!(!before.body.contains(&choice) && open.body.contains(&choice), "{value}: {}", before.text());
    }
    assert!(before.says("only leave, a stand-in or an exemption"), "{}", before.text());
}

#[actix_web::test]
async fn nobody_decides_their_own_and_what_a_leader_asks_goes_to_the_next_above_or_hq() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.leader_of_first_unit, "public", "").await;
    ask_leave(&site, session, site.cast.hq, "public", "").await;
    let of_leader = shown(&site, session, site.cast.leader_of_first_unit).await;
    let of_hq = shown(&site, session, site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (mine, others) = (leader.get(links::REQUESTS).await, hq.get(links::REQUESTS).await);

    let by_oneself = grant(&mut leader, &of_leader).await;
    let by_hq_itself = grant(&mut hq, &of_hq).await;
    let by_hq = grant(&mut hq, &of_leader).await;

    assert!(
        mine.says("No request waits for you") && others.says("Only the Office can decide (1)"),
        "{}",
        others.text()
    );
    for own in [&by_oneself, &by_hq_itself] {
        assert_eq!(own.status, 422);
        assert!(own.says("Your own request is decided by"), "{}", own.text());
    }
    assert_eq!(by_hq.status, 303, "{}", by_hq.text());
    assert!(recorded(&site, session, site.cast.hq).await.is_none());
    assert!(recorded(&site, session, site.cast.leader_of_first_unit).await.is_some());
}

#[actix_web::test]
async fn who_leads_a_unit_is_decided_about_above_it_and_not_by_who_leads_it_beside_them() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    let cast = site.cast.clone();
    let now = site.app.clock.now();
    let granted = site.write(move |conn| {
        let grant = xuefa::accounts::queries::insert_grant;
        grant(conn, cast.trainee.account, Role::Leader, Some(cast.first_unit), None, now)?;
        Ok(grant(conn, cast.stranger.account, Role::Leader, Some(cast.group), None, now)?)
    });
    granted.await.expect("two more leaders");
    let cast = site.cast.clone();
    ask_leave(&site, session, cast.trainee, "public", "").await;
    let line = shown(&site, session, cast.trainee).await;
    let mut beside = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut above = site.signed_in_as(cast.stranger).await;
    let of_trainee = links::attendance_of(session, cast.trainee.person);
    let (list, page, roll) = (
        beside.get(links::REQUESTS).await,
        beside.get(&of_trainee).await,
        beside.get(links::session_part(session, "roll")).await,
    );
    let others = site.signed_in_as(cast.hq).await.get(links::REQUESTS).await;

    let by_beside = grant(&mut beside, &line).await;
    let recorded_by_beside = beside.post(&of_trainee, &[("state", "exempt"), ("version", "0")]).await;
    let untouched = recorded(&site, session, cast.trainee).await.is_none();
    let by_above = grant(&mut above, &line).await;

    assert!(list.says("No request waits for you"), "{}", list.text());
    assert!(page.says("About the leader of a unit, the next leader above or the Office decides"), "{}", page.text());
    assert!(!roll.body.contains(&format!("state-{}", cast.trainee.person)), "the row is not for them to call");
    assert!(roll.body.contains(&format!("state-{}", cast.colleague.person)));
    assert!(others.says("Unit leaders can decide (1)") || !others.says("Only the Office can decide (1)"));
    assert_eq!((by_beside.status, recorded_by_beside.status, by_above.status), (404, 404, 303), "{}", by_above.text());
    assert!(untouched && recorded(&site, session, cast.trainee).await.is_some());
}

#[actix_web::test]
async fn leave_is_one_choice_and_a_name_is_asked_for_a_stand_in_only() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;

    let nobody = ask_leave(&site, session, site.cast.trainee, "stand_in", " ").await;
    let both = ask_leave(&site, session, site.cast.trainee, "sick", "周明").await;
    let nothing = ask_leave(&site, session, site.cast.trainee, "", "周明").await;
    let asked = ask_leave(&site, session, site.cast.trainee, "stand_in", "周明").await;

    assert_eq!((nobody.status, both.status, nothing.status, asked.status), (422, 422, 422, 303), "{}", asked.text());
    assert!(both.says("Choose “Stand-in”, or empty the name") && both.body.contains("周明"), "{}", both.text());
    let value = requests_of(&site, session, site.cast.trainee).await.remove(0).asked().expect("readable");
    let value = value.expect("a value");
    assert_eq!((value.state, value.leave_kind), (AttendanceState::StandIn, None));
    assert_eq!(value.stand_in.as_deref(), Some("周明"));
}

#[actix_web::test]
async fn a_foreign_leader_a_liaison_and_a_clerk_decide_nothing() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.trainee, "sick", "").await;
    let line = shown(&site, session, site.cast.trainee).await;
    let mut foreign = site.signed_in_as(site.cast.leader_of_second_unit).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let page = foreign.get(links::REQUESTS).await;

    let by_foreigner = grant(&mut foreign, &line).await;
    let by_liaison = grant(&mut liaison, &line).await;

    assert!(!page.says("杜维平"), "{}", page.text());
    assert_eq!((by_foreigner.status, by_liaison.status), (404, 404));
    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
}

#[actix_web::test]
async fn a_person_withdraws_what_is_undecided_and_nobody_else_does() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.trainee, "sick", "").await;
    let request = requests_of(&site, session, site.cast.trainee).await.remove(0);
    let (mut phone, mut other) =
        (site.signed_in_as(site.cast.trainee).await, site.signed_in_as(site.cast.colleague).await);

    let second = ask_leave(&site, session, site.cast.trainee, "public", "").await;
    let by_other = other.post(links::withdraw_request(request.id), &[]).await;
    let done = phone.post(links::withdraw_request(request.id), &[]).await;
    let again = phone.post(links::withdraw_request(request.id), &[]).await;

    assert_eq!((second.status, by_other.status, done.status), (422, 404, 303));
    assert!(second.says("A request is waiting for a decision"), "{}", second.text());
    assert!(again.status >= 400, "{}", again.text());
    let page = phone.get(links::session(session)).await;
    assert!(page.says("Withdrawn by 杜维平"), "{}", page.text());
    assert_eq!(requests_of(&site, session, site.cast.trainee).await[0].state, RequestState::Withdrawn);
    assert_eq!(ask_leave(&site, session, site.cast.trainee, "public", "").await.status, 303);
}

#[actix_web::test]
async fn who_checked_in_after_asking_for_leave_stays_present() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Published, None).await;
    ask_leave(&site, session, site.cast.trainee, "sick", "").await;
    let present = xuefa::attendance::Entry {
        person: site.cast.trainee.person,
        after: Some(xuefa::attendance::Recorded::plain(AttendanceState::Present, Method::RollCall)),
        seen: 0,
    };
    site.set_clock("2024-07-08", "09:05");
    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    let called = site.write(move |conn| {
        let entries = std::slice::from_ref(&present);
        attendance::record(conn, &hq, session, entries, attendance::Source::RollCall, "", now)
    });
    called.await.expect("recorded");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let granted = grant(&mut leader, &shown(&site, session, site.cast.trainee).await).await;

    assert_eq!(granted.status, 422);
    assert!(granted.says("was there, so leave cannot be granted"), "{}", granted.text());
    let row = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    assert_eq!(row.state, AttendanceState::Present);
}

/// L-04.
#[actix_web::test]
async fn after_confirmation_a_correction_needs_hq_and_keeps_both_values_with_reason_and_who() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Confirmed, Some(AttendanceState::Absent)).await;
    site.set_clock("2024-07-10", "09:00");
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let asked = phone
        .post(
            links::session_part(session, "correction"),
            &[("state", "present"), ("reason", "当天在主会场，签到表上有签名")],
        )
        .await;
    let line = shown(&site, session, site.cast.trainee).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let report = hq.get(links::session_report(session)).await;

    let by_leader = grant(&mut leader, &line).await;
    let by_hq = grant(&mut hq, &line).await;

    assert_eq!((asked.status, by_leader.status, by_hq.status), (303, 422, 303), "{}", by_hq.text());
    assert!(report.says("corrected after confirmation 0"), "{}", report.text());
    let row = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    assert_eq!((row.state, row.method), (AttendanceState::Present, Method::Request));
    let history = phone.get(links::attendance_of(session, site.cast.trainee.person)).await;
    assert!(history.says("Absent → Present") && history.says("方静"), "{}", history.text());
    assert!(history.says("当天在主会场，签到表上有签名"), "{}", history.text());
    assert!(hq.get(links::session_report(session)).await.says("corrected after confirmation 1"));
}

#[actix_web::test]
async fn a_leaders_own_correction_after_confirmation_is_put_to_hq_and_changes_nothing_until_then() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Confirmed, Some(AttendanceState::Absent)).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let of_trainee = links::attendance_of(session, site.cast.trainee.person);
    let page = leader.get(&of_trainee).await;

    let asked = leader
        .post(
            links::ask_correction_of(session, site.cast.trainee.person),
            &[("state", "leave"), ("leave_kind", "public"), ("reason", "当天出差"), ("version", "1")],
        )
        .await;
    let unchanged = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let granted = grant(&mut hq, &shown(&site, session, site.cast.trainee).await).await;

    assert!(page.says("a correction needs the Office"), "{}", page.text());
    assert_eq!((asked.status, granted.status), (303, 303), "{} {}", asked.text(), granted.text());
    assert_eq!(unchanged.state, AttendanceState::Absent);
    let row = recorded(&site, session, site.cast.trainee).await.expect("recorded");
    assert_eq!((row.state, row.recorded_by), (AttendanceState::Leave, Some(site.cast.hq.person)));
    let history = leader.get(&of_trainee).await;
    assert!(history.says("by 程诚") && history.says("当天出差"), "{}", history.text());
}

#[actix_web::test]
async fn a_granted_correction_that_is_taken_back_gives_back_what_stood_with_its_time() {
    use diesel::prelude::*;
    use xuefa::store::schema::attendance;
    for (state, then) in [("leave", AttendanceState::Leave), ("clear", AttendanceState::Absent)] {
        let site = TestApp::start().await;
        let session = given(&site, SessionState::Confirmed, Some(AttendanceState::Present)).await;
        let (trainee, at) = (site.cast.trainee, site.app.clock.now());
        let arrived = site.write(move |conn| {
            let row = attendance::table.filter(attendance::person_id.eq(trainee.person));
            Ok(diesel::update(row).set(attendance::arrived_at.eq(Some(at))).execute(conn)?)
        });
        assert_eq!(arrived.await.expect("an arrival"), 1);
        let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
        let mut hq = site.signed_in_as(site.cast.hq).await;
        let asked = leader
            .post(
                links::ask_correction_of(session, trainee.person),
                &[("state", state), ("leave_kind", "public"), ("reason", "当天出差"), ("version", "1")],
            )
            .await;
        let granted = grant(&mut hq, &shown(&site, session, trainee).await).await;
        let between = recorded(&site, session, trainee).await.map(|row| row.state);
        let (id, line) = shown(&site, session, trainee).await;
        let seen = line.split_once('|').expect("id|version|seen").1;

        let refuse = links::refuse_request(id.parse().expect("an id"));
        let refused = hq.post(&refuse, &[("seen", seen), ("answer", "核对签到记录无误")]).await;

        assert_eq!((asked.status, granted.status, refused.status), (303, 303, 303), "{}", refused.text());
        assert_eq!(between, Some(then), "{state}");
        let row = recorded(&site, session, trainee).await.expect("recorded");
        assert_eq!((row.state, row.arrived_at), (AttendanceState::Present, Some(at)), "{state}");
    }
}

#[actix_web::test]
async fn a_correction_is_asked_for_within_the_days_that_hq_set() {
    let site = TestApp::start().await;
    let session = given(&site, SessionState::Confirmed, Some(AttendanceState::Absent)).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let fields = [("state", "present"), ("reason", "当天在场")];
    site.set_clock("2024-07-23", "11:01");
    let late = phone.post(links::session_part(session, "correction"), &fields).await;
    let page = phone.get(links::session(session)).await;
    let own = phone.get(links::attendance_of(session, site.cast.trainee.person)).await;
    let feedback = phone.get(links::feedback_about(session)).await;
    let escaped = format!("session&#x3D;{session}\">Write to the Office");
    let title = site.app.db.read(move |conn| Ok(xuefa::training::queries::find_session(conn, session)?.title)).await;
    let title = title.expect("a session");

    site.set_clock("2024-07-23", "11:00");
    let in_time = phone.post(links::session_part(session, "correction"), &fields).await;

    assert!(late.status >= 400 && !page.says("Ask for a correction"), "{} {}", late.status, page.text());
    for page in [&page, &own] {
        assert!(page.says("that time is over") && page.body.contains(&escaped), "{}", page.text());
    }
    assert!(feedback.body.contains(&format!("my record in “{title}”")), "{}", feedback.text());
    assert_eq!(in_time.status, 303, "{}", in_time.text());
}

#[actix_web::test]
async fn several_are_marked_at_once_from_the_list_with_the_reason_that_is_needed() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let present = Some(AttendanceState::Present);
    let roll = [(cast.trainee, present), (cast.colleague, present), (cast.stranger, None)];
    let session = site.given_session("2024-07-05", SessionState::Closed, &roll).await;
    let mut hq = site.signed_in_as(cast.hq).await;
    let at = links::session_part(session, "several");
    let stamp = recorded(&site, session, cast.trainee).await.expect("recorded").stamp();
    let seen = |member: Member, stamp: i64| format!("{}|{stamp}", member.person);
    let (first, second, third) = (seen(cast.trainee, stamp), seen(cast.colleague, stamp), seen(cast.stranger, 0));
    let list = hq.get(format!("{}?state=present", links::session(session))).await;
    let page = hq.get(format!("{at}?person={}&person={}", cast.trainee.person, cast.colleague.person)).await;

    let both = [("seen", first.as_str()), ("seen", second.as_str()), ("mark", "late")];
    let bare = hq.post(&at, &both).await;
    let done = hq.post(&at, &[&both[..], &[("reason", "签到表注明")]].concat()).await;
    let absent = hq.post(&at, &[("seen", third.as_str()), ("mark", "late"), ("reason", "签到表注明")]).await;
    let exempt = hq.post(&at, &[("seen", third.as_str()), ("mark", "exempt")]).await;

    assert!(list.says("Mark those ticked") && page.says("2 ticked"), "{}", page.text());
    assert_eq!((bare.status, done.status, absent.status, exempt.status), (422, 303, 422, 303), "{}", done.text());
    assert!(absent.says("王强 is not recorded as present"), "{}", absent.text());
    for member in [cast.trainee, cast.colleague] {
        let row = recorded(&site, session, member).await.expect("recorded");
        assert!(row.late && row.state == AttendanceState::Present);
    }
    let row = recorded(&site, session, cast.stranger).await.expect("recorded");
    assert_eq!(row.state, AttendanceState::Exempt);
}
