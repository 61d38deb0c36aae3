//! `/record` and `/people/{id}/record`: the study record of a year, for the screen, for paper, and as a file.

use crate::access::Viewer;
use crate::assignments::TaskView;
use crate::attendance::{self, Counts, MakeUpFigures, ShownState};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::Category;
use crate::reports::Tables;
use crate::reports::book::Sheet;
use crate::reports::session_attendance::{MadeUp, made_up};
use crate::store::ids::PersonId;
use crate::study_hours::record::{self, Record, RecordSession};
use crate::study_hours::year::Year;
use crate::study_hours::{Amount, Credit, CreditKind, Requirement, Standing};
use crate::templates::hours_text;
use crate::web::download::{self, Kind, Taken};
use crate::web::hours::head;
use crate::web::hours::requirements::Document;
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecordQuery {
    year: String,
    /// The page for paper.
    paper: String,
}

#[derive(Serialize)]
struct RecordPage {
    organisation: String,
    name: String,
    /// It is the viewer's own.
    is_own: bool,
    person_href: String,
    unit_name: String,
    post: String,
    category: Category,
    year: String,
    previous: Option<String>,
    next: Option<String>,
    here: String,
    paper: String,
    csv: String,
    pdf: String,
    xlsx: String,
    made_on: NaiveDate,
    sessions: Vec<SessionRow>,
    tasks: Vec<TaskLine>,
    /// On paper the last two share a part of the table with the signature, so that it never stands alone on a page.
    last_tasks: Vec<TaskLine>,
    n_tasks: usize,
    counts: Counts,
    n_due: i64,
    n_took_part: i64,
    make_up: MakeUpFigures,
    done: Amount,
    /// Nothing when nothing is to come.
    to_come: Option<Amount>,
    required: Option<Required>,
}

/// What the year asks of the person.
#[derive(Serialize)]
struct Required {
    amount: Amount,
    document: Document,
    standing: Standing,
    short_by: Option<Amount>,
}

#[derive(Serialize)]
struct SessionRow {
    href: String,
    starts_at: Moment,
    session_title: String,
    unit_name: String,
    /// What is recorded may be shown to the viewer.
    is_within: bool,
    state: ShownState,
    make_up: MadeUp,
    late: bool,
    left_early: bool,
    credit: CreditKind,
    minutes: i64,
}

#[derive(Serialize)]
struct TaskLine {
    #[serde(flatten)]
    task: TaskView,
    credit: Option<CreditKind>,
    minutes: i64,
}

/// `GET /record`: one's own.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<RecordQuery>) -> Result<HttpResponse> {
    let person = viewer.person;
    show_record(&app, &visit, viewer, person, &query, links::RECORD.to_owned()).await
}

/// `GET /people/{id}/record`: somebody's whom the viewer leads; anybody's for HQ.
pub async fn show_of(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<PersonId>,
    query: Query<RecordQuery>,
) -> Result<HttpResponse> {
    let person = id.into_inner();
    show_record(&app, &visit, viewer, person, &query, links::record_of(person)).await
}

async fn show_record(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    person: PersonId,
    query: &RecordQuery,
    address: String,
) -> Result<HttpResponse> {
    let (year, clock) = (Year::asked(&query.year, 0, &app.clock), app.clock.clone());
    let is_own = person == viewer.person;
    let record = app.db.read(move |conn| record::build(conn, &viewer, person, year, &clock)).await?;
    let mut content = record_page(app, record, is_own, &address, visit.language);
    if !query.paper.is_empty() {
        content.last_tasks = content.tasks.split_off(content.tasks.len().saturating_sub(2));
    }
    let template = if query.paper.is_empty() { "study/record" } else { "study/record-paper" };
    page::show(app, visit, template, &content)
}

fn record_page(app: &App, record: Record, is_own: bool, address: &str, language: Language) -> RecordPage {
    let (year, today) = (record.year, app.clock.today());
    let amount = |minutes| Amount::of(minutes, &record.settings);
    let of_year = |year: i32| format!("{address}?year={year}");
    let here = of_year(year.number);
    let tasks = record.tasks.iter().map(|one| TaskLine {
        task: one.task.view(today, language),
        credit: one.credit.map(|credit| credit.kind),
        minutes: one.credit.map_or(0, |credit| credit.minutes),
    });
    RecordPage {
        organisation: record.organisation.clone(),
        is_own,
        person_href: links::person(record.person.id),
        previous: year.before().map(of_year),
        next: year.after(0, &app.clock).map(of_year),
        paper: format!("{here}&paper=1"),
        csv: format!("{address}.csv?year={}", year.number),
        pdf: format!("{address}.pdf?year={}", year.number),
        xlsx: format!("{address}.xlsx?year={}", year.number),
        here,
        year: year.number.to_string(),
        made_on: today,
        n_due: record.counts.n_due(),
        n_took_part: record.counts.n_took_part(),
        counts: record.counts,
        make_up: record.make_up,
        done: amount(record.hours.done),
        to_come: (record.hours.to_come > 0).then(|| amount(record.hours.to_come)),
        required: record.requirement.as_ref().map(|one| required(one, &record)),
        n_tasks: record.tasks.len(),
        tasks: tasks.collect(),
        last_tasks: Vec::new(),
        sessions: record.sessions.iter().map(session_row).collect(),
        name: record.person.name,
        unit_name: record.unit_name,
        post: record.person.post,
        category: record.person.category,
    }
}

fn required(requirement: &Requirement, record: &Record) -> Required {
    let minutes = requirement.minutes.unwrap_or(0);
    let short_by = record.hours.short_by(minutes);
    Required {
        amount: Amount::of(minutes, &record.settings),
        document: Document::of(requirement),
        standing: record.hours.standing(minutes),
        short_by: (short_by > 0).then(|| Amount::of(short_by, &record.settings)),
    }
}

fn session_row(row: &RecordSession) -> SessionRow {
    let attendance = row.own.attendance.as_ref();
    let Credit { kind, minutes } = row.credit;
    SessionRow {
        href: links::session(row.own.session.id),
        starts_at: row.own.session.starts_at,
        session_title: row.own.session.title.clone(),
        unit_name: row.own.row.unit_name.clone(),
        is_within: row.is_within,
        state: attendance::model::shown(row.own.session.state, attendance),
        make_up: made_up(attendance, row.has_read),
        late: attendance.is_some_and(|of| of.late),
        left_early: attendance.is_some_and(|of| of.left_early),
        credit: kind,
        minutes,
    }
}

/// The columns of the file: a line for each session, then for each task.
const COLUMNS: &[&str] = &[
    "record-kind",
    "record-date",
    "record-session-or-task",
    "record-unit",
    "record-state",
    "report-column-make-up",
    "record-remark",
    "record-n-due",
    "record-n-took-part",
    "record-hours",
    "record-hours-to-come",
];

/// `GET /record.csv` and `.xlsx`.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    query: Query<RecordQuery>,
) -> Result<HttpResponse> {
    let person = viewer.person;
    record_file(&app, &visit, viewer, kind, person, &query).await
}

/// `GET /people/{id}/record.csv` and `.xlsx`.
pub async fn file_of(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<PersonId>,
    query: Query<RecordQuery>,
) -> Result<HttpResponse> {
    record_file(&app, &visit, viewer, kind, id.into_inner(), &query).await
}

async fn record_file(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    kind: Kind,
    person: PersonId,
    query: &RecordQuery,
) -> Result<HttpResponse> {
    let (year, clock, reader) = (Year::asked(&query.year, 0, &app.clock), app.clock.clone(), viewer.clone());
    let record = app.db.read(move |conn| record::build(conn, &reader, person, year, &clock)).await?;
    let mut rows = vec![head(app, visit, COLUMNS)];
    rows.extend(record.sessions.iter().map(|row| session_cells(app, visit, row)));
    let today = app.clock.today();
    for task in &record.tasks {
        let view = task.task.view(today, visit.language);
        let of = |kind| task.credit.filter(|credit| credit.kind == kind).map_or(0, |credit| credit.minutes);
        rows.push(vec![
            page::word(app, visit, &Message::new("record-kind-task")),
            view.due_on.to_string(),
            words(app, visit).task_title(&view),
            String::new(),
            page::word(app, visit, &Message::new(task_key(view.state))),
            String::new(),
            view.session_title.unwrap_or_default(),
            String::new(),
            String::new(),
            hours_text(of(CreditKind::Counted)),
            hours_text(of(CreditKind::ToCome)),
        ]);
    }
    let title = page::word(app, visit, &Message::new("record-title"));
    let title = format!("{}{title}-{}", record.person.name, year.number);
    let tables = Tables {
        sheets: vec![Sheet::of_texts(&title, rows, &[7, 8])],
        organisation: record.organisation,
        unit: record.unit_name,
        facts: Vec::new(),
        formulas: vec![page::word(app, visit, &Message::new("record-formula"))],
        made_at: app.clock.now(),
        title,
    };
    download::tables(app, visit, &viewer, kind, Taken::new("record", "person", person.0), tables).await
}

fn session_cells(app: &App, visit: &Visit, session: &RecordSession) -> Vec<String> {
    let row = session_row(session);
    let words = words(app, visit);
    let word = |key| words.say(key);
    let mut counts = Counts::default();
    if session.is_counted() {
        counts.add_person(session.own.attendance.as_ref());
    }
    let within = |text: String| if row.is_within { text } else { String::new() };
    let marks: Vec<String> = [(row.late, "record-late"), (row.left_early, "record-left-early")]
        .into_iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, key)| word(key))
        .collect();
    let minutes = |kind| if row.credit == kind { row.minutes } else { 0 };
    vec![
        word("record-kind-session"),
        app.clock.local(row.starts_at).date_naive().to_string(),
        row.session_title.clone(),
        row.unit_name.clone(),
        within(words.choice("attendance-state-", row.state.as_str())),
        within(words.choice("report-make-up-", row.make_up.as_str())),
        within(marks.join("; ")),
        counts.n_due().to_string(),
        counts.n_took_part().to_string(),
        hours_text(minutes(CreditKind::Counted)),
        hours_text(minutes(CreditKind::ToCome)),
    ]
}

fn task_key(state: crate::assignments::ShownTask) -> &'static str {
    use crate::assignments::ShownTask;
    match state {
        ShownTask::Open => "task-state-open",
        ShownTask::Overdue => "task-state-overdue",
        ShownTask::Returned => "task-state-returned",
        ShownTask::Submitted => "task-state-submitted",
        ShownTask::Accepted => "task-state-accepted",
        ShownTask::Done => "task-state-done",
        ShownTask::Released => "task-state-released",
        ShownTask::Withdrawn => "task-state-withdrawn",
    }
}
