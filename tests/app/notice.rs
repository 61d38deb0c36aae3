//! The notice's requests from end to end: HQ calls, units meet, report and check their volumes, HQ accepts. Everything is
//! handed in by the forms as they stand on the pages, and every act of the unit is counted.

use crate::support::form::Form;
use crate::support::{Answer, Browser, Member, TestApp};
use xuefa::assignments::read;
use xuefa::attendance::AttendanceState::{Absent, Leave, Present};
use xuefa::links;
use xuefa::store::ids::{SessionId, UnitId};
use xuefa::training::SessionState;

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

/// A unit answers a whole call; tells how many acts that took its leader.
async fn answer(site: &TestApp, leader: Member, unit: UnitId) -> usize {
    let mut leader = Leader { browser: site.signed_in_as(leader).await, n_acts: 0 };
    let board = leader.open(&links::unit(unit)).await;
    let call_href = link(&board, &format!("/units/{unit}/calls/"), "");
    let call = leader.open(&call_href).await;

    let people = leader.open(&link(&call, &call_href, "/people")).await;
    let form = Form::of(&people.body, "name=\"due_on\"");
    let call = leader.press(&format!("{call_href}/people"), &form, &[]).await;

    let meeting = leader.open(&link(&call, "/unit-tasks/", "/meeting")).await;
    let mut form = Form::of(&meeting.body, "name=\"held_on\"");
    for (name, text) in [("theme", "领会授课内容"), ("place", "会议室"), ("chair", "书记"), ("recorder", "专员")]
    {
        form.set(name, 0, text);
    }
    leader.choose(&mut form, "held_on", 0, "2024-07-05");
    // Two of the unit were on leave.
    for n in [2, 3] {
        let person = form.values("presence")[n].replace("present", "leave");
        leader.choose(&mut form, "presence", n, &person);
    }
    let speaker = form.values("presence")[0].split(':').next().expect("a person").to_owned();
    leader.choose(&mut form, "gist_person", 0, &speaker);
    form.set("gist_text", 0, "结合实际谈了三点体会。");
    form.set("agreed_what", 0, "梳理初信初访");
    form.set("agreed_who", 0, "办公室");
    leader.choose(&mut form, "agreed_due_on", 0, "2024-07-18");
    let action = format!("/units/{unit}/meetings/new");
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
    leader.choose(&mut form, "due_on-1", 0, "2024-07-18");
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
    let reading = site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read")[0].id;
    form.0.extend(units.iter().map(|(unit, _, _)| ("unit".to_owned(), unit.to_string())));
    let forms = ["exchange_meeting", "implementation_report", "volume_check"];
    form.0.extend(forms.map(|kind| ("form".to_owned(), kind.to_owned())));
    form.0.push(("reading".to_owned(), reading.to_string()));
    let sent = hq.post("/calls/new", &form.pressed(&[("step", "confirm")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent.location.expect("to the call").split('?').next().expect("an address").to_owned()
}

#[actix_web::test]
async fn a_unit_of_forty_answers_the_notices_three_requests_in_at_most_25_acts() {
    let site = TestApp::start().await;
    let units = [site.given_enterprise("四十", 40).await];
    let session = held(&site, &units).await;
    let call = called(&site, session, &units).await;

    let n_acts = answer(&site, units[0].1, units[0].0).await;

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
        answer(&site, *leader, *unit).await;
    }
    let now = site.app.clock.now();
    let reading = site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read")[0].id;
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
        assert!(board.says("4/4 met"), "{}", board.text());
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
