//! Many people with addresses and open matters, made by the database itself. Shared by `benches/reminders.rs` and
//! `tests/drill_mail.rs`.

#![allow(dead_code, clippy::unwrap_used)]

use chrono::{NaiveDate, TimeDelta};
use diesel::connection::SimpleConnection;
use xuefa::clock::{Clock, Moment};
use xuefa::organization::{self, UnitKind};
use xuefa::readings;
use xuefa::store::Db;

/// How many there are to be.
#[derive(Debug, Clone, Copy)]
pub struct Flock {
    pub n_people: usize,
    /// Open tasks of each, all due in three days.
    pub n_tasks: usize,
    /// Published sessions in a month that each is on the roster of.
    pub n_sessions: usize,
}

impl Flock {
    /// Makes them in a fresh database, in which mail may be sent at any hour of these days.
    pub async fn settle(self, address: &str, db: &Db, clock: &Clock) {
        let (now, today) = (clock.now(), clock.today());
        let unit = db.write(move |conn| {
            readings::sync(conn, now)?;
            let days: Vec<String> = (0..8).map(|n| (today + TimeDelta::days(n)).to_string()).collect();
            let open = xuefa::settings::Settings {
                mail_from_hour: 0,
                mail_to_hour: 24,
                extra_workdays: days.join(" "),
                ..xuefa::settings::current(conn)?
            };
            xuefa::settings::establish(conn, &open)?;
            Ok(organization::queries::insert_unit(conn, None, "G", "集团", UnitKind::Group, 1)?.id)
        });
        run(address, &self.statements(unit.await.unwrap().0, now, today));
    }

    fn statements(self, unit: i64, now: Moment, today: NaiveDate) -> String {
        let Self { n_people, n_tasks, n_sessions } = self;
        let due_on = today + TimeDelta::days(3);
        let at = |days: i64| (now + TimeDelta::days(days)).utc().format("%Y-%m-%d %H:%M:%S").to_string();
        let (given_at, starts_at, ends_at) = (at(0), at(30), at(31));
        format!(
            "insert into people (employee_number, name, unit_id, post, category, order_number, email) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_people}) \
             select 'P' || x, '某' || x, {unit}, '', 'staff', x, 'p' || x || '@mail.example' from n; \
             insert into assignments (kind, title, note, unit_id, given_at, due_on) \
             values ('reading', '学习', '', {unit}, '{given_at}', '{due_on}'); \
             insert into tasks (assignment_id, kind, person_id, reading_id, matter, state, due_on, reading_version) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_tasks}) \
             select (select max(id) from assignments), 'reading', p.id, r.reading_id, 'm' || x, 'open', '{due_on}', r.number \
             from people p, n, (select reading_id, number from reading_versions order by reading_id limit 1) r \
             where x <= {n_tasks}; \
             insert into sessions (title, purpose, speaker, organiser, requirements, remark, starts_at, ends_at, \
             opens_before_minutes, study_minutes, state) \
             with recursive n(x) as (select 1 union all select x + 1 from n where x < {n_sessions}) \
             select '信访工作法治化培训会', '', '', '', '', '', '{starts_at}', '{ends_at}', 30, 120, 'published' from n \
             where x <= {n_sessions}; \
             insert into venues (session_id, name, kind, position) select id, '主会场', 'main', 1 from sessions; \
             insert into roster (session_id, person_id, position, unit_id, unit_name, name, post, category, venue_id) \
             select s.id, p.id, p.order_number, p.unit_id, '集团', p.name, p.post, p.category, v.id \
             from sessions s, people p, venues v where v.session_id = s.id;"
        )
    }
}

fn run(address: &str, statements: &str) {
    use diesel::Connection as _;
    if address.starts_with("postgres") {
        diesel::PgConnection::establish(address).unwrap().batch_execute(&format!("{statements} analyze")).unwrap();
    } else {
        let mut conn = diesel::SqliteConnection::establish(address).unwrap();
        conn.batch_execute("pragma busy_timeout = 10000").unwrap();
        conn.batch_execute(statements).unwrap();
    }
}
