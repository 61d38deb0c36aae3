//! Signing in and out.

use crate::support::{Answer, Browser, PASSWORD, TestApp};
use chrono::TimeDelta;
use xuefa::web::app::Demo;

async fn attempt(browser: &mut Browser, user_name: &str, password: &str) -> Answer {
    browser.post("/login", &[("user_name", user_name), ("password", password)]).await
}

fn wait(site: &TestApp, seconds: i64) {
    site.app.clock.set(site.app.clock.now() + TimeDelta::seconds(seconds));
}

#[actix_web::test]
async fn the_right_password_signs_in_and_leads_to_where_one_wanted_to_be() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();

    let wrong = browser.post("/login", &[("user_name", "hq"), ("password", "wrong")]).await;
    let right =
        browser.post("/login", &[("user_name", " HQ "), ("password", PASSWORD), ("next", "/sessions?page=2")]).await;

    assert_eq!((wrong.status, right.status), (422, 303));
    assert!(wrong.says("The user name or the password is not right"), "{}", wrong.text());
    assert_eq!(right.location.as_deref(), Some("/sessions?page=2"));
}

#[actix_web::test]
async fn a_sign_in_leads_nowhere_but_to_pages_of_this_program() {
    let site = TestApp::start().await;

    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = site.signed_out();
        let form = browser.get(format!("/login?next={}", xuefa::links::percent(foreign))).await;
        let answer = browser.post("/login", &[("user_name", "hq"), ("password", PASSWORD), ("next", foreign)]).await;

        assert!(form.body.contains(r#"name="next" value="""#), "{foreign}");
        assert_eq!(answer.location.as_deref(), Some("/"), "{foreign}");
    }
}

#[actix_web::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();

    let answer = browser.post_raw("/login", &[("user_name", "hq"), ("password", PASSWORD)]).await;

    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn a_form_of_another_browser_or_of_another_site_is_refused() {
    let site = TestApp::start().await;
    let mut victim = site.signed_in_as(site.cast.hq).await;
    let stranger = site.signed_in_as(site.cast.stranger).await;

    let foreign_token = victim.post_raw("/logout", &[("csrf", &stranger.csrf)]).await;
    victim.headers = vec![("Origin", "https://evil.example")];
    let foreign_origin = victim.post("/logout", &[]).await;
    victim.headers = vec![("Sec-Fetch-Site", "cross-site")];
    let foreign_site = victim.post("/logout", &[]).await;
    victim.headers.clear();
    let csrf = victim.csrf.clone();
    let still_there = victim.post_raw("/logout", &[("csrf", &csrf)]).await;

    assert_eq!((foreign_token.status, foreign_origin.status, foreign_site.status), (403, 403, 403));
    assert_eq!(still_there.status, 303);
}

#[actix_web::test]
async fn a_known_name_and_an_unknown_one_get_the_same_words_however_often_they_fail() {
    let site = TestApp::start().await;
    let (mut known, mut unknown) = (site.signed_out(), site.signed_out());

    for n in 1..=6 {
        let right_name = attempt(&mut known, "hq", "wrong").await;
        let wrong_name = attempt(&mut unknown, "nobody", "wrong").await;

        assert_eq!(right_name.status, wrong_name.status, "attempt {n}");
        assert_eq!(right_name.text(), wrong_name.text(), "attempt {n}");
    }
}

#[actix_web::test]
async fn the_fifth_attempt_has_to_wait_and_the_right_password_then_clears_what_was_counted() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();
    for _ in 0..4 {
        assert_eq!(attempt(&mut browser, "hq", "wrong").await.status, 422);
    }

    let early = attempt(&mut browser, "hq", PASSWORD).await;
    wait(&site, 2);
    let in_time = attempt(&mut browser, "hq", PASSWORD).await;
    let mut elsewhere = site.signed_out();
    let again = attempt(&mut elsewhere, "hq", "wrong").await;

    assert_eq!((early.status, early.header("retry-after")), (429, Some("3")));
    assert!(early.says("Try again in 3 seconds"), "{}", early.text());
    assert_eq!(in_time.status, 303);
    assert_eq!(again.status, 422);
}

#[actix_web::test]
async fn an_office_behind_one_address_is_not_held_back_by_one_of_its_people() {
    let site = TestApp::start().await;
    let mut clumsy = site.signed_out();
    for _ in 0..5 {
        attempt(&mut clumsy, "stranger", "wrong").await;
    }

    for user_name in ["hq", "admin", "leader1", "liaison1", "leader2", "trainee", "colleague"] {
        let mut browser = site.signed_out();
        assert_eq!(attempt(&mut browser, user_name, PASSWORD).await.status, 303, "{user_name}");
    }
}

#[actix_web::test]
async fn while_strangers_try_an_account_its_owner_signs_in_from_a_known_device() {
    let site = TestApp::start().await;
    let mut own = site.signed_out();
    assert_eq!(attempt(&mut own, "hq", PASSWORD).await.status, 303);
    let addresses: Vec<String> = (0..=100).map(|n| format!("198.51.100.{n}")).collect();
    for address in &addresses {
        let mut stranger = site.signed_out();
        stranger.address = Box::leak(address.clone().into_boxed_str());
        stranger.post("/login", &[("user_name", "hq"), ("password", "wrong")]).await;
    }

    let mut unknown = site.signed_out();
    let from_elsewhere = attempt(&mut unknown, "hq", PASSWORD).await;
    own.cookies.retain(|(name, _)| name != "xuefa_login");
    own.csrf =
        site.app.secret.derive("csrf", &own.cookies.iter().find(|(name, _)| name == "xuefa_visit").expect("a visit").1);
    let from_own = attempt(&mut own, "hq", PASSWORD).await;

    assert_eq!(from_elsewhere.status, 429);
    assert_eq!(from_own.status, 303);
}

#[actix_web::test]
async fn a_forged_forwarding_header_is_no_new_address() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();
    let mut last = 0;
    for forged in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"] {
        browser.headers = vec![("X-Forwarded-For", forged)];
        last = attempt(&mut browser, "hq", "wrong").await.status;
    }

    assert_eq!(last, 429);
}

#[actix_web::test]
async fn the_old_cookie_is_dead_after_signing_out() {
    let site = TestApp::start().await;
    let mut browser = site.signed_in_as(site.cast.hq).await;
    let mut copy = browser.clone();

    browser.post("/logout", &[]).await;
    let replayed = copy.post("/logout", &[]).await;

    assert_eq!(replayed.location.as_deref(), Some("/login?next=/"));
}

#[actix_web::test]
async fn signing_in_again_ends_the_browsers_old_login() {
    let site = TestApp::start().await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;
    let mut copy = browser.clone();

    let answer = attempt(&mut browser, "hq", PASSWORD).await;
    let replayed = copy.post("/logout", &[]).await;

    assert_eq!(answer.status, 303);
    assert_eq!(replayed.location.as_deref(), Some("/login?next=/"));
}

#[actix_web::test]
async fn a_login_lasts_as_long_as_it_is_used_and_an_administrators_ends_after_half_an_hour() {
    let site = TestApp::start().await;
    let mut used = site.signed_in_as(site.cast.hq).await;
    let mut unused = site.signed_in_as(site.cast.hq).await;
    let mut admin = site.signed_in_as(site.cast.admin).await;

    wait(&site, 31 * 60);
    let admin_later = admin.post("/logout", &[]).await;
    wait(&site, 10 * 3600);
    let used_once = used.get("/nowhere").await;
    wait(&site, 3 * 3600);
    let (used, unused) = (used.post("/logout", &[]).await, unused.post("/logout", &[]).await);

    assert_eq!(admin_later.location.as_deref(), Some("/login?next=/"));
    assert_eq!(used_once.status, 404);
    assert_eq!(used.location.as_deref(), Some("/login"));
    assert_eq!(unused.location.as_deref(), Some("/login?next=/"));
}

#[actix_web::test]
async fn in_a_demo_on_this_machine_a_button_signs_in_and_from_elsewhere_there_is_none() {
    let site = TestApp::start_with(|app| app.demo = Some(Demo { password: PASSWORD.to_owned() })).await;
    let (mut here, mut elsewhere, mut proxied) = (site.signed_out(), site.signed_out(), site.signed_out());
    here.address = "127.0.0.1";
    proxied.address = "127.0.0.1";
    proxied.headers = vec![("X-Forwarded-For", "203.0.113.9")];

    let (form_here, form_elsewhere) = (here.get("/login").await, elsewhere.get("/login").await);
    let button = [("role", "trainee"), ("next", "/tasks")];
    let signed_in = here.post("/login/demo", &button).await;

    assert!(form_here.says("Roles of the demonstration") && !form_elsewhere.says("Roles of the demonstration"));
    assert_eq!((signed_in.status, signed_in.location.as_deref()), (303, Some("/tasks")));
    assert_eq!(elsewhere.post("/login/demo", &button).await.status, 404);
    assert_eq!(proxied.post("/login/demo", &button).await.status, 404);
}

#[actix_web::test]
async fn outside_a_demo_there_are_no_roles_to_sign_in_as() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();
    browser.address = "127.0.0.1";

    let (form, button) = (browser.get("/login").await, browser.post("/login/demo", &[("role", "hq")]).await);

    assert!(!form.says("Roles of the demonstration"));
    assert_eq!(button.status, 404);
}
