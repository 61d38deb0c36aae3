//! Signing in and out.

use crate::support::facts::wait;
use crate::support::{Answer, Browser, PASSWORD, TestApp};
use diesel::prelude::*;
use xuefa::access::Role;
use xuefa::accounts::{self, NewAdmin};
use xuefa::organization::{self, model::NewPerson};
use xuefa::store::ids::{InvitationId, PersonId};
use xuefa::store::schema::{accounts as accounts_table, audit_entries, invitations, outbox};
use xuefa::web::app::Demo;

async fn attempt(browser: &mut Browser, user_name: &str, password: &str) -> Answer {
    browser.post("/login", &[("user_name", user_name), ("password", password)]).await
}

/// O-06.
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

/// S-05.
#[actix_web::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();

    let answer = browser.post_raw("/login", &[("user_name", "hq"), ("password", PASSWORD)]).await;

    assert_eq!(answer.status, 403);
}

/// S-05.
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

/// A-04: words and status.
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

/// A-04: whoever there is or is not, an attempt costs one hash, the part of it that takes time.
#[actix_web::test]
async fn a_failed_attempt_costs_the_same_work_whoever_was_meant() {
    let site = TestApp::start().await;
    let (closed, invited) = (site.cast.colleague.account, site.cast.stranger.account);
    let now = site.app.clock.now();
    let set = site.write(move |conn| {
        let of = |id| accounts_table::table.filter(accounts_table::id.eq(id));
        diesel::update(of(closed)).set(accounts_table::disabled_at.eq(now)).execute(conn)?;
        diesel::update(of(invited)).set(accounts_table::password_hash.eq(None::<String>)).execute(conn)?;
        Ok(())
    });
    set.await.expect("accounts in every state");
    let mut work = Vec::new();
    for name in ["leader1", "nobody", "colleague", "stranger", "hq"] {
        let mut browser = site.signed_out();
        let before = site.app.hashing.count_runs();
        let status = attempt(&mut browser, name, "wrong").await.status;
        let of_sign_in = site.app.hashing.count_runs() - before;
        let before = site.app.hashing.count_runs();
        forgets(&mut site.signed_out(), name).await;
        work.push((name, status, of_sign_in, site.app.hashing.count_runs() - before));
    }

    assert!(
        work.iter().all(|(_, status, of_sign_in, of_reset)| (*status, *of_sign_in, *of_reset) == (422, 1, 0)),
        "{work:?}"
    );
}

/// A-06: two hundred people of one office sign in from its one address within a minute; some mistype first.
#[actix_web::test]
async fn two_hundred_people_behind_one_address_sign_in_at_once() {
    let site = TestApp::start().await;
    site.given_people(site.cast.first_unit, "N", 200).await;
    let hash = xuefa::accounts::password::hash_now(PASSWORD).expect("a hash");
    let set = site.write(move |conn| {
        diesel::update(accounts_table::table).set(accounts_table::password_hash.eq(&hash)).execute(conn)?;
        Ok(())
    });
    set.await.expect("passwords");

    // Before anybody has come in: whoever does takes back what was counted.
    for n in (20..=200).step_by(20) {
        assert_eq!(attempt(&mut site.signed_out(), &format!("N{n}"), "wrong").await.status, 422);
    }
    let mut statuses = Vec::new();
    for n in 1..=200 {
        statuses.push(attempt(&mut site.signed_out(), &format!("N{n}"), PASSWORD).await.status);
    }

    assert_eq!(statuses, [303; 200]);
}

/// A-05.
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
    assert!(
        early.says("This could not be done Too many attempts have failed. Try again in 3 seconds"),
        "{}",
        early.text()
    );
    assert!(!early.body.contains("field-wrong"), "no field is wrong: {}", early.body);
    assert_eq!(in_time.status, 303);
    assert_eq!(again.status, 422);
}

/// Whoever is asked why somebody cannot sign in sees it at the account, and finds each failure by the person.
#[actix_web::test]
async fn failed_sign_ins_stand_at_the_account_and_are_found_by_the_person() {
    let site = TestApp::start().await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let account = format!("/people/{}/account", site.cast.trainee.person);
    let none = admin.get(&account).await;
    for _ in 0..4 {
        attempt(&mut site.signed_out(), "trainee", "wrong").await;
    }

    let waiting = admin.get(&account).await;
    wait(&site, 60);
    let again = admin.get(&account).await;
    let by_person = admin.get("/audit?affected=TRAINEE&action=sign_in_failed").await;
    let of_another = admin.get("/audit?affected=STRANGER&action=sign_in_failed").await;
    wait(&site, 86_400);
    let next_day = site.signed_in_as(site.cast.admin).await.get(&account).await;

    assert!(none.says("None within a day"), "{}", none.text());
    assert!(waiting.says("4 within a day, the last on Friday, 5 July 2024, 09:00."), "{}", waiting.text());
    assert!(waiting.says("has to wait 3 seconds"), "{}", waiting.text());
    assert!(again.says("4 within a day") && again.says("may come at once"), "{}", again.text());
    assert!(by_person.says("4 entries") && by_person.says("杜维平"), "{}", by_person.text());
    assert!(of_another.says("No entry matches"), "{}", of_another.text());
    assert!(next_day.says("None within a day"), "{}", next_day.text());
}

/// A-06.
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

/// A-06, A-05: a hundred failures a day, and the known device comes in.
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

/// A-05.
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

/// S-02.
#[actix_web::test]
async fn the_old_cookie_is_dead_after_signing_out() {
    let site = TestApp::start().await;
    let mut browser = site.signed_in_as(site.cast.hq).await;
    let mut copy = browser.clone();

    browser.post("/logout", &[]).await;
    let replayed = copy.post("/logout", &[]).await;

    assert_eq!(replayed.location.as_deref(), Some("/login?next=/"));
}

/// S-02.
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

/// S-03.
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

/// The link of the newest invitation in a page.
fn link_in(page: &Answer) -> String {
    let start = page.body.find("http://xuefa.test/invitation/").expect("a link") + "http://xuefa.test".len();
    page.body[start..].split('<').next().expect("its end").trim().to_owned()
}

/// Invites somebody on paper and gives the link's path.
async fn invited(site: &TestApp, person: PersonId) -> String {
    // Links made at the same moment are printed together.
    wait(site, 1);
    let mut security = site.signed_in_as(site.cast.admin).await;
    let done = security.post(format!("/people/{person}/account/invite"), &[("how", "paper")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    link_in(&security.get(done.location.expect("the slip")).await)
}

const NEW_PASSWORD: &str = "老槐树下有一张青石棋盘吗";

/// B-04, A-07: an invitation whose link ended before it was sent, as when a backup was restored, is not sent; HQ reads why.
#[actix_web::test]
async fn an_invitation_that_leads_nowhere_any_more_is_not_sent() {
    let site = TestApp::start().await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let invite = |member: crate::support::Member| format!("/people/{}/account/invite", member.person);
    let ended = security.post(invite(site.cast.trainee), &[("how", "mail")]).await;
    let now = site.app.clock.now();
    let restored = site.write(move |conn| Ok(accounts::queries::end_everything(conn, now)?)).await;
    restored.expect("as after a restore");
    wait(&site, 1);
    let mut security = site.signed_in_as(site.cast.admin).await;
    let alive = security.post(invite(site.cast.leader_of_first_unit), &[("how", "mail")]).await;

    let (delivery, _memory) = site.in_memory();
    let tick = site.tick(&delivery).await;
    let page = site.signed_in_as(site.cast.hq).await.get("/mail/1").await;

    assert_eq!((ended.status, alive.status), (303, 303), "{}", ended.text());
    assert_eq!((tick.delivered.n_dropped, tick.delivered.n_sent), (1, 1), "{:?}", site.outbox().await);
    assert!(page.says("The link in it no longer works"), "{}", page.text());
}

/// A-07.
#[actix_web::test]
async fn an_invitation_sets_a_password_once_and_looking_at_it_uses_nothing_up() {
    let site = TestApp::start().await;
    let link = invited(&site, site.cast.trainee.person).await;
    let mut browser = site.signed_out();

    for _ in 0..3 {
        assert_eq!(browser.get(&link).await.status, 200);
    }
    let weak = browser.post(&link, &[("password", "password1234"), ("again", "password1234")]).await;
    let set = browser.post(&link, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let mut second = site.signed_out();
    let (seen_again, used_again) = (
        second.get(&link).await,
        second.post(&link, &[("password", "another long sentence"), ("again", "another long sentence")]).await,
    );

    assert_eq!((weak.status, set.status), (422, 303));
    assert_eq!((seen_again.status, used_again.status), (410, 410));
    assert!(seen_again.says("This link has been used"));
    let mut elsewhere = site.signed_out();
    assert_eq!(attempt(&mut elsewhere, "trainee", PASSWORD).await.status, 422);
    assert_eq!(attempt(&mut elsewhere, "trainee", NEW_PASSWORD).await.status, 303);
}

/// A-07: HQ may make a link for whoever holds no role for the group; once they hold one it opens nothing any more.
#[actix_web::test]
async fn a_link_that_hq_made_ends_when_its_account_gets_a_role_that_hq_may_not_give() {
    let site = TestApp::start().await;
    let unit = site.cast.first_unit.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let account = |member: crate::support::Member| format!("/people/{}/account", member.person);
    let made = hq.post(format!("{}/invite", account(site.cast.trainee)), &[("how", "paper")]).await;
    let of_hq = link_in(&hq.get(made.location.expect("the slip")).await);
    let of_security = invited(&site, site.cast.colleague.person).await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let mut seen = Vec::new();

    for role in [[("role", "leader"), ("unit", unit.as_str())], [("role", "audit"), ("unit", "")]] {
        for member in [site.cast.trainee, site.cast.colleague] {
            assert_eq!(security.post(format!("{}/grant", account(member)), &role).await.status, 303);
        }
        for link in [&of_hq, &of_security] {
            seen.push(site.signed_out().get(link).await.status);
        }
    }

    assert_eq!(seen, [200, 200, 410, 200]);
}

/// A-07.
#[actix_web::test]
async fn a_newer_invitation_ends_the_older_and_both_end_after_seven_days() {
    let site = TestApp::start().await;
    let older = invited(&site, site.cast.trainee.person).await;
    let newer = invited(&site, site.cast.trainee.person).await;
    let mut browser = site.signed_out();

    let (ended, open) = (browser.get(&older).await, browser.get(&newer).await);
    wait(&site, 7 * 86_400);
    let expired = browser.get(&newer).await;

    assert!(ended.status == 410 && ended.says("This link no longer works"));
    assert_eq!(open.status, 200);
    assert!(expired.status == 410 && expired.says("This link has expired"));
}

/// A-07.
#[actix_web::test]
async fn a_guessed_invitation_is_a_page_that_does_not_exist() {
    let site = TestApp::start().await;
    let link = invited(&site, site.cast.trainee.person).await;
    let other = invited(&site, site.cast.colleague.person).await;
    let token = other.rsplit('/').next().expect("a token");
    let mixed = format!("{}/{token}", link.rsplit_once('/').expect("a path").0);
    let mut browser = site.signed_out();

    assert_eq!(browser.get(&mixed).await.status, 404);
    assert_eq!(browser.get("/invitation/999/abc").await.status, 404);
    assert_eq!(browser.get("/invitation/x/abc").await.status, 404);
}

#[actix_web::test]
async fn the_slip_is_shown_to_whoever_made_it_and_only_for_a_quarter_of_an_hour() {
    let site = TestApp::start().await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let path = format!("/people/{}/account/invite", site.cast.trainee.person);
    let slip = security.post(&path, &[("how", "paper")]).await.location.expect("the slip");

    let mut hq = site.signed_in_as(site.cast.hq).await;
    let of_another = hq.get(&slip).await;
    let at_once = security.get(&slip).await;
    wait(&site, 15 * 60);
    let later = security.get(&slip).await;

    assert_eq!((of_another.status, at_once.status, later.status), (404, 200, 404));
}

/// A-07.
#[actix_web::test]
async fn an_invitation_by_mail_waits_in_the_outbox_without_its_link() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let path = format!("/people/{}/account/invite", site.cast.trainee.person);

    let done = hq.post(&path, &[("how", "mail")]).await;

    assert_eq!(done.status, 303);
    let link = invited(&site, site.cast.colleague.person).await;
    let token = link.rsplit('/').next().expect("a token").to_owned();
    let everything = std::fs::read(&site.app.config.database).unwrap_or_default();
    let log = std::fs::read(format!("{}-wal", site.app.config.database)).unwrap_or_default();
    for bytes in [everything, log] {
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

/// S-04.
#[actix_web::test]
async fn a_disabled_account_is_dead_at_the_next_request() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let account = format!("/people/{}/account", site.cast.trainee.person);

    let before = trainee.get("/me").await;
    let stale = security.post(format!("{account}/disable"), &[("version", "99")]).await;
    let done = security.post(format!("{account}/disable"), &[("version", "1")]).await;
    let after = trainee.get("/me").await;
    let mut again = site.signed_out();

    assert_eq!((before.status, stale.status, done.status), (200, 409, 303));
    assert_eq!(after.location.as_deref(), Some("/login?next=/me"));
    assert_eq!(attempt(&mut again, "trainee", PASSWORD).await.status, 422);
    security.post(format!("{account}/enable"), &[("version", "2")]).await;
    wait(&site, 60);
    assert_eq!(attempt(&mut again, "trainee", PASSWORD).await.status, 303);
}

/// S-04.
#[actix_web::test]
async fn a_role_counts_from_the_next_request_and_until_it_is_taken() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let account = format!("/people/{}/account", site.cast.trainee.person);

    let before = trainee.get("/accounts").await;
    security.post(format!("{account}/grant"), &[("role", "hq")]).await;
    let during = trainee.get("/accounts").await;
    let page = security.get(&account).await;
    let grant = page
        .body
        .split("name=\"grant\" value=\"")
        .nth(1)
        .expect("a role")
        .split('"')
        .next()
        .expect("its id")
        .to_owned();
    security.post(format!("{account}/revoke"), &[("grant", &grant)]).await;
    let after = trainee.get("/accounts").await;

    assert_eq!((before.status, during.status, after.status), (404, 200, 404));
}

/// The last day is the one that was typed, for whoever gives the role and for whoever holds it.
#[actix_web::test]
async fn a_roles_end_is_shown_as_the_last_day_that_was_typed() {
    let site = TestApp::start().await;
    let unit = site.cast.first_unit.to_string();
    let account = format!("/people/{}/account", site.cast.stranger.person);
    let mut security = site.signed_in_as(site.cast.admin).await;

    let fields = [("role", "inspector"), ("unit", unit.as_str()), ("until", "2024-12-31")];
    let given = security.post(format!("{account}/grant"), &fields).await;
    let page = security.get(&account).await;
    let own = site.signed_in_as(site.cast.stranger).await.get("/inspection").await;

    assert_eq!(given.status, 303, "{}", given.text());
    for page in [page, own] {
        assert!(page.says("until 31 December 2024 (that day included)"), "{}", page.text());
        assert!(!page.says("January 2025"), "{}", page.text());
    }
}

#[actix_web::test]
async fn the_office_gives_roles_for_units_and_not_those_of_the_group() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let unit = site.cast.first_unit.to_string();
    let trainee = format!("/people/{}/account", site.cast.trainee.person);
    let admin = format!("/people/{}/account", site.cast.admin.person);

    let leader = hq.post(format!("{trainee}/grant"), &[("role", "leader"), ("unit", &unit)]).await;
    let security = hq.post(format!("{trainee}/grant"), &[("role", "security")]).await;
    let invitation = hq.post(format!("{admin}/invite"), &[("how", "paper")]).await;
    let disabled = hq.post(format!("{admin}/disable"), &[("version", "1")]).await;
    let own =
        hq.post(format!("/people/{}/account/grant", site.cast.hq.person), &[("role", "leader"), ("unit", &unit)]).await;

    assert_eq!(leader.status, 303);
    assert_eq!((security.status, invitation.status, disabled.status), (403, 403, 403));
    assert_eq!(own.status, 422);
}

/// Z-06.
#[actix_web::test]
async fn nobody_removes_the_last_administrator_of_the_security_duty() {
    let site = TestApp::start().await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let own = format!("/people/{}/account", site.cast.admin.person);
    let page = security.get(&own).await;
    let grants: Vec<String> = page
        .body
        .split("name=\"grant\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("an id").to_owned())
        .collect();

    let mut answers = Vec::new();
    for grant in &grants {
        answers.push(security.post(format!("{own}/revoke"), &[("grant", grant)]).await);
    }

    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 422).collect();
    assert_eq!((grants.len(), refused.len()), (3, 1));
    assert!(refused[0].says("This is the last security administrator"));
    assert_eq!(security.get("/accounts").await.status, 200);
}

/// Z-05.
#[actix_web::test]
async fn fields_that_a_form_does_not_have_change_nothing() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let extra = [("text_size", "large"), ("role", "hq"), ("unit_id", "1"), ("person_id", "1"), ("is_admin", "1")];
    let done = trainee.post("/me/profile", &extra).await;

    assert_eq!(done.status, 303);
    assert_eq!(trainee.get("/accounts").await.status, 404);
    assert!(trainee.get("/me").await.body.contains(r#"data-text-size="large""#));
}

/// S-04, S-06.
#[actix_web::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_logins() {
    let site = TestApp::start().await;
    let mut own = site.signed_in_as(site.cast.trainee).await;
    let mut other = site.signed_in_as(site.cast.trainee).await;
    let fields = |old: &'static str| [("old", old), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];

    let wrong = own.post("/me/password", &fields("wrong")).await;
    let right = own.post("/me/password", &fields(PASSWORD)).await;

    assert_eq!((wrong.status, right.status), (422, 303));
    assert!(wrong.says("The present password is not right"));
    assert_eq!(own.get("/me").await.status, 200);
    assert_eq!(other.get("/me").await.status, 303);
}

/// S-06.
#[actix_web::test]
async fn people_end_their_own_logins_and_nobody_elses() {
    let site = TestApp::start().await;
    let mut own = site.signed_in_as(site.cast.trainee).await;
    let other = site.viewer(site.cast.trainee).await.login;
    let foreign = site.viewer(site.cast.stranger).await.login;

    let ended = own.post(format!("/me/logins/{other}/end"), &[]).await;
    let refused = own.post(format!("/me/logins/{foreign}/end"), &[]).await;

    assert_eq!((ended.status, refused.status), (303, 404));
    assert!(own.get("/me").await.says("My logins (1)"));
}

#[actix_web::test]
async fn whoever_is_new_reads_the_notice_once_and_comes_to_where_they_wanted_to_be() {
    let site = TestApp::start().await;
    let person = site
        .write(|conn| {
            let new = NewPerson {
                employee_number: "N1".to_owned(),
                name: "新来".to_owned(),
                unit_id: organization::queries::list_units(conn)?[0].id,
                post: "干事".to_owned(),
                category: organization::Category::Staff,
                order_number: 50,
                email: None,
            };
            Ok(organization::queries::insert_people(conn, &[new], crate::support::first_day())?[0])
        })
        .await
        .expect("a person");
    let link = invited(&site, person).await;
    let mut browser = site.signed_out();
    browser.post(&link, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let token = &browser.cookies.iter().find(|(name, _)| name == "xuefa_login").expect("a login").1;
    browser.csrf = site.app.secret.derive("csrf", token);

    let first = browser.get("/me").await;
    let notice = browser.get("/welcome?next=/me").await;
    let read = browser.post("/welcome", &[("next", "/me")]).await;
    let then = browser.get("/me").await;

    assert_eq!(first.location.as_deref(), Some("/welcome?next=/me"));
    assert!(notice.says("I have read this") && notice.says("36 months"), "{}", notice.text());
    assert_eq!((read.location.as_deref(), then.status), (Some("/me"), 200));
    assert!(!browser.get("/welcome").await.says("I have read this"));
    assert_eq!(site.signed_out().get("/welcome").await.status, 200);
}

/// Whoever is handed a link is then given roles: the page says why none can be given yet, the slip leads back, and the menu
/// shows where one is.
#[actix_web::test]
async fn who_has_no_account_yet_is_given_a_link_first_and_the_slip_leads_back_to_the_roles() {
    let site = TestApp::start().await;
    let first = site.given_people(site.cast.first_unit, "N", 1).await[0];
    let person = first.person;
    let removed = site.write(move |conn| {
        let account = accounts_table::table.filter(accounts_table::person_id.eq(person));
        Ok(diesel::delete(account).execute(conn)?)
    });
    removed.await.expect("no account");
    let mut security = site.signed_in_as(site.cast.admin).await;
    let account = format!("/people/{person}/account");

    let before = security.get(&account).await;
    let made = security.post(format!("{account}/invite"), &[("how", "paper")]).await;
    let slip = security.get(made.location.expect("the slip")).await;
    let after = security.get(&account).await;

    assert!(before.says("There is no account yet, so no role can be granted"), "{}", before.text());
    assert!(slip.body.contains(&format!("href=\"{account}\"")), "{}", slip.body);
    assert!(slip.body.contains("class=\"qr\""), "{}", slip.body);
    assert!(after.body.contains("id=\"role\""), "{}", after.text());
    assert!(after.body.contains("<a href=\"/accounts\" aria-current=\"page\">"), "{}", after.body);
}

#[actix_web::test]
async fn those_ticked_in_the_list_get_a_slip_each() {
    let site = TestApp::start().await;
    let mut security = site.signed_in_as(site.cast.admin).await;
    let (one, two) = (site.cast.trainee.person.to_string(), site.cast.colleague.person.to_string());

    let none = security.post("/accounts/invite", &[]).await;
    let done = security.post("/accounts/invite", &[("person", &one), ("person", &two)]).await;
    let slips = security.get(done.location.expect("the slips")).await;
    let list = security.get("/accounts?q=%E6%9D%8E").await;

    assert_eq!(none.location.as_deref(), Some("/accounts?show=without"));
    assert_eq!((slips.body.matches("/invitation/").count(), slips.body.matches("<svg").count()), (2, 2));
    assert!(slips.body.contains("data-print") && slips.says("works for seven days"), "{}", slips.text());
    assert!(list.says("One person") && list.says("李敏"), "{}", list.text());
}

/// S-06: a screen that was left open makes no links, and the ticks stay where the password was forgotten.
#[actix_web::test]
async fn whoever_signed_in_a_while_ago_shows_their_password_before_many_are_invited() {
    let site = TestApp::start().await;
    let (mut security, trainee) = (site.signed_in_as(site.cast.admin).await, site.cast.trainee);
    let person = trainee.person.to_string();
    let forget = move |conn: &mut xuefa::store::Conn| {
        let account = accounts_table::table.find(trainee.account);
        diesel::update(account).set(accounts_table::password_hash.eq(None::<String>)).execute(conn)?;
        Ok(())
    };
    site.write(forget).await.expect("no password");
    wait(&site, 16 * 60);

    let list = security.get("/accounts?show=without").await;
    let without = security.post("/accounts/invite", &[("person", &person)]).await;
    let with = security.post("/accounts/invite", &[("person", &person), ("password", PASSWORD)]).await;

    assert!(list.body.contains("autocomplete=\"username\""), "{}", list.body);
    assert_eq!(without.status, 422, "{}", without.text());
    assert!(without.body.contains(&format!("value=\"{person}\" checked")), "{}", without.body);
    assert_eq!(with.status, 303, "{}", with.text());
}

/// A-08.
#[actix_web::test]
async fn the_first_administrator_is_made_once_and_needs_no_password_until_the_link_is_opened() {
    let database = crate::support::database::Database::fresh();
    let db = xuefa::store::Db::open(&database.address).expect("the database opens");
    let now = xuefa::clock::Moment::from_utc("2024-07-05T01:00:00".parse().expect("a time"));
    let new = |again| NewAdmin {
        name: "周予".to_owned(),
        user_name: "zhou".to_owned(),
        email: None,
        organisation: Some("利和集团".to_owned()),
        roles: vec![Role::Security],
        again,
    };
    let make =
        |again| db.write(move |conn| accounts::create_admin(conn, &new(again), crate::support::first_day(), now));

    let (first, second, third) = (make(false).await, make(false).await, make(true).await);
    let known = db.read(|conn| Ok((xuefa::settings::current(conn)?, organization::queries::list_units(conn)?))).await;

    assert!(first.is_ok() && third.is_ok(), "{first:?} {third:?}");
    let (settings, units) = known.expect("a read");
    assert_eq!((settings.organisation.as_str(), units[0].name.as_str()), ("利和集团", "利和集团"));
    assert!(matches!(second, Err(xuefa::error::Error::Refused(_))), "{second:?}");
}

#[actix_web::test]
async fn every_page_of_accounts_is_there_in_both_languages() {
    let site = TestApp::start_with(|app| app.demo = Some(Demo { password: PASSWORD.to_owned() })).await;
    let person = site.cast.trainee.person;
    for language in ["en", "zh-CN"] {
        let mut security = site.signed_in_as(site.cast.admin).await;
        security.language = language;
        security.address = "127.0.0.1";
        for path in ["/me", "/help", "/welcome", "/demo", "/login", "/login/forgotten", "/accounts", "/audit"] {
            assert_eq!(security.get(path).await.status, 200, "{path} in {language}");
        }
        assert_eq!(security.get(format!("/people/{person}/account")).await.status, 200, "in {language}");
    }
}

/// The path of the newest link that sets a password, and how many mails with one wait.
async fn newest_link(site: &TestApp) -> (Option<String>, i64) {
    let read = |conn: &mut xuefa::store::Conn| {
        let newest: Option<(InvitationId, String)> = invitations::table
            .order(invitations::id.desc())
            .select((invitations::id, invitations::nonce))
            .first(conn)
            .optional()?;
        let n_mails: i64 = outbox::table.filter(outbox::template.eq("reset")).count().get_result(conn)?;
        Ok((newest, n_mails))
    };
    let (newest, n_mails) = site.app.db.read(read).await.expect("a read");
    let token = |id: InvitationId, nonce: &str| site.app.secret.invitation_token(id.0, nonce);
    (newest.map(|(id, nonce)| xuefa::links::invitation(id, &token(id, &nonce))), n_mails)
}

async fn forgets(browser: &mut Browser, user_name: &str) -> Answer {
    browser.post("/login/forgotten", &[("user_name", user_name)]).await
}

/// A-07: the mailed link works once and for half an hour, opening it uses nothing up, a newer one ends it.
#[actix_web::test]
async fn a_forgotten_password_is_set_anew_by_a_mailed_link_once_and_soon() {
    let site = TestApp::start().await;
    let mut own = site.signed_in_as(site.cast.trainee).await;
    let mut browser = site.signed_out();
    let fields = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];

    assert_eq!(forgets(&mut browser, " TRAINEE ").await.status, 303);
    let (first, n_first) = newest_link(&site).await;
    let first = first.expect("a link");
    assert_eq!(forgets(&mut browser, "trainee").await.status, 303);
    let n_at_once = newest_link(&site).await.1;
    wait(&site, 5 * 60);
    forgets(&mut browser, "trainee").await;
    let (second, n_second) = newest_link(&site).await;
    let second = second.expect("a link");
    let older = browser.get(&first).await;
    wait(&site, 30 * 60 - 1);
    let seen = [browser.get(&second).await.status, browser.get(&second).await.status];
    let set = browser.post(&second, &fields).await;
    let again = site.signed_out().post(&second, &fields).await;
    let old_login = own.get("/me").await;

    assert_eq!((n_first, n_at_once, n_second), (1, 1, 2));
    assert_eq!((older.status, seen, set.status, again.status), (410, [200, 200], 303, 410));
    assert_eq!(old_login.status, 303);
    assert_eq!(attempt(&mut site.signed_out(), "trainee", NEW_PASSWORD).await.status, 303);
    forgets(&mut site.signed_out(), "trainee").await;
    let third = newest_link(&site).await.0.expect("a link");
    wait(&site, 30 * 60);
    assert_eq!(browser.get(&third).await.status, 410);
}

/// A-04: whoever asks for a link learns nothing about who there is, however often they ask.
#[actix_web::test]
async fn asking_for_a_link_says_nothing_about_who_there_is() {
    let site = TestApp::start().await;
    let invited_only = site.cast.colleague.account;
    let without = site.write(move |conn| {
        Ok(diesel::update(accounts_table::table.filter(accounts_table::id.eq(invited_only)))
            .set(accounts_table::password_hash.eq(None::<String>))
            .execute(conn)?)
    });
    without.await.expect("no password yet");
    let (mut known, mut unknown) = (site.signed_out(), site.signed_out());

    for n in 1..=6 {
        let (right, wrong) = (forgets(&mut known, "leader1").await, forgets(&mut unknown, "nobody").await);
        assert_eq!((right.status, right.location), (wrong.status, wrong.location), "{n}");
        assert_eq!(known.cookies.last().map(|(_, value)| value), unknown.cookies.last().map(|(_, value)| value), "{n}");
    }
    let n_before = newest_link(&site).await.1;
    assert_eq!(forgets(&mut site.signed_out(), "colleague").await.status, 303);
    // HQ enters addresses: a link must not be its way to a duty that it may not give.
    assert_eq!(forgets(&mut site.signed_out(), "admin").await.status, 303);
    let empty = forgets(&mut site.signed_out(), " ").await;

    assert_eq!(
        (n_before, newest_link(&site).await.1),
        (1, 1),
        "one mail, none to set a first password, none to an administrator"
    );
    assert_eq!(empty.status, 422);
    let asked = site.app.db.read(|conn| {
        let asked = audit_entries::table.filter(audit_entries::action.eq("accounts.reset_asked"));
        Ok(asked.count().get_result::<i64>(conn)?)
    });
    assert_eq!(asked.await.expect("a read"), 10, "four of each, before they have to wait, and the last two");
}

/// A-03: where the settings ask for it, an old password is renewed before it signs in; the default asks for nothing.
#[actix_web::test]
async fn an_old_password_is_renewed_before_it_signs_in_where_the_settings_say_so() {
    let site = TestApp::start().await;
    assert_eq!(attempt(&mut site.signed_out(), "trainee", PASSWORD).await.status, 303);
    let strict = site.write(|conn| {
        let now = xuefa::settings::current(conn)?;
        xuefa::settings::establish(conn, &xuefa::settings::Settings { strict_passwords: true, ..now })
    });
    strict.await.expect("set");
    let mut browser = site.signed_out();

    let renewal = attempt(&mut browser, "trainee", PASSWORD).await.location.expect("a redirect");
    let inside = browser.get("/me").await.status;
    let same = browser.post(&renewal, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    let plain = browser.post(&renewal, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let mixed = format!("{NEW_PASSWORD}Ab");
    let done = browser.post(&renewal, &[("password", &mixed), ("again", &mixed)]).await;
    let next = attempt(&mut site.signed_out(), "trainee", &mixed).await.location;
    wait(&site, 90 * 86_400);
    let later = attempt(&mut site.signed_out(), "trainee", &mixed).await.location.expect("a redirect");

    assert!(renewal.starts_with("/invitation/"), "{renewal}");
    assert_eq!(inside, 303, "not signed in yet");
    assert_eq!((same.status, plain.status, done.status), (422, 422, 303));
    assert!(plain.says("Mix at least 3 of"), "{}", plain.text());
    assert_eq!(next.as_deref(), Some("/"));
    assert!(later.starts_with("/invitation/"));
    let unchanged = browser.post(&later, &[("password", &mixed), ("again", &mixed)]).await;
    assert!(unchanged.says("Choose another password than the old one"), "{}", unchanged.text());
}

/// S-01, A-01: a login's cookie is kept from scripts and other sites, over TLS for this host alone; of its token and of
/// the password there are only hashes.
#[actix_web::test]
async fn a_logins_cookie_is_closed_and_only_hashes_are_kept() {
    let plain = TestApp::start().await;
    let secure = TestApp::start_with(|app| {
        let config = xuefa::config::Config { base_url: Some("https://xuefa.test".to_owned()), ..(*app.config).clone() };
        app.config = std::sync::Arc::new(config);
    })
    .await;

    let mut cookies = Vec::new();
    for site in [&plain, &secure] {
        let answer = attempt(&mut site.signed_out(), "hq", PASSWORD).await;
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone());
        cookies.push(set.filter(|cookie| cookie.contains("xuefa_login=")).collect::<Vec<_>>().join("\n"));
    }
    let token = cookies[0].split(['=', ';']).nth(1).expect("a token").to_owned();
    let hash = xuefa::secret::hash_token(&token);
    let (n_hashed, n_plain, passwords): (i64, i64, Vec<Option<String>>) = plain
        .app
        .db
        .read(move |conn| {
            use xuefa::store::schema::logins;
            let of = |text: &str| logins::table.filter(logins::token_hash.eq(text.to_owned())).count();
            Ok((
                of(&hash).get_result(conn)?,
                of(&token).get_result(conn)?,
                accounts_table::table.select(accounts_table::password_hash).load(conn)?,
            ))
        })
        .await
        .expect("a read");

    for cookie in &cookies {
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain="), "{cookie}");
    }
    assert!(cookies[0].starts_with("xuefa_login=") && !cookies[0].contains("Secure"), "{}", cookies[0]);
    assert!(cookies[1].starts_with("__Host-xuefa_login=") && cookies[1].contains("Secure"), "{}", cookies[1]);
    assert_eq!((n_hashed, n_plain), (1, 0));
    assert!(passwords.iter().flatten().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
}
