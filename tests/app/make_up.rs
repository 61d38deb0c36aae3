//! A session that makes up for another, from its plan to what the report of the one that was missed says.

use crate::support::facts::{made_up, recorded};
use crate::support::{Member, TestApp};
use xuefa::attendance::{self, AttendanceState, Entry, MakeUp, MakeUpKind, Method, Recorded, Source};
use xuefa::links;
use xuefa::store::ids::SessionId;
use xuefa::training::{self, Session, SessionState};

async fn session(site: &TestApp, id: SessionId) -> Session {
    site.app.db.read(move |conn| training::queries::find_session(conn, id)).await.expect("a session")
}

async fn record(site: &TestApp, session: SessionId, member: Member, state: AttendanceState, reason: &'static str) {
    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    let seen = recorded(site, session, member).await.map_or(0, |row| row.stamp());
    let entry = Entry { person: member.person, after: Some(Recorded::plain(state, Method::RollCall)), seen };
    let done = site.write(move |conn| {
        attendance::record(conn, &hq, session, std::slice::from_ref(&entry), Source::OnePerson, reason, now)
    });
    done.await.expect("recorded");
}

#[actix_web::test]
async fn who_was_present_in_the_make_up_session_has_made_up_until_that_is_corrected() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let missed = site
        .given_session(
            "2024-07-01",
            SessionState::Confirmed,
            &[
                (cast.leader_of_first_unit, Some(AttendanceState::Present)),
                (cast.trainee, Some(AttendanceState::Absent)),
                (cast.colleague, Some(AttendanceState::Leave)),
                (cast.stranger, Some(AttendanceState::Absent)),
            ],
        )
        .await;
    let stranger = cast.stranger.person;
    let studied = site.write(move |conn| attendance::made_up(conn, missed, stranger, MakeUpKind::AcceptedStudy));
    studied.await.expect("made up");
    let mut hq = site.signed_in_as(cast.hq).await;
    let page = hq.get(links::session(missed)).await;
    let form = hq.get(links::new_make_up_session(missed)).await;

    let planned = hq
        .post(
            links::NEW_SESSION,
            &[
                ("title", "补课"),
                ("day", "2024-07-08"),
                ("starts", "14:00"),
                ("ends", "16:00"),
                ("opens_before_minutes", "30"),
                ("study_hours", "2"),
                ("venue_name", "三楼会议室"),
                ("venue_kind", "main"),
                ("venue_way", "1-phone"),
                ("added", "trainee 杜维平\ncolleague 李敏"),
                ("make_up_of", &missed.to_string()),
            ],
        )
        .await;
    let check = planned.location.clone().expect("the check page");
    let make_up: SessionId = check.split('/').nth(2).and_then(|id| id.parse().ok()).expect("a session");
    let published = hq.post(links::session_part(make_up, "publish"), &[("version", "1")]).await;

    assert!(page.says("Plan a make-up session") && page.says("2 outstanding"), "{}", page.text());
    assert!(form.says("trainee 杜维平") && form.says("colleague 李敏"), "{}", form.text());
    assert!(!form.says("王强") && !form.says("程诚"), "{}", form.text());
    assert_eq!(published.status, 303, "{}", published.text());
    assert_eq!(session(&site, make_up).await.make_up_of, Some(missed));

    site.set_clock("2024-07-08", "14:05");
    record(&site, make_up, cast.trainee, AttendanceState::Present, "").await;
    let before = made_up(&site, missed, cast.trainee).await;
    site.set_clock("2024-07-08", "16:30");
    let mut hq = site.signed_in_as(cast.hq).await;
    for step in ["close", "confirm"] {
        let version = session(&site, make_up).await.version.to_string();
        let done = hq.post(links::session_part(make_up, step), &[("version", &version)]).await;
        assert_eq!(done.status, 303, "{}", done.text());
    }

    assert_eq!(before, (MakeUp::None, None));
    assert_eq!(made_up(&site, missed, cast.trainee).await, (MakeUp::Done, Some(MakeUpKind::Session)));
    assert_eq!(made_up(&site, missed, cast.colleague).await, (MakeUp::None, None));
    let page = hq.get(links::session(missed)).await;
    assert!(page.says("3 not there: make-up session 1") && page.says("1 outstanding"), "{}", page.text());
    let report = hq.get(links::session_report(missed)).await;
    assert!(report.says("Made up by make-up session 1") && report.says("accepted study 1"), "{}", report.text());

    record(&site, make_up, cast.trainee, AttendanceState::Absent, "名字登记错了").await;
    let corrected = made_up(&site, missed, cast.trainee).await;
    record(&site, make_up, cast.trainee, AttendanceState::Present, "更正无误").await;
    let again = made_up(&site, missed, cast.trainee).await;
    let version = session(&site, make_up).await.version.to_string();
    let reopened =
        hq.post(links::session_part(make_up, "reopen"), &[("version", &version), ("reason", "补录签到表")]).await;

    assert_eq!(corrected, (MakeUp::Due, None));
    assert_eq!(again, (MakeUp::Done, Some(MakeUpKind::Session)));
    assert_eq!(reopened.status, 303, "{}", reopened.text());
    assert_eq!(made_up(&site, missed, cast.trainee).await, (MakeUp::Due, None));
    // What was made up in another way is not touched.
    assert_eq!(made_up(&site, missed, cast.stranger).await, (MakeUp::Done, Some(MakeUpKind::AcceptedStudy)));
}

#[actix_web::test]
async fn a_check_in_taken_back_after_the_make_up_session_was_confirmed_makes_it_due_again() {
    let site = TestApp::start().await;
    let (trainee, stranger) = (site.cast.trainee, site.cast.stranger);
    let absent = Some(AttendanceState::Absent);
    let missed =
        site.given_session("2024-07-01", SessionState::Confirmed, &[(trainee, absent), (stranger, absent)]).await;
    let make_up = site.given_session("2024-07-05", SessionState::Published, &[(trainee, None), (stranger, None)]).await;
    let linked = site.write(move |conn| {
        use diesel::prelude::*;
        use xuefa::store::schema::sessions;
        let row = diesel::update(sessions::table.filter(sessions::id.eq(make_up)));
        row.set(sessions::make_up_of.eq(missed)).execute(conn)?;
        Ok(training::queries::list_venues(conn, make_up)?[0].id)
    });
    let venue = linked.await.expect("a make-up session");
    site.set_clock("2024-07-05", "10:58");
    let code = links::code(&site.code_on_screen(make_up, venue));
    let mut phone = site.signed_in_as(trainee).await;
    phone.get(&code).await;
    assert_eq!(phone.post(&code, &[]).await.status, 303);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    for step in ["close", "confirm"] {
        let version = session(&site, make_up).await.version.to_string();
        let done = hq.post(links::session_part(make_up, step), &[("version", &version)]).await;
        assert_eq!(done.status, 303, "{}", done.text());
    }
    let before = made_up(&site, missed, trainee).await;
    site.set_clock("2024-07-05", "11:02");

    let undone = phone.post(links::session_part(make_up, "undo-check-in"), &[]).await;

    assert_eq!(undone.status, 303, "{}", undone.text());
    assert_eq!(before, (MakeUp::Done, Some(MakeUpKind::Session)));
    assert_eq!(recorded(&site, make_up, trainee).await.expect("a row").state, AttendanceState::Absent);
    assert_eq!(made_up(&site, missed, trainee).await, (MakeUp::Due, None));
}

#[actix_web::test]
async fn a_make_up_session_is_planned_only_for_what_is_confirmed() {
    let site = TestApp::start().await;
    let closed = site.given_session("2024-07-01", SessionState::Closed, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let form = hq.get(links::new_make_up_session(closed)).await;

    assert_eq!(form.status, 422);
    assert!(form.says("can be planned once the session is confirmed"), "{}", form.text());
}

#[actix_web::test]
async fn the_hours_of_a_make_up_session_count_once() {
    let site = TestApp::start().await;
    let missed = site
        .given_session("2024-07-01", SessionState::Confirmed, &[(site.cast.trainee, Some(AttendanceState::Absent))])
        .await;
    let make_up = site
        .given_session("2024-07-03", SessionState::Confirmed, &[(site.cast.trainee, Some(AttendanceState::Present))])
        .await;
    let person = site.cast.trainee.person;
    let linked = site.write(move |conn| {
        use diesel::prelude::*;
        use xuefa::store::schema::sessions;
        diesel::update(sessions::table.filter(sessions::id.eq(make_up)))
            .set(sessions::make_up_of.eq(missed))
            .execute(conn)?;
        attendance::made_up(conn, missed, person, MakeUpKind::Session)
    });
    linked.await.expect("linked");
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let record = phone.get(links::RECORD).await;

    assert!(record.says("Study hours 2 "), "{}", record.text());
}
