//! The drill of backups: one is made while people check in and comes back elsewhere with everybody who had been told so
//! before it began (`reliability.md` B-01); a restore is killed again and again, and what is there is the old database or
//! the new one (B-02).
//!
//! The short drill runs with the tests, on SQLite or on `XUEFA_TEST_POSTGRESQL`; the long one with
//! `XUEFA_DRILL_KILLS=20 XUEFA_DRILL_PEOPLE=2000 cargo test --test drill_backup -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "app/support/database.rs"]
mod database;
#[path = "../benches/support/mod.rs"]
mod support;

use database::Database;
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{Connection, Hall, setting};
use xuefa::store::schema::{attendance, audit_entries, people, units};
use xuefa::store::{Conn, Db};

const PROGRAM: &str = env!("CARGO_BIN_EXE_xuefa");
const CONNECTIONS: usize = 8;

fn command(words: &[&str], database: &str, data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).env("XUEFA_DATABASE", database).env("XUEFA_DATA", data).env("XUEFA_LOG", "error");
    command
}

fn run(words: &[&str], database: &str, data: &Path) {
    let output = command(words, database, data).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn read<T: Send + 'static>(database: &str, f: impl FnOnce(&mut Conn) -> xuefa::error::Result<T> + Send + 'static) -> T {
    let db = Db::open(database).unwrap();
    actix_web::rt::System::new().block_on(db.read(f)).unwrap()
}

#[test]
fn a_backup_in_a_storm_of_check_ins_holds_everybody_who_was_told_before_it_began() {
    let n_people = setting("XUEFA_DRILL_PEOPLE", 1600);
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (from, to) = (Database::fresh(), Database::fresh());
    let hall = Hall::prepare(folder.path(), &from.address, n_people);
    let requests = hall.check_ins(&hall.scan());
    let server = hall.serve(PROGRAM);
    let (next, told) = (AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
    let file = folder.path().join("storm.zip");

    let told_before: BTreeSet<i64> = std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address).unwrap();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(place) else { break };
                    assert_eq!(connection.send(request).unwrap().status, 303);
                    told.lock().unwrap().insert(hall.people[place].person.0);
                    // Slow enough that the backups are made in the middle.
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
        while told.lock().unwrap().len() < n_people / 4 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let before = told.lock().unwrap().clone();
        run(&["backup", &file.to_string_lossy()], &from.address, folder.path());
        // As many more as the storm lasts: one alone may fall between two who come.
        for n in 0..6 {
            let another = folder.path().join(format!("{n}.zip"));
            run(&["backup", &another.to_string_lossy()], &from.address, folder.path());
            let (n_rows, n_entries) = n_checked_in(&another);
            assert_eq!(n_rows, n_entries, "rows and trail are of one moment");
        }
        before
    });
    drop(server);
    run(&["restore", &file.to_string_lossy()], &to.address, elsewhere.path());

    let session = hall.session;
    let (present, trail): (Vec<i64>, Vec<Option<i64>>) = read(&to.address, move |conn| {
        let present = attendance::table
            .filter(attendance::session_id.eq(session))
            .order(attendance::person_id)
            .select(attendance::person_id)
            .load(conn)?;
        let trail = audit_entries::table
            .filter(audit_entries::action.eq("attendance.checked_in"))
            .order(audit_entries::person_id)
            .select(audit_entries::person_id)
            .load(conn)?;
        Ok((present, trail))
    });
    println!("{} told before the backup, {} in it, {n_people} in the end", told_before.len(), present.len());
    let in_backup: BTreeSet<i64> = present.iter().copied().collect();
    assert!(told_before.is_subset(&in_backup), "lost: {:?}", told_before.difference(&in_backup));
    assert!(in_backup.is_subset(&told.lock().unwrap()), "nobody is there who did not come");
    assert_eq!(present.into_iter().map(Some).collect::<Vec<_>>(), trail, "rows and trail are of one moment");
}

/// Rows of attendance in a backup, and entries of the trail that tell of one.
fn n_checked_in(file: &Path) -> (usize, usize) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut table = |name: &str| {
        let mut lines = String::new();
        zip.by_name(&format!("tables/{name}.jsonl")).unwrap().read_to_string(&mut lines).unwrap();
        lines
    };
    (table("attendance").lines().count(), table("audit_entries").matches("attendance.checked_in").count())
}

/// What tells one database from the other: its people, and the unit's name.
fn standing(database: &str) -> (i64, String) {
    read(database, |conn| {
        let n: i64 = people::table.count().get_result(conn)?;
        Ok((n, units::table.select(units::name).first(conn)?))
    })
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_database_or_the_new_one() {
    let n_kills = setting("XUEFA_DRILL_KILLS", 6);
    let folder = tempfile::tempdir().unwrap();
    let mut backups = Vec::new();
    for n_people in [50, 2000] {
        let (database, data) = (Database::fresh(), tempfile::tempdir().unwrap());
        drop(Hall::prepare(data.path(), &database.address, n_people));
        let name = format!("unit of {n_people}");
        let renamed = name.clone();
        let db = Db::open(&database.address).unwrap();
        let write =
            db.write(move |conn| Ok(diesel::update(units::table).set(units::name.eq(&renamed)).execute(conn)?));
        actix_web::rt::System::new().block_on(write).unwrap();
        drop(db);
        let file = folder.path().join(format!("{n_people}.zip")).to_string_lossy().into_owned();
        run(&["backup", &file], &database.address, data.path());
        backups.push((file, (n_people as i64, name)));
    }
    let target = Database::fresh();
    run(&["restore", &backups[0].0], &target.address, folder.path());
    // How long each takes when nobody disturbs it, told again by each that comes through.
    let mut spans = [Duration::ZERO; 2];
    for place in [1, 0, 1] {
        let started = Instant::now();
        run(&["restore", "--replace", &backups[place].0], &target.address, folder.path());
        spans[place] = started.elapsed();
    }

    let (mut n_old, mut n_new, mut n_over) = (0, 0, 0);
    while n_old + n_new < n_kills {
        let before = standing(&target.address);
        // What has just looked at it may still be closing its connections.
        let address = xuefa::store::Address::parse(&target.address).unwrap();
        while xuefa::store::look_before(&address).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let place = backups.iter().position(|(_, standing)| *standing != before).unwrap();
        let (file, after) = &backups[place];
        let share = (n_old + n_new) as f64 + 0.5;
        let mut child = command(&["restore", "--replace", file], &target.address, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(spans[place].mul_f64(share / n_kills as f64));
        let was_over = child.try_wait().unwrap().is_some();
        if !was_over {
            child.kill().unwrap();
        }
        child.wait().unwrap();

        let now = standing(&target.address);
        assert!(now == before || now == *after, "a mix: {now:?}");
        match (was_over, now == before) {
            (true, _) => n_over += 1,
            (false, true) => n_old += 1,
            (false, false) => n_new += 1,
        }
        assert!(n_over <= 10 * n_kills, "no kill comes in time");
        // PostgreSQL notices a little later that nobody is there any more.
        let (next, patience) = ((n_old + n_new + n_over) % 2, Instant::now() + Duration::from_secs(60));
        loop {
            let started = Instant::now();
            let again = command(&["restore", "--replace", &backups[next].0], &target.address, folder.path()).output();
            if again.unwrap().status.success() {
                spans[next] = started.elapsed();
                break;
            }
            assert!(Instant::now() < patience, "no restore comes through any more");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(standing(&target.address), backups[next].1);
    }
    println!(
        "{n_kills} kills: {n_old} times the old one, {n_new} times the new one; {n_over} restores were over before"
    );
}
