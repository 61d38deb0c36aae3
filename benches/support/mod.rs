//! A prepared hall (a database with one open session and its people), the real program serving it in a process of its
//! own, and a client that sends requests over many connections. Shared by the benches and by the drills.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss)]

pub mod flock;

use diesel::connection::SimpleConnection;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use xuefa::access::Actor;
use xuefa::accounts::{queries as accounts, secret, sign_in};
use xuefa::attendance::codes::Codes;
use xuefa::clock::Clock;
use xuefa::config::Config;
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category, Unit, UnitKind};
use xuefa::store::Db;
use xuefa::store::ids::{PersonId, SessionId, VenueId};
use xuefa::training::model::Ways;
use xuefa::training::{self, Audience, Plan, PlannedVenue, VenueKind};
use xuefa::web::App;

/// A setting of a bench: a number from the environment.
pub fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The one password of those who sign in first.
pub const PASSWORD: &str = "the hall is filling up";

/// Settings with a database and a folder still to be named.
pub fn config() -> Config {
    Config {
        database: String::new(),
        data: PathBuf::new(),
        listen: "127.0.0.1:0".parse().unwrap(),
        base_url: None,
        smtp: None,
        smtp_rate: None,
        smtp_ca: None,
        mail_haste: 1,
        mail_from: "学法 <xuefa@localhost>".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        trusted_proxies: Vec::new(),
        fonts: None,
        plain_http: false,
        secret: None,
        backup: xuefa::config::BackupConfig::default(),
        tls: xuefa::config::TlsConfig::default(),
    }
}

/// A database with one session that is open now, and its people, each signed in on a phone.
pub struct Hall {
    pub app: App,
    pub session: SessionId,
    pub venue: VenueId,
    pub people: Vec<Guest>,
    folder: PathBuf,
}

/// One person of the hall.
#[derive(Clone)]
pub struct Guest {
    pub person: PersonId,
    pub user_name: String,
    /// Of the phone's login.
    pub token: String,
}

impl Hall {
    /// Prepares a hall in a folder; `database` is a path or an address of PostgreSQL.
    pub fn prepare(folder: &Path, database: &str, n: usize) -> Self {
        let config = Config { database: database.to_owned(), data: folder.to_owned(), ..config() };
        let db = Db::open(&config.database).unwrap();
        let app = App::new(db, Clock::system(config.zone), config).unwrap();
        let runtime = actix_web::rt::System::new();
        let (session, venue, people) = runtime.block_on(fill(&app, n));
        Self { app, session, venue, people, folder: folder.to_owned() }
    }

    fn codes(&self) -> Codes {
        self.app.codes()
    }

    /// The address of a code that is on the screen now, and the cookie of a browser that scanned it.
    pub fn scan(&self) -> (String, String) {
        let (codes, now) = (self.codes(), self.app.clock.steady());
        let token = codes.token(self.session, self.venue, codes.rotation.step(now));
        (format!("/c/{token}"), codes.grant(&token, now))
    }

    /// Reads something from the database.
    pub fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut xuefa::store::Conn) -> xuefa::error::Result<T> + Send + 'static,
    ) -> T {
        actix_web::rt::System::new().block_on(self.app.db.read(f)).unwrap()
    }

    /// What each person's phone sends to check in.
    pub fn check_ins(&self, scan: &(String, String)) -> Vec<Vec<u8>> {
        let request = |guest: &Guest| {
            let csrf = self.app.secret.derive("csrf", &guest.token);
            let cookies = format!("xuefa_login={}; xuefa_scan={}", guest.token, scan.1);
            post(&scan.0, &cookies, &format!("csrf={csrf}&form_key={}", &guest.token[..32]))
        };
        self.people.iter().map(request).collect()
    }

    /// Takes all check-ins back, so that everybody can come again.
    pub fn clear(&self) {
        self.run(&format!("delete from attendance where session_id = {}", self.session));
    }

    /// Attendance of former sessions, so that the tables are as large as after many years.
    pub fn add_old_rows(&self, n: usize) {
        if n == 0 {
            return;
        }
        let n_sessions = n.div_ceil(self.people.len());
        let session = self.session;
        if !self.is_sqlite() {
            // Rows that are made here need not be held against each other.
            self.run("alter table roster disable trigger all; alter table attendance disable trigger all");
        }
        self.run(&format!(
            "insert into sessions (title, purpose, speaker, organiser, requirements, remark, starts_at, ends_at, \
             opens_before_minutes, study_minutes, state) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_sessions}) \
             select '旧场次', '', '', '', '', '', '2020-01-01 08:00:00', '2020-01-01 10:00:00', 30, 120, 'confirmed' from n"
        ));
        self.run(&format!(
            "insert into roster (session_id, person_id, position, unit_id, unit_name, name, post, category, venue_id) \
             select s.id, r.person_id, r.position, r.unit_id, r.unit_name, r.name, r.post, r.category, r.venue_id \
             from sessions s, roster r where s.id <> {session} and r.session_id = {session}"
        ));
        self.run(&format!(
            "insert into attendance (session_id, person_id, state, method, arrived_at, recorded_at) \
             select session_id, person_id, 'present', 'code', '2020-01-01 08:00:00', '2020-01-01 08:00:00' \
             from roster where session_id <> {session}"
        ));
        if !self.is_sqlite() {
            self.run("alter table roster enable trigger all; alter table attendance enable trigger all; analyze");
        }
    }

    fn is_sqlite(&self) -> bool {
        !self.app.config.database.starts_with("postgres")
    }

    fn run(&self, statements: &str) {
        use diesel::Connection as _;
        let address = &self.app.config.database;
        if self.is_sqlite() {
            let mut conn = diesel::SqliteConnection::establish(address).unwrap();
            conn.batch_execute("pragma busy_timeout = 10000").unwrap();
            conn.batch_execute(statements).unwrap();
        } else {
            diesel::PgConnection::establish(address).unwrap().batch_execute(statements).unwrap();
        }
    }

    /// The program itself, serving this hall in a process of its own.
    pub fn serve(&self, program: &str) -> Server {
        Server::start(program, &self.app.config.database, &self.folder, free_port())
    }
}

async fn fill(app: &App, n: usize) -> (SessionId, VenueId, Vec<Guest>) {
    let (now, today) = (app.clock.now(), app.clock.today());
    let tokens: Vec<String> = (0..n).map(|_| secret::random_token()).collect();
    let hash = xuefa::accounts::password::hash_now(PASSWORD).unwrap();
    let filled = app.db.write(move |conn| {
        let unit = organization::queries::insert_unit(conn, None, "G", "集团", UnitKind::Group, 1)?;
        let new: Vec<NewPerson> = (0..n).map(|n| new_person(n, &unit)).collect();
        let people = organization::queries::insert_people(conn, &new, today)?;
        let operator = Actor::program("bench");
        let session = training::plan::create(conn, &operator, &plan(&unit, now), now)?;
        training::publish::publish(conn, &operator, session, 1, now)?;
        let venue = training::queries::list_venues(conn, session)?[0].id;
        let names: Vec<(PersonId, String)> = people.iter().map(|person| (*person, format!("b{}", person.0))).collect();
        accounts::insert_accounts(conn, &names, &hash, now)?;
        let mut guests = Vec::new();
        for ((person, user_name), token) in names.into_iter().zip(&tokens) {
            if let Some(account) = accounts::find_account(conn, &user_name)? {
                sign_in::begin_login(conn, account.id, token, &Actor::person(person, "bench"), now)?;
            }
            guests.push(Guest { person, user_name, token: token.clone() });
        }
        Ok((session, venue, guests))
    });
    filled.await.unwrap()
}

fn plan(unit: &Unit, now: xuefa::clock::Moment) -> Plan {
    Plan {
        title: "信访工作法治化培训会".to_owned(),
        purpose: String::new(),
        speaker: String::new(),
        organiser: String::new(),
        requirements: String::new(),
        remark: String::new(),
        starts_at: now,
        ends_at: now + chrono::TimeDelta::hours(6),
        opens_before_minutes: 30,
        study_minutes: 120,
        make_up_of: None,
        reply_by: None,
        documents: Vec::new(),
        topics: Vec::new(),
        readings: Vec::new(),
        venues: vec![PlannedVenue {
            id: None, name: "主会场".to_owned(), kind: VenueKind::Main, ways: Ways::usual()
        }],
        audience: Audience { categories: vec![Category::Staff], units: vec![unit.id], ..Audience::default() },
    }
}

fn new_person(n: usize, unit: &Unit) -> NewPerson {
    NewPerson {
        employee_number: format!("B{n:06}"),
        name: format!("某{n}"),
        unit_id: unit.id,
        post: "职员".to_owned(),
        category: Category::Staff,
        order_number: 1,
        email: None,
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that answers on loopback, ended with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    fn start(program: &str, database: &str, data: &Path, port: u16) -> Self {
        let mut command = Command::new(program);
        command.arg("serve").env("XUEFA_DATABASE", database).env("XUEFA_DATA", data);
        command.env("XUEFA_LISTEN", format!("127.0.0.1:{port}")).env("RUST_LOG", "error");
        Self::run(command, port)
    }

    /// Starts a command that will answer on a port, and waits until it does.
    pub fn run(mut command: Command, port: u16) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) };
        let ready = get("/readyz", "");
        for _ in 0..600 {
            let answered = TcpStream::connect(server.address)
                .ok()
                .and_then(|stream| Connection { stream, buffer: Vec::new() }.send(&ready).ok());
            if answered.is_some_and(|answer| answer.status == 200) {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server did not start");
    }

    /// Its number on this machine.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Processor time of the server so far, in the hundredths of a second that Linux counts.
    pub fn cpu(&self) -> Duration {
        cpu_of(&self.child.id().to_string())
    }

    /// The most memory that it has held, in MB.
    pub fn peak_megabytes(&self) -> u64 {
        peak_megabytes_of(&self.child.id().to_string())
    }

    /// Sends the requests over as many connections, each after the answer to the one before, and measures.
    pub fn drive(&self, requests: &[Vec<u8>], connections: usize, expected: u16) -> Measured {
        let (started, cpu) = (Instant::now(), self.cpu());
        let share = requests.len().div_ceil(connections).max(1);
        let mut waits: Vec<Duration> = std::thread::scope(|scope| {
            let drivers: Vec<_> = requests
                .chunks(share)
                .map(|part| scope.spawn(move || over_one_connection(self.address, part, expected)))
                .collect();
            drivers.into_iter().flat_map(|driver| driver.join().unwrap()).collect()
        });
        waits.sort();
        Measured { n: requests.len(), wall: started.elapsed(), cpu: self.cpu() - cpu, waits }
    }
}

/// Processor time of a process so far, in the hundredths of a second that Linux counts.
pub fn cpu_of(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// The most memory that a process has held, in MB.
pub fn peak_megabytes_of(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn over_one_connection(address: SocketAddr, requests: &[Vec<u8>], expected: u16) -> Vec<Duration> {
    let mut connection = Connection::open(address).unwrap();
    let timed = |request: &Vec<u8>| {
        let sent = Instant::now();
        let answer = connection.send(request).unwrap();
        assert_eq!(answer.status, expected, "{}", answer.text);
        sent.elapsed()
    };
    requests.iter().map(timed).collect()
}

/// One browser's connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What a server answered.
pub struct Answer {
    pub status: u16,
    /// Head and body.
    pub text: String,
}

impl Answer {
    /// The value of a cookie that was set.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let line = self.text.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.strip_prefix(name));
        line?.strip_prefix('=')?.split(';').next()
    }

    pub fn location(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("location: "))
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> Option<&str> {
        let start = self.text.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        start.split('"').next()
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends a request and reads its answer.
    pub fn send(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut piece = [0_u8; 16384];
        loop {
            let n = self.stream.read(&mut piece)?;
            if n == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&piece[..n]);
            let Some(head) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]);
            let length: Option<usize> =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            if self.buffer.len() >= head + 4 + length.unwrap_or(0) {
                let status = text[9..12].parse().unwrap();
                return Ok(Answer { status, text: String::from_utf8_lossy(&self.buffer).into_owned() });
            }
        }
    }
}

pub fn get(path: &str, cookies: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n").into_bytes()
}

pub fn post(path: &str, cookies: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// How a number of requests went.
pub struct Measured {
    pub n: usize,
    pub wall: Duration,
    /// Of the server.
    pub cpu: Duration,
    pub waits: Vec<Duration>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.n as f64 / self.wall.as_secs_f64()
    }

    /// Processor time of the server for each request, in milliseconds.
    pub fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.n as f64
    }
}

/// A percentile of sorted waits, in milliseconds.
pub fn percentile(waits: &[Duration], percent: usize) -> f64 {
    let place = (waits.len() * percent / 100).min(waits.len() - 1);
    waits[place].as_secs_f64() * 1e3
}

impl std::fmt::Display for Measured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{:.0}/s, {:.3} ms CPU, p50 {:.1} ms, p99 {:.1} ms",
            self.rate(),
            self.cpu_each(),
            percentile(&self.waits, 50),
            percentile(&self.waits, 99)
        )
    }
}

/// Prints the median of each column with its spread.
pub fn print_spread(names: &[String], rounds: &[Vec<f64>]) {
    for (column, name) in names.iter().enumerate() {
        let mut values: Vec<f64> = rounds.iter().map(|row| row[column]).collect();
        values.sort_by(f64::total_cmp);
        println!("{name}: {:.3} ({:.3}–{:.3})", values[values.len() / 2], values[0], values[values.len() - 1]);
    }
}
