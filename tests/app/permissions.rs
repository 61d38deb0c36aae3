//! Every route, who may call it, and what each of the cast gets to see: `permissions.txt` is the reviewed table.
//!
//! A new route fails here until its line stands in the table; the failure says how the line would read today. Read it
//! before it is taken over: a status that surprises is a hole, or a mistake in the table of routes.

use crate::duties::{given, new};
use crate::implementation::given_unit_task;
use crate::support::{Browser, Member, TestApp, prints_papers};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use xuefa::access::Role;
use xuefa::accounts::NewGrant;
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::assignments::calls::send::{self, Wanted};
use xuefa::assignments::exchange::{Record, queries};
use xuefa::store::ids::{CallId, MeetingId, TaskId, UnitId, UnitTaskId};
use xuefa::store::schema::{tasks, unit_tasks};
use xuefa::training::SessionState;
use xuefa::web::{ROUTES, Route};

/// The columns of the table, in order. The things that `{id}` stands for are of the first unit.
const ROLES: [&str; 11] = [
    "signed-out",
    "trainee",
    "colleague",
    "leader1",
    "leader2",
    "liaison1",
    "inspector1",
    "hq",
    "system",
    "security",
    "audit",
];

/// Forms with a file.
const UPLOADS: [&str; 5] =
    ["/import", "/sessions/{id}/scans", "/files/{of}/{id}", "/readings/new", "/readings/{id}/edit"];

/// The things that stand for the variables of addresses.
struct Things {
    session: i64,
    trainee: i64,
    first_unit: i64,
    task: i64,
    code: String,
    report_task: i64,
    volume_task: i64,
    call: i64,
    /// The unit's task that asks for a meeting.
    unit_task: i64,
    meeting: i64,
    /// For whatever else.
    other: i64,
}

impl Things {
    /// Numbers that nothing has.
    fn absent() -> Self {
        let none = 999_999;
        Self {
            session: none,
            trainee: none,
            first_unit: none,
            task: none,
            code: "0".to_owned(),
            report_task: none,
            volume_task: none,
            call: none,
            unit_task: none,
            meeting: none,
            other: none,
        }
    }
}

async fn browsers(site: &TestApp) -> Vec<Browser> {
    let cast = &site.cast;
    let mut browsers = vec![site.signed_out()];
    for member in [
        cast.trainee,
        cast.colleague,
        cast.leader_of_first_unit,
        cast.leader_of_second_unit,
        cast.liaison_of_first_unit,
        inspector_of(site, cast.first_unit).await,
        cast.hq,
        with_duty(site, Role::System).await,
        with_duty(site, Role::Security).await,
        with_duty(site, Role::Audit).await,
    ] {
        browsers.push(site.signed_in_as(member).await);
    }
    browsers
}

/// Somebody of HQ's department who is on no roster, with one role.
async fn with(site: &TestApp, grant: NewGrant) -> Member {
    let member = site.given_people(site.cast.office, grant.role.as_str(), 1).await[0];
    given(site, member, grant).await;
    site.signed_in_as(member).await.post(xuefa::links::NOTICE, &[]).await;
    member
}

pub async fn with_duty(site: &TestApp, role: Role) -> Member {
    with(site, new(role)).await
}

pub async fn inspector_of(site: &TestApp, unit: UnitId) -> Member {
    let until = site.app.clock.now() + TimeDelta::days(30);
    with(site, NewGrant { unit: Some(unit), ends_at: Some(until), ..new(Role::Inspector) }).await
}

/// A published session with the trainee on its roster, and a task of the trainee with its mail.
async fn given_things(site: &TestApp) -> Things {
    let task = site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let planned = xuefa::reminders::plan(&site.app.db, &site.app.clock, xuefa::reminders::Hours::Kept).await;
    planned.expect("a mail");
    let session = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let venues = site.app.db.read(move |conn| Ok(xuefa::training::queries::list_venues(conn, session)?)).await;
    let code = site.code_on_screen(session, venues.expect("a read")[0].id);
    let report_task = given_unit_task(site, site.cast.first_unit, UnitTaskKind::ImplementationReport).await;
    let volume_task = given_unit_task(site, site.cast.first_unit, UnitTaskKind::VolumeCheck).await;
    let call = given_call(site).await;
    let (note, unit_task, meeting) = given_study(site, task, call).await;
    let held = site.given_session("2024-07-01", SessionState::Confirmed, &[(site.cast.trainee, None)]).await;
    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    let made = site.write(move |conn| xuefa::reports::finals::make(conn, &hq, held, 2024, now)).await;
    made.expect("a final report");
    Things {
        session: session.0,
        trainee: site.cast.trainee.person.0,
        first_unit: site.cast.first_unit.0,
        task: note.0,
        code,
        report_task: report_task.0,
        volume_task: volume_task.0,
        call: call.0,
        unit_task: unit_task.0,
        meeting: meeting.0,
        other: 1,
    }
}

/// A note that the trainee handed in, the unit's task to hold a meeting, and a draft of a record.
async fn given_study(site: &TestApp, task: TaskId, call: CallId) -> (TaskId, UnitTaskId, MeetingId) {
    let (unit, by, now) = (site.cast.first_unit, site.cast.leader_of_first_unit.person, site.app.clock.now());
    let made = site.write(move |conn| {
        diesel::update(tasks::table.filter(tasks::id.eq(task)))
            .set((tasks::kind.eq("reflection"), tasks::state.eq("submitted")))
            .execute(conn)?;
        let asked = unit_tasks::table.filter(unit_tasks::call_id.eq(call));
        let asked =
            asked.filter(unit_tasks::kind.eq(UnitTaskKind::ExchangeMeeting)).select(unit_tasks::id).first(conn)?;
        let meeting = queries::insert_as_it_stands(conn, unit, None, &Record::default(), &[], (by, now), None)?;
        Ok((task, asked, meeting))
    });
    made.await.expect("study")
}

/// A call to the first unit, for readings and an exchange meeting.
async fn given_call(site: &TestApp) -> CallId {
    let (viewer, unit) = (site.viewer(site.cast.hq).await, site.cast.first_unit);
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let call = site.write(move |conn| {
        let reading = xuefa::readings::queries::list(conn)?[0].id;
        let wanted = Wanted {
            title: "学习贯彻培训会精神".to_owned(),
            units: vec![unit],
            forms: vec![UnitTaskKind::ExchangeMeeting],
            readings: vec![reading],
            due_on: Some(today),
            study_minutes: Some(0),
            ..Wanted::default()
        };
        send::send(conn, &viewer, &wanted, now, today)
    });
    call.await.expect("a call")
}

/// A route's address, with things of the first unit for its variables; 1 stands for what has none.
fn address(path: &str, things: &Things) -> String {
    if path == "/static/{name}" {
        return xuefa::web::statics::address("xuefa.css");
    }
    let id = match path.split('/').nth(1) {
        Some("sessions") => things.session,
        Some("people") => things.trainee,
        Some("units") => things.first_unit,
        Some("tasks") => things.task,
        Some("unit-tasks") if path.contains("volumes") => things.volume_task,
        Some("unit-tasks") if path.ends_with("/meeting") => things.unit_task,
        Some("unit-tasks") => things.report_task,
        Some("calls") => things.call,
        Some("meetings" | "files") => things.meeting,
        Some(_) | None => things.other,
    };
    let path = path.replace("{of}", "meetings").replace("{file}", "1");
    let address = path.replace("{person}", &things.trainee.to_string()).replace("{code}", &things.code);
    let address =
        address.replace("{kiosk}", "1").replace("{question}", "1").replace("{call}", &things.call.to_string());
    address
        .replace("{id}", &id.to_string())
        .replace("{token}", "x")
        .replace("{scan}", "1")
        .replace("{guest}", "1")
        .replace("{kind}", "task_soon")
        .replace("{year}", "2024")
        .replace("{category}", "staff")
        .replace("{name}", "x")
        .replace("{role}", "trainee")
        .replace("{number}", "2024-0001")
}

/// The table's lines by route: `METHOD PATH` → permission and statuses.
fn table() -> BTreeMap<String, String> {
    let lines = include_str!("permissions.txt").lines().map(str::trim);
    let mut table = BTreeMap::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let route = format!("{} {}", words.next().unwrap_or(""), words.next().unwrap_or(""));
        let rest = words.collect::<Vec<_>>().join(" ");
        assert!(table.insert(route, rest).is_none(), "twice in the table: {line}");
    }
    table
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Z-01, Z-02: every route there is, by every role, of things that are theirs, above, below, beside or not there.
#[actix_web::test]
async fn every_route_shows_each_role_what_the_table_says() {
    let site = TestApp::start().await;
    let things = given_things(&site).await;
    let mut browsers = browsers(&site).await;
    let mut expected = table();

    let mut differing = String::new();
    let prints = prints_papers();
    for route in ROUTES {
        let mut today = route.permission.name().to_owned();
        if route.method == "GET" {
            for browser in &mut browsers {
                let answer = browser.get(address(route.path, &things)).await;
                let _ = write!(today, " {}", answer.status);
            }
        }
        let mut said = expected.remove(&name(route));
        // Where there are no fonts, whoever may have a paper is told so.
        if route.path.ends_with(".pdf") && !prints {
            said = said.map(|said| said.replace(" 200", " 422"));
        }
        if said.as_deref() != Some(today.as_str()) {
            let said = said.unwrap_or_else(|| "(no line)".to_owned());
            let _ = writeln!(differing, "{}  {today}\n    the table: {said}", name(route));
        }
    }

    assert!(differing.is_empty(), "differing, in the order {}:\n{differing}", ROLES.join(" "));
    assert!(expected.is_empty(), "in the table, but no route: {expected:?}");
}

/// S-05.
#[actix_web::test]
async fn every_change_without_the_forms_token_is_refused() {
    let site = TestApp::start().await;
    let things = given_things(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let mut answers = Vec::new();
    for route in
        ROUTES.iter().filter(|route| route.method != "GET" && !["demo", "kiosk"].contains(&route.permission.name()))
    {
        let address = address(route.path, &things);
        let (without, foreign) = if UPLOADS.contains(&route.path) {
            let mut stranger = hq.clone();
            stranger.csrf = String::new();
            let without = stranger.upload(&address, "file", "a.csv", b"a").await;
            stranger.csrf = "of somebody else".to_owned();
            (without, stranger.upload(&address, "file", "a.csv", b"a").await)
        } else {
            let without = hq.post_raw(&address, &[]).await;
            (without, hq.post_raw(&address, &[("csrf", "of somebody else")]).await)
        };
        answers.push((name(route), without.status, foreign.status));
    }

    answers.retain(|(_, without, foreign)| (*without, *foreign) != (403, 403));
    assert!(answers.is_empty(), "{answers:#?}");
}

/// Z-01, Z-02: to whom a thing is out of reach it is not there, whatever they send to it. What is looked at are statuses: of
/// a thing of the first unit, and of one that there is not.
#[actix_web::test]
async fn a_change_to_what_is_out_of_reach_is_answered_as_one_to_what_is_not_there() {
    let site = TestApp::start().await;
    let (things, absent) = (given_things(&site).await, Things::absent());
    let mut told = Vec::new();
    for (role, browser) in ROLES.iter().zip(&mut browsers(&site).await) {
        if !["colleague", "leader2", "inspector1", "system", "audit"].contains(role) {
            continue;
        }
        let changing = ROUTES.iter().filter(|route| route.method != "GET" && route.path.contains('{'));
        // What is open to anybody is held by a token, and a kiosk by its cookie; readings and codes are everybody's.
        let held = changing.filter(|route| !["anyone", "kiosk", "demo"].contains(&route.permission.name()));
        for route in held.filter(|route| !route.path.starts_with("/readings/") && !route.path.starts_with("/c/")) {
            let mut statuses = Vec::new();
            for things in [&things, &absent] {
                let address = address(route.path, things);
                let answer = if UPLOADS.contains(&route.path) {
                    browser.upload(&address, "file", "a.pdf", b"%PDF-1.7\nstartxref\n9\n%%EOF\n").await
                } else {
                    browser.post(&address, &[("version", "1"), ("comment", "x"), ("reason", "x")]).await
                };
                statuses.push(answer.status);
            }
            if statuses[0] != statuses[1] {
                told.push((*role, name(route), statuses));
            }
        }
    }

    assert!(told.is_empty(), "{told:#?}");
}
