//! Reminders and mail: who is told of what, once, and what HQ sees of it.

use crate::support::smtp::SmtpServer;
use crate::support::{Member, TestApp};
use chrono::NaiveDate;
use diesel::prelude::*;
use xuefa::attendance::AttendanceState;
use xuefa::i18n::Language;
use xuefa::mail::{Delivery, Mailer, Memory, OutboxState};
use xuefa::reminders::{self, Hours, Tick};
use xuefa::store::ids::{AssignmentId, ReadingId, TaskId};
use xuefa::store::schema::{assignments, outbox, people, readings, reminders as ledger, tasks};
use xuefa::training::SessionState;

impl TestApp {
    /// A reading that somebody was given to do by a day.
    pub async fn given_due_task(&self, member: Member, due_on: &str) -> TaskId {
        let (now, due_on): (_, NaiveDate) = (self.app.clock.now(), due_on.parse().expect("a date"));
        let unit = self.cast.first_unit;
        let given = self.write(move |conn| {
            xuefa::readings::sync(conn, now)?;
            let reading: ReadingId =
                readings::table.filter(readings::slug.eq("fengqiao")).select(readings::id).first(conn)?;
            let assignment: AssignmentId = diesel::insert_into(assignments::table)
                .values((
                    assignments::kind.eq("reading"),
                    assignments::title.eq("枫桥经验"),
                    assignments::note.eq(""),
                    assignments::unit_id.eq(unit),
                    assignments::given_at.eq(now),
                    assignments::due_on.eq(due_on),
                ))
                .returning(assignments::id)
                .get_result(conn)?;
            let task: TaskId = diesel::insert_into(tasks::table)
                .values((
                    tasks::assignment_id.eq(assignment),
                    tasks::kind.eq("reading"),
                    tasks::person_id.eq(member.person),
                    tasks::reading_id.eq(reading),
                    tasks::matter.eq(format!("assignment:{assignment}:reading:{reading}")),
                    tasks::state.eq("open"),
                    tasks::due_on.eq(due_on),
                    tasks::reading_version.eq(1),
                ))
                .returning(tasks::id)
                .get_result(conn)?;
            Ok(task)
        });
        given.await.expect("a task")
    }

    /// Sets a task's state, whoever may do so.
    pub async fn task_is(&self, task: TaskId, state: &'static str) {
        let set = self.write(move |conn| {
            Ok(diesel::update(tasks::table.filter(tasks::id.eq(task))).set(tasks::state.eq(state)).execute(conn)?)
        });
        set.await.expect("the task's state");
    }

    pub async fn address_is(&self, member: Member, address: Option<&'static str>) {
        let set = self.write(move |conn| {
            let person = people::table.filter(people::id.eq(member.person));
            Ok(diesel::update(person).set(people::email.eq(address)).execute(conn)?)
        });
        set.await.expect("the person's address");
    }

    pub async fn tick(&self, delivery: &Delivery) -> Tick {
        reminders::tick(&self.app.db, &self.app.clock, delivery, Hours::Kept).await.expect("a tick")
    }

    /// Plans without sending.
    pub async fn plan(&self) -> reminders::Planned {
        reminders::plan(&self.app.db, &self.app.clock, Hours::Kept).await.expect("a plan")
    }

    pub fn in_memory(&self) -> (Delivery, Memory) {
        let memory = Memory::default();
        (self.app.delivery(Mailer::Memory(memory.clone())).expect("a delivery"), memory)
    }

    pub fn by_smtp(&self, server: &SmtpServer) -> Delivery {
        let config = xuefa::config::Config { smtp: Some(server.address.clone()), ..(*self.app.config).clone() };
        self.app.delivery(Mailer::of(&config).expect("a mailer")).expect("a delivery")
    }

    pub async fn outbox(&self) -> Vec<(OutboxState, i64, Option<String>)> {
        let rows = self.app.db.read(|conn| {
            let columns = (outbox::state, outbox::n_tries, outbox::problem);
            Ok(outbox::table.order(outbox::id).select(columns).load(conn)?)
        });
        rows.await.expect("the outbox")
    }
}

fn header<'a>(content: &'a str, name: &str) -> Vec<&'a str> {
    let head = content.split("\r\n\r\n").next().and_then(|head| head.split("\n\n").next()).unwrap_or("");
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::trim_end).collect()
}

#[actix_web::test]
async fn a_task_is_told_of_once_from_three_days_before_it_is_due() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-12").await;

    site.set_clock("2024-07-08", "09:00");
    let four_days_before = site.tick(&delivery).await;
    site.set_clock("2024-07-09", "09:00");
    let three_days_before = site.tick(&delivery).await;
    let again = site.tick(&delivery).await;
    site.set_clock("2024-07-10", "09:00");
    let next_day = site.tick(&delivery).await;

    let planned = [four_days_before, three_days_before, again, next_day].map(|tick| tick.planned.n_matters);
    assert_eq!(planned, [0, 1, 0, 0]);
    assert_eq!(memory.posted().len(), 1);
    assert_eq!(memory.posted()[0].to, ["trainee@lihe.example"]);
}

/// Whoever sends links and notices is told where they look first that mail does not go out, and what to do; and when it does
/// again, no more.
#[actix_web::test]
async fn mail_that_does_not_go_out_is_told_on_the_homes_with_what_to_do() {
    let server = SmtpServer::start();
    server.is_down(true);
    let address = server.address.clone();
    let site = TestApp::start_with(|app| {
        let config = xuefa::config::Config { smtp: Some(address), ..(*app.config).clone() };
        app.config = std::sync::Arc::new(config);
    })
    .await;
    let delivery = site.by_smtp(&server);
    let (mut hq, mut admin) = (site.signed_in_as(site.cast.hq).await, site.signed_in_as(site.cast.admin).await);
    let account = format!("/people/{}/account", site.cast.trainee.person);

    let invited = hq.post(format!("{account}/invite"), &[("how", "mail")]).await;
    site.tick(&delivery).await;
    let at_once = hq.get("/today").await;
    site.set_clock("2024-07-05", "09:06");
    let pages = [hq.get("/today").await, hq.get("/mail").await, admin.get("/settings").await, hq.get(&account).await];
    server.is_down(false);
    site.tick(&delivery).await;
    let again = [hq.get("/today").await, admin.get("/settings").await, hq.get(&account).await];

    assert_eq!(invited.status, 303, "{}", invited.text());
    assert!(!at_once.says("not gone out since"), "{}", at_once.text());
    for page in &pages {
        assert!(page.says("One mail has not gone out since"), "{}", page.text());
        assert!(page.says("The mail server could not be reached"), "{}", page.text());
    }
    assert!(pages[0].body.contains("<a class=\"more\" href=\"/mail\">"), "{}", pages[0].body);
    for page in &pages[1..3] {
        assert!(page.says("XUEFA_SMTP") && page.says("xuefa doctor --mail"), "{}", page.text());
    }
    assert!(pages[3].says("Mail with the link") && pages[3].says("Waiting"), "{}", pages[3].text());
    for page in &again {
        assert!(!page.says("not gone out since"), "{}", page.text());
    }
    assert!(again[1].says("The last one went out"), "{}", again[1].text());
    assert!(again[2].says("Mail with the link") && again[2].says("Sent"), "{}", again[2].text());
}

/// Without a mail server, or while mail is held, no link is said to be on its way.
#[actix_web::test]
async fn a_link_by_mail_that_reaches_nobody_is_said_to_do_so() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let account = format!("/people/{}/account", site.cast.trainee.person);

    let without_server = hq.get(&account).await;
    let held = site.write(|conn| {
        let now = xuefa::clock::Moment::from_utc(chrono::NaiveDateTime::default());
        xuefa::settings::hold_mail(conn, &xuefa::access::Actor::program("restore"), true, now)
    });
    held.await.expect("held");
    let today = hq.get("/today").await;
    let settings = site.signed_in_as(site.cast.admin).await.get("/settings").await;
    let held = hq.get(&account).await;

    assert!(without_server.says("No mail server is set"), "{}", without_server.text());
    for page in [today, settings, held] {
        assert!(page.says("All mail is held back (0 in wait)"), "{}", page.text());
    }
}

/// M-09.
#[actix_web::test]
async fn a_clock_that_jumps_back_and_forth_repeats_nothing() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    for time in ["12:00", "09:00", "15:00", "12:00"] {
        site.set_clock("2024-07-05", time);
        site.tick(&delivery).await;
    }
    site.set_clock("2024-07-04", "12:00");
    site.tick(&delivery).await;

    assert_eq!(memory.posted().len(), 1);
}

#[actix_web::test]
async fn several_tasks_of_a_person_come_in_one_mail_and_each_person_gets_one_a_day() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.given_due_task(site.cast.trainee, "2024-07-06").await;
    site.given_due_task(site.cast.colleague, "2024-07-06").await;

    let first = site.tick(&delivery).await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let same_day = site.tick(&delivery).await;
    site.set_clock("2024-07-08", "08:00");
    let monday = site.tick(&delivery).await;

    assert_eq!((first.planned.n_mails, first.planned.n_matters), (2, 3));
    assert_eq!(same_day.planned.n_mails, 0);
    // Two due today and one overdue of the trainee's, one overdue of the colleague's, and their leader's digest.
    assert_eq!((monday.planned.n_mails, monday.planned.n_matters), (3, 5));
    assert_eq!(memory.posted().len(), 5);
}

#[actix_web::test]
async fn nobody_is_reminded_by_night_nor_of_what_is_done_by_then() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let task = site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.given_due_task(site.cast.colleague, "2024-07-08").await;

    site.set_clock("2024-07-05", "20:00");
    let by_night = site.tick(&delivery).await;
    site.set_clock("2024-07-05", "19:59");
    site.plan().await;
    site.set_clock("2024-07-05", "20:01");
    let waiting = site.tick(&delivery).await;
    site.task_is(task, "done").await;
    site.set_clock("2024-07-06", "10:00");
    let saturday = site.tick(&delivery).await;
    site.set_clock("2024-07-08", "08:00");
    let morning = site.tick(&delivery).await;

    assert_eq!(by_night, Tick::default());
    assert_eq!(saturday.delivered.n_sent, 0);
    assert_eq!((waiting.delivered.n_sent, waiting.delivered.n_later), (0, 2));
    assert_eq!((morning.delivered.n_sent, morning.delivered.n_dropped), (1, 1));
    assert_eq!(memory.posted().len(), 1);
    assert_eq!(memory.posted()[0].to, ["colleague@lihe.example"]);
}

#[actix_web::test]
async fn a_mail_with_a_task_that_was_done_meanwhile_tells_only_of_the_others() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let done = site.given_due_task(site.cast.trainee, "2024-07-06").await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    site.plan().await;
    site.task_is(done, "done").await;
    site.tick(&delivery).await;

    let mut hq = site.signed_in_as(site.cast.hq).await;
    let page = hq.get("/mail/1").await;
    assert_eq!(memory.posted().len(), 1);
    assert!(page.says("2024年7月8日到期"), "{}", page.text());
    assert!(!page.says("2024年7月6日"), "{}", page.text());
}

#[actix_web::test]
async fn withdrawn_done_and_released_tasks_are_told_of_by_nobody() {
    let site = TestApp::start().await;
    let withdrawn = site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let done = site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let released = site.given_due_task(site.cast.colleague, "2024-07-08").await;
    site.task_is(withdrawn, "withdrawn").await;
    site.task_is(done, "done").await;
    let roll = [(site.cast.colleague, Some(AttendanceState::Present))];
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &roll).await;
    let made_for_it = site.write(move |conn| {
        let task = tasks::table.filter(tasks::id.eq(released));
        Ok(diesel::update(task).set(tasks::session_id.eq(session)).execute(conn)?)
    });
    made_for_it.await.expect("the colleague was there after all");

    assert_eq!(site.plan().await.n_matters, 0);
}

#[actix_web::test]
async fn a_person_without_an_address_stands_in_the_ledger_with_the_reason() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.address_is(site.cast.trainee, None).await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    let tick = site.tick(&delivery).await;

    let page = site.signed_in_as(site.cast.hq).await.get("/mail/ledger?outcome=not_sent").await;
    assert_eq!((tick.planned.n_not_sent, memory.posted().len()), (1, 0));
    assert!(page.says("杜维平") && page.says("No e-mail address entered"), "{}", page.text());
}

#[actix_web::test]
async fn hq_reads_each_mail_as_it_was_sent_and_nobody_else_does() {
    let site = TestApp::start().await;
    let (delivery, _) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.tick(&delivery).await;

    let mut hq = site.signed_in_as(site.cast.hq).await;
    let list = hq.get("/mail?state=sent").await;
    let mail = hq.get("/mail/1").await;
    let by_leader = site.signed_in_as(site.cast.leader_of_first_unit).await.get("/mail/1").await;

    assert!(list.says("杜维平") && list.says("Reminder"), "{}", list.text());
    assert_eq!(mail.status, 200, "{}", mail.text());
    assert!(mail.says("http://xuefa.test/readings/"), "{}", mail.text());
    assert_eq!(by_leader.status, 404);
}

/// M-02, M-08.
#[actix_web::test]
async fn a_mail_server_gets_one_recipient_two_parts_and_a_fixed_message_id_in_the_persons_language() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    let delivery = site.by_smtp(&server);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let person = site.cast.colleague.person;
    let english = site.write(move |conn| {
        let colleague = people::table.filter(people::id.eq(person));
        Ok(diesel::update(colleague).set(people::language.eq(Language::English)).execute(conn)?)
    });
    english.await.expect("the colleague reads English");
    site.given_due_task(site.cast.colleague, "2024-07-08").await;

    server.answers("451 come back later");
    let first = site.tick(&delivery).await;
    server.answers("250 ok");
    let at_once = site.tick(&delivery).await;
    site.set_clock("2024-07-05", "09:02");
    let later = site.tick(&delivery).await;

    assert_eq!([first, at_once, later].map(|tick| tick.delivered.n_sent), [0, 0, 2]);
    let mut taken = server.taken();
    taken.sort_by(|a, b| a.recipients.cmp(&b.recipients));
    assert_eq!(taken.len(), 2, "{taken:?}");
    let (colleague, trainee) = (&taken[0], &taken[1]);
    assert_eq!(colleague.recipients, ["<colleague@lihe.example>"]);
    assert_eq!(trainee.recipients, ["<trainee@lihe.example>"]);
    assert!(colleague.content.contains("text/plain") && colleague.content.contains("text/html"));
    assert_eq!(header(&colleague.content, "Subject"), ["Study task due on 8 July 2024: The Fengqiao experience"]);
    assert!(header(&trainee.content, "Subject")[0].starts_with("=?utf-8?"), "{}", trainee.content);
    assert_eq!(header(&trainee.content, "Date"), ["Fri, 05 Jul 2024 01:02:00 +0000"]);
    let known = site.app.db.read(|conn| Ok(outbox::table.select(outbox::message_id).load::<String>(conn)?)).await;
    assert!(known.expect("the ids").contains(&header(&trainee.content, "Message-ID")[0].to_owned()));
}

#[actix_web::test]
async fn what_a_mail_server_refuses_for_good_is_shown_and_sent_again_by_hand_only() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    let delivery = site.by_smtp(&server);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    server.answers("550 no such user");
    let refused = site.tick(&delivery).await;
    server.answers("250 ok");
    site.set_clock("2024-07-05", "15:00");
    let by_itself = site.tick(&delivery).await;
    let page = hq.get("/mail/1").await;
    let again = hq.post("/mail/1/again", &[]).await;
    let by_hand = site.tick(&delivery).await;
    let twice = hq.post("/mail/1/again", &[]).await;

    assert_eq!((refused.delivered.n_failed, by_itself.delivered.n_sent), (1, 0));
    assert!(page.says("no such user") && page.says("Send again"), "{}", page.text());
    assert_eq!((again.status, twice.status), (303, 422));
    assert_eq!((by_hand.delivered.n_sent, server.taken().len()), (1, 1));
}

#[actix_web::test]
async fn a_mail_server_that_is_away_loses_nothing() {
    let site = TestApp::start().await;
    let config = xuefa::config::Config { smtp: Some("smtp://127.0.0.1:1".to_owned()), ..(*site.app.config).clone() };
    let away = site.app.delivery(Mailer::of(&config).expect("a mailer")).expect("a delivery");
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    let while_away = site.tick(&away).await;
    site.set_clock("2024-07-05", "09:10");
    let back = site.tick(&delivery).await;

    assert_eq!((while_away.delivered.n_later, back.delivered.n_sent), (1, 1));
    assert_eq!(memory.posted().len(), 1);
}

/// M-08.
#[actix_web::test]
async fn an_address_that_would_add_a_header_is_never_sent_to() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.address_is(site.cast.trainee, Some("a@lihe.example>\r\nBcc: <all@lihe.example")).await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    site.tick(&delivery).await;

    assert!(memory.posted().is_empty(), "{:?}", memory.posted());
    assert_eq!(site.outbox().await[0].0, OutboxState::Failed);
}

#[actix_web::test]
async fn two_instances_send_each_mail_once() {
    let site = TestApp::start().await;
    let (first, memory) = site.in_memory();
    let second = site.app.delivery(Mailer::Memory(memory.clone())).expect("a delivery");
    for member in [site.cast.trainee, site.cast.colleague, site.cast.stranger, site.cast.hq, site.cast.admin] {
        site.given_due_task(member, "2024-07-08").await;
    }

    let (one, other) = tokio::join!(
        reminders::tick(&site.app.db, &site.app.clock, &first, Hours::Kept),
        reminders::tick(&site.app.db, &site.app.clock, &second, Hours::Kept),
    );

    let n_sent = one.expect("a tick").delivered.n_sent + other.expect("a tick").delivered.n_sent;
    assert_eq!((n_sent, memory.posted().len()), (5, 5));
    let rows: i64 = site.app.db.read(|conn| Ok(ledger::table.count().get_result(conn)?)).await.expect("the ledger");
    assert_eq!(rows, 5);
}

#[actix_web::test]
async fn a_mail_whose_sender_was_killed_is_sent_when_its_lease_has_ended() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.plan().await;
    let until = site.moment("2024-07-05", "09:05");
    let claimed = site.write(move |conn| {
        Ok(diesel::update(outbox::table)
            .set((outbox::lease_until.eq(until), outbox::lease_number.eq(1), outbox::n_tries.eq(1)))
            .execute(conn)?)
    });
    claimed.await.expect("another instance has it");

    site.tick(&delivery).await;
    let during = memory.posted().len();
    site.set_clock("2024-07-05", "09:05");
    site.tick(&delivery).await;

    assert_eq!((during, memory.posted().len()), (0, 1));
}

#[actix_web::test]
async fn without_a_mail_server_each_mail_is_a_file() {
    let site = TestApp::start().await;
    let delivery = site.app.delivery(Mailer::of(&site.app.config).expect("a mailer")).expect("a delivery");
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    site.tick(&delivery).await;

    let folder = site.app.config.mail_folder();
    let names: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder").flatten().map(|file| file.file_name()).collect();
    assert_eq!(names, ["1.eml"]);
    let content = std::fs::read_to_string(folder.join("1.eml")).expect("the mail");
    assert_eq!(header(&content, "To"), ["trainee@lihe.example"]);
}
