//! `/record`: one's own study record of a year, for the screen and for paper.

use crate::access::Viewer;
use crate::assignments::{TaskView, queries};
use crate::attendance::{self, Counts, MakeUp, MakeUpKind};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::store::ids::SessionId;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Deserialize)]
pub struct RecordQuery {
    #[serde(default)]
    year: String,
}

#[derive(Serialize)]
struct RecordPage {
    name: String,
    unit_name: String,
    year: String,
    previous: i32,
    next: Option<i32>,
    made_on: NaiveDate,
    sessions: Vec<SessionRow>,
    tasks: Vec<TaskView>,
    counts: Counts,
    n_due: i64,
    n_took_part: i64,
    minutes: i64,
}

#[derive(Serialize)]
struct SessionRow {
    starts_at: Moment,
    session_title: String,
    unit_name: String,
    state: &'static str,
    made_up: bool,
    late: bool,
    left_early: bool,
    /// Counted only when attended or made up.
    minutes: i64,
}

/// The moments between which a year lies.
pub fn year_of(clock: &Clock, year: i32) -> (Moment, Moment) {
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    (clock.moment(first(year), NaiveTime::MIN), clock.moment(first(year + 1), NaiveTime::MIN))
}

/// `GET /record`: sessions with what became of them, tasks, hours.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<RecordQuery>) -> Result<HttpResponse> {
    let today = app.clock.today();
    let year = query.year.parse().ok().filter(|year| (2000..=today.year()).contains(year)).unwrap_or(today.year());
    let ((from, to), person) = (year_of(&app.clock, year), viewer.person);
    let (first, last) =
        (NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(today), NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(today));
    let (sessions, tasks, missed) = app
        .db
        .read(move |conn| {
            let sessions = queries::list_sessions_of(conn, person, from, to)?;
            let missed: Vec<SessionId> = sessions.iter().filter_map(|(session, ..)| session.make_up_of).collect();
            let missed = attendance::queries::list_of_person(conn, person, &missed)?;
            Ok((sessions, queries::list_due_within(conn, person, first, last)?, missed))
        })
        .await?;
    let made_up_by_session: BTreeSet<SessionId> = missed
        .iter()
        .filter(|of| of.make_up == MakeUp::Done && of.make_up_kind == Some(MakeUpKind::Session))
        .map(|of| of.session_id)
        .collect();
    let mut counts = Counts::default();
    let mut rows = Vec::new();
    for (session, row, attendance) in sessions {
        if session.is_confirmed() {
            counts.add_person(attendance.as_ref());
        }
        let state = attendance::model::shown(session.state, attendance.as_ref());
        let made_up = attendance.as_ref().is_some_and(|of| of.state.is_not_there() && of.make_up == MakeUp::Done);
        let counted = made_up || state == attendance::ShownState::Present;
        rows.push(SessionRow {
            starts_at: session.starts_at,
            session_title: session.title,
            unit_name: row.unit_name,
            state: state.as_str(),
            made_up,
            late: attendance.as_ref().is_some_and(|of| of.late),
            left_early: attendance.as_ref().is_some_and(|of| of.left_early),
            // The hours of what was made up count once, with the session that was missed.
            minutes: match session.make_up_of {
                Some(missed) if made_up_by_session.contains(&missed) => 0,
                _ if counted => session.study_minutes,
                _ => 0,
            },
        });
    }
    let content = RecordPage {
        name: viewer.name.clone(),
        unit_name: viewer.unit_name.clone(),
        year: year.to_string(),
        previous: year - 1,
        next: (year < today.year()).then_some(year + 1),
        made_on: today,
        minutes: rows.iter().map(|row| row.minutes).sum(),
        sessions: rows,
        tasks: tasks.iter().map(|task| task.view(today, visit.language)).collect(),
        n_due: counts.n_due(),
        n_took_part: counts.n_took_part(),
        counts,
    };
    page::show(&app, &visit, "study/record", &content)
}
