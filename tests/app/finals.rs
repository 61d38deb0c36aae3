//! Final reports: frozen, numbered, replaced, held against today, and drawn from.

use crate::duties::{given, new};
use crate::reports::given_session;
use crate::support::{Answer, Browser, Member, TestApp};
use diesel::prelude::*;
use xuefa::access::Role;
use xuefa::accounts::NewGrant;
use xuefa::attendance::{self, MakeUpKind};
use xuefa::links;
use xuefa::store::ids::SessionId;
use xuefa::store::schema::{meeting_people, meetings};
use xuefa::training::SessionState;

async fn make_final(hq: &mut Browser, session: SessionId) -> Answer {
    hq.post(links::make_final(session), &[]).await
}

/// HQ corrects somebody with a reason, a minute later.
pub async fn correct(site: &TestApp, hq: &mut Browser, session: SessionId, member: Member, state: &str) {
    let now = site.app.clock.now();
    site.app.clock.set(now + chrono::TimeDelta::minutes(1));
    let at = links::attendance_of(session, member.person);
    let form = hq.get(&at).await.body;
    let version = form.split_once("name=\"version\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let version = version.expect("a version").0;
    let answer = hq.post(&at, &[("state", state), ("reason", "按现场照片更正"), ("version", version)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[actix_web::test]
async fn a_report_is_numbered_once_it_is_final_and_marked_as_a_draft_before() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let asked = hq.get(links::make_final(session)).await;
    let made = make_final(&mut hq, session).await;
    let paper = hq.get("/reports/final/2024-0001").await;
    let live = hq.get(links::session_report(session)).await;
    let file = hq.get("/reports/final/2024-0001.csv").await;
    let live_file = hq.get(links::session_report_csv(session)).await;

    assert!(asked.says("frozen as they stand now"), "{}", asked.text());
    assert!(
        asked.says("Expected 3 Exempt 0 Due 3 Present 1 Leave 1 Stand-in 0 Absent 1 Made up 1"),
        "{}",
        asked.text()
    );
    assert!(asked.says("Participation 66.7% (2/3)"), "{}", asked.text());
    assert_eq!((made.status, made.header("location")), (303, Some("/reports/final/2024-0001")));
    assert!(paper.says("Report no. 2024-0001") && !paper.body.contains("paper-is-draft"), "{}", paper.text());
    assert!(paper.body.contains("class=\"paper-qr\"><svg"), "a QR");
    assert!(paper.says("figures are the same as on this paper."));
    assert!(paper.says("Attendance rate 33.3% (1/3), participation rate 66.7% (2/3), make-up rate 50% (1/2)"));
    assert!(live.body.contains("paper-is-draft") && live.body.contains("href=\"/reports/final/2024-0001\""));
    assert_eq!(file.body, live_file.body, "the same list");
    let name = |answer: &Answer| answer.header("content-disposition").unwrap_or_default().to_owned();
    assert!(name(&file).ends_with("-2024-07-04-2024-0001.csv") && name(&live_file).ends_with("-2024-07-04-Draft.csv"));
}

#[actix_web::test]
async fn only_hq_makes_a_report_final_and_only_of_a_confirmed_session() {
    let site = TestApp::start().await;
    let (closed, confirmed) =
        (given_session(&site, SessionState::Closed).await, given_session(&site, SessionState::Confirmed).await);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let early = make_final(&mut hq, closed).await;
    let asked = hq.get(links::make_final(closed)).await;
    let of_leader = make_final(&mut leader, confirmed).await;

    assert_eq!(early.status, 422);
    assert!(early.says("once the session is confirmed"), "{}", early.text());
    assert_eq!((asked.status, asked.header("location")), (303, Some(links::session(closed).as_str())));
    assert_eq!(of_leader.status, 404);
    assert_eq!(hq.get("/reports/final/2024-0001").await.status, 404);
}

#[actix_web::test]
async fn a_later_correction_leaves_the_paper_and_is_listed_beside_it_with_its_reason() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    make_final(&mut hq, session).await;

    let again = make_final(&mut hq, session).await;
    correct(&site, &mut hq, session, site.cast.stranger, "present").await;
    let paper = hq.get("/reports/final/2024-0001").await;
    let second = make_final(&mut hq, session).await;
    let (first, new) = (hq.get("/reports/final/2024-0001").await, hq.get("/reports/final/2024-0002").await);

    assert_eq!(again.header("location"), Some("/reports/final/2024-0001"), "nothing had changed");
    assert!(paper.says("records differ for 1 person."), "{}", paper.text());
    assert!(paper.says("Reason: 按现场照片更正") && paper.says("after confirmation"), "{}", paper.text());
    for changed in [
        "Corrected after confirmation 0 → 1",
        "Make-up rate 50% →",
        "Units and categories that have changed",
        ", Leave 1 → 0",
    ] {
        assert!(paper.says(changed), "{changed}: {}", paper.text());
    }
    assert!(paper.says("Expected 3, due 3, present 1, on leave 1"), "the paper stays: {}", paper.text());
    assert_eq!(second.header("location"), Some("/reports/final/2024-0002"));
    assert!(first.says("This report has been replaced by Report no. 2024-0002"), "{}", first.text());
    assert!(
        new.says("Expected 3, due 3, present 2, on leave 0") && new.says("It replaced 2024-0001"),
        "{}",
        new.text()
    );
    assert!(new.says("figures are the same as on this paper."));
}

#[actix_web::test]
async fn a_correction_after_the_final_report_is_said_wherever_the_office_and_inspectors_look() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let inspector = crate::permissions::inspector_of(&site, site.cast.second_unit).await;
    let of_first = site.given_people(site.cast.office, "JC", 1).await[0];
    let until = site.app.clock.now() + chrono::TimeDelta::days(2);
    let first_unit = Some(site.cast.first_unit);
    given(&site, of_first, NewGrant { unit: first_unit, ends_at: Some(until), ..new(Role::Inspector) }).await;
    site.signed_in_as(of_first).await.post(links::NOTICE, &[]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    make_final(&mut hq, session).await;
    let person = links::attendance_of(session, site.cast.stranger.person);
    let said = "The records of 1 person were corrected after report 2024-0001 was made final";
    let again = format!("<a href=\"{}\">Make it final again</a>", links::make_final(session));

    let before = (hq.get(links::session(session)).await, hq.get(links::session_report(session)).await);
    let form = hq.get(&person).await;
    correct(&site, &mut hq, session, site.cast.stranger, "present").await;
    let after = [hq.get(links::session(session)).await, hq.get(&person).await];
    let report = hq.get(links::session_report(session)).await;
    let paper = hq.get("/reports/final/2024-0001").await;
    let list = site.signed_in_as(inspector).await.get("/inspection").await;
    let of_others = site.signed_in_as(of_first).await.get("/inspection").await;
    let live = site.signed_in_as(inspector).await.get(links::session_report(session)).await;
    let excerpt = site.signed_in_as(of_first).await.get("/reports/final/2024-0001").await;
    make_final(&mut hq, session).await;
    let at_last = hq.get(links::session(session)).await;

    assert!(!before.0.says("were corrected after") && before.1.says("the same as in final report 2024-0001"));
    assert!(form.says("A correction leaves it as it is"), "{}", form.text());
    for page in &after {
        assert!(page.says(said) && page.body.contains(&again), "{}", page.text());
    }
    assert!(report.says("records for 1 person."), "{}", report.text());
    assert!(report.body.contains(&again) && paper.body.contains(&again), "{}", report.text());
    assert!(list.says("Final 2024-0001 Corrected since: 1"), "{}", list.text());
    // Of a unit nobody learns what was corrected in another, and is told so.
    assert!(of_others.says("Final 2024-0001") && !of_others.says("Corrected since"), "{}", of_others.text());
    assert!(excerpt.says("corrections in other units are not counted here"), "{}", excerpt.text());
    assert!(excerpt.says("ask the Office for leave to read the whole"), "{}", excerpt.text());
    assert!(live.body.contains("/reports/final/2024-0001") && !live.body.contains("Make it final again"));
    assert!(!at_last.says("were corrected after"), "{}", at_last.text());
}

#[actix_web::test]
async fn behind_a_number_everybody_finds_what_is_within_their_reach() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    make_final(&mut site.signed_in_as(site.cast.hq).await, session).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let paper = leader.get("/reports/final/2024-0001").await;
    let file = leader.get("/reports/final/2024-0001.csv").await;
    let found = leader.get("/reports/final?number=2024-1").await;
    let copied = leader.get("/reports/final?number=%E7%BC%96%E5%8F%B7%202024%EF%BC%8D0001").await;
    let missing = leader.get("/reports/final?number=2024-0002").await;
    let unreadable = leader.get("/reports/final?number=abc").await;
    let of_trainee = site.signed_in_as(site.cast.trainee).await.get("/reports/final/2024-0001").await;
    let scanned = leader.get("/reports/final/2024-0002").await;

    assert_eq!(scanned.status, 404);
    assert!(scanned.says("Hold it against the paper"), "{}", scanned.text());
    assert!(paper.says("Expected 2,") && paper.says("杜维平") && !paper.says("王强"), "{}", paper.text());
    assert!(
        paper.says("Report no. 2024-0001 (excerpt)") && paper.says("attendance report (excerpt)"),
        "{}",
        paper.text()
    );
    assert!(paper.says("Report 2024-0001 is on record here"), "{}", paper.text());
    assert!(file.body.contains("杜维平") && !file.body.contains("王强"));
    assert_eq!((found.status, found.header("location")), (303, Some("/reports/final/2024-0001")));
    assert_eq!(copied.header("location"), Some("/reports/final/2024-0001"), "as it stands on the paper");
    assert_eq!(unreadable.status, 422);
    assert!(unreadable.says("Give the year and the number, such as 2026-0012"), "{}", unreadable.text());
    assert_eq!(missing.status, 422);
    assert!(
        missing.says("There is no report with this number within what you may see")
            && missing.body.contains("value=\"2024-0002\"")
    );
    assert_eq!(of_trainee.status, 404);
}

#[actix_web::test]
async fn an_excerpt_keeps_the_numbers_of_the_paper() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    make_final(&mut site.signed_in_as(site.cast.hq).await, session).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_second_unit).await;

    let paper = leader.get("/reports/final/2024-0001").await;
    let drawn = leader.get("/reports/final/2024-0001?n=1&draw=aaaa").await;
    let file = leader.get("/reports/final/2024-0001.csv").await;
    let draft = leader.get(format!("/sessions/{session}/report.csv")).await;

    // The third of the whole list, and the only one of this unit.
    assert!(paper.body.contains("<td class=\"number\">3</td>") && paper.says("王强"), "{}", paper.text());
    assert!(drawn.says("3 王强"), "{}", drawn.text());
    assert!(file.body.lines().any(|line| line.starts_with("3,") && line.contains("王强")), "{}", file.body);
    assert!(draft.body.lines().any(|line| line.starts_with("1,") && line.contains("王强")), "{}", draft.body);
}

#[actix_web::test]
async fn a_spot_check_shows_the_trail_of_those_drawn_and_its_address_draws_them_again() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    make_final(&mut hq, session).await;
    correct(&site, &mut hq, session, site.cast.stranger, "present").await;

    let drawn = hq.get("/reports/final/2024-0001?n=3").await;
    let at = drawn.header("location").expect("an address of its own").to_owned();
    let first = hq.get(&at).await;
    let wrong = hq.get("/reports/final/2024-0001?n=51").await;
    let draw = |name: &str| format!("/reports/final/2024-0001?n=1&draw={name}");
    let names = ["杜维平", "李敏", "王强"];
    let mut by_draw = Vec::new();
    for name in ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh"] {
        let page = hq.get(draw(name)).await;
        let again = hq.get(draw(name)).await;
        let check = |page: &Answer| {
            let text = page.body.split_once("id=\"check\"").expect("a check").1.to_owned();
            let end = text.find("</details>").expect("its end");
            names.iter().position(|name| text[..end].contains(name)).expect("somebody")
        };
        assert_eq!(check(&page), check(&again), "{name}");
        by_draw.push(check(&page));
    }

    assert!(first.says("Reason: 按现场照片更正") && first.says("Roll call"), "{}", first.text());
    // What stood first stays in the trail, and the state says of when it is.
    assert!(first.says("When made final On leave → Today Present"), "{}", first.text());
    assert!(first.says("When made final and today Absent"), "{}", first.text());
    assert!(first.says("First recorded: On leave Roll call 4 Jul 14:30"), "{}", first.text());
    assert!(first.says("First recorded: Present Own check-in 4 Jul 14:30"), "{}", first.text());
    assert_eq!(wrong.status, 422);
    assert!(wrong.says("Give a number from 1 to 50.") && wrong.body.contains("value=\"51\""), "{}", wrong.text());
    assert!(first.says("How many people (1 to 50)"), "{}", first.text());
    by_draw.sort_unstable();
    by_draw.dedup();
    assert!(by_draw.len() > 1, "not always the same person");
}

#[actix_web::test]
async fn a_spot_check_says_by_which_meeting_somebody_made_up_and_who_handed_it_in() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let meeting = crate::evidence::given_meeting(&site).await;
    let (person, liaison) = (site.cast.stranger.person, site.cast.liaison_of_first_unit.person);
    let (held_on, submitted_at) = ("2024-07-04".parse::<chrono::NaiveDate>(), site.moment("2024-07-04", "18:00"));
    let held_on = held_on.expect("a date");
    let made_up = site.write(move |conn| {
        diesel::update(meetings::table.filter(meetings::id.eq(meeting)))
            .set((
                (meetings::session_id.eq(session), meetings::state.eq("submitted"), meetings::held_on.eq(held_on)),
                (meetings::submitted_by.eq(liaison), meetings::submitted_at.eq(submitted_at)),
            ))
            .execute(conn)?;
        diesel::insert_into(meeting_people::table)
            .values((
                (meeting_people::meeting_id.eq(meeting), meeting_people::person_id.eq(person)),
                (meeting_people::presence.eq("present"), meeting_people::position.eq(1)),
                (
                    meeting_people::name.eq("王强"),
                    meeting_people::post.eq("经理"),
                    meeting_people::unit_name.eq("单位"),
                ),
            ))
            .execute(conn)?;
        attendance::made_up(conn, session, person, MakeUpKind::ExchangeMeeting)
    });
    assert!(made_up.await.expect("a write"), "made up");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    make_final(&mut hq, session).await;

    let drawn = hq.get("/reports/final/2024-0001?n=3&draw=abcd1234").await;

    assert!(drawn.says("make-up: Exchange meeting held on 4 July 2024 submitted by "), "{}", drawn.text());
    assert!(drawn.says("4 Jul 18:00"), "{}", drawn.text());
}
