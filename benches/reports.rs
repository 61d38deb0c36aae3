//! The report of a period beside the bare SQL that it runs, over many attendance rows; the report of one large session as
//! page and paper, beside a paper that says nothing; and the workbook of a long list.
//!
//! `cargo bench --bench reports`; `XUEFA_BENCH_ROWS` (200,000) attendance rows, `XUEFA_BENCH_PEOPLE` (2,000) of each session
//! and `XUEFA_BENCH_DATABASE` (an empty one; a file of its own) change it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use actix_web::test;
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::dsl::max;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use support::{cpu_of, peak_megabytes_of, setting};
use xuefa::access::{Actor, Grant, LoginKind, Role, TextSize, Viewer};
use xuefa::accounts::{self, secret, sign_in};
use xuefa::attendance::totals;
use xuefa::attendance::totals::queries::{self, Wanted};
use xuefa::clock::Clock;
use xuefa::config::Config;
use xuefa::i18n::Language;
use xuefa::links;
use xuefa::organization::{self, Category, UnitKind};
use xuefa::reports::book::{Cell, LongBook};
use xuefa::reports::paper::{self, Words};
use xuefa::reports::period::{self, Filter};
use xuefa::reports::session_attendance;
use xuefa::reports::span::{Span, SpanKind};
use xuefa::settings;
use xuefa::store::ids::{AccountId, LoginId, PersonId, SessionId, UnitId};
use xuefa::store::schema::{people, sessions};
use xuefa::store::{Conn, Db};
use xuefa::study_hours::queries::sum_given_study;
use xuefa::web::App;

/// Enterprises of the group, each with people.
const UNITS: i64 = 100;
/// Each measurement is the middle one of so many.
const TIMES: usize = 21;

fn main() {
    let (n_rows, n_people) = (setting("XUEFA_BENCH_ROWS", 200_000), setting("XUEFA_BENCH_PEOPLE", 2_000));
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("xuefa.db").to_string_lossy().into_owned();
    let database = std::env::var("XUEFA_BENCH_DATABASE").unwrap_or(own);
    let clock = Clock::system(chrono_tz::Asia::Shanghai);
    let runtime = actix_web::rt::System::new();
    let db = Db::open(&database).unwrap();
    let config = Config { database: database.clone(), data: folder.path().join("data"), ..support::config() };
    let app = App::new(db.clone(), clock.clone(), config).unwrap();
    runtime.block_on(fill(&db, n_rows.div_ceil(n_people), n_people));

    let started = Instant::now();
    runtime.block_on(db.write(totals::refresh_all)).unwrap();
    println!("{n_rows} attendance rows; all totals anew: {:.1} s", started.elapsed().as_secs_f64());

    let today = NaiveDate::from_ymd_opt(2024, 12, 31).unwrap();
    let spans = [
        ("a year", Span::around(SpanKind::Year, today)),
        ("all", Span::between(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(), today).unwrap()),
    ];
    for (name, span) in spans {
        let filter = Filter { span, unit: None, category: None };
        let (built, bare) = runtime.block_on(async {
            let (clock, viewer) = (clock.clone(), viewer());
            db.read(move |conn| {
                let built = middle(|| drop(period::build(conn, &viewer, &filter, &clock).unwrap()));
                Ok((built, middle(|| bare(conn, &span, &clock))))
            })
            .await
            .unwrap()
        });
        let limit = bare.as_secs_f64() * 1.5 + 0.005;
        println!(
            "period report of {name}: {:.1} ms, its bare SQL {:.1} ms ({:.2} times; limit {:.1} ms)",
            built.as_secs_f64() * 1e3,
            bare.as_secs_f64() * 1e3,
            built.as_secs_f64() / bare.as_secs_f64(),
            limit * 1e3
        );
    }

    // As the lists of people behind a figure are made. Before the papers, whose typefaces stay in memory.
    let n_rows = n_rows.min(200_000) as i64;
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (started, before) = (Instant::now(), support::peak_megabytes_of("self"));
    let columns = ["序号", "姓名", "状态"].map(|head| (head.to_owned(), 12.0)).to_vec();
    let mut book = LongBook::new("名单", columns).unwrap();
    for first in (0..n_rows).step_by(1000) {
        let rows: Vec<Vec<Cell>> = (first..(first + 1000).min(n_rows))
            .map(|n| vec![Cell::Count(n), Cell::text("某某"), Cell::text("实到")])
            .collect();
        book = book.push(&rows).unwrap();
    }
    let file = book.finish("说明", &[]).unwrap();
    println!(
        "workbook of {n_rows} rows: {:.1} s, {} KB; {before} MB held before, {} MB at the most",
        started.elapsed().as_secs_f64(),
        file.len() / 1024,
        support::peak_megabytes_of("self")
    );

    runtime.block_on(session_report(&app, n_people));
}

/// The attendance report of one session: its page, and its paper beside one that says nothing.
async fn session_report(app: &App, n_people: usize) {
    let (token, now) = (secret::random_token(), app.clock.now());
    let begun = token.clone();
    let session = app.db.write(move |conn| {
        let session = sessions::table.select(max(sessions::id)).first::<Option<SessionId>>(conn)?.unwrap();
        let person: PersonId = people::table.select(people::id).order(people::id).first(conn)?;
        let hash = accounts::password::hash_now("a bench's password").unwrap();
        accounts::queries::insert_accounts(conn, &[(person, "hq".to_owned())], &hash, now)?;
        let account = accounts::queries::find_account(conn, "hq")?.unwrap().id;
        accounts::queries::insert_grant(conn, account, Role::Hq, None, None, now)?;
        sign_in::begin_login(conn, account, &begun, &Actor::person(person, "bench"), now)?;
        Ok(session)
    });
    let session = session.await.unwrap();
    let service = test::init_service(app.service()).await;
    let get = async || {
        let request = test::TestRequest::get().uri(&links::session_report(session));
        let request = request.insert_header(("cookie", format!("xuefa_login={token}"))).to_request();
        let response = test::call_service(&service, request).await;
        assert_eq!(response.status(), 200);
        test::read_body(response).await.len()
    };
    let size = get().await;
    let cpu = cpu_of("self");
    for _ in 0..TIMES {
        get().await;
    }
    let each = (cpu_of("self") - cpu).as_secs_f64() * 1e3 / TIMES as f64;
    println!("session report of {n_people} people as a page: {each:.0} ms of processor, {} KB", size / 1024);

    let words = Words::new(Language::Chinese, &app.clock);
    let report = app.db.read(move |conn| session_attendance::build(conn, &viewer(), session, now)).await.unwrap();
    let paper = paper::session(&report, None, &words).unwrap();
    let mut empty = paper.clone();
    empty.sheets.truncate(1);
    empty.sheets[0].blocks.clear();
    for (name, paper) in [("that says nothing", empty), ("of the session", paper)] {
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let (started, cpu) = (Instant::now(), cpu_of("self"));
        let pdf = match app.press.print_now(&paper, &app.clock) {
            Ok(pdf) => pdf,
            Err(error) => return println!("no paper: {error}"),
        };
        println!(
            "paper {name}: {:.2} s, {:.2} s of processor, {} KB, {} MB held at the most",
            started.elapsed().as_secs_f64(),
            (cpu_of("self") - cpu).as_secs_f64(),
            pdf.len() / 1024,
            peak_megabytes_of("self")
        );
    }
}

/// The queries of the report and nothing else.
fn bare(conn: &mut Conn, span: &Span, clock: &Clock) {
    let units: Vec<UnitId> = organization::queries::list_units(conn).unwrap().iter().map(|unit| unit.id).collect();
    let wanted = |span: Span| {
        let (from, to) = span.moments(clock);
        Wanted { from, to, units: units.clone(), categories: Category::ALL.to_vec(), session: None }
    };
    let year = span.year_to_its_end();
    queries::sum_by_unit(conn, &wanted(*span)).unwrap();
    queries::sum_by_session(conn, &wanted(Span { first: year.first.min(span.first), last: year.last })).unwrap();
    sum_given_study(conn, span.first, span.last, &units, Category::ALL).unwrap();
    settings::current(conn).unwrap();
}

fn middle(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    times.sort();
    times[TIMES / 2]
}

/// Somebody of HQ.
fn viewer() -> Viewer {
    Viewer {
        person: PersonId(1),
        account: AccountId(1),
        login: LoginId(1),
        name: String::new(),
        unit: UnitId(1),
        unit_name: String::new(),
        language: Language::Chinese,
        text_size: TextSize::Standard,
        notice_seen: true,
        grants: vec![Grant { role: Role::Hq, unit: None, path: None, session: None }],
        login_kind: LoginKind::Full,
        signed_in_at: xuefa::clock::Moment::from_timestamp(0),
        origin: String::new(),
        request: String::new(),
    }
}

/// A group of enterprises, and confirmed sessions for everybody, one after the other over some years.
async fn fill(db: &Db, n_sessions: usize, n_people: usize) {
    db.write(move |conn| {
        let group = organization::queries::insert_unit(conn, None, "G", "集团", UnitKind::Group, 1)?;
        for n in 1..=UNITS {
            let name = format!("企业{n}");
            organization::queries::insert_unit(conn, Some(&group), &name, &name, UnitKind::Enterprise, n)?;
        }
        let statements = format!(
            "insert into people (employee_number, name, unit_id, post, category, order_number) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_people}) \
             select 'P' || x, '某' || x, {first} + x % {UNITS}, '', \
             case x % 5 when 0 then 'enterprise_leadership' else 'staff' end, x from n; \
             insert into sessions (title, purpose, speaker, organiser, requirements, remark, starts_at, ends_at, \
             opens_before_minutes, study_minutes, state) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_sessions}) \
             select '信访工作法治化培训会', '', '', '', '', '', {day}, {day}, 30, 120, 'confirmed' from n; \
             insert into venues (session_id, name, kind, position) select id, '主会场', 'main', 1 from sessions; \
             insert into roster (session_id, person_id, position, unit_id, unit_name, name, post, category, venue_id) \
             select s.id, p.id, p.order_number, p.unit_id, '企业', p.name, p.post, p.category, v.id \
             from sessions s, people p, venues v where v.session_id = s.id; \
             insert into attendance (session_id, person_id, state, method, recorded_at, make_up) \
             select session_id, person_id, case (person_id + session_id) % 10 when 0 then 'leave' when 1 then 'absent' \
             else 'present' end, 'roll_call', '2024-01-01 00:00:00', \
             case (person_id + session_id) % 20 when 0 then 'done' else 'none' end from roster",
            first = group.id.0 + 1,
            day = match conn {
                Conn::Sqlite(_) => "strftime('%Y-%m-%d %H:%M:%S', '2024-12-30', '-' || (x % 3650) || ' days')",
                Conn::Pg(_) => "timestamp '2024-12-30' - (x % 3650) * interval '1 day'",
            },
        );
        match conn {
            Conn::Sqlite(conn) => conn.batch_execute(&statements)?,
            Conn::Pg(conn) => conn.batch_execute(&format!("{statements}; analyze"))?,
        }
        Ok(())
    })
    .await
    .unwrap();
}
