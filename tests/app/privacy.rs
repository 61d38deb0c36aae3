//! What is held of people: given to them, corrected on request, made anonymous, and gone when its time is over.

use crate::support::{Browser, Member, TestApp};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use xuefa::assignments::exchange::Record;
use xuefa::assignments::exchange::queries::insert_as_it_stands;
use xuefa::attendance::AttendanceState::{Absent, Leave, Present};
use xuefa::links;
use xuefa::personal::{self, OWN};
use xuefa::store::ids::{PersonId, SessionId};
use xuefa::store::schema::{
    attendance, final_reports, guests, logins, meeting_people, meetings, outbox, people, people_lists, reflections,
    roster, tasks,
};
use xuefa::store::whole_rows;
use xuefa::training::SessionState;

const NAME: &str = "杜维平";

/// `table` → its columns with their types, as `schema.rs` has them.
fn schema() -> BTreeMap<String, Vec<(String, String)>> {
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut table = String::new();
    for line in include_str!("../../src/store/schema.rs").lines().map(str::trim) {
        if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ")
            && !line.starts_with("diesel::")
        {
            tables.entry(table.clone()).or_default().push((column.to_owned(), kind.to_owned()));
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        }
    }
    tables
}

/// A session of the trainee and others, a task with a note, a meeting that they spoke in, a mail, a final report.
async fn given_traces(site: &TestApp) -> SessionId {
    let cast = &site.cast;
    let task = site.given_due_task(cast.trainee, "2024-07-08").await;
    xuefa::reminders::plan(&site.app.db, &site.app.clock, xuefa::reminders::Hours::Any).await.expect("a mail");
    let roll = [(cast.trainee, Some(Present)), (cast.stranger, Some(Leave)), (cast.colleague, Some(Absent))];
    let session = site.given_session("2024-07-01", SessionState::Confirmed, &roll).await;
    let (hq, now, trainee, stranger) =
        (site.viewer(cast.hq).await, site.app.clock.now(), cast.trainee.person, cast.stranger.person);
    let unit = cast.first_unit;
    let made = site.write(move |conn| {
        diesel::update(tasks::table.filter(tasks::id.eq(task))).set(tasks::kind.eq("reflection")).execute(conn)?;
        diesel::insert_into(reflections::table)
            .values((
                (reflections::task_id.eq(task), reflections::title.eq(format!("{NAME}的体会"))),
                (reflections::text.eq("一点体会"), reflections::written_at.eq(now), reflections::comment.eq("")),
            ))
            .execute(conn)?;
        // He stood in for somebody, and chaired a meeting.
        diesel::update(attendance::table.filter(attendance::person_id.eq(stranger)))
            .set((attendance::state.eq("stand_in"), attendance::stand_in.eq(NAME)))
            .execute(conn)?;
        diesel::update(attendance::table.filter(attendance::person_id.eq(trainee)))
            .set(attendance::device.eq("a digest"))
            .execute(conn)?;
        let meeting: i64 = diesel::insert_into(meetings::table)
            .values((
                (meetings::unit_id.eq(unit), meetings::state.eq("submitted"), meetings::theme.eq("交流")),
                (meetings::place.eq("会议室"), meetings::chair.eq(NAME), meetings::recorder.eq("何联")),
                (meetings::other_readings.eq(""), meetings::questions.eq(""), meetings::with_below.eq(false)),
                (meetings::begun_at.eq(now), meetings::entered_on.eq("2024-07-02".parse::<chrono::NaiveDate>().ok())),
            ))
            .returning(meetings::id)
            .get_result(conn)?;
        diesel::insert_into(meeting_people::table)
            .values((
                (meeting_people::meeting_id.eq(xuefa::store::ids::MeetingId(meeting)), meeting_people::position.eq(1)),
                (meeting_people::person_id.eq(trainee), meeting_people::presence.eq("present")),
                (
                    meeting_people::name.eq(NAME),
                    meeting_people::post.eq("副总经理"),
                    meeting_people::unit_name.eq("一"),
                ),
            ))
            .execute(conn)?;
        xuefa::reports::finals::make(conn, &hq, session, 2024, now)
    });
    made.await.expect("traces");
    session
}

async fn leave(site: &TestApp, member: Member) {
    let day: chrono::NaiveDate = "2024-07-04".parse().expect("a day");
    let left = site.write(move |conn| {
        diesel::update(people::table.find(member.person)).set(people::left_on.eq(day)).execute(conn)?;
        Ok(())
    });
    left.await.expect("a leaver");
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP");
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("a text");
        files.insert(file.name().expect("a name").into_owned(), text);
    }
    files
}

/// P-02: what somebody may see and copy of themselves (Personal Information Protection Law, Art. 45).
#[actix_web::test]
async fn everybody_downloads_what_is_held_of_them_and_of_nobody_else_and_no_secret() {
    let site = TestApp::start().await;
    given_traces(&site).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let me = trainee.get(links::ME).await;
    let answer = trainee.get(links::OWN_DATA).await;
    let files = unpacked(&answer.bytes);
    let all: String = files.values().cloned().collect();

    assert!(me.body.contains("href=\"/me/data.zip\""), "{}", me.text());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    let person = &files["01 Person.csv"];
    assert!(person.contains(NAME) && person.contains("trainee@lihe.example"), "{person}");
    assert!(person.starts_with("\u{FEFF}Name,Employee number,Unit,Post"), "{person}");
    let attendance = files.iter().find(|(name, _)| name.ends_with("Attendance.csv")).expect("attendance").1;
    assert!(attendance.contains("信访工作法治化培训会 2024-07-01,present"), "{attendance}");
    assert!(attendance.contains("2024-07-01 11:00"), "by the organisation's clock: {attendance}");
    let kinds = ["Mail.csv", "Study tasks.csv", "Reflection notes.csv", "Exchange meetings.csv", "Logins.csv"];
    for kind in kinds {
        assert!(files.keys().any(|name| name.ends_with(kind)), "{kind}: {:?}", files.keys());
    }
    let json: serde_json::Value = serde_json::from_str(&files["all.json"]).expect("JSON");
    assert_eq!(json["people"][0]["name"], NAME);
    for of_others in ["王强", "李敏", "程诚", "argon2"] {
        assert!(!all.contains(of_others), "{of_others}");
    }
    assert!(site.signed_out().get(links::OWN_DATA).await.status == 303);
}

/// P-02: whatever table names a person as the one it is about, is given out.
#[test]
fn no_table_about_persons_is_left_out_of_what_they_download() {
    let given: BTreeSet<&str> = OWN.iter().map(|held| held.table.split(' ').next().unwrap_or("")).collect();
    let about = |columns: &[(String, String)]| columns.iter().any(|(column, _)| column == "person_id");

    let schema = schema();
    let left_out: Vec<&String> = schema
        .iter()
        .filter(|(table, columns)| about(columns) && !given.contains(table.as_str()))
        .map(|(table, _)| table)
        .collect();

    assert!(schema.len() > 60, "{}", schema.len());
    assert!(left_out.is_empty(), "{left_out:?}");
}

/// P-01: every stored field has a purpose and an end in `docs/personal-data.md`, or is said not to be about persons.
#[test]
fn every_column_of_every_table_stands_once_in_the_table_of_personal_data() {
    let mut said: Vec<(String, String)> = Vec::new();
    let rows = include_str!("../../docs/personal-data.md").lines().filter(|line| line.starts_with("| "));
    for row in rows.filter(|row| !row.starts_with("| table") && !row.starts_with("| ---")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
        said.extend(cells[1].split(", ").map(|column| (cells[0].to_owned(), column.to_owned())));
    }
    let n_said = said.len();
    let said: BTreeSet<(String, String)> = said.into_iter().collect();
    let columns = |(table, columns): (String, Vec<(String, String)>)| {
        columns.into_iter().map(move |(column, _)| (table.clone(), column)).collect::<Vec<_>>()
    };
    let there: BTreeSet<(String, String)> = schema().into_iter().flat_map(columns).collect();

    assert_eq!(said.len(), n_said, "a column stands twice");
    assert_eq!(there.difference(&said).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not in the document");
    assert_eq!(said.difference(&there).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not in the schema");
}

/// Where words stand in any column of text of any table.
async fn found(site: &TestApp, words: &'static [&'static str]) -> Vec<String> {
    let read = site.app.db.read(move |conn| {
        let mut found = Vec::new();
        for (table, columns) in schema() {
            for (column, _) in columns.iter().filter(|(_, kind)| kind.contains("Text")) {
                for row in whole_rows::select(conn, &table, &[column.as_str()], &format!("{column} is not null"))? {
                    let text = row[0].as_str().unwrap_or_default();
                    found.extend(
                        words
                            .iter()
                            .filter(|word| text.contains(**word))
                            .map(|word| format!("{table}.{column}: {word}")),
                    );
                }
            }
        }
        Ok(found)
    });
    read.await.expect("all tables")
}

/// P-02: the name is in no table any more, and the figures are what they were.
#[actix_web::test]
async fn somebody_who_has_left_is_made_anonymous_everywhere_and_all_figures_stay() {
    let site = TestApp::start().await;
    let session = given_traces(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let person = site.cast.trainee.person;
    let early = hq.post(links::anonymise(person), &[]).await;
    // By the form, so that the trail knows the name too.
    let unit = site.cast.first_unit.to_string();
    let fields = [("name", NAME), ("unit", unit.as_str()), ("post", "副总经理"), ("category", "enterprise_leadership")];
    let others = [("order_number", "2"), ("email", ""), ("left_on", "2024-07-04"), ("version", "1")];
    let left = hq.post(links::edit_person(person), &[fields, others].concat()).await;
    assert_eq!(left.status, 303, "{}", left.text());
    let figures = async |hq: &mut Browser| {
        let live = hq.get(links::session_report(session)).await.text();
        let paper = hq.get("/reports/final/2024-0001").await.text();
        let of = |text: &str| text.split_once("Attendance rate").map(|(_, rest)| rest[..40].to_owned());
        (of(&live).expect("figures"), of(&paper).expect("figures"))
    };
    hq.post("/reports/period/people/file?show=roster", &[]).await;
    let before = figures(&mut hq).await;
    let places = found(&site, &[NAME]).await;
    for table in ["people", "roster", "attendance", "audit_values", "final_reports", "meetings", "reflections"] {
        assert!(places.iter().any(|place| place.starts_with(table)), "{table}: {places:?}");
    }

    let page = hq.get(links::person(person)).await;
    let asked = hq.get(links::anonymise(person)).await;
    let done = hq.post(links::anonymise(person), &[]).await;

    assert_eq!(early.status, 422, "who has not left keeps their name: {}", early.text());
    assert!(page.body.contains(&links::anonymise(person)) && asked.says("cannot be undone"), "{}", asked.text());
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(found(&site, &[NAME, "trainee@lihe.example"]).await, Vec::<String>::new());
    assert_eq!(figures(&mut hq).await, before);
    assert!(hq.get("/reports/final/2024-0001").await.says("figures are the same as on this paper."));
    let kept = site.app.db.read(move |conn| {
        let on_roster = roster::table.filter(roster::person_id.eq(person)).count().get_result::<i64>(conn)?;
        let n_tasks = tasks::table.filter(tasks::person_id.eq(person)).count().get_result::<i64>(conn)?;
        Ok((on_roster, n_tasks, people_lists::table.count().get_result::<i64>(conn)?))
    });
    assert_eq!(kept.await.expect("a read"), (1, 1, 0), "and no list, which would have the name in a workbook");
}

/// P-02: whoever has the same name keeps it.
#[actix_web::test]
async fn words_are_left_alone_where_somebody_else_has_a_name_that_contains_it() {
    let site = TestApp::start().await;
    let session = given_traces(&site).await;
    let (trainee, other, now) = (site.cast.trainee.person, site.cast.stranger.person, site.app.clock.now());
    let renamed = site.write(move |conn| {
        diesel::update(people::table.find(other)).set(people::name.eq("杜维平安")).execute(conn)?;
        // Who stood in on the paper is the other one now; in the trainee's own row stands what they were called once.
        let basis: String = final_reports::table.select(final_reports::basis).first(conn)?;
        let basis = basis.replace("\"stand_in\":\"杜维平\"", "\"stand_in\":\"杜维平安\"");
        let basis = basis.replace("\"name\":\"杜维平\"", "\"name\":\"杜唯平\"");
        diesel::update(final_reports::table).set(final_reports::basis.eq(basis)).execute(conn)?;
        // As the desk heard the name, before it was known whose it was.
        let venue = xuefa::training::queries::list_venues(conn, session)?[0].id;
        diesel::insert_into(guests::table)
            .values((
                (guests::session_id.eq(session), guests::venue_id.eq(venue), guests::merged_into.eq(trainee)),
                (guests::name.eq("杜维萍"), guests::unit_name.eq("一"), guests::asked_at.eq(now)),
                guests::state.eq("confirmed"),
            ))
            .execute(conn)?;
        Ok(())
    });
    renamed.await.expect("another name");
    leave(&site, site.cast.trainee).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let done = hq.post(links::anonymise(trainee), &[]).await;
    let page = hq.get(done.location.expect("the person")).await;

    assert!(page.says("left as they are"), "{}", page.text());
    let basis = site.app.db.read(|conn| Ok(final_reports::table.select(final_reports::basis).first::<String>(conn)?));
    let basis = basis.await.expect("a read");
    assert!(basis.contains("\"杜维平安\"") && !basis.contains("杜唯平"), "{basis}");
    let name = async |person: PersonId| {
        let read =
            site.app.db.read(move |conn| Ok(people::table.find(person).select(people::name).get_result(conn)?));
        read.await.map(|name: String| name).expect("a name")
    };
    assert_eq!(name(other).await, "杜维平安");
    assert_eq!(name(trainee).await, format!("已匿名{trainee}"));
    let guest = site.app.db.read(|conn| Ok(guests::table.select(guests::name).get_result::<String>(conn)?)).await;
    assert_eq!(guest.expect("the guest"), format!("已匿名{trainee}"));
}

/// P-02: retention runs by itself, by kind; the figures of a final report stay without the names.
#[actix_web::test]
async fn what_has_been_kept_for_its_time_goes_by_itself_and_nothing_sooner() {
    let site = TestApp::start().await;
    let session = given_traces(&site).await;
    let forget = async || personal::forget_old(&site.app.db, &site.app.clock).await.expect("a sweep");
    let counts = async || {
        let read = site.app.db.read(move |conn| {
            let on_roster = roster::table.filter(roster::session_id.eq(session)).count().get_result::<i64>(conn)?;
            let devices = attendance::table.filter(attendance::device.is_not_null()).count().get_result(conn)?;
            let mails: i64 = outbox::table.count().get_result(conn)?;
            let n_tasks: i64 = tasks::table.count().get_result(conn)?;
            let n_meetings: i64 = meetings::table.count().get_result(conn)?;
            let n_logins: i64 = logins::table.count().get_result(conn)?;
            Ok((on_roster, devices, mails.min(1), n_tasks, n_meetings, n_logins.min(1)))
        });
        let counts: (i64, i64, i64, i64, i64, i64) = read.await.expect("counts");
        counts
    };
    let sent = site.write(|conn| {
        diesel::update(outbox::table).set(outbox::state.eq("sent")).execute(conn)?;
        Ok(())
    });
    sent.await.expect("mail that went");
    forget().await;
    assert_eq!(counts().await, (3, 1, 1, 1, 1, 1), "nothing on the first day");

    site.set_clock("2024-10-05", "09:00");
    forget().await;
    assert_eq!(counts().await, (3, 0, 1, 1, 1, 0), "marks of check-in after 90 days, logins a month after their end");

    site.set_clock("2025-07-06", "09:00");
    forget().await;
    assert_eq!(counts().await, (3, 0, 0, 1, 1, 0), "mails after a year");

    site.set_clock("2027-06-30", "09:00");
    forget().await;
    assert_eq!(counts().await, (3, 0, 0, 1, 1, 0), "36 months are not over");

    site.set_clock("2027-07-09", "09:00");
    forget().await;
    assert_eq!(counts().await, (0, 0, 0, 0, 0, 0), "attendance and study after 36 months");
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let paper = hq.get("/reports/final/2024-0001").await;
    assert!(paper.says("Attendance rate 33.3% (1/3)"), "{}", paper.text());
    let basis = found(&site, &[NAME, "王强"]).await;
    assert!(!basis.iter().any(|place| place.starts_with("final_reports")), "{basis:?}");
    assert_eq!(forget().await, 0, "once is enough");
}

/// P-02: what nobody finished is kept no longer than what was handed in.
#[actix_web::test]
async fn a_record_of_a_meeting_that_was_never_submitted_goes_by_itself_too() {
    let site = TestApp::start().await;
    let (unit, by, now) = (site.cast.first_unit, site.cast.leader_of_first_unit.person, site.app.clock.now());
    let begun = site.write(move |conn| insert_as_it_stands(conn, unit, None, &Record::default(), &[], (by, now), None));
    begun.await.expect("a draft");
    let left = async || {
        personal::forget_old(&site.app.db, &site.app.clock).await.expect("a sweep");
        site.app.db.read(|conn| Ok(meetings::table.count().get_result::<i64>(conn)?)).await.expect("a count")
    };

    site.set_clock("2027-06-30", "09:00");
    assert_eq!(left().await, 1, "36 months are not over");

    site.set_clock("2027-07-09", "09:00");
    assert_eq!(left().await, 0);
}

/// A correction is asked for at HQ, who answers; nobody else reads it.
#[actix_web::test]
async fn what_somebody_writes_is_read_by_hq_alone_and_answered() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let foot = trainee.get("/readings").await;
    let form = trainee.get("/feedback?kind=own_data").await;
    let empty = trainee.post("/feedback", &[("kind", "complaint"), ("text", "  ")]).await;
    let written = trainee.post("/feedback", &[("kind", "own_data"), ("text", "我的职务应为总工程师")]).await;
    let desk = hq.get("/feedback").await;
    let of_leader = leader.get("/feedback").await;
    let by_leader = leader.post("/feedback/1/answer", &[("version", "1"), ("answer", "x")]).await;
    let without = hq.post("/feedback/1/answer", &[("version", "1"), ("answer", "")]).await;
    let answered = hq.post("/feedback/1/answer", &[("version", "1"), ("answer", "已更正。")]).await;
    let late = hq.post("/feedback/1/answer", &[("version", "1"), ("answer", "晚了")]).await;
    let seen = trainee.get("/feedback").await;

    assert!(foot.body.contains("href=\"/feedback\""), "at the foot of a page");
    assert!(form.body.contains("value=\"own_data\" checked") && form.says("Only the Office sees"), "{}", form.text());
    assert_eq!((empty.status, written.status, without.status), (422, 303, 422));
    assert!(desk.says("我的职务应为总工程师") && desk.says(NAME), "{}", desk.text());
    assert!(!of_leader.says("总工程师"), "{}", of_leader.text());
    assert_eq!((by_leader.status, answered.status, late.status), (404, 303, 422));
    assert!(late.says("晚了") && late.says("已更正。"), "{}", late.text());
    assert!(seen.says("已更正。") && !seen.says("晚了"), "{}", seen.text());
}

/// Nobody decides their own case, HQ neither.
#[actix_web::test]
async fn nobody_of_hq_answers_what_they_wrote_themselves() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    hq.post("/feedback", &[("kind", "suggestion"), ("text", "建议")]).await;

    let answer = hq.post("/feedback/1/answer", &[("version", "1"), ("answer", "好")]).await;

    assert_eq!(answer.status, 422);
    assert!(answer.says("Nobody answers what they wrote"), "{}", answer.text());
}
