//! The rotating code: what each page of a scan says, what is kept over the sign-in, and who is heard how often.

use crate::support::facts::wait;
use crate::support::{Answer, Browser, TestApp};
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::attendance::AttendanceState;
use xuefa::links;
use xuefa::store::ids::{SessionId, VenueId};
use xuefa::store::schema::{attendance, audit_entries, code_addresses, code_tries, form_results, sessions, venues};
use xuefa::training::SessionState;
use xuefa::web::app::Demo;

const DAY: &str = "2024-07-05";

/// A published session of today, 09:00 to 11:00, check-in from 08:30, and its venue.
async fn given_session(site: &TestApp) -> (SessionId, VenueId) {
    let (trainee, colleague) = (site.cast.trainee, site.cast.colleague);
    let session = site.given_session(DAY, SessionState::Published, &[(trainee, None), (colleague, None)]).await;
    (session, venue_of(site, session).await)
}

async fn venue_of(site: &TestApp, session: SessionId) -> VenueId {
    let venue = site
        .app
        .db
        .read(move |conn| Ok(venues::table.filter(venues::session_id.eq(session)).select(venues::id).first(conn)?));
    venue.await.expect("a venue")
}

/// The row of the one who checked in: when they arrived, where, by which browser, and until when the code stood.
type Row =
    (AttendanceState, Option<VenueId>, Option<xuefa::clock::Moment>, Option<String>, Option<xuefa::clock::Moment>);

async fn rows(site: &TestApp) -> Vec<Row> {
    let rows = site.app.db.read(|conn| {
        let columns = (
            attendance::state,
            attendance::venue_id,
            attendance::arrived_at,
            attendance::device,
            attendance::code_until,
        );
        Ok(attendance::table.order(attendance::person_id).select(columns).load(conn)?)
    });
    rows.await.expect("the rows")
}

/// Everything that opening a link must leave as it is.
async fn n_written(site: &TestApp) -> (i64, i64, i64, i64, i64) {
    let counted = site.app.db.read(|conn| {
        Ok((
            attendance::table.count().get_result(conn)?,
            audit_entries::table.count().get_result(conn)?,
            code_tries::table.count().get_result(conn)?,
            code_addresses::table.count().get_result(conn)?,
            form_results::table.count().get_result(conn)?,
        ))
    });
    counted.await.expect("counts")
}

async fn signs_in(phone: &mut Browser) -> Answer {
    let asked = phone.get("/login").await;
    assert_eq!(asked.status, 200);
    phone.post("/login", &[("user_name", "trainee"), ("password", crate::support::PASSWORD)]).await
}

#[actix_web::test]
async fn a_scan_while_signed_out_outlives_the_code_through_the_sign_in() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let scanned_at = site.app.clock.now();
    let mut phone = site.signed_out();

    let asked = phone.get(&code).await;
    wait(&site, 540);
    let signed_in = signs_in(&mut phone).await;
    // The token of the forms belongs to the login that has begun.
    let login = phone.cookies.iter().find(|(name, _)| name == "xuefa_login").expect("a login").1.clone();
    phone.csrf = site.app.secret.derive("csrf", &login);
    let page = phone.get(&code).await;
    let done = phone.post(&code, &[]).await;

    assert_eq!(asked.location, Some(links::login_then(&code)));
    assert!(!asked.body.contains("培训会"), "a stranger is told nothing of the session");
    assert_eq!(signed_in.status, 303);
    assert!(page.status == 200 && page.says("信访工作法治化培训会") && page.says("主会场"), "{}", page.text());
    assert_eq!(done.location, Some(links::checked_in(session)));
    let row = &rows(&site).await[0];
    assert_eq!((row.0, row.1), (AttendanceState::Present, Some(venue)));
    assert_eq!(row.2, Some(scanned_at), "who was in time when scanning was in time");
    assert!(row.3.as_ref().is_some_and(|device| device.len() == 32));
    assert_eq!(row.4, Some(scanned_at + TimeDelta::seconds(15)));
}

#[actix_web::test]
async fn a_scan_is_worth_something_for_ten_minutes_and_not_a_second_longer() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let first = phone.get(&code).await;
    wait(&site, 600);
    let at_the_limit = phone.get(&code).await;
    wait(&site, 1);

    let after = phone.get(&code).await;
    let sent = phone.post(&code, &[]).await;

    assert!(first.says("Check in") && at_the_limit.says("Check in"));
    assert_eq!((after.status, sent.status), (200, 422));
    assert!(after.says("This code has been replaced") && sent.says("This code has been replaced"), "{}", after.text());
    assert!(after.says("Scan the code on the screen again"));
    assert_eq!(rows(&site).await.len(), 0);
}

/// Z-08.
#[actix_web::test]
async fn a_code_that_another_browser_scanned_in_time_is_too_old_here() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let mut in_the_hall = site.signed_in_as(site.cast.trainee).await;
    in_the_hall.get(&code).await;
    wait(&site, 29);
    let sent_on_at_once = site.signed_in_as(site.cast.colleague).await.get(&code).await;
    wait(&site, 1);

    let sent_on = site.signed_in_as(site.cast.colleague).await.post(&code, &[]).await;
    let signed_out = site.signed_out().get(&code).await;
    let here = in_the_hall.post(&code, &[]).await;

    assert!(sent_on_at_once.says("Check in"));
    assert!(sent_on.status == 422 && sent_on.says("This code has been replaced"), "{}", sent_on.text());
    assert!(signed_out.status == 200 && signed_out.says("This code has been replaced"), "{}", signed_out.text());
    assert!(!signed_out.body.contains("培训会"));
    assert_eq!(here.status, 303);
}

#[actix_web::test]
async fn a_forged_code_is_told_in_words_and_counts_as_a_wrong_one_when_it_is_sent() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let real = site.code_on_screen(session, venue);
    let forged = format!("{}{}", &real[..real.len() - 1], if real.ends_with('A') { 'B' } else { 'A' });
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let looked = phone.get(links::code(&forged)).await;
    let sent = phone.post(links::code(&forged), &[]).await;
    let shapeless = phone.get(links::code("nonsense")).await;
    let signed_out = site.signed_out().get(links::code(&forged)).await;

    assert_eq!((looked.status, sent.status, shapeless.status, signed_out.status), (404, 422, 404, 404));
    for answer in [&looked, &sent, &shapeless, &signed_out] {
        assert!(answer.says("This is not a check-in code"), "{}", answer.text());
    }
    let n_wrong = site.app.db.read(|conn| Ok(code_tries::table.select(code_tries::n_wrong).load::<i64>(conn)?));
    assert_eq!(n_wrong.await.expect("a count"), [1]);
    assert_eq!(rows(&site).await.len(), 0);
}

///
#[actix_web::test]
async fn opening_a_code_changes_nothing_whoever_opens_it_and_however_often() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let real = site.code_on_screen(session, venue);
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut stranger = site.signed_in_as(site.cast.stranger).await;
    let before = n_written(&site).await;

    for address in
        [links::code(&real), links::code("1.1.aaaaaaaaaaa"), links::code("472916"), "/c?code=472916".to_owned()]
    {
        for browser in [&mut trainee, &mut stranger, &mut site.signed_out()] {
            browser.get(&address).await;
            browser.head(&address).await;
        }
    }

    assert_eq!(n_written(&site).await, before);
}

#[actix_web::test]
async fn early_opens_by_itself_and_the_scan_is_kept_until_ten_minutes_after() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    site.set_clock(DAY, "08:20");
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let early = phone.get(&code).await;
    let pressed = phone.post(&code, &[]).await;
    site.set_clock(DAY, "08:39");
    let open = phone.get(&code).await;
    let done = phone.post(&code, &[]).await;

    assert_eq!((early.status, pressed.status, open.status, done.status), (200, 422, 200, 303));
    assert!(early.says("Check-in has not opened yet") && early.says("08:30"), "{}", early.text());
    assert!(early.header("refresh").is_some() && open.header("refresh").is_none());
    assert!(open.says("Check in"), "{}", open.text());
    assert_eq!(rows(&site).await[0].2, Some(site.moment(DAY, "08:30")), "nobody is there before it opens");
}

#[actix_web::test]
async fn who_scanned_before_the_end_signs_in_after_it_and_who_did_not_is_told() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    site.set_clock(DAY, "10:59");
    let code = links::code(&site.code_on_screen(session, venue));
    let mut in_time = site.signed_in_as(site.cast.trainee).await;
    in_time.get(&code).await;
    site.set_clock(DAY, "11:04");

    let done = in_time.post(&code, &[]).await;
    let late_code = links::code(&site.code_on_screen(session, venue));
    let late = site.signed_in_as(site.cast.colleague).await.get(&late_code).await;

    assert_eq!(done.location, Some(links::checked_in(session)));
    assert!(late.says("Check-in has ended") && late.says("tell the desk"), "{}", late.text());
}

#[actix_web::test]
async fn a_valid_code_of_a_session_one_is_not_on_has_its_own_page() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.stranger).await;

    let looked = phone.get(&code).await;
    let sent = phone.post(&code, &[]).await;
    let hidden = phone.get(links::session(session)).await;

    assert_eq!((looked.status, sent.status, hidden.status), (200, 422, 404));
    assert!(looked.says("You are not on this session") && looked.says("培训会"), "{}", looked.text());
}

#[actix_web::test]
async fn two_devices_of_one_person_at_once_make_one_row() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let mut tablet = site.signed_in_as(site.cast.trainee).await;
    phone.get(&code).await;
    tablet.get(&code).await;

    let (first, second) = futures_util::future::join(phone.post(&code, &[]), tablet.post(&code, &[])).await;

    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(rows(&site).await.len(), 1);
    assert!([first.location, second.location].iter().flatten().any(|to| to.ends_with("?again=1")));
}

#[actix_web::test]
async fn two_people_of_one_browser_are_told_by_it_and_two_browsers_differ() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    phone.get(&code).await;
    phone.post(&code, &[]).await;
    let mut lent = site.signed_in_as(site.cast.colleague).await;
    lent.cookies.extend(phone.cookies.iter().filter(|(name, _)| name == "xuefa_device").cloned());

    lent.post(&code, &[]).await;

    let rows = rows(&site).await;
    assert_eq!(rows.len(), 2);
    assert!(rows[0].3.is_some() && rows[0].3 == rows[1].3);
    let name = &phone.cookies.iter().find(|(name, _)| name == "xuefa_device").expect("a name").1;
    assert_ne!(rows[0].3.as_deref(), Some(&name[..32]), "the browser's name itself is not held");
}

#[actix_web::test]
async fn who_signs_in_on_the_way_to_a_check_in_is_told_so() {
    let site = TestApp::start().await;

    let by_code = site.signed_out().get("/login?next=/c/abc").await;
    let elsewhere = site.signed_out().get("/login?next=/calls").await;

    assert!(by_code.says("you go on to check in"), "{}", by_code.text());
    assert!(elsewhere.says("you go on to the page you wanted"), "{}", elsewhere.text());
}

#[actix_web::test]
async fn six_digits_are_judged_when_they_are_sent_and_lead_to_the_code_that_they_stand_for() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let digits = site.digits_on_screen(session, venue);
    let code = links::code(&site.code_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let grouped = format!("{} {}", &digits[..3], &digits[3..]);

    let opened = phone.get(links::code(&digits)).await;
    let form = phone.get(format!("/c?code={digits}")).await;
    wait(&site, 29);
    let sent = phone.post("/c", &[("code", &grouped)]).await;
    wait(&site, 120);
    let page = phone.get(&code).await;
    let done = phone.post(&code, &[]).await;
    let old = phone.post("/c", &[("code", &digits)]).await;
    let short = phone.post("/c", &[("code", "12345")]).await;

    assert_eq!(opened.location, Some(format!("/c?code={digits}")));
    assert!(form.body.contains(&format!("value=\"{digits}\"")));
    assert_eq!(sent.location, Some(code), "{}", sent.text());
    assert!(page.says("Check in"));
    assert_eq!(done.status, 303);
    assert!(old.status == 422 && old.says("The code is wrong or has been replaced"), "{}", old.text());
    assert!(!old.body.contains(&digits), "the field is empty for the next code");
    assert!(short.status == 422 && short.body.contains("value=\"12345\"") && short.says("The code is six digits"));
}

#[actix_web::test]
async fn ten_wrong_codes_of_one_login_make_it_wait_a_minute_and_others_do_not_wait() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let right = |site: &TestApp| site.digits_on_screen(session, venue);
    let wrong = if right(&site) == "000000" { "000001" } else { "000000" };
    let mut guesser = site.signed_in_as(site.cast.trainee).await;

    let mut told = Vec::new();
    for _ in 0..10 {
        told.push(guesser.post("/c", &[("code", wrong)]).await);
    }
    let paused = guesser.post("/c", &[("code", &right(&site))]).await;
    let scanned = guesser.get(links::code(&site.code_on_screen(session, venue))).await;
    let other = site.signed_in_as(site.cast.colleague).await.post("/c", &[("code", &right(&site))]).await;
    wait(&site, 60);
    let later = guesser.post("/c", &[("code", &right(&site))]).await;

    assert!(told.iter().all(|answer| answer.status == 422 && answer.says("wrong or has been replaced")));
    assert!(paused.status == 422 && paused.says("Too many wrong codes"), "{}", paused.text());
    assert!(scanned.says("Check in"), "who mistypes can still scan");
    assert_eq!((other.status, later.status), (303, 303));
}

#[actix_web::test]
async fn past_the_limit_of_an_address_those_are_heard_there_who_have_typed_no_wrong_code() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let right = site.digits_on_screen(session, venue);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let mut mistyped = site.signed_in_as(site.cast.trainee).await;
    mistyped.post("/c", &[("code", wrong)]).await;
    site.write(|conn| Ok(diesel::update(code_addresses::table).set(code_addresses::n_wrong.eq(120)).execute(conn)?))
        .await
        .expect("a crowd");

    let unheard = mistyped.post("/c", &[("code", &right)]).await;
    let heard = site.signed_in_as(site.cast.colleague).await.post("/c", &[("code", &right)]).await;
    let mut elsewhere = mistyped.clone();
    elsewhere.address = "203.0.113.8";
    let from_elsewhere = elsewhere.post("/c", &[("code", &right)]).await;
    wait(&site, 60);
    let later = mistyped.post("/c", &[("code", &site.digits_on_screen(session, venue))]).await;

    assert!(unheard.status == 422 && unheard.says("Too many wrong codes"), "{}", unheard.text());
    assert_eq!((heard.status, from_elsewhere.status, later.status), (303, 303, 303));
}

#[actix_web::test]
async fn a_closed_session_has_no_code_any_more() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let (code, digits) = (links::code(&site.code_on_screen(session, venue)), site.digits_on_screen(session, venue));
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    phone.get(&code).await;
    site.write(move |conn| {
        let row = sessions::table.filter(sessions::id.eq(session));
        Ok(diesel::update(row).set(sessions::state.eq(SessionState::Closed)).execute(conn)?)
    })
    .await
    .expect("closed");

    let scanned = phone.post(&code, &[]).await;
    let typed = phone.post("/c", &[("code", &digits)]).await;

    assert!(scanned.status == 422 && scanned.says("Check-in has ended"), "{}", scanned.text());
    assert!(typed.status == 422 && typed.says("wrong or has been replaced"), "{}", typed.text());
    assert_eq!(rows(&site).await.len(), 0);
}

#[actix_web::test]
async fn a_screen_shows_one_code_to_all_who_may_see_it_and_the_figures() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let screen = links::screen(session, venue);
    let named = format!("{screen}&screen=0123456789abcdef");
    let digits = site.digits_on_screen(session, venue);
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let first = hq.get(&screen).await;
    let second = site.signed_in_as(site.cast.hq).await.get(&screen).await;
    let next_too_soon = hq.get(format!("{named}&next=1")).await;
    wait(&site, 11);
    let next = hq.get(format!("{named}&next=1")).await;
    wait(&site, 4);
    let later = hq.get(&named).await;
    let live = hq.get(links::session(session)).await;

    let shown = |answer: &Answer| answer.says(&digits[..3]) && answer.says(&digits[3..]);
    assert!(shown(&first) && shown(&second) && shown(&next_too_soon), "{}", first.text());
    assert!(!shown(&next) && !shown(&later));
    assert!(next.says(&site.digits_on_screen(session, venue)[..3]), "the next code is the one that then comes");
    assert!(first.says("Present 0 / due 2"), "{}", first.text());
    assert!(first.body.contains("http-equiv=\"refresh\" content=\"15; url="), "it works without scripts");
    assert!(first.body.contains("<svg viewBox=") && !first.body.contains("class=\"header\""));
    assert!(live.says("3 check-in screens are on"), "{}", live.text());
}

#[actix_web::test]
async fn a_screen_says_when_it_opens_and_that_it_has_ended() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let screen = links::screen(session, venue);
    let mut hq = site.signed_in_as(site.cast.hq).await;

    site.set_clock(DAY, "07:00");
    let before = hq.get(&screen).await;
    site.set_clock(DAY, "08:00");
    let early = hq.get(&screen).await;
    site.set_clock(DAY, "11:01");
    let after = hq.get(&screen).await;

    assert!(before.says("Check-in opens at 08:30") && !before.body.contains("screen-digits"), "{}", before.text());
    assert!(before.says("09:00–11:00") && before.says("主会场"), "{}", before.text());
    assert!(before.body.contains(&format!("<a href=\"{}\">Back</a>", links::session(session))), "{}", before.body);
    assert!(early.says("Check-in opens at 08:30") && early.body.contains("screen-digits"), "{}", early.text());
    assert!(after.says("Check-in has ended") && !after.body.contains("screen-digits"));
}

#[actix_web::test]
async fn a_demo_shows_its_hall_to_whoever_tries_it_on_this_machine_and_to_nobody_else() {
    let site = TestApp::start_with(|app| app.demo = Some(Demo { password: "a long password".to_owned() })).await;
    let (session, venue) = given_session(&site).await;
    let (mut here, mut elsewhere) = (site.signed_out(), site.signed_out());
    here.address = "127.0.0.1";

    site.set_clock(DAY, "07:00");
    let (before, early) = (here.get(links::DEMO).await, here.get(links::DEMO_SCREEN).await);
    site.set_clock(DAY, "09:30");
    let (steps, screen) = (here.get(links::DEMO).await, here.get(links::DEMO_SCREEN).await);
    let digits = site.digits_on_screen(session, venue);

    assert!(!before.body.contains(links::DEMO_SCREEN) && early.status == 404, "{}", before.body);
    assert!(steps.body.contains(&format!("href=\"{}\"", links::DEMO_SCREEN)), "{}", steps.body);
    assert!(screen.says(&digits[..3]) && screen.says(&digits[3..]), "{}", screen.text());
    assert!(screen.body.contains("data-address=\"/demo/screen?screen"), "{}", screen.body);
    assert_eq!(elsewhere.get(links::DEMO_SCREEN).await.status, 404);
}

/// A clerk of the venue: the colleague.
async fn given_clerk(site: &TestApp, session: SessionId, venue: VenueId) {
    let person = site.cast.colleague.person;
    site.write(move |conn| Ok(xuefa::training::queries::insert_clerk(conn, session, venue, person)?))
        .await
        .expect("a clerk");
}

#[actix_web::test]
async fn home_leads_a_clerk_to_the_roll_and_tells_everybody_of_the_sessions_to_come() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let later = site.given_session("2024-07-07", SessionState::Published, &[(site.cast.trainee, None)]).await;
    given_clerk(&site, session, venue).await;
    site.set_clock(DAY, "09:30");

    let clerk = site.signed_in_as(site.cast.colleague).await.get("/").await;
    let trainee = site.signed_in_as(site.cast.trainee).await.get("/").await;

    let (roll, coming) = (links::session_part(session, "roll"), links::session(later));
    assert!(clerk.body.contains(&format!("href=\"{roll}\"")) && clerk.says("You are a clerk"), "{}", clerk.body);
    assert!(!trainee.body.contains(&roll) && !clerk.body.contains(&format!("href=\"{coming}\"")), "{}", trainee.body);
    assert!(trainee.body.contains(&format!("class=\"row\" href=\"{coming}\"")), "{}", trainee.body);
}

#[actix_web::test]
async fn the_screen_is_for_hq_and_the_venues_clerk_and_nobody_else_finds_it() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let screen = links::screen(session, venue);
    let leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get(&screen).await;
    let trainee = site.signed_in_as(site.cast.trainee).await.get(&screen).await;
    given_clerk(&site, session, venue).await;
    let mut clerk = site.signed_in_as(site.cast.colleague).await;

    let own = clerk.get(links::session_part(session, "screen")).await;
    let foreign = clerk.get(links::screen(session, VenueId(venue.0 + 1))).await;

    assert_eq!((leader.status, trainee.status, own.status, foreign.status), (404, 404, 200, 404));
}

#[actix_web::test]
async fn somebody_not_expected_asks_to_be_a_guest_and_the_desk_confirms_it_in_no_figure() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    given_clerk(&site, session, venue).await;
    let code = site.code_on_screen(session, venue);
    let mut phone = site.signed_in_as(site.cast.stranger).await;
    let offered = phone.get(links::code(&code)).await;
    wait(&site, 300);

    let asked = phone.post(links::ask_as_guest(&code), &[]).await;
    let again = phone.post(links::ask_as_guest(&code), &[]).await;
    let waits = phone.get(links::code(&code)).await;
    let mut clerk = site.signed_in_as(site.cast.colleague).await;
    let list = clerk.get(links::session_part(session, "guests")).await;
    site.write(move |conn| {
        Ok(diesel::update(sessions::table).set(sessions::state.eq(SessionState::Closed)).execute(conn)?)
    })
    .await
    .expect("closed");
    let confirming = site.signed_in_as(site.cast.hq).await.get(links::session_part(session, "confirm")).await;
    site.write(move |conn| {
        Ok(diesel::update(sessions::table).set(sessions::state.eq(SessionState::Published)).execute(conn)?)
    })
    .await
    .expect("open again");
    let decide = links::guest_part(session, xuefa::store::ids::GuestId(1), "decide");
    let confirmed = clerk.post(&decide, &[("state", "confirmed"), ("version", "1")]).await;
    let outdated = clerk.post(&decide, &[("state", "refused"), ("version", "1")]).await;
    let told = phone.get(links::code(&code)).await;
    let report = site.signed_in_as(site.cast.hq).await.get(links::session_report(session)).await;
    let of_leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get(links::session_report(session)).await;

    assert!(offered.says("Add me as a guest"), "{}", offered.text());
    assert_eq!((asked.location.clone(), again.location), (Some(links::code(&code)), Some(links::code(&code))));
    assert!(waits.says("You asked to be listed as a guest"), "{}", waits.text());
    assert!(list.says("Guests: 1 (to be confirmed: 1)") && list.says("物资公司"), "{}", list.text());
    assert!(confirming.says("1 guest is still to be confirmed"), "{}", confirming.text());
    assert_eq!((confirmed.status, outdated.status), (303, 409));
    assert!(told.says("You are listed as a guest"), "{}", told.text());
    assert!(report.says("Guests 1 (in no figure)") && report.says("Expected 2"), "{}", report.text());
    assert!(!of_leader.says("Guests 1"), "{}", of_leader.text());
    assert_eq!(rows(&site).await.len(), 0);
}

#[actix_web::test]
async fn a_code_scanned_too_late_or_forged_makes_nobody_a_guest() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let code = site.code_on_screen(session, venue);
    let expected = site.signed_in_as(site.cast.trainee).await.post(links::ask_as_guest(&code), &[]).await;
    wait(&site, 30);

    let late = site.signed_in_as(site.cast.stranger).await.post(links::ask_as_guest(&code), &[]).await;
    let forged = site.signed_in_as(site.cast.stranger).await.post(links::ask_as_guest("1.1.aaaaaaaaaaa"), &[]).await;

    assert_eq!((expected.status, late.status, forged.status), (200, 422, 422));
    assert!(late.says("This code has been replaced") && forged.says("not a check-in code"));
    let n: i64 = site
        .app
        .db
        .read(|conn| Ok(xuefa::store::schema::guests::table.count().get_result(conn)?))
        .await
        .expect("a count");
    assert_eq!(n, 0);
}

#[actix_web::test]
async fn the_desk_adds_a_guest_who_turns_out_to_be_expected_and_is_then_present_with_a_reason() {
    let site = TestApp::start().await;
    let (session, venue) = given_session(&site).await;
    let list = links::session_part(session, "guests");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let venue_field = venue.to_string();
    let nameless = hq.post(&list, &[("name", ""), ("unit_name", "兄弟单位"), ("venue", &venue_field)]).await;
    let added = hq.post(&list, &[("name", "杜先生"), ("unit_name", "兄弟单位"), ("venue", &venue_field)]).await;
    let (id, merge) = (xuefa::store::ids::GuestId(1), "merge");
    let merge = links::guest_part(session, id, merge);

    let nobody = hq.post(&merge, &[("number", "nobody"), ("version", "1")]).await;
    let unexplained = hq.post(&merge, &[("number", "trainee"), ("version", "1")]).await;
    let merged = hq.post(&merge, &[("number", "trainee"), ("reason", "本人到场"), ("version", "1")]).await;
    let shown = hq.get(&list).await;
    let report = hq.get(links::session_report(session)).await;
    let by_leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get(&list).await;

    assert!(nameless.status == 422 && nameless.body.contains("value=\"兄弟单位\""), "{}", nameless.text());
    assert_eq!((added.status, nobody.status, unexplained.status, merged.status), (303, 422, 422, 303));
    assert!(nobody.says("Nobody has this employee number") && unexplained.says("Enter a reason"));
    assert!(shown.says("On record as 杜维平"), "{}", shown.text());
    assert_eq!(rows(&site).await.iter().map(|row| row.0).collect::<Vec<_>>(), [AttendanceState::Present]);
    assert!(!report.says("Guests 1"), "{}", report.text());
    assert_eq!(by_leader.status, 404);
}

#[actix_web::test]
async fn the_test_page_says_what_reaches_the_server_and_hq_projects_it() {
    let site = TestApp::start().await;
    let mut phone = site.signed_out();
    phone.cookies.clear();
    let mut without_cookies = phone.clone();

    let first = phone.get("/reach").await;
    let second = phone.get("/reach?step=2").await;
    without_cookies.get("/reach").await;
    without_cookies.cookies.clear();
    let lost = without_cookies.get("/reach?step=2").await;
    let hq = site.signed_in_as(site.cast.hq).await.get("/reach").await;

    assert!(first.says("Connected") && first.says("09:00") && first.says("Not encrypted"), "{}", first.text());
    assert!(first.says("Not tried yet") && second.says("Signing in and checking in work"));
    assert!(lost.says("does not keep you signed in"), "{}", lost.text());
    assert!(!first.body.contains("<svg viewBox=") && hq.body.contains("<svg viewBox="));
}
