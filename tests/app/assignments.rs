//! Readings given to people, by themselves and to those who were not at a session.

use crate::support::facts::{made_up, reading};
use crate::support::form::Form;
use crate::support::{Member, TestApp};
use chrono::NaiveDate;
use diesel::prelude::*;
use xuefa::assignments::extend::{Extension, extend};
use xuefa::assignments::giving::Terms;
use xuefa::assignments::pick::Pick;
use xuefa::assignments::withdraw::withdraw;
use xuefa::assignments::{ShownTask, TaskRow, assign, board, follow_up, queries, read};
use xuefa::attendance::{self, AttendanceState, MakeUp};
use xuefa::error::Error;
use xuefa::readings;
use xuefa::store::ids::{PersonId, ReadingId, SessionId};
use xuefa::store::schema::{people, tasks};
use xuefa::training::SessionState;

use AttendanceState::{Absent, Exempt, Leave, Present, StandIn};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn terms(readings: &[ReadingId]) -> Terms {
    Terms { kinds: Vec::new(), readings: readings.to_vec(), due_on: Some(day("2024-07-15")), note: String::new() }
}

/// Of the first unit: its leader came, the trainee was absent, the liaison on leave, the colleague sent a stand-in; the stranger of the second unit was absent.
async fn held(site: &TestApp) -> SessionId {
    let cast = &site.cast;
    let roll = [
        (cast.leader_of_first_unit, Some(Present)),
        (cast.trainee, Some(Absent)),
        (cast.liaison_of_first_unit, Some(Leave)),
        (cast.colleague, Some(StandIn)),
        (cast.stranger, Some(Absent)),
        (cast.admin, Some(Exempt)),
    ];
    site.given_session("2024-07-04", SessionState::Confirmed, &roll).await
}

async fn run(
    site: &TestApp,
    by: Member,
    session: SessionId,
    people: Option<Vec<PersonId>>,
    readings: &[ReadingId],
) -> xuefa::error::Result<xuefa::assignments::giving::Given> {
    let viewer = site.viewer(by).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let wanted = follow_up::Wanted { session, unit: None, people, terms: terms(readings) };
    site.write(move |conn| follow_up::follow_up(conn, &viewer, &wanted, now, today)).await
}

async fn open_tasks(site: &TestApp, of: Member) -> Vec<TaskRow> {
    site.app.db.read(move |conn| Ok(queries::list_open(conn, of.person)?)).await.expect("a read")
}

async fn people_with_tasks(site: &TestApp) -> Vec<PersonId> {
    let found = site.app.db.read(|conn| {
        Ok(tasks::table.order((tasks::person_id, tasks::id)).select(tasks::person_id).load::<PersonId>(conn)?)
    });
    found.await.expect("a read")
}

async fn make_up_of(site: &TestApp, session: SessionId, of: Member) -> MakeUp {
    made_up(site, session, of).await.0
}

/// Somebody leaves today.
pub async fn leaves(site: &TestApp, member: Member) {
    let today = site.app.clock.today();
    let left = site.write(move |conn| {
        diesel::update(people::table.find(member.person)).set(people::left_on.eq(today)).execute(conn)?;
        Ok(())
    });
    left.await.expect("left");
}

#[actix_web::test]
async fn a_leaders_follow_up_goes_to_exactly_those_of_the_unit_who_were_not_there() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;

    let given = run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");

    let mut absentees = [site.cast.trainee, site.cast.liaison_of_first_unit, site.cast.colleague].map(|one| one.person);
    absentees.sort();
    assert_eq!((given.n_people, given.n_tasks), (3, 3));
    assert_eq!(people_with_tasks(&site).await, absentees);
    assert_eq!(make_up_of(&site, session, site.cast.trainee).await, MakeUp::Due);
    assert_eq!(make_up_of(&site, session, site.cast.stranger).await, MakeUp::None);
}

#[actix_web::test]
async fn running_a_follow_up_again_gives_nobody_the_same_twice() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (first, second) = (reading(&site, "pujiang").await, reading(&site, "fengqiao").await);
    let leader = site.cast.leader_of_first_unit;

    run(&site, leader, session, None, &[first]).await.expect("given");
    let same = run(&site, leader, session, None, &[first]).await.expect("nothing left to give");
    let by_hq = run(&site, site.cast.hq, session, None, &[first, second]).await.expect("given");

    assert_eq!((same.assignment, same.n_tasks), (None, 0));
    // The stranger gets both, the three others what they did not have.
    assert_eq!((by_hq.n_people, by_hq.n_tasks), (4, 5));
    assert_eq!(people_with_tasks(&site).await.len(), 8);
}

#[actix_web::test]
async fn who_is_ticked_and_turns_out_to_have_been_there_is_left_out() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    let ticked = vec![site.cast.trainee.person, site.cast.colleague.person];
    site.given_state(session, site.cast.colleague, Present).await;

    run(&site, site.cast.leader_of_first_unit, session, Some(ticked), &[text]).await.expect("given");

    assert_eq!(people_with_tasks(&site).await, [site.cast.trainee.person]);
}

#[actix_web::test]
async fn nobody_of_another_unit_can_be_given_anything() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    let viewer = site.viewer(cast.leader_of_first_unit).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let wanted = |unit, people: Vec<PersonId>| assign::Wanted {
        unit,
        unit_task: None,
        people: assign::People::These(people),
        terms: terms(&[text]),
    };

    let stranger_ticked =
        run(&site, cast.leader_of_first_unit, session, Some(vec![cast.stranger.person]), &[text]).await;
    let liaison = run(&site, cast.liaison_of_first_unit, session, None, &[text]).await;
    let trainee = run(&site, cast.trainee, session, None, &[text]).await;
    let other_unit = wanted(cast.second_unit, vec![cast.stranger.person]);
    let stranger_in_own_unit = wanted(cast.first_unit, vec![cast.stranger.person]);
    let viewer_again = viewer.clone();
    let other_unit = site.write(move |conn| assign::assign(conn, &viewer, &other_unit, now, today)).await;
    let smuggled = site.write(move |conn| assign::assign(conn, &viewer_again, &stranger_in_own_unit, now, today)).await;

    assert!(matches!(stranger_ticked, Err(Error::NotFound(_))), "{stranger_ticked:?}");
    assert!(matches!(liaison, Err(Error::NotFound(_))) && matches!(trainee, Err(Error::NotFound(_))));
    assert!(matches!(other_unit, Err(Error::NotFound(_))) && matches!(smuggled, Err(Error::NotFound(_))));
    assert!(people_with_tasks(&site).await.is_empty());
}

#[actix_web::test]
async fn before_a_session_is_confirmed_nobody_is_followed_up() {
    let site = TestApp::start().await;
    let text = reading(&site, "pujiang").await;
    let roll = [(site.cast.trainee, Some(Absent))];
    let closed = site.given_session("2024-07-04", SessionState::Closed, &roll).await;

    let refused = run(&site, site.cast.leader_of_first_unit, closed, None, &[text]).await;

    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[actix_web::test]
async fn reading_finishes_the_tasks_and_undoing_opens_them_again() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");
    let viewer = site.viewer(site.cast.trainee).await;
    let now = site.app.clock.now();

    let reader = viewer.clone();
    site.write(move |conn| read::mark_read(conn, &reader, text, 1, now)).await.expect("read");
    let after_reading = open_tasks(&site, site.cast.trainee).await.len();
    let others = open_tasks(&site, site.cast.colleague).await.len();
    site.write(move |conn| read::mark_unread(conn, &viewer, text, now)).await.expect("undone");
    let after_undoing = open_tasks(&site, site.cast.trainee).await.len();

    assert_eq!((after_reading, others, after_undoing), (0, 1, 1));
}

#[actix_web::test]
async fn undoing_takes_back_the_last_word_only() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    let viewer = site.viewer(site.cast.trainee).await;
    let read_again = |viewer: xuefa::access::Viewer| {
        let now = site.app.clock.now();
        site.write(move |conn| read::mark_read(conn, &viewer, text, 1, now))
    };
    read_again(viewer.clone()).await.expect("read before anything was given");
    run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");
    site.set_clock("2024-07-05", "10:00");
    read_again(viewer.clone()).await.expect("read for the task");

    let person = viewer.person;
    let now = site.app.clock.now();
    site.write(move |conn| read::mark_unread(conn, &viewer, text, now)).await.expect("undone");

    let mark = site.app.db.read(move |conn| Ok(readings::marks_queries::find_mark(conn, person, text)?)).await;
    assert_eq!(open_tasks(&site, site.cast.trainee).await.len(), 1);
    assert_eq!(mark.expect("a read"), Some((1, site.moment("2024-07-05", "09:00"))));
}

#[actix_web::test]
async fn reading_alone_is_self_study_and_never_made_up() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");
    let viewer = site.viewer(site.cast.trainee).await;
    let now = site.app.clock.now();

    site.write(move |conn| read::mark_read(conn, &viewer, text, 1, now)).await.expect("read");

    let viewer = site.viewer(site.cast.leader_of_first_unit).await;
    let (unit, clock) = (site.cast.first_unit, site.app.clock.clone());
    let board = site.app.db.read(move |conn| board::build(conn, &viewer, unit, None, &clock)).await.expect("a board");
    let row = board.people.iter().find(|row| row.row.person_id == site.cast.trainee.person).expect("on the board");
    assert_eq!(make_up_of(&site, session, site.cast.trainee).await, MakeUp::Due);
    assert_eq!(row.make_up.as_ref().expect("absent").make_up, board::ShownMakeUp::SelfStudy);
    assert_eq!((board.this_year.n_made_up, board.this_year.n_took_part()), (0, 1));
    let studied = site.app.db.read(move |conn| Ok(queries::list_self_study(conn, session)?)).await.expect("a read");
    assert_eq!(studied, [site.cast.trainee.person]);
}

#[actix_web::test]
async fn who_turns_out_to_have_been_there_has_nothing_left_to_do() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");
    let today = day("2024-08-01");
    let before = open_tasks(&site, site.cast.trainee).await[0].shown(today);

    site.given_state(session, site.cast.trainee, Present).await;
    let after = open_tasks(&site, site.cast.trainee).await[0].shown(today);
    site.given_state(session, site.cast.trainee, Absent).await;
    let again = open_tasks(&site, site.cast.trainee).await[0].shown(today);

    assert_eq!((before, after, again), (ShownTask::Overdue, ShownTask::Released, ShownTask::Overdue));
}

#[actix_web::test]
async fn what_was_withdrawn_can_be_given_again() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    let leader = site.cast.leader_of_first_unit;
    let only = Some(vec![site.cast.trainee.person]);
    let given = run(&site, leader, session, only.clone(), &[text]).await.expect("given");
    let assignment = given.assignment.expect("something was given");
    let task = open_tasks(&site, site.cast.trainee).await[0].task.clone();
    let viewer = site.viewer(leader).await;
    let now = site.app.clock.now();
    let pick = Pick { task: task.id, version: task.version };

    let first = viewer.clone();
    site.write(move |conn| withdraw(conn, &first, assignment, &[pick], now)).await.expect("withdrawn");
    let left = (open_tasks(&site, site.cast.trainee).await.len(), make_up_of(&site, session, site.cast.trainee).await);
    let stale = site.write(move |conn| withdraw(conn, &viewer, assignment, &[pick], now)).await;
    run(&site, leader, session, only, &[text]).await.expect("given again");

    assert_eq!(left, (0, MakeUp::None));
    assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
    assert_eq!(open_tasks(&site, site.cast.trainee).await.len(), 1);
    assert_eq!(make_up_of(&site, session, site.cast.trainee).await, MakeUp::Due);
}

#[actix_web::test]
async fn more_time_needs_a_reason_and_is_not_given_to_oneself() {
    let site = TestApp::start().await;
    let leader = site.cast.leader_of_first_unit;
    let roll = [(leader, Some(Absent)), (site.cast.trainee, Some(Absent))];
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &roll).await;
    let text = reading(&site, "pujiang").await;
    let given = run(&site, leader, session, None, &[text]).await.expect("given");
    let assignment = given.assignment.expect("something was given");
    let pick = |rows: &[TaskRow]| Pick { task: rows[0].task.id, version: rows[0].task.version };
    let (own, other) = (pick(&open_tasks(&site, leader).await), pick(&open_tasks(&site, site.cast.trainee).await));
    let viewer = site.viewer(leader).await;
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let later = |pick, due_on: &str, reason: &str| {
        let (viewer, due_on) = (viewer.clone(), Some(day(due_on)));
        let extension = Extension { due_on, reason: reason.to_owned() };
        site.write(move |conn| extend(conn, &viewer, assignment, &[pick], &extension, now, today))
    };

    let without_reason = later(other, "2024-07-20", " ").await;
    let earlier = later(other, "2024-07-14", "ill").await;
    let to_oneself = later(own, "2024-07-20", "busy").await;
    let right = later(other, "2024-07-20", "on a site visit").await;

    for refused in [without_reason, earlier, to_oneself] {
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    }
    assert_eq!(right.expect("extended"), 1);
    assert_eq!(open_tasks(&site, site.cast.trainee).await[0].task.due_on, day("2024-07-20"));
}

#[actix_web::test]
async fn whoever_decides_second_is_asked_again_with_what_was_typed() {
    let site = TestApp::start().await;
    let leader = site.cast.leader_of_first_unit;
    let session = held(&site).await;
    let text = reading(&site, "pujiang").await;
    let given = run(&site, leader, session, None, &[text]).await.expect("given");
    let assignment = given.assignment.expect("something was given");
    let mut picks = Vec::new();
    for member in [site.cast.trainee, site.cast.colleague] {
        let task = open_tasks(&site, member).await[0].task.clone();
        picks.push(Pick { task: task.id, version: task.version });
    }
    let ticked: Vec<String> = picks.iter().map(ToString::to_string).collect();
    let mut fields: Vec<(&str, &str)> = ticked.iter().map(|pick| ("task", pick.as_str())).collect();
    fields.extend([("due_on", "2024-08-20"), ("reason", "Field work")]);
    let (viewer, now, today) = (site.viewer(leader).await, site.app.clock.now(), site.app.clock.today());
    let faster = Extension { due_on: Some(day("2024-07-20")), reason: "ill".to_owned() };
    let (by, first) = (viewer.clone(), picks[..1].to_vec());
    site.write(move |conn| extend(conn, &by, assignment, &first, &faster, now, today)).await.expect("extended");
    let second = picks[1..].to_vec();
    site.write(move |conn| withdraw(conn, &viewer, assignment, &second, now)).await.expect("withdrawn");

    let mut browser = site.signed_in_as(leader).await;
    let address = format!("{}/extend", xuefa::links::assignment(assignment));
    let again = browser.post(&address, &fields).await;
    let form = Form::of(&again.body, "due_on");
    let done = browser.post(&address, &form.pressed(&[])).await;

    assert_eq!(again.status, 422, "{}", again.text());
    assert_eq!((form.values("task").len(), form.values("reason")), (1, vec!["Field work"]));
    assert!(again.says("1 of those you ticked is no longer open"), "{}", again.text());
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(open_tasks(&site, site.cast.trainee).await[0].task.due_on, day("2024-08-20"));
}

#[actix_web::test]
async fn a_boards_figures_are_the_sum_of_its_sub_units() {
    let site = TestApp::start().await;
    held(&site).await;
    let last_year = [(site.cast.trainee, Some(Present)), (site.cast.colleague, Some(Absent))];
    site.given_session("2023-09-01", SessionState::Confirmed, &last_year).await;
    let not_yet = [(site.cast.trainee, Some(Present))];
    site.given_session("2024-07-03", SessionState::Closed, &not_yet).await;
    let viewer = site.viewer(site.cast.hq).await;
    let (units, clock) =
        ([site.cast.group, site.cast.first_unit, site.cast.branch_of_first_unit], site.app.clock.clone());

    let boards = units.map(|unit| {
        let (viewer, clock) = (viewer.clone(), clock.clone());
        site.app.db.read(move |conn| board::build(conn, &viewer, unit, None, &clock))
    });

    let [group, first, branch] = boards;
    let (group, first, branch) =
        (group.await.expect("a board"), first.await.expect("a board"), branch.await.expect("a board"));
    for board in [&group, &first] {
        let mut sum = attendance::Counts::default();
        board.parts.iter().for_each(|part| sum += part.counts);
        assert_eq!(sum, board.this_year, "{}", board.unit.name);
        let mut months = attendance::Counts::default();
        board.months.iter().for_each(|month| months += month.counts);
        let mut years = board.this_year;
        years += board.last_year;
        assert_eq!(months, years, "{}", board.unit.name);
    }
    assert_eq!((group.this_year.n_roster, group.this_year.n_due(), group.this_year.n_present), (6, 5, 1));
    assert_eq!((first.this_year.n_roster, first.last_year.n_roster), (4, 2));
    assert_eq!((branch.this_year.n_roster, branch.parts.len()), (1, 0));
    let part_of_first = group.parts.iter().find(|part| part.unit.id == site.cast.first_unit).expect("a part");
    assert_eq!(part_of_first.counts, first.this_year);
}

#[actix_web::test]
async fn the_list_behind_a_figure_says_of_an_absence_what_the_board_says() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    site.write(attendance::totals::refresh_all).await.expect("totals");
    let text = reading(&site, "pujiang").await;
    run(&site, site.cast.leader_of_first_unit, session, None, &[text]).await.expect("given");
    let (reader, now) = (site.viewer(site.cast.trainee).await, site.app.clock.now());
    site.write(move |conn| read::mark_read(conn, &reader, text, 1, now)).await.expect("read");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let figure = "first=2024-01-01&last=2024-12-31&show=outstanding";

    let page = hq.get(format!("/reports/period/people?{figure}")).await;
    let file = hq.get(format!("/reports/period/people.csv?{figure}")).await;

    let shown = |word: &str| page.body.matches(&format!("data-label=\"Make-up\">{word}</td>")).count();
    assert_eq!((shown("Catch-up due"), shown("Self-study"), shown("—")), (2, 1, 1), "{}", page.text());
    let written = |word: &str| file.body.lines().filter(|line| line.trim_end().ends_with(word)).count();
    assert_eq!((written("Catch-up due"), written("Self-study")), (2, 1), "{}", file.body);
}
