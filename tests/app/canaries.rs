//! Two names that nobody else has, one in each enterprise, in everything that a name stands in; and who finds them.

use crate::implementation::given_unit_task;
use crate::permissions::{inspector_of, with_duty};
use crate::support::{Answer, Browser, Member, TestApp, prints_papers};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use xuefa::access::Role;
use xuefa::assignments::calls::UnitTaskKind;
use xuefa::attendance::AttendanceState::{Absent, Present};
use xuefa::links;
use xuefa::store::ids::{PersonId, SessionId, UnitId};
use xuefa::store::schema::{meeting_people, meetings, outbox, people, reflections, roster, tasks};
use xuefa::training::SessionState;
use xuefa::web::ROUTES;

/// What can be read in an answer: a page, each part of a workbook or archive, the words of a paper.
fn readable(answer: &Answer) -> String {
    if answer.bytes.starts_with(b"PK") { unpacked(&answer.bytes) } else { worded(&answer.bytes) }
}

fn unpacked(packed: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).expect("a ZIP file");
    let mut all = String::new();
    for index in 0..archive.len() {
        let (mut part, mut content) = (archive.by_index(index).expect("a part"), Vec::new());
        part.read_to_end(&mut content).expect("its content");
        all += &if content.starts_with(b"PK") { unpacked(&content) } else { worded(&content) };
    }
    all
}

fn worded(content: &[u8]) -> String {
    if !content.starts_with(b"%PDF") {
        return String::from_utf8_lossy(content).into_owned();
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), content).expect("a paper");
    let read = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output().expect("pdftotext");
    String::from_utf8_lossy(&read.stdout).replace('\n', "")
}

/// Of the first unit and of the second.
const CANARIES: [&str; 2] = ["金丝雀甲", "金丝雀乙"];

/// Somebody of a unit, with the name that is looked for.
#[derive(Clone, Copy)]
struct Canary {
    name: &'static str,
    member: Member,
    unit: UnitId,
    leader: Member,
}

/// Puts the name wherever a name of a unit stands: on the roster, in a meeting and its file, in a note and a row of a
/// report, a request, words to HQ.
async fn given_traces(site: &TestApp, of: Canary, held: SessionId, open: SessionId) {
    let (name, person, unit, now) = (of.name, of.member.person, of.unit, site.app.clock.now());
    let note = site.given_due_task(of.member, "2024-07-01").await;
    let meeting = site.write(move |conn| {
        diesel::update(people::table.find(person)).set(people::name.eq(name)).execute(conn)?;
        diesel::update(roster::table.filter(roster::person_id.eq(person))).set(roster::name.eq(name)).execute(conn)?;
        diesel::update(tasks::table.filter(tasks::id.eq(note)))
            .set((tasks::kind.eq("reflection"), tasks::state.eq("submitted")))
            .execute(conn)?;
        diesel::insert_into(reflections::table)
            .values((
                (reflections::task_id.eq(note), reflections::title.eq(format!("{name}的体会"))),
                (reflections::text.eq(name), reflections::written_at.eq(now), reflections::submitted_at.eq(now)),
                reflections::comment.eq(""),
            ))
            .execute(conn)?;
        let meeting: xuefa::store::ids::MeetingId = diesel::insert_into(meetings::table)
            .values((
                (meetings::unit_id.eq(unit), meetings::state.eq("draft"), meetings::theme.eq(format!("{name}谈"))),
                (meetings::place.eq("会议室"), meetings::chair.eq(name), meetings::recorder.eq(name)),
                (meetings::other_readings.eq(""), meetings::questions.eq(name), meetings::with_below.eq(false)),
                (meetings::begun_at.eq(now), meetings::session_id.eq(held)),
            ))
            .returning(meetings::id)
            .get_result(conn)?;
        diesel::insert_into(meeting_people::table)
            .values((
                (meeting_people::meeting_id.eq(meeting), meeting_people::position.eq(1)),
                (meeting_people::person_id.eq(person), meeting_people::presence.eq("present")),
                (
                    meeting_people::name.eq(name),
                    meeting_people::post.eq("副总经理"),
                    meeting_people::unit_name.eq("一"),
                ),
            ))
            .execute(conn)?;
        Ok(meeting)
    });
    let meeting = meeting.await.expect("traces");
    let mut leader = site.signed_in_as(of.leader).await;
    let pdf = b"%PDF-1.7\nstartxref\n9\n%%EOF\n";
    let kept = leader.upload(format!("/files/meetings/{meeting}"), "file", &format!("{name}.pdf"), pdf).await;
    let handed_in = site.write(move |conn| {
        diesel::update(meetings::table.filter(meetings::id.eq(meeting)))
            .set((
                meetings::state.eq("submitted"),
                meetings::entered_on.eq("2024-07-02".parse::<chrono::NaiveDate>().ok()),
            ))
            .execute(conn)?;
        Ok(())
    });
    handed_in.await.expect("handed in");
    let task = given_unit_task(site, unit, UnitTaskKind::ImplementationReport).await;
    let row = [
        ("version", "0"),
        ("problem-1", "登记不全"),
        ("measure-1", "每周抽查"),
        ("responsible-1", name),
        ("due_on-1", "2024-07-18"),
        ("state-1", "open"),
        ("contact", name),
        ("step", "hand_in"),
    ];
    let reported = leader.post(links::unit_task_part(task, "report"), &row).await;
    let mut own = site.signed_in_as(of.member).await;
    let asked = own.post(links::session_part(open, "leave"), &[("class", "sick")]).await;
    let written = own.post("/feedback", &[("kind", "suggestion"), ("text", name)]).await;
    let statuses = [kept.status, reported.status, asked.status, written.status];
    assert_eq!(statuses, [303; 4], "{}", [reported.text(), asked.text()].concat());
}

/// Questions that are put to pages besides.
const QUERIES: [(&str, &str); 12] = [
    ("/people", "?q=%E9%87%91%E4%B8%9D%E9%9B%80"),
    ("/accounts", "?q=%E9%87%91%E4%B8%9D%E9%9B%80"),
    ("/audit", "?actor=%E9%87%91%E4%B8%9D%E9%9B%80"),
    ("/requests", "?show=all"),
    ("/tasks/new", "?unit={unit}"),
    ("/units/{id}", "?session={session}"),
    ("/units/{id}/missing.csv", "?session={session}"),
    ("/reports/period", "?first=2024-01-01&last=2024-12-31&unit={unit}"),
    ("/reports/period/people", "?first=2024-01-01&last=2024-12-31&show=roster&unit={unit}"),
    ("/reports/period/people", "?first=2024-01-01&last=2024-12-31&show=roster"),
    ("/reports/period/people.csv", "?first=2024-01-01&last=2024-12-31&show=roster&unit={unit}"),
    ("/reports/period/people.xlsx", "?first=2024-01-01&last=2024-12-31&show=roster"),
];

/// Every address there is by the table of routes, with the things of either unit.
fn addresses(of: &[Canary], sessions: &[SessionId]) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let questions = QUERIES.iter().filter(|(path, _)| *path == route.path).map(|(_, query)| *query);
        for query in std::iter::once("").chain(questions) {
            for (canary, id) in of.iter().flat_map(|canary| (1..=4).map(move |id| (canary, id))) {
                for session in sessions {
                    let place = |part: &str| match part {
                        "{id}" | "{person}" if route.path.starts_with("/people") => canary.member.person.to_string(),
                        "{person}" => canary.member.person.to_string(),
                        "{id}" if route.path.starts_with("/units") => canary.unit.to_string(),
                        "{id}" if route.path.starts_with("/sessions") => session.to_string(),
                        "{of}" => "meetings".to_owned(),
                        "{year}" => "2024".to_owned(),
                        part if part.starts_with("{number}") => part.replace("{number}", "2024-0001"),
                        part if part.starts_with('{') => id.to_string(),
                        part => part.to_owned(),
                    };
                    let path = route.path.split('/').map(place).collect::<Vec<_>>().join("/");
                    let query = query.replace("{unit}", &canary.unit.to_string());
                    found.insert((route.path, path + &query.replace("{session}", &session.to_string())));
                }
            }
        }
    }
    found
}

/// Z-04: of a unit that is not theirs, nobody but HQ finds a name: on no page, in no file, workbook, archive or paper, and in
/// no mail. The security duty reads names where it gives accounts, and the audit duty where it reads what was done.
#[actix_web::test]
async fn a_name_stands_on_no_page_in_no_file_and_in_no_mail_of_whoever_it_is_no_business_of() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let [first, second] = [
        (CANARIES[0], cast.trainee, cast.first_unit, cast.leader_of_first_unit),
        (CANARIES[1], cast.stranger, cast.second_unit, cast.leader_of_second_unit),
    ]
    .map(|(name, member, unit, leader)| Canary { name, member, unit, leader });
    let roll = [(cast.trainee, Some(Present)), (cast.stranger, Some(Present)), (cast.colleague, Some(Absent))];
    let held = site.given_session("2024-07-01", SessionState::Confirmed, &roll).await;
    let open = site.given_session("2024-07-08", SessionState::Published, &roll.map(|(member, _)| (member, None))).await;
    for canary in [first, second] {
        given_traces(&site, canary, held, open).await;
    }
    site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
    let mut hq = site.signed_in_as(cast.hq).await;
    hq.post(links::make_final(held), &[]).await;
    hq.post("/reports/period/people/file?first=2024-01-01&last=2024-12-31&show=roster", &[]).await;
    if prints_papers() {
        hq.post(links::session_archive(held), &[]).await;
    }
    xuefa::web::background::run_due_jobs(&site.app).await.expect("a list and an archive");
    for member in [cast.trainee, cast.colleague, cast.stranger] {
        // Overdue, so that their leaders are told.
        site.given_due_task(member, "2024-07-01").await;
    }
    site.plan().await;
    let inspector = inspector_of(&site, cast.first_unit).await;
    let duties = [with_duty(&site, Role::System).await, with_duty(&site, Role::Security).await];
    let auditor = with_duty(&site, Role::Audit).await;

    // Whose names each may read anywhere, and where they read anybody's.
    let accounts = ["/accounts", "/people", "/people/{id}", "/people/{id}/account"];
    let trail = ["/audit", "/audit.csv"];
    let readers: [(&str, Option<Member>, &[&str], &[&str]); 11] = [
        ("signed-out", None, &[], &[]),
        ("trainee", Some(cast.trainee), &CANARIES[..1], &[]),
        ("colleague", Some(cast.colleague), &[], &[]),
        ("leader1", Some(cast.leader_of_first_unit), &CANARIES[..1], &[]),
        ("leader2", Some(cast.leader_of_second_unit), &CANARIES[1..], &[]),
        ("liaison1", Some(cast.liaison_of_first_unit), &CANARIES[..1], &[]),
        ("inspector1", Some(inspector), &CANARIES[..1], &[]),
        ("hq", Some(cast.hq), &CANARIES, &[]),
        ("system", Some(duties[0]), &[], &[]),
        ("security", Some(duties[1]), &[], &accounts),
        ("audit", Some(auditor), &[], &trail),
    ];
    let addresses = addresses(&[first, second], &[held, open]);
    let (mut leaked, mut seen) = (Vec::new(), BTreeMap::<&str, BTreeSet<(&str, String)>>::new());
    for (role, member, theirs, by_duty) in readers {
        let mut browser: Browser = match member {
            Some(member) => site.signed_in_as(member).await,
            None => site.signed_out(),
        };
        for (path, address) in &addresses {
            let answer = browser.get(address).await;
            if answer.status != 200 {
                continue;
            }
            let words = readable(&answer);
            for canary in CANARIES.iter().filter(|canary| words.contains(**canary)) {
                if !theirs.contains(canary) && !by_duty.contains(path) {
                    leaked.push((role, address.clone(), *canary));
                }
                seen.entry(role).or_default().insert((path, (*canary).to_owned()));
            }
        }
    }

    assert!(leaked.is_empty(), "{leaked:#?}");
    let n_seen = |role: &str| seen.get(role).map_or(0, BTreeSet::len);
    let paths = |role: &str| seen[role].iter().map(|(path, _)| *path).collect::<BTreeSet<_>>();
    assert_eq!((paths("security"), paths("audit")), (accounts.into(), trail.into()));
    let n_of_units = ["leader1", "leader2", "liaison1", "inspector1"].map(n_seen);
    assert!(n_seen("hq") > 60 && n_of_units.iter().all(|n| *n >= 4), "HQ {}, {n_of_units:?}", n_seen("hq"));
    let kinds: &[&str] = if prints_papers() { &[".csv", ".xlsx", ".pdf", ".docx", ".zip"] } else { &[".csv", ".xlsx"] };
    for kind in kinds {
        assert!(paths("hq").iter().any(|path| path.ends_with(kind)), "HQ finds no {kind}");
    }
    let mails = site.app.db.read(|conn| {
        Ok(outbox::table.select((outbox::person_id, outbox::arguments)).load::<(PersonId, String)>(conn)?)
    });
    let mails = mails.await.expect("the outbox");
    assert!(mails.len() >= 3, "{mails:?}");
    for canary in [first, second] {
        let theirs = [cast.hq.person, canary.leader.person, canary.member.person];
        let told = mails.iter().filter(|(to, words)| !theirs.contains(to) && words.contains(canary.name));
        assert_eq!(told.collect::<Vec<_>>(), Vec::<&(PersonId, String)>::new());
    }
}
