//! `/readings/{id}`: a reading's page, and "read" in one tap; HQ approves, retires, reviews from there.

use super::{ShownCitation, ShownFlag};
use crate::access::Viewer;
use crate::assignments::model::{AssignmentKind, TaskView};
use crate::assignments::self_test::ASKED;
use crate::assignments::{Owed, TaskRow, queries as assignments, read};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, FileKind, FileUse, Subject};
use crate::i18n::Language;
use crate::links;
use crate::readings::retire::{self, Use};
use crate::readings::{
    Approval, Reading, Said, Version, approve, markdown, marks_queries, queries, questions, statutes,
};
use crate::store::Conn;
use crate::store::ids::{AssignmentId, ReadingId, StatuteId};
use crate::web::download::kilobytes;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct VersionQuery {
    #[serde(default)]
    version: String,
}

#[derive(Serialize)]
struct ReadingPage {
    href: String,
    heading: Said,
    summary: Said,
    issuer: Said,
    document_number: String,
    in_force: Option<NaiveDate>,
    sources: Vec<String>,
    sources_lang: Option<&'static str>,
    citations: Vec<ShownCitation>,
    html: String,
    body_lang: Option<&'static str>,
    file: Option<Download>,
    /// `awaited`, `awaited_again` or `given`.
    approval: &'static str,
    approved_by: Option<String>,
    approved_at: Option<Moment>,
    flags: Vec<ShownFlag>,
    is_retired: bool,
    number: i64,
    is_current: bool,
    versions: Vec<VersionRow>,
    read_at: Option<Moment>,
    /// The version that was marked, when it is not the one shown.
    read_number: Option<i64>,
    may_mark: bool,
    /// The tasks that marking it finishes.
    n_to_finish: usize,
    /// It was marked by the last act, which can be undone beside what is said of it.
    is_just_marked: bool,
    tasks: Vec<TaskLine>,
    /// What its tasks are about and is still to be made up for.
    owed: Vec<Owed>,
    /// The task to go on with, about another reading.
    next: Option<TaskView>,
    self_test: Option<SelfTest>,
    office: Option<Office>,
}

/// A task of the viewer's about this reading.
#[derive(Serialize)]
struct TaskLine {
    #[serde(flatten)]
    task: TaskView,
    /// The session or the call that it was given for; empty when it was given by itself.
    given_for: String,
}

/// What is downloaded as a reading.
#[derive(Serialize)]
struct Download {
    href: String,
    name: String,
    kind: FileKind,
    n_kilobytes: i64,
}

#[derive(Serialize)]
struct VersionRow {
    number: i64,
    href: String,
    at: Moment,
    by: Option<String>,
    is_shown: bool,
}

#[derive(Serialize)]
struct SelfTest {
    href: String,
    has_passed: bool,
    n_questions: usize,
    /// There are fewer than a test has.
    asks_all: bool,
}

/// What only HQ sees.
#[derive(Serialize)]
struct Office {
    /// What HQ approves when it presses the button; nothing when that is done.
    digest_to_approve: Option<String>,
    /// Where HQ changes its own; nothing for what ships.
    edit: Option<String>,
    questions: String,
    /// Nothing for what left the program.
    may_change_use: bool,
    version: i64,
}

/// `GET /readings/{id}`: the text in the visitor's language, with their word about it; any version that ever was.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    query: Query<VersionQuery>,
) -> Result<HttpResponse> {
    let (id, today, language) = (id.into_inner(), app.clock.today(), visit.language);
    let number = query.into_inner().version.parse().ok();
    let mut content = app.db.read(move |conn| reading_page(conn, &viewer, id, number, today, language)).await?;
    let is_said = |n| visit.notice.as_ref() == Some(&page::word(&app, &visit, &marked(n)));
    content.is_just_marked = content.read_at.is_some() && (0..=content.tasks.len()).any(is_said);
    page::show(&app, &visit, "readings/show", &content)
}

/// What is said of a reading that was marked, by the tasks that this finished.
fn marked(n_tasks: usize) -> Message {
    Message::new("readings-marked").with("n", n_tasks as i64)
}

fn reading_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ReadingId,
    number: Option<i64>,
    today: NaiveDate,
    language: Language,
) -> Result<ReadingPage> {
    let Reading { row, version: current } = queries::find(conn, id)?;
    let version = match number {
        Some(number) if number != current.number => queries::find_version(conn, id, number)?,
        Some(_) | None => current.clone(),
    };
    let (is_current, mark) = (version.number == current.number, marks_queries::find_mark(conn, viewer.person, id)?);
    let (approval, approved_at) = match row.approval(&version.digest) {
        Approval::Awaited => ("awaited", None),
        Approval::AwaitedAgain => ("awaited_again", None),
        Approval::Given { at, .. } => ("given", Some(at)),
    };
    let approver = queries::find_approver(conn, id)?;
    let rows = assignments::list_tasks_of_reading(conn, viewer.person, id)?;
    let ids: Vec<AssignmentId> = rows.iter().map(|row| row.task.assignment_id).collect();
    let titles: BTreeMap<AssignmentId, String> = assignments::list_titles(conn, &ids)?.into_iter().collect();
    let line = |row: TaskRow| TaskLine {
        task: row.view(today, language),
        given_for: titles.get(&row.task.assignment_id).cloned().unwrap_or_default(),
    };
    let tasks: Vec<TaskLine> = rows.into_iter().map(line).collect();
    let is_to_finish = |line: &&TaskLine| line.task.is_open && line.task.kind == AssignmentKind::Reading;
    let n_to_finish = tasks.iter().filter(is_to_finish).count();
    let is_asked = n_to_finish > 0;
    let is_next = |row: &&TaskRow| row.task.reading_id != id && row.shown(today).is_left();
    let next = assignments::list_open(conn, viewer.person)?.iter().find(is_next).map(|row| row.view(today, language));
    let file = match version.file_use_id {
        None => None,
        Some(file) => Some(files::queries::find_use(conn, Subject::Reading(id), file)?),
    };
    let n_questions = questions::of(conn, &row)?.len();
    let has_test = is_current && n_questions > 0;
    let has_passed = has_test && marks_queries::has_passed(conn, viewer.person, id)?;
    let line = |line: queries::VersionLine| VersionRow {
        href: if line.number == current.number { links::reading(id) } else { links::reading_version(id, line.number) },
        is_shown: line.number == version.number,
        number: line.number,
        at: line.made_at,
        by: line.by,
    };
    let asks_all = n_questions < ASKED;
    let body = Said::of(&version.body_zh, &version.body_en, language);
    let sources = Said::of(&version.sources_zh, &version.sources_en, language);
    let office = Office {
        digest_to_approve: (approved_at.is_none() && is_current).then(|| version.digest.clone()),
        edit: (!row.shipped).then(|| links::reading_part(id, "edit")),
        questions: links::reading_part(id, "questions"),
        may_change_use: row.is_active() || row.retired_by.is_some(),
        version: row.version,
    };
    Ok(ReadingPage {
        href: links::reading(id),
        heading: version.title(language),
        summary: Said::of(&version.summary_zh, &version.summary_en, language),
        issuer: Said::of(&version.issuer_zh, &version.issuer_en, language),
        document_number: version.document_number.clone(),
        in_force: version.in_force,
        sources: sources.text.lines().map(str::to_owned).collect(),
        sources_lang: sources.lang,
        citations: cited(conn, &version, row.shipped)?,
        html: markdown::render(&for_reader(viewer, &body.text), &version.title(language).text),
        body_lang: body.lang,
        file: file.map(|file| download(id, file)),
        approval,
        approved_by: approved_at.and(approver),
        approved_at,
        flags: queries::list_flags(conn, Some(id))?.into_iter().map(ShownFlag::from).collect(),
        is_retired: !row.is_active(),
        number: version.number,
        is_current,
        versions: queries::list_versions(conn, id)?.into_iter().map(line).collect(),
        read_at: mark.map(|(_, at)| at),
        read_number: mark.map(|(number, _)| number).filter(|number| *number != version.number),
        may_mark: mark.is_none_or(|(number, _)| number != version.number) || is_asked,
        n_to_finish,
        is_just_marked: false,
        owed: Owed::of_tasks(tasks.iter().map(|line| &line.task)),
        tasks,
        next,
        self_test: has_test.then(|| SelfTest { href: links::self_test(id), has_passed, n_questions, asks_all }),
        office: viewer.is_hq().then_some(office),
    })
}

/// What is cited, besides the sources: a shipped text says it there.
fn cited(conn: &mut Conn, version: &Version, is_shipped: bool) -> Result<Vec<ShownCitation>> {
    if is_shipped {
        return Ok(Vec::new());
    }
    let citations = queries::list_citations(conn, version.reading_id, version.number)?;
    Ok(citations.into_iter().map(ShownCitation::from).collect())
}

fn download(id: ReadingId, file: FileUse) -> Download {
    Download {
        href: links::reading_file(id, file.id),
        name: file.name,
        kind: file.kind,
        n_kilobytes: kilobytes(file.size_bytes),
    }
}

#[derive(Deserialize)]
pub struct ReadForm {
    /// The version that was shown.
    #[serde(default)]
    version: String,
}

/// `POST /readings/{id}/read`: the viewer's own word, in one tap.
pub async fn mark_read(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<ReadForm>,
) -> Result<HttpResponse> {
    let (id, now, number) = (id.into_inner(), app.clock.now(), form.fields.version.parse::<i64>().ok());
    let n_tasks = app
        .db
        .write(move |conn| {
            let number = match number {
                Some(number) => number,
                None => queries::find(conn, id)?.version.number,
            };
            read::mark_read(conn, &viewer, id, number, now)
        })
        .await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &marked(n_tasks)))
}

/// `POST /readings/{id}/unread`: takes it back.
pub async fn mark_unread(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| read::mark_unread(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("readings-unmarked")))
}

#[derive(Deserialize)]
pub struct ApproveForm {
    #[serde(default)]
    digest: String,
}

/// `POST /readings/{id}/approve`: HQ stands for the text that was shown.
pub async fn approve(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<ApproveForm>,
) -> Result<HttpResponse> {
    let (id, now, digest) = (id.into_inner(), app.clock.now(), form.fields.digest);
    app.db.write(move |conn| approve::approve(conn, &viewer, id, &digest, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("readings-approved")))
}

#[derive(Deserialize)]
pub struct UseForm {
    /// `retired` or `brought_back`.
    #[serde(default)]
    to: String,
    #[serde(default)]
    version: String,
}

/// `POST /readings/{id}/use`: HQ takes a reading out of use, or back.
pub async fn change_use(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<UseForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (to, sentence) = match form.fields.to.as_str() {
        "retired" => (Use::Retired, "library-retired"),
        "brought_back" => (Use::BroughtBack, "library-brought-back"),
        _ => return Err(Error::NotFound("page")),
    };
    let version = form.fields.version.parse().map_err(|_| Error::Conflict)?;
    app.db.write(move |conn| retire::set_use(conn, &viewer, id, version, to, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new(sentence)))
}

#[derive(Deserialize)]
pub struct ReviewForm {
    #[serde(default)]
    statute: String,
}

/// `POST /readings/{id}/review`: HQ has looked at it after a statute was amended.
pub async fn review(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<ReviewForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let statute: StatuteId = form.fields.statute.parse().map_err(|_| Error::NotFound("statute"))?;
    app.db.write(move |conn| statutes::review(conn, &viewer, id, statute, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading(id), &Message::new("library-reviewed")))
}

/// What a text says to the office alone: that it is to enter an authorised text (`content/README.md`).
const TO_THE_OFFICE: [&str; 2] = ["（权威文本由信访办录入）", "(authorised text to be entered by the Office)"];

/// A text without what it says to the office, for everybody else.
fn for_reader(viewer: &Viewer, text: &str) -> String {
    let is_shown = |line: &&str| viewer.is_hq() || !TO_THE_OFFICE.contains(&line.trim());
    text.lines().filter(is_shown).collect::<Vec<_>>().join("\n")
}
