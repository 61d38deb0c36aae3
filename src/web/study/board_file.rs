//! A unit's board as it leaves: all of it on paper and as a file, or the list of those who were not there alone.

use super::board::by_session::paging;
use super::board::{ANSWERED_CALLS, SessionQuery, heading_of, list_read};
use crate::access::Viewer;
use crate::assignments::board::{self, Board, BoardRow, Given};
use crate::assignments::board_sessions::{self, BySession};
use crate::assignments::calls::ShownUnitTask;
use crate::assignments::calls::answer::{self, Listed};
use crate::assignments::exchange::model::{MeetingState, shown as how_it_stands};
use crate::assignments::exchange::queries::{self as exchange, MeetingLine};
use crate::assignments::implementation::model::shown;
use crate::assignments::implementation::queries::{self as implementation, Which};
use crate::assignments::implementation::{Row, ShownRow};
use crate::attendance::Counts;
use crate::error::{Message, Result};
use crate::organization::Unit;
use crate::reports::Tables;
use crate::reports::book::{Cell, Sheet};
use crate::reports::paper::Words;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, UnitId};
use crate::web::App;
use crate::web::download::{self, Kind, Taken};
use crate::web::papers::words;
use crate::web::visit::Visit;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Measures and meetings that the paper lists at the most.
const MOST_ROWS: i64 = 200;

/// `GET /units/{id}/missing.csv?session=` and `.xlsx`: those not there, in the order of the board.
pub async fn missing(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<UnitId>,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let (id, words) = (id.into_inner(), words(&app, &visit));
    let read = read(&app, &visit, &viewer, id, &query).await?;
    let list = format!("{}{}", read.board.unit.name, words.say("board-missing-list"));
    let title = read.board.session.as_ref().map_or_else(
        || list.clone(),
        |session| format!("{list} {} {}", app.clock.local(session.starts_at).date_naive(), session.title),
    );
    let sheets = vec![Sheet::of_texts(&list, not_there(&read.board, &words), &[])];
    let tables = tables(&app, &read, title, Vec::new(), sheets, &words);
    download::tables(&app, &visit, &viewer, kind, Taken::new("missing", "unit", id.0), tables).await
}

/// `GET /units/{id}/board/paper?session=&page=`, `board.pdf`, `.xlsx` and `.csv`: the whole board.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<UnitId>,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let (id, words) = (id.into_inner(), words(&app, &visit));
    let read = read(&app, &visit, &viewer, id, &query).await?;
    let title = words.word(&Message::new("board-paper-heading").with("unit", read.board.unit.name.as_str()));
    let mut said = facts(&read.board, &words);
    said.push(words.say("board-paper-draft"));
    let tables = tables(&app, &read, title, said, sheets(&read, &words), &words);
    download::tables(&app, &visit, &viewer, kind, Taken::new("board", "unit", id.0), tables).await
}

/// What the files are made of.
struct Read {
    board: Board,
    listed: Vec<Listed>,
    /// What is read in each assignment that was given.
    read: BTreeMap<AssignmentId, String>,
    /// What the unit has still to put into practice, with the unit whose it is.
    measures: Vec<(Row, Unit)>,
    /// The year's meetings that were handed in.
    meetings: Vec<MeetingLine>,
    by_session: BySession,
    organisation: String,
}

async fn read(app: &App, visit: &Visit, viewer: &Viewer, id: UnitId, query: &SessionQuery) -> Result<Read> {
    let (session, clock, reader) = (query.session.parse().ok(), app.clock.clone(), viewer.clone());
    let (language, page) = (visit.language, query.page.clone());
    let read = move |conn: &mut Conn| {
        let board = board::build(conn, &reader, id, session, &clock)?;
        let listed = answer::list_of_unit(conn, board.unit.id, ANSWERED_CALLS)?;
        let read = list_read(conn, &board, language)?;
        let by_session = board_sessions::find(conn, &board, |n| paging(&page, n, "").offset)?;
        let path = &board.unit.path;
        let measures = implementation::list_live(conn, path, Which::Unfinished, clock.today(), (MOST_ROWS, 0))?;
        let (mut meetings, _) = exchange::list_below(conn, path, MOST_ROWS, |_| 0)?;
        meetings.retain(|(meeting, ..)| {
            let is_of_year = meeting.held_on.is_some_and(|day| day.year() == board.year);
            is_of_year && meeting.state == MeetingState::Submitted
        });
        let organisation = settings::current(conn)?.organisation;
        Ok(Read { board, listed, read, measures, meetings, by_session, organisation })
    };
    app.db.read(read).await
}

fn tables(app: &App, of: &Read, title: String, facts: Vec<String>, sheets: Vec<Sheet>, words: &Words) -> Tables {
    Tables {
        title,
        organisation: of.organisation.clone(),
        unit: of.board.unit.name.clone(),
        facts,
        sheets,
        formulas: vec![words.say("board-formula")],
        made_at: app.clock.now(),
    }
}

/// The year's figures, and those of the session that is shown.
fn facts(board: &Board, words: &Words) -> Vec<String> {
    let rate = |counts: &Counts| words.rate(counts.n_took_part(), counts.n_due());
    let year = words.word(&Message::new("board-year-rate").with("year", board.year.to_string()));
    let mut facts =
        vec![format!("{year} {}　{} {}", rate(&board.this_year), words.say("board-last-year"), rate(&board.last_year))];
    if let Some(session) = &board.session {
        let counts = &board.counts;
        let held = format!("{} {}", words.day(session.starts_at), session.title);
        facts.push(words.fact("board-session", &held));
        facts.push(words.total(counts, counts.n_due()));
    }
    facts
}

/// The board's tables in its order; those with nothing in them are left out but for the first.
fn sheets(Read { board, listed, read, measures, meetings, by_session, .. }: &Read, words: &Words) -> Vec<Sheet> {
    let texts = |name: &str, rows, counts: &[usize]| Sheet::of_texts(name, rows, counts);
    let missing = not_there(board, words);
    let name = words.count("board-missing", "n", missing.len() - 1);
    let mut sheets = vec![texts(&name, missing, &[])];
    let there = there(board, words);
    sheets.push(texts(&words.count("board-there", "n", there.len() - 1), there, &[]));
    sheets.push(texts(&words.count("board-calls", "n", listed.len()), calls(listed, words), &[3, 4]));
    sheets.push(texts(&words.count("board-given", "n", board.given.len()), given(board, read, words), &[3, 4, 5]));
    sheets.push(texts(&words.count("implementation-board", "n", measures.len()), measures_of(measures, words), &[]));
    sheets.push(texts(&words.count("board-meetings", "n", meetings.len()), meetings_of(meetings, words), &[]));
    sheets.push(sessions(by_session, words));
    let parts = board.parts.iter().map(|part| {
        let name = words.unit_line(&part.unit.name, part.unit.id == board.unit.id);
        rates(name, &part.counts)
    });
    let mut parts: Vec<Vec<Cell>> = parts.collect();
    if !parts.is_empty() {
        parts.push(rates(words.say("report-sum"), &board.this_year));
    }
    sheets.push(rated(words.count("board-parts", "n", board.parts.len()), "board-unit", parts, words));
    let months = board.months.iter().map(|month| rates(words.month(month.first_day), &month.counts));
    sheets.push(rated(words.say("board-trend"), "board-month", months.collect(), words));
    let mut is_first = true;
    sheets.retain(|sheet| std::mem::take(&mut is_first) || !sheet.rows.is_empty());
    sheets
}

/// Who was not there, and what became of it; the head first.
fn not_there(board: &Board, words: &Words) -> Vec<Vec<String>> {
    let head = ["board-name", "board-unit", "board-post", "board-state", "board-make-up", "board-due-on"];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    for row in board.people.iter().filter(|row| is_missing(row)) {
        let make_up = row.make_up.as_ref();
        rows.push(vec![
            row.row.name.clone(),
            row.row.unit_name.clone(),
            row.row.post.clone(),
            state(row, words),
            make_up.map_or(String::new(), |view| words.choice("board-make-up-", view.make_up.as_str())),
            make_up.and_then(|view| view.due_on).map_or(String::new(), |day| day.to_string()),
        ]);
    }
    rows
}

/// What is recorded, leave with its kind.
fn state(row: &BoardRow, words: &Words) -> String {
    match row.attendance.as_ref().and_then(|attendance| attendance.leave_kind) {
        Some(kind) => words.choice("attendance-word-leave-", kind.as_str()),
        None => words.choice("attendance-state-", row.state.as_str()),
    }
}

fn is_missing(row: &BoardRow) -> bool {
    row.attendance.as_ref().is_none_or(|attendance| attendance.state.is_not_there())
}

fn there(board: &Board, words: &Words) -> Vec<Vec<String>> {
    let head = ["board-name", "board-unit", "board-post", "board-state"];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    rows.extend(board.people.iter().filter(|row| !is_missing(row)).map(|row| {
        let state = words.choice("attendance-state-", row.state.as_str());
        vec![row.row.name.clone(), row.row.unit_name.clone(), row.row.post.clone(), state]
    }));
    rows
}

/// What the unit was asked for.
fn calls(listed: &[Listed], words: &Words) -> Vec<Vec<String>> {
    let today: NaiveDate = words.clock.today();
    let head = ["call-title", "tasks-due-on", "board-state", "board-calls-met", "board-calls-forms"];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    rows.extend(listed.iter().map(|one| {
        let is_overdue = one.tasks.iter().any(|task| task.shown(today) == ShownUnitTask::Overdue);
        let state = match (one.is_open(), is_overdue) {
            (_, true) => "call-state-overdue",
            (true, false) => "call-state-open",
            (false, false) => "call-all-met",
        };
        let (n_met, n_forms) = (one.n_met().to_string(), one.tasks.len().to_string());
        vec![one.call.title.clone(), one.due_on().to_string(), words.say(state), n_met, n_forms]
    }));
    rows
}

/// What is still to be put into practice.
fn measures_of(measures: &[(Row, Unit)], words: &Words) -> Vec<Vec<String>> {
    let today: NaiveDate = words.clock.today();
    let head = [
        "implementation-problem",
        "implementation-measure",
        "board-unit",
        "implementation-responsible",
        "implementation-due-on",
        "implementation-state",
    ];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    rows.extend(measures.iter().map(|(row, unit)| {
        let state = match shown(row.state, row.due_on, today) {
            ShownRow::Overdue => words.say("call-state-overdue"),
            ShownRow::Open | ShownRow::InProgress | ShownRow::Done => {
                words.choice("implementation-state-", row.state.as_str())
            }
        };
        vec![
            row.problem.clone(),
            row.measure.clone(),
            unit.name.clone(),
            row.responsible.clone(),
            row.due_on.map_or(String::new(), |day| day.to_string()),
            state,
        ]
    }));
    rows
}

/// The meetings of the year, and how each stands.
fn meetings_of(meetings: &[MeetingLine], words: &Words) -> Vec<Vec<String>> {
    let head = ["meeting-theme", "meeting-held-on", "meeting-unit", "meeting-state"];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    rows.extend(meetings.iter().map(|(meeting, unit, task, _)| {
        vec![
            meeting.theme.clone(),
            meeting.held_on.map_or(String::new(), |day| day.to_string()),
            unit.clone(),
            words.choice("meeting-state-", how_it_stands(meeting.state, *task).as_str()),
        ]
    }));
    rows
}

/// Study that was given to people of the unit.
fn given(board: &Board, read: &BTreeMap<AssignmentId, String>, words: &Words) -> Vec<Vec<String>> {
    let head =
        ["record-task", "record-kind", "tasks-due-on", "board-given-done", "board-given-all", "board-given-late"];
    let mut rows = vec![head.map(|key| words.say(key)).to_vec()];
    rows.extend(board.given.iter().map(|given| {
        vec![
            named(given, read, words),
            words.choice("task-kind-", given.assignment.kind.as_str()),
            given.assignment.due_on.to_string(),
            given.n_done.to_string(),
            (given.n_done + given.n_open).to_string(),
            given.n_overdue.to_string(),
        ]
    }));
    rows
}

/// What an assignment is called, and the unit below to which it was given.
fn named(given: &Given, read: &BTreeMap<AssignmentId, String>, words: &Words) -> String {
    let heading = heading_of(given, read);
    let heading = match given.assignment.session_id {
        Some(_) => words.word(&Message::new("board-given-for").with("title", heading)),
        None => heading.to_owned(),
    };
    match &given.sub_unit {
        Some(unit) => words.word(&Message::new("board-given-below").with("title", heading).with("unit", unit.as_str())),
        None => heading,
    }
}

/// Who took part in each session by part of the unit, a line each: a cell of two counts would be a date to a spreadsheet.
fn sessions(of: &BySession, words: &Words) -> Sheet {
    let mut rows = Vec::new();
    for (place, session) in of.sessions.iter().enumerate() {
        let day = words.clock.local(session.starts_at).date_naive();
        for row in &of.rows {
            let Some(counts) = row.counts.get(place).filter(|counts| counts.n_due() > 0) else { continue };
            let mut cells = vec![Cell::Text(day.to_string()), Cell::text(session.title.as_str())];
            cells.extend(rates(words.unit_line(&row.unit.name, row.is_own), counts));
            rows.push(cells);
        }
    }
    let n = i64::try_from(of.sessions.len()).unwrap_or(i64::MAX);
    let name = match n < of.n_sessions {
        true => words.word(&Message::new("board-by-session-some").with("n", n).with("of", of.n_sessions)),
        false => words.count("board-by-session", "n", of.sessions.len()),
    };
    let sheet = rated(name, "board-unit", rows, words);
    let before = [("record-date", 12.0), ("board-session", 30.0)].map(|(key, width)| (words.say(key), width));
    Sheet { columns: before.into_iter().chain(sheet.columns).collect(), ..sheet }
}

fn rates(name: String, counts: &Counts) -> Vec<Cell> {
    vec![
        Cell::Text(name),
        Cell::Count(counts.n_due()),
        Cell::Count(counts.n_took_part()),
        Cell::Share(counts.n_took_part(), counts.n_due()),
    ]
}

fn rated(name: String, of: &'static str, rows: Vec<Vec<Cell>>, words: &Words) -> Sheet {
    let columns = [(of, 30.0), ("record-n-due", 10.0), ("record-n-took-part", 10.0), ("board-rate", 10.0)];
    Sheet { name, columns: columns.map(|(key, width)| (words.say(key), width)).to_vec(), rows }
}
