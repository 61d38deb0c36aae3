//! The pages of study: home, board, following up, assigning, one's own record.

use crate::figures::by_session;
use crate::support::facts::{first_reading, makes_up_for, reading as reading_named};
use crate::support::{Answer, Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::AttendanceState::{Absent, Leave, Present};
use xuefa::attendance::MakeUpKind;
use xuefa::links;
use xuefa::store::ids::{ReadingId, SessionId};
use xuefa::store::schema::session_readings;
use xuefa::training::SessionState;

async fn reading(site: &TestApp) -> String {
    first_reading(site).await.to_string()
}

async fn held(site: &TestApp) -> SessionId {
    let cast = &site.cast;
    let roll = [
        (cast.leader_of_first_unit, Some(Present)),
        (cast.trainee, Some(Absent)),
        (cast.colleague, Some(Leave)),
        (cast.stranger, Some(Absent)),
    ];
    site.given_session("2024-07-04", SessionState::Confirmed, &roll).await
}

fn id(member: Member) -> String {
    member.person.to_string()
}

#[actix_web::test]
async fn a_leader_comes_from_the_board_to_tasks_for_exactly_the_absentees() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let unit = site.cast.first_unit.to_string();

    let home = leader.get("/").await;
    let board = leader.get(home.location.as_deref().expect("to the board")).await;
    let form = leader.get(format!("/sessions/{session}/follow-up?unit={unit}")).await;
    let (trainee, colleague) = (id(site.cast.trainee), id(site.cast.colleague));
    let mut fields = vec![
        ("unit", unit.as_str()),
        ("person", trainee.as_str()),
        ("person", colleague.as_str()),
        ("reading", text.as_str()),
        ("due_on", "2024-07-15"),
        ("step", "check"),
    ];
    let check = leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    fields[5] = ("step", "confirm");
    let sent = leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    let after = leader.get(sent.location.as_deref().expect("back to the board")).await;
    let form_after = leader.get(format!("/sessions/{session}/follow-up?unit={unit}")).await;
    let again = leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    let after_again = leader.get(again.location.as_deref().expect("back to the board")).await;

    assert!(board.says("2 people not there") && board.says("杜维平") && !board.says("王强"), "{}", board.text());
    assert!(board.says("No catch-up assigned"));
    assert!(form.body.contains("value=\"2024-07-15\""), "the due date is preset");
    assert_eq!(form.body.matches("name=\"person\"").count(), 2);
    // Both people, and that they read.
    assert_eq!(form.body.matches(" checked").count(), 3);
    assert!(
        check.says("New tasks 2") && check.says("Each of those chosen has fewer than three open tasks"),
        "{}",
        check.text()
    );
    assert!(after.says("Catch-up study assigned: 2 people, 2 tasks."), "{}", after.text());
    assert!(after.says("Catch-up due"));
    let boxes = |answer: &Answer| answer.body.matches("name=\"person\"").count();
    let ticked = |answer: &Answer| {
        let inputs = answer.body.split("<input ").filter(|input| input.contains("name=\"person\""));
        inputs.filter(|input| input.split('>').next().is_some_and(|tag| tag.contains(" checked"))).count()
    };
    assert_eq!((ticked(&board), boxes(&after), ticked(&after)), (2, 2, 0), "whoever has something is not ticked again");
    assert_eq!((ticked(&form), ticked(&form_after)), (2, 0));
    assert!(form_after.says("Absent · Catch-up due"), "{}", form_after.text());
    assert!(after.says("Done 0% (0/2)") && after.body.contains("href=\"/assignments/1\""), "{}", after.text());
    assert!(after_again.says("Everybody chosen had it already"), "{}", after_again.text());
}

#[actix_web::test]
async fn what_was_read_for_the_session_is_ticked_first_and_says_so() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (own, other) = (reading_named(&site, "fengqiao").await, reading_named(&site, "pujiang").await);
    let planned = site.write(move |conn| {
        diesel::insert_into(session_readings::table)
            .values((
                session_readings::session_id.eq(session),
                session_readings::reading_id.eq(own),
                session_readings::position.eq(1),
                session_readings::timing.eq("after"),
            ))
            .execute(conn)?;
        Ok(())
    });
    planned.await.expect("planned");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let form = leader.get(format!("/sessions/{session}/follow-up")).await;
    let alone = leader.get(format!("/tasks/new?unit={}", site.cast.first_unit)).await;

    let place =
        |reading: ReadingId| form.body.find(&format!("name=\"reading\" value=\"{reading}\"")).expect("a reading");
    assert!(form.body.contains(&format!("name=\"reading\" value=\"{own}\" checked")), "{}", form.body);
    assert!(!form.body.contains(&format!("name=\"reading\" value=\"{other}\" checked")), "{}", form.body);
    assert!(place(own) < place(other));
    assert_eq!(form.body.matches("Read for this session").count(), 1, "{}", form.text());
    assert!(!alone.says("Read for this session"), "{}", alone.text());
}

#[actix_web::test]
async fn whoever_missed_a_session_reads_before_they_study_that_it_makes_up_for_nothing_and_what_does() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (text, trainee) = (reading(&site).await, id(site.cast.trainee));
    let fields =
        [("person", trainee.as_str()), ("reading", text.as_str()), ("due_on", "2024-07-15"), ("step", "confirm")];
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    let make_up = site.given_session("2024-07-08", SessionState::Published, &[(site.cast.trainee, None)]).await;
    makes_up_for(&site, make_up, session).await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;
    let page = format!("/readings/{text}");

    let (home, tasks, before) = (browser.get("/").await, browser.get("/tasks").await, browser.get(&page).await);
    browser.post(format!("{page}/read"), &[]).await;
    let after = browser.get(&page).await;
    let (home_after, tasks_after) = (browser.get("/").await, browser.get("/tasks").await);
    let missed = browser.get(links::session(session)).await;
    let untold = site.signed_in_as(site.cast.colleague).await.get(links::session(session)).await;
    let person = site.cast.trainee.person;
    let made_up =
        site.write(move |conn| xuefa::attendance::made_up(conn, session, person, MakeUpKind::ExchangeMeeting));
    assert!(made_up.await.expect("made up"));
    let settled = [browser.get("/").await, browser.get("/tasks").await, browser.get(links::session(session)).await];

    for list in [&home, &tasks] {
        assert!(list.says("Catch-up reading:") && list.says("self-study, does not make up for it"), "{}", list.text());
    }
    for list in [&home, &tasks, &home_after, &tasks_after] {
        assert!(list.says("One session is still to be made up for."), "{}", list.text());
    }
    for shown in [&home, &tasks, &before, &after, &home_after, &tasks_after] {
        let said = shown.text().to_lowercase();
        assert!(said.contains("still to be made up for."), "{said}");
        assert!(shown.body.contains(&format!("href=\"/sessions/{session}\"")), "{}", shown.body);
    }
    assert!(before.says("it does not make up for a session."), "above the text: {}", before.text());
    assert!(after.says("Marked as read; one task is done."), "{}", after.text());
    assert!(missed.says("Attend the make-up session: 信访工作法治化培训会 2024-07-08"), "{}", missed.text());
    assert!(missed.body.contains(&format!("href=\"/sessions/{make_up}\"")), "{}", missed.body);
    assert!(untold.says("You have not been notified of a make-up session"), "{}", untold.text());
    assert!(untold.says("Ask about the next exchange meeting:"), "who leads the unit is named: {}", untold.text());
    for page in &settled {
        assert!(!page.says("still to be made up for") && !page.says("Still to be made up for"), "{}", page.text());
    }
}

#[actix_web::test]
async fn one_tap_that_finishes_two_tasks_says_so_and_leads_to_the_next() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (text, trainee, unit) = (reading(&site).await, id(site.cast.trainee), site.cast.first_unit.to_string());
    let other = reading_named(&site, "fengqiao").await.to_string();
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut fields = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("person", trainee.as_str()),
        ("reading", text.as_str()),
        ("due_on", "2024-07-15"),
        ("step", "confirm"),
    ];
    leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    leader.post("/tasks/new", &fields).await;
    fields[3].1 = other.as_str();
    leader.post("/tasks/new", &fields).await;
    let mut browser = site.signed_in_as(site.cast.trainee).await;

    let (before, alone) =
        (browser.get(format!("/readings/{text}")).await, browser.get(format!("/readings/{other}")).await);
    browser.post(format!("/readings/{text}/read"), &[]).await;
    let after = browser.get(format!("/readings/{text}")).await;

    assert!(before.says("This finishes 2 tasks at once"), "beside the button: {}", before.text());
    assert!(!alone.says("tasks at once"), "{}", alone.text());
    assert!(!after.says("tasks at once"), "{}", after.text());
    assert!(after.says("Marked as read; 2 tasks are done."), "{}", after.text());
    assert!(after.body.contains(&format!("<a class=\"more\" href=\"/readings/{other}\">Next:")), "{}", after.body);
}

#[actix_web::test]
async fn a_board_names_the_latest_study_whatever_is_overdue_and_on_demand_all_of_it() {
    let site = TestApp::start().await;
    let (text, unit) = (reading(&site).await, site.cast.first_unit.to_string());
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    for n in 0..10 {
        let due_on = if n == 0 { "2024-07-08" } else { "2024-12-01" };
        let fields = [
            ("unit", unit.as_str()),
            ("who", "everybody"),
            ("reading", text.as_str()),
            ("due_on", due_on),
            ("step", "confirm"),
        ];
        leader.post("/tasks/new", &fields).await;
    }
    site.set_clock("2024-07-10", "09:00");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let first = links::unit(site.cast.first_unit);

    let board = leader.get(&first).await;
    let all = leader.get(format!("{first}?given=all")).await;

    let given = |page: &Answer| {
        let list = page.body.split("id=\"given\"").nth(1).and_then(|rest| rest.split("</ul>").next());
        list.map_or(0, |list| list.matches("<li>").count())
    };
    assert_eq!((given(&board), given(&all)), (9, 10), "{}", board.text());
    assert!(board.says("4 overdue") && board.says("Show all") && !all.says("Show all"), "{}", board.text());
}

#[actix_web::test]
async fn six_sessions_stand_side_by_side_and_older_ones_are_a_page_away() {
    let site = TestApp::start().await;
    let roll = [(site.cast.leader_of_first_unit, Some(Present)), (site.cast.trainee, Some(Absent))];
    let mut held: Vec<SessionId> = Vec::new();
    for day in 1..=8 {
        let session = site.given_session(&format!("2024-06-0{day}"), SessionState::Confirmed, &roll).await;
        held.insert(0, session);
    }
    site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let chosen = format!("/units/{}?session={}", site.cast.first_unit, held[7]);
    let plain = |answer: &Answer| answer.body.replace("&#x3D;", "=").replace("&amp;", "&");

    let newest = leader.get(&chosen).await;
    let older = leader.get(format!("{chosen}&page=2")).await;
    let beyond = leader.get(format!("{chosen}&page=9")).await;
    let addresses = plain(&newest);
    let mut hrefs = addresses.split("href=\"").filter_map(|rest| rest.split('"').next());
    let is_figure = |href: &&str| href.starts_with(links::PERIOD_PEOPLE) && href.contains("session=");
    let people = leader.get(hrefs.find(is_figure).expect("a figure of a session")).await;
    let file = leader.get(format!("/units/{}/board.csv?session={}&page=2", site.cast.first_unit, held[7])).await;
    let paper = leader.get(format!("/units/{}/board/paper?session={}", site.cast.first_unit, held[7])).await;
    let of_year = format!("first=2024-01-01&last=2024-12-31&unit={}", site.cast.first_unit);
    let report = leader.get(format!("{}?{of_year}", links::PERIOD)).await;

    let ids: Vec<i64> = held.iter().map(|session| session.0).collect();
    let (columns, lines) = by_session(&newest.body);
    assert_eq!(columns, ids[..6]);
    assert_eq!(by_session(&older.body).0, ids[6..]);
    assert_eq!(by_session(&beyond.body).0, ids[6..]);
    assert!(addresses.contains(&format!("rel=\"next\" href=\"{chosen}&page=2#by-session\"")), "{addresses}");
    assert!(plain(&older).contains(&format!("rel=\"prev\" href=\"{chosen}&page=1#by-session\"")), "{}", plain(&older));
    assert!(lines.last().is_some_and(|whole| *whole == [(1, 2); 6]), "{lines:?}");
    let n_people = people.body.split_once("<tbody id=\"people\">").map_or(0, |(_, rows)| rows.matches("<tr>").count());
    assert_eq!((people.status, n_people as i64), (200, lines[0][0].1), "{}", people.text());
    assert!(
        addresses.contains(&format!("href=\"{}?{of_year}\"", links::PERIOD)) && report.status == 200,
        "{addresses}"
    );
    assert!(newest.says("8 still to be made up for"), "{}", newest.text());
    assert!(paper.says("By session (6 of 8)"), "{}", paper.text());
    assert!(file.body.contains(",2024-06-02,") && !file.body.contains(",2024-06-03,"), "{}", file.body);
}

#[actix_web::test]
async fn a_refused_follow_up_keeps_what_was_typed() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let trainee = id(site.cast.trainee);
    let fields = [("person", trainee.as_str()), ("due_on", "2024-07-01"), ("note", "看第三章")];

    let refused = leader.post(format!("/sessions/{session}/follow-up"), &fields).await;

    assert_eq!(refused.status, 422);
    assert!(refused.says("Choose at least one reading") && refused.says("The due date cannot be before today"));
    assert!(refused.says("看第三章") && refused.body.matches(" checked").count() == 2, "{}", refused.body);
}

#[actix_web::test]
async fn somebody_who_has_left_since_the_form_was_opened_is_named_at_the_field() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let gone = site.given_people(cast.first_unit, "已离职", 1).await[0];
    let roll = [(cast.trainee, Some(Absent)), (gone, Some(Absent))];
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &roll).await;
    let call = crate::calls::given_call(&site).await;
    crate::assignments::leaves(&site, gone).await;
    let (text, unit, here, gone) = (reading(&site).await, cast.first_unit.to_string(), id(cast.trainee), id(gone));
    let fields = [
        ("unit", unit.as_str()),
        ("who", "some"),
        ("person", here.as_str()),
        ("person", gone.as_str()),
        ("reading", text.as_str()),
        ("due_on", "2024-07-15"),
        ("note", "看第三章"),
        ("step", "confirm"),
    ];
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    for path in [
        "/tasks/new".to_owned(),
        format!("/sessions/{session}/follow-up"),
        format!("/units/{unit}/calls/{call}/people"),
    ] {
        let refused = leader.post(&path, &fields).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text());
        assert!(
            refused.says("已离职1: no longer of this unit") && refused.says("看第三章"),
            "{path}: {}",
            refused.text()
        );
        assert!(refused.body.contains(&format!("value=\"{here}\" checked")), "{path}: {}", refused.body);
    }
    let stranger = id(cast.stranger);
    let fields = fields.map(|(name, value)| if value == gone { (name, stranger.as_str()) } else { (name, value) });
    assert_eq!(leader.post("/tasks/new", &fields).await.status, 404, "whoever never was of the unit is not found");
}

#[actix_web::test]
async fn after_follow_up_and_final_report_the_session_has_no_step_left() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (text, trainee) = (reading(&site).await, id(site.cast.trainee));
    let fields =
        [("person", trainee.as_str()), ("reading", text.as_str()), ("due_on", "2024-07-15"), ("step", "confirm")];
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = links::session(session);

    let before = hq.get(&address).await;
    let sent = hq.post(format!("{address}/follow-up"), &fields).await;
    let after = hq.get(&address).await;
    hq.post(links::make_final(session), &[]).await;
    let done = hq.get(&address).await;

    let main = |part: &str| format!("<a class=\"button main-action\" href=\"{address}/{part}\">");
    assert!(before.body.contains(&main("follow-up")), "{}", before.body);
    assert_eq!(sent.location.as_deref(), Some(address.as_str()), "back to the session");
    assert!(after.body.contains(&main("report")) && !after.body.contains(&main("follow-up")), "{}", after.body);
    assert!(!done.body.contains("step-now"), "{}", done.body);
    assert!(done.body.contains("href=\"/reports/final/2024-0001\""), "{}", done.body);
}

#[actix_web::test]
async fn a_board_says_that_a_later_session_waits_to_be_confirmed() {
    let site = TestApp::start().await;
    let roll = [(site.cast.trainee, Some(Absent))];
    site.given_session("2024-07-03", SessionState::Confirmed, &roll).await;
    let later = site.given_session("2024-07-04", SessionState::Closed, &[(site.cast.trainee, None)]).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let first = links::unit(site.cast.first_unit);

    let board = leader.get(&first).await;
    let chosen = leader.get(format!("{first}?session={later}")).await;

    assert!(board.says("The session of 4 Jul waits for the Office"), "{}", board.text());
    assert!(board.body.contains(&format!("href=\"{first}?session&#x3D;{later}\"")), "{}", board.body);
    assert!(!chosen.says("waits for the Office"), "{}", chosen.text());
}

#[actix_web::test]
async fn a_leader_of_another_unit_finds_neither_board_nor_file_nor_assignment() {
    let site = TestApp::start().await;
    let roll = [(site.cast.trainee, Some(Absent))];
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &roll).await;
    let text = reading(&site).await;
    let first = links::unit(site.cast.first_unit);
    let trainee = id(site.cast.trainee);
    let fields =
        [("person", trainee.as_str()), ("reading", text.as_str()), ("due_on", "2024-07-15"), ("step", "confirm")];
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    let mut other = site.signed_in_as(site.cast.leader_of_second_unit).await;

    for path in [
        first.clone(),
        format!("{first}/missing.csv?session={session}"),
        format!("/sessions/{session}/follow-up"),
        format!("/tasks/new?unit={}", site.cast.first_unit),
        "/assignments/1".to_owned(),
        "/assignments/1/withdraw?task=1.1".to_owned(),
        "/assignments/1/extend?task=1.1".to_owned(),
    ] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        assert_eq!(leader.get(&path).await.status, 200, "{path}");
    }
    let sent = other.post(format!("/sessions/{session}/follow-up"), &fields).await;
    let withdrawn = other.post("/assignments/1/withdraw", &[("task", "1.1")]).await;
    assert_eq!((sent.status, withdrawn.status), (404, 404));
    assert_eq!(site.signed_in_as(site.cast.trainee).await.get(&first).await.status, 404);
}

#[actix_web::test]
async fn the_file_of_the_missing_has_the_order_of_the_board_and_opens_in_a_spreadsheet() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let file = leader.get(links::missing_file(site.cast.first_unit, session, ".csv")).await;

    assert_eq!(
        file.body,
        "\u{FEFF}Name,Unit,Post,State,Make-up,Due\r\n\
         杜维平,第一工程公司,副总经理,Absent,No catch-up assigned,\r\n\
         李敏,一项目部,安全员,On leave,No catch-up assigned,\r\n"
    );
}

#[actix_web::test]
async fn the_overview_names_measures_and_meetings_sums_its_units_up_and_says_why_it_is_a_draft() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let (_, _, mut leader) = crate::implementation::handed_in(&site).await;
    let record = crate::exchange::fields(None, &[(site.cast.trainee.person, "present")]);
    crate::exchange::submitted(&site, &record).await;
    let unit = site.cast.first_unit;

    let paper = leader.get(format!("/units/{unit}/board/paper?session={session}")).await;
    let missing = leader.get(links::missing_file(unit, session, ".csv")).await;

    assert!(paper.says("1 measure not done") && paper.says("修订登记表，每周抽查"), "{}", paper.text());
    assert!(paper.says("Exchange meetings this year: 1") && paper.says("2024-07-05"), "{}", paper.text());
    assert!(paper.says("Total 3 1 33.3%"), "{}", paper.text());
    assert!(paper.says("The overview changes with the data and is never final"), "{}", paper.text());
    assert!(missing.header("content-disposition").is_some_and(|name| name.contains("2024-07-04")));
}

#[actix_web::test]
async fn a_trainees_home_says_what_is_due_and_leads_to_it() {
    let site = TestApp::start().await;
    let session = held(&site).await;
    let text = reading(&site).await;
    let trainee = id(site.cast.trainee);
    site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let coming = site.given_session("2024-07-12", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let fields =
        [("person", trainee.as_str()), ("reading", text.as_str()), ("due_on", "2024-07-08"), ("step", "confirm")];
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    leader.post(format!("/sessions/{session}/follow-up"), &fields).await;
    site.set_clock("2024-07-05", "10:00");
    let mut browser = site.signed_in_as(site.cast.trainee).await;

    let home = browser.get("/").await;
    site.set_clock("2024-07-11", "10:00");
    let mut browser = site.signed_in_as(site.cast.trainee).await;
    let later = browser.get("/tasks").await;
    let record = browser.get("/record?year=2024").await;
    let paper = browser.get("/record?year=2024&paper=1").await;

    assert!(record.body.contains("href=\"/record.pdf?year") && paper.body.contains("paper-table stack"));
    assert!(home.says("杜维平, 1 task is due") && home.says("Type the six-digit code"), "{}", home.text());
    assert!(home.says("Participation this year 0% (0/1)"), "{}", home.text());
    assert!(home.says("Sessions after that (1)") && home.body.contains(&links::session(coming)), "{}", home.text());
    assert!(home.body.contains(&format!("class=\"row\" href=\"/readings/{text}\"")));
    assert!(later.says("3 days overdue"), "{}", later.text());
    assert!(record.says("Absent") && record.says("Overdue") && record.says("Study hours 0"), "{}", record.text());
}

#[actix_web::test]
async fn each_role_has_its_home() {
    let site = TestApp::start().await;
    let home = async |member| site.signed_in_as(member).await.get("/").await.location;

    assert_eq!(home(site.cast.hq).await.as_deref(), Some(links::TODAY));
    assert_eq!(home(site.cast.admin).await.as_deref(), Some(links::SETTINGS));
    assert_eq!(home(site.cast.liaison_of_first_unit).await, Some(links::unit(site.cast.first_unit)));
    assert_eq!(home(site.cast.trainee).await, None);
}

#[actix_web::test]
async fn a_leader_gives_readings_to_a_unit_follows_them_and_gives_more_time() {
    let site = TestApp::start().await;
    let text = reading(&site).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let unit = site.cast.first_unit.to_string();
    let mut fields = vec![
        ("unit", unit.as_str()),
        ("who", "everybody"),
        ("reading", text.as_str()),
        ("due_on", "2024-07-15"),
        ("step", "check"),
    ];

    let form = leader.get(format!("/tasks/new?unit={unit}")).await;
    let check = leader.post("/tasks/new", &fields).await;
    fields[4] = ("step", "confirm");
    let sent = leader.post("/tasks/new", &fields).await;
    let page = sent.location.expect("to the progress");
    let progress = leader.get(&page).await;
    let pick = progress.body.split("name=\"task\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let pick = pick.expect("a task to tick").to_owned();
    let asked = leader.get(format!("{page}/extend?task={pick}")).await;
    let refused = leader.post(format!("{page}/extend"), &[("task", &pick), ("due_on", "2024-07-20")]).await;
    let more = [("task", pick.as_str()), ("due_on", "2024-07-20"), ("reason", "on site")];
    let extended = leader.post(format!("{page}/extend"), &more).await;

    let branch = site.cast.branch_of_first_unit.to_string();
    let of_branch: Vec<_> =
        fields.iter().map(|(name, value)| (*name, if *name == "unit" { &branch } else { *value })).collect();
    leader.post("/tasks/new", &of_branch).await;
    let board = leader.get(links::unit(site.cast.first_unit)).await;

    let given = board.body.split("id=\"given\"").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("a list");
    let of: Vec<bool> = given.split("<li>").skip(1).map(|row| row.contains("一项目部 ·")).collect();
    assert_eq!(of, [true, false], "the newest was given to the branch: {given}");
    assert!(
        given.matches("row-title\">Key points of the Regulations").count() == 2,
        "what is read is its heading: {given}"
    );
    assert!(form.says("李敏") && !form.says("王强"), "{}", form.text());
    assert!(check.says("People 4") && check.says("New tasks 4"), "{}", check.text());
    assert!(progress.says("Completion (people) 0% (0/4)"), "{}", progress.text());
    assert!(asked.says("More time for 1 task"));
    assert_eq!((refused.status, extended.status), (422, 303));
}
