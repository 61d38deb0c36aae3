//! `/units/{id}`: who was missing first, then the year's figures.

pub(super) mod by_session;
mod trend;

use crate::access::Viewer;
use crate::assignments::board::{self, Board, BoardRow, Given, MakeUpView, ShownMakeUp};
use crate::assignments::board_sessions;
use crate::assignments::calls::ShownUnitTask;
use crate::assignments::calls::answer::{self, Listed};
use crate::assignments::queries;
use crate::attendance::totals::queries::Behind;
use crate::attendance::{AttendanceState, Counts};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::links;
use crate::organization::{self, Unit};
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, SessionId, UnitId};
use crate::web::attendance::replies::{ToAnswer, list_to_answer};
use crate::web::attendance::requests::count_waiting_of;
use crate::web::attendance::{labelled, unit_labels};
use crate::web::study::implementation::board::BoardPart;
use crate::web::study::reflections::Notes;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use by_session::{SessionTable, paging, table};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trend::{MonthRow, Trend, month, trend};

/// Calls that are answered and still listed: the newest.
pub(super) const ANSWERED_CALLS: usize = 2;

#[derive(Deserialize)]
pub struct SessionQuery {
    #[serde(default)]
    pub session: String,
    /// Of the table by session.
    #[serde(default)]
    pub page: String,
    /// `all` shows everything that was given.
    #[serde(default)]
    given: String,
}

#[derive(Serialize)]
struct BoardPage {
    unit_name: String,
    place: Place,
    href: String,
    assign_href: String,
    meetings_href: String,
    /// Reflection notes that wait for the viewer.
    notes: Option<Notes>,
    follow_up_href: Option<String>,
    csv_href: String,
    xlsx_href: String,
    /// The whole board.
    paper_href: String,
    pdf_href: String,
    book_href: String,
    report_href: Option<String>,
    reminder_text: String,
    unit: UnitId,
    year: String,
    this_year: Rate,
    last_year: Rate,
    sessions: Vec<Choice>,
    session: Option<Shown>,
    /// Held since, and not confirmed yet.
    waiting: Vec<Waiting>,
    counts: Counts,
    n_due: i64,
    missing: Vec<Person>,
    may_assign: bool,
    is_leader: bool,
    /// Who needs help to reach the year's hours.
    hours_href: Option<String>,
    /// The people behind the year's figures.
    year_href: String,
    last_year_href: String,
    /// The year's report of the unit.
    period_href: String,
    /// Who has still to make up for a session of the year, attendances not people.
    n_outstanding: i64,
    outstanding_href: String,
    present: Vec<Person>,
    exempt: Vec<Person>,
    by_session: Option<SessionTable>,
    parts: Vec<PartRow>,
    trend: Option<Trend>,
    months: Vec<MonthRow>,
    n_own_tasks: usize,
    /// Requests of the unit that wait for the viewer's decision.
    n_requests: usize,
    requests: &'static str,
    to_answer: Vec<ToAnswer>,
    given: Vec<GivenRow>,
    /// Everything that was given; nothing while it is shown.
    all_given_href: Option<String>,
    /// What the unit puts into practice; nothing before it has handed in a report.
    implementation: Option<BoardPart>,
    calls: Vec<CallRow>,
}

/// Where the unit stands, and how many belong to it.
#[derive(Default, Serialize)]
struct Place {
    /// With the name of the unit above where its own does not tell enough.
    full_name: String,
    /// Those above it, the highest first.
    above: Vec<Above>,
    /// With those below.
    n_people: i64,
    /// Where they are listed, for who may see that.
    people_href: Option<String>,
}

#[derive(Serialize)]
struct Above {
    name: String,
    /// Nothing when it is out of reach.
    href: Option<String>,
}

impl Place {
    fn find(conn: &mut Conn, viewer: &Viewer, unit: &Unit) -> Result<Self> {
        let units = organization::queries::list_units(conn)?;
        let counts = organization::queries::count_people_by_unit(conn)?;
        let is_within = |id: UnitId| units.iter().any(|of| of.id == id && unit.path.contains(&of.path));
        let reach = viewer.reach();
        let mut above: Vec<&Unit> =
            units.iter().filter(|of| of.id != unit.id && of.path.contains(&unit.path)).collect();
        above.sort_by_key(|of| of.depth());
        let people = format!("{}?unit={}", links::PEOPLE, unit.id);
        Ok(Self {
            full_name: labelled(&unit_labels(conn)?, unit.id, &unit.name),
            n_people: counts.iter().filter(|(of, _)| is_within(*of)).map(|(_, n)| n).sum(),
            people_href: viewer.is_hq().then_some(people),
            above: above
                .into_iter()
                .map(|of| Above { name: of.name.clone(), href: reach.covers(&of.path).then(|| links::unit(of.id)) })
                .collect(),
        })
    }
}

/// A call that the unit was asked by.
#[derive(Serialize)]
struct CallRow {
    href: String,
    heading: String,
    due_on: NaiveDate,
    n_met: usize,
    n_forms: usize,
    n_returned: usize,
    is_open: bool,
    /// 0 unless something is overdue.
    days_overdue: i64,
}

/// Study that was given to people of the unit.
#[derive(Serialize)]
struct GivenRow {
    href: String,
    heading: String,
    /// It is for those who missed a session.
    is_for_session: bool,
    sub_unit: Option<String>,
    kind: crate::assignments::model::AssignmentKind,
    due_on: NaiveDate,
    n_done: i64,
    n: i64,
    n_overdue: i64,
}

#[derive(Serialize)]
struct Rate {
    n: i64,
    of: i64,
}

#[derive(Serialize)]
struct Choice {
    id: SessionId,
    session_title: String,
    starts_at: Moment,
    selected: bool,
}

#[derive(Serialize)]
struct Shown {
    href: String,
    session_title: String,
    starts_at: Moment,
    is_confirmed: bool,
}

/// A session that waits for HQ.
#[derive(Serialize)]
struct Waiting {
    href: String,
    session_title: String,
    starts_at: Moment,
}

#[derive(Serialize)]
struct Person {
    id: PersonId,
    name: String,
    unit_name: String,
    post: String,
    state: &'static str,
    leave_kind: Option<&'static str>,
    make_up: Option<MakeUpView>,
    may_be_assigned: bool,
    /// Nothing was given to them yet for this session, nor have they made up.
    is_ticked: bool,
    href: String,
}

#[derive(Serialize)]
struct PartRow {
    name: String,
    /// Nothing for the unit's own people.
    href: Option<String>,
    width: String,
    n: i64,
    of: i64,
}

/// `GET /units/{id}`: for its leader or liaison, those above, and HQ.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let (id, clock, today) = (id.into_inner(), app.clock.clone(), app.clock.today());
    let session: Option<SessionId> = query.session.parse().ok();
    let here = session.map_or_else(|| links::unit(id), |session| links::board_at(id, session, 1));
    let (asking, asked, at) = (viewer.clone(), query.page.clone(), here.clone());
    let all_given = query.given == "all";
    let now = app.clock.now();
    let language = visit.language;
    let (board, own, waiting, to_answer, listed, (implementation, read, by_session), place) = app
        .db
        .read(move |conn| {
            let own = queries::list_open(conn, asking.person)?;
            let notes = Notes::find(conn, &asking)?;
            let to_answer = list_to_answer(conn, &asking, now)?;
            let mut board = board::build(conn, &asking, id, session, &clock)?;
            if all_given {
                board.given = board::list_all_given(conn, &board.unit, today)?;
            }
            let n_requests = count_waiting_of(conn, &asking, &board.unit.path)?;
            let place = Place::find(conn, &asking, &board.unit)?;
            let listed = answer::list_of_unit(conn, board.unit.id, ANSWERED_CALLS)?;
            let implementation = BoardPart::find(conn, &asking, &board.unit, today)?;
            let read = list_read(conn, &board, language)?;
            let by_session = board_sessions::find(conn, &board, |n| paging(&asked, n, &at).offset)?;
            Ok((board, own, (n_requests, notes), to_answer, listed, (implementation, read, by_session), place))
        })
        .await?;
    let n_own_tasks = own.iter().filter(|task| task.shown(today).is_left()).count();
    let calls = listed.iter().map(|one| call_row(one, id, today)).collect();
    let paging = paging(&query.page, by_session.n_sessions, &here);
    let content = board_page(board, &viewer, n_own_tasks, waiting, to_answer, calls, (&read, paging.page));
    let by_session = table(id, &by_session, paging, &app.clock);
    let mark = if here.contains('?') { '&' } else { '?' };
    let all_given_href = (!all_given).then(|| format!("{here}{mark}given=all#given"));
    let content = BoardPage { implementation, all_given_href, by_session, place, ..content };
    page::show(&app, &visit, "study/board", &content)
}

/// What is read in each assignment: its heading, when it is about no session and no call.
pub(super) fn list_read(conn: &mut Conn, board: &Board, language: Language) -> Result<BTreeMap<AssignmentId, String>> {
    let ids: Vec<AssignmentId> = board.given.iter().map(|given| given.assignment.id).collect();
    let titles = readings::titles(conn, language)?;
    let mut read: BTreeMap<AssignmentId, String> = BTreeMap::new();
    for (assignment, reading) in queries::list_readings_of(conn, &ids)? {
        let heading = read.entry(assignment).or_default();
        if !heading.is_empty() {
            heading.push('；');
        }
        heading.push_str(titles.get(&reading).map_or("", String::as_str));
    }
    Ok(read)
}

/// What an assignment is called on the board, and in its file.
pub(super) fn heading_of<'a>(given: &'a Given, read: &'a BTreeMap<AssignmentId, String>) -> &'a str {
    match read.get(&given.assignment.id) {
        Some(read) if given.assignment.title.is_empty() => read,
        Some(_) | None => &given.assignment.title,
    }
}

fn board_page(
    board: Board,
    viewer: &Viewer,
    n_own_tasks: usize,
    (n_requests, notes): (usize, Option<Notes>),
    to_answer: Vec<ToAnswer>,
    calls: Vec<CallRow>,
    (read, page): (&BTreeMap<AssignmentId, String>, i64),
) -> BoardPage {
    let session = board.session.as_ref();
    let file = |ending| links::board_file(board.unit.id, session.map(|session| session.id), page, ending);
    let (mut missing, mut present, mut exempt) = (Vec::new(), Vec::new(), Vec::new());
    for row in board.people {
        let list = match row.attendance.as_ref().map(|attendance| attendance.state) {
            Some(AttendanceState::Present) => &mut present,
            Some(AttendanceState::Exempt) => &mut exempt,
            None | Some(AttendanceState::Leave | AttendanceState::StandIn | AttendanceState::Absent) => &mut missing,
        };
        list.push(person(row));
    }
    let may_assign = missing.iter().any(|person| person.may_be_assigned);
    let decides = viewer.reach_of_decisions().covers(&board.unit.path);
    BoardPage {
        href: links::unit(board.unit.id),
        assign_href: links::tasks_new(board.unit.id),
        meetings_href: links::meetings(board.unit.id),
        notes,
        follow_up_href: session.filter(|_| may_assign).map(|session| links::session_part(session.id, "follow-up")),
        csv_href: session.map_or(String::new(), |session| links::missing_file(board.unit.id, session.id, ".csv")),
        xlsx_href: session.map_or(String::new(), |session| links::missing_file(board.unit.id, session.id, ".xlsx")),
        paper_href: file("/paper"),
        pdf_href: file(".pdf"),
        book_href: file(".xlsx"),
        report_href: session.filter(|_| viewer.is_hq()).map(|session| links::session_report(session.id)),
        reminder_text: links::reminder_text(board.unit.id),
        unit: board.unit.id,
        year: board.year.to_string(),
        this_year: rate(board.this_year),
        last_year: rate(board.last_year),
        sessions: board
            .sessions
            .iter()
            .map(|one| Choice {
                id: one.id,
                session_title: one.title.clone(),
                starts_at: one.starts_at,
                selected: session.is_some_and(|session| session.id == one.id),
            })
            .collect(),
        session: session.map(|session| Shown {
            href: links::session(session.id),
            session_title: session.title.clone(),
            starts_at: session.starts_at,
            is_confirmed: session.is_confirmed(),
        }),
        waiting: board
            .waiting
            .iter()
            .map(|one| Waiting {
                href: links::board_at(board.unit.id, one.id, 1),
                session_title: one.title.clone(),
                starts_at: one.starts_at,
            })
            .collect(),
        n_due: board.counts.n_due(),
        counts: board.counts,
        missing,
        may_assign,
        is_leader: decides,
        hours_href: decides.then(|| links::unit_hours(board.unit.id)),
        year_href: links::unit_year(board.unit.id, board.year),
        last_year_href: links::unit_year(board.unit.id, board.year - 1),
        period_href: links::period_of_year(links::PERIOD, board.year, board.unit.id),
        n_outstanding: board.this_year.n_due() - board.this_year.n_took_part(),
        outstanding_href: format!(
            "{}&show={}",
            links::period_of_year(links::PERIOD_PEOPLE, board.year, board.unit.id),
            Behind::Outstanding.as_str()
        ),
        present,
        exempt,
        by_session: None,
        parts: board
            .parts
            .iter()
            .map(|part| PartRow {
                name: part.unit.name.clone(),
                href: (part.unit.id != board.unit.id).then(|| links::unit(part.unit.id)),
                width: tenths(part.counts.n_took_part() * 1000, part.counts.n_due()),
                n: part.counts.n_took_part(),
                of: part.counts.n_due(),
            })
            .collect(),
        trend: trend(board.unit.id, &board.months),
        months: board.months.iter().map(|one| month(board.unit.id, one)).collect(),
        unit_name: board.unit.name,
        place: Place::default(),
        n_own_tasks,
        implementation: None,
        all_given_href: None,
        n_requests,
        requests: links::REQUESTS,
        to_answer,
        calls,
        given: board
            .given
            .into_iter()
            .map(|given| GivenRow {
                href: links::assignment(given.assignment.id),
                n: given.n_done + given.n_open,
                kind: given.assignment.kind,
                is_for_session: given.assignment.session_id.is_some(),
                heading: heading_of(&given, read).to_owned(),
                sub_unit: given.sub_unit,
                due_on: given.assignment.due_on,
                n_done: given.n_done,
                n_overdue: given.n_overdue,
            })
            .collect(),
    }
}

fn call_row(listed: &Listed, unit: UnitId, today: NaiveDate) -> CallRow {
    let is_overdue = listed.tasks.iter().any(|task| task.shown(today) == ShownUnitTask::Overdue);
    CallRow {
        href: links::unit_call(unit, listed.call.id),
        heading: listed.call.title.clone(),
        due_on: listed.due_on(),
        n_met: listed.n_met(),
        n_forms: listed.tasks.len(),
        n_returned: listed.tasks.iter().filter(|task| task.shown(today) == ShownUnitTask::Returned).count(),
        is_open: listed.is_open(),
        days_overdue: if is_overdue { (today - listed.due_on()).num_days().max(0) } else { 0 },
    }
}

fn rate(counts: Counts) -> Rate {
    Rate { n: counts.n_took_part(), of: counts.n_due() }
}

fn person(row: BoardRow) -> Person {
    let leave_kind = row.attendance.as_ref().and_then(|attendance| attendance.leave_kind);
    let has_nothing = |of: &MakeUpView| of.make_up == ShownMakeUp::NotAssigned;
    Person {
        is_ticked: row.may_be_assigned && row.make_up.as_ref().is_some_and(has_nothing),
        leave_kind: leave_kind.map(|kind| kind.as_str()),
        id: row.row.person_id,
        href: links::attendance_of(row.row.session_id, row.row.person_id),
        name: row.row.name,
        unit_name: row.row.unit_name,
        post: row.row.post,
        state: row.state.as_str(),
        make_up: row.make_up,
        may_be_assigned: row.may_be_assigned,
    }
}

/// A share as a number with one decimal: of 1000 parts.
fn tenths(parts: i64, of: i64) -> String {
    let tenths = if of == 0 { 0 } else { parts / of };
    format!("{}.{}", tenths / 10, tenths % 10)
}
