//! What every page costs: queries, bytes and processor time of each kind of page that links lead to in the demo, for each
//! role, with the page that does least as the floor.
//!
//! `cargo bench --bench pages`; `XUEFA_BENCH_PEOPLE` and `XUEFA_BENCH_SESSIONS` make the demo larger,
//! `XUEFA_BENCH_DATABASE` (an empty one; a file of its own) names another database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use actix_web::test;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::setting;
use xuefa::access::Actor;
use xuefa::accounts::{self, secret, sign_in};
use xuefa::cli::demo;
use xuefa::clock::Clock;
use xuefa::config::Config;
use xuefa::store::Db;
use xuefa::store::schema::accounts as table;
use xuefa::web::App;

const ROLES: [&str; 4] = ["trainee", "leader", "hq", "admin"];
/// A page is asked for until it has taken so long, but so often at the least and at the most.
const LONG: Duration = Duration::from_millis(300);
const TIMES: [usize; 2] = [3, 31];

static ASKED: AtomicUsize = AtomicUsize::new(0);

struct Count;

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            ASKED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// One kind of page as one role sees it.
struct Cost {
    role: &'static str,
    path: String,
    n_queries: usize,
    bytes: usize,
    packed: usize,
    cpu: Duration,
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("xuefa.db").to_string_lossy().into_owned();
    let database = std::env::var("XUEFA_BENCH_DATABASE").unwrap_or(own);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Count))).unwrap();
    let clock = Clock::system(chrono_tz::Asia::Shanghai);
    let runtime = actix_web::rt::System::new();
    let db = Db::open(&database).unwrap();
    let config = Config { database, data: folder.path().join("data"), ..support::config() };
    let app = App::new(db, clock.clone(), config).unwrap();
    let size =
        demo::Size { n_people: setting("XUEFA_BENCH_PEOPLE", 0), n_sessions: setting("XUEFA_BENCH_SESSIONS", 0) };
    let hash = accounts::password::hash_now(support::PASSWORD).unwrap();
    runtime.block_on(app.db.write(move |conn| demo::make(conn, size, &hash, &clock))).unwrap();
    let mut costs = Vec::new();
    for role in ROLES {
        costs.extend(runtime.block_on(walk(&app, role)));
    }
    print(&costs);
}

/// Every kind of page that links lead to from a role's first page, each asked for where it was met first.
async fn walk(app: &App, role: &'static str) -> Vec<Cost> {
    let token = secret::random_token();
    let (begun, now) = (token.clone(), app.clock.now());
    let login = app.db.write(move |conn| {
        let account = accounts::queries::find_account(conn, role)?.unwrap();
        diesel::update(table::table.find(account.id)).set(table::notice_seen_at.eq(now)).execute(conn)?;
        sign_in::begin_login(conn, account.id, &begun, &Actor::person(account.person_id, "bench"), now)
    });
    login.await.unwrap();
    let service = test::init_service(app.service()).await;
    let get = async |path: &str, packed: bool| {
        let request = test::TestRequest::get().uri(path).insert_header(("cookie", format!("xuefa_login={token}")));
        let encoding = if packed { "gzip" } else { "identity" };
        let response =
            test::call_service(&service, request.insert_header(("accept-encoding", encoding)).to_request()).await;
        (response.status().as_u16(), test::read_body(response).await)
    };
    let (mut met, mut costs) = (BTreeSet::from([shape("/")]), Vec::new());
    let mut waiting = VecDeque::from(["/".to_owned(), "/reports".to_owned(), "/help".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        let (status, body) = get(&path, false).await;
        if status != 200 {
            continue;
        }
        for link in links(&String::from_utf8_lossy(&body)) {
            if met.insert(shape(&link)) {
                waiting.push_back(link);
            }
        }
        let asked = ASKED.load(Ordering::Relaxed);
        let packed = get(&path, true).await.1.len();
        let n_queries = ASKED.load(Ordering::Relaxed) - asked;
        let (before, mut n) = (processor_time(), 0);
        while n < TIMES[0] || (n < TIMES[1] && processor_time() - before < LONG) {
            get(&path, false).await;
            n += 1;
        }
        let cpu = (processor_time() - before) / u32::try_from(n).unwrap();
        costs.push(Cost { role, path: shape(&path), n_queries, bytes: body.len(), packed, cpu });
    }
    costs
}

/// `/sessions/3?state=all` and `/sessions/{}` are one kind of page.
fn shape(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts = path.split('/').map(|part| match part.rsplit_once('.') {
        _ if part.chars().all(|letter| letter.is_ascii_digit()) && !part.is_empty() => "{}".to_owned(),
        Some((stem, ending)) if stem.chars().all(|letter| letter.is_ascii_digit()) => format!("{{}}.{ending}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The program's own pages that a page leads to.
fn links(html: &str) -> Vec<String> {
    let addresses = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = addresses.filter(|address| address.starts_with('/') && !address.starts_with("/static/"));
    own.map(|address| address.replace("&amp;", "&").replace("&#x3D;", "=")).collect()
}

/// Of all threads of this process that still live: those that answer do.
fn processor_time() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let of = |folder: std::fs::DirEntry| -> Option<u64> {
        std::fs::read_to_string(folder.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    Duration::from_nanos(threads.filter_map(|thread| of(thread.ok()?)).sum())
}

fn print(costs: &[Cost]) {
    let least = costs.iter().map(|cost| cost.cpu).min().unwrap_or_default().as_secs_f64();
    println!("the least is {:.2} ms of processor", least * 1e3);
    println!("| page | role | queries | KB | KB packed | ms of processor | times the least |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut worst: BTreeMap<&str, &Cost> = BTreeMap::new();
    for cost in costs {
        let found = worst.entry(&cost.path).or_insert(cost);
        if cost.cpu > found.cpu {
            *found = cost;
        }
    }
    let mut worst: Vec<&Cost> = worst.into_values().collect();
    worst.sort_by_key(|cost| std::cmp::Reverse(cost.cpu));
    for Cost { role, path, n_queries, bytes, packed, cpu } in worst {
        let (kb, packed, ms) = (*bytes as f64 / 1024.0, *packed as f64 / 1024.0, cpu.as_secs_f64() * 1e3);
        println!("| {path} | {role} | {n_queries} | {kb:.0} | {packed:.1} | {ms:.1} | {:.0} |", ms / 1e3 / least);
    }
}
