//! Durable check-ins per second through the real server on loopback, beside two floors in the same run: a plain-text
//! route of the same server, and a bare loop of grouped commits that writes the same rows.
//!
//! `cargo bench` (release) or `cargo bench --profile dev`. Absolute figures differ from machine to machine, and client
//! and server share the cores here: compare the ratios, and the processor time per request.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use xuefa::access::Actor;
use xuefa::accounts::{queries as accounts, secret, sign_in};
use xuefa::attendance::queries as attendance;
use xuefa::clock::Clock;
use xuefa::config::Config;
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category, Unit, UnitKind};
use xuefa::store::Db;
use xuefa::store::ids::{SessionId, VenueId};
use xuefa::training::{self, Audience, Plan, PlannedVenue, VenueKind};
use xuefa::web::App;

const ROUNDS: usize = 3;
const PEOPLE: usize = 2_000;
const CONNECTIONS: usize = 64;

fn main() {
    println!("{PEOPLE} people, {CONNECTIONS} connections, {ROUNDS} rounds, {} cores", cores());
    let mut rows = Vec::new();
    for round in 1..=ROUNDS {
        let site = Site::start();
        let plain = site.drive(&vec![plain_request(); PEOPLE * 5], 200);
        let checked_in = site.drive(&site.check_ins, 303);
        assert_eq!(site.count_decided(), PEOPLE, "every acknowledged check-in is a row");
        let bare = bare_commits(PEOPLE);
        println!("round {round}: plain text {plain}; check-in {checked_in}; bare grouped commits {bare}");
        rows.push([
            checked_in.rate() / plain.rate(),
            checked_in.rate() / bare.rate(),
            checked_in.cpu_micros() / plain.cpu_micros(),
        ]);
    }
    for (column, what) in
        ["check-in ÷ plain text, rate", "check-in ÷ bare grouped commits, rate", "check-in ÷ plain text, CPU"]
            .iter()
            .enumerate()
    {
        let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        values.sort_by(f64::total_cmp);
        println!("{what}: {:.2} ({:.2}–{:.2})", values[ROUNDS / 2], values[0], values[ROUNDS - 1]);
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A server on a database of its own, with one open session that everybody is expected at.
struct Site {
    address: SocketAddr,
    db: Db,
    session: SessionId,
    check_ins: Vec<Vec<u8>>,
    _folder: tempfile::TempDir,
}

impl Site {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let config = Config {
            database: folder.path().join("xuefa.db").to_string_lossy().into_owned(),
            data: folder.path().to_owned(),
            listen: address,
            base_url: None,
            smtp: None,
            mail_from: "学法 <xuefa@localhost>".to_owned(),
            zone: chrono_tz::Asia::Shanghai,
            trusted_proxies: Vec::new(),
            plain_http: false,
            secret: None,
        };
        let db = Db::open(&config.database).unwrap();
        let app = App::new(db.clone(), Clock::system(config.zone), config).unwrap();
        let (ready, wait) = std::sync::mpsc::channel();
        let served = app.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                ready.send(prepare(&served).await).unwrap();
                let server = actix_web::HttpServer::new(move || served.service()).workers(cores());
                server.listen(listener).unwrap().run().await.unwrap();
            });
        });
        let Prepared { session, venue, tokens } = wait.recv().unwrap();
        let codes = app.codes();
        let code = codes.token(session, venue, codes.rotation.step(app.clock.steady()));
        // Each has scanned the code in time; how long the rounds take does not matter then.
        let code = format!("{code} {}", codes.grant(&code, app.clock.steady()));
        let check_ins =
            tokens.iter().map(|token| check_in_request(&code, token, &app.secret.derive("csrf", token))).collect();
        Self { address, db, session, check_ins, _folder: folder }
    }

    /// Sends the requests over all connections, each after the answer to the one before, and measures.
    fn drive(&self, requests: &[Vec<u8>], expected: u16) -> Measured {
        let (started, cpu) = (Instant::now(), cpu_time());
        let share = requests.len().div_ceil(CONNECTIONS);
        let mut waits: Vec<Duration> = std::thread::scope(|scope| {
            let drivers: Vec<_> = requests
                .chunks(share)
                .map(|part| scope.spawn(move || over_one_connection(self.address, part, expected)))
                .collect();
            drivers.into_iter().flat_map(|driver| driver.join().unwrap()).collect()
        });
        waits.sort();
        Measured { n: requests.len(), wall: started.elapsed(), cpu: cpu_time() - cpu, waits }
    }

    fn count_decided(&self) -> usize {
        let (db, session) = (self.db.clone(), self.session);
        let roll = actix_web::rt::System::new()
            .block_on(async move { db.read(move |conn| Ok(attendance::list_roll(conn, session)?)).await });
        roll.unwrap().iter().filter(|(_, row)| row.is_some()).count()
    }
}

struct Prepared {
    session: SessionId,
    venue: VenueId,
    tokens: Vec<String>,
}

async fn prepare(app: &App) -> Prepared {
    let (now, today) = (app.clock.now(), app.clock.today());
    let tokens: Vec<String> = (0..PEOPLE).map(|_| secret::random_token()).collect();
    let given = tokens.clone();
    let session = app.db.write(move |conn| {
        let unit = organization::queries::insert_unit(conn, None, "G", "集团", UnitKind::Group, 1)?;
        let new: Vec<NewPerson> = (0..PEOPLE).map(|n| new_person(n, &unit)).collect();
        let people = organization::queries::insert_people(conn, &new, today)?;
        let plan = Plan {
            title: "签到".to_owned(),
            purpose: String::new(),
            speaker: String::new(),
            organiser: String::new(),
            requirements: String::new(),
            remark: String::new(),
            starts_at: now,
            ends_at: now + chrono::TimeDelta::hours(2),
            opens_before_minutes: 30,
            study_minutes: 120,
            make_up_of: None,
            reply_by: None,
            documents: Vec::new(),
            topics: Vec::new(),
            readings: Vec::new(),
            venues: vec![PlannedVenue {
                id: None,
                name: "主会场".to_owned(),
                kind: VenueKind::Main,
                ways: Default::default(),
            }],
            audience: Audience { categories: vec![Category::Staff], units: vec![unit.id], ..Audience::default() },
        };
        let operator = Actor::program("bench");
        let session = training::plan::create(conn, &operator, &plan, now)?;
        training::publish::publish(conn, &operator, session, 1, now)?;
        let venue = training::queries::list_venues(conn, session)?[0].id;
        for (person, token) in people.iter().zip(&given) {
            let account = accounts::insert_account(conn, *person, &format!("b{}", person.0), None, now)?;
            sign_in::begin_login(conn, account, token, &Actor::person(*person, "bench"), now)?;
        }
        Ok((session, venue))
    });
    let (session, venue) = session.await.unwrap();
    Prepared { session, venue, tokens }
}

fn new_person(n: usize, unit: &Unit) -> NewPerson {
    NewPerson {
        employee_number: format!("B{n:05}"),
        name: format!("某{n}"),
        unit_id: unit.id,
        post: "职员".to_owned(),
        category: Category::Staff,
        order_number: 1,
        email: None,
    }
}

fn plain_request() -> Vec<u8> {
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()
}

fn check_in_request(code: &str, token: &str, csrf: &str) -> Vec<u8> {
    let (code, grant) = code.split_once(' ').unwrap();
    let body = format!("csrf={csrf}&form_key={}", &token[..32]);
    format!(
        "POST /c/{code} HTTP/1.1\r\nHost: localhost\r\nCookie: xuefa_login={token}; xuefa_scan={grant}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn over_one_connection(address: SocketAddr, requests: &[Vec<u8>], expected: u16) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::new();
    let mut waits = Vec::with_capacity(requests.len());
    for request in requests {
        let sent = Instant::now();
        stream.write_all(request).unwrap();
        let status = read_answer(&mut stream, &mut buffer);
        assert_eq!(status, expected, "{}", String::from_utf8_lossy(&buffer));
        waits.push(sent.elapsed());
    }
    waits
}

/// Reads one answer with a content length, and gives its status.
fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> u16 {
    buffer.clear();
    let mut piece = [0_u8; 8192];
    loop {
        let n = stream.read(&mut piece).unwrap();
        assert!(n > 0, "the server closed the connection");
        buffer.extend_from_slice(&piece[..n]);
        let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
        let length: Option<usize> =
            text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if buffer.len() >= head + 4 + length.unwrap_or(0) {
            return text[9..12].parse().unwrap();
        }
    }
}

/// What the writer does for a check-in, with nothing around it: the same rows, in groups of as many as there are connections.
fn bare_commits(n: usize) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let mut conn = SqliteConnection::establish(&folder.path().join("bare.db").to_string_lossy()).unwrap();
    conn.batch_execute(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
         create table attendance (session_id integer, person_id integer, state text, method text, arrived_at text,
             primary key (session_id, person_id));
         create table audit_entries (id integer primary key autoincrement, at text, person_id integer, action text);
         create table audit_values (entry_id integer primary key references audit_entries (id), details text);",
    )
    .unwrap();
    let (started, cpu) = (Instant::now(), cpu_time());
    let mut waits = Vec::new();
    for first in (0..n).step_by(CONNECTIONS) {
        let group = Instant::now();
        conn.batch_execute("begin immediate").unwrap();
        for person in first..(first + CONNECTIONS).min(n) {
            for statement in [
                format!(
                    "insert into attendance values (1, {person}, 'present', 'code', '2024-07-05 08:30:00') on conflict do nothing"
                ),
                format!(
                    "insert into audit_entries (at, person_id, action) values ('2024-07-05 08:30:00', {person}, 'attendance.checked_in')"
                ),
                "insert into audit_values values (last_insert_rowid(), '{}')".to_owned(),
            ] {
                diesel::sql_query(statement).execute(&mut conn).unwrap();
            }
        }
        conn.batch_execute("commit").unwrap();
        waits.push(group.elapsed());
    }
    waits.sort();
    Measured { n, wall: started.elapsed(), cpu: cpu_time() - cpu, waits }
}

struct Measured {
    n: usize,
    wall: Duration,
    cpu: Duration,
    waits: Vec<Duration>,
}

impl Measured {
    fn rate(&self) -> f64 {
        self.n as f64 / self.wall.as_secs_f64()
    }

    /// Processor time of client and server together, for each request.
    fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.n as f64
    }

    fn percentile(&self, percent: usize) -> f64 {
        let place = (self.waits.len() * percent / 100).min(self.waits.len() - 1);
        self.waits[place].as_secs_f64() * 1e3
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{:.0}/s, {:.0} µs CPU, p50 {:.1} ms, p99 {:.1} ms",
            self.rate(),
            self.cpu_micros(),
            self.percentile(50),
            self.percentile(99)
        )
    }
}

/// Processor time of this process so far, in the hundredths of a second that Linux counts.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}
