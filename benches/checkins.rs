//! Check-ins through the program itself, beside two floors in the same run: a plain-text route of the same program, and
//! a bare actix server that writes one row for each request in grouped commits.
//!
//! `cargo bench --bench checkins`; with `XUEFA_TEST_POSTGRESQL=postgres://…` on PostgreSQL too. `XUEFA_BENCH_PEOPLE`
//! (4,000), `XUEFA_BENCH_ROUNDS` (3) and `XUEFA_BENCH_OLD_ROWS` (0: attendance of former sessions to be there beforehand)
//! change it, and `XUEFA_BENCH_PROGRAM` drives another build of the program. Absolute figures differ from machine to
//! machine, and the client shares the cores: compare the ratios, and the server's processor time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use actix_web::{HttpResponse, web};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use support::{Hall, Measured, Server, free_port, get, post, print_spread, setting};
use tokio::sync::oneshot;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, port, path] = arguments.as_slice()
        && command == "bare"
    {
        return bare_server(port.parse().unwrap(), path);
    }
    println!("CPU is the server's, for each request");
    on("SQLite", |folder| folder.join("xuefa.db").to_string_lossy().into_owned());
    if let Ok(server) = std::env::var("XUEFA_TEST_POSTGRESQL") {
        on("PostgreSQL", |_| {
            let name = format!("bench_{}_{}", std::process::id(), rand::random::<u32>());
            let mut conn = PgConnection::establish(&format!("{server}/postgres")).unwrap();
            conn.batch_execute(&format!("create database {name}")).unwrap();
            format!("{server}/{name}")
        });
    }
}

fn on(engine: &str, database: impl Fn(&std::path::Path) -> String) {
    let (n, n_old) = (setting("XUEFA_BENCH_PEOPLE", 4_000), setting("XUEFA_BENCH_OLD_ROWS", 0));
    let folder = tempfile::tempdir().unwrap();
    let hall = Hall::prepare(folder.path(), &database(folder.path()), n);
    hall.add_old_rows(n_old);
    println!("{engine}: {n} people, {n_old} old rows");
    let program = std::env::var("XUEFA_BENCH_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_xuefa").to_owned());
    let mut rounds = Vec::new();
    for round in 1..=setting("XUEFA_BENCH_ROUNDS", 3) {
        let mut row = Vec::new();
        for connections in [16, 64] {
            hall.clear();
            let server = hall.serve(&program);
            let plain = server.drive(&vec![get("/healthz", ""); n * 4], connections, 200);
            let checked_in = server.drive(&hall.check_ins(&hall.scan()), connections, 303);
            let results = server.drive(&results(&hall), connections, 200);
            let session = hall.session;
            let roll = hall.read(move |conn| Ok(xuefa::attendance::queries::list_roll(conn, session)?));
            assert!(roll.iter().all(|(_, row)| row.is_some()), "every acknowledged check-in is a row");
            let bare = bare(folder.path(), n, connections);
            println!("{engine}, round {round}, {connections} connections: plain {plain}");
            println!("  check-in {checked_in}\n  result page {results}\n  bare check-in {bare}");
            row.extend([
                checked_in.cpu_each(),
                checked_in.cpu_each() + results.cpu_each(),
                checked_in.cpu_each() / plain.cpu_each(),
                checked_in.cpu_each() / bare.cpu_each(),
                checked_in.rate() / bare.rate(),
            ]);
        }
        rounds.push(row);
    }
    let columns = [
        "check-in, ms CPU",
        "check-in and result page, ms CPU",
        "check-in ÷ plain, CPU",
        "check-in ÷ bare check-in, CPU",
        "check-in ÷ bare check-in, rate",
    ];
    let names: Vec<String> = [16, 64]
        .iter()
        .flat_map(|connections| columns.iter().map(move |column| format!("{engine}, {connections}: {column}")))
        .collect();
    print_spread(&names, &rounds);
}

fn results(hall: &Hall) -> Vec<Vec<u8>> {
    let address = format!("/sessions/{}/checked-in", hall.session);
    hall.people.iter().map(|guest| get(&address, &format!("xuefa_login={}", guest.token))).collect()
}

fn bare(folder: &std::path::Path, n: usize, connections: usize) -> Measured {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("bare").arg(port.to_string()).arg(folder.path().join("bare.db"));
    let server = Server::run(command, port);
    let requests: Vec<_> = (0..n).map(|n| post(&format!("/c/{n}"), "", "")).collect();
    server.drive(&requests, connections, 303)
}

type Waiting = (i64, oneshot::Sender<()>);

/// The least that a durable check-in costs: a route, one row, a commit shared with those who wait.
fn bare_server(port: u16, path: &str) {
    let mut conn = SqliteConnection::establish(path).unwrap();
    conn.batch_execute(
        "pragma journal_mode = wal; pragma synchronous = full;
         create table attendance (session_id integer, person_id integer, state text, arrived_at text,
             primary key (session_id, person_id));",
    )
    .unwrap();
    let (queue, waiting) = channel::<Waiting>();
    std::thread::spawn(move || {
        while let Ok(first) = waiting.recv() {
            let group: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter().take(255)).collect();
            conn.batch_execute("begin immediate").unwrap();
            for (person, _) in &group {
                diesel::sql_query("insert into attendance values (1, ?, 'present', '2024-07-05 08:30:00')")
                    .bind::<diesel::sql_types::BigInt, _>(person)
                    .execute(&mut conn)
                    .unwrap();
            }
            conn.batch_execute("commit").unwrap();
            for (_, reply) in group {
                let _ = reply.send(());
            }
        }
    });
    async fn check_in(queue: web::Data<Sender<Waiting>>, person: web::Path<i64>) -> HttpResponse {
        let (reply, done) = oneshot::channel();
        queue.send((person.into_inner(), reply)).unwrap();
        done.await.unwrap();
        HttpResponse::SeeOther().insert_header(("location", "/")).finish()
    }
    actix_web::rt::System::new()
        .block_on(
            actix_web::HttpServer::new(move || {
                actix_web::App::new()
                    .app_data(web::Data::new(queue.clone()))
                    .route("/readyz", web::get().to(|| async { "ready" }))
                    .route("/c/{person}", web::post().to(check_in))
            })
            .workers(2)
            .bind(("127.0.0.1", port))
            .unwrap()
            .run(),
        )
        .unwrap();
}
