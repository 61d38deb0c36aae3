//! Check-in, roll call, corrections, and the steps that close, confirm and reopen a session.

use crate::support::facts::recorded;
use crate::support::{Member, TestApp};
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::access::Actor;
use xuefa::attendance::model::Arrival;
use xuefa::attendance::queries::{self, Scope};
use xuefa::attendance::{
    self, AttendanceState, Entry, LeaveKind, MakeUp, MakeUpKind, Method, Recorded, Scan, Source, Token,
};
use xuefa::error::Error;
use xuefa::links;
use xuefa::organization::Category;
use xuefa::store::ids::{PersonId, SessionId, VenueId};
use xuefa::store::schema::{attendance as attendance_table, audit_entries};
use xuefa::training::{self, Audience, Plan, PlannedVenue, Session, SessionState, VenueKind};

/// A session of today, 10:00 to 12:00, check-in from 09:30, of everybody in the two enterprises; a branch venue
/// has the second enterprise.
struct Held {
    session: SessionId,
    main: VenueId,
    branch: VenueId,
}

impl Held {
    /// What the QR on the main venue's screen holds now.
    fn code(&self, site: &TestApp) -> String {
        site.code_on_screen(self.session, self.main)
    }

    fn digits(&self, site: &TestApp) -> String {
        site.digits_on_screen(self.session, self.main)
    }
}

async fn given_session(site: &TestApp, title: &str) -> Held {
    let (starts_at, now) = (site.moment("2024-07-05", "10:00"), site.app.clock.now());
    let cast = site.cast.clone();
    let plan = Plan {
        title: title.to_owned(),
        purpose: "信访工作法治化".to_owned(),
        speaker: "周教授（示例）".to_owned(),
        organiser: "信访办公室".to_owned(),
        requirements: String::new(),
        remark: String::new(),
        starts_at,
        ends_at: starts_at + TimeDelta::hours(2),
        opens_before_minutes: 30,
        study_minutes: 120,
        documents: Vec::new(),
        topics: vec!["是什么".to_owned()],
        readings: Vec::new(),
        venues: vec![PlannedVenue::new("主会场", VenueKind::Main), PlannedVenue::new("分会场", VenueKind::Branch)],
        audience: Audience {
            categories: Category::ALL.to_vec(),
            units: vec![cast.first_unit, cast.second_unit],
            added: Vec::new(),
            left_out: Vec::new(),
        },
        reply_by: None,
        make_up_of: None,
    };
    site.write(move |conn| {
        let actor = Actor::program("test");
        let session = training::plan::create(conn, &actor, &plan, now)?;
        let version = training::queries::find_session(conn, session)?.version;
        training::publish::publish(conn, &actor, session, version, now)?;
        let venues = training::queries::list_venues(conn, session)?;
        let (main, branch) = (venues[0].id, venues[1].id);
        let seconds: Vec<PersonId> = vec![cast.leader_of_second_unit.person, cast.stranger.person];
        diesel::update(
            xuefa::store::schema::roster::table
                .filter(xuefa::store::schema::roster::session_id.eq(session))
                .filter(xuefa::store::schema::roster::person_id.eq_any(seconds)),
        )
        .set(xuefa::store::schema::roster::venue_id.eq(branch))
        .execute(conn)?;
        Ok(Held { session, main, branch })
    })
    .await
    .expect("a session")
}

async fn state(site: &TestApp, session: SessionId, member: Member) -> Option<AttendanceState> {
    recorded(site, session, member).await.map(|row| row.state)
}

async fn session(site: &TestApp, id: SessionId) -> Session {
    site.app.db.read(move |conn| training::queries::find_session(conn, id)).await.expect("a session")
}

async fn n_audit(site: &TestApp) -> i64 {
    site.app
        .db
        .read(|conn| Ok(audit_entries::table.select(diesel::dsl::count_star()).first(conn)?))
        .await
        .expect("a count")
}

fn leave() -> Option<Recorded> {
    Some(Recorded { leave_kind: Some(LeaveKind::Sick), ..Recorded::plain(AttendanceState::Leave, Method::RollCall) })
}

fn plain(state: AttendanceState) -> Option<Recorded> {
    Some(Recorded::plain(state, Method::RollCall))
}

/// Records one person's state by somebody, as their present version.
async fn record_by(
    site: &TestApp,
    by: Member,
    held: SessionId,
    of: Member,
    after: Option<Recorded>,
    reason: &'static str,
) -> Result<usize, Error> {
    let (viewer, now) = (site.viewer(by).await, site.app.clock.now());
    let seen = recorded(site, held, of).await.map_or(0, |row| row.stamp());
    let entry = Entry { person: of.person, after, seen };
    site.write(move |conn| {
        attendance::record(conn, &viewer, held, std::slice::from_ref(&entry), Source::OnePerson, reason, now)
    })
    .await
}

/// The code that is on the screen now, as a browser brings it that has just scanned it.
fn scan(site: &TestApp, held: &Held) -> Scan {
    let token = Token::read(&held.code(site)).expect("a token");
    Scan { token, granted: None, at: site.app.clock.steady() }
}

async fn check_in_by(site: &TestApp, by: Member, held: &Held) -> Result<attendance::CheckIn, Error> {
    let (viewer, now, codes, scan) = (site.viewer(by).await, site.app.clock.now(), site.app.codes(), scan(site, held));
    site.write(move |conn| attendance::check_in(conn, &viewer, &codes, &scan, None, now)).await
}

async fn closed(site: &TestApp, held: SessionId) {
    let (hq, now, version) = (site.viewer(site.cast.hq).await, site.app.clock.now(), session(site, held).await.version);
    site.write(move |conn| attendance::close(conn, &hq, held, version, now)).await.expect("closed");
}

async fn confirmed(site: &TestApp, held: SessionId) -> usize {
    let (hq, now, version) = (site.viewer(site.cast.hq).await, site.app.clock.now(), session(site, held).await.version);
    site.write(move |conn| attendance::confirm(conn, &hq, held, version, now)).await.expect("confirmed")
}

fn words(error: &Error) -> String {
    error.to_string()
}

#[actix_web::test]
async fn two_taps_check_in_and_looking_at_the_code_changes_nothing() {
    let site = TestApp::start().await;
    let held = given_session(&site, "信访工作法治化培训会").await;
    site.set_clock("2024-07-05", "09:56");
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let before = n_audit(&site).await;

    let page = phone.get(links::code(&held.code(&site))).await;
    let untouched = state(&site, held.session, site.cast.trainee).await;
    let audited = n_audit(&site).await;
    let done = phone.post(links::code(&held.code(&site)), &[]).await;
    let result = phone.get(done.location.clone().unwrap_or_default()).await;

    assert_eq!(page.status, 200);
    assert!(page.says("信访工作法治化培训会") && page.says("主会场"), "{}", page.text());
    assert_eq!((untouched, audited), (None, before));
    assert_eq!(done.location, Some(links::checked_in(held.session)));
    assert!(result.says("Checked in") && result.says("09:56"), "{}", result.text());
    let row = recorded(&site, held.session, site.cast.trainee).await.expect("a row");
    assert_eq!((row.state, row.method, row.venue_id), (AttendanceState::Present, Method::Code, Some(held.main)));
    assert_eq!(n_audit(&site).await, before + 1);
}

#[actix_web::test]
async fn a_repeat_is_told_the_first_time_calmly_and_changes_nothing() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "09:56");
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    phone.post(links::code(&held.code(&site)), &[]).await;
    let first = recorded(&site, held.session, site.cast.trainee).await.expect("a row");
    let audited = n_audit(&site).await;
    site.set_clock("2024-07-05", "10:20");

    let again = phone.post(links::code(&held.code(&site)), &[]).await;
    let result = phone.get(again.location.unwrap_or_default()).await;
    let looked = phone.get(links::code(&held.code(&site))).await;

    assert_eq!((result.status, looked.status), (200, 200));
    assert!(result.says("You checked in at 09:56") && looked.says("You checked in at 09:56"), "{}", result.text());
    let row = recorded(&site, held.session, site.cast.trainee).await.expect("a row");
    assert_eq!((row.version, row.arrived_at), (first.version, first.arrived_at));
    assert_eq!(n_audit(&site).await, audited);
}

/// C-01, L-01.
#[actix_web::test]
async fn sixteen_check_ins_at_once_make_one_row_and_one_audit_entry() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "09:56");
    let (viewer, now) = (site.viewer(site.cast.trainee).await, site.app.clock.now());
    let before = n_audit(&site).await;

    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (db, viewer, codes, scan) = (site.app.db.clone(), viewer.clone(), site.app.codes(), scan(&site, &held));
            actix_web::rt::spawn(async move {
                db.write(move |conn| attendance::check_in(conn, &viewer, &codes, &scan, None, now)).await
            })
        })
        .collect();
    let mut arrivals = Vec::new();
    for task in tasks {
        arrivals.push(task.await.expect("a task").expect("a check-in").arrival);
    }

    let n_rows: i64 = site
        .app
        .db
        .read(|conn| Ok(attendance_table::table.select(diesel::dsl::count_star()).first(conn)?))
        .await
        .expect("a count");
    assert_eq!(n_rows, 1);
    assert_eq!(arrivals.iter().filter(|arrival| **arrival == Arrival::New).count(), 1);
    assert_eq!(n_audit(&site).await, before + 1);
}

#[actix_web::test]
async fn sixteen_check_ins_at_once_over_leave_beat_it_once_and_keep_it_in_the_history() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    record_by(&site, site.cast.hq, held.session, site.cast.trainee, leave(), "").await.expect("leave");
    site.set_clock("2024-07-05", "09:56");
    let (viewer, now) = (site.viewer(site.cast.trainee).await, site.app.clock.now());

    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (db, viewer, codes, scan) = (site.app.db.clone(), viewer.clone(), site.app.codes(), scan(&site, &held));
            actix_web::rt::spawn(async move {
                db.write(move |conn| attendance::check_in(conn, &viewer, &codes, &scan, None, now)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task").expect("a check-in");
    }

    let (id, person) = (held.session, site.cast.trainee.person);
    let changes = site.app.db.read(move |conn| Ok(queries::list_changes(conn, id, person)?)).await.expect("changes");
    assert_eq!(state(&site, held.session, site.cast.trainee).await, Some(AttendanceState::Present));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].0.before().and_then(|before| before.leave_kind), Some(LeaveKind::Sick));
    assert_eq!(changes[0].0.state_after, Some(AttendanceState::Present));
}

#[actix_web::test]
async fn early_late_and_closed_each_have_their_own_words_and_early_loads_itself_again() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    site.set_clock("2024-07-05", "09:29");
    let early = phone.get(links::code(&held.code(&site))).await;
    let early_post = phone.post(links::code(&held.code(&site)), &[]).await;
    site.set_clock("2024-07-05", "12:01");
    let late = phone.post(links::code(&held.code(&site)), &[]).await;
    site.set_clock("2024-07-05", "11:00");
    closed(&site, held.session).await;
    let closed = phone.post(links::code(&held.code(&site)), &[]).await;

    assert_eq!((early.status, early_post.status, late.status, closed.status), (200, 422, 422, 422));
    assert!(early.says("Check-in has not opened yet") && early.says("09:30"), "{}", early.text());
    assert!(early.header("refresh").is_some());
    assert!(late.says("Check-in has ended") && closed.says("Check-in has ended"));
    assert_eq!(state(&site, held.session, site.cast.trainee).await, None);
}

#[actix_web::test]
async fn exempt_stays_exempt() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    let exempt = plain(AttendanceState::Exempt);
    record_by(&site, site.cast.leader_of_first_unit, held.session, site.cast.trainee, exempt, "")
        .await
        .expect("exempt");
    site.set_clock("2024-07-05", "10:00");
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let done = phone.post(links::code(&held.code(&site)), &[]).await;
    let result = phone.get(done.location.unwrap_or_default()).await;

    assert!(result.says("You are exempt"), "{}", result.text());
    assert_eq!(state(&site, held.session, site.cast.trainee).await, Some(AttendanceState::Exempt));
}

#[actix_web::test]
async fn a_check_in_is_undone_within_five_minutes_and_what_it_beat_stands_again() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    record_by(&site, site.cast.hq, held.session, site.cast.trainee, leave(), "").await.expect("leave");
    site.set_clock("2024-07-05", "10:00");
    check_in_by(&site, site.cast.trainee, &held).await.expect("a check-in");
    check_in_by(&site, site.cast.colleague, &held).await.expect("a check-in");
    let undo = links::session_part(held.session, "undo-check-in");

    site.set_clock("2024-07-05", "10:05");
    let in_time = site.signed_in_as(site.cast.trainee).await.post(&undo, &[]).await;
    let plain = site.signed_in_as(site.cast.colleague).await.post(&undo, &[]).await;
    check_in_by(&site, site.cast.colleague, &held).await.expect("a check-in");
    site.set_clock("2024-07-05", "10:11");
    let too_late = site.signed_in_as(site.cast.colleague).await.post(&undo, &[]).await;

    assert_eq!((in_time.status, plain.status, too_late.status), (303, 303, 422));
    let row = recorded(&site, held.session, site.cast.trainee).await.expect("the leave");
    assert_eq!((row.state, row.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Sick)));
    assert_eq!(state(&site, held.session, site.cast.colleague).await, Some(AttendanceState::Present));
}

#[actix_web::test]
async fn confirming_makes_the_undecided_absent_and_touches_nothing_else() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    check_in_by(&site, site.cast.trainee, &held).await.expect("a check-in");
    record_by(&site, site.cast.hq, held.session, site.cast.stranger, leave(), "").await.expect("leave");
    closed(&site, held.session).await;
    let kept = (
        recorded(&site, held.session, site.cast.trainee).await.expect("a row"),
        recorded(&site, held.session, site.cast.stranger).await.expect("a row"),
    );

    let n = confirmed(&site, held.session).await;

    let absent = recorded(&site, held.session, site.cast.colleague).await.expect("a row");
    assert_eq!((absent.state, absent.method), (AttendanceState::Absent, Method::Confirmation));
    let id = held.session;
    let counts = site.app.db.read(move |conn| Ok(queries::counts_by_unit(conn, id)?)).await.expect("counts");
    let mut all = attendance::Counts::default();
    counts.iter().for_each(|(_, _, of_unit)| all += *of_unit);
    assert_eq!((all.n_roster, all.n_present, all.n_leave, all.n_pending), (6, 1, 1, 0));
    assert_eq!(all.n_absent, i64::try_from(n).expect("small"));
    let after = (
        recorded(&site, held.session, site.cast.trainee).await.expect("a row"),
        recorded(&site, held.session, site.cast.stranger).await.expect("a row"),
    );
    assert_eq!((after.0.version, after.1.version), (kept.0.version, kept.1.version));
    assert!(session(&site, held.session).await.is_confirmed());
}

#[actix_web::test]
async fn steps_are_for_hq_in_their_order_and_not_on_an_outdated_page() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let part = |part| links::session_part(held.session, part);
    let version = session(&site, held.session).await.version.to_string();

    let by_leader =
        site.signed_in_as(site.cast.leader_of_first_unit).await.post(part("close"), &[("version", &version)]).await;
    let too_soon = hq.post(part("confirm"), &[("version", &version)]).await;
    site.set_clock("2024-07-05", "10:15");
    let asked = hq.get(part("close")).await;
    let closed = hq.post(part("close"), &[("version", &version)]).await;
    let again = hq.post(part("close"), &[("version", &version)]).await;

    assert_eq!((by_leader.status, too_soon.status, asked.status), (404, 422, 200));
    assert_eq!((closed.status, again.status), (303, 409));
    assert!(asked.says("planned until 12:00: 1 h 45 min are left"), "{}", asked.text());
    assert_eq!(session(&site, held.session).await.state, SessionState::Closed);
}

#[actix_web::test]
async fn what_is_confirmed_before_its_end_is_still_of_today_for_hq_and_not_to_come_for_a_trainee() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:15");
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let before = trainee.get("/sessions").await;

    closed(&site, held.session).await;
    let closed = site.signed_in_as(site.cast.hq).await.get("/today").await;
    confirmed(&site, held.session).await;
    let confirmed = site.signed_in_as(site.cast.hq).await.get("/today").await;
    let after = trainee.get("/sessions").await;

    assert!(before.says("Now and to come: 1") && !before.says("Past"), "{}", before.text());
    assert!(!after.says("Coming") && after.says("Past"), "{}", after.text());
    for page in [closed, confirmed] {
        assert!(!page.says("No session today") && page.says("Open the session"), "{}", page.text());
    }
}

#[actix_web::test]
async fn reopening_wants_a_reason_and_changes_no_record() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    closed(&site, held.session).await;
    confirmed(&site, held.session).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let reopen = links::session_part(held.session, "reopen");
    let version = session(&site, held.session).await.version.to_string();

    let without = hq.post(&reopen, &[("version", &version), ("reason", " ")]).await;
    let with = hq.post(&reopen, &[("version", &version), ("reason", "漏录纸质签到表")]).await;

    assert_eq!((without.status, with.status), (422, 303));
    assert!(without.says("Enter a reason"));
    assert_eq!(session(&site, held.session).await.state, SessionState::Closed);
    assert_eq!(state(&site, held.session, site.cast.trainee).await, Some(AttendanceState::Absent));
}

#[actix_web::test]
async fn what_is_recorded_first_is_no_correction_and_hq_goes_on_with_the_list() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    closed(&site, held.session).await;
    let (page, confirm) =
        (links::attendance_of(held.session, site.cast.trainee.person), links::session_part(held.session, "confirm"));
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let first = hq.post(&page, &[("version", "0"), ("state", "absent")]).await;
    let recorded_first = hq.get(first.location.expect("the page again")).await;
    let method = recorded(&site, held.session, site.cast.trainee).await.map(|row| row.method);
    let version = recorded(&site, held.session, site.cast.trainee).await.expect("a row").stamp().to_string();
    let again = hq.post(&page, &[("version", &version), ("state", "present"), ("reason", "漏录")]).await;
    let corrected = hq.get(again.location.expect("the page again")).await;
    let list = hq.get(&confirm).await;

    assert!(
        recorded_first.says("Recorded: 杜维平") && recorded_first.says("Never changed."),
        "{}",
        recorded_first.text()
    );
    assert!(recorded_first.body.contains(&format!("href=\"{confirm}\"")), "{}", recorded_first.body);
    assert_eq!(method, Some(Method::RollCall));
    assert!(corrected.says("Corrected the record of 杜维平; the old record is kept below"), "{}", corrected.text());
    assert_eq!(recorded(&site, held.session, site.cast.trainee).await.map(|row| row.method), Some(Method::Correction));
    assert!(!list.says("still to be confirmed"), "there are no guests: {}", list.text());
}

#[actix_web::test]
async fn nobody_records_their_own_state_not_even_hq() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let leader = site.cast.leader_of_first_unit;

    let own = record_by(&site, leader, held.session, leader, plain(AttendanceState::Present), "").await;
    let page = site.signed_in_as(leader).await.get(links::attendance_of(held.session, leader.person)).await;
    let by_other = record_by(&site, site.cast.hq, held.session, leader, plain(AttendanceState::Present), "").await;

    assert!(own.is_err_and(|error| words(&error).contains("attendance-refused-own")));
    assert!(page.status == 200 && page.says("next leader above"), "{}", page.text());
    assert!(matches!(by_other, Ok(1)));
}

/// L-04.
#[actix_web::test]
async fn a_leader_corrects_with_a_reason_after_closing_and_not_after_confirmation() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let (leader, trainee) = (site.cast.leader_of_first_unit, site.cast.trainee);
    check_in_by(&site, trainee, &held).await.expect("a check-in");
    let left_early = Some(Recorded { left_early: true, ..Recorded::plain(AttendanceState::Present, Method::UnitWord) });
    closed(&site, held.session).await;

    let without = record_by(&site, leader, held.session, trainee, left_early.clone(), "").await;
    let with = record_by(&site, leader, held.session, trainee, left_early, "处理急件").await;
    confirmed(&site, held.session).await;
    let after = record_by(&site, leader, held.session, trainee, leave(), "补假条").await;
    let by_hq = record_by(&site, site.cast.hq, held.session, trainee, leave(), "补假条").await;

    assert!(without.is_err_and(|error| words(&error).contains("attendance-reason-missing")));
    assert!(matches!((with, by_hq), (Ok(1), Ok(1))));
    assert!(after.is_err_and(|error| words(&error).contains("attendance-refused-ask-hq")));
    let (id, person) = (held.session, trainee.person);
    let changes = site.app.db.read(move |conn| Ok(queries::list_changes(conn, id, person)?)).await.expect("changes");
    let newest = &changes[0].0;
    assert_eq!((newest.reason.as_str(), newest.after_confirmation), ("补假条", true));
    assert!(newest.before().is_some_and(|before| before.left_early && before.arrived_at.is_some()));
    assert_eq!(changes[1].0.reason, "处理急件");
}

#[actix_web::test]
async fn voiding_gives_pending_and_absent_once_confirmed() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let (hq, trainee) = (site.cast.hq, site.cast.trainee);
    record_by(&site, hq, held.session, trainee, plain(AttendanceState::Present), "").await.expect("present");

    record_by(&site, hq, held.session, trainee, None, "").await.expect("void");
    let pending = state(&site, held.session, trainee).await;
    closed(&site, held.session).await;
    record_by(&site, hq, held.session, trainee, plain(AttendanceState::Present), "").await.expect("present");
    confirmed(&site, held.session).await;
    record_by(&site, hq, held.session, trainee, None, "代签").await.expect("void");

    assert_eq!(pending, None);
    assert_eq!(state(&site, held.session, trainee).await, Some(AttendanceState::Absent));
}

/// C-04.
#[actix_web::test]
async fn a_page_from_before_a_record_was_voided_does_not_overwrite_a_check_in_made_since() {
    let site = TestApp::start().await;
    let held = given_session(&site, "信访工作法治化培训会").await;
    let (hq, trainee) = (site.cast.hq, site.cast.trainee);
    site.set_clock("2024-07-05", "09:50");
    record_by(&site, hq, held.session, trainee, leave(), "").await.expect("on leave");
    let mut clerk = site.signed_in_as(hq).await;
    let roll = links::session_part(held.session, "roll");
    let page = clerk.get(&roll).await;
    let name = format!("was-{}", trainee.person);
    let was = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let was = was.expect("the row").to_owned();
    site.set_clock("2024-07-05", "09:51");
    record_by(&site, hq, held.session, trainee, None, "").await.expect("voided");
    site.set_clock("2024-07-05", "09:52");
    check_in_by(&site, trainee, &held).await.expect("checked in");
    let present = recorded(&site, held.session, trainee).await.expect("a row");

    let stale = clerk.post(&roll, &[(&name, &was), (&format!("state-{}", trainee.person), "absent")]).await;

    // Both rows are the first of their person, and the page tells them apart all the same.
    assert_eq!(present.version, 1);
    assert_eq!(stale.status, 422, "{}", stale.text());
    assert!(stale.body.contains(&format!("take-{}", trainee.person)), "it asks which stands: {}", stale.text());
    assert_eq!(state(&site, held.session, trainee).await, Some(AttendanceState::Present));
}

#[actix_web::test]
async fn a_roll_call_saves_what_was_changed_and_leaves_the_rest_alone() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    check_in_by(&site, site.cast.stranger, &held).await.expect("a check-in");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roll = links::session_part(held.session, "roll");
    let page = hq.get(&roll).await;
    let (one, two, three) = (site.cast.trainee.person, site.cast.colleague.person, site.cast.stranger.person);
    let name = |field: &str, person: PersonId| format!("{field}-{person}");
    let stamp = recorded(&site, held.session, site.cast.stranger).await.expect("a row").stamp();
    let seen = format!("{stamp}|present|false|false|");
    let fields = [
        ("method".to_owned(), "paper"),
        (name("was", one), "0|pending|false|false|"),
        (name("state", one), "present"),
        (name("late", one), "1"),
        (name("was", two), "0|pending|false|false|"),
        (name("state", two), "leave_public"),
        (name("was", three), seen.as_str()),
        (name("state", three), "present"),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let before = n_audit(&site).await;

    let saved = hq.post(&roll, &fields).await;
    let again = hq.post(&roll, &fields).await;
    let present = hq.get(format!("{}?state=present", links::session(held.session))).await;
    let undecided = hq.get(format!("{roll}?state=pending")).await;
    let found = hq.get(format!("{roll}?q=%E6%9D%9C")).await;

    assert!(page.body.contains(&format!("name=\"was-{three}\" value=\"{seen}\"")), "{}", page.body);
    assert_eq!((saved.status, again.status), (303, 422));
    assert!(again.says("was just changed by somebody else"), "{}", again.text());
    let row = recorded(&site, held.session, site.cast.trainee).await.expect("a row");
    assert_eq!((row.state, row.late, row.method), (AttendanceState::Present, true, Method::Paper));
    let row = recorded(&site, held.session, site.cast.colleague).await.expect("a row");
    assert_eq!((row.state, row.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Public)));
    assert_eq!(recorded(&site, held.session, site.cast.stranger).await.map(|row| row.method), Some(Method::Code));
    assert_eq!(n_audit(&site).await, before + 1);
    assert!(present.says("Signed sheet") && present.says("10:00"), "{}", present.text());
    assert!(!undecided.body.contains(&format!("was-{one}\"")), "decided by now: {}", undecided.text());
    assert!(found.body.contains(&format!("was-{one}\"")) && !found.body.contains(&format!("was-{three}\"")));
}

#[actix_web::test]
async fn searching_the_roll_records_first_what_was_marked() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roll = links::session_part(held.session, "roll");
    let (trainee, colleague) = (site.cast.trainee, site.cast.colleague);
    let (was, state) = (format!("was-{}", trainee.person), format!("state-{}", trainee.person));
    let marked =
        |word| [(was.as_str(), "0|pending|false|false|"), (state.as_str(), word), ("search", "1"), ("q", "王")];

    let page = hq.get(format!("{roll}?q=%E6%9D%9C")).await;
    let nameless = hq.post(&roll, &marked("stand_in")).await;
    let searched = hq.post(&roll, &marked("present")).await;
    let found = hq.get(searched.location.as_ref().expect("the list that was searched for")).await;
    let again = hq.post(&roll, &[("search", "1"), ("q", ""), ("state", "pending")]).await;
    let undecided = hq.get(again.location.as_ref().expect("the list")).await;

    // The search is the first button of the form that has the rows: Enter in its field presses it, scripts or none.
    let (form, button) =
        (page.body.find("<form method=\"post\" action").expect("a form"), "name=\"search\" value=\"1\"");
    let (search, save) = (page.body.find(button).expect("a search"), page.body.find("save-bar").expect("a button"));
    assert!(form < search && search < page.body.find("was-").expect("a row") && search < save, "{}", page.body);
    assert_eq!((nameless.status, searched.status, again.status), (422, 303, 303));
    assert!(nameless.body.contains("type=\"search\" value=\"王\""), "{}", nameless.body);
    assert_eq!(recorded(&site, held.session, trainee).await.map(|row| row.state), Some(AttendanceState::Present));
    let row = |member: Member| format!("was-{}\"", member.person);
    assert!(found.says("Recorded: 杜维平 (Present)") && found.says("1 person found"), "{}", found.text());
    assert!(!found.body.contains(&row(trainee)), "{}", found.text());
    assert!(!undecided.says("Recorded: "), "that was said of the list before: {}", undecided.text());
    assert!(
        undecided.body.contains(&row(colleague)) && !undecided.body.contains(&row(trainee)),
        "{}",
        undecided.text()
    );
}

#[actix_web::test]
async fn a_record_that_is_taken_back_on_the_roll_is_not_said_to_be_recorded() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let trainee = site.cast.trainee;
    let kept = record_by(&site, site.cast.hq, held.session, trainee, plain(AttendanceState::Present), "").await;
    assert!(matches!(kept, Ok(1)), "{kept:?}");
    let stamp = recorded(&site, held.session, trainee).await.expect("a row").stamp();
    let (was, state) = (format!("was-{}", trainee.person), format!("state-{}", trainee.person));
    let (roll, seen) = (links::session_part(held.session, "roll"), format!("{stamp}|present|false|false|"));
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let saved = hq.post(&roll, &[(was.as_str(), seen.as_str()), (state.as_str(), "pending")]).await;
    let shown = hq.get(saved.location.expect("the list again")).await;

    assert_eq!(recorded(&site, held.session, trainee).await.map(|row| row.state), None);
    assert!(shown.says("Taken back: 杜维平 has no record") && !shown.says("Recorded: "), "{}", shown.text());
}

#[actix_web::test]
async fn a_stand_in_without_a_name_is_refused_with_everything_typed() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let person = site.cast.trainee.person;
    let (was, state, late) = (format!("was-{person}"), format!("state-{person}"), format!("late-{person}"));

    let refused = leader
        .post(
            links::session_part(held.session, "roll"),
            &[(&was, "0|pending|false|false|"), (&state, "stand_in"), (&late, "1")],
        )
        .await;

    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains(&format!("<a href=\"#name-{person}\">杜维平: enter who stood in</a>")),
        "{}",
        refused.body
    );
    assert!(refused.body.contains(&format!("id=\"name-{person}\"")), "{}", refused.body);
    assert!(refused.body.contains("value=\"stand_in\" checked>"));
}

#[actix_web::test]
async fn a_clerk_sees_and_records_the_people_of_the_own_venue_only() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let (clerk, session, venue) = (site.cast.colleague, held.session, held.branch);
    site.write(move |conn| {
        use xuefa::store::schema::session_clerks;
        diesel::insert_into(session_clerks::table)
            .values((
                session_clerks::session_id.eq(session),
                session_clerks::venue_id.eq(venue),
                session_clerks::person_id.eq(clerk.person),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("a clerk");

    let page = site.signed_in_as(clerk).await.get(links::session_part(held.session, "roll")).await;
    let own_venue = record_by(&site, clerk, session, site.cast.stranger, plain(AttendanceState::Present), "").await;
    let other_venue = record_by(&site, clerk, session, site.cast.trainee, plain(AttendanceState::Present), "").await;
    let other_page = site.signed_in_as(clerk).await.get(links::attendance_of(session, site.cast.trainee.person)).await;

    assert!(page.says("王强") && !page.says("杜维平"), "{}", page.text());
    assert!(matches!(own_venue, Ok(1)));
    assert!(matches!(other_venue, Err(Error::NotFound(_))));
    assert_eq!(other_page.status, 404);
    let method = recorded(&site, session, site.cast.stranger).await.map(|row| (row.method, row.venue_id));
    assert_eq!(method, Some((Method::RollCall, Some(held.branch))));
}

/// Z-02.
#[actix_web::test]
async fn what_is_out_of_reach_is_not_found() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    let session = held.session;
    let of = |member: Member| links::attendance_of(session, member.person);

    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let answers = [
        trainee.get(links::session_part(session, "roll")).await.status,
        trainee.get(of(site.cast.colleague)).await.status,
        leader.get(of(site.cast.stranger)).await.status,
        admin.get(links::session(session)).await.status,
        admin.get(links::session_part(session, "roll")).await.status,
        admin.get(links::checked_in(session)).await.status,
        admin.post(links::session_part(session, "undo-check-in"), &[]).await.status,
        trainee.get(links::session_part(session, "close")).await.status,
        leader.post(of(site.cast.stranger), &[("state", "present"), ("version", "0")]).await.status,
    ];

    assert_eq!(answers, [404; 9]);
    assert_eq!(state(&site, session, site.cast.stranger).await, None);
}

#[actix_web::test]
async fn every_figure_opens_to_its_people_within_the_viewers_reach() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    check_in_by(&site, site.cast.trainee, &held).await.expect("a check-in");
    check_in_by(&site, site.cast.stranger, &held).await.expect("a check-in");
    record_by(&site, site.cast.hq, held.session, site.cast.colleague, leave(), "").await.expect("leave");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let page = links::session(held.session);

    let live = hq.get(&page).await;
    let present = hq.get(format!("{page}?state=present")).await;
    let found = hq.get(format!("{page}?q=STRANG")).await;
    let own = leader.get(&page).await;
    let own_present = leader.get(format!("{page}?state=present")).await;

    assert!(live.body.contains("http-equiv=\"refresh\""));
    assert!(
        live.says("Screen: 主会场") && live.says("33.3% (2/6)") && !live.says(&held.digits(&site)),
        "{}",
        live.text()
    );
    assert!(present.says("Present: 2") && present.says("杜维平") && present.says("王强"), "{}", present.text());
    assert!(found.says("Expected: 1") && found.says("王强"), "{}", found.text());
    assert!(own.says("25% (1/4)") && !own.says("王强") && !own.says(&held.digits(&site)), "{}", own.text());
    assert!(own_present.says("Present: 1") && !own_present.says("王强"), "{}", own_present.text());
}

#[actix_web::test]
async fn make_up_is_due_and_done_only_for_those_who_were_not_there() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    site.set_clock("2024-07-05", "10:00");
    check_in_by(&site, site.cast.trainee, &held).await.expect("a check-in");
    closed(&site, held.session).await;
    confirmed(&site, held.session).await;
    let (id, there, not_there) = (held.session, site.cast.trainee.person, site.cast.colleague.person);

    let due = site.write(move |conn| attendance::make_up_due(conn, id, &[there, not_there])).await.expect("due");
    let done = site
        .write(move |conn| {
            Ok((
                attendance::made_up(conn, id, not_there, MakeUpKind::AcceptedStudy)?,
                attendance::made_up(conn, id, there, MakeUpKind::AcceptedStudy)?,
            ))
        })
        .await
        .expect("done");
    let made_up = recorded(&site, id, site.cast.colleague).await.map(|row| (row.make_up, row.make_up_kind));
    let undone = site.write(move |conn| attendance::made_up_undone(conn, id, not_there)).await.expect("undone");

    assert_eq!((due, done, undone), (1, (true, false), true));
    assert_eq!(made_up, Some((MakeUp::Done, Some(MakeUpKind::AcceptedStudy))));
    assert_eq!(recorded(&site, id, site.cast.colleague).await.map(|row| row.make_up), Some(MakeUp::Due));
    let list = site
        .app
        .db
        .read(move |conn| Ok(queries::list_not_there(conn, id, &xuefa::access::Reach::Group)?.len()))
        .await
        .expect("a list");
    let undecided = site.app.db.read(move |conn| Ok(queries::list_undecided(conn, id, &Scope::Everybody)?.len())).await;
    assert_eq!((list, undecided.expect("a list")), (5, 0));
}

#[actix_web::test]
async fn a_trainee_sees_the_own_state_and_how_to_check_in_in_both_languages() {
    let site = TestApp::start().await;
    let held = given_session(&site, "培训会").await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    phone.language = "zh-CN";

    let before = phone.get(links::session(held.session)).await;
    site.set_clock("2024-07-05", "10:00");
    let open = phone.get(links::session(held.session)).await;
    phone.language = "en";
    let english = phone.get(links::session(held.session)).await;

    assert!(before.says("待签到") && before.says("09:30 起可以签到"), "{}", before.text());
    assert!(open.says("输入六位签到码") && !open.says(&held.digits(&site)), "{}", open.text());
    assert!(english.says("Not checked in") && english.says("In progress"), "{}", english.text());
}
