//! The kill drill (`reliability.md` D-01, D-04, C-01): the program is killed again and again, as by a power cut, while people
//! check in over several connections and some send twice. Whoever was told "checked in" is on the roll exactly once,
//! with exactly one entry in the trail; nobody is there who did not ask.
//!
//! The short drill runs with the tests; the long one with
//! `XUEFA_DRILL_KILLS=200 XUEFA_DRILL_PEOPLE=10000 cargo test --release --test drill`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../benches/support/mod.rs"]
mod support;

use diesel::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{Connection, Hall, setting};
use xuefa::store::schema::{attendance, audit_entries};

const CONNECTIONS: usize = 16;

#[test]
fn whoever_was_told_so_is_checked_in_exactly_once_however_often_the_program_is_killed() {
    let (n_kills, n_people) = (setting("XUEFA_DRILL_KILLS", 4), setting("XUEFA_DRILL_PEOPLE", 400));
    let folder = tempfile::tempdir().unwrap();
    let hall = Hall::prepare(folder.path(), &folder.path().join("xuefa.db").to_string_lossy(), n_people);
    let program = env!("CARGO_BIN_EXE_xuefa");
    let requests = hall.check_ins(&hall.scan());
    // One in a hundred asks last of all for somebody who never comes.
    let (coming, absent) = requests.split_at(n_people - n_people / 100);
    let (next, told, over) = (AtomicUsize::new(0), Mutex::new(vec![0_usize; coming.len()]), AtomicBool::new(false));

    let mut server = hall.serve(program);
    let address = Mutex::new(server.address);
    let (mut killed, started) = (0, Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                loop {
                    let person = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = coming.get(person) else { break };
                    // One in twenty sends again after the answer, as people do who doubt it.
                    let sends = if person % 20 == 0 { 2 } else { 1 };
                    for _ in 0..sends {
                        insist(&address, request);
                        told.lock().unwrap()[person] += 1;
                    }
                    // Slow enough that all the kills find somebody checking in.
                    std::thread::sleep(Duration::from_millis(if n_kills > 0 { 4 } else { 0 }));
                }
            });
        }
        let ender = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let n_told = told.lock().unwrap().iter().filter(|n| **n > 0).count();
                if n_told == coming.len() {
                    over.store(true, Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        while killed < n_kills && !over.load(Ordering::Relaxed) {
            let share = coming.len() * (killed + 1) / (n_kills + 1);
            while told.lock().unwrap().iter().filter(|n| **n > 0).count() < share && !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            server.kill();
            assert_whole(folder.path());
            killed += 1;
            server = hall.serve(program);
            *address.lock().unwrap() = server.address;
        }
        ender.join().unwrap();
    });

    let session = hall.session;
    let (present, trail): (Vec<i64>, Vec<Option<i64>>) = hall.read(move |conn| {
        let present = attendance::table
            .filter(attendance::session_id.eq(session))
            .filter(attendance::state.eq("present"))
            .select(attendance::person_id)
            .order(attendance::person_id)
            .load(conn)?;
        let trail = audit_entries::table
            .filter(audit_entries::action.eq("attendance.checked_in"))
            .select(audit_entries::person_id)
            .order(audit_entries::person_id)
            .load(conn)?;
        Ok((present, trail))
    });
    let expected: Vec<i64> = hall.people[..coming.len()].iter().map(|guest| guest.person.0).collect();
    println!(
        "{killed} kills in {:.0} s: {} told, {} present, {} in the trail, {} never came",
        started.elapsed().as_secs_f64(),
        told.lock().unwrap().len(),
        present.len(),
        trail.len(),
        absent.len()
    );
    assert_eq!(killed, n_kills);
    assert_eq!(present, expected, "lost, or there without asking");
    assert_eq!(trail, expected.into_iter().map(Some).collect::<Vec<_>>(), "an entry each, and only one");
}

/// D-04: as the kill left it, on a copy: looking at it would already mend it.
fn assert_whole(folder: &std::path::Path) {
    use diesel::Connection as _;
    let copy = tempfile::tempdir().unwrap();
    for file in ["xuefa.db", "xuefa.db-wal"] {
        // Without a log nothing was waiting in it.
        drop(std::fs::copy(folder.join(file), copy.path().join(file)));
    }
    let mut conn = SqliteConnection::establish(&copy.path().join("xuefa.db").to_string_lossy()).unwrap();
    let check = "(select group_concat(integrity_check) from pragma_integrity_check)";
    let found = diesel::dsl::sql::<(diesel::sql_types::Text, diesel::sql_types::BigInt)>(&format!(
        "select {check}, (select count(*) from pragma_foreign_key_check)"
    ));
    assert_eq!(found.get_result::<(String, i64)>(&mut conn).unwrap(), ("ok".to_owned(), 0));
}

/// Sends until it is answered, as a person does who taps again: on a new connection each time one breaks.
fn insist(address: &Mutex<std::net::SocketAddr>, request: &[u8]) {
    for _ in 0..4000 {
        let now_at = *address.lock().unwrap();
        match Connection::open(now_at).and_then(|mut connection| connection.send(request)) {
            Ok(answer) => {
                assert_eq!(answer.status, 303, "{}", answer.text);
                assert!(answer.location().is_some_and(|to| to.contains("/checked-in")), "{}", answer.text);
                return;
            }
            Err(_) => std::thread::sleep(Duration::from_millis(15)),
        }
    }
    panic!("no answer came");
}
