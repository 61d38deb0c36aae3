//! The three duties apart, roles for a unit and a time, the last administrator, and inspectors.

use crate::reports::given_session;
use crate::support::{Answer, Browser, Member, PASSWORD, TestApp};
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::access::Role;
use xuefa::accounts::{self, NewGrant};
use xuefa::links;
use xuefa::store::schema::{audit_entries, grants};
use xuefa::training::SessionState;

pub fn new(role: Role) -> NewGrant {
    NewGrant { role, unit: None, session: None, starts_at: None, ends_at: None }
}

/// Gives a role as the security duty does.
pub async fn given(site: &TestApp, to: Member, grant: NewGrant) {
    let (viewer, now) = (site.viewer(site.cast.admin).await, site.app.clock.now());
    let done = site.write(move |conn| accounts::grant(conn, &viewer, to.person, &grant, now)).await;
    done.expect("the role is given");
}

async fn n_audited(site: &TestApp, action: &'static str) -> i64 {
    let read = move |conn: &mut xuefa::store::Conn| {
        Ok(audit_entries::table.filter(audit_entries::action.eq(action)).count().get_result(conn)?)
    };
    site.app.db.read(read).await.expect("a read")
}

async fn statuses(browser: &mut Browser, pages: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for page in pages {
        statuses.push(browser.get(page).await.status);
    }
    statuses
}

/// The three duties can be three people, and each reaches its own pages alone (`rules.md` 4).
#[actix_web::test]
async fn each_duty_reaches_its_own_pages_and_no_attendance() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let (system, security, audit) = (site.cast.stranger, site.cast.colleague, site.cast.leader_of_second_unit);
    let taken = site.write(move |conn| {
        Ok(diesel::delete(grants::table.filter(grants::account_id.eq(audit.account))).execute(conn)?)
    });
    taken.await.expect("taken");
    given(&site, system, new(Role::System)).await;
    given(&site, security, new(Role::Security)).await;
    given(&site, audit, new(Role::Audit)).await;
    let report = links::session_report(session);
    let pages = ["/settings", "/accounts", "/audit", "/units", &report];

    let mut seen = Vec::new();
    for member in [system, security, audit] {
        seen.push(statuses(&mut site.signed_in_as(member).await, &pages).await);
    }

    assert_eq!(seen[0], [200, 404, 404, 404, 404], "system");
    assert_eq!(seen[1], [404, 200, 404, 404, 404], "security");
    assert_eq!(seen[2], [404, 404, 200, 404, 404], "audit");
}

/// S-04: a role begins and ends by itself, with the next request.
#[actix_web::test]
async fn a_role_for_a_time_begins_and_ends_with_the_next_request() {
    let site = TestApp::start().await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let account = format!("/people/{}/account", site.cast.trainee.person);
    let unit = site.cast.first_unit.to_string();
    let times = [("role", "leader"), ("unit", &unit), ("from", "2024-07-06"), ("until", "2024-07-06")];

    let done = admin.post(format!("{account}/grant"), &times).await;
    let page = admin.get(&account).await;
    let mut seen = Vec::new();
    // Often enough that the login of a leader does not end meanwhile.
    let times = [("05", "23:59"), ("06", "00:00"), ("06", "11:00"), ("06", "22:00"), ("06", "23:59"), ("07", "00:00")];
    for (day, time) in times {
        site.set_clock(&format!("2024-07-{day}"), time);
        seen.push(trainee.get("/units").await.status);
    }
    let now = site.app.clock.now();
    let n_ended = site.write(move |conn| accounts::turn_roles(conn, now)).await.expect("turned");
    let n_again = site.write(move |conn| accounts::turn_roles(conn, now)).await.expect("turned");

    assert_eq!(done.status, 303, "{}", done.text());
    assert!(page.says("from 6 July 2024 until 6 July 2024 (that day included)"), "{}", page.text());
    assert_eq!(seen, [404, 200, 200, 200, 200, 404]);
    assert_eq!((n_ended, n_again), (1, 0));
    assert_eq!(n_audited(&site, "accounts.role_ended").await, 1);
}

#[actix_web::test]
async fn a_role_needs_its_unit_and_an_end_that_is_to_come() {
    let site = TestApp::start().await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let account = format!("/people/{}/account/grant", site.cast.trainee.person);
    let unit = site.cast.first_unit.to_string();

    let over = admin.post(&account, &[("role", "leader"), ("unit", &unit), ("until", "2024-07-04")]).await;
    let backwards = [("role", "leader"), ("unit", &unit), ("from", "2024-08-05"), ("until", "2024-08-03")];
    let backwards = admin.post(&account, &backwards).await;
    let no_day = admin.post(&account, &[("role", "hq"), ("until", "soon")]).await;
    let endless = admin.post(&account, &[("role", "inspector"), ("unit", &unit)]).await;
    let nowhere = admin.post(&account, &[("role", "inspector"), ("session", "99"), ("until", "2024-07-09")]).await;

    let said: Vec<(u16, bool)> = [
        (over, "This day is over already"),
        (backwards, "This day is over already"),
        (no_day, "Enter the day as 2024-07-05"),
        (endless, "Say until when"),
        (nowhere, "There is no such session"),
    ]
    .iter()
    .map(|(answer, words): &(Answer, &str)| (answer.status, answer.says(words)))
    .collect();
    assert_eq!(said, [(422, true); 5]);
}

/// Z-06: of two who take the duty from each other at the same moment one fails.
#[actix_web::test]
async fn two_demotions_at_once_leave_one_administrator() {
    let site = TestApp::start().await;
    let (first, second) = (site.cast.admin, site.cast.stranger);
    given(&site, second, new(Role::Security)).await;
    let (by_first, by_second) = (site.viewer(first).await, site.viewer(second).await);
    let now = site.app.clock.now();
    let grant_of = |member: Member| {
        let read = move |conn: &mut xuefa::store::Conn| {
            let held = accounts::queries::list_grants(conn, &[member.account])?;
            Ok(held.into_iter().find(|grant| grant.role == Role::Security).expect("held").id)
        };
        site.app.db.read(read)
    };
    let (of_first, of_second) = (grant_of(first).await.expect("a read"), grant_of(second).await.expect("a read"));

    let (db, other) = (site.app.db.clone(), site.app.db.clone());
    let one = actix_web::rt::spawn(async move {
        db.write(move |conn| accounts::revoke(conn, &by_first, second.person, of_second, now)).await
    });
    let two = actix_web::rt::spawn(async move {
        other.write(move |conn| accounts::revoke(conn, &by_second, first.person, of_first, now)).await
    });
    let done = [one.await.expect("no panic").is_ok(), two.await.expect("no panic").is_ok()];

    let n_left: i64 = site
        .app
        .db
        .read(|conn| Ok(grants::table.filter(grants::role.eq(Role::Security)).count().get_result(conn)?))
        .await
        .expect("a read");
    assert_eq!((done.iter().filter(|done| **done).count(), n_left), (1, 1));
}

/// Z-06: who holds the duty for a time only does not count as the last administrator.
#[actix_web::test]
async fn an_administrator_for_a_time_does_not_stand_in_for_the_last_one() {
    let site = TestApp::start().await;
    let until = site.app.clock.now() + TimeDelta::days(7);
    given(&site, site.cast.stranger, NewGrant { ends_at: Some(until), ..new(Role::Security) }).await;
    let (viewer, now) = (site.viewer(site.cast.admin).await, site.app.clock.now());
    let account = site.cast.admin.account;
    let own = site
        .app
        .db
        .read(move |conn| Ok(accounts::queries::list_grants(conn, &[account])?))
        .await
        .expect("a read")
        .into_iter()
        .find(|grant| grant.role == Role::Security)
        .expect("held");

    let person = site.cast.admin.person;
    let given_up = site.write(move |conn| accounts::revoke(conn, &viewer, person, own.id, now)).await;

    assert!(given_up.is_err());
}

/// An inspector reads the reports of what was named, for the time that was said, and nothing else; each view is noted.
#[actix_web::test]
async fn an_inspector_reads_the_named_reports_and_nothing_else_and_each_view_is_noted() {
    let site = TestApp::start().await;
    let (named, other) =
        (given_session(&site, SessionState::Confirmed).await, given_session(&site, SessionState::Confirmed).await);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.post(links::make_final(named), &[]).await;
    // Of the office: on no roster.
    let inspector = site.given_people(site.cast.office, "JC", 1).await[0];
    let until = site.app.clock.now() + TimeDelta::days(2);
    let grant = NewGrant { session: Some(named), ends_at: Some(until), ..new(Role::Inspector) };
    given(&site, inspector, grant).await;
    let mut browser = site.signed_in_as(inspector).await;
    browser.post("/welcome", &[]).await;

    let list = browser.get("/inspection").await;
    let home = browser.get("/").await;
    let report = browser.get(links::session_report(named)).await;
    let file = browser.get(links::session_report_csv(named)).await;
    let paper = browser.get("/reports/final/2024-0001").await;
    let drawn = browser.get("/reports/final/2024-0001?n=3&draw=abcd1234").await;
    let json = browser.get("/reports/final/2024-0001.json").await;
    let n_noted = n_audited(&site, "reports.inspected").await;
    let n_final = n_audited(&site, "reports.final_inspected").await;
    let others = [
        links::session_report(other),
        links::session(named),
        links::session_part(named, "roll"),
        "/units".to_owned(),
        "/accounts".to_owned(),
        "/audit".to_owned(),
        links::attendance_of(named, site.cast.trainee.person),
        format!("/people/{}", site.cast.trainee.person),
    ];
    let mut refused = Vec::new();
    for page in &others {
        refused.push((page.clone(), browser.get(page).await.status));
    }
    let of_hq = hq.get("/reports/final/2024-0001?n=3&draw=abcd1234").await;
    site.app.clock.set(until);
    let afterwards = browser.get(links::session_report(named)).await;

    assert_eq!((list.status, report.status, file.status, paper.status), (200, 200, 200, 200));
    assert!(list.body.contains("href=\"/reports/final/2024-0001\""), "{}", list.text());
    assert!(!list.body.contains(&links::session_report(other)));
    assert!(list.says("Final 2024-0001") && list.says(", until"), "{}", list.text());
    assert!(home.says("You may read the reports of") && home.body.contains("href=\"/inspection\""), "{}", home.text());
    assert!(home.says("there are reports for you to inspect") && !home.says("nothing is due"), "{}", home.text());
    // What is to be verified comes from the office, and the key from here.
    let key = xuefa::reports::archive::Seal::of(&site.app.secret).expect("a seal").key().to_string();
    for page in [&list, &paper] {
        assert!(page.says("ask the Office for the file to verify") && page.says(&key), "{}", page.text());
    }
    assert_eq!(json.status, 404);
    // The crumb that is named after the session leads to it.
    assert!(!report.body.contains(&format!("href=\"{}\"", links::session(named))), "{}", report.text());
    let crumb = format!("<a href=\"{}\">信访工作法治化培训会</a>", links::session_report(named));
    assert!(paper.body.contains(&crumb) && paper.body.contains("<a href=\"/inspection\">Reports to inspect</a>"));
    assert!(report.says("the same as in final report 2024-0001"), "{}", report.text());
    // Everybody's lines, as HQ reads them.
    assert!(report.says("33.3% (1/3)"), "{}", report.text());
    assert_eq!((n_noted, n_final), (2, 2));
    // Names that lead no further: the page of a person is not theirs to see.
    let people = format!("href=\"/sessions/{named}/people/");
    assert!(drawn.says("1 杜维平") || drawn.says("王强"), "{}", drawn.text());
    assert!(!drawn.body.contains(&people), "{}", drawn.text());
    assert!(of_hq.body.contains(&people), "{}", of_hq.text());
    refused.retain(|(_, status)| *status != 404);
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!(afterwards.status, 404);
}

#[actix_web::test]
async fn an_inspector_of_a_unit_reads_the_lines_of_that_unit() {
    let site = TestApp::start().await;
    let session = given_session(&site, SessionState::Confirmed).await;
    let to_come = given_session(&site, SessionState::Published).await;
    let inspector = site.given_people(site.cast.office, "JC", 1).await[0];
    let until = site.app.clock.now() + TimeDelta::days(2);
    let unit = Some(site.cast.first_unit);
    given(&site, inspector, NewGrant { unit, ends_at: Some(until), ..new(Role::Inspector) }).await;
    let mut browser = site.signed_in_as(inspector).await;
    browser.post("/welcome", &[]).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let list = browser.get("/inspection").await;
    let (own, theirs) =
        (browser.get(links::session_report_csv(session)).await, leader.get(links::session_report_csv(session)).await);

    assert!(list.body.contains(&links::session_report(session)) && list.says("第一工程公司"), "{}", list.text());
    assert!(!list.body.contains(&links::session_report(to_come)), "only what was held: {}", list.text());
    assert_eq!((own.status, &own.body), (200, &theirs.body));
}

/// S-06: who signed in a while ago shows their password once more before they give a role.
#[actix_web::test]
async fn a_role_is_given_by_a_fresh_login_or_with_the_password() {
    let site = TestApp::start().await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let account = format!("/people/{}/account/grant", site.cast.trainee.person);
    site.app.clock.set(site.app.clock.now() + TimeDelta::minutes(15));

    let without = admin.post(&account, &[("role", "hq")]).await;
    let wrong = admin.post(&account, &[("role", "hq"), ("password", "wrong")]).await;
    let before = trainee.get("/calls").await.status;
    let right = admin.post(&account, &[("role", "hq"), ("password", PASSWORD)]).await;
    let after = trainee.get("/calls").await.status;

    assert_eq!((without.status, wrong.status, right.status), (422, 422, 303), "{}", right.text());
    assert!(wrong.says("Your own password is not right"));
    assert!(wrong.body.contains("id=\"password-grant\""));
    assert_eq!((before, after), (404, 200));
}

/// Z-06: the last administrator cannot be let go by HQ either.
#[actix_web::test]
async fn the_last_administrator_does_not_leave() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let edit = format!("/people/{}/edit", site.cast.admin.person);
    let office = site.cast.office.to_string();
    let fields = [
        ("employee_number", "admin"),
        ("name", "周予"),
        ("unit", office.as_str()),
        ("post", "管理员"),
        ("category", "staff"),
        ("order_number", "2"),
        ("email", "admin@lihe.example"),
        ("left_on", "2024-07-05"),
        ("version", "1"),
    ];

    let refused = hq.post(&edit, &fields).await;
    given(&site, site.cast.stranger, new(Role::Security)).await;
    let done = hq.post(&edit, &fields).await;

    assert_eq!((refused.status, done.status), (422, 303), "{}", done.text());
    assert!(refused.says("This is the last security administrator"), "{}", refused.text());
}

/// Whoever leads or is of HQ and holds a duty besides finds its pages; HQ finds the settings once.
#[actix_web::test]
async fn a_duty_held_besides_has_its_entry() {
    let site = TestApp::start().await;
    let (hq, leader) = (site.cast.hq, site.cast.leader_of_first_unit);
    for role in [Role::System, Role::Audit] {
        given(&site, hq, new(role)).await;
    }
    given(&site, leader, new(Role::System)).await;

    let of_hq = site.signed_in_as(hq).await.get("/help").await;
    let of_leader = site.signed_in_as(leader).await.get("/help").await;
    let without = site.signed_in_as(site.cast.leader_of_second_unit).await.get("/help").await;

    let entries = |page: &Answer| -> Vec<String> {
        let list = page.body.split("<nav class=\"entries\"").nth(1).and_then(|rest| rest.split("</nav>").next());
        let links = list.unwrap_or_default().split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.map(str::to_owned).collect()
    };
    assert_eq!(entries(&of_hq), ["/sessions", "/units", "/readings", "/people", "/settings", "/audit"]);
    assert_eq!(entries(&of_leader), ["/units", "/tasks", "/sessions", "/readings", "/settings"]);
    assert_eq!(entries(&without), ["/units", "/tasks", "/sessions", "/readings"]);
}
