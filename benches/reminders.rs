//! Reminders for a large group: planning them all, while others write; planning again when nothing is new; sending them to a
//! mail server on this machine.
//!
//! `cargo bench --bench reminders`; `XUEFA_BENCH_PEOPLE` (100,000), `XUEFA_BENCH_MAILS` (5,000: those that are sent) and
//! `XUEFA_BENCH_DATABASE` (an empty one; a file of its own) change it. Each person has ten matters: six tasks and four
//! sessions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../tests/app/support/smtp.rs"]
mod smtp;
mod support;

use diesel::prelude::*;
use smtp::SmtpServer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::flock::Flock;
use support::{percentile, setting};
use xuefa::clock::Clock;
use xuefa::config::Config;
use xuefa::mail::Mailer;
use xuefa::reminders::{self, Hours, Watch};
use xuefa::store::schema::outbox;
use xuefa::store::{self, Db};
use xuefa::web::App;

fn main() {
    let (n_people, n_mails) = (setting("XUEFA_BENCH_PEOPLE", 100_000), setting("XUEFA_BENCH_MAILS", 5_000));
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("xuefa.db").to_string_lossy().into_owned();
    let database = std::env::var("XUEFA_BENCH_DATABASE").unwrap_or(own);
    let server = SmtpServer::start();
    let config = Config {
        database: database.clone(),
        data: folder.path().to_owned(),
        smtp: Some(server.address.clone()),
        ..support::config()
    };
    let runtime = actix_web::rt::System::new();
    let db = Db::open(&database).unwrap();
    let app = App::new(db, Clock::system(config.zone), config).unwrap();
    let flock = Flock { n_people, n_tasks: 6, n_sessions: 4 };
    runtime.block_on(flock.settle(&database, &app.db, &app.clock));

    println!("{n_people} people with ten matters each");
    report("a small write alone", &watched(&app.db, || std::thread::sleep(Duration::from_secs(2))));
    // From here on the most memory is that of planning.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak_megabytes();
    let waits = watched(&app.db, || {
        let (started, cpu) = (Instant::now(), cpu());
        let planned = runtime.block_on(reminders::plan(&app.db, &app.clock, Hours::Kept)).unwrap();
        println!(
            "planned {} matters in {} mails: {:.1} s, {:.1} s CPU; {before} MB held before, {} MB at the most",
            planned.n_matters,
            planned.n_mails,
            started.elapsed().as_secs_f64(),
            (crate::cpu() - cpu).as_secs_f64(),
            peak_megabytes()
        );
        assert_eq!((planned.n_mails, planned.n_matters), (n_people, 10 * n_people));
    });
    report("a small write meanwhile", &waits);

    let again = Instant::now();
    let planned = runtime.block_on(reminders::plan(&app.db, &app.clock, Hours::Kept)).unwrap();
    println!("planned again, {} new matters: {:.2} s", planned.n_matters, again.elapsed().as_secs_f64());
    let held = runtime.block_on(app.db.write(move |conn| {
        let later = diesel::update(outbox::table.filter(outbox::id.gt(n_mails as i64)));
        Ok(later.set(outbox::state.eq("dropped")).execute(conn)?)
    }));
    held.unwrap();

    let delivery = runtime.block_on(async { app.delivery(Mailer::of(&app.config).unwrap()).unwrap() });
    let mut watch = Watch::default();
    let (started, cpu) = (Instant::now(), cpu());
    let tick = runtime.block_on(watch.tick(&app.db, &app.clock, &delivery, Hours::Kept)).unwrap();
    let wall = started.elapsed();
    println!(
        "sent {} mails: {:.0}/s, {:.2} ms CPU each, the mail server's included",
        tick.delivered.n_sent,
        tick.delivered.n_sent as f64 / wall.as_secs_f64(),
        (crate::cpu() - cpu).as_secs_f64() * 1e3 / tick.delivered.n_sent as f64
    );
    assert_eq!(server.count_taken(), tick.delivered.n_sent);
    let started = Instant::now();
    runtime.block_on(watch.tick(&app.db, &app.clock, &delivery, Hours::Kept)).unwrap();
    println!("a tick with nothing new: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    // Its connections are closed inside the runtime.
    runtime.block_on(async move { drop(delivery) });
}

/// How long small writes of somebody else took while something was done: each waits for whoever holds the writer.
fn watched(db: &Db, done: impl FnOnce()) -> Vec<Duration> {
    let over = Arc::new(AtomicBool::new(false));
    let (db, is_over) = (db.clone(), over.clone());
    let watcher = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut waits = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let asked = Instant::now();
            runtime.block_on(db.write(store::touch)).unwrap();
            waits.push(asked.elapsed());
            std::thread::sleep(Duration::from_millis(3));
        }
        waits.sort();
        waits
    });
    done();
    over.store(true, Ordering::Relaxed);
    watcher.join().unwrap()
}

fn report(what: &str, waits: &[Duration]) {
    let at = |percent| percentile(waits, percent);
    println!("{what}: n {}, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", waits.len(), at(50), at(99), at(100));
}

/// Processor time of this process, in the hundredths of a second that Linux counts.
fn cpu() -> Duration {
    support::cpu_of("self")
}

fn peak_megabytes() -> u64 {
    support::peak_megabytes_of("self")
}
