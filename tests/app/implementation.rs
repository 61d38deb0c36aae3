//! The implementation report: written, handed in once, printed as it was, its rows living on at the unit's board.

use crate::support::queries::count_queries;
use crate::support::{Answer, Browser, Member, TestApp};
use diesel::prelude::*;
use xuefa::assignments::calls::decide::{Decision, decide};
use xuefa::assignments::calls::model::{NewCall, NewUnitTask};
use xuefa::assignments::calls::{OwnTask, UnitTaskKind, queries as calls};
use xuefa::assignments::implementation::{self, figures};
use xuefa::assignments::pick::Pick;
use xuefa::attendance::AttendanceState;
use xuefa::links;
use xuefa::store::ids::{UnitId, UnitTaskId};
use xuefa::store::schema::{audit_entries, implementation_changes, implementation_rows};
use xuefa::training::SessionState;
use xuefa::web::study::implementation::board::BoardPart;

/// A call of today with its one task for a unit.
pub(crate) async fn given_unit_task(site: &TestApp, unit: UnitId, kind: UnitTaskKind) -> UnitTaskId {
    let (hq, given_at, due_on) = (site.cast.hq.person, site.app.clock.now(), "2024-07-20".parse().expect("a date"));
    let made = site.write(move |conn| {
        let new = NewCall {
            title: "学习贯彻培训会精神".to_owned(),
            note: String::new(),
            session_id: None,
            given_by: Some(hq),
            given_at,
            due_on,
            study_minutes: 0,
        };
        let call_id = calls::insert_call(conn, &new, &[])?;
        calls::insert_unit_tasks(conn, &[NewUnitTask { call_id, unit_id: unit, parent_id: None, kind, due_on }])?;
        Ok(calls::list_tasks_of(conn, call_id, unit)?[0].id)
    });
    made.await.expect("a unit's task")
}

async fn given_report(site: &TestApp) -> (UnitTaskId, String) {
    let id = given_unit_task(site, site.cast.first_unit, UnitTaskKind::ImplementationReport).await;
    (id, links::unit_task_part(id, "report"))
}

/// One whole row and a contact; the last field is the step.
const WHOLE: [(&str, &str); 8] = [
    ("version", "0"),
    ("problem-1", "初信初访登记不全"),
    ("measure-1", "修订登记表，每周抽查"),
    ("responsible-1", "何联"),
    ("due_on-1", "2024-07-18"),
    ("state-1", "open"),
    ("contact", "何联"),
    ("step", "hand_in"),
];

fn with(version: &'static str, step: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = WHOLE.to_vec();
    fields[0].1 = version;
    fields[7].1 = step;
    fields
}

pub(crate) async fn handed_in(site: &TestApp) -> (UnitTaskId, String, Browser) {
    let (id, path) = given_report(site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let sent = leader.post(&path, &WHOLE).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    (id, path, leader)
}

async fn state_of(site: &TestApp, id: UnitTaskId) -> &'static str {
    let found = site.app.db.read(move |conn| calls::find_unit_task(conn, id)).await;
    found.expect("a task").0.state.as_str()
}

/// How often something was done, by the trail.
pub(crate) async fn count(site: &TestApp, action: &'static str) -> i64 {
    let counted = site.app.db.read(move |conn| {
        Ok(audit_entries::table.filter(audit_entries::action.eq(action)).count().get_result(conn)?)
    });
    counted.await.expect("a count")
}

/// The number of a report's first row.
async fn first_row(site: &TestApp, id: UnitTaskId) -> String {
    let rows = site.app.db.read(move |conn| Ok(implementation::queries::list_rows(conn, id)?)).await;
    rows.expect("rows")[0].id.to_string()
}

/// HQ returns what was handed in.
pub(crate) async fn return_task(site: &TestApp, id: UnitTaskId) {
    let viewer = site.viewer(site.cast.hq).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let returned = site.write(move |conn| {
        let (task, ..) = calls::find_unit_task(conn, id)?;
        let picks = [Pick { task: id, version: task.version }];
        let decision = Decision::Return { comment: "请写明责任人".to_owned() };
        decide(conn, &viewer, task.call_id, &picks, &decision, now, today)
    });
    returned.await.expect("it is returned");
}

fn refuses(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.says(words), "{words}: {}", answer.text());
}

#[actix_web::test]
async fn a_liaison_drafts_and_the_leader_hands_in_once() {
    let site = TestApp::start().await;
    let (id, path) = given_report(&site).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let drafted = liaison.post(&path, &with("0", "draft")).await;
    let tried = liaison.post(&path, &with("1", "hand_in")).await;
    let form = leader.get(&path).await;
    let row = first_row(&site, id).await;
    let mut fields = with("1", "hand_in");
    fields.push(("row-1", row.as_str()));
    let sent = leader.post(&path, &fields).await;
    let again = leader.post(&path, &fields).await;
    let paper = leader.get(format!("{path}/paper")).await;

    assert_eq!((drafted.status, tried.status), (303, 403));
    assert!(form.body.contains("初信初访登记不全"), "{}", form.body);
    assert!(form.says("by 何联."), "whose draft it is: {}", form.text());
    assert!(!paper.says("Next steps"), "what may stay empty is not printed: {}", paper.text());
    assert_eq!((sent.status, again.status), (303, 422));
    assert!(again.says("has been submitted") && again.body.contains("修订登记表，每周抽查"), "{}", again.text());
    assert_eq!(state_of(&site, id).await, "submitted");
    assert_eq!(count(&site, "implementation.written").await, 2);
    assert_eq!(count(&site, "calls.handed_in").await, 1);
}

#[actix_web::test]
async fn a_form_sent_twice_hands_in_once_and_answers_the_same() {
    let site = TestApp::start().await;
    let (_, path) = given_report(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let csrf = leader.csrf.clone();
    let mut fields = WHOLE.to_vec();
    fields.extend([("csrf", csrf.as_str()), ("form_key", "the one key")]);

    let first = leader.post_raw(&path, &fields).await;
    let second = leader.post_raw(&path, &fields).await;

    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    assert_eq!(count(&site, "calls.handed_in").await, 1);
}

#[actix_web::test]
async fn a_row_is_added_and_removed_without_scripts_and_without_losing_anything() {
    let site = TestApp::start().await;
    let (_, path) = given_report(&site).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let mut fields = with("0", "add");
    fields.extend([("problem-2", "二"), ("measure-2", "第二项措施"), ("next_steps", "按季自查")]);

    let added = liaison.post(&path, &fields).await;
    fields[7].1 = "remove-1";
    let removed = liaison.post(&path, &fields).await;

    assert_eq!((added.status, removed.status), (200, 200));
    assert!(added.body.contains("name=\"problem-3\"") && added.body.contains("第二项措施"));
    assert!(added.body.contains("按季自查"));
    assert!(!removed.body.contains("name=\"problem-2\"") && !removed.body.contains("初信初访登记不全"));
    assert!(removed.body.contains("第二项措施") && removed.body.contains("按季自查"));
    assert_eq!(count(&site, "implementation.written").await, 0);
}

#[actix_web::test]
async fn a_refused_report_says_what_is_missing_at_its_field_and_keeps_all_of_it() {
    let site = TestApp::start().await;
    let (id, path) = given_report(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let fields = [
        ("version", "0"),
        ("problem-1", "初信初访登记不全"),
        ("measure-1", "修订登记表"),
        ("responsible-1", ""),
        ("due_on-1", "2024-07-04"),
        ("state-1", "in_progress"),
        ("studied", "会前学法两次"),
        ("contact", ""),
        ("step", "hand_in"),
    ];

    let refused = leader.post(&path, &fields).await;

    refuses(&refused, "Enter who is responsible");
    assert!(refused.says("The date cannot be before today") && refused.says("Enter a contact"));
    assert!(refused.body.contains("href=\"#responsible-1\"") && refused.body.contains("href=\"#due_on-1\""));
    for kept in ["修订登记表", "会前学法两次", "value=\"2024-07-04\"", "value=\"in_progress\" selected"] {
        assert!(refused.body.contains(kept), "{kept}");
    }
    assert_eq!(state_of(&site, id).await, "open");
}

#[actix_web::test]
async fn the_second_of_two_writers_sees_both() {
    let site = TestApp::start().await;
    let (_, path) = given_report(&site).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    liaison.post(&path, &with("0", "draft")).await;
    let mut fields = with("0", "draft");
    fields[2].1 = "另一项措施";

    let second = leader.post(&path, &fields).await;

    refuses(&second, "修订登记表，每周抽查");
    assert!(second.body.contains("另一项措施"), "{}", second.body);
    assert!(second.body.contains("name=\"version\" value=\"1\""));
}

#[actix_web::test]
async fn the_figures_are_counted_and_stay_as_they_were_handed_in() {
    let site = TestApp::start().await;
    let (_, path) = given_report(&site).await;
    let rolls = [
        (site.cast.trainee, Some(AttendanceState::Present)),
        (site.cast.colleague, Some(AttendanceState::Absent)),
        (site.cast.stranger, Some(AttendanceState::Present)),
    ];
    site.set_clock("2024-07-08", "09:00");
    site.given_session("2024-07-06", SessionState::Confirmed, &rolls).await;
    site.given_session("2024-07-04", SessionState::Confirmed, &rolls).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let form = leader.get(&path).await;
    leader.post(&path, &WHOLE).await;
    site.given_session("2024-07-07", SessionState::Confirmed, &rolls).await;
    let paper = leader.get(format!("{path}/paper")).await;

    assert!(form.says("Sessions attended 1") && form.says("50% (1/2)"), "{}", form.text());
    assert!(paper.says("1 session of the group, participation rate 50% (1/2)"), "{}", paper.text());
    assert!(!paper.says("Draft"));
}

#[actix_web::test]
async fn rows_live_on_at_the_board_and_every_change_is_kept() {
    let site = TestApp::start().await;
    let (id, path, mut leader) = handed_in(&site).await;
    let row = format!("/implementation-rows/{}", first_row(&site, id).await);
    let board = links::unit(site.cast.first_unit);
    let back = format!("board-{}", site.cast.first_unit);

    let shown = leader.get(&board).await;
    let tapped = leader.post(&row, &[("state", "in_progress"), ("version", "1"), ("back", &back)]).await;
    site.set_clock("2024-07-21", "09:00");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let late = leader.get(&board).await;
    let stale = leader.post(&row, &[("state", "done"), ("version", "1"), ("back", &back)]).await;
    let later = [("state", "in_progress"), ("version", "2"), ("due_on", "2024-07-31"), ("note", "等待新登记表印制")];
    leader.post(&row, &later).await;
    let history = leader.get(&row).await;
    let paper = leader.get(format!("{path}/paper")).await;

    assert!(shown.says("1 measure not done") && shown.says("Not begun"), "{}", shown.text());
    assert_eq!(tapped.location.as_deref(), Some(format!("{board}#implementation").as_str()));
    assert!(late.says("3 days overdue") && late.says("1 measure is overdue"), "{}", late.text());
    refuses(&stale, "In progress");
    assert!(history.says("2 changes") && history.says("等待新登记表印制"), "{}", history.text());
    assert!(history.says("Not begun → In progress") && history.says("18 July 2024 → 31 July 2024"));
    assert!(paper.says("18 July 2024") && paper.says("Not begun"), "as it was handed in: {}", paper.text());
    assert_eq!(count(&site, "implementation.row_changed").await, 2);
}

#[actix_web::test]
async fn a_row_is_changed_by_its_leader_and_hq_and_found_by_nobody_else() {
    let site = TestApp::start().await;
    let (id, path, mut leader) = handed_in(&site).await;
    let row = format!("/implementation-rows/{}", first_row(&site, id).await);
    let tap = [("state", "in_progress"), ("version", "1")];
    let list = format!("{}/implementation", links::unit(site.cast.first_unit));
    let post = async |member: Member| site.signed_in_as(member).await.post(&row, &tap).await.status;

    assert_eq!(post(site.cast.leader_of_second_unit).await, 404);
    assert_eq!(post(site.cast.liaison_of_first_unit).await, 404, "the route is for leaders");
    assert_eq!(post(site.cast.trainee).await, 404);
    assert_eq!(post(site.cast.hq).await, 303);
    let mut stranger = site.signed_in_as(site.cast.leader_of_second_unit).await;
    for path in [&path, &format!("{path}/paper"), &row, &list] {
        assert_eq!(stranger.get(path).await.status, 404, "{path}");
        let seen = leader.get(path).await.status;
        assert!(seen == 200 || seen == 303, "{path}: {seen}");
    }
    assert_eq!(stranger.post(&path, &WHOLE).await.status, 404);
}

#[actix_web::test]
async fn a_returned_report_goes_on_from_where_its_rows_are_and_keeps_what_it_drops() {
    let site = TestApp::start().await;
    let (id, path, mut leader) = handed_in(&site).await;
    let row = first_row(&site, id).await;
    leader.post(format!("/implementation-rows/{row}"), &[("state", "in_progress"), ("version", "1")]).await;
    return_task(&site, id).await;

    let form = leader.get(&path).await;
    let mut fields = with("2", "hand_in");
    fields[1].1 = "登记台账不统一";
    let sent = leader.post(&path, &fields).await;
    let old = leader.get(format!("/implementation-rows/{row}")).await;

    assert!(form.body.contains("value=\"in_progress\" selected"), "the form goes on with what the board says");
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(old.status, 404, "dropped from the board");
    let kept: i64 = site
        .app
        .db
        .read(move |conn| {
            let dropped = implementation_rows::table.filter(implementation_rows::removed_at.is_not_null());
            Ok(dropped.inner_join(implementation_changes::table).count().get_result(conn)?)
        })
        .await
        .expect("a count");
    assert_eq!(kept, 1, "what became of it is kept");
}

#[actix_web::test]
async fn nobody_has_handed_in_anything_is_said_with_what_comes_next() {
    let site = TestApp::start().await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let list = leader.get(format!("{}/implementation", links::unit(site.cast.first_unit))).await;
    let board = leader.get(links::unit(site.cast.first_unit)).await;

    assert!(list.says("No measure is left to be done") && list.says("once a unit has submitted"));
    assert!(!board.body.contains("id=\"implementation\""));
}

#[actix_web::test]
async fn figures_and_board_take_as_many_queries_for_many_rows_as_for_one() {
    let site = TestApp::start().await;
    let (_, _, mut leader) = handed_in(&site).await;
    let counted = async || {
        let (viewer, clock) = (site.viewer(site.cast.hq).await, site.app.clock.clone());
        let group = site.cast.group;
        let counted = site.app.db.read(move |conn| {
            let unit = xuefa::organization::queries::find_unit(conn, &viewer.reach(), group)?;
            let (task, call) = calls::list_needing_hq(conn, clock.today())?.remove(0);
            let own = OwnTask { task, call, unit: unit.clone(), may_hand_in: true };
            let (board, n_board) = count_queries(conn, |conn| BoardPart::find(conn, &viewer, &unit, clock.today()));
            let (figures, n_figures) = count_queries(conn, |conn| figures(conn, &own, &clock, clock.now()));
            assert!(board?.is_some());
            figures?;
            Ok((n_board, n_figures))
        });
        counted.await.expect("counts")
    };

    let few = counted().await;
    let (_, path) = given_report(&site).await;
    let mut fields = WHOLE.to_vec();
    let more: Vec<(String, &str)> = (2..=9)
        .flat_map(|n| {
            let of = |field: &str| format!("{field}-{n}");
            [
                (of("problem"), "问题"),
                (of("measure"), "措施"),
                (of("responsible"), "何联"),
                (of("due_on"), "2024-07-19"),
            ]
        })
        .collect();
    fields.extend(more.iter().map(|(name, value)| (name.as_str(), *value)));
    let sent = leader.post(&path, &fields).await;
    site.given_session("2024-07-05", SessionState::Confirmed, &[(site.cast.trainee, None)]).await;
    let many = counted().await;

    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(few, many);
    assert!(leader.get(links::unit(site.cast.first_unit)).await.says("4 more"), "a board names six of ten");
}

#[actix_web::test]
async fn what_is_longer_than_its_page_is_kept_as_a_draft_and_not_handed_in() {
    let site = TestApp::start().await;
    let (_, path) = given_report(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let long = "法".repeat(80);
    let names: Vec<(String, String)> = (1..=10).map(|n| (format!("problem-{n}"), format!("measure-{n}"))).collect();
    let mut fields = vec![("version", "0"), ("contact", "何联")];
    for (problem, measure) in &names {
        fields.extend([(problem.as_str(), long.as_str()), (measure.as_str(), long.as_str())]);
    }

    let refused = leader.post(&path, &[&fields[..], &[("step", "hand_in")]].concat()).await;
    let draft = leader.post(&path, &[&fields[..], &[("step", "draft")]].concat()).await;

    assert_eq!((refused.status, draft.status), (422, 303), "{}", draft.text());
    assert!(refused.says("more than one page: shorten it by about"), "{}", refused.text());
    assert!(refused.body.contains("href=\"#rows\"") && refused.body.contains(&long));
}
