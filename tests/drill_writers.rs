//! Many who write at once. Files come in while the program is killed again and again: whoever was told "kept" finds
//! exactly what they sent, and nothing lies there in part (`reliability.md` D-05). Fifty write over and over, and nobody is
//! answered by a failure of the database's (C-06).
//!
//! The short drills run with the tests, on SQLite or on `XUEFA_TEST_POSTGRESQL`; the long ones with
//! `XUEFA_DRILL_KILLS=50 XUEFA_DRILL_FILES=500 XUEFA_DRILL_WRITES=60000 cargo test --test drill_writers -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "app/support/database.rs"]
mod database;
#[path = "../benches/support/mod.rs"]
mod support;

use database::Database;
use diesel::prelude::*;
use rand::RngExt;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{Connection, Hall, post, setting};
use xuefa::assignments::evidence::MOST_FILES;
use xuefa::clock::Clock;
use xuefa::files::{self, model};
use xuefa::store::ids::{AssignmentId, TaskId};
use xuefa::store::schema::{assignments, attendance, feedback, file_uses, files as files_table, tasks};

const PROGRAM: &str = env!("CARGO_BIN_EXE_xuefa");
const MEGABYTE: usize = 1024 * 1024;

/// A task for each person that asks for a note: what files are handed in with.
fn given_tasks(hall: &Hall) -> Vec<TaskId> {
    let people: Vec<_> = hall.people.iter().map(|guest| guest.person).collect();
    let (clock, db) = (hall.app.clock.clone(), hall.app.db.clone());
    let made = db.write(move |conn| {
        xuefa::readings::sync(conn, clock.now())?;
        let reading = xuefa::readings::queries::list(conn)?[0].id;
        let unit = xuefa::organization::queries::list_units(conn)?[0].id;
        let assignment: AssignmentId = diesel::insert_into(assignments::table)
            .values((
                (assignments::kind.eq("reflection"), assignments::title.eq("体会"), assignments::note.eq("")),
                (assignments::unit_id.eq(unit), assignments::given_at.eq(clock.now())),
                (assignments::due_on.eq(clock.today()), assignments::study_minutes.eq(0)),
            ))
            .returning(assignments::id)
            .get_result(conn)?;
        let task = |person| {
            diesel::insert_into(tasks::table)
                .values((
                    (tasks::assignment_id.eq(assignment), tasks::kind.eq("reflection")),
                    (tasks::person_id.eq(person), tasks::reading_id.eq(reading), tasks::matter.eq("drill")),
                    (tasks::state.eq("open"), tasks::due_on.eq(clock.today()), tasks::reading_version.eq(1)),
                ))
                .returning(tasks::id)
        };
        people.iter().map(|person| Ok(task(*person).get_result(conn)?)).collect::<xuefa::error::Result<Vec<_>>>()
    });
    actix_web::rt::System::new().block_on(made).unwrap()
}

/// A picture of so many bytes that nobody has sent before.
fn picture(n_bytes: usize) -> Vec<u8> {
    let mut noise = vec![0; n_bytes];
    rand::rng().fill(&mut noise[..]);
    let chunk = |name: &[u8], content: &[u8]| [&(content.len() as u32).to_be_bytes(), name, content, &[0; 4]].concat();
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &noise), chunk(b"IEND", b"")].concat()
}

fn upload(task: TaskId, token: &str, csrf: &str, key: usize, content: &[u8]) -> Vec<u8> {
    let edge = "----drill";
    let field = |name: &str, value: &str| {
        format!("--{edge}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!("--{edge}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"照片{key}.png\"\r\n\r\n");
    let start = [field("csrf", csrf), field("form_key", &format!("drill-{key}")), head].concat();
    let body = [start.as_bytes(), content, format!("\r\n--{edge}--\r\n").as_bytes()].concat();
    let head = format!(
        "POST /files/tasks/{task} HTTP/1.1\r\nhost: localhost\r\ncookie: xuefa_login={token}\r\n\
         content-type: multipart/form-data; boundary={edge}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

/// D-05.
#[test]
fn a_file_is_there_whole_with_its_row_or_not_at_all_however_often_the_program_is_killed() {
    let (n_kills, n_files) = (setting("XUEFA_DRILL_KILLS", 4), setting("XUEFA_DRILL_FILES", 24));
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::fresh());
    let hall = Hall::prepare(folder.path(), &database.address, n_files.div_ceil(MOST_FILES).max(6));
    let tasks = given_tasks(&hall);
    let lying = hall.app.config.files_folder();
    // Digest by number, as whoever sent it knows it.
    let told: Mutex<BTreeMap<usize, String>> = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);

    let mut server = hall.serve(PROGRAM);
    let address = Mutex::new(server.address);
    let (mut killed, mut n_parts, started) = (0, 0, Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= n_files {
                        break;
                    }
                    let person = number % tasks.len();
                    let content = picture(rand::rng().random_range(MEGABYTE..=8 * MEGABYTE));
                    let token = &hall.people[person].token;
                    let csrf = hall.app.secret.derive("csrf", token);
                    insist(&address, &upload(tasks[person], token, &csrf, number, &content));
                    told.lock().unwrap().insert(number, model::digest(&content));
                }
            });
        }
        while killed < n_kills {
            let share = n_files * killed / n_kills;
            while told.lock().unwrap().len() < share {
                std::thread::sleep(Duration::from_millis(1));
            }
            // Anywhere within the next file or two.
            std::thread::sleep(Duration::from_millis(rand::rng().random_range(20..400)));
            server.kill();
            killed += 1;
            n_parts = n_parts.max(assert_agreed(&hall, &lying));
            server = hall.serve(PROGRAM);
            *address.lock().unwrap() = server.address;
        }
    });
    server.kill();

    assert_agreed(&hall, &lying);
    let used: Vec<String> = hall.read(|conn| {
        let used = file_uses::table.inner_join(files_table::table).order(files_table::digest);
        Ok(used.select(files_table::digest).load(conn)?)
    });
    let told: BTreeSet<String> = told.into_inner().unwrap().into_values().collect();
    let later = hall.app.clock.now() + model::KEPT_UNUSED + chrono::TimeDelta::hours(1);
    let clock = Clock::fixed(hall.app.clock.zone(), later);
    let swept = files::sweep(&hall.app.db, &clock, &lying, xuefa::reports::list_contents);
    let n_swept = actix_web::rt::System::new().block_on(swept).unwrap();
    let left: BTreeSet<String> = names(&lying).into_iter().collect();
    println!(
        "{killed} kills in {:.0} s: {} files told as kept, {} with a row, {n_parts} parts at the most, {n_swept} swept",
        started.elapsed().as_secs_f64(),
        told.len(),
        used.len()
    );
    assert_eq!(used, told.iter().cloned().collect::<Vec<_>>(), "lost, twice, or there without being told");
    assert_eq!(left, told, "what nobody uses stays");
}

/// What lies in the folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let shelves = std::fs::read_dir(folder).map(|shelves| shelves.map(|shelf| shelf.unwrap().path()).collect());
    let shelves: Vec<_> = shelves.unwrap_or_default();
    let of = |shelf: std::path::PathBuf| std::fs::read_dir(shelf).unwrap().map(|entry| entry.unwrap().file_name());
    shelves.into_iter().flat_map(of).map(|name| name.to_string_lossy().into_owned()).collect()
}

/// As the kill left it: each row has its file, whole, and whatever has a content's name is that content. Tells how many
/// parts there are.
fn assert_agreed(hall: &Hall, folder: &Path) -> usize {
    let used: Vec<(String, i64)> = hall.read(|conn| {
        let used = file_uses::table.inner_join(files_table::table);
        Ok(used.select((files_table::digest, files_table::size_bytes)).load(conn)?)
    });
    for (digest, size_bytes) in &used {
        let content = std::fs::read(model::path(folder, digest)).expect("a row without its file");
        assert_eq!((content.len() as i64, &model::digest(&content)), (*size_bytes, digest), "half a file");
    }
    for digest in files::list_contents(folder).unwrap() {
        assert_eq!(model::digest(&std::fs::read(model::path(folder, &digest)).unwrap()), digest, "half a file");
    }
    names(folder).iter().filter(|name| name.ends_with(".part")).count()
}

/// Sends until it is answered, as a person does who taps again.
fn insist(address: &Mutex<SocketAddr>, request: &[u8]) {
    for _ in 0..4000 {
        let now_at = *address.lock().unwrap();
        match Connection::open(now_at).and_then(|mut connection| connection.send(request)) {
            Ok(answer) => return assert_eq!(answer.status, 303, "{}", answer.text),
            Err(_) => std::thread::sleep(Duration::from_millis(15)),
        }
    }
    panic!("no answer came");
}

/// C-06: check-ins, changes of one's profile and words to HQ, by fifty at once.
#[test]
fn fifty_who_write_at_once_are_answered_by_no_failure() {
    const WRITERS: usize = 50;
    let n_writes = setting("XUEFA_DRILL_WRITES", 2_000);
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::fresh());
    let hall = Hall::prepare(folder.path(), &database.address, n_writes.div_ceil(10).max(WRITERS));
    let check_ins = hall.check_ins(&hall.scan());
    let mut requests = Vec::with_capacity(n_writes);
    for number in 0..n_writes {
        let person = number / 10;
        let token = &hall.people[person].token;
        let (csrf, cookies) = (hall.app.secret.derive("csrf", token), format!("xuefa_login={token}"));
        requests.push(match number % 10 {
            0 => check_ins[person].clone(),
            1..=4 => {
                let body = format!("csrf={csrf}&form_key=w{number}&kind=suggestion&text=w{number}");
                post("/feedback", &cookies, &body)
            }
            _ => {
                let size = ["standard", "large"][number % 2];
                post("/me/profile", &cookies, &format!("csrf={csrf}&form_key=w{number}&text_size={size}"))
            }
        });
    }
    let server = hall.serve(PROGRAM);

    let (next, statuses, started) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address).unwrap();
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let status = connection.send(request).unwrap().status;
                    *statuses.lock().unwrap().entry(status).or_insert(0) += 1;
                }
            });
        }
    });

    let statuses = statuses.into_inner().unwrap();
    println!("{WRITERS} writers: {statuses:?} in {:.0} s", started.elapsed().as_secs_f64());
    drop(server);
    let written: (i64, i64) =
        hall.read(|conn| Ok((attendance::table.count().get_result(conn)?, feedback::table.count().get_result(conn)?)));
    assert_eq!(statuses, BTreeMap::from([(303, n_writes)]));
    assert_eq!(written, (n_writes as i64 / 10, n_writes as i64 * 4 / 10));
}
