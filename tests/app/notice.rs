//! The notice's requests from end to end: HQ calls, units meet, report and check their volumes, HQ accepts. Everything is
//! handed in by the forms as they stand on the pages, and every act of the unit is counted.

use crate::figures::{number_after, rate_after, session_agrees};
use crate::support::facts::first_reading;
use crate::support::form::Form;
use crate::support::{Answer, Browser, Member, TestApp};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::collections::BTreeMap;
use xuefa::assignments::read;
use xuefa::attendance::AttendanceState::{Absent, Leave, Present};
use xuefa::links;
use xuefa::organization::queries as organization;
use xuefa::store::ids::{AccountId, PersonId, SessionId, UnitId};
use xuefa::store::schema::{accounts, grants};
use xuefa::training::SessionState;
use xuefa::training::queries as training;

/// What a leader does: opens a page, presses a button, chooses something that was not preset. Writing is not counted.
struct Leader {
    browser: Browser,
    n_acts: usize,
}

impl Leader {
    async fn open(&mut self, path: &str) -> Answer {
        self.n_acts += 1;
        let answer = self.browser.get(path).await;
        match answer.location {
            Some(to) => self.browser.get(to).await,
            None => answer,
        }
    }

    fn choose(&mut self, form: &mut Form, name: &str, n: usize, value: &str) {
        self.n_acts += 1;
        form.set(name, n, value);
    }

    async fn press(&mut self, path: &str, form: &Form, button: &[(&str, &str)]) -> Answer {
        self.n_acts += 1;
        let sent = self.browser.post(path, &form.pressed(button)).await;
        assert_eq!(sent.status, 303, "{path}: {}", sent.text());
        self.browser.get(sent.location.expect("a redirect")).await
    }
}

/// The first address in a page that begins and ends so.
fn link(page: &Answer, begins: &str, ends: &str) -> String {
    let found = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.into_iter().find(|href| href.starts_with(begins) && href.ends_with(ends)).expect("a link").to_owned()
}

/// Who was at the unit's meeting.
#[derive(Clone, Copy, PartialEq)]
enum Came {
    /// Of the unit's own people, two were on leave.
    AllButTwo,
    /// Everybody, with those of the sub-units.
    Everybody,
}

/// A unit answers a whole call; tells how many acts that took its leader.
async fn answer(site: &TestApp, leader: Member, unit: UnitId, call: &str, came: Came) -> usize {
    let mut leader = Leader { browser: site.signed_in_as(leader).await, n_acts: 0 };
    let (today, later) =
        (site.app.clock.today().to_string(), (site.app.clock.today() + TimeDelta::days(13)).to_string());
    let board = leader.open(&links::unit(unit)).await;
    let call_href = link(&board, &format!("/units/{unit}{call}"), "");
    let call = leader.open(&call_href).await;

    let people = leader.open(&link(&call, &call_href, "/people")).await;
    let form = Form::of(&people.body, "name=\"due_on\"");
    let call = leader.press(&format!("{call_href}/people"), &form, &[]).await;

    let meeting = leader.open(&link(&call, "/unit-tasks/", "/meeting")).await;
    let action = format!("/units/{unit}/meetings/new");
    let mut form = Form::of(&meeting.body, "name=\"held_on\"");
    if came == Came::Everybody && !form.values("whom").is_empty() {
        leader.choose(&mut form, "whom", 0, "all");
        let listed = leader.browser.post(&action, &form.pressed(&[("step", "people")])).await;
        form = Form::of(&listed.body, "name=\"held_on\"");
    }
    for (name, text) in [("theme", "领会授课内容"), ("place", "会议室"), ("chair", "书记"), ("recorder", "专员")]
    {
        form.set(name, 0, text);
    }
    leader.choose(&mut form, "held_on", 0, &today);
    for n in if came == Came::AllButTwo { 2..4 } else { 0..0 } {
        let person = form.values("presence")[n].replace("present", "leave");
        leader.choose(&mut form, "presence", n, &person);
    }
    let speaker = form.values("presence")[0].split(':').next().expect("a person").to_owned();
    leader.choose(&mut form, "gist_person", 0, &speaker);
    form.set("gist_text", 0, "结合实际谈了三点体会。");
    form.set("agreed_what", 0, "梳理初信初访");
    form.set("agreed_who", 0, "办公室");
    leader.choose(&mut form, "agreed_due_on", 0, &later);
    leader.press(&action, &form, &[("step", "submit")]).await;

    let call = leader.open(&call_href).await;
    let report_href = link(&call, "/unit-tasks/", "/report");
    let report = leader.open(&report_href).await;
    let mut form = Form::of(&report.body, "name=\"problem-1\"");
    for (name, text) in
        [("problem-1", "登记不全"), ("measure-1", "每周抽查"), ("responsible-1", "办公室"), ("contact", "专员")]
    {
        form.set(name, 0, text);
    }
    leader.choose(&mut form, "due_on-1", 0, &later);
    leader.press(&report_href, &form, &[("step", "hand_in")]).await;

    let call = leader.open(&call_href).await;
    let check_href = link(&call, "/unit-tasks/", "/volumes");
    let check = leader.open(&check_href).await;
    let mut form = Form::of(&check.body, "name=\"item-1\"");
    leader.choose(&mut form, "answer-2", 0, "not_applicable");
    leader.press(&check_href, &form, &[("step", "hand_in")]).await;
    leader.n_acts
}

/// A confirmed session of some units: of each, the first came, the second was absent, the others on leave.
async fn held(site: &TestApp, units: &[(UnitId, Member, Vec<Member>)]) -> SessionId {
    let state = |place| match place {
        0 => Present,
        1 => Absent,
        _ => Leave,
    };
    let of_unit = |(_, _, people): &(UnitId, Member, Vec<Member>)| {
        people.iter().take(2).enumerate().map(|(place, member)| (*member, Some(state(place)))).collect::<Vec<_>>()
    };
    let roll: Vec<_> = units.iter().flat_map(of_unit).collect();
    site.given_session("2024-07-01", SessionState::Confirmed, &roll).await
}

/// HQ calls on the units after a session, from its page: every form, one reading.
async fn called(site: &TestApp, session: SessionId, units: &[(UnitId, Member, Vec<Member>)]) -> String {
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let page = hq.get(format!("/calls/new?session={session}")).await;
    let mut form = Form::of(&page.body, "name=\"title\"");
    form.0.retain(|(name, _)| !["unit", "form", "reading"].contains(&name.as_str()));
    let reading = first_reading(site).await;
    form.0.extend(units.iter().map(|(unit, _, _)| ("unit".to_owned(), unit.to_string())));
    let forms = ["exchange_meeting", "implementation_report", "volume_check"];
    form.0.extend(forms.map(|kind| ("form".to_owned(), kind.to_owned())));
    form.0.push(("reading".to_owned(), reading.to_string()));
    let sent = hq.post("/calls/new", &form.pressed(&[("step", "confirm")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent.location.expect("to the call").split('?').next().expect("an address").to_owned()
}

/// Accepts whatever of a call waits for somebody of HQ; tells how many forms that were.
async fn accept_all(hq: &mut Browser, call: &str) -> usize {
    let waiting = hq.get(format!("{call}?show=to_decide")).await;
    let all = Form::of(&waiting.body, "/accept\"");
    let n = all.values("task").len();
    let accepted = hq.post(format!("{call}/accept"), &all.pressed(&[])).await;
    assert_eq!(accepted.status, 303, "{}", accepted.text());
    n
}

#[actix_web::test]
async fn a_unit_of_forty_answers_the_notices_three_requests_in_at_most_25_acts() {
    let site = TestApp::start().await;
    let units = [site.given_enterprise("四十", 40).await];
    let session = held(&site, &units).await;
    let call = called(&site, session, &units).await;

    let n_acts = answer(&site, units[0].1, units[0].0, &call, Came::AllButTwo).await;

    let progress = site.signed_in_as(site.cast.hq).await.get(&call).await;
    assert!(progress.says("100% (1/1)") && progress.says("0% (0/40)"), "{}", progress.text());
    println!("{n_acts} acts");
    assert!((10..=25).contains(&n_acts), "{n_acts} acts");
}

#[actix_web::test]
async fn every_unit_answers_all_is_accepted_and_board_session_report_and_export_agree() {
    let site = TestApp::start().await;
    let mut units = Vec::new();
    for code in ["甲", "乙", "丙", "丁"] {
        units.push(site.given_enterprise(code, 6).await);
    }
    let n = units.len();
    let session = held(&site, &units).await;
    let call = called(&site, session, &units).await;
    for (unit, leader, _) in &units {
        answer(&site, *leader, *unit, &call, Came::AllButTwo).await;
    }
    let now = site.app.clock.now();
    let reading = first_reading(&site).await;
    for member in units.iter().flat_map(|(_, _, people)| people) {
        let viewer = site.viewer(*member).await;
        let read = site.write(move |conn| read::mark_read(conn, &viewer, reading, 1, now)).await;
        read.expect("marked read");
    }
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let waiting = hq.get(format!("{call}?show=to_decide")).await;
    let all = Form::of(&waiting.body, "name=\"task\"");
    let accepted = hq.post(format!("{call}/accept"), &all.pressed(&[])).await;
    let progress = hq.get(accepted.location.clone().expect("back to the call")).await;
    let export = hq.get(format!("{call}/units.csv")).await;
    let page = hq.get(links::session(session)).await;
    let report = hq.get(links::session_report(session)).await;
    let file = hq.get(format!("/sessions/{session}/report.csv")).await;

    // Of each unit a meeting, a report and a check.
    assert_eq!(all.values("task").len(), 3 * n, "{}", waiting.text());
    assert!(progress.says(&format!("Accepted: {}.", 3 * n)), "{}", progress.text());
    let full = format!("100% ({n}/{n})");
    assert!(progress.text().matches(&full).count() >= 5, "exchange and each form: {}", progress.text());
    assert!(progress.says(&format!("100% ({0}/{0})", 6 * n)), "everybody has read: {}", progress.text());
    for (unit, leader, _) in &units {
        let board = site.signed_in_as(*leader).await.get(links::unit(*unit)).await;
        assert!(board.says("4/4 done"), "{}", board.text());
        assert!(board.says("100% (2/2)"), "who was absent has made up in the meeting: {}", board.text());
    }
    let lines: Vec<&str> = export.body.lines().filter(|line| line.contains("Accepted")).collect();
    assert_eq!(lines.len(), n, "{}", export.body);
    assert!(lines.iter().all(|line| line.matches("Accepted").count() == 3), "{}", export.body);
    assert!(
        page.says(&format!("{n} not there: exchange meeting {n}")) || page.says("0 outstanding"),
        "{}",
        page.text()
    );
    assert!(report.says(&format!("100% ({0}/{0})", 2 * n)), "{}", report.text());
    assert_eq!(file.body.lines().filter(|line| line.contains("Exchange meeting")).count(), n, "{}", file.body);
}

/// The group's direct units in the demo, each with whoever answers for it and all its people.
async fn units_of_demo(site: &TestApp) -> Vec<(UnitId, Member, Vec<Member>)> {
    let (group, office, hq) = (site.cast.group, site.cast.office, site.cast.hq);
    let read = site.app.db.read(move |conn| {
        let units = organization::list_units(conn)?.into_iter().filter(|unit| unit.parent_id == Some(group));
        let account_of: BTreeMap<PersonId, AccountId> =
            accounts::table.select((accounts::person_id, accounts::id)).load(conn)?.into_iter().collect();
        let leaders: BTreeMap<UnitId, AccountId> = grants::table
            .filter(grants::role.eq("leader"))
            .filter(grants::unit_id.is_not_null())
            .select((grants::unit_id.assume_not_null(), grants::account_id))
            .load(conn)?
            .into_iter()
            .collect();
        let mut found = Vec::new();
        for unit in units {
            let people: Vec<Member> = organization::list_people_below(conn, &unit.path)?
                .iter()
                .map(|person| Member { person: person.id, account: account_of[&person.id] })
                .collect();
            let leader = leaders.get(&unit.id).and_then(|led| people.iter().find(|one| one.account == *led)).copied();
            // HQ answers for its own office.
            let leader = leader.or((unit.id == office).then_some(hq)).expect("somebody answers for the unit");
            found.push((unit.id, leader, people));
        }
        Ok(found)
    });
    read.await.expect("the units")
}

#[actix_web::test]
async fn every_unit_of_the_demo_answers_the_notice_and_board_session_call_report_and_files_agree() {
    let site = TestApp::start_as_demo("2026-11-18", "10:00").await;
    let units = units_of_demo(&site).await;
    let confirmed = site.app.db.read(|conn| Ok(training::list_in_state(conn, SessionState::Confirmed)?)).await;
    let session = confirmed.expect("a read").iter().max_by_key(|one| one.starts_at).expect("a session").id;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let before = session_agrees(&mut hq, session).await;
    let call = called(&site, session, &units).await;

    let mut acts = Vec::new();
    for (unit, leader, _) in &units {
        acts.push(answer(&site, *leader, *unit, &call, Came::Everybody).await);
    }
    // Nobody decides their own: what HQ's office handed in, its deputy accepts.
    let n_by_hq = accept_all(&mut hq, &call).await;
    let deputy = units.iter().find(|(unit, ..)| *unit == site.cast.office).expect("the office").2[1];
    let n_by_deputy = accept_all(&mut site.signed_in_as(deputy).await, &call).await;
    let (reading, now) = (first_reading(&site).await, site.app.clock.now());
    // Of every three people, one has not read yet.
    let people: Vec<Member> = units.iter().flat_map(|(.., people)| people.iter().copied()).collect();
    let readers: Vec<Member> = people.iter().enumerate().filter(|(n, _)| n % 3 != 0).map(|(_, one)| *one).collect();
    for member in &readers {
        let viewer = site.viewer(*member).await;
        site.write(move |conn| read::mark_read(conn, &viewer, reading, 1, now)).await.expect("marked read");
    }

    let after = session_agrees(&mut hq, session).await;
    let progress = hq.get(&call).await.text();
    let export = hq.get(format!("{call}/units.csv")).await.body;
    let report = hq.get(links::session_report(session)).await.text();
    let day = &day_of(&site, session).await;
    let period = hq.get(format!("/reports/period?first={day}&last={day}")).await.text();
    let n = units.len() as i64;
    assert_eq!((n_by_hq, n_by_deputy), (3 * (units.len() - 1), 3), "every form is accepted by somebody else");
    assert!(acts.iter().all(|acts| (10..=25).contains(acts)), "{acts:?}");
    // The call: every unit has met everything.
    assert_eq!(rate_after(&progress, "Answer rate"), (n, n), "{progress}");
    assert_eq!(rate_after(&progress, "Exchange rate"), (n, n), "{progress}");
    assert_eq!(number_after(&progress, "Units awaiting acceptance"), 0, "{progress}");
    let lines: Vec<&str> = export.lines().filter(|line| line.matches("Accepted").count() == 3).collect();
    assert_eq!(lines.len() as i64, n, "{export}");
    // Reading, by the page, by its last line and by the unit's page.
    let completion = (readers.len() as i64, people.len() as i64);
    assert_eq!(rate_after(&progress, "Completion rate"), completion, "{progress}");
    let foot = export.lines().last().expect("the last line");
    assert!(foot.contains(&format!("{},{}", completion.1, completion.0)), "{foot}");
    // The session: whoever was not there has made up in the meeting, and nobody who was there.
    let not_there = |lines: &[BTreeMap<String, String>]| {
        lines.iter().filter(|line| ["Absent", "On leave", "Stand-in"].contains(&line["State"].as_str())).count() as i64
    };
    // Some had made up in another way before; nobody has by reading alone.
    let made_up = |lines: &[BTreeMap<String, String>]| {
        let kinds = ["Make-up session", "Exchange meeting", "Accepted study", "Made up"];
        lines.iter().filter(|line| kinds.contains(&line["Make-up"].as_str())).count() as i64
    };
    let n_made_up = made_up(&after);
    assert_eq!(before.len(), after.len());
    assert!(made_up(&before) < n_made_up, "the session had people to follow up");
    assert_eq!(n_made_up, not_there(&after), "everybody not there has made up");
    let took_part = rate_after(&report, "participation rate");
    assert_eq!(took_part.0, took_part.1, "{report}");
    assert_eq!(rate_after(&period, "participation rate"), took_part, "{period}");
    // The boards, unit by unit, add up to the report and to the call.
    let (mut n_due, mut n_there, mut n_missing, mut n_finished) = (0, 0, 0, 0);
    for (unit, leader, _) in &units {
        let mut browser = site.signed_in_as(*leader).await;
        let board = browser.get(format!("{}?session={session}", links::unit(*unit))).await;
        let of_call = browser.get(format!("/units/{unit}{call}")).await.text();
        let text = board.text();
        assert!(of_call.contains("4/4 done"), "{of_call}");
        n_finished += rate_after(&of_call, "People finished").0;
        // Not every unit that is called upon had people at the session.
        if board.body.contains(&format!("<option value=\"{session}\" selected")) {
            let counts = text.split_once(" not there ").expect("the counts").1;
            n_due += number_after(counts, "due ");
            n_there += number_after(counts, "present ");
            n_missing += board.body.matches("class=\"state state-made_up\"").count() as i64;
        }
    }
    assert_eq!((n_due, n_there + n_missing), (took_part.1, took_part.0));
    assert_eq!((n_missing, n_finished), (n_made_up, completion.0));
}

/// The day of a session, as an address has it.
async fn day_of(site: &TestApp, session: SessionId) -> String {
    let found = site.app.db.read(move |conn| training::find_session(conn, session)).await.expect("the session");
    site.app.clock.local(found.starts_at).date_naive().to_string()
}
