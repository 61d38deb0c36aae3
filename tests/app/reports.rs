//! The attendance report: figures, reach, files.

use crate::support::{Answer, Member, TestApp};
use xuefa::attendance::model::{Attendance, AttendanceState, MakeUp, Method};
use xuefa::attendance::queries as attendance;
use xuefa::links;
use xuefa::organization::Category;
use xuefa::store::ids::{SessionId, UnitId};
use xuefa::training::audience::Audience;
use xuefa::training::plan::{Plan, PlannedVenue};
use xuefa::training::{RosterRow, Session, SessionState, VenueKind, queries as training};

/// A session with the trainee present, the colleague absent, and the second unit's stranger on leave.
pub async fn given_session(site: &TestApp, state: SessionState) -> SessionId {
    let (starts_at, ends_at) = (site.moment("2024-07-04", "14:30"), site.moment("2024-07-04", "16:30"));
    let plan = Plan {
        title: "信访工作法治化培训会".to_owned(),
        purpose: String::new(),
        speaker: "授课人".to_owned(),
        organiser: "信访办公室".to_owned(),
        requirements: String::new(),
        remark: String::new(),
        starts_at,
        ends_at,
        opens_before_minutes: 30,
        study_minutes: 120,
        documents: Vec::new(),
        topics: Vec::new(),
        readings: Vec::new(),
        venues: vec![PlannedVenue::new("三楼会议室", VenueKind::Main)],
        audience: Audience::default(),
        reply_by: None,
        make_up_of: None,
    };
    let session = Session {
        id: SessionId(0),
        title: plan.title.clone(),
        purpose: String::new(),
        speaker: plan.speaker.clone(),
        organiser: plan.organiser.clone(),
        requirements: String::new(),
        remark: String::new(),
        starts_at,
        ends_at,
        opens_before_minutes: 30,
        study_minutes: 120,
        state,
        revision: 0,
        created_by: None,
        published_at: Some(starts_at),
        closed_at: None,
        confirmed_at: None,
        cancelled_at: None,
        state_reason: None,
        version: 1,
        reply_by: None,
        make_up_of: None,
    };
    let cast = site.cast.clone();
    let came = |of: Member, state, name: &'static str, unit: UnitId, category| (of, state, name, unit, category);
    let people = [
        came(cast.trainee, AttendanceState::Present, "杜维平", cast.first_unit, Category::EnterpriseLeadership),
        came(cast.colleague, AttendanceState::Absent, "=李敏", cast.branch_of_first_unit, Category::Staff),
        came(cast.stranger, AttendanceState::Leave, "王强", cast.second_unit, Category::EnterpriseLeadership),
    ];
    let made = site.write(move |conn| {
        let id = training::insert_as_it_stands(conn, &session, &plan)?;
        let venue = training::list_venues(conn, id)?[0].id;
        let mut rows = Vec::new();
        let mut states = Vec::new();
        for (position, (member, state, name, unit, category)) in (1..).zip(people) {
            rows.push(RosterRow {
                session_id: id,
                person_id: member.person,
                position,
                unit_id: unit,
                unit_name: format!("单位{unit}"),
                name: name.to_owned(),
                post: "经理".to_owned(),
                category,
                venue_id: venue,
            });
            states.push(Attendance {
                session_id: id,
                person_id: member.person,
                state,
                late: false,
                left_early: false,
                method: if state == AttendanceState::Present { Method::Code } else { Method::RollCall },
                venue_id: Some(venue),
                leave_kind: None,
                stand_in: None,
                make_up: if state == AttendanceState::Absent { MakeUp::Done } else { MakeUp::None },
                make_up_kind: None,
                arrived_at: (state == AttendanceState::Present).then_some(starts_at),
                recorded_by: None,
                recorded_at: starts_at,
                version: 1,
                device: None,
                code_until: None,
            });
        }
        training::insert_roster(conn, &rows)?;
        attendance::insert_rows(conn, &states)?;
        Ok(id)
    });
    made.await.expect("a session")
}

async fn report(site: &TestApp, member: Member, session: SessionId, ending: &str) -> Answer {
    site.signed_in_as(member).await.get(format!("/sessions/{session}/report{ending}")).await
}

/// O-07.
#[actix_web::test]
async fn the_figures_of_the_report_are_those_of_its_rows_and_its_file_holds_the_same_rows() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;

    let page = report(&site, site.cast.hq, session, "").await;
    let file = report(&site, site.cast.hq, session, ".csv").await;

    assert_eq!((page.status, file.status), (200, 200));
    assert!(page.says("Expected 3, due 3, present 1, on leave 1, stand-in 0, absent 1, exempt 0"), "{}", page.text());
    assert!(page.says("Attendance rate 33.3% (1/3), participation rate 66.7% (2/3), make-up rate 50% (1/2)"));
    let text = file.body.strip_prefix('\u{feff}').expect("a byte-order mark");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[2].contains(",'=李敏,"), "{}", lines[2]);
    assert_eq!(lines[1..].iter().filter(|line| line.contains(",Absent,")).count(), 1);
    let kept = file.headers.iter().find(|(name, _)| name == "content-disposition").map(|(_, value)| value.as_str());
    assert!(kept.is_some_and(|value| value.contains("filename*=UTF-8''%E4%BF%A1")), "{kept:?}");
    let named = links::percent("培训会 - attendance report-2024-07-04-Draft.csv");
    assert!(kept.is_some_and(|value| value.ends_with(&named)), "the file is called as the paper is: {kept:?}");
}

#[actix_web::test]
async fn a_leader_finds_the_own_unit_and_below_and_nobody_else() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;

    let own = report(&site, site.cast.leader_of_first_unit, session, "").await;
    let file = report(&site, site.cast.leader_of_second_unit, session, ".csv").await;
    let trainee = report(&site, site.cast.trainee, session, "").await;

    assert!(own.says("only these units") && own.says("attendance report (excerpt)"), "{}", own.text());
    assert!(own.says("Expected 2,") && own.says("杜维平") && !own.says("王强"));
    assert!(file.body.contains("王强") && !file.body.contains("杜维平"));
    assert_eq!(trainee.status, 404);
}

#[actix_web::test]
async fn until_it_is_made_final_the_report_is_a_draft() {
    let site = TestApp::start().await;
    for state in [SessionState::Closed, SessionState::Confirmed] {
        let session = given_session(&site, state).await;

        let page = report(&site, site.cast.hq, session, "").await;

        assert!(page.body.contains("paper-is-draft") && page.says("Draft"), "{state:?}");
        assert_eq!(page.says("Make the report final"), state == SessionState::Confirmed);
    }
}

#[actix_web::test]
async fn the_sign_in_sheet_has_everybody_of_a_venue_and_is_for_hq_and_its_clerks() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Published).await;
    let clerk = site.cast.colleague;
    let address = format!("/sessions/{session}/sheet");

    let before = site.signed_in_as(clerk).await.get(&address).await;
    let appointed = site.write(move |conn| {
        let venue = training::list_venues(conn, session)?[0].id;
        Ok(training::insert_clerk(conn, session, venue, clerk.person)?)
    });
    appointed.await.expect("a clerk");
    let after = site.signed_in_as(clerk).await.get(&address).await;
    let of_hq = site.signed_in_as(site.cast.hq).await.get(&address).await;

    assert_eq!((before.status, after.status, of_hq.status), (404, 200, 200));
    for name in ["杜维平", "李敏", "王强"] {
        assert!(of_hq.says(name), "{name}");
    }
    assert!(of_hq.says("Expected 3"));
}
