//! Planning a session, freezing its roster, moving it, calling it off.

use crate::support::{Browser, TestApp};
use xuefa::access::Actor;
use xuefa::error::Error;
use xuefa::organization::{self, Category};
use xuefa::store::ids::{PersonId, SessionId, UnitId};
use xuefa::training::{self, Audience, Plan, PlannedVenue, SessionState, VenueKind, cancel, plan, publish, queries};

/// A plan for the leading teams of all units, at one main venue.
fn plan_for(site: &TestApp, audience: Audience) -> Plan {
    Plan {
        title: "信访工作法治化培训会".to_owned(),
        purpose: String::new(),
        speaker: "示例主讲人".to_owned(),
        organiser: "信访办公室".to_owned(),
        requirements: "各单位组织学习交流。\n结合实际抓好落实。".to_owned(),
        remark: "示例".to_owned(),
        starts_at: site.moment("2024-07-12", "14:30"),
        ends_at: site.moment("2024-07-12", "16:30"),
        opens_before_minutes: 30,
        study_minutes: 120,
        documents: Vec::new(),
        topics: vec!["什么是信访工作法治化".to_owned()],
        readings: Vec::new(),
        venues: vec![
            PlannedVenue::new("三楼会议室", VenueKind::Main),
            PlannedVenue::new("二楼会议室", VenueKind::Branch),
        ],
        audience,
        reply_by: None,
        make_up_of: None,
    }
}

fn leaders_of_all(site: &TestApp) -> Audience {
    Audience { categories: vec![Category::EnterpriseLeadership], units: vec![site.cast.group], ..Audience::default() }
}

async fn draft(site: &TestApp, plan: &Plan) -> SessionId {
    let (plan, now) = (plan.clone(), site.app.clock.now());
    site.write(move |conn| plan::create(conn, &Actor::program("test"), &plan, now)).await.expect("a draft")
}

async fn published(site: &TestApp, plan: &Plan) -> SessionId {
    let (id, now) = (draft(site, plan).await, site.app.clock.now());
    site.write(move |conn| publish::publish(conn, &Actor::program("test"), id, 1, now)).await.expect("published");
    id
}

async fn find(site: &TestApp, id: SessionId) -> training::Session {
    site.app.db.read(move |conn| queries::find_session(conn, id)).await.expect("the session")
}

async fn roster(site: &TestApp, id: SessionId) -> Vec<training::RosterRow> {
    site.app.db.read(move |conn| Ok(queries::list_roster(conn, id)?)).await.expect("the roster")
}

fn names(rows: &[training::RosterRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[actix_web::test]
async fn the_roster_stands_in_the_units_order_with_people_added_and_left_out() {
    let site = TestApp::start().await;
    let audience = Audience {
        added: vec![site.cast.colleague.person, site.cast.trainee.person],
        left_out: vec![site.cast.stranger.person],
        ..leaders_of_all(&site)
    };

    let id = published(&site, &plan_for(&site, audience)).await;

    let rows = roster(&site, id).await;
    assert_eq!(names(&rows), ["程诚", "杜维平", "李敏", "沈薇"]);
    assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(rows[2].unit_name, "第一工程公司一项目部");
    let venues = site.app.db.read(move |conn| Ok(queries::list_venues(conn, id)?)).await.expect("venues");
    assert!(rows.iter().all(|row| row.venue_id == venues[0].id));
    assert_eq!(find(&site, id).await.state, SessionState::Published);
}

#[actix_web::test]
async fn a_later_change_of_unit_does_not_alter_the_roster() {
    let site = TestApp::start().await;
    let id = published(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let before = roster(&site, id).await;

    let (person, unit) = (site.cast.trainee.person, site.cast.second_unit);
    site.write(move |conn| {
        use diesel::prelude::*;
        use xuefa::store::schema::people;
        let moved = (people::unit_id.eq(unit), people::post.eq("总经理"), people::category.eq(Category::Staff));
        diesel::update(people::table.find(person.0)).set(moved).execute(conn)?;
        Ok(())
    })
    .await
    .expect("moved");

    let after = roster(&site, id).await;
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
    assert_eq!(after[1].unit_id, site.cast.first_unit);
}

#[actix_web::test]
async fn two_who_publish_or_change_the_same_draft_notice_each_other() {
    let site = TestApp::start().await;
    let plan = plan_for(&site, leaders_of_all(&site));
    let (id, now) = (draft(&site, &plan).await, site.app.clock.now());
    let other = Plan { title: "另一个标题".to_owned(), ..plan.clone() };
    let changed = other.clone();
    site.write(move |conn| plan::change(conn, &Actor::program("test"), id, 1, &changed, now)).await.expect("changed");

    let late = site.write(move |conn| plan::change(conn, &Actor::program("test"), id, 1, &other, now)).await;
    let stale = site.write(move |conn| publish::publish(conn, &Actor::program("test"), id, 1, now)).await;

    assert!(matches!(late, Err(Error::Conflict)), "{late:?}");
    assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
    assert!(roster(&site, id).await.is_empty());
}

#[actix_web::test]
async fn a_draft_that_lacks_a_main_venue_or_people_is_not_published() {
    let site = TestApp::start().await;
    let bare = Plan { venues: Vec::new(), ..plan_for(&site, Audience::default()) };
    let (id, now) = (draft(&site, &bare).await, site.app.clock.now());

    let refused = site.write(move |conn| publish::publish(conn, &Actor::program("test"), id, 1, now)).await;

    let Err(Error::Refused(problems)) = refused else { unreachable!("{refused:?}") };
    assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), ["venue_name", "category"]);
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let page = hq.get(format!("/sessions/{id}/check")).await;
    assert!(page.says("Enter the main venue") && page.says("Nobody is in the audience"), "{}", page.text());
    assert!(!page.body.contains("/publish"), "nothing to publish with");
}

#[actix_web::test]
async fn before_publishing_it_is_said_whose_category_is_not_ticked() {
    let site = TestApp::start().await;
    let id = draft(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let page = hq.get(format!("/sessions/{id}/check")).await;

    assert!(page.says("not ticked: HQ mid-level cadre: 1, Staff: 3"), "{}", page.text());
}

#[actix_web::test]
async fn a_published_session_is_moved_with_a_new_revision_and_cancelled_with_a_reason() {
    let site = TestApp::start().await;
    let id = published(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let form = hq.get(format!("/sessions/{id}/move")).await;
    let version = find(&site, id).await.version.to_string();

    let fields = [("version", version.as_str()), ("day", "2024-07-15"), ("starts", "09:00"), ("ends", "11:00")];
    let moved = hq.post(format!("/sessions/{id}/move"), &fields).await;
    let version = find(&site, id).await.version.to_string();
    let without_reason = hq.post(format!("/sessions/{id}/cancel"), &[("version", &version), ("reason", " ")]).await;
    let cancelled = hq.post(format!("/sessions/{id}/cancel"), &[("version", &version), ("reason", "会议冲突")]).await;

    assert_eq!((form.status, moved.status, without_reason.status, cancelled.status), (200, 303, 422, 303));
    let session = find(&site, id).await;
    assert_eq!((session.state, session.revision), (SessionState::Cancelled, 1));
    assert_eq!(session.starts_at, site.moment("2024-07-15", "09:00"));
    assert_eq!(session.state_reason.as_deref(), Some("会议冲突"));
    let again = site.app.clock.now();
    let twice = site
        .write(move |conn| cancel::cancel(conn, &Actor::program("test"), id, session.version, "again", again))
        .await;
    assert!(matches!(twice, Err(Error::Refused(_))));
}

#[actix_web::test]
async fn people_go_to_the_venue_of_their_unit_and_a_clerk_is_named_once() {
    let site = TestApp::start().await;
    let id = published(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let venues = site.app.db.read(move |conn| Ok(queries::list_venues(conn, id)?)).await.expect("venues");
    let branch = venues[1].id.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let unit = site.cast.first_unit.to_string();
    let clerk = site.cast.colleague.person.to_string();

    let assigned = hq.post(format!("/sessions/{id}/places"), &[("venue", &branch), ("unit", &unit)]).await;
    for _ in 0..2 {
        hq.post(format!("/sessions/{id}/clerks"), &[("venue", &branch), ("person", &clerk)]).await;
    }
    let page = hq.get(format!("/sessions/{id}/places?q=%E6%9D%8E")).await;
    let list = site.signed_in_as(site.cast.trainee).await.get("/sessions").await;

    assert_eq!(assigned.status, 303);
    let at_branch: Vec<PersonId> =
        roster(&site, id).await.iter().filter(|row| row.venue_id == venues[1].id).map(|row| row.person_id).collect();
    assert_eq!(at_branch, [site.cast.leader_of_first_unit.person, site.cast.trainee.person]);
    let clerks = site.app.db.read(move |conn| Ok(queries::list_clerks(conn, id)?)).await.expect("clerks");
    assert_eq!(clerks.len(), 1);
    assert!(page.status == 200 && page.says("李敏") && page.says("1 found"), "{}", page.text());
    assert!(list.says("二楼会议室") && !list.says("三楼会议室"), "their own hall: {}", list.text());
}

#[actix_web::test]
async fn a_draft_is_found_by_hq_alone_and_a_published_session_by_those_it_concerns() {
    let site = TestApp::start().await;
    let audience = Audience { units: vec![site.cast.first_unit], ..leaders_of_all(&site) };
    let plan = plan_for(&site, audience);
    let (hidden, open) = (draft(&site, &plan).await, published(&site, &plan).await);
    let mut seen = Vec::new();
    for member in [site.cast.hq, site.cast.trainee, site.cast.leader_of_first_unit, site.cast.stranger] {
        let mut browser = site.signed_in_as(member).await;

        let notices = [hidden, open].map(|id| format!("/sessions/{id}/notice"));
        let list = browser.get("/sessions").await;
        seen.push((browser.get(&notices[0]).await.status, browser.get(&notices[1]).await.status));
        let concerns_them = list.says("信访工作法治化培训会");
        assert_eq!(concerns_them, member.person != site.cast.stranger.person, "{}", list.text());
    }

    assert_eq!(seen, [(200, 200), (404, 200), (404, 200), (404, 404)]);
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    for page in ["/today", "/sessions/new"] {
        assert_eq!(trainee.get(page).await.status, 404, "{page}");
    }
    assert_eq!(trainee.get(format!("/sessions/{hidden}/check")).await.status, 404);
}

#[actix_web::test]
async fn a_notice_names_whom_it_invites_and_goes_along_as_a_file_and_says_when_its_mails_go_out() {
    let site = TestApp::start().await;
    let of = |units: Vec<UnitId>| Audience { units, ..leaders_of_all(&site) };
    let whole = published(&site, &plan_for(&site, of(vec![site.cast.group]))).await;
    let plan = plan_for(&site, of(vec![site.cast.first_unit]));
    let (one, planned) = (published(&site, &plan).await, draft(&site, &plan).await);
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let to_all = hq.get(format!("/sessions/{whole}/notice")).await;
    let to_one = hq.get(format!("/sessions/{one}/notice")).await;
    let word = hq.get(format!("/sessions/{one}/notice.docx")).await;
    let of_trainee = site.signed_in_as(site.cast.trainee).await.get(format!("/sessions/{one}/notice")).await;
    let stranger = site.signed_in_as(site.cast.stranger).await.get(format!("/sessions/{one}/notice.docx")).await;
    let said = hq.post(format!("/sessions/{planned}/publish"), &[("version", "1")]).await;
    let said = hq.get(said.location.expect("the session")).await;

    assert!(to_all.says("To all units and departments:"), "{}", to_all.text());
    assert!(to_one.says("To 第一工程公司:") && !to_one.says("To all units"), "{}", to_one.text());
    assert!(to_one.body.contains(&format!("href=\"/sessions/{one}/notice.docx\"")), "{}", to_one.body);
    assert!(to_one.says("on working days from 8:00 to 20:00") && !of_trainee.says("on working days"));
    assert_eq!((word.status, stranger.status), (200, 404));
    assert!(said.says("The notice has not gone out yet: from "), "{}", said.text());
}

fn typed(group: &str) -> Vec<(&str, &str)> {
    vec![
        ("title", "《信访工作条例》专题培训会"),
        ("day", "2024-07-12"),
        ("starts", "14:30"),
        ("ends", "16:30"),
        ("opens_before_minutes", "30"),
        ("study_hours", "2"),
        ("venue_id", ""),
        ("venue_name", "三楼会议室"),
        ("venue_kind", "main"),
        ("venue_way", "1-kiosk"),
        ("topic", "条例的适用范围"),
        ("document_title", "信访工作条例"),
        ("document_source", "中共中央、国务院"),
        ("document_date", "2022-02-25"),
        ("document_text", ""),
        ("category", "enterprise_leadership"),
        ("unit", group),
        ("added", "colleague"),
        ("left_out", "王强"),
    ]
}

fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

async fn count(browser: &mut Browser) -> usize {
    let list = browser.get("/sessions").await;
    list.body.matches("scope=\"row\"").count()
}

#[actix_web::test]
async fn the_form_makes_a_draft_counts_its_audience_and_publishes_it() {
    let site = TestApp::start().await;
    let group = site.cast.group.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let form = hq.get("/sessions/new").await;
    let created = hq.post("/sessions/new", &typed(&group)).await;
    let check = hq.get(created.location.as_deref().expect("a page")).await;
    let edit = hq.get(created.location.as_deref().expect("a page").replace("check", "edit")).await;
    let published =
        hq.post(created.location.as_deref().expect("a page").replace("check", "publish"), &[("version", "1")]).await;
    let said = hq.get(published.location.as_deref().expect("a page")).await;

    assert_eq!((form.status, created.status, check.status, edit.status, published.status), (200, 303, 200, 200, 303));
    assert!(said.says("published with a roster of 4"), "{}", said.text());
    assert!(form.body.contains("value=\"2024-07-12\"") && form.body.contains("value=\"信访办公室\""), "presets");
    assert!(check.says("3 units and 4 people selected"), "{}", check.text());
    assert!(edit.body.contains("colleague 李敏") && edit.body.contains("value=\"信访工作条例\""), "{}", edit.body);
    assert!(check.says("条例的适用范围") && check.says("信访工作条例"), "{}", check.text());
    assert!(edit.body.contains("value=\"1-kiosk\" checked") && !edit.body.contains("value=\"1-phone\" checked"));
    assert_eq!(edit.body.matches("value=\"条例的适用范围\"").count(), 1, "{}", edit.body);
    assert_eq!(count(&mut hq).await, 1);
}

#[actix_web::test]
async fn the_check_page_says_that_hours_left_at_the_preset_are_not_those_of_the_meeting_and_shows_the_remark() {
    let site = TestApp::start().await;
    let group = site.cast.group.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let longer = with(with(typed(&group), "ends", "17:00"), "remark", "午餐自理");
    let said = with(longer.clone(), "study_hours", "2.5");

    let form = hq.get("/sessions/new").await;
    let of_preset = hq.post("/sessions/new", &longer).await;
    let of_preset = hq.get(of_preset.location.expect("the check page")).await;
    let of_said = hq.post("/sessions/new", &said).await;
    let of_said = hq.get(of_said.location.expect("the check page")).await;
    let usual = hq.post("/sessions/new", &typed(&group)).await;
    let usual = hq.get(usual.location.expect("the check page")).await;

    let (number, button) = (form.body.find("class=\"table-tools\""), form.body.find("value=\"count\""));
    assert!(
        number.is_some() && number < button && button < form.body.find("id=\"category\""),
        "the button stands beside the number"
    );
    assert!(form.says("Topic 1 (optional)"), "{}", form.text());
    let remark = "The meeting lasts 2.5 hours; the study hours are still the preset";
    assert!(of_preset.says(remark) && of_preset.says("午餐自理"), "{}", of_preset.text());
    assert!(!of_said.says("The meeting lasts") && !usual.says("The meeting lasts"), "{}", of_said.text());
}

#[actix_web::test]
async fn a_refused_form_keeps_everything_and_names_what_is_wrong() {
    let site = TestApp::start().await;
    let group = site.cast.group.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let wrong = with(with(with(typed(&group), "title", " "), "ends", "14:30"), "added", "无此人");

    let refused = hq.post("/sessions/new", &wrong).await;

    assert_eq!(refused.status, 422);
    for problem in ["#title", "#ends", "#added"] {
        assert!(refused.body.contains(&format!("<a href=\"{problem}\">")), "{problem}: {}", refused.text());
    }
    for kept in ["三楼会议室", "条例的适用范围", "中共中央、国务院", "2022-02-25", "无此人", "王强"]
    {
        assert!(refused.body.contains(kept), "{kept} is lost");
    }
    assert!(refused.body.contains(&format!("name=\"unit\" value=\"{group}\" checked")));
    assert_eq!(count(&mut hq).await, 0);
}

#[actix_web::test]
async fn another_row_and_another_language_show_the_form_again_with_everything_and_keep_nothing() {
    let site = TestApp::start().await;
    let group = site.cast.group.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let more = hq.post("/sessions/new", &with(typed(&group), "again", "topics")).await;
    let switched = hq.post("/sessions/new", &with(typed(&group), "switch_language", "zh-CN")).await;

    assert_eq!((more.status, switched.status), (200, 200));
    assert_eq!(more.body.matches("name=\"topic\"").count(), 3);
    assert!(more.says("3 units and 4 people selected"), "{}", more.text());
    assert!(switched.says("创建场次") && switched.body.contains("条例的适用范围"), "{}", switched.text());
    assert!(switched.body.contains("name=\"switch_language\" value=\"en\""));
    assert!(hq.cookies.iter().any(|(name, value)| name == "xuefa_language" && value == "zh-CN"), "remembered");
    assert_eq!(count(&mut hq).await, 0);
}

#[actix_web::test]
async fn a_form_sent_twice_makes_one_session() {
    let site = TestApp::start().await;
    let group = site.cast.group.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let csrf = hq.csrf.clone();
    let mut fields = typed(&group);
    fields.extend([("csrf", csrf.as_str()), ("form_key", "the same")]);

    let (first, second) = (hq.post_raw("/sessions/new", &fields).await, hq.post_raw("/sessions/new", &fields).await);

    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    assert_eq!(count(&mut hq).await, 1);
}

#[actix_web::test]
async fn hqs_home_offers_three_steps_until_there_is_a_session_and_then_what_happens_today() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let empty = hq.get("/today").await;
    let id = published(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let before = hq.get("/today").await;
    let days_before = hq.get(format!("/sessions/{id}")).await;
    site.set_clock("2024-07-12", "14:05");
    let on_the_day = site.signed_in_as(site.cast.hq).await.get("/today").await;
    site.set_clock("2024-07-12", "16:31");
    let afterwards = site.signed_in_as(site.cast.hq).await.get("/today").await;

    assert!(empty.says("Three steps to begin") && empty.says("5 units"), "{}", empty.text());
    let notice = format!("<a class=\"button main-action\" href=\"/sessions/{id}/notice\">");
    assert!(days_before.body.contains(&notice), "{}", days_before.body);
    assert!(!days_before.says("No check-in screen is on"), "{}", days_before.text());
    assert!(before.says("No session today") && before.says("No drafts"), "{}", before.text());
    assert!(
        on_the_day.body.contains(&format!("<a class=\"button main-action\" href=\"/sessions/{id}\">")),
        "{}",
        on_the_day.text()
    );
    assert!(afterwards.says("Check-in to be closed"), "{}", afterwards.text());
}

#[actix_web::test]
async fn hq_alone_plans_and_a_unit_below_is_known_by_its_enterprise() {
    let site = TestApp::start().await;
    let trainee = site.viewer(site.cast.trainee).await;
    let (plan, now) = (plan_for(&site, leaders_of_all(&site)), site.app.clock.now());

    let refused = site.write(move |conn| plan::create(conn, &trainee.actor(), &plan, now)).await;

    assert!(matches!(refused, Err(Error::Forbidden)));
    let units = site.app.db.read(|conn| Ok(organization::queries::list_units(conn)?)).await.expect("units");
    let branch = units.iter().find(|unit| unit.id == site.cast.branch_of_first_unit).expect("the branch");
    assert_eq!(training::audience::full_name(&units, branch), "第一工程公司一项目部");
}

#[actix_web::test]
async fn of_two_who_edit_a_draft_the_second_sees_both_and_loses_nothing() {
    let site = TestApp::start().await;
    let id = draft(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = format!("/sessions/{id}/edit");
    let fields = |title: &'static str, version: &'static str| {
        [
            ("version", version),
            ("title", title),
            ("purpose", "只有我填写的目的"),
            ("day", "2024-07-12"),
            ("starts", "14:30"),
            ("ends", "16:30"),
            ("opens_before_minutes", "30"),
            ("study_hours", "2"),
            ("organiser", "信访办公室"),
            ("venue_name", "三楼会议室"),
            ("venue_kind", "main"),
            ("venue_way", "1-phone"),
            ("category", "staff"),
        ]
    };

    let first = hq.post(&address, &fields("先保存的标题", "1")).await;
    let second = hq.post(&address, &fields("后保存的标题", "1")).await;
    let stored = find(&site, id).await.title;
    let again = hq.post(&address, &fields("后保存的标题", "2")).await;

    assert_eq!((first.status, second.status, again.status), (303, 422, 303));
    assert_eq!(stored, "先保存的标题");
    assert!(second.says("Now stored: “先保存的标题”"), "{}", second.text());
    assert!(second.body.contains("value=\"后保存的标题\"") && second.body.contains("name=\"version\" value=\"2\""));
    assert!(!second.says("Now stored: “信访办公室”"), "what both say alike is not named: {}", second.text());
    assert_eq!(find(&site, id).await.title, "后保存的标题");
}

#[actix_web::test]
async fn of_two_who_move_a_session_the_second_sees_both() {
    let site = TestApp::start().await;
    let id = published(&site, &plan_for(&site, leaders_of_all(&site))).await;
    let venues = site.app.db.read(move |conn| Ok(queries::list_venues(conn, id)?)).await.expect("the venues");
    let (main, branch) = (venues[0].id.to_string(), venues[1].id.to_string());
    let version = find(&site, id).await.version.to_string();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = format!("/sessions/{id}/move");
    let fields = |day| {
        [
            ("version", version.as_str()),
            ("day", day),
            ("starts", "14:30"),
            ("ends", "16:30"),
            ("venue_id", main.as_str()),
            ("venue_name", "三楼会议室"),
            ("venue_id", branch.as_str()),
            ("venue_name", "二楼会议室"),
        ]
    };

    let first = hq.post(&address, &fields("2024-07-15")).await;
    let second = hq.post(&address, &fields("2024-07-16")).await;

    assert_eq!((first.status, second.status), (303, 422));
    assert!(second.says("Now stored: “2024-07-15”"), "{}", second.text());
    assert!(second.body.contains("value=\"2024-07-16\""), "{}", second.body);
}
