//! The drill of mail (`reliability.md` M-01 … M-05): reminders go through a mail server that is down, asks to come back,
//! refuses, hangs and resets connections, while the program is killed again and again as by a power cut. Each reminder is
//! planned once and arrives; it arrives twice only where nobody can know whether it did; nothing is offered again that
//! was refused for good.
//!
//! The short drill runs with the tests; the long one with
//! `XUEFA_DRILL_KILLS=50 XUEFA_DRILL_PEOPLE=10000 cargo test --release --test drill_mail -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "app/support/smtp.rs"]
mod smtp;
#[path = "../benches/support/mod.rs"]
mod support;

use diesel::prelude::*;
use smtp::{Manner, SmtpServer, Taken};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::{Duration, Instant};
use support::flock::Flock;
use support::{Server, free_port, setting};
use xuefa::clock::Clock;
use xuefa::store::Db;
use xuefa::store::schema::{outbox, reminders};

/// Mails that one program has under way at the most: what a kill can leave in doubt.
const UNDER_WAY: usize = 64;
/// Minutes pass that many times faster for mail.
const HASTE: &str = "100";

/// How the mail server treats what is offered for a recipient for the n-th time.
fn manner(recipient: &str, n_before: usize) -> Manner {
    let number: usize = recipient.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    match (number % 20, n_before) {
        (0, _) => Manner::Answer("550 5.1.1 no such user".to_owned()),
        (1, 0 | 1) => Manner::Answer("451 4.7.1 greylisted, come back later".to_owned()),
        (2, 0) => Manner::Hang,
        (3, 0) => Manner::ResetBefore,
        (4, 0) => Manner::ResetAfter,
        _ => Manner::Take,
    }
}

struct Drill {
    runtime: actix_web::rt::SystemRunner,
    db: Db,
    database: String,
    folder: tempfile::TempDir,
    server: SmtpServer,
    n_people: usize,
}

impl Drill {
    fn prepare(n_people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("xuefa.db").to_string_lossy().into_owned();
        let runtime = actix_web::rt::System::new();
        let db = Db::open(&database).unwrap();
        let clock = Clock::system(chrono_tz::Asia::Shanghai);
        runtime.block_on(Flock { n_people, n_tasks: 1, n_sessions: 0 }.settle(&database, &db, &clock));
        let server = SmtpServer::start();
        server.behaves(manner);
        Self { runtime, db, database, folder, server, n_people }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
        command.args(words).env("XUEFA_DATABASE", &self.database).env("XUEFA_DATA", self.folder.path());
        command.env("XUEFA_SMTP", &self.server.address).env("XUEFA_MAIL_HASTE", HASTE).env("XUEFA_LOG", "error");
        command
    }

    fn serve(&self) -> Server {
        let port = free_port();
        let mut command = self.command(&["serve"]);
        command.env("XUEFA_LISTEN", format!("127.0.0.1:{port}"));
        Server::run(command, port)
    }

    fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut xuefa::store::Conn) -> xuefa::error::Result<T> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.db.read(f)).unwrap()
    }

    /// How many rows of the outbox are in each state, and how many the ledger has.
    fn count(&self) -> (BTreeMap<String, i64>, i64) {
        self.read(|conn| {
            let states: Vec<(String, i64)> =
                outbox::table.group_by(outbox::state).select((outbox::state, diesel::dsl::count_star())).load(conn)?;
            Ok((states.into_iter().collect(), reminders::table.count().get_result(conn)?))
        })
    }

    /// Waits until something holds.
    fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let patience = Instant::now() + Duration::from_secs(900);
        while !holds(self) {
            assert!(Instant::now() < patience, "{what}: {:?}, {} taken", self.count(), self.server.count_taken());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_over(&self) -> bool {
        let (states, n_planned) = self.count();
        n_planned == self.n_people as i64 && !states.contains_key("waiting")
    }
}

#[test]
fn each_reminder_arrives_through_a_bad_mail_server_however_often_the_program_is_killed() {
    let (n_kills, n_people) = (setting("XUEFA_DRILL_KILLS", 4), setting("XUEFA_DRILL_PEOPLE", 300));
    let (drill, started) = (Drill::prepare(n_people), Instant::now());

    drill.server.is_down(true);
    let mut program = drill.serve();
    for n in 0..n_kills {
        if n == 0 {
            // In the middle of planning, or just after.
            drill.until("planning", |drill| drill.count().1 > 0);
        } else {
            let share = n_people * n / (n_kills + 1);
            drill.until("sending", |drill| drill.server.count_taken() >= share);
        }
        program.kill();
        drill.server.next_life();
        // Up now, and down for a while at every third start.
        drill.server.is_down(n % 3 == 2);
        program = drill.serve();
        drill.server.is_down(false);
    }
    drill.until("the end", Drill::is_over);
    program.kill();
    drill.server.next_life();
    let n_before = drill.server.count_taken();
    let once_more = drill.command(&["remind", "--once"]).output().unwrap();

    assert!(once_more.status.success(), "{}", String::from_utf8_lossy(&once_more.stderr));
    assert_eq!(drill.server.count_taken(), n_before, "sent again though everything was sent");
    judge(&drill, n_kills, started.elapsed());
}

fn judge(drill: &Drill, n_kills: usize, wall: Duration) {
    let (states, n_planned) = drill.count();
    let n_refused = drill.n_people / 20;
    let rows: Vec<(String, String)> = drill
        .read(|conn| Ok(outbox::table.order(outbox::id).select((outbox::address, outbox::message_id)).load(conn)?));
    let known: BTreeMap<String, String> =
        rows.iter().map(|(address, id)| (format!("<{address}>"), id.clone())).collect();
    let taken = drill.server.taken();
    let mut of_each: BTreeMap<&str, Vec<(usize, &Taken)>> = BTreeMap::new();
    for (place, mail) in taken.iter().enumerate() {
        assert_eq!(mail.recipients.len(), 1, "one recipient each");
        assert_eq!(mail.header("Message-ID"), known.get(&mail.recipients[0]).map(String::as_str), "one name for ever");
        of_each.entry(&mail.recipients[0]).or_default().push((place, mail));
    }
    let (mut n_by_fault, mut n_by_kill, mut n_unheard) = (0, 0, 0);
    for times in of_each.values() {
        for pair in times.windows(2) {
            let ((place, earlier), (_, later)) = (pair[0], pair[1]);
            let n_after = taken[place + 1..].iter().filter(|mail| mail.life == earlier.life).count();
            let was_killed = earlier.life != later.life && n_after < UNDER_WAY;
            let is_in_doubt = earlier.manner == Manner::ResetAfter || !earlier.is_known;
            assert!(is_in_doubt || was_killed, "{} arrived twice", earlier.recipients[0]);
            match (&earlier.manner, was_killed) {
                (Manner::ResetAfter, _) => n_by_fault += 1,
                (_, true) => n_by_kill += 1,
                (_, false) => n_unheard += 1,
            }
        }
    }
    let again_after_refusal = again_after_refusal(drill);
    println!(
        "{n_kills} kills in {:.0} s: {n_planned} planned, {states:?}; {} taken of {} people: twice {n_by_fault} by a reset \
         after the mail, {n_by_kill} by a kill, {n_unheard} by an answer that came too late; {} offers, {} after a refusal",
        wall.as_secs_f64(),
        taken.len(),
        of_each.len(),
        drill.server.offers().len(),
        again_after_refusal
    );
    assert_eq!(n_planned, drill.n_people as i64);
    assert_eq!(rows.len(), drill.n_people, "one mail each");
    assert_eq!(rows.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), drill.n_people, "one Message-ID each");
    assert_eq!(states.get("failed").copied(), Some(n_refused as i64), "{states:?}");
    assert_eq!(states.get("sent").copied(), Some((drill.n_people - n_refused) as i64), "{states:?}");
    assert_eq!(of_each.len(), drill.n_people - n_refused, "lost");
}

/// How often something was offered again that had been refused for good: only when the program was killed before it could
/// note the refusal, or did not hear of it in time.
fn again_after_refusal(drill: &Drill) -> usize {
    let offers = drill.server.offers();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_again = 0;
    for (place, offer) in offers.iter().enumerate() {
        if !matches!(&offer.manner, Manner::Answer(answer) if answer.starts_with("550")) {
            continue;
        }
        if let Some(before) = refused.insert(&offer.recipient, place) {
            let n_after = offers[before + 1..].iter().filter(|later| later.life == offers[before].life).count();
            let was_killed = offers[before].life != offer.life && n_after < UNDER_WAY;
            assert!(was_killed || !offers[before].is_known, "{} was refused", offer.recipient);
            n_again += 1;
        }
    }
    n_again
}
