//! `/tasks/{id}`: a reflection note, for its author and for whoever accepts it; `/reflections`: what waits for the viewer.

use super::evidence::{Files, files_of};
use super::ids;
use crate::access::Viewer;
use crate::assignments::model::TaskState;
use crate::assignments::pick::Pick;
use crate::assignments::reflections::queries::Line;
use crate::assignments::reflections::{self, Found, Note, Part, Step, Verdict, list_accepted, list_waiting};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::readings::Said;
use crate::settings;
use crate::store::ids::TaskId;
use crate::store::{Conn, form_keys};
use crate::web::form::{Button, Form, differences, meanwhile, text_field};
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    /// `submit`; `files` for a draft, to go on to the files kept with it; or a draft.
    step: String,
    title: String,
    text: String,
    version: String,
}

/// Where whoever reads notes comes from: a board, HQ's home.
#[derive(Serialize)]
pub struct Notes {
    href: &'static str,
    n_waiting: usize,
}

impl Notes {
    /// Nothing while HQ has not switched notes on, and for who reads none.
    ///
    /// # Errors
    /// `Broken` when it cannot be read.
    pub fn find(conn: &mut Conn, viewer: &Viewer) -> Result<Option<Self>> {
        let n_waiting = list_waiting(conn, viewer)?.len();
        let reads = settings::current(conn)?.reflections && (viewer.is_hq() || viewer.is_leader());
        // What was handed in before notes were switched off is still to be read.
        Ok((reads || n_waiting > 0).then_some(Self { href: links::REFLECTIONS, n_waiting }))
    }
}

#[derive(Serialize)]
struct NotePage {
    /// The form that the language switch belongs to, while there is one.
    form_id: &'static str,
    href: String,
    reading: String,
    reading_title: String,
    session_title: Option<String>,
    note: String,
    due_on: NaiveDate,
    name: String,
    unit_name: String,
    state: TaskState,
    is_author: bool,
    /// The author may write.
    may_write: bool,
    title: String,
    text: String,
    version: String,
    submitted_at: Option<Moment>,
    decided_at: Option<Moment>,
    comment: String,
    /// The task as it stands, for whoever decides.
    pick: String,
    may_undo: bool,
    reply: String,
    files: Files,
}

fn note_page(conn: &mut Conn, viewer: &Viewer, id: TaskId, language: Language) -> Result<NotePage> {
    let Found { whole, part } = reflections::find(conn, viewer, id)?;
    let files = files_of(conn, viewer, "tasks", id.0)?;
    let is_author = part == Part::Author;
    let reflection = whole.reflection;
    let may_write = is_author && whole.task.state.is_left();
    Ok(NotePage {
        form_id: if may_write { "note-form" } else { "" },
        href: links::task(id),
        reading: links::reading(whole.task.reading_id),
        reading_title: Said::of(&whole.title.0, &whole.title.1, language).text,
        session_title: whole.session_title,
        note: whole.note,
        due_on: whole.task.due_on,
        name: whole.name,
        unit_name: whole.unit_name,
        state: whole.task.state,
        is_author,
        may_write,
        version: reflection.as_ref().map_or(0, |of| of.version).to_string(),
        submitted_at: reflection.as_ref().and_then(|of| of.submitted_at),
        decided_at: reflection.as_ref().and_then(|of| of.decided_at),
        comment: reflection.as_ref().map_or(String::new(), |of| of.comment.clone()),
        title: reflection.as_ref().map_or(String::new(), |of| of.title.clone()),
        text: reflection.map_or(String::new(), |of| of.text),
        pick: Pick { task: id, version: whole.task.version }.to_string(),
        may_undo: !is_author && whole.task.state == TaskState::Accepted,
        reply: String::new(),
        files,
    })
}

/// `GET /tasks/{id}`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<TaskId>) -> Result<HttpResponse> {
    let (id, language) = (id.into_inner(), visit.language);
    let content = app.db.read(move |conn| note_page(conn, &viewer, id, language)).await?;
    page::show(&app, &visit, "reflections/show", &content)
}

/// `POST /tasks/{id}`: the author keeps a draft, or hands it in.
pub async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<TaskId>,
    form: Form<NoteForm>,
) -> Result<HttpResponse> {
    let (id, now, language, typed) = (id.into_inner(), app.clock.now(), visit.language, form.fields);
    if let Some(wanted) = form.switch_to {
        let shown = typed.clone();
        let content = app.db.read(move |conn| Ok(with_typed(note_page(conn, &viewer, id, wanted)?, &shown))).await?;
        return page::show(&app, &visit.speaking(wanted), "reflections/show", &content);
    }
    let step = if typed.step == "submit" { Step::Submit } else { Step::Draft };
    let note = Note {
        title: typed.title.clone(),
        text: typed.text.replace("\r\n", "\n"),
        seen: typed.version.parse().unwrap_or(-1),
    };
    let (by, key, to_files) = (viewer.clone(), form.key, typed.step == "files");
    let done = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            reflections::save(conn, &by, id, &note, step, now)?;
            Ok(if to_files { links::evidence("tasks", id.0) } else { links::task(id) })
        })
    });
    match done.await {
        Ok(to) => {
            let sentence = if step == Step::Submit { "reflection-submitted" } else { "reflection-drafted" };
            Ok(page::redirect(&app, &visit, &to, &Message::new(sentence)))
        }
        Err(Error::Refused(problems)) => {
            let content =
                app.db.read(move |conn| Ok(with_typed(note_page(conn, &viewer, id, language)?, &typed))).await?;
            page::refused(&app, &visit, "reflections/show", &content, &problems)
        }
        Err(Error::Conflict) => {
            let now_stored = app.db.read(move |conn| note_page(conn, &viewer, id, language)).await?;
            let problems = differences([
                text_field("title", &typed.title, &now_stored.title),
                text_field("text", &typed.text.replace("\r\n", "\n"), &now_stored.text),
            ]);
            let version = now_stored.version.clone();
            let content = NotePage { version, ..with_typed(now_stored, &typed) };
            page::refused(&app, &visit, "reflections/show", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

fn with_typed(page: NotePage, typed: &NoteForm) -> NotePage {
    NotePage { title: typed.title.clone(), text: typed.text.clone(), version: typed.version.clone(), ..page }
}

/// `POST /tasks/{id}/take-back`: the author goes on writing.
pub async fn take_back(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<TaskId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| reflections::take_back(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::task(id), &Message::new("reflection-taken-back")))
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct DecideForm {
    /// `accept`, `return` or `undo`.
    verdict: String,
    /// The tasks that are meant, as they were shown.
    task: Vec<String>,
    comment: String,
}

/// `POST /tasks/{id}/decide`: accepts a note, returns it with a comment, or takes an acceptance back.
pub async fn decide(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<TaskId>,
    form: Form<DecideForm>,
) -> Result<HttpResponse> {
    let (id, now, language, typed) = (id.into_inner(), app.clock.now(), visit.language, form.fields);
    let picks: Vec<Pick> = ids(&typed.task)?;
    let pick = *picks.first().filter(|pick| pick.task == id).ok_or(Error::NotFound("task"))?;
    let (by, comment, verdict) = (viewer.clone(), typed.comment.clone(), typed.verdict.clone());
    let done = app.db.write(move |conn| match verdict.as_str() {
        "accept" => reflections::decide(conn, &by, &[pick], Verdict::Accept, &comment, now).map(drop),
        "return" => reflections::decide(conn, &by, &[pick], Verdict::Return, &comment, now).map(drop),
        "undo" => reflections::undo(conn, &by, pick, now),
        _ => Err(Error::NotFound("page")),
    });
    match done.await.map_err(meanwhile) {
        Ok(()) => {
            let sentence = match typed.verdict.as_str() {
                "accept" => Message::new("reflections-accepted").with("n", 1),
                "return" => Message::new("reflection-returned"),
                _ => Message::new("reflection-undone"),
            };
            Ok(page::redirect(&app, &visit, links::REFLECTIONS, &sentence))
        }
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| note_page(conn, &viewer, id, language)).await?;
            let content = NotePage { reply: typed.comment, ..content };
            page::refused(&app, &visit, "reflections/show", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct Row {
    href: String,
    pick: String,
    name: String,
    unit_name: String,
    reading_title: String,
    session_title: Option<String>,
    submitted_at: Option<Moment>,
    ticked: bool,
}

#[derive(Serialize)]
struct ListPage {
    /// This page of the list.
    here: String,
    n_waiting: usize,
    waiting: Vec<Row>,
    paging: Paging,
    accepted: Vec<Row>,
}

/// Notes on one page.
const ROWS_A_PAGE: i64 = 100;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    page: String,
}

fn list_page(
    conn: &mut Conn,
    viewer: &Viewer,
    query: &ListQuery,
    ticked: &[String],
    language: Language,
) -> Result<ListPage> {
    let (waiting, accepted) = (list_waiting(conn, viewer)?, list_accepted(conn, viewer)?);
    let row = |line: Line| {
        let pick = Pick { task: line.task, version: line.version }.to_string();
        Row {
            href: links::task(line.task),
            ticked: ticked.contains(&pick),
            pick,
            name: line.name,
            unit_name: line.unit_name,
            reading_title: Said::of(&line.title.0, &line.title.1, language).text,
            session_title: line.session_title,
            submitted_at: line.submitted_at,
        }
    };
    let n_waiting = waiting.len();
    let paging = Paging::of(&query.page, n_waiting as i64, ROWS_A_PAGE, links::REFLECTIONS);
    let here = waiting.into_iter().skip(paging.offset as usize).take(ROWS_A_PAGE as usize);
    Ok(ListPage {
        here: format!("{}?page={}", links::REFLECTIONS, paging.page),
        n_waiting,
        waiting: here.map(row).collect(),
        paging,
        accepted: accepted.into_iter().map(row).collect(),
    })
}

/// `GET /reflections`: the notes that wait for the viewer, by the time they were handed in; no text, no ranking.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<ListQuery>) -> Result<HttpResponse> {
    let (language, query) = (visit.language, query.into_inner());
    let content = app.db.read(move |conn| list_page(conn, &viewer, &query, &[], language)).await?;
    page::show(&app, &visit, "reflections/list", &content)
}

/// `POST /reflections`: accepts all that are ticked.
pub async fn accept(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    query: Query<ListQuery>,
    form: Form<DecideForm>,
) -> Result<HttpResponse> {
    let (now, language, query, typed) = (app.clock.now(), visit.language, query.into_inner(), form.fields);
    let (by, picks): (_, Vec<Pick>) = (viewer.clone(), ids(&typed.task)?);
    let done = app.db.write(move |conn| reflections::decide(conn, &by, &picks, Verdict::Accept, "", now)).await;
    let problems = match done.map_err(meanwhile) {
        Ok(n) => {
            let sentence = Message::new("reflections-accepted").with("n", n as i64);
            return Ok(page::redirect(&app, &visit, links::REFLECTIONS, &sentence));
        }
        Err(Error::Refused(problems)) => problems,
        Err(other) => return Err(other),
    };
    let content = app.db.read(move |conn| list_page(conn, &viewer, &query, &typed.task, language)).await?;
    page::refused(&app, &visit, "reflections/list", &content, &problems)
}
