//! The drill of several instances on one PostgreSQL, a server of the drill's own: any request at any instance, one killed,
//! the database restarted as after a crash (`reliability.md` C-08, D-08); and a mailer that is stopped with a mail in its
//! hands and goes on when another has taken over (M-04). Left out, and said so, where there is no PostgreSQL to start.
//!
//! The long one: `XUEFA_DRILL_RESTARTS=20 XUEFA_DRILL_PEOPLE=4000 cargo test --test drill_instances -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "app/support/smtp.rs"]
mod smtp;
#[path = "../benches/support/mod.rs"]
mod support;

use diesel::prelude::*;
use smtp::SmtpServer;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::flock::Flock;
use support::{Connection, Hall, Server, free_port, get, post, setting};
use xuefa::clock::Clock;
use xuefa::store::Db;
use xuefa::store::schema::{attendance, audit_entries, outbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_xuefa");
const CONNECTIONS: usize = 8;
/// Minutes pass that many times faster for mail: a lease of five minutes lasts ten seconds.
const HASTE: u32 = 30;
/// Mails that one instance has in its hands at once.
const UNDER_WAY: usize = 4;

/// A PostgreSQL server with everything at its defaults, so that what it answered is on the disk.
struct Postgres {
    bin: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Postgres {
    fn start() -> Option<Self> {
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect();
        versions.sort();
        let bin = versions.pop().filter(|bin| bin.join("initdb").exists())?;
        let folder = tempfile::tempdir().unwrap();
        let server = Self { bin, folder, port: free_port() };
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(server.folder.path()).status().unwrap().success());
        }
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "xuefa", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
        server.up();
        Some(server)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_string_lossy().into_owned()
    }

    fn run(&self, program: &str, words: &[&str]) {
        let program = self.bin.join(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        let output =
            command.current_dir(self.folder.path()).args(words).stdout(std::process::Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn up(&self) {
        let shown = self.folder.path().display();
        let options = format!("-k {shown} -p {} -c listen_addresses=127.0.0.1", self.port);
        let log = format!("{shown}/log");
        self.run("pg_ctl", &["-D", &self.data(), "-l", &log, "-w", "-o", &options, "start"]);
    }

    /// As after a crash: nothing is said to anybody, and it recovers by its journal.
    fn crash(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }

    fn database(&self, name: &str) -> String {
        let port = self.port.to_string();
        self.run("createdb", &["-h", "127.0.0.1", "-p", &port, "-U", "xuefa", name]);
        format!("postgres://xuefa@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

fn postgres() -> Option<Postgres> {
    let started = Postgres::start();
    if started.is_none() {
        eprintln!("left out: there is no PostgreSQL to start (tests/all installs it)");
    }
    started
}

/// When requests were last refused or broken.
struct Troubles {
    last: Mutex<Option<Instant>>,
    n: AtomicUsize,
}

/// Sends to one instance, then the other, until it is answered, as behind a proxy.
fn insist(instances: &[SocketAddr], request: &[u8], place: usize, troubles: &Troubles) {
    for turn in 0..4000 {
        let instance = instances[(place + turn) % instances.len()];
        let answer = Connection::open(instance).and_then(|mut connection| connection.send(request));
        match answer {
            Ok(answer) if answer.status == 303 => {
                assert!(answer.location().is_some_and(|to| to.contains("/checked-in")), "{}", answer.text);
                return;
            }
            Ok(answer) => assert!(answer.status >= 500, "{}", answer.text),
            Err(_) => {}
        }
        *troubles.last.lock().unwrap() = Some(Instant::now());
        troubles.n.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("no answer came");
}

/// D-08, C-08.
#[test]
fn whoever_was_told_so_is_checked_in_once_when_an_instance_is_killed_and_the_database_crashes() {
    let Some(postgres) = postgres() else { return };
    let (n_restarts, n_people) = (setting("XUEFA_DRILL_RESTARTS", 2), setting("XUEFA_DRILL_PEOPLE", 400));
    let folder = tempfile::tempdir().unwrap();
    let hall = Hall::prepare(folder.path(), &postgres.database("hall"), n_people);
    let requests = hall.check_ins(&hall.scan());
    let mut first = hall.serve(PROGRAM);
    let second = hall.serve(PROGRAM);
    let instances = [first.address, second.address];
    let (next, n_told) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let troubles = Troubles { last: Mutex::new(None), n: AtomicUsize::new(0) };
    let reached = |share: usize| {
        while n_told.load(Ordering::Relaxed) < n_people * share / (n_restarts + 2) {
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let mut spans = Vec::new();

    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(place) else { break };
                    insist(&instances, request, place, &troubles);
                    n_told.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
        reached(1);
        first.kill();
        for n in 0..n_restarts {
            reached(n + 2);
            postgres.crash();
            std::thread::sleep(Duration::from_millis(300));
            postgres.up();
            let is_up = Instant::now();
            // Until nobody has been refused for a while.
            loop {
                std::thread::sleep(Duration::from_millis(50));
                let last = troubles.last.lock().unwrap().unwrap_or(is_up);
                if last.elapsed() > Duration::from_secs(2) || n_told.load(Ordering::Relaxed) == n_people {
                    spans.push(last.saturating_duration_since(is_up));
                    break;
                }
            }
        }
    });

    // A login that one instance gave is the other's too, in every step of a flow.
    let other = hall.serve(PROGRAM);
    let mut browsers = [second.address, other.address].map(|address| Connection::open(address).unwrap());
    let form = browsers[0].send(&get("/login", "")).unwrap();
    let visit = form.cookie("xuefa_visit").unwrap().to_owned();
    let (csrf, form_key) = (form.hidden("csrf").unwrap(), form.hidden("form_key").unwrap());
    let (name, password) = (&hall.people[0].user_name, support::PASSWORD.replace(' ', "+"));
    let fields = format!("csrf={csrf}&form_key={form_key}&user_name={name}&password={password}");
    let signed_in = browsers[1].send(&post("/login", &format!("xuefa_visit={visit}"), &fields)).unwrap();
    assert_eq!(signed_in.status, 303, "{}", signed_in.text);
    let login = format!("xuefa_login={}", signed_in.cookie("xuefa_login").unwrap());
    let home = browsers[0].send(&get("/me", &login)).unwrap();
    assert_eq!(home.status, 200, "{}", home.text);

    let session = hall.session;
    let (present, trail): (Vec<i64>, i64) = hall.read(move |conn| {
        let present = attendance::table
            .filter(attendance::session_id.eq(session))
            .filter(attendance::state.eq("present"))
            .order(attendance::person_id)
            .select(attendance::person_id)
            .load(conn)?;
        let came = audit_entries::table.filter(audit_entries::action.eq("attendance.checked_in"));
        Ok((present, came.count().get_result(conn)?))
    });
    println!(
        "{n_restarts} crashes of the database and one of an instance: {} present of {n_people}, {} refused or broken tries, \
         the last ones so long after the database was up: {spans:.1?}",
        present.len(),
        troubles.n.load(Ordering::Relaxed)
    );
    let expected: Vec<i64> = hall.people.iter().map(|guest| guest.person.0).collect();
    assert_eq!(present, expected, "lost, or there without asking");
    assert_eq!(trail, n_people as i64, "an entry each, and only one");
}

fn signal(server: &Server, name: &str) {
    assert!(Command::new("kill").args([name, &server.process().to_string()]).status().unwrap().success());
}

/// M-04.
#[test]
fn a_mailer_that_was_stopped_sends_nothing_that_another_has_taken_over() {
    let Some(postgres) = postgres() else { return };
    let (n_stops, n_people) = (setting("XUEFA_DRILL_STOPS", 3), setting("XUEFA_DRILL_PEOPLE", 300));
    let (folder, database) = (tempfile::tempdir().unwrap(), postgres.database("mail"));
    let runtime = actix_web::rt::System::new();
    let db = Db::open(&database).unwrap();
    let clock = Clock::system(chrono_tz::Asia::Shanghai);
    runtime.block_on(Flock { n_people, n_tasks: 1, n_sessions: 0 }.settle(&database, &db, &clock));
    let mail_server = SmtpServer::start();
    let serve = || {
        let port = free_port();
        let mut command = Command::new(PROGRAM);
        command.arg("serve").env("XUEFA_DATABASE", &database).env("XUEFA_DATA", folder.path());
        command.env("XUEFA_LISTEN", format!("127.0.0.1:{port}")).env("XUEFA_LOG", "error");
        command.env("XUEFA_SMTP", &mail_server.address).env("XUEFA_MAIL_HASTE", HASTE.to_string());
        // Slow enough that the stops come in the middle.
        command.env("XUEFA_SMTP_RATE", "600");
        Server::run(command, port)
    };
    let instances: Vec<Server> = (0..4).map(|_| serve()).collect();
    let patience = Instant::now() + Duration::from_secs(600);
    let until = |what: &str, holds: &dyn Fn() -> bool| {
        while !holds() {
            assert!(Instant::now() < patience, "{what}: {} taken", mail_server.count_taken());
            std::thread::sleep(Duration::from_millis(5));
        }
    };

    let mut n_by_other = 0;
    for n in 0..n_stops {
        until("sending", &|| mail_server.count_taken() >= n_people * (n + 1) / (n_stops + 2));
        let stopped = &instances[n % instances.len()];
        signal(stopped, "-STOP");
        let before = mail_server.count_taken();
        // Longer than a lease.
        std::thread::sleep(Duration::from_secs(300) / HASTE + Duration::from_secs(2));
        n_by_other += mail_server.count_taken() - before;
        signal(stopped, "-CONT");
    }
    until("the end", &|| {
        let waiting = db.read(|conn| {
            let all: i64 = outbox::table.count().get_result(conn)?;
            let open: i64 = outbox::table.filter(outbox::state.eq("waiting")).count().get_result(conn)?;
            Ok((all, open))
        });
        runtime.block_on(waiting).unwrap() == (n_people as i64, 0)
    });
    drop(instances);

    let mut of_each: BTreeMap<String, usize> = BTreeMap::new();
    for mail in mail_server.taken() {
        *of_each.entry(mail.recipients[0].clone()).or_default() += 1;
    }
    let n_twice = of_each.values().filter(|n| **n > 1).count();
    println!("{n_stops} stops of {n_people} mails: {n_by_other} sent by the others meanwhile, {n_twice} arrived twice");
    assert_eq!(of_each.len(), n_people, "lost");
    assert!(n_by_other > 0, "the others went on");
    // What a mail server was already being told when the sender was stopped nobody can take back.
    assert!(n_twice <= n_stops * UNDER_WAY, "{n_twice} arrived twice");
}
