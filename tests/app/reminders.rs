//! What people are told of besides their tasks: sessions with their calendar entries, a unit's week, calls; and how they,
//! HQ and mail servers keep reminders back.

use crate::support::TestApp;
use crate::support::smtp::SmtpServer;
use base64::Engine;
use diesel::prelude::*;
use xuefa::attendance::AttendanceState;
use xuefa::mail::Posted;
use xuefa::reminders::model::{Kind, NotSentReason, Outcome};
use xuefa::store::ids::SessionId;
use xuefa::store::schema::{calls, outbox, reminders as ledger, sessions, unit_tasks};
use xuefa::training::SessionState;

/// A mail as a reader sees it: folded headers joined, parts in base64 or quoted-printable decoded.
pub fn decoded(mail: &Posted) -> String {
    let unfolded = mail.content.replace("\r\n ", "");
    let mut shown = String::new();
    for part in unfolded.split("\r\n--") {
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
        let encoding = head.to_ascii_lowercase();
        let bytes = if encoding.contains("transfer-encoding: base64") {
            let plain: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(plain).expect("base64")
        } else if encoding.contains("transfer-encoding: quoted-printable") {
            quoted_printable::decode(body, quoted_printable::ParseMode::Robust).expect("quoted-printable")
        } else {
            body.as_bytes().to_vec()
        };
        shown.push_str(head);
        shown.push_str("\r\n\r\n");
        shown.push_str(&String::from_utf8_lossy(&bytes));
        shown.push_str("\r\n");
    }
    shown
}

impl TestApp {
    pub async fn ledger(&self) -> Vec<(Kind, String, Outcome, Option<NotSentReason>)> {
        let rows = self.app.db.read(|conn| {
            let columns = (ledger::kind, ledger::occurrence, ledger::outcome, ledger::reason);
            Ok(ledger::table.order(ledger::id).select(columns).load(conn)?)
        });
        rows.await.expect("the ledger")
    }

    /// HQ moves a session to another hour of its day.
    pub async fn session_moves(&self, id: SessionId, date: &str, time: &str) {
        let starts_at = self.moment(date, time);
        let moved = self.write(move |conn| {
            Ok(diesel::update(sessions::table.filter(sessions::id.eq(id)))
                .set((
                    sessions::starts_at.eq(starts_at),
                    sessions::ends_at.eq(starts_at + chrono::TimeDelta::hours(2)),
                    sessions::revision.eq(sessions::revision + 1),
                ))
                .execute(conn)?)
        });
        moved.await.expect("moved");
    }

    pub async fn session_is(&self, id: SessionId, state: SessionState) {
        let set = self.write(move |conn| {
            let session = sessions::table.filter(sessions::id.eq(id));
            Ok(diesel::update(session).set(sessions::state.eq(state)).execute(conn)?)
        });
        set.await.expect("the session's state");
    }

    /// HQ calls the first unit for an exchange meeting.
    pub async fn given_call(&self, due_on: &str) {
        let (unit, now) = (self.cast.first_unit, self.app.clock.now());
        let due_on: chrono::NaiveDate = due_on.parse().expect("a date");
        let made = self.write(move |conn| {
            let call: xuefa::store::ids::CallId = diesel::insert_into(calls::table)
                .values((
                    (calls::title.eq("学习交流"), calls::note.eq("")),
                    (calls::given_at.eq(now), calls::due_on.eq(due_on)),
                ))
                .returning(calls::id)
                .get_result(conn)?;
            for kind in ["exchange_meeting", "implementation_report"] {
                diesel::insert_into(unit_tasks::table)
                    .values((
                        (unit_tasks::call_id.eq(call), unit_tasks::unit_id.eq(unit)),
                        (unit_tasks::kind.eq(kind), unit_tasks::state.eq("open"), unit_tasks::due_on.eq(due_on)),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        });
        made.await.expect("a call");
    }
}

#[actix_web::test]
async fn a_published_session_comes_with_a_calendar_entry_and_is_not_told_twice() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;

    site.tick(&delivery).await;
    site.tick(&delivery).await;
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;

    assert_eq!(memory.posted().len(), 1);
    let mail = decoded(&memory.posted()[0]);
    for part in [
        "text/calendar",
        "METHOD:PUBLISH",
        "SEQUENCE:0",
        "DTSTART:20240719T010000Z",
        "DTEND:20240719T030000Z",
        "LOCATION:主会场",
        &format!("UID:session-{session}-"),
        &format!("http://xuefa.test/sessions/{session}"),
    ] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
}

#[actix_web::test]
async fn the_working_day_before_a_session_everybody_expected_is_reminded_and_who_is_on_leave_is_not() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let roll = [(site.cast.trainee, None), (site.cast.colleague, Some(AttendanceState::Leave))];
    site.given_session("2024-07-15", SessionState::Published, &roll).await;

    site.tick(&delivery).await;
    site.set_clock("2024-07-11", "09:00");
    let thursday = site.tick(&delivery).await;
    site.set_clock("2024-07-12", "09:00");
    let friday = site.tick(&delivery).await;

    assert_eq!((thursday.planned.n_matters, friday.planned.n_matters), (0, 1));
    let to: Vec<_> = memory.posted().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, ["trainee@lihe.example", "trainee@lihe.example"]);
    let on_leave = (Outcome::NotSent, Some(NotSentReason::OnLeave));
    let n_on_leave = site.ledger().await.iter().filter(|(_, _, outcome, why)| (*outcome, *why) == on_leave).count();
    assert_eq!(n_on_leave, 2, "the notice and the reminder");
}

#[actix_web::test]
async fn a_move_goes_at_once_beside_the_days_mail_with_the_next_sequence_of_the_same_entry() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.session_moves(session, "2024-07-05", "15:00").await;
    site.tick(&delivery).await;

    site.session_moves(session, "2024-07-06", "07:00").await;
    site.set_clock("2024-07-05", "21:00");
    site.tick(&delivery).await;
    site.session_is(session, SessionState::Cancelled).await;
    site.tick(&delivery).await;
    site.tick(&delivery).await;

    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert_eq!(mails.len(), 3, "{mails:#?}");
    let uid = |mail: &str| mail.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
    assert!(mails[1].contains("SEQUENCE:2") && mails[1].contains("DTSTART:20240705T230000Z"), "{}", mails[1]);
    assert!(mails[2].contains("METHOD:CANCEL") && mails[2].contains("STATUS:CANCELLED"), "{}", mails[2]);
    assert!(mails[2].contains("SEQUENCE:3"), "{}", mails[2]);
    assert!(uid(&mails[0]).is_some());
    assert_eq!((uid(&mails[0]), uid(&mails[0])), (uid(&mails[1]), uid(&mails[2])));
}

#[actix_web::test]
async fn who_never_heard_of_a_session_does_not_hear_that_it_is_cancelled() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_session("2024-07-19", SessionState::Cancelled, &[(site.cast.trainee, None)]).await;

    site.tick(&delivery).await;

    assert!(memory.posted().is_empty());
    let obsolete = (Kind::SessionNotice, "cancelled".to_owned(), Outcome::NotSent, Some(NotSentReason::Obsolete));
    assert_eq!(site.ledger().await, [obsolete]);
}

#[actix_web::test]
async fn a_notice_that_waited_until_the_session_moved_again_is_not_sent() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    xuefa::reminders::plan(&site.app.db, &site.app.clock, xuefa::reminders::Hours::Kept).await.expect("a plan");

    site.session_moves(session, "2024-07-19", "15:00").await;
    site.tick(&delivery).await;

    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].contains("DTSTART:20240719T070000Z"), "{}", mails[0]);
}

#[actix_web::test]
async fn an_overdue_task_is_told_of_each_week_three_times_at_the_most() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-04").await;

    for day in ["2024-07-05", "2024-07-08", "2024-07-12", "2024-07-15", "2024-07-19", "2024-07-26", "2024-08-02"] {
        site.set_clock(day, "09:00");
        site.tick(&delivery).await;
    }

    let overdue: Vec<String> =
        site.ledger().await.into_iter().filter(|row| row.0 == Kind::TaskOverdue).map(|row| row.1).collect();
    assert_eq!(overdue, ["1", "2", "3"]);
    let to_trainee = memory.posted().iter().filter(|mail| mail.to == ["trainee@lihe.example"]).count();
    assert_eq!(to_trainee, 3);
}

#[actix_web::test]
async fn a_leader_hears_once_a_week_how_many_are_overdue_and_nobody_is_named() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-04").await;
    site.given_due_task(site.cast.colleague, "2024-07-04").await;

    site.tick(&delivery).await;
    let this_week = memory.posted().iter().filter(|mail| decoded(mail).contains("2 人存在逾期")).count();
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;

    let digests: Vec<String> =
        memory.posted().iter().map(decoded).filter(|mail| mail.contains("2 人存在逾期")).collect();
    assert!(this_week >= 1 && digests.len() == 2 * this_week, "{this_week}, then {}", digests.len());
    assert!(digests.iter().all(|mail| !mail.contains("杜维平")), "{digests:#?}");
}

#[actix_web::test]
async fn the_leaders_of_a_unit_hear_of_a_call_once_and_then_while_it_is_unanswered() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_call("2024-07-12").await;

    for day in ["2024-07-05", "2024-07-08", "2024-07-09", "2024-07-15"] {
        site.set_clock(day, "09:00");
        site.tick(&delivery).await;
    }

    let calls: Vec<(Kind, String)> = site
        .ledger()
        .await
        .into_iter()
        .filter(|row| matches!(row.0, Kind::CallGiven | Kind::CallUnanswered))
        .map(|row| (row.0, row.1.split_once(':').map(|(_, word)| word.to_owned()).unwrap_or_default()))
        .collect();
    assert_eq!(
        calls,
        [
            (Kind::CallGiven, "given".to_owned()),
            (Kind::CallUnanswered, "soon".to_owned()),
            (Kind::CallUnanswered, "1".to_owned()),
        ],
    );
    assert!(memory.posted().iter().any(|mail| decoded(mail).contains("/calls/1")));
}

#[actix_web::test]
async fn a_pause_keeps_task_reminders_back_and_ends_when_the_person_says_so() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let paused = trainee.post("/reminders/pause", &[("until", "2024-07-31")]).await;
    let wrong = trainee.post("/reminders/pause", &[("until", "2024-07-01")]).await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;

    site.tick(&delivery).await;
    let page = trainee.get("/reminders").await;
    let resumed = trainee.post("/reminders/pause", &[("resume", "resume")]).await;
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;

    assert_eq!((paused.status, wrong.status, resumed.status), (303, 422, 303));
    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert!(mails[0].contains("text/calendar") && !mails[0].contains("枫桥"), "{}", mails[0]);
    assert!(mails[1].contains("枫桥"), "{}", mails[1]);
    assert!(page.says("Paused by the person") && page.says("31 July 2024"), "{}", page.text());
}

#[actix_web::test]
async fn one_click_in_a_mail_pauses_its_own_person_and_looking_at_the_link_does_not() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.tick(&delivery).await;
    let mail = decoded(&memory.posted()[0]);
    let link = mail
        .lines()
        .find_map(|line| line.strip_prefix("List-Unsubscribe: <http://xuefa.test")?.strip_suffix('>'))
        .expect("a link to pause")
        .to_owned();
    assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{mail}");

    // A mail program: no cookies, no token, another origin.
    let mut program = site.signed_out();
    program.headers = vec![("origin", "https://mail.example"), ("sec-fetch-site", "cross-site")];
    let looked = program.get(&link).await;
    site.given_due_task(site.cast.trainee, "2024-07-09").await;
    let clicked = program.post_raw(&link, &[("List-Unsubscribe", "One-Click")]).await;
    let forged = program.post_raw(link.replace("/1/", "/2/") + "0", &[("List-Unsubscribe", "One-Click")]).await;
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;

    assert_eq!((looked.status, clicked.status, forged.status), (200, 200, 403));
    assert_eq!(memory.posted().iter().filter(|mail| mail.to == ["trainee@lihe.example"]).count(), 1);
    let paused = Some(NotSentReason::Paused);
    assert!(site.ledger().await.iter().any(|row| row.3 == paused));
}

#[actix_web::test]
async fn a_refused_address_is_listed_gets_nothing_more_and_works_again_when_corrected() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    let delivery = site.by_smtp(&server);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    server.answers("550 no such user");
    site.tick(&delivery).await;
    server.answers("250 ok");

    site.given_due_task(site.cast.trainee, "2024-07-10").await;
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let listed = hq.get("/mail/unreachable").await;
    let slips = hq.get("/mail/unreachable/slips").await;
    site.address_is(site.cast.trainee, Some("right@lihe.example")).await;
    site.set_clock("2024-07-10", "09:00");
    site.tick(&delivery).await;
    let after = site.signed_in_as(site.cast.hq).await.get("/mail/unreachable").await;

    assert!(listed.says("杜维平") && listed.says("no such user"), "{}", listed.text());
    assert!(slips.says("You have 2 open study tasks"), "{}", slips.text());
    assert!(!after.says("no such user"), "{}", after.text());
    let to: Vec<String> = server.taken().into_iter().flat_map(|mail| mail.recipients).collect();
    assert!(to.contains(&"<right@lihe.example>".to_owned()), "{to:?}");
    assert!(!to.contains(&"<trainee@lihe.example>".to_owned()), "{to:?}");
}

#[actix_web::test]
async fn what_hq_switches_off_is_not_told_and_its_own_words_go_with_the_rest() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    site.given_due_task(site.cast.trainee, "2024-07-09").await;

    let off = hq.post("/mail/rules/task_soon", &[("days", "4"), ("version", "0")]).await;
    let while_off = site.tick(&delivery).await;
    let words = "请于周五前完成。";
    let fields = [("on", "on"), ("days", "4"), ("words_zh", words), ("version", "1")];
    let on = hq.post("/mail/rules/task_soon", &fields).await;
    let too_far = hq.post("/mail/rules/task_soon", &[("on", "on"), ("days", "15"), ("version", "2")]).await;
    let stale = hq.post("/mail/rules/task_soon", &[("on", "on"), ("days", "2"), ("version", "1")]).await;
    let preview = hq.get("/mail/rules/task_soon").await;
    site.tick(&delivery).await;

    assert_eq!([off.status, on.status, too_far.status, stale.status], [303, 303, 422, 422]);
    assert_eq!(while_off.planned.n_matters, 0);
    assert!(preview.says(words) && !preview.says("杜维平"), "{}", preview.text());
    assert_eq!(memory.posted().len(), 1);
    assert!(decoded(&memory.posted()[0]).contains(words));
}

#[actix_web::test]
async fn held_mail_waits_until_hq_lets_it_go() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let now = site.app.clock.now();
    let held =
        site.write(move |conn| xuefa::settings::hold_mail(conn, &xuefa::access::Actor::program("restore"), true, now));
    held.await.expect("held");
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    site.tick(&delivery).await;
    let while_held = (memory.posted().len(), hq.get("/mail").await);
    let let_go = hq.post("/mail/let-go", &[]).await;
    site.tick(&delivery).await;

    assert_eq!((while_held.0, let_go.status, memory.posted().len()), (0, 303, 1));
    assert!(while_held.1.says("Mail is held back"), "{}", while_held.1.text());
}

#[actix_web::test]
async fn held_mail_can_be_dropped_and_what_comes_after_is_sent() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let now = site.app.clock.now();
    let hold = || {
        site.write(move |conn| xuefa::settings::hold_mail(conn, &xuefa::access::Actor::program("restore"), true, now))
    };
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let not_held = hq.post("/mail/drop-held", &[]).await;
    hold().await.expect("held");
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.tick(&delivery).await;

    let page = hq.get("/mail").await;
    let dropped = hq.post("/mail/drop-held", &[]).await;
    site.tick(&delivery).await;
    let before = memory.posted().len();
    site.given_due_task(site.cast.stranger, "2024-07-08").await;
    site.tick(&delivery).await;

    assert!(page.says("Drop what waits (1)"), "{}", page.text());
    assert_eq!((not_held.status, dropped.status, before), (422, 303, 0));
    assert_eq!(memory.posted().len(), 1);
    assert!(hq.get("/mail?state=dropped").await.says("The Office dropped it after a backup was restored"));
}

#[actix_web::test]
async fn a_unit_can_be_reminded_by_hand_with_counts_and_without_names() {
    let site = TestApp::start().await;
    site.given_due_task(site.cast.trainee, "2024-07-01").await;
    site.given_due_task(site.cast.colleague, "2024-07-09").await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    leader.language = "zh-CN";

    let page = leader.get(format!("/units/{}/reminder-text", site.cast.first_unit)).await;
    let foreign = leader.get(format!("/units/{}/reminder-text", site.cast.second_unit)).await;

    assert!(page.says("有 2 人存在未完成的学习任务，其中 1 人已逾期"), "{}", page.text());
    assert!(!page.says("杜维平"));
    assert_eq!(foreign.status, 404);
}

#[actix_web::test]
async fn a_session_can_be_put_into_a_calendar_from_its_page_by_who_may_see_it() {
    let site = TestApp::start().await;
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;

    let own = site.signed_in_as(site.cast.trainee).await.get(format!("/sessions/{session}/session.ics")).await;
    let foreign = site.signed_in_as(site.cast.colleague).await.get(format!("/sessions/{session}/session.ics")).await;

    assert!(own.body.starts_with("BEGIN:VCALENDAR") && own.body.contains("\r\nBEGIN:VEVENT\r\n"), "{}", own.body);
    assert!(own.header("content-disposition").is_some_and(|value| value.starts_with("attachment")));
    assert_eq!(foreign.status, 404);
}

#[actix_web::test]
async fn a_thousand_people_are_planned_for_page_by_page_each_once() {
    let site = TestApp::start().await;
    let unit = site.cast.first_unit;
    let people: Vec<xuefa::store::ids::PersonId> = site
        .write(move |conn| {
            use xuefa::store::schema::people;
            (0..1000)
                .map(|n| {
                    Ok(diesel::insert_into(people::table)
                        .values((
                            (people::employee_number.eq(format!("P{n:04}")), people::name.eq(format!("人{n}"))),
                            (people::unit_id.eq(unit), people::post.eq("")),
                            (people::category.eq("staff"), people::order_number.eq(n)),
                            people::email.eq(format!("p{n}@lihe.example")),
                        ))
                        .returning(people::id)
                        .get_result(conn)?)
                })
                .collect()
        })
        .await
        .expect("people");
    for member in [people[0], people[999]] {
        let member = crate::support::Member { person: member, ..site.cast.trainee };
        site.given_due_task(member, "2024-07-08").await;
    }
    site.write(move |conn| {
        use xuefa::store::schema::tasks;
        for person in &people[1..999] {
            diesel::insert_into(tasks::table)
                .values((
                    (tasks::assignment_id.eq(1_i64), tasks::kind.eq("reading"), tasks::person_id.eq(*person)),
                    (tasks::reading_id.eq(1_i64), tasks::reading_version.eq(1_i64)),
                    (tasks::matter.eq("m"), tasks::state.eq("open")),
                    tasks::due_on.eq(crate::support::first_day() + chrono::TimeDelta::days(3)),
                ))
                .execute(conn)?;
        }
        Ok(())
    })
    .await
    .expect("tasks");

    let planned =
        xuefa::reminders::plan(&site.app.db, &site.app.clock, xuefa::reminders::Hours::Kept).await.expect("a plan");
    let again =
        xuefa::reminders::plan(&site.app.db, &site.app.clock, xuefa::reminders::Hours::Kept).await.expect("a plan");

    assert_eq!((planned.n_mails, planned.n_matters, again.n_matters), (1000, 1000, 0));
    let n: i64 = site.app.db.read(|conn| Ok(outbox::table.count().get_result(conn)?)).await.expect("the outbox");
    assert_eq!(n, 1000);
}

#[actix_web::test]
async fn hq_may_have_people_reminded_some_hours_before_a_session_and_is_not_by_default() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_session("2024-07-08", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.tick(&delivery).await;
    site.set_clock("2024-07-08", "08:01");
    let by_default = site.tick(&delivery).await;

    // It begins at nine.
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let out_of_range = hq.post("/mail/rules/session_today", &[("on", "on"), ("hours", "13"), ("version", "0")]).await;
    let set = hq.post("/mail/rules/session_today", &[("on", "on"), ("hours", "1"), ("version", "0")]).await;
    let shown = hq.get("/mail/rules").await;
    let within = site.tick(&delivery).await;
    let again = site.tick(&delivery).await;

    assert_eq!((out_of_range.status, set.status), (422, 303));
    assert!(shown.says("1 hour before"), "{}", shown.text());
    let matters = [by_default, within, again].map(|tick| tick.planned.n_matters);
    assert_eq!(matters, [0, 1, 0]);
    let last = memory.posted().last().map(decoded).expect("a mail");
    assert!(last.contains("今日举行"), "{last}");
}

#[actix_web::test]
async fn hq_may_wait_some_days_before_the_first_word_about_what_is_overdue() {
    let site = TestApp::start().await;
    let (delivery, _) = site.in_memory();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let set = [("on", "on"), ("days", "3"), ("at_most", "1"), ("version", "0")];
    assert_eq!(hq.post("/mail/rules/task_overdue", &set).await.status, 303);
    site.given_due_task(site.cast.trainee, "2024-07-04").await;

    let mut told = Vec::new();
    for day in ["2024-07-05", "2024-07-07", "2024-07-08", "2024-07-09"] {
        site.set_clock(day, "09:00");
        site.tick(&delivery).await;
        told.push(site.ledger().await.iter().filter(|row| row.0 == Kind::TaskOverdue).count());
    }

    assert_eq!(told, [0, 0, 1, 1]);
}

#[actix_web::test]
async fn hq_may_have_a_week_of_its_own_with_the_answers_that_are_overdue() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let mut hq = site.signed_in_as(site.cast.hq).await;
    site.given_call("2024-07-04").await;
    site.tick(&delivery).await;
    let unasked = site.ledger().await.iter().filter(|row| row.0 == Kind::HqDigest).count();

    assert_eq!(hq.post("/mail/rules/hq_digest", &[("on", "on"), ("version", "0")]).await.status, 303);
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;
    site.set_clock("2024-07-09", "09:00");
    site.tick(&delivery).await;

    let rows: Vec<_> = site.ledger().await.into_iter().filter(|row| row.0 == Kind::HqDigest).collect();
    let week: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    assert_eq!((unasked, week), (0, vec!["2024W28"]));
    // Two forms of one call that one unit owes are one answer.
    assert!(memory.posted().iter().map(decoded).any(|mail| mail.contains("部署共 1 项")), "{:?}", memory.posted());
}

#[actix_web::test]
async fn who_hears_that_a_calls_answer_was_returned_does_not_hear_in_the_same_mail_that_there_is_a_call() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_call("2024-07-12").await;
    let now = site.app.clock.now();
    let returned = site.write(move |conn| {
        let all = diesel::update(unit_tasks::table);
        Ok(all.set((unit_tasks::state.eq("returned"), unit_tasks::decided_at.eq(now))).execute(conn)?)
    });
    returned.await.expect("returned");

    site.tick(&delivery).await;

    let lines = |mail: &String| mail.lines().filter(|line| line.starts_with("- ")).count();
    let mails: Vec<String> = memory.posted().iter().map(decoded).filter(|mail| mail.contains("已退回")).collect();
    assert!(!mails.is_empty() && mails.iter().all(|mail| lines(mail) == 1), "{mails:#?}");
    let given: Vec<_> = site.ledger().await.into_iter().filter(|row| row.0 == Kind::CallGiven).collect();
    assert!(given.iter().all(|row| row.3 == Some(NotSentReason::ToldAlready)), "{given:?}");
}
