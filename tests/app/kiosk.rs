//! The kiosk: a narrow credential, each check-in once, what a late sync does, and phones opened at the door.

use crate::support::facts::recorded;
use crate::support::{Answer, Browser, Member, TestApp};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};
use xuefa::attendance::kiosk::{self, Effect, Review, queries::list_to_review};
use xuefa::attendance::{AttendanceState, Method, personal_code, queries};
use xuefa::clock::Moment;
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category};
use xuefa::secret;
use xuefa::store::ids::{AccountId, PersonId, SessionId};
use xuefa::store::schema::{attendance, audit_entries, kiosk_entries, session_clerks, session_totals, venues};
use xuefa::training::{self, SessionState};
use xuefa::web::ROUTES;

/// A tablet that is a kiosk of a session's main venue, opened by HQ.
async fn given_kiosk(site: &TestApp, session: SessionId) -> Browser {
    let (viewer, now, token) = (site.viewer(site.cast.hq).await, site.app.clock.now(), secret::random_token());
    let kept = token.clone();
    let opened = site.write(move |conn| {
        let venue = xuefa::training::queries::list_venues(conn, session)?[0].id;
        kiosk::choose(conn, &viewer, session, venue, now)?;
        let id = kiosk::open(conn, &viewer, session, venue, now)?;
        kiosk::start(conn, id, &kept, "test", now)
    });
    opened.await.expect("a kiosk");
    let mut tablet = site.signed_out();
    tablet.csrf = site.app.secret.derive("csrf", &token);
    tablet.cookies = vec![("xuefa_kiosk".to_owned(), token)];
    tablet.headers = vec![("x-xuefa-kiosk", "1")];
    tablet
}

/// A session in progress: it is 09:00.
async fn given_open_session(site: &TestApp, roll: &[(Member, Option<AttendanceState>)]) -> SessionId {
    site.given_session("2024-07-05", SessionState::Published, roll).await
}

fn millis(at: Moment) -> i64 {
    at.as_utc().and_utc().timestamp_millis()
}

fn entry(key: &str, person: PersonId, at: Moment) -> Value {
    json!({ "key": key, "person": person, "at": millis(at), "undone_at": null })
}

async fn sync(site: &TestApp, tablet: &mut Browser, entries: &[Value]) -> Answer {
    let report = json!({ "now": millis(site.app.clock.now()), "waiting": 0, "entries": entries });
    tablet.post_json("/kiosk/sync", &report).await
}

fn effects(answer: &Answer) -> Vec<String> {
    let said: Value = serde_json::from_str(&answer.body).expect("JSON");
    let entries = said["entries"].as_array().expect("entries");
    entries.iter().map(|entry| entry["effect"].as_str().expect("an effect").to_owned()).collect()
}

async fn set_session(site: &TestApp, session: SessionId, state: SessionState, closed_at: Moment) {
    use xuefa::store::schema::sessions;
    let set = site.write(move |conn| {
        diesel::update(sessions::table.filter(sessions::id.eq(session)))
            .set((sessions::state.eq(state), sessions::closed_at.eq(closed_at)))
            .execute(conn)?;
        Ok(())
    });
    set.await.expect("a state");
}

#[actix_web::test]
async fn a_link_makes_one_tablet_a_kiosk_once_and_within_ten_minutes() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let venue = site.write(move |conn| Ok(xuefa::training::queries::list_venues(conn, session)?[0].id)).await;
    let venue = venue.expect("a venue").to_string();

    let opened = hq.post(format!("/sessions/{session}/kiosks"), &[("venue", &venue), ("choose", "1")]).await;
    assert_eq!(opened.status, 303, "{}", opened.text());
    let list = hq.get(format!("/sessions/{session}/kiosks")).await;
    let link =
        list.body.split("http://xuefa.test").nth(1).expect("a link").split('<').next().expect("an end").to_owned();
    let (mut tablet, mut other) = (site.signed_out(), site.signed_out());
    let asked = tablet.get(&link).await;
    assert!(asked.status == 200 && asked.says("This device becomes a kiosk"), "{}", asked.text());
    let started = tablet.post(&link, &[]).await;
    assert_eq!((started.status, started.location.as_deref()), (303, Some("/kiosk")));
    assert_eq!(tablet.get("/kiosk").await.status, 200);

    assert!(other.get(&link).await.says("has been used"));
    assert_eq!(other.post(&link, &[]).await.status, 422);
    assert_eq!(other.get("/kiosk").await.status, 404);
    assert_eq!(other.get(format!("{link}x")).await.status, 404);
    hq.post(format!("/sessions/{session}/kiosks"), &[("venue", &venue), ("choose", "1")]).await;
    let list = hq.get(format!("/sessions/{session}/kiosks")).await;
    let link =
        list.body.split("http://xuefa.test").nth(1).expect("a link").split('<').next().expect("an end").to_owned();
    site.set_clock("2024-07-05", "09:10");
    assert_eq!(other.post(&link, &[]).await.status, 422);
}

#[actix_web::test]
async fn opening_a_kiosk_on_ones_own_device_ends_ones_login_there() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let venue = site.write(move |conn| Ok(xuefa::training::queries::list_venues(conn, session)?[0].id)).await;
    let login = hq.cookies.clone();

    let venue = venue.expect("a venue").to_string();
    let opened =
        hq.post(format!("/sessions/{session}/kiosks"), &[("venue", &venue), ("choose", "1"), ("on", "here")]).await;

    assert_eq!(opened.location.as_deref(), Some("/kiosk"), "{}", opened.text());
    assert_eq!(hq.get("/kiosk").await.status, 200);
    assert_eq!(hq.get("/units").await.status, 303);
    hq.cookies = login;
    assert_eq!(hq.get("/units").await.status, 303, "the login is over, not only its cookie");
}

#[actix_web::test]
async fn only_hq_and_the_venues_clerk_open_kiosks() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let (clerk, hall) = (
        site.cast.colleague.person,
        site.write(move |conn| {
            let main = xuefa::training::queries::list_venues(conn, session)?[0].id;
            diesel::insert_into(venues::table)
                .values((
                    venues::session_id.eq(session),
                    venues::position.eq(2),
                    venues::name.eq("分会场"),
                    venues::kind.eq("branch"),
                ))
                .execute(conn)?;
            Ok(main)
        })
        .await
        .expect("venues"),
    );
    let branch = site.write(move |conn| {
        let branch = xuefa::training::queries::list_venues(conn, session)?[1].id;
        diesel::insert_into(session_clerks::table)
            .values((
                session_clerks::session_id.eq(session),
                session_clerks::venue_id.eq(branch),
                session_clerks::person_id.eq(clerk),
            ))
            .execute(conn)?;
        Ok(branch)
    });
    let branch = branch.await.expect("a clerk");
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut clerk = site.signed_in_as(site.cast.colleague).await;

    let list = clerk.get(format!("/sessions/{session}/kiosks")).await;

    assert!(list.status == 200 && list.says("分会场") && !list.says("主会场"), "{}", list.text());
    assert!(list.says("分会场 (has not chosen kiosks)") && !list.body.contains("name=\"choose\""), "{}", list.body);
    let fields = [("venue", branch.to_string()), ("choose", "1".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let unchosen = clerk.post(format!("/sessions/{session}/kiosks"), &fields[..1]).await;
    assert!(unchosen.status == 422 && unchosen.says("Ask the Office to choose them"), "{}", unchosen.text());
    assert_eq!(clerk.post(format!("/sessions/{session}/kiosks"), &fields).await.status, 403);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let warned = hq.post(format!("/sessions/{session}/kiosks"), &fields[..1]).await;
    assert!(warned.status == 422 && warned.says("分会场 has not chosen kiosks"), "{}", warned.text());
    assert_eq!(hq.post(format!("/sessions/{session}/kiosks"), &fields).await.status, 303);
    let shown = hq.get(format!("/sessions/{session}")).await;
    assert!(shown.says("Phone, kiosk") || shown.says("Kiosk"), "{}", shown.text());
    assert_eq!(clerk.post(format!("/sessions/{session}/kiosks"), &fields[..1]).await.status, 303);
    let foreign = clerk.post(format!("/sessions/{session}/kiosks"), &[("venue", &hall.to_string())]).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(trainee.get(format!("/sessions/{session}/kiosks")).await.status, 404);
    assert_eq!(trainee.post(format!("/sessions/{session}/kiosks"), &[("venue", &hall.to_string())]).await.status, 404);
}

#[actix_web::test]
async fn a_kiosks_credential_reaches_nothing_but_its_own_pages() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let token = tablet.cookies[0].1.clone();
    // Also by the names of other cookies.
    tablet.cookies.push(("xuefa_login".to_owned(), token));

    let mut reached = Vec::new();
    for route in ROUTES.iter().filter(|route| !["anyone", "kiosk"].contains(&route.permission.name())) {
        let address = route.path.replace("{id}", &session.to_string()).replace("{person}", "6").replace("{code}", "1");
        let address = address.replace("{kiosk}", "1");
        let answer = match route.method.as_str() {
            "GET" => tablet.get(&address).await,
            _ => tablet.post(&address, &[]).await,
        };
        let is_turned_away =
            answer.status == 404 || answer.location.as_deref().is_some_and(|to| to.starts_with("/login"));
        if !is_turned_away {
            reached.push((route.method.to_string(), address, answer.status));
        }
    }

    assert!(reached.is_empty(), "{reached:?}");
    assert_eq!(tablet.get("/kiosk").await.status, 200);
}

#[actix_web::test]
async fn a_login_does_not_reach_a_kiosks_pages_and_a_kiosk_is_nobody_there() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    tablet.cookies.extend(hq.cookies.clone());

    let page = tablet.get("/kiosk").await;

    assert!(!page.says("方静") && !page.body.contains("/logout"), "{}", page.text());
    assert_eq!(hq.get("/kiosk").await.status, 404);
    assert_eq!(hq.get("/kiosk/roster").await.status, 404);
    assert_eq!(sync(&site, &mut hq, &[]).await.status, 404);
}

#[actix_web::test]
async fn a_sync_needs_the_kiosks_header_and_comes_from_its_own_page() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let tablet = given_kiosk(&site, session).await;
    let one = [entry("a-key-of-mine", site.cast.trainee.person, site.app.clock.now())];
    let (mut plain, mut foreign) = (tablet.clone(), tablet);
    plain.headers = Vec::new();
    foreign.headers.push(("sec-fetch-site", "cross-site"));

    assert_eq!(sync(&site, &mut plain, &one).await.status, 403);
    assert_eq!(sync(&site, &mut foreign, &one).await.status, 403);
    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
}

#[actix_web::test]
async fn without_scripts_one_searches_presses_and_sees_the_result_and_may_undo_it_for_a_minute() {
    let site = TestApp::start().await;
    let roll = [(site.cast.trainee, None), (site.cast.stranger, Some(AttendanceState::Exempt))];
    let session = given_open_session(&site, &roll).await;
    let mut tablet = given_kiosk(&site, session).await;
    let code = personal_code(&site.app.secret, site.cast.trainee.person, "trainee");

    for words in ["杜维平", "维平", "dwp", "DU WEIPING", "duw", "trainee", &code] {
        let found = tablet.get(format!("/kiosk?q={}", xuefa::links::percent(words))).await;
        assert!(
            found.says("Found 1, showing 1") && found.says("杜维平 第一工程公司 副总经理"),
            "{words}: {}",
            found.text()
        );
    }
    for words in ["wp", "李敏", "XF:trainee:0000000000", "%"] {
        let found = tablet.get(format!("/kiosk?q={}", xuefa::links::percent(words))).await;
        assert!(found.says("Found 0, showing 0"), "{words}: {}", found.text());
    }
    let person = site.cast.trainee.person.to_string();
    let sent = tablet.post("/kiosk/check-in", &[("person", &person)]).await;
    let result = sent.location.clone().expect("a result");
    let shown = tablet.get(&result).await;
    assert!(shown.says("Checked in 杜维平 第一工程公司 09:00"), "{}", shown.text());
    assert_eq!(shown.header("refresh"), Some("3; url=/kiosk"));
    let row = recorded(&site, session, site.cast.trainee).await.expect("a row");
    assert_eq!((row.state, row.method), (AttendanceState::Present, Method::Kiosk));
    assert_eq!(row.arrived_at, Some(site.app.clock.now()));

    let again = tablet.post("/kiosk/check-in", &[("person", &person)]).await;
    assert!(tablet.get(again.location.expect("a result")).await.says("Already checked in"));
    let exempt = tablet.post("/kiosk/check-in", &[("person", &site.cast.stranger.person.to_string())]).await;
    assert!(tablet.get(exempt.location.expect("a result")).await.says("Exempt"));

    let id = result.rsplit('/').next().expect("a number").to_owned();
    let start = tablet.get("/kiosk").await;
    assert!(start.says("杜维平 checked in at 09:00"), "{}", start.text());
    assert!(!tablet.get("/kiosk?shell=1").await.says("杜维平"), "the page that is kept offline names nobody");
    site.app.clock.set(site.app.clock.now() + TimeDelta::seconds(60));
    assert_eq!(tablet.post("/kiosk/undo", &[("entry", &id)]).await.status, 303);
    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
    assert_eq!(tablet.post("/kiosk/undo", &[("entry", &id)]).await.status, 422);
    let kept: Effect = site
        .write(move |conn| {
            Ok(kiosk_entries::table.order(kiosk_entries::id).select(kiosk_entries::effect).first(conn)?)
        })
        .await
        .expect("the entry stays");
    assert_eq!(kept, Effect::Undone);
}

#[actix_web::test]
async fn after_a_minute_nothing_is_undone_at_the_kiosk_and_before_opening_nobody_is_recorded() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    site.set_clock("2024-07-05", "08:29");
    let mut tablet = given_kiosk(&site, session).await;
    let person = site.cast.trainee.person.to_string();

    let early = tablet.post("/kiosk/check-in", &[("person", &person)]).await;
    site.set_clock("2024-07-05", "08:30");
    let sent = tablet.post("/kiosk/check-in", &[("person", &person)]).await;
    let id = sent.location.expect("a result").rsplit('/').next().expect("a number").to_owned();
    site.app.clock.set(site.app.clock.now() + TimeDelta::seconds(61));
    let late = tablet.post("/kiosk/undo", &[("entry", &id)]).await;

    assert!(early.status == 422 && early.says("08:30"), "{}", early.text());
    assert_eq!(late.status, 422);
    assert!(recorded(&site, session, site.cast.trainee).await.is_some());
}

#[actix_web::test]
async fn a_check_in_at_a_kiosk_beats_leave_stand_in_and_absence_and_what_it_beat_comes_back_when_undone() {
    let site = TestApp::start().await;
    let cast = &site.cast;
    let roll = [
        (cast.trainee, Some(AttendanceState::Leave)),
        (cast.colleague, Some(AttendanceState::StandIn)),
        (cast.stranger, Some(AttendanceState::Absent)),
        (cast.hq, Some(AttendanceState::Exempt)),
    ];
    let session = given_open_session(&site, &roll).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    let entries: Vec<Value> =
        roll.iter().map(|(member, _)| entry(&format!("key-of-{}", member.person), member.person, now)).collect();

    let answer = sync(&site, &mut tablet, &entries).await;
    assert_eq!(effects(&answer), ["recorded", "recorded", "recorded", "exempt"], "{}", answer.body);
    assert_eq!(recorded(&site, session, cast.hq).await.expect("a row").state, AttendanceState::Exempt);

    let mut undone = entries[0].clone();
    undone["undone_at"] = json!(millis(now + TimeDelta::seconds(30)));
    let answer = sync(&site, &mut tablet, &[undone, entries[1].clone()]).await;
    assert_eq!(effects(&answer), ["undone", "recorded"]);
    assert_eq!(recorded(&site, session, cast.trainee).await.expect("a row").state, AttendanceState::Leave);
    assert_eq!(recorded(&site, session, cast.colleague).await.expect("a row").state, AttendanceState::Present);
    // The check-in as it was before arrives once more: it stays undone.
    assert_eq!(effects(&sync(&site, &mut tablet, &entries[..1]).await), ["undone"]);
    assert_eq!(recorded(&site, session, cast.trainee).await.expect("a row").state, AttendanceState::Leave);
    let person = cast.trainee.person;
    let changes =
        site.app.db.read(move |conn| Ok(queries::list_changes(conn, session, person)?)).await.expect("a read");
    assert_eq!(changes.len(), 2, "what was beaten and what was undone are kept");
}

#[actix_web::test]
async fn what_was_taken_back_before_it_was_sent_has_no_effect_and_leaves_its_record() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    let mut one = entry("never-really", site.cast.trainee.person, now);
    one["undone_at"] = json!(millis(now + TimeDelta::seconds(10)));

    assert_eq!(effects(&sync(&site, &mut tablet, &[one]).await), ["undone"]);

    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
    let n: i64 = site.write(|conn| Ok(kiosk_entries::table.count().get_result(conn)?)).await.expect("a count");
    assert_eq!(n, 1);
}

/// C-03.
#[actix_web::test]
async fn five_hundred_stored_check_ins_sent_twice_shuffled_three_days_late_have_one_effect() {
    let site = TestApp::start().await;
    let (unit, today) = (site.cast.first_unit, NaiveDate::from_ymd_opt(2024, 7, 5).expect("a date"));
    let people = site.write(move |conn| {
        let new: Vec<NewPerson> = (0..500)
            .map(|n| NewPerson {
                employee_number: format!("N{n:04}"),
                name: format!("某{n}"),
                unit_id: unit,
                post: "职员".to_owned(),
                category: Category::Staff,
                order_number: 100 + n,
                email: None,
            })
            .collect();
        Ok(organization::queries::insert_people(conn, &new, today)?)
    });
    let members: Vec<(Member, Option<AttendanceState>)> = people
        .await
        .expect("people")
        .into_iter()
        .map(|person| (Member { person, account: AccountId(0) }, None))
        .collect();
    let session = given_open_session(&site, &members).await;
    let mut tablet = given_kiosk(&site, session).await;
    let start = site.app.clock.now();
    let stored: Vec<Value> = (0..)
        .zip(&members)
        .map(|(n, (member, _))| entry(&format!("stored-{n}"), member.person, start + TimeDelta::seconds(n)))
        .collect();
    set_session(&site, session, SessionState::Closed, site.moment("2024-07-05", "11:00")).await;
    site.set_clock("2024-07-08", "09:00");

    // Twice, in two orders that are not the one in which they happened.
    for step in [37, 253] {
        let shuffled: Vec<Value> = (0..500).map(|n| stored[(n * step + 11) % 500].clone()).collect();
        for batch in shuffled.chunks(100) {
            let answer = sync(&site, &mut tablet, batch).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert!(effects(&answer).iter().all(|effect| effect == "recorded"));
        }
    }

    type Row = (Moment, Moment, Option<Review>);
    let (rows, arrivals, n_audited): (Vec<Row>, Vec<(Option<Moment>, Moment)>, i64) = site
        .write(move |conn| {
            let rows = kiosk_entries::table
                .order(kiosk_entries::happened_at)
                .select((kiosk_entries::happened_at, kiosk_entries::received_at, kiosk_entries::review))
                .load(conn)?;
            let arrivals = attendance::table
                .filter(attendance::session_id.eq(session))
                .order(attendance::arrived_at)
                .select((attendance::arrived_at, attendance::recorded_at))
                .load(conn)?;
            let audited = audit_entries::table.filter(audit_entries::action.eq("kiosk.checked_in"));
            Ok((rows, arrivals, audited.count().get_result(conn)?))
        })
        .await
        .expect("a read");
    assert_eq!((rows.len(), arrivals.len(), n_audited), (500, 500, 500));
    for (n, ((happened_at, received_at, review), (arrived_at, recorded_at))) in (0..).zip(rows.iter().zip(&arrivals)) {
        assert_eq!(*happened_at, start + TimeDelta::seconds(n));
        assert_eq!(*arrived_at, Some(*happened_at));
        assert_eq!((*received_at, *recorded_at), (site.app.clock.now(), site.app.clock.now()));
        assert_eq!(*review, Some(Review::Late));
    }
}

#[actix_web::test]
async fn a_kiosk_ends_with_check_in_and_what_it_stored_before_is_taken_for_three_days_and_no_longer() {
    let site = TestApp::start().await;
    let cast = &site.cast;
    let roll = [(cast.trainee, None), (cast.colleague, None), (cast.stranger, None)];
    let session = given_open_session(&site, &roll).await;
    let mut tablet = given_kiosk(&site, session).await;
    let happened = site.moment("2024-07-05", "09:05");
    set_session(&site, session, SessionState::Confirmed, site.moment("2024-07-05", "11:20")).await;
    let (absent, at) = (cast.trainee.person, site.app.clock.now());
    let set = site.write(move |conn| {
        diesel::insert_into(attendance::table)
            .values((
                attendance::session_id.eq(session),
                attendance::person_id.eq(absent),
                attendance::state.eq(AttendanceState::Absent),
                attendance::method.eq(Method::Confirmation),
                attendance::recorded_at.eq(at),
            ))
            .execute(conn)?;
        Ok(())
    });
    set.await.expect("absent");
    site.set_clock("2024-07-05", "12:00");

    assert!(tablet.get("/kiosk").await.says("Check-in has ended"));
    assert!(!tablet.get("/kiosk?q=dwp").await.says("杜维平"), "nobody is found any more");
    assert_eq!(tablet.get("/kiosk/roster").await.status, 410);
    assert_eq!(tablet.post("/kiosk/check-in", &[("person", &cast.trainee.person.to_string())]).await.status, 422);
    assert_eq!(tablet.post("/kiosk/door", &[("person", &cast.trainee.person.to_string())]).await.status, 422);
    let after_closing = entry("after-closing", cast.colleague.person, site.moment("2024-07-05", "11:21"));
    let answer = sync(&site, &mut tablet, &[entry("in-time-key", cast.trainee.person, happened), after_closing]).await;
    assert_eq!(effects(&answer), ["recorded", "refused"], "{}", answer.body);
    assert!(answer.body.contains("\"works\":false"));
    let beaten = recorded(&site, session, cast.trainee).await.expect("a row");
    assert_eq!((beaten.state, beaten.arrived_at), (AttendanceState::Present, Some(happened)));
    assert!(recorded(&site, session, cast.colleague).await.is_none());
    let review = site.app.db.read(move |conn| Ok(list_to_review(conn, session)?)).await.expect("a read");
    let reasons: Vec<_> = review.iter().map(|(entry, _)| (entry.person_id, entry.review)).collect();
    assert_eq!(reasons, [(cast.colleague.person, Some(Review::Closed))]);

    let mut hq = site.signed_in_as(cast.hq).await;
    let list = hq.get(format!("/sessions/{session}/kiosks")).await;
    assert!(list.says("1 check-in without effect") && list.says("李敏"), "{}", list.text());
    // They are led to before confirming, and still when it is done.
    let step = hq.get(format!("/sessions/{session}/confirm")).await;
    assert!(step.says("1 check-in without effect") || step.status == 303, "{}", step.text());
    let settled = hq.get(format!("/sessions/{session}")).await;
    assert!(settled.says("1 check-in without effect") && settled.body.contains("/kiosks\""), "{}", settled.text());

    site.set_clock("2024-07-08", "11:20");
    assert_eq!(
        effects(&sync(&site, &mut tablet, &[entry("last-minute", cast.stranger.person, happened)]).await),
        ["recorded"]
    );
    site.set_clock("2024-07-08", "11:21");
    assert_eq!(sync(&site, &mut tablet, &[entry("too-late-key", cast.hq.person, happened)]).await.status, 404);
    assert_eq!(tablet.get("/kiosk").await.status, 404);
}

#[actix_web::test]
async fn what_a_kiosk_sends_while_hq_confirms_is_counted_with_what_was_confirmed() {
    let site = TestApp::start().await;
    let (person, now) = (site.cast.trainee.person, site.app.clock.now());
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let tablet = given_kiosk(&site, session).await;
    let token = tablet.cookies[0].1.clone();
    // As the request of the kiosk finds it, before the other one is done.
    let found = site.app.db.read(move |conn| kiosk::find_by_token(conn, &token, now)).await.expect("a read");
    let found = found.expect("a kiosk");
    let hq = site.viewer(site.cast.hq).await;
    let confirmed = site.write(move |conn| {
        let open = training::queries::find_session(conn, session)?.version;
        xuefa::attendance::close(conn, &hq, session, open, now)?;
        let closed = training::queries::find_session(conn, session)?.version;
        xuefa::attendance::confirm(conn, &hq, session, closed, now)
    });
    assert_eq!(confirmed.await.expect("confirmed"), 1);

    let sent = site
        .write(move |conn| kiosk::sync(conn, &found, &kiosk::report_of_one("stored-before", person, now), "test", now));

    assert_eq!(sent.await.expect("taken").iter().map(|done| done.effect).collect::<Vec<_>>(), [Effect::Recorded]);
    let counted = site.app.db.read(move |conn| {
        let totals = session_totals::table.filter(session_totals::session_id.eq(session));
        Ok(totals.select((session_totals::n_present, session_totals::n_absent)).load::<(i64, i64)>(conn)?)
    });
    assert_eq!(counted.await.expect("a read"), [(1, 0)]);
}

#[actix_web::test]
async fn what_a_kiosk_with_a_wrong_clock_sends_is_taken_and_listed_to_be_looked_at() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    let ahead = now + TimeDelta::minutes(6);
    let report = json!({ "now": millis(ahead), "waiting": 3, "oldest": millis(now), "entries": [entry("ahead-key", site.cast.trainee.person, ahead)] });

    let answer = tablet.post_json("/kiosk/sync", &report).await;
    sync(&site, &mut tablet, &[entry("plain-key", site.cast.colleague.person, now)]).await;

    assert_eq!(effects(&answer), ["recorded"]);
    let row = recorded(&site, session, site.cast.trainee).await.expect("a row");
    assert_eq!(row.arrived_at, Some(now), "nobody arrives in the future");
    let review = site.app.db.read(move |conn| Ok(list_to_review(conn, session)?)).await.expect("a read");
    assert_eq!(review.len(), 1);
    assert_eq!((review[0].0.review, review[0].0.clock_ahead_seconds), (Some(Review::Clock), 360));
}

#[actix_web::test]
async fn a_kiosk_whose_clock_is_slow_is_put_right_by_as_much_as_it_is_behind() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    // Its clock is an hour behind; somebody came two minutes ago.
    let (kiosk_now, happened) = (now - TimeDelta::hours(1), now - TimeDelta::minutes(62));
    let entries = [entry("slow-key-1", site.cast.trainee.person, happened)];
    let report = json!({ "now": millis(kiosk_now), "waiting": 0, "entries": entries });

    let answer = tablet.post_json("/kiosk/sync", &report).await;

    assert_eq!(effects(&answer), ["recorded"]);
    let row = recorded(&site, session, site.cast.trainee).await.expect("a row");
    assert_eq!(row.arrived_at, Some(now - TimeDelta::minutes(2)));
}

#[actix_web::test]
async fn a_doubt_about_a_kiosks_check_in_does_not_stick_to_another_made_later() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    let ahead = now + TimeDelta::minutes(6);
    let entries = [entry("ahead-key", site.cast.trainee.person, ahead)];
    let report = json!({ "now": millis(ahead), "waiting": 0, "entries": entries });
    tablet.post_json("/kiosk/sync", &report).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let at = format!("/sessions/{session}/verify");
    let doubted = hq.get(&at).await;
    let person = site.cast.trainee.person.to_string();
    let voided =
        hq.post(&at, &[("person", &person), ("doubt", "kiosk"), ("decision", "voided"), ("note", "本人未到会")]).await;
    site.set_clock("2024-07-05", "09:10");

    sync(&site, &mut tablet, &[entry("plain-key", site.cast.trainee.person, site.app.clock.now())]).await;

    let later = hq.get(&at).await;
    assert!(doubted.says("Doubtful: 1"), "{}", doubted.text());
    assert_eq!(voided.status, 303, "{}", voided.text());
    assert!(recorded(&site, session, site.cast.trainee).await.is_some());
    assert!(later.says("Doubtful: 0") || !later.says("Doubtful: 1"), "{}", later.text());
}

#[actix_web::test]
async fn one_list_serves_several_people_each_once() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let csrf = tablet.csrf.clone();
    let (first, second) = (site.cast.trainee.person.to_string(), site.cast.colleague.person.to_string());
    let press =
        |person: &str| [("csrf", csrf.clone()), ("form_key", "of-one-page".to_owned()), ("person", person.to_owned())];

    let mut results = Vec::new();
    for person in [&first, &second, &second] {
        let fields = press(person);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        results.push(tablet.post_raw("/kiosk/check-in", &fields).await.location.expect("a result"));
    }

    assert!(recorded(&site, session, site.cast.trainee).await.is_some());
    assert!(recorded(&site, session, site.cast.colleague).await.is_some());
    assert!(results[0] != results[1] && results[1] == results[2], "{results:?}");
    assert!(tablet.get(&results[1]).await.says("李敏"));
}

#[actix_web::test]
async fn a_sync_that_is_no_report_is_refused_and_a_stranger_to_the_roster_has_no_effect() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let now = site.app.clock.now();
    let person = site.cast.trainee.person;

    assert_eq!(
        effects(&sync(&site, &mut tablet, &[entry("not-on-it", site.cast.stranger.person, now)]).await),
        ["refused"]
    );
    let many: Vec<Value> = (0..101).map(|n| entry(&format!("many-{n:04}"), person, now)).collect();
    for wrong in [many, vec![entry("short", person, now)], vec![entry("with space", person, now)]] {
        assert_eq!(sync(&site, &mut tablet, &wrong).await.status, 422);
    }
    assert_eq!(tablet.post_json("/kiosk/sync", &json!({ "entries": 3 })).await.status, 422);
    assert_eq!(tablet.post_json("/kiosk/sync", &json!({ "now": i64::MAX })).await.status, 422);
    assert!(recorded(&site, session, site.cast.trainee).await.is_none());
}

#[actix_web::test]
async fn the_roster_comes_once_and_again_only_when_it_has_changed() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.stranger, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;

    let roster = tablet.get("/kiosk/roster").await;

    let said: Value = serde_json::from_str(&roster.body).expect("JSON");
    let digest = said["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(said["people"].as_array().map(Vec::len), Some(2), "the whole roster, whatever the venue");
    assert_eq!(said["people"][0]["say"][0][0], json!("du"));
    assert_eq!(roster.header("cache-control"), Some("no-store"));
    assert_eq!(tablet.get(format!("/kiosk/roster?have={digest}")).await.status, 204);
    sync(&site, &mut tablet, &[entry("one-of-them", site.cast.trainee.person, site.app.clock.now())]).await;
    let roster = tablet.get(format!("/kiosk/roster?have={digest}")).await;
    assert!(roster.status == 200 && roster.body.contains("\"is\":\"present\""), "{}", roster.body);
}

#[actix_web::test]
async fn an_ended_kiosk_finds_nobody_and_what_it_stored_before_is_looked_at() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let before = site.app.clock.now();
    let list = hq.get(format!("/sessions/{session}/kiosks")).await;
    let end = list.body.split("action=\"").find_map(|part| part.split('"').next().filter(|to| to.ends_with("/end")));

    assert_eq!(hq.post(end.expect("a button"), &[]).await.status, 303);
    site.set_clock("2024-07-05", "09:01");

    assert_eq!(tablet.get("/kiosk/roster").await.status, 410);
    let after = entry("after-the-end", site.cast.colleague.person, site.app.clock.now());
    let answer = sync(&site, &mut tablet, &[entry("before-the-end", site.cast.trainee.person, before), after]).await;
    assert_eq!(effects(&answer), ["recorded", "refused"]);
    let review = site.app.db.read(move |conn| Ok(list_to_review(conn, session)?)).await.expect("a read");
    assert!(review.len() == 2 && review.iter().all(|(entry, _)| entry.review == Some(Review::Ended)));
}

/// The address in the QR for somebody's phone, asked for at a kiosk.
async fn given_door(site: &TestApp, tablet: &mut Browser, member: Member) -> String {
    let sent = tablet.post("/kiosk/door", &[("person", &member.person.to_string())]).await;
    let shown = sent.location.expect("a page with the QR");
    assert!(tablet.get(&shown).await.body.contains("<svg"), "a QR");
    let id: i64 = shown.rsplit('/').next().expect("a number").parse().expect("a number");
    let id = xuefa::store::ids::DoorOpeningId(id);
    let nonce = site.app.db.read(move |conn| Ok(kiosk::find_door(conn, id)?.opening.nonce)).await.expect("an opening");
    xuefa::links::door(id, &kiosk::door_token(&site.app.secret, id, &nonce))
}

#[actix_web::test]
async fn a_phone_opened_at_the_door_is_checked_in_and_remembered_for_400_days_for_own_matters_only() {
    let site = TestApp::start().await;
    let leader = site.cast.leader_of_first_unit;
    let session = given_open_session(&site, &[(leader, None), (site.cast.trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let door = given_door(&site, &mut tablet, leader).await;
    let mut phone = site.signed_out();

    let asked = phone.get(&door).await;
    assert!(asked.says("程*") && !asked.says("程诚"), "{}", asked.text());
    assert!(recorded(&site, session, leader).await.is_none(), "opening the address changes nothing");
    let entered = phone.post(&door, &[]).await;
    assert_eq!(entered.location, Some(format!("/sessions/{session}/checked-in")), "{}", entered.text());
    let cookie = entered.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.contains("Max-Age=34560000"), "{cookie}");
    assert!(phone.get(format!("/sessions/{session}/checked-in")).await.says("程诚"));
    let row = recorded(&site, session, leader).await.expect("a row");
    assert_eq!((row.state, row.method), (AttendanceState::Present, Method::Door));

    for (path, status) in [
        (format!("/units/{}", site.cast.first_unit), 404),
        ("/units".to_owned(), 404),
        ("/people".to_owned(), 404),
        ("/tasks/new".to_owned(), 404),
        (format!("/sessions/{session}/roll"), 404),
        (format!("/sessions/{session}/report"), 404),
        (format!("/people/{}", site.cast.trainee.person), 404),
        ("/tasks".to_owned(), 200),
        ("/record".to_owned(), 200),
        (format!("/sessions/{session}"), 200),
    ] {
        assert_eq!(phone.get(&path).await.status, status, "{path}");
    }
    let me = phone.get("/me").await;
    assert!(me.says("Sign in with a password for more") && me.says("Registered at the door"), "{}", me.text());
    site.app.clock.set(site.app.clock.now() + TimeDelta::days(399));
    assert_eq!(phone.get("/tasks").await.status, 200);
    site.app.clock.set(site.app.clock.now() + TimeDelta::days(1));
    assert_eq!(phone.get("/tasks").await.status, 303);
}

#[actix_web::test]
async fn a_clerk_of_a_venue_is_none_on_a_remembered_phone() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.colleague, None), (site.cast.trainee, None)]).await;
    let clerk = site.cast.colleague.person;
    site.write(move |conn| {
        let venue = xuefa::training::queries::list_venues(conn, session)?[0].id;
        diesel::insert_into(session_clerks::table)
            .values((
                session_clerks::session_id.eq(session),
                session_clerks::venue_id.eq(venue),
                session_clerks::person_id.eq(clerk),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("a clerk");
    let mut tablet = given_kiosk(&site, session).await;
    let door = given_door(&site, &mut tablet, site.cast.colleague).await;
    let (mut phone, mut desk) = (site.signed_out(), site.signed_in_as(site.cast.colleague).await);
    phone.post(&door, &[]).await;

    for part in ["roll", "kiosks", "sheet"] {
        assert_eq!(desk.get(format!("/sessions/{session}/{part}")).await.status, 200, "{part}");
        assert_eq!(phone.get(format!("/sessions/{session}/{part}")).await.status, 404, "{part}");
    }
}

#[actix_web::test]
async fn the_qr_for_a_phone_works_once_for_two_minutes_and_not_for_a_guess() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let door = given_door(&site, &mut tablet, site.cast.trainee).await;
    let (mut phone, mut other) = (site.signed_out(), site.signed_out());

    let guess = format!("{}0", &door[..door.len() - 1]);
    let guess = if guess == door { format!("{}1", &door[..door.len() - 1]) } else { guess };
    assert_eq!(other.get(&guess).await.status, 404);
    assert_eq!(other.post(&guess, &[]).await.status, 404);
    assert_eq!(phone.post(&door, &[]).await.status, 303);
    let second = other.post(&door, &[]).await;
    assert!(second.status == 422 && second.says("has been used or has expired"), "{}", second.text());
    assert_eq!(other.get("/tasks").await.status, 303);

    let older = given_door(&site, &mut tablet, site.cast.colleague).await;
    let newer = given_door(&site, &mut tablet, site.cast.colleague).await;
    assert_eq!(other.post(&older, &[]).await.status, 422, "a newer one ends the older one");
    site.set_clock("2024-07-05", "09:02");
    assert_eq!(other.post(&newer, &[]).await.status, 422);
    assert!(recorded(&site, session, site.cast.colleague).await.is_none());
}

#[actix_web::test]
async fn a_remembered_phone_ends_by_its_owner_or_with_the_account_and_no_disabled_account_is_opened() {
    let site = TestApp::start().await;
    let trainee = site.cast.trainee;
    let session = given_open_session(&site, &[(trainee, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let (mut first, mut second) = (site.signed_out(), site.signed_out());
    let door = given_door(&site, &mut tablet, trainee).await;
    first.post(&door, &[]).await;
    let door = given_door(&site, &mut tablet, trainee).await;
    second.post(&door, &[]).await;
    let mut desk = site.signed_in_as(trainee).await;

    let me = desk.get("/me").await;
    assert_eq!(me.body.matches("Registered at the door").count(), 2, "{}", me.text());
    let end = me.body.split("action=\"").filter_map(|part| part.split('"').next()).find(|to| to.ends_with("/end"));
    desk.post(end.expect("a button"), &[]).await;
    let alive = [first.get("/tasks").await.status, second.get("/tasks").await.status];
    assert!(alive.contains(&200) && alive.contains(&303), "{alive:?}");

    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    site.write(move |conn| {
        let version = xuefa::accounts::queries::find_account_of(conn, trainee.person)?.account.map_or(0, |a| a.version);
        xuefa::accounts::disable(conn, &hq, trainee.person, version, now)
    })
    .await
    .expect("disabled");
    assert_eq!([first.get("/tasks").await.status, second.get("/tasks").await.status], [303, 303]);
    assert_eq!(tablet.post("/kiosk/door", &[("person", &trainee.person.to_string())]).await.status, 422);
}

#[actix_web::test]
async fn somebody_without_an_account_gets_one_without_a_password_by_opening_their_phone() {
    let site = TestApp::start().await;
    let (unit, today) = (site.cast.first_unit, NaiveDate::from_ymd_opt(2024, 7, 5).expect("a date"));
    let person = site.write(move |conn| {
        let new = NewPerson {
            employee_number: "E0199".to_owned(),
            name: "单宏".to_owned(),
            unit_id: unit,
            post: "职员".to_owned(),
            category: Category::Staff,
            order_number: 50,
            email: None,
        };
        Ok(organization::queries::insert_people(conn, &[new], today)?[0])
    });
    let member = Member { person: person.await.expect("a person"), account: AccountId(0) };
    let session = given_open_session(&site, &[(member, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let door = given_door(&site, &mut tablet, member).await;
    let mut phone = site.signed_out();

    phone.post(&door, &[]).await;

    assert_eq!(phone.get(format!("/sessions/{session}/checked-in")).await.status, 200);
    assert_eq!(
        phone.get("/tasks").await.location.as_deref(),
        Some("/welcome?next=/tasks"),
        "the notice comes with the next page"
    );
    let of =
        site.write(move |conn| xuefa::accounts::queries::find_account_of(conn, member.person)).await.expect("a read");
    let account = of.account.expect("an account");
    assert_eq!((account.user_name.as_str(), account.password_hash), ("e0199", None));
}

#[actix_web::test]
async fn whoever_is_signed_in_on_the_phone_already_stays_so_and_anybody_elses_login_on_it_ends() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None), (site.cast.colleague, None)]).await;
    let mut tablet = given_kiosk(&site, session).await;
    let mut own = site.signed_in_as(site.cast.trainee).await;
    let mut shared = site.signed_in_as(site.cast.hq).await;
    let before = shared.cookies.clone();

    let door = given_door(&site, &mut tablet, site.cast.trainee).await;
    let entered = own.post(&door, &[]).await;
    assert!(entered.status == 303 && entered.header("set-cookie").is_none(), "{:?}", entered.headers);
    assert!(own.get("/me").await.says("Current password") || own.get("/me").await.status == 200);
    assert!(!own.get("/me").await.says("Registered at the door"));

    let door = given_door(&site, &mut tablet, site.cast.colleague).await;
    shared.post(&door, &[]).await;
    assert!(shared.get("/me").await.says("李敏"));
    shared.cookies = before;
    assert_eq!(shared.get("/me").await.status, 303, "HQ's login on that phone is over");
}

#[actix_web::test]
async fn the_personal_code_is_shown_to_whom_it_names() {
    let site = TestApp::start().await;
    let session = given_open_session(&site, &[(site.cast.trainee, None)]).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let page = trainee.get(format!("/sessions/{session}/my-code")).await;

    assert!(
        page.status == 200 && page.body.contains("<svg") && page.says("Employee number trainee"),
        "{}",
        page.text()
    );
    assert!(trainee.get(format!("/sessions/{session}")).await.body.contains("/my-code"));
}
