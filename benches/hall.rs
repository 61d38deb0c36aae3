//! A hall that fills (`reliability.md` V-02, V-03): everybody opens the code's page, checks in and sees the result, one in
//! five signing in first, all within a minute; then the same under a storm of sign-ins.
//!
//! `cargo bench --bench hall`; `XUEFA_BENCH_PEOPLE` (2,000), `XUEFA_BENCH_SECONDS` (60) and `XUEFA_BENCH_OLD_ROWS` (0:
//! attendance of former sessions to be there beforehand) change it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{Connection, Guest, Hall, PASSWORD, Server, get, percentile, post, setting};

const BROWSERS: usize = 64;

fn main() {
    let (n, seconds) = (setting("XUEFA_BENCH_PEOPLE", 2_000), setting("XUEFA_BENCH_SECONDS", 60));
    let n_old = setting("XUEFA_BENCH_OLD_ROWS", 0);
    let folder = tempfile::tempdir().unwrap();
    let hall = Hall::prepare(folder.path(), &folder.path().join("xuefa.db").to_string_lossy(), n);
    hall.add_old_rows(n_old);
    let server = hall.serve(env!("CARGO_BIN_EXE_xuefa"));

    println!("{n} people within {seconds} s, one in five signing in first, {n_old} old rows");
    let (half, rest) = hall.people.split_at(n / 2);
    fill(&hall, &server, half, Duration::from_secs(seconds as u64 / 2), false);
    println!("the same while others sign in as fast as they can");
    fill(&hall, &server, rest, Duration::from_secs(seconds as u64 / 2), true);

    let session = hall.session;
    let roll = hall.read(move |conn| Ok(xuefa::attendance::queries::list_roll(conn, session)?));
    let present = roll.iter().filter(|(_, row)| row.is_some()).count();
    println!("{present} of {n} present, peak memory {} MB", server.peak_megabytes());
    assert_eq!(present, n);
}

#[derive(Default)]
struct Waits {
    page: Vec<Duration>,
    sign_in: Vec<Duration>,
    check_in: Vec<Duration>,
    result: Vec<Duration>,
}

/// Lets people come evenly over the time, each on the next free of the browsers.
fn fill(hall: &Hall, server: &Server, people: &[Guest], within: Duration, storm: bool) {
    let (waits, next, over) = (Mutex::new(Waits::default()), AtomicUsize::new(0), AtomicBool::new(false));
    let n_storm = AtomicUsize::new(0);
    let (started, cpu) = (Instant::now(), server.cpu());
    std::thread::scope(|scope| {
        let browsers: Vec<_> = (0..BROWSERS)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        let Some(guest) = people.get(place) else { break };
                        let due = within.mul_f64(place as f64 / people.len() as f64);
                        std::thread::sleep(due.saturating_sub(started.elapsed()));
                        come(hall, server, guest, place % 5 == 0, &waits);
                    }
                })
            })
            .collect();
        if storm {
            for guest in people.iter().take(16) {
                let (over, n_storm) = (&over, &n_storm);
                scope.spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        let mut browser = Connection::open(server.address).unwrap();
                        sign_in(&mut browser, guest, "/");
                        n_storm.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        }
        browsers.into_iter().for_each(|browser| browser.join().unwrap());
        over.store(true, Ordering::Relaxed);
    });
    let (wall, cpu) = (started.elapsed(), server.cpu() - cpu);
    let mut waits = waits.into_inner().unwrap();
    println!(
        "  {} people in {:.1} s, {:.1} s CPU of the server, {} sign-ins besides",
        people.len(),
        wall.as_secs_f64(),
        cpu.as_secs_f64(),
        n_storm.into_inner()
    );
    let all = [
        ("code's page", &mut waits.page),
        ("sign-in", &mut waits.sign_in),
        ("check-in", &mut waits.check_in),
        ("result page", &mut waits.result),
    ];
    for (name, waits) in all {
        waits.sort();
        let at = |percent| percentile(waits, percent);
        println!("  {name}: n {}, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms", waits.len(), at(50), at(95), at(99));
    }
}

/// One person: the code's page, perhaps the sign-in, the button, the result.
fn come(hall: &Hall, server: &Server, guest: &Guest, signs_in: bool, waits: &Mutex<Waits>) {
    let (address, grant) = hall.scan();
    let mut browser = Connection::open(server.address).unwrap();
    let mut timed = |request: &[u8], expected: u16| {
        let sent = Instant::now();
        let answer = browser.send(request).unwrap();
        assert_eq!(answer.status, expected, "{}", answer.text);
        (answer, sent.elapsed())
    };
    let token = if signs_in {
        let (_, waited) = timed(&get(&address, ""), 303);
        waits.lock().unwrap().page.push(waited);
        let sent = Instant::now();
        let token = sign_in(&mut browser, guest, &address);
        waits.lock().unwrap().sign_in.push(sent.elapsed());
        token
    } else {
        guest.token.clone()
    };
    let cookies = format!("xuefa_login={token}; xuefa_scan={grant}");
    let mut timed = |request: &[u8], expected: u16| {
        let sent = Instant::now();
        let answer = browser.send(request).unwrap();
        assert_eq!(answer.status, expected, "{}", answer.text);
        (answer, sent.elapsed())
    };
    let (page, waited) = timed(&get(&address, &cookies), 200);
    waits.lock().unwrap().page.push(waited);
    let fields = format!("csrf={}&form_key={}", page.hidden("csrf").unwrap(), page.hidden("form_key").unwrap());
    let (done, waited) = timed(&post(&address, &cookies, &fields), 303);
    waits.lock().unwrap().check_in.push(waited);
    let (_, waited) = timed(&get(done.location().unwrap(), &cookies), 200);
    waits.lock().unwrap().result.push(waited);
}

/// Signs in as a person does, and gives the login's token.
fn sign_in(browser: &mut Connection, guest: &Guest, next: &str) -> String {
    let form = browser.send(&get("/login", "")).unwrap();
    let visit = form.cookie("xuefa_visit").unwrap().to_owned();
    let fields = format!(
        "csrf={}&form_key={}&user_name={}&password={}&next={}",
        form.hidden("csrf").unwrap(),
        form.hidden("form_key").unwrap(),
        guest.user_name,
        PASSWORD.replace(' ', "+"),
        next
    );
    // Told to come back when too many hash at once, a browser does.
    loop {
        let answer = browser.send(&post("/login", &format!("xuefa_visit={visit}"), &fields)).unwrap();
        match answer.status {
            303 => return answer.cookie("xuefa_login").unwrap().to_owned(),
            503 => std::thread::sleep(Duration::from_secs(1)),
            other => panic!("{other}: {}", answer.text),
        }
    }
}
