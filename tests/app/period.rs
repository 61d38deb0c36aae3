//! The report of a period: totals that are those of the rows, the same figures on page, workbook and file of text, reach.

// What does not come, or is no number, ends the test, and says which.
#![allow(clippy::panic)]

use crate::support::facts::makes_up_for;
use crate::support::{Answer, Browser, Member, TestApp};
use calamine::{Data, Reader as _, Xlsx};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use xuefa::attendance::totals::Totals;
use xuefa::attendance::{self, Attendance, AttendanceState, Entry, MakeUp, MakeUpKind, Method, Recorded, Source};
use xuefa::clock::Moment;
use xuefa::organization::Category;
use xuefa::store::Conn;
use xuefa::store::ids::{PersonId, SessionId, UnitId};
use xuefa::store::schema::{attendance as rows, roster, session_totals, sessions};
use xuefa::training::{self, RosterRow, SessionState};

type Key = (SessionId, UnitId, Category);

/// What the table of totals holds.
fn kept(conn: &mut Conn) -> BTreeMap<Key, [i64; 12]> {
    type Row = (Key, (i64, i64, i64, i64, i64, i64), (i64, i64, i64, i64, i64, i64));
    let found: Vec<Row> = session_totals::table
        .select((
            (session_totals::session_id, session_totals::unit_id, session_totals::category),
            (
                session_totals::n_roster,
                session_totals::n_present,
                session_totals::n_leave,
                session_totals::n_stand_in,
                session_totals::n_absent,
                session_totals::n_exempt,
            ),
            (
                session_totals::n_late,
                session_totals::n_left_early,
                session_totals::n_by_session,
                session_totals::n_by_meeting,
                session_totals::n_by_study,
                session_totals::n_otherwise,
            ),
        ))
        .load(conn)
        .expect("totals");
    let line = |(key, a, b): Row| (key, [a.0, a.1, a.2, a.3, a.4, a.5, b.0, b.1, b.2, b.3, b.4, b.5]);
    found.into_iter().map(line).collect()
}

type Held = (SessionId, Option<SessionId>, Moment, SessionState);

/// The same, counted person by person from the rows.
fn counted(conn: &mut Conn) -> BTreeMap<Key, [i64; 12]> {
    let held: Vec<Held> = sessions::table
        .select((sessions::id, sessions::make_up_of, sessions::starts_at, sessions::state))
        .load(conn)
        .expect("sessions");
    let rolls: Vec<RosterRow> = roster::table.load(conn).expect("rosters");
    let recorded: Vec<Attendance> = rows::table.load(conn).expect("attendance");
    let of = |session, person| recorded.iter().find(|row| (row.session_id, row.person_id) == (session, person));
    let is_settled = |held: &Held| matches!(held.3, SessionState::Confirmed | SessionState::Archived);
    let took_part = |row: &Attendance| row.state == AttendanceState::Present || row.make_up == MakeUp::Done;
    let counts = |held_as: &Held, person: PersonId| {
        let Some(missed) = held_as.1 else { return true };
        let was_due = rolls.iter().any(|row| (row.session_id, row.person_id) == (missed, person))
            && of(missed, person).is_none_or(|row| row.state != AttendanceState::Exempt);
        let mut others: Vec<(bool, Moment, SessionId)> = held
            .iter()
            .filter(|other| other.1 == Some(missed) && is_settled(other))
            .filter_map(|other| Some((other, of(other.0, person)?)))
            .filter(|(other, row)| other.0 == held_as.0 || row.state != AttendanceState::Exempt)
            .map(|(other, row)| (!took_part(row), other.2, other.0))
            .collect();
        others.sort();
        !was_due && others.first().is_some_and(|first| first.2 == held_as.0)
    };
    let mut sums: BTreeMap<Key, [i64; 12]> = BTreeMap::new();
    for row in &rolls {
        let session = held.iter().find(|held| held.0 == row.session_id).expect("its session");
        if !is_settled(session) || !counts(session, row.person_id) {
            continue;
        }
        let sum = sums.entry((row.session_id, row.unit_id, row.category)).or_default();
        sum[0] += 1;
        let Some(of) = of(row.session_id, row.person_id) else { continue };
        let place = match of.state {
            AttendanceState::Present => 1,
            AttendanceState::Leave => 2,
            AttendanceState::StandIn => 3,
            AttendanceState::Absent => 4,
            AttendanceState::Exempt => 5,
        };
        sum[place] += 1;
        sum[6] += i64::from(of.late);
        sum[7] += i64::from(of.left_early);
        if of.state.is_not_there() && of.make_up == MakeUp::Done {
            let place = match of.make_up_kind {
                Some(MakeUpKind::Session) => 8,
                Some(MakeUpKind::ExchangeMeeting) => 9,
                Some(MakeUpKind::AcceptedStudy) => 10,
                None => 11,
            };
            sum[place] += 1;
        }
    }
    sums
}

const STATES: [AttendanceState; 5] = [
    AttendanceState::Present,
    AttendanceState::Leave,
    AttendanceState::StandIn,
    AttendanceState::Absent,
    AttendanceState::Exempt,
];

async fn step(site: &TestApp, id: SessionId, is_forward: bool) {
    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    let done = site.write(move |conn| {
        let session = training::queries::find_session(conn, id)?;
        match (session.state, is_forward) {
            (SessionState::Closed, true) => attendance::confirm(conn, &hq, id, session.version, now).map(drop),
            (SessionState::Confirmed, false) => attendance::reopen(conn, &hq, id, session.version, "看错了", now),
            _ => Ok(()),
        }
    });
    done.await.expect("a step");
}

async fn correct(site: &TestApp, id: SessionId, member: Member, state: AttendanceState, late: bool) {
    let (hq, now) = (site.viewer(site.cast.hq).await, site.app.clock.now());
    let done = site.write(move |conn| {
        let before = attendance::queries::find(conn, id, member.person)?;
        let mut after = Recorded::plain(state, Method::RollCall);
        after.late = late && state == AttendanceState::Present;
        after.stand_in = (state == AttendanceState::StandIn).then(|| "刘代".to_owned());
        after.leave_kind = (state == AttendanceState::Leave).then_some(attendance::LeaveKind::Public);
        let entry = Entry { person: member.person, after: Some(after), seen: before.map_or(0, |row| row.stamp()) };
        attendance::record(conn, &hq, id, &[entry], Source::OnePerson, "核对签到表", now)
    });
    done.await.expect("a correction");
}

#[actix_web::test]
async fn after_any_changes_the_totals_are_those_of_the_rows_and_so_is_what_the_migration_fills_in() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let people = [cast.trainee, cast.colleague, cast.stranger, cast.leader_of_first_unit, cast.leader_of_second_unit];
    let mut dice = StdRng::seed_from_u64(2024);
    let open = |people: &[Member]| people.iter().map(|member| (*member, None)).collect::<Vec<_>>();
    let first = site.given_session("2024-06-03", SessionState::Closed, &open(&people)).await;
    let other = site.given_session("2024-06-10", SessionState::Closed, &open(&people[1..])).await;
    let make_up = site.given_session("2024-06-17", SessionState::Closed, &open(&people[..3])).await;
    let second = site.given_session("2024-06-24", SessionState::Closed, &open(&people)).await;
    // Who is on a make-up session's roster and not on that of the one that was missed counts there, once.
    let removed = cast.leader_of_second_unit.person;
    let taken = site.write(move |conn| {
        diesel::delete(roster::table.filter(roster::session_id.eq(first)).filter(roster::person_id.eq(removed)))
            .execute(conn)?;
        Ok(())
    });
    taken.await.expect("taken off");
    makes_up_for(&site, make_up, first).await;
    makes_up_for(&site, second, first).await;
    let held = [first, other, make_up, second];
    for id in held {
        step(&site, id, true).await;
    }

    for _ in 0..120 {
        let id = held[dice.random_range(0..held.len())];
        let member = people[dice.random_range(0..people.len())];
        let is_on = site.app.db.read(move |conn| Ok(attendance::queries::find(conn, id, member.person)?.is_some()));
        let is_on = is_on.await.expect("a read");
        match dice.random_range(0..10) {
            0..6 if is_on => correct(&site, id, member, STATES[dice.random_range(0..5)], dice.random_bool(0.3)).await,
            6 => step(&site, id, dice.random_bool(0.7)).await,
            7 => {
                let kind = [MakeUpKind::AcceptedStudy, MakeUpKind::ExchangeMeeting][dice.random_range(0..2)];
                let person = member.person;
                site.write(move |conn| attendance::made_up(conn, id, person, kind)).await.expect("made up");
            }
            8 => {
                let person = member.person;
                site.write(move |conn| attendance::made_up_undone(conn, id, person)).await.expect("undone");
            }
            _ => step(&site, id, true).await,
        }

        let (kept, counted) = site.app.db.read(|conn| Ok((kept(conn), counted(conn)))).await.expect("a read");
        assert_eq!(kept, counted);
    }

    let filled = site.write(|conn| {
        diesel::delete(session_totals::table).execute(conn)?;
        let step = include_str!("../../migrations/sqlite/0026_session_totals/up.sql");
        let fill = step.split(';').find(|part| part.contains("insert into session_totals")).expect("a statement");
        let same = include_str!("../../migrations/postgresql/0026_session_totals/up.sql");
        assert!(same.contains(fill), "the two sides fill in differently");
        match conn {
            Conn::Sqlite(conn) => conn.batch_execute(fill)?,
            Conn::Pg(conn) => conn.batch_execute(fill)?,
        }
        Ok((kept(conn), counted(conn)))
    });
    let (kept, counted) = filled.await.expect("filled in");
    assert!(kept.values().map(|line| line[0]).sum::<i64>() >= 4);
    assert_eq!(kept, counted);
}

#[actix_web::test]
async fn what_is_recorded_before_a_session_is_confirmed_writes_no_totals() {
    let site = TestApp::start().await;
    let trainee = site.cast.trainee;
    let session = site.given_session("2024-07-04", SessionState::Closed, &[(trainee, None)]).await;

    correct(&site, session, trainee, AttendanceState::Present, false).await;
    let before = site.app.db.read(|conn| Ok(kept(conn))).await.expect("a read");
    step(&site, session, true).await;
    let after = site.app.db.read(|conn| Ok(kept(conn))).await.expect("a read");
    step(&site, session, false).await;
    let reopened = site.app.db.read(|conn| Ok(kept(conn))).await.expect("a read");

    assert!(before.is_empty() && reopened.is_empty());
    assert_eq!(after.values().map(|line| (line[0], line[1])).collect::<Vec<_>>(), [(1, 1)]);
}

/// Sessions over two years, each with some of the people in states that chance decides.
async fn given_years(site: &TestApp, dice: &mut StdRng) {
    let cast = site.cast.clone();
    let mut people = vec![
        cast.trainee,
        cast.colleague,
        cast.stranger,
        cast.leader_of_first_unit,
        cast.leader_of_second_unit,
        cast.hq,
    ];
    people.extend(site.given_people(cast.office, "O", 3).await);
    people.extend(site.given_people(cast.branch_of_first_unit, "B", 3).await);
    let mut before = None;
    for n in 0..24 {
        let date = format!("{}-{:02}-{:02}", 2023 + n / 12, n % 12 + 1, dice.random_range(1..29));
        let mut roll = Vec::new();
        for member in &people {
            if dice.random_bool(0.8) {
                roll.push((*member, Some(STATES[dice.random_range(0..5)])));
            }
        }
        let state = if n == 23 { SessionState::Closed } else { SessionState::Confirmed };
        let session = site.given_session(&date, state, &roll).await;
        if n % 5 == 4
            && let Some(missed) = before
        {
            makes_up_for(site, session, missed).await;
        }
        let studied = people[dice.random_range(0..people.len())].person;
        site.write(move |conn| attendance::made_up(conn, session, studied, MakeUpKind::AcceptedStudy))
            .await
            .expect("made up");
        before = Some(session);
    }
    site.write(attendance::totals::refresh_all).await.expect("totals");
}

/// The rows of one of the page's tables, each cell as it reads.
fn table(page: &Answer, id: &str) -> Vec<Vec<String>> {
    let Some((_, from)) = page.body.split_once(&format!("<tbody id=\"{id}\">")) else { return Vec::new() };
    let body = from.split_once("</tbody>").expect("its end").0;
    let text = |cell: &str| {
        let mut text = String::new();
        let mut in_tag = false;
        for character in cell.chars() {
            match character {
                '<' => in_tag = true,
                '>' => in_tag = false,
                other if !in_tag => text.push(other),
                _ => {}
            }
        }
        text.trim().replace("&#x27;", "'")
    };
    let cells = |row: &str| row.replace("</th>", "</td>").split("</td>").map(text).collect::<Vec<_>>();
    let rows = body.split("</tr>").filter(|row| row.contains("<th"));
    rows.map(|row| cells(row).into_iter().take(11).collect()).collect()
}

fn in_csv(file: &Answer, table: &str) -> Vec<Vec<String>> {
    let text = file.body.strip_prefix('\u{feff}').expect("a mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.filter(|row| row.get(0).is_some_and(|name| name.starts_with(table)))
        .map(|row| row.iter().skip(1).map(str::to_owned).collect())
        .collect()
}

/// Rates as percentages of the counts beside them, when they are those shares.
fn in_book(file: &Answer, table: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(file.bytes.clone())).expect("a workbook");
    let name = book.sheet_names().into_iter().find(|name| name.starts_with(table)).expect("a sheet");
    let range = book.worksheet_range(&name).expect("a sheet");
    let row = |cells: &[Data]| -> Vec<String> {
        let count = |place: usize| match &cells[place] {
            Data::Float(n) => n.round() as i64,
            other => panic!("not a number: {other:?}"),
        };
        let shares = [(9, count(4)), (10, count(4) + count(8))];
        cells
            .iter()
            .enumerate()
            .map(|(place, cell)| match (cell, shares.iter().find(|(column, _)| *column == place)) {
                (Data::Float(share), Some((_, n))) => {
                    assert!((share - *n as f64 / count(3) as f64).abs() < 1e-9, "{cells:?}");
                    xuefa::templates::percent(*n, count(3))
                }
                (Data::Float(n), None) => format!("{n}"),
                (other, _) => other.to_string(),
            })
            .collect()
    };
    range.rows().skip(1).map(row).collect()
}

#[actix_web::test]
async fn for_any_filter_page_workbook_and_file_of_text_give_the_same_figures_and_the_rows_do_too() {
    let site = TestApp::start().await;
    let mut dice = StdRng::seed_from_u64(6);
    given_years(&site, &mut dice).await;
    let cast = site.cast.clone();
    let group = [None, Some(cast.group), Some(cast.first_unit), Some(cast.branch_of_first_unit), Some(cast.office)];
    let first = [None, Some(cast.first_unit), Some(cast.branch_of_first_unit), None, None];
    let second = [None, Some(cast.second_unit), None, None, None];
    let mut viewers: Vec<(Browser, [Option<UnitId>; 5])> = vec![
        (site.signed_in_as(cast.hq).await, group),
        (site.signed_in_as(cast.leader_of_first_unit).await, first),
        (site.signed_in_as(cast.leader_of_second_unit).await, second),
    ];
    let mut n_with_figures = 0;

    for _ in 0..200 {
        let (browser, units) = &mut viewers[dice.random_range(0..3)];
        let from = dice.random_range(0..24);
        let to = dice.random_range(from..24);
        let day = |n: i32, day: u32| format!("{}-{:02}-{day:02}", 2023 + n / 12, n % 12 + 1);
        let mut filter = format!("first={}&last={}", day(from, dice.random_range(1..15)), day(to, 28));
        if let Some(unit) = units[dice.random_range(0..5)] {
            filter.push_str(&format!("&unit={unit}"));
        }
        if dice.random_bool(0.4) {
            let category = Category::ALL[dice.random_range(0..Category::ALL.len())];
            filter.push_str(&format!("&category={}", category.as_str()));
        }

        let page = browser.get(format!("/reports/period?{filter}")).await;
        let text = browser.get(format!("/reports/period.csv?{filter}")).await;
        let book = browser.get(format!("/reports/period.xlsx?{filter}")).await;

        assert_eq!((page.status, text.status, book.status), (200, 200, 200), "{filter}");
        for (id, name) in [("by-unit", "By unit"), ("by-category", "By category"), ("by-month", "By month")] {
            let shown = table(&page, id);
            if shown.is_empty() {
                continue;
            }
            assert_eq!(in_csv(&text, name), shown, "{filter}");
            assert_eq!(in_book(&book, name), shown, "{filter}");
        }
        let shown = table(&page, "by-unit");
        let Some((total, lines)) = shown.split_last() else { continue };
        n_with_figures += 1;
        for column in 1..9 {
            let sum: i64 = lines.iter().map(|line| line[column].parse::<i64>().expect("a count")).sum();
            assert_eq!(sum.to_string(), total[column], "{filter}");
        }
    }

    assert!(n_with_figures > 120, "{n_with_figures}");
}

#[actix_web::test]
async fn every_figure_opens_to_as_many_people() {
    let site = TestApp::start().await;
    given_years(&site, &mut StdRng::seed_from_u64(11)).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let page = hq.get("/reports/period?first=2024-01-01&last=2024-06-30").await;

    let mut n_opened = 0;
    let body = page.body.split_once("<tbody id=\"by-unit\">").expect("the table").1;
    let links: Vec<(String, String)> = body
        .split("<a href=\"")
        .skip(1)
        .filter_map(|link| {
            let (href, rest) = link.split_once("\">")?;
            let href = href.replace("&#x3D;", "=").replace("&amp;", "&");
            href.starts_with("/reports/period/people").then(|| (href, rest.split('<').next().unwrap_or("").to_owned()))
        })
        .collect();
    for (href, figure) in links.iter().take(60) {
        let people = hq.get(href).await;
        let rows = people.body.split_once("<tbody id=\"people\">").map_or(0, |(_, rows)| rows.matches("<tr>").count());
        assert_eq!(rows, figure.parse::<usize>().expect("a figure").min(100), "{href}");
        n_opened += rows;
    }
    assert!(links.len() >= 40 && n_opened > 100, "{} links, {n_opened} people", links.len());
}

#[actix_web::test]
async fn a_leader_finds_the_own_unit_and_below_and_a_trainee_nothing() {
    let site = TestApp::start().await;
    given_years(&site, &mut StdRng::seed_from_u64(3)).await;
    let (first, second) = (site.cast.first_unit, site.cast.second_unit);
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let own = leader.get("/reports/period?first=2023-01-01&last=2024-12-31").await;
    let chosen = leader.get(format!("/reports/period?first=2023-01-01&last=2024-12-31&unit={first}")).await;
    let other = leader.get(format!("/reports/period?unit={second}")).await;
    let files = leader.get(format!("/reports/period.xlsx?unit={second}")).await;
    let people = leader.get(format!("/reports/period/people?unit={second}&show=roster")).await;
    let trainee = site.signed_in_as(site.cast.trainee).await.get("/reports/period").await;

    assert!(!table(&own, "by-unit").is_empty());
    assert_eq!(table(&own, "by-unit"), table(&chosen, "by-unit"));
    assert_eq!([other.status, files.status, people.status, trainee.status], [404; 4]);
}

#[actix_web::test]
async fn days_that_are_none_or_in_the_wrong_order_are_said_and_what_was_typed_stays() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let none = hq.get("/reports/period?first=gestern&last=2024-07-01").await;
    let wrong = hq.get("/reports/period?first=2024-07-02&last=2024-07-01").await;
    let empty = hq.get("/reports/period").await;

    assert_eq!((none.status, wrong.status, empty.status), (422, 422, 200));
    assert!(none.body.contains("value=\"gestern\"") && none.says("Enter a date"));
    assert!(wrong.says("cannot lie before") && wrong.body.contains("value=\"2024-07-02\""));
    assert!(empty.says("No session was confirmed in this time"));
}

#[test]
fn totals_add_up_to_counts() {
    let totals = Totals {
        n_roster: 9,
        n_present: 4,
        n_absent: 2,
        n_exempt: 1,
        n_by_session: 1,
        n_otherwise: 1,
        ..Totals::default()
    };

    let counts = totals.counts();

    assert_eq!((counts.n_pending, counts.n_due(), counts.n_made_up, counts.n_took_part()), (2, 8, 2, 6));
    assert_eq!((totals.make_up().n_outstanding, totals.make_up().n_session), (0, 1));
}
