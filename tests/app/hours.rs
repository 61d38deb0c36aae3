//! Study hours: what counts, what a year asks for, who needs help, and the record of one person's year.

use crate::support::facts::{first_reading, makes_up_for};
use crate::support::{Browser, Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::AttendanceState::{self, Absent, Exempt, Leave, Present, StandIn};
use xuefa::attendance::{self, MakeUpKind};
use xuefa::store::ids::{AssignmentId, SessionId, UnitId};
use xuefa::store::schema::{assignments, attendance as rows};
use xuefa::training::SessionState::{self, Confirmed, Published};

const LEADERSHIP: &str = "/hours/required/2024/enterprise_leadership";

impl TestApp {
    async fn made_up(&self, session: SessionId, member: Member, kind: MakeUpKind) {
        let done = self.write(move |conn| attendance::made_up(conn, session, member.person, kind)).await;
        assert!(done.expect("made up"));
    }

    /// A session of the year for the trainee and nobody else.
    async fn attended(&self, day: &str, state: SessionState, trainee: Option<AttendanceState>) -> SessionId {
        self.given_session(day, state, &[(self.cast.trainee, trainee)]).await
    }
}

async fn require(hq: &mut Browser, amount: &str, version: &str) {
    let fields = [
        ("amount", amount),
        ("document_title", "关于2024年度学法学时的通知"),
        ("document_number", "利信〔2024〕3号"),
        ("document_on", "2024-01-15"),
        ("version", version),
    ];
    let stored = hq.post(LEADERSHIP, &fields).await;
    assert_eq!(stored.status, 303, "{}", stored.text());
}

#[actix_web::test]
async fn hq_enters_what_a_year_asks_of_a_category_with_its_document_and_the_record_shows_it() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    site.attended("2024-03-01", Confirmed, Some(Present)).await;
    site.attended("2024-09-01", Published, None).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let before = phone.get("/record").await;

    require(&mut hq, "6", "0").await;
    let list = hq.get("/hours/required").await;
    let record = phone.get("/record").await;
    let colleague = site.signed_in_as(site.cast.colleague).await.get("/record").await;

    assert!(before.says("No study hours are required in this year"), "{}", before.text());
    assert!(
        list.says("6 hours “关于2024年度学法学时的通知” (利信〔2024〕3号), 15 January 2024 方静"),
        "{}",
        list.text()
    );
    assert!(record.says("Study hours 2 hours Hours to come 2 hours Required in the year 6 hours"), "{}", record.text());
    assert!(
        record.says("Still short Still needed 2 hours Based on: “关于2024年度学法学时的通知”"),
        "{}",
        record.text()
    );
    assert!(colleague.says("No study hours are required in this year"), "{}", colleague.text());
}

#[actix_web::test]
async fn an_amount_without_its_document_is_refused_and_everything_typed_is_kept() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let refused = hq.post(LEADERSHIP, &[("amount", "40"), ("document_number", "3号"), ("version", "0")]).await;

    assert_eq!(refused.status, 422);
    for field in ["document_title", "document_on"] {
        assert!(refused.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", refused.text());
    }
    assert!(refused.body.contains("value=\"40\"") && refused.body.contains("value=\"3号\""), "{}", refused.body);
    assert_eq!(hq.get("/hours/required/2024/nobody").await.status, 404);
    assert_eq!(hq.get("/hours/required/2031/staff").await.status, 404);
}

#[actix_web::test]
async fn of_two_who_enter_a_requirement_at_once_the_second_sees_both_and_all_empty_takes_it_back() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    require(&mut hq, "6", "0").await;

    let second = hq.post(LEADERSHIP, &[("amount", "8"), ("document_title", "另一份"), ("version", "0")]).await;
    let taken_back = hq.post(LEADERSHIP, &[("version", "1")]).await;
    let list = hq.get("/hours/required").await;
    let stale = hq.post(LEADERSHIP, &[("version", "1")]).await;

    assert_eq!((second.status, taken_back.status, stale.status), (422, 303, 422));
    assert!(second.says("Now stored: “6”") && second.body.contains("value=\"8\""), "{}", second.text());
    assert!(list.says("Entered for 0 categories"), "{}", list.text());
}

#[actix_web::test]
async fn hours_in_days_are_entered_and_shown_in_days() {
    let site = TestApp::start().await;
    let settings = xuefa::settings::Settings {
        study_unit: xuefa::settings::StudyUnit::Days,
        ..xuefa::settings::Settings::default()
    };
    let set = site.write(move |conn| xuefa::settings::establish(conn, &settings));
    set.await.expect("settings");
    let mut hq = site.signed_in_as(site.cast.hq).await;

    require(&mut hq, "12", "0").await;
    let form = hq.get(LEADERSHIP).await;
    let record = site.signed_in_as(site.cast.trainee).await.get("/record").await;

    assert!(form.body.contains("value=\"12\"") && form.says("a day is 7.5 hours"), "{}", form.text());
    assert!(record.says("Required in the year 12 days (90 hours)"), "{}", record.text());
}

#[actix_web::test]
async fn the_outlook_lists_who_needs_help_in_roster_order_and_every_count_opens_to_its_people() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut hq = site.signed_in_as(cast.hq).await;
    require(&mut hq, "4", "0").await;
    // The leader has both hours, the trainee one and one to come, the stranger of the other unit nothing.
    let roll =
        [(cast.leader_of_first_unit, Some(Present)), (cast.trainee, Some(Present)), (cast.stranger, Some(Absent))];
    site.given_session("2024-02-01", Confirmed, &roll).await;
    site.given_session("2024-03-01", Confirmed, &[(cast.leader_of_first_unit, Some(Present))]).await;
    site.attended("2024-09-01", Published, None).await;
    let first = format!("/units/{}/hours", cast.first_unit);
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let own = leader.get("/hours").await;
    let page = leader.get(own.location.as_deref().expect("to the own unit")).await;
    let reached = leader.get(format!("{first}?year=2024&show=reached")).await;
    let paper = leader.get(format!("{first}?show=all&paper=1")).await;
    let file = leader.get(format!("{first}.csv?show=all")).await;
    let group = hq.get("/hours").await;
    let group = hq.get(group.location.as_deref().expect("to the group")).await;

    assert_eq!(own.location.as_deref(), Some(first.as_str()));
    assert!(page.says("1 person needs help of 2 with hours required"), "{}", page.text());
    assert!(page.says("Short if one is missed 1"), "{}", page.text());
    assert!(
        page.says("杜维平 第一工程公司 副总经理 2 hours 2 hours 4 hours — Short if one is missed"),
        "{}",
        page.text()
    );
    assert!(!page.says("程诚 第一工程公司"), "{}", page.text());
    assert!(page.says("2 more people have no hours required"), "{}", page.text());
    assert!(page.body.contains(&format!("href=\"/people/{}/record?year", cast.trainee.person)));
    assert!(reached.says("程诚") && !reached.says("杜维平 第一工程公司"), "{}", reached.text());
    assert!(paper.says("1 第一工程公司 程诚 党委书记 4 hours 0 hours 4 hours — Reached"), "{}", paper.text());
    assert!(paper.says("2 第一工程公司 杜维平"), "{}", paper.text());
    assert_eq!(
        file.body,
        "\u{FEFF}No.,Unit,Name,Post,Category,Done,To come,Required,Still needed,Standing\r\n\
         1,第一工程公司,程诚,党委书记,Member of an affiliated enterprise's leading team,4,0,4,0,Reached\r\n\
         2,第一工程公司,杜维平,副总经理,Member of an affiliated enterprise's leading team,2,2,4,0,Short if one is missed\r\n"
    );
    assert!(group.says("3 people need help of 4"), "{}", group.text());
    assert!(group.says("第一工程公司 1 of 2 need help 物资公司 2 of 2 need help"), "{}", group.text());
    assert!(
        group.text().find("杜维平") < group.text().find("沈薇")
            && group.text().find("沈薇") < group.text().find("王强")
    );
}

#[actix_web::test]
async fn a_record_is_found_by_the_person_their_leader_and_hq_and_nobody_else() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let of_trainee = format!("/people/{}/record", cast.trainee.person);
    let status = async |member: Member, path: &str| site.signed_in_as(member).await.get(path).await.status;

    for path in [of_trainee.clone(), format!("{of_trainee}.csv"), format!("{of_trainee}?paper=1")] {
        for member in [cast.trainee, cast.leader_of_first_unit, cast.hq] {
            assert_eq!(status(member, &path).await, 200, "{path}");
        }
        for member in
            [cast.colleague, cast.stranger, cast.leader_of_second_unit, cast.liaison_of_first_unit, cast.admin]
        {
            assert_eq!(status(member, &path).await, 404, "{path}");
        }
    }
    let other = format!("/units/{}/hours", cast.second_unit);
    assert_eq!(status(cast.leader_of_first_unit, &other).await, 404);
    assert_eq!(status(cast.leader_of_first_unit, &format!("{other}.csv")).await, 404);
    assert_eq!(status(cast.leader_of_first_unit, &format!("/units/{}/year", cast.second_unit)).await, 404);
}

#[actix_web::test]
async fn a_leader_sees_of_a_former_unit_of_somebody_only_that_there_was_a_session_and_its_hours() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let session = site.given_session("2024-03-01", Confirmed, &[(cast.stranger, Some(Leave))]).await;
    site.made_up(session, cast.stranger, MakeUpKind::ExchangeMeeting).await;
    let moved = site.write(move |conn| {
        use xuefa::store::schema::people;
        diesel::update(people::table.filter(people::id.eq(cast.stranger.person)))
            .set(people::unit_id.eq(cast.first_unit))
            .execute(conn)?;
        Ok(())
    });
    moved.await.expect("moved");
    let path = format!("/people/{}/record", site.cast.stranger.person);

    let leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get(&path).await;
    let file = site.signed_in_as(site.cast.leader_of_first_unit).await.get(format!("{path}.csv")).await;
    let own = site.signed_in_as(site.cast.stranger).await.get("/record").await;

    assert!(leader.says("物资公司 In a former unit — 2"), "{}", leader.text());
    assert!(file.body.contains("物资公司,,,,1,1,2,0"), "{}", file.body);
    assert!(own.says("物资公司 On leave Exchange meeting 2"), "{}", own.text());
}

#[actix_web::test]
async fn the_record_of_a_year_shows_make_up_by_kind_each_matter_once_and_no_hours_for_a_stand_in() {
    let site = TestApp::start().await;
    let trainee = site.cast.trainee;
    let missed = site.attended("2024-02-01", Confirmed, Some(Absent)).await;
    let make_up = site.attended("2024-02-20", Confirmed, Some(Present)).await;
    makes_up_for(&site, make_up, missed).await;
    site.made_up(missed, trainee, MakeUpKind::Session).await;
    let met = site.attended("2024-03-01", Confirmed, Some(Leave)).await;
    site.made_up(met, trainee, MakeUpKind::ExchangeMeeting).await;
    site.attended("2024-04-01", Confirmed, Some(StandIn)).await;
    site.attended("2024-05-01", Confirmed, Some(Exempt)).await;
    site.attended("2023-05-01", Confirmed, Some(Present)).await;
    let mut phone = site.signed_in_as(trainee).await;

    let record = phone.get("/record").await;
    let before = phone.get("/record?year=2023").await;
    let file = phone.get("/record.csv").await;
    let home = phone.get("/").await;

    assert!(record.says("Participation 66.7% (2/3) Study hours 4 hours"), "{}", record.text());
    assert!(record.says("Sessions (5)") && record.says("Counted once"), "{}", record.text());
    assert!(record.says("Not there 3: made up by make-up session 1, exchange meeting 1, accepted study 0"));
    assert!(record.says("outstanding 1"), "{}", record.text());
    assert!(before.says("Participation 100% (1/1) Study hours 2 hours"), "{}", before.text());
    assert!(home.says("66.7% (2/3)"), "{}", home.text());
    let sums = file.body.lines().skip(1).fold([0.0; 3], |sums: [f64; 3], line| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |place: usize| cells[place].parse::<f64>().expect("a number");
        [sums[0] + number(7), sums[1] + number(8), sums[2] + number(9)]
    });
    assert_eq!(sums, [3.0, 2.0, 4.0], "{}", file.body);
}

#[actix_web::test]
async fn what_is_made_up_in_the_next_year_counts_in_the_year_of_the_session_missed() {
    let site = TestApp::start().await;
    site.set_clock("2025-02-01", "09:00");
    let missed = site.attended("2024-12-20", Confirmed, Some(Absent)).await;
    let make_up = site.attended("2025-01-10", Confirmed, Some(Present)).await;
    makes_up_for(&site, make_up, missed).await;
    site.made_up(missed, site.cast.trainee, MakeUpKind::Session).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let old = phone.get("/record?year=2024").await;
    let new = phone.get("/record?year=2025").await;

    assert!(old.says("Participation 100% (1/1) Study hours 2 hours"), "{}", old.text());
    assert!(new.says("Participation — Study hours 0 hours"), "{}", new.text());
}

#[actix_web::test]
async fn the_boards_year_counts_a_make_up_session_only_for_who_was_not_due_before_and_opens_to_its_people() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let roll =
        [(cast.trainee, Some(Absent)), (cast.colleague, Some(Absent)), (cast.liaison_of_first_unit, Some(Exempt))];
    let missed = site.given_session("2024-02-01", Confirmed, &roll).await;
    let roll = [
        (cast.trainee, Some(Present)),
        (cast.colleague, Some(Absent)),
        (cast.liaison_of_first_unit, Some(Present)),
        (cast.leader_of_first_unit, Some(Present)),
    ];
    let make_up = site.given_session("2024-03-01", Confirmed, &roll).await;
    makes_up_for(&site, make_up, missed).await;
    site.made_up(missed, cast.trainee, MakeUpKind::Session).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let unit = format!("/units/{}", cast.first_unit);

    let board = leader.get(&unit).await;
    let year = leader.get(format!("{unit}/year?year=2024")).await;
    let month = leader.get(format!("{unit}/year?year=2024&month=3")).await;

    // Due: trainee and colleague at the session missed; liaison and leader at the make-up session by itself.
    assert!(board.says("75% (3/4)"), "{}", board.text());
    assert!(board.body.contains(&format!("href=\"{unit}/year?year")), "{}", board.body);
    assert!(year.says("Participation 75% (3/4)") && year.says("People (4)"), "{}", year.text());
    assert!(year.says("李敏 一项目部 1 0 0 1 0% (0/1)"), "{}", year.text());
    assert!(month.says("3/2024 · Participation 100% (2/2)"), "{}", month.text());
}

async fn assigned(site: &TestApp, unit: UnitId, due: &str) -> AssignmentId {
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let reading = first_reading(site).await;
    let (unit, reading) = (unit.to_string(), reading.to_string());
    let fields =
        [("unit", unit.as_str()), ("who", "everybody"), ("reading", &reading), ("due_on", due), ("step", "confirm")];
    let sent = leader.post("/tasks/new", &fields).await;
    let to = sent.location.expect("to the assignment");
    to.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an assignment")
}

#[actix_web::test]
async fn study_counts_with_the_hours_that_hq_set_once_it_is_done() {
    let site = TestApp::start().await;
    let id = assigned(&site, site.cast.first_unit, "2024-07-20").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let path = format!("/assignments/{id}/hours");

    let form = hq.get(&path).await;
    let wrong = hq.post(&path, &[("hours", "25"), ("seen", "0")]).await;
    let set = hq.post(&path, &[("hours", "1.5"), ("seen", "0")]).await;
    let stale = hq.post(&path, &[("hours", "2"), ("seen", "0")]).await;
    let open = phone.get("/record").await;
    phone.post("/readings/1/read", &[]).await;
    let done = phone.get("/record").await;
    let page = hq.get(format!("/assignments/{id}")).await;

    assert!(form.body.contains("value=\"0\""), "{}", form.body);
    assert_eq!((wrong.status, set.status, stale.status), (422, 303, 422));
    assert!(stale.says("Now stored: “1.5”") && stale.body.contains("value=\"2\""), "{}", stale.text());
    assert!(open.says("Study hours 0 hours Hours to come 1.5 hours"), "{}", open.text());
    assert!(done.says("Study hours 1.5 hours") && !done.says("Hours to come"), "{}", done.text());
    assert!(page.says("Counts for 1.5 hours once done"), "{}", page.text());
}

#[actix_web::test]
async fn a_make_up_assignment_has_no_hours_of_its_own() {
    let site = TestApp::start().await;
    let session = site.attended("2024-03-01", Confirmed, Some(Absent)).await;
    let id = assigned(&site, site.cast.first_unit, "2024-07-20").await;
    let linked = site.write(move |conn| {
        diesel::update(assignments::table.filter(assignments::id.eq(id)))
            .set(assignments::session_id.eq(session))
            .execute(conn)?;
        Ok(())
    });
    linked.await.expect("linked");
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let form = hq.get(format!("/assignments/{id}/hours")).await;
    let refused = hq.post(format!("/assignments/{id}/hours"), &[("hours", "1"), ("seen", "0")]).await;

    assert!(form.says("Catch-up study has no hours of its own") && !form.body.contains("name=\"hours\""));
    assert_eq!(refused.status, 422);
}

#[actix_web::test]
async fn late_and_left_early_lose_their_hours_only_when_hq_says_so() {
    let site = TestApp::start().await;
    let session = site.attended("2024-03-01", Confirmed, Some(Present)).await;
    let marked = site.write(move |conn| {
        diesel::update(rows::table.filter(rows::session_id.eq(session))).set(rows::late.eq(true)).execute(conn)?;
        Ok(())
    });
    marked.await.expect("marked");
    let mut phone = site.signed_in_as(site.cast.trainee).await;
    let counted = phone.get("/record").await;
    let settings = xuefa::settings::Settings {
        marked_hours: xuefa::settings::MarkedHours::DoNotCount,
        ..xuefa::settings::Settings::default()
    };
    let set = site.write(move |conn| xuefa::settings::establish(conn, &settings));
    set.await.expect("settings");

    let not = phone.get("/record").await;

    assert!(counted.says("Study hours 2 hours"), "{}", counted.text());
    assert!(not.says("Participation 100% (1/1) Study hours 0 hours"), "{}", not.text());
}

#[actix_web::test]
async fn a_make_up_session_has_no_make_up_session_of_its_own() {
    let site = TestApp::start().await;
    let missed = site.attended("2024-02-01", Confirmed, Some(Absent)).await;
    let make_up = site.attended("2024-03-01", Confirmed, Some(Absent)).await;
    makes_up_for(&site, make_up, missed).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let make_up = make_up.to_string();

    let refused = hq
        .post(
            "/sessions/new",
            &[
                ("title", "再补课"),
                ("day", "2024-08-08"),
                ("starts", "14:00"),
                ("ends", "16:00"),
                ("opens_before_minutes", "30"),
                ("study_hours", "2"),
                ("venue_name", "三楼会议室"),
                ("venue_kind", "main"),
                ("venue_way", "1-phone"),
                ("added", "trainee 杜维平"),
                ("make_up_of", &make_up),
            ],
        )
        .await;

    assert_eq!(refused.status, 422);
    assert!(refused.says("Plan it from the session that was missed"), "{}", refused.text());
}
