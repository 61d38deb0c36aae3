//! The demo as it is made and as it starts again on another day.

use crate::support::database::Database;
use chrono::{NaiveTime, TimeDelta};
use std::collections::BTreeMap;
use xuefa::access::Actor;
use xuefa::accounts::{queries as accounts, sign_in};
use xuefa::attendance::model::{Counts, MakeUp};
use xuefa::attendance::queries as attendance;
use xuefa::attendance::spelling;
use xuefa::cli::demo::{self, Size};
use xuefa::clock::{Clock, Moment};
use xuefa::organization::queries as organization;
use xuefa::secret;
use xuefa::store::Db;
use xuefa::store::ids::PersonId;
use xuefa::training::queries as training;
use xuefa::training::{Session, SessionState};

struct Demo {
    db: Db,
    clock: Clock,
    _database: Database,
}

impl Demo {
    /// A demo that starts on a day at a time, in Shanghai.
    async fn made_at(day: &str, time: &str) -> Self {
        let database = Database::fresh();
        let clock = Clock::fixed(chrono_tz::Asia::Shanghai, Moment::from_utc(chrono::NaiveDateTime::default()));
        let db = Db::open(&database.address).expect("the database opens");
        let demo = Self { db, clock, _database: database };
        demo.start(day, time).await;
        demo
    }

    async fn start(&self, day: &str, time: &str) {
        let time = NaiveTime::parse_from_str(time, "%H:%M").expect("a time");
        self.clock.set(self.clock.moment(day.parse().expect("a day"), time));
        let clock = self.clock.clone();
        let made = self.db.write(move |conn| demo::make(conn, Size::default(), "no hash", &clock)).await;
        made.expect("the demo is made");
    }

    async fn person(&self, name: &'static str) -> PersonId {
        let account = self.db.read(move |conn| Ok(accounts::find_account(conn, name)?)).await.expect("a read");
        account.expect("one of the cast").person_id
    }

    async fn in_state(&self, state: SessionState) -> Vec<Session> {
        self.db.read(move |conn| Ok(training::list_in_state(conn, state)?)).await.expect("a read")
    }

    /// The sessions that are open now and expect the trainee, who has not come yet.
    async fn open_to_trainee(&self) -> Vec<Session> {
        let (now, trainee) = (self.clock.now(), self.person("trainee").await);
        let mut open = self.in_state(SessionState::Published).await;
        open.retain(|session| session.is_open(now));
        let pending = self.db.read(move |conn| {
            let mut pending = Vec::new();
            for session in open {
                let is_expected = training::find_roster_row(conn, session.id, trainee)?.is_some();
                if is_expected && attendance::find(conn, session.id, trainee)?.is_none() {
                    pending.push(session);
                }
            }
            Ok(pending)
        });
        pending.await.expect("a read")
    }
}

#[actix_web::test]
async fn whatever_the_hour_a_session_is_open_that_expects_the_trainee_and_has_a_clerk_in_a_branch_venue() {
    // A Wednesday's working hours, its night, and a Sunday.
    for (day, time) in [("2026-11-18", "10:00"), ("2026-11-18", "23:50"), ("2026-11-22", "03:10")] {
        let demo = Demo::made_at(day, time).await;
        let (clerk, now) = (demo.person("clerk").await, demo.clock.now());

        let open = demo.open_to_trainee().await;

        assert_eq!(open.len(), 1, "{day} {time}");
        assert!(open[0].ends_at - now >= TimeDelta::hours(2), "{day} {time}");
        let id = open[0].id;
        let (clerks, venues) = demo
            .db
            .read(move |conn| Ok((training::list_clerks(conn, id)?, training::list_venues(conn, id)?)))
            .await
            .expect("a read");
        let served: Vec<_> = clerks.iter().filter(|(_, person)| person.id == clerk).map(|(venue, _)| *venue).collect();
        assert_eq!(served.len(), 1);
        assert_ne!(served[0], venues[0].id, "the main venue");
        let roll = demo.db.read(move |conn| Ok(attendance::list_roll(conn, id)?)).await.expect("a read");
        let arrivals = roll.iter().filter_map(|(_, attendance)| attendance.as_ref()?.arrived_at);
        assert!(arrivals.clone().count() > 50);
        assert!(arrivals.into_iter().all(|at| at <= now), "somebody arrives in the future");
    }
}

#[actix_web::test]
async fn sessions_of_the_past_and_to_come_never_fall_on_a_weekend() {
    use chrono::{Datelike, Weekday};
    let demo = Demo::made_at("2026-11-22", "10:00").await;

    let mut sessions = demo.in_state(SessionState::Archived).await;
    sessions.extend(demo.in_state(SessionState::Confirmed).await);
    sessions.extend(demo.in_state(SessionState::Closed).await);

    assert!(sessions.len() >= 12);
    for session in sessions {
        let day = demo.clock.local(session.starts_at).weekday();
        assert!(!matches!(day, Weekday::Sat | Weekday::Sun), "{} on {day}", session.title);
    }
}

#[actix_web::test]
async fn in_a_confirmed_session_everybody_is_decided_about_and_all_states_add_up() {
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let mut all = demo.in_state(SessionState::Confirmed).await;
    all.extend(demo.in_state(SessionState::Archived).await);

    let mut seen: BTreeMap<String, Counts> = BTreeMap::new();
    for session in all {
        let roll = demo.db.read(move |conn| Ok(attendance::list_roll(conn, session.id)?)).await.expect("a read");
        let mut counts = Counts::default();
        roll.iter().for_each(|(_, attendance)| counts.add_person(attendance.as_ref()));
        assert_eq!(counts.n_pending, 0, "{}", session.title);
        let sum = counts.n_present + counts.n_leave + counts.n_stand_in + counts.n_absent + counts.n_exempt;
        assert_eq!(sum, counts.n_roster, "{}", session.title);
        seen.insert(demo.clock.local(session.starts_at).date_naive().to_string(), counts);
    }
    let notice = seen["2024-07-03"];
    assert!(notice.n_roster > 100 && notice.n_made_up == notice.n_not_there(), "{notice:?}");
}

#[actix_web::test]
async fn the_leader_has_people_to_follow_up_in_a_confirmed_session_and_has_asked_none_of_them_yet() {
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let newest = demo.in_state(SessionState::Confirmed).await.remove(0);

    let (leader, trainee, now) = (demo.person("leader").await, demo.person("trainee").await, demo.clock.now());
    let viewer = demo
        .db
        .write(move |conn| {
            let account = accounts::find_account(conn, "leader")?.expect("a leader");
            sign_in::begin_login(conn, account.id, "token", &Actor::person(leader, "test"), now)?;
            Ok(accounts::find_viewer(conn, &secret::hash_token("token"), now, "test")?.expect("a viewer"))
        })
        .await
        .expect("a login");
    let reach = viewer.reach_of_decisions();
    let missing = demo
        .db
        .read(move |conn| {
            organization::find_person(conn, &reach, leader, trainee).expect("the trainee is in the leader's reach");
            Ok(attendance::list_not_there(conn, newest.id, &reach)?)
        })
        .await
        .expect("a read");

    assert!(missing.len() >= 3, "{}", missing.len());
    assert!(missing.iter().all(|(_, attendance)| attendance.make_up == MakeUp::None));
}

#[actix_web::test]
async fn a_demo_that_starts_again_another_day_is_in_the_middle_of_a_session_again() {
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let before = demo.open_to_trainee().await.remove(0);

    demo.start("2026-11-18", "10:05").await;
    let at_once = demo.open_to_trainee().await.remove(0);
    demo.start("2026-11-23", "19:40").await;
    let next_week = demo.open_to_trainee().await;

    assert_eq!((at_once.id, at_once.starts_at), (before.id, before.starts_at));
    assert_eq!(next_week.len(), 1);
    assert_eq!(next_week[0].id, before.id);
    assert!(next_week[0].starts_at > before.starts_at);
}

#[actix_web::test]
async fn a_demo_that_starts_again_on_the_day_adds_no_second_session_to_the_one_that_was_closed() {
    use diesel::prelude::*;
    use xuefa::store::schema::sessions;
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let held = demo.open_to_trainee().await.remove(0);
    let (id, now) = (held.id, demo.clock.now());
    let closed = demo.db.write(move |conn| {
        let closed = (sessions::state.eq(SessionState::Closed), sessions::closed_at.eq(Some(now)));
        Ok(diesel::update(sessions::table.filter(sessions::id.eq(id))).set(closed).execute(conn)?)
    });
    assert_eq!(closed.await.expect("closed"), 1);

    demo.start("2026-11-18", "10:30").await;
    let same_day = demo.in_state(SessionState::Published).await;
    demo.start("2026-11-19", "10:30").await;
    let next_day = demo.open_to_trainee().await;

    assert!(same_day.iter().all(|session| session.title != held.title), "{same_day:?}");
    assert_eq!(next_day.len(), 1, "another day has a session of its own");
}

#[actix_web::test]
async fn at_a_kiosk_three_keys_on_average_bring_anybody_among_the_eight_shown() {
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let id = demo.open_to_trainee().await[0].id;
    let people = demo.db.read(move |conn| Ok(xuefa::attendance::kiosk::queries::list_findable(conn, id)?)).await;
    let people = people.expect("a roster");

    // The initials of the first reading of each character, as many of them as it takes.
    let keys_for = |wanted: &xuefa::attendance::kiosk::queries::Findable| {
        let initials: String = spelling::readings(&wanted.name).iter().filter_map(|of| of[0].chars().next()).collect();
        (1..=initials.len()).find(|n| {
            let mut found: Vec<_> = people
                .iter()
                .filter_map(|person| {
                    let rank = spelling::rank(&initials[..*n], &person.name, &person.employee_number)?;
                    Some((rank, person.person))
                })
                .collect();
            found.sort_by_key(|(rank, _)| *rank);
            found.iter().take(8).any(|(_, person)| *person == wanted.person)
        })
    };
    let keys: Vec<usize> = people.iter().map(|person| keys_for(person).unwrap_or(6)).collect();

    let average = keys.iter().sum::<usize>() as f64 / keys.len() as f64;
    assert!(people.len() > 200 && average <= 3.0, "{} people, {average} keys", people.len());
    println!("{} people, {average:.2} keys", people.len());
}

#[actix_web::test]
async fn the_demo_has_a_make_up_session_by_which_those_who_came_have_made_up() {
    use xuefa::attendance::model::{AttendanceState, MakeUpKind};
    let demo = Demo::made_at("2026-11-18", "10:00").await;
    let make_up = demo.in_state(SessionState::Archived).await.into_iter().find(|session| session.make_up_of.is_some());
    let (id, missed) =
        make_up.map(|session| (session.id, session.make_up_of.expect("it makes up"))).expect("a session");

    let (came, made_up) = demo
        .db
        .read(move |conn| Ok((attendance::list_roll(conn, id)?, attendance::list_roll(conn, missed)?)))
        .await
        .expect("a read");

    let present: Vec<PersonId> = came
        .iter()
        .filter(|(_, row)| row.as_ref().is_some_and(|row| row.state == AttendanceState::Present))
        .map(|(row, _)| row.person_id)
        .collect();
    let by_session: Vec<PersonId> = made_up
        .iter()
        .filter(|(_, row)| row.as_ref().is_some_and(|row| row.make_up_kind == Some(MakeUpKind::Session)))
        .map(|(row, _)| row.person_id)
        .collect();
    assert!(!present.is_empty() && present.len() < came.len(), "{} of {} came", present.len(), came.len());
    assert_eq!(present, by_session);
}

/// Each duty and each role is somebody of their own, offered on the sign-in page.
#[actix_web::test]
async fn the_demo_has_a_person_for_each_duty() {
    let demo = Demo::made_at("2024-07-05", "09:00").await;
    let now = demo.clock.now();

    let mut held = Vec::new();
    for name in xuefa::web::accounts::sign_in::DEMO_ROLES {
        let person = demo.person(name).await;
        let roles = demo.db.read(move |conn| {
            let account = accounts::find_account(conn, name)?.expect("one of the cast");
            let grants = accounts::list_grants(conn, &[account.id])?;
            assert!(grants.iter().all(|grant| grant.ends_at.is_none_or(|ends_at| ends_at > now)));
            Ok(grants.iter().map(|grant| grant.role.as_str()).collect::<Vec<_>>().join(" "))
        });
        held.push((*name, person, roles.await.expect("a read")));
    }

    let roles: Vec<(&str, &str)> = held.iter().map(|(name, _, roles)| (*name, roles.as_str())).collect();
    assert_eq!(
        roles,
        [
            ("trainee", ""),
            ("leader", "leader"),
            ("liaison", "liaison"),
            ("clerk", ""),
            ("hq", "hq"),
            ("inspector", "inspector"),
            ("system", "system"),
            ("security", "security"),
            ("audit", "audit"),
            ("admin", "system security audit"),
        ]
    );
    let people: std::collections::BTreeSet<PersonId> = held.iter().map(|(_, person, _)| *person).collect();
    assert_eq!(people.len(), held.len());
}
