//! Units, people, and rosters that are handed in.

use crate::support::{Answer, Browser, Member, TestApp};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;
use xuefa::access::Reach;
use xuefa::attendance::AttendanceState::Present;
use xuefa::organization::{Person, queries};
use xuefa::personal;
use xuefa::store::schema::{audit_entries, roster_import_rows};
use xuefa::store::whole_rows;
use xuefa::training::SessionState;
use xuefa::web::background::run_due_jobs;

const HEAD: &str = "工号,姓名,单位,部门,职务,人员类别,排序号,邮箱\n";

/// Hands a roster in and gives the address of its preview, once it was checked.
async fn hand_in(site: &TestApp, hq: &mut Browser, file_name: &str, content: &[u8]) -> String {
    let received = hq.upload("/import", "file", file_name, content).await;
    assert_eq!(received.status, 303, "{}", received.text());
    run_due_jobs(&site.app).await.expect("the check runs");
    let job = received.location.expect("the job's page");
    hq.get(&job).await.location.expect("the job is done and leads to the preview")
}

async fn preview(site: &TestApp, hq: &mut Browser, content: &[u8]) -> (String, Answer) {
    let address = hand_in(site, hq, "roster.csv", content).await;
    let page = hq.get(&address).await;
    (address, page)
}

async fn confirm(site: &TestApp, hq: &mut Browser, address: &str) -> Answer {
    let asked = hq.post(format!("{address}/apply"), &[]).await;
    assert_eq!(asked.status, 303);
    run_due_jobs(&site.app).await.expect("it is written");
    hq.get(address).await
}

async fn everybody(site: &TestApp) -> Vec<Person> {
    site.app.db.read(|conn| Ok(queries::list_everybody(conn)?)).await.expect("people")
}

async fn find(site: &TestApp, number: &str) -> Option<Person> {
    everybody(site).await.into_iter().find(|person| person.employee_number == number)
}

async fn n_actions(site: &TestApp, action: &'static str) -> i64 {
    use diesel::prelude::*;
    let count = site.app.db.read(move |conn| {
        Ok(audit_entries::table.filter(audit_entries::action.eq(action)).count().get_result::<i64>(conn)?)
    });
    count.await.expect("a count")
}

#[actix_web::test]
async fn a_roster_is_previewed_before_anything_changes_and_written_after_it_was_confirmed() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roster = format!(
        "{HEAD}00731,张　三,第一工程公司,一项目部,安全员,一般人员,3,zhang@lihe.example\n\
         trainee,杜维平,第一工程公司,,总经理,企业领导,2,trainee@lihe.example\n"
    );

    let (address, page) = preview(&site, &mut hq, roster.as_bytes()).await;
    let before = everybody(&site).await;
    let written = confirm(&site, &mut hq, &address).await;

    assert!(page.says("副总经理 → 总经理"), "{}", page.text());
    assert!(page.says("1 new, 1 changed"), "{}", page.text());
    assert_eq!(before.len(), 8);
    assert!(before.iter().all(|person| person.employee_number != "00731"));
    assert!(written.says("Written: 1 new, 1 changed."), "{}", written.text());
    let new = find(&site, "00731").await.expect("the new person");
    assert_eq!((new.name.as_str(), new.unit_id), ("张三", site.cast.branch_of_first_unit));
    assert_eq!(find(&site, "trainee").await.expect("the changed person").post, "总经理");
    assert_eq!(everybody(&site).await.len(), 9, "nobody who is missing from the roster is deleted");
    assert_eq!(n_actions(&site, "organization.roster_applied").await, 1);
}

/// I-03.
#[actix_web::test]
async fn the_same_roster_twice_changes_nothing_the_second_time() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roster = format!("{HEAD}00731,张三,第一工程公司,,安全员,一般人员,3,\n");
    let (first, _) = preview(&site, &mut hq, roster.as_bytes()).await;
    confirm(&site, &mut hq, &first).await;

    hq = site.signed_in_as(site.cast.hq).await;
    let (second, page) = preview(&site, &mut hq, roster.as_bytes()).await;
    let refused = hq.post(format!("{second}/apply"), &[]).await;
    let twice = hq.post(format!("{first}/apply"), &[]).await;
    run_due_jobs(&site.app).await.expect("nothing to do");

    assert!(page.says("Unchanged 1"), "{}", page.text());
    assert!(page.says("there is nothing to write"), "{}", page.text());
    assert_eq!((refused.status, twice.status), (303, 303));
    assert_eq!(find(&site, "00731").await.expect("the person").version, 1);
    assert_eq!(n_actions(&site, "organization.roster_applied").await, 1);
}

#[actix_web::test]
async fn the_template_holds_the_present_roster_and_changes_nothing_when_handed_in_again() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let template = hq.get("/import/template.xlsx").await;
    let address = hand_in(&site, &mut hq, "roster.xlsx", &template.bytes).await;
    let page = hq.get(&address).await;
    let blank = hq.get("/import/template.xlsx?blank=1").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let of_nobody = hand_in(&site, &mut hq, "roster.xlsx", &blank.bytes).await;
    let of_nobody = hq.get(&of_nobody).await;

    assert!(of_nobody.says("There is nobody below the headings"), "{}", of_nobody.text());
    assert!(page.says("Rows 8 New 0 Changed 0 Unchanged 8 Errors 0"), "{}", page.text());
}

/// I-01.
#[actix_web::test]
async fn a_wrong_row_is_named_by_row_column_and_reason_and_nothing_of_the_roster_is_written() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roster = format!(
        "集团花名册,,,,,,,\n{HEAD}00731,张三,第一工程公司,,安全员,一般人员,3,\n\
         00732,李四,第九公司,,,一般人员,1,\n00733,,物资公司,,,临时工,x,not-an-address\n00731,王五,物资公司,,,一般人员,1,\n"
    );

    let (address, page) = preview(&site, &mut hq, roster.as_bytes()).await;
    let refused = hq.post(format!("{address}/apply"), &[]).await;
    let after = hq.get(refused.location.expect("back to the preview")).await;

    for words in [
        "there is no unit “第九公司”",
        "name: missing",
        "there is no category “临时工”",
        "order number: “x” is not a whole number",
        "“not-an-address” is not an e-mail address",
        "“00731” stands in row 3 already",
        "3 rows with errors",
    ] {
        assert!(page.says(words), "{words}: {}", page.text());
    }
    assert!(after.says("nothing was written"), "{}", after.text());
    let list = hq.get("/import").await;
    assert!(list.says("errors, not written") && !list.says("to be confirmed"), "{}", list.text());
    run_due_jobs(&site.app).await.expect("nothing to do");
    assert!(find(&site, "00731").await.is_none());
}

#[actix_web::test]
async fn a_unit_name_that_several_have_is_an_error_unless_the_unit_above_decides() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    for (parent, code) in [(site.cast.first_unit, "E0190"), (site.cast.second_unit, "E0290")] {
        let parent = parent.to_string();
        let fields = [
            ("parent", parent.as_str()),
            ("kind", "branch"),
            ("code", code),
            ("name", "综合办公室"),
            ("position", "9"),
        ];
        assert_eq!(hq.post("/units/new", &fields).await.status, 303);
    }
    let roster = "工号,姓名,单位,部门\n00731,张三,综合办公室,\n00732,李四,物资公司,综合办公室\n00733,王五,第一工程公司/综合办公室,\n00734,赵六,e0290,\n";

    let (_, page) = preview(&site, &mut hq, roster.as_bytes()).await;

    assert!(page.says("第一工程公司/综合办公室 (E0190)；物资公司/综合办公室 (E0290)"), "{}", page.text());
    assert!(page.says("Rows 4 New 3"), "{}", page.text());
}

#[actix_web::test]
async fn a_changed_unit_ends_the_membership_and_begins_another_today() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    site.set_clock("2024-08-01", "09:00");
    let mut hq_later = site.signed_in_as(site.cast.hq).await;
    let (address, _) = preview(&site, &mut hq_later, "工号,姓名,单位\ncolleague,李敏,物资公司\n".as_bytes()).await;

    confirm(&site, &mut hq_later, &address).await;

    let person = site.cast.colleague.person;
    let page = hq_later.get(format!("/people/{person}")).await;
    assert!(page.says("物资公司 1 August 2024 today"), "{}", page.text());
    assert!(page.says("一项目部 5 July 2024 31 July 2024"), "{}", page.text());
    let colleague = find(&site, "colleague").await.expect("the person");
    assert_eq!(colleague.unit_id, site.cast.second_unit);
    assert_eq!(colleague.post, "安全员", "a column that the roster does not have keeps its values");
    hq.get("/").await;
}

#[actix_web::test]
async fn when_people_change_after_the_preview_nothing_is_written_and_the_roster_is_checked_again() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let roster = format!(
        "{HEAD}00731,张三,第一工程公司,,安全员,一般人员,3,\ntrainee,杜维平,第一工程公司,,总经理,企业领导,2,trainee@lihe.example\n"
    );
    let (address, _) = preview(&site, &mut hq, roster.as_bytes()).await;
    let (trainee, unit) = (site.cast.trainee.person, site.cast.first_unit.to_string());
    let fields = [
        ("name", "杜维平"),
        ("unit", unit.as_str()),
        ("post", "工会主席"),
        ("category", "enterprise_leadership"),
        ("order_number", "2"),
        ("email", "trainee@lihe.example"),
        ("version", "1"),
    ];
    assert_eq!(hq.post(format!("/people/{trainee}/edit"), &fields).await.status, 303);

    let page = confirm(&site, &mut hq, &address).await;

    assert!(page.says("nothing was written"), "{}", page.text());
    assert!(page.says("工会主席 → 总经理"), "{}", page.text());
    assert!(find(&site, "00731").await.is_none());
    let again = confirm(&site, &mut hq, &address).await;
    assert!(again.says("Written: 1 new, 1 changed."), "{}", again.text());
}

/// One new, one promoted, one moved.
const TO_UNDO: &str = "工号,姓名,单位,部门,职务,人员类别,排序号,邮箱\n\
    00731,张三,第一工程公司,一项目部,安全员,一般人员,3,zhang@lihe.example\n\
    trainee,杜维平,第一工程公司,,总经理,企业领导,2,trainee@lihe.example\n\
    colleague,李敏,物资公司,,安全员,一般人员,9,\n";

/// A roster that was written, by the address of its page.
async fn given_import(site: &TestApp, hq: &mut Browser) -> String {
    let (address, _) = preview(site, hq, TO_UNDO.as_bytes()).await;
    let written = confirm(site, hq, &address).await;
    assert!(written.says("Written: 1 new, 2 changed."), "{}", written.text());
    address
}

/// Everybody and where they belonged, but for the versions of the rows.
async fn organisation(site: &TestApp) -> Vec<Vec<Value>> {
    let read = site.app.db.read(|conn| {
        let of_people = ["id", "employee_number", "name", "unit_id", "post", "category", "order_number", "email"];
        let mut rows = whole_rows::select(conn, "people", &of_people, "id > 0")?;
        let of_memberships = ["person_id", "unit_id", "starts_on", "ends_on"];
        rows.extend(whole_rows::select(conn, "memberships", &of_memberships, "id > 0")?);
        Ok(rows)
    });
    read.await.expect("the organisation")
}

/// Of how many rows it is kept how people stood before.
async fn n_kept(site: &TestApp) -> i64 {
    use diesel::prelude::*;
    let kept = roster_import_rows::table.filter(roster_import_rows::stood_before.is_not_null());
    site.app.db.read(move |conn| Ok(kept.count().get_result::<i64>(conn)?)).await.expect("a count")
}

/// `ux.md` 50. Whoever was moved may have come to their unit before that day, or on it.
#[actix_web::test]
async fn an_import_is_taken_back_whole_and_everything_stands_as_before() {
    for date in ["2024-07-05", "2024-08-01"] {
        let site = TestApp::start().await;
        site.set_clock(date, "09:00");
        let mut hq = site.signed_in_as(site.cast.hq).await;
        let before = organisation(&site).await;
        let address = given_import(&site, &mut hq).await;
        let undo = format!("{address}/undo");
        let written = hq.get(&address).await;
        assert!(written.body.contains(&format!("href=\"{undo}\"")), "{}", written.body);
        assert_ne!(organisation(&site).await, before);
        assert_eq!(n_kept(&site).await, 3);

        let asked = hq.get(&undo).await;
        let undone = hq.post(&undo, &[]).await;
        let result = hq.get(&address).await;
        let listed = hq.get("/import").await;
        let again = hq.get(&undo).await;

        assert!(asked.says("One person whom it added is deleted."), "{}", asked.text());
        assert!(asked.says("2 people whom it changed get back"), "{}", asked.text());
        assert_eq!((undone.status, undone.location.as_ref()), (303, Some(&address)));
        assert_eq!(organisation(&site).await, before);
        assert!(result.says("1 new deleted, 2 changed restored."), "{}", result.text());
        assert!(result.says("Import taken back") && !result.says("副总经理 → 总经理"), "{}", result.text());
        assert!(listed.says("taken back"), "{}", listed.text());
        assert_eq!((again.status, again.location.as_ref()), (303, Some(&address)));
        assert_eq!((n_kept(&site).await, n_actions(&site, "organization.roster_undone").await), (0, 1));
    }
}

#[actix_web::test]
async fn an_import_taken_back_twice_has_one_effect_and_the_roster_can_be_handed_in_again() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = given_import(&site, &mut hq).await;
    let undo = format!("{address}/undo");
    let csrf = hq.csrf.clone();
    let fields = [("csrf", csrf.as_str()), ("form_key", "once")];

    let first = hq.post_raw(&undo, &fields).await;
    let second = hq.post_raw(&undo, &fields).await;
    let third = hq.post(&undo, &[]).await;
    let asked_for_again = hq.post(format!("{address}/apply"), &[]).await;
    run_due_jobs(&site.app).await.expect("nothing to do");

    for answer in [first, second, third] {
        assert_eq!((answer.status, answer.location.as_ref()), (303, Some(&address)));
    }
    assert_eq!(asked_for_again.status, 303);
    assert!(find(&site, "00731").await.is_none());
    assert_eq!(n_actions(&site, "organization.roster_undone").await, 1);
    given_import(&site, &mut site.signed_in_as(site.cast.hq).await).await;
    assert!(find(&site, "00731").await.is_some());
}

#[actix_web::test]
async fn an_import_stays_once_somebody_of_it_was_changed_and_they_are_named() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = given_import(&site, &mut hq).await;
    let undo = format!("{address}/undo");
    let (trainee, unit) = (site.cast.trainee.person, site.cast.first_unit.to_string());
    let fields = [
        ("name", "杜维平"),
        ("unit", unit.as_str()),
        ("post", "工会主席"),
        ("category", "enterprise_leadership"),
        ("order_number", "2"),
        ("email", "trainee@lihe.example"),
        ("version", "2"),
    ];
    assert_eq!(hq.post(format!("/people/{trainee}/edit"), &fields).await.status, 303);
    // The new one has come to a session, by a clerk's word: there is no account.
    let new = find(&site, "00731").await.expect("the new person").id;
    let come = Member { person: new, account: site.cast.hq.account };
    site.given_session("2024-07-05", SessionState::Published, &[(come, Some(Present))]).await;
    let before = organisation(&site).await;

    let asked = hq.get(&undo).await;
    let refused = hq.post(&undo, &[]).await;
    let in_chinese = hq.get(format!("{undo}?lang=zh-CN")).await;

    for (page, status) in [(&asked, 200), (&refused, 422)] {
        assert_eq!(page.status, status);
        assert!(page.says("2 people of this import were changed since"), "{}", page.text());
        assert!(page.says("杜维平 trainee particulars changed"), "{}", page.text());
        assert!(page.says("张三 00731 named in a session, has attendance"), "{}", page.text());
        assert!(!page.says("李敏") && !page.body.contains("button-danger"), "{}", page.text());
    }
    assert!(refused.says("杜维平 (trainee): particulars changed"), "{}", refused.text());
    assert!(in_chinese.says("张三 00731 已列入场次、已有出勤记录"), "{}", in_chinese.text());
    assert_eq!(organisation(&site).await, before);
    assert_eq!((n_kept(&site).await, n_actions(&site, "organization.roster_undone").await), (3, 0));
}

#[actix_web::test]
async fn an_import_stays_once_somebody_whom_it_added_has_an_account() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = given_import(&site, &mut hq).await;
    let new = find(&site, "00731").await.expect("the new person").id;
    let now = site.app.clock.now();
    let account = site.write(move |conn| {
        Ok(xuefa::accounts::queries::insert_accounts(conn, &[(new, "00731".to_owned())], "no hash", now)?)
    });
    account.await.expect("an account");

    let refused = hq.post(format!("{address}/undo"), &[]).await;

    assert_eq!(refused.status, 422);
    assert!(refused.says("One person of this import was changed since"), "{}", refused.text());
    assert!(refused.says("张三 (00731): has an account"), "{}", refused.text());
    assert!(find(&site, "00731").await.is_some());
}

#[actix_web::test]
async fn an_import_is_taken_back_within_seven_days_and_what_stood_before_is_forgotten_then() {
    let site = TestApp::start().await;
    site.set_clock("2024-07-05", "09:00");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = given_import(&site, &mut hq).await;
    let undo = format!("{address}/undo");
    let forget = async || personal::forget_old(&site.app.db, &site.app.clock).await.expect("a sweep");

    site.set_clock("2024-07-12", "09:00");
    forget().await;
    let in_time = site.signed_in_as(site.cast.hq).await.get(&undo).await;
    let n_kept_in_time = n_kept(&site).await;
    site.set_clock("2024-07-12", "09:01");
    let mut later = site.signed_in_as(site.cast.hq).await;
    let refused = later.post(&undo, &[]).await;
    let page = later.get(&address).await;
    forget().await;

    assert_eq!((in_time.status, n_kept_in_time), (200, 3));
    assert_eq!((refused.status, refused.location.as_ref()), (303, Some(&address)));
    assert!(page.says("more than 7 days ago") && !page.body.contains("/undo\""), "{}", page.text());
    assert_eq!(n_kept(&site).await, 0);
    assert!(find(&site, "00731").await.is_some());
}

#[actix_web::test]
async fn whoever_is_made_anonymous_is_gone_from_what_an_import_keeps_too() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let address = given_import(&site, &mut hq).await;
    let undo = format!("{address}/undo");
    let (trainee, unit) = (site.cast.trainee.person, site.cast.first_unit.to_string());
    let fields = [
        ("name", "杜维平"),
        ("unit", unit.as_str()),
        ("category", "enterprise_leadership"),
        ("order_number", "2"),
        ("left_on", "2024-07-05"),
        ("version", "2"),
    ];
    assert_eq!(hq.post(format!("/people/{trainee}/edit"), &fields).await.status, 303);

    let after_leaving = hq.get(&undo).await;
    assert_eq!(hq.post(format!("/people/{trainee}/anonymise"), &[]).await.status, 303);
    let asked = hq.get(&undo).await;
    let page = hq.get(&address).await;

    assert!(after_leaving.says("杜维平 trainee has left"), "{}", after_leaving.text());
    assert_eq!((asked.status, n_kept(&site).await), (303, 2));
    assert!(page.says("is not kept any more for everybody"), "{}", page.text());
}

#[actix_web::test]
async fn what_was_not_written_is_not_taken_back_and_only_hq_takes_back() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (address, _) = preview(&site, &mut hq, TO_UNDO.as_bytes()).await;
    let undo = format!("{address}/undo");

    let early = hq.post(&undo, &[]).await;
    let page = hq.get(&address).await;
    confirm(&site, &mut hq, &address).await;

    assert_eq!((early.status, early.location.as_ref()), (303, Some(&address)));
    assert!(page.says("there is nothing to take back"), "{}", page.text());
    for member in [site.cast.leader_of_first_unit, site.cast.trainee, site.cast.admin] {
        let mut other = site.signed_in_as(member).await;
        assert_eq!((other.get(&undo).await.status, other.post(&undo, &[]).await.status), (404, 404));
    }
    assert!(find(&site, "00731").await.is_some());
}

/// D-03.
#[actix_web::test]
async fn a_roster_that_fails_half_way_leaves_nothing_behind() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut roster = HEAD.to_owned();
    for number in 0..3000 {
        roster.push_str(&format!("N{number:05},某人,第一工程公司,,,一般人员,{number},\n"));
    }
    let (address, page) = preview(&site, &mut hq, roster.as_bytes()).await;
    assert!(page.says("New 3000"), "{}", page.text());
    // The last row's person appears by another way, after the first rows were already written.
    let unit = site.cast.second_unit.to_string();
    let fields = [
        ("employee_number", "N02999"),
        ("name", "别人"),
        ("unit", unit.as_str()),
        ("category", "staff"),
        ("order_number", "1"),
    ];
    assert_eq!(hq.post("/people/new", &fields).await.status, 303);

    confirm(&site, &mut hq, &address).await;

    assert_eq!(everybody(&site).await.len(), 9);
}

#[actix_web::test]
async fn files_that_are_no_rosters_are_refused_in_words() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let empty = hq.upload("/import", "file", "empty.csv", b"").await;
    assert_eq!(empty.status, 422);
    assert!(empty.says("Choose the roster file"), "{}", empty.text());

    for (name, content, words) in [
        ("garbage.bin", vec![0x00, 0xFF, 0x80, 0x81, 0x00, 0x9F, 0xFF], "cannot be read"),
        ("broken.xlsx", b"PK\x03\x04 not really".to_vec(), "cannot be read"),
        ("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "old Excel"),
        ("letter.csv", "尊敬的领导：\n您好".as_bytes().to_vec(), "No headings were found"),
        ("only-a-head.csv", HEAD.as_bytes().to_vec(), "nobody below the headings"),
    ] {
        let mut hq = site.signed_in_as(site.cast.hq).await;
        let address = hand_in(&site, &mut hq, name, &content).await;
        let page = hq.get(&address).await;
        assert!(page.says(words), "{name}: {}", page.text());
    }
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_refused_with_words_and_not_kept() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let refused = hq.upload("/import", "file", "large.csv", &vec![b'x'; 10 * 1024 * 1024 + 1]).await;

    assert_eq!(refused.status, 422);
    assert!(refused.says("larger than 10 MB"), "{}", refused.text());
    assert!(hq.get("/import").await.says("No roster has been imported yet"));
}

/// I-01.
#[actix_web::test]
async fn a_spreadsheet_with_titles_merged_units_and_signatures_is_understood() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = Format::new();
    sheet.merge_range(0, 0, 0, 4, "利和集团培训人员花名册", &format).expect("a title");
    sheet.write_string(1, 0, "填报单位：信访办公室").expect("a cell");
    for (column, heading) in (0_u16..).zip(["序号", "单位", "工 号", "姓　名", "职务（必填）"]) {
        sheet.write_string(2, column, heading).expect("a heading");
    }
    sheet.merge_range(3, 1, 4, 1, "第一工程公司", &format).expect("a unit");
    for (row, (number, name)) in (3_u32..).zip([("０００８１", "张　三"), ("00082", "欧阳小明"), ("00083", "王 五")])
    {
        sheet.write_string(row, 2, number).expect("a cell");
        sheet.write_string(row, 3, name).expect("a cell");
        sheet.write_string(row, 4, "＝SUM(1,1)").expect("a cell");
    }
    sheet.write_string(5, 1, "物资公司").expect("a cell");
    sheet.write_string(6, 1, "合计").expect("a cell");
    sheet.write_number(6, 2, 3).expect("a cell");
    sheet.write_string(8, 0, "填表人：赵六").expect("a cell");
    sheet.write_string(8, 3, "审核人：钱七").expect("a cell");
    let bytes = book.save_to_buffer().expect("a file");

    let address = hand_in(&site, &mut hq, "roster.xlsx", &bytes).await;
    let page = hq.get(format!("{address}?show=new")).await;
    let written = confirm(&site, &mut hq, &address).await;

    assert!(page.says("Rows 3 New 3"), "{}", page.text());
    assert!(written.says("Written: 3 new"), "{}", written.text());
    for (number, name, unit) in [
        ("00081", "张三", site.cast.first_unit),
        ("00082", "欧阳小明", site.cast.first_unit),
        ("00083", "王五", site.cast.second_unit),
    ] {
        let person = find(&site, number).await.expect(number);
        assert_eq!((person.name.as_str(), person.unit_id), (name, unit));
    }
}

#[actix_web::test]
async fn only_hq_imports_and_edits_and_others_do_not_find_the_pages() {
    let site = TestApp::start().await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let trainee = site.cast.trainee.person;

    for path in ["/import", "/import/template.xlsx", "/import/1", "/people", "/people/new", "/units/new"] {
        assert_eq!(leader.get(path).await.status, 404, "{path}");
    }
    assert_eq!(leader.get(format!("/people/{trainee}/edit")).await.status, 404);
    assert_eq!(leader.upload("/import", "file", "x.csv", b"x").await.status, 404);
    assert_eq!(admin.get("/people").await.status, 200);
    assert_eq!(admin.get("/import").await.status, 404);
    assert_eq!(admin.get("/people/new").await.status, 404);
}

#[actix_web::test]
async fn an_upload_without_the_forms_token_is_forbidden() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.csrf = "0".repeat(64);

    let answer = hq.upload("/import", "file", "roster.csv", HEAD.as_bytes()).await;

    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn a_job_is_seen_by_its_owner_and_by_hq_and_refreshes_itself_while_it_runs() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let job = hq.upload("/import", "file", "roster.csv", HEAD.as_bytes()).await.location.expect("the job");
    let waiting = hq.get(&job).await;
    let hidden = leader.get(&job).await;
    run_due_jobs(&site.app).await.expect("the check runs");
    let done = hq.get(&job).await;

    assert_eq!((waiting.status, waiting.header("refresh")), (200, Some("2")));
    assert_eq!(hidden.status, 404);
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/import/1")));
}

#[actix_web::test]
async fn a_job_whose_runner_died_is_claimed_again_once_its_lease_has_ended() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.upload("/import", "file", "roster.csv", format!("{HEAD}1,张三,物资公司,,,员工,1,\n").as_bytes()).await;
    let now = site.app.clock.now();
    let lost = site.write(move |conn| xuefa::jobs::claim_next(conn, now)).await.expect("a claim").expect("a job");

    let too_early = run_due_jobs(&site.app).await.expect("a run");
    site.set_clock("2024-07-05", "09:03");
    let in_time = run_due_jobs(&site.app).await.expect("a run");
    let now = site.app.clock.now();
    let late = site.write(move |conn| xuefa::jobs::finish(conn, &lost, now)).await;

    assert_eq!((too_early, in_time), (0, 1));
    assert!(matches!(late, Err(xuefa::error::Error::Conflict)), "{late:?}");
    assert!(hq.get("/import/1").await.says("Rows 1 New 1"));
}

#[actix_web::test]
async fn a_job_that_ends_runner_after_runner_is_given_up() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.upload("/import", "file", "roster.csv", format!("{HEAD}1,张三,物资公司,,,员工,1,\n").as_bytes()).await;
    for time in ["09:00", "09:03", "09:06"] {
        site.set_clock("2024-07-05", time);
        let now = site.app.clock.now();
        site.write(move |conn| xuefa::jobs::claim_next(conn, now)).await.expect("a claim").expect("a job");
    }

    site.set_clock("2024-07-05", "09:09");
    let n_run = run_due_jobs(&site.app).await.expect("a run");

    let page = hq.get("/jobs/1").await;
    assert_eq!(n_run, 0);
    assert!(page.body.contains("notice-problem"), "{}", page.text());
}

#[actix_web::test]
async fn units_stand_in_their_order_with_the_people_of_all_below_and_leaders_see_their_own() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let all = hq.get("/units").await;
    let own = leader.get("/units").await;

    assert!(all.says("5 units, 8 people"), "{}", all.text());
    let text = all.text();
    let place = |name: &str| text.find(name).expect("it is there");
    assert!(place("信访办公室") < place("第一工程公司") && place("第一工程公司") < place("物资公司"));
    assert!(own.says("第一工程公司 4 people"), "{}", own.text());
    assert!(!own.says("物资公司") && !own.says("利和集团 "), "{}", own.text());
}

#[actix_web::test]
async fn a_unit_that_moves_takes_those_below_it_along() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let first = site.cast.first_unit;

    let moved =
        hq.post(format!("/units/{first}/edit"), &[("name", "第一建设公司"), ("position", "9"), ("version", "1")]).await;
    let stale =
        hq.post(format!("/units/{first}/edit"), &[("name", "老名字"), ("position", "9"), ("version", "1")]).await;

    assert_eq!((moved.status, stale.status), (303, 422));
    assert!(stale.says("Now stored: “第一建设公司”"), "{}", stale.text());
    let units = site.app.db.read(|conn| Ok(queries::list_units(conn)?)).await.expect("units");
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["利和集团", "信访办公室", "物资公司", "第一建设公司", "一项目部"]);
}

#[actix_web::test]
async fn people_are_found_by_part_of_a_name_or_number_and_by_unit() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let by_name = hq.get("/people?q=%E6%9D%9C").await;
    let by_number = hq.get("/people?q=TRAIN").await;
    let by_unit = hq.get(format!("/people?unit={}", site.cast.first_unit)).await;
    let wildcard = hq.get("/people?q=%25").await;

    assert!(by_name.says("1 person") && by_name.says("杜维平"), "{}", by_name.text());
    assert!(by_number.says("1 person") && by_number.says("杜维平"), "{}", by_number.text());
    assert!(by_unit.says("4 people") && !by_unit.says("沈薇"), "{}", by_unit.text());
    assert!(wildcard.says("Nobody matches"), "{}", wildcard.text());
}

#[actix_web::test]
async fn a_person_is_shown_to_their_leader_and_to_themselves_and_to_no_other_leader() {
    let site = TestApp::start().await;
    let page = format!("/people/{}", site.cast.trainee.person);

    for (member, status) in [
        (site.cast.hq, 200),
        (site.cast.admin, 200),
        (site.cast.leader_of_first_unit, 200),
        (site.cast.trainee, 200),
        (site.cast.leader_of_second_unit, 404),
        (site.cast.colleague, 404),
    ] {
        assert_eq!(site.signed_in_as(member).await.get(&page).await.status, status);
    }
}

#[actix_web::test]
async fn a_new_person_with_mistakes_comes_back_with_what_was_typed_and_sent_twice_is_added_once() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let unit = site.cast.second_unit.to_string();

    let refused = hq.post("/people/new", &[("name", "钱　多"), ("email", "x@y"), ("order_number", "-1")]).await;
    let csrf = hq.csrf.clone();
    let fields = [
        ("csrf", csrf.as_str()),
        ("form_key", "once"),
        ("employee_number", "００９９"),
        ("name", "钱　多"),
        ("unit", &unit),
        ("category", "staff"),
        ("order_number", "5"),
    ];
    let first = hq.post_raw("/people/new", &fields).await;
    let second = hq.post_raw("/people/new", &fields).await;

    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"x@y\""), "{}", refused.body);
    assert!(refused.says("Choose the unit") && refused.says("Enter the employee number"), "{}", refused.text());
    assert_eq!((first.status, &first.location), (303, &second.location));
    let person = find(&site, "0099").await.expect("the person");
    assert_eq!(person.name, "钱多");
    assert_eq!(n_actions(&site, "organization.person_added").await, 1);
}

#[actix_web::test]
async fn a_wrong_day_of_leaving_is_put_right_in_the_memberships_too() {
    let site = TestApp::start().await;
    site.set_clock("2024-08-09", "09:00");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (stranger, unit) = (site.cast.stranger.person, site.cast.second_unit.to_string());
    let mut leaves = async |day: &str, version: &str| {
        let fields = [
            ("name", "王强"),
            ("unit", unit.as_str()),
            ("category", "enterprise_leadership"),
            ("order_number", "2"),
            ("left_on", day),
            ("version", version),
        ];
        assert_eq!(hq.post(format!("/people/{stranger}/edit"), &fields).await.status, 303);
        hq.get(format!("/people/{stranger}")).await
    };

    let first = leaves("2024-08-02", "1").await;
    let later = leaves("2024-08-09", "2").await;
    let earlier = leaves("2024-08-01", "3").await;

    assert!(first.says("5 July 2024 1 August 2024"), "{}", first.text());
    assert!(later.says("5 July 2024 8 August 2024"), "{}", later.text());
    assert!(earlier.says("5 July 2024 31 July 2024"), "{}", earlier.text());
}

#[actix_web::test]
async fn who_leaves_is_no_longer_listed_and_cannot_come_back_by_a_roster() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (stranger, unit) = (site.cast.stranger.person, site.cast.second_unit.to_string());
    let fields = [
        ("name", "王强"),
        ("unit", unit.as_str()),
        ("category", "enterprise_leadership"),
        ("order_number", "2"),
        ("left_on", "2024-07-05"),
        ("version", "1"),
    ];

    assert_eq!(hq.post(format!("/people/{stranger}/edit"), &fields).await.status, 303);
    let stale = hq.post(format!("/people/{stranger}/edit"), &fields).await;
    let (_, page) = preview(&site, &mut hq, "工号,姓名,单位\nstranger,王强,物资公司\n".as_bytes()).await;

    assert_eq!(stale.status, 422);
    assert!(stale.says("Somebody changed this"), "{}", stale.text());
    assert!(find(&site, "stranger").await.is_none());
    assert!(page.says("“stranger” left on 2024-07-05"), "{}", page.text());
    let reach = Reach::Group;
    let found = site.app.db.read(move |conn| queries::find_person(conn, &reach, stranger, stranger)).await;
    assert!(found.is_ok(), "the person's record stays");
}

/// One unit after the other is added without thinking of places: below the same unit as before, last among its siblings.
#[actix_web::test]
async fn a_new_unit_is_proposed_below_the_last_ones_parent_and_stands_last_there() {
    let site = TestApp::start().await;
    let (mut hq, first) = (site.signed_in_as(site.cast.hq).await, site.cast.second_unit.to_string());
    let value = |page: &Answer, name: &str| -> String {
        let field = page.body.split(&format!("name=\"{name}\" ")).nth(1).and_then(|rest| rest.split('>').next());
        let value = field.and_then(|field| field.split("value=\"").nth(1)?.split('"').next());
        value.expect("a value").to_owned()
    };
    let chosen = |page: &Answer| -> Vec<String> {
        let options = page
            .body
            .split("<option value=\"")
            .skip(1)
            .filter(|option| option.split('>').next().is_some_and(|head| head.ends_with(" selected")));
        options.filter_map(|option| Some(option.split('"').next()?.to_owned())).collect()
    };
    let position_of = async |code: &'static str| -> i64 {
        let units = site.app.db.read(|conn| Ok(queries::list_units(conn)?)).await.expect("the units");
        units.iter().find(|unit| unit.code == code).expect("the unit").position
    };

    let form = hq.get("/units/new").await;
    let (place, proposed) = (value(&form, "position"), value(&form, "proposed"));
    // Another parent is chosen, and the place left as it was proposed.
    let fields = [
        ("parent", first.as_str()),
        ("kind", "branch"),
        ("code", "X01"),
        ("name", "一室"),
        ("position", place.as_str()),
        ("proposed", proposed.as_str()),
    ];
    let added = hq.post("/units/new", &fields).await;
    let next = hq.get("/units/new").await;
    let empty = [("parent", first.as_str()), ("kind", "branch"), ("code", "X02"), ("name", "二室"), ("position", "")];
    let added_empty = hq.post("/units/new", &empty).await;

    assert!(!chosen(&form).is_empty(), "{}", form.body);
    assert_eq!((added.status, added_empty.status), (303, 303), "{}{}", added.text(), added_empty.text());
    assert_eq!(position_of("X01").await, 1, "the first of its siblings");
    assert_eq!(chosen(&next), [first.clone(), "branch".to_owned()], "{}", next.body);
    assert_eq!(value(&next, "position"), "2");
    assert_eq!(value(&next, "proposed"), format!("{first}:2"));
    assert_eq!(position_of("X02").await, 2);
}

/// `ux.md` 14: the language chosen within a form keeps what was typed, and is remembered.
#[actix_web::test]
async fn the_language_chosen_within_a_form_keeps_what_was_typed() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let form = hq.get("/units/new").await;
    let switched = hq.post("/units/new", &[("name", "法务部"), ("switch_language", "zh-CN")]).await;
    let later = hq.get("/units/new").await;

    assert!(form.body.contains("name=\"switch_language\" value=\"zh-CN\""), "{}", form.body);
    assert_eq!(switched.status, 200);
    assert!(switched.says("添加单位") && switched.body.contains("value=\"法务部\""), "{}", switched.text());
    assert!(later.says("添加单位"), "{}", later.text());
}
