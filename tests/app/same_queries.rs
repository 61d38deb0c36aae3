//! A page of study asks the database as often for much as for little: every one of them, in one list.

use crate::support::queries::{answered, watch_new_connections};
use crate::support::{Browser, Member, TestApp};
use diesel::prelude::*;
use std::collections::BTreeMap;
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::assignments::calls::send::{self, Wanted};
use xuefa::assignments::exchange::{self, Agreed, Gist, MeetingPerson, Presence, Record};
use xuefa::attendance::AttendanceState::{Absent, Present};
use xuefa::links;
use xuefa::readings;
use xuefa::settings::{self, Settings};
use xuefa::store::ids::{CallId, MeetingId, ReadingId, TaskId, UnitId};
use xuefa::store::schema::{implementation_rows, tasks, unit_tasks};
use xuefa::training::SessionState;

/// Every page that is looked at, each by HQ, or by the leader of the unit where HQ has no such page.
const PAGES: [&str; 72] = [
    "/tasks",
    "leader /tasks/new?unit={unit}",
    "leader /",
    "/record?year=2024",
    "/record.csv?year=2024",
    "/people/{person}/record?year=2024",
    "/people/{person}/record?year=2024&paper=1",
    "/hours/required",
    "/hours/required/2024/staff",
    "/units/{unit}/hours?year=2024&show=all",
    "/units/{unit}/hours.csv?year=2024&show=all",
    "/units/{unit}/year?year=2024",
    "/units/{unit}",
    "/units/{unit}?session={session}",
    "leader /units/{unit}",
    "/units/{unit}/missing.csv?session={session}",
    "/units/{unit}/board.csv?session={session}",
    "/units/{unit}/board/paper?session={session}",
    "/units/{unit}/implementation",
    "/units/{unit}/meetings",
    "/units/{unit}/meetings/new",
    "/units",
    "/assignments/{assignment}",
    "/assignments/{assignment}/hours",
    "/assignments/{assignment}/extend?task={task}.1",
    "/assignments/{assignment}/withdraw?task={task}.1",
    "/sessions/{session}",
    "/sessions/{session}/follow-up",
    "/sessions/{session}/report",
    "/sessions/{session}/report.csv",
    "/calls",
    "/calls/new",
    "/calls/new?session={session}",
    "/calls/{call}",
    "/calls/{call}?show=to_decide",
    "/calls/{call}/units.csv",
    "/calls/{call}/units/paper",
    "/sessions/{session}/sheet.csv",
    "/calls/{call}/withdraw",
    "/units/{unit}/calls/{call}",
    "/units/{unit}/calls/{call}/withdraw",
    "/units/{unit}/calls/{call}/people",
    "/units/{unit}/calls/{call}/sub-units",
    "/unit-tasks/{report}/report",
    "/unit-tasks/{report}/report/paper",
    "/implementation-rows/{row}",
    "/unit-tasks/{check}/volumes",
    "/unit-tasks/{check}/volumes/paper",
    "/volume-list",
    "/volume-list/edit",
    "/reflections",
    "leader /tasks/{note}",
    "/meetings/{meeting}",
    "/meetings/{meeting}/edit",
    "/meetings/{meeting}/remove",
    "/files/meetings/{meeting}",
    "/readings",
    "/readings?q=%E6%9D%A1%E4%BE%8B",
    "/readings/approve",
    "/readings/{reading}",
    "/readings/{reading}/edit",
    "{self_test}",
    "/readings/{reading}/questions",
    "/readings/{reading}/questions/new",
    "/statutes",
    "/today",
    "/reports/period?first=2024-01-01&last=2024-12-31",
    "/reports/period.csv?first=2024-01-01&last=2024-12-31",
    "/reports/period.xlsx?first=2024-01-01&last=2024-12-31",
    "/reports/period/final?first=2024-01-01&last=2024-12-31",
    "/reports/period/people?first=2024-01-01&last=2024-12-31&show=roster",
    "leader /reports/period?first=2024-01-01&last=2024-12-31",
];

/// What a page's address names.
type Names = BTreeMap<&'static str, String>;

fn address(page: &str, names: &Names) -> String {
    names.iter().fold(page.to_owned(), |page, (name, value)| page.replace(&format!("{{{name}}}"), value))
}

async fn switch_on_notes(site: &TestApp) {
    let set = site.write(|conn| {
        let settings = Settings { reflections: true, ..settings::current(conn)? };
        settings::establish(conn, &settings)
    });
    set.await.expect("the setting");
}

/// One of everything, with so much in each.
async fn make(site: &TestApp, people: &[Member], n: usize) -> Names {
    let (mut hq, mut leader) =
        (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.leader_of_first_unit).await);
    let reading = given_reading(&mut hq, n).await;
    let readings: Vec<ReadingId> = site
        .app
        .db
        .read(|conn| Ok(readings::queries::list(conn)?))
        .await
        .expect("readings")
        .iter()
        .map(|heading| heading.id)
        .take(n)
        .collect();
    let states = [Some(Absent), Some(Present)];
    let roll: Vec<_> = people.iter().enumerate().map(|(place, member)| (*member, states[place % 2])).collect();
    let session = site.given_session("2024-07-01", SessionState::Confirmed, &roll).await;
    let (call, units_tasks) = given_call(site, session, &readings).await;
    let (report, check) =
        (units_tasks[&UnitTaskKind::ImplementationReport].clone(), units_tasks[&UnitTaskKind::VolumeCheck].clone());
    hand_in_forms(&mut leader, &report, &check, n).await;
    let meeting = given_meeting(site, people, &readings).await;
    let assignment = given_tasks(&mut leader, site.cast.first_unit, &readings).await;
    let of_report: i64 = report.parse().expect("an id");
    let (row, task) = site
        .app
        .db
        .read(move |conn| {
            let row: i64 = implementation_rows::table
                .filter(implementation_rows::unit_task_id.eq(of_report))
                .select(implementation_rows::id)
                .first(conn)?;
            let newest: i64 = tasks::table.order(tasks::id.desc()).select(tasks::id).first(conn)?;
            Ok((row, newest))
        })
        .await
        .expect("what was made");
    let mut note = TaskId(0);
    for member in people {
        note = site.given_due_task(*member, "2024-07-20").await;
        let handed_in = site.write(move |conn| {
            let set = (tasks::kind.eq("reflection"), tasks::state.eq("submitted"));
            diesel::update(tasks::table.find(note)).set(set).execute(conn)?;
            Ok(())
        });
        handed_in.await.expect("a note");
    }
    let self_test = hq.get(format!("/readings/{reading}/self-test")).await.location.expect("a try");
    BTreeMap::from([
        ("self_test", self_test),
        ("unit", site.cast.first_unit.to_string()),
        ("person", site.cast.trainee.person.to_string()),
        ("session", session.to_string()),
        ("call", call.to_string()),
        ("report", report),
        ("check", check),
        ("row", row.to_string()),
        ("meeting", meeting.to_string()),
        ("reading", reading),
        ("assignment", assignment),
        ("task", task.to_string()),
        ("note", note.to_string()),
    ])
}

/// A reading of HQ's own with so many citations and questions.
async fn given_reading(hq: &mut Browser, n: usize) -> String {
    let mut fields =
        vec![("title_zh", "走访须知"), ("body_zh", "依照《信访工作条例》第二十条。"), ("sources_zh", "通知")];
    let statutes: Vec<String> = (0..n).map(|number| format!("条例{number}")).collect();
    for statute in &statutes {
        fields.extend([("statute", statute.as_str()), ("article", ""), ("statute_in_force", "")]);
    }
    let added = hq.post_with_file(links::NEW_READING, &fields, None).await;
    let id = added.location.and_then(|to| to.rsplit('/').next().map(str::to_owned)).expect("a reading");
    for number in 0..n {
        let text = format!("第{number}题");
        let fields = [
            ("kind", "true_false"),
            ("question_zh", text.as_str()),
            ("truth", "0"),
            ("explanation_zh", "见条例。"),
            ("statute", "信访工作条例"),
            ("article", "第二十条"),
        ];
        let added = hq.post(format!("/readings/{id}/questions/new"), &fields).await;
        assert_eq!(added.status, 303, "{}", added.text());
    }
    id
}

/// A call of every form to every unit, with these readings, and what it asks of the first unit.
async fn given_call(
    site: &TestApp,
    session: xuefa::store::ids::SessionId,
    readings: &[ReadingId],
) -> (CallId, BTreeMap<UnitTaskKind, String>) {
    let (viewer, first, group) = (site.viewer(site.cast.hq).await, site.cast.first_unit, site.cast.group);
    let (now, today, readings) = (site.app.clock.now(), site.app.clock.today(), readings.to_vec());
    let made = site.write(move |conn| {
        let units = xuefa::organization::queries::list_units(conn)?.into_iter();
        let wanted = Wanted {
            title: "学习贯彻培训会精神".to_owned(),
            session: Some(session),
            units: units.filter(|unit| unit.parent_id == Some(group)).map(|unit| unit.id).collect(),
            forms: UnitTaskKind::ALL.iter().copied().filter(|kind| *kind != UnitTaskKind::Readings).collect(),
            readings: readings.clone(),
            due_on: Some(today),
            study_minutes: Some(0),
            ..Wanted::default()
        };
        let call = send::send(conn, &viewer, &wanted, now, today)?;
        let asked: Vec<(UnitTaskKind, i64)> = unit_tasks::table
            .filter(unit_tasks::call_id.eq(call))
            .filter(unit_tasks::unit_id.eq(first))
            .select((unit_tasks::kind, unit_tasks::id))
            .load(conn)?;
        Ok((call, asked.into_iter().map(|(kind, id)| (kind, id.to_string())).collect()))
    });
    made.await.expect("a call")
}

/// A report of at most ten rows, and a check with so many exceptions.
async fn hand_in_forms(leader: &mut Browser, report: &str, check: &str, n: usize) {
    let mut fields: Vec<(String, String)> = [("version", "0"), ("contact", "何联"), ("step", "hand_in")]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
    for row in 1..=n.min(10) {
        let of = [
            ("problem", "登记不全"),
            ("measure", "每周抽查"),
            ("responsible", "何联"),
            ("due_on", "2024-07-18"),
            ("state", "open"),
        ];
        fields.extend(of.map(|(name, value)| (format!("{name}-{row}"), value.to_owned())));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let sent = leader.post(format!("/unit-tasks/{report}/report"), &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());

    let path = format!("/unit-tasks/{check}/volumes");
    let form = leader.get(&path).await;
    let hidden = |name: &str| {
        let found =
            form.body.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
        found.map(str::to_owned).expect("a hidden field")
    };
    let mut fields = vec![("list_version".to_owned(), hidden("list_version")), ("version".to_owned(), "0".to_owned())];
    let n_items = form.body.matches("name=\"item-").count();
    for place in 1..=n_items {
        let answer = if place <= n { "completing" } else { "complete" };
        fields.push((format!("item-{place}"), hidden(&format!("item-{place}"))));
        fields.push((format!("answer-{place}"), answer.to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let sent = leader.post(&path, &fields).await;
    assert!(sent.status == 303 || sent.status == 422, "{}", sent.text());
}

/// A record with everybody listed, each with a gist and an action.
async fn given_meeting(site: &TestApp, people: &[Member], readings: &[ReadingId]) -> MeetingId {
    let (unit, by, now) = (site.cast.first_unit, site.cast.leader_of_first_unit.person, site.app.clock.now());
    let listed: Vec<MeetingPerson> = people
        .iter()
        .zip(1_i64..)
        .map(|(member, position)| MeetingPerson {
            meeting_id: MeetingId(0),
            person_id: member.person,
            presence: Presence::Present,
            position,
            name: format!("人员{position}"),
            post: String::new(),
            unit_name: "第一工程公司".to_owned(),
        })
        .collect();
    let record = Record {
        held_on: "2024-07-02".to_owned(),
        place: "会议室".to_owned(),
        readings: readings.to_vec(),
        people: people.iter().map(|member| (member.person, Presence::Present)).collect(),
        gists: people.iter().map(|member| Gist { person: Some(member.person), text: "发言".to_owned() }).collect(),
        agreed: people
            .iter()
            .map(|_| Agreed { what: "抽查".to_owned(), who: "何联".to_owned(), due_on: "2024-07-18".to_owned() })
            .collect(),
        ..Record::default()
    };
    let made = site
        .write(move |conn| exchange::queries::insert_as_it_stands(conn, unit, None, &record, &listed, (by, now), None));
    made.await.expect("a record")
}

/// These readings, to be read by everybody of the unit.
async fn given_tasks(leader: &mut Browser, unit: UnitId, readings: &[ReadingId]) -> String {
    let (unit, readings): (String, Vec<String>) =
        (unit.to_string(), readings.iter().map(ToString::to_string).collect());
    let mut fields = vec![
        ("unit", unit.as_str()),
        ("who", "everybody"),
        ("kind", "reading"),
        ("due_on", "2024-07-20"),
        ("step", "confirm"),
    ];
    fields.extend(readings.iter().map(|reading| ("reading", reading.as_str())));
    let given = leader.post(links::TASKS_NEW, &fields).await;
    given.location.and_then(|to| to.rsplit('/').next().map(str::to_owned)).expect("an assignment")
}

/// How many queries each page takes. Each is asked for twice: the first time may note that its viewer was here.
async fn counted(site: &TestApp, names: &Names) -> BTreeMap<&'static str, usize> {
    let (mut hq, mut leader) =
        (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.leader_of_first_unit).await);
    let mut counts = BTreeMap::new();
    for page in PAGES {
        let path = address(page.trim_start_matches("leader "), names);
        let browser = if page.starts_with("leader ") { &mut leader } else { &mut hq };
        browser.get(&path).await;
        let before = answered(&site.app.config.database);
        let shown = browser.get(&path).await;
        assert!([200, 303].contains(&shown.status), "{path}: {} {}", shown.status, shown.text());
        counts.insert(page, answered(&site.app.config.database) - before);
    }
    counts
}

#[actix_web::test]
async fn every_page_of_study_takes_as_many_queries_for_much_as_for_little() {
    watch_new_connections();
    let site = TestApp::start().await;
    switch_on_notes(&site).await;
    let few = [site.cast.leader_of_first_unit, site.cast.trainee, site.cast.colleague];
    let names = make(&site, &few, 2).await;
    let little = counted(&site, &names).await;

    for number in 0..15 {
        site.given_enterprise(&format!("E{number}X"), 4).await;
    }
    let mut many = few.to_vec();
    many.extend(site.given_people(site.cast.first_unit, "多", 55).await);
    many.extend(site.given_people(site.cast.branch_of_first_unit, "少", 10).await);
    let mut names = make(&site, &many, 12).await;
    for _ in 0..3 {
        names = make(&site, &many, 12).await;
    }
    let much = counted(&site, &names).await;

    let growing: Vec<String> = PAGES
        .iter()
        .filter(|page| little[*page] != much[*page])
        .map(|page| format!("{page}: {} for little, {} for much", little[page], much[page]))
        .collect();
    assert!(little.values().all(|n| *n > 0), "the queries are counted: {little:?}");
    assert!(growing.is_empty(), "{growing:#?}");
}
