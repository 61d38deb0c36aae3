//! A second factor: enrolled, asked for after the password, lost, and asked for by role.

use crate::support::{Answer, Browser, Member, PASSWORD, TestApp};
use diesel::prelude::*;
use xuefa::accounts::factor::{self, model};
use xuefa::store::schema::{accounts, factors};

async fn user_name(site: &TestApp, member: Member) -> String {
    let id = member.account;
    let read = move |conn: &mut xuefa::store::Conn| {
        Ok(accounts::table.filter(accounts::id.eq(id)).select(accounts::user_name).get_result(conn)?)
    };
    site.app.db.read(read).await.expect("a read")
}

/// The code of the phone, so many steps from now.
async fn code(site: &TestApp, member: Member, steps: i64) -> String {
    let (secret, account) = (site.app.secret.clone(), member.account);
    let known = site.app.db.read(move |conn| factor::secret_of(conn, &secret, account)).await.expect("a read");
    model::code_at(&known.expect("a factor"), model::step_at(site.app.clock.now()) + steps)
}

/// Sets up a factor, using the code of the step before, and gives the recovery codes.
async fn enrolled(site: &TestApp, member: Member) -> Vec<String> {
    let (viewer, secret, now) = (site.viewer(member).await, site.app.secret.clone(), site.app.clock.now());
    let (begun, sealing) = (viewer.clone(), secret.clone());
    site.write(move |conn| factor::begin(conn, &sealing, &begun, now)).await.expect("begun");
    let typed = code(site, member, -1).await;
    site.write(move |conn| factor::confirm(conn, &secret, &viewer, &typed, now)).await.expect("confirmed")
}

async fn password(browser: &mut Browser, name: &str, password: &str) -> Answer {
    browser.get("/login").await;
    browser.post("/login", &[("user_name", name), ("password", password)]).await
}

#[actix_web::test]
async fn who_sets_it_up_is_asked_for_a_code_that_works_once() {
    let site = TestApp::start().await;
    let (member, name) = (site.cast.trainee, user_name(&site, site.cast.trainee).await);
    let mut browser = site.signed_in_as(member).await;

    let begun = browser.post("/me/factor/begin", &[("password", PASSWORD)]).await;
    let shown = browser.get("/me/factor").await;
    let on = browser.post("/me/factor/confirm", &[("code", &code(&site, member, -1).await)]).await;
    let mut other = site.signed_out();
    let asked = password(&mut other, &name, PASSWORD).await;
    let before = other.get("/me").await;
    let used = other.post("/login/code", &[("code", &code(&site, member, -1).await)]).await;
    let right = other.post("/login/code", &[("code", &code(&site, member, 0).await)]).await;
    let inside = other.get("/me").await;

    assert_eq!((begun.status, shown.status, on.status), (303, 200, 200), "{}", on.text());
    assert!(shown.says("type this key") && on.says("Recovery codes"));
    assert_eq!((asked.status, asked.header("location")), (303, Some("/login/code")));
    assert_eq!((before.status, used.status, right.status, inside.status), (303, 422, 303, 200));
}

#[actix_web::test]
async fn a_recovery_code_signs_in_once() {
    let site = TestApp::start().await;
    let (member, name) = (site.cast.trainee, user_name(&site, site.cast.trainee).await);
    let codes = enrolled(&site, member).await;

    let mut statuses = Vec::new();
    for code in [&codes[0], &codes[0], &codes[1]] {
        let mut browser = site.signed_out();
        password(&mut browser, &name, PASSWORD).await;
        statuses.push(browser.post("/login/code", &[("code", code)]).await.status);
    }

    assert_eq!((codes.len(), statuses), (10, vec![303, 422, 303]));
}

#[actix_web::test]
async fn a_step_that_was_used_signs_nobody_in_again() {
    let site = TestApp::start().await;
    let (member, name) = (site.cast.trainee, user_name(&site, site.cast.trainee).await);
    enrolled(&site, member).await;
    let mut browser = site.signed_out();
    password(&mut browser, &name, PASSWORD).await;
    let mut copy = site.signed_out();
    copy.cookies = browser.cookies.clone();
    copy.csrf = browser.csrf.clone();

    let first = browser.post("/login/code", &[("code", &code(&site, member, 0).await)]).await;
    let again = copy.post("/login/code", &[("code", &code(&site, member, 1).await)]).await;

    assert_eq!((first.header("location"), again.header("location")), (Some("/"), Some("/login")));
}

/// a code is used once, also by two at the same moment.
#[actix_web::test]
async fn of_two_who_use_one_code_at_the_same_moment_one_comes_in() {
    let site = TestApp::start().await;
    let (member, name) = (site.cast.trainee, user_name(&site, site.cast.trainee).await);
    enrolled(&site, member).await;
    let (mut one, mut other) = (site.signed_out(), site.signed_out());
    password(&mut one, &name, PASSWORD).await;
    password(&mut other, &name, PASSWORD).await;
    let typed = code(&site, member, 0).await;

    let fields = [("code", typed.as_str())];
    let (first, second) = tokio::join!(one.post("/login/code", &fields), other.post("/login/code", &fields));
    let inside = [one.get("/me").await.status, other.get("/me").await.status];

    let came_in = [&first, &second].iter().filter(|answer| answer.location.as_deref() == Some("/")).count();
    assert_eq!((came_in, inside.iter().filter(|status| **status == 200).count()), (1, 1), "{first:?} {second:?}");
}

#[actix_web::test]
async fn wrong_codes_are_held_back_as_passwords_are() {
    let site = TestApp::start().await;
    let name = user_name(&site, site.cast.trainee).await;
    enrolled(&site, site.cast.trainee).await;
    let mut browser = site.signed_out();
    password(&mut browser, &name, PASSWORD).await;

    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(browser.post("/login/code", &[("code", "nonsense")]).await.status);
    }

    assert_eq!(statuses, [422, 422, 422, 422, 429]);
}

///
#[actix_web::test]
async fn a_wrong_password_is_answered_alike_with_and_without_a_factor() {
    let site = TestApp::start().await;
    let with = user_name(&site, site.cast.trainee).await;
    let without = user_name(&site, site.cast.colleague).await;
    enrolled(&site, site.cast.trainee).await;

    let mut answers = Vec::new();
    for name in [with, without] {
        let answer = password(&mut site.signed_out(), &name, "not the password").await;
        answers.push((answer.status, answer.says("is not right"), answer.header("set-cookie").is_some()));
    }

    assert_eq!(answers[0], answers[1]);
    assert_eq!((answers[0].0, answers[0].1), (422, true));
}

#[actix_web::test]
async fn who_holds_a_role_that_asks_for_one_sets_it_up_first() {
    let site = TestApp::start().await;
    let done = site.write(|conn| {
        let now = xuefa::settings::current(conn)?;
        let factor_roles = vec![xuefa::access::Role::Leader];
        xuefa::settings::establish(conn, &xuefa::settings::Settings { factor_roles, ..now })
    });
    done.await.expect("set");
    site.app.foot.refresh(&site.app.db).await.expect("read");
    let leader = site.cast.leader_of_first_unit;
    let mut browser = site.signed_in_as(leader).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let mut before = Vec::new();
    for page in ["/units", "/sessions", "/me", "/me/factor", "/tasks"] {
        before.push(browser.get(page).await.status);
    }
    let led = browser.get("/units").await;
    let free = trainee.get("/sessions").await;
    enrolled(&site, leader).await;
    let after = browser.get("/units").await;

    assert_eq!(before, [303, 303, 303, 200, 200]);
    assert_eq!(led.header("location"), Some("/me/factor"));
    assert_eq!((free.status, after.status), (200, 200));
}

#[actix_web::test]
async fn the_security_duty_resets_a_factor_and_never_its_own() {
    let site = TestApp::start().await;
    let (member, admin) = (site.cast.trainee, site.cast.admin);
    let name = user_name(&site, member).await;
    enrolled(&site, member).await;
    enrolled(&site, admin).await;
    let path = |member: Member| format!("/people/{}/account/factor", member.person);

    let by_hq = site.signed_in_as(site.cast.hq).await.post(path(member), &[]).await;
    let mut browser = site.signed_in_as(admin).await;
    let own = browser.post(path(admin), &[]).await;
    let done = browser.post(path(member), &[]).await;
    let signed_in = password(&mut site.signed_out(), &name, PASSWORD).await;

    assert_eq!((by_hq.status, done.status), (403, 303));
    assert_ne!(own.status, 303);
    assert_eq!(signed_in.header("location"), Some("/"));
}

#[actix_web::test]
async fn the_secret_does_not_lie_in_the_database_in_clear() {
    let site = TestApp::start().await;
    enrolled(&site, site.cast.trainee).await;
    let (secret, account) = (site.app.secret.clone(), site.cast.trainee.account);

    let read = move |conn: &mut xuefa::store::Conn| {
        let stored: Vec<u8> = factors::table.select(factors::sealed_secret).get_result(conn)?;
        Ok((stored, factor::secret_of(conn, &secret, account)?.expect("a secret")))
    };
    let (stored, plain) = site.app.db.read(read).await.expect("a read");

    assert_eq!(plain.len(), model::SECRET_BYTES);
    assert!(!stored.windows(plain.len()).any(|part| part == plain));
}

#[actix_web::test]
async fn with_a_factor_eight_characters_are_enough_and_it_is_not_switched_off_with_so_few() {
    let site = TestApp::start().await;
    enrolled(&site, site.cast.trainee).await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;
    let short = "tea;Kx9q";

    let changed = browser.post("/me/password", &[("old", PASSWORD), ("password", short), ("again", short)]).await;
    let kept = browser.post("/me/factor/off", &[("password", short)]).await;
    let wrong = browser.post("/me/factor/off", &[("password", PASSWORD)]).await;

    assert_eq!((changed.status, kept.status, wrong.status), (303, 422, 422), "{}", changed.text());
    assert!(kept.says("change it first") && wrong.says("is not right"));
}
