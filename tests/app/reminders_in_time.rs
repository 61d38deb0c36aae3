//! Reminders and the clock (`reliability.md` M-05, M-06, M-09): restarts, jumps, changes of the wall clock, 29 February, a
//! mail server that is away for a day, one that says "later" for days.

use crate::reminders::decoded;
use crate::support::smtp::SmtpServer;
use crate::support::{Member, TestApp};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use xuefa::access::Actor;
use xuefa::clock::{Clock, Moment};
use xuefa::mail::{Mailer, OutboxState};
use xuefa::reminders::model::Kind;
use xuefa::reminders::{self, Hours, Watch};
use xuefa::settings::{self, Settings};
use xuefa::store::schema::{outbox, reminders as ledger};
use xuefa::store::{Db, is_duplicate};
use xuefa::training::SessionState;
use xuefa::web::App;

impl TestApp {
    async fn noted_of(&self, member: Member) -> Vec<(Kind, String)> {
        let rows = self.app.db.read(move |conn| {
            let own = ledger::table.filter(ledger::person_id.eq(member.person)).order(ledger::id);
            Ok(own.select((ledger::kind, ledger::occurrence)).load(conn)?)
        });
        rows.await.expect("the ledger")
    }

    /// Mail may go out at any hour, also on these days.
    async fn sends_always(&self, days: &'static str) {
        let set = self.write(move |conn| {
            let always = Settings {
                mail_from_hour: 0,
                mail_to_hour: 24,
                extra_workdays: days.to_owned(),
                ..settings::current(conn)?
            };
            settings::establish(conn, &always)
        });
        set.await.expect("the settings");
    }

    fn set_utc(&self, text: &str) {
        let utc = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
        self.app.clock.set(Moment::from_utc(utc));
    }
}

fn in_new_york(app: &mut App) {
    app.clock = Clock::fixed(chrono_tz::America::New_York, app.clock.now());
}

#[actix_web::test]
async fn three_hours_back_and_forth_also_over_midnight_repeat_nothing() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.sends_always("2024-07-06").await;
    site.given_session("2024-07-08", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.given_due_task(site.cast.colleague, "2024-07-08").await;

    let (first, hours) = (site.moment("2024-07-05", "22:30"), [0, 3, 0, -3, 0, 3, 6, 3]);
    for jump in hours {
        site.app.clock.set(first + TimeDelta::hours(jump));
        site.tick(&delivery).await;
    }

    let mut noted = site.ledger().await.into_iter().map(|row| (row.0, row.1)).collect::<Vec<_>>();
    let n_noted = noted.len();
    noted.sort();
    noted.dedup();
    assert_eq!(noted.len(), n_noted, "{noted:?}");
    let to = |address: &str| memory.posted().iter().filter(|mail| mail.to == [address]).count();
    // The task is told of three days before and on the day off before it is due; the session by its notice, then the day before.
    assert_eq!((to("trainee@lihe.example"), to("colleague@lihe.example")), (2, 1));
}

#[actix_web::test]
async fn a_program_that_was_started_anew_repeats_nothing_and_sends_what_was_left() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.tick(&delivery).await;
    site.given_due_task(site.cast.colleague, "2024-07-08").await;
    site.plan().await;

    let clock = Clock::fixed(site.app.clock.zone(), site.app.clock.now());
    let db = Db::open(&site.app.config.database).expect("the same database");
    let anew = App::new(db, clock, (*site.app.config).clone()).expect("the program");
    let delivery = anew.delivery(Mailer::Memory(memory.clone())).expect("a delivery");
    let mut watch = Watch::default();
    let tick = watch.tick(&anew.db, &anew.clock, &delivery, Hours::Kept).await.expect("a tick");

    assert_eq!((tick.planned.n_matters, tick.delivered.n_sent, memory.posted().len()), (0, 1, 2));
}

#[actix_web::test]
async fn the_hour_that_comes_twice_and_the_one_that_is_skipped_bring_each_reminder_once() {
    let site = TestApp::start_with(in_new_york).await;
    let (delivery, memory) = site.in_memory();
    site.sends_always("2024-03-10 2024-11-03").await;
    let session = site.given_session("2024-03-11", SessionState::Published, &[(site.cast.trainee, None)]).await;
    // Sunday, from 01:59 to 03:00.
    for utc in ["2024-03-10 06:59", "2024-03-10 07:00", "2024-03-10 07:01"] {
        site.set_utc(utc);
        site.tick(&delivery).await;
    }
    site.given_due_task(site.cast.colleague, "2024-11-03").await;
    // Sunday, 01:30 twice.
    for utc in ["2024-11-03 05:30", "2024-11-03 06:30", "2024-11-03 07:30"] {
        site.set_utc(utc);
        site.tick(&delivery).await;
    }

    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert_eq!(mails.len(), 2, "{mails:#?}");
    // 09:00 in summer time, though it was written in winter time.
    assert!(mails[0].contains(&format!("UID:session-{session}-")) && mails[0].contains("DTSTART:20240311T130000Z"));
    assert_eq!(site.noted_of(site.cast.colleague).await, [(Kind::TaskToday, String::new())]);
}

#[actix_web::test]
async fn the_twenty_ninth_of_february_is_a_day_like_others() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_due_task(site.cast.trainee, "2024-02-29").await;

    let days = ["2024-02-23", "2024-02-26", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-07", "2024-03-08"];
    for day in days {
        site.set_clock(day, "09:00");
        site.tick(&delivery).await;
        site.tick(&delivery).await;
    }

    let week = |n: &str| (Kind::TaskOverdue, n.to_owned());
    let told = [(Kind::TaskSoon, String::new()), (Kind::TaskToday, String::new()), week("1"), week("2")];
    assert_eq!(site.noted_of(site.cast.trainee).await, told);
    assert_eq!(memory.posted().iter().filter(|mail| mail.to == ["trainee@lihe.example"]).count(), 4);
}

#[actix_web::test]
async fn the_ledger_itself_takes_no_matter_twice() {
    let site = TestApp::start().await;
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.plan().await;
    let person = site.cast.trainee.person;

    let again = site.app.db.write(move |conn| {
        let (subject, on): (i64, NaiveDate) =
            ledger::table.select((ledger::subject_id, ledger::about_on)).first(conn)?;
        let inserted = diesel::insert_into(ledger::table)
            .values((
                (ledger::person_id.eq(person), ledger::kind.eq(Kind::TaskSoon), ledger::subject_id.eq(subject)),
                (ledger::occurrence.eq(""), ledger::outcome.eq("not_sent"), ledger::about_on.eq(on)),
                ledger::planned_at.eq(Moment::from_timestamp(0)),
            ))
            .execute(conn);
        Ok(inserted.is_err_and(|error| is_duplicate(&error)))
    });

    // On PostgreSQL the refused row ends the transaction, which then cannot be committed.
    assert!(again.await.unwrap_or(true));
    assert_eq!(site.ledger().await.len(), 1);
}

#[actix_web::test]
async fn what_a_server_puts_off_is_tried_for_four_days_then_failed_and_can_be_sent_again() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    server.answers("451 come back later");
    let delivery = site.by_smtp(&server);
    site.given_due_task(site.cast.trainee, "2024-07-01").await;
    let (first, mut pauses) = (site.app.clock.now(), Vec::new());

    let recipient = loop {
        let ticked = reminders::tick(&site.app.db, &site.app.clock, &delivery, Hours::Any).await;
        ticked.expect("a tick");
        let mail = site.app.db.read(|conn| {
            let columns = (outbox::state, outbox::next_try_at, outbox::address);
            Ok(outbox::table.order(outbox::id).select(columns).first(conn)?)
        });
        let (state, next, address): (OutboxState, Moment, String) = mail.await.expect("the mail");
        if state != OutboxState::Waiting {
            break format!("<{address}>");
        }
        pauses.push(next - site.app.clock.now());
        site.app.clock.set(next);
    };
    let page = site.signed_in_as(site.cast.hq).await.get("/mail/1").await;

    assert!(pauses.is_sorted() && pauses.len() == 29, "{pauses:?}");
    assert!(site.app.clock.now() - first >= TimeDelta::days(4));
    assert!(page.says("Failed") && page.says("come back later") && page.says("Send again"), "{}", page.text());
    assert_eq!(server.offers().iter().filter(|offer| offer.recipient == recipient).count(), 30);
}

#[actix_web::test]
async fn after_a_day_without_a_mail_server_only_what_still_holds_is_sent() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    let delivery = site.by_smtp(&server);
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let done = site.given_due_task(site.cast.colleague, "2024-07-08").await;
    server.is_down(true);

    let without = site.tick(&delivery).await;
    site.session_is(session, SessionState::Cancelled).await;
    site.task_is(done, "done").await;
    site.set_clock("2024-07-05", "15:00");
    let later = site.tick(&delivery).await;
    let page = site.signed_in_as(site.cast.hq).await.get("/mail?state=waiting").await;
    server.is_down(false);
    site.set_clock("2024-07-08", "09:00");
    let back = site.tick(&delivery).await;

    assert_eq!((without.delivered.n_later, without.delivered.n_sent), (2, 0));
    assert!(page.says("The mail server could not be reached"), "{}", page.text());
    assert_eq!((later.delivered.n_sent, later.delivered.n_dropped, back.delivered.n_sent), (0, 2, 1));
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let mail = xuefa::mail::Posted { to: Vec::new(), content: taken[0].content.replace('\n', "\r\n") };
    assert!(decoded(&mail).contains("METHOD:CANCEL"), "{}", decoded(&mail));
}

#[actix_web::test]
async fn while_nothing_happens_nothing_is_planned_and_what_happens_is_planned_at_the_next_tick() {
    let site = TestApp::start().await;
    let (delivery, _) = site.in_memory();
    let mut watch = Watch::default();
    let tick = async |watch: &mut Watch| {
        let tick = watch.tick(&site.app.db, &site.app.clock, &delivery, Hours::Kept).await;
        tick.expect("a tick").planned.n_matters
    };
    let first = tick(&mut watch).await;
    // Straight into the tables: nothing in the trail tells of it.
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.signed_in_as(site.cast.trainee).await;

    let unseen = tick(&mut watch).await;
    let now = site.app.clock.now();
    let changed = site.write(move |conn| settings::hold_mail(conn, &Actor::program("test"), true, now));
    changed.await.expect("something that leaves an entry");
    let seen = tick(&mut watch).await;
    site.given_due_task(site.cast.colleague, "2024-07-08").await;
    let unseen_again = tick(&mut watch).await;
    site.set_clock("2024-07-05", "09:10");
    let after_a_while = tick(&mut watch).await;

    assert_eq!([first, unseen, seen, unseen_again, after_a_while], [0, 0, 1, 0, 1]);
}
