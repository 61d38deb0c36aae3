//! The program as it is run: what it does when it is told to stop, when its disk is full, when its database is newer than
//! it is, and with clients that are slow or speak no proper HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a machine that does other work.
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(folder: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.arg("serve").env_clear().env("XUEFA_DATABASE", folder.join("xuefa.db")).env("XUEFA_DATA", folder);
    command.env("XUEFA_LISTEN", address.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn start(folder: &Path) -> Server {
    let address = free_address();
    let server = Server { child: command(folder, address).spawn().unwrap(), address };
    wait_until(|| get(address, "/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")));
    server
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "in vain");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn get(address: SocketAddr, path: &str) -> Option<String> {
    exchange(address, format!("GET {path} HTTP/1.1\r\nhost: xuefa\r\nconnection: close\r\n\r\n").as_bytes())
}

/// Everything that comes back until the other side closes.
fn exchange(address: SocketAddr, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request).ok()?;
    let mut answer = Vec::new();
    // What was said before a reset counts.
    drop(stream.read_to_end(&mut answer));
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// V-04: nobody new is let in, who has begun is answered, and it stops within ten seconds although somebody keeps a
/// connection open and somebody else never sends the rest; its database is whole. A machine that does other work is given
/// ten more.
#[test]
fn told_to_stop_it_finishes_within_ten_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path());
    let idle = TcpStream::connect(server.address).unwrap();
    let request = sign_in_request(server.address).unwrap();
    let (begun, rest) = request.split_at(request.len() - 5);
    let mut half = [(); 2].map(|()| TcpStream::connect(server.address).unwrap());
    for stream in &mut half {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(begun.as_bytes()).unwrap();
    }
    // Until both are being read.
    std::thread::sleep(Duration::from_millis(300));

    let told = Instant::now();
    let id = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(500));
    let newcomer = get(server.address, "/readyz");
    let mut answer = String::new();
    half[0].write_all(rest.as_bytes()).unwrap();
    drop(half[0].read_to_string(&mut answer));
    let status = server.child.wait().unwrap();

    assert!(newcomer.is_none_or(|answer| answer.is_empty()), "somebody new was let in");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(told.elapsed() < Duration::from_secs(20), "{:?}", told.elapsed());
    assert!(status.success(), "{status}");
    drop((idle, half));
    let again = start(folder.path());
    assert!(get(again.address, "/login").unwrap().starts_with("HTTP/1.1 200"));
}

/// L-03, P-03: with `XUEFA_LOG_FORMAT=json` each line is one object, and nothing that somebody typed is in it.
#[test]
fn the_log_is_one_json_object_a_line_and_says_nothing_that_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let (log, address) = (folder.path().join("log"), free_address());
    let mut command = command(folder.path(), address);
    command.env("XUEFA_LOG_FORMAT", "json").stderr(std::fs::File::create(&log).unwrap());
    let server = Server { child: command.spawn().unwrap(), address };
    wait_until(|| get(address, "/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")));
    let tried = sign_in(address).unwrap();
    drop(server);

    let said = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();

    assert!(tried.starts_with("HTTP/1.1 422"), "{tried}");
    assert!(lines.iter().any(|line| line["message"] == "ready" && line["level"] == "INFO"), "{said}");
    assert!(!said.contains("nobody") && !said.contains("wrong"), "{said}");
}

/// D-07: an older program does not touch a newer database, and says so in a sentence.
#[test]
fn a_database_from_a_newer_program_is_refused_with_a_sentence() {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    let folder = tempfile::tempdir().unwrap();
    drop(start(folder.path()));
    let path = folder.path().join("xuefa.db").to_string_lossy().into_owned();
    let mut conn = SqliteConnection::establish(&path).unwrap();
    conn.batch_execute("insert into __diesel_schema_migrations (version) values ('9999')").unwrap();
    drop(conn);

    let address = free_address();
    let mut server = Server { child: command(folder.path(), address).stderr(Stdio::piped()).spawn().unwrap(), address };
    wait_until(|| server.child.try_wait().unwrap().is_some());
    let mut said = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();

    assert!(!server.child.wait().unwrap().success());
    assert!(said.contains("the database is newer than this program") && said.contains("9999"), "{said}");
}

/// D-07: killed at any moment while it migrates, and killed again on its way back, the next start goes on where it was.
#[test]
fn killed_while_migrating_it_goes_on_at_the_next_start() {
    const ROUNDS: u32 = 12;
    let folder = tempfile::tempdir().unwrap();
    let (old, path) = (folder.path().join("old.db"), folder.path().join("xuefa.db"));
    let n_all = given_old_database(&old);
    let migrate = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
        command.arg("migrate").env_clear().env("XUEFA_DATABASE", &path).env("XUEFA_DATA", folder.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let put_back = || {
        for end in ["-wal", "-shm"] {
            drop(std::fs::remove_file(folder.path().join(format!("xuefa.db{end}"))));
        }
        std::fs::copy(&old, &path).unwrap();
    };
    put_back();
    let begun = Instant::now();
    assert!(migrate().status().unwrap().success());
    let whole = begun.elapsed();
    let undisturbed = tables_of(&path);

    let mut n_midway = 0;
    for round in 0..ROUNDS {
        put_back();
        for _ in 0..2 {
            let mut child = migrate().spawn().unwrap();
            std::thread::sleep(whole * round / ROUNDS);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (n_done, _, is_whole) = standing_of(&path);
        assert!(is_whole, "round {round}");
        n_midway += usize::from(N_OLD < n_done && n_done < n_all);

        assert!(migrate().status().unwrap().success(), "round {round}, killed after {n_done} steps");
        assert_eq!(standing_of(&path), (n_all, vec!["利和集团".to_owned()], true), "round {round}");
        assert_eq!(tables_of(&path), undisturbed, "round {round}");
    }

    assert!(n_midway > 0, "no kill came between two steps; the whole way took {whole:?}");
}

/// Steps that the old database of the drill has had.
const N_OLD: i64 = 6;

/// A database of an earlier program with something in it; tells how many steps there are today.
fn given_old_database(path: &Path) -> i64 {
    use diesel::connection::SimpleConnection;
    use diesel::migration::{Migration, MigrationSource};
    use diesel::prelude::*;
    use diesel_migrations::MigrationHarness;
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    let steps: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = xuefa::store::migrate::SQLITE.migrations().unwrap();
    conn.applied_migrations().unwrap();
    for step in steps.iter().take(usize::try_from(N_OLD).unwrap()) {
        conn.run_migration(step).unwrap();
    }
    let unit = "insert into units (code, name, kind, path, sort_key, position) values ('G', '利和集团', 'group', '/1/', '001', 1)";
    conn.batch_execute(unit).unwrap();
    i64::try_from(steps.len()).unwrap()
}

/// Steps it has had, its units, and whether it is whole.
fn standing_of(path: &Path) -> (i64, Vec<String>, bool) {
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Text};
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    let number = |conn: &mut SqliteConnection, sql: &str| -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(sql)).get_result(conn).unwrap()
    };
    let n_done = number(&mut conn, "(select count(*) from __diesel_schema_migrations)");
    let n_broken = number(&mut conn, "(select count(*) from pragma_foreign_key_check)");
    let words = |conn: &mut SqliteConnection, sql: &str| -> Vec<String> {
        diesel::select(diesel::dsl::sql::<Text>(sql)).load(conn).unwrap()
    };
    let units = words(&mut conn, "(select name from units)");
    let check = words(&mut conn, "(select integrity_check from pragma_integrity_check)");
    (n_done, units, n_broken == 0 && check == ["ok"])
}

/// Its tables, indexes and triggers, as they were declared.
fn tables_of(path: &Path) -> Vec<String> {
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    #[derive(QueryableByName)]
    struct Declared {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    let declared = "select name || ': ' || coalesce(sql, '') as text from sqlite_master order by text";
    diesel::sql_query(declared).load::<Declared>(&mut conn).unwrap().into_iter().map(|of| of.text).collect()
}

/// V-01: who never finishes a head, never sends the rest of a form, or says nothing more, is cut; others are served meanwhile.
#[test]
fn slow_and_idle_clients_are_cut_and_others_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let mut slow: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    for (at, stream) in slow.iter_mut().enumerate() {
        // A form has a minute.
        stream.set_read_timeout(Some(2 * PATIENCE)).unwrap();
        let begun = match at % 3 {
            0 => "GET /login HT",
            1 => "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
            _ => {
                "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\ncsrf="
            }
        };
        stream.write_all(begun.as_bytes()).unwrap();
    }

    let meanwhile = get(server.address, "/login").unwrap();

    assert!(meanwhile.starts_with("HTTP/1.1 200"), "{meanwhile}");
    for mut stream in slow {
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(problem) => assert_eq!(problem.kind(), std::io::ErrorKind::ConnectionReset, "not cut"),
        }
    }
}

/// I-04, I-07: too much, or what two servers could read in two ways, is refused before it is read in.
#[test]
fn requests_that_are_too_large_or_ambiguous_are_refused_and_answered_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let form = "content-type: application/x-www-form-urlencoded";
    let long = "a".repeat(200_000);
    let requests = [
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {long}\r\nconnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{}connection: close\r\n\r\n", "x-many: 1\r\n".repeat(300)),
        // The rest never comes: nobody waits for it.
        format!(
            "POST /login HTTP/1.1\r\nhost: x\r\n{form}\r\ncontent-length: 400000\r\nconnection: close\r\n\r\ncsrf="
        ),
        format!(
            "POST /login HTTP/1.1\r\nhost: x\r\n{form}\r\ncontent-length: 4\r\ncontent-length: 30\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        ),
        format!(
            "POST /login HTTP/1.1\r\nhost: x\r\n{form}\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\nconnection: close\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        ),
        format!(
            "POST /login HTTP/1.1\r\nhost: x\r\n{form}\r\ntransfer-encoding: xchunked\r\nconnection: close\r\n\r\n0\r\n\r\n"
        ),
    ];

    for request in requests {
        let sent = Instant::now();
        let answer = exchange(server.address, request.as_bytes()).unwrap();
        assert!(sent.elapsed() < PATIENCE / 2, "{:.60}", request);
        let shown: String = answer.chars().take(200).collect();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{shown}");
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{shown}");
    }
    assert!(get(server.address, "/login").unwrap().starts_with("HTTP/1.1 200"));
}

/// D-06, V-04: writes are refused with 507 or 503 and it is not ready; reads go on, and with room it goes on without a
/// restart. Needs the right to mount a small disk; where there is none, nothing is tried.
#[test]
fn with_a_full_disk_reads_go_on_and_with_room_again_writes_do() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mut mount = Command::new("mount");
    let mounted = mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&disk).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("no small disk can be mounted here: nothing was tried");
        return;
    }
    let _unmount = Unmount(disk.clone());
    let server = start(&disk);
    let ready = || get(server.address, "/readyz").unwrap();

    let filler = disk.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    // The log of the database has a little room of its own left; it is used up soon.
    wait_until(|| {
        drop(sign_in(server.address));
        sign_in(server.address).is_some_and(|answer| answer.starts_with("HTTP/1.1 50"))
    });
    let refused = sign_in(server.address).unwrap();
    let read = get(server.address, "/login").unwrap();
    wait_until(|| ready().starts_with("HTTP/1.1 503"));

    assert!(refused.starts_with("HTTP/1.1 507") || refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(read.starts_with("HTTP/1.1 200"), "{read}");

    std::fs::remove_file(&filler).unwrap();
    wait_until(|| ready().starts_with("HTTP/1.1 200") && sign_in(server.address).unwrap().starts_with("HTTP/1.1 422"));
}

/// Tries to sign in with a name that nobody has, in a fresh browser: each try writes.
fn sign_in(address: SocketAddr) -> Option<String> {
    exchange(address, sign_in_request(address)?.as_bytes())
}

fn sign_in_request(address: SocketAddr) -> Option<String> {
    let page = get(address, "/login")?;
    let between = |start: &str, end: &str| page.split_once(start)?.1.split_once(end).map(|(found, _)| found.to_owned());
    let (visit, csrf) = (between("xuefa_visit=", ";")?, between("name=\"csrf\" value=\"", "\"")?);
    let name = format!("nobody{:?}", Instant::now()).replace(|other: char| !other.is_ascii_alphanumeric(), "");
    let body = format!("csrf={csrf}&user_name={name}&password=wrong");
    Some(format!(
        "POST /login HTTP/1.1\r\nhost: xuefa\r\ncookie: xuefa_visit={visit}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

struct Unmount(std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}
