//! Calls from HQ over units to people: sent, passed on, handed in, decided about, counted.

use crate::support::facts::reading;
use crate::support::queries::count_queries;
use crate::support::{Member, TestApp};
use chrono::NaiveDate;
use diesel::prelude::*;
use xuefa::access::Role;
use xuefa::accounts;
use xuefa::assignments::assign::People;
use xuefa::assignments::calls::decide::{self, Decision};
use xuefa::assignments::calls::pass_on::{self, ToPeople, ToUnits};
use xuefa::assignments::calls::progress::{self, Progress};
use xuefa::assignments::calls::send::{self, Burden, Wanted};
use xuefa::assignments::calls::{self, ShownUnitTask, UnitTask, UnitTaskKind, UnitTaskState, answer, queries};
use xuefa::assignments::pick::Pick;
use xuefa::assignments::read;
use xuefa::error::{Error, Result};
use xuefa::links;
use xuefa::organization::queries as organization;
use xuefa::organization::{Category, UnitKind, model::NewPerson};
use xuefa::store::ids::{CallId, UnitId, UnitTaskId};
use xuefa::store::schema::tasks;

use UnitTaskKind::{ExchangeMeeting, ImplementationReport, Readings, VolumeCheck};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// To the office and both enterprises: readings, an exchange meeting, a report.
async fn wanted(site: &TestApp) -> Wanted {
    let cast = &site.cast;
    Wanted {
        title: "学习贯彻培训会精神".to_owned(),
        note: "结合实际抓好落实".to_owned(),
        session: None,
        units: vec![cast.office, cast.first_unit, cast.second_unit],
        forms: vec![ExchangeMeeting, ImplementationReport],
        readings: vec![reading(site, "legalization").await],
        due_on: Some(day("2024-07-19")),
        study_minutes: Some(90),
    }
}

pub async fn given_call(site: &TestApp) -> CallId {
    let (viewer, wanted) = (site.viewer(site.cast.hq).await, wanted(site).await);
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    site.write(move |conn| send::send(conn, &viewer, &wanted, now, today)).await.expect("a call")
}

async fn task(site: &TestApp, call: CallId, unit: UnitId, kind: UnitTaskKind) -> UnitTask {
    let tasks = site.app.db.read(move |conn| Ok(queries::list_tasks_of(conn, call, unit)?)).await.expect("a read");
    tasks.into_iter().find(|task| task.kind == kind).expect("the unit was asked for it")
}

async fn hand_in(site: &TestApp, by: Member, task: UnitTaskId) -> Result<UnitTask> {
    let (viewer, now) = (site.viewer(by).await, site.app.clock.now());
    site.write(move |conn| calls::hand_in(conn, &viewer, task, now)).await
}

async fn decide(site: &TestApp, by: Member, task: &UnitTask, decision: Decision) -> Result<usize> {
    let viewer = site.viewer(by).await;
    let (now, today, call) = (site.app.clock.now(), site.app.clock.today(), task.call_id);
    let picks = [Pick { task: task.id, version: task.version }];
    site.write(move |conn| decide::decide(conn, &viewer, call, &picks, &decision, now, today)).await
}

async fn to_people(site: &TestApp, by: Member, task: UnitTaskId) -> Result<xuefa::assignments::giving::Given> {
    let viewer = site.viewer(by).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let wanted = ToPeople { task, people: People::Everybody, due_on: Some(day("2024-07-19")), note: String::new() };
    site.write(move |conn| pass_on::to_people(conn, &viewer, &wanted, now, today)).await
}

async fn to_branch(site: &TestApp, by: Member, call: CallId) -> Result<usize> {
    let viewer = site.viewer(by).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let wanted = ToUnits {
        unit: site.cast.first_unit,
        call,
        units: vec![site.cast.branch_of_first_unit],
        kinds: vec![Readings, ExchangeMeeting],
        due_on: Some(day("2024-07-12")),
    };
    site.write(move |conn| pass_on::to_units(conn, &viewer, &wanted, now, today)).await
}

async fn progress(site: &TestApp, call: CallId) -> Progress {
    let today = site.app.clock.today();
    site.app.db.read(move |conn| progress::build(conn, call, today)).await.expect("a progress")
}

fn returned(comment: &str) -> Decision {
    Decision::Return { comment: comment.to_owned() }
}

fn withdrawn(reason: &str) -> Decision {
    Decision::Withdraw { reason: reason.to_owned() }
}

#[actix_web::test]
async fn the_burden_before_sending_is_what_then_comes() {
    let site = TestApp::start().await;
    let (viewer, wanted) = (site.viewer(site.cast.hq).await, wanted(&site).await);
    let today = site.app.clock.today();

    let burden = site.app.db.read(move |conn| {
        let planned = send::plan(conn, &viewer, &wanted, today)?;
        send::burden(conn, &planned)
    });
    let burden = burden.await.expect("a burden");
    let call = given_call(&site).await;

    // Everybody of the cast: two in the office, three and one in the first enterprise, two in the second. The office
    // has no leader; the leaders of both enterprises have an address.
    let expected = Burden {
        n_units: 3,
        n_people: 8,
        n_forms: 6,
        n_tasks: 8,
        n_mails: 2,
        busy: Vec::new(),
        without_leader: vec!["信访办公室".to_owned()],
    };
    assert_eq!(burden, expected);
    let tasks = site.app.db.read(move |conn| Ok(queries::list_tasks(conn, call)?)).await.expect("a read");
    assert_eq!(tasks.iter().filter(|(task, _)| task.kind.needs_acceptance()).count(), 6);
}

#[actix_web::test]
async fn a_unit_with_three_requests_open_is_named_before_a_fourth_is_sent() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let exchange = task(&site, call, site.cast.second_unit, ExchangeMeeting).await;
    hand_in(&site, site.cast.leader_of_second_unit, exchange.id).await.expect("handed in");
    let (viewer, wanted) = (site.viewer(site.cast.hq).await, wanted(&site).await);
    let today = site.app.clock.today();

    let burden = site.app.db.read(move |conn| {
        let planned = send::plan(conn, &viewer, &wanted, today)?;
        send::burden(conn, &planned)
    });

    let busy = burden.await.expect("a burden").busy;
    assert_eq!(busy, [("信访办公室".to_owned(), 3), ("第一工程公司".to_owned(), 3)]);
}

#[actix_web::test]
async fn a_call_is_refused_at_the_fields_that_are_wrong() {
    let site = TestApp::start().await;
    let (viewer, today) = (site.viewer(site.cast.hq).await, site.app.clock.today());
    let leader = site.viewer(site.cast.leader_of_first_unit).await;
    let (right, wrong) = (
        wanted(&site).await,
        Wanted { due_on: Some(day("2024-07-04")), study_minutes: Some(24 * 60 + 1), ..Wanted::default() },
    );

    let refused = site.app.db.read(move |conn| send::plan(conn, &viewer, &wrong, today)).await;
    let forbidden = site.app.db.read(move |conn| send::plan(conn, &leader, &right, today)).await;

    let fields = match refused {
        Err(Error::Refused(problems)) => problems.iter().map(|problem| problem.field).collect(),
        _ => Vec::new(),
    };
    assert_eq!(fields, ["title", "form", "due_on", "study_hours", "unit"]);
    assert!(matches!(forbidden, Err(Error::Forbidden)));
}

#[actix_web::test]
async fn the_leader_hands_in_the_liaison_prepares_and_nobody_else_finds_it() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let exchange = task(&site, call, cast.first_unit, ExchangeMeeting).await;

    for stranger in [cast.leader_of_second_unit, cast.trainee, cast.admin] {
        assert!(matches!(hand_in(&site, stranger, exchange.id).await, Err(Error::NotFound(_))));
    }
    assert!(matches!(hand_in(&site, cast.liaison_of_first_unit, exchange.id).await, Err(Error::Forbidden)));
    let liaison = site.viewer(cast.liaison_of_first_unit).await;
    let seen = site.app.db.read(move |conn| calls::own_task(conn, &liaison, exchange.id)).await.expect("found");
    assert!(!seen.may_hand_in && seen.task.state.is_editable());

    let handed_in = hand_in(&site, cast.leader_of_first_unit, exchange.id).await.expect("handed in");
    let again = hand_in(&site, cast.leader_of_first_unit, exchange.id).await;
    let viewer = site.viewer(cast.leader_of_first_unit).await;
    let now = site.app.clock.now();
    let taken_back = site.write(move |conn| calls::take_back(conn, &viewer, exchange.id, now)).await;

    assert_eq!(handed_in.submitted_by, Some(cast.leader_of_first_unit.person));
    assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
    assert_eq!(taken_back.expect("taken back").state, UnitTaskState::Open);
}

#[actix_web::test]
async fn hq_decides_about_what_it_asked_for_and_nobody_about_their_own() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let exchange = task(&site, call, cast.first_unit, ExchangeMeeting).await;
    let exchange = hand_in(&site, cast.leader_of_first_unit, exchange.id).await.expect("handed in");
    let of_office = task(&site, call, cast.office, ExchangeMeeting).await;
    let of_office = hand_in(&site, cast.hq, of_office.id).await.expect("handed in for an office without a leader");
    let open = task(&site, call, cast.second_unit, ExchangeMeeting).await;

    for stranger in [cast.leader_of_first_unit, cast.leader_of_second_unit, cast.liaison_of_first_unit] {
        let refused = decide(&site, stranger, &exchange, Decision::Accept).await;
        assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    }
    let own = decide(&site, cast.hq, &of_office, Decision::Accept).await;
    assert!(matches!(own, Err(Error::Refused(_))), "{own:?}");
    let not_yet = decide(&site, cast.hq, &open, Decision::Accept).await;
    assert!(matches!(not_yet, Err(Error::Refused(_))), "{not_yet:?}");
    assert_eq!(decide(&site, cast.hq, &exchange, Decision::Accept).await.expect("accepted"), 1);

    let found = progress(&site, call).await;
    assert_eq!((found.figures.kinds[1].n_met, found.figures.kinds[1].n_accepted), (2, 1));
}

#[actix_web::test]
async fn what_is_returned_says_why_and_is_handed_in_again() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let report = task(&site, call, cast.first_unit, ImplementationReport).await;
    let report = hand_in(&site, cast.leader_of_first_unit, report.id).await.expect("handed in");

    let silent = decide(&site, cast.hq, &report, returned("  ")).await;
    assert!(matches!(silent, Err(Error::Refused(_))), "{silent:?}");
    decide(&site, cast.hq, &report, returned("请写明责任人\n和时限")).await.expect("returned");
    let back = task(&site, call, cast.first_unit, ImplementationReport).await;
    assert_eq!((back.state, back.comments()), (UnitTaskState::Returned, vec!["请写明责任人 和时限"]));
    let stale = decide(&site, cast.hq, &report, Decision::Accept).await;
    assert!(matches!(stale, Err(Error::Conflict)), "the second of two deciders: {stale:?}");

    let again = hand_in(&site, cast.leader_of_first_unit, back.id).await.expect("handed in again");
    decide(&site, cast.hq, &again, Decision::Accept).await.expect("accepted");
    let accepted = task(&site, call, cast.first_unit, ImplementationReport).await;
    assert_eq!((accepted.state, accepted.comments().len()), (UnitTaskState::Accepted, 1));
}

#[actix_web::test]
async fn what_was_accepted_by_mistake_is_returned_from_the_units_page_and_counts_no_more() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let (cast, unit) = (site.cast.clone(), site.cast.first_unit);
    let report = task(&site, call, unit, ImplementationReport).await;
    let report = hand_in(&site, cast.leader_of_first_unit, report.id).await.expect("handed in");
    decide(&site, cast.hq, &report, Decision::Accept).await.expect("accepted");
    let accepted = task(&site, call, unit, ImplementationReport).await;
    let (pick, page) = (format!("{}.{}", accepted.id, accepted.version), format!("/units/{unit}/calls/{call}"));
    let before = progress(&site, call).await.figures.kinds[2].clone();
    let mut hq = site.signed_in_as(cast.hq).await;

    let shown = hq.get(&page).await;
    let of_leader = site.signed_in_as(cast.leader_of_first_unit).await.get(&page).await;
    let again = hq.post(format!("{page}/decide"), &[("task", &pick), ("verdict", "accept")]).await;
    let back = hq.post(format!("{page}/decide"), &[("task", &pick), ("verdict", "return"), ("comment", "误点")]).await;

    let after = progress(&site, call).await.figures.kinds[2].clone();
    assert!(shown.body.contains(&format!("value=\"{pick}\">")), "to be ticked, and not ticked: {}", shown.body);
    assert!(shown.says("accepted by mistake") && shown.body.contains("value=\"return\""), "{}", shown.text());
    assert!(!of_leader.body.contains("value=\"return\""), "nobody decides their own");
    assert!(again.status == 422 && again.says("Only what was submitted can be accepted"), "{}", again.text());
    assert_eq!((back.status, before.n_met, after.n_met, after.n_returned), (303, 1, 0, 1));
    hand_in(&site, cast.leader_of_first_unit, report.id).await.expect("handed in again");
}

#[actix_web::test]
async fn more_time_is_given_to_what_is_open_with_a_later_day_and_a_reason() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let report = task(&site, call, site.cast.first_unit, ImplementationReport).await;
    let extend =
        |due_on: &str, reason: &str| Decision::Extend { due_on: due_on.parse().ok(), reason: reason.to_owned() };

    for refused in [extend("2024-07-19", "检查任务集中"), extend("2024-07-26", ""), extend("", "检查任务集中")]
    {
        let result = decide(&site, site.cast.hq, &report, refused).await;
        assert!(matches!(result, Err(Error::Refused(_))), "{result:?}");
    }
    decide(&site, site.cast.hq, &report, extend("2024-07-26", "检查任务集中")).await.expect("extended");

    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let page = leader.get(links::unit_call(site.cast.first_unit, call)).await;
    site.set_clock("2024-07-22", "09:00");
    let found = progress(&site, call).await;
    assert!(page.says("extended to 26 July 2024"), "{}", page.text());
    let first = found.rows.iter().find(|row| row.unit.id == site.cast.first_unit).expect("a row");
    let shown: Vec<ShownUnitTask> = first.cells.iter().flatten().map(|cell| cell.shown).collect();
    assert_eq!(shown, [ShownUnitTask::Overdue, ShownUnitTask::Overdue, ShownUnitTask::Open]);
}

#[actix_web::test]
async fn readings_passed_on_count_as_met_roll_up_and_are_given_to_nobody_twice() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let text = reading(&site, "legalization").await;
    let of_first = task(&site, call, cast.first_unit, Readings).await;
    to_branch(&site, cast.leader_of_first_unit, call).await.expect("passed on to the branch");
    let of_branch = task(&site, call, cast.branch_of_first_unit, Readings).await;

    let below = to_people(&site, cast.leader_of_first_unit, of_branch.id).await.expect("given");
    let all = to_people(&site, cast.leader_of_first_unit, of_first.id).await.expect("given");
    let again = to_people(&site, cast.leader_of_first_unit, of_first.id).await.expect("nothing to give");
    let (colleague, now) = (site.viewer(cast.colleague).await, site.app.clock.now());
    site.write(move |conn| read::mark_read(conn, &colleague, text, 1, now)).await.expect("read");

    assert_eq!((below.n_people, all.n_people, again.n_people), (1, 3, 0));
    let found = progress(&site, call).await;
    let first = found.rows.iter().find(|row| row.unit.id == cast.first_unit).expect("a row");
    let cell = first.cells[0].as_ref().expect("readings");
    assert_eq!(cell.shown, ShownUnitTask::PassedOn);
    assert_eq!((cell.people.n_finished, cell.people.n), (1, 4));
    assert_eq!((cell.n_sub_met, cell.n_sub_units), (1, 1));
    assert_eq!((found.figures.kinds[0].n_met, found.figures.kinds[0].n_asked), (1, 3));
    let handed_in = hand_in(&site, cast.leader_of_first_unit, of_first.id).await;
    assert!(matches!(handed_in, Err(Error::Refused(_))), "readings are not submitted: {handed_in:?}");
    let minutes = site.app.db.read(move |conn| {
        use xuefa::store::schema::assignments;
        Ok(assignments::table.select(assignments::study_minutes).order(assignments::id).load::<i64>(conn)?)
    });
    assert_eq!(minutes.await.expect("a read"), [90, 90], "the hours that HQ set go with it");
}

#[actix_web::test]
async fn what_a_unit_passed_on_it_accepts_itself_and_no_exchange_rate_counts_it() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let (colleague, branch, now) = (cast.colleague, cast.branch_of_first_unit, site.app.clock.now());
    let granted = site.write(move |conn| {
        Ok(accounts::queries::insert_grant(conn, colleague.account, Role::Leader, Some(branch), None, now)?)
    });
    granted.await.expect("a leader of the branch");

    assert_eq!(to_branch(&site, cast.leader_of_first_unit, call).await.expect("passed on"), 2);
    assert_eq!(to_branch(&site, cast.leader_of_first_unit, call).await.expect("nothing new"), 0);
    assert!(matches!(to_branch(&site, cast.liaison_of_first_unit, call).await, Err(Error::Forbidden)));
    assert!(matches!(to_branch(&site, cast.leader_of_second_unit, call).await, Err(Error::NotFound(_))));
    let exchange = task(&site, call, branch, ExchangeMeeting).await;
    let exchange = hand_in(&site, colleague, exchange.id).await.expect("handed in");

    let found = progress(&site, call).await;
    assert_eq!((found.figures.kinds[1].n_met, found.figures.kinds[1].n_asked), (0, 3));
    assert_eq!(found.rows.len(), 3, "HQ's rows are the units it asked");
    let own = decide(&site, colleague, &exchange, Decision::Accept).await;
    assert!(matches!(own, Err(Error::NotFound(_))), "{own:?}");
    decide(&site, cast.leader_of_first_unit, &exchange, Decision::Accept).await.expect("accepted by who passed it on");
}

#[actix_web::test]
async fn what_is_withdrawn_goes_with_all_that_was_passed_on_of_it_and_leaves_the_denominators() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    to_branch(&site, cast.leader_of_first_unit, call).await.expect("passed on");
    let of_branch = task(&site, call, cast.branch_of_first_unit, Readings).await;
    to_people(&site, cast.leader_of_first_unit, of_branch.id).await.expect("given");
    let of_first = task(&site, call, cast.first_unit, Readings).await;

    let silent = decide(&site, cast.hq, &of_first, withdrawn("")).await;
    assert!(matches!(silent, Err(Error::Refused(_))), "{silent:?}");
    decide(&site, cast.hq, &of_first, withdrawn("已另行安排")).await.expect("withdrawn");

    let found = progress(&site, call).await;
    assert_eq!((found.figures.kinds[0].n_met, found.figures.kinds[0].n_asked), (0, 2));
    assert_eq!(task(&site, call, cast.branch_of_first_unit, Readings).await.state, UnitTaskState::Withdrawn);
    let states = site.app.db.read(|conn| Ok(tasks::table.select(tasks::state).load::<String>(conn)?));
    assert_eq!(states.await.expect("a read"), ["withdrawn"]);
    let late = to_people(&site, cast.leader_of_first_unit, of_first.id).await;
    assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
}

#[actix_web::test]
async fn a_whole_call_is_withdrawn_as_it_was_shown_and_what_was_accepted_stays() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let cast = site.cast.clone();
    let exchange = task(&site, call, cast.first_unit, ExchangeMeeting).await;
    let exchange = hand_in(&site, cast.leader_of_first_unit, exchange.id).await.expect("handed in");
    decide(&site, cast.hq, &exchange, Decision::Accept).await.expect("accepted");
    let (viewer, leader) = (site.viewer(cast.hq).await, site.viewer(cast.leader_of_first_unit).await);
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let shown = |tasks: &[(UnitTask, xuefa::organization::Unit)]| -> Vec<Pick<UnitTaskId>> {
        tasks
            .iter()
            .filter(|(task, _)| task.state != UnitTaskState::Accepted)
            .map(|(task, _)| Pick { task: task.id, version: task.version })
            .collect()
    };
    let tasks = site.app.db.read(move |conn| Ok(queries::list_tasks(conn, call)?)).await.expect("a read");
    let as_shown = shown(&tasks);
    let run = |viewer: xuefa::access::Viewer, picks: Vec<Pick<UnitTaskId>>| {
        site.write(move |conn| decide::withdraw_call(conn, &viewer, call, &picks, "另行部署", now, today))
    };

    assert!(matches!(run(leader, as_shown.clone()).await, Err(Error::Forbidden)));
    let report = task(&site, call, cast.second_unit, ImplementationReport).await;
    hand_in(&site, cast.leader_of_second_unit, report.id).await.expect("handed in meanwhile");
    let stale = run(viewer.clone(), as_shown).await;
    assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
    let tasks = site.app.db.read(move |conn| Ok(queries::list_tasks(conn, call)?)).await.expect("a read");
    assert_eq!(run(viewer, shown(&tasks)).await.expect("withdrawn"), 8);

    let found = progress(&site, call).await;
    assert_eq!((found.figures.n_met, found.figures.n_asked), (1, 1));
}

#[actix_web::test]
async fn progress_and_a_units_page_take_the_same_number_of_queries_however_many_units_there_are() {
    let site = TestApp::start().await;
    let few = given_call(&site).await;
    let group = site.cast.group;
    let made = site.write(move |conn| {
        let group = organization::list_units(conn)?.into_iter().find(|unit| unit.id == group).expect("the group");
        let mut ids = Vec::new();
        for number in 1..=40 {
            let code = format!("X{number}");
            let unit = organization::insert_unit(conn, Some(&group), &code, &code, UnitKind::Enterprise, 10 + number)?;
            let person = NewPerson {
                employee_number: code.clone(),
                name: code,
                unit_id: unit.id,
                post: String::new(),
                category: Category::Staff,
                order_number: 1,
                email: None,
            };
            organization::insert_people(conn, &[person], day("2024-01-01"))?;
            ids.push(unit.id);
        }
        Ok(ids)
    });
    let mut units = made.await.expect("more units");
    units.push(site.cast.first_unit);
    let (viewer, more) = (site.viewer(site.cast.hq).await, Wanted { units, ..wanted(&site).await });
    let (now, today, first) = (site.app.clock.now(), site.app.clock.today(), site.cast.first_unit);
    let asking = viewer.clone();
    let many = site.write(move |conn| send::send(conn, &asking, &more, now, today)).await.expect("a call");

    let counted = site.app.db.read(move |conn| {
        let mut counted = Vec::new();
        for call in [few, many] {
            let (found, n_progress) = count_queries(conn, |conn| progress::build(conn, call, today));
            let (_, n_unit) = count_queries(conn, |conn| answer::find(conn, &viewer, first, call, today));
            counted.push((found?.rows.len(), n_progress, n_unit));
        }
        Ok(counted)
    });
    let counted = counted.await.expect("a count");

    assert_eq!((counted[0].0, counted[1].0), (3, 41));
    assert_eq!((counted[0].1, counted[0].2), (counted[1].1, counted[1].2));
    assert!(counted[0].1 > 0 && counted[0].1 <= 6, "{counted:?}");
}

#[actix_web::test]
async fn hq_comes_from_the_session_over_the_burden_to_the_call_and_the_unit_finds_it_on_its_board() {
    let site = TestApp::start().await;
    let roll = [(site.cast.trainee, Some(xuefa::attendance::AttendanceState::Present))];
    let session = site.given_session("2024-07-04", xuefa::training::SessionState::Confirmed, &roll).await;
    let text = reading(&site, "legalization").await.to_string();
    let units: Vec<String> = [site.cast.first_unit, site.cast.second_unit].iter().map(ToString::to_string).collect();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let id = session.to_string();

    let page = hq.get(format!("/sessions/{session}")).await;
    let form = hq.get(format!("/calls/new?session={session}")).await;
    let mut fields = vec![
        ("step", "check"),
        ("title", "学习贯彻培训会精神"),
        ("session", id.as_str()),
        ("form", "exchange_meeting"),
        ("form", "volume_check"),
        ("reading", text.as_str()),
        ("due", "14"),
        ("study_hours", "1.5"),
        ("unit", units[0].as_str()),
        ("unit", units[1].as_str()),
    ];
    let check = hq.post("/calls/new", &fields).await;
    fields[0] = ("step", "confirm");
    let sent = hq.post("/calls/new", &fields).await;
    let to = sent.location.clone().expect("to the call");
    let progress = hq.get(&to).await;
    let board = leader.get(format!("/units/{}", units[0])).await;
    let unit = leader.get(format!("/units/{}{to}", units[0])).await;
    site.set_clock("2024-07-22", "09:00");
    // Her login has ended meanwhile.
    let today = site.signed_in_as(site.cast.hq).await.get("/today").await;

    // The equals sign of an address is written out in a page.
    assert!(page.body.contains(&format!("/calls/new?session&#x3D;{session}\"")), "{}", page.body);
    assert!(form.body.contains("value=\"Study and implement: 信访工作法治化培训会 2024-07-04\""), "{}", form.body);
    assert_eq!(check.status, 200, "{}", check.text());
    for words in ["Units 2", "People 6", "Forms to fill in 4", "Tasks for people 6", "Mails 2", "19 July 2024"] {
        assert!(check.says(words), "{words}: {}", check.text());
    }
    assert!(progress.says("Sent to 2 units.") && progress.says("0% (0/2)"), "{}", progress.text());
    assert!(board.says("1 call from the Office") && board.says("0/3 done"), "{}", board.text());
    for words in ["Readings", "Learning exchange meeting", "Volume self-check", "1.5 study hours"] {
        assert!(unit.says(words), "{words}: {}", unit.text());
    }
    assert!(unit.body.contains("/unit-tasks/") && unit.body.contains("/meeting") && unit.body.contains("/volumes"));
    assert!(today.says("2 units overdue"), "{}", today.text());
}

#[actix_web::test]
async fn a_refused_call_keeps_what_was_typed_and_says_it_at_the_fields() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let unit = site.cast.first_unit.to_string();

    let refused = hq
        .post(
            "/calls/new",
            &[("note", "先学后报"), ("due", "other"), ("due_on", "2024-07-01"), ("study_hours", "x"), ("unit", &unit)],
        )
        .await;
    let back = hq
        .post(
            "/calls/new",
            &[
                ("step", "back"),
                ("title", "专题学习"),
                ("due", "other"),
                ("due_on", "2024-08-01"),
                ("study_hours", "0"),
            ],
        )
        .await;

    assert_eq!(refused.status, 422);
    for words in
        ["Enter a title", "Choose at least one form or reading", "The due date cannot be before today", "先学后报"]
    {
        assert!(refused.says(words), "{words}: {}", refused.text());
    }
    assert!(refused.body.contains("value=\"2024-07-01\"") && refused.body.contains("value=\"x\""));
    assert_eq!(
        refused.body.matches("name=\"unit\"").count() - 1,
        refused.body.matches("name=\"unit\" value").count() - 1
    );
    assert!(refused.body.contains(&format!("name=\"unit\" value=\"{unit}\" checked")));
    assert_eq!(back.status, 200);
    assert!(back.body.contains("专题学习") && back.body.contains("value=\"2024-08-01\""));
}

#[actix_web::test]
async fn the_second_of_two_who_decide_sees_what_the_first_decided_beside_what_they_typed() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let unit = site.cast.first_unit;
    let report = task(&site, call, unit, ImplementationReport).await;
    let report = hand_in(&site, site.cast.leader_of_first_unit, report.id).await.expect("handed in");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let pick = format!("{}.{}", report.id, report.version);
    let decide = format!("/units/{unit}/calls/{call}/decide");

    let first = hq.post(&decide, &[("task", &pick), ("verdict", "return"), ("comment", "请写明责任人")]).await;
    let second = hq.post(&decide, &[("task", &pick), ("verdict", "return"), ("comment", "请补充时限")]).await;
    let nothing = hq.post(&decide, &[("verdict", "accept")]).await;

    assert_eq!(first.status, 303);
    assert_eq!(second.status, 422);
    assert!(second.says("Somebody changed this") && second.says("请写明责任人") && second.says("请补充时限"));
    assert!(nothing.status == 422 && nothing.says("Tick at least one"), "{}", nothing.text());
}

#[actix_web::test]
async fn all_that_is_submitted_is_accepted_at_once_and_page_and_file_agree() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let mut picks = Vec::new();
    for (leader, unit) in [
        (site.cast.leader_of_first_unit, site.cast.first_unit),
        (site.cast.leader_of_second_unit, site.cast.second_unit),
    ] {
        let exchange = task(&site, call, unit, ExchangeMeeting).await;
        let exchange = hand_in(&site, leader, exchange.id).await.expect("handed in");
        picks.push(format!("{}.{}", exchange.id, exchange.version));
    }
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let waiting = hq.get(format!("/calls/{call}?show=to_decide")).await;
    let accepted =
        hq.post(format!("/calls/{call}/accept"), &[("task", picks[0].as_str()), ("task", picks[1].as_str())]).await;
    let page = hq.get(accepted.location.as_deref().expect("back")).await;
    let file = hq.get(format!("/calls/{call}/units.csv")).await;
    let unanswered = hq.get(format!("/calls/{call}/units.csv?show=met&form=exchange_meeting")).await;

    assert!(picks.iter().all(|pick| waiting.body.contains(&format!("value=\"{pick}\" checked"))), "{}", waiting.body);
    assert!(!waiting.says("信访办公室"));
    assert!(page.says("Accepted: 2.") && page.says("66.7% (2/3)"), "{}", page.text());
    assert!(file.body.starts_with("\u{FEFF}Unit,Readings,Due,"), "{}", file.body);
    assert!(file.body.contains("Accepted,2024-07-19") && file.body.contains("66.7% (2/3)"), "{}", file.body);
    assert_eq!(unanswered.body.lines().count(), 4, "{}", unanswered.body);
}

/// The acts of a leader of a unit of 40 people, beyond what the forms themselves hold: opening the call, giving the
/// readings to everybody, and opening and submitting each of three forms. That leaves 16 of the 25 for the forms.
#[actix_web::test]
async fn a_unit_of_forty_people_passes_readings_on_in_three_acts() {
    let site = TestApp::start().await;
    let unit = site.cast.first_unit;
    let more = site.write(move |conn| {
        let people = (1..=36).map(|number| NewPerson {
            employee_number: format!("P{number}"),
            name: format!("同事{number}"),
            unit_id: unit,
            post: "专员".to_owned(),
            category: Category::Staff,
            order_number: 10 + number,
            email: None,
        });
        Ok(organization::insert_people(conn, &people.collect::<Vec<_>>(), day("2024-01-01"))?)
    });
    more.await.expect("forty people");
    let (viewer, all) = (
        site.viewer(site.cast.hq).await,
        Wanted { forms: vec![ExchangeMeeting, ImplementationReport, VolumeCheck], ..wanted(&site).await },
    );
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let call = site.write(move |conn| send::send(conn, &viewer, &all, now, today)).await.expect("a call");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let mut n_acts = 0;
    let page = leader.get(format!("/units/{unit}/calls/{call}")).await;
    n_acts += 1;
    let form = leader.get(format!("/units/{unit}/calls/{call}/people")).await;
    n_acts += 1;
    // As the page sends it: everybody is ticked.
    let ticked: Vec<&str> =
        form.body.split("name=\"person\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut fields: Vec<(&str, &str)> = ticked.iter().map(|id| ("person", *id)).collect();
    fields.push(("due_on", "2024-07-19"));
    let given = leader.post(format!("/units/{unit}/calls/{call}/people"), &fields).await;
    n_acts += 1;
    let n_forms = page.body.matches("href=\"/unit-tasks/").count();

    assert_eq!((ticked.len(), form.body.matches(" checked").count()), (40, 40));
    let after = leader.get(given.location.as_deref().expect("back to the call")).await;
    assert!(after.says("Assigned to 40 people, 40 tasks") || after.says("40 people"), "{}", after.text());
    assert_eq!((n_acts, n_forms), (3, 3));
    assert!(n_acts + 2 * n_forms <= 25 - 16);
}

#[actix_web::test]
async fn a_unit_that_was_not_asked_and_one_out_of_reach_have_no_such_page() {
    let site = TestApp::start().await;
    let call = given_call(&site).await;
    let (first, branch) = (site.cast.first_unit, site.cast.branch_of_first_unit);
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut other = site.signed_in_as(site.cast.leader_of_second_unit).await;
    let mut liaison = site.signed_in_as(site.cast.liaison_of_first_unit).await;

    for part in ["", "/people", "/sub-units"] {
        let path = format!("/units/{first}/calls/{call}{part}");
        assert_eq!(leader.get(&path).await.status, 200, "{path}");
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        assert_eq!(liaison.get(&path).await.status, if part.is_empty() { 200 } else { 404 }, "{path}");
    }
    assert_eq!(leader.get(format!("/units/{branch}/calls/{call}")).await.status, 404);
    assert_eq!(leader.get(format!("/units/{first}/calls/{call}/withdraw")).await.status, 404);
    assert_eq!(leader.get(format!("/calls/{call}")).await.status, 404);
    let page = liaison.get(format!("/units/{first}/calls/{call}")).await;
    assert!(page.says("You are the liaison") && !page.body.contains("/people\""), "{}", page.text());
}

#[actix_web::test]
async fn nothing_of_a_lower_unit_is_ticked_before_it_is_read_and_the_day_stays_extended() {
    let site = TestApp::start().await;
    let (call, leader) = (given_call(&site).await, site.cast.leader_of_first_unit);
    let first = site.cast.first_unit;
    to_branch(&site, leader, call).await.expect("passed on");
    let below = task(&site, call, site.cast.branch_of_first_unit, ExchangeMeeting).await.id;
    let below = hand_in(&site, site.cast.hq, below).await.expect("handed in");
    for kind in [ExchangeMeeting, ImplementationReport] {
        let asked = task(&site, call, first, kind).await;
        let later = Decision::Extend { due_on: Some(day("2024-07-26")), reason: "检查任务集中".to_owned() };
        decide(&site, site.cast.hq, &asked, later).await.expect("more time");
        hand_in(&site, leader, asked.id).await.expect("handed in");
    }
    let readings = task(&site, call, first, Readings).await.id;
    to_people(&site, leader, readings).await.expect("given to people");
    let mut browser = site.signed_in_as(leader).await;

    let page = browser.get(links::unit_call(first, call)).await;
    let board = browser.get(links::unit(first)).await;

    let pick = format!("value=\"{}\"", Pick { task: below.id, version: below.version });
    assert!(page.body.contains(&pick) && !page.body.contains(&format!("{pick} checked")), "{}", page.body);
    assert!(page.says("26 July 2024"), "{}", page.text());
    let listed = board.body.split("id=\"calls\"").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("a list");
    assert!(listed.contains("26 Jul") && !listed.contains("19 Jul"), "{listed}");
}
